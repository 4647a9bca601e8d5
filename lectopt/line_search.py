"""How far to go along a direction: the learning rate of one step, found by trying.

A problem is fun(w) -> (loss, gradient). Both searches want a direction that
descends, g'd < 0, and return (lr, loss, gradient) at w + lr d.
"""

import math
from typing import NamedTuple

import numpy as np

from . import arguments


def backtracking(fun, w, direction, *, start=None, lr=1.0, shrink=0.5, c1=1e-4):
    """Shrink lr until the loss has decreased enough (Armijo, 1966).

        f(w + lr d) <= f(w) + c1 lr g'd

    Tries lr, lr shrink, lr shrink^2, ... `start` is (loss, gradient) at w, if they
    are known. Where rounding leaves nothing to gain, lr is 0 and nothing moves.

    >>> from lectopt import quadratic
    >>> backtracking(quadratic([1.0]), np.array([1.0]), np.array([-4.0]))
    (0.25, 0.0, array([0.]))

    Raises ValueError for a direction that does not descend, for a loss at w that
    is not finite, for numbers outside 0 < c1 < 1, 0 < shrink < 1, lr > 0.
    """
    _check("c1", c1, 0, 1)
    _check("shrink", shrink, 0, 1)
    line = _Line(fun, w, direction, start, lr)
    origin = line.origin
    while line.moves(lr):
        point = line.at(lr)
        enough = point.loss <= origin.loss + c1 * lr * origin.slope
        if enough and point.loss < origin.loss:
            return lr, point.loss, point.gradient
        lr *= shrink
    return 0.0, origin.loss, origin.gradient


def wolfe(fun, w, direction, *, start=None, lr=1.0, c1=1e-4, c2=0.9, tries=25):
    """An lr that meets the strong Wolfe conditions (Wolfe, 1969).

        f(w + lr d) <= f(w) + c1 lr g'd         the loss decreases enough
        |g(w + lr d)'d| <= c2 |g'd|             the slope has levelled off

    The second makes s'y > 0, which BFGS needs. From lr on, go further until such
    points lie between two of those tried, then close in by cubic interpolation
    (Nocedal and Wright, 2006, algorithms 3.5 and 3.6). `start` is (loss, gradient)
    at w, if they are known. When rounding, or the number of tries, leaves no such
    point: the lowest found that meets the first condition; if none, lr is 0.

    >>> from lectopt import quadratic
    >>> wolfe(quadratic([1.0]), np.array([1.0]), np.array([-4.0]))
    (0.25, 0.0, array([0.]))

    Raises ValueError for a direction that does not descend, for a loss at w that
    is not finite, for numbers outside 0 < c1 < c2 < 1, lr > 0.
    """
    _check("c1", c1, 0, 1)
    _check("c2", c2, c1, 1)
    line = _Line(fun, w, direction, start, lr)
    origin = low = line.origin
    high = None  # the other end of the bracket, once there is one
    for _ in range(tries):
        point = line.at(lr)
        enough = point.loss <= origin.loss + c1 * lr * origin.slope
        if not enough or point.loss >= low.loss:
            high = point
        else:
            ahead = 1 if high is None else high.lr - low.lr
            if point.slope * ahead >= 0:
                high = low
            low = point
            if abs(low.slope) <= -c2 * origin.slope:
                break
        lr = 4 * lr if high is None else _between(low, high)
    return low.lr, low.loss, low.gradient


def _between(low, high):
    """Where the cubic through two points and their slopes has its minimum.

    Kept a tenth of the bracket away from both; the middle if there is no minimum.
    """
    gap = high.lr - low.lr
    chord = low.slope + high.slope - 3 * (high.loss - low.loss) / gap
    square = chord * chord - low.slope * high.slope
    share = 0.5
    if 0 <= square < math.inf:
        root = math.copysign(math.sqrt(square), gap)
        below = high.slope - low.slope + 2 * root
        share = 1 - (high.slope + root - chord) / below if below else 0.5
    return low.lr + min(max(share, 0.1), 0.9) * gap


class _Point(NamedTuple):
    lr: float
    loss: float
    slope: float
    gradient: np.ndarray


class _Line:
    """The loss along w + lr d, as a function of lr."""

    def __init__(self, fun, w, direction, start, lr):
        self.fun, self.w, self.direction = fun, arguments.floats("w", w), np.asarray(direction)
        if self.direction.shape != self.w.shape:
            raise ValueError(f"direction must have w's shape {self.w.shape}, got {self.direction.shape}")
        _check("lr", lr, 0, math.inf)
        self.origin = self._point(0.0, *(fun(self.w) if start is None else start))
        if not math.isfinite(self.origin.loss):
            raise ValueError("the line search needs a start w whose loss and gradient are finite")
        if not self.origin.slope < 0:
            slope = self.origin.slope
            raise ValueError(f"direction must descend, g'd < 0, but the slope g'd at w is {slope}")

    def at(self, lr):
        """The point at lr, at the price of one evaluation of fun."""
        return self._point(lr, *self.fun(self.w + lr * self.direction))

    def _point(self, lr, loss, g):
        loss, g = float(loss), np.asarray(g)
        slope = float(g.ravel() @ self.direction.ravel()) if math.isfinite(loss) else math.nan
        return _Point(lr, loss if math.isfinite(slope) else math.inf, slope, g)

    def moves(self, lr):
        """Whether rounding leaves anything of the step."""
        return bool((self.w + lr * self.direction != self.w).any())


def _check(name, value, low, high):
    if not low < value < high:
        raise ValueError(f"{name} must lie between {low} and {high}, got {value!r}")
