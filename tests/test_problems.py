"""Problems and the gradient check: each gradient against differences, each refusal in words."""

import numpy as np
import pytest

from lectopt import noisy, numerical_gradient, quadratic, relative_error, rosenbrock, saddle
from lectopt.problems import beale, double_well, plateau

PROBLEMS = {
    "quadratic": (quadratic([1.0, 30.0, 4.0]), 3),
    "turned": (quadratic([1.0, 30.0], angle=0.7), 2),
    "rosenbrock": (rosenbrock, 2),
    "beale": (beale, 2),
    "saddle": (saddle, 2),
    "plateau": (plateau, 2),
    "double_well": (double_well, 2),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_gradient(name):
    fun, n = PROBLEMS[name]
    rng = np.random.default_rng(1)
    for _ in range(20):
        w = rng.normal(size=n)
        assert relative_error(fun(w)[1], numerical_gradient(fun, w)) < 1e-7


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_types_and_untouched_input(name, dtype):
    fun, n = PROBLEMS[name]
    w = np.ones(n, dtype=dtype)
    loss, g = fun(w)
    assert isinstance(loss, float) and g.dtype == dtype and g.shape == (n,)
    assert w.tolist() == [1.0] * n and g is not w
    assert fun(np.ones(n, dtype=int))[1].dtype == np.float64


def test_known_values():
    assert quadratic([1, 100])(np.array([1.0, 1.0]))[0] == 50.5
    assert rosenbrock(np.array([1.0, 1.0]))[0] == 0 and rosenbrock(np.array([-1.2, 1.0]))[0] == pytest.approx(24.2)
    assert saddle(np.array([0.0, 2.0]))[0] == -2
    assert beale(np.array([3.0, 0.5]))[0] == 0 and beale(np.array([1.0, 1.0]))[0] == pytest.approx(14.203125)
    assert beale(np.array([1.0, 2.0]))[0] == pytest.approx(2.5**2 + 5.25**2 + 9.625**2)
    assert plateau(np.array([0.0, 0.0]))[0] == 0 and plateau(np.array([3.0, 4.0]))[0] == pytest.approx(25 / 26)
    assert double_well(np.array([0.0, 2.0]))[0] == 2.25 and double_well(np.array([3.0, 0.0]))[0] == 16
    assert quadratic([1, 30], angle=np.pi / 2)(np.array([1.0, 0.0]))[0] == pytest.approx(15)


@pytest.mark.parametrize(
    ("fun", "point", "curvatures"),
    [
        (double_well, (1, 0), (1, 2)),
        (double_well, (-1, 0), (1, 2)),
        (double_well, (0, 0), (-1, 1)),
        (plateau, (0, 0), (2, 2)),
        (saddle, (0, 0), (-1, 1)),
        (rosenbrock, (1, 1), (0.3994, 1001.6006)),
        (beale, (3, 0.5), (0.30146, 48.97979)),
    ],
)
def test_critical_points(fun, point, curvatures):
    """The gradient is zero there, and the curvatures say what kind of point it is."""
    w = np.array(point, dtype=float)
    hessian = np.array([numerical_gradient(lambda w: fun(w)[1][i], w) for i in range(2)])  # noqa: B023
    assert np.array_equal(fun(w)[1], [0, 0])
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian), curvatures, atol=2e-4)


def test_far_out_the_plateau_is_flat():
    slopes = [np.linalg.norm(plateau(r * np.array([0.6, -0.8]))[1]) for r in (10.0, 100.0)]
    np.testing.assert_allclose(slopes, [2 / 10**3, 2 / 100**3], rtol=0.03)


def test_a_turned_bowl_keeps_its_curvatures():
    fun = quadratic([2.0, 7.0], angle=0.4)
    hessian = np.array([fun(e)[1] for e in np.eye(2)])
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian), [2.0, 7.0])


def test_noise_has_the_size_and_the_seed_it_is_given():
    fun = noisy(quadratic(np.zeros(100_000)), 2.0, np.random.default_rng(0))
    loss, g = fun(np.zeros(100_000))
    assert loss == 0 and g.std() == pytest.approx(2, rel=0.01) and abs(g.mean()) < 0.03
    again = noisy(quadratic(np.zeros(100_000)), 2.0, np.random.default_rng(0))(np.zeros(100_000))[1]
    assert np.array_equal(g, again)
    assert noisy(saddle, 1.0, np.random.default_rng(0))(np.ones(2, np.float32))[1].dtype == np.float32


def test_noise_is_added_to_the_gradient():
    w, drawn = np.arange(5.0), np.random.default_rng(4).standard_normal(5)
    noise = noisy(quadratic(np.ones(5)), 0.5, np.random.default_rng(4))
    np.testing.assert_allclose(noise(w)[1], w + 0.5 * drawn)
    assert np.array_equal(noisy(quadratic(np.ones(5)), 0.0, np.random.default_rng(4))(w)[1], w)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rosenbrock(np.ones(3)), r"rosenbrock takes 2 coordinates.*\(3,\)"),
        (lambda: saddle(1.0), r"shape \(\)"),
        (lambda: beale(np.ones(1)), "beale takes 2"),
        (lambda: plateau(np.ones(3)), "plateau takes 2"),
        (lambda: double_well(np.ones((2, 1))), "double_well takes 2"),
        (lambda: quadratic([1, 2])(np.ones(3)), "2 coordinates"),
        (lambda: quadratic([1, np.inf]), "finite"),
        (lambda: quadratic([[1, 2]]), "one for each coordinate"),
        (lambda: quadratic([1, 2, 3], angle=0.1), "3 curvatures"),
        (lambda: noisy(saddle, -1, None), "-1"),
        (lambda: numerical_gradient(saddle, np.ones(2), h=0), "h must be positive"),
        (lambda: relative_error([1, 2], [1, 2, 3]), r"\(2,\) and \(3,\)"),
    ],
)
def test_refuses(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_numerical_gradient_takes_any_shape_and_leaves_it_alone():
    w = np.arange(6.0).reshape(2, 3)
    g = numerical_gradient(lambda a: float((a**3).sum()), w)
    np.testing.assert_allclose(g, 3 * w**2, atol=1e-8)
    assert np.array_equal(w, np.arange(6.0).reshape(2, 3))


def test_the_difference_is_1e_5_unless_said():
    """At 0 the difference quotient of w^3 is h^2."""
    np.testing.assert_allclose(numerical_gradient(lambda w: w[0] ** 3, [0.0]), [1e-10], rtol=1e-6)
    np.testing.assert_allclose(numerical_gradient(lambda w: w[0] ** 3, [0.0], h=0.1), [0.01], rtol=1e-12)


def test_relative_error():
    assert relative_error([0, 0], [0, 0]) == 0
    assert relative_error([1e-9, 2.0], [0.0, 2.0]) == pytest.approx(5e-10)
    assert relative_error([1.0], [-1.0]) == 2
    assert relative_error([0.0, 4.0], [0.0, 2.0]) == relative_error([0.0, 2.0], [0.0, 4.0]) == 0.5
