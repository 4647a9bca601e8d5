"""Gradient descent in a narrow valley: the figure's numbers against the library's, and its manners on the page."""

import itertools
import json
import math

import numpy as np
import pytest
from figure import Figure, either_scheme, engine, js_path, same_bits, value

from lectopt import Optimizer, descend, quadratic, sgd
from lectopt.demos import Demo

PAGE = "chapters/02-sgd-problems.html"


@pytest.fixture(scope="module")
def js():
    return engine("conditioning")


# ---------------------------------------------------------------- parity


@pytest.mark.parametrize("kappa", [1, 2.5, 25, 316, 1000])
@pytest.mark.parametrize("angle", [0, 20, 45, 71.5, 90])
def test_paths_in_a_turned_valley_are_the_library_s(js, kappa, angle):
    fun = quadratic([1, kappa], angle=angle * math.pi / 180)
    ended = set()
    for share, start in itertools.product([0.1, 1, 1.7, 2.1], [[-9.0, 2.0], [1.0, 1.0], [0.0, -3.7]]):
        lr = share / kappa
        ours = descend(fun, start, Optimizer(sgd, lr), steps=600)
        theirs = js_path(js, f"valley([1, {kappa}], {angle})", start, "sgd", {"lr": lr}, 600)
        if angle == 0:
            assert same_bits(ours, theirs)
        size = np.linalg.norm(ours, axis=1, keepdims=True)
        assert (np.abs(ours - theirs) <= 1e-12 * size + 1e-300).all(), (share, start)
        ended.add(bool(size[-1] > size[0]))
    assert ended == {True, False}, "the list should hold paths that converge and paths that diverge"


def test_losses_in_a_turned_valley_are_the_library_s(js):
    fun = quadratic([1, 25], angle=20 * math.pi / 180)
    for w in np.random.default_rng(0).normal(size=(100, 2)) * [5, 2]:
        theirs = value(js, f"valley([1, 25], 20)({json.dumps(w.tolist())})[0]")
        assert theirs == pytest.approx(fun(w)[0], rel=1e-12)


@pytest.mark.parametrize(("kappa", "count"), [(10, 69), (100, 691), (1000, 6908)])
def test_the_best_rate_takes_the_steps_of_the_chapter(js, kappa, count):
    run = f"stepsToMillionth(valley([1, {kappa}], 0), [1, 1], sgd, bestDescent({kappa}), MOST)"
    assert value(js, run) == count


# ---------------------------------------------------------------- words


def said(js, kappa, lr, count=7):
    return value(js, f"outcome({{ kappa: {kappa}, lr: {lr} }}, {count})")


@pytest.mark.parametrize("kappa", [1, 3, 25, 1000])
def test_the_factor_is_that_of_the_slowest_direction(js, kappa):
    for share in np.linspace(0, 2.4, 49):
        lr = float(share / kappa)
        factors = 1 - lr * np.array([1, kappa])
        seen = said(js, kappa, lr)
        assert seen["worst"] == pytest.approx(np.abs(factors).max(), abs=1e-14)
        assert [seen["flat"]["factor"], seen["steep"]["factor"]] == pytest.approx(factors.tolist(), abs=1e-14)


@pytest.mark.parametrize(
    ("kappa", "share", "kind", "words"),
    [
        (25, 0.5, "creeps", "It creeps without crossing the valley: 35 steps to halve the distance, and 7 to"),
        (25, 1.0, "creeps", "It creeps without crossing"),
        (25, 1.5, "zig-zags", "It zig-zags, crossing the valley at every step"),
        (25, 2.0, "stays", "It never arrives: it jumps from wall to wall for ever."),
        (25, 2.02, "diverges", "It diverges: across the valley the distance grows by a factor of 1.02 a step."),
        (25, 0.0, "stays", "It does not move."),
        (1, 1.0, "arrives", "It is at the bottom after one step: the valley is round."),
    ],
)
def test_outcome_in_words(js, kappa, share, kind, words):
    seen = said(js, kappa, share / kappa)
    assert seen["kind"] == kind and seen["words"].startswith(words), seen["words"]


def test_outcome_where_we_stopped_counting(js):
    assert "and more than 20000 to a millionth" in said(js, 1000, 1e-6, "null")["words"]


def test_each_direction_in_words(js):
    words = {share: value(js, f"along({share}, 1).words") for share in (0, 0.5, 1, 1.5, 2, 2.1)}
    assert list(words.values()) == [
        "does not move",
        "creeps",
        "is at the bottom after one step",
        "changes sides at every step",
        "jumps from side to side for ever",
        "runs away, changing sides at every step",
    ]


def test_values_of_the_traits():
    assert repr(Demo("conditioning")) == (
        "Demo('conditioning', kappa=25.0, angle=20.0, lr=0.02, start=(-8.0, -2.0), steps=100)"
    )


# ---------------------------------------------------------------- on the page


@pytest.fixture
def figure(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "conditioning")


@pytest.mark.browser
@either_scheme
def test_starts_with_the_values_of_the_caption(figure, scheme):
    figure = figure(scheme=scheme)
    assert (figure["kappa"], figure["angle"], figure["lr"]) == (25, 20, 0.02)
    assert (figure["start"], figure["steps"]) == ([-8, -2], 100)
    assert figure.outcome().startswith("It creeps without crossing the valley: 35 steps to halve the distance, and 684")
    directions = figure.root.locator(".directions").inner_text()
    assert "across the valley: creeps, factor 0.5" in directions and "along it: creeps, factor 0.98" in directions


@pytest.mark.browser
def test_a_slider_moves_by_mouse_and_keyboard(figure):
    figure = figure()
    before, slider = figure.drawing(), figure.slider("lr")
    slider.focus()
    for _ in range(10):
        figure.page.keyboard.press("ArrowRight")
    assert figure["lr"] == pytest.approx(0.6 / 25)
    assert slider.get_attribute("aria-valuetext") == "0.024"
    assert figure.drawing() != before
    box = slider.bounding_box()
    figure.page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + box["height"] / 2)
    assert 1.5 < 25 * figure["lr"] < 1.9 and figure.outcome().startswith("It zig-zags")


@pytest.mark.browser
def test_the_condition_number_keeps_the_share_of_the_limit(figure):
    figure = figure()
    figure.slider("kappa").focus()
    figure.page.keyboard.press("End")
    assert figure["kappa"] == 1000 and figure["lr"] == pytest.approx(0.5 / 1000)


@pytest.mark.browser
def test_turning_turns_the_rings_and_not_the_factors(figure):
    figure = figure()
    before, factor = figure.drawing(), figure["factor"]
    figure.slider("angle").focus()
    for _ in range(25):
        figure.page.keyboard.press("ArrowRight")
    assert figure["angle"] == 45 and figure["factor"] == factor and figure.drawing() != before
    assert figure.root.locator("ellipse").first.get_attribute("transform").startswith("rotate(-45 ")


@pytest.mark.browser
def test_snap_break_it_and_reset(figure):
    figure = figure()
    figure.press("Snap to the best η")
    assert figure["lr"] == pytest.approx(2 / 26) and figure["factor"] == pytest.approx(24 / 26)
    assert figure["count"] == 173, "as the chapter says"
    figure.press("Break it")
    assert figure["lr"] == pytest.approx(2.02 / 25) and figure["factor"] > 1
    assert figure.outcome().startswith("It diverges")
    assert figure.root.get_attribute("data-count") == "never"
    figure.press("Reset")
    assert (figure["lr"], figure["angle"]) == (0.02, 20)


@pytest.mark.browser
def test_the_knobs_are_dragged_and_moved_by_arrow_keys(figure):
    figure = figure()
    figure.drag("lr", 60, 0)
    assert figure["lr"] > 0.025
    figure.drag("lr", 3000, 0)
    assert figure["lr"] == pytest.approx(2.4 / 25), "it stays in the panel"
    figure.press("Reset")
    figure.knob("lr").focus()
    figure.page.keyboard.press("ArrowRight")
    assert figure["lr"] == pytest.approx(0.52 / 25)
    figure.drag("start", 100, -20)
    w1, w2 = figure["start"]
    assert -7 < w1 < 1 and -1.8 < w2 < 1
    figure.press("Reset")
    figure.knob("start").focus()
    figure.page.keyboard.press("ArrowDown")
    assert figure["start"] == [-8, -2.25]


@pytest.mark.browser
@pytest.mark.long
def test_every_control_has_a_name(figure):
    figure = figure()
    for name in ("learning rate η", "condition number κ", "turned by", "steps", "start of the path", "learning rate:"):
        assert figure.root.get_by_role("slider", name=name).count() >= 1, name
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
    figure.knob("lr").evaluate("(knob) => knob.scrollIntoView({ block: 'center', behavior: 'instant' })")
    x, y = figure.centre("lr")
    figure.page.touchscreen.tap(x + 60, y)
    assert figure["lr"] > 0.025


@pytest.mark.browser
def test_the_curve_is_the_path_of_gradient_descent(figure):
    """The picture itself: the loss curve's height at the last step, against the library."""
    figure = figure()
    valley = quadratic([1, 25], angle=20 * math.pi / 180)
    last = math.log10(valley(descend(valley, [-8.0, -2.0], Optimizer(sgd, 0.02), 100)[-1])[0])
    drawn, height = figure.root.evaluate(
        """(root) => {
          const panel = root.querySelectorAll(".panel")[2], curve = panel.querySelector("path.ball");
          return [curve.getAttribute("d"), Number(panel.querySelector("svg svg").getAttribute("height"))];
        }"""
    )
    assert drawn.count("L") == 100
    assert float(drawn.split(" ")[-1]) == pytest.approx((5 - last) / 15 * height, abs=0.1)
