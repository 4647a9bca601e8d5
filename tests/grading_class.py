"""What the tests of grading share: a small exercise, ways to fill it in, and the files of mistakes."""

import copy
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lectopt.grading import GraderError
from lectopt.grading.sandbox import SandboxError, find_sandbox

ROOT = Path(__file__).parents[1]
SOLUTIONS = ROOT / "solutions"
MISTAKES = Path(__file__).parent / "mistakes"

SMALL = [
    "import numpy as np\nfrom lectopt.checks import inputs, show",
    "# explore first\nraise RuntimeError('never run by the grader')",
    "# answer: double\ndef double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION",
    "# check: two_numbers, 2 points\n# hint: twice as much\nshow(double(np.array([1.0, 2 / 3])))",
    "# hidden check: drawn, 3 points\nrng = inputs('drawn')\nshow(double(rng.normal(size=3)))",
    "# answer: triple\ndef triple(x):\n    ### BEGIN SOLUTION\n    return 3 * x\n    ### END SOLUTION",
    "# check: three, 4 points\nshow(triple(1.0))\nshow((triple(2), 'a text'))",
    "# answer: number\n### BEGIN SOLUTION\nnumber = 34\n### END SOLUTION",
    "# hidden check: number, 1 point\nshow(number)",
]

try:
    find_sandbox()
    BOX = []
except SandboxError:  # `lectopt doctor` and its tests say so
    BOX = ["--no-sandbox"]


def small(*replaced: tuple[str, str]) -> NotebookNode:
    """The small solution, with parts of its text replaced."""
    cells = [new_markdown_cell("# Small"), *map(new_code_cell, SMALL), new_markdown_cell("<!-- solution -->\nWhy.")]
    for old, new in replaced:
        assert any(old in cell.source for cell in cells)
        for cell in cells:
            cell.source = cell.source.replace(old, new)
    return new_notebook(cells=cells)


def in_sandboxes() -> set[int]:
    """The processes of this machine that have a namespace of their own."""
    found: set[int] = set()
    if not os.path.exists("/proc/self/ns/pid"):
        return found
    ours = os.readlink("/proc/self/ns/pid")
    for process in psutil.process_iter():
        with suppress(OSError, psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE and os.readlink(f"/proc/{process.pid}/ns/pid") != ours:
                found.add(process.pid)
    return found


class InThisProcess:
    """In place of the pool of workers, for what needs none."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __enter__(self) -> "InThisProcess":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def run(self, calls, alone=False):
        for name, call in calls:
            try:
                yield name, call(0)
            except GraderError as error:
                yield name, error


def save(notebook: NotebookNode, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def answer_of(source: str) -> str | None:
    match = re.match(r"# answer: (\w+)", source)
    return match[1] if match else None


def filled(notebook: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    """A copy with the sources of answers replaced, their marks kept."""
    notebook = copy.deepcopy(notebook)
    left = dict(answers)
    for cell in notebook.cells:
        name = answer_of(cell.source)
        if name in left:
            cell.source = f"# answer: {name}\n{left.pop(name)}"
    assert not left, f"no such answers: {left}"
    return notebook


@dataclass(frozen=True)
class Piece:
    """A wrong or a right answer of tests/mistakes: what replaces the answer's cell."""

    kind: str
    answer: str
    words: str
    source: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.answer}, {self.words}"


def read_mistakes(path: Path) -> list[Piece]:
    """The pieces of a file; code before the first of them, or a heading that is none, is an error."""
    head, *parts = re.split(r"^(?=# *(?:mistake|right)\b)", path.read_text("utf-8"), flags=re.MULTILINE | re.IGNORECASE)
    assert all(line.startswith("#") or not line.strip() for line in head.splitlines()), f"{path}: code before a heading"
    pieces = []
    for part in parts:
        heading, _, source = part.partition("\n")
        match = re.fullmatch(r"# (mistake|right): (\w+), (.+)", heading)
        assert match, f"{path}: {heading!r} is not '# mistake: ANSWER, words' or '# right: ANSWER, words'"
        assert source.strip(), f"{path}: nothing follows {heading!r}"
        pieces.append(Piece(*match.groups(), source.strip() + "\n"))
    return pieces
