"""Newton against gradient descent: the figure's numbers against the library's, and its manners on the page."""

import itertools
import json
import math

import numpy as np
import pytest
from figure import Figure, either_scheme, engine, js_path, same_bits, value

from lectopt import Optimizer, backtracking, descend, double_well, newton, quadratic, rosenbrock, sgd
from lectopt.demos import Demo

PAGE = "chapters/07-second-order.html"


def trough(w):
    x, y = w
    r = math.sqrt(1 + x * x)
    return x * x / (1 + r) + y * y / 2, np.array([x / r, y])


SURFACES = {
    "wells": (double_well, lambda w: np.diag([3 * w[0] ** 2 - 1, 1])),
    "rosenbrock": (
        rosenbrock,
        lambda w: np.array([[2 - 400 * (w[1] - 3 * w[0] ** 2), -400 * w[0]], [-400 * w[0], 200]]),
    ),
    "bowl": (quadratic([1, 10]), lambda w: np.diag([1.0, 10.0])),
    "trough": (trough, lambda w: np.diag([(1 + w[0] ** 2) ** -1.5, 1])),
}
STARTS = [(0.7, 1.2), (-1.2, 1.0), (0.3, -0.8), (1.9, 0.05), (-0.55, 0.5)]


@pytest.fixture(scope="module")
def js():
    return engine("newton")


def state(surface="wells", start=(0.7, 1.2), lr=0.1, damping=0.0, search=False, basins="newton"):
    return json.dumps(
        {"surface": surface, "start": start, "lr": lr, "damping": damping, "search": search, "basins": basins}
    )


def path(js, surface, start, **how):
    return np.array(value(js, f"newtonPath(SURFACES.{surface}, {list(start)}, {state(surface, start, **how)})"))


# ---------------------------------------------------------------- parity


@pytest.mark.parametrize("surface", SURFACES)
def test_gradient_descent_is_equal_bit_for_bit(js, surface):
    fun, _ = SURFACES[surface]
    for start, lr in itertools.product(STARTS, [0.0001, 0.0003] if surface == "rosenbrock" else [0.0015, 0.05]):
        ours = descend(fun, start, Optimizer(sgd, lr), steps=400)
        theirs = js_path(js, f"SURFACES.{surface}.fun", list(start), "sgd", {"lr": lr}, 400)
        assert same_bits(ours, theirs), (start, lr)
        assert np.array_equal(ours, value(js, f"descentPath(SURFACES.{surface}, {list(start)}, {lr}, 400)"))


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("damping", [0.0, 1.5, 20.0])
def test_newton_is_the_library_s(js, surface, damping):
    fun, hessian = SURFACES[surface]
    for start in STARTS:
        theirs = path(js, surface, start, damping=damping)
        usual = itertools.takewhile(lambda w: np.abs(w).max() < 1e3, newton(fun, hessian, start, damping))
        ours = np.array(list(itertools.islice(usual, len(theirs))))
        assert len(ours) >= 2 and np.allclose(theirs[: len(ours)], ours, rtol=1e-9, atol=1e-12), start


@pytest.mark.parametrize("surface", SURFACES)
def test_the_line_search_is_the_library_s(js, surface):
    fun, hessian = SURFACES[surface]
    for start in STARTS:
        theirs = path(js, surface, start, search=True)
        w = np.array(start)
        for t in range(min(8, len(theirs) - 1)):
            loss, g = fun(w)
            d = np.linalg.solve(hessian(w), -g)
            if g @ d >= 0:
                d = -g
            w = w + backtracking(fun, w, d)[0] * d
            assert np.allclose(theirs[t + 1], w, rtol=1e-9, atol=1e-10), (start, t)
            assert fun(theirs[t + 1])[0] < loss


def test_the_hessians_are_derivatives_of_the_gradients(js):
    for (surface, (fun, _)), start in itertools.product(SURFACES.items(), STARTS):
        a, b, c = value(js, f"SURFACES.{surface}.hessian({list(start)})")
        h = 1e-6
        columns = [(fun(np.array(start) + e)[1] - fun(np.array(start) - e)[1]) / (2 * h) for e in h * np.eye(2)]
        assert np.allclose([[a, b], [b, c]], columns, rtol=1e-5, atol=1e-6)


def test_basins(js):
    ends = value(js, f"basinEnds({state()})")
    columns = [(i + 0.5) / 8 - 2 for i in range(32)]
    assert len(ends) == 768
    for x, end in zip(columns, ends[:32], strict=True):
        assert (end == "saddle") == (abs(x) < 5**-0.5), x
    assert "saddle" in value(js, f"basinEnds({state(damping=0.422)})")
    for how in ({"damping": 0.562}, {"damping": 1.5}, {"search": True}, {"basins": "descent"}):
        assert set(value(js, f"basinEnds({state(**how)})")) == {"left", "right"}
    assert set(value(js, f"basinEnds({state('bowl')})")) == {"right"}
    runs = value(js, f"basinEnds({state('trough')})")
    assert all((end == "diverges") == (abs(x) > 1) for x, end in zip(columns, runs[:32], strict=True))


def test_outcome_in_words(js):
    states = [state(), state(start=(0.3, 1.2)), state("trough", (1.3, 0.8)), state("rosenbrock", (-1.2, 1.0), 0.001)]
    right = "is at the right-hand minimum after"
    assert [value(js, f"outcome({s}).words") for s in states] == [
        f"Newton {right} 6 steps; gradient descent {right} 133 steps.",
        "Newton is at the saddle after 3 steps; gradient descent is at the right-hand minimum after 133 steps.",
        "Newton runs away; gradient descent is at the minimum after 138 steps.",
        "Newton is at the minimum after 6 steps; gradient descent has not arrived after 4000 steps.",
    ]


def test_values_of_the_traits():
    assert repr(Demo("newton")) == (
        "Demo('newton', surface='wells', start=(0.7, 1.2), lr=0.1, damping=0.0, search=False, basins='newton')"
    )


# ---------------------------------------------------------------- on the page


@pytest.fixture
def figure(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "newton")


def said(figure, key):
    return figure.root.get_attribute(f"data-{key}")


@pytest.mark.browser
@either_scheme
def test_starts_with_the_values_of_the_caption(figure, scheme):
    figure = figure(scheme=scheme)
    assert (figure["start"], figure["lr"], figure["damping"]) == ([0.7, 1.2], 0.1, 0)
    assert (said(figure, "surface"), said(figure, "search"), said(figure, "end")) == ("wells", "false", "right")
    assert figure.outcome().startswith("Newton is at the right-hand minimum after 6 steps")


@pytest.mark.browser
def test_a_slider_moves_by_mouse_and_keyboard(figure):
    figure = figure()
    before, slider = figure.drawing(), figure.slider("damping")
    slider.focus()
    figure.page.keyboard.press("End")
    assert figure["damping"] == 100 and figure.drawing() != before
    figure.page.keyboard.press("Home")
    assert figure["damping"] == 0 and slider.get_attribute("aria-valuetext") == "none" and figure.drawing() == before
    box = figure.slider("lr").bounding_box()
    figure.page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + box["height"] / 2)
    assert 1e-4 < figure["lr"] < 0.01


@pytest.mark.browser
def test_the_start_is_dragged_and_moved_by_arrow_keys(figure):
    figure = figure()
    figure.knob("start").focus()
    for _ in range(8):
        figure.page.keyboard.press("ArrowLeft")
    assert figure["start"] == [pytest.approx(0.3), 1.2] and said(figure, "end") == "saddle"
    figure.drag("start", -3000, 0)
    assert figure["start"][0] == -2 and said(figure, "end") == "left"


@pytest.mark.browser
def test_choices_and_buttons(figure):
    figure = figure()
    figure.press("Break it")
    assert (said(figure, "surface"), said(figure, "end")) == ("trough", "diverges")
    figure.press("Mend it")
    assert said(figure, "search") == "true" and said(figure, "end") == "right"
    figure.root.locator("select[data-trait=surface]").select_option("rosenbrock")
    assert said(figure, "surface") == "rosenbrock" and figure["lr"] == 0.001
    before = figure.drawing()
    figure.root.locator("select[data-trait=basins]").select_option("nothing")
    assert said(figure, "basins") == "nothing" and figure.drawing() != before
    figure.press("Reset")
    assert (said(figure, "surface"), said(figure, "search"), said(figure, "basins")) == ("wells", "false", "newton")


@pytest.mark.browser
@pytest.mark.long
def test_every_control_has_a_name(figure):
    figure = figure()
    for name in ("damping of Newton", "learning rate of gradient descent", "start of both paths"):
        assert figure.root.get_by_role("slider", name=name).count() == 1, name
    for name in ("surface", "basins of"):
        assert figure.root.get_by_role("combobox", name=name).count() == 1, name
    assert figure.root.get_by_role("checkbox", name="line search").count() == 1
    assert all(button.inner_text() for button in figure.root.get_by_role("button").all())


@pytest.mark.browser
def test_a_phone_shows_everything_and_a_finger_drags(figure):
    figure = figure(width=360, height=740, touch=True)
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    right = figure.root.evaluate(
        "(root) => Math.max(...[...root.querySelectorAll('*:not(svg *)')].map((n) => n.getBoundingClientRect().right))"
    )
    assert right <= 360
    for target in figure.root.locator("button, select, input[type=range], .switch, .knob .touch").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 32
    figure.knob("start").evaluate("(knob) => knob.scrollIntoView({ block: 'center', behavior: 'instant' })")
    x, y = figure.centre("start")
    figure.page.touchscreen.tap(x - 60, y)
    assert figure["start"][0] < 0.3


@pytest.mark.browser
@pytest.mark.long
def test_a_slider_is_answered_at_once(figure):
    """The most there is to compute: the basins of gradient descent anew at every learning rate."""
    figure = figure()
    figure.root.locator("select[data-trait=basins]").select_option("descent")
    milliseconds = figure.root.evaluate(
        """async (root) => {
          const bar = root.querySelector("input[data-trait=lr]"), times = [];
          for (let i = 0; i < 20; i++) {
            const start = performance.now();
            bar.value = 8 + i % 20;
            bar.dispatchEvent(new Event("input"));
            await null;
            root.getBoundingClientRect();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[10];
        }"""
    )
    assert milliseconds < 250
