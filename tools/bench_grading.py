"""How fast `lectopt grade` is beside nbgrader and otter-grader: the same homework, the same submissions, one run.

`make bench-grading` runs it. Each grader works in an environment of its own, as a
teacher would call it: nbgrader once for the class, otter once for each submission,
ours once for the class, in its sandbox and on all cores.
"""

import argparse
import concurrent.futures
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from lectopt.grading.exercise import read_exercise
from lectopt.grading.marks import Answer, Check

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from grading_class import MISTAKES, filled, read_mistakes, save  # noqa: E402

NAME = "03_momentum"
# What a check is for the peers: run its code, keep what it shows, and compare with what the solution showed.
KEEP = """
import numpy as np
def flat(value):
    return np.concatenate([flat(v) for v in value]) if isinstance(value, (tuple, list)) else np.ravel(value)
def agree(shown, expected):
    assert len(shown) == len(expected)
    for ours, theirs in zip(shown, expected):
        assert np.allclose(flat(ours), theirs, rtol=1e-6, atol=1e-6 * np.abs(theirs).max())
"""


def submissions():
    """Twenty notebooks as students hand them in: half with a mistake, half right, each in its own way."""
    solution = nbformat.read(ROOT / "solutions" / f"{NAME}.ipynb", as_version=4)
    pieces = read_mistakes(MISTAKES / f"{NAME}.py")
    wrong = [piece for piece in pieces if piece.kind == "mistake"][::4][:10]
    right = [piece for piece in pieces if piece.kind == "right"][:10]
    chosen = [piece for pair in zip(wrong, right, strict=True) for piece in pair]
    return [filled(solution, {piece.answer: piece.source}) for piece in chosen]


def expected(exercise):
    """{check: what the solution shows}, each value as one list of numbers."""
    names, values = {"__name__": "__main__"}, {}
    exec(KEEP, names)
    for cell in exercise.cells:
        shown = []
        if isinstance(cell.mark, Check):
            exec(cell.source, {**names, "show": shown.append})
            values[cell.mark.name] = [names["flat"](value).tolist() for value in shown]
        elif not cell.source.startswith("# explore"):
            exec(cell.source, names)
    return values


# ---------------------------------------------------------------- nbgrader


def for_nbgrader(notebook, exercise, values):
    """The notebook in nbgrader's form: answers as solution cells, checks as locked cells of asserts."""
    graded = {cell.id: cell.mark for cell in exercise.cells}
    cells = [new_code_cell(KEEP)]
    for cell in notebook.cells:
        mark = graded.get(cell.id)
        if cell.cell_type != "code" or cell.source.startswith("# explore"):
            continue
        source, meta = cell.source, {"grade": False, "solution": False, "locked": True}
        if isinstance(mark, Check):
            meta |= {"grade": True, "points": mark.points}
            body = cell.source + f"\nagree(shown, {values[mark.name]})"
            source = f"shown = []\nshow = shown.append\n{body}"
        elif isinstance(mark, Answer):
            meta |= {"solution": True, "locked": False}
        new = new_code_cell(source)
        new.metadata["nbgrader"] = {"grade_id": cell.id, "schema_version": 3, "task": False, **meta}
        cells.append(new)
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})


def nbgrader(folder, env, exercise, values, handed_in):
    """Seconds of `nbgrader autograde` for the class, and the points."""
    solution = nbformat.read(ROOT / "solutions" / f"{NAME}.ipynb", as_version=4)
    save(for_nbgrader(solution, exercise, values), folder / "source" / "hw" / "hw.ipynb")
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'course'\n")
    call(env, folder, "nbgrader", "generate_assignment", "hw")
    for i, notebook in enumerate(handed_in):
        path = folder / "submitted" / f"s{i:02}" / "hw" / "hw.ipynb"
        save(for_nbgrader(notebook, exercise, values), path)
    seconds = call(env, folder, "nbgrader", "autograde", "hw")
    call(env, folder, "nbgrader", "export")
    with (folder / "grades.csv").open() as file:
        rows = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}
    return seconds, [rows.get(f"s{i:02}") for i in range(len(handed_in))]


# ---------------------------------------------------------------- otter

OTTER_TEST = """
OK_FORMAT = False
from otter.test_files import test_case
name = {name!r}
points = {points}
@test_case(points={points}, hidden={hidden})
def check(env):
    exec({keep!r}, env)
    shown = []
    exec({source!r}, {{**env, "show": shown.append}})
    env["agree"](shown, {values})
"""


def for_otter(notebook, names):
    """The notebook in otter's form: each check is asked for by its name."""
    cells = [new_code_cell("import otter\ngrader = otter.Notebook(tests_dir='tests')")]
    cells += [
        new_code_cell(cell.source)
        for cell in notebook.cells
        if cell.cell_type == "code" and not cell.source.startswith(("# explore", "# check", "# hidden check"))
    ]
    cells += [new_code_cell(f"grader.check({name!r})") for name in names]
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})


def otter(folder, env, exercise, values, handed_in, together):
    """Seconds of `otter run` for every submission, `together` of them at a time, and the points."""
    (folder / "tests").mkdir()
    for name, (check, cell) in exercise.checks.items():
        test = {"name": name, "points": check.points, "hidden": check.hidden, "values": values[name]}
        text = OTTER_TEST.format(keep=KEEP, source=cell.source, **test)
        (folder / "tests" / f"{name}.py").write_text(text)
    config = {"show_hidden": True, "default_points": 0, "pdf": False}
    (folder / "otter_config.json").write_text(json.dumps(config))
    call(env, folder, "otter", "generate", "-t", "tests", "-o", "autograder.zip")
    for i, notebook in enumerate(handed_in):
        save(for_otter(notebook, exercise.checks), folder / f"s{i:02}.ipynb")
        (folder / f"out{i}").mkdir()
    start = time.monotonic()
    commands = [("run", f"s{i:02}.ipynb", "-a", "autograder.zip", "-o", f"out{i}") for i in range(len(handed_in))]
    with concurrent.futures.ThreadPoolExecutor(together) as pool:
        list(pool.map(lambda command: call(env, folder, "otter", *command), commands))
    seconds = time.monotonic() - start
    results = [json.loads((folder / f"out{i}" / "results.json").read_text()) for i in range(len(handed_in))]
    return seconds, [sum(test.get("score", 0) for test in result["tests"]) for result in results]


# ---------------------------------------------------------------- ours


def lectopt(folder, env, handed_in, jobs):
    """Seconds of `lectopt grade` for the class, in its sandbox, and the points."""
    for i, notebook in enumerate(handed_in):
        save(notebook, folder / "in" / f"s{i:02}" / f"{NAME}.ipynb")
    seconds = call(env, folder, "lectopt", "grade", "in", "--out", "out", "--course", str(ROOT), "--jobs", str(jobs))
    with (folder / "out" / "grades.csv").open(encoding="utf-8-sig") as file:
        rows = {row["student"]: float(row["points"]) for row in csv.DictReader(file)}
    return seconds, [rows.get(f"s{i:02}") for i in range(len(handed_in))]


# ---------------------------------------------------------------- all


def call(env, folder, program, *arguments):
    """Seconds that a command of an environment takes; its output is shown if it fails."""
    known = {"PATH": f"{env}/bin:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    start = time.monotonic()
    done = subprocess.run(
        [env / "bin" / program, *arguments], cwd=folder, env={**os.environ, **known}, capture_output=True, text=True
    )
    seconds = time.monotonic() - start
    if done.returncode:
        sys.exit(f"{program} {arguments[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return seconds


def main():
    """Grade the class three times, compare the points, print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("nbgrader", "otter", "lectopt"):
        parser.add_argument(f"--{name}", type=Path, required=True, help=f"the environment that holds {name}")
    options = parser.parse_args()
    exercise = read_exercise(ROOT / "solutions" / f"{NAME}.ipynb")
    values, handed_in, cores = expected(exercise), submissions(), os.cpu_count()
    graders = {
        f"lectopt grade, {cores} jobs, sandbox": lambda d: lectopt(d, options.lectopt.absolute(), handed_in, cores),
        "nbgrader autograde": lambda d: nbgrader(d, options.nbgrader.absolute(), exercise, values, handed_in),
        "otter run": lambda d: otter(d, options.otter.absolute(), exercise, values, handed_in, 1),
        f"otter run, {cores} at a time": lambda d: otter(
            d, options.otter.absolute(), exercise, values, handed_in, cores
        ),
    }
    print(f"{len(handed_in)} submissions of exercise {NAME}, {cores} cores. x: the peer's time over ours.")
    ours = points = None
    for name, grade in graders.items():
        with tempfile.TemporaryDirectory() as folder:
            seconds, given = grade(Path(folder))
        ours, points = ours or seconds, points or given
        same = sum(a == b for a, b in zip(points, given, strict=True))
        each = seconds / len(handed_in)
        print(
            f"{name:<36} {each:6.2f} s each   {seconds / ours:5.2f} x   points as ours: {same} of {len(points)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
