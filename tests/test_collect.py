"""Finding what was handed in, from a folder or a zip, whatever lies in it."""

import os
import struct
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from lectopt.grading.collect import CollectError, Owner, Submission, find_submissions, whose
from lectopt.grading.gradebook import gradebook
from lectopt.grading.judge import Row
from lectopt.grading.result import MISSING, SUPERSEDED, Read, Result, only_newest, read
from lectopt.grading.roster import RosterError, read_roster
from lectopt.grading.submission import MOST_BYTES, Rejected

TREE = [
    "ada/03.ipynb",
    "ada/deeper/04.ipynb",
    "bob.ipynb",
    "lovelaceada_12345_67890_03_momentum.ipynb",
    "hopper-grace_LATE_22345_67891_my_file_1.ipynb",
    "Emmy Noether_123456_assignsubmission_file_/03_momentum.ipynb",
    "Karen Uhlenbeck_123457_assignsubmission_file/03.ipynb",
    "Zoë Ω_9_assignsubmission_file_04.ipynb",
    "=cmd|'C calc'!A0/<b>&\n\u202e.ipynb",
    "eve/notes.pdf",
]
WHO = {
    *(("ada", "ada/03.ipynb"), ("ada", "ada/deeper/04.ipynb"), ("bob", "bob.ipynb")),
    *(("lovelaceada", TREE[3]), ("hopper-grace", TREE[4]), ("Emmy Noether", TREE[5]), ("Karen Uhlenbeck", TREE[6])),
    *(("Zoë Ω", TREE[7]), ("=cmd|'C calc'!A0", TREE[8]), ("eve", "eve/notes.pdf")),
}
LITTER = [".DS_Store", "ada/.ipynb_checkpoints/03-checkpoint.ipynb", "__MACOSX/ada/._03.ipynb", "eve/Thumbs.db"]


def zipped(path, files, content="{}"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in files:
            archive.writestr(name, content)
    return path


def reason(submission):
    with pytest.raises(Rejected) as error:
        submission.read()
    return str(error.value)


def pairs(found):
    return [(s.student, s.label) for s in found]


@pytest.fixture
def folder(tmp_path):
    for name in TREE + LITTER:
        path = tmp_path / "class" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    return tmp_path / "class"


def test_a_folder(folder):
    found = find_submissions(folder)
    assert len(found) == len(TREE) and set(pairs(found)) == WHO
    assert all(s.read() == b"{}" for s in found)


def test_a_zip_is_as_good_as_a_folder(folder, tmp_path):
    found = find_submissions(zipped(tmp_path / "a.zip", TREE + LITTER))
    assert pairs(found) == pairs(find_submissions(folder))
    assert all(s.read() == b"{}" for s in found)


@pytest.mark.parametrize(("inner", "names"), [("class", ["ada.ipynb", "bob.ipynb"]), ("x", ["ada/1.ipynb", "ada/2"])])
def test_a_zip_may_hold_the_folder_of_the_class(tmp_path, inner, names):
    found = find_submissions(zipped(tmp_path / "class.zip", [f"{inner}/", *(f"{inner}/{name}" for name in names)]))
    assert [s.label for s in found] == names


def test_a_zip_of_one_student_is_no_class(tmp_path):
    assert pairs(find_submissions(zipped(tmp_path / "class.zip", ["ada/3.ipynb"]))) == [("ada", "ada/3.ipynb")]


def test_what_was_written_is_not_handed_in(folder):
    (folder / "out" / "feedback").mkdir(parents=True)
    (folder / "out" / "feedback" / "ada.html").write_text("")
    assert len(find_submissions(folder, leave_out=folder / "out")) == len(TREE)


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_links_folders_and_pipes_named_like_notebooks(tmp_path):
    """One row each; opened they are not, or this test would never end."""
    place = tmp_path / "class"
    (place / "ada").mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "s.ipynb").write_text("{}")
    (place / "ada" / "link.ipynb").symlink_to(tmp_path / "secret" / "s.ipynb")
    (place / "ada" / "away").symlink_to(tmp_path / "secret")
    (place / "root.ipynb").symlink_to(tmp_path / "secret")
    (place / "loop").symlink_to(place)
    (place / "ada" / "folder.ipynb").mkdir()
    (place / "ada" / "folder.ipynb" / "in.ipynb").write_text("{}")
    os.mkfifo(place / "ada" / "pipe.ipynb")
    found = find_submissions(place)
    assert sorted(s.label for s in found) == [
        *("ada/away", "ada/folder.ipynb", "ada/link.ipynb", "ada/pipe.ipynb", "loop", "root.ipynb")
    ]
    assert {reason(s) for s in found} == {"this is no file but a folder, a link or something stranger"}


def test_a_file_that_is_gone_or_too_large_is_rejected(tmp_path):
    assert "No such file" in reason(Submission("ada", tmp_path / "gone.ipynb"))
    with open(tmp_path / "large.ipynb", "wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert "larger than 20 MB" in reason(Submission("ada", tmp_path / "large.ipynb"))


def test_zip_slip(tmp_path):
    names = ["../../evil.ipynb", "/etc/evil.ipynb", "ada/../../../x.ipynb", "..\\..\\evil.ipynb", "bob/3.ipynb"]
    place = tmp_path / "in" / "in" / "a.zip"
    place.parent.mkdir(parents=True)
    found = find_submissions(zipped(place, names))
    good = [s for s in found if not s.problem]
    assert len(found) == 5 and pairs(good) == [("bob", "bob/3.ipynb")]
    assert all("points out of the archive" in reason(s) for s in found if s.problem)
    assert not any(".." in s.label.split("/") or s.label.startswith("/") for s in found)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [place], "nothing is ever unpacked"


@pytest.mark.parametrize("claimed", [None, 10])
def test_a_zip_bomb_is_not_unpacked(tmp_path, claimed):
    """200 MB of zeros in 200 KB, which may claim to be small."""
    place = tmp_path / "a.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("ada/3.ipynb", "w") as file:
        for _ in range(200):
            file.write(bytes(1_000_000))
    if claimed:
        data = bytearray(place.read_bytes())
        at = data.rfind(b"PK\x01\x02")
        data[at + 24 : at + 28] = struct.pack("<I", claimed)
        place.write_bytes(data)
    (bomb,) = find_submissions(place)
    tracemalloc.start()
    words = reason(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert ("larger than 20 MB" in words) if not claimed else ("cannot be unpacked" in words)
    assert peak < 3 * MOST_BYTES


def test_odd_entries_of_a_zip_are_rejected_one_by_one(tmp_path):
    place = tmp_path / "a.zip"
    with zipfile.ZipFile(place, "w") as archive:
        link = zipfile.ZipInfo("ada/link.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("ada/encrypted.ipynb", "{}")
        archive.writestr("ada/lzma.ipynb", "{}", compress_type=zipfile.ZIP_LZMA)
        archive.writestr("ada/broken.ipynb", "a text that will be changed")
        archive.writestr("ada/folder.ipynb/in.ipynb", "{}")
        archive.writestr("ada/folder.ipynb/too.ipynb", "{}")
        archive.mkdir("bob/empty.ipynb")
        archive.writestr("bob/right.ipynb", "{}")
    data = bytearray(place.read_bytes().replace(b"will be changed", b"has been change"))
    at = data.index(b"ada/encrypted.ipynb", data.index(b"PK\x01\x02"))
    data[at - 46 + 8] |= 1
    place.write_bytes(data)
    found = {s.label: s for s in find_submissions(place)}
    assert found.pop("bob/right.ipynb").read() == b"{}"
    words = {label: reason(s) for label, s in found.items()}
    assert "CRC" in words.pop("ada/broken.ipynb")
    assert words.pop("ada/encrypted.ipynb") == "it is encrypted"
    assert words.pop("ada/lzma.ipynb") == "it is packed in a way that is not supported"
    assert set(words) == {"ada/link.ipynb", "ada/folder.ipynb", "bob/empty.ipynb"}
    assert all("no file but a folder" in word for word in words.values())


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_two_rows(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("ada/3.ipynb", "one")
        archive.writestr("ada/3.ipynb", "two")
    assert sorted(s.read() for s in find_submissions(tmp_path / "a.zip")) == [b"one", b"two"]


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(3), b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip(tmp_path, content):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(CollectError):
        find_submissions(tmp_path / "a.zip")
    with pytest.raises(CollectError):
        find_submissions(tmp_path / "nothing")


def test_two_students_of_one_name_are_told_apart(tmp_path):
    names = ["John Smith_1_assignsubmission_file_/3.ipynb", "John Smith_2_assignsubmission_file_/3.ipynb"]
    found = find_submissions(zipped(tmp_path / "a.zip", [*names, "Eve_3_assignsubmission_file_/3.ipynb"]))
    assert [s.student for s in found] == ["Eve", "John Smith (1)", "John Smith (2)"]


def test_names_that_only_look_like_an_lms():
    assert whose("ada_03_momentum.ipynb", False) == Owner("ada_03_momentum")
    assert whose("ada_lovelace_123_456", True) == Owner("ada_lovelace_123_456")


def test_names_of_canvas():
    """As in its lib/content_zipper.rb, with and without names, in time and late."""
    assert whose("lovelaceada_12345_67890_3.ipynb", False) == Owner("lovelaceada", "12345", 67890)
    assert whose("de_laada_LATE_12345_67890_3-1.ipynb", False) == Owner("de_laada", "12345", 67890, late=True)
    assert whose("anon_aB3dE_67890_3.ipynb", False) == Owner("anon_aB3dE", "aB3dE", 67890)
    assert whose("LATE_anon_aB3dE_67890_3.ipynb", False) == Owner("anon_aB3dE", "aB3dE", 67890, late=True)


# Which of several counts.

NOTEBOOK = '{"cells": [{"cell_type": "code", "source": "# answer: double\\nx = 1"}]}'


def decided(found, exercises):
    return {getattr(f, "submission", f).label: f for f in only_newest([read(s, exercises) for s in found])}


@pytest.fixture
def exercises():
    from grading_class import small

    from lectopt.grading.exercise import read_exercise

    return [read_exercise(small(), "01_small")]


def test_of_canvas_the_later_upload_counts(tmp_path, exercises):
    """Its zip dates everything alike, and a numeral in a name sorts 10 before 9."""
    names = ["lovelaceada_12345_999_3-9.ipynb", "lovelaceada_LATE_12345_1000_3-10.ipynb"]
    results = decided(find_submissions(zipped(tmp_path / "a.zip", names, NOTEBOOK)), exercises)
    assert results[names[0]].outcome == SUPERSEDED and isinstance(results[names[1]], Read)
    assert [results[name].submission.late for name in names] == [False, True]


def test_the_newest_counts(tmp_path, exercises):
    for name, time in [
        ("ada/new.ipynb", 300.0),
        ("ada/old.ipynb", 200.0),
        ("ada/b/older.ipynb", 100.0),
        ("bob.ipynb", 1),
    ]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(NOTEBOOK)
        os.utime(path, (time, time))
    (tmp_path / "ada" / "z.ipynb").write_text("newer, and no notebook")
    got = decided(find_submissions(tmp_path), exercises)
    assert got["ada/new.ipynb"].note == "the newest of 3 files for this exercise" and got["bob.ipynb"].note == ""
    for old in ("ada/old.ipynb", "ada/b/older.ipynb"):
        assert (got[old].outcome, got[old].points, got[old].exercise) == ("superseded", None, "01_small")
        assert got[old].reason == "a newer file counts: ada/new.ipynb"
    assert got["ada/z.ipynb"].outcome == "rejected"


def test_in_a_zip_the_time_of_the_entry_counts(tmp_path, exercises):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, year in [("ada/a.ipynb", 2001), ("ada/b.ipynb", 2003), ("ada/c.ipynb", 2002)]:
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), NOTEBOOK)
        strange = zipfile.ZipInfo("ada/d.ipynb")
        strange.date_time = (1980, 0, 0, 0, 0, 0)
        archive.writestr(strange, NOTEBOOK)
    got = decided(find_submissions(tmp_path / "a.zip"), exercises)
    assert [label for label, f in got.items() if not isinstance(f, Result)] == ["ada/b.ipynb"]


@pytest.mark.parametrize(
    "text", ['{"worksheets": [{"cells": 5}]}', '{"cells": [{"cell_type": "code", "source": [[5]]}]}']
)
def test_notebooks_out_of_shape_are_the_files_fault(tmp_path, exercises, text):
    (tmp_path / "ada.ipynb").write_text(text)
    assert [read(s, exercises).outcome for s in find_submissions(tmp_path)] == ["rejected"]


# The roster.


def roster(tmp_path, text):
    (tmp_path / "roster.csv").write_bytes(text.encode())
    return read_roster(tmp_path / "roster.csv")


def sub(student, account=""):
    return Submission(student, Path("3.ipynb"), f"{student}/3.ipynb", account=account)


def test_everyone_has_a_row_in_the_order_of_the_roster(tmp_path):
    listed = roster(tmp_path, '\ufeffid,Student\n1,Zoë\n77,"Lovelace, Ada"\n3,bob\n4,Eve\n')
    found = [listed.named(s) for s in (sub("bob"), sub("lovelaceada"), sub("mallory"), sub("E. V.", "4"), sub("carl"))]
    got = listed.arranged([Result(s, "graded") for s in sorted(found, key=lambda s: s.student)], True)
    assert [(r.submission.student, r.outcome, r.submission.listed) for r in got] == [
        *[("Zoë", MISSING, True), ("Lovelace, Ada", "graded", True), ("bob", "graded", True), ("Eve", "graded", True)],
        *[("carl", "graded", False), ("mallory", "graded", False)],
    ]
    assert got[0].points == 0 and got[0].out_of is None


def test_other_rosters(tmp_path):
    assert roster(tmp_path, "name;group\nada;1\n\nbob;2\n").students == (("ada", ""), ("bob", ""))
    two = roster(tmp_path, "student,id\nJohn Smith,1\nJohn Smith,2\n")
    assert (
        two.named(sub("John Smith (2)", "2")).student == two.named(sub("John Smith", "2")).student == "John Smith (2)"
    )
    assert two.named(sub("John Smith")).listed is False, "which of the two is not known"
    alike = roster(tmp_path, "student\nJ. Smith\nJ Smith\n")
    assert alike.named(sub("jsmith")).listed is False and alike.named(sub("J. Smith")).listed
    for text in ("", "student\n", "student\nada\nada\n"):
        with pytest.raises(RosterError):
            roster(tmp_path, text)
    (tmp_path / "wide.csv").write_bytes("student\nZoë\n".encode("utf-16"))
    with pytest.raises(RosterError, match="UTF-8"):
        read_roster(tmp_path / "wide.csv")


CANVAS = """Student,ID,SIS Login ID,Section,Exercise 3 (4711),Exercise 13 (4712)
    Points Possible,,,,10.00,10.00
"Lovelace, Ada",501,ada,A,,
"Hopper, Grace",502,grace,A,,9
"Noether, Emmy",503,emmy,A,7,
"""
MOODLE = """Identifier,Full name,Email address,Status,Grade,Maximum Grade
Participant 501,Ada Lovelace,ada@x,Submitted,-,10
Participant 502,Grace Hopper,grace@x,No submission,-,10
"""


def graded(student, account, exercise, points):
    row = Row("check", "answer", False, points, 10)
    return Result(sub(student, account), "graded", exercise, [row])


def book(listed, *results):
    named = [replace(result, submission=listed.named(result.submission)) for result in results]
    return gradebook(listed.arranged(named, True), listed)


def test_a_gradebook_of_canvas_comes_back_with_points_in_its_own_columns(tmp_path):
    listed = roster(tmp_path, CANVAS)
    assert [name for name, _ in listed.students] == ["Lovelace, Ada", "Hopper, Grace", "Noether, Emmy"]
    old = replace(graded("hoppergrace", "502", "03_momentum", 1), outcome="superseded")
    ours = Result(sub("noetheremmy", "503"), "grader_error", "03_momentum")
    text = book(listed, graded("lovelaceada", "501", "03_momentum", 8), graded("x", "", "03_momentum", 1), old, ours)
    assert text == CANVAS.replace("501,ada,A,,", "501,ada,A,8,"), "nothing else has changed"
    both = book(listed, graded("a", "501", "03_momentum", 8), graded("a", "501", "10_regularization", 0)).splitlines()
    assert both[0].endswith(",Exercise 13 (4712),10_regularization") and both[2].endswith(",ada,A,8,,0")


def test_a_gradebook_keeps_the_form_of_its_file(tmp_path):
    """The mark of UTF-8 and the ends of lines, as Excel and an LMS want them."""
    (tmp_path / "roster.csv").write_bytes("\ufeff이름,Grade\r\n김 민수,\r\n".encode())
    listed = read_roster(tmp_path / "roster.csv")
    assert book(listed, graded("김민수", "", "03_momentum", 7)) == "\ufeff이름,Grade\r\n김 민수,7\r\n"


def test_a_gradebook_with_every_field_in_quotes_comes_back_so(tmp_path):
    listed = roster(tmp_path, '"Full name","Grade"\n"Ada Lovelace",""\n"Hopper, Grace","-"\n')
    text = book(listed, graded("Ada Lovelace", "", "03_momentum", 7))
    assert text == '"Full name","Grade"\n"Ada Lovelace","7"\n"Hopper, Grace","-"\n'


def test_a_stray_notebook_leaves_the_column_to_the_others_and_names_match_in_any_order(tmp_path):
    listed = roster(tmp_path, "Full name,Grade\n" + "".join(f'"Family{i}, Given{i}",\n' for i in range(6)))
    results = [graded(f"given{i} family{i}", "", "03_momentum" if i else "05_adaptive", i) for i in range(6)]
    lines = book(listed, *results).splitlines()
    assert lines[0] == "Full name,Grade,05_adaptive" and lines[1] == '"Family0, Given0",,0'
    assert lines[2:] == [f'"Family{i}, Given{i}",{i},' for i in range(1, 6)]


def test_a_worksheet_of_moodle_comes_back_with_its_grade_filled_in(tmp_path):
    listed = roster(tmp_path, MOODLE)
    assert listed.students == (("Ada Lovelace", "501"), ("Grace Hopper", "502"))
    assert book(listed, graded("Ada L.", "501", "03_momentum", 8)) == MOODLE.replace("Submitted,-", "Submitted,8")
    parts = roster(tmp_path, "Surname;First name;Note\nLovelace;Ada;x\nHopper;Grace\n")
    assert book(parts, graded("Ada Lovelace", "", "03_momentum", 8)) == (
        "Surname;First name;Note;03_momentum\nLovelace;Ada;x;8\nHopper;Grace;;\n"
    )
