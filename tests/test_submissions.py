"""The corpus of submissions: all graded by the command, in the sandbox, and each gets what the table says."""

import csv
import html.parser
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from grading_class import SOLUTIONS, in_sandboxes, save, small
from submissions import make, zips
from submissions.course import LARGE, SMALL

from lectopt.grading.exercise import read_exercise
from lectopt.grading.judge import seeds_for

pytestmark = pytest.mark.sandbox
TABLE = Path(make.__file__).with_name("table.md")
CANARY = "canary-9b1f0d"
SECRET = "TRUMPET-FIRCURC"  # what `search-own-memory` looks for, written backwards there
FIELDS = ("submission", "what it does", "outcome", "points", "words", "quick")


@dataclass(frozen=True)
class Case:
    """A row of the table: what must come out. The points are those of each answer: 0+4+1."""

    name: str
    does: str
    outcome: str
    points: str
    words: str
    quick: bool

    def __str__(self) -> str:
        return self.name


def read_table() -> list[Case]:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line.startswith("| `")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [Case(row[0].strip("`"), *row[1:5], row[5] == "quick") for row in rows]


CASES = read_table()


@dataclass(frozen=True)
class Class:
    """The corpus, graded: what was made, what the command said, and what it wrote."""

    place: Path
    made: int
    codes: list[int]
    rows: list[dict]
    before: set[int]
    mounts: str


@pytest.fixture(scope="module")
def graded(tmp_path_factory, request):
    """All cases whose tests are run, with as many honest neighbours among them, graded once."""
    tests = [item.callspec.params.get("case") for item in request.session.items if hasattr(item, "callspec")]
    wanted = [case.name for case in CASES if case in tests or case.name in make.HONEST]
    place = tmp_path_factory.mktemp("corpus")
    (place / "tmp").mkdir()
    (place / "secret").write_text(SECRET)
    save(small(), place / "course" / "solutions" / f"{SMALL}.ipynb")
    shutil.copy(SOLUTIONS / f"{LARGE}.ipynb", place / "course" / "solutions")
    before, mounts = in_sandboxes(), Path("/proc/self/mounts").read_text()
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0corpus-{os.getpid()}")
        abstract.listen()
        paths = [str(place / name) for name in ("secret", "class", "course", "out")]
        outside = {
            **{
                "paths": [*paths, str(Path.home() / ".bashrc"), __file__],
                "grades": [str(place / "out" / "grades.csv")],
            },
            **{"canary": CANARY[::-1], "port": server.getsockname()[1]},
            **{"socket": "/run/docker.sock", "abstract": f"corpus-{os.getpid()}"},
        }
        made = make.write_folder(wanted, place / "class", outside) + make.write_zip(wanted, place / "class.zip")
        codes = [grade(place, "class", "out"), grade(place, "class.zip", "out of the zip")]
    return Class(place, made, codes, [*rows(place / "out"), *rows(place / "out of the zip")], before, mounts)


def grade(place, source, out):
    """The command, as a teacher types it."""
    line = [sys.executable, "-m", "lectopt.grading.cli", "grade", place / source, "--out", place / out]
    line += ["--course", place / "course", "--secret", place / "secret", "--cell-timeout", "4", "--jobs", "2"]
    environment = os.environ | {"TMPDIR": str(place / "tmp"), "TEACHERS_TOKEN": CANARY}
    done = subprocess.run(line, env=environment, capture_output=True, text=True, errors="replace")
    assert "\x1b" not in done.stdout and "Traceback" not in done.stderr, done.stderr
    return done.returncode


def rows(out):
    return json.loads((out / "grades.json").read_text("utf-8"))["results"]


def named(text):
    """The case whose name is in a path."""
    return max((case.name for case in CASES if case.name in text.lower()), key=len)


def of(graded, case):
    return [row for row in graded.rows if named(row["file"]) == case.name]


def points(row):
    by_answer = defaultdict(int)
    for check in row["checks"]:
        by_answer[check["answer"]] += check["points"]
    return "+".join(map(str, by_answer.values()))


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case.name, marks=() if case.quick else pytest.mark.long) for case in CASES]
)
def test_verdict(graded, case):
    (row,) = of(graded, case)
    said = "\n".join([row["reason"], *(f"{c['words']}\n{c['note']}\n{c['printed']}" for c in row["checks"])])
    assert (row["outcome"], points(row)) == (case.outcome, case.points), said
    assert case.words in said


def test_every_file_has_one_row(graded):
    names = [named(row["file"]) for row in graded.rows]
    assert graded.codes == [0, 0]
    assert len(graded.rows) == graded.made == len(set(names))
    for out, kind in ((graded.place / "out", False), (graded.place / "out of the zip", True)):
        with open(out / "grades.csv", encoding="utf-8-sig", newline="") as file:
            table = list(csv.DictReader(file))
        assert [row["file"] for row in table] and {named(row["file"]) in zips.ENTRIES for row in table} == {kind}
        assert len(table) == len(rows(out))


def test_honest_neighbours_lose_nothing(graded):
    honest = [row for row in graded.rows if named(row["file"]) in make.HONEST]
    assert len(honest) == len(make.HONEST) and {points(row) for row in honest} == {"5+4+1"}


def test_nothing_is_left(graded):
    assert list((graded.place / "tmp").iterdir()) == []
    assert Path("/proc/self/mounts").read_text() == graded.mounts
    left = in_sandboxes() - graded.before
    end = time.monotonic() + 20
    while left & in_sandboxes() and time.monotonic() < end:
        time.sleep(0.1)
    assert not left & in_sandboxes()
    lines = [" ".join(p.info["cmdline"] or []) for p in psutil.process_iter(["cmdline"])]
    assert not any(str(graded.place) in line for line in lines)
    ours = [*graded.place.rglob("*left-by-an-answer*"), *graded.place.parent.glob("homework*")]
    assert ours == [] and {path.name for path in graded.place.iterdir()} == {
        *("class", "class.zip", "course", "out", "out of the zip", "secret", "tmp")
    }


TAGS = """
html head meta title style body h1 h2 h3 section p ul ol li div span code details summary pre
table thead tbody tr th td a
"""
ATTRIBUTES = "lang charset name content http-equiv class open scope colspan style href tabindex"


class Page(html.parser.HTMLParser):
    """The tags of a page, and their attributes."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_reports_hold_text_and_nothing_else(graded):
    """No tag, formula or escape sequence of a student's; no seed of a hidden check; a page for every student."""
    students = {row["student"] for row in graded.rows}
    exercise = read_exercise(graded.place / "course" / "solutions" / f"{SMALL}.ipynb")
    seeds = [str(seed)[:8] for seed in seeds_for(exercise, SECRET.encode()).values()]
    pages = [path for path in graded.place.glob("out*/**/*.html")]
    assert len(pages) >= len(students) + 2 and all(path.is_relative_to(graded.place) for path in pages)
    for path in pages:
        text = path.read_text("utf-8")
        page = Page()
        page.feed(text)
        assert page.tags <= {*TAGS.split()} and page.attributes <= {*ATTRIBUTES.split()}, path
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text), path
        assert not any(seed in text for seed in seeds), path
        assert "49" not in re.sub("<style>.*</style>", "", text, flags=re.DOTALL) or "template" not in path.name
    for path in graded.place.glob("out*/grades.json"):
        assert not any(seed in path.read_text("utf-8") for seed in seeds), path
    for path in graded.place.glob("out*/grades.csv"):
        with open(path, encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not any(cell.startswith(("=", "+", "-", "@")) or re.search("[\x00-\x1f]", cell) for cell in cells)


def test_the_table_is_whole():
    names = [case.name for case in CASES]
    assert sorted(names) == sorted(make.EVERYTHING), "a row for each that is made, and each row is made"
    assert len(set(names)) == len(names) >= 80
    full = {"5+4+1", "3+3+3+1"}
    assert sum(case.name.startswith("odd-") for case in CASES) >= 15
    assert all(case.points in full and case.outcome == "graded" for case in CASES if case.name.startswith("odd-"))
    assert {case.outcome for case in CASES} == {"graded", "rejected"} and all(case.does for case in CASES)
    assert sum(case.quick for case in CASES if case.name in make.HONEST) >= 4, "neighbours, who lose nothing"


def test_the_zip_is_read_and_never_unpacked(graded):
    """Nothing lies where the names in it lead to."""
    with zipfile.ZipFile(graded.place / "class.zip") as archive:
        assert len(archive.namelist()) == sum(named(row["file"]) in zips.ENTRIES for row in graded.rows)
    assert not [path for path in graded.place.rglob("*zip-*") if "out" not in path.relative_to(graded.place).parts[0]]
    assert not list(Path("/etc").glob("zip-*")) and not list(graded.place.parent.glob("*zip-*"))
