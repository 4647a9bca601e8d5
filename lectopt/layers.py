"""One layer of a network, forward and backward.

A layer is a dictionary of views into w: W and b, or W, gamma and beta; grad holds
the same views into the gradient.
"""

import math
from itertools import pairwise

import numpy as np

from .losses import sigmoid
from .normalization import batchnorm_backward, batchnorm_forward
from .regularizers import dropout_backward, dropout_forward

# the function, and its slope where its value is a
ACTIVATIONS = {
    "relu": (lambda z: np.maximum(z, 0), lambda a: a > 0),
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "sigmoid": (sigmoid, lambda a: a * (1 - a)),
    "linear": (lambda z: z, lambda a: 1),
}


def places(sizes, batchnorm):
    """Where the layers' parameters stand in w: returns (places, length of w).

    For each layer, in order, a dictionary of name: (slice of w, shape).
    """
    found, stop = [], 0
    for n_in, n_out in pairwise(sizes):
        normalized = batchnorm and len(found) < len(sizes) - 2
        names = ("gamma", "beta") if normalized else ("b",)
        found.append({})
        for name, shape in {"W": (n_in, n_out), **dict.fromkeys(names, (n_out,))}.items():
            start, stop = stop, stop + math.prod(shape)
            found[-1][name] = slice(start, stop), shape
    return found, stop


def hidden_forward(layer, x, activation, dropout, rng):
    """A hidden layer in training: returns (y, cache).

        z = x W + b, or BatchNorm of x W
        y = dropout of activation(z)

    x has the shape (N, inputs), y (N, outputs).
    """
    z = x @ layer["W"]
    if "gamma" in layer:
        u, norm = batchnorm_forward(z, layer["gamma"], layer["beta"])
    else:
        u, norm = z + layer["b"], None
    a = ACTIVATIONS[activation][0](u)
    y, mask = dropout_forward(a, dropout, rng) if dropout else (a, None)
    return y, (x, z, norm, a, mask)


def hidden_predict(layer, x, activation, statistics):
    """The same layer at test time: running statistics, if it has any, and no dropout."""
    z = x @ layer["W"]
    if not statistics:
        return ACTIVATIONS[activation][0](z + layer["b"])
    u = statistics.normalize(z, layer["gamma"], layer["beta"])
    return ACTIVATIONS[activation][0](u)


def hidden_backward(dy, cache, grad, activation):
    """The gradient dz by z = x W, from the gradient dy by y; fills grad."""
    x, _, norm, a, mask = cache
    da = dy if mask is None else dropout_backward(dy, mask)
    dz = da * ACTIVATIONS[activation][1](a)
    if norm:
        dz, grad["gamma"][...], grad["beta"][...] = batchnorm_backward(dz, norm)
    affine_backward(dz, x, grad)
    return dz


def affine_backward(dz, x, grad):
    """Fills grad of z = x W + b, from the gradient dz by z: dW = x'dz, db = sum dz."""
    np.matmul(x.T, dz, out=grad["W"])
    if "b" in grad:
        np.sum(dz, axis=0, out=grad["b"])
