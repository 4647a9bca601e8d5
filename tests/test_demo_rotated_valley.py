"""The race in a valley that can be turned: its numbers against the library's, and its manners on the page."""

import json
import math

import numpy as np
import pytest
import traitlets
from figure import Figure, either_scheme, engine, value

import lectopt
from lectopt import Optimizer, descend, quadratic
from lectopt.demos import Demo

RULES = {"sgd": {}, "momentum": {"momentum": 0.9}, "rmsprop": {}, "adam": {}}
RATES = [float(f"{10 ** ((n - 80) / 20):.3g}") for n in range(110)]
START = [-6.5, 2.0]


@pytest.fixture(scope="module")
def js():
    return engine("rotated_valley")


def race(js, **traits):
    """What the figure knows of each racer."""
    state = {"kappa": 1000, "angle": 0, "start": START, "steps": 100, "step": 100, "tuned": True} | traits
    js.eval(f"var runs = racers({json.dumps(state)})")
    return value(
        js, "runs.map(({ name, lr, path, losses, loss, unturned }) => [name, lr, path, losses, loss, unturned])"
    )


def bowl(kappa, degrees):
    return quadratic([1, kappa], angle=math.radians(degrees))


def turned(start, degrees):
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [c * start[0] - s * start[1], s * start[0] + c * start[1]]


# ---------------------------------------------------------------- parity


@pytest.mark.parametrize("kappa", [1, 25, 1000])
@pytest.mark.parametrize("degrees", [0, 20, 45, 90])
def test_paths_and_losses_are_the_librarys(js, kappa, degrees):
    fun = bowl(kappa, degrees)
    runs = race(js, kappa=kappa, angle=degrees, steps=200, step=150)
    for rule, (name, lr, path, losses, loss, _) in zip(RULES, runs, strict=True):
        opt = Optimizer(getattr(lectopt, rule), lr, **RULES[rule])
        ours = descend(fun, turned(START, degrees), opt, steps=200)
        theirs = np.array(path)
        # where w is near zero RMSProp jumps by signs, and the last bit of cos may decide
        alike = 200 if degrees == 0 and rule != "adam" else 60
        assert np.abs(ours - theirs)[:alike].max() <= 1e-9 * np.abs(ours).max(), name
        assert np.allclose(losses, [fun(w)[0] for w in theirs], rtol=1e-9, atol=1e-12)
        assert loss == losses[150]


def test_rates_are_in_the_grid_and_the_best_of_it(js):
    assert value(js, "RATES") == RATES
    for degrees in (0, 45):
        fun = bowl(25, degrees)
        runs = race(js, kappa=25, angle=degrees)
        for rule, (name, lr, *_) in zip(RULES, runs, strict=True):
            worst = []
            for rate in RATES:
                with np.errstate(over="ignore", invalid="ignore"):
                    opt = Optimizer(getattr(lectopt, rule), rate, **RULES[rule])
                    path = descend(fun, turned(START, degrees), opt, steps=100)
                    worst.append(max(fun(w)[0] for w in path[91:]))
            ours = np.nanmin(worst)
            assert worst[RATES.index(lr)] <= 1.001 * ours + 1e-12, (name, degrees)


def test_gradient_descent_and_momentum_do_not_see_the_angle(js):
    straight = race(js)
    for degrees in (5, 30, 45, 77):
        runs = race(js, angle=degrees)
        for before, after in zip(straight[:2], runs[:2], strict=True):
            assert after[1] == before[1] and np.allclose(after[3], before[3], rtol=1e-6)
        assert all(run[5] == before[4] for run, before in zip(runs, straight, strict=True))


def test_what_the_chapter_says_was_to_be_seen(js):
    loss = {d: {run[0]: run[4] for run in race(js, angle=d)} for d in (0, 1, 2, 5, 10, 15, 45)}
    assert loss[0]["RMSProp"] < loss[0]["Adam"] < loss[0]["momentum"] < loss[0]["gradient descent"]
    assert loss[5]["RMSProp"] > 1000 * loss[0]["RMSProp"]
    assert 0.8 < loss[45]["RMSProp"] / loss[45]["gradient descent"] < 1.2
    assert loss[10]["Adam"] < loss[10]["momentum"] < loss[15]["Adam"]
    assert loss[45]["Adam"] > 30 * loss[45]["momentum"]
    assert 6.5 < loss[0]["Adam"] / loss[1]["Adam"] < 7.5 and loss[2]["Adam"] < loss[0]["Adam"]
    rate = {d: race(js, angle=d)[3][1] for d in (0, 1, 45)}
    assert 3.9 < rate[1] / rate[0] < 4.1
    assert 18 < rate[45] / rate[0] < 26
    kept = race(js, angle=45, tuned=False)
    assert kept[3][1] == rate[0] and kept[3][4] > loss[45]["Adam"]


def test_outcome_in_words(js):
    js.eval(
        "const said = (o) => { const s = { kappa: 1000, start: [-6.5, 2], steps: 100, tuned: true, ...o };"
        " return outcome(racers(s), s, s.step); }"
    )
    words = value(js, "said({ angle: 0, step: 0 })")
    assert words == (
        "Along the axes, the losses at step 0: gradient descent 2000, momentum 2000, RMSProp 2000, Adam 2000."
    )
    words = value(js, "said({ angle: 45, step: 100 })")
    assert words.startswith("Turned by 45°, the losses at step 100: momentum 0.094, Adam ")


# ---------------------------------------------------------------- the widget in Python


@pytest.mark.parametrize(
    ("trait", "wrong", "message"),
    [
        ("kappa", 0.5, "kappa must be a number from 1 to 1000, got 0.5"),
        ("angle", 91, "angle must be a number from 0 to 90, got 91"),
        ("start", (10, 0), r"start must be two numbers \(from -9.5 to 9.5, from -9.5 to 9.5\)"),
        ("steps", 201, "steps must be a whole number from 1 to 200, got 201"),
        ("tuned", 1, "tuned must be True or False, got 1"),
    ],
)
def test_values_out_of_range_are_refused(trait, wrong, message):
    with pytest.raises(traitlets.TraitError, match=message):
        Demo("rotated_valley", **{trait: wrong})


# ---------------------------------------------------------------- on the page

PAGE = "chapters/05-adaptive.html"


@pytest.fixture
def valley(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "rotated_valley")


@pytest.mark.browser
@either_scheme
def test_starts_with_the_values_of_the_caption(valley, scheme):
    figure = valley(scheme=scheme)
    assert (figure["kappa"], figure["angle"], figure["steps"], figure["step"]) == (1000, 0, 100, 100)
    assert figure["start"] == START
    for rule, lr, loss in zip(RULES, figure["rates"], figure["losses"], strict=True):
        opt = Optimizer(getattr(lectopt, rule), lr, **RULES[rule])
        assert loss == pytest.approx(bowl(1000, 0)(descend(bowl(1000, 0), START, opt, 100)[-1])[0], rel=1e-6)
    assert figure.outcome().startswith("Along the axes, the losses at step 100: RMSProp ")


@pytest.mark.browser
def test_sliders_move_by_mouse_and_keyboard(valley):
    figure = valley()
    before, losses, angle = figure.drawing(), figure["losses"], figure.slider("angle")
    angle.focus()
    for _ in range(5):
        figure.page.keyboard.press("ArrowRight")
    assert figure["angle"] == 5 and figure.drawing() != before
    assert figure["losses"][:2] == pytest.approx(losses[:2], rel=1e-6) and figure["losses"][2] > 100 * losses[2]
    assert angle.get_attribute("aria-valuetext") == "5°"
    box = angle.bounding_box()
    figure.page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2)
    assert 40 <= figure["angle"] <= 50
    figure.slider("step").focus()
    figure.page.keyboard.press("Home")
    assert figure["step"] == 0
    figure.slider("steps").focus()
    figure.page.keyboard.press("End")
    assert figure["steps"] == figure["step"] == 200


@pytest.mark.browser
def test_buttons_and_switch(valley):
    figure = valley()
    figure.press("Turn it by 45°")
    tuned = figure["rates"]
    assert figure["angle"] == 45 and figure.outcome().startswith("Turned by 45°, the losses at step 100: momentum")
    figure.root.get_by_role("checkbox", name="best rate").uncheck()
    assert figure["rates"][:2] == tuned[:2] and figure["rates"][3] < 0.1 * tuned[3]
    figure.press("Along the axes")
    assert figure["angle"] == 0
    figure.press("Reset")
    assert figure.root.get_attribute("data-tuned") == "true"


@pytest.mark.browser
def test_the_start_is_dragged_turned_or_not_and_moved_by_arrow_keys(valley):
    figure = valley()
    figure.drag("start", 60, 0)
    along, across = figure["start"]
    assert -5 < along < 0 and across == pytest.approx(2, abs=0.1)
    figure.press("Reset")
    figure.press("Turn it by 45°")
    assert figure["start"] == START, "the start turns with the valley"
    figure.knob("start").focus()
    figure.page.keyboard.press("ArrowRight")
    moved = np.subtract(figure["start"], START)
    assert moved == pytest.approx([0.25 / math.sqrt(2), -0.25 / math.sqrt(2)], abs=0.01)
    figure.drag("start", -1000, 1000)
    assert math.hypot(*figure["start"]) <= 9.51, "it stays on the map"


@pytest.mark.browser
@pytest.mark.long
def test_every_control_has_a_name(valley):
    figure = valley()
    for name in ("turned by", "look at step", "condition number κ", "steps to run", "start of the paths"):
        assert figure.root.get_by_role("slider", name=name).count() == 1
    assert figure.root.get_by_role("checkbox", name="best rate").count() == 1


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.long
def test_a_phone_shows_everything(valley, theme):
    figure = valley(width=360, height=740, touch=True, theme=theme)
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    right = figure.root.evaluate(
        "(root) => Math.max(...[...root.querySelectorAll('*:not(svg *)')].map((n) => n.getBoundingClientRect().right))"
    )
    assert right <= 360
    for target in figure.root.locator("button, input[type=range], .knob .touch, label.switch").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 32
    figure.root.get_by_role("button", name="Turn it by 45°").tap()
    assert figure["angle"] == 45


@pytest.mark.browser
@pytest.mark.long
def test_a_slider_is_answered_at_once_and_the_outcome_told_after_a_pause(valley):
    figure = valley()
    region = figure.root.get_by_role("status")
    assert region.inner_text() == "", "nothing is told before something has happened"
    milliseconds = figure.root.evaluate(
        """async (root) => {
          const bar = root.querySelector("input[data-trait=angle]"), times = [];
          for (let i = 0; i < 40; i++) {
            bar.value = 1 + i;
            const start = performance.now();
            bar.dispatchEvent(new Event("input"));
            await null;
            root.getBoundingClientRect();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[20];
        }"""
    )
    assert milliseconds < 50
    assert region.inner_text() == ""
    figure.page.wait_for_timeout(1100)
    assert region.inner_text() == figure.outcome()
