"""Run the cells of an exercise under nbval, in a pytest process apart from this one and from the kernel: the judge.

Everything that a run needs on disk lies in a folder of its own that is gone
afterwards. The kernel starts in an empty folder; only the seeds of the hidden
inputs enter its environment.
"""

import atexit
import functools
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from .exercise import Cell, to_run
from .forkserver import ForkServer
from .marks import Check
from .sandbox import Sandbox, sweep

SEEDS = "LECTOPT_SEEDS"
_SERVERS: dict[int, ForkServer] = {}  # of each thread that runs something
STARTUP = 60.0  # seconds for a kernel to start, on a machine that has other things to do

# All that the user's environment passes on: where programs, libraries and temporary files are, and the language.
_KEPT = (
    *("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP", "PYTHONPATH", "VIRTUAL_ENV"),
    *("LD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA"),
    *("LOCALAPPDATA", "PROGRAMDATA", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"),
)


class GraderError(Exception):
    """Something went wrong that is not the student's fault."""


@dataclass(frozen=True)
class Outcome:
    """How one cell ended."""

    passed: bool
    words: str = ""  # why it did not pass
    lost: bool = False  # the kernel was lost in it
    printed: str = ""
    shown: list[dict[str, Any]] = field(default_factory=list)  # the values, when they were recorded


def run_cells(
    cells: Sequence[Cell],
    expected: Mapping[str, list[dict[str, Any]]] | None,
    seeds: Mapping[str, int] | None = None,
    cell_timeout: float = 10.0,
    total_timeout: float = 600.0,
    sandbox: Sandbox | None = None,
) -> dict[str, Outcome]:
    """The outcome of every cell that was run, by cell id; expected outputs by the check's name, None to record them.

    After a cell that loses the kernel no other is run. Of two runs at the same time each needs a slot of the
    sandbox (`sandbox.at(slot)`); None for no sandbox. Raises GraderError.
    """
    token = secrets.token_hex()
    _sweep()
    with tempfile.TemporaryDirectory(prefix=f"lectopt-{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        root = _lay_out(Path(folder), cells)
        kernel: dict[str, Any] = {"cwd": str(root / "kernel"), "connection": str(root / "runtime" / "kernel.json")}
        kernel |= {"env": _kernel_env(root, seeds, sandbox), "total": total_timeout}
        kernel |= {"sandbox": sandbox and sandbox.to_json(), "folder": folder}
        job = _job(cells, expected, token) | kernel
        hard = STARTUP + 30 + total_timeout
        judge = _forked if sys.platform.startswith("linux") else _started
        answer, complaints = judge(_arguments(root, cell_timeout), _env(root), root / "judge", job, hard)
    return _outcomes(answer, complaints, token)


@functools.cache
def _sweep() -> None:
    """Remove, once, the folders of graders that were killed together with their judges, and end their sandboxes."""
    if not Path("/proc/self").exists():
        return
    sweep()
    for folder in Path(tempfile.gettempdir()).glob("lectopt-*-*"):
        pid = folder.name.split("-")[1]
        with suppress(OSError):
            if pid.isdigit() and not Path(f"/proc/{pid}").exists() and folder.stat().st_uid == os.geteuid():
                shutil.rmtree(folder, ignore_errors=True)


def _lay_out(root: Path, cells: Sequence[Cell]) -> Path:
    """What a run needs on disk."""
    for name in ("judge", "ipython", "runtime", "kernel"):
        (root / name).mkdir()
    (root / "judge" / "pytest.ini").write_text("[pytest]\n")
    nbformat.write(_notebook(cells), root / "judge" / "cells.ipynb")
    return root


def _notebook(cells: Sequence[Cell]) -> nbformat.NotebookNode:
    made = [nbformat.v4.new_code_cell(to_run(cell), id=cell.id) for cell in cells]
    return nbformat.v4.new_notebook(cells=made)


def _job(cells: Sequence[Cell], expected: Mapping[str, Any] | None, token: str) -> dict[str, Any]:
    checks = {
        cell.id: {
            "expected": expected[cell.mark.name] if expected is not None else [],
            "tolerance": cell.mark.tolerance,
            "hidden": cell.mark.hidden,
            "source": cell.source,
        }
        for cell in cells
        if isinstance(cell.mark, Check)
    }
    setup = [cell.id for cell in cells if not cell.answer]
    return {"token": token, "record": expected is None, "checks": checks, "setup": setup}


def _arguments(root: Path, cell_timeout: float) -> list[str]:
    plugins = ["-p", "lectopt.grading.plugin", "-p", "nbval.plugin"]  # ours first: it loads nbformat the quick way
    alone = ["-c", str(root / "judge" / "pytest.ini"), "--rootdir", str(root / "judge"), "--noconftest"]
    quiet = ["-s", "-q", "--tb=short", "--color=no", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
    limits = [f"--nbval-cell-timeout={cell_timeout}", f"--nbval-kernel-startup-timeout={STARTUP}"]
    return [*plugins, *alone, *quiet, "--nbval-lax", *limits, str(root / "judge" / "cells.ipynb")]


def _env(root: Path) -> dict[str, str]:
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    one_core = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    ours = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "JUPYTER_RUNTIME_DIR": str(root / "runtime")}
    return env | one_core | ours | {"PYTHONHASHSEED": "0", "PYTHONIOENCODING": "utf-8"}


def _kernel_env(root: Path, seeds: Mapping[str, int] | None, sandbox: Sandbox | None) -> dict[str, str]:
    env = _env(root) | {"IPYTHONDIR": str(root / "ipython")}
    for name in ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "JUPYTER_RUNTIME_DIR"):
        del env[name]
    if sandbox:
        env = {name: value for name, value in env.items() if name not in _KEPT} | sandbox.env()
    return env | ({} if seeds is None else {SEEDS: json.dumps(dict(seeds))})


def _server() -> ForkServer:
    """The process that forks the judges of this thread, started when there is one to fork."""
    thread = threading.get_ident()
    if thread not in _SERVERS:
        env = {name: value for name, value in _env(Path("/nowhere")).items() if name != "JUPYTER_RUNTIME_DIR"}
        _SERVERS[thread] = ForkServer(env)
    return _SERVERS[thread]


def _end_server() -> None:
    """End it and its judge; the next run starts another."""
    if server := _SERVERS.pop(threading.get_ident(), None):
        server.close()


@atexit.register
def _end_servers() -> None:
    while _SERVERS:
        _SERVERS.popitem()[1].close()


def _forked(
    arguments: Sequence[str], env: Mapping[str, str], cwd: Path, job: dict[str, Any], hard: float
) -> tuple[str, str]:
    """What the judge answers and what it complains of: through files in memory, so that nothing can be stuck."""
    with ExitStack() as stack:
        files = [stack.enter_context(os.fdopen(os.memfd_create(name), "w+b")) for name in ("job", "answer", "said")]
        files[0].write(json.dumps(job | {"grader": _server().process.pid}).encode())
        files[0].seek(0)
        try:
            judge = _server().fork(arguments, env, str(cwd), files)
            judge.wait(hard)
        except BaseException as error:  # also when the grader itself is interrupted: no kernel may stay behind
            if "judge" in locals():
                judge.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    judge.wait(5)
            _end_server()
            if isinstance(error, subprocess.TimeoutExpired):
                raise GraderError(f"the judge did not answer within {hard:g} s") from error
            if isinstance(error, OSError | ValueError):
                raise GraderError(f"the judge could not be started: {error}") from error
            raise
        for file in files[1:]:
            file.seek(0)
        return files[1].read().decode("utf-8", "replace"), files[2].read().decode("utf-8", "replace")


def _started(
    arguments: Sequence[str], env: Mapping[str, str], cwd: Path, job: dict[str, Any], hard: float
) -> tuple[str, str]:
    """The same where processes cannot be forked: slower."""
    pipe, command = subprocess.PIPE, [sys.executable, "-P", "-m", "pytest", *arguments]
    with subprocess.Popen(
        command, env=dict(env), cwd=cwd, stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8", start_new_session=True
    ) as judge:
        try:
            return judge.communicate(json.dumps(job | {"grader": os.getpid()}), timeout=hard)
        except BaseException as error:
            _end(judge)
            if isinstance(error, subprocess.TimeoutExpired):
                raise GraderError(f"the judge did not answer within {hard:g} s") from error
            raise


def _end(judge: subprocess.Popen[str]) -> None:
    """Let pytest end its kernel, and if it does not, end pytest: the kernel follows."""
    judge.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
    try:
        judge.communicate(timeout=5)
    except subprocess.TimeoutExpired:
        judge.kill()


def _outcomes(answer: str, complaints: str, token: str) -> dict[str, Outcome]:
    try:
        data = json.loads(answer)
        if data["token"] != token or not data["cells"]:
            raise ValueError("not the judge's answer")
    except (ValueError, KeyError, TypeError) as error:
        raise GraderError(f"the judge gave no answer; it said: {complaints[-1000:].strip() or 'nothing'}") from error
    for cell in data["cells"]:
        if cell["fault"]:
            raise GraderError(f"in cell {cell['id']}: {cell['fault']}")
    return {
        cell["id"]: Outcome(cell["passed"], cell["words"], cell["lost"], cell["printed"], cell["shown"])
        for cell in data["cells"]
    }
