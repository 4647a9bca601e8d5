"""Grading from end to end: one class, graded once, and what each of its members gets."""

import copy
import csv
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
import pytest
from grading_class import BOX, MISTAKES, SOLUTIONS, InThisProcess, filled, read_mistakes, save, small
from nbformat.v4 import new_code_cell, new_output

from lectopt.grading import GraderError, Rejected, Row, grade_notebook, process
from lectopt.grading.cli import main
from lectopt.grading.collect import Submission, find_submissions
from lectopt.grading.compare import compare, difference
from lectopt.grading.exercise import read_exercise
from lectopt.grading.judge import expected_outputs, seeds_for
from lectopt.grading.pages import feedback_page, page_name
from lectopt.grading.release import release
from lectopt.grading.report import grades
from lectopt.grading.result import Result
from lectopt.grading.run import Course, Limits, grade_file
from lectopt.grading.submission import find_answers, read_submission

SOLUTION = SOLUTIONS / "03_momentum.ipynb"
SECRET = b"the secret of this test"
TIMEOUT = 4  # seconds a cell may take
PIECES = read_mistakes(MISTAKES / "03_momentum.py")
RIGHT = {piece.answer: piece.source for piece in reversed(PIECES) if piece.kind == "right"}
HALF = RIGHT["averaged_momentum"] + "\n\ndef half(x):\n    return x / 2\n"
HELPED = RIGHT["lookahead_nesterov"].replace("    w +=", "    assert half(2) == 1\n    w +=", 1)
SPIN = "def heavy_ball_rate(lr, momentum, curvature):\n    while True:\n        try:\n            while True:\n"
SPIN += "                pass\n        except BaseException:\n            pass\n"
DEAD = "import os\ndef heavy_ball_rate(lr, momentum, curvature):\n    os._exit(0)\n"
LATE = RIGHT["heavy_ball_rate"].replace("):\n", "):\n    if curvature == 40.0:\n        import os; os._exit(1)\n", 1)

# What is handed in for which answers, in a notebook that is right elsewhere; and the points it gets.
ANSWERS = {
    "loop": ({"lookahead_nesterov": "while True:\n    pass\n"}, 7),
    "spin": ({"heavy_ball_rate": SPIN}, 7),
    "two_loops": ({"averaged_momentum": "while True: pass", "heavy_ball_rate": SPIN}, 4),
    "exit": ({"heavy_ball_rate": DEAD}, 7),
    "kill": ({"averaged_momentum": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"}, 7),
    "syntax": (
        {
            "lookahead_nesterov": "def lookahead_nesterov(fun, w, v, lr, momentum:\n    return\n",
            "heavy_ball_rate": "# NBVAL_IGNORE_OUTPUT\nx = 1",
            "speedup": "# NBVAL_SKIP\nspeedup = 33",
        },
        3,
    ),
    "noise": (
        {
            "averaged_momentum": "%timeit -n 1 -r 1 1 + 1\nimport sys, math, warnings\n"
            "import matplotlib.pyplot as plt\n"
            "print('# answer: speedup')\nplt.plot([1, 2])\nplt.show()\n"
            + RIGHT["averaged_momentum"].replace(
                "):\n",
                "):\n    print('a step', lr)\n    warnings.warn('careful')\n    print('oh', file=sys.stderr)\n"
                "    plt.plot([1]); plt.show(); display(3)\n",
                1,
            ),
            "heavy_ball_rate": RIGHT["heavy_ball_rate"] + "\n1 + 1",
        },
        10,
    ),
    "odd": (
        {
            "averaged_momentum": HALF,
            "lookahead_nesterov": HELPED,
            "heavy_ball_rate": RIGHT["heavy_ball_rate"] + "\nexact = heavy_ball_rate\n"
            "def heavy_ball_rate(*numbers): return np.float32(exact(*numbers))\n",
            "speedup": "speedup = np.float32(34) + np.float32(1e-6)\nspeedup / 0",
        },
        10,
    ),
    "patched": (
        {
            "averaged_momentum": "import builtins, lectopt.checks, IPython\nnp.allclose = lambda *a, **k: True\n"
            "np.testing.assert_allclose = np.allclose\nshow = lambda *a: None\nlectopt.checks.show = show\n"
            "builtins.print = show\ndef averaged_momentum(*a, **k): pass\n"
        },
        7,
    ),
}


def complete(**answers):
    """The exercise filled in with right answers, but for those given."""
    return filled(nbformat.read(SOLUTION, as_version=4), RIGHT | answers)


def untouched():
    exercise, notebook = read_exercise(SOLUTION), nbformat.read(SOLUTION, as_version=4)
    stubs = {name: source.partition("\n")[2] for name, source in exercise.stubs.items()}
    return filled(notebook, stubs)


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell.source.startswith(f"# answer: {name}"))


def without(name):
    notebook = complete()
    notebook.cells.remove(cell_of(notebook, name))
    return notebook


def duplicated():
    """Two cells with one mark, twice. Where ours is among them it counts, else the last."""
    notebook = complete()
    cell_of(notebook, "speedup").id = "answer-speedup"
    cell_of(notebook, "heavy_ball_rate").id = "something-else"
    notebook.cells.append(new_code_cell("# answer: speedup\nspeedup = 33", id="a-copy"))
    notebook.cells.append(new_code_cell("# answer: heavy_ball_rate\ndef heavy_ball_rate(*_): pass", id="another"))
    return notebook


def damaged():
    notebook = complete()
    cell = cell_of(notebook, "heavy_ball_rate")
    cell.source = "# my answer, at last\n" + cell.source.partition("\n")[2]
    cell.id = "answer-heavy_ball_rate"
    return notebook


def forged():
    """Nothing is answered, and every check replaced by one that shows what it should."""
    notebook = untouched()
    for cell in notebook.cells:  # they come with the right outputs
        if re.match(r"# (hidden )?check: ", cell.source):
            cell.source = f"{cell.source.splitlines()[0]}\ndisplay({cell.outputs[0].data!r}, raw=True)"
    notebook.cells.insert(0, new_code_cell("raise SystemExit", outputs=[new_output("stream", text="10 of 10")]))
    return notebook


MISTAKE = next(p for p in PIECES if p.kind == "mistake" and p.answer == "averaged_momentum")
MISTAKEN = complete(averaged_momentum=MISTAKE.source)
NOTEBOOKS = {
    "solution": (nbformat.read(SOLUTION, as_version=4), 10),
    "untouched": (untouched(), 0),
    "mistake": (MISTAKEN, 7),
    "missing": (without("lookahead_nesterov"), 7),
    "duplicates": (duplicated(), 7),
    "damaged": (damaged(), 10),
    "forged": (forged(), 0),
    **{name: (complete(**answers), points) for name, (answers, points) in ANSWERS.items()},
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder in which every temporary file of this module's grading lies."""
    folder = tmp_path_factory.mktemp("place")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        yield folder


@pytest.fixture(scope="module")
def before():
    """The processes that other tests have started."""
    return {child.pid for child in psutil.Process().children(recursive=True)}


@pytest.fixture(scope="module")
def results(before, place, tmp_path_factory):
    """The whole class, graded once, two at a time."""
    folder = tmp_path_factory.mktemp("class")
    for name, (notebook, _) in NOTEBOOKS.items():
        save(notebook, folder / name / "my homework.ipynb")
    course, limits = Course(SOLUTIONS.parent), Limits(cell=TIMEOUT)
    expected_outputs(read_exercise(SOLUTION), SECRET)
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(lambda s: grade_file(s, course, SECRET, limits), find_submissions(folder))
    return {result.submission.student: result for result in done}


def rows(result):
    return {row.check: row for row in result.rows}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_points(results, name):
    result = results[name]
    assert (result.outcome, result.exercise, result.out_of) == ("graded", "03_momentum", 10), result.reason
    assert result.points == NOTEBOOKS[name][1], [row for row in result.rows if not row.passed]


def test_untouched_says_so(results):
    assert {row.words for row in results["untouched"].rows} == {"not answered yet"}


def test_a_mistake_loses_the_checks_of_its_answer(results):
    lost = [row for row in results["mistake"].rows if not row.passed]
    assert {row.answer for row in lost} == {"averaged_momentum"}
    assert "largest difference" in rows(results["mistake"])["averaged_two_steps"].words


def test_the_feedback_page_names_the_failed_check_and_its_hint(results):
    page = feedback_page("mistake", [results["mistake"]])
    row = rows(results["mistake"])["averaged_two_steps"]
    assert "averaged_two_steps" in page and "7 of 10 points" in page
    assert row.hint and row.hint in page
    assert "largest difference" in page


def test_code_in_a_message_is_set_as_code_and_escaped(tmp_path):
    row = Row("two", "double", False, 0, 2, 'NameError, in the line `a < "b"`', hint="use `w -= ...`")
    page = feedback_page("ada", [Result(Submission("ada", tmp_path / "3.ipynb"), "graded", "small", [row])])
    assert "in the line <code>a &lt; &#34;b&#34;</code>" in page and "use <code>w -= ...</code>" in page


def test_hidden_checks_reveal_no_number(results):
    hidden = [row for result in results.values() for row in result.rows if row.hidden]
    assert not any(row.printed for row in hidden)
    own = re.compile(
        r"(output|item) \d+( of \d+)?:|shape \([\d, ]*\)|longer than 4 s|check \w+|\d+ values? w\w+|\d+ values"
    )
    assert not any(re.search(r"\d", own.sub("", row.words)) for row in hidden if "stops with" not in row.words)
    assert any("the numbers are off" in row.words for row in hidden)


def test_a_loop_costs_its_answer(results):
    words = {row.words for row in results["loop"].rows if row.answer == "lookahead_nesterov"}
    assert words == {"the answer's cell took longer than 4 s"}
    spin = rows(results["spin"])
    assert spin["rate_three_regimes"].words == "took longer than 4 s"
    assert spin["rate_edges"].words == "not run, because check rate_three_regimes took longer than 4 s"
    assert spin["speedup"].passed


def test_a_dead_kernel_costs_its_answer(results):
    assert rows(results["exit"])["rate_three_regimes"].words == "the kernel died"
    assert rows(results["kill"])["averaged_path"].words == "the kernel died"


def test_a_syntax_error_is_shown(results):
    words = rows(results["syntax"])["lookahead_two_steps"].words
    assert "SyntaxError: '(' was never closed (line 2)" in words


def test_missing_damaged_and_duplicate_cells_are_told(results):
    missing = rows(results["missing"])["lookahead_two_steps"]
    assert missing.words == "the cell '# answer: lookahead_nesterov' is missing"
    assert "was found by its id" in rows(results["damaged"])["rate_edges"].note
    assert "the one that came with the exercise counts" in rows(results["duplicates"])["speedup"].note
    assert "the last one counts" in rows(results["duplicates"])["rate_edges"].note


def test_print_is_shown_for_visible_checks_alone(results):
    assert "a step 0.1" in rows(results["noise"])["averaged_two_steps"].printed
    assert "a step 0.1" in feedback_page("noise", [results["noise"]])
    assert rows(results["noise"])["averaged_path"].printed == ""


def test_nothing_is_left_behind(results, before, place):
    process._end_servers()  # of the judges of this process, which would end with it
    assert list(place.glob("lectopt-*")) == []
    ours = [child for child in psutil.Process().children(recursive=True) if child.pid not in before]
    assert ours == []
    commands = [p.info["cmdline"] or [] for p in psutil.process_iter(["cmdline"])]
    assert not any(str(place) in part for command in commands for part in command)


def test_time_is_limited_altogether(place):
    slow = small(("    return 2 * x", "    import time; time.sleep(1)\n    return 2 * x"))
    one, two, three, _ = grade_notebook(slow, small(), None, total_timeout=1.5)
    assert one.passed and two.words == "no time was left for it"
    assert three.words == "the notebook took longer than 1.5 s"


@pytest.mark.long
def test_every_way_to_lose_a_kernel_costs_one_answer(place):
    """It dies in a hidden check, after a visible one that counts; it never says that it is idle; it floods."""
    dying = "    import os\n    return 2 * x if len(x) == 2 else os._exit(0)"
    silent = "    from ipykernel.kernelbase import Kernel\n    Kernel._publish_status = print\n    return 3 * x"
    flood = "for _ in range(12): print('x' * 1_000_000)\nnumber = 34"
    bad = small(("    return 2 * x", dying), ("    return 3 * x", silent), ("number = 34", flood))
    start = time.monotonic()
    got = {row.check: row for row in grade_notebook(bad, small(), SECRET, exercise="small", cell_timeout=60)}
    assert time.monotonic() - start < 30, "a dead kernel is noticed at once"
    assert {name: row.points for name, row in got.items()} == {"two_numbers": 2, "drawn": 0, "three": 0, "number": 0}
    assert got["drawn"].words == "the kernel died"
    assert got["three"].words == "the end of its output never came"
    assert got["number"].words == "put out more than anyone could read"


def test_where_the_kernel_runs(place):
    """In an empty folder, without the secret or any word of what is expected."""
    spy = small(
        (
            "    return 3 * x",
            "    import os, json\n    print(json.dumps([os.listdir('.'), dict(os.environ)]))\n    return 3 * x",
        )
    )
    os.environ["CANARY"] = "a secret of the teacher"
    try:
        got = {row.check: row for row in grade_notebook(spy, small(), SECRET, exercise="small")}
    finally:
        del os.environ["CANARY"]
    files, environment = json.loads(got["three"].printed.splitlines()[0].removesuffix(" ... (cut)"))
    assert files == []
    assert "CANARY" not in environment and SECRET.decode() not in str(environment)


def test_without_a_secret_there_are_no_seeds():
    assert seeds_for(read_exercise(small()), None) is None
    one, two = (seeds_for(read_exercise(small(), name), SECRET) for name in ("one", "two"))
    assert one != two and set(one) == {"drawn", "number"} and len(set(one.values())) == 2


def test_a_forged_value_before_the_real_one_earns_nothing(place):
    forged = small(
        (
            "    return 3 * x",
            "    data = {'kind': 'real', 'shape': [], 'numbers': ['3.0']}\n"
            "    display({'text/plain': '3'}, metadata={'lectopt': data}, raw=True)\n    return 4 * x",
        )
    )
    got = {row.check: row for row in grade_notebook(forged, small(), None)}
    assert got["three"].points == 0 and got["three"].words == "4 values were shown, expected 2"


def test_our_own_fault_is_no_zero(place):
    broken = small(("show(double(rng.normal(size=3)))", "show(double(rng.nonsense(size=3)))"))
    with pytest.raises(GraderError, match="check-drawn: AttributeError"):
        grade_notebook(small(), broken, None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"Dear teacher,", "it is not JSON"),
        (b'{"cells": [{"cell_type": "code"', "it seems to be cut off"),
        (b"[1, 2]", "not of a notebook"),
        (b'{"nbformat": 4}', "it has no cells"),
        (b"\x89PNG\xff\xfe", "this is a picture"),
        (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml", "this is a document of Word or Excel"),
        (b"PK\x03\x04" + bytes(26) + b"hw.ipynb", "this is a zip archive"),
        (b"[" * 100_000, "it is not JSON"),
    ],
)
def test_what_is_no_notebook_is_rejected(tmp_path, content, words):
    (tmp_path / "a.ipynb").write_bytes(content)
    with pytest.raises(Rejected, match=words):
        read_submission(tmp_path / "a.ipynb")


def test_notebooks_in_other_clothes_are_read(tmp_path):
    notebook = json.loads(nbformat.writes(complete()))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
        del cell["id"]
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": "# answer: speedup\nspeedup = 34"}]}]}
    (tmp_path / "bom.ipynb").write_bytes(b"\xef\xbb\xbf" + json.dumps(notebook).encode())
    (tmp_path / "wide.ipynb").write_text(json.dumps(notebook), encoding="utf-16")
    (tmp_path / "old.ipynb").write_text(json.dumps(old))
    exercise = read_exercise(SOLUTION)
    for name in ("bom", "wide"):
        found = find_answers(read_submission(tmp_path / f"{name}.ipynb"), exercise)
        assert all(answer.source and "\r" not in answer.source for answer in found.values())
    assert find_answers(read_submission(tmp_path / "old.ipynb"), exercise)["speedup"].source.endswith("34")


def test_exceptions_of_hidden_checks_keep_their_message_to_themselves(place):
    """It could hold the inputs, and so could the name of an exception's class."""
    strange = (
        "class Strange:\n    def __array__(self, *_, **__): raise type('E12', (Exception,), {})()\nnumber = Strange()"
    )
    telling = small(("    return 2 * x", "    raise ValueError(f'got {x}')"), ("number = 34", strange))
    got = {row.check: row.words for row in grade_notebook(telling, small(), None)}
    assert got["two_numbers"] == "ValueError: got [1. 0.66666667], in the line `raise ValueError(f'got {x}')`"
    assert got["drawn"] == "ValueError"
    assert got["number"] == "an exception of a kind of its own"


def test_orders_to_nbval_are_taken_out_of_answers():
    notebook = complete(speedup="# NBVAL_SKIP\n  ## NBVAL_IGNORE_OUTPUT  \nspeedup = 'NBVAL_SKIP'")
    source = find_answers(read_submission(notebook), read_exercise(SOLUTION))["speedup"].source
    assert source.splitlines()[1:] == ["#", "  #", "speedup = 'NBVAL_SKIP'"]


# The commands.


@pytest.fixture(scope="module")
def graded(place, tmp_path_factory):
    """A class of three and what else a folder holds, graded by the command."""
    folder = tmp_path_factory.mktemp("hand in")
    course = folder / "course"
    save(nbformat.read(SOLUTION, as_version=4), course / "solutions" / "03_momentum.ipynb")
    release(course / "solutions", course / "exercises")
    (folder / "secret").write_bytes(SECRET)
    handed_in = folder / "class"
    save(complete(), handed_in / "ada.ipynb")
    (handed_in / "bob").mkdir()
    (handed_in / "bob" / "03.ipynb").write_bytes((course / "exercises" / "03_momentum.ipynb").read_bytes())
    save(MISTAKEN, handed_in / "=cmd|'calc'!A0" / "<script>alert(1)<" / "03.ipynb")
    (handed_in / "dan.ipynb").write_text('{"cells": [')
    save(nbformat.v4.new_notebook(cells=[new_code_cell("x = 1")]), handed_in / "eve" / "other.ipynb")
    (handed_in / ".ipynb_checkpoints").mkdir()
    (handed_in / ".ipynb_checkpoints" / "ada-checkpoint.ipynb").write_text("{}")
    out = folder / "out"
    command = ["grade", handed_in, "--out", out, "--course", course, "--secret", folder / "secret", *BOX]
    return folder, main([str(word) for word in command])


def table(folder):
    with open(folder / "out" / "grades.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_grades_of_three(graded):
    folder, code = graded
    got = {row["student"]: row for row in table(folder)}
    assert code == 0 and len(table(folder)) == len(got) == 5
    assert (got["ada"]["points"], got["ada"]["out_of"], got["bob"]["points"]) == ("10", "10", "0")
    calc = got["'=cmd|'calc'!A0"]
    assert (calc["points"], calc["03_momentum: averaged_two_steps"], calc["03_momentum: speedup"]) == ("7", "0", "1")
    assert (got["dan"]["outcome"], got["dan"]["reason"]) == (
        "rejected",
        "this is no notebook: it seems to be cut off",
    )
    assert "no answer cell" in got["eve"]["reason"]


def test_a_page_for_each(graded):
    folder, _ = graded
    pages = {path.name: path.read_text("utf-8") for path in (folder / "out" / "feedback").iterdir()}
    assert len(pages) == 5 and {"ada.html", "bob.html", "dan.html", "eve.html"} < set(pages)
    assert "Not graded: this is no notebook" in pages["dan.html"]
    for page in pages.values():
        assert "<script" not in page and not re.search(r"https?://|url\(|src=|@import", page)


def test_check_judges_by_the_released_exercise(graded, tmp_path, capsys):
    exercises = str(graded[0] / "course" / "exercises")
    mine = save(complete(), tmp_path / "my.ipynb")
    assert main(["check", str(mine), "--exercises", exercises]) == 0
    text = capsys.readouterr().out
    assert "3 of 3 points in the visible checks; hidden checks decide about 7 points more" in text
    assert "✓ passed  averaged_two_steps" in text and "\x1b" not in text
    assert "speedup\n  · speedup = 34, checked after you hand in" in text


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "speedup = 34\nraise NotImplementedError",
            "the cell stops with NotImplementedError, in the line `raise NotImplementedError`: handed in like",
        ),
        ("Speedup = 34", "the cell gives no value to speedup"),
        ("def speedup(): return 34", "speedup is nothing that can be checked: it should be a number"),
        ("speedup = 34.0001", "speedup = 34.0001, checked after you hand in"),
    ],
)
def test_check_says_what_it_can_of_a_number(graded, tmp_path, capsys, source, words):
    """Its value is judged after hand-in; that there is none can be said before."""
    mine = save(filled(complete(), {"speedup": source}), tmp_path / "my.ipynb")
    main(["check", str(mine), "--exercises", str(graded[0] / "course" / "exercises")])
    assert f"speedup\n  · {words}" in capsys.readouterr().out


HELPED = """def averaged_momentum(w, g, v, *, t, lr, beta=0.9, correct=False):
    print("a step")
    v *= beta
    v += share(beta) * g
    w -= lr * (v / (1 - beta**t) if correct else v)
"""


def test_check_says_where_a_missing_name_stands_and_what_was_left_in(graded, tmp_path, capsys):
    """A helper in a cell that is not handed in; a stub below an answer; what a right answer prints."""
    notebook = filled(complete(), {"averaged_momentum": HELPED})
    notebook.cells.insert(2, nbformat.v4.new_code_cell("def share(beta):\n    return 1 - beta"))
    cell = cell_of(notebook, "heavy_ball_rate")
    cell.source = cell.source.replace("    return", "    raise NotImplementedError  # your code here\n    return")
    options = ["--exercises", str(graded[0] / "course" / "exercises")]
    assert main(["check", str(save(notebook, tmp_path / "my.ipynb")), *options]) == 1
    text = capsys.readouterr().out
    assert "(share stands in a cell that is not handed in: move it into the answer's cell)" in text
    assert "the line `raise NotImplementedError` is still in it: delete it" in text

    inside = {"averaged_momentum": HELPED + "\ndef share(beta):\n    return 1 - beta\n"}
    main(["check", str(save(filled(complete(), inside), tmp_path / "my.ipynb")), *options])
    text = capsys.readouterr().out
    assert "✓ passed  averaged_two_steps" in text and "| a step" in text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("y = 2\n    return y * z", "NameError: name 'z' is not defined, in the line `return y * z`"),
        ("return deep(x)\ndef deep(x):\n    return x['a'] ", "are valid indices, in the line `return x['a']`"),
        ("return np.stack([x, 1]) ", "same shape, in the line `return np.stack([x, 1])`"),
        ("return 3 * x\n1 / 0", "stops with ZeroDivisionError: division by zero, in the line `1 / 0`, and so: "),
        (
            "return 2 * x\ndef double():\n    return 1",
            "but 1 was given, in the check's line `show(double(np.array([1.0, 2 / 3])))`",
        ),
    ],
)
def test_an_exception_names_the_line(place, body, words):
    """The student's last one; where a check calls the answer wrongly, the check's."""
    row = grade_notebook(small(("return 2 * x", body)), small(), None)[0]
    assert words in row.words and ("line" in row.words) == ("line" in words)


HELPER = "return 2 * x\ndef rng(x): return x\nx = dict = exec = 1"
UNKNOWN = "return 2 * x + 0 * rng.normal()"
BOUND = "rng = inputs('drawn')\nshow(double(rng.normal(size=3)))"


@pytest.mark.parametrize(("body", "points"), [(HELPER, 10), (UNKNOWN, 5)])
def test_a_check_binds_no_name_that_an_answer_sees(place, body, points):
    """A helper may be called as a variable of a check; a name that is missing is not lent by one."""
    solution = small(("show(double(np.array([1.0, 2 / 3])))", f"x = [1.0, 2 / 3]\n{BOUND}\nshow(double(np.array(x)))"))
    handed_in = small(("return 2 * x", body), ("return 3 * x", "return rng(3 * x)" if points == 10 else "return 3 * x"))
    assert sum(row.points for row in grade_notebook(handed_in, solution, SECRET, exercise="small")) == points


def test_what_was_shown_before_an_exception_is_told(place):
    """Without a return the check stops at the first thing it does with None, which says little."""
    solution = small(("show(triple(1.0))\n", "show(triple(1.0))\nshow(triple(1.0) + 1)\n"))
    row = grade_notebook(small(("return 3 * x", "3 * x")), solution, None)[2]
    assert row.words.startswith("output 1: expected a number, got None (is a `return` missing?); then TypeError: ")
    assert row.words.endswith("in the check's line `show(triple(1.0) + 1)`")


def test_check_tells_what_is_wrong(graded, tmp_path, capsys):
    notebook = copy.deepcopy(MISTAKEN)
    cell_of(notebook, "lookahead_nesterov").source = read_exercise(SOLUTION).stubs["lookahead_nesterov"]
    for cell in notebook.cells:  # a wrong notebook that claims to be right
        if "check: averaged_two_steps" in cell.source:
            cell.source, cell.outputs = "# check: averaged_two_steps, 1 point\nshow(1)", []
    mine = save(notebook, tmp_path / "my.ipynb")
    assert main(["check", str(mine), "--exercises", str(graded[0] / "course" / "exercises")]) == 1
    text = capsys.readouterr().out
    assert "✗ failed  averaged_two_steps" in text and "largest difference" in text and "hint: the new gradient" in text
    assert "not answered yet  lookahead_two_steps" in text and "Traceback" not in text


def test_wrong_use(tmp_path, capsys):
    (tmp_path / "a.ipynb").write_text("no")
    assert main(["check", str(tmp_path / "a.ipynb"), "--exercises", str(SOLUTIONS)]) == 2
    assert main(["check", str(tmp_path / "a.ipynb"), "--exercises", str(tmp_path / "none")]) == 2
    assert main(["grade", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 2
    assert main(["grade", str(tmp_path), "--course", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    (tmp_path / "secret").write_text(" \n")
    command = ["grade", str(tmp_path), "--out", str(tmp_path / "out"), "--secret", str(tmp_path / "secret")]
    assert main([*command, "--course", str(SOLUTIONS.parent)]) == 2
    with pytest.raises(SystemExit) as error:
        main(["mark"])
    assert error.value.code == 2


def test_a_grader_error_is_tried_again_and_never_a_zero(tmp_path, monkeypatch, capsys):
    calls = []

    def fail(*_):
        calls.append(1)
        raise GraderError("the disk is full")

    monkeypatch.setattr("lectopt.grading.run.Pool", InThisProcess)
    monkeypatch.setattr("lectopt.grading.run.judge", fail)
    monkeypatch.setattr("lectopt.grading.run.expected_outputs", lambda *_: {})
    save(complete(), tmp_path / "class" / "ada.ipynb")
    command = ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--course", str(SOLUTIONS.parent)]
    assert main([*command, *BOX]) == 1
    (row,) = table(tmp_path)
    assert (row["outcome"], row["points"], len(calls)) == ("grader_error", "", 2)
    assert "the disk is full" in row["reason"]
    assert "no fault of yours" in (tmp_path / "out" / "feedback" / "ada.html").read_text("utf-8")


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_interrupting_the_grader_ends_the_kernel(tmp_path):
    save(complete(averaged_momentum="while True: pass"), tmp_path / "class" / "ada.ipynb")
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "-m", "lectopt.grading.cli", "grade", str(tmp_path / "class"), "--cell-timeout=60"]
    command += ["--out", str(tmp_path / "out"), "--course", str(SOLUTIONS.parent), *BOX]
    environment = os.environ | {"TMPDIR": str(tmp_path / "tmp")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as grader:
        time.sleep(4)  # the solution is done and the loop runs
        grader.send_signal(signal.SIGINT)
        grader.wait(timeout=15)
    mine = [p.pid for p in psutil.process_iter(["cmdline"]) if str(tmp_path) in " ".join(p.info["cmdline"] or [])]
    assert mine == [] and list((tmp_path / "tmp").iterdir()) == []


def test_students_of_every_name_have_a_page_of_their_own():
    names = ["ada", "Ada", "../ada", "ä", "a\u0308", "", "ada ", "a" * 300, "\ud800"]
    names += ["김 민수", "김민수" * 100, "\u202eada"]
    pages = [page_name(name) for name in names]
    assert len({page.lower() for page in pages}) == len(names)
    assert all(re.fullmatch(r"[\w-]+", page) and len(page.encode()) < 200 for page in pages)
    assert page_name("김 민수").startswith("김-민수-")


def test_a_page_escapes_whatever_a_student_writes():
    evil = "<script>alert(1)</script>\x1b[31m"
    row = Row("one", "double", False, 0, 1, words=evil, note=evil, printed=evil)
    bad = Result(Submission(evil, Path(f"{evil}.ipynb".replace("/", ""))), "graded", rows=[row])
    page = feedback_page(evil, [bad, Result(bad.submission, "rejected", reason=evil)])
    assert "<script" not in page and page.count("&lt;script&gt;") >= 6


def test_formulas_do_not_reach_the_spreadsheet():
    evil = [
        Result(Submission(name, Path("=1+1.ipynb")), "rejected")
        for name in ("=1", "+1", "-1", "@a", "\t=1", "\x1b[1m=1")
    ]
    for line in list(csv.reader(grades(evil).splitlines()))[1:]:
        assert line[0].startswith("'") and line[2].startswith("'")


# nbval alone, as a student may have it: nothing of ours but `show`.


@pytest.mark.parametrize(("name", "code"), [("right", 0), ("wrong", 1)])
def test_stock_nbval_judges_the_released_exercise(graded, tmp_path, name, code):
    exercise = nbformat.read(graded[0] / "course" / "exercises" / "03_momentum.ipynb", as_version=4)
    answers = {piece.answer: piece.source for piece in PIECES if piece.kind == "right"}
    wrong = {"averaged_momentum": MISTAKE.source}
    save(filled(exercise, answers if name == "right" else answers | wrong), tmp_path / "filled.ipynb")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval-lax",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "filled.ipynb",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout


# Comparison.


def real(*numbers, shape=None):
    return {
        "kind": "real",
        "shape": [len(numbers)] if shape is None else shape,
        "numbers": [repr(float(x)) for x in numbers],
    }


def text(words):
    return {"kind": "text", "text": repr(words)}


def listed(*items):
    return {"kind": "list", "items": list(items)}


TRUE = {"kind": "bool", "shape": [], "numbers": ["1.0"]}
NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("expected", "got", "words"),
    [
        (real(1, 2), real(1, 2 + 1e-6), ""),
        (real(0, 1000), real(1e-4, 1000), ""),
        (real(0, 0), real(1e-16, -1e-16), ""),
        (real(1, 2), real(1, 2.00001), "largest difference 1e-05, at [1]: expected 2, got 2.00001 (tolerance 2e-06)"),
        (real(1, 2), real(1, 2, 3), "expected an array of shape (2,), got shape (3,)"),
        (real(1, shape=[]), real(1), "expected a number, got shape (1,)"),
        (real(1), real(1, shape=[]), "expected an array of shape (1,), got a number"),
        (real(NAN, 1), real(NAN, 1), ""),
        (real(2, 1), real(NAN, 1), "got nan where something else was expected"),
        (real(NAN, 1), real(2, 1), "expected nan, got a number"),
        (real(INF, 1), real(INF, 1), ""),
        (real(INF, 1), real(-INF, 1), "expected inf, got -inf"),
        (real(1, shape=[]), TRUE, "expected a number, got True or False"),
        (TRUE, TRUE, ""),
        (TRUE, TRUE | {"numbers": ["0.0"]}, "True and False are not where they should be"),
        (real(1), {"kind": "complex", "shape": [1], "numbers": ["1.0", "0.0"]}, "got a complex array of shape (1,)"),
        (text("saddle"), text("saddle"), ""),
        (text("saddle"), text("minimum"), "expected 'saddle', got 'minimum'"),
        (real(1, shape=[]), {"kind": "text", "text": "None"}, "expected a number, got None"),
        (listed(real(1), text("a")), listed(real(1), text("a")), ""),
        (listed(real(1), text("a")), listed(real(1), text("b")), "item 2 of 2: expected 'a', got 'b'"),
        (listed(real(1), text("a")), listed(real(1)), "expected 2 values, got 1"),
        ({"kind": "dict", "keys": ["'a'", "'b'"], "items": [real(1), real(2)]},
         {"kind": "dict", "keys": ["'b'", "'a'"], "items": [real(2), real(1)]}, ""),
        ({"kind": "dict", "keys": ["'a'"], "items": [real(1)]},
         {"kind": "dict", "keys": ["'b'"], "items": [real(1)]}, "expected the keys 'a'"),
    ],
)  # fmt: skip
def test_difference(expected, got, words):
    found = difference(expected, got, 1e-6)
    assert (words in found) if words else found == ""
    hidden = difference(expected, got, 1e-6, reveal=False)
    assert bool(hidden) is bool(words)
    assert not re.search(r"\d", re.sub(r"item \d of \d:|shape \(.*?\), got|\d values?, got another", "", hidden))


@pytest.mark.parametrize(
    "got",
    [
        *(None, 1, "text", [], {}, {"kind": "real"}, {"kind": []}, {"kind": "real", "shape": [2], "numbers": ["1.0"]}),
        *({"kind": "real", "shape": [2], "numbers": ["1", "x"]}, {"kind": "real", "shape": [2], "numbers": 7}),
        {"kind": "nonsense", "shape": [2], "numbers": ["1.0", "2.0"]},
    ],
)
def test_what_cannot_be_read_differs(got):
    assert difference(real(1, 2), got, 1e-6) == "what was shown cannot be read"


def test_the_number_of_values_counts():
    assert compare([real(1)], [], 1e-6) == ["nothing was shown"]
    assert compare([real(1)], [real(1), real(1)], 1e-6) == ["2 values were shown, expected 1"] * 2
    assert compare([real(1), real(2)], [real(1), real(3)], 1e-6)[0] == ""


def test_a_tolerance_of_its_own(place):
    loose = small(("two_numbers, 2 points", "two_numbers, 2 points, tolerance 1e-2"))
    got = grade_notebook(small(("return 2 * x", "return 2.001 * x")), loose, None)
    assert [row.points for row in got] == [2, 0, 4, 1]


def test_answers_of_the_judge_are_believed_only_with_the_token():
    good = {"id": "a", "passed": True, "words": "", "lost": False, "printed": "", "shown": [], "fault": ""}
    assert process._outcomes(json.dumps({"token": "t", "cells": [good]}), "", "t")["a"].passed
    for answer in ("", "{}", json.dumps({"token": "forged", "cells": [good]}), json.dumps({"token": "t", "cells": []})):
        with pytest.raises(GraderError, match="no answer; it said: oops"):
            process._outcomes(answer, "oops", "t")
