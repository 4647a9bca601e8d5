"""Text that a student wrote, made safe for the places where it is read."""

import re
from collections.abc import Iterable

CHECK_FILE = "<check>"  # what a traceback calls the source of a check
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CELL_FILE = re.compile(r"\(\d+\.py, line ")
_FRAME = re.compile(r"^  Cell In\[\d+\], line \d+.*\n    (.*)$", re.MULTILINE)
_CHECK_FRAME = re.compile(rf"^  File {CHECK_FILE}:([1-9]\d{{0,5}})$", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str, limit: int = 2000) -> str:
    """Text without escape sequences and control characters, cut to a length a page can bear."""
    if len(text) > limit:
        text = text[:limit] + " ... (cut)"
    return _CONTROL.sub("", _ANSI.sub("", text))


def error(name: str, message: str) -> str:
    """An exception in one line, without the name of a file that nobody knows.

    >>> error("SyntaxError", "invalid syntax (505676682.py, line 2)")
    'SyntaxError: invalid syntax (line 2)'
    """
    return one_line(f"{name}: {_CELL_FILE.sub('(line ', message)}" if message else name)


def raised_in(traceback: Iterable[object], check: str) -> str:
    """The line that raised, from IPython's plain traceback: the last of a student, else the last of the check.

    >>> raised_in(["  File <check>:1\\n", "  Cell In[1], line 2 in f\\n    return y"], "show(f(2))")
    ', in the line `return y`'
    >>> raised_in(["  File <check>:1\\n"], "show(f(2))")
    ", in the check's line `show(f(2))`"
    """
    text = plain("\n".join(map(str, traceback)), 1_000_000)[-2000:]
    theirs = [line for line in _FRAME.findall(text) if CHECK_FILE not in line]
    if theirs:
        return f", in the line `{one_line(theirs[-1], 80)}`"
    numbers, lines = [int(n) for n in _CHECK_FRAME.findall(text)], check.splitlines()
    if numbers and numbers[-1] <= len(lines):
        return f", in the check's line `{one_line(lines[numbers[-1] - 1], 80)}`"
    return ""


def one_line(text: str, limit: int = 300) -> str:
    """Plain text on a single line, as it stands in a table or a message."""
    return " ".join(plain(text, limit).split())


def spreadsheet_cell(text: str) -> str:
    """Text that a spreadsheet shows and never takes for a formula."""
    text = one_line(text, limit=1000)
    return "'" + text if text.startswith(("=", "+", "-", "@")) else text


def seconds(time: float) -> str:
    """A time limit in words: 10 s, 0.5 s."""
    return f"{time:g} s"


def counted(number: int, thing: str) -> str:
    """A number of things in words.

    >>> counted(1, "file"), counted(3, "file")
    ('1 file', '3 files')
    """
    return f"{number} {thing}{'' if number == 1 else 's'}"
