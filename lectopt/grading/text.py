"""Text that a student wrote, made safe for the places where it is read."""

import re
from collections.abc import Iterable

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CELL_FILE = re.compile(r"\(\d+\.py, line ")
_FRAME = re.compile(r"^  Cell In\[\d+\], line \d+.*\n    (.*)$", re.MULTILINE)
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


def failing_line(traceback: Iterable[object], check: str) -> str:
    """The line of a student's code that raised, from IPython's plain traceback; empty if all are the check's own.

    >>> frames = ["  Cell In[1], line 1\\n    show(f(2))", "  Cell In[1], line 2 in f\\n    return y"]
    >>> failing_line(frames, "show(f(2))")
    'return y'
    """
    text = plain("\n".join(map(str, traceback)), 1_000_000)[-2000:]
    ours = {line.strip() for line in check.splitlines()}
    theirs = [line for line in _FRAME.findall(text) if line.strip() not in ours]
    return one_line(theirs[-1], 80) if theirs else ""


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
