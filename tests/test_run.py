"""Grading a class as the command does it: in any number of processes, killed and started again, on a full disk."""

import contextlib
import csv
import errno
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import psutil
import pytest
from grading_class import BOX, InThisProcess, in_sandboxes, save, small

from lectopt.grading import GraderError, grade_notebook
from lectopt.grading.cli import main
from lectopt.grading.collect import Submission
from lectopt.grading.disclose import GIVEN, UNTOLD, run_disclosed
from lectopt.grading.exercise import read_exercise
from lectopt.grading.journal import Journal, judged
from lectopt.grading.judge import Row, seeds_for
from lectopt.grading.pages import feedback_page, overview_page, statistics
from lectopt.grading.process import Outcome
from lectopt.grading.report import grades, grades_json, write, write_reports
from lectopt.grading.result import Result
from lectopt.grading.sandbox import SandboxError, find_sandbox
from lectopt.grading.worker import Pool

SECRET = b"the secret of this test"
HALF = ("    return 2 * x", "    return 2.5 * x")
SPIN = ("    return 3 * x", "    while True: pass")
DEAD = ("number = 34", "import os; os._exit(1)")
PRINT = ("    return 3 * x", "    print('hm', 3 * x)\n    return 3 * x")
RAISE = ("    return 2 * x", "    raise ValueError(f'no {x}')")


def own(number):
    """Makes a notebook's bytes its own, so that it is judged for itself."""
    return ("# answer: number\n", f"# answer: number\n# notebook {number}\n")


@pytest.fixture(scope="module")
def hand_in(tmp_path_factory):
    """A course of two exercises and a class of eleven files: right, wrong, endless, dying, no notebooks."""
    place = tmp_path_factory.mktemp("hand in")
    save(small(), place / "course" / "solutions" / "01_small.ipynb")
    other = small(("# answer: double", "# answer: twice"), ("# answer: triple", "# answer: thrice"))
    save(other, place / "course" / "solutions" / "02_other.ipynb")
    (place / "secret").write_bytes(SECRET)
    answers = [(), (HALF,), (SPIN,), (DEAD,), (PRINT,), ()]
    for i, replaced in enumerate(answers):
        save(small(*replaced, own(i)), place / "class" / f"s{i}" / "hw.ipynb")
    save(other, place / "class" / "s1" / "other.ipynb")
    save(small(), place / "class" / "s0" / "old.ipynb")
    os.utime(place / "class" / "s0" / "old.ipynb", (1, 1))
    (place / "class" / "s7.ipynb").write_text('{"cells": [')
    (place / "class" / "s8.ipynb").symlink_to(place / "secret")
    (place / "class" / "=1+1.txt").write_text("Dear teacher")
    (place / "roster.csv").write_text("student\ns3\ns0\nnobody\ns1\ns2\ns4\ns5\ns7\ns8\n")
    return place


def command(place, out, *options):
    words = ["grade", place / "class", "--course", place / "course", "--secret", place / "secret", "--out", out]
    return [str(word) for word in [*words, "--cell-timeout", "2", *BOX, *options]]


def start(place, out, *options, **named):
    line = [sys.executable, "-m", "lectopt.grading.cli", *command(place, out, *options)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **named)


def table(out):
    with open(out / "grades.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def undisturbed(hand_in, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    with start(hand_in, out, "--jobs", "2", "--roster", str(hand_in / "roster.csv")) as grader:
        said, complaints = grader.communicate()
    assert grader.returncode == 0, complaints
    return out, said, complaints


def test_a_class(undisturbed):
    out, said, complaints = undisturbed
    rows = table(out)
    got = {(row["student"], row["file"]): (row["outcome"], row["points"]) for row in rows}
    assert got == {
        ("s3", "s3/hw.ipynb"): ("graded", "9"),
        ("s0", "s0/hw.ipynb"): ("graded", "10"),
        ("s0", "s0/old.ipynb"): ("superseded", ""),
        ("nobody", ""): ("missing", "0"),
        ("s1", "s1/hw.ipynb"): ("graded", "5"),
        ("s1", "s1/other.ipynb"): ("graded", "10"),
        ("s2", "s2/hw.ipynb"): ("graded", "6"),
        ("s4", "s4/hw.ipynb"): ("graded", "10"),
        ("s5", "s5/hw.ipynb"): ("graded", "10"),
        ("s7", "s7.ipynb"): ("rejected", "0"),
        ("s8", "s8.ipynb"): ("rejected", "0"),
        ("'=1+1", "'=1+1.txt"): ("rejected", "0"),
    }
    assert list(dict.fromkeys(row["student"] for row in rows)) == [
        *("s3", "s0", "nobody", "s1", "s2", "s4", "s5", "s7", "s8", "'=1+1")
    ]
    assert {row["sandbox"] for row in rows} == {"no" if BOX else "yes"}
    assert [row["on_roster"] for row in rows] == ["yes"] * 11 + ["no"]
    assert complaints == "" and "7 graded, 3 rejected, 1 superseded, 1 missing" in said and "\x1b" not in said
    assert len(judged(out)) == 7
    book = (out / "gradebook.csv").read_text().splitlines()
    assert book[:5] == ["student,01_small,02_other", "s3,9,", "s0,10,", "nobody,,", "s1,5,10"]


def test_what_else_is_written(undisturbed):
    out, *_ = undisturbed
    data = json.loads((out / "grades.json").read_text())["results"]
    assert [r["points"] for r in data] == [int(row["points"]) if row["points"] else None for row in table(out)]
    assert len(list((out / "feedback").iterdir())) == 9, "one for everyone but nobody"
    scope = json.loads((out / "gradescope" / "s1.01_small.json").read_text())
    assert [(test["score"], test["max_score"]) for test in scope["tests"]] == [(0, 2), (0, 3), (4, 4), (1, 1)]
    overview = (out / "overview.html").read_text()
    assert "1 of 6 missed it" in overview and "Hint: twice as much" in overview
    assert "<li>nobody</li>" in overview and "Not on the roster" in overview
    feedback = (out / "feedback" / "s0.html").read_text()
    assert "the newest of 2 files" in feedback and "another file of yours for this exercise is newer" in feedback


@pytest.mark.long
def test_the_number_of_jobs_changes_nothing(hand_in, undisturbed, tmp_path):
    with start(hand_in, tmp_path / "out", "--jobs", "1", "--roster", str(hand_in / "roster.csv")) as grader:
        grader.communicate()
    for name in ("grades.csv", "grades.json", "overview.html"):
        assert (tmp_path / "out" / name).read_bytes() == (undisturbed[0] / name).read_bytes()


def ours(place):
    """The processes that a grader with this place in its environment has started, or its workers, or their judges."""
    found = []
    for process in psutil.process_iter(["environ", "cmdline"]):
        words = [*(process.info["environ"] or {}).values(), *(process.info["cmdline"] or [])]
        if any(str(place) in word for word in words):
            found.append(process.pid)
    return found


def until_a_verdict(grader, seconds):
    """Wait so long, but not beyond the next verdict: or a fast machine would finish the class before the last kill."""
    end, said = time.monotonic() + seconds, b""
    os.set_blocking(grader.stdout.fileno(), False)
    while time.monotonic() < end and b": graded" not in said:
        with contextlib.suppress(BlockingIOError):
            said += os.read(grader.stdout.fileno(), 1 << 16)
        time.sleep(0.02)


def killed_again_and_again(place, out, moments, options=(), workers=False):
    """Kill the grader, or every second time a worker, at these times after a start, and let it finish at last.

    Whatever it started ends with it, and no mount or folder stays. Returns how many
    graders and workers were killed at work, and what the last grader said.
    """
    scratch = out.parent / "tmp"
    scratch.mkdir()
    environment = os.environ | {"TMPDIR": str(scratch), "LECTOPT_TEST": str(out)}
    boxes, mounts, graders, slain = in_sandboxes(), mounted(), 0, 0
    for i, moment in enumerate(moments):
        jobs = ["--jobs", str(1 + i % 2)] if workers else []
        with start(place, out, *options, *jobs, env=environment) as grader:
            until_a_verdict(grader, moment)
            victims = psutil.Process(grader.pid).children() if workers and i % 2 else []
            for victim in victims[:1]:
                victim.kill()
                slain += 1
                time.sleep(0.3)
            grader.kill()
        graders += grader.returncode == -signal.SIGKILL
    with start(place, out, *options, env=environment) as grader:
        said, complaints = grader.communicate()
    assert grader.returncode == 0, complaints
    left, end = in_sandboxes() - boxes, time.monotonic() + 20
    while (ours(out) or left & in_sandboxes()) and time.monotonic() < end:
        time.sleep(0.1)
    # killed in the middle, Python leaves the file with which it tries whether it can write there: eight letters, "blat"
    trial = [p for p in scratch.iterdir() if re.fullmatch("[a-z0-9_]{8}", p.name) and p.is_file()]
    kept = [p for p in scratch.iterdir() if p not in trial or p.read_bytes() not in (b"", b"blat")]
    assert ours(out) == [] and not left & in_sandboxes() and kept == []
    assert mounted() == mounts
    return graders, slain, said


def mounted():
    mounts = Path("/proc/self/mounts")
    return mounts.read_text() if mounts.exists() else ""


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_killed_and_started_again(hand_in, undisturbed, tmp_path):
    rng = random.Random(1)
    options = ["--jobs", "2", "--roster", str(hand_in / "roster.csv")]
    moments = [rng.uniform(1, 4) for _ in range(3)]
    killed_again_and_again(hand_in, tmp_path / "out", moments, options)
    for name in ("grades.csv", "grades.json", "overview.html"):
        assert (tmp_path / "out" / name).read_bytes() == (undisturbed[0] / name).read_bytes()


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_killed_twenty_times_over_a_class_of_forty(tmp_path):
    save(small(), tmp_path / "course" / "solutions" / "01_small.ipynb")
    (tmp_path / "secret").write_bytes(SECRET)
    kinds = [(), (HALF,), (PRINT,), (RAISE,), (DEAD,)]
    for i in range(40):
        save(small(*kinds[i % 5], own(i)), tmp_path / "class" / f"student {i:02}.ipynb")
    begin = time.monotonic()
    with start(tmp_path, tmp_path / "calm") as grader:
        grader.communicate()
    most = (time.monotonic() - begin) / 7
    rng = random.Random(2)
    (tmp_path / "wild").mkdir()
    moments = [rng.uniform(0.3, most) for _ in range(20)]
    graders, workers, said = killed_again_and_again(tmp_path, tmp_path / "wild" / "out", moments, workers=True)
    assert graders == 20 and workers >= 5 and "judged before" in said
    assert (tmp_path / "wild" / "out" / "grades.csv").read_bytes() == (tmp_path / "calm" / "grades.csv").read_bytes()
    assert files(tmp_path / "wild" / "out") == files(tmp_path / "calm"), "half a file was left"


@pytest.mark.sandbox
def test_killed_while_it_tries_the_sandbox(tmp_path):
    """What it leaves then the next one sweeps up."""
    save(small(), tmp_path / "course" / "solutions" / "01_small.ipynb")
    save(small(), tmp_path / "class" / "ada.ipynb")
    (tmp_path / "secret").write_bytes(SECRET)
    (tmp_path / "tmp").mkdir()

    def left():  # a file of another name is Python's own, which tries whether it may write there
        return list((tmp_path / "tmp").glob("lectopt-*"))

    environment = os.environ | {"TMPDIR": str(tmp_path / "tmp")}
    for _ in range(20):  # it may be done with it between the look and the kill
        with start(tmp_path, tmp_path / "out", env=environment) as grader:
            while grader.poll() is None and not left():
                time.sleep(0.002)
            grader.kill()
        if left():
            break
    assert left()
    with start(tmp_path, tmp_path / "out", env=environment) as grader:
        grader.communicate()
    assert grader.returncode == 0 and left() == []


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    ("sign", "code"), [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 143, marks=pytest.mark.long)]
)
def test_stopped_politely(hand_in, tmp_path, sign, code):
    environment = os.environ | {"TMPDIR": str(tmp_path), "LECTOPT_TEST": str(tmp_path)}
    with start(hand_in, tmp_path / "out", "--jobs", "2", "--cell-timeout", "60", env=environment) as grader:
        assert grader.stdout
        for line in grader.stdout:
            if "graded" in line:
                break
        with start(hand_in, tmp_path / "out") as second:
            _, complaints = second.communicate()
        assert second.returncode == 2 and "another grader is at work" in complaints
        grader.send_signal(sign)
        _, complaints = grader.communicate()
    assert grader.returncode == code and "what was judged is kept" in complaints and "Traceback" not in complaints
    assert ours(tmp_path) == [] and [path.name for path in tmp_path.iterdir()] == ["out"]
    assert judged(tmp_path / "out")


def test_a_worker_that_dies_is_replaced(capfd):
    """A call is a function of the worker's slot; here some that every Python has."""
    with Pool(2) as pool:
        assert dict(pool.run([(i, float) for i in range(4)])).keys() == {0, 1, 2, 3}
        got = dict(pool.run([("dies", os._exit), ("raises", len), ("unknown", _only_here)]))
        assert all(isinstance(error, GraderError) for error in got.values())
        assert "died (exit code" in str(got["dies"]) and "died" in str(got["unknown"])
        assert str(got["raises"]).startswith("TypeError: object of type 'int'")
        assert list(pool.run([("alone", float), ("too", float)], alone=True)) == [("alone", 0.0), ("too", 0.0)]


def _only_here(slot):
    """A worker cannot import it."""


# In this process, with rows that cost nothing.


@pytest.fixture
def canned(hand_in, tmp_path, monkeypatch):
    """Grade without a kernel; returns a function that grades and says which files were judged for it."""
    asked = []

    def rows(cells, exercise, *_):
        asked.append(next(cell.source for cell in cells if "# answer: number" in cell.source))
        return [Row("two_numbers", "double", False, 2, 2), Row("drawn", "double", True, 0, 3, "off", "a hint")]

    monkeypatch.setattr("lectopt.grading.run.Pool", InThisProcess)
    monkeypatch.setattr("lectopt.grading.run.judge", rows)
    monkeypatch.setattr("lectopt.grading.run.expected_outputs", lambda *_: {})
    shutil.copytree(hand_in, tmp_path / "hand in", symlinks=True)

    def grade(*options):
        asked.clear()
        return main(command(tmp_path / "hand in", tmp_path / "out", *options)), len(asked)

    return grade


def test_only_what_changed_is_judged_again(canned, tmp_path):
    place = tmp_path / "hand in"
    assert canned() == (0, 7)
    assert canned() == (0, 0)
    save(small(own("new")), place / "class" / "s5" / "hw.ipynb")
    assert canned() == (0, 1)
    (place / "class" / "s5").rename(place / "class" / "s9")
    assert canned() == (0, 0), "another name is nothing new"
    assert not (tmp_path / "out" / "feedback" / "s5.html").exists() and (tmp_path / "out/feedback/s9.html").exists()
    save(small(("show(number)", "show(number + 0)")), place / "course" / "solutions" / "01_small.ipynb")
    assert canned() == (0, 6), "of the other exercise nothing changed"
    (place / "secret").write_text("another")
    assert canned() == (0, 7)
    assert canned("--cell-timeout", "3") == (0, 7)


def test_pages_of_others_are_left_alone(canned, tmp_path):
    canned()
    (tmp_path / "out" / "feedback" / "mine.html").write_bytes(b"a page of the teacher's \xff")
    (tmp_path / "out" / "feedback" / ".s5.html.abcd1234").write_text("half a page of a grader that was killed")
    shutil.rmtree(tmp_path / "hand in" / "class" / "s5")
    canned()
    names = {path.name for path in (tmp_path / "out" / "feedback").iterdir()}
    assert "mine.html" in names and not names & {"s5.html", ".s5.html.abcd1234"}
    assert not list((tmp_path / "out" / "gradescope").glob("s5*"))


def test_a_full_disk_stops_it_and_keeps_what_was_judged(canned, tmp_path, monkeypatch, capsys):
    keep, kept = Journal.keep, []

    def third(self, key, rows):
        if len(kept) == 3:
            (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
            self._connection.execute(f"PRAGMA max_page_count={pages}")
            rows = [Row("x" * 100_000, "", False, 0, 1)]
        keep(self, key, rows)
        kept.append(key)

    monkeypatch.setattr(Journal, "keep", third)
    assert canned()[0] == 1
    assert "the disk is full" in capsys.readouterr().err and not (tmp_path / "out" / "grades.csv").exists()
    monkeypatch.setattr(Journal, "keep", keep)
    assert canned() == (0, 4)


def test_a_disk_too_full_for_the_reports(canned, tmp_path, monkeypatch, capsys):
    canned()
    before = (tmp_path / "out" / "grades.csv").read_bytes()
    save(small(own("new")), tmp_path / "hand in" / "class" / "s5" / "hw.ipynb")
    shutil.rmtree(tmp_path / "hand in" / "class" / "s4")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("lectopt.grading.report.os.fsync", full)
        assert canned() == (1, 1)
    assert "No space left" in capsys.readouterr().err
    assert (tmp_path / "out" / "grades.csv").read_bytes() == before
    assert not list((tmp_path / "out").rglob(".*")) and canned() == (0, 0)


def test_a_zip_gives_the_same_grades(canned, tmp_path):
    canned()
    folder = (tmp_path / "out" / "grades.csv").read_text()
    place = tmp_path / "hand in" / "class"
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for path in sorted(place.rglob("*")):
            date = (1981, 1, 1, 0, 0, 0) if path.name == "old.ipynb" else (2020, 1, 1, 0, 0, 0)
            entry = zipfile.ZipInfo(str(path.relative_to(place)), date)
            if path.is_symlink():
                entry.external_attr = 0o120777 << 16
                archive.writestr(entry, os.readlink(path))
            elif path.is_file():
                archive.writestr(entry, path.read_bytes())
    shutil.rmtree(place)
    (tmp_path / "class.zip").rename(place)
    assert canned() == (0, 0) and (tmp_path / "out" / "grades.csv").read_text() == folder


def test_without_a_sandbox_it_refuses_and_says_so_if_told(canned, tmp_path, monkeypatch, capsys):
    def none():
        raise SandboxError("bubblewrap is missing: sudo apt install bubblewrap")

    monkeypatch.setattr("lectopt.grading.command.find_sandbox", none)
    if not BOX:
        assert canned() == (2, 0)
        said = capsys.readouterr().err
        assert "sudo apt install bubblewrap" in said and "--no-sandbox" in said and not (tmp_path / "out").exists()
    assert canned("--no-sandbox") == (0, 7)
    assert {row["sandbox"] for row in table(tmp_path / "out")} == {"no"}
    assert all(r["sandbox"] is False for r in json.loads((tmp_path / "out" / "grades.json").read_text())["results"])
    assert "graded without a sandbox" in (tmp_path / "out" / "feedback" / "s5.html").read_text()
    assert "graded without a sandbox" in (tmp_path / "out" / "overview.html").read_text()


def test_grades_of_another_exercise_are_not_lost(canned, hand_in, tmp_path, capsys):
    """Next week's hand-ins in the same folder would take the place of this week's."""
    assert canned()[0] == 0
    table = (tmp_path / "out" / "grades.csv").read_bytes()
    other = save(
        small(("# answer: double", "# answer: twice"), ("# answer: triple", "# answer: thrice")), tmp_path / "o"
    )
    capsys.readouterr()
    words = ["grade", tmp_path / "next", "--course", hand_in / "course", "--out", tmp_path / "out", *BOX]
    (tmp_path / "next").mkdir()
    other.rename(tmp_path / "next" / "ada.ipynb")
    assert main([str(word) for word in words]) == 2
    assert "holds the grades of 01_small" in capsys.readouterr().err
    assert (tmp_path / "out" / "grades.csv").read_bytes() == table


@pytest.mark.parametrize("option", ["--secret", "--roster"])
def test_a_file_that_is_not_there_is_named(hand_in, tmp_path, capsys, option):
    words = ["grade", hand_in / "class", "--course", hand_in / "course", "--out", tmp_path, option, "no/such", *BOX]
    assert main([str(word) for word in words]) == 2
    assert capsys.readouterr().err == "lectopt: no/such does not exist\n"


@pytest.mark.parametrize("options", [["--jobs", "0"], ["--jobs", "x"], ["--cell-timeout", "-1"]])
def test_options_that_make_no_sense(canned, options):
    with pytest.raises(SystemExit) as error:
        canned(*options)
    assert error.value.code == 2


def test_wrong_use_of_files(canned, tmp_path, capsys):
    (tmp_path / "file").write_text("student\n")
    assert canned("--roster", str(tmp_path / "file")) == (2, 0)
    assert canned("--roster", str(tmp_path / "none")) == (2, 0)
    assert canned("--out", str(tmp_path / "file" / "out")) == (2, 0)
    assert "lists nobody" in (said := capsys.readouterr().err) and "cannot be written" in said


# What students may read.

SEEDS = "__import__('os').environ.get('LECTOPT_SEEDS')"
LEAKS = [
    ("    return 3 * x", f"    print('printed:', {SEEDS})\n    return 3 * x"),
    ("    return 2 * x", f"    if len(x) == 2: raise ValueError({SEEDS})\n    return np.ones((0, len({SEEDS} or '')))"),
    ("number = 34", f"for _ in range(len({SEEDS} or '')): show(1)\nraise ValueError('in the cell:', {SEEDS})"),
]


def test_the_hidden_inputs_do_not_reach_the_page(tmp_path):
    """Nor does anything else from a kernel that knows them: what is told comes from one that does not."""
    seeds = seeds_for(read_exercise(small(), "small"), SECRET)
    rows = grade_notebook(small(*LEAKS), small(), SECRET, exercise="small", sandbox=None if BOX else find_sandbox())
    page = feedback_page("eve", [Result(Submission("eve", tmp_path / "3.ipynb"), "graded", "small", rows)])
    assert seeds and not any(str(seed)[:8] in page for seed in seeds.values())
    assert str(len(json.dumps(seeds))) not in re.sub("<style>.*</style>", "", page, flags=re.DOTALL)
    got = {row.check: row for row in rows}
    assert {name: row.points for name, row in got.items()} == {"two_numbers": 0, "drawn": 0, "three": 4, "number": 0}
    assert got["two_numbers"].words.startswith("ValueError: None, in the line") and got["three"].printed.startswith(
        "printed: None\n"
    )
    assert got["drawn"].words == "expected an array of shape (3,), got another shape"
    assert "stops with ValueError: (&#39;in the cell:&#39;, None)" in page


CELLS = [cell for cell in read_exercise(small(), "small").cells if cell.answer]
HIDDEN = {"check-drawn", "check-number"}
NO, SAYS, LOST = Outcome(False, "no"), Outcome(True, printed="hm"), Outcome(False, "the kernel died", lost=True)


@pytest.mark.parametrize(
    ("said", "kernels"),
    [
        ({}, 1),
        ({"check-two_numbers": SAYS}, 1),
        ({"check-two_numbers": NO, "check-drawn": NO}, 1),
        ({"check-number": NO}, 1),
        ({"check-two_numbers": LOST}, 1),
        ({"check-two_numbers": NO}, 2),
        ({"check-drawn": NO}, 2),
        ({"check-drawn": LOST}, 2),
        ({GIVEN: LOST}, 2),
    ],
)
def test_one_kernel_is_enough_where_the_checks_of_an_answer_agree(said, kernels):
    """What is told comes from before the kernel had the seeds, or from another that never had them."""
    ran = []

    def run(cells, seeds):
        ran.append([cell.id for cell in cells])
        assert (seeds is None) == (len(ran) == 1), "the first kernel starts without seeds"
        seen = Outcome(False, "seen with the seeds", printed="seeds")
        return {cell.id: seen if seeds else said.get(cell.id, Outcome(True)) for cell in cells}

    outcomes = run_disclosed(CELLS, {"drawn": 1}, run)
    first, *second = ran
    assert set(first[first.index(GIVEN) :]) == {GIVEN} | HIDDEN, "hidden checks come last"
    assert second == [[cell.id for cell in CELLS]] * (kernels - 1)
    assert not any("seeds" in outcomes[cell.id].printed + outcomes[cell.id].words.replace(UNTOLD, "")
                   for cell in CELLS if cell.id not in HIDDEN)  # fmt: skip
    assert run_disclosed(CELLS, None, lambda cells, seeds: said) == said, "without seeds nothing is to be hidden"


ODD = [
    ("    return 2 * x", "    return helper(x)\ndef helper(x): return 2 * x"),
    ("    return 3 * x", "    return helper(x)\ndef helper(x): return 3 * x"),
]
LENT = [("    return 2 * x", "    return 2 * lent(x)"), ("    return 3 * x", "    return 3 * x\ndef lent(x): return x")]


@pytest.mark.parametrize(("changes", "points"), [(ODD, [2, 3, 4, 1]), (LENT, [0, 0, 4, 1])])
def test_the_verdict_is_that_of_the_cells_as_they_stand(changes, points):
    """Two answers may each have a helper of the same name; and an answer cannot use what stands below it."""
    box = None if BOX else find_sandbox()
    rows = grade_notebook(small(*changes), small(), SECRET, exercise="small", sandbox=box)
    assert [row.points for row in rows] == points


# Pages.


def result(student, points):
    rows = [Row("one", "double", False, points, 4, "words", "a <hint>"), Row("two", "double", True, 6, 6)]
    return Result(Submission(student, Path("3.ipynb"), f"{student}/3.ipynb"), "graded", "03", rows)


def test_statistics():
    (got,) = statistics([result("a", 0), result("b", 4), result("c", 0)])
    assert (got.mean, got.out_of, [check.share for check in got.checks]) == ("7.3", 10, [33, 100])
    assert [entry[1] for entry in got.distribution] == [0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1]
    assert [check.row.check for check in got.missed] == ["one"]
    assert statistics([]) == []


def test_pages_escape_and_ask_nobody(tmp_path):
    evil = "<script>alert(1)</script>\x1b[31m"
    bad = [Result(Submission(evil, tmp_path / "x", evil), kind, reason=evil) for kind in ("rejected", "grader_error")]
    stranger = Result(Submission(evil, tmp_path / "x", evil, listed=False), "missing")
    page = overview_page([result("a", 0), *bad, stranger])
    assert "<script" not in page and "\x1b" not in page and page.count("&lt;script&gt;") >= 5
    assert "a &lt;hint&gt;" in page and not re.search(r"https?://|url\(|src=|@import", page)
    assert "prefers-color-scheme: dark" in page and 'name="viewport"' in page
    assert "\x1b" not in grades([*bad]) and "\\u001b" not in grades_json(bad)


def test_a_file_is_replaced_as_a_whole(tmp_path):
    write(tmp_path / "a", "old")
    os.link(tmp_path / "a", tmp_path / "kept")
    write(tmp_path / "a", "new")
    assert [(tmp_path / name).read_text() for name in ("a", "kept")] == ["new", "old"]
    assert len(list(tmp_path.iterdir())) == 2


def test_reports_of_nothing(tmp_path):
    assert write_reports([], tmp_path).read_text("utf-8-sig").startswith("student,exercise,file,outcome")
