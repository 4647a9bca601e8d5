"""The noise ball: its noise and paths are the library's to the last bit; on the page it answers."""

import itertools
import json
import math

import numpy as np
import pytest
from figure import Figure, either_scheme, engine, same_bits, value

from lectopt import Optimizer, descend, noisy, quadratic, sgd
from lectopt.schedules import inverse_time_decay

PAGE = "chapters/01-minibatches.html"
BOWL, SIGMA = quadratic([1, 4]), 6


@pytest.fixture(scope="module")
def js():
    return engine("noise_ball")


# ---------------------------------------------------------------- numerics


class Table:
    """A generator that knows only the figure's noise: xorshift, and sums of twelve uniform numbers."""

    def __init__(self, seed):
        self.s = ((seed * 2654435761) & 0xFFFFFFFF) ^ 0x9E3779B9 or 1
        for _ in range(20):
            self.next()

    def next(self):
        self.s ^= (self.s << 13) & 0xFFFFFFFF
        self.s ^= self.s >> 17
        self.s ^= (self.s << 5) & 0xFFFFFFFF
        return self.s

    def standard_normal(self, shape):
        sums = [sum(self.next() for _ in range(12)) for _ in range(math.prod(shape))]
        return np.array([s / 2**32 - 6 for s in sums]).reshape(shape)


def state(**changes):
    usual = {"batch": 1, "lr": 0.1, "decay": False, "samples": 1024, "by_samples": False, "start": [-9, 3], "seed": 1}
    return json.dumps(usual | changes)


def numbers(js, code):
    return np.array(js.eval(f"bits({code})").split(), dtype=np.uint32).view(np.float64)


@pytest.mark.parametrize("seed", [1, 2, 17, 999])
def test_noise_is_the_same_everywhere(js, seed):
    theirs = numbers(js, f"noiseTable({seed}, 500)").reshape(-1, 2)
    assert same_bits(Table(seed).standard_normal((500, 2)), theirs)


def test_noise_has_mean_zero_variance_one_and_no_memory(js):
    z = np.concatenate([numbers(js, f"noiseTable({seed}, 2048)").reshape(-1, 2) for seed in range(1, 31)])
    assert np.abs(z.mean(axis=0)).max() < 0.02 and np.abs(z.var(axis=0) - 1).max() < 0.03
    pairs = [z[:, 0] * z[:, 1], *(z[lag:, i] * z[:-lag, i] for lag in (1, 2, 5) for i in (0, 1))]
    assert max(abs(p.mean()) for p in pairs) < 0.02
    firsts = np.array([numbers(js, f"noiseTable({seed}, 1)") for seed in range(1, 301)])
    assert np.abs(firsts.mean(axis=0)).max() < 0.2 and abs(np.corrcoef(firsts[1:, 0], firsts[:-1, 0])[0, 1]) < 0.2


def ours(batch, lr, decay, samples, start, seed):
    rate = inverse_time_decay(lr0=lr, rate=batch / 128) if decay else lr
    fun = noisy(BOWL, SIGMA / math.sqrt(batch), Table(seed))
    return descend(fun, start, Optimizer(sgd, rate), samples // batch)


@pytest.mark.parametrize("decay", [False, True])
@pytest.mark.parametrize("batch", [1, 2, 8, 37, 128])
def test_paths_are_equal_bit_for_bit(js, batch, decay):
    for lr, seed, samples in itertools.product([0.003, 0.1, 1 / 3, 0.52], [1, 500], [300, 2048]):
        start = [7.3, -1.1]
        code = state(batch=batch, lr=lr, decay=decay, samples=samples, start=start, seed=seed)
        theirs = numbers(js, f"noisyPath({code}, noiseTable({seed}, 2048))").reshape(-1, 2)
        with np.errstate(over="ignore", invalid="ignore"):
            assert same_bits(ours(batch, lr, decay, samples, start, seed), theirs), (lr, seed, samples)


@pytest.mark.parametrize(("batch", "lr"), [(1, 0.1), (4, 0.3), (64, 0.02)])
def test_the_radius_is_that_of_long_runs(js, batch, lr):
    w, rng = np.zeros((2, 20_000)), np.random.default_rng(0)
    for _ in range(2000 if lr < 0.1 else 300):
        w -= lr * (np.array([[1.0], [4.0]]) * w + SIGMA / math.sqrt(batch) * rng.standard_normal(w.shape))
        if lr < 0.1 and _ > 400:
            break
    theirs = value(js, f"[1, 4].map((c) => radius({lr}, {batch}, c))")
    assert w.std(axis=1) == pytest.approx(theirs, rel=0.02)


@pytest.mark.parametrize("decay", [False, True])
def test_the_expected_loss_is_the_mean_of_many_runs(js, decay):
    batch, lr, runs = 8, 0.1, 40_000
    rate = inverse_time_decay(lr0=lr, rate=batch / 128) if decay else lambda t: lr
    w, rng = np.tile([[-9.0], [3.0]], runs), np.random.default_rng(1)
    for t in range(1024 // batch):
        w -= rate(t) * (np.array([[1.0], [4.0]]) * w + SIGMA / math.sqrt(batch) * rng.standard_normal(w.shape))
    mean = (w[0] ** 2 + 4 * w[1] ** 2).mean() / 2
    assert value(js, f"expectedLoss({state(batch=batch, lr=lr, decay=decay)})") == pytest.approx(mean, rel=0.02)


@pytest.mark.parametrize(("batch", "decay"), [(1, False), (16, False), (128, False), (4, True)])
def test_the_best_rate_is_the_best_of_the_slider(js, batch, decay):
    code = state(batch=batch, decay=decay)
    best = value(js, f"bestLr({code})")
    losses = numbers(js, f"[...Array(61).keys()].map((n) => expectedLoss({{ ...{code}, lr: lrOf(n) }}))")
    rates = value(js, "[...Array(61).keys()].map(lrOf)")
    assert best == rates[int(np.argmin(losses))] and rates[0] == 0.001 and rates[-1] == 1


def test_outcome_in_words(js):
    def words(**changes):
        code = state(**changes)
        return value(js, f"outcome({code}, noisyPath({code}, noiseTable(1, 2048))).words")

    assert words().startswith("1024 samples make 1024 updates. Loss at the end 0.94, in the mean of all noises 2.07.")
    assert words(samples=128, batch=128).startswith("128 samples make 1 update.")
    assert words(decay=True).endswith(", and shrinks.")
    assert words(lr=0.5).endswith("it diverges.") and "diverges" not in words(lr=0.52, decay=True)


# ---------------------------------------------------------------- on the page


@pytest.fixture
def ball(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "noise_ball")


@pytest.mark.browser
@either_scheme
def test_starts_with_the_values_of_the_caption(ball, scheme):
    figure = ball(scheme=scheme)
    assert (figure["batch"], figure["lr"], figure["samples"], figure["seed"]) == (1, 0.1, 1024, 1)
    assert (figure["start"], figure["updates"]) == ([-9, 3], 1024)
    assert figure.root.get_attribute("data-decay") == "false"
    assert figure.outcome().startswith("1024 samples make 1024 updates. Loss at the end 0.94,")
    last = descend(noisy(BOWL, 6, Table(1)), [-9, 3], Optimizer(sgd, 0.1), 1024)[-1]
    assert figure["loss"] == BOWL(last)[0]
    assert figure["radius"] == pytest.approx([math.sqrt(3.6 / 1.9), math.sqrt(3.6 / 6.4)])
    assert 0.75 < figure["inside"] < 0.95


@pytest.mark.browser
def test_a_slider_moves_by_mouse_and_keyboard(ball):
    figure = ball()
    before, slider = figure.drawing(), figure.slider("batch")
    slider.focus()
    for _ in range(4):
        figure.page.keyboard.press("ArrowRight")
    assert (figure["batch"], figure["updates"]) == (16, 64)
    assert slider.get_attribute("aria-valuetext") == "16" and figure.drawing() != before
    assert figure["radius"][0] == pytest.approx(math.sqrt(3.6 / 1.9) / 4)
    box = figure.slider("lr").bounding_box()
    figure.page.mouse.click(box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2)
    assert 0.001 < figure["lr"] < 0.01


@pytest.mark.browser
def test_the_start_is_dragged_and_moved_by_arrow_keys(ball):
    figure = ball()
    figure.drag("start", 80, 20)
    w1, w2 = figure["start"]
    assert w1 > -7 and w2 < 2.8
    figure.press("Reset")
    figure.knob("start").focus()
    figure.page.keyboard.press("ArrowUp")
    assert figure["start"] == [-9, 3.25]


@pytest.mark.browser
def test_buttons_and_switches(ball):
    figure = ball()
    before = figure["loss"]
    figure.press("New noise")
    assert figure["seed"] == 2 and figure["loss"] != before
    assert figure["mean"] == pytest.approx(1.8 / 1.9 + 1.8 / 1.6), "new noise has the same mean"
    figure.press("Snap to the best learning rate")
    assert figure["lr"] == pytest.approx(0.00398) and figure["mean"] < 0.1
    figure.press("Break it")
    assert figure["lr"] == 0.52 and figure.outcome().endswith("it diverges.")
    figure.press("Reset")
    assert (figure["seed"], figure["lr"], figure["loss"]) == (1, 0.1, before)
    figure.root.get_by_label("decay").check()
    assert figure["radius"][0] < 0.5 and figure["mean"] < 0.5
    axis = "(root) => root.querySelectorAll('text.axis')[1].textContent"
    assert figure.root.evaluate(axis) == "updates"
    drawn = figure.drawing()
    figure.root.get_by_label("count samples").check()
    assert figure.root.evaluate(axis) == "samples seen" and figure.drawing() != drawn
    figure.press("Reset")
    assert figure.root.get_attribute("data-decay") == figure.root.get_attribute("data-by_samples") == "false"


@pytest.mark.browser
def test_by_samples_the_whole_set_makes_few_steps(ball):
    figure = ball()
    exact = (
        "(root) => root.querySelectorAll('.panel')[1].querySelector('path.descent').getAttribute('d').split('L').length"
    )
    assert figure.root.evaluate(exact) == 1025
    figure.root.get_by_label("count samples").check()
    assert figure.root.evaluate(exact) == 5


@pytest.mark.browser
def test_every_control_has_a_name_and_a_phone_shows_everything(ball):
    figure = ball(width=360, height=740, touch=True)
    for name in ("batch size B", "learning rate η", "samples in all", "start of the path"):
        assert figure.root.get_by_role("slider", name=name).count() == 1
    for name in ("decay: let the learning rate fall", "count samples seen"):
        assert figure.root.get_by_role("checkbox", name=name).count() == 1
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    right = figure.root.evaluate(
        "(root) => Math.max(...[...root.querySelectorAll('*:not(svg *)')].map((n) => n.getBoundingClientRect().right))"
    )
    assert right <= 360
    for target in figure.root.locator("button, input[type=range], .knob .touch, .switch").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 32


@pytest.mark.browser
def test_a_slider_is_answered_at_once_with_the_longest_path(ball):
    figure = ball()
    figure.slider("samples").focus()
    figure.page.keyboard.press("End")
    assert figure["updates"] == 2048
    milliseconds = figure.root.evaluate(
        """async (root) => {
          const bar = root.querySelector("input[data-trait=lr]"), times = [];
          for (let i = 0; i < 40; i++) {
            bar.value = 10 + i;
            const start = performance.now();
            bar.dispatchEvent(new Event("input"));
            await null;
            root.getBoundingClientRect();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[20];
        }"""
    )
    assert milliseconds < 60
