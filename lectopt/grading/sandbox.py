"""What a student's process may see and use: a sandbox made by bubblewrap, and how to find out whether it holds.

Inside there is the Python installation, this package, a small empty `/tmp`, and
nothing else: no network, no other process, no home, no file of the course. What
is written is gone with the last process.
"""

import functools
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from .mounts import MARK, PACKAGE, environment, free_user, mounts, namespaces
from .seccomp import seccomp_program

MB = 1_000_000
# Collects what ends, and takes all along when argv ends.
_FIRST = ("/bin/sh", "-c", '"$@"; exit $?', "sh")


class SandboxError(Exception):
    """There is no sandbox that holds: says what to do."""


@dataclass(frozen=True)
class Bounds:
    """What one student's processes may use."""

    data: int = 1000 * MB  # bytes of private memory of one process: beyond, MemoryError
    address_space: int = 4000 * MB  # of one process: a kernel with scikit-learn reserves 1 GB and uses a tenth
    memory: int = 1500 * MB  # bytes of all processes together, watched
    processes: int = 100  # threads count
    file: int = 64 * MB
    files: int = 256  # open in one process
    tmp: int = 128 * MB
    entries: int = 20_000  # files and folders in one file system of memory, watched
    cpu: int = 900  # seconds of one process; how long a cell may take is the grader's affair


@dataclass(frozen=True)
class Sandbox:
    """A way to start processes so that they can do no harm. Two that run at the same time need two slots."""

    bwrap: str
    root: bool  # we are, so the processes of each slot get a user of their own
    user: int  # the first of these, or the one who we are
    slot: int = 0
    bounds: Bounds = field(default_factory=Bounds)

    def at(self, slot: int) -> "Sandbox":
        """This sandbox for another worker: its user and its core."""
        return replace(self, slot=slot)

    def to_json(self) -> dict[str, Any]:
        """What `from_json` needs."""
        return asdict(self)

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Sandbox":
        """The sandbox that another process has found."""
        return Sandbox(data["bwrap"], data["root"], data["user"], data["slot"], Bounds(**data["bounds"]))

    @contextmanager
    def command(
        self, argv: Sequence[str], files: Mapping[str, bytes] | None = None
    ) -> Iterator[tuple[list[str], list[int]]]:
        """The command that runs argv inside, and the file descriptors it inherits.

        The files are laid down at the paths given. Everything else goes through a descriptor too, because a
        command line can be read inside.
        """
        descriptors: list[int] = []

        def give(content: bytes) -> str:
            descriptors.append(_holding(content))
            return str(descriptors[-1])

        try:
            options = [*namespaces(self.root), *mounts(self.bounds.tmp, self._user(), dict(files or {}), give)]
            if program := seccomp_program():
                options += ["--seccomp", give(program)]
            arguments = give("\0".join(options).encode() + b"\0")
            yield [self.bwrap, "--args", arguments, "--", *self._limits(), *argv], descriptors
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def env(self) -> dict[str, str]:
        """The environment inside, as far as the sandbox decides about it."""
        return environment()

    def core(self) -> int:
        """The processor core of this slot: what one student does to it is not done to another."""
        cores = sorted(os.sched_getaffinity(0))
        return cores[self.slot % len(cores)]

    def _user(self) -> int:
        return self.user + self.slot if self.root else self.user

    def _limits(self) -> list[str]:
        b = self.bounds
        limits = {"data": b.data, "as": b.address_space, "nproc": b.processes, "fsize": b.file, "nofile": b.files}
        limits |= {"cpu": b.cpu, "core": 0, "msgqueue": 0, "memlock": 0}
        command = ["/usr/bin/prlimit", *(f"--{name}={value}" for name, value in limits.items())]
        if self.root:  # a limit on processes counts for each user, and never for root
            as_user = [
                f"--reuid={self._user()}",
                f"--regid={self._user()}",
                "--clear-groups",
                "--inh-caps=-all",
                "--bounding-set=-all",
            ]
            return [*command, "/usr/bin/setpriv", *as_user]
        return [*command, *_FIRST]


def find_sandbox(bounds: Bounds | None = None) -> Sandbox:
    """A sandbox that has just held against an attack. Raises SandboxError with what to do. Tried once per process."""
    return _find(bounds or Bounds())


@functools.cache
def _find(bounds: Bounds) -> Sandbox:
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxError("bubblewrap is missing: sudo apt install bubblewrap (it needs Linux)")
    root = os.geteuid() == 0
    sandbox = Sandbox(bwrap, root, free_user() if root else os.geteuid(), bounds=bounds)
    swept = f"lectopt-{os.getpid()}-"  # by another grader, if this one is killed
    with tempfile.TemporaryDirectory(prefix=swept) as folder, socket.create_server(("127.0.0.1", 0)) as server:
        canary = Path(folder) / "canary"
        canary.write_text(secrets.token_hex())
        canary.chmod(0o644)
        canary.parent.chmod(0o755)
        target = {"paths": [str(canary)], "port": server.getsockname()[1], "hosts": [], "pid": os.getpid()}
        target |= {"read_only": [str(PACKAGE)], **asdict(bounds)}
        done = probe(sandbox, target)
    if done.returncode != 0:
        raise SandboxError(_advice(done.stderr.strip()[-500:]))
    if broken := json.loads(done.stdout):
        raise SandboxError(f"the sandbox does not hold: {'; '.join(broken)}")
    return sandbox


def probe(sandbox: Sandbox, target: Mapping[str, Any], timeout: float = 30.0) -> "subprocess.CompletedProcess[str]":
    """Try the quick attacks from inside: prints those that got through as JSON."""
    program = f"{attack_code()}\nquick({dict(target)!r})"
    with sandbox.command([sys.executable, "-I", "-S", "-c", program]) as (command, descriptors):
        return subprocess.run(
            command, env=sandbox.env(), cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True,
            pass_fds=descriptors, timeout=timeout, start_new_session=True,
        )  # fmt: skip


def attack_code() -> str:
    """The source of all attacks: nothing of ours need be installed where it runs."""
    return "".join((Path(__file__).parent / name).read_text("utf-8") for name in ("attacks.py", "bombs.py"))


def _advice(said: str) -> str:
    """The one-line fix for what bwrap said."""
    if "prlimit" in said or "setpriv" in said:
        return f"util-linux is missing: sudo apt install util-linux (bwrap said: {said})"
    if Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").exists():
        fix = "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
    elif Path("/proc/sys/kernel/unprivileged_userns_clone").exists():
        fix = "sudo sysctl kernel.unprivileged_userns_clone=1"
    else:
        fix = "sudo sysctl user.max_user_namespaces=10000; in a container, start it with the right to mount"
    return f"bubblewrap cannot make a sandbox here. Allow it user namespaces: {fix} (bwrap said: {said or 'nothing'})"


def sweep() -> None:
    """End what is left of sandboxes whose grader was killed just when it made them.

    Until it has set everything up bubblewrap's first process inside does not end with the one outside.
    """
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, KeyError):
            lines = (folder / "status").read_text().splitlines()
            status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
            first = status["NSpid"].split()[1:] == ["1"]  # of a namespace inside ours
            ours = first and MARK.encode() in (folder / "environ").read_bytes()
            if ours and Path(f"/proc/{status['PPid']}/comm").read_text().strip() != "bwrap":
                os.kill(int(folder.name), signal.SIGKILL)


def _holding(content: bytes) -> int:
    """A file in memory that holds this."""
    descriptor = os.memfd_create("lectopt")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
