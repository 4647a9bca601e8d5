"""Is this gradient right? Compare it with differences of the loss."""

import numpy as np


def numerical_gradient(fun, w, h=1e-5):
    """The gradient by central differences, one coordinate at a time.

        g_i = (f(w + h e_i) - f(w - h e_i)) / (2 h)

    fun(w) gives the loss, or (loss, gradient), of which the loss is taken. w may
    have any shape and is not changed. The error is about h^2 from the formula and
    1e-16 / h from rounding, so h near 1e-5 is best.

    >>> numerical_gradient(lambda w: (w**2).sum(), np.array([1.0, -3.0])).round(6)
    array([ 2., -6.])
    """
    if not h > 0:
        raise ValueError(f"the difference h must be positive, got {h!r}")
    w = np.array(w, dtype=float)
    g = np.empty_like(w)
    for i in np.ndindex(w.shape):
        kept = w[i]
        w[i] = kept + h
        above = _loss(fun(w))
        w[i] = kept - h
        below = _loss(fun(w))
        w[i] = kept
        g[i] = (above - below) / (2 * h)
    return g


def relative_error(a, b):
    """The largest difference of two arrays, relative to their largest entry; 0 if both are all zeros.

    >>> relative_error([1.0, 4.0], [1.0, 5.0])
    0.2
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape or a.size == 0:
        raise ValueError(f"relative_error compares arrays of one shape, not empty, got {a.shape} and {b.shape}")
    scale = max(np.abs(a).max(), np.abs(b).max())
    return float(np.abs(a - b).max() / scale) if scale else 0.0


def _loss(value):
    return value[0] if isinstance(value, tuple) else value
