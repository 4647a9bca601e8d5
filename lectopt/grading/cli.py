"""The command `lectopt`: release exercises, check a notebook, grade a class, try the sandbox."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from .check import check_notebook, print_checked, released_exercises
from .judge import CELL_TIMEOUT
from .marks import MarkError
from .process import GraderError
from .release import ReleaseError, release, without_hint
from .submission import Rejected

OK, FAILED, WRONG_USE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # in a pipe on Windows there is no check mark
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    code: int = options.run(options)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lectopt", description="The exercises of the course: check, grade, release.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_check(commands)
    _add_grade(commands)
    _add_doctor(commands)
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
        description=f"For teachers: {words}. Writes grades.csv, grades.json, overview.html, a feedback page for each "
        "student and a results.json for Gradescope. Started again it goes on where it was stopped, and judges only "
        "what has changed.",
        epilog="Exit code: 0 everything was judged, 1 some file could not be judged through a fault of ours or it was "
        "not finished, 2 wrong use.",
    )
    parser.add_argument(
        "submissions", type=Path, help="a folder or a zip: a folder for each student, or flat files of an LMS"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where grades and feedback go")
    parser.add_argument("--course", type=Path, metavar="DIR", help="holds solutions/ (default: the nearest parent)")
    parser.add_argument("--secret", type=Path, metavar="FILE", help="a file with a secret, for inputs nobody knows")
    parser.add_argument("--roster", type=Path, metavar="FILE", help="a CSV that lists the class, by a column 'student'")
    parser.add_argument("--jobs", type=_jobs, default=_cores(), metavar="N", help="how many at a time (default: cores)")
    parser.add_argument(
        "--no-sandbox", action="store_true", help="let answers do whatever you may; every result says so"
    )
    parser.add_argument("--cell-timeout", type=_seconds, default=CELL_TIMEOUT, metavar="S", help=_TIMEOUT_HELP)
    parser.set_defaults(run=_grade)


def _add_doctor(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    words = "attack the sandbox in which grade runs answers, and say what held"
    epilog = "Takes a minute. Exit code: 0 everything held, 1 something did not, 2 there is no sandbox."
    parser = commands.add_parser("doctor", help=words, description=f"For teachers: {words}.", epilog=epilog)
    parser.add_argument("--course", type=Path, metavar="DIR", help="a folder that answers must not see")
    parser.set_defaults(run=_doctor)


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
    from .command import grade  # what only this command needs stays out of the others

    return grade(options)


def _doctor(options: argparse.Namespace) -> int:
    from .doctor import doctor

    return doctor(options)


def _release(options: argparse.Namespace) -> int:
    if not options.solutions.exists():
        return _wrong_use(f"{options.solutions} does not exist")
    try:
        changed = release(options.solutions, options.exercises)
    except ReleaseError as error:
        print("Nothing was written.", *error.problems, sep="\n  ", file=sys.stderr)
        return FAILED
    print(*(f"wrote {path}" for path in changed), sep="\n") if changed else print("Everything is up to date.")
    for words in without_hint(options.solutions):
        print(f"warning: {words}", file=sys.stderr)
    return OK


_TIMEOUT_HELP = f"seconds that a cell may take (default: {CELL_TIMEOUT:g})"


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError("must be a number of seconds above 0")
    return value


def _jobs(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 256:
        raise argparse.ArgumentTypeError("must be a number from 1 to 256")
    return value


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _wrong_use(message: str) -> int:
    print(f"lectopt: {message}", file=sys.stderr)
    return WRONG_USE


if __name__ == "__main__":
    sys.exit(main())
