"""The memory of L-BFGS: the figure's numbers against the library's, and its manners on the page."""

import json

import numpy as np
import pytest
from figure import Figure, engine, value

from lectopt import Optimizer, backtracking, descend, quadratic, sgd
from lectopt.curvature import Pairs
from lectopt.demos import Demo

PAGE = "chapters/07-second-order.html"


@pytest.fixture(scope="module")
def js():
    return engine("lbfgs_memory")


# ---------------------------------------------------------------- parity


@pytest.mark.parametrize("memory", [1, 3, 8])
def test_the_two_loops_are_the_library_s(js, memory):
    rng = np.random.default_rng(memory)
    c, known, pairs = np.geomspace(1, 50, 20), Pairs(memory), []
    w = rng.normal(size=20)
    for _ in range(12):
        theirs = np.array(value(js, f"twoLoop({(c * w).tolist()}, {json.dumps(pairs)})"))
        ours = known.times(c * w)
        assert np.abs(theirs - ours).max() <= 1e-11 * np.abs(ours).max()
        s = rng.normal(size=20)
        known.learn(s, c * s)
        pairs = [*pairs, [s.tolist(), (c * s).tolist()]][-memory:]
        w = w + s


def library(memory, kappa, exact, steps):
    """The losses of the first steps, with the library's memory and line search."""
    c = kappa ** (np.arange(20) / 19)
    fun, w, known = quadratic(c), np.ones(20), Pairs(memory)
    losses = [fun(w)[0]]
    for _ in range(steps):
        g = c * w
        d = -known.times(g)
        first = 1.0 if known else 1 / np.linalg.norm(g)
        lr = -(g @ d) / (d @ (c * d)) if exact else backtracking(fun, w, d, lr=first)[0]
        known.learn(lr * d, c * (w + lr * d) - g)
        w = w + lr * d
        losses.append(fun(w)[0])
    return np.array(losses)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("kappa", [10, 1000, 10_000])
def test_losses_are_the_library_s_while_rounding_is_small(js, kappa, exact):
    for memory in (1, 5, 20):
        theirs = np.array(value(js, f"losses({memory}, {kappa}, {json.dumps(exact)})"))
        ours = library(memory, kappa, exact, 9)
        assert np.allclose(theirs[:10], ours, rtol=1e-6)
        assert theirs[-1] <= 1e-10 * theirs[0] < theirs[-2]


def test_gradient_descent_is_the_library_s(js):
    c = 100 ** (np.arange(20) / 19)
    fun, theirs = quadratic(c), value(js, "losses(0, 100, false)")
    path = descend(fun, np.ones(20), Optimizer(sgd, 2 / 101), steps=len(theirs) - 1)
    assert np.allclose(theirs, [fun(w)[0] for w in path], rtol=1e-9)


def test_counts_of_the_chapter(js):
    def count(memory, exact):
        return value(js, f"counted(losses({memory}, 1000, {exact}))")

    assert 190 < count(1, "false") < 260 and 115 < count(5, "false") < 160 and 75 < count(20, "false") < 105
    assert 24 <= count(1, "true") <= 30 and 19 <= count(20, "true") <= 21
    assert value(js, "counted(losses(0, 1000, false))") is None
    words = value(js, "outcome({ memory: 1, kappa: 1000, exact: true }).words")
    assert words.startswith("With 1 pair L-BFGS needs") and words.endswith("Gradient descent needs more than 1200.")


def test_values_of_the_traits():
    assert repr(Demo("lbfgs_memory")) == "Demo('lbfgs_memory', memory=5, kappa=1000.0, exact=False)"


# ---------------------------------------------------------------- on the page


@pytest.fixture
def figure(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "lbfgs_memory")


@pytest.mark.browser
def test_starts_with_the_values_of_the_caption(figure):
    figure = figure()
    assert (figure["memory"], figure["kappa"]) == (5, 1000)
    assert figure.root.get_attribute("data-exact") == "false"
    assert figure.outcome().startswith("With 5 pairs L-BFGS needs")


@pytest.mark.browser
def test_sliders_switch_and_button(figure):
    figure = figure()
    before, slider = figure.drawing(), figure.slider("memory")
    slider.focus()
    figure.page.keyboard.press("Home")
    assert figure["memory"] == 1 and figure["count"] == figure["one"] and figure.drawing() != before
    box = figure.slider("kappa").bounding_box()
    figure.page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + box["height"] / 2)
    assert 10 < figure["kappa"] < 1000
    figure.root.get_by_role("checkbox", name="exact line search").check()
    assert figure.root.get_attribute("data-exact") == "true" and figure["count"] <= 30
    figure.press("Reset")
    assert (figure["memory"], figure["kappa"]) == (5, 1000) and figure.drawing() == before


@pytest.mark.browser
@pytest.mark.long
def test_every_control_has_a_name(figure):
    figure = figure()
    for name in ("memory m", "condition number"):
        assert figure.root.get_by_role("slider", name=name).count() == 1, name


@pytest.mark.browser
@pytest.mark.long
def test_a_phone_shows_everything(figure):
    figure = figure(width=360, height=740, touch=True)
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    for target in figure.root.locator("button, input[type=range], .switch").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 32 and box["x"] + box["width"] <= 360


@pytest.mark.browser
def test_the_two_figures_do_not_disturb_each_other(open_page):
    page = open_page(PAGE)
    path, memory = Figure(page, "newton"), Figure(page, "lbfgs_memory")
    path.press("Break it")
    assert memory["memory"] == 5
    memory.root.get_by_role("checkbox", name="exact line search").check()
    assert path.root.get_attribute("data-end") == "diverges"
