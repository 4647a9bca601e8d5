"""What became of each file, and which of several counts."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .collect import Submission
from .exercise import Exercise
from .judge import Row
from .submission import HandedIn, Rejected, read_submission, recognize

GRADED, REJECTED, GRADER_ERROR = "graded", "rejected", "grader_error"
SUPERSEDED = "superseded"  # the student handed in a newer file for the same exercise
MISSING = "missing"  # nothing was handed in
_STRANGER = "no answer cell of any exercise was found in it: lines such as '# answer: NAME' mark them"


@dataclass(frozen=True)
class Result:
    """What became of one file. A grader_error is our fault and has no points, not even 0."""

    submission: Submission
    outcome: str
    exercise: str = ""
    rows: list[Row] = field(default_factory=list)
    reason: str = ""
    sandbox: bool = True

    @property
    def points(self) -> int | None:
        """The points of a notebook that could be graded; 0 for none, and for one that could not be read."""
        return None if self.outcome in (GRADER_ERROR, SUPERSEDED) else sum(row.points for row in self.rows)

    @property
    def out_of(self) -> int | None:
        """What the checks are worth together."""
        return sum(row.out_of for row in self.rows) if self.outcome == GRADED else None


@dataclass(frozen=True)
class Read:
    """A submission whose exercise was recognized."""

    submission: Submission
    exercise: Exercise
    cells: list[HandedIn]
    digest: bytes  # of what is in the file
    note: str = ""


def read(submission: Submission, exercises: Sequence[Exercise]) -> Read | Result:
    """Open a file and recognize its exercise, or say why not: raises nothing, whatever is in it."""
    try:
        content = submission.read()
        cells = read_submission(content)
        exercise = recognize(cells, exercises)
    except Rejected as error:
        return Result(submission, REJECTED, reason=str(error))
    except Exception as error:  # nothing that one file does may keep the others from being graded
        return Result(submission, GRADER_ERROR, reason=f"{type(error).__name__}: {error}")
    if exercise is None:
        return Result(submission, REJECTED, reason=_STRANGER)
    return Read(submission, exercise, cells, hashlib.sha256(content).digest())


def only_newest(files: Sequence[Read | Result]) -> list[Read | Result]:
    """Of several files of a student for one exercise the newest stays; the others are superseded, and both say so."""
    groups: dict[tuple[str, str], list[Read]] = defaultdict(list)
    for file in files:
        if isinstance(file, Read):
            groups[file.submission.student, file.exercise.name].append(file)

    def decided(file: Read | Result) -> Read | Result:
        if isinstance(file, Result):
            return file
        group = groups[file.submission.student, file.exercise.name]
        newest = max(group, key=lambda other: other.submission.age)
        if len(group) == 1:
            return file
        if file is newest:
            return replace(file, note=f"the newest of {len(group)} files for this exercise")
        reason = f"a newer file counts: {newest.submission.label}"
        return Result(file.submission, SUPERSEDED, file.exercise.name, reason=reason)

    return [decided(file) for file in files]
