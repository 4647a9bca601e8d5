"""The list of a class: a row for everyone, in its order, also for who handed in nothing."""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .collect import Submission
from .result import MISSING, Result

_NAMES = ("student", "full name", "name", "vollständiger name", "이름", "성명")
_PARTS = ("first name", "given name"), ("last name", "surname", "family name")
_ACCOUNTS = ("account", "id", "user id", "user_id", "userid", "identifier")
BOM = "\ufeff"
_NOBODY = ("points possible", "student, test")  # Canvas lists what an assignment is worth, and a student to try with


class RosterError(Exception):
    """The file is no list of a class."""


@dataclass(frozen=True)
class Roster:
    """Names, with the number by which the LMS knows each, or an empty text."""

    students: tuple[tuple[str, str], ...]
    table: tuple[tuple[str, ...], ...] = ()  # the file as it is, header and all
    lines: tuple[int, ...] = ()  # of each student below the header
    delimiter: str = ","
    line_end: str = "\n"
    begin: str = ""  # a mark of UTF-8, if it has one
    quoted: bool = False  # every field, also where it need not be

    def named(self, submission: Submission) -> Submission:
        """With the name on the list if it is on it: by number, name, letters alone, or words in any order."""
        name = self._find(submission)
        return replace(submission, student=name or submission.student, listed=bool(name))

    def arranged(self, results: Iterable[Result], sandbox: bool) -> list[Result]:
        """In the order of the list, with a result for everyone; who is not on it comes behind."""
        results = list(results)
        there = {result.submission.student for result in results}
        missing = [
            Result(Submission(name, Path(), account=account, listed=True), MISSING, sandbox=sandbox)
            for name, account in self.students
            if name not in there
        ]
        place = {name: i for i, (name, _) in enumerate(self.students)}
        return sorted([*results, *missing], key=lambda result: place.get(result.submission.student, len(place)))

    def _find(self, submission: Submission) -> str:
        ways = [
            lambda name, account: bool(account) and account == submission.account,
            lambda name, account: name == submission.student,
            lambda name, account: bool(_letters(name)) and _letters(name) == _letters(submission.student),
            lambda name, account: bool(_words(name)) and _words(name) == _words(submission.student),
        ]
        for way in ways:
            found = [name for name, account in self.students if way(name, account)]
            if len(found) == 1:
                return found[0]
        return ""


def read_roster(path: Path) -> Roster:
    """A CSV with a header, such as an LMS exports. Raises RosterError, OSError.

    The names are in the column `student`, `full name` or `name`, or in one for the first and one for the last, else
    in the first column; the LMS's numbers in `id` or `identifier` ("Participant 77" is 77).
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise RosterError(f'{path} is not text in UTF-8: save it as "CSV UTF-8"') from error
    begin, text = (BOM, text[1:]) if text.startswith(BOM) else ("", text)
    first = text.partition("\n")[0]
    line_end = "\r\n" if first.endswith("\r") else "\n"
    delimiter = max(",;\t", key=first.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    header = [name.strip().casefold() for name in rows[0]] if rows else []
    columns = _name_columns(header)
    account = next((header.index(name) for name in _ACCOUNTS if name in header), len(header))
    cells = [[*row, *[""] * (len(header) + 1)] for row in rows[1:]]
    listed = {
        line: (name, _number(row[account]))
        for line, row in enumerate(cells)
        if (name := " ".join(" ".join(row[i] for i in columns).split())) and name.casefold() not in _NOBODY
    }
    if not listed:
        raise RosterError(f"{path} lists nobody: it needs a header and a line for each student")
    table, quoted = tuple(map(tuple, rows)), first.count('"') >= 2 * len(rows[0])
    return Roster(_apart([*listed.values()], path), table, tuple(listed), delimiter, line_end, begin, quoted)


def _name_columns(header: Sequence[str]) -> list[int]:
    if whole := [header.index(name) for name in _NAMES if name in header]:
        return whole[:1]
    parts = [next((header.index(name) for name in part if name in header), None) for part in _PARTS]
    return [0] if None in parts else [part for part in parts if part is not None]


def _number(account: str) -> str:
    """The number of "Participant 77"; anything else as it is."""
    match = re.fullmatch(r"\D+ (\d+)", account.strip())
    return match[1] if match else account.strip()


def _apart(students: Sequence[tuple[str, str]], path: Path) -> tuple[tuple[str, str], ...]:
    """Two of one name are told apart by their numbers, as the submissions are."""
    often = Counter(name for name, _ in students)
    named = [(f"{name} ({account})" if often[name] > 1 and account else name, account) for name, account in students]
    twice = [name for name, number in Counter(name for name, _ in named).items() if number > 1]
    if twice:
        raise RosterError(f"{path} lists {', '.join(twice)} twice: a column 'id' would tell them apart")
    return tuple(named)


def _words(name: str) -> list[str]:
    """The words of a name in any order: 'Lovelace, Ada' and 'ada lovelace' are one."""
    return sorted(re.findall(r"\w+", unicodedata.normalize("NFKC", name).casefold()))


def _letters(name: str) -> str:
    """What is left of a name without case, blanks, commas and accents' spelling: 'Lovelace, Ada' is 'lovelaceada'."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())
