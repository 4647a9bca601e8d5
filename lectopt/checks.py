"""What the check cells of the exercises use: show a value, draw the inputs.

A check shows what an answer computes and never says whether it is right.
People see six digits; the full value travels in the output's metadata, where
a grader finds it.
"""

import hashlib
import json
import math
import os

import numpy as np

DIGITS = 6
SEEDS = "LECTOPT_SEEDS"  # a grader puts {check: seed} here, as JSON


def show(value):
    """Display a value of a check: numbers, arrays, text, None, or a list, tuple or dictionary of such.

    Entries below a millionth of the largest one read 0, so that rounding noise
    looks the same for everyone.

    >>> show((np.array([1.0, -1e-17, 2 / 3]), "saddle"))
    ([1, 0, 0.666667], 'saddle')
    """
    text, data = _text(value), _data(value)
    if not _in_notebook():
        print(text)
        return
    from IPython.display import display

    display({"text/plain": text}, metadata={"lectopt": data}, raw=True)


def inputs(check):
    """The numpy generator from which the inputs of a hidden check are drawn.

    A grader gives each check a secret seed; without one the seed follows from the
    check's name, so that everyone sees the same numbers.
    """
    seeds = json.loads(os.environ.get(SEEDS, "{}"))
    if check in seeds:
        return np.random.default_rng(seeds[check])
    digest = hashlib.sha256(f"lectopt {check}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def _in_notebook():
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return getattr(get_ipython(), "kernel", None) is not None


def _text(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)) and not _numeric(value):
        left, right = "[]" if isinstance(value, list) else "()"
        return left + ", ".join(_text(item) for item in value) + right
    if isinstance(value, str):
        return str.__repr__(value)  # a text from a numpy array too is shown as text
    if value is None or isinstance(value, bool):
        return repr(value)
    return _array_text(_array(value))


def _array_text(a):
    if a.dtype.kind == "b":
        return str(a.tolist())
    if a.dtype.kind in "iu":
        return json.dumps(a.tolist())
    parts = np.stack([a.real, a.imag]) if a.dtype.kind == "c" else a
    largest = max((abs(x) for x in parts.ravel().tolist() if math.isfinite(x)), default=0.0)
    return _nested(a.tolist(), DIGITS - math.floor(math.log10(largest)) if largest else DIGITS)


def _nested(value, decimals):
    if isinstance(value, list):
        return "[" + ", ".join(_nested(item, decimals) for item in value) + "]"
    if isinstance(value, complex):
        return f"{_digits(value.real, decimals)}{_digits(value.imag, decimals, '+')}j"
    return _digits(value, decimals)


def _digits(x, decimals, sign=""):
    return format(round(x, decimals) + 0.0, f"{sign}.{DIGITS}g")  # + 0.0 turns -0 into 0


def _data(value):
    """The value for a grader, as JSON: every number in full, its kind and shape beside it."""
    if isinstance(value, dict):
        return {"kind": "dict", "keys": [repr(key) for key in value], "items": [_data(v) for v in value.values()]}
    if isinstance(value, (list, tuple)) and not _numeric(value):
        return {"kind": "list", "items": [_data(item) for item in value]}
    if value is None or isinstance(value, str):
        return {"kind": "text", "text": _text(value)}
    a = _array(value)
    kind = {"b": "bool", "c": "complex"}.get(a.dtype.kind, "real")
    flat = np.stack([a.real, a.imag], axis=-1).ravel() if kind == "complex" else a.ravel()
    return {"kind": kind, "shape": list(a.shape), "numbers": [repr(float(x)) for x in flat.tolist()]}


def _array(value):
    a = np.asarray(value)
    if a.dtype.kind not in "biufc":
        raise TypeError(f"show takes numbers, arrays, text, or lists and dictionaries of them, got {value!r}")
    return a


def _numeric(value):
    """Is this list one of numbers (and so shown as an array)? Pairs of arrays of different shapes are not."""
    if not isinstance(value, list):
        return False
    try:
        return np.asarray(value).dtype.kind in "biufc"
    except ValueError:
        return False
