"""An update rule is one function; this file turns it into steps and paths."""

import functools
import inspect
import math

import numpy as np

BLOCK = 1 << 14  # numbers per block: a handful of float64 arrays this long stay in a core's cache


def elementwise(rule):
    """Run an update rule in blocks that stay in the processor's cache.

    Declare it on rules that treat every coordinate alone: the result is the
    same number for number, only large vectors move faster.
    """

    @functools.wraps(rule)
    def blocked(w, g, *state, **hyper):
        if w.size <= BLOCK:
            rule(w, g, *state, **hyper)
            return
        rows = max(1, BLOCK * len(w) // w.size)
        for start in range(0, len(w), rows):
            rule(*(array[start : start + rows] for array in (w, g, *state)), **hyper)

    return blocked


class Optimizer:
    """An update rule together with what it remembers.

    `rule(w, g, *state, *, t, lr, ...)` changes its arrays in place. The state
    starts at zero; `t` is 1 on the first step. `lr` is a number or a schedule:
    a function of the number of steps already taken.

    >>> from lectopt import momentum
    >>> w = np.array([1.0, -2.0])
    >>> opt = Optimizer(momentum, lr=0.1, momentum=0.5)
    >>> opt.step(w, np.array([2.0, 0.0]))
    >>> w, opt.t
    (array([ 0.8, -2. ]), 1)

    Raises TypeError for a hyperparameter that the rule does not have, ValueError
    for a learning rate that is negative or not finite.
    """

    def __init__(self, rule, lr, **hyper):
        _check_hyper(rule, hyper)
        if not callable(lr):
            _check_lr(lr)
        self.rule, self.lr, self.hyper = rule, lr, hyper
        self.t, self.state = 0, None

    def step(self, w, g):
        """Move w, in place, one step against the gradient g.

        w is a float array, g an array of the same shape. TypeError or
        ValueError otherwise, and then nothing has changed.
        """
        self._check_step(w, g)
        lr = self.lr(self.t) if callable(self.lr) else self.lr
        _check_lr(lr)
        if self.state is None:
            self.state = [np.zeros_like(w) for _ in _state_names(self.rule)]
        # float(): a float64 scalar would widen float32 work
        self.rule(w, g, *self.state, t=self.t + 1, lr=float(lr), **self.hyper)
        self.t += 1

    def _check_step(self, w, g):
        if not isinstance(w, np.ndarray) or w.dtype.kind != "f":
            kind = f"{w.dtype} array" if isinstance(w, np.ndarray) else type(w).__name__
            raise TypeError(f"w is moved in place and must be a float array, not {kind}: {w!r}")
        if not isinstance(g, np.ndarray) or g.shape != w.shape:
            got = f"shape {g.shape}" if isinstance(g, np.ndarray) else type(g).__name__
            raise ValueError(f"the gradient g must be an array of w's shape {w.shape}, got {got}")
        if self.state and self.state[0].shape != w.shape:
            raise ValueError(
                f"this optimizer remembers a w of shape {self.state[0].shape}, got {w.shape}: make a new Optimizer"
            )

    def __repr__(self):
        hyper = "".join(f", {name}={value!r}" for name, value in self.hyper.items())
        lr = getattr(self.lr, "__name__", repr(self.lr))
        return f"Optimizer({self.rule.__name__}, lr={lr}{hyper})"


def descend(fun, w0, optimizer, steps):
    """The path of `steps` steps from w0: one row each, the start first, shape (steps + 1, n).

    fun(w) -> (loss, gradient). w0 is copied; integers and lists become float64.

    >>> from lectopt import quadratic, sgd
    >>> descend(quadratic([1.0, 4.0]), [1, 1], Optimizer(sgd, lr=0.25), steps=2)
    array([[1.    , 1.    ],
           [0.75  , 0.    ],
           [0.5625, 0.    ]])

    Raises ValueError for a start that is empty or not finite and for a number of
    steps that is negative.
    """
    w = _start(w0)
    if steps != int(steps) or steps < 0:
        raise ValueError(f"steps must be a whole number, 0 or more, got {steps!r}")
    path = np.empty((int(steps) + 1, *w.shape), dtype=w.dtype)
    path[0] = w
    for row in path[1:]:
        optimizer.step(w, np.asarray(fun(w)[1]))
        row[...] = w
    return path


def _start(w0):
    """A float copy of the start, float32 and float64 as they are."""
    w = np.array(w0)
    if w.dtype.kind != "f":
        w = w.astype(np.float64)
    if w.size == 0 or not np.isfinite(w).all():
        raise ValueError(f"the start w0 must hold finite numbers, at least one, got {w0!r}")
    return w


def _parameters(rule, kind):
    return [p for p in inspect.signature(rule).parameters.values() if p.kind is kind]


def _state_names(rule):
    """The arrays that a rule wants to find again: its positional arguments after w and g."""
    return [p.name for p in _parameters(rule, inspect.Parameter.POSITIONAL_OR_KEYWORD)][2:]


def _check_hyper(rule, hyper):
    free = [p for p in _parameters(rule, inspect.Parameter.KEYWORD_ONLY) if p.name not in ("t", "lr")]
    names = [p.name for p in free]
    for name in hyper:
        if name not in names:
            known = ", ".join(names) if names else "none"
            raise TypeError(f"{rule.__name__} has no hyperparameter {name!r}; it has: {known}")
    missing = [p.name for p in free if p.default is p.empty and p.name not in hyper]
    if missing:
        raise TypeError(f"{rule.__name__} needs a value for: {', '.join(missing)}")


def _check_lr(lr):
    try:
        good = 0 <= float(lr) < math.inf
    except (TypeError, ValueError):
        good = False
    if not good:
        raise ValueError(f"the learning rate lr must be a finite number, 0 or more, got {lr!r}")
