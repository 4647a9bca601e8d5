"""The figure of chapter 4: its averages and weights are the library's, and its manners on the page."""

import json

import numpy as np
import pytest
import traitlets
from figure import Figure, either_scheme, engine, same_bits, value

from lectopt import ewa, ewa_weights
from lectopt.data import london_temperatures
from lectopt.demos import Demo

PAGE = "chapters/04-averages.html"
BETAS = [0.0, 0.1, 0.5, 0.9, 0.98, 0.995]


@pytest.fixture(scope="module")
def js():
    return engine("running_average")


def numbers(js, code):
    """A list of numbers, to the last bit."""
    return np.array(js.eval(f"bits({code})").split(), dtype=np.uint32).view(np.float64)


def flag(on):
    return "true" if on else "false"


def from_first(x, beta):
    """The average whose value at time 1 is x_1, one number at a time."""
    averages = [x[0]]
    for now in x[1:]:
        averages.append(beta * averages[-1] + (1 - beta) * now)
    return np.array(averages)


SERIES = {
    "london": london_temperatures(),
    "wild": np.random.default_rng(0).normal(size=700) * 10.0 ** np.random.default_rng(1).integers(-8, 8, 700),
}


# ---------------------------------------------------------------- parity


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("series", SERIES)
def test_averages_are_the_librarys(js, series, beta):
    x = SERIES[series]
    js.eval(f"var x = {json.dumps(x.tolist())}")
    assert same_bits(numbers(js, f"ewa(x, {beta}, false, false)"), ewa(x, beta))
    assert same_bits(numbers(js, f"ewa(x, {beta}, false, true)"), from_first(x, beta))
    t = np.arange(1, len(x) + 1)
    for first, ours in ((False, ewa(x, beta, correct=True)), (True, from_first(x, beta) / (1 - beta**t))):
        np.testing.assert_allclose(numbers(js, f"ewa(x, {beta}, true, {flag(first)})"), ours, rtol=1e-12)


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("t", [1, 2, 20, 365])
def test_weights_are_the_librarys(js, beta, t):
    for correct in (False, True):
        ours = ewa_weights(beta, t, correct=correct)
        np.testing.assert_allclose(numbers(js, f"weights({beta}, {t}, {flag(correct)}, false)"), ours, rtol=1e-12)
        ours[0] = beta ** (t - 1) / (1 - beta**t if correct else 1)
        np.testing.assert_allclose(numbers(js, f"weights({beta}, {t}, {flag(correct)}, true)"), ours, rtol=1e-12)


def test_bars_times_temperatures_are_the_curve(js):
    js.eval(f"var x = {json.dumps(SERIES['london'].tolist())}")
    for correct in ("false", "true"):
        for first in ("false", "true"):
            w = numbers(js, f"weights(0.95, 40, {correct}, {first})")
            curve = numbers(js, f"ewa(x, 0.95, {correct}, {first})")
            assert w @ SERIES["london"][:40] == pytest.approx(curve[39], rel=1e-12)


def test_plain_means(js):
    x = SERIES["london"]
    theirs = numbers(js, f"plainMeans({json.dumps(x.tolist())})")
    np.testing.assert_allclose(theirs, np.cumsum(x) / np.arange(1, 366), rtol=1e-12)


def facts(js, beta, t, correct=False, first=False):
    return value(js, f"facts({{ beta: {beta}, correct: {flag(correct)}, from_first: {flag(first)} }}, {t})")


def test_facts_of_a_long_series(js):
    """Window, delay and noise of the chapter."""
    for beta, share in ((0.5, 0.75), (0.9, 0.6513), (0.98, 0.6358)):
        seen = facts(js, beta, 2000)
        assert seen["total"] == pytest.approx(1) and seen["share"] == pytest.approx(share, abs=1e-4)
        assert seen["age"] == pytest.approx(beta / (1 - beta))
        assert seen["noise"] == pytest.approx((1 - beta) / (1 + beta))


def test_facts_at_the_start(js):
    assert facts(js, 0.9, 20)["total"] == pytest.approx(1 - 0.9**20)
    assert facts(js, 0.9, 20)["start"] == pytest.approx(0.9**20)
    assert facts(js, 0.9, 20, correct=True)["start"] == 0
    assert facts(js, 0.9, 20, correct=True)["total"] == pytest.approx(1)
    assert facts(js, 0.9, 20, first=True)["start"] == pytest.approx(0.9**19)
    assert facts(js, 0.9, 20, first=True)["total"] == pytest.approx(1)
    assert facts(js, 0.9, 20, correct=True, first=True)["total"] == pytest.approx(1 / (1 - 0.9**20))
    one = facts(js, 0.0, 5)
    assert one["w"] == [0, 0, 0, 0, 1] and (one["size"], one["age"], one["noise"]) == (1, 0, 1)


def test_outcome_in_words(js):
    def words(beta, t, correct):
        state = f"{{ beta: {beta}, correct: {flag(correct)}, from_first: false }}"
        return value(js, f"outcome(2.345, {t}, facts({state}, {t}))")

    assert words(0.9, 20, False) == (
        "Day 20: the average is 2.3 °C. Its weights add up to 0.878, not to 1; the newest 10 days carry 74.1 % of them."
    )
    assert "weights add up to 1; the newest 10 days carry 74.1 %" in words(0.9, 20, True)
    assert words(0.0, 3, False).endswith("weights add up to 1; the newest day carries 100 % of them.")


# ---------------------------------------------------------------- the widget in Python


def test_carries_the_temperatures_of_the_library():
    demo = Demo("running_average")
    assert demo.temperatures == tuple(london_temperatures().tolist())
    assert len(json.dumps(demo.get_state()["temperatures"])) < 2100, "a page carries them once for each figure"
    assert repr(demo).endswith("day=20, temperatures=(6.1, 5.8, 6.9, 6.9, 5.7, 6.3, ...))")


def test_takes_another_series_and_no_nonsense():
    demo = Demo("running_average", temperatures=np.float32([1, 2.26, -3]))
    assert demo.temperatures == (1.0, 2.3, -3.0)
    for wrong in ([1.0], 3, "cold", [1.0, float("nan")], [1, True], [0.0] * 1001):
        with pytest.raises(traitlets.TraitError, match="temperatures must be from 2 to 1000 numbers, got"):
            demo.temperatures = wrong
    assert demo.temperatures == (1.0, 2.3, -3.0)


# ---------------------------------------------------------------- the page


@pytest.fixture
def average(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "running_average")


def switch(figure, name):
    return figure.root.get_by_role("checkbox", name=name)


@pytest.mark.browser
@either_scheme
def test_starts_with_the_values_of_the_caption(average, scheme):
    figure = average(scheme=scheme)
    assert (figure["beta"], figure["day"]) == (0.9, 20)
    assert figure.root.get_attribute("data-correct") == figure.root.get_attribute("data-first") == "false"
    assert figure["average"] == ewa(london_temperatures(), 0.9)[19]
    assert figure.outcome().startswith("Day 20: the average is 2.6 °C. Its weights add up to 0.878, not to 1;")
    assert "v₀ = 0 has 12.2 %" in figure.root.inner_text()


@pytest.mark.browser
def test_sliders_move_by_mouse_and_keyboard(average):
    figure = average()
    before = figure.drawing()
    figure.slider("beta").focus()
    for _ in range(10):
        figure.page.keyboard.press("ArrowRight")
    assert figure["beta"] == 0.95 and figure.drawing() != before
    assert figure.slider("beta").get_attribute("aria-valuetext") == "0.95"
    box = figure.slider("day").bounding_box()
    figure.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert 170 < figure["day"] < 196
    figure.slider("day").focus()
    figure.page.keyboard.press("End")
    assert figure["day"] == 365
    assert figure["average"] == ewa(london_temperatures(), 0.95)[-1]


@pytest.mark.browser
def test_the_day_is_dragged_and_moved_by_arrow_keys(average):
    figure = average()
    figure.drag("day", 60, 30)
    assert 60 < figure["day"] < 250
    figure.drag("day", 2000, 0)
    assert figure["day"] == 365, "it stays in the panel"
    figure.press("Reset")
    figure.knob("day").focus()
    figure.page.keyboard.press("ArrowRight")
    assert figure["day"] == 25
    figure.page.keyboard.press("Shift+ArrowLeft")
    assert figure["day"] == 24
    assert figure.knob("day").get_attribute("aria-valuetext").startswith("day 24, average ")
    for _ in range(6):
        figure.page.keyboard.press("ArrowLeft")
    assert figure["day"] == 1


@pytest.mark.browser
def test_switches_and_buttons(average):
    figure = average()
    figure.press("β = 0.98")
    assert figure["beta"] == 0.98 and figure["start"] == pytest.approx(0.98**20)
    switch(figure, "bias correction").check()
    assert (figure["total"], figure["start"]) == (pytest.approx(1), 0)
    assert figure["average"] == pytest.approx(ewa(london_temperatures(), 0.98, correct=True)[19])
    switch(figure, "bias correction").uncheck()
    switch(figure, "start at x₁").check()
    assert figure["average"] == from_first(london_temperatures(), 0.98)[19]
    assert "x₁ has 68.1 %" in figure.root.inner_text()
    figure.press("Break it")
    assert figure["total"] > 3 and "not to 1" in figure.outcome()
    assert switch(figure, "bias correction").is_checked()
    figure.press("Reset")
    assert (figure["beta"], figure["day"]) == (0.9, 20) and not switch(figure, "start at x₁").is_checked()
    figure.press("β = 0.5")
    assert figure["beta"] == 0.5


@pytest.mark.browser
def test_the_picture_itself(average):
    """The curve's height on the last day, and the height of the newest bar."""
    figure = average()
    curve, bar, height = figure.root.evaluate(
        """(root) => {
          const [year, bars] = root.querySelectorAll(".panel");
          const path = (panel, kind) => panel.querySelector(kind).getAttribute("d");
          const size = Number(year.querySelector("svg svg").getAttribute("height"));
          return [path(year, "path.ball"), path(bars, "path.near"), size];
        }"""
    )
    x = london_temperatures()
    low, high = min(0, np.floor(x.min())), np.ceil(x.max()) + 1
    assert curve.count("L") == 364
    last = float(curve.split(" ")[-1])
    assert last == pytest.approx((high - ewa(x, 0.9)[-1]) / (high - low) * height, abs=0.1)
    assert bar.count("Z") == 10, "the window of β = 0.9"
    top = float(bar.split("M")[-1].split("V")[1].split("H")[0])
    assert top == pytest.approx(height * (1 - 1 / 1.2), abs=0.1), "the newest weight is the largest"


@pytest.mark.browser
@pytest.mark.long
def test_every_control_has_a_name_and_is_reached_by_tab(average):
    figure = average()
    for role, name in (("slider", "β"), ("slider", "chosen day t"), ("slider", "chosen day: arrow keys")):
        assert figure.root.get_by_role(role, name=name).count() >= 1
    assert switch(figure, "bias correction").count() == switch(figure, "start at x₁").count() == 1
    focusable = figure.root.locator("input, button, [tabindex]")
    focusable.first.focus()
    for i in range(1, focusable.count()):
        figure.page.keyboard.press("Tab")
        assert focusable.nth(i).evaluate("(node) => node === document.activeElement && node.matches(':focus-visible')")


@pytest.mark.browser
@pytest.mark.long
def test_a_phone_shows_everything(average):
    figure = average(width=360, height=740, touch=True)
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    right = figure.root.evaluate(
        "(root) => Math.max(...[...root.querySelectorAll('*:not(svg *)')].map((n) => n.getBoundingClientRect().right))"
    )
    assert right <= 360
    for target in figure.root.locator("button, input[type=range], .knob .touch, .switch").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 32
    x, y = figure.centre("day")
    figure.page.touchscreen.tap(x + 100, y - 30)
    assert figure["day"] > 60, "a tap moves the day"


@pytest.mark.browser
@pytest.mark.long
def test_the_outcome_is_told_once_after_a_pause(average):
    figure = average()
    region = figure.root.get_by_role("status")
    assert region.inner_text() == ""
    figure.slider("beta").focus()
    for _ in range(5):
        figure.page.keyboard.press("ArrowLeft")
    assert region.inner_text() == ""
    figure.page.wait_for_function("(r) => r.textContent !== ''", arg=region.element_handle())
    assert region.inner_text() == figure.outcome()


@pytest.mark.browser
@pytest.mark.long
def test_a_slider_is_answered_at_once(average):
    milliseconds = average().root.evaluate(
        """async (root) => {
          const bar = root.querySelector("input[data-trait=beta]"), times = [];
          for (let i = 0; i < 60; i++) {
            bar.value = 100 + i;
            const start = performance.now();
            bar.dispatchEvent(new Event("input"));
            await null;
            root.getBoundingClientRect();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[30];
        }"""
    )
    assert milliseconds < 30
