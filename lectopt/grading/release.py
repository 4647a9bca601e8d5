"""From a solution notebook to the exercise that students get.

The solution is the only source: it is run, the outputs of its checks are
stored in it, and the exercise is made from it. Both are written only if nothing
is wrong with any of them, and running it again changes no byte.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from .compare import compare
from .exercise import Exercise, read_exercise, without_solution
from .flaws import failures, unfit
from .judge import SOLUTION_TIMEOUT, judge
from .marks import Answer, Check, MarkError, parse
from .process import run_cells

SOLUTION_TEXT = "<!-- solution -->"
CHECK_OUTPUT = "# NBVAL_CHECK_OUTPUT"
EXPECTED = "# expected: "
HIDE = "hide-input"
NOISE = 1e-9  # numbers that differ by less between two machines are left as they are stored

_KEPT_METADATA = ("tags", "mystnb", "editable", "deletable", "slideshow")
_CHECK_OUTPUT_LINE = re.compile(rf"^{CHECK_OUTPUT}[ \t]*\n?", re.MULTILINE)
_EXPECTED_LINE = re.compile(rf"\n?^{EXPECTED.rstrip()}.*$", re.MULTILINE)


class ReleaseError(Exception):
    """The solutions cannot be released as they are; `problems` names notebook and check of each reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Released:
    """The text of a solution, executed, and of the exercise made from it."""

    solution: str
    exercise: str


def release(solutions: Path, exercises: Path) -> list[Path]:
    """Execute the solutions and write the exercises; returns the files that changed. Raises ReleaseError."""
    texts: dict[Path, str] = {}
    problems: list[str] = []
    for source, target in _pairs(solutions, exercises):
        try:
            made = build(source)
            texts |= {source: made.solution, target: made.exercise}
        except ReleaseError as error:
            problems += error.problems
    if problems:
        raise ReleaseError(problems)
    changed = [path for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in changed:
        _write(path, texts[path])
    return changed


def stale(solutions: Path, exercises: Path, execute: bool = True) -> list[str]:
    """What `release` would change or refuse, in words; with execute=False from the stored outputs, in no time."""
    words: list[str] = []
    pairs = list(_pairs(solutions, exercises))
    for source, target in pairs:
        try:
            made = build(source) if execute else _from_stored(source)
        except ReleaseError as error:
            words += error.problems
            continue
        for path, text in ((source, made.solution), (target, made.exercise)):
            if not path.exists() or path.read_text("utf-8") != text:
                words.append(f"{path}: {'is not up to date' if path.exists() else 'is missing'}: run `make exercises`")
    made_here = {target for _, target in pairs}
    if solutions.is_dir():
        words += [f"{path}: has no solution" for path in sorted(exercises.glob("*.ipynb")) if path not in made_here]
    return words


def without_hint(solutions: Path) -> list[str]:
    """The checks that tell a student nothing but that they failed, in words."""
    return [
        f"{source}: check {name} has no line `# hint: ...` below its mark"
        for source, _ in _pairs(solutions, solutions)
        for name, (check, _) in read_exercise(source).checks.items()
        if not check.hint
    ]


def build(path: Path) -> Released:
    """Execute one solution and make its exercise. Raises ReleaseError."""
    notebook, exercise = _read(path)
    _refuse(list(unfit(exercise)))
    outcomes = run_cells(exercise.cells, None, None, SOLUTION_TIMEOUT)
    _refuse([f"{exercise.name}: {words}" for words in failures(exercise, outcomes)])
    for cell in notebook.cells:
        if cell.id in outcomes and isinstance(parse(cell.source), Check):
            _store(cell, outcomes[cell.id].shown)
    _number(notebook)
    _refuse(_free_points(read_exercise(notebook, exercise.name)))
    return Released(_text(notebook), _text(_exercise(notebook)))


def _from_stored(path: Path) -> Released:
    notebook, exercise = _read(path)
    _refuse(list(unfit(exercise)))
    _number(notebook)
    return Released(_text(notebook), _text(_exercise(notebook)))


def _pairs(solutions: Path, exercises: Path) -> Iterator[tuple[Path, Path]]:
    for source in sorted(solutions.glob("*.ipynb")) if solutions.is_dir() else [solutions]:
        yield source, exercises if exercises.suffix == ".ipynb" else exercises / source.name


def _read(path: Path) -> tuple[NotebookNode, Exercise]:
    """The solution in its normal form: ids and tags from marks, outputs of checks alone."""
    notebook = nbformat.read(path, as_version=4)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata.pop("widgets", None)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata["language_info"] = {"name": "python"}
    try:
        for i, cell in enumerate(notebook.cells, start=1):
            _normalize(cell, i, path.stem)
        return notebook, read_exercise(notebook, path.stem)
    except MarkError as error:
        raise ReleaseError([str(error)]) from error


def _normalize(cell: NotebookNode, position: int, where: str) -> None:
    mark = parse(cell.source, f"{where}, cell {position}") if cell.cell_type == "code" else None
    cell.id = mark.cell_id if mark else f"cell-{position}"
    cell.metadata = NotebookNode({key: cell.metadata[key] for key in _KEPT_METADATA if key in cell.metadata})
    if isinstance(mark, Answer) and HIDE not in cell.metadata.get("tags", []):
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), HIDE]
    if cell.cell_type == "code":
        cell.outputs = cell.outputs if isinstance(mark, Check) else []
        cell.execution_count = None


def _store(cell: NotebookNode, outputs: list[dict[str, Any]]) -> None:
    """Store what a check shows, but keep what is stored if only the last bits differ."""
    old = [output for output in cell.outputs if "lectopt" in output.get("metadata", {})]
    if len(old) == len(cell.outputs) == len(outputs) and [o.data for o in old] == [o["data"] for o in outputs]:
        values = [[output["metadata"]["lectopt"] for output in side] for side in (old, outputs)]
        if not any(compare(*values, NOISE)):
            return
    cell.outputs = [nbformat.from_dict(output) for output in outputs]


def _number(notebook: NotebookNode) -> None:
    """Number the checks: nbval takes the outputs of a cell without a number for forgotten ones."""
    checks = (cell for cell in notebook.cells if cell.cell_type == "code" and cell.outputs)
    for i, cell in enumerate(checks, start=1):
        cell.execution_count = i


def _free_points(exercise: Exercise) -> list[str]:
    """The checks that pass although nothing is answered."""
    expected = {name: cell.outputs for name, (_, cell) in exercise.checks.items()}
    rows = judge([], exercise, expected, None, SOLUTION_TIMEOUT)
    return [f"{exercise.name}: check {row.check}: passes on the untouched exercise" for row in rows if row.points]


def _exercise(notebook: NotebookNode) -> NotebookNode:
    """What students get of an executed solution."""
    exercise = nbformat.from_dict(notebook)
    marks = [parse(cell.source) if cell.cell_type == "code" else None for cell in exercise.cells]
    exercise.cells = [
        _released(cell, mark)
        for cell, mark in zip(exercise.cells, marks, strict=True)
        if not (isinstance(mark, Check) and mark.hidden)
        and not (cell.cell_type == "markdown" and cell.source.split("\n", 1)[0].strip() == SOLUTION_TEXT)
    ]
    _number(exercise)
    return exercise


def _released(cell: NotebookNode, mark: Answer | Check | None) -> NotebookNode:
    if isinstance(mark, Answer):
        cell.source = without_solution(cell.source)
        cell.metadata["tags"] = [tag for tag in cell.metadata["tags"] if tag != HIDE]
    if isinstance(mark, Check):
        source = _EXPECTED_LINE.sub("", _CHECK_OUTPUT_LINE.sub("", cell.source)).rstrip()
        first, _, rest = source.partition("\n")
        lines = [line for output in cell.outputs for line in output["data"]["text/plain"].splitlines()]
        cell.source = "\n".join([first, CHECK_OUTPUT, rest, *(EXPECTED + line for line in lines)])
    if not cell.metadata.get("tags"):
        cell.metadata.pop("tags", None)
    return cell


def _refuse(problems: list[str]) -> None:
    if problems:
        raise ReleaseError(problems)


def _text(notebook: NotebookNode) -> str:
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook, version=nbformat.NO_CONVERT)).rstrip("\n") + "\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="\n", dir=path.parent, delete=False) as file:
        file.write(text)
    os.chmod(file.name, path.stat().st_mode & 0o777 if path.exists() else 0o644)  # a temporary file is ours alone
    os.replace(file.name, path)
