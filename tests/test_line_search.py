"""Line searches: what they return meets its conditions, on easy and on nasty lines."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lectopt import quadratic, rosenbrock
from lectopt.line_search import backtracking, wolfe


def counted(fun):
    def wrapper(w):
        wrapper.calls += 1
        return fun(w)

    wrapper.calls = 0
    return wrapper


def line(f, df):
    """A function of one number as a problem in one coordinate."""
    return lambda w: (f(float(w[0])), np.array([df(float(w[0]))]))


NASTY = {  # the functions of Moré and Thuente (1994), and others
    "far minimum": line(lambda a: -a / (a * a + 2), lambda a: (a * a - 2) / (a * a + 2) ** 2),
    "flat": line(
        lambda a: (a + 0.004) ** 5 - 2 * (a + 0.004) ** 4, lambda a: 5 * (a + 0.004) ** 4 - 8 * (a + 0.004) ** 3
    ),
    "cosine": line(lambda a: math.cos(a) - 0.1 * a - 1, lambda a: -math.sin(a) - 0.1),
    "wall": line(
        lambda a: math.inf if a >= 0.01 else -math.log(0.01 - a) - 200 * a,
        lambda a: math.nan if a >= 0.01 else 1 / (0.01 - a) - 200,
    ),
    "steep": line(lambda a: 1e8 * (a - 1e-5) ** 2, lambda a: 2e8 * (a - 1e-5)),
}


@pytest.mark.parametrize("lr", [1e-3, 0.1, 1.0, 10.0, 1000.0])
@pytest.mark.parametrize("name", NASTY)
def test_wolfe_on_nasty_lines(name, lr):
    fun, w, d = counted(NASTY[name]), np.zeros(1), np.ones(1)
    loss0, g0 = fun(w)
    found, loss, g = wolfe(fun, w, d, lr=lr)
    assert found > 0 and loss == fun(np.array([found]))[0] and g == fun(np.array([found]))[1]
    assert loss <= loss0 + 1e-4 * found * g0[0]
    assert abs(g[0]) <= 0.9 * abs(g0[0])
    assert fun.calls < 25


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 10_000), st.floats(1e-3, 1e3), st.sampled_from([0.1, 0.9]))
def test_wolfe_conditions_on_rosenbrock(seed, lr, c2):
    rng = np.random.default_rng(seed)
    w, d = rng.normal(size=2), rng.normal(size=2)
    loss0, g0 = rosenbrock(w)
    d *= -np.sign(d @ g0)
    found, loss, g = wolfe(rosenbrock, w, d, lr=lr, c2=c2)
    s = found * d
    assert (loss, g.tolist()) == (rosenbrock(w + s)[0], rosenbrock(w + s)[1].tolist())
    assert found > 0 and loss <= loss0 + 1e-4 * (s @ g0)
    assert abs(d @ g) <= c2 * abs(d @ g0)
    assert s @ (g - g0) > 0  # what BFGS needs


def test_wolfe_finds_the_minimum_of_a_parabola_by_one_interpolation():
    fun = counted(quadratic([1.0]))
    lr, loss, _ = wolfe(fun, np.array([1.0]), np.array([-1.0]), lr=2.5, c2=0.1)
    assert lr == pytest.approx(1.0) and loss < 1e-30 and fun.calls == 3


def test_wolfe_takes_the_first_lr_if_it_will_do():
    fun = counted(quadratic([1.0]))
    assert wolfe(fun, np.array([1.0]), np.array([-1.0]), lr=0.4)[0] == 0.4 and fun.calls == 2


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.floats(1e-3, 1e3), st.sampled_from([0.3, 0.5]))
def test_backtracking_takes_the_first_that_will_do(seed, lr, shrink):
    rng = np.random.default_rng(seed)
    w = rng.normal(size=2)
    loss0, g0 = rosenbrock(w)
    found, loss, g = backtracking(rosenbrock, w, -g0, lr=lr, shrink=shrink)
    while rosenbrock(w - lr * g0)[0] > loss0 - 1e-4 * lr * (g0 @ g0):
        lr *= shrink
    assert found == lr
    assert (loss, g.tolist()) == (rosenbrock(w - lr * g0)[0], rosenbrock(w - lr * g0)[1].tolist())


def test_backtracking_begins_with_a_whole_step():
    assert backtracking(quadratic([1.0]), np.array([1.0]), np.array([-0.5]))[0] == 1


@pytest.mark.parametrize("search", [backtracking, wolfe])
def test_a_known_start_is_not_computed_again(search):
    fun, w, d = counted(rosenbrock), np.array([-1.2, 1.0]), np.array([1.0, 0.0])
    plain = search(fun, w, d)
    calls = fun.calls
    again = search(fun, w, d, start=rosenbrock(w))
    assert fun.calls == 2 * calls - 1 and again[:2] == plain[:2]
    assert w.tolist() == [-1.2, 1.0] and d.tolist() == [1.0, 0.0]


@pytest.mark.parametrize("search", [backtracking, wolfe])
def test_where_rounding_leaves_nothing_lr_is_zero(search):
    def fun(w):  # claims a slope that the loss does not have
        return 1.0 + float(w[0]) ** 2 * 1e-40, np.array([-1e-3])

    lr, loss, g = search(fun, np.array([1.0]), np.array([1.0]))
    assert lr == 0 and loss == fun(np.array([1.0]))[0] and g.tolist() == [-1e-3]


@pytest.mark.parametrize("search", [backtracking, wolfe])
def test_float32_stays_float32(search):
    fun = quadratic([1.0, 3.0])
    w = np.array([1.0, 2.0], dtype=np.float32)
    lr, _, g = search(fun, w, -fun(w)[1])
    assert isinstance(lr, float) and g.dtype == np.float32


@pytest.mark.parametrize("search", [backtracking, wolfe])
@pytest.mark.parametrize(
    ("w", "d", "hyper", "words"),
    [
        ([1.0], [1.0], {}, r"direction must descend.* is 1.0"),
        ([1.0], [0.0], {}, "direction must descend"),
        ([1.0], [np.nan], {}, "finite"),
        ([1.0], [-1.0, 0.0], {}, r"w's shape \(1,\), got \(2,\)"),
        ([np.inf], [-1.0], {}, "finite"),
        ([1.0], [-1.0], {"lr": 0.0}, "lr must lie between 0 and inf, got 0.0"),
        ([1.0], [-1.0], {"lr": -1.0}, "lr .* -1.0"),
        ([1.0], [-1.0], {"c1": 1.0}, "c1 .* 1.0"),
    ],
)
def test_refuses(search, w, d, hyper, words):
    with pytest.raises(ValueError, match=words):
        search(quadratic([1.0]), np.array(w), np.array(d), **hyper)


def test_refuses_what_only_one_has():
    w, d = np.ones(1), -np.ones(1)
    with pytest.raises(ValueError, match=r"c2 must lie between 0.5 and 1, got 0.3"):
        wolfe(quadratic([1.0]), w, d, c1=0.5, c2=0.3)
    with pytest.raises(ValueError, match=r"shrink .* 1.0"):
        backtracking(quadratic([1.0]), w, d, shrink=1.0)
