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


def beale(w):
    """Steep walls, a flat valley (Beale, 1958), with its minimum at (3, 0.5).

        f = (1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2

    >>> beale(np.array([0.0, 0.0]))
    (14.203125, array([-12.75,   0.  ]))
    """
    x, y = _coordinates(w, 2, "beale")
    y2 = y * y
    y3 = y2 * y
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y2, 2.625 - x + x * y3
    gx = 2 * (a * (y - 1) + b * (y2 - 1) + c * (y3 - 1))
    gy = 2 * x * (a + 2 * b * y + 3 * c * y2)
    return float(a * a + b * b + c * c), np.array([gx, gy])


def saddle(w):
    """A saddle, f = (x^2 - y^2) / 2: a valley along x, a ridge along y.

    >>> saddle(np.array([2.0, 1.0]))
    (1.5, array([ 2., -1.]))
    """
    x, y = _coordinates(w, 2, "saddle")
    return float((x * x - y * y) / 2), np.array([x, -y])


def plateau(w):
    """A hole in a plain: far out the slope fades like 2 / r^3.

        f = r^2 / (1 + r^2),  r^2 = x^2 + y^2

    >>> plateau(np.array([3.0, 0.0]))
    (0.9, array([0.06, 0.  ]))
    """
    x, y = _coordinates(w, 2, "plateau")
    r2 = x * x + y * y
    q = 1 + r2
    return float(r2 / q), np.array([2 * x / (q * q), 2 * y / (q * q)])


def double_well(w):
    """Two equal minima, at (-1, 0) and (1, 0), and a saddle between them.

        f = (x^2 - 1)^2 / 4 + y^2 / 2

    >>> double_well(np.array([2.0, 1.0]))
    (2.75, array([6., 1.]))
    """
    x, y = _coordinates(w, 2, "double_well")
    a = x * x - 1
    return float(a * a / 4 + y * y / 2), np.array([x * a, y])


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
