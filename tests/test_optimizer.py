"""Optimizer, descend, elementwise: what they promise and what they refuse."""

import copy
import pickle

import numpy as np
import pytest

from lectopt import Optimizer, descend, elementwise, momentum, noisy, quadratic, rosenbrock, rules, sgd
from lectopt.optimizer import BLOCK
from lectopt.rules import adam, rmsprop
from lectopt.schedules import cosine_decay, warmup

RULES = [rule for rule in vars(rules).values() if hasattr(rule, "__wrapped__")]
NUMBERS = BLOCK // 8  # float64 numbers in a block


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


def test_no_step_at_all_is_the_start():
    assert descend(quadratic([1.0, 2.0]), [1, 2], Optimizer(sgd, 0.1), 0).tolist() == [[1.0, 2.0]]


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
        (lambda: Optimizer(sgd, float("inf")), ValueError, "inf"),
        (lambda: Optimizer(sgd, np.array([0.1, 0.2])), ValueError, "learning rate lr must be a finite number"),
        (lambda: Optimizer(momentum, 0.1, momentum=float("nan")), ValueError, "momentum's momentum .* finite .* nan"),
        (lambda: Optimizer(adam, 0.1, eps="small"), ValueError, "adam's eps .* 'small'"),
        (lambda: Optimizer(adam, 0.1, beta1=1.0), ValueError, "adam's beta1 .* from 0 to below 1, got 1.0"),
        (lambda: Optimizer(adam, 0.1, beta2=-0.1), ValueError, "adam's beta2 .* -0.1"),
        (lambda: Optimizer(rmsprop, 0.1, rho=1), ValueError, "rmsprop's rho .* got 1"),
        (lambda: Optimizer(adam, 0.1, beta=0.9), TypeError, "it has: beta1, beta2, eps"),
        (lambda: Optimizer(lambda w, g, *, t, lr, gap: None, 0.1), TypeError, "needs a value for: gap"),
        (lambda: descend(rosenbrock, [1.0, np.nan], Optimizer(sgd, 0.1), 3), ValueError, "w0"),
        (lambda: descend(rosenbrock, [], Optimizer(sgd, 0.1), 3), ValueError, "at least one"),
        (lambda: descend(rosenbrock, [1.0, 1.0], Optimizer(sgd, 0.1), -1), ValueError, "-1"),
        (lambda: descend(rosenbrock, [1.0, 1.0], Optimizer(sgd, 0.1), 2.5), ValueError, "2.5"),
        (lambda: descend(rosenbrock, [1.0, 1.0], Optimizer(sgd, 0.1), "2"), ValueError, "steps .* whole number.* '2'"),
        (lambda: descend(rosenbrock, [1.0, 1.0], Optimizer(sgd, 0.1), np.inf), ValueError, "steps .* inf"),
        (lambda: descend(rosenbrock, ["a", "b"], Optimizer(sgd, 0.1), 2), TypeError, "the start w0"),
        (lambda: descend(rosenbrock, [1j, 1.0], Optimizer(sgd, 0.1), 2), TypeError, "the start w0"),
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
        (np.ones(2), np.ones(2, complex), TypeError, "complex128"),
        (np.broadcast_to(1.0, 2), np.ones(2), ValueError, "writable"),
        (np.ones(3), np.ones(3), ValueError, r"a w of float64 and shape \(2,\), got float64 and shape \(3,\)"),
        (np.ones(2, np.float32), np.ones(2), ValueError, "remembers a w of float64"),
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


def test_a_descent_that_fails_on_the_way_is_undone():
    opt = Optimizer(adam, 0.1)
    descend(rosenbrock, [-1.0, 1.0], opt, 3)
    before = copy.deepcopy((opt.t, opt.state))
    calls = iter([rosenbrock, rosenbrock])
    with pytest.raises(StopIteration):
        descend(lambda w: next(calls)(w), [-1.0, 1.0], opt, 5)
    assert opt.t == before[0] == 3 and np.array_equal(opt.state, before[1])


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("save", [copy.deepcopy, lambda saved: pickle.loads(pickle.dumps(saved))])
def test_saved_and_resumed_it_goes_on_bit_for_bit(rule, save):
    """The optimizer, its schedule, and the generator behind the noise."""

    def begin():
        opt = Optimizer(rule, warmup(cosine_decay(5e-4, total=90), steps=20))
        return opt, np.random.default_rng(7)

    def go_on(start, opt, rng, steps):
        return descend(noisy(rosenbrock, 0.1, rng), start, opt, steps)

    whole = go_on([-1.0, 1.0], *begin(), 100)
    saved = begin()
    first = go_on([-1.0, 1.0], *saved, 50)
    resumed = save(saved)
    go_on(first[-1], *saved, 5)  # what happens to the original is nothing to the copy
    second = go_on(first[-1], *resumed, 50)
    assert resumed[0].t == 100
    assert np.array_equal(whole, np.vstack([first, second[1:]]))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "shape",
    [(NUMBERS,), (NUMBERS + 1,), (3 * NUMBERS + 7,), (5, NUMBERS), (2 * NUMBERS, 2), (1, 2 * NUMBERS)],
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
    wide = np.ones((2, 3 * NUMBERS))
    w = wide[:, ::2]
    Optimizer(momentum, 0.5).step(w, np.ones(w.shape))
    assert (wide[:, ::2] == 0.5).all() and (wide[:, 1::2] == 1).all()


def test_elementwise_calls_the_rule_once_per_block():
    sizes = []
    rule = elementwise(lambda w, g, *, t, lr: sizes.append(w.size))
    for shape in (2 * NUMBERS + 5, NUMBERS, (7, NUMBERS // 2), (2, 3 * NUMBERS)):
        rule(np.ones(shape), np.ones(shape), t=1, lr=0.1)
    assert sizes == [NUMBERS, NUMBERS, 5, NUMBERS, *[NUMBERS] * 3, NUMBERS // 2, *[3 * NUMBERS] * 2]
    rule(np.ones(4 * NUMBERS, np.float32), np.ones(4 * NUMBERS, np.float32), t=1, lr=0.1)
    assert sizes[-2:] == [2 * NUMBERS] * 2


def test_repr_names_everything_and_no_address():
    assert repr(Optimizer(momentum, 0.1, momentum=0.5)) == "Optimizer(momentum, lr=0.1, momentum=0.5)"
    assert " at 0x" not in repr(Optimizer(sgd, lambda t: 0.1))


def test_numbers_of_numpy_do_not_widen_float32():
    paths = [
        descend(quadratic([1.0, 3.0]), np.ones(2, np.float32), Optimizer(momentum, kind(0.1), momentum=kind(0.7)), 9)
        for kind in (float, np.float64)
    ]
    assert np.array_equal(*paths)
