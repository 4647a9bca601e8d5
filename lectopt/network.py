"""A multilayer perceptron whose parameters are one flat vector w.

The weights of its layers are views into w, so every optimizer and every line
search that moves a vector can train it.
"""

import math

import numpy as np

from . import arguments
from .layers import ACTIVATIONS, affine_backward, hidden_backward, hidden_forward, hidden_predict, places
from .losses import OUTPUTS, kl_divergence
from .normalization import RunningStatistics


class MLP:
    """Layers x W + b with an activation between them.

    sizes are the widths, from the inputs to the outputs. In the hidden layers
    batchnorm=True normalizes before the activation, gamma x_hat + beta taking the
    place of b, and dropout, the probability of dropping, thins out after it.
    `loss` is kl_divergence or squared_error, `output` linear, sigmoid or softmax.

    >>> net = MLP([2, 8, 3])
    >>> w = net.init(np.random.default_rng(0))
    >>> w.shape, [layer["W"].shape for layer in net.views(w)]
    ((51,), [(2, 8), (8, 3)])
    >>> fun = net.fun(np.ones((4, 2)), np.eye(3)[[0, 1, 2, 0]])
    >>> loss, g = fun(w)

    Raises ValueError for sizes, an activation, an output or a dropout that it
    does not know.
    """

    def __init__(
        self,
        sizes,
        activation="relu",
        *,
        output="softmax",
        loss=kl_divergence,
        batchnorm=False,
        dropout=0.0,
    ):
        self.sizes = [arguments.whole("each of sizes", size, 1) for size in sizes]
        if len(self.sizes) < 2:
            raise ValueError(f"sizes needs the inputs and the outputs at least, got {sizes!r}")
        _check_name("activation", activation, ACTIVATIONS)
        _check_name("output", output, OUTPUTS)
        self.activation, self.output, self.loss = activation, output, loss
        self.dropout = arguments.share("dropout", dropout)
        hidden = self.sizes[1:-1]
        self.statistics = [RunningStatistics(n) if batchnorm else None for n in hidden]
        self.places, self.size = places(self.sizes, batchnorm)

    def views(self, w):
        """The layers as views into w: dictionaries of W and b, or W, gamma and beta."""
        if w.shape != (self.size,):
            raise ValueError(f"w must have the shape {(self.size,)}, got {w.shape}")
        layers = []
        for layer in self.places:
            layers.append({k: w[at].reshape(shape) for k, (at, shape) in layer.items()})
        return layers

    def init(self, rng):
        """A start w: normal weights, gamma 1, everything else 0.

        The weights have the standard deviation sqrt(2 / n_in) for relu (He et al., 2015),
        sqrt(2 / (n_in + n_out)) otherwise (Glorot and Bengio, 2010). rng is a numpy
        generator.
        """
        arguments.generator(rng)
        w = np.zeros(self.size)
        for layer in self.views(w):
            n_in, n_out = layer["W"].shape
            spread = math.sqrt(2 / (n_in if self.activation == "relu" else n_in + n_out))
            layer["W"][...] = spread * rng.standard_normal((n_in, n_out))
            if "gamma" in layer:
                layer["gamma"][...] = 1
        return w

    def fun(self, x, targets, rng=None):
        """The problem fun(w, batch) -> (loss, gradient), in training mode.

        x has the shape (N, inputs), targets what the loss takes, one row for each of
        x. batch holds indices of rows; without it, all rows. rng, a numpy generator,
        draws what dropout drops. With batchnorm each call moves the running
        statistics. The loss and the gradient come in w's type.
        """
        x, targets = self._inputs(x), np.asarray(targets)
        if len(targets) != len(x):
            raise ValueError(f"targets needs a row for each of x's {len(x)}, got {len(targets)}")
        if self.dropout:
            arguments.generator(rng)

        def fun(w, batch=slice(None)):
            return self._loss(w, x[batch], targets[batch], rng)

        return fun

    def _loss(self, w, x, targets, rng):
        w = arguments.floats("w", w)
        g = np.empty_like(w)
        layers, grads = self.views(w), self.views(g)
        *hidden, last = layers
        y, caches = x.astype(w.dtype, copy=False), []
        for layer in hidden:
            y, cache = hidden_forward(layer, y, self.activation, self.dropout, rng)
            caches.append(cache)
        loss, dz = self.loss(y @ last["W"] + last["b"], targets, self.output)
        affine_backward(dz, y, grads[-1])
        for k in reversed(range(len(hidden))):
            dy = dz @ layers[k + 1]["W"].T
            dz = hidden_backward(dy, caches[k], grads[k], self.activation)
        for statistics, cache in zip(self.statistics, caches, strict=True):
            if statistics:
                statistics.update(cache[1])
        return loss, g

    def predict(self, w, x):
        """The outputs y for x, shape (N, outputs), in test mode.

        BatchNorm takes the running statistics, dropout drops nothing.
        """
        w = arguments.floats("w", w)
        *hidden, last = self.views(w)
        y = self._inputs(x).astype(w.dtype, copy=False)
        for layer, statistics in zip(hidden, self.statistics, strict=True):
            y = hidden_predict(layer, y, self.activation, statistics)
        return OUTPUTS[self.output](y @ last["W"] + last["b"])

    def _inputs(self, x):
        x = arguments.floats("x", x)
        if x.ndim != 2 or x.shape[1] != self.sizes[0]:
            raise ValueError(f"x must have the shape (N, {self.sizes[0]}), got {x.shape}")
        return x


def _check_name(name, value, known):
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}, got {value!r}")
