"""One unit under two losses: the figure's numbers against the library's, and its manners on the page."""

import itertools
import json

import numpy as np
import pytest
from figure import Figure, either_scheme, engine, js_path, value

from lectopt import Optimizer, descend, kl_divergence, sgd, sigmoid, squared_error
from lectopt.demos import Demo

PAGE = "chapters/08-losses.html"
X = np.array([-3, -2, -1.2, -0.4, 0.5, 1.1, 2, 3])
TARGETS = np.array([0, 0, 0, 1, 0, 1, 1, 1.0])
LOSSES = {"squaredError": squared_error, "klDivergence": kl_divergence}


@pytest.fixture(scope="module")
def js():
    return engine("loss_surface")


def unit(loss):
    """The library's loss of the unit on the figure's samples, as a problem of w and b."""

    def fun(at):
        w, b = at
        value, dz = loss(w * X + b, TARGETS, "sigmoid")
        return value, np.array([(dz * X).sum(), dz.sum()])

    return fun


# ---------------------------------------------------------------- parity


def test_the_samples_are_the_chapter_s(js):
    assert value(js, "[INPUTS, TARGETS]") == [X.tolist(), TARGETS.tolist()]


@pytest.mark.parametrize("name", LOSSES)
def test_losses_and_gradients_are_the_library_s(js, name):
    fun = unit(LOSSES[name])
    points = np.vstack(
        [np.random.default_rng(0).uniform(-8, 8, (200, 2)), [[0, 0], [0, 40], [0, -40], [-300, 7], [400, -5]]]
    )
    for at in points:
        loss, g = fun(at)
        theirs, slopes = value(js, f"{name}({json.dumps(at.tolist())})")
        assert theirs == pytest.approx(loss, rel=1e-12, abs=0), at
        # a sum of terms of both signs: relative to the largest of them
        scale = np.abs(LOSSES[name](at[0] * X + at[1], TARGETS, "sigmoid")[1]).max() * 3
        assert slopes == pytest.approx(g, rel=1e-12, abs=1e-12 * scale), at


def test_sigmoid_and_softplus_keep_their_digits_at_either_end(js):
    for z in (-1000, -40, -1.5, 0, 0.3, 40, 1000):
        assert value(js, f"softplus({z})") == pytest.approx(np.logaddexp(0, z), rel=1e-12, abs=0)
        assert value(js, f"sigmoid({z})") == pytest.approx(float(sigmoid(z)), rel=1e-12, abs=0)


@pytest.mark.parametrize("name", LOSSES)
def test_paths_are_the_library_s(js, name):
    for lr, start in itertools.product([0.03, 0.4, 1.0], [[-4.0, 2.0], [-7.0, 2.0], [3.0, -5.0], [0.0, 0.0]]):
        ours = descend(unit(LOSSES[name]), start, Optimizer(sgd, lr), steps=400)
        theirs = js_path(js, name, start, "sgd", {"lr": lr}, 400)
        assert np.abs(ours - theirs).max() <= 1e-12 * np.abs(ours).max(), (lr, start)


@pytest.mark.parametrize(("name", "loss"), [("L2", "squaredError"), ("KL", "klDivergence")])
def test_the_minima_are_what_the_figure_says(js, name, loss):
    path = descend(unit(LOSSES[loss]), [1.0, 0.0], Optimizer(sgd, 1.0), steps=3000)
    known = value(js, name)
    assert known["best"] == pytest.approx(path[-1], abs=1e-4)
    assert known["lowest"] == pytest.approx(unit(LOSSES[loss])(path[-1])[0], abs=1e-11)


def outcome(js, start, l2=1, kl=1, steps=100):
    return value(js, f"outcome({{ start: {start}, lr_l2: {l2}, lr_kl: {kl}, steps: {steps} }})")


def test_outcome_in_words(js):
    arrived = "has arrived: less than 0.1 % of the excess loss is left."
    words = [outcome(js, *state)["words"] for state in (([-4, 2],), ([-7, 2],), ([-3, 2],), ([1, 0], 10, 100))]
    assert words == [
        f"After 100 steps KL {arrived} "
        "L2 has hardly moved: 98.8 % of the excess loss is left, and the slope there is 0.0053.",
        f"After 100 steps KL {arrived} "
        "L2 has hardly moved: 99.8 % of the excess loss is left, and the slope there is 0.0021.",
        f"After 100 steps KL {arrived} L2 is on its way: 4.47 % of the excess loss is left.",
        f"After 100 steps KL is higher than at the start. L2 {arrived}",
    ]


def test_the_best_rates_are_the_best_of_the_grid(js):
    for start in ([-4, 2], [-7, 2], [5, 5]):
        for name, loss in (("L2", "squaredError"), ("KL", "klDivergence")):
            fun = unit(LOSSES[loss])
            best = value(js, f"bestRate({name}, {start}, 100)")
            end = {lr: fun(descend(fun, start, Optimizer(sgd, lr), 100)[-1])[0] for lr in (best, 0.79 * best, 0.3, 1.0)}
            assert end[best] <= min(end.values()) * (1 + 1e-9)
    # no rate up to 100 brings L2 off its flat slope
    assert outcome(js, [-7, 2], 100, value(js, "bestRate(KL, [-7, 2], 100)"))["L2"]["kind"] == "stuck"
    assert outcome(js, [-4, 2], value(js, "bestRate(L2, [-4, 2], 100)"))["L2"]["kind"] == "arrived"


def test_contour_lines_run_where_the_loss_has_the_level(js):
    js.eval("const flat = { x: [-8, 8], y: [-6, 6], X: (v) => v, Y: (v) => v }")
    for name, loss, level in (("L2", "squaredError", 0.22), ("KL", "klDivergence", 3.4)):
        d = value(js, f"contourLines(flat, {{ ...{name}, levels: [{level}] }}, 96, 72)")
        points = [tuple(map(float, p.split())) for p in d.replace("L", "M").split("M")[1:]]
        assert len(points) > 50
        fun = unit(LOSSES[loss])
        # one decimal is all that a drawing needs: the loss may differ by its slope times that
        assert all(abs(fun(p)[0] - level) < 0.12 * (np.abs(fun(p)[1]).sum() + 0.05) for p in points)


def test_values_of_the_traits():
    assert repr(Demo("loss_surface")) == "Demo('loss_surface', start=(-4.0, 2.0), lr_l2=1.0, lr_kl=1.0, steps=100)"


# ---------------------------------------------------------------- on the page


@pytest.fixture
def figure(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "loss_surface")


@pytest.mark.browser
@either_scheme
def test_starts_with_the_values_of_the_caption(figure, scheme):
    figure = figure(scheme=scheme)
    assert (figure["start"], figure["rates"], figure["steps"]) == ([-4, 2], [1, 1], 100)
    assert figure["kl"] < 1e-3 and 0.98 < figure["l2"] < 0.99
    assert figure.outcome().startswith("After 100 steps KL has arrived")


@pytest.mark.browser
def test_a_slider_moves_by_mouse_and_keyboard(figure):
    figure = figure()
    before, slider = figure.drawing(), figure.slider("lr_l2")
    slider.focus()
    for _ in range(10):
        figure.page.keyboard.press("ArrowRight")
    assert figure["rates"] == pytest.approx([3.16, 1]) and figure.drawing() != before
    assert slider.get_attribute("aria-valuetext") == "3.16"
    figure.page.keyboard.press("End")
    assert figure["rates"] == [100, 1]
    box = figure.slider("steps").bounding_box()
    figure.page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2)
    assert 230 < figure["steps"] < 280


@pytest.mark.browser
def test_buttons(figure):
    figure = figure()
    figure.press("Snap to the best rates")
    assert figure["rates"] == [31.6, 2.51] and figure["l2"] < 1e-3 and figure["kl"] < 1e-3
    figure.press("Break it")
    assert figure["start"] == [-7, 2] and figure.root.get_attribute("data-outcome") == "stuck, arrived"
    figure.press("Snap to the best rates")
    assert figure["l2"] > 0.99, "no rate helps on the flat slope"
    figure.press("Reset")
    assert (figure["start"], figure["rates"]) == ([-4, 2], [1, 1])


@pytest.mark.browser
def test_the_start_is_dragged_on_either_surface(figure):
    figure = figure()
    figure.drag("start-l2", 60, 0)
    moved = figure["start"]
    assert moved[0] > -3 and moved[1] == pytest.approx(2, abs=0.1)
    assert figure.knob("start-kl").get_attribute("aria-valuenow") == str(moved[0]).removesuffix(".0")
    figure.drag("start-kl", -3000, 0)
    assert figure["start"][0] == -8
    figure.press("Reset")
    figure.knob("start-kl").focus()
    figure.page.keyboard.press("ArrowUp")
    assert figure["start"] == [-4, 2.25]
    figure.page.keyboard.press("Shift+ArrowLeft")
    assert figure["start"] == [-4.05, 2.25]


@pytest.mark.browser
@pytest.mark.long
def test_every_control_has_a_name(figure):
    figure = figure()
    for name in ("rate η for L2", "rate η for KL", "steps", "start on L2", "start on KL"):
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
    figure.knob("start-kl").evaluate("(knob) => knob.scrollIntoView({ block: 'center', behavior: 'instant' })")
    x, y = figure.centre("start-kl")
    figure.page.touchscreen.tap(x + 60, y)
    assert figure["start"][0] > -2


@pytest.mark.browser
@pytest.mark.long
def test_a_slider_is_answered_at_once(figure):
    milliseconds = figure().root.evaluate(
        """async (root) => {
          const bar = root.querySelector("input[data-trait=steps]"), times = [];
          for (let i = 0; i < 30; i++) {
            const start = performance.now();
            bar.value = 49 - i % 2;
            bar.dispatchEvent(new Event("input"));
            await null;
            root.getBoundingClientRect();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[15];
        }"""
    )
    assert milliseconds < 60
