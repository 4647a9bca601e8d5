"""Attacks by which a hostile answer takes more than its share, or outlasts itself. Written like those of `attacks`."""

import contextlib
import mmap
import os
import signal
import threading
import time


class Broken(Exception):
    """The sandbox did not hold."""


def forks(target: dict) -> None:
    """start processes without end (fork bomb)"""
    import resource  # Windows has none, and there too somebody may ask for the doctor

    if resource.getrlimit(resource.RLIMIT_NPROC)[1] > target["processes"]:
        raise Broken("processes are not limited")
    held, hold = os.pipe()
    children = []
    with contextlib.suppress(OSError):
        while len(children) <= target["processes"]:
            if not (child := os.fork()):
                os.close(hold)
                os.read(held, 1)  # until the parent is through
                os._exit(0)
            children.append(child)
    os.close(hold)
    for child in children:
        os.waitpid(child, 0)
    if len(children) > target["processes"]:
        raise Broken(f"{len(children)} processes")


def bomb(target: dict) -> None:
    """... each of which does the same, and none listens to signals"""
    forks(target)
    for number in range(1, 32):
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    while True:
        with contextlib.suppress(OSError):
            os.fork()


def threads(target: dict) -> None:
    """start threads without end (thread bomb)"""
    stop, started = threading.Event(), []
    with contextlib.suppress(RuntimeError):
        while len(started) <= target["processes"]:
            started.append(threading.Thread(target=stop.wait))
            started[-1].start()
    stop.set()
    if len(started) > target["processes"]:
        raise Broken(f"{len(started)} threads")


def memory(target: dict) -> None:
    """take memory without end, private and shared, in one process"""
    for take in (bytearray, lambda size: mmap.mmap(-1, size)):
        taken = []
        with contextlib.suppress(MemoryError, OSError):
            while len(taken) * 10**8 < 10 * target["memory"]:
                taken.append(take(10**8))
            raise Broken(f"{len(taken) / 10:g} GB")
        del taken


def together(target: dict) -> None:
    """take memory in many processes, each within its limit"""
    size, children = target["memory"] // 4, []
    told, tell = os.pipe()
    for number in range(8):
        if not (child := os.fork()):
            held = mmap.mmap(-1, size) if number % 2 else bytearray(size)
            held[::4096] = bytes(len(range(0, size, 4096)))
            os.write(tell, b"x")
            time.sleep(60)
            os._exit(len(held) & 1)
        children.append(child)
    for _ in children:
        os.read(told, 1)
    time.sleep(1)
    raise Broken(f"{len(children) * size / 1e9:g} GB")


def disk(target: dict) -> None:
    """fill the disk: /tmp, /dev/shm, the home, the kernel's sockets"""
    for folder in {"/tmp", "/dev/shm", "/ipc", os.path.expanduser("~"), os.getcwd()}:
        written, paths = 0, []
        with contextlib.suppress(OSError):
            while written <= 2 * target["tmp"]:
                paths.append(f"{folder}/fill-{len(paths)}")
                with open(paths[-1], "wb", buffering=0) as file:
                    for _ in range(50):
                        written += file.write(bytes(10**6))
        for path in paths:
            os.unlink(path)
        if written > 2 * target["tmp"]:
            raise Broken(f"{written / 1e6:g} MB in {folder}")


def entries(target: dict) -> None:
    """make files without end, all empty"""
    for i in range(20 * target["entries"]):
        with open(f"/tmp/empty-{i}", "w"):
            pass
    raise Broken(f"{i + 1} files")


def flood(target: dict) -> None:
    """print without end"""
    for _ in range(1000):
        print("x" * 10**6)
    raise Broken("all of it was read")


def daemon(target: dict) -> None:
    """leave a process behind that has left its session"""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(1000)
        os._exit(0)


def kill_all(target: dict) -> None:
    """kill everything that can be killed"""
    for pid in (1, target["pid"], -target["pid"], os.getppid()):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.kill(-1, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
