"""The demos' JavaScript computes what lectopt computes, to the last bit; traits take what they should."""

import itertools
import json
import re
import subprocess
import sys

import numpy as np
import pytest
import quickjs
import traitlets
from conftest import ROOT
from figure import engine, js_path, same_bits, value

from lectopt import Optimizer, descend, momentum, nesterov, quadratic, rosenbrock, saddle, sgd
from lectopt.demos import DEMOS, Demo, source


@pytest.fixture(scope="module")
def js():
    return engine()


# ---------------------------------------------------------------- parity

PROBLEMS = {
    "quadratic([1, 1])": quadratic([1, 1]),
    "quadratic([1, 25])": quadratic([1, 25]),
    "quadratic([1, 316.2])": quadratic([1, 316.2]),
    "quadratic([-0.3, 7])": quadratic([-0.3, 7]),
    "rosenbrock": rosenbrock,
    "saddle": saddle,
}
RULES = {"sgd": (sgd, [None]), "momentum": (momentum, [0.0, 0.5, 0.93]), "nesterov": (nesterov, [0.0, 0.5, 0.93])}
STARTS = [[-9.0, 2.0], [1.0, 1.0], [0.1, -0.3], [0.0, 3.7]]


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("rule", RULES)
def test_trajectories_are_equal_bit_for_bit(js, problem, rule):
    method, momenta = RULES[rule]
    ended = set()
    for mu, lr, start in itertools.product(momenta, [1e-3, 0.037, 1 / 3, 2.1], STARTS):
        hyper = {} if mu is None else {"momentum": mu}
        with np.errstate(over="ignore", invalid="ignore"):
            ours = descend(PROBLEMS[problem], start, Optimizer(method, lr, **hyper), steps=600)
        theirs = js_path(js, problem, start, rule, {"lr": lr, **hyper}, 600)
        assert same_bits(ours, theirs), (mu, lr, start)
        ended.add(bool(np.isfinite(ours[-1]).all()))
    if problem != "quadratic([1, 1])" and problem != "saddle":
        assert ended == {True, False}, "the list should hold paths that converge and paths that overflow"


@pytest.mark.parametrize("problem", PROBLEMS)
def test_losses_are_equal_bit_for_bit(js, problem):
    points = np.random.default_rng(0).normal(size=(200, 2)) * [5, 2]
    ours = np.array([PROBLEMS[problem](w)[0] for w in points])
    js.eval(f"var points = {json.dumps(points.tolist())}")
    theirs = np.array(js.eval(f"bits(points.map((w) => {problem}(w)[0]))").split(), dtype=np.uint32).view(np.float64)
    assert same_bits(ours, theirs)


@pytest.mark.parametrize(
    ("kappa", "counts"),  # of chapter 3: gradient descent, heavy ball, Nesterov as usual and tuned for quadratics
    [(10, [69, 27, 42, 36]), (100, [691, 93, 154, 132]), (1000, [6908, 315, 507, 438])],
)
def test_race_counts_the_steps_of_the_chapter(kappa, counts):
    js = engine("race")
    js.eval(
        "const counts = (kappa, tuned) => racers({ kappa, tuned }).map((r) =>"
        " stepsToMillionth(quadratic([1, kappa]), [1, 1], r.rule, r.hyper, MOST))"
    )
    assert value(js, f"[...counts({kappa}, false), counts({kappa}, true)[2]]") == counts


# ---------------------------------------------------------------- regimes and best values


def eigenvalues(mu, lr, curvature):
    """Of the iteration (w, v) -> (w - lr (mu v + c w), mu v + c w), written as a matrix."""
    return np.linalg.eigvals(np.array([[1 - lr * curvature, -lr * mu], [curvature, mu]]))


def settings(n=400):
    rng = np.random.default_rng(1)
    return zip(rng.uniform(0, 0.99, n).tolist(), rng.uniform(0.01, 4.4, n).tolist(), strict=True)


def test_rate_is_the_spectral_radius(js):
    for mu, y in settings():
        rate = value(js, f"rate({{ momentum: {mu}, lr: {y / 25} }}, 25)")
        assert rate == pytest.approx(np.abs(eigenvalues(mu, y / 25, 25)).max(), rel=1e-6), (mu, y)


def test_regime_is_what_the_eigenvalues_say(js):
    seen = set()
    for mu, y in settings():
        eig = eigenvalues(mu, y / 25, 25)
        if np.abs(eig).max() >= 1:
            expected = "diverges"
        elif np.iscomplex(eig).any():
            expected = "swings"
        else:
            expected = "creeps" if eig.real.min() > 0 else "flips at every step"
        assert value(js, f"regime({{ momentum: {mu}, lr: {y / 25} }}, 25)") == expected, (mu, y)
        seen.add(expected)
    assert len(seen) == 4


def test_regimes_at_the_borders(js):
    assert value(js, "regime({ momentum: 0.5, lr: 3 / 25 }, 25)") == "diverges"
    assert value(js, "regime({ momentum: 0.5, lr: 0 }, 25)") == "does not move"
    assert value(js, "regime({ momentum: 0.25, lr: 0.25 }, 1)") == "critically damped"
    assert value(js, "rate({ momentum: 0, lr: 1 }, 1)") == 0


def worst(mu, lr, kappa):
    return max(np.abs(eigenvalues(mu, lr, c)).max() for c in (1, kappa))


@pytest.mark.parametrize("kappa", [1, 2, 25, 100, 1000])
def test_best_heavy_ball(js, kappa):
    best = value(js, f"bestHeavyBall({kappa})")
    rate = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
    # at the best values the two eigenvalues are one: a round-off of 1e-16 moves them by its root
    assert worst(best["momentum"], best["lr"], kappa) == pytest.approx(rate, abs=1e-7)
    assert value(js, f"rate({json.dumps(best)}, {kappa})") == pytest.approx(rate, abs=1e-7)
    for dm, dl in itertools.product([-1e-3, 0, 1e-3], [0.999, 1, 1.001]):
        if (dm or dl != 1) and best["momentum"] + dm >= 0:
            assert worst(best["momentum"] + dm, best["lr"] * dl, kappa) > rate


def nesterov_radius(mu, lr, curvature):
    """Of w_{t+1} = (1 - lr c) ((1 + mu) w_t - mu w_{t-1}), the look-ahead points of Nesterov's method."""
    shrink = 1 - lr * curvature
    return np.abs(np.roots([1, -shrink * (1 + mu), shrink * mu])).max()


@pytest.mark.parametrize("kappa", [2, 25, 400])
def test_best_descent_and_nesterov(js, kappa):
    assert value(js, f"bestDescent({kappa}).lr") == 2 / (1 + kappa)
    usual, tuned = (value(js, f"bestNesterov({kappa}, {flag})") for flag in ("false", "true"))
    radius = lambda best: max(nesterov_radius(best["momentum"], best["lr"], c) for c in (1, kappa))  # noqa: E731
    assert radius(usual) == pytest.approx(1 - 1 / np.sqrt(kappa), abs=1e-6)
    assert radius(tuned) == pytest.approx(1 - 2 / np.sqrt(3 * kappa + 1), abs=1e-6)


@pytest.mark.parametrize("kappa", [1, 4, 25, 1000])
def test_shaded_levels_are_where_the_rate_is_at_most_that(js, kappa):
    rng = np.random.default_rng(2)
    for steps in (1000, 100, 30):
        r = 10 ** (-6 / steps)
        corners = np.array(value(js, f"levelCorners(levelRate({steps}), {kappa})"))
        assert (len(corners) == 0) == (r < (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1))
        if len(corners):
            for mu, y in [*(rng.dirichlet(np.ones(4), 20) @ corners)]:
                assert worst(mu, y / kappa, kappa) <= r + 1e-7
        for mu, y in rng.uniform([0, 0.01], [0.99, 4.4], (40, 2)):
            if not inside(corners, (mu, y)):
                assert worst(mu, y / kappa, kappa) > r - 1e-7


def inside(corners, p):
    """Whether a point lies in a convex polygon: always on the same side of the edges."""
    sides = [np.linalg.det([b - a, p - a]) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)]
    return len(sides) > 0 and (min(sides) >= -1e-12 or max(sides) <= 1e-12)


def test_outcome_in_words(js):
    def words(mu, lr):
        return value(js, f"outcome({{ kappa: 25, momentum: {mu}, lr: {lr} }}).words")

    assert words(0.5, 0.02) == "Rate 0.958 a step: |w| shrinks by a factor of a million in about 323 steps."
    assert words(0.5, 0.1224).startswith("It diverges")
    assert words(0.5, 0).startswith("It never arrives")


def test_numbers_in_words(js):
    numbers = [0.02, 0.11111, 1000, 0.0000101, 8.79e-30, 0, 1.25e9]
    expected = ["0.02", "0.111", "1000", "1.01 · 10⁻⁵", "8.79 · 10⁻³⁰", "0", "1.25 · 10⁹"]
    assert value(js, f"{numbers}.map((x) => round(x))") == expected


# ---------------------------------------------------------------- the widget in Python


def test_traits_are_set_by_keyword_and_by_attribute():
    demo = Demo("momentum_plane", momentum=0.9, start=[1, -2])
    demo.lr, demo.steps = np.float32(0.25), np.int64(30)
    assert (demo.momentum, demo.lr, demo.start, demo.steps) == (0.9, 0.25, (1.0, -2.0), 30)
    assert demo.get_state()["start"] == (1.0, -2.0)
    assert Demo("momentum_plane").momentum == 0.5, "demos do not share values"


def test_repr_holds_the_values_and_no_address():
    demo = Demo("momentum_plane", kappa=10)
    assert repr(demo) == ("Demo('momentum_plane', kappa=10.0, momentum=0.5, lr=0.02, start=(-9.0, 2.0), steps=100)")
    assert demo._repr_mimebundle_()[0]["text/plain"] == repr(demo)
    assert repr(eval(repr(demo))) == repr(demo)


def test_unknown_names_are_refused_with_those_there_are():
    with pytest.raises(ValueError, match="no demo 'momentum'; there are: momentum_plane, race"):
        Demo("momentum")
    with pytest.raises(TypeError, match="no trait 'mu'; it has: kappa, momentum, lr, start, steps"):
        Demo("momentum_plane", mu=0.5)
    with pytest.raises(AttributeError, match="'race' has no trait 'lr'; it has: kappa, start, steps, step, tuned"):
        Demo("race").lr = 0.1


@pytest.mark.parametrize(
    ("trait", "wrong", "message"),
    [
        ("kappa", 0.5, "kappa must be a number from 1 to 1000, got 0.5"),
        ("momentum", 1.0, "momentum must be a number from 0 to 0.999, got 1.0"),
        ("lr", float("nan"), "lr must be a number from 0 to 10, got nan"),
        ("lr", True, "lr must be a number from 0 to 10, got True"),
        ("lr", "0.1", "lr must be a number from 0 to 10, got '0.1'"),
        ("steps", 2.5, "steps must be a whole number from 1 to 500, got 2.5"),
        ("start", 3, r"start must be two numbers \(from -10 to 10, from -4 to 4\), got 3"),
        ("start", (1, 2, 3), "start must be two numbers"),
        ("start", (1, 5), "start must be two numbers"),
    ],
)
def test_values_out_of_range_are_refused(trait, wrong, message):
    with pytest.raises(traitlets.TraitError, match=message):
        Demo("momentum_plane", **{trait: wrong})
    demo = Demo("momentum_plane")
    before = repr(demo)
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(demo, trait, wrong)
    assert repr(demo) == before


def test_a_switch_is_true_or_false():
    assert Demo("race", tuned=True).tuned is True
    with pytest.raises(traitlets.TraitError, match="tuned must be True or False, got 1"):
        Demo("race", tuned=1)


@pytest.mark.parametrize("name", DEMOS)
def test_source_is_small_complete_and_asks_nobody(name):
    code = source(name)
    assert len(code.encode()) <= 30_000
    ends = code.rstrip().endswith("export default { render };") and code.count("export ") == 1
    assert ends, "its last line, and its only export, is `export default { render };`"
    assert set(re.findall(r"https?://[^\s\"']+", code)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\bimport\b\s*[({\"']|\bfetch\(|Math\.random", code)
    listed = re.search(r"const NAMES = (\[.*?\]);", code)
    assert listed, 'write its traits on one line: const NAMES = ["lr", ...];'
    assert json.loads(listed[1]) == list(DEMOS[name]), "the figure and Python know the same traits, in one order"


@pytest.mark.parametrize("name", DEMOS)
def test_source_is_a_module(name):
    """Here a name that core.js has too is an error, as in a browser; a script would take the later one."""
    quickjs.Context().module(source(name))


@pytest.mark.parametrize("name", DEMOS)
def test_every_figure_stands_on_a_page_and_has_tests(name):
    pages = [*ROOT.glob("chapters/*.md"), *ROOT.glob("*.md")]
    assert any(f'Demo("{name}"' in page.read_text("utf-8") for page in pages), "show it: Demo(NAME, ...) in a cell"
    tests = [file for file in ROOT.glob("tests/test_demo*.py") if f'"{name}"' in file.read_text("utf-8")]
    assert tests, f"write tests/test_demo_{name}.py"


def test_import_lectopt_loads_no_widgets():
    code = "import lectopt, sys; print({'anywidget', 'ipywidgets', 'traitlets'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"
