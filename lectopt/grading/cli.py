"""The command `lectopt`: release exercises, check a notebook, grade a class."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from .check import check_notebook, print_checked, released_exercises
from .judge import CELL_TIMEOUT
from .marks import MarkError
from .process import GraderError
from .release import ReleaseError, release
from .report import write_reports
from .run import GRADED, GRADER_ERROR, Course, CourseError, Limits, Result, find_course, find_submissions, grade_all
from .submission import Rejected
from .text import counted, one_line

OK, FAILED, WRONG_USE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    options = _parser().parse_args(arguments)
    code: int = options.run(options)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lectopt", description="The exercises of the course: check, grade, release.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_check(commands)
    _add_grade(commands)
    _add_release(commands)
    return parser


def _add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    words = "check your notebook before you hand it in"
    parser = commands.add_parser(
        "check",
        help=words,
        description=f"For students: {words}. Runs your answer cells against the visible checks, in a fresh kernel.",
        epilog="Save the notebook first. Exit code: 0 all checks pass, 1 some do not, 2 wrong use.",
    )
    parser.add_argument("notebook", type=Path, help="your notebook, whatever its name")
    parser.add_argument("--exercises", type=Path, metavar="DIR", help="the released exercises (default: the course's)")
    parser.add_argument("--cell-timeout", type=_seconds, default=CELL_TIMEOUT, metavar="S", help=_TIMEOUT_HELP)
    parser.set_defaults(run=_check)


def _add_grade(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    words = "grade the notebooks of a class"
    parser = commands.add_parser(
        "grade",
        help=words,
        description=f"For teachers: {words}. Writes grades.csv and a feedback page for each student.",
        epilog="Exit code: 0 everything was judged, 1 some file could not be judged through a fault of ours, "
        "2 wrong use. The students' code is run: grade what strangers hand in on a machine that may break.",
    )
    parser.add_argument("submissions", type=Path, help="a folder: one folder for each student, or one file for each")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where grades and feedback go")
    parser.add_argument("--course", type=Path, metavar="DIR", help="holds solutions/ (default: the nearest parent)")
    parser.add_argument("--secret", type=Path, metavar="FILE", help="a file with a secret, for inputs nobody knows")
    parser.add_argument("--cell-timeout", type=_seconds, default=CELL_TIMEOUT, metavar="S", help=_TIMEOUT_HELP)
    parser.set_defaults(run=_grade)


def _add_release(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    words = "make the exercises from the solutions"
    parser = commands.add_parser(
        "release",
        help=words,
        description=f"For authors: {words}. Executes each solution, stores what its checks show, and writes the "
        "exercise without solutions and hidden checks. Writes nothing if something is wrong.",
    )
    parser.add_argument("solutions", type=Path, nargs="?", default=Path("solutions"), help="a folder or one notebook")
    parser.add_argument("exercises", type=Path, nargs="?", default=Path("exercises"), help="where the exercises go")
    parser.set_defaults(run=_release)


def _check(options: argparse.Namespace) -> int:
    console = Console(highlight=False)
    exercises: Path = options.exercises or released_exercises()
    if not exercises.is_dir():
        return _wrong_use(f"there are no released exercises in {exercises}: name their folder with --exercises")
    start = time.monotonic()
    try:
        with console.status("Running your answers"):
            checked = check_notebook(options.notebook, exercises, options.cell_timeout)
    except (Rejected, GraderError, MarkError) as error:
        return _wrong_use(f"{options.notebook}: {error}")
    console.print(f"Exercise {checked.exercise}", style="bold")
    print_checked(checked, console, time.monotonic() - start)
    return OK if checked.points == checked.out_of else FAILED


def _grade(options: argparse.Namespace) -> int:
    folder: Path = options.submissions
    if not folder.is_dir():
        return _wrong_use(f"{folder} is no folder")
    try:
        course = Course(options.course) if options.course else find_course(Path.cwd(), folder)
        number = len(course.exercises)
        secret = _read_secret(options.secret) if options.secret else None
    except (CourseError, MarkError, OSError, ValueError) as error:
        return _wrong_use(str(error))
    submissions = [s for s in find_submissions(folder) if options.out.resolve() not in s.path.resolve().parents]
    inputs = "" if secret else ", public inputs (no --secret)"
    print(f"{counted(len(submissions), 'file')}, {counted(number, 'exercise')}{inputs}")
    with _Teller(len(submissions)) as tell:
        results = grade_all(submissions, course, secret, Limits(cell=options.cell_timeout), tell)
    grades = write_reports(results, options.out)
    errors = sum(result.outcome == GRADER_ERROR for result in results)
    judged = sum(result.outcome == GRADED for result in results)
    print(f"{judged} graded, {len(results) - judged - errors} rejected, {counted(errors, 'grader error')}: {grades}")
    return FAILED if errors else OK


def _release(options: argparse.Namespace) -> int:
    if not options.solutions.exists():
        return _wrong_use(f"{options.solutions} does not exist")
    try:
        changed = release(options.solutions, options.exercises)
    except ReleaseError as error:
        print("Nothing was written.", *error.problems, sep="\n  ", file=sys.stderr)
        return FAILED
    print(*(f"wrote {path}" for path in changed), sep="\n") if changed else print("Everything is up to date.")
    return OK


class _Teller:
    """Says how far grading is: a bar in a terminal, a line for each result elsewhere."""

    def __init__(self, total: int) -> None:
        console = Console(highlight=False)
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        self.bar = Progress(*columns, console=console) if console.is_terminal else None
        self.task = self.bar.add_task("grading", total=total) if self.bar else None
        self.done, self.total = 0, total

    def __enter__(self) -> "_Teller":
        if self.bar:
            self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()

    def __call__(self, result: Result) -> None:
        """Tell of one more result."""
        self.done += 1
        if self.bar and self.task is not None:
            self.bar.advance(self.task)
        points = "" if result.out_of is None else f" {result.points}/{result.out_of}"
        who = f"{result.submission.student} {result.exercise or result.submission.path.name}"
        line = one_line(f"{self.done}/{self.total} {who}: {result.outcome}{points} {result.reason}")
        if not self.bar:
            print(line, flush=True)
        elif result.outcome != GRADED:
            self.bar.console.print(line, markup=False)


_TIMEOUT_HELP = f"seconds that a cell may take (default: {CELL_TIMEOUT:g})"


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError("must be a number of seconds above 0")
    return value


def _read_secret(path: Path) -> bytes:
    secret = path.read_bytes().strip()
    if not secret:
        raise ValueError(f"{path} is empty: write a secret into it, such as the output of `openssl rand -hex 32`")
    return secret


def _wrong_use(message: str) -> int:
    print(f"lectopt: {message}", file=sys.stderr)
    return WRONG_USE


if __name__ == "__main__":
    sys.exit(main())
