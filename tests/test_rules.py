"""Every rule: an oracle written one number at a time from the paper, a property over steps, a bowl to descend."""

import inspect
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lectopt import Optimizer, descend, quadratic, rosenbrock, rules
from lectopt.rules import adagrad, adam, adamw, momentum, nesterov, rmsprop, rprop, sgd


def polyak(gradient, w, steps, lr, momentum):
    """Polyak (1964): x+ = x - lr g(x) + momentum (x - x_before), without a velocity."""
    before, path = list(w), [list(w)]
    for _ in range(steps):
        g = gradient(w)
        after = [x - lr * gi + momentum * (x - b) for x, gi, b in zip(w, g, before, strict=True)]
        before, w = w, after
        path.append(w)
    return path


def look_ahead(gradient, w, steps, lr, momentum):
    """Sutskever et al. (2013): v+ = momentum v - lr g(x + momentum v), x+ = x + v+; the points x + momentum v."""
    v, path = [0.0] * len(w), [list(w)]
    for _ in range(steps):
        g = gradient([x + momentum * vi for x, vi in zip(w, v, strict=True)])
        v = [momentum * vi - lr * gi for vi, gi in zip(v, g, strict=True)]
        w = [x + vi for x, vi in zip(w, v, strict=True)]
        path.append([x + momentum * vi for x, vi in zip(w, v, strict=True)])
    return path


def one_number_at_a_time(move):
    """An oracle from move(x, gs, lr, **hyper): the new x of one coordinate from all its gradients so far."""

    def oracle(gradient, w, steps, lr, **hyper):
        seen, path = [], [list(w)]
        for _ in range(steps):
            seen.append(gradient(w))
            w = [move(x, gs, lr, **hyper) for x, gs in zip(w, zip(*seen, strict=True), strict=True)]
            path.append(w)
        return path

    return oracle


@one_number_at_a_time
def plain(x, gs, lr):
    return x - lr * gs[-1]


@one_number_at_a_time
def duchi(x, gs, lr, eps):
    """Duchi, Hazan and Singer (2011): lr divided by the root of the sum of all squares so far."""
    return x - lr * gs[-1] / (math.sqrt(math.fsum(g * g for g in gs)) + eps)


@one_number_at_a_time
def hinton(x, gs, lr, rho, eps):
    """Tieleman and Hinton (2012): the weight of a square that is k steps old is (1 - rho) rho^k."""
    mean = math.fsum((1 - rho) * rho**k * g * g for k, g in enumerate(reversed(gs)))
    return x - lr * gs[-1] / (math.sqrt(mean) + eps)


def kingma_step(gs, lr, beta1, beta2, eps):
    """Kingma and Ba (2015): weighted means of the gradients and squares, with weights that add up to 1."""

    def mean(values, beta):
        weights = [beta**k for k in range(len(values))]
        return math.fsum(w * x for w, x in zip(weights, reversed(values), strict=True)) / math.fsum(weights)

    return lr * mean(gs, beta1) / (math.sqrt(mean([g * g for g in gs], beta2)) + eps)


@one_number_at_a_time
def kingma(x, gs, lr, beta1, beta2, eps):
    return x - kingma_step(gs, lr, beta1, beta2, eps)


@one_number_at_a_time
def loshchilov(x, gs, lr, beta1, beta2, eps, weight_decay):
    """Loshchilov and Hutter (2019): x - lr (Adam's direction + weight_decay x)."""
    return x - kingma_step(gs, lr, beta1, beta2, eps) - lr * weight_decay * x


@one_number_at_a_time
def igel(x, gs, lr, shrink, grow, d_min, d_max):
    """Igel and Huesken (2000), iRprop-: replayed from the first gradient, with `before` forgotten at a turn."""
    d, before = min(max(lr, d_min), d_max), 0.0
    for g in gs:
        if g * before > 0:
            d = min(d * grow, d_max)
        elif g * before < 0:
            d, g = max(d * shrink, d_min), 0.0
        before = g
    return x - math.copysign(d, before) if before else x


class Known(NamedTuple):
    """What the tests know of a rule: an oracle and an entry in the table below are all that a new one needs here."""

    oracle: Callable  # its path, written one number at a time from the paper
    defaults: dict[str, float]  # what its hyperparameters are where nothing is said
    step: Callable  # of t and all hyperparameters: its t-th step under the gradient 2 in every step, from 0, at lr 0.1
    others: Sequence[dict] = ()  # hyperparameters to try besides the defaults, not all of them at once
    lr: float = 0.02  # for a bowl
    floor: float = 1e-20  # the loss there after 4000 steps is lower


# in the order in which they are taught
RULES = {
    sgd: Known(plain, {}, lambda t: 0.2),
    momentum: Known(
        polyak,
        {"momentum": 0.9},
        lambda t, momentum: 0.2 * sum(momentum**k for k in range(t)),
        [{"momentum": 0.3}],
    ),
    nesterov: Known(
        look_ahead,
        {"momentum": 0.9},
        lambda t, momentum: 0.2 * sum(momentum**k for k in range(t + 1)),
        [{"momentum": 0.3}],
    ),
    adagrad: Known(
        duchi,
        {"eps": 1e-10},
        lambda t, eps: 0.2 / (2 * math.sqrt(t) + eps),
        [{"eps": 0.1}],
        lr=1.0,
    ),
    rprop: Known(
        igel,
        {"shrink": 0.5, "grow": 1.2, "d_min": 1e-6, "d_max": 50.0},
        lambda t, shrink, grow, d_min, d_max: min(max(0.1, d_min) * grow ** (t - 1), d_max),
        [{"shrink": 0.3, "grow": 1.5, "d_min": 1e-3, "d_max": 0.02}],
        floor=1e-5,
    ),
    rmsprop: Known(
        hinton,
        {"rho": 0.9, "eps": 1e-8},
        lambda t, rho, eps: 0.2 / (2 * math.sqrt(1 - rho**t) + eps),
        [{"rho": 0.5, "eps": 0.1}],
        lr=1e-3,
        floor=1e-4,
    ),
    adam: Known(
        kingma,
        {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        lambda t, beta1, beta2, eps: 0.2 / (2 + eps),
        [{"beta1": 0.5, "beta2": 0.8, "eps": 0.1}, {"beta1": 0.0, "beta2": 0.0, "eps": 0.1}],
        floor=1e-3,
    ),
    adamw: Known(
        loshchilov,
        {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01},
        lambda t, beta1, beta2, eps, weight_decay: 0.2 / (2 + eps) * (1 - 0.1 * weight_decay) ** (t - 1),
        [{"beta1": 0.5, "beta2": 0.8, "eps": 0.1, "weight_decay": 0.5}],
        floor=1e-3,
    ),
}


def complete(rule, hyper):
    """All hyperparameters of a rule, the defaults among them."""
    return {**RULES[rule].defaults, **hyper}


CASES = [(rule, hyper) for rule, known in RULES.items() for hyper in ({}, *known.others)]
NAMES = ["-".join([rule.__name__, *(f"{k}={v}" for k, v in hyper.items())]) for rule, hyper in CASES]
PROBLEMS = {
    "ill-conditioned": (quadratic([0.1, 3.0, 17.0, 90.0]), [1.0, -2.0, 0.5, 3.0], 0.01),
    "rosenbrock": (rosenbrock, [-1.2, 1.0], 4e-4),
}
every_case = pytest.mark.parametrize(("rule", "hyper"), CASES, ids=NAMES)
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
few = settings(max_examples=25, deadline=None, derandomize=True)


@pytest.mark.parametrize("problem", PROBLEMS)
@every_case
def test_follows_the_paper(rule, hyper, problem):
    fun, start, lr = PROBLEMS[problem]
    expected = RULES[rule].oracle(lambda w: fun(np.array(w))[1].tolist(), start, 50, lr, **complete(rule, hyper))
    path = descend(fun, start, Optimizer(rule, lr, **hyper), steps=50)
    np.testing.assert_allclose(path, expected, rtol=1e-11, atol=1e-12)


@every_case
def test_follows_the_paper_where_gradients_turn(rule, hyper):
    """On the way down a gradient may keep its sign for all fifty steps: here it turns again and again."""
    gradients = np.random.default_rng(0).normal(size=(50, 4))
    one, other = iter(gradients.tolist()), iter(gradients)
    expected = RULES[rule].oracle(lambda w: next(one), [0.0] * 4, 50, 0.1, **complete(rule, hyper))
    path = descend(lambda w: (0.0, next(other)), [0.0] * 4, Optimizer(rule, 0.1, **hyper), steps=50)
    np.testing.assert_allclose(path, expected, rtol=1e-11, atol=1e-12)


def steps_under(gradients, rule, lr, start=0.0, **hyper):
    """The steps that one coordinate takes under these gradients."""
    w, opt = np.array([start]), Optimizer(rule, lr, **hyper)
    path = [w[0]]
    for g in gradients:
        opt.step(w, np.array([float(g)]))
        path.append(w[0])
    return np.diff(path)


@every_case
def test_twenty_steps_under_a_constant_gradient(rule, hyper):
    """A first step can be right by luck: 1 - beta1 for 1 - beta1^t, say, is right at t = 1 only."""
    taken = steps_under([2] * 20, rule, 0.1, **hyper)
    expected = [-RULES[rule].step(t, **complete(rule, hyper)) for t in range(1, 21)]
    np.testing.assert_allclose(taken, expected, rtol=1e-9)


@every_case
def test_descends_a_bowl(rule, hyper):
    bowl = quadratic([1.0, 4.0, 20.0])
    path = descend(bowl, [3.0, -2.0, 1.0], Optimizer(rule, RULES[rule].lr, **hyper), steps=4000)
    assert bowl(path[-1])[0] < RULES[rule].floor


@every_rule
def test_what_is_not_said_is_as_the_convention_has_it(rule):
    free = inspect.signature(rule).parameters
    assert {k: p.default for k, p in free.items() if p.default is not p.empty} == RULES[rule].defaults


def test_every_rule_is_in_the_table_in_the_order_taught():
    names = [name for name, rule in vars(rules).items() if hasattr(rule, "__wrapped__")]
    words = "RULES has a line for every rule of rules.py, in its order"
    assert " ".join(rule.__name__ for rule in RULES) == " ".join(names), words
    same = [rule.__name__ for rule, known in RULES.items() if known.defaults and not known.others]
    assert same == [], "a hyperparameter must be tried at another value too, in others"


@every_rule
def test_a_body_has_at_most_ten_lines(rule):
    lines, _ = inspect.getsourcelines(rule.__wrapped__)
    body = "".join(lines).split('"""')[2]
    assert 1 <= len(body.strip().splitlines()) <= 10


@every_rule
@few
@given(data=st.data())
def test_coordinates_do_not_know_of_each_other(rule, data):
    n = data.draw(st.integers(1, 6))
    order = np.array(data.draw(st.permutations(range(n))))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    curvature, start = rng.uniform(0.5, 4.0, n), rng.normal(size=n)
    path = descend(quadratic(curvature), start, Optimizer(rule, 0.1), 20)
    turned = descend(quadratic(curvature[order]), start[order], Optimizer(rule, 0.1), 20)
    assert np.array_equal(path[:, order], turned)


@pytest.mark.parametrize("rule", [rprop, *(rule for rule in RULES if "eps" in RULES[rule].defaults)])
@few
@given(power=st.integers(-30, 30), seed=st.integers(0, 99))
def test_the_scale_of_the_gradient_does_not_matter(rule, power, seed):
    """With eps = 0, which is there for a division by it; a power of two changes no digit."""
    gs = np.random.default_rng(seed).normal(size=15)
    hyper = {name: 0.0 for name in ("eps", "weight_decay") if name in RULES[rule].defaults}
    once, scaled = (steps_under(c * gs, rule, 0.1, **hyper) for c in (1.0, 2.0**power))
    assert np.array_equal(once, scaled)


@few
@given(st.floats(-1e3, 1e3).filter(lambda c: abs(c) > 1e-3), st.integers(0, 99))
def test_adam_with_eps_zero_takes_any_scale_and_turns_with_its_sign(c, seed):
    gs = np.random.default_rng(seed).normal(size=15)
    taken = steps_under(c * gs, adam, 0.1, eps=0.0)
    np.testing.assert_allclose(taken, np.sign(c) * steps_under(gs, adam, 0.1, eps=0.0), rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("rule", [momentum, nesterov])
def test_alternating_gradients_cancel(rule):
    w, opt = np.zeros(1), Optimizer(rule, 1.0, momentum=0.9)
    for t in range(500):
        opt.step(w, np.array([(-1.0) ** t]))
    np.testing.assert_allclose(np.abs(opt.state[0]), 1 / 1.9, rtol=1e-10)


@pytest.mark.parametrize("rule", [momentum, nesterov])
def test_without_momentum_it_is_gradient_descent(rule):
    paths = [
        descend(rosenbrock, [-1.0, 1.0], Optimizer(r, 1e-3, **h), 30) for r, h in ((sgd, {}), (rule, {"momentum": 0.0}))
    ]
    assert np.array_equal(*paths)


def test_adam_holds_rmsprop_and_a_sign_method():
    """beta1 = 0 leaves RMSProp with its bias corrected; both 0 leave the sign."""
    gs = np.random.default_rng(0).normal(size=30)
    t = np.arange(1, 31)
    corrected = steps_under(gs, rmsprop, 0.1, rho=0.9, eps=0.0) * np.sqrt(1 - 0.9**t)
    np.testing.assert_allclose(steps_under(gs, adam, 0.1, beta1=0.0, beta2=0.9, eps=0.0), corrected, rtol=1e-12)
    np.testing.assert_allclose(steps_under(gs, adam, 0.1, beta1=0.0, beta2=0.0, eps=0.0), -0.1 * np.sign(gs))


def test_without_decay_adamw_is_adam_and_decay_alone_shrinks():
    without = Optimizer(adamw, 0.1, weight_decay=0.0)
    paths = [descend(rosenbrock, [-1.0, 1.0], opt, 30) for opt in (Optimizer(adam, 0.1), without)]
    assert np.array_equal(*paths)
    np.testing.assert_allclose(steps_under([0, 0], adamw, 0.5, start=8.0, weight_decay=0.5), [-2.0, -1.5])


def test_rprop_grows_halves_waits_and_forgets():
    """The step lengths 0.1, 0.12, then a turn: no move, half the length, and no memory of the sign."""
    taken = steps_under([1, 1, -1, -1, -1, 0, 2], rprop, 0.1)
    np.testing.assert_allclose(taken, [-0.1, -0.12, 0, 0.06, 0.072, 0, -0.072], rtol=1e-12)


def test_rprop_stays_between_its_bounds():
    np.testing.assert_allclose(steps_under([1] * 60, rprop, 0.1)[-1], -50.0)
    turning = [(-1.0) ** (t // 2) for t in range(100)]
    np.testing.assert_allclose(np.abs(steps_under(turning, rprop, 0.1)[-2:]).max(), 1e-6, rtol=0.3)
    np.testing.assert_allclose(steps_under([1], rprop, 100.0), [-50.0])


@every_rule
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_coordinate_without_gradient_stays(rule, dtype):
    """No 0 / 0, and no warning, where a pixel is always dark."""
    w, g = np.array([1.0, 1.0], dtype), np.array([0.0, 3.0], dtype)
    opt = Optimizer(rule, 0.1, **({"weight_decay": 0.0} if "weight_decay" in RULES[rule].defaults else {}))
    for _ in range(5):
        opt.step(w, g)
    assert w[0] == 1 and w[1] < 1 and w.dtype == dtype


@every_rule
def test_float32_agrees_with_float64(rule):
    """Computed in float32 throughout, so the two differ, but by no more than rounding."""
    paths = [
        descend(quadratic([1.0, 3.0]), np.array([1.0, -2.0], dtype), Optimizer(rule, 0.05), 20)
        for dtype in (np.float32, np.float64)
    ]
    np.testing.assert_allclose(*paths, rtol=2e-5, atol=2e-6)
