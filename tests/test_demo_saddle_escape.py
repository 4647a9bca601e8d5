"""Time at a saddle: the figure's numbers against the library's, and its manners on the page."""

import itertools
import math

import numpy as np
import pytest
from figure import Figure, either_scheme, engine, js_path, same_bits, value

from lectopt import Optimizer, descend, noisy, saddle, sgd
from lectopt.demos import Demo

PAGE = "chapters/02-sgd-problems.html"
MASK = 0xFFFFFFFF


class Deviates:
    """The figure's generator in Python: mulberry32, twelve uniform numbers summed, less 6."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state + 0x6D2B79F5) & MASK
        t = self.state
        t = ((t ^ (t >> 15)) * (t | 1)) & MASK
        t = ((t + (((t ^ (t >> 7)) * (t | 61)) & MASK)) & MASK) ^ t
        return (t ^ (t >> 14)) / 4294967296

    def standard_normal(self, shape):
        """What `noisy` asks a generator for."""
        return np.array([sum(self.uniform() for _ in range(12)) - 6 for _ in range(math.prod(shape))]).reshape(shape)


@pytest.fixture(scope="module")
def js():
    return engine("saddle_escape")


# ---------------------------------------------------------------- parity


@pytest.mark.parametrize("seed", [0, 7, 99])
def test_paths_with_noise_are_equal_bit_for_bit(js, seed):
    for sigma, offset, lr in itertools.product([0.0, 1e-6, 0.01, 1.0], [0.0, 1e-4, 0.3], [0.01, 0.05, 0.5]):
        fun = noisy(saddle, sigma, Deviates(seed))
        ours = descend(fun, [1.0, offset], Optimizer(sgd, lr), steps=250)
        theirs = js_path(js, f"noisySaddle({sigma}, deviatesOf({seed}))", [1.0, offset], "sgd", {"lr": lr}, 250)
        assert same_bits(ours, theirs), (sigma, offset, lr)


def test_the_deviates_have_mean_0_and_variance_1(js):
    z = np.array(value(js, "[...deviates(3)]"))
    assert len(z) == 8000 and abs(z.mean()) < 0.04 and abs(z.var() - 1) < 0.05
    assert not np.array_equal(z[:100], value(js, "[...deviates(4)].slice(0, 100)"))


def count(js, offset, noise=0.0, lr=0.05, seed=0):
    state = f"{{ w1: 1, offset: {offset}, noise: {noise}, lr: {lr}, seed: {seed} }}"
    return value(js, f"outcome({state})")


@pytest.mark.parametrize(("offset", "steps"), [(1, 0), (1e-2, 95), (1e-4, 189), (1e-8, 378), (1e-16, 756), (0, None)])
def test_counts_of_the_chapter(js, offset, steps):
    assert count(js, offset)["count"] == steps
    if offset and steps:
        assert steps == math.ceil(value(js, f"predicted({offset}, 0.05)"))


@pytest.mark.parametrize("noise", [1e-5, 0.01, 0.3])
def test_counts_with_noise_are_the_library_s(js, noise):
    for seed, offset in itertools.product([0, 1, 50], [0.0, 1e-3]):
        fun, opt, w = noisy(saddle, noise, Deviates(seed)), Optimizer(sgd, 0.05), np.array([1.0, offset])
        while abs(w[1]) < 1:
            opt.step(w, fun(w)[1])
        assert count(js, offset, noise, seed=seed)["count"] == opt.t


def test_outcome_in_words(js):
    words = [count(js, *state)["words"] for state in ((1e-4,), (0,), (0, 0.01), (1e-8, 0.01), (1e-16, 0, 0.008))]
    assert words == [
        "It has escaped after 189 steps; ln(1/offset) / ln(1 + η) = 188.8.",
        "It never escapes: exactly on the ridge nothing pushes it off, and it walks into the saddle point.",
        "It has escaped after 213 steps; without noise it never would.",
        "It has escaped after 213 steps; without noise, after 378 steps.",
        "It has not escaped within 4000 steps.",
    ]


def test_values_of_the_traits():
    assert repr(Demo("saddle_escape")) == "Demo('saddle_escape', w1=1.0, offset=0.0001, noise=0.0, lr=0.05, seed=0)"


# ---------------------------------------------------------------- on the page


@pytest.fixture
def figure(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "saddle_escape")


@pytest.mark.browser
@either_scheme
def test_starts_with_the_values_of_the_caption(figure, scheme):
    figure = figure(scheme=scheme)
    assert (figure["w1"], figure["offset"], figure["noise"], figure["lr"]) == (1, 1e-4, 0, 0.05)
    assert figure["count"] == 189
    assert figure.outcome() == "It has escaped after 189 steps; ln(1/offset) / ln(1 + η) = 188.8."


@pytest.mark.browser
def test_a_slider_moves_by_mouse_and_keyboard(figure):
    figure = figure()
    before, slider = figure.drawing(), figure.slider("offset")
    slider.focus()
    for _ in range(16):
        figure.page.keyboard.press("ArrowLeft")
    assert figure["offset"] == pytest.approx(1e-8) and figure["count"] == 378
    assert slider.get_attribute("aria-valuetext") == "1 · 10⁻⁸" and figure.drawing() != before
    figure.page.keyboard.press("Home")
    assert figure["offset"] == 0 and figure.outcome().startswith("It never escapes")
    box = figure.slider("noise").bounding_box()
    figure.page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + box["height"] / 2)
    assert 1e-4 < figure["noise"] < 1e-1 and figure.outcome().endswith("without noise it never would.")


@pytest.mark.browser
def test_buttons(figure):
    figure = figure()
    figure.press("Break it")
    assert (figure["offset"], figure["noise"]) == (0, 0)
    assert figure.root.get_attribute("data-count") == "never"
    figure.press("Add noise")
    assert figure["noise"] == 0.01 and figure["count"] == 213
    before = figure.drawing()
    figure.slider("seed").focus()
    figure.page.keyboard.press("ArrowRight")
    assert figure["seed"] == 1 and figure.drawing() != before
    figure.press("Reset")
    assert (figure["offset"], figure["noise"], figure["seed"]) == (1e-4, 0, 0)


@pytest.mark.browser
def test_the_knobs_are_dragged_and_moved_by_arrow_keys(figure):
    figure = figure()
    figure.drag("offset", -100, 0)
    assert 0 < figure["offset"] < 1e-6 and figure["count"] > 250
    figure.drag("offset", -3000, 0)
    assert figure["offset"] == 0, "at the left edge lies the ridge itself"
    figure.press("Reset")
    figure.knob("offset").focus()
    figure.page.keyboard.press("ArrowRight")
    assert figure["offset"] == pytest.approx(3.2e-4)
    figure.drag("start", -40, -30)
    assert figure["w1"] < 1 and figure["offset"] > 0.05
    figure.drag("start", 0, 3000)
    assert figure["offset"] == 0, "it does not go below the ridge"
    figure.knob("start").focus()
    figure.page.keyboard.press("ArrowUp")
    assert figure["offset"] == pytest.approx(0.05)


@pytest.mark.browser
@pytest.mark.long
def test_every_control_has_a_name(figure):
    figure = figure()
    for name in ("offset from the ridge", "noise of the gradient", "learning rate η", "seed of the noise"):
        assert figure.root.get_by_role("slider", name=name).count() == 1, name
    for name in ("start of the path", "offset: arrow keys"):
        assert figure.root.get_by_role("slider", name=name).count() == 1, name
    assert all(button.inner_text() for button in figure.root.get_by_role("button").all())


@pytest.mark.browser
def test_a_phone_shows_everything_and_a_finger_drags(figure):
    figure = figure(width=360, height=740, touch=True)
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    right = figure.root.evaluate(
        "(root) => Math.max(...[...root.querySelectorAll('*:not(svg *)')].map((n) => n.getBoundingClientRect().right))"
    )
    assert right <= 360
    for target in figure.root.locator("button, input[type=range], .knob .touch").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 32
    figure.knob("offset").evaluate("(knob) => knob.scrollIntoView({ block: 'center', behavior: 'instant' })")
    x, y = figure.centre("offset")
    figure.page.touchscreen.tap(x - 60, y)
    assert figure["offset"] < 1e-5


@pytest.mark.browser
@pytest.mark.long
def test_a_slider_is_answered_at_once(figure):
    """The most there is to compute: a low rate, noise, and a curve of 33 offsets twice."""
    figure = figure()
    figure.press("Add noise")
    milliseconds = figure.root.evaluate(
        """async (root) => {
          const set = (trait, value) => {
            const bar = root.querySelector(`input[data-trait=${trait}]`);
            bar.value = value;
            bar.dispatchEvent(new Event("input"));
          };
          set("lr", 0);
          await null;
          const times = [];
          for (let i = 0; i < 30; i++) {
            const start = performance.now();
            set("offset", 1 + i);
            await null;
            root.getBoundingClientRect();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[15];
        }"""
    )
    assert milliseconds < 60


@pytest.mark.browser
def test_the_two_figures_do_not_disturb_each_other(open_page):
    page = open_page(PAGE)
    valley, ridge = Figure(page, "conditioning"), Figure(page, "saddle_escape")
    valley.press("Break it")
    assert ridge["count"] == 189
    ridge.press("Break it")
    assert valley["start"] == [-8, -2]
