"""The course that most of the corpus belongs to, with three short answers, and ways to fill it in."""

import json

from grading_class import SOLUTIONS, filled, small
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

SMALL, LARGE = "01_small", "03_momentum"  # the names of the exercises
RIGHT = {
    "double": "def double(x):\n    return 2 * x\n",
    "triple": "def triple(x):\n    return 3 * x\n",
    "number": "number = 34\n",
}


def notebook(name: str, **answers: str) -> NotebookNode:
    """A notebook that is right but for the answers given. The name makes its bytes its own."""
    made = filled(small(), RIGHT | answers)
    made.cells.insert(1, new_markdown_cell(f"Handed in by {name}"))
    for i, cell in enumerate(made.cells):
        cell.id = f"cell-{i}"
    return made


def ours(name: str, **answers: str) -> NotebookNode:
    """The same, with the ids of the cells that a student gets."""
    made = notebook(name, **answers)
    for cell in made.cells:
        if cell.source.startswith(("# answer:", "# check:", "# hidden check:")):
            kind, _, rest = cell.source.removeprefix("# ").removeprefix("hidden ").partition(": ")
            cell.id = f"{kind}-{rest.split()[0].strip(',')}"
    return made


def cell_of(made: NotebookNode, answer: str) -> NotebookNode:
    """The cell of an answer."""
    return next(cell for cell in made.cells if cell.source.startswith(f"# answer: {answer}\n"))


def text(made: NotebookNode) -> str:
    """A notebook as it is written to a file."""
    return json.dumps(made, indent=1)


__all__ = ["LARGE", "RIGHT", "SMALL", "SOLUTIONS", "cell_of", "notebook", "ours", "text"]
