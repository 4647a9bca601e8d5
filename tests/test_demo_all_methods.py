"""The race of all methods: its numbers against the library's, its traits, and its manners on the page."""

import itertools
import json
import math
import re
from inspect import signature
from pathlib import Path

import numpy as np
import pytest
import traitlets
from figure import Figure, either_scheme, engine, same_bits, value

import lectopt
from lectopt import Optimizer, beale, descend, double_well, quadratic, rosenbrock
from lectopt.demos import Demo
from lectopt.demos.table import METHODS


@pytest.fixture(scope="module")
def js():
    return engine("all_methods")


def js_run(js, problem, start, rule, hyper, steps):
    numbers = js.eval(f"bits(run({problem}, {json.dumps(start)}, {rule}, {json.dumps(hyper)}, {steps}))")
    return np.array(numbers.split(), dtype=np.uint32).view(np.float64).reshape(-1, len(start))


# ---------------------------------------------------------------- parity

DEMOS = Path(lectopt.__file__).parent / "demos"
PROBLEMS = {
    "quadratic([1, 25])": quadratic([1, 25]),
    "quadratic([-0.3, 7])": quadratic([-0.3, 7]),
    "turned([1, 25], Math.PI / 4)": quadratic([1, 25], angle=math.pi / 4),
    "rosenbrock": rosenbrock,
    "saddle": lectopt.saddle,
    "doubleWell": double_well,
    "beale": beale,
}
RULES = {
    "sgd": [{}],
    "momentum": [{"momentum": 0.9}],
    "nesterov": [{"momentum": 0.9}],
    "adagrad": [{}, {"eps": 0.1}],
    "rprop": [{}, {"shrink": 0.3, "grow": 1.5, "d_min": 0.01, "d_max": 0.5}],
    "rmsprop": [{}, {"rho": 0.99, "eps": 0.1}],
    "adam": [{}, {"beta1": 0.5, "beta2": 0.99, "eps": 0.1}],
    "adamw": [{}, {"weight_decay": 0.3, "beta1": 0.5}],
}
STARTS = [[-9.0, 3.0], [-1.2, 1.0], [1.0, 0.0]]
POWERS = {rule for rule in RULES if "beta1" in signature(getattr(lectopt, rule)).parameters}  # beta^t: the last bit
WRITTEN = re.findall(r"^function (\w+)\(w, g,", (DEMOS / "methods.js").read_text("utf-8"), re.M)


def test_every_rule_written_in_javascript_is_compared():
    assert set(WRITTEN) <= set(RULES), "add it to RULES, with hyperparameters to try"


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("rule", RULES)
def test_trajectories_are_the_librarys(js, problem, rule):
    for hyper, lr, start in itertools.product(RULES[rule], [1e-3, 0.03, 0.7], STARTS):
        with np.errstate(over="ignore", invalid="ignore"):
            ours = descend(PROBLEMS[problem], start, Optimizer(getattr(lectopt, rule), lr, **hyper), steps=400)
        theirs = js_run(js, problem, start, rule, {"lr": lr, **hyper}, 400)
        if rule in POWERS or problem.startswith("turned"):
            finite = np.isfinite(ours)
            assert np.array_equal(finite, np.isfinite(theirs)), (hyper, lr, start)
            difference = np.abs(ours[finite] - theirs[finite]).max()
            assert difference <= 1e-12 * np.abs(ours[finite]).max(), (hyper, lr, start)
        else:
            assert same_bits(ours, theirs), (hyper, lr, start)


@pytest.mark.parametrize("rule", WRITTEN)
def test_vectors_of_any_length(js, rule):
    """`run` and the adaptive rules do not know two dimensions; core.js's rules do."""
    bowl = "(w) => [0, w.map((x, i) => x * (i + 1))]"
    start = [3.0, -1.0, 0.5, 0.0, -0.0]
    ours = descend(lambda w: (0.0, w * np.arange(1.0, 6.0)), start, Optimizer(getattr(lectopt, rule), 0.1), steps=300)
    assert np.abs(ours - js_run(js, bowl, start, rule, {"lr": 0.1}, 300)).max() <= 1e-12


def test_a_figure_may_look_at_the_state(js):
    js.eval(
        "const seen = []; run(quadratic([1, 2]), [1, 1], adam, { lr: 0.1 }, 3,"
        " (t, w, state, g) => seen.push([t, w[0], state.length, state[0][1], g[1]]))"
    )
    seen = value(js, "seen")
    assert seen[0] == [1, 1, 2, 0, 2] and seen[1][0] == 2 and seen[1][3] == pytest.approx(0.2)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_losses_are_the_librarys(js, problem):
    points = np.random.default_rng(0).normal(size=(100, 2)) * [3, 2]
    ours = np.array([PROBLEMS[problem](w)[0] for w in points])
    js.eval(f"var points = {json.dumps(points.tolist())}")
    theirs = np.array(js.eval(f"bits(points.map((w) => {problem}(w)[0]))").split(), dtype=np.uint32).view(np.float64)
    assert same_bits(ours, theirs) if not problem.startswith("turned") else np.allclose(ours, theirs, rtol=1e-12)


# ---------------------------------------------------------------- the race

SURFACES = {
    "valley": quadratic([1, 25]),
    "turned": quadratic([1, 25], angle=math.pi / 4),
    "rosenbrock": rosenbrock,
    "wells": double_well,
    "beale": beale,
}


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_is_lowest_at_its_goals_and_descended_at_its_sensible_rates(js, surface):
    assert json.loads(js.eval("JSON.stringify(names)")) == list(METHODS)
    place = value(js, f"SURFACES.{surface}")
    for goal in place["goals"]:
        loss, g = SURFACES[surface](np.array(goal, dtype=float))
        assert loss == 0 and not g.any()
    start, rates = place["start"], value(js, f"SURFACES.{surface}.rates(25)")
    assert all(low <= x <= high for x, (low, high) in zip(start, (place["x"], place["y"]), strict=True))
    before = SURFACES[surface](np.array(start))[0]
    for name, lr in zip(METHODS, rates, strict=True):
        path = descend(SURFACES[surface], start, Optimizer(getattr(lectopt, name), lr), steps=100)
        after = SURFACES[surface](path[-1])[0]
        assert after < 0.9 * before, (name, after)
        js.eval(f"var one = racer(SURFACES.{surface}.fun(25), {start}, {name!r}, {lr}, 100, 100)")
        assert value(js, "[one.loss, one.lost]") == [pytest.approx(after, rel=1e-6, abs=1e-15), False]


@pytest.mark.parametrize("surface", SURFACES)
def test_the_best_rate_ends_lowest_of_all_in_its_grid(js, surface):
    start, grid = value(js, f"SURFACES.{surface}.start"), [float(f"{10 ** (n / 20):.3g}") for n in range(-80, 21)]
    for name in ("sgd", "rmsprop"):
        with np.errstate(over="ignore", invalid="ignore"):
            paths = [descend(SURFACES[surface], start, Optimizer(getattr(lectopt, name), lr), steps=60) for lr in grid]
            ends = [SURFACES[surface](path[-1])[0] for path in paths]
        best = value(js, f"bestRate(SURFACES.{surface}.fun(25), {start}, {name!r}, 60)")
        assert best == pytest.approx(grid[int(np.nanargmin(ends))])


def test_outcome_in_words(js):
    def words(step, **rates):
        racers = [f"racer(quadratic([1, 25]), [-9, 3], '{name}', {lr}, 100, {step})" for name, lr in rates.items()]
        return value(js, f"outcome([{', '.join(racers)}], {step})")

    assert words(3) == "No method is switched on."
    assert words(0, sgd=0.1) == "At step 0 the first is gradient descent with loss 150."
    assert words(100, sgd=0.04, adam=0.01).startswith("At step 100 the first is gradient descent with loss 0.0")
    assert words(100, sgd=1, adam=0.3).endswith("; gradient descent has diverged.")
    assert words(100, sgd=1, momentum=1) == "At step 100 gradient descent and momentum have diverged."


# ---------------------------------------------------------------- the widget in Python


def test_traits_of_words_and_rates():
    demo = Demo("all_methods", surface="beale", shown=["adam", "sgd"], rates={"adam": 0.5})
    assert (demo.surface, demo.shown, demo.rates) == ("beale", ("sgd", "adam"), (("adam", 0.5),))
    demo.rates = [("rprop", 1), ("sgd", 0.1)]
    assert demo.rates == (("sgd", 0.1), ("rprop", 1.0))
    assert repr(eval(repr(demo))) == repr(demo)
    demo.shown = ()
    assert demo.shown == () and Demo("all_methods").shown == METHODS


@pytest.mark.parametrize(
    ("trait", "wrong", "message"),
    [
        ("surface", "bowl", "surface must be one of valley, turned, rosenbrock, wells, beale, got 'bowl'"),
        ("surface", ["valley"], "surface must be one of"),
        ("shown", "adam", "shown must be some of sgd, momentum, .*, got 'adam'"),
        ("shown", ["adams"], "shown must be some of"),
        ("shown", 3, "shown must be some of"),
        ("rates", {"adam": 0}, "rates must be numbers from 1e-05 to 100 for some of sgd, .*, got {'adam': 0}"),
        ("rates", {"adams": 0.1}, "rates must be numbers"),
        ("rates", {"adam": True}, "rates must be numbers"),
        ("rates", 0.1, "rates must be numbers"),
    ],
)
def test_values_out_of_range_are_refused(trait, wrong, message):
    with pytest.raises(traitlets.TraitError, match=message):
        Demo("all_methods", **{trait: wrong})


# ---------------------------------------------------------------- on the page

PAGE = "chapters/00-orientation.html"


@pytest.fixture
def race(open_page):
    return lambda **how: Figure(open_page(PAGE, **how), "all_methods")


def choose(figure, trait, option):
    figure.root.locator(f"select[data-trait={trait}]").select_option(option)


def attribute(figure, name):
    return figure.root.get_attribute(f"data-{name}")


@pytest.mark.browser
@either_scheme
def test_starts_with_the_values_of_the_caption(race, scheme):
    figure = race(scheme=scheme)
    assert (attribute(figure, "surface"), figure["kappa"], figure["start"]) == ("valley", 25, [-9, 3])
    assert (figure["step"], figure["steps"]) == (15, 100)
    assert attribute(figure, "shown").split() == list(METHODS)
    assert figure["rates"] == pytest.approx([0.072, 0.02, 0.04, 2, 0.1, 0.15, 0.35])
    for name, lr, loss in zip(METHODS, figure["rates"], figure["losses"], strict=True):
        path = descend(quadratic([1, 25]), [-9.0, 3.0], Optimizer(getattr(lectopt, name), lr), steps=15)
        assert loss == pytest.approx(quadratic([1, 25])(path[-1])[0], rel=1e-9)
    assert figure.outcome().startswith("At step 15 the first is ")


@pytest.mark.browser
def test_sliders_move_by_mouse_and_keyboard(race):
    figure = race()
    before, step = figure.drawing(), figure.slider("step")
    step.focus()
    figure.page.keyboard.press("ArrowRight")
    assert figure["step"] == 16 and figure.drawing() != before
    box = step.bounding_box()
    figure.page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2)
    assert 45 <= figure["step"] <= 55
    figure.slider("steps").focus()
    figure.page.keyboard.press("Home")
    assert figure["steps"] == figure["step"] == 10
    figure.slider("kappa").focus()
    figure.page.keyboard.press("End")
    assert figure["kappa"] == 1000 and figure["rates"][0] == pytest.approx(0.0018)


@pytest.mark.browser
def test_a_method_is_chosen_and_its_rate_set(race):
    figure = race()
    figure.root.locator("input[data-method=adam]").uncheck()
    assert attribute(figure, "shown").split() == list(METHODS[:-1])
    choose(figure, "method", "adam")
    assert attribute(figure, "shown").split() == list(METHODS), "who is chosen takes part"
    rates, losses = figure["rates"], figure["losses"]
    figure.slider("lr").focus()
    figure.page.keyboard.press("ArrowRight")
    assert figure["rates"][:-1] == rates[:-1] and figure["rates"][-1] > rates[-1]
    assert figure["losses"][:-1] == losses[:-1] and figure["losses"][-1] != losses[-1]


@pytest.mark.browser
def test_every_surface_is_drawn_and_has_its_own_start(race):
    figure = race()
    drawings = {figure.drawing()}
    for surface in ("turned", "rosenbrock", "wells", "beale"):
        choose(figure, "surface", surface)
        assert attribute(figure, "surface") == surface
        assert figure.root.locator(".contour").count() >= 1
        drawings.add(figure.drawing())
        assert figure.slider("kappa").is_visible() == (surface == "turned")
    assert len(drawings) == 5 and figure["start"] == [1, 1.2]


@pytest.mark.browser
def test_the_start_is_dragged_and_moved_by_arrow_keys(race):
    figure = race()
    figure.drag("start", 100, -10)
    w1, w2 = figure["start"]
    assert -7 < w1 < 0 and 3 < w2 <= 4
    figure.press("Reset")
    figure.knob("start").focus()
    figure.page.keyboard.press("ArrowDown")
    assert figure["start"] == [-9, 2.75]
    choose(figure, "surface", "beale")
    figure.drag("start", 5000, 0)
    assert figure["start"][0] == 5, "it stays on the surface"


@pytest.mark.browser
def test_snap_break_it_and_reset(race):
    figure = race()
    sensible = figure["rates"]
    figure.press("All rates × 10")
    assert figure["rates"] == pytest.approx([10 * rate for rate in sensible])
    assert "have diverged" in figure.outcome()
    figure.press("All rates ÷ 10")
    assert figure["rates"] == pytest.approx(sensible, rel=0.01)
    figure.press("Snap to the best rates")
    assert figure["rates"][0] == pytest.approx(0.0708) and figure["rates"][3] == 10
    figure.press("Sensible rates")
    assert figure["rates"] == sensible
    choose(figure, "surface", "wells")
    figure.press("Reset")
    assert attribute(figure, "surface") == "valley" and figure["start"] == [-9, 3]


@pytest.mark.browser
def test_none_is_shown(race):
    figure = race()
    for name in METHODS:
        figure.root.locator(f"input[data-method={name}]").uncheck()
    assert figure.outcome() == "No method is switched on."
    assert figure.root.locator("path.runner").count() == len(METHODS), "only the swatches are left"


@pytest.mark.browser
@pytest.mark.long
def test_every_control_has_a_name(race):
    figure = race()
    for name in ("look at step", "steps to run", "condition number κ", "its learning rate η", "start of the paths"):
        assert figure.root.get_by_role("slider", name=name).count() == 1
    for name in ("surface", "learning rate of"):
        assert figure.root.get_by_role("combobox", name=name).count() == 1
    for name in ("gradient descent", "Nesterov", "Adam"):
        assert figure.root.get_by_role("checkbox", name=name, exact=True).count() == 1


@pytest.mark.browser
@pytest.mark.long
def test_a_phone_shows_everything(race):
    figure = race(width=360, height=740, touch=True)
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    right = figure.root.evaluate(
        "(root) => Math.max(...[...root.querySelectorAll('*:not(svg *)')].map((n) => n.getBoundingClientRect().right))"
    )
    assert right <= 360
    for target in figure.root.locator("button, select, input[type=range], .knob .touch, .switch").all():
        if target.is_visible():
            box = target.bounding_box()
            assert min(box["width"], box["height"]) >= 32
    figure.root.locator("input[data-method=sgd]").tap()
    assert attribute(figure, "shown").split() == list(METHODS[1:])


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_can_be_told_from_the_ground_and_apart(race, theme):
    figure = race(theme=theme)
    looks = figure.root.evaluate(
        """(root) => {
          const rgb = (style) => {
            const canvas = document.createElement("canvas").getContext("2d");
            canvas.fillStyle = style;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
          };
          const ground = rgb(getComputedStyle(root.querySelector(".ground")).fill);
          const swatches = [...root.querySelectorAll(".swatch-line path:first-child")];
          const lines = swatches.map((path) => getComputedStyle(path));
          return [ground, ...lines.map((style) => [rgb(style.stroke), style.strokeDasharray])];
        }"""
    )
    ground, *lines = looks
    assert len({dash for _, dash in lines}) == len({tuple(rgb) for rgb, _ in lines}) == 7
    for rgb, _ in lines:
        low, high = sorted((luminance(rgb), luminance(ground)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, rgb


def luminance(rgb):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (x / 255 for x in rgb)]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.browser
def test_the_outcome_is_told_once_after_a_pause_and_a_slider_is_answered_at_once(race):
    figure = race()
    region = figure.root.get_by_role("status")
    assert region.inner_text() == "", "nothing is told before something has happened"
    milliseconds = figure.root.evaluate(
        """async (root) => {
          const bar = root.querySelector("input[data-trait=lr]"), times = [];
          for (let i = 0; i < 30; i++) {
            bar.value = 60 + i;
            const start = performance.now();
            bar.dispatchEvent(new Event("input"));
            await null;
            root.getBoundingClientRect();
            times.push(performance.now() - start);
          }
          return times.sort((a, b) => a - b)[15];
        }"""
    )
    assert milliseconds < 30
    assert region.inner_text() == ""
    figure.page.wait_for_timeout(1100)
    assert region.inner_text() == figure.outcome()
