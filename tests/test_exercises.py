"""The exercises of the course: fresh, complete, of one form, and nothing in the library gives them away."""

import csv
import importlib
import pkgutil
import shutil

import nbformat
import pytest
from conftest import ROOT
from grading_class import BOX
from nbclient import NotebookClient

import lectopt
from lectopt.grading.cli import main
from lectopt.grading.exercise import read_exercise
from lectopt.grading.marks import Check
from lectopt.grading.release import stale

SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
SOON = ("00", "03", "07", "10")  # to run all as people do takes half a minute
each = pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda path: path.stem)


@each
def test_an_exercise_is_what_release_makes_of_its_solution(solution):
    """From the outputs that the solution holds."""
    assert stale(solution, ROOT / "exercises" / solution.name, execute=False) == [], "type `make exercises`"


@pytest.mark.parametrize("execute", [False, pytest.param(True, marks=pytest.mark.long)])
def test_exercises_are_what_release_makes_of_the_solutions(execute):
    """All of them, and no others; or of outputs made anew, which takes a while."""
    assert stale(ROOT / "solutions", ROOT / "exercises", execute) == [], "type `make exercises`"


@each
def test_the_form_of_an_exercise(solution):
    """A chapter's own has three functions (four in chapter 9) and a number, last; of others any number of each."""
    exercise = read_exercise(solution)
    functions = [name for name, cell in exercise.answers.items() if f"def {name}(" in cell.source]
    if exercise.name < "12":
        wanted = 4 if exercise.name.startswith("09") else 3
        words = f"{wanted} functions and a number, not {len(functions)} functions of {len(exercise.answers)} answers"
        assert (len(functions), len(exercise.answers)) == (wanted, wanted + 1), words
    for name in functions:
        checks = [check for check, cell in exercise.checks.values() if cell.answer == name]
        words = f"the first check of {name} must be visible, and a later one hidden"
        assert not checks[0].hidden and any(check.hidden for check in checks[1:]), words
    unhelpful = [name for name, (check, _) in exercise.checks.items() if not check.hint]
    assert unhelpful == [], "these checks need a line `# hint: ...` below their mark"
    assert sum(check.points for check, _ in exercise.checks.values()) == 10


@each
def test_a_hidden_check_draws_its_inputs_under_its_own_name(solution):
    exercise = read_exercise(solution)
    for name, (check, cell) in exercise.checks.items():
        if isinstance(check, Check) and check.hidden and "inputs(" in cell.source:
            assert f'inputs("{name}")' in cell.source, name


@each
def test_the_library_holds_no_graded_answer(solution):
    answers = set(read_exercise(solution).answers)
    for module in pkgutil.walk_packages(lectopt.__path__, "lectopt."):
        if ".grading" not in module.name:
            names = vars(importlib.import_module(module.name))
            assert answers.isdisjoint(names), module.name


@pytest.mark.parametrize(
    "solution",
    [pytest.param(path, marks=() if path.stem[:2] in SOON else pytest.mark.long) for path in SOLUTIONS],
    ids=lambda path: path.stem,
)
@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning", "ignore:.*:ResourceWarning")
def test_a_solution_runs_from_top_to_bottom_as_people_run_it(solution):
    """With the cell to play with, which the grader leaves out."""
    notebook = nbformat.read(solution, as_version=4)
    # nbclient may oversleep the reply to a cell with widgets (it sends on the socket that it waits for), until its time
    # is over: then the reply is there
    patience = {"timeout": 60, "timeout_func": lambda cell: 10 if cell.source.startswith("# explore") else None}
    NotebookClient(notebook, kernel_name="python3", **patience).execute()
    (explore,) = (cell for cell in notebook.cells if cell.source.startswith("# explore first"))
    assert any("interactive" in str(output.get("data", "")) for output in explore.outputs)


def test_the_number_of_confirmed_claims_is_that_of_the_table():
    """The grader sees no chapter, so the solution of exercise 11 holds a plain number."""
    table = ROOT / "chapters" / "claims.csv"
    with table.open(encoding="utf-8", newline="") as file:
        verdicts = [row["verdict"] for row in csv.DictReader(file)]
    assert len(verdicts) == 34
    assert set(verdicts) <= {"confirmed", "conditional", "refuted", "not detectable here"}
    names = {}
    exec(read_exercise(ROOT / "solutions" / "11_claims.ipynb").answers["confirmed"].source, names)
    assert names["confirmed"] == verdicts.count("confirmed")


@pytest.mark.long
def test_every_solution_has_all_points_and_every_untouched_exercise_none_twice_the_same(tmp_path):
    (tmp_path / "secret").write_text("the secret of a teacher")
    for folder in ("solutions", "exercises"):
        shutil.copytree(ROOT / folder, tmp_path / "class" / folder, ignore=shutil.ignore_patterns(".*"))
    tables = []
    for out in (tmp_path / "once", tmp_path / "twice"):
        words = ["grade", tmp_path / "class", "--course", ROOT, "--secret", tmp_path / "secret", "--out", out, *BOX]
        assert main([str(word) for word in words]) == 0
        tables.append((out / "grades.csv").read_bytes())
    assert tables[0] == tables[1]
    rows = [*csv.DictReader(tables[0].decode("utf-8-sig").splitlines())]
    points = {(row["student"], row["exercise"]): row["points"] for row in rows}
    names = [path.stem for path in SOLUTIONS]
    assert points == {("solutions", name): "10" for name in names} | {("exercises", name): "0" for name in names}
