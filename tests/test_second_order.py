"""Newton, BFGS, L-BFGS: oracles from the papers, the properties that define them, scipy's end points."""

import math
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from lectopt import quadratic, rosenbrock, saddle
from lectopt.curvature import Matrix, Pairs, bfgs_update
from lectopt.losses import kl_divergence
from lectopt.second_order import bfgs, lbfgs, newton


def spd(n, seed=0):
    a = np.random.default_rng(seed).normal(size=(n, n))
    return a @ a.T + np.eye(n)


def bowl(h):
    return lambda w: (float(w @ h @ w / 2), h @ w)


def chain(w):
    """Rosenbrock's valley in n dimensions."""
    a, b = 1 - w[:-1], w[1:] - w[:-1] ** 2
    g = np.zeros_like(w)
    g[:-1] = -2 * a - 400 * w[:-1] * b
    g[1:] += 200 * b
    return float(a @ a + 100 * (b @ b)), g


def regression():
    rng = np.random.default_rng(0)
    x, d = rng.normal(size=(60, 8)) * np.logspace(-1, 1, 8), (rng.random(60) < 0.5).astype(float)

    def fun(w):
        loss, dz = kl_divergence(x @ w, d, "sigmoid")
        return loss + 5e-3 * float(w @ w), x.T @ dz + 1e-2 * w

    return fun


# Newton


def test_newton_needs_one_step_on_a_quadratic():
    h, w0 = spd(12), np.random.default_rng(1).normal(size=12)
    path = list(islice(newton(bowl(h), lambda w: h, w0), 2))
    assert np.array_equal(path[0], w0) and np.linalg.norm(path[1]) < 1e-12


def cosine(a):
    """cosh(a w) and its Hessian."""
    return lambda w: (math.cosh(a * w[0]), a * np.sinh(a * w)), lambda w: a**2 * np.cosh(a * w)[None]


def test_newton_one_number_at_a_time():
    def fun(w):
        return w[0] ** 4 + w[0] * w[1] + (1 + w[1]) ** 2, np.array([4 * w[0] ** 3 + w[1], w[0] + 2 * (1 + w[1])])

    def hessian(w):
        return np.array([[12 * w[0] ** 2, 1.0], [1.0, 2.0]])

    for damping in (0.0, 0.7):
        x, y = 0.75, -1.25
        for w in islice(newton(fun, hessian, [0.75, -1.25], damping), 6):
            np.testing.assert_allclose(w, [x, y], rtol=1e-12)
            a, b, c = 12 * x * x + damping, 1.0, 2.0 + damping
            g1, g2 = 4 * x**3 + y, x + 2 * (1 + y)
            det = a * c - b * b
            x, y = x - (c * g1 - b * g2) / det, y - (a * g2 - b * g1) / det


def orders(errors):
    errors = [e for e in errors if 1e-13 < e < 0.5]
    return [math.log(c / b) / math.log(b / a) for a, b, c in zip(errors, errors[1:], errors[2:], strict=False)]


def test_newton_converges_quadratically_and_cubically_on_an_odd_gradient():
    exp = (lambda w: (math.exp(w[0]) - 2 * w[0], np.exp(w) - 2), lambda w: np.exp(w)[None])
    errors = [abs(w[0] - math.log(2)) for w in islice(newton(*exp, [1.1]), 6)]
    assert orders(errors)[-1] == pytest.approx(2, abs=0.1)
    errors = [abs(w[0]) for w in islice(newton(*cosine(0.5), [2.0]), 4)]
    assert orders(errors)[0] == pytest.approx(3, abs=0.2)


def test_newton_takes_any_critical_point_and_may_run_away():
    assert list(newton(saddle, lambda w: np.diag([1.0, -1.0]), [3, 2]))[-1].tolist() == [0, 0]
    root = (lambda w: (math.hypot(1, w[0]), w / np.hypot(1, w)), lambda w: (1 + w**2)[None] ** -1.5)
    path = [w[0] for w in islice(newton(*root, [1.1]), 5)]
    np.testing.assert_allclose(path, [(-1) ** k * 1.1 ** (3**k) for k in range(5)], rtol=1e-9)


def test_newton_on_a_flat_bottom_is_slow_and_ends():
    quartic = (lambda w: (float(w[0]) ** 4, 4 * w**3), lambda w: 12 * w[None] ** 2)
    path = list(islice(newton(*quartic, [1.0]), 2000))
    np.testing.assert_allclose(np.array(path[:20])[:, 0], [(2 / 3) ** k for k in range(20)])
    assert len(path) < 2000 and path[-1] < 1e-100


def test_large_damping_is_a_short_step_of_gradient_descent():
    h, w = spd(4), np.ones(4)
    _, after = islice(newton(bowl(h), lambda w: h, w, damping=1e8), 2)
    np.testing.assert_allclose(after - w, -h @ w / 1e8, rtol=1e-6)


@pytest.mark.parametrize(
    "h", [[[1.0, 2.0], [2.0, 4.0]], [[0.1, 0.7], [0.3, 2.1]], np.zeros((2, 2)), np.full((2, 2), np.nan)]
)
def test_a_singular_hessian_is_an_error_and_damping_mends_it(h):
    def fun(w):
        return 0.0, np.array([1.0, 0.5])

    with pytest.raises(ValueError, match=r"the Hessian .* is singular"):
        list(islice(newton(fun, lambda w: np.array(h), [1.0, 1.0]), 3))
    if np.isfinite(h).all():
        assert len(list(islice(newton(fun, lambda w: np.array(h), [1.0, 1.0], damping=0.1), 3))) == 3


# BFGS and L-BFGS


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_the_update_of_bfgs(seed, n):
    rng = np.random.default_rng(seed)
    H, s = spd(n, seed), rng.normal(size=n)
    y = spd(n, seed + 1) @ s
    new, kept = bfgs_update(H, s, y), H.copy()
    rho, identity = 1 / (s @ y), np.eye(n)
    left = identity - rho * np.outer(s, y)
    np.testing.assert_allclose(new, left @ H @ left.T + rho * np.outer(s, s), rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(new @ y, s, rtol=1e-7, atol=1e-9)  # the secant equation
    assert np.array_equal(new, new.T) and np.linalg.eigvalsh(new).min() > 0
    assert np.array_equal(H, kept)


def two_loops(g, pairs):
    """Nocedal (1980), with vectors."""
    q, shares = g.copy(), []
    for s, y in reversed(pairs):
        a = sum(s * q) / sum(s * y)
        q = q - a * y
        shares.append(a)
    s, y = pairs[-1]
    r = sum(s * y) / sum(y * y) * q
    for s, y in pairs:
        b = sum(y * r) / sum(s * y)
        r = r + s * (shares.pop() - b)
    return r


def learning(known, n, steps, skip=()):
    """Feed steps on a quadratic; yields (H g, the true pairs so far, g)."""
    rng, h, pairs = np.random.default_rng(3), spd(n), []
    w = rng.normal(size=n)
    for k in range(steps):
        g = h @ w
        yield known.times(g), pairs, g
        s = rng.normal(size=n)
        if k not in skip:
            known.learn(s, h @ (w + s) - g)
            pairs.append((s, h @ (w + s) - g))
        w = w + s


@pytest.mark.parametrize("memory", [1, 3, 20])
@pytest.mark.parametrize("skip", [(), (2, 5, 6)])
def test_two_loops_with_the_last_pairs(memory, skip):
    for Hg, pairs, g in learning(Pairs(memory), 12, 14, skip):
        expected = two_loops(g, pairs[-memory:]) if pairs else g
        np.testing.assert_allclose(Hg, expected, rtol=1e-8, atol=1e-9)


def test_two_loops_after_forgetting():
    known, first = Pairs(3), None
    for _ in range(2):
        products = [Hg for Hg, _, _ in learning(known, 8, 6)]
        first = first or products
        assert known
        known.clear()
        assert not known
    np.testing.assert_allclose(products, first)


def test_two_loops_are_the_matrix_of_bfgs_that_starts_at_gamma():
    for Hg, pairs, g in islice(learning(Pairs(20), 8, 8), 1, None):
        s, y = pairs[-1]
        H = (s @ y) / (y @ y) * np.eye(8)
        for s, y in pairs:
            H = bfgs_update(H, s, y)
        np.testing.assert_allclose(Hg, H @ g, rtol=1e-8, atol=1e-9)


def test_bfgs_keeps_its_matrix():
    known, H = Matrix(), np.eye(8)
    for Hg, pairs, g in learning(known, 8, 8):
        if pairs:
            H = bfgs_update(H, *pairs[-1])
        np.testing.assert_allclose(Hg, H @ g, rtol=1e-10)


def test_full_memory_without_scaling_is_bfgs_on_a_quadratic(monkeypatch):
    monkeypatch.setattr(Pairs, "gamma", property(lambda self: 1.0, lambda self, value: None), raising=False)
    w0, fun = np.ones(10), bowl(spd(10))
    path, limited = (list(islice(m, 30)) for m in (bfgs(fun, w0), lbfgs(fun, w0, memory=50)))
    assert len(path) == len(limited) == 30 or np.linalg.norm(path[-1]) < 1e-6
    for a, b in zip(path, limited, strict=False):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_full_memory_ends_where_bfgs_ends_on_a_quadratic():
    h, c = spd(10), np.arange(10.0)

    def fun(w):
        return float((w - c) @ h @ (w - c) / 2), h @ (w - c)

    ends = [list(method)[-1] for method in (bfgs(fun, np.ones(10)), lbfgs(fun, np.ones(10), memory=100))]
    np.testing.assert_allclose(ends[0], ends[1], atol=1e-6)
    np.testing.assert_allclose(ends[0], c, atol=1e-6)


METHODS = {"bfgs": (bfgs, "BFGS"), "lbfgs": (lbfgs, "L-BFGS-B")}


def raised(fun):
    """With 1 added to the loss, so that rounding sets an end to progress."""

    def higher(w):
        loss, g = fun(w)
        return loss + 1, g

    return higher


PROBLEMS = {
    "rosenbrock": (rosenbrock, np.array([-1.2, 1.0])),
    "chain": (chain, np.full(10, 0.5)),
    "regression": (regression(), np.zeros(8)),
    "ill-conditioned": (raised(quadratic(np.logspace(-1, 3, 20))), np.ones(20)),
}


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("method", METHODS)
def test_ends_where_scipy_ends(method, problem):
    ours, theirs = METHODS[method]
    fun, w0 = PROBLEMS[problem]
    options = {"gtol": 1e-9, **({"ftol": 0, "maxiter": 5000} if theirs == "L-BFGS-B" else {})}
    end = minimize(fun, w0, jac=True, method=theirs, options=options)
    *path, w = ours(fun, w0, tol=1e-7)
    np.testing.assert_allclose(w, end.x, atol=2e-5)
    assert np.abs(fun(w)[1]).max() <= 1e-7 and len(path) < 2 * end.nit + 20


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("method", METHODS)
def test_yields_the_start_descends_and_stops(method, problem):
    fun, w0 = PROBLEMS[problem]
    kept, path = w0.copy(), list(islice(METHODS[method][0](fun, w0), 3000))
    losses = [fun(w)[0] for w in path]
    assert np.array_equal(path[0], kept) and np.array_equal(w0, kept) and len(path) < 1000
    assert all(b < a for a, b in pairwise(losses))
    assert np.abs(fun(path[-1])[1]).max() < 1e-6


@pytest.mark.parametrize("method", [bfgs, lbfgs])
def test_the_first_step_has_length_one_if_the_line_search_agrees(method):
    path = list(islice(method(quadratic([2.0, 2.0]), [3.0, 4.0]), 2))
    np.testing.assert_allclose(path[1], [3 - 0.6, 4 - 0.8])


@pytest.mark.parametrize("method", [bfgs, lbfgs])
def test_bfgs_converges_faster_than_linearly(method):
    errors = [np.linalg.norm(w - 1) for w in method(rosenbrock, [-1.2, 1.0])]
    ratios = [b / a for a, b in pairwise([e for e in errors if e > 1e-12])]
    assert len(errors) < 60 and min(ratios[-3:]) < 0.1


@pytest.mark.parametrize("method", [bfgs, lbfgs])
def test_a_yielded_iterate_may_be_changed(method):
    path = []
    for w in method(rosenbrock, [-1.2, 1.0]):
        path.append(w.copy())
        w[:] = np.nan
    assert np.array_equal(path, list(method(rosenbrock, [-1.2, 1.0])))


@pytest.mark.parametrize("method", [bfgs, lbfgs])
@pytest.mark.parametrize("memory", [1, 2, 7])
def test_types(method, memory):
    hyper = {"memory": memory} if method is lbfgs else {}
    path = list(islice(method(quadratic([1.0, 50.0]), np.ones(2, np.float32), **hyper), 200))
    assert len(path) < 200 and {w.dtype for w in path} == {np.dtype(np.float32)}
    assert np.abs(path[-1]).max() < 1e-5
    assert next(method(rosenbrock, [2, 2], **hyper)).dtype == np.float64


def test_a_pair_without_curvature_is_not_kept(monkeypatch):
    learned = []
    monkeypatch.setattr(Pairs, "learn", lambda self, s, y: learned.append((s, y)))

    def slope(w):  # straight: y = 0
        return -float(w[0]), np.array([-1.0])

    def hill(w):  # ever steeper: s'y < 0
        return -float(w[0] ** 2 + 9 * w[1] ** 2) / 2, -np.array([1.0, 9.0]) * w

    for fun, w0 in ((slope, [1.0]), (hill, [1.0, 1.0])):
        assert len(list(islice(lbfgs(fun, w0), 4))) == 4 and not learned


@pytest.mark.parametrize(("method", "known"), [(bfgs, Matrix), (lbfgs, Pairs)])
def test_a_spoilt_direction_is_forgotten(monkeypatch, method, known):
    monkeypatch.setattr(known, "times", lambda self, g: -g if self else g.copy())  # uphill, once it knows something
    path = list(islice(method(quadratic([1.0, 2.0]), [1.0, 1.0]), 200))
    assert np.abs(path[-1]).max() < 1e-6


@pytest.mark.parametrize("method", [bfgs, lbfgs])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1e-10, 1e-13, 1e-16, 1e-19, 1e-35, 1e-150])
def test_tiny_numbers_do_not_overflow(method, size, dtype):
    w0 = np.full(3, size, dtype=dtype)
    *_, w = islice(method(quadratic([1.0, 3.0, 1000.0]), w0), 300)
    assert np.abs(w).max() <= size


@pytest.mark.parametrize("start", [bfgs, lbfgs, lambda fun, w0: newton(fun, lambda w: np.eye(2), w0)])
def test_already_there(start):
    assert [w.tolist() for w in start(quadratic([1.0, 2.0]), [0.0, 0.0])] == [[0.0, 0.0]]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: bfgs(saddle, [np.nan, 1.0]), ValueError, "nan"),
        (lambda: lbfgs(saddle, []), ValueError, "w0"),
        (lambda: bfgs(saddle, [1.0, 1.0], tol=-1), ValueError, "tol .* -1"),
        (lambda: newton(saddle, np.eye, [1.0, 1.0], tol=np.nan), ValueError, "tol .* nan"),
        (lambda: lbfgs(saddle, [[1.0, 2.0]]), ValueError, r"w0 must be a vector.*\(1, 2\)"),
        (lambda: lbfgs(saddle, [1.0, 2.0], memory=0), ValueError, "memory .* 0"),
        (lambda: lbfgs(saddle, [1.0, 2.0], memory=2.5), ValueError, "memory .* 2.5"),
        (lambda: newton(saddle, np.eye, [1.0, 2.0], damping=-1), ValueError, "damping .* -1"),
        (
            lambda: list(newton(saddle, lambda w: np.eye(3), [1.0, 2.0])),
            ValueError,
            r"hessian.* \(2, 2\), got \(3, 3\)",
        ),
        (lambda: list(bfgs(lambda w: (0.0, np.ones(3)), [1.0])), ValueError, r"\(1,\), got \(3,\)"),
        (lambda: list(bfgs(lambda w: (np.nan, w), [1.0])), ValueError, "the loss nan"),
        (lambda: list(lbfgs(lambda w: (1.0, w * np.inf), [1.0])), ValueError, "inf"),
    ],
)
def test_refuses(call, error, words):
    with pytest.raises(error, match=words):
        call()
