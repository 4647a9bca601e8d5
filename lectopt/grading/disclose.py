"""What a student may read of a run: nothing from a kernel that knew the hidden inputs.

Code of a student that runs with the seeds can print the hidden inputs where a
check is visible, raise them, or show them as a value. So the verdicts come from
a kernel with the seeds, and the words and prints on the feedback page from a
second one without them. It is started only if there is something to tell: not
for right answers that print nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from .exercise import Cell
from .marks import Check
from .process import Outcome

UNTOLD = "goes wrong only beside the hidden checks, so that nothing can be told"

# Runs cells with seeds, or with None, in a kernel of their own.
Run = Callable[[Sequence[Cell], Mapping[str, int] | None], dict[str, Outcome]]


def run_disclosed(
    cells: Sequence[Cell], seeds: Mapping[str, int] | None, silent: set[str], run: Run
) -> dict[str, Outcome]:
    """The outcomes with seeds; of those that a student reads, the words without. Answers in `silent` tell nothing."""
    outcomes = run(cells, seeds)
    if seeds is None:
        return outcomes
    telling = [i for i, cell in enumerate(cells) if cell.answer not in silent and _tells(cell, outcomes.get(cell.id))]
    if not telling:
        return outcomes
    blind = run([cell for cell in cells[: telling[-1] + 1] if not _hidden(cell)], None)
    told = {cells[i].id: _told(outcomes[cells[i].id], blind.get(cells[i].id)) for i in telling}
    return outcomes | told


def _hidden(cell: Cell) -> bool:
    return isinstance(cell.mark, Check) and cell.mark.hidden


def _tells(cell: Cell, outcome: Outcome | None) -> bool:
    """Does a student's own text reach the student from here? What is said of a lost kernel is ours."""
    if outcome is None or outcome.lost or not cell.answer or _hidden(cell):
        return False
    return bool(outcome.words or (outcome.printed and cell.mark))


def _told(outcome: Outcome, blind: Outcome | None) -> Outcome:
    if blind is None or blind.lost:
        return replace(outcome, words=outcome.words and UNTOLD, printed="")
    return replace(outcome, words=outcome.words and (blind.words or UNTOLD), printed=blind.printed)
