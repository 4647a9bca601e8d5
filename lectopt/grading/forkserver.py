"""A process that has imported pytest and nbval once and forks the judges: imports take longer than judging.

It reads requests from a socket, each with three open files that become the
judge's standard input, output and error. When the socket closes, because its
owner ends or is killed, it ends, and its judge with it.
"""

import array
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, Any

_LIMIT = 1 << 17  # bytes of a request: a command and an environment


class Fork:
    """A judge that was forked; like a `Popen`, as far as it is needed."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self.pid = int(line.recv(32))

    def wait(self, timeout: float) -> int:
        """Its exit code. Raises TimeoutExpired."""
        self._line.settimeout(timeout)
        try:
            said = self._line.recv(32)
        except TimeoutError as error:
            raise subprocess.TimeoutExpired("judge", timeout) from error
        return int(said or -signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        """Nothing happens if it is gone."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


class ForkServer:
    """The process that forks, from outside."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            program = f"from lectopt.grading import forkserver; forkserver.serve({theirs.fileno()})"
            command = [sys.executable, "-P", "-c", program]
            self.process = subprocess.Popen(
                command, env=dict(env), pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
            )

    def fork(self, arguments: Sequence[str], env: Mapping[str, str], cwd: str, files: Sequence[IO[Any]]) -> Fork:
        """Start pytest with these arguments. Raises OSError when the server is gone."""
        request = json.dumps({"arguments": list(arguments), "env": dict(env), "cwd": cwd}).encode()
        self._line.settimeout(None)
        socket.send_fds(self._line, [request], [file.fileno() for file in files])
        return Fork(self._line)

    def close(self) -> None:
        """End it, and the judge that it may have."""
        self._line.close()
        self.process.wait()


def serve(file: int) -> None:
    """Fork until the other end of the socket closes."""
    from . import plugin  # noqa: F401 - this is what takes its time

    line = socket.socket(fileno=file)
    gc.freeze()  # what is imported stays: no judge need look through it, or copy its pages
    while True:
        request, files, _, _ = socket.recv_fds(line, _LIMIT, 3)
        if not request:
            return
        pid = os.fork()
        if pid == 0:
            line.close()
            _judge(json.loads(request), files)
        for file in files:
            os.close(file)
        line.send(str(pid).encode())
        if (code := _ended(pid, line)) is None:
            return
        line.send(str(code).encode())


def _ended(pid: int, line: socket.socket) -> int | None:
    """Wait for the judge's end and return its exit code, or for the end of the line."""
    ends, pidfd = select.poll(), os.pidfd_open(pid)
    ends.register(line, select.POLLIN)
    ends.register(pidfd, select.POLLIN)
    happened = dict(ends.poll())
    os.close(pidfd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) if pidfd in happened else None


def _judge(request: Mapping[str, Any], files: "array.array[int] | list[int]") -> None:
    """The life of a judge. It ends here."""
    code = 1
    try:
        os.setsid()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - the plugin reads it
        import pytest

        code = int(pytest.main(request["arguments"]))
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
