"""The marks of an exercise's cells: what its first line says about a cell.

    # answer: NAME
    # check: NAME, 2 points
    # hidden check: NAME, 1 point, tolerance 1e-3

Comments survive every editor; cell metadata does not. A check may give a hint
on a line `# hint: ...` of its own, going on in lines that are indented: `#   ...`.
"""

import re
from dataclasses import dataclass

TOLERANCE = 1e-6  # of the largest expected entry
TOTAL = 10  # points of an exercise

_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,47}"  # a cell id, made from it, has at most 64 characters
_LIKE_A_MARK = re.compile(
    r"#+\s*(answer|check|hidden|hidden[\s_-]*check)\b[^:]{0,30}:|#+[^:]{0,30}:\s*\w+\s*,\s*\d+\s*points?\b",
    re.IGNORECASE,
)
_ANSWER = re.compile(rf"# answer: ({_NAME})")
_CHECK = re.compile(rf"# (hidden )?check: ({_NAME}), (\d+) points?(?:, tolerance (\S+))?")
_HANDED_IN = re.compile(rf"#+\s*answer\s*:\s*({_NAME})\s*", re.IGNORECASE)
_HINT = re.compile(r"^# hint: *(.+(?:\n#  +.+)*)$", re.MULTILINE)


class MarkError(ValueError):
    """A first line that was meant as a mark and is none."""


@dataclass(frozen=True)
class Answer:
    """The mark of a cell that students fill in."""

    name: str

    @property
    def cell_id(self) -> str:
        """The id by which the cell is found when its mark is damaged."""
        return f"answer-{self.name}"

    def __str__(self) -> str:
        return f"# answer: {self.name}"


@dataclass(frozen=True)
class Check:
    """The mark of a cell that shows values of an answer, and what they are worth."""

    name: str
    points: int
    hidden: bool = False
    tolerance: float = TOLERANCE
    hint: str = ""

    @property
    def cell_id(self) -> str:
        """A stable id, whatever stands around the cell."""
        return f"check-{self.name}"

    def __str__(self) -> str:
        hidden = "hidden " if self.hidden else ""
        tolerance = "" if self.tolerance == TOLERANCE else f", tolerance {self.tolerance:g}"
        return f"# {hidden}check: {self.name}, {points(self.points)}{tolerance}"


Mark = Answer | Check


def points(number: int) -> str:
    """Points in words.

    >>> points(1), points(3)
    ('1 point', '3 points')
    """
    return f"{number} point{'' if number == 1 else 's'}"


def parse(source: str, where: str = "cell") -> Mark | None:
    """The mark of a cell of ours; None for a cell without one.

    >>> parse("# check: one_step, 2 points\\nshow(w)")
    Check(name='one_step', points=2, hidden=False, tolerance=1e-06, hint='')
    >>> print(parse("# hidden check: path, 1 point, tolerance 1e-3"))
    # hidden check: path, 1 point, tolerance 0.001

    Raises MarkError, naming `where`, for a first line that comes close to a mark.
    """
    first = source.split("\n", 1)[0].rstrip()
    if match := _ANSWER.fullmatch(first):
        return Answer(match[1])
    if match := _CHECK.fullmatch(first):
        return _check(match, source, f"{where}: {first!r}")
    if _LIKE_A_MARK.match(first):
        raise MarkError(
            f"{where}: {first!r} is not a mark; a mark reads '# answer: NAME', '# check: NAME, 2 points' "
            "or '# hidden check: NAME, 2 points, tolerance 1e-3'"
        )
    return None


def handed_in(source: str) -> str | None:
    """The answer that a cell of a submission is marked as, blanks and capitals forgiven.

    >>> handed_in("\\n#Answer : speed\\nspeed = 3")
    'speed'
    """
    match = _HANDED_IN.fullmatch(source.lstrip().split("\n", 1)[0].rstrip())
    return match[1] if match else None


def _check(match: re.Match[str], source: str, where: str) -> Check:
    hidden, name, number, tolerance = match.groups()
    if int(number) == 0:
        raise MarkError(f"{where}: a check is worth at least 1 point")
    if (number == "1") is match[0].split(",")[1].endswith("s"):
        raise MarkError(f"{where}: write {points(int(number))!r}")
    hint = _HINT.search(source)
    words = " ".join(line.lstrip("# ").strip() for line in hint[1].splitlines()) if hint else ""
    return Check(name, int(number), bool(hidden), _tolerance(tolerance, where), words)


def _tolerance(text: str | None, where: str) -> float:
    if text is None:
        return TOLERANCE
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise MarkError(f"{where}: the tolerance must be a number from 0 to 1, such as 1e-3, not {text!r}")
    return value
