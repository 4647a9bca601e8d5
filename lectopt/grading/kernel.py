"""The kernel in which a submission runs, as nbval sees it.

This is the only place that starts a student's process, in a sandbox if there is one.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
from jupyter_client.manager import KernelManager
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager, RunningKernel

from .sandbox import Sandbox

SLICE = 0.1  # seconds between two looks at whether the kernel still lives
AFTERWARDS = 3.0  # seconds for a cell's output after its end
PATIENCE = 3.0  # times its limit a cell may take at most, when other programs have the processor
MOST_BYTES = 10_000_000  # of output of one cell
MOST_MESSAGES = 10_000

# Options that keep the kernel from writing its history, and from drawing more of a traceback than anybody reads.
_OPTIONS = ["--HistoryManager.enabled=False", "--IPKernelApp.log_level=CRITICAL", "--InteractiveShell.xmode=Plain"]


class Lost(Exception):
    """The kernel cannot go on, and through whose fault: says why in plain words."""


def kept_waiting(pid: int, own: Iterable[int]) -> float:
    """Seconds in which a process would have run and programs that are not its own had the processor.

    `own` are all its processes, it among them. Differences count, and only where the system counts who waits.
    """
    try:
        ran, waited = map(int, Path(f"/proc/{pid}/schedstat").read_text().split()[:2])
    except (OSError, ValueError):
        return 0.0
    return (waited + ran) / 1e9 - sum(map(_used, own))


def _used(pid: int) -> float:
    """Seconds of the processor that a process has used, with those that it has seen end."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended in the meantime
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


class StudentKernel(RunningKernel):  # type: ignore[misc]
    """nbval's kernel with an environment and a folder of its own, and quick to notice that it is lost.

    nbval alone would wait for a dead kernel until the cell's time is over,
    and would go on waiting after an interrupt that the kernel ignores.
    """

    least = 0.0  # seconds that the next cell gets in any case
    ready = False

    def __init__(
        self,
        cwd: Path,
        connection: Path,
        env: Mapping[str, str],
        startup_timeout: float,
        total: float,
        sandbox: Sandbox | None = None,
    ) -> None:
        self._start(cwd, connection, env, startup_timeout, sandbox)
        self.deadline = self.end = time.monotonic() + startup_timeout
        self.limit = startup_timeout
        self.messages = self.bytes = 0
        try:
            self.kc.start_channels(hb=not sandbox)
            self._ensure_iopub_up()
        except BaseException:
            self.stop()
            raise
        self.end, self.ready = time.monotonic() + total, True

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        """Start a cell and forget what the one before has put out."""
        self.messages = self.bytes = 0
        message: str = super().execute_cell_input(cell_input, allow_stdin)
        return message

    def await_reply(self, msg_id: str, timeout: float | None = None) -> None:
        """Wait for the end of a cell. Raises Lost as soon as it cannot come, or not in time."""
        self.limit = max(timeout or 60.0, self.least)
        self.begun, self.kept_before = time.monotonic(), self._kept_waiting()
        self.deadline = min(self.begun + self.limit, self.end)
        try:
            super().await_reply(msg_id, timeout=self.limit)
        except RuntimeError as error:
            raise Lost("the kernel gave up the cell") from error

    def _ensure_iopub_up(self) -> None:
        """Ask until an answer comes on both channels: jupyter_client and nbval would wait 0.2 s for nothing to come."""
        while True:
            asked = self.kc.kernel_info()
            super().await_reply(asked, timeout=self.limit)
            with suppress(Empty):
                return self.await_idle(asked, SLICE)
            if time.monotonic() > self.deadline:
                raise RuntimeError("the kernel's output channel did not open")

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        """The next message, in short looks. Raises Lost when none comes; Empty, as nbval expects, until it is ready."""
        last = self.deadline + AFTERWARDS if stream == "iopub" else self.deadline
        end = min(time.monotonic() + (timeout or AFTERWARDS), last)
        while True:
            with suppress(Empty):
                return self._counted(self._receive(stream, min(SLICE, max(end - time.monotonic(), 0.001))))
            if not self.is_alive():
                raise Lost(getattr(self.km.provisioner, "excess", "") or "the kernel died")
            if time.monotonic() >= end:
                if not (self.ready and stream == "shell" and self._more_time()):
                    break
                end = self.deadline
        if not self.ready:
            raise Empty
        if stream == "iopub":
            raise Lost("the end of its output never came")
        raise Lost("no time was left for it" if end >= self.end else f"took longer than {self.limit:g} s")

    def _more_time(self) -> bool:
        """Give the cell back the time in which others had the processor, within bounds: was there any?"""
        kept = max(self._kept_waiting() - self.kept_before, 0.0)
        self.deadline = min(self.begun + min(self.limit + kept, PATIENCE * self.limit), self.end)
        return self.deadline > time.monotonic() + SLICE

    def _kept_waiting(self) -> float:
        from .confined import descendants  # needs Linux

        return kept_waiting(self.pid, descendants(getattr(self.km.provisioner, "init", self.pid)))

    def stop(self) -> None:
        """End the kernel and every process of its group."""
        if not hasattr(self, "km"):
            return
        self.kc.stop_channels()
        self.km.shutdown_kernel(now=True)
        self.end_group()
        del self.km

    def end_group(self) -> None:
        """End the processes that share a group with the kernel. In a sandbox there are no others."""
        if self.group and hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.group, signal.SIGKILL)

    def _start(
        self, cwd: Path, connection: Path, env: Mapping[str, str], startup_timeout: float, sandbox: Sandbox | None
    ) -> None:
        names = {"kernel_name": CURRENT_ENV_KERNEL_NAME, "connection_file": str(connection)}
        self.km = KernelManager(kernel_spec_manager=NbvalKernelspecManager(), **names)
        if sandbox:
            from .confined import Confined  # needs Linux

            self.km.provisioner = Confined(kernel_spec=self.km.kernel_spec, parent=self.km)
            self.km.provisioner.sandbox, self.km.provisioner.timeout = sandbox, startup_timeout
        quiet = subprocess.DEVNULL
        self.km.start_kernel(cwd=str(cwd), env=dict(env), stdout=quiet, stderr=quiet, extra_arguments=_OPTIONS)
        self.group, self.pid = getattr(self.km.provisioner, "pgid", None), self.km.provisioner.pid
        self.kc = self.km.client()
        if sandbox:
            self.kc.context.setsockopt(zmq.RECONNECT_IVL, -1)  # or a student could have us connect elsewhere

    def _receive(self, stream: str, timeout: float) -> dict[str, Any]:
        get = self.kc.get_iopub_msg if stream == "iopub" else self.kc.get_shell_msg
        try:
            message: dict[str, Any] = get(timeout=timeout)
        except (Empty, KeyboardInterrupt):
            raise
        except Exception as error:  # a message that cannot be read, whatever is wrong with it
            raise Lost("the kernel sent something that cannot be read") from error
        return message

    def _counted(self, message: dict[str, Any]) -> dict[str, Any]:
        content = message["content"]
        self.messages += 1
        self.bytes += len(str(content.get("text", ""))) + len(str(content.get("data", "")))
        if self.messages > MOST_MESSAGES or self.bytes > MOST_BYTES:
            raise Lost("put out more than anyone could read")
        return message
