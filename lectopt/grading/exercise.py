"""An exercise as the grader sees it: the code cells of a notebook of ours, marked and in order."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from .marks import Answer, Check, Mark, parse
from .text import CHECK_FILE

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = "raise NotImplementedError  # your code here"
EXPLORE = "# explore"  # begins a cell that is for people to play with: never run by the grader

PathLike = str | os.PathLike[str]
_SOLVED = re.compile(rf"^([ \t]*){BEGIN}[ \t]*\n.*?^[ \t]*{END}[ \t]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Cell:
    """A code cell. It belongs to the nearest answer cell above, itself included; to "" if there is none."""

    id: str
    source: str
    mark: Mark | None
    answer: str
    outputs: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Exercise:
    """The code cells of a solution or of a released exercise. Both are one to the grader."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def answers(self) -> dict[str, Cell]:
        """The cells that students fill in, by name."""
        return {cell.mark.name: cell for cell in self.cells if isinstance(cell.mark, Answer)}

    @property
    def checks(self) -> dict[str, tuple[Check, Cell]]:
        """The checks with their cells, by name."""
        return {cell.mark.name: (cell.mark, cell) for cell in self.cells if isinstance(cell.mark, Check)}

    @property
    def stubs(self) -> dict[str, str]:
        """The answer cells as students get them."""
        return {name: without_solution(cell.source) for name, cell in self.answers.items()}


def read_exercise(notebook: PathLike | nbformat.NotebookNode, name: str = "") -> Exercise:
    """The exercise in a notebook of ours, a path or an open one. Raises MarkError for a malformed mark.

    Cells that begin with `# explore` are left out: they take time, and nothing may depend on them.
    """
    if not isinstance(notebook, nbformat.NotebookNode):
        name = name or Path(notebook).stem
        notebook = nbformat.read(notebook, as_version=4)
    answer, cells = "", []
    for i, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or cell.source.startswith(EXPLORE):
            continue
        mark = parse(cell.source, f"{name or 'notebook'}, cell {i + 1}")
        if isinstance(mark, Answer):
            answer = mark.name
        cells.append(Cell(mark.cell_id if mark else f"cell-{i + 1}", cell.source, mark, answer, cell.outputs))
    return Exercise(name, tuple(cells))


def without_solution(source: str) -> str:
    """An answer's cell with every solution replaced by the stub, at the solution's indentation.

    >>> print(without_solution("def f(x):\\n    ### BEGIN SOLUTION\\n    return x\\n    ### END SOLUTION"))
    def f(x):
        raise NotImplementedError  # your code here
    """
    return _SOLVED.sub(rf"\1{STUB}", source)


def same(source: str | None, stub: str) -> bool:
    """Is the answer still as it was released? Blank lines and blanks at line ends do not count."""

    def lines(text: str) -> list[str]:
        return [line.rstrip() for line in text.splitlines() if line.strip()]

    return source is not None and lines(source) == lines(stub)


def to_run(cell: Cell) -> str:
    """The source to run. A check sees all names and binds none: an answer's helper may be called as the check's array.

    It does without any name that an answer may have taken, such as `dict`.
    """
    if not isinstance(cell.mark, Check):
        return cell.source
    builtins = "__import__('builtins')"
    code = f"{builtins}.compile({cell.source!r}, {CHECK_FILE!r}, 'exec')"
    return f"{builtins}.exec({code}, {{**{builtins}.globals()}})"
