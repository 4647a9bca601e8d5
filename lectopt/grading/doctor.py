"""`lectopt doctor`: attack our own sandbox as a hostile answer would, from a kernel like theirs, and say what held."""

import argparse
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import attacks, bombs
from .kernel import Lost, StudentKernel
from .mounts import PACKAGE, installed
from .sandbox import Bounds, Sandbox, SandboxError, attack_code, find_sandbox

# In one kernel, one after the other; then each in a kernel of its own, because it may not survive.
GENTLE = ("files", "search", "environment", "processes", "network", "sockets", "write", "rights", "mounting")
GENTLE += ("forks", "threads", "memory", "disk")
HARSH = ("bomb", "together", "entries", "flood", "daemon", "kill_all")
_FENDED_OFF = ("OSError", "PermissionError", "BlockingIOError", "MemoryError")
SECONDS = 20.0  # for an attack
BOMB_SECONDS = 3.0


@dataclass(frozen=True)
class Finding:
    """How one attack went: the words say what got through."""

    attack: str
    words: str = ""

    @property
    def held(self) -> bool:
        """Was it fended off?"""
        return not self.words


def examine(sandbox: Sandbox, names: Sequence[str] = GENTLE + HARSH, course: Path | None = None) -> Iterator[Finding]:
    """Attack the sandbox and tell how each attack went, as soon as it is over."""
    with _targets(sandbox.bounds, course) as target, ExitStack() as stack:
        gentle = [name for name in names if name in GENTLE]
        patient = stack.enter_context(_Patient(sandbox, target)) if gentle else None
        for name in gentle:
            assert patient
            yield Finding(_words(name), patient.suffer(name) or _missing(target))
        if patient:
            yield Finding("leave a process behind", patient.remains())
        for name in (name for name in names if name in HARSH):
            with _Patient(sandbox, target) as patient:
                words = patient.suffer(name)
            yield Finding(_words(name), words or patient.remains() or _missing(target))


def doctor(options: argparse.Namespace) -> int:
    """Print a line for each attack; returns the exit code of the command."""
    try:
        sandbox = find_sandbox()
    except SandboxError as error:
        print(f"lectopt: {error}", file=sys.stderr)
        return 2
    user = "root, each answer as a user of its own" if sandbox.root else "an ordinary user"
    print(f"bubblewrap, run by {user}. An answer tries to")
    findings = []
    for finding in examine(sandbox, course=options.course):
        findings.append(finding)
        print(f"  {'held  ' if finding.held else 'BROKEN'}  {finding.attack} {finding.words}".rstrip(), flush=True)
    broken = sum(not finding.held for finding in findings)
    print(f"{len(findings) - broken} of {len(findings)} held")
    return 1 if broken else 0


class _Patient:
    """A kernel that is attacked from inside."""

    def __init__(self, sandbox: Sandbox, target: dict[str, Any]) -> None:
        self.target = target
        with tempfile.TemporaryDirectory(prefix=f"lectopt-{os.getpid()}-") as folder:
            connection = Path(folder) / "kernel.json"
            self.kernel = StudentKernel(Path(folder), connection, sandbox.env(), 60.0, 600.0, sandbox)
        self.init = self.kernel.km.provisioner.init
        self.space = os.readlink(f"/proc/{self.init}/ns/pid")

    def __enter__(self) -> "_Patient":
        self.run(attack_code(), SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self.kernel.stop()

    def suffer(self, name: str) -> str:
        """Try an attack; returns what got through."""
        try:
            return self.run(f"{name}({self.target!r})", BOMB_SECONDS if name == "bomb" else SECONDS)
        except Lost:  # it has cost the attacker the kernel
            return ""

    def run(self, code: str, limit: float) -> str:
        """Run code; returns what it raises, but for what an attack that was fended off may raise."""
        message = self.kernel.execute_cell_input(code, allow_stdin=False)
        self.kernel.await_reply(message, limit)
        broken = ""
        while True:
            got = self.kernel.get_message("iopub")
            if got["parent_header"].get("msg_id") != message:
                continue
            content = got["content"]
            if got["msg_type"] == "error" and content["ename"] not in _FENDED_OFF:
                broken = f"{content['ename']}: {content['evalue']}"
            if content.get("execution_state") == "idle":
                return broken

    def remains(self) -> str:
        """End the kernel; returns which of its processes are left."""
        self.kernel.stop()
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        left = [pid for pid in pids if _space(pid) == self.space and not _dead(pid)]
        return f"processes {left} are left" if left else ""


@contextmanager
def _targets(bounds: Bounds, course: Path | None) -> Iterator[dict[str, Any]]:
    """What is attacked: files, ports and sockets, and a process, all outside."""
    token = secrets.token_hex()
    abstract = f"lectopt-{token}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"lectopt-{os.getpid()}-")))
        folder.chmod(0o755)
        canary = folder / f"canary-{token}"
        canary.write_text(token)
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        for address in (str(folder / "socket"), "\0" + abstract):
            unix = stack.enter_context(socket.socket(socket.AF_UNIX))
            unix.bind(address)
            unix.listen()
        (folder / "socket").chmod(0o777)
        victim = stack.enter_context(_victim(token))
        paths = [canary, folder / "socket", Path.home() / ".ssh", Path.home() / ".bashrc", *_course(course)]
        yield {
            "paths": [str(path) for path in paths if path.exists()], "name": canary.name, "token": token,
            "socket": str(folder / "socket"), "abstract": abstract, "port": server.getsockname()[1],
            "hosts": _addresses(), "pid": victim, "read_only": [str(PACKAGE)], **asdict(bounds),
        }  # fmt: skip


@contextmanager
def _victim(token: str) -> Iterator[int]:
    """A process outside, which knows something."""
    sleeps = [sys.executable, "-c", "import time; time.sleep(3600)"]
    with subprocess.Popen(sleeps, env={"TOKEN": token}, start_new_session=True) as process:
        try:
            yield process.pid
        finally:
            process.kill()


def _missing(target: dict[str, Any]) -> str:
    """Is the process outside still there?"""
    return "a process outside was ended" if _dead(target["pid"]) else ""


def _dead(pid: int) -> bool:
    """Has it ended? It may still be there for its parent to see."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def _course(course: Path | None) -> list[Path]:
    """What of a course must not be seen: all but the Python and the package that may lie in it."""
    if course is None:
        return [PACKAGE.parent / name for name in ("solutions", "exercises", "tests", ".git")]
    shown = list(installed())
    return [path for path in course.resolve().iterdir() if not any(part.is_relative_to(path) for part in shown)]


def _addresses() -> list[str]:
    """This machine's own addresses."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    except OSError:
        return []
    return sorted(address for address in found if not address.startswith("127."))


def _space(pid: int) -> str:
    """The namespace of processes that a process belongs to."""
    try:
        return os.readlink(f"/proc/{pid}/ns/pid")
    except OSError:
        return ""


def _words(name: str) -> str:
    return str(getattr(bombs if hasattr(bombs, name) else attacks, name).__doc__)
