"""The exponentially weighted average: against the weighted sum written out, and what must hold for any series."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lectopt.averages import ewa, ewa_weights

few = settings(max_examples=60, deadline=None, derandomize=True)
betas = st.floats(0, 0.999)
values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


def written_out(x, beta, correct):
    """At time t the weight of a value that is k steps old is (1 - beta) beta^k, over 1 - beta^t if corrected."""
    result = []
    for t in range(1, len(x) + 1):
        total = math.fsum((1 - beta) * beta**k * x[t - 1 - k] for k in range(t))
        result.append(total / math.fsum((1 - beta) * beta**k for k in range(t)) if correct else total)
    return result


@few
@given(values, betas, st.booleans())
def test_is_the_weighted_sum(x, beta, correct):
    expected = written_out(x, beta, correct)
    scale = max(map(abs, x)) or 1
    np.testing.assert_allclose(ewa(x, beta, correct=correct), expected, rtol=1e-9, atol=1e-10 * scale)


@few
@given(st.floats(-1e6, 1e6), betas, st.integers(1, 100))
def test_of_a_constant_it_is_the_constant_or_falls_short_by_beta_to_the_t(c, beta, n):
    t = np.arange(1, n + 1)
    np.testing.assert_allclose(ewa([c] * n, beta, correct=True), c, rtol=1e-10, atol=1e-300)
    np.testing.assert_allclose(ewa([c] * n, beta), c * (1 - beta**t), rtol=1e-10, atol=1e-12)


@few
@given(betas, st.integers(1, 60), st.booleans())
def test_weights_are_what_the_average_does(beta, t, correct):
    weights = ewa_weights(beta, t, correct=correct)
    x = np.random.default_rng(t).normal(size=t)
    np.testing.assert_allclose(weights @ x, ewa(x, beta, correct=correct)[-1], rtol=1e-9, atol=1e-12)
    assert weights.shape == (t,) and weights.sum() == pytest.approx(1 if correct else 1 - beta**t)
    assert (np.diff(weights) >= 0).all(), "the newest counts most"


def test_known_values():
    """The two days of the lecture: beta = 0.98 divides by 0.0396."""
    assert ewa([10, 10], 0.5).tolist() == [5, 7.5] and ewa([10, 10], 0.5, correct=True).tolist() == [10, 10]
    np.testing.assert_allclose(ewa([1, 0], 0.98)[1], 0.0196)
    np.testing.assert_allclose(ewa_weights(0.98, 2), [0.0196, 0.02])
    np.testing.assert_allclose(ewa_weights(0.98, 2, correct=True), [0.0196 / 0.0396, 0.02 / 0.0396])
    assert ewa([3, 1, 4], 0).tolist() == [3, 1, 4] and ewa_weights(0, 3).tolist() == [0, 0, 1]


def test_the_variance_falls_to_the_share_it_should():
    """Of independent values, (1 - beta) / (1 + beta) is left."""
    x = np.random.default_rng(0).standard_normal(200_000)
    assert ewa(x, 0.9)[100:].var() == pytest.approx(0.1 / 1.9, rel=0.05)


def test_many_series_at_once_types_and_untouched_input():
    x = np.random.default_rng(1).normal(size=(30, 2, 3)).astype(np.float32)
    before = x.copy()
    together = ewa(x, 0.9, correct=True)
    assert together.shape == x.shape and together.dtype == np.float32 and np.array_equal(x, before)
    assert np.array_equal(together[:, 1, 2], ewa(x[:, 1, 2], 0.9, correct=True))
    assert ewa(x, np.float64(0.9)).dtype == np.float32
    assert ewa([1, 2], 0.5).dtype == np.float64 and ewa(np.array([True, False]), 0.5).tolist() == [0.5, 0.25]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ewa([1.0], 1.0), ValueError, "beta must be a number from 0 to below 1, got 1.0"),
        (lambda: ewa([1.0], -0.1), ValueError, "beta .* -0.1"),
        (lambda: ewa([1.0], np.nan), ValueError, "beta .* nan"),
        (lambda: ewa([], 0.5), ValueError, "x must hold at least one number"),
        (lambda: ewa(3.0, 0.5), ValueError, "x must be a series"),
        (lambda: ewa(["a"], 0.5), TypeError, "x must hold real numbers"),
        (lambda: ewa_weights(0.5, 0), ValueError, "t must be a whole number, 1 or more, got 0"),
        (lambda: ewa_weights(2, 3), ValueError, "beta .* got 2"),
    ],
)
def test_refuses(call, error, words):
    with pytest.raises(error, match=words):
        call()
