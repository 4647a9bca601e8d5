"""Problems to descend: fun(w) -> (loss, gradient).

The two-dimensional ones are written out term by term, so that the figures of
the book compute the same numbers to the last bit.
"""

import math

import numpy as np


def quadratic(curvature, angle=0.0):
    """A bowl, f(w) = sum of curvature_i w_i^2 / 2; its axes turned by `angle` radians (two dimensions only).

    Returns fun(w) -> (loss, gradient). A negative curvature makes a saddle.

    >>> quadratic([1, 100])(np.array([1.0, 0.5]))
    (13.0, array([ 1., 50.]))
    """
    curvature = np.asarray(curvature, dtype=float)
    if curvature.ndim != 1 or not np.isfinite(curvature).all():
        raise ValueError(f"curvature must be a list of finite numbers, one for each coordinate, got {curvature!r}")
    if angle and len(curvature) != 2:
        raise ValueError(f"an angle turns two axes, but there are {len(curvature)} curvatures")

    def bowl(w):
        w = _coordinates(w, len(curvature), "this quadratic")
        g = curvature.astype(w.dtype) * w
        return float((g * w).sum() / 2), g

    return _turned(*curvature.tolist(), angle) if angle else bowl


def _turned(a, b, angle):
    c, s = math.cos(angle), math.sin(angle)
    h11, h12, h22 = a * c * c + b * s * s, (a - b) * c * s, a * s * s + b * c * c

    def bowl(w):
        x, y = _coordinates(w, 2, "this quadratic")
        g1, g2 = h11 * x + h12 * y, h12 * x + h22 * y
        return float((g1 * x + g2 * y) / 2), np.array([g1, g2])

    return bowl


def rosenbrock(w):
    """The banana valley (Rosenbrock, 1960), f = (1 - x)^2 + 100 (y - x^2)^2, with its minimum at (1, 1).

    >>> rosenbrock(np.array([1.0, 2.0]))
    (100.0, array([-400.,  200.]))
    """
    x, y = _coordinates(w, 2, "rosenbrock")
    a, b = 1 - x, y - x * x
    return float(a * a + 100 * b * b), np.array([-2 * a - 400 * x * b, 200 * b])


def saddle(w):
    """A saddle, f = (x^2 - y^2) / 2: a valley along x, a ridge along y.

    >>> saddle(np.array([2.0, 1.0]))
    (1.5, array([ 2., -1.]))
    """
    x, y = _coordinates(w, 2, "saddle")
    return float((x * x - y * y) / 2), np.array([x, -y])


def noisy(fun, sigma, rng):
    """`fun` with a gradient as a batch would give it: normal noise of standard deviation sigma on every coordinate.

    The loss stays exact. `rng` is a numpy generator, so the same seed gives the same path.
    """
    if not 0 <= sigma < math.inf:
        raise ValueError(f"sigma must be a finite number, 0 or more, got {sigma!r}")

    def noisy_fun(w):
        loss, g = fun(w)
        return loss, g + (sigma * rng.standard_normal(g.shape)).astype(g.dtype)

    return noisy_fun


def _coordinates(w, n, name):
    w = np.asarray(w)
    if w.shape != (n,):
        raise ValueError(f"{name} takes {n} coordinates, an array of shape ({n},), got shape {w.shape}")
    return w if w.dtype.kind == "f" else w.astype(float)
