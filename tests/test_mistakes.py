"""Every mistake that people really make loses points, and every right answer loses none.

The checks of an exercise run here in one process, without kernel and nbval, but
their values are compared by the judge's own comparison.
"""

import functools
import json
import warnings
from collections import Counter
from pathlib import Path

import matplotlib as mpl
import pytest
from grading_class import MISTAKES, SOLUTIONS, Piece, read_mistakes, save, small

import lectopt.checks
from lectopt.grading.compare import compare
from lectopt.grading.exercise import read_exercise
from lectopt.grading.judge import seeds_for
from lectopt.grading.marks import Answer, Check

FEWEST = {"mistake": 8, "right": 3}  # of a function; of a number:
FEWEST_OF_A_NUMBER = {"mistake": 4, "right": 2}
PIECES = [(path.stem, piece) for path in sorted(MISTAKES.glob("*.py")) for piece in read_mistakes(path)]

mpl.use("agg")


class Exercise:
    """An exercise with one secret: what its checks expect, and the names known before each answer."""

    def __init__(self, notebook, secret):
        self.exercise = read_exercise(notebook)
        self.seeds = json.dumps(seeds_for(self.exercise, secret))
        self.before, self.expected = {}, {}
        names = {"__name__": "__main__"}
        for cell in self.exercise.cells:
            if isinstance(cell.mark, Answer):
                self.before[cell.mark.name] = dict(names)
            values = self.run(cell.source, names)
            if isinstance(cell.mark, Check):
                assert values, f"{cell.id} shows nothing"
                self.expected[cell.mark.name] = values

    def run(self, source, names):
        """Execute a cell; returns what it shows."""
        values = []
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # in a kernel they would only be printed
            patch.setenv(lectopt.checks.SEEDS, self.seeds)
            patch.setattr(lectopt.checks, "show", lambda v: values.append(json.loads(json.dumps(show_data(v)))))
            names["show"] = lectopt.checks.show
            exec(compile(source, "<cell>", "exec"), names)
        return values

    def lost(self, piece):
        """The checks of its answer that a piece fails, with the reasons."""
        names, lost = dict(self.before[piece.answer]), {}
        self.attempt(piece.source, names)
        for cell in self.exercise.cells:
            if cell.answer != piece.answer or isinstance(cell.mark, Answer):
                continue
            values, error = self.attempt(cell.source, names)
            if isinstance(cell.mark, Check):
                words = compare(self.expected[cell.mark.name], values, cell.mark.tolerance)
                if error or any(words):
                    lost[cell.mark.name] = error or words
        return lost

    def attempt(self, source, names):
        try:
            return self.run(source, names), None
        except Exception as error:
            return [], error


show_data = lectopt.checks._data


@functools.cache
def exercise(name: str, secret: bytes) -> Exercise:
    return Exercise(SOLUTIONS / f"{name}.ipynb", secret)


def incomplete(path: Path, answers: dict[str, str]) -> list[str]:
    """What a file of mistakes lacks, given the names of the answers and their sources."""
    functions = [name for name, source in answers.items() if f"def {name}(" in source]
    pieces = read_mistakes(path)
    number = Counter((piece.answer, piece.kind) for piece in pieces)
    unknown = [f"{path.name}: there is no answer {p.answer}" for p in pieces if p.answer not in answers]
    few = [
        f"{path.name}: {answer} has {number[answer, kind]} of at least {least} for {kind!r}"
        for answer in answers
        for kind, least in (FEWEST if answer in functions else FEWEST_OF_A_NUMBER).items()
        if number[answer, kind] < least
    ]
    return sorted(set(unknown)) + few


def judge(name: str, piece: Piece, secrets) -> None:
    for secret in secrets:
        lost = exercise(name, secret).lost(piece)
        if piece.kind == "mistake":
            assert lost, f"{piece}: loses nothing with secret {secret!r}"
        else:
            assert not lost, f"{piece}: loses {lost} with secret {secret!r}"


@pytest.mark.parametrize("path", sorted(SOLUTIONS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_answer_has_mistakes_and_right_answers(path):
    mistakes = MISTAKES / f"{path.stem}.py"
    assert mistakes.exists(), f"{mistakes} is missing"
    answers = {name: cell.source for name, cell in read_exercise(path).answers.items()}
    missing = incomplete(mistakes, answers)
    assert missing == [], "\n".join(missing)


def test_every_file_of_mistakes_has_a_solution():
    assert {path.stem for path in MISTAKES.glob("*.py")} <= {path.stem for path in SOLUTIONS.glob("*.ipynb")}


@pytest.mark.parametrize(("name", "piece"), PIECES, ids=str)
def test_points(name, piece):
    judge(name, piece, [b"one", b"two", b"three"])


@pytest.mark.long
@pytest.mark.parametrize(("name", "piece"), PIECES, ids=str)
def test_points_whatever_the_secret(name, piece):
    judge(name, piece, [f"secret {i}".encode() for i in range(50)])


# The harness itself.


def test_an_incomplete_file_is_noticed(tmp_path):
    file = tmp_path / "small.py"
    file.write_text("# mistake: double, half\ndouble = 1\n\n# right: dubble, a name nobody knows\ndouble = 2\n")
    words = incomplete(file, {"double": "double = 34", "half": "def half(x):"})
    assert "small.py: there is no answer dubble" in words
    assert "small.py: double has 1 of at least 4 for 'mistake'" in words
    assert "small.py: double has 0 of at least 2 for 'right'" in words
    assert "small.py: half has 0 of at least 8 for 'mistake'" in words


@pytest.mark.parametrize("text", ["x = 1\n# mistake: a, b\nx = 2\n", "# mistake a, b\nx = 2\n", "# right: a, b\n"])
def test_a_malformed_file_is_an_error(tmp_path, text):
    (tmp_path / "small.py").write_text(text)
    with pytest.raises(AssertionError, match=r"small\.py"):
        read_mistakes(tmp_path / "small.py")


def test_lost_names_the_checks_of_that_answer(tmp_path):
    made = Exercise(save(small(), tmp_path / "small.ipynb"), b"secret")
    assert made.lost(Piece("right", "double", "", "def double(x): return x + x")) == {}
    assert list(made.lost(Piece("mistake", "double", "", "def double(x): return 2 * x[:2]"))) == ["drawn"]
    assert list(made.lost(Piece("mistake", "double", "", "def double(x: return"))) == ["two_numbers", "drawn"]
    assert list(made.lost(Piece("mistake", "number", "", "number = '34'"))) == ["number"]
