"""From solution to exercise: what is made, what is refused, and that nothing is written then."""

import json
import re

import nbformat
import pytest
from grading_class import save, small

from lectopt.grading.cli import main
from lectopt.grading.marks import MarkError, handed_in, parse
from lectopt.grading.release import ReleaseError, build, release, stale


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The small exercise, released."""
    folder = tmp_path_factory.mktemp("course")
    notebook = small()
    notebook.metadata["widgets"] = {"state": 1}
    notebook.metadata["language_info"] = {"name": "python", "version": "3.99"}
    for cell in notebook.cells:
        cell.metadata["collapsed"] = True
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="left over")]
            cell.execution_count = 7
    save(notebook, folder / "solutions" / "01_small.ipynb")
    release(folder / "solutions", folder / "exercises")
    return folder


@pytest.fixture(scope="module")
def solution(course):
    return nbformat.read(course / "solutions" / "01_small.ipynb", as_version=4)


@pytest.fixture(scope="module")
def exercise(course):
    return nbformat.read(course / "exercises" / "01_small.ipynb", as_version=4)


def by_id(notebook):
    return {cell.id: cell for cell in notebook.cells}


def test_only_checks_keep_outputs(solution):
    assert {c.id for c in solution.cells if c.get("outputs")} == {
        *("check-two_numbers", "check-drawn", "check-three", "check-number")
    }
    assert by_id(solution)["check-two_numbers"].outputs[0].data == {"text/plain": "[2, 1.33333]"}
    assert all(c.execution_count is None for c in solution.cells if c.cell_type == "code" and not c.outputs)


def test_metadata_of_editors_is_gone(solution):
    assert set(solution.metadata) == {"kernelspec", "language_info"}
    assert solution.metadata.language_info == {"name": "python"}
    assert not any("collapsed" in cell.metadata for cell in solution.cells)


def test_answers_of_the_solution_stand_behind_a_click(solution, exercise):
    assert by_id(solution)["answer-double"].metadata.tags == ["hide-input"]
    assert "tags" not in by_id(exercise)["answer-double"].metadata


def test_solutions_are_taken_out(exercise):
    cells = by_id(exercise)
    stub = "raise NotImplementedError  # your code here"
    assert cells["answer-double"].source == f"# answer: double\ndef double(x):\n    {stub}"
    assert cells["answer-number"].source == f"# answer: number\n{stub}"
    assert "SOLUTION" not in json.dumps(exercise)


def test_hidden_checks_and_explanations_are_dropped(exercise):
    assert "check-drawn" not in by_id(exercise)
    assert not any(cell.source.startswith("<!--") for cell in exercise.cells)


def test_visible_checks_say_what_is_expected(exercise):
    check = by_id(exercise)["check-three"]
    assert check.source.splitlines() == [
        *("# check: three, 4 points", "# NBVAL_CHECK_OUTPUT", "show(triple(1.0))", "show((triple(2), 'a text'))"),
        *("# expected: 3", "# expected: (6, 'a text')"),
    ]
    assert [o.metadata.lectopt.kind for o in check.outputs] == ["real", "list"]
    assert check.execution_count is not None


def test_cells_keep_their_ids(solution, exercise):
    assert set(by_id(exercise)) <= set(by_id(solution))
    assert by_id(solution)["cell-1"].source == "# Small"


def test_again_changes_no_byte(course):
    paths = [course / "solutions" / "01_small.ipynb", course / "exercises" / "01_small.ipynb"]
    before = [path.read_bytes() for path in paths]
    assert release(course / "solutions", course / "exercises") == []
    assert [path.read_bytes() for path in paths] == before
    assert before[1].endswith(b"}\n")


def test_noise_in_the_last_bits_is_no_change(course, solution, tmp_path):
    """Another machine rounds otherwise; what it stored stays."""
    numbers = by_id(solution)["check-two_numbers"].outputs[0].metadata.lectopt.numbers
    text = (course / "solutions" / "01_small.ipynb").read_text()
    noisy = text.replace(f'"{numbers[1]}"', '"1.3333333333333337"')
    assert noisy != text
    path = tmp_path / "01_small.ipynb"
    path.write_text(noisy)
    assert build(path).solution == noisy


def test_stale_names_what_changed(course, tmp_path):
    for folder in ("solutions", "exercises"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "01_small.ipynb").write_bytes((course / folder / "01_small.ipynb").read_bytes())
    places = tmp_path / "solutions", tmp_path / "exercises"
    assert stale(*places, execute=False) == []
    edited = tmp_path / "exercises" / "01_small.ipynb"
    edited.write_text(edited.read_text().replace("# Small", "# Edited"))
    (tmp_path / "exercises" / "02_gone.ipynb").write_text("{}")
    words = stale(*places, execute=False)
    assert len(words) == 2
    assert str(edited) in words[0] and "is not up to date" in words[0]
    assert "02_gone.ipynb: has no solution" in words[1]


def test_stale_runs_the_solutions(course, tmp_path):
    text = (course / "solutions" / "01_small.ipynb").read_text().replace("return 3 * x", "return 4 * x")
    (tmp_path / "01_small.ipynb").write_text(text)
    assert any("01_small.ipynb: is not up to date" in words for words in stale(tmp_path, course / "exercises"))


STRUCTURE = {
    'drawn: draws numbers of its own: draw them with rng = inputs("drawn")': (
        "inputs('drawn')",
        "np.random.default_rng()",
    ),
    'drawn: draws inputs("other"): it must be inputs("drawn")': ("inputs('drawn')", "inputs('other')"),
    "check two_numbers: this name is taken": ("check: three, 4", "check: two_numbers, 4"),
    "answer double: this name is taken": ("# answer: triple", "# answer: double"),
    "answer triple: needs ### BEGIN": ("    return 3 * x\n    ### END SOLUTION", "    return 3 * x"),
    "check two_numbers: stands before any answer": ("# answer: double", "# no answer"),
    "worth 11 points together, not 10": ("three, 4 points", "three, 5 points"),
    "answer number: has no check": ("# hidden check: number, 1 point", "#"),
    "cell 5: '# check two_numbers: 2 points' is not a mark": ("# check: two_numbers, 2", "# check two_numbers: 2"),
}


@pytest.mark.parametrize(("words", "change"), STRUCTURE.items(), ids=lambda value: value if type(value) is str else "")
def test_refused_before_it_is_run(tmp_path, words, change):
    save(small(change), tmp_path / "solutions" / "01_small.ipynb")
    with pytest.raises(ReleaseError, match="01_small") as error:
        release(tmp_path / "solutions", tmp_path / "exercises")
    assert words in str(error.value)


def test_refused_for_what_is_shown(tmp_path):
    """Nothing, an error, or a verdict instead of values; each is named."""
    bad = small(
        ("show(double(np.array([1.0, 2 / 3])))", "print(double(1))"),
        ("show(double(rng.normal(size=3)))", "show(double(1) == 2)\nshow([True, np.array([False])])"),
        ("show(triple(1.0))\n", "show(triple(1.0, 2))\n"),
    )
    with pytest.raises(ReleaseError) as error:
        build(save(bad, tmp_path / "01_small.ipynb"))
    assert "01_small: check two_numbers: nothing is shown" in error.value.problems
    assert "01_small: check drawn: shows nothing but True and False; show the values themselves" in error.value.problems
    assert any("01_small: check three: TypeError" in problem for problem in error.value.problems)


def test_refused_when_it_passes_untouched(tmp_path):
    free = small(("show(double(np.array([1.0, 2 / 3])))", "show(2.0)"))
    with pytest.raises(ReleaseError) as error:
        build(save(free, tmp_path / "01_small.ipynb"))
    assert error.value.problems == ["01_small: check two_numbers: passes on the untouched exercise"]


def test_a_check_without_a_hint_is_named(course, capsys):
    """It says nothing to the student whom it fails."""
    assert main(["release", str(course / "solutions"), str(course / "exercises")]) == 0
    out, err = capsys.readouterr()
    assert out == "Everything is up to date.\n"
    assert re.findall(r"^warning: \S+: check (\w+) has no line", err, re.MULTILINE) == ["drawn", "three", "number"]


def test_what_is_written_can_be_read_by_all(course):
    """It goes through a temporary file, and such a one is for its owner alone."""
    (course / "exercises" / "01_small.ipynb").unlink()
    release(course / "solutions", course / "exercises")
    assert (course / "exercises" / "01_small.ipynb").stat().st_mode & 0o777 == 0o644


def test_nothing_is_written_when_one_is_refused(tmp_path, capsys):
    good = save(small(), tmp_path / "solutions" / "01_small.ipynb")
    save(small(("three, 4 points", "three, 5 points")), tmp_path / "solutions" / "02_small.ipynb")
    before = good.read_bytes()
    assert main(["release", str(tmp_path / "solutions"), str(tmp_path / "exercises")]) == 1
    assert "02_small: the checks are worth 11 points" in capsys.readouterr().err
    assert good.read_bytes() == before
    assert not (tmp_path / "exercises").exists()


def test_release_of_what_is_not_there(tmp_path):
    assert main(["release", str(tmp_path / "nothing"), str(tmp_path)]) == 2


@pytest.mark.parametrize(
    "source",
    [
        *("# answer:", "# answer: two words", "#answer: a", "# Answer: a", "# answer: a, 2 points", "# check: a"),
        *("# check: a, 0 points", "# check: a, 1 points", "# check: a, 2 point", "# check: a, 2.5 points"),
        *("# check: a, 2 points, tolerance", "# check: a, 2 points, tolerance big", "# hidden: a, 2 points"),
        *("# hiden check: a, 2 points", "# chek: a, 1 point", "# check a, 2 points"),
        *("# check: a, 2 points, tolerance -1", "# check: a, 2 points, tolerance nan", "# answer: " + "a" * 49),
    ],
)
def test_malformed_marks_name_the_cell(source):
    with pytest.raises(MarkError, match="notebook, cell 3"):
        parse(source, "notebook, cell 3")


@pytest.mark.parametrize("source", ["", "x = 1", "# check that it works", "# an answer: 42", "x = 1\n# answer: a"])
def test_other_first_lines_are_no_marks(source):
    assert parse(source) is None


def test_marks_read_back():
    for line in ("# answer: a", "# check: a, 1 point", "# hidden check: a_1, 3 points, tolerance 0.001"):
        assert str(parse(line)) == line
    assert parse("# check: a, 2 points\n# hint: is it  so?  \nshow(1)").hint == "is it  so?"


@pytest.mark.parametrize("source", ["# answer: a", "\n\n#answer:a  ", "## Answer : a\r\nx = 1", "# ANSWER: a\n"])
def test_submissions_are_read_with_forgiveness(source):
    assert handed_in(source) == "a"
