"""Figures to play with: widgets whose JavaScript computes the path itself, so that they need no kernel.

In Jupyter a demo is live: moving a slider sets a trait, setting a trait moves the figure.
"""

import copy
import math
import numbers
import re
from pathlib import Path

import anywidget
import traitlets

__all__ = ["Demo"]

FOLDER = Path(__file__).parent


class _Number(traitlets.TraitType):
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


class _Point(traitlets.TraitType):
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


class _Switch(traitlets.TraitType):
    def validate(self, demo, value):
        """True or False, nothing that merely counts as such."""
        if isinstance(value, bool):
            return value
        raise traitlets.TraitError(f"{self.name} must be True or False, got {value!r}")


def _is_number(value):
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)


# Every demo with its traits: the value it starts with, and the values that it takes.
DEMOS = {
    "momentum_plane": {
        "kappa": _Number(25.0, 1, 1000),
        "momentum": _Number(0.5, 0, 0.999),
        "lr": _Number(0.02, 0, 10),
        "start": _Point((-9.0, 2.0), (-10, 10), (-4, 4)),
        "steps": _Number(100, 1, 500, whole=True),
    },
    "race": {
        "kappa": _Number(25.0, 1, 1000),
        "start": _Point((-9.0, 2.0), (-10, 10), (-4, 4)),
        "steps": _Number(100, 1, 500, whole=True),
        "step": _Number(10, 0, 500, whole=True),
        "tuned": _Switch(False),
    },
}


def source(name):
    """The JavaScript module of a demo: what all share, then its own. It is joined here, for a module that
    is loaded from a Blob cannot import."""
    return "\n".join(_lean(file) for file in ("core.js", f"{name}.js"))


def _lean(file):
    """A file without indentation and comments of their own lines: a page carries it once for each figure."""
    text = re.sub(r"^/\*.*?\*/", "", (FOLDER / file).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


class Demo(anywidget.AnyWidget):
    """A figure to play with, by its name; its traits are keyword arguments and attributes.

    >>> demo = Demo("momentum_plane", momentum=0.9)
    >>> demo.lr = 0.05
    >>> demo
    Demo('momentum_plane', kappa=25.0, momentum=0.9, lr=0.05, start=(-9.0, 2.0), steps=100)

    Raises ValueError for a demo that there is not, TypeError for a trait that it does
    not have, traitlets.TraitError for a value that the trait does not take.
    """

    def __init__(self, name, **traits):
        if name not in DEMOS:
            raise ValueError(f"there is no demo {name!r}; there are: {', '.join(DEMOS)}")
        for trait in traits:
            if trait not in DEMOS[name]:
                raise TypeError(f"the demo {name!r} has no trait {trait!r}; it has: {', '.join(DEMOS[name])}")
        self._name = name
        files = {"_esm": source(name), "_css": _lean("demo.css")}
        own = {trait: copy.copy(kind) for trait, kind in DEMOS[name].items()}
        own |= {file: traitlets.Unicode(text) for file, text in files.items()}
        self.add_traits(**{trait: kind.tag(sync=True) for trait, kind in own.items()})
        # demo-host.js knows our widgets by this id; adding traits has made a new class without our module's name
        super().__init__(_anywidget_id="lectopt.demos.Demo", **traits)

    def __setattr__(self, name, value):
        """A misspelled trait would be set and change nothing: say so."""
        if not name.startswith("_") and not hasattr(type(self), name):
            known = ", ".join(DEMOS[self._name])
            raise AttributeError(f"the demo {self._name!r} has no trait {name!r}; it has: {known}")
        super().__setattr__(name, value)

    def __repr__(self):
        traits = "".join(f", {trait}={getattr(self, trait)!r}" for trait in DEMOS[self._name])
        return f"Demo({self._name!r}{traits})"
