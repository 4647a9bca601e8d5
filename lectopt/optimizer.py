"""An update rule is one function; this file turns it into steps and paths."""

import contextlib
import copy
import functools
import inspect

import numpy as np

from . import arguments

BLOCK = 1026 << 10  # bytes of each array per block: all that a rule works on stays in a cache, and numpy, which takes
# up a temporary again from 256 KiB on, needs few of them; no whole pages, for then loads wait for stores (4 %)


def elementwise(rule):
    """Run an update rule in blocks that stay in the processor's cache.

    Declare it on rules that treat every coordinate alone: the result is the
    same number for number, only large vectors move faster.
    """

    @functools.wraps(rule)
    def blocked(w, g, *state, **hyper):
        if w.nbytes <= BLOCK:
            rule(w, g, *state, **hyper)
            return
        rows = max(1, BLOCK * len(w) // w.nbytes)
        np.empty(16 * BLOCK, np.uint8)  # freed at once: glibc's malloc then keeps the pages of temporaries
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
    for a learning rate or a hyperparameter that is out of range.
    """

    def __init__(self, rule, lr, **hyper):
        _check_hyper(rule, hyper)
        if not callable(lr):
            _check_lr(lr)
        # item(): a float64 scalar would widen float32 work
        self.hyper = {k: v.item() if hasattr(v, "item") else v for k, v in hyper.items()}
        self.rule, self.lr = rule, lr
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
        self.rule(w, g, *self.state, t=self.t + 1, lr=float(lr), **self.hyper)
        self.t += 1

    def _check_step(self, w, g):
        arguments.moved(w)
        arguments.gradient(g, w)
        if self.state and (self.state[0].shape, self.state[0].dtype) != (w.shape, w.dtype):
            known, got = (f"{a.dtype} and shape {a.shape}" for a in (self.state[0], w))
            raise ValueError(f"this optimizer remembers a w of {known}, got {got}: make a new Optimizer")

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
    steps that is negative. If it fails on the way, the optimizer is as before.
    """
    w, steps = arguments.start(w0), arguments.whole("steps", steps, 0)
    path = np.empty((steps + 1, *w.shape), dtype=w.dtype)
    path[0] = w
    with undone_on_failure(optimizer):
        for row in path[1:]:
            optimizer.step(w, np.asarray(fun(w)[1]))
            row[...] = w
    return path


@contextlib.contextmanager
def undone_on_failure(optimizer, rng=None):
    """A run that fails or is interrupted loses its w; let the optimizer and the generator forget it too."""
    kept = copy.deepcopy((optimizer.t, optimizer.state, rng and rng.bit_generator.state))
    try:
        yield
    except BaseException:
        optimizer.t, optimizer.state, drawn = kept
        if rng:
            rng.bit_generator.state = drawn
        raise


def _parameters(rule, kind):
    return [p for p in inspect.signature(rule).parameters.values() if p.kind is kind]


def _state_names(rule):
    """The arrays that a rule wants to find again: its positional arguments after w and g."""
    return [p.name for p in _parameters(rule, inspect.Parameter.POSITIONAL_OR_KEYWORD)][2:]


def _check_hyper(rule, hyper):
    free = {p.name: p for p in _parameters(rule, inspect.Parameter.KEYWORD_ONLY) if p.name not in ("t", "lr")}
    for name, value in hyper.items():
        if name not in free:
            known = ", ".join(free) or "none"
            raise TypeError(f"{rule.__name__} has no hyperparameter {name!r}; it has: {known}")
        check = arguments.share if name.startswith("beta") or name == "rho" else arguments.number
        check(f"{rule.__name__}'s {name}", value)
    missing = [name for name, p in free.items() if p.default is p.empty and name not in hyper]
    if missing:
        raise TypeError(f"{rule.__name__} needs a value for: {', '.join(missing)}")


def _check_lr(lr):
    arguments.number("the learning rate lr", lr, 0, wanted="a finite number, 0 or more")
