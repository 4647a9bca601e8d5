"""BatchNorm: the paper one number at a time, its invariances, gradients against differences."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lectopt import numerical_gradient, relative_error
from lectopt.normalization import RunningStatistics, batchnorm_backward, batchnorm_forward


def forward_oracle(x, gamma, beta, eps):
    """Ioffe and Szegedy (2015), algorithm 1."""
    n, y = len(x), [[0.0] * len(gamma) for _ in x]
    for k in range(len(gamma)):
        mean = sum(row[k] for row in x) / n
        var = sum((row[k] - mean) ** 2 for row in x) / n
        for i in range(n):
            y[i][k] = gamma[k] * (x[i][k] - mean) / math.sqrt(var + eps) + beta[k]
    return y


def backward_oracle(dy, x, gamma, eps):
    """Path by path: through the variance, through the mean, directly."""
    n, dx = len(x), [[0.0] * len(gamma) for _ in x]
    for k in range(len(gamma)):
        z, du = [row[k] for row in x], [row[k] * gamma[k] for row in dy]
        mean = sum(z) / n
        var = sum((a - mean) ** 2 for a in z) / n
        dvar = -0.5 * (var + eps) ** -1.5 * sum(d * (a - mean) for d, a in zip(du, z, strict=True))
        dmean = -sum(du) / math.sqrt(var + eps)
        for i in range(n):
            dx[i][k] = du[i] / math.sqrt(var + eps) + dvar * 2 * (z[i] - mean) / n + dmean / n
    return dx


def example(seed, shape=(6, 3)):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape) * 3 + 1
    return x, rng.normal(size=shape[1]), rng.normal(size=shape[1]), rng.normal(size=shape)


@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_follows_the_paper(eps):
    x, gamma, beta, dy = example(0)
    y, cache = batchnorm_forward(x, gamma, beta, eps)
    np.testing.assert_allclose(y, forward_oracle(x.tolist(), gamma, beta, eps), rtol=1e-12)
    dx, dgamma, dbeta = batchnorm_backward(dy, cache)
    np.testing.assert_allclose(dx, backward_oracle(dy.tolist(), x.tolist(), gamma, eps), rtol=1e-10, atol=1e-13)
    x_hat = np.array(forward_oracle(x.tolist(), [1.0] * 3, [0.0] * 3, eps))
    for k in range(3):
        assert dgamma[k] == pytest.approx(sum(a * b for a, b in zip(dy[:, k], x_hat[:, k], strict=True)))
        assert dbeta[k] == pytest.approx(sum(dy[:, k]))


@pytest.mark.parametrize("shape", [(6, 3), (2, 4), (3, 2, 4, 5), (1, 2, 2, 2)])
def test_gradients_with_a_random_upstream_gradient(shape):
    x, gamma, beta, dy = example(1, shape)
    y, cache = batchnorm_forward(x, gamma, beta, 0.3)
    gradients = batchnorm_backward(dy, cache)
    problems = [
        (lambda a: (dy * batchnorm_forward(a, gamma, beta, 0.3)[0]).sum(), x),
        (lambda a: (dy * batchnorm_forward(x, a, beta, 0.3)[0]).sum(), gamma),
        (lambda a: (dy * batchnorm_forward(x, gamma, a, 0.3)[0]).sum(), beta),
    ]
    assert y.shape == shape
    for g, (fun, at) in zip(gradients, problems, strict=True):
        assert g.shape == at.shape and relative_error(g, numerical_gradient(fun, at)) < 1e-8


def test_images_are_rows_of_pixels():
    x, gamma, beta, dy = example(2, (3, 2, 4, 5))
    rows, drows = (np.array([a[n, :, i, j] for n in range(3) for i in range(4) for j in range(5)]) for a in (x, dy))
    y, cache = batchnorm_forward(x, gamma, beta)
    y2, cache2 = batchnorm_forward(rows, gamma, beta)
    np.testing.assert_allclose(np.array([y[n, :, i, j] for n in range(3) for i in range(4) for j in range(5)]), y2)
    np.testing.assert_allclose(batchnorm_backward(dy, cache)[1], batchnorm_backward(drows, cache2)[1])
    a, b = RunningStatistics(2), RunningStatistics(2)
    a.update(x)
    b.update(rows)
    np.testing.assert_allclose(a.running_var, b.running_var)
    np.testing.assert_allclose(
        a.normalize(x, gamma, beta)[1, :, 2, 3], b.normalize(x[1:2, :, 2, 3], gamma, beta)[0], rtol=1e-12
    )


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 8), st.floats(-100, 100), st.floats(0.1, 100))
def test_invariances(seed, n, shift, scale):
    x, gamma, beta, dy = example(seed, (n, 3))
    y, cache = batchnorm_forward(x, gamma, beta, eps=0.0)
    np.testing.assert_allclose(batchnorm_forward(scale * x + shift, gamma, beta, eps=0.0)[0], y, atol=1e-9)
    x_hat, std, _ = cache
    np.testing.assert_allclose(x_hat.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose((x_hat**2).mean(axis=0), 1, rtol=1e-9)
    dx, _, _ = batchnorm_backward(dy, cache)
    size = np.abs(gamma / std).max() * np.abs(dy).max() * n
    np.testing.assert_allclose(dx.sum(axis=0), 0, atol=1e-12 * size)  # nothing along a shift
    np.testing.assert_allclose((dx * x_hat).sum(axis=0), 0, atol=1e-12 * size)  # nor along a rescaling
    ones, _, _ = batchnorm_backward(np.ones_like(x), cache)
    np.testing.assert_allclose(ones, 0, atol=1e-12 * size)


def test_what_eps_leaves_along_x_hat():
    x, gamma, beta, dy = example(5)
    _, cache = batchnorm_forward(x, gamma, beta, eps=0.5)
    x_hat, std, _ = cache
    dx, dgamma, _ = batchnorm_backward(dy, cache)
    np.testing.assert_allclose((dx * x_hat).sum(axis=0), gamma / std * dgamma * 0.5 / std**2)


def test_running_statistics_one_number_at_a_time():
    rng, statistics = np.random.default_rng(0), RunningStatistics(2, decay=0.8)
    mean, var = [0.0, 0.0], [1.0, 1.0]
    for n in (4, 2, 7):
        x = rng.normal(size=(n, 2)) + 3
        statistics.update(x)
        for k in range(2):
            m = sum(x[:, k]) / n
            v = sum((a - m) ** 2 for a in x[:, k]) / n
            mean[k] = 0.8 * mean[k] + 0.2 * m
            var[k] = 0.8 * var[k] + 0.2 * v * n / (n - 1)
    np.testing.assert_allclose(statistics.running_mean, mean)
    np.testing.assert_allclose(statistics.running_var, var)
    y = statistics.normalize([[1.0, 2.0]], [2.0, 3.0], [0.5, 0.0], eps=0.1)
    expected = [2 * (1 - mean[0]) / math.sqrt(var[0] + 0.1) + 0.5, 3 * (2 - mean[1]) / math.sqrt(var[1] + 0.1)]
    np.testing.assert_allclose(y[0], expected)
    assert RunningStatistics(2).decay == 0.9


def test_the_running_variance_is_unbiased():
    rng, statistics = np.random.default_rng(1), RunningStatistics(1000, decay=0.99)
    for _ in range(500):
        statistics.update(rng.normal(size=(2, 1000)) * 3)
    assert statistics.running_var.mean() == pytest.approx(9, rel=0.03)


def test_types_and_untouched_input():
    x, gamma, beta, dy = (a.astype(np.float32) for a in example(0))
    kept = x.copy()
    y, cache = batchnorm_forward(x, gamma.astype(float), beta)
    statistics = RunningStatistics(3)
    statistics.update(x)
    assert {y.dtype, *(g.dtype for g in batchnorm_backward(dy, cache))} == {np.dtype(np.float32)}
    assert statistics.normalize(x, gamma, beta).dtype == np.float32 and np.array_equal(x, kept)
    assert batchnorm_forward([[1], [2]], [1], [0])[0].dtype == np.float64


def test_a_large_offset_does_not_spoil_the_variance():
    x = np.array([[1.0], [2.0], [4.0]])
    np.testing.assert_allclose(
        batchnorm_forward(x + 1e8, [1.0], [0.0])[0], batchnorm_forward(x, [1.0], [0.0])[0], rtol=1e-6
    )


def test_a_batch_of_one_is_refused_and_changes_nothing():
    statistics = RunningStatistics(2)
    for call in (statistics.update, lambda x: batchnorm_forward(x, [1.0, 1.0], [0.0, 0.0])):
        with pytest.raises(ValueError, match="at least 2 values per feature, got 1: the variance of a single value"):
            call(np.ones((1, 2)))
    assert statistics.running_mean.tolist() == [0, 0] and statistics.running_var.tolist() == [1, 1]
    assert statistics.normalize(np.zeros((1, 2)), [1.0, 1.0], [0.0, 0.0]).tolist() == [[0, 0]]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: batchnorm_forward(np.ones(3), [1.0], [0.0]), r"\(N, D\) or \(N, C, H, W\), got \(3,\)"),
        (lambda: batchnorm_forward(np.ones((3, 2)), [1.0], [0.0, 0.0]), r"gamma .* \(2,\).* got \(1,\)"),
        (lambda: batchnorm_forward(np.ones((3, 2)), [1.0, 1.0], 0.0), r"beta .* got \(\)"),
        (lambda: batchnorm_forward(np.ones((3, 1)), [1.0], [0.0], eps=-1), "eps .* -1"),
        (lambda: batchnorm_backward(np.ones((2, 2)), batchnorm_forward(np.eye(3), *np.ones((2, 3)))[1]), r"\(2, 2\)"),
        (lambda: RunningStatistics(2, decay=1.0), "decay .* 1.0"),
        (lambda: RunningStatistics(2).update(np.ones((4, 3))), "2 features, got 3"),
        (lambda: RunningStatistics(2).normalize(np.ones((4, 3)), [1, 1], [0, 0]), "2 features, got 3"),
    ],
)
def test_refuses(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_eps_is_1e_5_unless_said_otherwise():
    x = np.array([[0.0], [2e-3]])
    y, _ = batchnorm_forward(x, [1.0], [0.0])
    np.testing.assert_allclose(y[:, 0], np.array([-1e-3, 1e-3]) / np.sqrt(1e-6 + 1e-5), rtol=1e-12)
