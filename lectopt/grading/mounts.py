"""What there is inside a sandbox, as options of bubblewrap: the system, a Python, this package, and small file systems.

Everything of this machine is read-only, and what is in memory has a size: a
file system of memory may otherwise take half of it, bubblewrap's `/` and `/dev` too.
"""

import os
import site
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
MARK = "LECTOPT_SANDBOX"  # in the environment of every sandbox, so that a lost one is known again
HOME, SOCKETS, CONNECTION = "/tmp", "/ipc", "/etc/kernel.json"
_FREE = 1_879_048_192  # the users from here to 2^31 belong to nobody by the conventions of systemd
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_ETC = ("ld.so.cache", "alternatives", "fonts", "localtime")
_OF_PREFIX = ("bin", "lib", "lib64", "pyvenv.cfg")  # of a Python: what lies beside them may be a course

Give = Callable[[bytes], str]  # makes a file in memory, and returns the number of its descriptor


def namespaces(root: bool) -> list[str]:
    """Which parts of the machine are its own.

    Root needs no namespace for users, and in one would stay root, to whom no limit on processes applies. There
    the first process is bwrap's, as root. For an ordinary user it would be one that a student's may take
    over, so it must have their limits and filter: a shell inside.
    """
    shared = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    shared += ["--hostname", "sandbox", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if not root:
        return [*shared, "--unshare-user", "--as-pid-1"]
    return [*shared, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"]


def mounts(size: int, user: int, files: dict[str, bytes], give: Give) -> list[str]:
    """All that the user can see. The size is that of what is in memory; the files are laid down where they say."""
    options = ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    options += [*_memory(size, "/tmp"), *_memory(size // 2, "/dev/shm"), *_memory(65536, SOCKETS)]
    for path in _SYSTEM:
        if os.path.islink(path):
            options += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            options += ["--ro-bind", path, path]
    for found in sorted(set(installed())):
        options += [*_parents(found), "--ro-bind", str(found), str(found)]
    hidden = str(PACKAGE / "exercises")  # with the expected outputs
    if os.path.isdir(hidden):
        options += ["--tmpfs", hidden, "--remount-ro", hidden]
    options += [*_parents(Path(CONNECTION)), "--perms", "1777", "--dir", f"{HOME}/.matplotlib"]
    options += [part for name in _ETC for part in ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")]
    for place, content in (files | _names(user) | _fonts()).items():
        options += ["--perms", "0444", "--ro-bind-data", give(content), place]
    return [*options, "--remount-ro", "/", "--chdir", HOME]


def environment() -> dict[str, str]:
    """What a process inside has to know of it."""
    env = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": HOME, "TMPDIR": "/tmp", "LANG": "C.UTF-8"}
    env |= {
        "MPLCONFIGDIR": f"{HOME}/.matplotlib",
        "IPYTHONDIR": f"{HOME}/.ipython",
        "PYTHONDONTWRITEBYTECODE": "1",
        MARK: "1",
    }
    packaged = any(PACKAGE.is_relative_to(folder) for folder in _site_folders())
    return env if packaged else env | {"PYTHONPATH": str(PACKAGE.parent)}


def free_user() -> int:
    """The first of 256 users that nobody has: two graders at a time need different ones, each of their slots one."""
    ranges = [line.split() for line in Path("/proc/self/uid_map").read_text().splitlines()]
    end = min(max(int(first) + int(count) for first, _, count in ranges), 2**31)
    start = min(_FREE, max(end - 2**12, 1))  # in a container with few users, the last that there are
    return start + os.getpid() * 256 % max(end - start, 256)


def installed() -> Iterator[Path]:
    """The installation that runs this, its packages, and our own: each as it is named and as it is."""
    prefixes = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parents[1]}
    folders = [prefix / name for prefix in prefixes for name in _OF_PREFIX]
    for path in [*folders, *_site_folders(), PACKAGE]:
        for form in (path, path.resolve()):
            if form.exists() and not form.is_relative_to("/usr"):
                yield form


def _site_folders() -> list[Path]:
    users = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    return [Path(folder) for folder in [*site.getsitepackages(), *users] if os.path.isdir(folder)]


def _names(user: int) -> dict[str, bytes]:
    """Files in which libraries look up who they are."""
    names = {"passwd": f"student:x:{user}:{user}::{HOME}:/bin/sh\n", "group": f"student:x:{user}:\n"}
    return {f"/etc/{name}": content.encode() for name, content in names.items()}


def _fonts() -> dict[str, bytes]:
    """What matplotlib has found out about the fonts here, so that it need not for every student again."""
    found = sorted(Path.home().glob(".cache/matplotlib/fontlist-*.json"))[-3:]
    return {f"{HOME}/.matplotlib/{path.name}": path.read_bytes() for path in found}


def _parents(path: Path) -> list[str]:
    """The folders above: bwrap alone would make them unreadable for any but root."""
    return [part for folder in [*path.parents][-2::-1] for part in ("--perms", "0755", "--dir", str(folder))]


def _memory(size: int, path: str) -> list[str]:
    """A file system of memory that anybody inside may write to."""
    return ["--perms", "1777", "--size", str(size), "--tmpfs", path]
