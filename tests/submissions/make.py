"""Write the corpus: a class as a folder, and another as a zip."""

import os
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from . import bombs, deceit, endless, files, hooks, large, messages, names, notebooks, right, search, texts, zips
from .course import notebook, text

HONEST = [f"honest-{i}" for i in range(1, 9)]
_THEMES = (endless, bombs, deceit, hooks, messages, search, texts, right)
ANSWERS: dict[str, Any] = {name: source for theme in _THEMES for name, source in theme.ANSWERS.items()}
EVERYTHING = [*HONEST, *ANSWERS, *notebooks.NOTEBOOKS, *large.NOTEBOOKS, *files.FILES, *names.NAMES, *zips.ENTRIES]


def write_folder(wanted: Iterable[str], place: Path, outside: Mapping[str, Any]) -> int:
    """Write all but the entries of zips into a folder, that of each student its own; returns how many files."""
    place.mkdir()
    wanted = [name for name in wanted if name not in zips.ENTRIES]
    for name in wanted:
        _write(name, place, outside)
    return len(wanted)


def write_zip(wanted: Iterable[str], path: Path) -> int:
    """Write the entries that belong into a zip; returns how many."""
    wanted = [name for name in wanted if name in zips.ENTRIES]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in wanted:
            zips.ENTRIES[name](archive, name)
    return len(wanted)


def _write(name: str, place: Path, outside: Mapping[str, Any]) -> None:
    path: str | bytes = names.NAMES.get(name, f"{name}/homework.ipynb" if "." not in name else f"{name}")
    whole = os.path.join(os.fsencode(place), os.fsencode(path))
    os.makedirs(os.path.dirname(whole), exist_ok=True)
    if name in files.FILES:
        files.FILES[name](Path(os.fsdecode(whole)))
        return
    with open(whole, "wb") as file:
        file.write(_content(name, outside).encode("utf-8", "surrogatepass"))


def _content(name: str, outside: Mapping[str, Any]) -> str:
    if name in large.NOTEBOOKS:
        return text(large.NOTEBOOKS[name]())
    if name in notebooks.NOTEBOOKS:
        made: NotebookNode | str = notebooks.NOTEBOOKS[name](name)
        return made if isinstance(made, str) else text(made)
    answers = ANSWERS.get(name, {})
    if isinstance(answers, str):
        known = f"OUTSIDE = {dict(outside)!r}\nCANARY = OUTSIDE['canary'][::-1]\n" if name in search.ANSWERS else ""
        answers = {"double": known + answers}
    return text(notebook(name, **answers))
