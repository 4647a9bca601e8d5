"""What a teacher and the students get to see: grades.csv and a feedback page for each student."""

import csv
import hashlib
import io
import os
import re
import tempfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2

from .judge import Row
from .marks import points
from .run import Result
from .text import one_line, spreadsheet_cell

FEEDBACK = "feedback"
_COLUMNS = ["student", "exercise", "file", "outcome", "points", "out_of", "reason"]


def write_reports(results: Sequence[Result], out: Path) -> Path:
    """Write grades.csv and the feedback pages, each at once or not at all; returns the path of grades.csv."""
    for student, group in groupby(results, key=lambda result: result.submission.student):
        write(out / FEEDBACK / page_name(student), feedback_page(student, list(group)))
    write(out / "grades.csv", grades(results))
    return out / "grades.csv"


def grades(results: Sequence[Result]) -> str:
    """One row for each file; behind the common columns one for each check, empty for those of other exercises."""
    checks = dict.fromkeys(f"{result.exercise}: {row.check}" for result in results for row in result.rows)
    text = io.StringIO()
    table = csv.DictWriter(text, [*_COLUMNS, *checks], restval="", lineterminator="\n")
    table.writeheader()
    for result in results:
        table.writerow(_common(result) | {f"{result.exercise}: {row.check}": row.points for row in result.rows})
    return text.getvalue()


def feedback_page(student: str, results: Sequence[Result]) -> str:
    """The page of one student, self-contained; all of the student's own text is escaped by the template."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"points": points, "by_answer": _by_answer, "one_line": one_line}
    return environment.get_template("feedback.html").render(student=one_line(student), results=results)


def page_name(student: str) -> str:
    """A file name for any student, readable where possible and never the same for two.

    >>> page_name("ada"), page_name("../Ada/<b>")
    ('ada.html', 'Ada-b-4715b4.html')
    """
    name = re.sub(r"[^A-Za-z0-9_]+", "-", student).strip("-")[:60]
    if not name or name != student.lower():  # capitals too: some disks hold A and a for one name
        name = f"{name}-{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}".lstrip("-")
    return f"{name}.html"


def write(path: Path, text: str) -> None:
    """Write a file so that at any moment the old or the new one is there, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _common(result: Result) -> dict[str, Any]:
    return {
        "student": spreadsheet_cell(result.submission.student),
        "exercise": result.exercise,
        "file": spreadsheet_cell(result.submission.path.name),
        "outcome": result.outcome,
        "points": "" if result.points is None else result.points,
        "out_of": "" if result.out_of is None else result.out_of,
        "reason": spreadsheet_cell(result.reason),
    }


def _by_answer(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    return [(answer, list(group)) for answer, group in groupby(rows, key=lambda row: row.answer)]
