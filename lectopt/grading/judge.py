"""Grade one notebook: the answers are put into our own copy of the exercise, and nbval judges its checks."""

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import nbformat

from .disclose import run_disclosed
from .exercise import Cell, Exercise, PathLike, read_exercise, same
from .marks import Check
from .process import GraderError, Outcome, run_cells
from .sandbox import Sandbox
from .submission import Found, HandedIn, elsewhere, find_answers, read_submission
from .text import seconds

CELL_TIMEOUT = 10.0  # seconds
TOTAL_TIMEOUT = 120.0
SOLUTION_TIMEOUT = 60.0

NOT_ANSWERED = "not answered yet"
LEFT_IN = "raise NotImplementedError"

Submission = PathLike | Mapping[str, Any]
Outputs = dict[str, list[dict[str, Any]]]  # what a check shows, by the check's name

_expected: dict[tuple[str, tuple[tuple[str, str], ...], bytes | None], Outputs] = {}


@dataclass(frozen=True)
class Row:
    """The verdict on one check. Everything in it may be shown to the student."""

    check: str
    answer: str
    hidden: bool
    points: int
    out_of: int
    words: str = ""  # why there are no points
    hint: str = ""
    note: str = ""  # about the answer's cell
    printed: str = ""

    @property
    def passed(self) -> bool:
        """A check passes as a whole or not at all."""
        return self.points == self.out_of


def grade_notebook(
    submission: Submission,
    solution: PathLike | nbformat.NotebookNode,
    secret: bytes | None,
    *,
    exercise: str = "",
    cell_timeout: float = CELL_TIMEOUT,
    total_timeout: float = TOTAL_TIMEOUT,
    sandbox: Sandbox | None = None,
) -> list[Row]:
    """One row for every check of the solution, in its order.

    Submission and solution are paths or open notebooks; an open solution may be named by `exercise`,
    because the inputs of the hidden checks follow from the secret, the exercise's name and the check's.
    The solution is run once per process. Raises Rejected for a file that is no notebook and GraderError
    when something of ours is wrong; whatever the answers do is in the rows. Without a sandbox they may do what you may.
    """
    cells = read_submission(submission)
    solved = read_exercise(solution, exercise)
    expected = expected_outputs(solved, secret, sandbox)
    return judge(cells, solved, expected, seeds_for(solved, secret), cell_timeout, total_timeout, sandbox)


def expected_outputs(solved: Exercise, secret: bytes | None, sandbox: Sandbox | None = None) -> Outputs:
    """What the checks show when our own answers are run. Kept for the life of this process."""
    key = (solved.name, tuple((cell.id, cell.source) for cell in solved.cells), secret)
    if key not in _expected:
        outcomes = run_cells(solved.cells, None, seeds_for(solved, secret), SOLUTION_TIMEOUT, sandbox=sandbox)
        for cell in solved.cells:
            outcome = outcomes.get(cell.id, Outcome(False, "was not run"))
            if not outcome.passed or (isinstance(cell.mark, Check) and not outcome.shown):
                raise GraderError(f"solution {solved.name}, cell {cell.id}: {outcome.words or 'nothing was shown'}")
        _expected[key] = {name: outcomes[cell.id].shown for name, (_, cell) in solved.checks.items()}
    return _expected[key]


def seeds_for(exercise: Exercise, secret: bytes | None) -> dict[str, int] | None:
    """The seed of each hidden check's inputs; from it nobody gets back to the secret. None means the public inputs."""
    if secret is None:
        return None
    hidden = [name for name, (check, _) in exercise.checks.items() if check.hidden]
    digests = {check: hmac.new(secret, f"{exercise.name}\0{check}".encode(), hashlib.sha256) for check in hidden}
    return {check: int.from_bytes(digest.digest()[:16], "big") for check, digest in digests.items()}


def judge(
    cells: list[HandedIn],
    exercise: Exercise,
    expected: Outputs,
    seeds: Mapping[str, int] | None = None,
    cell_timeout: float = CELL_TIMEOUT,
    total_timeout: float = TOTAL_TIMEOUT,
    sandbox: Sandbox | None = None,
) -> list[Row]:
    """The rows of a submission. An answer that loses the kernel is replaced by its stub, and the rest runs again.

    Within the time for all, what one answer does to the notebook costs no other its points.
    """
    found = find_answers(cells, exercise)
    rows: dict[str, Row] = {}
    stubbed: set[str] = {name for name, answer in found.items() if answer.source is None}
    astray: set[str] = set()  # those that lose the kernel in the cells of others
    end = time.monotonic() + total_timeout
    run = partial(_run_until, end, expected, cell_timeout, sandbox)
    while len(rows) < len(exercise.checks) and time.monotonic() < end:
        outcomes = run_disclosed(transplant(exercise, found, stubbed), seeds, run)
        lost = _note(rows, exercise, found, outcomes)
        if lost is None:
            break
        blamed = _blame(rows, exercise, found, lost, stubbed, outcomes[lost.id].words)
        stubbed |= blamed
        astray |= blamed - {lost.answer}
    if time.monotonic() >= end:
        _lose(rows, exercise, found, set(found), f"the notebook took longer than {seconds(total_timeout)}")
    real = [name for name in found if found[name].source and not same(found[name].source, exercise.stubs[name])]
    _try_alone(rows, exercise, found, real, stubbed & set(real), astray, partial(run, seeds=seeds))
    verdicts = [_row(rows, name, exercise) for name in exercise.checks]
    return [replace(row, words=row.words + elsewhere(row.words, cells, exercise)) for row in verdicts]


def _run_until(
    end: float,
    expected: Outputs,
    cell_timeout: float,
    sandbox: Sandbox | None,
    cells: Sequence[Cell],
    seeds: Mapping[str, int] | None,
) -> dict[str, Outcome]:
    left = end - time.monotonic()
    return run_cells(cells, expected, seeds, cell_timeout, left, sandbox=sandbox) if left > 0 else {}


def transplant(exercise: Exercise, found: Mapping[str, Found], stubbed: set[str]) -> list[Cell]:
    """Our cells, with the sources that were handed in where an answer belongs."""
    stubs = exercise.stubs
    sources = {name: stubs[name] if name in stubbed else found[name].source or stubs[name] for name in stubs}
    ours = exercise.answers
    return [replace(c, source=sources[c.answer]) if c is ours.get(c.answer) else c for c in exercise.cells]


def _note(
    rows: dict[str, Row], exercise: Exercise, found: Mapping[str, Found], outcomes: Mapping[str, Outcome]
) -> Cell | None:
    """Add a row for each check that was run to its end; returns the cell that lost the kernel."""
    for name, (_, cell) in exercise.checks.items():
        outcome = outcomes.get(cell.id)
        if outcome and not outcome.lost and name not in rows:
            rows[name] = _judged(exercise, name, found, outcome, outcomes)
    return next((cell for cell in exercise.cells if cell.id in outcomes and outcomes[cell.id].lost), None)


def _try_alone(
    rows: dict[str, Row],
    exercise: Exercise,
    found: Mapping[str, Found],
    real: list[str],
    blamed: set[str],
    astray: set[str],
    run: Callable[[Sequence[Cell]], dict[str, Outcome]],
) -> None:
    """If several fail, run each again without the others: what one does to the notebook is its own affair.

    The first has nobody before it, so it runs again only if it has gone astray in the cells of others.
    """
    failing = [name for name in real if not all(row.passed for row in rows.values() if row.answer == name)]
    if len(blamed.union(failing)) < 2 and not astray:
        return
    for name in (name for name in failing if name != real[0] or name in astray):
        outcomes = run([cell for cell in transplant(exercise, found, set()) if cell.answer in ("", name)])
        for check, (mark, cell) in exercise.checks.items():
            if cell.id in outcomes and outcomes[cell.id].passed:
                rows[check] = replace(_empty(mark, cell, found, ""), points=mark.points)


def _judged(
    exercise: Exercise, name: str, found: Mapping[str, Found], outcome: Outcome, outcomes: Mapping[str, Outcome]
) -> Row:
    check, cell = exercise.checks[name]
    row = _empty(check, cell, found, outcome.words)
    if outcome.passed:
        return replace(row, points=check.points, words="", printed=outcome.printed)
    if cell.answer and same(found[cell.answer].source, exercise.stubs[cell.answer]):
        return replace(row, words=NOT_ANSWERED)
    stopped = outcomes.get(exercise.answers[cell.answer].id)
    if stopped and stopped.words and found[cell.answer].source is not None:
        row = replace(row, words=f"the answer's cell stops with {stopped.words}, and so: {row.words}")
    elif outcome.words.startswith("NotImplementedError") and LEFT_IN in (found[cell.answer].source or ""):
        row = replace(row, words=f"the line `{LEFT_IN}` is still in it: delete it")
    return replace(row, printed=outcome.printed)


def _blame(
    rows: dict[str, Row], exercise: Exercise, found: Mapping[str, Found], cell: Cell, stubbed: set[str], words: str
) -> set[str]:
    """Whose fault is a lost kernel: the answer of the cell, or if that is a stub, the last real one before or after."""
    if not cell.answer:
        raise GraderError(f"cell {cell.id} of {exercise.name}: {words}")
    names = list(exercise.answers)
    at = names.index(cell.answer)
    culprit = next((name for name in [*names[at::-1], *names[at + 1 :]] if name not in stubbed), None)
    if isinstance(cell.mark, Check) and culprit == cell.answer:
        rows[cell.mark.name] = _empty(cell.mark, cell, found, words)
        words = f"not run, because check {cell.mark.name} {_clause(words)}"
    elif culprit == cell.answer:
        words = f"the answer's cell {_clause(words)}" if words.startswith("took") else words
    _lose(rows, exercise, found, {culprit} if culprit else set(names), words)
    return {culprit} if culprit else set(names)


def _lose(rows: dict[str, Row], exercise: Exercise, found: Mapping[str, Found], answers: set[str], words: str) -> None:
    for name, (check, cell) in exercise.checks.items():
        if cell.answer in answers and name not in rows:
            rows[name] = _empty(check, cell, found, words)


def _clause(words: str) -> str:
    return words if words.startswith(("took", "put", "used", "made")) else f"ended with: {words}"


def _empty(check: Check, cell: Cell, found: Mapping[str, Found], words: str) -> Row:
    answer = found.get(cell.answer, Found(None))
    if answer.source is None:
        words = answer.note
    note = answer.note if answer.source is not None else ""
    return Row(check.name, cell.answer, check.hidden, 0, check.points, words, check.hint, note)


def _row(rows: Mapping[str, Row], name: str, exercise: Exercise) -> Row:
    if name not in rows:
        raise GraderError(f"check {name} of {exercise.name} was not judged")
    return rows[name]
