"""Odd notebooks of exercise 03 that are right, from the right answers in tests/mistakes."""

import copy

import nbformat
from grading_class import MISTAKES, filled, read_mistakes
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from .course import LARGE, SOLUTIONS, cell_of

_PIECES = [piece for piece in read_mistakes(MISTAKES / f"{LARGE}.py") if piece.kind == "right"]
FIRST = {piece.answer: piece.source for piece in reversed(_PIECES)}
LAST = {piece.answer: piece.source for piece in _PIECES}
_SOLUTION = nbformat.read(SOLUTIONS / f"{LARGE}.ipynb", as_version=4)


def _large(answers: dict[str, str]) -> NotebookNode:
    return filled(copy.deepcopy(_SOLUTION), answers)


def another_way() -> NotebookNode:
    return _large(FIRST)


def yet_another_way() -> NotebookNode:
    return _large(LAST)


def upside_down() -> NotebookNode:
    """Cells from the last to the first, as the answers do not need each other."""
    made = _large(FIRST)
    made.cells.reverse()
    return made


def answers_alone() -> NotebookNode:
    made = _large(LAST)
    made.cells = [cell for cell in made.cells if cell.source.startswith("# answer:")]
    return made


def diary() -> NotebookNode:
    """Much between the cells, and outputs of another run."""
    made = _large(FIRST)
    between = [
        new_markdown_cell("# answer: speedup\n\nI tried 33 first."),
        new_code_cell("speedup = 33\nraise SystemExit"),
    ]
    made.cells = [cell for pair in ([copy.deepcopy(b) for b in [*between, c]] for c in made.cells) for cell in pair]
    for i, cell in enumerate(made.cells):
        cell.id = f"cell-{i}"
    return made


def library_class() -> NotebookNode:
    """An answer that is an object, one with a helper cell's work inside, and a number that is computed."""
    made = _large(FIRST)
    rate = cell_of(made, "heavy_ball_rate")
    rate.source += "\n\nclass Rate:\n    def __init__(self, exact): self.exact = exact\n"
    rate.source += "    def __call__(self, lr, momentum, curvature): return self.exact(lr, momentum, curvature)\n"
    rate.source += "heavy_ball_rate = Rate(heavy_ball_rate)\n"
    cell_of(made, "speedup").source = "# answer: speedup\n" + LAST["speedup"] + "\nspeedup = np.float64(speedup)\n"
    return made


def noisy() -> NotebookNode:
    """Prints and warnings at every call, and a plot for each cell."""
    loud = (
        "\nimport warnings\ndef _loud(f):\n    def inner(*a, **k):\n        print('called'); warnings.warn('careful')\n"
    )
    loud += "        if not plt.get_fignums(): plt.plot([1, 2])\n        return f(*a, **k)\n    return inner\n"
    answer = FIRST["lookahead_nesterov"] + loud + "lookahead_nesterov = _loud(lookahead_nesterov)\n"
    return _large(FIRST | {"lookahead_nesterov": answer})


NOTEBOOKS = {
    "odd-03-another-way": another_way,
    "odd-03-yet-another-way": yet_another_way,
    "odd-03-upside-down": upside_down,
    "odd-03-answers-alone": answers_alone,
    "odd-03-diary": diary,
    "odd-03-object": library_class,
    "odd-03-noisy": noisy,
}
