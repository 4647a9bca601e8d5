"""What a student handed in: any file at all, in which we look for answer cells."""

import codecs
import json
import os
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .exercise import Exercise, PathLike
from .marks import Answer, handed_in

MOST_BYTES = 20_000_000
TOO_LARGE = f"the file is larger than {MOST_BYTES // 1_000_000} MB: clear its outputs and hand it in again"
NO_TEXT = "this is no notebook: it is not text in UTF-8"
NO_FILE = "this is no file but a folder, a link or something stranger"
_OFFICE = b"[Content_Types].xml"  # begins the archive in which Office keeps a document
_KINDS = {b"%PDF": "a PDF", b"PK\x03\x04": "a zip archive", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture"}
_NBVAL = re.compile(r"^([ \t]*)#[# \t]*(?:NBVAL_|PYTEST_VALIDATE_)\w*[ \t]*$", re.MULTILINE)


class Rejected(Exception):
    """The file is no notebook that can be graded: says why, to the student."""


@dataclass(frozen=True)
class HandedIn:
    """A code cell of a submission."""

    id: str
    source: str


@dataclass(frozen=True)
class Found:
    """An answer as it was handed in; source is None if it was not. The note says what was odd."""

    source: str | None
    note: str = ""


def read_submission(notebook: PathLike | Mapping[str, Any] | bytes) -> list[HandedIn]:
    """The code cells of a submission: a path, what is in a file, or an open notebook. Raises Rejected.

    The notebook need not be valid: only ids and sources of code cells are looked at.
    """
    if not isinstance(notebook, Mapping | bytes):
        notebook = read_file(Path(notebook))
    data = _parse(notebook) if isinstance(notebook, bytes) else notebook
    if not isinstance(data, Mapping):
        raise Rejected("this is no notebook: it is JSON, but not of a notebook")
    cells = data.get("cells")
    if cells is None and isinstance(data.get("worksheets"), list):  # notebooks until 2014
        sheets = [sheet.get("cells") for sheet in data["worksheets"] if isinstance(sheet, Mapping)]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
    if not isinstance(cells, list):
        raise Rejected("this is no notebook: it has no cells")
    return [HandedIn(_text(cell.get("id")), _source(cell)) for cell in cells if _is_code(cell)]


def recognize(cells: Sequence[HandedIn], exercises: Iterable[Exercise]) -> Exercise | None:
    """The exercise with which a submission has most answer cells in common, by mark or by id."""
    names = {handed_in(cell.source) for cell in cells}
    ids = {cell.id for cell in cells}
    shared = [(sum(a in names or Answer(a).cell_id in ids for a in e.answers), e) for e in exercises]
    number, best = max(shared, key=lambda pair: pair[0], default=(0, None))
    return best if number else None


def find_answers(cells: Sequence[HandedIn], exercise: Exercise) -> dict[str, Found]:
    """Every answer of the exercise as it was handed in: found by its mark, else by its cell id."""
    return {name: _find(cells, name, set(exercise.answers)) for name in exercise.answers}


def _find(cells: Sequence[HandedIn], name: str, names: set[str]) -> Found:
    mark = Answer(name)
    marked = [cell for cell in cells if handed_in(cell.source) == name]
    if len(marked) > 1:
        ours = [cell for cell in marked if cell.id == mark.cell_id]
        which = "the one that came with the exercise" if ours else "the last one"
        note = f"{len(marked)} cells are marked '{mark}': {which} counts"
        return Found(_stripped((ours or marked)[-1].source), note)
    if marked:
        return Found(_stripped(marked[0].source))
    damaged = [cell for cell in cells if cell.id == mark.cell_id and handed_in(cell.source) not in names]
    if damaged:
        return Found(_stripped(damaged[-1].source), f"the mark '{mark}' is damaged; the cell was found by its id")
    return Found(None, f"the cell '{mark}' is missing")


def _stripped(source: str) -> str:
    """Without the comments by which a cell tells nbval what to do."""
    return _NBVAL.sub(r"\1#", source)


def elsewhere(words: str, cells: Sequence[HandedIn], exercise: Exercise) -> str:
    """A remark on a name that is missing because its cell is not one of those that are handed in."""
    missing = re.search(r"NameError: name '(\w+)' is not defined", words)
    if not missing:
        return ""
    name = missing[1]
    defined = re.compile(
        rf"^(?:def {name}\(|{name}\s*=|import {name}\b|(?:from \S+ )?import .*\b{name}\b)", re.MULTILINE
    )
    kept = {cell.source for cell in exercise.cells}
    for cell in cells:
        if handed_in(cell.source) is None and cell.source not in kept and defined.search(cell.source):
            return f" ({name} stands in a cell that is not handed in: move it into the answer's cell)"
    return ""


def read_file(path: Path) -> bytes:
    """What is in an ordinary file: links are not followed, pipes and devices not opened. Raises Rejected."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise Rejected(NO_FILE)
        with open(os.open(path, flags), "rb") as file:
            ordinary = stat.S_ISREG(os.fstat(file.fileno()).st_mode)  # it may have been changed since
            data = file.read(MOST_BYTES + 1) if ordinary else b""
    except (OSError, ValueError) as error:
        raise Rejected(f"the file cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if not ordinary:
        raise Rejected(NO_FILE)
    if len(data) > MOST_BYTES:
        raise Rejected(TOO_LARGE)
    return data


def _parse(raw: bytes) -> Any:
    for begin, kind in _KINDS.items():
        if raw.startswith(begin):
            kind = "a document of Word or Excel" if _OFFICE in raw[:100] else kind
            raise Rejected(f"this is {kind}: hand in the notebook itself, a file that ends in .ipynb")
    text = _decode(raw)
    if not text.strip():
        raise Rejected("the file is empty")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        cut = text.lstrip().startswith("{") and not text.rstrip().endswith("}")
        why = "it seems to be cut off" if cut else "it is not JSON that can be read"
        raise Rejected(f"this is no notebook: {why}") from error


def _decode(raw: bytes) -> str:
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Rejected(NO_TEXT) from error
    if "\0" in text:  # UTF-16 without its mark, or what is no text at all
        raise Rejected(NO_TEXT)
    return text


def _is_code(cell: Any) -> bool:
    return isinstance(cell, Mapping) and cell.get("cell_type") == "code"


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", cell.get("input"))
    text = "".join(map(_text, source)) if isinstance(source, list) else _text(source)
    return text.replace("\r\n", "\n").encode("utf-8", "replace").decode()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
