"""The system calls that a sandbox forbids, as a program for the kernel's own filter.

The namespaces and limits of a sandbox leave ways around them: memory that counts
for no process (memfd, System V segments), namespaces inside the namespace, other
processes' cores. Each is a system call that no homework needs. A forbidden one
fails with EPERM, so that a library that tries goes on without.
"""

import errno
import platform
import struct

# name: number on x86_64, on aarch64
_FORBIDDEN = {
    "memfd_create": (319, 279),  # memory that belongs to nobody
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "unshare": (272, 97),  # namespaces and mounts
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "ptrace": (101, 117),  # other processes
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "sched_setaffinity": (203, 122),  # the other workers' cores
    "add_key": (248, 217),  # keys are kept for each user, not for each namespace
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),  # large parts of the kernel that no homework needs
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
}
_CLONE, _CLONE3, _PRCTL = (56, 220), 435, (157, 167)
_OUTLIVE = 1  # prctl's PR_SET_PDEATHSIG: what makes the sandbox end with its grader
_NEW_NAMESPACES = 0x7E020000  # the CLONE_NEW flags of clone
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_X32 = 0x40000000  # a second set of numbers on x86_64

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # where they are in what the filter looks at


def seccomp_program(machine: str | None = None) -> bytes:
    """The filter for this machine (or the named one), as bwrap takes it; nothing on a machine it is not written for."""
    column, arch = _ARCHITECTURES.get(machine or platform.machine(), (0, 0))
    if not arch:
        return b""
    program = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, arch, then=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
        *_if(_AT_LEAST, _X32, _REFUSE | errno.ENOSYS),
        *_if(_EQUAL, _CLONE3, _REFUSE | errno.ENOSYS),  # its flags cannot be seen; the C library falls back to clone
    ]
    program += [step for numbers in _FORBIDDEN.values() for step in _if(_EQUAL, numbers[column], _REFUSE | errno.EPERM)]
    program += [
        _step(_EQUAL, _PRCTL[column], otherwise=4),
        _step(_LOAD, _FIRST_ARGUMENT),
        *_if(_EQUAL, _OUTLIVE, _REFUSE | errno.EPERM),
        _step(_RETURN, _ALLOW),
        _step(_EQUAL, _CLONE[column], otherwise=3),
        _step(_LOAD, _FIRST_ARGUMENT),
        *_if(_ANY_BIT, _NEW_NAMESPACES, _REFUSE | errno.EPERM),
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(program)


def _if(test: int, value: int, verdict: int) -> list[bytes]:
    return [_step(test, value, otherwise=1), _step(_RETURN, verdict)]


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)
