"""The pages for students and teachers, and the README: each command on them is run, here or by the test named here."""

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from grading_class import BOX, filled, save

from lectopt.grading.cli import main

PAGES = ("README.md", "students.md", "teachers.md")
# What takes long or changes the machine has a test of its own.
ELSEWHERE = {
    "make book": "test_book.py::test_every_page_of_the_table_of_contents_is_there",
    "make book SOLUTIONS=no": "test_book.py::test_the_student_edition_has_no_trace_of_the_solutions",
    "make lab": "test_lab.py::test_make_lab_opens_the_first_chapter",
    ".venv/bin/lectopt doctor": "test_sandbox.py::test_doctor",
}
FORGOTTEN = """def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    v *= beta
    v += g
    w -= lr * v / (1 - beta**t) if correct else lr * v
"""


def commands(page):
    blocks = re.findall(r"^```bash\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in re.sub(r"\\\n\s*", "", block).splitlines()]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A clone of the course with two of its exercises, and beside it what a teacher has: hand-ins and a roster."""
    place = tmp_path_factory.mktemp("teacher")
    left_out = (".git", ".venv*", "_build", "__pycache__", ".*_cache", "0[0124-9]_*.ipynb", "1*.ipynb")
    shutil.copytree(ROOT, place / "course", ignore=shutil.ignore_patterns(*left_out))
    for folder in ("solutions", "exercises"):
        shutil.copy2(ROOT / folder / "05_adaptive.ipynb", place / "course" / folder)
    (place / "course" / ".venv").symlink_to(ROOT / ".venv")
    solution = nbformat.read(ROOT / "solutions" / "03_momentum.ipynb", as_version=4)
    save(solution, place / "submissions" / "ada" / "mine.ipynb")
    save(filled(solution, {"averaged_momentum": FORGOTTEN}), place / "submissions" / "bob.ipynb")
    (place / "roster.csv").write_text("Student,ID,Exercise 3 (4711)\nada,1,\nbob,2,\neve,3,\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (
        ["init", "-q", "-b", "main"],
        ["remote", "add", "origin", "."],
        ["add", "-A"],
        ["commit", "-qm", "all"],
    ):
        subprocess.run([*git, *words], cwd=place / "course", check=True)
    subprocess.run(["git", "init", "-q", "--bare", place / "own.git"], check=True)
    return place


def run(command, place):
    command = command.replace("YOUR-REPOSITORY", shlex.quote(str(place / "own.git")))
    if BOX and "lectopt grade" in command:
        command += " --no-sandbox"
    env = {**os.environ, "PYTHONPATH": str(place / "course")}
    done = subprocess.run(
        command, shell=True, cwd=place / "course", env=env, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def test_a_teacher_types_every_command_in_its_order(place):
    said = {command: run(command, place) for command in commands("teachers.md") if command not in ELSEWHERE}
    assert len(said) >= 8
    with (place / "grades" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["student"]: (row["outcome"], row["points"]) for row in csv.DictReader(file)}
    assert rows == {"ada": ("graded", "10"), "bob": ("graded", "7"), "eve": ("missing", "0")}
    book = (place / "grades" / "gradebook.csv").read_text()
    assert book == "Student,ID,Exercise 3 (4711)\nada,1,10\nbob,2,7\neve,3,\n"
    for name in ("overview.html", "grades.json", "feedback/bob.html", "gradescope/bob.03_momentum.json"):
        assert (place / "grades" / name).is_file(), name
    assert len((place / "secret.txt").read_text()) >= 32
    pushed = subprocess.run(["git", "rev-parse", "main"], cwd=place / "own.git", capture_output=True, text=True)
    assert re.fullmatch(r"[0-9a-f]{40}\n", pushed.stdout)


def test_the_template_is_an_exercise(place):
    """Copied and released as the page says, its solution earns all points and its exercise none."""
    if not (place / "course" / "exercises" / "12_signs.ipynb").exists():  # alone, without the test above
        shutil.copy2(ROOT / "tools" / "template.ipynb", place / "course" / "solutions" / "12_signs.ipynb")
        run(".venv/bin/lectopt release solutions/12_signs.ipynb exercises/12_signs.ipynb", place)
    for folder in ("solutions", "exercises"):
        target = place / "signs" / folder / "12.ipynb"
        target.parent.mkdir(parents=True)
        shutil.copy2(place / "course" / folder / "12_signs.ipynb", target)
    line = ["grade", place / "signs", "--course", place / "course", "--out", place / "signs out", *BOX]
    assert main([str(word) for word in line]) == 0
    results = json.loads((place / "signs out" / "grades.json").read_text())["results"]
    assert {r["student"]: (r["exercise"], r["points"], r["out_of"]) for r in results} == {
        "solutions": ("12_signs", 10, 10),
        "exercises": ("12_signs", 0, 10),
    }


def test_what_is_handed_out(place):
    if not (place / "handout").exists():
        run('make handout TO=../handout EXERCISES="03 05"', place)
    folder = place / "handout"
    (wheel,) = folder.glob("*.whl")
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    chapters = {f"chapters/{path.stem}.ipynb" for path in (ROOT / "chapters").glob("*.md")}
    assert {"README.md", wheel.name, "exercises/03_momentum.ipynb", "exercises/05_adaptive.ipynb"} | chapters <= names
    assert not [name for name in names if "solution" in name]
    readme = (folder / "README.md").read_text()
    assert f'"./{wheel.name}[demos,data,grading]"' in readme and "exercises/03_momentum.ipynb" in readme
    assert not re.search("WHEEL|EXERCISES|FIRST", readme)
    text = (folder / "exercises" / "03_momentum.ipynb").read_text()
    assert "(../chapters/03-momentum.ipynb)" in text and "SOLUTION" not in text and "# hidden check" not in text
    for path in (folder / "students.md", *folder.rglob("*.ipynb")):  # links lead to what is there
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+\.(?:md|ipynb|csv))[)#]", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [("../handout", "not empty"), ("../other 99", "no exercise '99'; there are: 03_momentum"), ("", "TO=../handout")],
)
def test_a_handout_that_cannot_be_made_says_why(place, arguments, words):
    (place / "handout").mkdir(exist_ok=True)
    (place / "handout" / "README.md").touch()
    folder, _, exercises = arguments.partition(" ")
    env = {**os.environ, "PYTHONPATH": str(place / "course")}
    line = ["make", "handout", f"TO={folder}", f"EXERCISES={exercises}"]
    done = subprocess.run(line, cwd=place / "course", env=env, capture_output=True, text=True)
    assert done.returncode != 0 and words in done.stdout + done.stderr
    assert not (place / "other").exists()


def test_a_student_types_every_command_and_reads_what_the_page_shows(place):
    typed = [command for command in commands("students.md") if command not in ELSEWHERE]
    assert [command.split()[0] for command in typed] == ["cp", ".venv/bin/lectopt"]
    run(typed[0], place)
    mine = place / "course" / typed[0].split()[-1]
    nbformat.write(filled(nbformat.read(mine, as_version=4), {"averaged_momentum": FORGOTTEN}), mine)
    env = {**os.environ, "PYTHONPATH": str(place / "course"), "COLUMNS": "200"}
    done = subprocess.run(typed[1], shell=True, cwd=place / "course", env=env, capture_output=True, text=True)
    shown = re.search(r"^```text\n(.*?)^```", (ROOT / "students.md").read_text(), re.MULTILINE | re.DOTALL)[1]
    assert done.returncode == 1 and re.sub(r" \(\d+\.\d s\)", "", done.stdout).split() == shown.split()


def test_a_reader_of_the_readme_types_its_commands(place):
    for command in commands("README.md"):
        if command not in ELSEWHERE and command not in {*commands("students.md"), *commands("teachers.md")}:
            run(command, place)


@pytest.mark.parametrize("command", ELSEWHERE)
def test_what_is_not_run_here_is_run_by_a_test_that_there_is(command):
    assert any(command in commands(page) for page in PAGES), "no page says it"
    file, _, name = ELSEWHERE[command].partition("::")
    text = (Path(__file__).parent / file).read_text()
    assert f"def {name}(" in text


def test_words_that_the_pages_quote_are_the_graders():
    sources = "".join(path.read_text() for path in (ROOT / "lectopt" / "grading").glob("*.py"))
    table = re.search(r"\| you see \|.*?\n\n", (ROOT / "students.md").read_text(), re.DOTALL)[0]
    quoted = [row.split("|")[1].strip() for row in table.splitlines()[2:] if row.strip()]
    for words in quoted:
        begin = re.split(r"[\d(,`]", words)[0].strip()
        assert begin in sources or begin.startswith(("NameError", "ValueError", "expected an array")), words
    outcomes = re.findall(
        r"^\| (graded|rejected|superseded|missing|grader_error) \|", (ROOT / "teachers.md").read_text(), re.M
    )
    assert sorted(outcomes) == sorted(re.findall(r'"(graded|rejected|grader_error|superseded|missing)"', sources))
