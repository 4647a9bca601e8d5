"""The pages for people to read: feedback for a student, an overview of the class. Each is one file without a script."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import jinja2

from .judge import Row
from .marks import points
from .result import GRADED, GRADER_ERROR, MISSING, REJECTED, SUPERSEDED, Result
from .text import counted, one_line

MADE_BY = "lectopt grade"  # every page says so
MOST_MISSED = 5


@dataclass(frozen=True)
class CheckStatistics:
    """How a class did on one check."""

    row: Row
    passed: int
    of: int

    @property
    def share(self) -> int:
        """Percent who passed."""
        return round(100 * self.passed / self.of)


@dataclass(frozen=True)
class ExerciseStatistics:
    """How a class did on one exercise."""

    name: str
    checks: list[CheckStatistics]
    points: list[int]  # of each student
    out_of: int

    @property
    def distribution(self) -> list[tuple[int, int, int]]:
        """For every number of points how many reached it, and the percent of the tallest bar."""
        often = Counter(self.points)
        return [(n, often[n], round(100 * often[n] / max(often.values()))) for n in range(self.out_of + 1)]

    @property
    def mean(self) -> str:
        """The mean, to a tenth of a point."""
        return f"{sum(self.points) / len(self.points):.1f}"

    @property
    def missed(self) -> list[CheckStatistics]:
        """The checks that most students miss, the worst first."""
        return sorted((c for c in self.checks if c.passed < c.of), key=lambda c: c.passed / c.of)[:MOST_MISSED]


def feedback_page(student: str, results: Sequence[Result]) -> str:
    """The page of one student; all of the student's own text is escaped by the template."""
    page = _templates().get_template("feedback.html")
    graded_first = sorted(results, key=lambda result: result.outcome != GRADED)
    return page.render(student=one_line(student), results=graded_first, made_by=MADE_BY)


def overview_page(results: Sequence[Result]) -> str:
    """The page of the class."""
    number = Counter(result.outcome for result in results)
    outcomes = (GRADED, REJECTED, GRADER_ERROR, SUPERSEDED, MISSING)
    look_at = [result for result in results if result.outcome in (REJECTED, GRADER_ERROR)]
    handed_in = dict.fromkeys(result.submission.student for result in results if result.submission.label)
    outcome_of = {result.submission.student: result.outcome for result in results}  # graded, if anything is
    outcome_of |= {result.submission.student: GRADED for result in results if result.outcome == GRADED}
    points_of = {(r.submission.student, r.exercise): r.points for r in results if r.outcome == GRADED}
    strangers = sorted({r.submission.student for r in results if r.submission.listed is False})
    page = _templates().get_template("overview.html")
    return page.render(
        made_by=MADE_BY,
        exercises=statistics(results),
        numbers=[(name, number[name]) for name in outcomes if number[name]],
        look_at=look_at,
        missing=[result.submission.student for result in results if result.outcome == MISSING],
        strangers=strangers,
        boxed=all(result.sandbox for result in results),
        pages={name: f"feedback/{page_name(name)}.html" for name in handed_in},
        points_of=points_of,
        outcome_of=outcome_of,
    )


def statistics(results: Sequence[Result]) -> list[ExerciseStatistics]:
    """What the graded results of each exercise add up to, by name."""
    graded = sorted((result for result in results if result.outcome == GRADED), key=lambda result: result.exercise)
    found = []
    for name, group in groupby(graded, key=lambda result: result.exercise):
        of_it = list(group)
        columns = list(zip(*(result.rows for result in of_it), strict=True))
        checks = [CheckStatistics(rows[0], sum(row.passed for row in rows), len(rows)) for rows in columns]
        found.append(ExerciseStatistics(name, checks, [result.points or 0 for result in of_it], of_it[0].out_of or 0))
    return found


def page_name(student: str) -> str:
    """A name for the files of any student, readable where possible and never the same for two.

    >>> page_name("ada"), page_name("../Ada/<b>"), page_name("김 민수")
    ('ada', 'Ada-b-4715b4', '김-민수-0aeff1')
    """
    name = re.sub(r"\W+", "-", student).strip("-")[:40]
    plain = name.isascii() and name == student.lower()  # some disks hold A and a, or two ways to write ü, for one name
    if not name or not plain:
        name = f"{name}-{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}".lstrip("-")
    return name


@cache
def _templates() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "points": points,
        "by_answer": _by_answer,
        "one_line": one_line,
        "counted": counted,
        "short": _short,
        "parts": _parts,
    }
    return environment


def _short(exercise: str) -> str:
    """The number of an exercise, for a narrow column."""
    return exercise.partition("_")[0]


def _parts(text: str) -> list[str]:
    """Words and code in turn: code stands between backticks.

    >>> _parts("in the line `v += g`")
    ['in the line ', 'v += g', '']
    """
    return re.split(r"`([^`]+)`", text)


def _by_answer(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    return [(answer, list(group)) for answer, group in groupby(rows, key=lambda row: row.answer)]
