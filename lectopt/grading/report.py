"""What a teacher and the students get to see, all of it made from the results and made anew each time.

grades.csv and grades.json; feedback/, a page for each student; overview.html,
the class; gradescope/, a results.json for each student and exercise; with a
roster, gradebook.csv for the LMS.
"""

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from .gradebook import gradebook
from .pages import MADE_BY, feedback_page, overview_page, page_name
from .result import GRADED, Result
from .roster import BOM, Roster
from .text import one_line, plain, spreadsheet_cell

FEEDBACK, GRADESCOPE = "feedback", "gradescope"
_COLUMNS = ["student", "exercise", "file", "outcome", "points", "out_of", "reason", "sandbox", "on_roster", "late"]
_YES_NO = {True: "yes", False: "no", None: ""}


def write_reports(results: Sequence[Result], out: Path, roster: Roster | None = None) -> Path:
    """Write everything, each file at once or not at all; returns the path of grades.csv. Raises OSError.

    Pages of earlier times that nobody has any more are removed, and nothing that was not written here.
    """
    texts = {out / "grades.json": grades_json(results), out / "overview.html": overview_page(results)}
    for student, group in _by_student(results):
        texts[out / FEEDBACK / f"{page_name(student)}.html"] = feedback_page(student, group)
    texts |= {out / GRADESCOPE / f"{name}.json": text for name, text in _gradescope(results)}
    texts |= {out / "gradebook.csv": gradebook(results, roster)} if roster else {}
    texts[out / "grades.csv"] = grades(results)  # the last: when it is new, all is
    for path, text in texts.items():
        write(path, text)
    _remove_stale(out, set(texts))
    return out / "grades.csv"


def grades(results: Sequence[Result]) -> str:
    """One row for each file; behind the common columns one for each check, empty for those of other exercises.

    It begins with the mark by which Excel knows UTF-8.
    """
    by_exercise = sorted((result for result in results if result.rows), key=lambda result: result.exercise)
    checks = dict.fromkeys(f"{result.exercise}: {row.check}" for result in by_exercise for row in result.rows)
    text = io.StringIO()
    table = csv.DictWriter(text, [*_COLUMNS, *checks], restval="", lineterminator="\n")
    table.writeheader()
    for result in results:
        table.writerow(_common(result) | {f"{result.exercise}: {row.check}": row.points for row in result.rows})
    return BOM + text.getvalue()


def grades_json(results: Sequence[Result]) -> str:
    """The same for programs, with the words to each check."""
    return json.dumps({"format": 1, "results": [_plain_data(result) for result in results]}, indent=1) + "\n"


def write(path: Path, text: str) -> None:
    """Write a file so that at any moment the old or the new one is there, whole; leave alone what says the same."""
    data = text.encode("utf-8", "replace")
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _by_student(results: Sequence[Result]) -> Iterator[tuple[str, list[Result]]]:
    """For everyone who handed in something."""
    there = (result for result in results if result.submission.label)
    for student, group in groupby(there, key=lambda result: result.submission.student):
        yield student, list(group)


def _common(result: Result) -> dict[str, Any]:
    return {
        "student": spreadsheet_cell(result.submission.student),
        "exercise": result.exercise,
        "file": spreadsheet_cell(result.submission.label),
        "outcome": result.outcome,
        "points": "" if result.points is None else result.points,
        "out_of": "" if result.out_of is None else result.out_of,
        "reason": spreadsheet_cell(result.reason),
        "sandbox": _YES_NO[result.sandbox],
        "on_roster": _YES_NO[result.submission.listed],
        "late": "yes" if result.submission.late else "",
    }


def _plain_data(result: Result) -> dict[str, Any]:
    data = _common(result) | {"points": result.points, "out_of": result.out_of, "reason": one_line(result.reason)}
    data |= {"student": one_line(result.submission.student), "file": one_line(result.submission.label)}
    data |= {"sandbox": result.sandbox, "on_roster": result.submission.listed, "late": result.submission.late}
    return data | {"checks": [asdict(row) | {"words": plain(row.words)} for row in result.rows]}


def _gradescope(results: Sequence[Result]) -> Iterator[tuple[str, str]]:
    """For each graded file a name, and what Gradescope reads as results.json."""
    for result in results:
        if result.outcome == GRADED:
            tests = [
                {
                    "name": f"{row.answer}: {row.check}",
                    "score": row.points,
                    "max_score": row.out_of,
                    "output": "\n".join(filter(None, [row.note, row.words, row.hint and not row.passed and row.hint])),
                    "output_format": "text",
                }
                for row in result.rows
            ]
            box = "" if result.sandbox else "It ran without a sandbox."
            data: Mapping[str, Any] = {"output": box, "tests": tests, "extra_data": {"made_by": MADE_BY}}
            yield f"{page_name(result.submission.student)}.{result.exercise}", json.dumps(data, indent=1) + "\n"


def _remove_stale(out: Path, written: set[Path]) -> None:
    """Remove pages of ours that were not written this time, and temporary files of a grader that was killed."""
    for folder, ending in ((out, ""), (out / FEEDBACK, ".html"), (out / GRADESCOPE, ".json")):
        for path in folder.iterdir() if folder.is_dir() else ():
            if path in written or path.is_symlink() or not path.is_file():
                continue
            temporary = path.name.startswith(".") and path.stem.endswith((".html", ".json", ".csv"))
            if temporary or (path.suffix == ending != "" and MADE_BY.encode() in path.read_bytes()):
                path.unlink()
