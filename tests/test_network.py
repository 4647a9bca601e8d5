"""The MLP: a forward pass one number at a time, every gradient against differences, training that learns."""

import math
import pickle
from itertools import pairwise

import numpy as np
import pytest

from lectopt import numerical_gradient, relative_error
from lectopt.layers import ACTIVATIONS
from lectopt.losses import kl_divergence, squared_error
from lectopt.network import MLP
from lectopt.regularizers import l2_penalty
from lectopt.second_order import lbfgs


def batch_for(net, n=6, seed=0):
    rng = np.random.default_rng(seed)
    x, d = rng.normal(size=(n, net.sizes[0])), rng.random((n, net.sizes[-1]))
    if net.loss is kl_divergence and net.output == "softmax":
        d /= d.sum(axis=1, keepdims=True)
    return x, d, net.init(rng) + 0.1 * rng.normal(size=net.size)


def activate(z, name):
    return {"relu": max(z, 0.0), "tanh": math.tanh(z), "sigmoid": 1 / (1 + math.exp(-z)), "linear": z}[name]


def predict_oracle(w, sizes, x, activation):
    """Without batchnorm, one number at a time; logits."""
    w, rows = list(w), [list(row) for row in x]
    for k, (n_in, n_out) in enumerate(pairwise(sizes)):
        W = [[w.pop(0) for _ in range(n_out)] for _ in range(n_in)]
        b = [w.pop(0) for _ in range(n_out)]
        rows = [[sum(row[i] * W[i][j] for i in range(n_in)) + b[j] for j in range(n_out)] for row in rows]
        if k < len(sizes) - 2:
            rows = [[activate(z, activation) for z in row] for row in rows]
    assert not w
    return rows


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_predicts_as_by_hand(activation):
    net = MLP([3, 5, 4, 2], activation, output="linear", loss=squared_error)
    x, d, w = batch_for(net)
    y = predict_oracle(w, net.sizes, x, activation)
    np.testing.assert_allclose(net.predict(w, x), y, rtol=1e-12)
    loss = sum((a - t) ** 2 / 2 for ys, ts in zip(y, d, strict=True) for a, t in zip(ys, ts, strict=True)) / len(x)
    assert net.fun(x, d)(w)[0] == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("batchnorm", [False, True])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradient(activation, batchnorm, dropout):
    net = MLP([3, 5, 4, 2], activation, batchnorm=batchnorm, dropout=dropout)
    x, d, w = batch_for(net, seed=1)

    def fun(w):
        return net.fun(x, d, np.random.default_rng(5))(w)

    assert relative_error(fun(w)[1], numerical_gradient(fun, w)) < 1e-7


@pytest.mark.parametrize(
    ("loss", "output"), [(squared_error, o) for o in ("linear", "sigmoid", "softmax")] + [(kl_divergence, "sigmoid")]
)
def test_gradient_of_every_loss(loss, output):
    net = MLP([2, 4, 3], "tanh", output=output, loss=loss)
    x, d, w = batch_for(net)
    assert relative_error(net.fun(x, d)(w)[1], numerical_gradient(net.fun(x, d), w)) < 1e-7
    y = net.predict(w, x)
    assert y.shape == (6, 3)
    assert output != "softmax" or np.allclose(y.sum(axis=1), 1)


def test_without_a_hidden_layer_it_is_softmax_regression():
    net = MLP([3, 2])
    x, d, w = batch_for(net)
    loss, g = net.fun(x, d)(w)
    expected, dz = kl_divergence(x @ w[:6].reshape(3, 2) + w[6:], d)
    assert loss == expected
    np.testing.assert_allclose(g, np.concatenate([(x.T @ dz).ravel(), dz.sum(axis=0)]))


def test_views_share_memory_with_w():
    net = MLP([3, 5, 2], batchnorm=True)
    w = net.init(np.random.default_rng(0))
    hidden, last = net.views(w)
    assert {name: a.shape for name, a in hidden.items()} == {"W": (3, 5), "gamma": (5,), "beta": (5,)}
    assert {name: a.shape for name, a in last.items()} == {"W": (5, 2), "b": (2,)}
    for layer in (hidden, last):
        for a in layer.values():
            a[...] = 7
    assert (w == 7).all() and net.size == len(w) == 37


@pytest.mark.parametrize(("activation", "spread"), [("relu", math.sqrt(2 / 200)), ("tanh", math.sqrt(2 / 500))])
def test_start(activation, spread):
    net = MLP([200, 300, 2], activation, batchnorm=True)
    w = net.init(np.random.default_rng(0))
    hidden, last = net.views(w)
    assert hidden["W"].std() == pytest.approx(spread, rel=0.01) and abs(hidden["W"].mean()) < spread / 50
    assert (hidden["gamma"] == 1).all() and (hidden["beta"] == 0).all() and (last["b"] == 0).all()
    assert np.array_equal(w, net.init(np.random.default_rng(0)))


def test_a_batch_is_rows_of_the_whole():
    net = MLP([3, 4, 2])
    x, d, w = batch_for(net)
    batch = np.array([4, 1, 2])
    loss, g = net.fun(x, d)(w, batch)
    loss2, g2 = net.fun(x[batch], d[batch])(w)
    assert loss == loss2 and np.array_equal(g, g2)


@pytest.mark.parametrize("batchnorm", [False, True])
def test_types_and_untouched_input(batchnorm):
    net = MLP([3, 4, 2], batchnorm=batchnorm, dropout=0.2)
    x, d, w = batch_for(net)
    kept = w.copy(), x.copy(), d.copy()
    fun = net.fun(x, d, np.random.default_rng(0))
    loss, g = fun(w.astype(np.float32))
    assert isinstance(loss, float) and g.dtype == np.float32
    assert net.predict(w.astype(np.float32), x).dtype == np.float32
    loss, g = fun(w)
    assert g.dtype == np.float64 and not np.shares_memory(g, w)
    assert fun(np.ones(net.size, dtype=int))[1].dtype == np.float64
    assert net.predict([1] * net.size, x.tolist()).shape == (6, 2)
    assert all(np.array_equal(a, b) for a, b in zip((w, x, d), kept, strict=True))


def test_running_statistics_take_over_at_test_time():
    net = MLP([3, 4, 2], "tanh", batchnorm=True)
    x, d, w = batch_for(net, n=200)
    statistics, z = net.statistics[0], x @ net.views(w)[0]["W"]
    for _ in range(150):
        net.fun(x, d)(w)
    np.testing.assert_allclose(statistics.running_mean, z.mean(axis=0), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(statistics.running_var, z.var(axis=0, ddof=1), rtol=1e-5)
    one_by_one = [net.predict(w, x[i : i + 1])[0] for i in range(5)]
    np.testing.assert_allclose(net.predict(w, x)[:5], one_by_one, rtol=1e-12)
    assert kl_divergence(np.log(net.predict(w, x)), d)[0] == pytest.approx(net.fun(x, d)(w)[0], rel=0.02)


def test_dropout_is_drawn_by_the_generator_and_absent_from_predictions():
    net = MLP([3, 50, 2], dropout=0.5)
    x, d, w = batch_for(net)
    fun = net.fun(x, d, np.random.default_rng(0))
    first, second = fun(w)[0], fun(w)[0]
    assert first != second and first == net.fun(x, d, np.random.default_rng(0))(w)[0]
    assert np.array_equal(net.predict(w, x), MLP([3, 50, 2]).predict(w, x))


def test_a_copy_goes_on_alike():
    net = MLP([3, 4, 2], batchnorm=True)
    x, d, w = batch_for(net)
    net.fun(x, d)(w)
    again = pickle.loads(pickle.dumps(net))
    assert np.array_equal(again.predict(w, x), net.predict(w, x))


def test_it_learns_with_a_penalty_by_lbfgs():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(80, 2))
    labels = (x[:, 0] * x[:, 1] > 0).astype(int)  # no line separates them
    net = MLP([2, 12, 2], "tanh")
    fun = net.fun(x, np.eye(2)[labels])

    def penalized(w):
        (loss, g), (more, dg) = fun(w), l2_penalty(w, 1e-4)
        return loss + more, g + dg

    *_, w = lbfgs(penalized, net.init(rng), tol=1e-3)
    assert (net.predict(w, x).argmax(axis=1) == labels).all()


def test_a_failing_call_leaves_the_statistics_alone():
    net = MLP([3, 4, 2], batchnorm=True)
    x, d, w = batch_for(net)
    with pytest.raises(ValueError, match="sum to 1"):
        net.fun(x, 2 / 3 * d)(w)
    with pytest.raises(ValueError, match="at least 2 values"):
        net.fun(x, d)(w, [0])
    assert net.statistics[0].running_mean.tolist() == [0.0] * 4


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: MLP([3]), ValueError, r"sizes .* \[3\]"),
        (lambda: MLP([3, 0, 2]), ValueError, "each of sizes .* 0"),
        (
            lambda: MLP([3, 2], "swish"),
            ValueError,
            "activation must be one of relu, tanh, .* got 'swish'",
        ),
        (lambda: MLP([3, 2], output="max"), ValueError, "output .* 'max'"),
        (lambda: MLP([3, 2], dropout=1.0), ValueError, "dropout .* 1.0"),
        (lambda: MLP([3, 2]).views(np.ones(7)), ValueError, r"\(8,\), got \(7,\)"),
        (lambda: MLP([3, 2]).predict(np.ones(8), np.ones((4, 2))), ValueError, r"\(N, 3\), got \(4, 2\)"),
        (lambda: MLP([3, 2]).fun(np.ones((4, 3)), np.ones((3, 2))), ValueError, "x's 4, got 3"),
        (lambda: MLP([3, 4, 2], dropout=0.1).fun(np.ones((4, 3)), np.ones((4, 2))), TypeError, "rng .* None"),
        (lambda: MLP([3, 2]).init(0), TypeError, "rng"),
    ],
)
def test_refuses(call, error, words):
    with pytest.raises(error, match=words):
        call()
