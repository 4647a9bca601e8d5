"""Optimizer, descend, elementwise: what they promise and what they refuse."""

import copy
import pickle

import numpy as np
import pytest

from lectopt import Optimizer, descend, elementwise, momentum, nesterov, quadratic, rosenbrock, sgd
from lectopt.optimizer import BLOCK

RULES = [sgd, momentum, nesterov]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_keeps_the_type(rule, dtype):
    opt, w = Optimizer(rule, lr=np.float64(0.1)), np.ones(3, dtype=dtype)
    opt.step(w, np.ones(3, dtype=dtype))
    assert w.dtype == dtype and all(s.dtype == dtype for s in opt.state)
    assert descend(quadratic([1.0, 2.0]), np.ones(2, dtype=dtype), Optimizer(rule, 0.1), 3).dtype == dtype


@pytest.mark.parametrize("start", [[1, 2], (1, 2), np.array([1, 2]), np.array([True, True])])
def test_descend_converts_integers_and_lists(start):
    path = descend(quadratic([1.0, 2.0]), start, Optimizer(sgd, 0.1), 2)
    assert path.dtype == np.float64 and path.shape == (3, 2)


def test_descend_leaves_the_start_alone():
    start = np.array([1.0, 2.0])
    descend(quadratic([1.0, 2.0]), start, Optimizer(sgd, 0.1), 5)
    assert start.tolist() == [1.0, 2.0]


def test_a_schedule_sees_the_steps_already_taken():
    seen = []
    descend(quadratic([1.0]), [1.0], Optimizer(sgd, lambda t: seen.append(t) or 0.1), 4)
    assert seen == [0, 1, 2, 3]


def test_a_schedule_of_zero_dimensional_arrays_works():
    path = descend(quadratic([1.0]), [1.0], Optimizer(sgd, lambda t: np.where(t < 1, 0.5, 0.0)), 2)
    assert path[:, 0].tolist() == [1.0, 0.5, 0.5]


@pytest.mark.parametrize(
    ("build", "error", "words"),
    [
        (
            lambda: Optimizer(momentum, 0.1, beta=1),
            TypeError,
            "momentum has no hyperparameter 'beta'; it has: momentum",
        ),
        (lambda: Optimizer(sgd, 0.1, momentum=0.9), TypeError, "it has: none"),
        (lambda: Optimizer(sgd, -0.1), ValueError, "-0.1"),
        (lambda: Optimizer(sgd, float("nan")), ValueError, "nan"),
        (lambda: Optimizer(sgd, "fast"), ValueError, "'fast'"),
        (lambda: Optimizer(sgd, None), ValueError, "None"),
        (lambda: Optimizer(lambda w, g, *, t, lr, gap: None, 0.1), TypeError, "needs a value for: gap"),
        (lambda: descend(rosenbrock, [1.0, np.nan], Optimizer(sgd, 0.1), 3), ValueError, "w0"),
        (lambda: descend(rosenbrock, [], Optimizer(sgd, 0.1), 3), ValueError, "at least one"),
        (lambda: descend(rosenbrock, [1.0, 1.0], Optimizer(sgd, 0.1), -1), ValueError, "-1"),
        (lambda: descend(rosenbrock, [1.0, 1.0], Optimizer(sgd, 0.1), 2.5), ValueError, "2.5"),
        (lambda: descend(rosenbrock, [1.0, 1.0, 1.0], Optimizer(sgd, 0.1), 2), ValueError, r"shape \(3,\)"),
    ],
)
def test_refuses(build, error, words):
    with pytest.raises(error, match=words):
        build()


@pytest.mark.parametrize(
    ("w", "g", "error", "words"),
    [
        ([1.0, 2.0], np.ones(2), TypeError, "list"),
        (np.array([1, 2]), np.ones(2), TypeError, "int64"),
        (np.array([1j, 2]), np.ones(2), TypeError, "complex128"),
        (np.ones(2), np.ones(3), ValueError, r"\(2,\), got shape \(3,\)"),
        (np.ones(2), [1.0, 1.0], ValueError, "list"),
        (np.ones(3), np.ones(3), ValueError, r"remembers a w of shape \(2,\)"),
    ],
)
def test_a_step_that_fails_changes_nothing(w, g, error, words):
    opt, moved = Optimizer(momentum, 0.1), np.ones(2)
    opt.step(moved, np.ones(2))
    before = copy.deepcopy((w, opt.t, opt.state))
    with pytest.raises(error, match=words):
        opt.step(w, g)
    for old, new in zip(before, (w, opt.t, opt.state), strict=True):
        assert np.array_equal(old, new)


def test_a_bad_rate_from_a_schedule_changes_nothing():
    opt, w = Optimizer(momentum, lambda t: -1.0), np.ones(2)
    with pytest.raises(ValueError, match="lr"):
        opt.step(w, np.ones(2))
    assert opt.t == 0 and w.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("save", [copy.deepcopy, lambda opt: pickle.loads(pickle.dumps(opt))])
def test_saved_and_resumed_it_goes_on_bit_for_bit(rule, save):
    whole = descend(rosenbrock, [-1.0, 1.0], Optimizer(rule, 5e-4), 100)
    opt = Optimizer(rule, 5e-4)
    first = descend(rosenbrock, [-1.0, 1.0], opt, 50)
    second = descend(rosenbrock, first[-1], save(opt), 50)
    assert np.array_equal(whole, np.vstack([first, second[1:]]))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "shape", [(BLOCK,), (BLOCK + 1,), (3 * BLOCK + 7,), (5, BLOCK), (2 * BLOCK, 2), (1, 2 * BLOCK)]
)
def test_blocks_change_no_number(rule, shape):
    rng = np.random.default_rng(0)
    blocked, whole = np.ones(shape), np.ones(shape)
    opt, plain = Optimizer(rule, 0.1), Optimizer(rule.__wrapped__, 0.1)
    for _ in range(3):
        g = rng.standard_normal(shape)
        opt.step(blocked, g)
        plain.step(whole, g)
    assert np.array_equal(blocked, whole)


def test_blocks_reach_an_array_that_is_not_contiguous():
    wide = np.ones((2, 3 * BLOCK))
    w = wide[:, ::2]
    Optimizer(momentum, 0.5).step(w, np.ones(w.shape))
    assert (wide[:, ::2] == 0.5).all() and (wide[:, 1::2] == 1).all()


def test_elementwise_calls_the_rule_once_per_block():
    sizes = []
    w = np.ones(2 * BLOCK + 5)
    elementwise(lambda w, g, *, t, lr: sizes.append(w.size))(w, w, t=1, lr=0.1)
    assert sizes == [BLOCK, BLOCK, 5]


def test_repr_names_everything_and_no_address():
    assert repr(Optimizer(momentum, 0.1, momentum=0.5)) == "Optimizer(momentum, lr=0.1, momentum=0.5)"
    assert " at 0x" not in repr(Optimizer(sgd, lambda t: 0.1))
