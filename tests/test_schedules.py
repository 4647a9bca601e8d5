"""Schedules: each against its formula one number at a time, drawn like any function, saved like any value."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lectopt import Optimizer, descend, quadratic, sgd
from lectopt.schedules import (
    constant,
    cosine_decay,
    exponential_decay,
    inverse_sqrt_decay,
    inverse_time_decay,
    per_epoch,
    staircase,
    step_decay,
    warmup,
)


def cosine(t):
    return 0.1 + 0.2 * (1 + math.cos(math.pi * t / 40)) if t < 40 else 0.1


CASES = [
    (constant(0.3), lambda t: 0.3),
    (step_decay(0.3, 0.5, 7), lambda t: 0.3 * 0.5 ** math.floor(t / 7)),
    (exponential_decay(0.3, 0.05), lambda t: 0.3 * math.e ** (-0.05 * t)),
    (inverse_time_decay(0.3, 0.25), lambda t: 0.3 / (1 + t / 4)),
    (inverse_sqrt_decay(0.3), lambda t: 0.3 * (t + 1) ** -0.5),
    (cosine_decay(0.3, 40), lambda t: 0.3 * math.cos(math.pi * t / 80) ** 2 if t < 40 else 0.0),
    (cosine_decay(0.5, 40, floor=0.1), cosine),
    (warmup(cosine_decay(0.5, 40, floor=0.1), 8), lambda t: 0.5 * (t + 1) / 8 if t < 8 else cosine(t - 8)),
    (warmup(inverse_time_decay(0.3, 1.0), 1), lambda t: 0.3 / max(t, 1)),
    (per_epoch(inverse_time_decay(0.2, 1.0), 9), lambda t: 0.2 / (1 + t // 9)),
    (staircase(inverse_sqrt_decay(0.3), 5), lambda t: 0.3 / math.sqrt(1 + t - t % 5)),
    (staircase(lambda t: 1 / (1 + t), 5), lambda t: 1 / (1 + t - t % 5)),
]
every = pytest.mark.parametrize(
    ("schedule", "formula"), CASES, ids=[str(schedule)[:24] + f" {i}" for i, (schedule, _) in enumerate(CASES)]
)
STEPS = np.arange(100)


@every
def test_is_its_formula(schedule, formula):
    np.testing.assert_allclose(schedule(STEPS), [formula(t) for t in range(100)], rtol=1e-13, atol=1e-16)


@every
def test_one_step_or_many_integers_or_floats(schedule, formula):
    rates = schedule(STEPS)
    assert rates.shape == (100,) and rates.dtype == np.float64
    np.testing.assert_allclose([schedule(t) for t in range(100)], rates, rtol=1e-14)
    assert type(schedule(3)) is float and type(schedule(np.int64(3))) is float
    assert np.array_equal(schedule(STEPS.astype(np.float32)), rates)
    assert np.array_equal(schedule(STEPS.tolist()), rates)
    assert schedule(STEPS.reshape(10, 10)).shape == (10, 10)
    assert STEPS.tolist() == list(range(100))


@every
def test_an_optimizer_takes_it(schedule, formula):
    """Under a constant gradient of 1 the path adds up the rates, t = 0 first."""
    path = descend(lambda w: (0.0, np.ones(1)), [0.0], Optimizer(sgd, schedule), 20)
    np.testing.assert_allclose(-path[1:, 0], np.cumsum([formula(t) for t in range(20)]), rtol=1e-12)


@every
def test_can_be_copied_and_keeps_nothing(schedule, formula):
    schedule(50)
    copies = [copy.copy(schedule), copy.deepcopy(schedule)]
    if "lambda" not in repr(schedule):
        copies.append(pickle.loads(pickle.dumps(schedule)))
    for other in copies:
        assert np.array_equal(other(STEPS), schedule(STEPS)) and repr(other) == repr(schedule)


def test_an_optimizer_with_a_schedule_names_it_and_can_be_saved():
    opt = Optimizer(sgd, warmup(step_decay(0.1, factor=0.5, every=10), steps=5))
    words = "Optimizer(sgd, lr=warmup(schedule=step_decay(lr0=0.1, factor=0.5, every=10), steps=5))"
    assert repr(opt) == words == repr(pickle.loads(pickle.dumps(opt)))


few = settings(max_examples=50, deadline=None, derandomize=True)
numbers = st.floats(1e-3, 10)


@few
@given(numbers, st.floats(0.1, 0.9), st.integers(1, 30))
def test_the_stairs_of_exponential_decay_are_step_decay(lr0, factor, every):
    stairs = staircase(exponential_decay(lr0, -math.log(factor) / every), every)
    np.testing.assert_allclose(stairs(STEPS), step_decay(lr0, factor, every)(STEPS), rtol=1e-9)


@few
@given(numbers, st.floats(0, 1), st.integers(1, 120), st.integers(1, 30))
def test_a_warm_up_rises_to_the_peak_and_never_gives_zero(peak, share, total, steps):
    rates = warmup(cosine_decay(peak, total, floor=share * peak), steps)(STEPS)
    assert (rates[:steps] > 0).all() and (np.diff(rates[:steps]) > 0).all()
    assert rates[steps - 1] == rates[steps] == rates.max() and rates.max() == pytest.approx(peak)
    assert (np.diff(rates[steps:]) <= 0).all() and rates.min() >= min(share * peak, peak / steps) * (1 - 1e-12)


@few
@given(numbers, st.floats(1e-3, 5))
def test_decays_begin_at_lr0_and_only_fall(lr0, rate):
    for schedule in (exponential_decay(lr0, rate), inverse_time_decay(lr0, rate), inverse_sqrt_decay(lr0)):
        rates = schedule(STEPS)
        assert rates[0] == lr0 and (np.diff(rates) < 0).all() and (rates > 0).all()


def test_signatures_say_what_to_give():
    import inspect

    assert str(inspect.signature(cosine_decay)) == "(lr0, total, floor=0.0)"
    assert str(inspect.signature(warmup)) == "(schedule, steps)"


def test_a_schedule_goes_on_where_the_optimizer_is():
    opt = Optimizer(sgd, step_decay(0.5, 0.5, 2))
    first = descend(quadratic([1.0]), [1.0], opt, 3)
    path = np.append(first, descend(quadratic([1.0]), first[-1], opt, 2)[1:])
    np.testing.assert_allclose(path[1:] / path[:-1], [0.5, 0.5, 0.75, 0.75, 0.875])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: constant(-0.1), ValueError, "lr0 must be a finite number, 0 or more, got -0.1"),
        (lambda: constant("fast"), ValueError, "lr0 .* 'fast'"),
        (lambda: constant(), TypeError, "lr0"),
        (lambda: step_decay(0.1, 0.5, 0), ValueError, "every must be a whole number, 1 or more, got 0"),
        (lambda: step_decay(0.1, -0.5, 3), ValueError, "factor .* -0.5"),
        (lambda: step_decay(0.1, 0.5, 3, 4), TypeError, "argument"),
        (lambda: exponential_decay(0.1, np.nan), ValueError, "rate .* nan"),
        (lambda: inverse_time_decay(np.inf, 0.1), ValueError, "lr0 .* inf"),
        (lambda: cosine_decay(0.1, 2.5), ValueError, "total .* 2.5"),
        (lambda: cosine_decay(0.1, 10, floor=-1), ValueError, "floor .* -1"),
        (lambda: cosine_decay(0.1, 10, flor=1), TypeError, "flor"),
        (lambda: warmup(0.1, 10), TypeError, "schedule must be a function, got 0.1"),
        (lambda: warmup(constant(0.1), 0), ValueError, "steps .* got 0"),
        (lambda: per_epoch(constant(0.1), 0), ValueError, "steps_per_epoch .* got 0"),
        (lambda: staircase(constant(0.1), None), ValueError, "every .* None"),
        (lambda: constant(0.1)(-1), ValueError, "t, the number of steps taken, .* -1"),
        (lambda: constant(0.1)([0, np.nan]), ValueError, "nan"),
        (lambda: constant(0.1)("a"), TypeError, "t must hold real numbers, got 'a'"),
    ],
)
def test_refuses(call, error, words):
    with pytest.raises(error, match=words):
        call()
