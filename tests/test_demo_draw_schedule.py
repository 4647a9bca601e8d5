"""The schedule one draws: its rates, mean losses and runs are computed as in Python; on the page it answers."""

import itertools
import json
import math
from itertools import pairwise

import numpy as np
import pytest
from figure import Figure, either_scheme, engine, same_bits, value

from lectopt import Optimizer, descend, noisy, quadratic, sgd
from lectopt.schedules import (
    constant,
    cosine_decay,
    exponential_decay,
    inverse_time_decay,
    step_decay,
    warmup,
)

PAGE = "chapters/06-decay.html"
BOWL, CURVATURE, START = quadratic([1, 10]), (1, 10), (9, 3)
PLACES = (0, 2, 5, 8, 12, 16, 19)
KNOTS = [
    [0.1] * 7,
    [0.15, 0.1, 0.03, 0.02, 0.01, 0.005, 0.002],
    [0.01, 0.19, 0.05, 0.05, 0.3, 0.001, 0.0001],
    [1.0, 0.21, 0.21, 0.21, 0.21, 0.21, 0.21],
]


@pytest.fixture(scope="module")
def js():
    return engine("draw_schedule")


def numbers(js, code):
    return np.array(js.eval(f"bits({code})").split(), dtype=np.uint32).view(np.float64)


# ---------------------------------------------------------------- numerics


def drawn(knots, stairs, steps):
    at = np.array(PLACES) * steps / 20
    t = np.arange(steps)
    if stairs:
        return np.array(knots)[np.searchsorted(at, t, side="right") - 1]
    return np.exp(np.interp(t, at, np.log(knots)))  # it stays after the last knot


def mean_losses(rates, noise):
    squares, losses = [float(w * w) for w in START], []
    for lr in [*rates, None]:
        losses.append((squares[0] + 10 * squares[1]) / 2)
        if lr is not None:
            keep = [1 - lr * c for c in CURVATURE]
            squares = [k * k * s + lr * lr * noise * noise for k, s in zip(keep, squares, strict=True)]
    return np.array(losses)


@pytest.mark.parametrize("stairs", [False, True])
@pytest.mark.parametrize("steps", [40, 60, 200, 400])
def test_rates_are_those_that_are_drawn(js, stairs, steps):
    for knots in KNOTS:
        theirs = numbers(js, f"drawnRates({knots}, {json.dumps(stairs)}, {steps})")
        ours = drawn(knots, stairs, steps)
        assert theirs.shape == (steps,)
        np.testing.assert_allclose(theirs, ours, rtol=0 if stairs else 1e-12)


@pytest.mark.parametrize("noise", [0, 0.3, 1, 10])
def test_mean_losses_are_equal_bit_for_bit(js, noise):
    for knots, stairs, steps in itertools.product(KNOTS, [False, True], [40, 400]):
        code = f"drawnRates({knots}, {json.dumps(stairs)}, {steps})"
        rates = numbers(js, code).tolist()
        assert same_bits(mean_losses(rates, noise), numbers(js, f"meanLosses({code}, {noise})"))


def test_the_mean_is_that_of_many_runs(js):
    runs, rng = 40_000, np.random.default_rng(0)
    w = np.tile([[9.0], [3.0]], runs)
    for lr in drawn(KNOTS[1], False, 100):
        w -= lr * (np.array([[1.0], [10.0]]) * w + rng.standard_normal(w.shape))
    mean = (w[0] ** 2 + 10 * w[1] ** 2).mean() / 2
    assert value(js, f"finalLoss({KNOTS[1]}, false, 1, 100)") == pytest.approx(mean, rel=0.02)


class Hash:
    """A generator that knows only the figure's noise: a counter, hashed, and sums of twelve uniform numbers."""

    def __init__(self, seed):
        self.s = seed * 0x85EBCA6B & 0xFFFFFFFF

    def next(self):
        self.s = s = (self.s + 0x6D2B79F5) & 0xFFFFFFFF
        h = (s ^ s >> 15) * (s | 1) & 0xFFFFFFFF
        h ^= (h + ((h ^ h >> 7) * (h | 61))) & 0xFFFFFFFF
        return h ^ h >> 14

    def standard_normal(self, shape):
        return np.array([sum(self.next() for _ in range(12)) / 2**32 - 6 for _ in range(math.prod(shape))])


@pytest.mark.parametrize("seed", [1, 2, 999])
def test_the_run_is_the_library_s_bit_for_bit(js, seed):
    for knots, noise, steps in itertools.product(KNOTS, [0, 0.3, 10], [40, 400]):
        code = f"drawnRates({knots}, true, {steps})"
        rates = drawn(knots, True, steps)
        path = descend(noisy(BOWL, noise, Hash(seed)), START, Optimizer(sgd, lambda t: rates[t]), steps)  # noqa: B023
        ours = np.array([BOWL(w)[0] for w in path])
        assert same_bits(ours, numbers(js, f"sampleLosses({code}, {noise}, {seed})"))


def test_the_noise_has_mean_zero_variance_one_and_no_memory(js):
    js.eval("const list = (seed, n) => { const normal = normals(seed); return Array.from({ length: n }, normal); }")
    z = np.array([numbers(js, f"list({seed}, 1000)") for seed in range(1, 41)])
    assert abs(z.mean()) < 0.02 and abs(z.var() - 1) < 0.03
    assert max(abs((z[:, lag:] * z[:, :-lag]).mean()) for lag in (1, 2, 5)) < 0.02
    assert abs((z[1:] * z[:-1]).mean()) < 0.02, "seeds that follow each other"


SHAPES = {
    "constant": lambda lr, T: constant(lr),
    "step": lambda lr, T: step_decay(lr, 0.1, every=2 * T // 5),
    "exponential": lambda lr, T: exponential_decay(lr, math.log(100) / T),
    "1/t": lambda lr, T: inverse_time_decay(lr, 50 / T),
    "cosine": lambda lr, T: cosine_decay(lr, T),
    "warm-up + cosine": lambda lr, T: warmup(cosine_decay(lr, T - T // 10), T // 10),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_are_the_library_s_schedules(js, shape):
    for lr, steps in itertools.product([0.1, 0.037], [40, 200, 400]):
        ours = SHAPES[shape](lr, steps)(np.array(PLACES) * steps // 20)
        theirs = value(js, f"sampled('{shape}', {lr}, {steps})")
        np.testing.assert_allclose(theirs, ours, rtol=1e-12)
        every = value(js, f"[...Array({steps}).keys()].map(SHAPES['{shape}']({lr}, {steps}))")
        np.testing.assert_allclose(every, SHAPES[shape](lr, steps)(np.arange(steps)), rtol=1e-9)


def test_constant_step_and_exponential_can_be_drawn_exactly(js):
    t = np.arange(200)
    for shape, until in (("constant", 200), ("step", 200), ("exponential", 191)):
        rates = drawn(value(js, f"sampled('{shape}', 0.1, 200)"), shape == "step", 200)
        np.testing.assert_allclose(rates[:until], SHAPES[shape](0.1, 200)(t)[:until], rtol=1e-12)


@pytest.mark.parametrize(("noise", "steps"), [(0.3, 100), (1, 200), (10, 400)])
def test_the_best_constant_rate_is_the_best(js, noise, steps):
    best = value(js, f"bestConstant({noise}, {steps})")
    rates = value(js, "RATES")
    losses = [mean_losses([lr] * steps, noise)[-1] for lr in rates]
    assert best == {"lr": rates[int(np.argmin(losses))], "loss": min(losses)}
    assert rates[0] == 1e-4 and rates[-1] == 1


@pytest.mark.parametrize(("noise", "steps"), [(0.3, 100), (1, 200), (10, 400)])
def test_no_single_knot_improves_what_the_machine_draws(js, noise, steps):
    knots = value(js, f"machineKnots({noise}, {steps})")
    best = value(js, f"finalLoss({knots}, false, {noise}, {steps})")
    for i, factor in itertools.product(range(7), [0.5, 0.95, 1.05, 2]):
        other = [lr * factor if i == j else lr for j, lr in enumerate(knots)]
        assert mean_losses(drawn(other, False, steps), noise)[-1] > best
    for shape in SHAPES:
        assert best < value(js, f"finalLoss(sampled('{shape}', 0.15, {steps}), false, {noise}, {steps})")
    assert best < value(js, f"bestConstant({noise}, {steps}).loss") / 2


def test_outcome_in_words(js):
    def words(knots, noise=1, steps=200):
        mean = f"meanLosses(drawnRates({knots}, false, {steps}), {noise})"
        return value(js, f"outcome({mean}, bestConstant({noise}, {steps})).words")

    assert words([0.1] * 7) == (
        "Mean loss at the end 0.0763. The best constant rate, 0.0251, ends at 0.0151: yours is 5.1 times higher."
    )
    assert words([0.0251] * 7).endswith("yours is as good.")
    assert words(KNOTS[1]).endswith("times lower.")
    assert words([0.05] * 7, noise=0).endswith("more than a billion times higher.")
    assert words([0.21] * 7).startswith("It runs away")


# ---------------------------------------------------------------- on the page


@pytest.fixture
def schedule(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "draw_schedule")


def is_on(figure, name):
    return figure.root.get_attribute(f"data-{name}") == "true"


@pytest.mark.browser
@either_scheme
def test_starts_with_the_values_of_the_caption(schedule, scheme):
    figure = schedule(scheme=scheme)
    assert figure["knots"] == [0.1] * 7 and not is_on(figure, "stairs")
    assert (figure["noise"], figure["steps"], figure["seed"]) == (1, 200, 1)
    assert figure["loss"] == mean_losses([0.1] * 200, 1)[-1]
    assert figure["constant"] == 0.0251 and figure["best"] == mean_losses([0.0251] * 200, 1)[-1]
    path = descend(noisy(BOWL, 1, Hash(1)), START, Optimizer(sgd, 0.1), 200)
    assert figure["sample"] == BOWL(path[-1])[0]
    assert figure.outcome().endswith("yours is 5.1 times higher.")


@pytest.mark.browser
def test_a_knot_is_dragged_and_moved_by_arrow_keys(schedule):
    figure = schedule()
    before = figure.drawing()
    figure.drag("knot4", 3, 60)
    knots = figure["knots"]
    assert knots[4] < 0.03 and knots[:4] + knots[5:] == [0.1] * 6 and figure.drawing() != before
    figure.drag("knot4", 0, 1000)
    assert figure["knots"][4] == 1e-4, "it stays in the panel"
    figure.press("Reset")
    figure.knob("knot6").focus()
    for key in ("ArrowDown", "ArrowLeft", "Shift+ArrowUp"):
        figure.page.keyboard.press(key)
    assert figure["knots"][6] == pytest.approx(0.1 * 10**-0.09, rel=0.01)
    assert figure.knob("knot6").get_attribute("aria-valuetext") == f"{figure['knots'][6]:.3g}"
    assert figure.knob("knot6").get_attribute("aria-label") == "learning rate at step 190, knot 7 of 7"


@pytest.mark.browser
def test_a_mouse_draws_over_all_knots(schedule):
    figure = schedule()
    (x0, y0), (x6, _) = figure.centre("knot0"), figure.centre("knot6")
    figure.page.mouse.move(x0 + 1, y0 + 50)
    figure.page.mouse.down()
    figure.page.mouse.move(x6, y0 + 90, steps=60)
    figure.page.mouse.up()
    knots = figure["knots"]
    assert knots[0] < 0.03 and all(a > b for a, b in itertools.pairwise(knots))
    figure.page.mouse.move(x0, y0 - 30)
    assert figure["knots"] == knots, "released, it draws no more"


@pytest.mark.browser
def test_sliders_move_by_mouse_and_keyboard(schedule):
    figure = schedule()
    figure.press("exponential")
    knots = figure["knots"]
    figure.slider("peak").focus()
    figure.page.keyboard.press("ArrowRight")
    assert figure["knots"] == pytest.approx([lr * 0.106 / 0.1 for lr in knots], rel=0.01)
    figure.slider("steps").focus()
    figure.page.keyboard.press("ArrowLeft")
    assert figure["steps"] == 180
    box = figure.slider("noise").bounding_box()
    figure.page.mouse.click(box["x"] + 2, box["y"] + box["height"] / 2)
    assert figure["noise"] == 0
    assert figure["loss"] == pytest.approx(figure["sample"], rel=1e-9), "without noise the run is the mean"


@pytest.mark.browser
def test_buttons(schedule):
    figure = schedule()
    for shape in SHAPES:
        figure.press("Reset")
        figure.root.get_by_role("button", name=shape, exact=True).click()
        assert figure["knots"] == pytest.approx(list(SHAPES[shape](0.1, 200)(np.array(PLACES) * 10)), rel=0.01)
        assert is_on(figure, "stairs") == (shape == "step")
    figure.press("Let the machine draw")
    assert figure["loss"] < figure["best"] / 4 and figure["knots"][0] > 0.2
    sample, loss = figure["sample"], figure["loss"]
    figure.press("New noise")
    assert figure["seed"] == 2 and figure["sample"] != sample and figure["loss"] == loss
    figure.press("Break it")
    assert figure["knots"] == [0.21] * 7 and figure.outcome().startswith("It runs away")
    figure.press("Reset")
    assert figure["knots"] == [0.1] * 7 and figure["seed"] == 1
    figure.root.get_by_label("stairs").check()
    assert is_on(figure, "stairs")


@pytest.mark.browser
def test_every_control_has_a_name_and_a_phone_shows_everything(schedule):
    figure = schedule(width=360, height=740, touch=True)
    for name in ("highest rate", "noise σ", "steps", *(f"knot {i} of 7" for i in range(1, 8))):
        assert figure.root.get_by_role("slider", name=name).count() >= 1
    assert figure.root.get_by_role("checkbox", name="stairs").count() == 1
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    right = figure.root.evaluate(
        "(root) => Math.max(...[...root.querySelectorAll('*:not(svg *)')].map((n) => n.getBoundingClientRect().right))"
    )
    assert right <= 360
    for target in figure.root.locator("button, input[type=range], .knob .touch, .switch").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 32


@pytest.mark.browser
def test_a_finger_drags_a_knot_and_taps_beside_it(schedule):
    figure = schedule(width=360, height=740, touch=True)
    figure.knob("knot3").evaluate("(knob) => knob.scrollIntoView({ block: 'center', behavior: 'instant' })")
    finger = figure.page.context.new_cdp_session(figure.page)

    def touch(kind, x=0, y=0):
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    before = figure.page.evaluate("scrollY")
    x, y = figure.centre("knot3")
    touch("touchStart", x, y)
    for i in range(1, 9):
        touch("touchMove", x + 4 * i, y + 5 * i)
    touch("touchEnd")
    knots = figure["knots"]
    assert knots[3] < 0.05 and knots[:3] + knots[4:] == [0.1] * 6, "the knot that is held, and no other"
    assert figure.page.evaluate("scrollY") == before, "the page stays while a knot is dragged"
    x, y = figure.centre("knot1")
    figure.page.touchscreen.tap(x, y + 60)
    assert figure["knots"][1] < 0.03, "a tap beside the knots moves the nearest"

    figure.press("Reset")
    figure.knob("knot3").evaluate("(knob) => knob.scrollIntoView({ block: 'center', behavior: 'instant' })")
    before = figure.page.evaluate("scrollY")
    (x, y), (end, _) = figure.centre("knot2"), figure.centre("knot5")
    touch("touchStart", x - 10, y + 60)
    for i in range(1, 31):
        touch("touchMove", x - 10 + (end - x + 20) * i / 30, y + 60)
    touch("touchEnd")
    knots = figure["knots"]
    assert max(knots[2:6]) < 0.03 and knots[:2] + knots[6:] == [0.1] * 3, "a finger draws across"
    assert figure.page.evaluate("scrollY") == before
    figure.press("Reset")
    figure.knob("knot3").evaluate("(knob) => knob.scrollIntoView({ block: 'center', behavior: 'instant' })")
    before = figure.page.evaluate("scrollY")
    (x, y), (end, _) = figure.centre("knot1"), figure.centre("knot5")
    touch("touchStart", x, y)
    for share in (0.1, 0.5, 1):  # fast, so that it leaves knots out
        touch("touchMove", x + (end - x) * share, y + 60 * share)
    touch("touchEnd")
    drawn = figure["knots"]
    falls = all(a > b for a, b in pairwise(drawn[1:6]))
    assert falls and drawn[5] < 0.03, "from a knot on it draws too, and misses none"
    assert drawn[0] == drawn[6] == 0.1

    knots, (x, y) = drawn, figure.centre("knot2")
    touch("touchStart", x, y - 40)  # above the knots as they are now
    for i in range(1, 21):
        touch("touchMove", x, y - 40 - 6 * i)
    touch("touchEnd")
    assert figure["knots"] == knots and figure.page.evaluate("scrollY") > before, "and scrolls up and down"


@pytest.mark.browser
def test_the_highest_rate_moves_a_shape_to_the_edge_and_back(schedule):
    figure = schedule()
    figure.press("exponential")
    shape = figure["knots"]
    figure.slider("peak").focus()
    for _ in range(100):
        figure.page.keyboard.press("ArrowLeft")
    assert figure["knots"][-2:] == [1e-4, 1e-4], "cut off at the edge"
    for _ in range(100):
        figure.page.keyboard.press("ArrowRight")
    assert figure["knots"] == pytest.approx(shape, rel=0.01)


@pytest.mark.browser
def test_a_change_is_answered_at_once(schedule):
    figure = schedule()
    figure.slider("steps").focus()
    figure.page.keyboard.press("End")
    assert figure["steps"] == 400
    milliseconds = figure.root.evaluate(
        """async (root) => {
          const bar = root.querySelector("input[data-trait=peak]"), times = [];
          for (let i = 0; i < 40; i++) {
            bar.value = 80 + i;
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
