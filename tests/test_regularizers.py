"""The L2 penalty and dropout: by hand, against differences, on average."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lectopt import numerical_gradient, relative_error
from lectopt.regularizers import dropout_backward, dropout_forward, l2_penalty


def test_l2_penalty_by_hand_and_its_gradient():
    w = [1.0, -2.0, 0.5]
    assert l2_penalty(w, 0.3)[0] == pytest.approx(sum(0.3 / 2 * x * x for x in w))
    strength = np.array([0.1, 0.0, 2.0])
    loss, g = l2_penalty(w, strength)
    assert loss == pytest.approx(0.1 / 2 + 2.0 / 2 * 0.25)
    assert relative_error(g, numerical_gradient(lambda a: l2_penalty(a, strength), w)) < 1e-9


@settings(deadline=None, max_examples=20)
@given(st.floats(0.0, 0.95), st.integers(0, 1000))
def test_dropout_by_hand(p, seed):
    x = np.random.default_rng(seed + 1).normal(size=(3, 4))
    y, mask = dropout_forward(x, p, np.random.default_rng(seed))
    for a, b, m in zip(x.flat, y.flat, mask.flat, strict=True):
        assert m == 0 or m == pytest.approx(1 / (1 - p))
        assert b == m * a


def test_dropout_keeps_the_expectation_and_the_rate():
    rng, x = np.random.default_rng(0), np.array([[1.0, -3.0]])
    draws = np.array([dropout_forward(x, 0.3, rng)[0][0] for _ in range(20_000)])
    np.testing.assert_allclose(draws.mean(axis=0), x[0], rtol=0.02)
    np.testing.assert_allclose((draws == 0).mean(axis=0), 0.3, atol=0.015)
    np.testing.assert_allclose(draws.var(axis=0), x[0] ** 2 * 0.3 / 0.7, rtol=0.04)
    assert abs(np.corrcoef((draws != 0).T)[0, 1]) < 0.03


def test_dropout_backward_with_a_random_upstream_gradient():
    rng = np.random.default_rng(3)
    x, dy = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    _, mask = dropout_forward(x, 0.4, np.random.default_rng(7))
    numerical = numerical_gradient(lambda a: (dy * dropout_forward(a, 0.4, np.random.default_rng(7))[0]).sum(), x)
    assert relative_error(dropout_backward(dy, mask), numerical) < 1e-9


def test_types_and_untouched_input():
    w = np.array([1.0, 2.0], dtype=np.float32)
    assert l2_penalty(w, np.float64(0.1))[1].dtype == np.float32 and w.tolist() == [1, 2]
    assert l2_penalty([1, 2], 1)[1].dtype == np.float64
    y, mask = dropout_forward(w, 0.5, np.random.default_rng(0))
    assert y.dtype == mask.dtype == dropout_backward(w, mask).dtype == np.float32 and w.tolist() == [1, 2]
    assert dropout_forward([1, 2], 0.0, np.random.default_rng(0))[0].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: l2_penalty([1.0], -0.1), ValueError, "-0.1"),
        (lambda: l2_penalty([1.0], np.nan), ValueError, "nan"),
        (lambda: l2_penalty([1.0], [0.1, 0.1]), ValueError, r"strength .* \(2,\)"),
        (lambda: dropout_forward([1.0], 1.0, np.random.default_rng(0)), ValueError, "p, .* got 1.0"),
        (lambda: dropout_forward([1.0], -0.1, np.random.default_rng(0)), ValueError, "-0.1"),
        (lambda: dropout_forward([1.0], 0.5, 0), TypeError, "generator.* got 0"),
        (lambda: dropout_backward(np.ones(2), np.ones(3)), ValueError, r"\(3,\), got \(2,\)"),
    ],
)
def test_refuses(call, error, words):
    with pytest.raises(error, match=words):
        call()
