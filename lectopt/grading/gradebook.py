"""The gradebook: the roster as the LMS gave it, with the points of each exercise, to be given back to the LMS."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from .result import MISSING, Result
from .roster import Roster

_GRADE = "grade"  # Moodle's column in the worksheet of one assignment


def gradebook(results: Sequence[Result], roster: Roster) -> str:
    """The roster's own table; of who handed in nothing, and of what we could not judge, nothing is changed.

    Points go into the column of the exercise: one whose name holds the exercise's name, or "exercise" and its
    number, as in "Exercise 3 (4711)"; else Moodle's "Grade" if nearly all handed in this exercise; else a new column.
    """
    counted = [result for result in results if result.outcome != MISSING and result.points is not None]
    exercises = sorted({result.exercise for result in counted if result.exercise})
    header, *rows = (list(row) for row in roster.table)
    often = Counter(result.exercise for result in counted)
    main = next((name for name in exercises if 5 * often[name] >= 4 * sum(often.values())), "")  # a stray one is none
    columns = {name: _column(header, name, name == main) for name in exercises}
    lines = {name: line for line, (name, _) in zip(roster.lines, roster.students, strict=True)}
    for row in rows:
        row += [""] * (len(header) - len(row))
    for result in counted:
        if result.exercise and result.submission.student in lines:
            rows[lines[result.submission.student]][columns[result.exercise]] = str(result.points)
    text, quoting = io.StringIO(), csv.QUOTE_ALL if roster.quoted else csv.QUOTE_MINIMAL
    table = csv.writer(text, delimiter=roster.delimiter, lineterminator=roster.line_end, quoting=quoting)
    table.writerows([header, *rows])
    return roster.begin + text.getvalue()


def _column(header: list[str], exercise: str, alone: bool) -> int:
    """The position of an exercise's column, which is added if there is none."""
    number = re.match(r"\d+", exercise)
    ways = [re.escape(exercise).replace("_", "[ _-]")]
    ways += [rf"\bexercise 0*{int(number[0])}\b"] if number else []
    for way in ways:
        found = [i for i, name in enumerate(header) if re.search(way, name, re.IGNORECASE)]
        if len(found) == 1:
            return found[0]
    if alone and (found := [i for i, name in enumerate(header) if name.strip().casefold() == _GRADE]):
        return found[0]
    header.append(exercise)
    return len(header) - 1
