"""What a student may read of a run: nothing from a kernel that knew the hidden inputs.

Code of a student that runs with the seeds can print the hidden inputs where a
check is visible, raise them, or show them as a value. So a kernel first runs the
answers and the visible checks, of which the student reads; then it is given the
seeds and runs the hidden checks, of which nobody does.

In that order an answer meets checks and answers that stand below it. Where this
may have made a difference, the verdicts come from a second kernel that runs the
cells as they stand, with the seeds from the start: nothing of it is told.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from .exercise import Cell
from .marks import Check
from .process import SEEDS, Outcome

UNTOLD = "goes wrong only beside the hidden checks, so that nothing can be told"
GIVEN = "seeds"  # the id of the cell that gives the kernel its seeds

# Runs cells in a kernel of their own, with seeds or None from the start.
Run = Callable[[Sequence[Cell], Mapping[str, int] | None], dict[str, Outcome]]


def run_disclosed(cells: Sequence[Cell], seeds: Mapping[str, int] | None, run: Run) -> dict[str, Outcome]:
    """The outcomes with seeds; of those that a student reads, the words without."""
    if seeds is None:
        return run(cells, None)
    visible = [cell for cell in cells if not _hidden(cell)]
    parts = run([*visible, _gift(seeds), *filter(_hidden, cells)], None)
    if _settled(cells, visible, parts):
        return parts
    outcomes = run(cells, seeds)
    told = {cell.id: _told(outcomes[cell.id], parts.get(cell.id)) for cell in visible if cell.id in outcomes}
    return outcomes | told


def _hidden(cell: Cell) -> bool:
    return isinstance(cell.mark, Check) and cell.mark.hidden


def _gift(seeds: Mapping[str, int]) -> Cell:
    """The cell that gives the seeds, without binding a name."""
    return Cell(GIVEN, f"__import__('os').environ[{SEEDS!r}] = {json.dumps(dict(seeds))!r}", None, "")


def _settled(cells: Sequence[Cell], visible: Sequence[Cell], parts: Mapping[str, Outcome]) -> bool:
    """Would the cells as they stand end in the same way? Yes, if the checks of an answer agree on it.

    A kernel lost among the visible cells is a verdict: those before it ran as they stand.
    """
    lost = next((name for name, outcome in parts.items() if outcome.lost), None)
    if lost is not None:
        return lost in {cell.id for cell in visible}
    verdicts: dict[str, set[bool]] = {}
    for cell in cells:
        if isinstance(cell.mark, Check) and cell.id in parts:  # without time left, none is
            verdicts.setdefault(cell.answer, set()).add(parts[cell.id].passed)
    return all(len(verdict) == 1 for verdict in verdicts.values())


def _told(outcome: Outcome, blind: Outcome | None) -> Outcome:
    """What is said of a lost kernel is ours; all other words may be the student's."""
    if outcome.lost:
        return replace(outcome, printed="")
    if blind is None or blind.lost:
        return replace(outcome, words=outcome.words and UNTOLD, printed="")
    return replace(outcome, words=outcome.words and (blind.words or UNTOLD), printed=blind.printed)
