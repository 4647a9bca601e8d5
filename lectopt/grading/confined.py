"""A kernel in a sandbox, as jupyter_client wants it: started, reached over sockets that are files, and ended for good.

The sockets lie in a small file system of memory inside the sandbox, and are
reached from outside through `/proc/PID/root`. A folder of this machine in their
place would be one that the student may fill: as an ordinary user the student's
processes own it, whatever its mode.
"""

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerBase

from .mounts import CONNECTION, SOCKETS
from .sandbox import Sandbox

PORTS = {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5}
LOOK = 0.05  # seconds between two looks at what the sandbox uses


class Confined(KernelProvisionerBase):  # type: ignore[misc]
    """The kernel of one student. `init` is the first process of its namespace: with it go all others."""

    sandbox: Sandbox
    timeout = 60.0
    process: subprocess.Popen[bytes] | None = None
    init = pidfd = pid = -1  # pid: of the kernel itself
    excess = ""  # of what the sandbox used too much

    @property
    def has_process(self) -> bool:
        """Has it been started, and not yet been ended?"""
        return self.process is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """The command in the sandbox."""
        manager: KernelManager = self.parent
        outside = os.path.realpath(manager.connection_file)
        command = manager.format_kernel_cmd(kwargs["extra_arguments"])
        command = [CONNECTION if part == outside else part for part in command]
        self.connection_info = {"transport": "ipc", "ip": f"{SOCKETS}/{os.urandom(8).hex()}", **PORTS}
        self.connection_info["signature_scheme"] = manager.session.signature_scheme
        return {"cmd": command, "env": kwargs["env"]}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Start it and wait for its sockets: they are connected once, before any code of the student runs."""
        connection = json.dumps(self.connection_info | {"key": self.parent.session.key.decode()}).encode()
        with self.sandbox.command(cmd, {CONNECTION: connection}) as (command, descriptors):
            self._start(command, descriptors, kwargs["env"])
        self.connection_info["ip"] = f"/proc/{self.init}/root{self.connection_info['ip']}"
        self.connection_info["key"] = self.parent.session.key
        end = time.monotonic() + self.timeout
        waiting = [f"{self.connection_info['ip']}-{port}" for port in PORTS.values()]
        while waiting := [path for path in waiting if not _listens(path)]:
            if await self.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the kernel did not start in the sandbox")
            await asyncio.sleep(0.005)
        *_, self.pid = descendants(self.init)  # those that started it are above it
        threading.Thread(target=self._watch, daemon=True).start()
        return self.connection_info

    async def poll(self) -> int | None:
        """Its exit code, None while it runs."""
        return 0 if self.process is None else self.process.poll()

    async def wait(self) -> int | None:
        """Wait for its end."""
        while (code := await self.poll()) is None:
            await asyncio.sleep(0.005)
        return code

    async def send_signal(self, signum: int) -> None:
        """Only the signal that ends it: any other would hit bubblewrap, which it would end too."""
        if signum == signal.SIGKILL:
            self.end()

    async def kill(self, restart: bool = False) -> None:
        """End every process of the sandbox."""
        self.end()

    async def terminate(self, restart: bool = False) -> None:
        """End every process of the sandbox."""
        self.end()

    async def cleanup(self, restart: bool = False) -> None:
        """Nothing is left that would have to be cleaned up."""
        self.end()

    def end(self) -> None:
        """End every process of the sandbox, and return when there is none any more."""
        process, self.process = self.process, None
        if process is None:
            return
        if self.pidfd >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
            waiting = select.poll()
            waiting.register(self.pidfd, select.POLLIN)
            waiting.poll(10_000)  # it ends after all the others
            os.close(self.pidfd)
            self.pidfd = -1
            with suppress(subprocess.TimeoutExpired):
                process.wait(2)  # bwrap sees to its child, and ends
        process.kill()
        process.wait()

    def _start(self, command: Sequence[str], descriptors: list[int], env: dict[str, str]) -> None:
        told, tell = os.pipe()
        quiet = subprocess.DEVNULL
        cores = os.sched_getaffinity(0)  # of this thread; the child inherits it
        os.sched_setaffinity(0, {self.sandbox.core()})
        try:
            self.process = subprocess.Popen(
                [command[0], "--info-fd", str(tell), *command[1:]], env=env, cwd="/", start_new_session=True,
                stdin=quiet, stdout=quiet, stderr=quiet, pass_fds=[*descriptors, tell],
            )  # fmt: skip
        finally:
            os.sched_setaffinity(0, cores)
            os.close(tell)
        with open(told) as info:
            said = info.read()
        if not said:
            raise RuntimeError("bubblewrap did not start")
        self.init = json.loads(said)["child-pid"]
        self.pidfd = os.pidfd_open(self.init)

    def _watch(self) -> None:
        """End the sandbox when its processes together use more than they may."""
        bounds, pidfd = self.sandbox.bounds, os.dup(self.pidfd)
        while (process := self.process) and process.poll() is None:
            with suppress(OSError, ValueError):
                members = list(descendants(self.init))
                if _sum(members, _resident) > bounds.memory and _sum(members, _share) > bounds.memory:
                    self.excess = "used more memory than it may"
                if any(_entries(self.init, path) > bounds.entries for path in ("tmp", "dev/shm", SOCKETS[1:])):
                    self.excess = "made more files than it may"
            if self.excess:
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
                break
            time.sleep(LOOK)
        os.close(pidfd)


def descendants(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    for child in _children(pid):
        yield from descendants(child)


def _children(pid: int) -> list[int]:
    """Those that a process has started, as far as they can still be seen."""
    found: list[int] = []
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError):
                found += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
    return found


def _sum(pids: Sequence[int], size: Callable[[int], int]) -> int:
    total = 0
    for pid in pids:
        with suppress(OSError, IndexError):  # it has ended in the meantime
            total += size(pid)
    return total


def _resident(pid: int) -> int:
    """Bytes of memory, what it shares with others counted in full."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _share(pid: int) -> int:
    """Bytes of memory, of what several use a share each. Slower."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _entries(init: int, path: str) -> int:
    """How many files and folders there are in a file system of the sandbox."""
    found = os.statvfs(f"/proc/{init}/root/{path}")
    return found.f_files - found.f_ffree


def _listens(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as tried:
        return tried.connect_ex(path) == 0
