"""Losses: an oracle one number at a time, gradients against differences, the ends of the number range."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lectopt import numerical_gradient, relative_error
from lectopt.losses import kl_divergence, sigmoid, softmax, squared_error


def outputs(row, output):
    if output == "linear":
        return row
    if output == "sigmoid":
        return [1 / (1 + math.exp(-z)) for z in row]
    total = sum(math.exp(z) for z in row)
    return [math.exp(z) / total for z in row]


def squared_oracle(z, d, output):
    rows = [outputs(row, output) for row in z]
    return sum((y - t) ** 2 / 2 for ys, ds in zip(rows, d, strict=True) for y, t in zip(ys, ds, strict=True)) / len(z)


def kl_oracle(z, d, output):
    total = 0.0
    for row, ds in zip(z, d, strict=True):
        for y, t in zip(outputs(row, output), ds, strict=True):
            total += t * math.log(t / y) if t else 0.0
            if output == "sigmoid":
                total += (1 - t) * math.log((1 - t) / (1 - y)) if t < 1 else 0.0
    return total / len(z)


CASES = [(squared_error, squared_oracle, output) for output in ("linear", "sigmoid", "softmax")]
CASES += [(kl_divergence, kl_oracle, output) for output in ("sigmoid", "softmax")]
NAMES = [f"{loss.__name__}-{output}" for loss, _, output in CASES]


def example(output, seed, shape=(5, 4)):
    rng = np.random.default_rng(seed)
    z, d = rng.normal(size=shape) * 2, rng.random(shape)
    d[0] = 0
    d[0, 1] = 1
    return z, d / d.sum(axis=1, keepdims=True) if output == "softmax" else d


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("loss", "oracle", "output"), CASES, ids=NAMES)
def test_follows_the_formula_and_its_gradient(loss, oracle, output, seed):
    z, d = example(output, seed)
    value, g = loss(z, d, output=output)
    assert isinstance(value, float) and value == pytest.approx(oracle(z.tolist(), d.tolist(), output), rel=1e-12)
    assert relative_error(g, numerical_gradient(lambda a: loss(a, d, output=output), z)) < 1e-8


@pytest.mark.parametrize(("loss", "oracle", "output"), CASES, ids=NAMES)
def test_types_and_untouched_input(loss, oracle, output):
    z, d = example(output, 0)
    kept = z.copy(), d.copy()
    assert loss(z.astype(np.float32), d, output)[1].dtype == np.float32
    assert loss(z.astype(np.float32), d, output)[0] == pytest.approx(loss(z, d, output)[0], rel=1e-5)
    value, g = loss([[3, 0], [0, 1]], [[1, 0], [0, 1]], output)
    assert g.dtype == np.float64 and isinstance(value, float)
    assert np.array_equal(z, kept[0]) and np.array_equal(d, kept[1])


@pytest.mark.parametrize("loss", [squared_error, kl_divergence])
def test_one_output_may_be_a_vector_of_rows(loss):
    z, d = np.array([0.3, -2.0, 1.0]), np.array([0.0, 0.4, 1.0])
    value, g = loss(z, d, "sigmoid")
    value2, g2 = loss(z[:, None], d[:, None], "sigmoid")
    assert value == value2 and np.array_equal(g, g2[:, 0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [1000, 88, 800, 3e37])
def test_large_logits(size, dtype):
    z = np.array([[size, -size], [-size, size]], dtype=dtype)
    d = np.array([[1.0, 0.0], [1.0, 0.0]], dtype=dtype)
    for output in ("softmax", "sigmoid"):  # one row is right, one wrong by 2 size
        value, g = kl_divergence(z, d, output)
        assert value == pytest.approx(size, rel=1e-6)
        np.testing.assert_allclose(g, [[0, 0], [-0.5, 0.5]], rtol=0, atol=1e-37)
    for output in ("sigmoid", "softmax"):
        value, g = squared_error(z, d, output)
        assert value == 0.5 and np.abs(g).max() < 1e-30


def test_the_slope_of_a_sigmoid_far_away():
    slope = math.exp(-50) / (1 + math.exp(-50)) ** 2
    assert squared_error([50.0], [0.0], "sigmoid")[1][0] == pytest.approx(slope, rel=1e-12, abs=0)
    assert squared_error([-10.0], [1.0], "sigmoid")[1][0] == pytest.approx(-4.5e-5, rel=0.02)
    assert kl_divergence([-10.0], [1.0], "sigmoid")[1][0] == pytest.approx(-0.99995, abs=1e-5)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(-50, 50), min_size=2, max_size=5), st.floats(-1000, 1000))
def test_softmax_does_not_see_a_shift(row, shift):
    z = np.array([row])
    np.testing.assert_allclose(softmax(z + shift), softmax(z), rtol=1e-9, atol=1e-12)
    d = softmax(z[:, ::-1])
    value, g = kl_divergence(z, d)
    assert value >= -1e-12 and abs(g.sum()) < 1e-12
    assert abs(kl_divergence(z, softmax(z))[0]) < 1e-12


@settings(deadline=None, max_examples=40)
@given(st.floats(-745, 745))
def test_sigmoid_is_symmetric(z):
    assert sigmoid(np.array(z)) + sigmoid(np.array(-z)) == pytest.approx(1, abs=1e-15)
    assert sigmoid(np.array(-z)) == pytest.approx(1 / (1 + math.exp(z)) if z < 700 else 0, rel=1e-12, abs=1e-300)


def test_mean_over_rows_and_sum_over_outputs():
    z, d = example("linear", 3)
    loss, g = squared_error(z, d)
    twice, g2 = squared_error(np.vstack([z, z]), np.vstack([d, d]))
    assert twice == pytest.approx(loss) and np.allclose(g2[:5], g / 2)
    wide, g3 = squared_error(np.hstack([z, z]), np.hstack([d, d]))
    assert wide == pytest.approx(2 * loss) and np.allclose(g3[:, :4], g)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: squared_error([[1.0, 2.0]], [1.0, 2.0]), r"shape \(1, 2\), got \(2,\)"),
        (lambda: squared_error(np.zeros((0, 2)), np.zeros((0, 2))), "at least one"),
        (lambda: squared_error(1.0, 1.0), r"\(N, K\) or \(N,\), got \(\)"),
        (lambda: squared_error([1.0], [1.0], "softplus"), "linear, sigmoid, softmax, got 'softplus'"),
        (lambda: kl_divergence([[1.0]], [[1.0]], "linear"), "softmax, sigmoid, got 'linear'"),
        (lambda: kl_divergence([1.0, 2.0], [0.0, 1.0]), r"\(N, K\), got \(2,\)"),
        (lambda: kl_divergence([[1.0, 2.0]], [[-0.5, 1.5]]), "-0.5 to 1.5"),
        (lambda: kl_divergence([[1.0, 2.0, 0.0]], [[-0.1, 0.6, 0.5]]), "-0.1 to 0.6"),
        (lambda: kl_divergence([1.0], [1.1], "sigmoid"), "1.1 to 1.1"),
        (lambda: kl_divergence([[1.0, 2.0]], [[np.nan, 1.0]]), "nan"),
        (lambda: kl_divergence([[1.0, 2.0]], [[0.5, 0.6]]), "sums to 1.1"),
    ],
)
def test_refuses(call, words):
    with pytest.raises(ValueError, match=words):
        call()
