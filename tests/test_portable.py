"""What macOS and Windows lack is missed by the sandbox alone: the rest is imported, checks and releases without."""

import json
import os
import re
import subprocess
import sys

import pytest
from conftest import ROOT
from grading_class import SMALL, filled, save, small

from lectopt.grading import process
from lectopt.grading.check import check_notebook
from lectopt.grading.release import release

# What Windows has not of the modules that we use, and the modules it has not.
LACKS = {
    "os": [
        *("fork", "forkpty", "getuid", "geteuid", "killpg", "setsid", "getpgid", "sched_getaffinity"),
        *("sched_setaffinity", "memfd_create", "pidfd_open", "statvfs", "sysconf", "uname", "chown", "O_NOFOLLOW"),
        *("O_NONBLOCK", "wait3", "wait4", "posix_spawn"),
    ],
    "signal": ["SIGKILL", "SIGHUP", "SIGALRM", "SIGCHLD", "SIGUSR1", "pthread_kill", "pidfd_send_signal", "setitimer"],
    "socket": ["AF_UNIX", "send_fds", "recv_fds", "SOCK_SEQPACKET"],
    "select": ["poll", "epoll"],
}
MODULES = ["fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog"]
IMPORT = """
import json, pathlib, sys
import anywidget, jinja2, jupyter_client.manager, matplotlib.pyplot, nbclient, nbval.plugin, pytest, rich.progress
lacks, modules = json.loads(sys.argv[1])
for name, missing in lacks.items():
    for attribute in missing:
        vars(__import__(name)).pop(attribute, None)
for name in modules:
    sys.modules[name] = None
sys.platform = "win32"
import importlib
done = []
for path in sorted(pathlib.Path("lectopt").rglob("*.py")):
    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    importlib.import_module(name)
    done.append(name)
print(len(done), "lectopt.grading.cli" in done)
from lectopt.grading.cli import main
sys.exit(main(["doctor"]))
"""


def test_every_module_is_imported_on_windows_and_the_doctor_says_what_is_missing(tmp_path):
    command = [sys.executable, "-c", IMPORT, json.dumps([LACKS, MODULES])]
    environment = os.environ | {"PATH": str(tmp_path), "PYTHONPATH": str(ROOT)}  # no bwrap is found
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    number = len(list((ROOT / "lectopt").rglob("*.py")))
    assert done.stdout.strip() == f"{number} True", done.stderr
    assert done.returncode == 2 and "it needs Linux" in done.stderr


@pytest.fixture
def exercise(tmp_path):
    save(small(), tmp_path / "solutions" / "01_small.ipynb")
    return tmp_path


@pytest.mark.long
def test_check_and_release_work_where_no_process_is_forked(exercise, monkeypatch):
    """The way that macOS and Windows go."""
    monkeypatch.setattr(process, "_forked", process._started)
    assert len(release(exercise / "solutions", exercise / "exercises")) == 2
    answers = {re.match("# answer: (.*)", cell)[1]: cell for cell in SMALL if cell.startswith("# answer")}
    right = filled(small(), {name: "\n".join(cell.splitlines()[1:]) for name, cell in answers.items()})
    checked = check_notebook(save(right, exercise / "right.ipynb"), exercise / "exercises")
    assert checked.points == checked.out_of == 6
    wrong = filled(right, {"double": "def double(x):\n    return 3 * x"})
    rows = check_notebook(save(wrong, exercise / "wrong.ipynb"), exercise / "exercises").rows
    assert [row.passed for row in rows] == [False, True]


PASSED = """
import sys
from lectopt.grading import cli
from lectopt.grading.check import Checked
from lectopt.grading.judge import Row
cli.check_notebook = lambda *_: Checked("01_small", [Row("one", "double", False, 1, 1)], {})
sys.exit(cli.main(["check", "mine.ipynb", "--exercises", "."]))
"""


def test_a_pipe_that_knows_few_characters_is_no_error(tmp_path):
    """As on Windows, where a pipe has the code page of the country."""
    environment = os.environ | {"PYTHONIOENCODING": "cp1252", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", PASSED], cwd=tmp_path, env=environment, capture_output=True)
    assert done.returncode == 0 and b"? passed  one (1 of 1 point)" in done.stdout, done.stderr
