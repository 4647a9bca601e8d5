"""The journal: what was judged is kept, by one grader at a time, whatever happens to it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from grading_class import small

from lectopt.grading.exercise import read_exercise
from lectopt.grading.journal import NAME, Busy, Journal, JournalError, fingerprint, judged, verdict_key
from lectopt.grading.judge import Row

ROWS = [
    Row("one", "double", False, 1, 2, "words \ud800 é", "hint", "note", "\x1b[31m"),
    Row("two", "double", True, 0, 3),
]
HOLD = """
import sys, time
from pathlib import Path
from lectopt.grading.journal import Journal
from lectopt.grading.judge import Row
journal = Journal(Path(sys.argv[1]))
for i in range(10_000):
    journal.keep(f"key {i}", [Row("one", "double", False, 1, 2)])
    print(i, flush=True)
"""


def holder(folder):
    """Another process that writes into the journal of a folder, as fast as it can."""
    return subprocess.Popen([sys.executable, "-c", HOLD, folder], stdout=subprocess.PIPE, text=True)


def test_what_is_kept_is_there_again(tmp_path):
    with Journal(tmp_path / "new" / "out") as journal:
        assert journal.verdict("a") is None
        journal.keep("a", ROWS)
        journal.keep("b", [])
    with Journal(tmp_path / "new" / "out") as journal:
        assert journal.verdict("a") == ROWS and journal.verdict("b") == []
        journal.keep("a", [])
        assert journal.verdict("a") == []
    assert set(judged(tmp_path / "new" / "out")) == {"a", "b"}


def test_held_alone_also_while_nothing_is_written(tmp_path):
    with Journal(tmp_path), pytest.raises(Busy):
        Journal(tmp_path)
    Journal(tmp_path).close()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_held_alone_until_its_process_is_dead_and_nothing_is_lost(tmp_path):
    with holder(str(tmp_path)) as other:
        assert other.stdout
        for line in other.stdout:
            if int(line) == 20:
                break
        with pytest.raises(Busy, match="another grader is at work"):
            Journal(tmp_path)
        os.kill(other.pid, signal.SIGKILL)
        told = [int(line) for line in other.stdout]
    with Journal(tmp_path) as journal:
        assert all(journal.verdict(f"key {i}") is not None for i in range(max(told, default=20) + 1))


def test_a_full_disk_is_told_and_loses_nothing(tmp_path):
    with Journal(tmp_path) as journal:
        journal.keep("a", ROWS)
        (pages,) = journal._connection.execute("PRAGMA page_count").fetchone()
        journal._connection.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(JournalError, match="the disk is full"):
            journal.keep("b", [Row("x" * 100_000, "", False, 0, 1)])
        assert journal.verdict("a") == ROWS and journal.verdict("b") is None
    with Journal(tmp_path) as journal:
        assert journal.verdict("a") == ROWS


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount")
def test_a_disk_that_is_really_full(tmp_path):
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", tmp_path], capture_output=True, check=False
    )
    if done.returncode and not os.environ.get("CI"):
        pytest.skip("this root may not mount")
    assert done.returncode == 0, done.stderr
    kept = 0
    try:
        with Journal(tmp_path) as journal, pytest.raises(JournalError, match="the disk is full"):
            while kept < 1000:
                journal.keep(f"key {kept}", ROWS)
                kept += 1
        subprocess.run(["mount", "-o", "remount,size=2m", tmp_path], check=True)
        assert len(judged(tmp_path)) == kept > 10
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="cannot be written"):
        Journal(tmp_path / "file" / "out")


def test_a_damaged_journal_is_told(tmp_path):
    (tmp_path / NAME).write_bytes(b"no database" * 1000)
    with pytest.raises(JournalError, match="delete it"):
        Journal(tmp_path)


def test_the_key_changes_with_all_that_a_verdict_depends_on():
    exercise = read_exercise(small(), "small")
    other = read_exercise(small(("show(number)", "show(number + 0)")), "small")
    keys = [
        verdict_key(b"file", exercise, b"secret", 10.0, True),
        verdict_key(b"another", exercise, b"secret", 10.0, True),
        verdict_key(b"file", other, b"secret", 10.0, True),
        verdict_key(b"file", read_exercise(small(), "name"), b"secret", 10.0, True),
        verdict_key(b"file", exercise, b"other", 10.0, True),
        verdict_key(b"file", exercise, None, 10.0, True),
        verdict_key(b"file", exercise, b"secret", 5.0, True),
        verdict_key(b"file", exercise, b"secret", 10.0, False),
    ]
    assert len(set(keys)) == len(keys) and keys[0] == verdict_key(b"file", exercise, b"secret", 10.0, True)


def test_the_key_changes_with_the_grader(monkeypatch):
    exercise = read_exercise(small(), "small")
    before = verdict_key(b"file", exercise, None)
    monkeypatch.setattr("lectopt.grading.journal.grader", lambda: "a later one")
    assert verdict_key(b"file", exercise, None) != before


def test_the_secret_is_not_in_the_journal(tmp_path):
    secret = b"a secret that is nowhere else"
    with Journal(tmp_path) as journal:
        journal.keep(verdict_key(b"file", read_exercise(small(), "small"), secret), ROWS)
    assert all(secret not in path.read_bytes() for path in Path(tmp_path).iterdir())
    assert secret.decode() not in fingerprint(secret) and len(fingerprint(secret)) == 32
