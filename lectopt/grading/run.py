"""Grade a class: every file gets exactly one result, and what is judged once is not judged again."""

from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol

from .collect import Submission
from .exercise import Exercise, read_exercise
from .journal import Journal, verdict_key
from .judge import CELL_TIMEOUT, TOTAL_TIMEOUT, Outputs, Row, expected_outputs, judge, seeds_for
from .process import GraderError
from .result import GRADED, GRADER_ERROR, Read, Result, only_newest, read
from .roster import Roster
from .sandbox import Sandbox
from .submission import HandedIn
from .worker import Pool


class CourseError(Exception):
    """There is no course to grade with."""


@dataclass(frozen=True)
class Course:
    """The folder that holds `solutions/`."""

    folder: Path

    @cached_property
    def exercises(self) -> list[Exercise]:
        """The exercises, read once, by name. Raises CourseError or MarkError."""
        found = [read_exercise(path) for path in sorted((self.folder / "solutions").glob("*.ipynb"))]
        if not found:
            raise CourseError(f"{self.folder / 'solutions'} holds no notebook")
        return found


@dataclass(frozen=True)
class Limits:
    """How long a student's code may run, in seconds."""

    cell: float = CELL_TIMEOUT
    total: float = TOTAL_TIMEOUT


@dataclass(frozen=True)
class Grader:
    """With what and how a class is graded."""

    course: Course
    secret: bytes | None = None
    limits: Limits = Limits()
    sandbox: Sandbox | None = None
    roster: Roster | None = None
    jobs: int = 1

    def key(self, file: Read) -> str:
        """The verdict's key in the journal."""
        conditions = (self.limits.cell, self.limits.total, self.sandbox is not None)
        return verdict_key(file.digest, file.exercise, self.secret, *conditions)


class Tell(Protocol):
    """Hears of each result when it is there; `before` if it is from the journal."""

    def __call__(self, result: Result, before: bool = False) -> None:
        """One more result."""


def find_course(*starts: Path) -> Course:
    """The course in the nearest parent of the first start that has one. Raises CourseError."""
    for start in starts:
        for folder in (start.resolve(), *start.resolve().parents):
            if (folder / "solutions").is_dir():
                return Course(folder)
    raise CourseError("no folder 'solutions' here or above: name the course with --course")


def grade_file(
    submission: Submission, course: Course, secret: bytes | None, limits: Limits, sandbox: Sandbox | None = None
) -> Result:
    """The result of one file, whatever is in it: raises nothing. Depends on its arguments alone."""
    file = read(submission, course.exercises)
    if isinstance(file, Result):
        return replace(file, sandbox=sandbox is not None)
    try:
        expected = expected_outputs(file.exercise, secret, sandbox)
        rows: list[Row] | GraderError = _judge(file.cells, file.exercise, expected, secret, limits, sandbox, 0)
    except Exception as error:  # nothing that one file does may keep the others from being graded
        rows = error if isinstance(error, GraderError) else GraderError(f"{type(error).__name__}: {error}")
    return replace(_result(file, rows), sandbox=sandbox is not None)


def grade_all(submissions: Sequence[Submission], grader: Grader, journal: Journal, tell: Tell) -> list[Result]:
    """All results, by student (in the roster's order), exercise and file; each verdict is kept before it is told.

    Raises JournalError when it cannot be kept. What failed through us is tried again at the end, alone.
    """
    roster, boxed = grader.roster, grader.sandbox is not None
    submissions = [roster.named(submission) if roster else submission for submission in submissions]
    results: list[Result] = []
    waiting: dict[str, list[Read]] = defaultdict(list)
    for file in only_newest([read(submission, grader.course.exercises) for submission in submissions]):
        if isinstance(file, Read) and (rows := journal.verdict(key := grader.key(file))) is None:
            waiting[key].append(file)
        else:
            results.append(file if isinstance(file, Result) else _result(file, rows or []))
            tell(results[-1], before=isinstance(file, Read))
    with closing(_verdicts(waiting, grader)) as verdicts:
        for key, rows in verdicts:
            if not isinstance(rows, GraderError):
                journal.keep(key, rows)
            for file in waiting[key]:
                results.append(_result(file, rows))
                tell(results[-1])
    results = [replace(result, sandbox=boxed) for result in results]
    results.sort(key=lambda r: (r.submission.student, r.exercise, r.submission.label))
    return roster.arranged(results, boxed) if roster else results


def _verdicts(
    waiting: Mapping[str, list[Read]], grader: Grader
) -> Generator[tuple[str, list[Row] | GraderError], None, None]:
    """The rows for each key as they are ready, one for each; the solutions are run once, before all else."""
    if not waiting:
        return
    exercises = {files[0].exercise.name: files[0].exercise for files in waiting.values()}
    secret, sandbox = grader.secret, grader.sandbox
    with Pool(max(1, min(grader.jobs, len(waiting)))) as pool:
        solving = {name: partial(_solve, exercise, secret, sandbox) for name, exercise in exercises.items()}
        expected: dict[str, Outputs | GraderError] = dict(pool.run(solving.items()))
        again = [(name, solving[name]) for name, outputs in expected.items() if isinstance(outputs, GraderError)]
        expected |= pool.run(again, alone=True)
        calls = {}
        for key, (file, *_) in waiting.items():
            outputs = expected[file.exercise.name]
            if isinstance(outputs, GraderError):
                yield key, outputs
            else:
                calls[key] = partial(_judge, file.cells, file.exercise, outputs, secret, grader.limits, sandbox)
        failed = []
        for key, rows in pool.run(calls.items()):
            if isinstance(rows, GraderError):
                failed.append(key)
            else:
                yield key, rows
        yield from pool.run([(key, calls[key]) for key in failed], alone=True)


def _solve(exercise: Exercise, secret: bytes | None, sandbox: Sandbox | None, slot: int) -> Outputs:
    return expected_outputs(exercise, secret, sandbox.at(slot) if sandbox else None)


def _judge(
    cells: list[HandedIn],
    exercise: Exercise,
    expected: Outputs,
    secret: bytes | None,
    limits: Limits,
    sandbox: Sandbox | None,
    slot: int,
) -> list[Row]:
    inside = sandbox.at(slot) if sandbox else None
    return judge(cells, exercise, expected, seeds_for(exercise, secret), limits.cell, limits.total, inside)


def _result(file: Read, rows: list[Row] | GraderError) -> Result:
    if isinstance(rows, GraderError):
        return Result(file.submission, GRADER_ERROR, file.exercise.name, reason=str(rows))
    return Result(file.submission, GRADED, file.exercise.name, rows, file.note)
