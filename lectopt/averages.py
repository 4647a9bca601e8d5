"""Averages that forget: the exponentially weighted one, and its weights."""

import numpy as np

from . import arguments


def ewa(x, beta, *, correct=False):
    """The exponentially weighted average of a series, at every time t = 1, 2, ...

        v <- beta v + (1 - beta) x_t

    v starts at zero and so is too small at first; with correct=True the result is
    v / (1 - beta^t), an honest weighted mean. It looks back over about
    1 / (1 - beta) values. x has shape (T,) or (T, ...), the result has x's shape.
    Also called exponential moving average (Roberts, 1959).

    >>> ewa([10, 10], 0.5)
    array([5. , 7.5])
    >>> ewa([10, 10], 0.5, correct=True)
    array([10., 10.])

    Raises ValueError for an empty x and for a beta outside 0 to 1 (1 excluded).
    """
    x, beta = _series(x), float(arguments.share("beta", beta))
    averages, v = np.empty_like(x), np.zeros_like(x[0])
    for t, value in enumerate(x, start=1):
        v = beta * v + (1 - beta) * value
        averages[t - 1] = v / (1 - beta**t) if correct else v
    return averages


def ewa_weights(beta, t, *, correct=False):
    """The weights with which x_1, ..., x_t enter their ewa at time t.

        weight of x_i = (1 - beta) beta^(t - i)

    They add up to 1 - beta^t; with correct=True they are divided by that.

    >>> ewa_weights(0.5, 3)
    array([0.125, 0.25 , 0.5  ])

    Raises ValueError for a t below 1 and for a beta outside 0 to 1 (1 excluded).
    """
    beta, t = float(arguments.share("beta", beta)), arguments.whole("t", t, 1)
    weights = (1 - beta) * beta ** np.arange(t - 1.0, -1.0, -1.0)
    return weights / (1 - beta**t) if correct else weights


def _series(x):
    x = arguments.floats("x", x)
    if x.ndim == 0:
        raise ValueError(f"x must be a series, one value for each time, got {x!r}")
    return x
