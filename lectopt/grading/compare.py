"""Does what was shown agree with what was expected, and if not, why, in plain words.

Values come as the data that a check's `show` puts into the metadata of its
output: {"kind": "real", "shape": [2], "numbers": ["1.0", "-2.5"]}, likewise
"bool" and "complex"; {"kind": "text", "text": ...}; {"kind": "list", "items":
...}; {"kind": "dict", "keys": ..., "items": ...}. What a student's process
sends may be anything, so nothing here trusts its form.
"""

import math
from collections.abc import Sequence
from typing import Any

Data = dict[str, Any]

_NUMERIC = ("real", "bool", "complex")
_UNREADABLE = "what was shown cannot be read"


def compare(expected: Sequence[Data], got: Sequence[Any], tolerance: float, reveal: bool = True) -> list[str]:
    """What is wrong with each value shown, an empty text where nothing is; never empty itself.

    With reveal=False the words hold nothing of what was shown, not even a shape: they could carry the inputs.
    """
    if not got:
        return ["nothing was shown"]
    if len(got) != len(expected):
        shown = "1 value was" if len(got) == 1 else f"{len(got) if reveal else 'other'} values were"
        return [f"{shown} shown, expected {len(expected)}"] * len(got)
    words = [difference(e, g, tolerance, reveal) for e, g in zip(expected, got, strict=True)]
    if len(words) > 1:
        words = [word and f"output {i}: {word}" for i, word in enumerate(words, start=1)]
    return words


def difference(expected: Data, got: Any, tolerance: float, reveal: bool = True) -> str:
    """Why one value differs from the expected one; empty if it agrees.

    >>> two = {"kind": "real", "shape": [2], "numbers": ["1.0", "2.0"]}
    >>> difference(two, {"kind": "real", "shape": [2], "numbers": ["1.0", "2.12"]}, 1e-6)
    'largest difference 0.12, at [1]: expected 2, got 2.12 (tolerance 2e-06)'
    >>> difference(two, {"kind": "real", "shape": [1], "numbers": ["1.0"]}, 1e-6)
    'expected an array of shape (2,), got shape (1,)'
    """
    try:
        return _difference(expected, got, tolerance, reveal)
    except (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
        return _UNREADABLE


def leaves(data: Data) -> list[Data]:
    """The arrays, numbers and texts that a value is made of."""
    if data["kind"] in ("list", "dict"):
        return [leaf for item in data["items"] for leaf in leaves(item)]
    return [data]


def _difference(expected: Data, got: Any, tolerance: float, reveal: bool) -> str:
    kind = expected["kind"]
    if kind != got["kind"] or (kind in _NUMERIC and expected["shape"] != got["shape"]):
        same = kind == got["kind"] and got["shape"]
        return f"expected {_describe(expected, reveal)}, got {_other(got, bool(same), reveal)}"
    if kind in ("real", "complex"):
        return _numbers(_parse(expected), _parse(got), _shape(expected), tolerance, reveal)
    if kind == "bool":
        return "" if _parse(expected) == _parse(got) else "True and False are not where they should be"
    if kind == "text":
        return _text(expected["text"], got["text"], reveal)
    if kind == "dict":
        return _dictionary(expected, got, tolerance, reveal)
    return _items(expected["items"], got["items"], tolerance, reveal)


def _numbers(
    expected: list[complex], got: list[complex], shape: tuple[int, ...], tolerance: float, reveal: bool
) -> str:
    if len(expected) != len(got):
        return _UNREADABLE
    scale = max((abs(x) for x in expected if _finite(x)), default=0.0) or 1.0
    largest, where = 0.0, 0
    for i, (e, g) in enumerate(zip(expected, got, strict=True)):
        if _finite(e) and _finite(g):
            largest, where = max((largest, where), (abs(e - g), i), key=lambda pair: pair[0])
        elif repr(e) != repr(g):  # nan and inf agree with themselves, never by tolerance
            return _not_finite(e, g, reveal)
    if largest <= tolerance * scale:
        return ""
    if not reveal:
        return "the numbers are off by more than the tolerance"
    at = f", at {_index(where, shape)}" if shape else ""
    wanted, came = _told_apart(expected[where], got[where])
    return f"largest difference {largest:.2g}{at}: expected {wanted}, got {came} (tolerance {tolerance * scale:.2g})"


def _told_apart(e: complex, g: complex) -> tuple[str, str]:
    """Both in six digits, or in as many as it takes to see that they differ.

    >>> _told_apart(2.0, 2.12), _told_apart(1.74031, 1.740312)
    (('2', '2.12'), ('1.74031', '1.740312'))
    """
    pairs = ((f"{e:.{digits}g}", f"{g:.{digits}g}") for digits in range(6, 18))
    return next(pair for pair in pairs if pair[0] != pair[1])


def _index(position: int, shape: tuple[int, ...]) -> list[int]:
    """Where an entry stands, as numpy counts."""
    index: list[int] = []
    for length in reversed(shape):
        position, along = divmod(position, length)
        index.insert(0, along)
    return index


def _not_finite(expected: complex, got: complex, reveal: bool) -> str:
    if _finite(expected) or not reveal:
        return f"got {_name(got)} where something else was expected" if not _finite(got) else "a number is wrong"
    return f"expected {_name(expected)}, got {_name(got)}"


def _name(x: complex) -> str:
    if _finite(x):
        return "a number"
    return "nan" if math.isnan(x.real) or math.isnan(x.imag) else "inf" if x.real > 0 else "-inf"


def _text(expected: str, got: str, reveal: bool) -> str:
    if expected == got:
        return ""
    return f"expected {expected}, got {got}"[:300] if reveal else "another text was expected"


def _dictionary(expected: Data, got: Data, tolerance: float, reveal: bool) -> str:
    keys = dict(zip(got["keys"], got["items"], strict=True))
    if sorted(expected["keys"]) != sorted(keys):
        return f"expected the keys {', '.join(expected['keys'])}"[:300] if reveal else "other keys were expected"
    for key, item in zip(expected["keys"], expected["items"], strict=True):
        if word := _difference(item, keys[key], tolerance, reveal):
            return f"at {key}: {word}" if reveal else word
    return ""


def _items(expected: list[Data], got: list[Data], tolerance: float, reveal: bool) -> str:
    if len(expected) != len(got):
        return f"expected {len(expected)} values, got {len(got) if reveal else 'another number'}"
    for i, (e, g) in enumerate(zip(expected, got, strict=True), start=1):
        if word := _difference(e, g, tolerance, reveal):
            return f"item {i} of {len(expected)}: {word}"
    return ""


def _other(got: Data, same: bool, reveal: bool) -> str:
    if not reveal and got["kind"] in _NUMERIC and got["shape"]:
        return "another shape" if same else "an array of another kind"
    if nothing := _none_in(got, reveal):
        return f"{nothing} (is a `return` missing?)"
    return f"shape {_shape(got)}" if same else _describe(got, True)


def _none_in(got: Data, reveal: bool) -> str:
    """None in the place of a value, or where it first stands in a list."""
    if got["kind"] != "list" or not reveal:
        return "None" if got["kind"] == "text" and got["text"] == "None" else ""
    none = [i for i, item in enumerate(got["items"]) if item["kind"] == "text" and item["text"] == "None"]
    return f"None at [{none[0]}]" if none else ""


def _describe(data: Data, reveal: bool) -> str:
    kind = data["kind"]
    if kind in _NUMERIC:
        one, many = {
            "real": ("a number", "an array"),
            "bool": ("True or False", "an array of True and False"),
            "complex": ("a complex number", "a complex array"),
        }[kind]
        return f"{many} of shape {_shape(data)}" if data["shape"] else one
    if kind == "text":
        return "None" if reveal and data["text"] == "None" else "a text"
    return {"list": "a list or tuple", "dict": "a dictionary"}[kind]


def _shape(data: Data) -> tuple[int, ...]:
    return tuple(int(n) for n in data["shape"])


def _parse(data: Data) -> list[complex]:
    numbers = [float(text) for text in data["numbers"]]
    if data["kind"] == "complex":
        pairs = iter(numbers)
        numbers = [complex(re, im) for re, im in zip(pairs, pairs, strict=True)]
    if len(numbers) != math.prod(data["shape"]):
        raise ValueError("shape and numbers disagree")
    return numbers


def _finite(x: complex) -> bool:
    return math.isfinite(x.real) and math.isfinite(x.imag)
