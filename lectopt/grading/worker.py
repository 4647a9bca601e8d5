"""Processes that judge one submission after the other, each with a slot of its own.

A worker reads calls from its standard input. When that ends, because the grader
has no more or is no more, it ends the kernel it may have and then itself: so
nothing stays behind, not even when the grader is killed.
"""

import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from types import FrameType
from typing import IO, Any

from .process import GraderError

PATIENCE = 15.0  # seconds that a worker has to end its kernel and itself
_LENGTH = struct.Struct("!Q")

Call = Callable[[int], Any]  # what a worker is to do in its slot; it travels by pickle


class Worker:
    """A process that runs calls, started when there is one, and again if it died."""

    def __init__(self, slot: int) -> None:
        self.slot = slot
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def run(self, call: Call) -> Any:
        """What the call returns. Raises GraderError when it raises, or its process dies."""
        process = self._start()
        assert process.stdin and process.stdout
        try:
            _send(process.stdin, (call, self.slot))
            fault, value = _receive(process.stdout)
        except (OSError, EOFError, ValueError) as error:
            self._end(process)
            raise GraderError(f"the process that judged it died ({_ended(process)})") from error
        if fault:
            raise GraderError(fault)
        return value

    def stop(self) -> None:
        """Let the process end what it is doing and itself; returns when it is gone."""
        with self._lock:
            self._stopped, process = True, self._process
        if process:
            self._end(process)

    def _start(self) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._stopped:
                raise GraderError("the grader was stopped")
            if self._process is None or self._process.poll() is not None:
                command = [sys.executable, "-P", "-m", "lectopt.grading.worker"]
                pipe = subprocess.PIPE
                self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True)
            return self._process

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        with suppress(OSError, ValueError):
            process.stdin.close()  # type: ignore[union-attr]
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with suppress(OSError, ValueError):
            process.stdout.close()  # type: ignore[union-attr]


class Pool:
    """Workers with the slots 0, 1, ...; leaving it ends them and whatever they run."""

    def __init__(self, number: int) -> None:
        self._workers = [Worker(slot) for slot in range(number)]
        self._threads: list[threading.Thread] = []
        self._todo: deque[tuple[Any, Call]] = deque()

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self._todo.clear()
        endings = [threading.Thread(target=worker.stop) for worker in self._workers]
        for thread in endings:
            thread.start()
        for thread in [*endings, *self._threads]:
            thread.join()

    def run(self, calls: Iterable[tuple[Any, Call]], alone: bool = False) -> Iterator[tuple[Any, Any]]:
        """Each call's name with what it returned, or with its GraderError, as they get ready; alone: one at a time."""
        self._todo.extend(calls)
        number, done = len(self._todo), queue.SimpleQueue[tuple[Any, Any]]()
        for worker in self._workers[: 1 if alone else number]:
            thread = threading.Thread(target=self._work, args=(worker, done), daemon=True)
            self._threads.append(thread)
            thread.start()
        for _ in range(number):
            yield done.get()

    def _work(self, worker: Worker, done: "queue.SimpleQueue[tuple[Any, Any]]") -> None:
        while True:
            try:
                name, call = self._todo.popleft()
            except IndexError:
                return
            try:
                done.put((name, worker.run(call)))
            except Exception as error:  # whatever it is, somebody waits for an answer
                done.put((name, error if isinstance(error, GraderError) else GraderError(f"{error!r}")))


def serve() -> None:
    """A worker's life."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anybody prints is no answer
    calls: queue.SimpleQueue[tuple[Call, int] | None] = queue.SimpleQueue()
    signal.signal(signal.SIGINT, _once)
    threading.Thread(target=_listen, args=(calls, threading.get_ident()), daemon=True).start()
    with suppress(KeyboardInterrupt, BrokenPipeError):
        while (job := calls.get()) is not None:
            call, slot = job
            try:
                answer = ("", call(slot))
            except Exception as error:
                answer = (str(error) if isinstance(error, GraderError) else f"{type(error).__name__}: {error}", None)
            _send(answers, answer)


def _listen(calls: "queue.SimpleQueue[tuple[Call, int] | None]", main: int) -> None:
    try:
        with suppress(EOFError, OSError), open(0, "rb", buffering=0, closefd=False) as unbuffered:  # no lock at exit
            while True:
                calls.put(_receive(unbuffered))
    finally:  # also after a call that cannot be understood
        calls.put(None)
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(main, signal.SIGINT)  # it may wait for a kernel that takes its time


def _once(number: int, frame: FrameType | None) -> None:
    """Interrupt what goes on, and let nothing interrupt the clearing up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _send(stream: IO[bytes], thing: Any) -> None:
    data = pickle.dumps(thing)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def _receive(stream: IO[bytes]) -> Any:
    """The next thing that was sent, from our own process at the other end. Raises EOFError."""
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return pickle.loads(_exactly(stream, length))


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = b""
    while len(data) < length:
        if not (part := stream.read(length - len(data))):
            raise EOFError("the other end is closed")
        data += part
    return data


def _ended(process: "subprocess.Popen[bytes]") -> str:
    return f"signal {-process.returncode}" if process.returncode < 0 else f"exit code {process.returncode}"


if __name__ == "__main__":
    serve()
