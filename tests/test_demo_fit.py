"""The figure of chapter 10: it shows the networks that were trained beforehand, and its manners on the page."""

import json
from itertools import product

import numpy as np
import pytest
import traitlets
from figure import Figure, either_scheme, engine, same_bits, value

from lectopt.demos import Demo
from lectopt.demos.table import FIT

PAGE = "chapters/10-regularization.html"
POINTS = list(product(FIT["depths"], FIT["strengths"], FIT["dropouts"]))


def state(depth, strength, dropout):
    return json.dumps({"depth": depth, "strength": strength, "dropout": dropout})


# ---------------------------------------------------------------- parity


@pytest.fixture(scope="module")
def js():
    js = engine("fit")
    js.eval(f"var grid = {json.dumps(FIT)}")
    return js


def test_every_network_is_shown_as_it_was_stored(js):
    for i, point in enumerate(POINTS):
        js.eval(f"var seen = network(grid, {state(*point)})")
        bits = np.array(js.eval("bits(seen.curve.map(([x, y]) => y))").split(), dtype=np.uint32).view(np.float64)
        assert same_bits(bits, np.array(FIT["curves"][i]) / 1000), point
        seen = value(js, "seen")
        assert (seen["train"], seen["test"]) == (FIT["train"][i], FIT["test"][i])
        x, y = np.transpose(seen["curve"])
        np.testing.assert_allclose(x, np.linspace(-1, 1, 60), atol=1e-15)
        assert seen["slope"] == pytest.approx(abs(np.diff(y) / np.diff(x)).max(), rel=1e-12)


def test_the_best_and_the_worst_network(js):
    for sign, pick in ((1, np.argmin), (-1, np.argmax)):
        found = value(js, f"extreme(grid, {sign})")
        assert tuple(found.values()) == POINTS[pick(FIT["test"])]


def words(js, *point):
    return value(js, f"outcome(grid, network(grid, {state(*point)}))")


def test_outcome_in_words(js):
    assert words(js, 3, 0, 0) == "Training error 0.00572, test error 0.431: overfitting, it has learned the noise."
    assert words(js, 4, 0.001, 0).endswith("test error 0.0917: the lowest test error of all.")
    assert words(js, 3, 0.1, 0.3).endswith("too stiff, it misses the samples and the truth.")
    assert words(js, 4, 0.0003, 0).endswith("close to the best.")
    assert words(js, 3, 0.003, 0).endswith("test error 0.119: the best network reaches 0.0917.")


# ---------------------------------------------------------------- the widget in Python


def test_takes_only_what_was_trained():
    demo = Demo("fit", depth=2, strength=1e-3, dropout=0.1)
    assert (demo.depth, demo.strength, demo.dropout) == (2, 0.001, 0.1)
    demo.strength = np.float64(0.1)
    assert demo.strength == 0.1 and type(demo.strength) is float
    for trait, wrong in (("strength", 0.5), ("depth", 5), ("depth", True), ("dropout", "0.1"), ("dropout", 0.2)):
        with pytest.raises(traitlets.TraitError, match=f"{trait} must be one of .*, got {wrong!r}"):
            setattr(demo, trait, wrong)
    with pytest.raises(traitlets.TraitError, match="grid is what make grids has stored"):
        demo.grid = {}
    assert demo.grid == FIT and len(repr(demo)) < 700


# ---------------------------------------------------------------- the page


@pytest.fixture
def fit(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "fit")


def shown(figure):
    return figure["depth"], figure["strength"], figure["dropout"]


@pytest.mark.browser
@either_scheme
def test_starts_with_the_values_of_the_caption(fit, scheme):
    figure = fit(scheme=scheme)
    at = POINTS.index((3, 0, 0))
    assert shown(figure) == (3, 0, 0) and (figure["train"], figure["test"]) == (FIT["train"][at], FIT["test"][at])
    assert figure["slope"] == pytest.approx(49.5, abs=0.1)
    assert "Trained beforehand: every tick of a slider is one network, 84 in all" in figure.root.inner_text()


@pytest.mark.browser
def test_sliders_stop_only_where_a_network_is(fit):
    figure = fit()
    before = figure.drawing()
    figure.slider("strength").focus()
    seen = []
    for _ in range(8):
        seen.append(figure["strength"])
        assert figure["test"] == FIT["test"][POINTS.index((3, figure["strength"], 0))]
        figure.page.keyboard.press("ArrowRight")
    assert seen == [*FIT["strengths"], 0.1] and figure.drawing() != before
    assert figure.slider("strength").get_attribute("aria-valuetext") == "0.1"
    box = figure.slider("depth").bounding_box()
    figure.page.mouse.click(box["x"] + 2, box["y"] + box["height"] / 2)
    assert figure["depth"] == 1
    figure.slider("dropout").focus()
    figure.page.keyboard.press("End")
    assert shown(figure) == (1, 0.1, 0.3)
    for trait, count in (("depth", 4), ("strength", 7), ("dropout", 3)):
        assert figure.slider(trait).evaluate("(bar) => bar.list.options.length") == count, "a tick for each network"


@pytest.mark.browser
def test_the_strength_is_dragged_and_moved_by_arrow_keys(fit):
    figure = fit()
    figure.drag("strength", 120, 10)
    assert 0.0003 <= figure["strength"] <= 0.01
    figure.drag("strength", 2000, 0)
    assert figure["strength"] == 0.1, "it stays in the panel"
    figure.press("Reset")
    figure.knob("strength").focus()
    for key, strength in (("ArrowRight", 1e-4), ("Shift+ArrowUp", 3e-4), ("ArrowLeft", 1e-4)):
        figure.page.keyboard.press(key)
        assert figure["strength"] == strength
    assert figure.knob("strength").get_attribute("aria-valuetext").startswith("λ 0.0001, test error 0.1")


@pytest.mark.browser
def test_buttons(fit):
    figure = fit()
    figure.press("Snap to the lowest test error")
    assert shown(figure) == (4, 0.001, 0) and figure["test"] == min(FIT["test"])
    figure.press("Break it: too little")
    assert shown(figure) == (4, 0, 0) and "overfitting" in figure.outcome()
    figure.press("Break it: too much")
    assert shown(figure) == (4, 0.1, 0.3) and "too stiff" in figure.outcome()
    figure.press("Reset")
    assert shown(figure) == (3, 0, 0)


@pytest.mark.browser
def test_the_picture_itself(fit):
    """The height of the fit at its right end, and the samples."""
    figure = fit()
    curve, dots, height = figure.root.evaluate(
        """(root) => {
          const panel = root.querySelector(".panel");
          const path = (kind) => panel.querySelector(kind).getAttribute("d");
          return [path("path.ball"), path("path.dots"), Number(panel.querySelector("svg svg").getAttribute("height"))];
        }"""
    )
    assert curve.count("L") == 59 and dots.count("M") == 16
    last = FIT["curves"][POINTS.index((3, 0, 0))][-1] / 1000
    assert float(curve.split(" ")[-1]) == pytest.approx((2.1 - last) / 4.2 * height, abs=0.1)


@pytest.mark.browser
@pytest.mark.long
def test_every_control_has_a_name_and_is_reached_by_tab(fit):
    figure = fit()
    for name in ("hidden layers", "L2 strength λ", "dropout p", "L2 strength: arrow keys"):
        assert figure.root.get_by_role("slider", name=name).count() >= 1
    focusable = figure.root.locator("input, button, [tabindex]")
    focusable.first.focus()
    for i in range(1, focusable.count()):
        figure.page.keyboard.press("Tab")
        assert focusable.nth(i).evaluate("(node) => node === document.activeElement && node.matches(':focus-visible')")


@pytest.mark.browser
@pytest.mark.long
def test_a_phone_shows_everything(fit):
    figure = fit(width=360, height=740, touch=True)
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    right = figure.root.evaluate(
        "(root) => Math.max(...[...root.querySelectorAll('*:not(svg *)')].map((n) => n.getBoundingClientRect().right))"
    )
    assert right <= 360
    for target in figure.root.locator("button, input[type=range], .knob .touch").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 32
    figure.knob("strength").scroll_into_view_if_needed()
    x, y = figure.centre("strength")
    figure.page.touchscreen.tap(x + 100, y + 20)
    assert figure["strength"] > 0, "a tap moves the strength"


@pytest.mark.browser
@pytest.mark.long
def test_the_outcome_is_told_once_after_a_pause(fit):
    figure = fit()
    region = figure.root.get_by_role("status")
    assert region.inner_text() == ""
    figure.slider("strength").focus()
    for _ in range(3):
        figure.page.keyboard.press("ArrowRight")
    assert region.inner_text() == ""
    figure.page.wait_for_function("(r) => r.textContent !== ''", arg=region.element_handle())
    assert region.inner_text() == figure.outcome()
