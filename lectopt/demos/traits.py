"""The kinds of values that a figure's traits take, each with an error that says what would be right."""

import math
import numbers
import reprlib

import traitlets


class Number(traitlets.TraitType):
    """A number from `low` to `high`; whole, if that is asked."""

    def __init__(self, default, low, high, *, whole=False):
        super().__init__(default)
        self.low, self.high, self.kind = low, high, int if whole else float

    def validate(self, demo, value):
        """The value as a float or an int, or an error that says what would be right."""
        if _is_number(value) and self.low <= value <= self.high and self.kind(value) == value:
            return self.kind(value)
        what = "whole number" if self.kind is int else "number"
        raise traitlets.TraitError(f"{self.name} must be a {what} from {self.low} to {self.high}, got {value!r}")


class Point(traitlets.TraitType):
    """Two numbers, each within its bounds: a tuple, because a change inside a list would go unnoticed."""

    def __init__(self, default, *bounds):
        super().__init__(default)
        self.bounds = bounds

    def validate(self, demo, value):
        """The value as a tuple of floats, or an error that says what would be right."""
        try:
            point = tuple(value)
        except TypeError:
            point = ()
        if len(point) == 2 and all(
            _is_number(x) and low <= x <= high for x, (low, high) in zip(point, self.bounds, strict=True)
        ):
            return tuple(float(x) for x in point)
        where = ", ".join(f"from {low} to {high}" for low, high in self.bounds)
        raise traitlets.TraitError(f"{self.name} must be two numbers ({where}), got {value!r}")


class Series(traitlets.TraitType):
    """A series of numbers, from `low` to `high` of them, to a tenth: a page carries them all. A tuple, as `Point`."""

    def __init__(self, default, low, high):
        super().__init__(_tenths(default))
        self.low, self.high = low, high

    def validate(self, demo, value):
        """The values as a tuple of floats, or an error that says what would be right."""
        try:
            series = tuple(value)
        except TypeError:
            series = ()
        if self.low <= len(series) <= self.high and all(map(_is_number, series)):
            return _tenths(series)
        what = f"from {self.low} to {self.high} numbers"
        raise traitlets.TraitError(f"{self.name} must be {what}, got {reprlib.repr(value)}")


class Switch(traitlets.TraitType):
    """True or False."""

    def validate(self, demo, value):
        """True or False, nothing that merely counts as such."""
        if isinstance(value, bool):
            return value
        raise traitlets.TraitError(f"{self.name} must be True or False, got {value!r}")


class Choice(traitlets.TraitType):
    """One of some words."""

    def __init__(self, default, *words):
        super().__init__(default)
        self.words = words

    def validate(self, demo, value):
        """The word, or an error that lists those there are."""
        if isinstance(value, str) and value in self.words:
            return value
        raise traitlets.TraitError(f"{self.name} must be one of {', '.join(self.words)}, got {value!r}")


class OneOf(traitlets.TraitType):
    """One of some numbers: what was trained beforehand has nothing between them."""

    def __init__(self, default, *values):
        super().__init__(default)
        self.among = values

    def validate(self, demo, value):
        """The number as it stands in the list, or an error that lists those there are."""
        if _is_number(value) and value in self.among:
            return self.among[self.among.index(value)]
        raise traitlets.TraitError(f"{self.name} must be one of {', '.join(map(str, self.among))}, got {value!r}")


class Stored(traitlets.TraitType):
    """What `make grids` has written for a figure; it goes to the page as it is, and takes no other value."""

    def validate(self, demo, value):
        """The stored grid itself, or an error that says how to make another."""
        if value == self.default_value:
            return value
        raise traitlets.TraitError(f"{self.name} is what make grids has stored; change tools/grids.py to change it")


class Some(traitlets.TraitType):
    """Any of some words, none or all: a tuple, in the order of the words."""

    def __init__(self, default, *words):
        super().__init__(default)
        self.words = words

    def validate(self, demo, value):
        """The words as a tuple, or an error that lists those there are."""
        if isinstance(value, (list, tuple, set)) and all(word in self.words for word in value):
            return tuple(word for word in self.words if word in value)
        raise traitlets.TraitError(f"{self.name} must be some of {', '.join(self.words)}, got {value!r}")


class Rates(traitlets.TraitType):
    """Learning rates by name, {name: rate}; who is not named has a sensible one. Kept as a tuple of pairs."""

    def __init__(self, low, high, *words):
        super().__init__(())
        self.low, self.high, self.words = low, high, words

    def validate(self, demo, value):
        """The pairs, or an error that says what would be right."""
        try:
            rates = dict(value)
        except (TypeError, ValueError):
            rates = {None: None}
        if all(word in self.words and _is_number(r) and self.low <= r <= self.high for word, r in rates.items()):
            return tuple((word, float(rates[word])) for word in self.words if word in rates)
        where = f"numbers from {self.low} to {self.high} for some of {', '.join(self.words)}"
        raise traitlets.TraitError(f"{self.name} must be {where}, got {value!r}")


def _is_number(value):
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)


def _tenths(values):
    return tuple(round(float(x), 1) for x in values)
