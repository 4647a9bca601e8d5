"""The command `lectopt grade`."""

import argparse
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from .collect import CollectError, Submission, find_submissions
from .journal import Journal, JournalError
from .marks import MarkError
from .report import write_reports
from .result import GRADED, GRADER_ERROR, MISSING, REJECTED, SUPERSEDED, Result
from .roster import RosterError, read_roster
from .run import Course, CourseError, Grader, Limits, find_course, grade_all
from .sandbox import Sandbox, SandboxError, find_sandbox
from .text import counted, one_line

OK, FAILED, WRONG_USE, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143
_WRONG_USE = (CollectError, CourseError, JournalError, MarkError, RosterError, OSError, ValueError)
_SENTENCE = "what was judged is kept: the same command goes on from there"


class Terminated(KeyboardInterrupt):
    """Somebody asked this process to end."""


def grade(options: argparse.Namespace) -> int:
    """Grade a class as the options say; returns the exit code."""
    try:
        sandbox = None if options.no_sandbox else find_sandbox()
    except SandboxError as error:
        return _wrong_use(f"{error}\nWithout a sandbox, what students hand in can do whatever you may: --no-sandbox")
    try:
        submissions = find_submissions(options.submissions, leave_out=options.out)
        grader = _grader(options, sandbox)
        journal = Journal(options.out)
    except _WRONG_USE as error:
        missing = isinstance(error, FileNotFoundError) and error.filename
        return _wrong_use(f"{missing} does not exist" if missing else str(error))
    with journal:
        try:
            with _ended_by_signals():
                return _run(submissions, grader, journal, options.out)
        except KeyboardInterrupt as end:
            print(f"\nlectopt: stopped; {_SENTENCE}", file=sys.stderr)
            return TERMINATED if isinstance(end, Terminated) else INTERRUPTED
        except (JournalError, OSError) as error:
            print(f"lectopt: stopped: {error}; {_SENTENCE}", file=sys.stderr)
            return FAILED


def _grader(options: argparse.Namespace, sandbox: Sandbox | None) -> Grader:
    course = Course(options.course) if options.course else find_course(Path.cwd(), options.submissions)
    assert course.exercises  # reads them
    secret = _read_secret(options.secret) if options.secret else None
    roster = read_roster(options.roster) if options.roster else None
    return Grader(course, secret, Limits(cell=options.cell_timeout), sandbox, roster, options.jobs)


def _run(submissions: Sequence[Submission], grader: Grader, journal: Journal, out: Path) -> int:
    remarks = ["" if grader.secret else "public inputs (no --secret)", "" if grader.sandbox else "NO SANDBOX"]
    course = f"a course of {counted(len(grader.course.exercises), 'exercise')}"
    print(", ".join([counted(len(submissions), "file"), course, *filter(None, remarks)]), flush=True)
    with _Teller(len(submissions)) as tell:
        results = grade_all(submissions, grader, journal, tell)
    if lost := _left_out(results, out):
        print(
            f"lectopt: {out} holds the grades of {lost}, of which nothing is handed in here, and they would be lost: "
            "name another --out for it, or one place that holds all hand-ins",
            file=sys.stderr,
        )
        return WRONG_USE
    table = write_reports(results, out, grader.roster)
    if strangers := sum(result.submission.listed is False for result in results):
        print(f"{counted(strangers, 'file')} of people who are not on the roster: see the end of the overview")
    print(f"{_summary(results, tell.before)}: {table}")
    return FAILED if any(result.outcome == GRADER_ERROR for result in results) else OK


def _left_out(results: Sequence[Result], out: Path) -> str:
    """The exercises that were graded into this folder before, and of which there is nothing now."""
    try:
        before = json.loads((out / "grades.json").read_text("utf-8"))["results"]
        graded = {result["exercise"] for result in before if result["outcome"] == GRADED}
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return ", ".join(sorted(graded - {result.exercise for result in results}))


def _summary(results: Sequence[Result], before: int) -> str:
    words = []
    for outcome in (GRADED, REJECTED, GRADER_ERROR, SUPERSEDED, MISSING):
        number = sum(result.outcome == outcome for result in results)
        if number or outcome in (GRADED, REJECTED):
            words.append(counted(number, "grader error") if outcome == GRADER_ERROR else f"{number} {outcome}")
    return ", ".join(words) + (f" ({before} judged before)" if before else "")


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """A request to end is heard like Ctrl-C, so that the kernels end too."""

    def end(number: int, frame: FrameType | None) -> None:
        raise Terminated

    try:
        old = signal.signal(signal.SIGTERM, end)
    except ValueError:  # not in the main thread: then it is somebody else's affair
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, old)


class _Teller:
    """Says how far grading is: a bar with the time left in a terminal, a line for each result elsewhere."""

    def __init__(self, total: int) -> None:
        console = Console(highlight=False)
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        self.bar = Progress(*columns, console=console) if console.is_terminal else None
        self.task = self.bar.add_task("grading", total=total) if self.bar else None
        self.done, self.total, self.before = 0, total, 0

    def __enter__(self) -> "_Teller":
        if self.bar:
            self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()

    def __call__(self, result: Result, before: bool = False) -> None:
        """Tell of one more result; of one from the journal only that it is there."""
        self.done += 1
        self.before += before
        if self.bar and self.task is not None:
            self.bar.update(self.task, completed=self.done) if not before else self._skip()
        points = "" if result.out_of is None else f" {result.points}/{result.out_of}"
        who = f"{result.submission.student} {result.exercise or result.submission.path.name}"
        line = one_line(f"{self.done}/{self.total} {who}: {result.outcome}{points} {result.reason}")
        if not self.bar and not before:
            print(line, flush=True)
        elif self.bar and result.outcome not in (GRADED, SUPERSEDED):
            self.bar.console.print(line, markup=False)

    def _skip(self) -> None:
        """What was judged before takes no time, and says nothing about the time that is left."""
        assert self.bar and self.task is not None
        self.total -= 1
        self.done -= 1
        self.bar.update(self.task, total=self.total)


def _read_secret(path: Path) -> bytes:
    secret = path.read_bytes().strip()
    if not secret:
        raise ValueError(f"{path} is empty: write a secret into it, such as the output of `openssl rand -hex 32`")
    return secret


def _wrong_use(message: str) -> int:
    print(f"lectopt: {message}", file=sys.stderr)
    return WRONG_USE
