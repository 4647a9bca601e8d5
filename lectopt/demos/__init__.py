"""Figures to play with: widgets whose JavaScript computes the path itself, so that they need no kernel.

In Jupyter a demo is live: moving a slider sets a trait, setting a trait moves the figure.
"""

import copy
import re
import reprlib
from pathlib import Path

import anywidget
import traitlets

from .table import DEMOS

__all__ = ["Demo"]

FOLDER = Path(__file__).parent


def source(name):
    """The JavaScript module of a demo: what all share, what it needs besides (`// needs: FILE` in its first
    line), then its own. It is joined here, for a module that is loaded from a Blob cannot import."""
    first, _, _ = (FOLDER / f"{name}.js").read_text(encoding="utf-8").partition("\n")
    needed = first.removeprefix("// needs: ").split() if first.startswith("// needs: ") else []
    return "\n".join(_lean(file) for file in ("core.js", *needed, f"{name}.js"))


def _lean(file):
    """A file without indentation and comments of their own lines: a page carries it once for each figure.

    In the style sheet the class that all rules begin with is named once, around them all."""
    text = re.sub(r"^/\*.*?\*/", "", (FOLDER / file).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    lines = (line.strip() for line in text.splitlines())
    lean = "\n".join(line for line in lines if line and not line.startswith("//"))
    if not file.endswith(".css"):
        return lean
    return ".lectopt-demo{" + re.sub(r"\s*([{};,])\s*|(?<=:) ", r"\1", lean).replace(".lectopt-demo", "&") + "}"


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
        traits = "".join(f", {trait}={reprlib.repr(getattr(self, trait))}" for trait in DEMOS[self._name])
        return f"Demo({self._name!r}{traits})"
