"""Grade a class: every file of a folder gets exactly one result."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from .exercise import Exercise, read_exercise
from .judge import CELL_TIMEOUT, TOTAL_TIMEOUT, Row, expected_outputs, judge, seeds_for
from .submission import Rejected, read_submission, recognize

GRADED, REJECTED, GRADER_ERROR = "graded", "rejected", "grader_error"
_NOT_HANDED_IN = ("Thumbs.db", "desktop.ini", "__MACOSX")  # what file managers leave; names with a dot likewise


class CourseError(Exception):
    """There is no course to grade with."""


@dataclass(frozen=True)
class Submission:
    """A file that a student handed in."""

    student: str
    path: Path


@dataclass(frozen=True)
class Result:
    """What became of one file. A grader_error is our fault and has no points, not even 0."""

    submission: Submission
    outcome: str
    exercise: str = ""
    rows: list[Row] = field(default_factory=list)
    reason: str = ""

    @property
    def points(self) -> int | None:
        """The points of a notebook that could be graded; 0 for one that could not be read."""
        return None if self.outcome == GRADER_ERROR else sum(row.points for row in self.rows)

    @property
    def out_of(self) -> int | None:
        """What the checks are worth together."""
        return sum(row.out_of for row in self.rows) if self.outcome == GRADED else None


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


def find_course(*starts: Path) -> Course:
    """The course in the nearest parent of the first start that has one. Raises CourseError."""
    for start in starts:
        for folder in (start.resolve(), *start.resolve().parents):
            if (folder / "solutions").is_dir():
                return Course(folder)
    raise CourseError("no folder 'solutions' here or above: name the course with --course")


def find_submissions(folder: Path) -> list[Submission]:
    """Every file below the folder. A folder in it is a student's; for a file in it the student is its name."""
    found: list[Submission] = []
    for entry in sorted(folder.iterdir()):
        if _handed_in(entry.name):
            is_folder = entry.is_dir() and not entry.is_symlink() and entry.suffix != ".ipynb"
            student = entry.name if is_folder else entry.stem
            found += [Submission(student, path) for path in (_files(entry) if is_folder else [entry])]
    return found


def grade_class(
    submissions: list[Submission], course: Course, secret: bytes | None, limits: Limits
) -> Iterator[Result]:
    """One result for each submission, in their order but for those that failed through us: tried again at the end."""
    again: list[Submission] = []
    for submission in submissions:
        result = grade_file(submission, course, secret, limits)
        if result.outcome == GRADER_ERROR:
            again.append(submission)
        else:
            yield result
    for submission in again:
        yield grade_file(submission, course, secret, limits)


def grade_file(submission: Submission, course: Course, secret: bytes | None, limits: Limits) -> Result:
    """The result of one file, whatever is in it: raises nothing. Depends on its arguments alone."""
    name = ""
    try:
        cells = read_submission(submission.path)
        exercise = recognize(cells, course.exercises)
        if exercise is None:
            reason = "no answer cell of any exercise was found in it: lines such as '# answer: NAME' mark them"
            return Result(submission, REJECTED, reason=reason)
        name = exercise.name
        expected, seeds = expected_outputs(exercise, secret), seeds_for(exercise, secret)
        rows = judge(cells, exercise, expected, seeds, limits.cell, limits.total)
        return Result(submission, GRADED, name, rows)
    except Rejected as error:
        return Result(submission, REJECTED, name, reason=str(error))
    except Exception as error:  # nothing that one file does may keep the others from being graded
        return Result(submission, GRADER_ERROR, name, reason=f"{type(error).__name__}: {error}")


def grade_all(
    submissions: list[Submission],
    course: Course,
    secret: bytes | None,
    limits: Limits,
    tell: Callable[[Result], None],
) -> list[Result]:
    """All results, by student and file, telling each when it is there."""
    results: list[Result] = []
    for result in grade_class(submissions, course, secret, limits):
        results.append(result)
        tell(result)
    return sorted(results, key=lambda result: (result.submission.student, result.exercise, str(result.submission.path)))


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        stranger = [name for name in folders if name.endswith(".ipynb") or (Path(parent) / name).is_symlink()]
        folders[:] = sorted(name for name in folders if _handed_in(name) and name not in stranger)
        yield from (Path(parent) / name for name in sorted([*names, *stranger]) if _handed_in(name))


def _handed_in(name: str) -> bool:
    return not name.startswith(".") and name not in _NOT_HANDED_IN
