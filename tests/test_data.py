"""Data: shapes, seeds, the numbers they are made from, and batches that leave nothing out."""

import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from lectopt.data import LONDON_NORMALS, digits, london_temperatures, minibatches, two_moons


def test_digits():
    parts = digits()
    assert [(x.shape, d.shape) for x, d in parts] == [((n, 64), (n,)) for n in (1000, 300, 497)]
    for x, d in parts:
        assert x.dtype == np.float64 and x.min() == 0 and x.max() == 1 and d.dtype == np.int64
        assert set(d.tolist()) == set(range(10))
    everything = np.vstack([x for x, _ in parts])
    assert everything.sum() * 16 == 561718  # every image once
    again = digits()
    assert all(np.array_equal(a, b) for p, q in zip(parts, again, strict=True) for a, b in zip(p, q, strict=True))
    other = digits(np.random.default_rng(1))
    assert not np.array_equal(parts[0][1], other[0][1])


def test_digits_labels_belong_to_their_images():
    images, labels = load_digits(return_X_y=True)
    known = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    for x, d in digits():
        assert all(known[(16 * image).tobytes()] == label for image, label in zip(x, d, strict=True))


def test_digits_without_scikit_learn_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match="pip install scikit-learn"):
        digits()


def test_two_moons_lie_on_their_circles():
    x, labels = two_moons(301, 0.0, np.random.default_rng(0))
    assert x.shape == (301, 2) and np.bincount(labels).tolist() == [151, 150]
    for (a, b), label in zip(x, labels, strict=True):
        center = (1.0, 0.5) if label else (0.0, 0.0)
        assert (a - center[0]) ** 2 + (b - center[1]) ** 2 == pytest.approx(1)
        assert b <= 0.5 if label else b >= 0
    noisy, _ = two_moons(301, 0.2, np.random.default_rng(0))
    assert (noisy - x).std() == pytest.approx(0.2, rel=0.1)
    assert np.array_equal(noisy, two_moons(301, 0.2, np.random.default_rng(0))[0])


def test_london_is_warm_in_july_and_its_months_have_the_published_means():
    days = london_temperatures(365 * 400, np.random.default_rng(1)).reshape(400, 365)
    ends = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    months = [days[:, a:b].mean() for a, b in pairwise(ends)]
    np.testing.assert_allclose(months, LONDON_NORMALS, atol=0.5)
    assert np.mean(LONDON_NORMALS) == pytest.approx(11.7, abs=0.05)  # the published mean of the year
    weather = days - days.mean(axis=0)
    assert weather.std() == pytest.approx(3, rel=0.02)
    assert np.corrcoef(weather[:, 100], weather[:, 101])[0, 1] == pytest.approx(0.8, abs=0.06)


def test_london_is_the_same_every_time_unless_asked():
    year = london_temperatures()
    assert year.shape == (365,) and np.array_equal(year, london_temperatures())
    assert np.array_equal(london_temperatures(10), np.round(london_temperatures(10), 1))
    assert not np.array_equal(year, london_temperatures(rng=np.random.default_rng(1)))


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 99))
def test_minibatches_hold_every_index_once(n, batch_size, seed):
    batches = minibatches(n, batch_size, np.random.default_rng(seed))
    assert len(batches) == -(-n // batch_size)
    assert all(len(batch) == batch_size for batch in batches[:-1]) and 1 <= len(batches[-1]) <= batch_size
    assert sorted(np.concatenate(batches).tolist()) == list(range(n))


def test_minibatches_come_in_a_new_order_drawn_by_the_generator_alone():
    rng = np.random.default_rng(0)
    first, second = (np.concatenate(minibatches(50, 7, rng)) for _ in range(2))
    assert not np.array_equal(first, second) and not np.array_equal(first, np.arange(50))
    assert np.array_equal(first, np.concatenate(minibatches(50, 7, np.random.default_rng(0))))


def test_a_refused_call_draws_nothing():
    rng = np.random.default_rng(0)
    for call in (
        lambda: minibatches(0, 2, rng),
        lambda: minibatches(3, 0, rng),
        lambda: two_moons(3, -1, rng),
        lambda: london_temperatures(0, rng),
    ):
        with pytest.raises(ValueError):
            call()
    assert rng.random() == np.random.default_rng(0).random()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: minibatches(0, 2, None), ValueError, "n must be a whole number, 1 or more, got 0"),
        (lambda: minibatches(np.ones(4), 2, None), ValueError, "n must be a whole number"),
        (lambda: minibatches(4, 2.5, None), ValueError, "batch_size .* 2.5"),
        (lambda: minibatches(4, 2, 0), TypeError, "rng must be a numpy generator.* got 0"),
        (lambda: two_moons(4, np.nan, None), ValueError, "noise .* nan"),
        (lambda: two_moons(4, 0.1, np.random.RandomState(0)), TypeError, "rng"),
        (lambda: london_temperatures(0), ValueError, "days"),
        (lambda: digits(3), TypeError, "rng .* 3"),
    ],
)
def test_refuses(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_two_moons_without_noise_lie_on_their_half_circles():
    points, labels = two_moons(200, 0.0, np.random.default_rng(0))
    centre = np.where(labels[:, None] == 1, [1.0, 0.5], [0.0, 0.0])
    np.testing.assert_allclose(np.linalg.norm(points - centre, axis=1), 1)
    upper = points[:, 1] >= centre[:, 1]
    assert upper[labels == 0].all() and not upper[labels == 1].any()
