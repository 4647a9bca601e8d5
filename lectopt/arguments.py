"""What a function is given: taken as it should be, or refused in words."""

import math

import numpy as np


def start(w0):
    """A float copy of the start w0, float32 and float64 as they are, the rest as float64."""
    w = floats("the start w0", w0)
    if not np.isfinite(w).all():
        raise ValueError(f"the start w0 must hold finite numbers, got {w0!r}")
    return w.copy()


def floats(name, values):
    """The values as an array, float32 and float64 as they are, the rest as float64; at least one."""
    a = np.asarray(values)
    if a.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold real numbers, got {values!r}")
    if a.size == 0:
        raise ValueError(f"{name} must hold at least one number, got {values!r}")
    return a if a.dtype.kind == "f" else a.astype(np.float64)


def moved(w):
    """Refuse a w that cannot be changed in place."""
    if not isinstance(w, np.ndarray) or w.dtype.kind != "f":
        raise TypeError(f"w is moved in place and must be a float array, not {_kind(w)}: {w!r}")
    if not w.flags.writeable:
        raise ValueError(f"w is moved in place and must be writable, which this one is not: {w!r}")


def gradient(g, w):
    """Refuse a g that is no gradient for w: an array of real numbers of its shape."""
    if not isinstance(g, np.ndarray) or g.shape != w.shape:
        got = f"shape {g.shape}" if isinstance(g, np.ndarray) else _kind(g)
        raise ValueError(f"the gradient g must be an array of w's shape {w.shape}, got {got}")
    if g.dtype.kind not in "fiu":
        raise TypeError(f"the gradient g must hold real numbers, not {_kind(g)}: {g!r}")


def _kind(a):
    return f"{a.dtype} array" if isinstance(a, np.ndarray) else type(a).__name__


def function(name, value):
    """The value, if it can be called."""
    if not callable(value):
        raise TypeError(f"{name} must be a function, got {value!r}")
    return value


def number(name, value, low=-math.inf, high=math.inf, *, wanted="a finite number"):
    """The value, if it is one finite number from low to below high."""
    try:
        good = low <= float(value) < high and math.isfinite(value)
    except (TypeError, ValueError):
        good = False
    if not good:
        raise ValueError(f"{name} must be {wanted}, got {value!r}")
    return value


def share(name, value):
    """The value, if it is a number from 0 to below 1: what a mean keeps of its old value."""
    return number(name, value, 0, 1, wanted="a number from 0 to below 1")


def whole(name, value, least):
    """The value as an int, if it is a whole number and not below the least."""
    try:
        good = value == int(value) >= least
    except (TypeError, ValueError, OverflowError):
        good = False
    if not good:
        raise ValueError(f"{name} must be a whole number, {least} or more, got {value!r}")
    return int(value)


def generator(rng):
    """The numpy generator, if it is one."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy generator, np.random.default_rng(seed), got {rng!r}")
    return rng
