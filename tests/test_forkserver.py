"""The process that forks the judges: it serves many runs, and nothing outlives whom it works for."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from grading_class import small

from lectopt.grading import GraderError, process
from lectopt.grading.exercise import read_exercise
from lectopt.grading.process import run_cells

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="judges are forked on Linux only")
EXERCISE = read_exercise(small(), "small")


@pytest.fixture(autouse=True)
def no_server_yet():
    process._end_server()
    yield
    process._end_server()


def passed():
    return all(outcome.passed for outcome in run_cells(EXERCISE.cells, None).values())


def test_one_server_forks_every_judge():
    assert passed()
    server = process._server().process.pid
    assert passed() and process._server().process.pid == server


def test_a_server_that_died_is_an_error_of_ours_and_the_next_run_starts_another():
    assert passed()
    process._server().process.kill()
    process._server().process.wait()
    with pytest.raises(GraderError, match="judge"):
        passed()
    assert passed()


def test_a_run_that_takes_too_long_is_ended_and_the_next_run_is_right(monkeypatch):
    monkeypatch.setattr(process, "STARTUP", -29.9)
    with pytest.raises(GraderError, match="did not answer within"):
        run_cells(EXERCISE.cells, None, total_timeout=0.2)
    monkeypatch.undo()
    assert passed()


def test_with_its_owner_ends_the_server_and_the_judge_and_the_kernel(tmp_path):
    """The owner is killed in the middle of a run, and of its processes none is left."""
    code = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
from grading_class import small
from lectopt.grading.exercise import read_exercise
from lectopt.grading.process import run_cells
loop = small(("return 2 * x", "open({str(tmp_path / "here")!r}, 'w'); import time; time.sleep(600)"))
run_cells(read_exercise(loop, "small").cells, None, cell_timeout=600)
"""
    known = {**os.environ, "LECTOPT_TEST": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", code], env=known) as owner:
        until(lambda: (tmp_path / "here").exists())
        below = [owner.pid, *descendants(owner.pid)]
        assert len(below) >= 4, "owner, server, judge, kernel"
        owner.send_signal(signal.SIGKILL)
    until(lambda: not any(alive(pid) for pid in below))


def until(done, seconds=60):
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def descendants(pid):
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            yield int(child)
            yield from descendants(int(child))


def alive(pid):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
