"""A list of system calls that the child may not make, given to the Linux kernel.

Exercises compute. They start no processes, open no connections, signal and inspect no other
process, and change no mounts, limits or permissions, so these calls are refused with "permission
denied". (Landlock guards what is in a file, but not its permissions, owner and times.)
The list binds the superuser too, unlike the limit on the number of processes (RLIMIT_NPROC), which
bounds threads. For the superuser only the limit on memory does that, and loosely.

The filter is a program in the kernel's own small language (classic BPF), see
https://docs.kernel.org/userspace-api/seccomp_filter.html.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_KILL, _ALLOW, _ERROR = 0x80000000, 0x7FFF0000, 0x00050000
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in what the filter is given (struct seccomp_data)
_CLONE_THREAD = 0x00010000
_X32 = 0x40000000  # the calls of a second, 32-bit way into a 64-bit kernel begin here
_F_SETOWN, _F_SETSIG, _F_SETOWN_EX, _FIOSETOWN, _SIOCSPGRP = 8, 10, 15, 0x8901, 0x8902
_SECCOMP_MODE_FILTER, _PR_SET_SECCOMP = 2, 22

_COMMON = {
    "clone3": 435,
    "fchmodat2": 452,
    "file_setattr": 469,
    "fsmount": 432,
    "fsopen": 430,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "io_uring_setup": 425,
    "memfd_secret": 447,
    "move_mount": 429,
    "open_tree": 428,
    "pidfd_getfd": 438,
    "pidfd_open": 434,
    "pidfd_send_signal": 424,
    "process_madvise": 440,
    "removexattrat": 466,
    "setxattrat": 463,
}
# name, then its number on x86_64 and on aarch64 (None: there is no such call)
_TABLE: dict[str, tuple[int, int | None]] = {
    "add_key": (248, 217),
    "bind": (49, 200),
    "bpf": (321, 280),
    "chmod": (90, None),
    "chown": (92, None),
    "chroot": (161, 51),
    "clone": (56, 220),
    "connect": (42, 203),
    "execve": (59, 221),
    "execveat": (322, 281),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "fcntl": (72, 25),
    "fork": (57, None),
    "fremovexattr": (199, 16),
    "fsetxattr": (190, 7),
    "futimesat": (261, None),
    "ioctl": (16, 29),
    "ioprio_set": (251, 30),
    "kcmp": (312, 272),
    "keyctl": (250, 219),
    "kill": (62, 129),
    "lchown": (94, None),
    "listen": (50, 201),
    "lremovexattr": (198, 15),
    "lsetxattr": (189, 6),
    "memfd_create": (319, 279),
    "mount": (165, 40),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "msgctl": (71, 187),
    "msgget": (68, 186),
    "open_by_handle_at": (304, 265),
    "perf_event_open": (298, 241),
    "pivot_root": (155, 41),
    "prlimit64": (302, 261),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "removexattr": (197, 14),
    "request_key": (249, 218),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "semctl": (66, 191),
    "semget": (64, 190),
    "setns": (308, 268),
    "setpriority": (141, 140),
    "setrlimit": (160, 164),
    "setxattr": (188, 5),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "shmget": (29, 194),
    "socket": (41, 198),
    "tgkill": (234, 131),
    "tkill": (200, 130),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "utime": (132, None),
    "utimensat": (280, 88),
    "utimes": (235, None),
    "vfork": (58, None),
}
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7), "arm64": (1, 0xC00000B7)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def refuse_system_calls(libc: ctypes.CDLL) -> bool:
    """Install the filter in this process, for good; returns whether that was possible."""
    machine = _MACHINES.get(platform.machine())
    if machine is None or struct.calcsize("P") != 8:
        return False
    column, architecture = machine
    numbers = {name: pair[column] for name, pair in _TABLE.items()} | _COMMON
    code = filter_program({n: v for n, v in numbers.items() if v is not None}, architecture)
    program = _Program(len(code) // 8, code)
    return libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0


def filter_program(numbers: dict[str, int], architecture: int) -> bytes:
    """The filter that refuses these calls; `clone` may make threads, `prlimit64` may ask.

    `fcntl` and `ioctl` may do all but name a process that the kernel signals about a file.
    """
    deny = _step(_RETURN, _ERROR | errno.EPERM)
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_JUMP_EQUAL, architecture, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
        _step(_JUMP_AT_LEAST, _X32, 0, 1),
        deny,
    ]
    special = {
        # The C library then falls back to `clone`, whose flags can be seen here.
        "clone3": [_step(_RETURN, _ERROR | errno.ENOSYS)],
        "clone": [_step(_LOAD, _argument(0)), _step(_JUMP_BITS, _CLONE_THREAD, 1, 0), deny],
        "prlimit64": [  # its third argument is a pointer to new limits, or null
            _step(_LOAD, _argument(2)),
            _step(_JUMP_EQUAL, 0, 1, 0),
            deny,
            _step(_LOAD, _argument(2) + 4),
            _step(_JUMP_EQUAL, 0, 1, 0),
            deny,
        ],
        "fcntl": [_step(_LOAD, _argument(1)), *_refuse(_F_SETOWN, _F_SETSIG, _F_SETOWN_EX)],
        "ioctl": [_step(_LOAD, _argument(1)), *_refuse(_FIOSETOWN, _SIOCSPGRP)],
    }
    for name, number in numbers.items():
        body = special.get(name, [deny])
        if len(body) > 1:
            body = [*body, _step(_RETURN, _ALLOW)]
        steps += [_step(_JUMP_EQUAL, number, 0, len(body)), *body]
    return b"".join([*steps, _step(_RETURN, _ALLOW)])


def _refuse(*values: int) -> list[bytes]:
    """Deny the call when what was loaded is one of these."""
    deny = _step(_RETURN, _ERROR | errno.EPERM)
    return [step for value in values for step in (_step(_JUMP_EQUAL, value, 0, 1), deny)]


def _argument(index: int) -> int:
    """Where the lower half of an argument is (on little-endian machines, as these two are)."""
    return 16 + 8 * index


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)
