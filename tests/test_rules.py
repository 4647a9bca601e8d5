"""Every rule: an oracle written one number at a time from the paper, a property over steps, a bowl to descend."""

import numpy as np
import pytest

from lectopt import Optimizer, descend, momentum, nesterov, quadratic, rosenbrock, sgd


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


def plain(gradient, w, steps, lr):
    path = [list(w)]
    for _ in range(steps):
        w = [x - lr * gi for x, gi in zip(w, gradient(w), strict=True)]
        path.append(w)
    return path


CASES = [
    (sgd, plain, {}),
    (momentum, polyak, {"momentum": 0.9}),
    (momentum, polyak, {"momentum": 0.3}),
    (nesterov, look_ahead, {"momentum": 0.9}),
    (nesterov, look_ahead, {"momentum": 0.3}),
]
NAMES = [f"{rule.__name__}-{hyper.get('momentum', '')}" for rule, _, hyper in CASES]
PROBLEMS = {
    "ill-conditioned": (quadratic([0.1, 3.0, 17.0, 90.0]), [1.0, -2.0, 0.5, 3.0], 0.01),
    "rosenbrock": (rosenbrock, [-1.2, 1.0], 4e-4),
}


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize(("rule", "oracle", "hyper"), CASES, ids=NAMES)
def test_follows_the_paper(rule, oracle, hyper, problem):
    fun, start, lr = PROBLEMS[problem]
    expected = oracle(lambda w: fun(np.array(w))[1].tolist(), start, 50, lr, **hyper)
    path = descend(fun, start, Optimizer(rule, lr, **hyper), steps=50)
    np.testing.assert_allclose(path, expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize(("rule", "oracle", "hyper"), CASES, ids=NAMES)
def test_a_constant_gradient_moves_by_the_effective_rate_in_the_end(rule, oracle, hyper):
    g, w = np.array([2.0, -0.5]), np.zeros(2)
    opt = Optimizer(rule, 0.1, **hyper)
    for _ in range(400):
        before = w.copy()
        opt.step(w, g)
    np.testing.assert_allclose(w - before, -0.1 / (1 - hyper.get("momentum", 0.0)) * g, rtol=1e-10)


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


@pytest.mark.parametrize(("rule", "oracle", "hyper"), CASES, ids=NAMES)
def test_descends_a_bowl(rule, oracle, hyper):
    bowl = quadratic([1.0, 4.0, 20.0])
    path = descend(bowl, [3.0, -2.0, 1.0], Optimizer(rule, 0.02, **hyper), steps=1500)
    assert bowl(path[-1])[0] < 1e-20


@pytest.mark.parametrize(("rule", "oracle", "hyper"), CASES, ids=NAMES)
def test_coordinates_do_not_know_of_each_other(rule, oracle, hyper):
    order = np.array([2, 0, 3, 1])
    curvature, start = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, -1.0, 2.0, 0.5])
    path = descend(quadratic(curvature), start, Optimizer(rule, 0.1, **hyper), 20)
    turned = descend(quadratic(curvature[order]), start[order], Optimizer(rule, 0.1, **hyper), 20)
    assert np.array_equal(path[:, order], turned)
