"""How far the outputs are from the targets: the loss, and its gradient by the logits.

Logits z are what the last layer computes; the output y is z itself, a sigmoid
or a softmax of it. Both losses sum over the outputs and average over the rows.
"""

import numpy as np

from . import arguments


def sigmoid(z):
    """The logistic function, 1 / (1 + exp(-z)), without overflow at either end.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def softmax(z):
    """exp(z) divided by its sum over the last axis, without overflow.

    >>> softmax(np.array([[1000.0, 1000.0], [0.0, -1000.0]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    return np.exp(_log_softmax(z))


def _log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def linear(z):
    """The logits themselves."""
    return z


OUTPUTS = {"linear": linear, "sigmoid": sigmoid, "softmax": softmax}


def squared_error(logits, targets, output="linear"):
    """Half the squared error of linear, sigmoid or softmax outputs.

        loss = sum (y - d)^2 / (2 N)
        dloss/dz = y'(z) (y - d) / N        N rows

    Returns (loss, gradient with respect to the logits). Logits z and targets d
    have one shape, (N, K), or (N,) for one output.

    >>> squared_error([[3.0, 1.0]], [[1.0, 1.0]])
    (2.0, array([[2., 0.]]))

    Raises ValueError for shapes that differ, an empty batch, an unknown output.
    """
    z, d = _checked(logits, targets, output, OUTPUTS)
    y = OUTPUTS[output](z)
    dy = (y - d) / len(z)
    return float(((y - d) * dy).sum() / 2), _through_output(z, y, dy, output)


def _through_output(z, y, dy, output):
    """The gradient by the logits, from the gradient dy by the outputs y."""
    if output == "sigmoid":
        return dy * y * sigmoid(-z)  # 1 - y, exact where y rounds to 1
    if output == "softmax":
        return y * (dy - (dy * y).sum(axis=-1, keepdims=True))
    return dy


def kl_divergence(logits, targets, output="softmax"):
    """The Kullback-Leibler divergence of softmax or sigmoid outputs from the targets.

        loss = sum d log(d / y) / N         0 log 0 = 0
        dloss/dz = (y - d) / N              N rows

    Returns (loss, gradient with respect to the logits). Targets d are
    probabilities, of the shape of the logits z: for softmax, (N, K), each row
    sums to 1; a sigmoid, (N, K) or (N,), adds the same term for 1 - d and 1 - y.
    For targets of 0 and 1 this is the cross-entropy (Kullback and Leibler, 1951).

    >>> loss, g = kl_divergence([[0.0, 0.0]], [[1.0, 0.0]])
    >>> round(loss, 6), g
    (0.693147, array([[-0.5,  0.5]]))

    Raises ValueError as squared_error does, and for targets that are no
    probabilities; output="linear" is refused, for linear outputs are none.
    """
    z, d = _checked(logits, targets, output, ("softmax", "sigmoid"))
    _check_probabilities(d, output)
    if output == "softmax":
        log_y = _log_softmax(z)
        terms = _times_log(d) - d * log_y
        return float(terms.sum() / len(z)), (np.exp(log_y) - d) / len(z)
    # log y = -softplus(-z) and log(1 - y) = -softplus(z)
    terms = _times_log(d) + d * np.logaddexp(0, -z)
    terms += _times_log(1 - d) + (1 - d) * np.logaddexp(0, z)
    return float(terms.sum() / len(z)), (sigmoid(z) - d) / len(z)


def _times_log(d):
    """The product d log d, which is 0 at d = 0."""
    return d * np.log(np.where(d > 0, d, 1))


def _checked(logits, targets, output, known):
    if output not in known:
        raise ValueError(f"output must be one of {', '.join(known)}, got {output!r}")
    z = arguments.floats("logits", logits)
    d = np.asarray(targets, dtype=z.dtype)
    if z.shape != d.shape:
        raise ValueError(f"targets must have the logits' shape {z.shape}, got {d.shape}")
    if z.ndim not in ((2,) if output == "softmax" else (1, 2)):
        shapes = "(N, K)" if output == "softmax" else "(N, K) or (N,)"
        raise ValueError(f"logits must have the shape {shapes}, got {z.shape}")
    return z, d


def _check_probabilities(d, output):
    if not (d.min() >= 0 and d.max() <= 1):
        raise ValueError(f"targets must be probabilities, 0 to 1, got {d.min()} to {d.max()}")
    sums = d.sum(axis=-1)
    if output == "softmax" and np.abs(sums - 1).max() > 1e-4:
        worst = sums[np.abs(sums - 1).argmax()]
        raise ValueError(f"each row of targets must sum to 1, got a row that sums to {worst}")
