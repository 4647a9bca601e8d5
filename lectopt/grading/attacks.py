"""What a hostile answer might try, one function each. Run inside a sandbox, by a Python that has nothing but itself.

An attack returns when it was fended off, and raises Broken when it got through.
It is told of targets outside: files, ports, sockets, a process, and the limits
that should hold. The first line of its docstring is what `lectopt doctor` prints.
"""

import contextlib
import ctypes
import glob
import json
import os
import socket
import sys

QUICK = ("files", "network", "write", "rights", "processes", "forks")  # what is tried before the sandbox is trusted


class Broken(Exception):
    """The sandbox did not hold."""


def quick(target: dict) -> None:
    """Print, as JSON, which of a few attacks got through, in words."""
    got = []
    for name in QUICK:
        try:
            globals()[name](target)
        except Broken as broken:
            got.append(f"it can {globals()[name].__doc__}: {broken}")
        except Exception as error:  # such an attack would otherwise count as fended off
            got.append(f"{name}: {type(error).__name__}: {error}")
    print(json.dumps(got))


def files(target: dict) -> None:
    """read files of the course, the secret, submissions and homes"""
    for path in target["paths"]:
        if os.path.lexists(path):
            raise Broken(f"{path} can be seen")


def search(target: dict) -> None:
    """search the whole disk for solutions, exercises and grades"""
    for folder, _, names in os.walk("/"):
        for name in names:
            if name == target["name"] or (name.endswith(".ipynb") and "exercises" in folder):
                raise Broken(f"{folder}/{name} can be seen")


def environment(target: dict) -> None:
    """read the grader's environment, also that of /proc/1, and its command line"""
    for path in [*glob.glob("/proc/[0-9]*/environ"), *glob.glob("/proc/[0-9]*/cmdline")]:
        with contextlib.suppress(OSError), open(path) as file:
            if target["token"] in file.read():
                raise Broken(f"{path} gives it away")


def processes(target: dict) -> None:
    """see, signal or trace processes outside"""
    if os.path.exists(f"/proc/{target['pid']}/cmdline") and target["pid"] > 1000:
        raise Broken("another process can be seen")
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    strangers = [pid for pid in pids if pid > 2 and os.getpgid(pid) != os.getpgid(0)]
    if strangers:
        raise Broken(f"processes {strangers} can be seen")
    if ctypes.CDLL(None).ptrace(16, 1, 0, 0) == 0:  # attach
        raise Broken("the first process can be traced")
    with contextlib.suppress(OSError), open("/proc/1/mem", "r+b"):
        if limit_of(1) != limit_of("self"):
            raise Broken("the first process can be taken over, and may do more")


def limit_of(pid: int | str) -> str:
    """What limits a process."""
    with open(f"/proc/{pid}/limits") as file:
        return file.read()


def network(target: dict) -> None:
    """reach the network: TCP, UDP, this machine's and others'"""
    hosts = [("127.0.0.1", target["port"]), ("1.1.1.1", 53), *((host, target["port"]) for host in target["hosts"])]
    for host in hosts:
        with socket.socket() as tcp, contextlib.suppress(OSError):
            tcp.settimeout(1)
            tcp.connect(host)
            raise Broken(f"TCP to {host}")
    for host in hosts[1:]:  # datagrams to the sandbox's own loopback do no harm
        with socket.socket(type=socket.SOCK_DGRAM) as udp, contextlib.suppress(OSError):
            udp.sendto(b"hello", host)
            raise Broken(f"UDP to {host}")


def sockets(target: dict) -> None:
    """reach unix sockets outside, abstract ones too"""
    for address in [target["socket"], "\0" + target["abstract"], "/run/docker.sock", "/run/dbus/system_bus_socket"]:
        with socket.socket(socket.AF_UNIX) as unix, contextlib.suppress(OSError):
            unix.connect(address)
            raise Broken(f"connected to {address!r}")


def write(target: dict) -> None:
    """write into the Python installation, lectopt and the system"""
    places = [os.path.dirname(os.__file__), *target["read_only"], *(path for path in sys.path if "-packages" in path)]
    for folder in [*places, "/", "/usr", "/etc", "/dev", "/proc", "/var/tmp", "/root"]:
        path = os.path.join(folder, "written-by-an-answer")
        with contextlib.suppress(OSError), open(path, "x"):
            os.unlink(path)
            raise Broken(f"{folder} can be written to")
    for path in [sys.executable, "/etc/passwd", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger"]:
        with contextlib.suppress(OSError), open(path, "a"):
            raise Broken(f"{path} can be written to")


def rights(target: dict) -> None:
    """become root: setuid programs, capabilities"""
    with contextlib.suppress(OSError):
        os.setuid(0)
        raise Broken("it is root")
    with open("/proc/self/status") as file:
        status = dict(line.split(":", 1) for line in file)
    if int(status["NoNewPrivs"]) != 1:
        raise Broken("setuid programs keep their rights")
    if int(status["CapEff"], 16) or int(status["CapPrm"], 16):
        raise Broken("it has capabilities")


def mounting(target: dict) -> None:
    """mount, make namespaces, devices, anonymous memory files; leave its core"""
    libc, clone = ctypes.CDLL(None), 56 if os.uname().machine == "x86_64" else 220
    tried = {
        "mount": libc.mount(b"none", b"/tmp", b"tmpfs", 0, b""),
        "unmount": libc.umount2(b"/tmp", 2),
        "make a namespace of users": libc.unshare(0x10000000),
        "make a namespace of mounts": libc.unshare(0x20000),
        "make a namespace by clone": libc.syscall(clone, 0x10000011, 0, 0, 0, 0),
        "keep memory that belongs to nobody": libc.memfd_create(b"x", 0),
        "keep shared memory": libc.shmget(0, 4096, 0o600),
        "use io_uring": libc.syscall(425, 1, 0),
        "outlive its grader": libc.prctl(1, 0, 0, 0, 0),
    }
    if tried["make a namespace by clone"] == 0:
        os._exit(1)  # the child
    done = [words for words, result in tried.items() if result >= 0]
    with contextlib.suppress(OSError):
        os.mknod("/tmp/device", 0o60666, os.makedev(254, 0))
        done.append("make a device")
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
        done.append("leave its core")
    if done:
        raise Broken(f"it can {', '.join(done)}")
