"""`lectopt check`: a student's notebook against the visible checks of the released exercise, at home."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from .exercise import Cell, Exercise, read_exercise, same
from .judge import CELL_TIMEOUT, NOT_ANSWERED, Row, judge, transplant
from .marks import TOTAL, Check, points
from .process import Outcome, run_cells
from .submission import HandedIn, Rejected, find_answers, read_submission, recognize
from .text import plain

_LOOK = "from lectopt.checks import show\nshow({name})"


@dataclass(frozen=True)
class Checked:
    """The visible checks of one notebook; and the answers without one, each with what can be said of it."""

    exercise: str
    rows: list[Row]
    later: dict[str, str]

    @property
    def points(self) -> int:
        """Points reached so far."""
        return sum(row.points for row in self.rows)

    @property
    def out_of(self) -> int:
        """Points that the visible checks are worth."""
        return sum(row.out_of for row in self.rows)


def released_exercises() -> Path:
    """Where the exercises are: in the package, or in the repository beside an editable install."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "exercises"
    return inside if inside.is_dir() else package.parent / "exercises"


def check_notebook(notebook: Path, exercises: Path, cell_timeout: float = CELL_TIMEOUT) -> Checked:
    """Judge as `grade` does, by the outputs stored in the released exercise; those in the notebook do not matter.

    Raises Rejected for a file that is no notebook, or none of an exercise.
    """
    cells = read_submission(notebook)
    exercise = recognize(cells, [read_exercise(path) for path in sorted(exercises.glob("*.ipynb"))])
    if exercise is None:
        raise Rejected(
            f"no answer cell of an exercise was found in it: lines such as '# answer: NAME' mark them "
            f"(looked for the exercises in {exercises})"
        )
    rows = judge(cells, exercise, _stored(exercise), None, cell_timeout)
    return Checked(exercise.name, rows, _later(cells, exercise, cell_timeout))


def print_checked(checked: Checked, console: Console, took: float) -> None:
    """What passed, what failed and why, and the points so far."""
    answer = None
    for row in checked.rows:
        if row.answer != answer:
            answer = row.answer
            console.print(Text(f"\n{answer}", style="bold"))
            if row.note:
                console.print(Text(f"  note: {row.note}", style="yellow"))
        _print_row(row, console)
    for name, words in checked.later.items():
        console.print(Text(f"\n{name}", style="bold") + Text(f"\n  · {words}", style="default"), soft_wrap=True)
    hidden = TOTAL - checked.out_of
    console.print(f"\n{checked.points} of {points(checked.out_of)} in the visible checks", style="bold", end="")
    console.print(f"; hidden checks decide about {points(hidden)} more" if hidden > 0 else "", end="")
    console.print(f" ({took:.1f} s)", style="dim")


def _print_row(row: Row, console: Console) -> None:
    sign, style = ("✓ passed", "green") if row.passed else ("✗ failed", "red")
    if row.words == NOT_ANSWERED:
        sign, style = f"· {NOT_ANSWERED}", "yellow"
    worth = f"({row.points} of {points(row.out_of)})"
    console.print(Text(f"  {sign}  ", style=style) + Text(f"{row.check} {worth}", style="default"))
    if not row.passed and row.words != NOT_ANSWERED:
        console.print(Text(f"      {plain(row.words)}"), soft_wrap=True)
        if row.hint:
            console.print(Text(f"      hint: {row.hint}", style="yellow"), soft_wrap=True)
    if row.printed:
        lines = plain(row.printed, 500).strip().splitlines()
        console.print(Text("\n".join(f"      | {line}" for line in lines), style="dim"), soft_wrap=True)


def _later(cells: list[HandedIn], exercise: Exercise, cell_timeout: float) -> dict[str, str]:
    """What can be said of an answer that has no visible check: whether it gives a value, and which."""
    checked = {cell.answer for _, cell in exercise.checks.values()}
    found = {name: answer for name, answer in find_answers(cells, exercise).items() if name not in checked}
    words = {name: answer.note or NOT_ANSWERED for name, answer in found.items()}
    given = [name for name, answer in found.items() if answer.source and not same(answer.source, exercise.stubs[name])]
    if given:
        looks = [Cell(f"look-{name}", _LOOK.format(name=name), Check(name, 0), name) for name in given]
        alone = [cell for cell in transplant(exercise, find_answers(cells, exercise), set()) if not _is_check(cell)]
        outcomes = run_cells([*alone, *looks], None, None, cell_timeout)
        notes = {name: f" ({answer.note})" if answer.note else "" for name, answer in found.items()}
        words |= {name: _value(name, exercise, outcomes) + notes[name] for name in given}
    return words


def _value(name: str, exercise: Exercise, outcomes: Mapping[str, Outcome]) -> str:
    cell = outcomes.get(exercise.answers[name].id)
    if cell and (cell.words or cell.lost):
        stops = cell.words if cell.words.startswith(("took", "put", "used")) else f"stops with {cell.words}"
        return f"the cell {stops}: handed in like this it is a wrong answer"
    look = outcomes.get(f"look-{name}")
    if look and look.passed and look.shown:
        return f"{name} = {plain(str(look.shown[0]['data'].get('text/plain', '')), 60)}, checked after you hand in"
    if look and look.words.startswith("NameError"):
        return f"the cell gives no value to {name}"
    return f"{name} is nothing that can be checked: it should be a number"


def _is_check(cell: Cell) -> bool:
    return isinstance(cell.mark, Check)


def _stored(exercise: Exercise) -> dict[str, list[dict[str, object]]]:
    return {name: cell.outputs for name, (_, cell) in exercise.checks.items()}
