"""The child confines itself, before it sees a line of a learner's code.

It gives up what it can, layer by layer, and says which layers hold. Inside bubblewrap these are a
second wall; where bubblewrap cannot run they are the only one.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from course_lib.grading.landlock import keep_only
from course_lib.grading.seccomp import refuse_system_calls

NOBODY = 65534
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_SIGKILL = 9
_CAPABILITIES_VERSION_3 = 0x20080522


def confine(rlimits: dict[str, int], readable: Sequence[str], drop_user: bool) -> list[str]:
    """Give up rights for good, and return the names of the layers that hold.

    `readable` lists the files and folders that stay readable; with none, files are not restricted
    here. With `drop_user` the superuser becomes nobody.
    """
    layers = []
    if _limit(rlimits):
        layers.append("limits")
    if drop_user and _become_nobody():
        layers.append("other user")
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)  # die with the grader
        steps: dict[str, Callable[[Any], bool]] = {
            "no capabilities": _drop_capabilities,
            "landlock": lambda libc: bool(readable) and keep_only(libc, readable),
            "seccomp": refuse_system_calls,
        }
        layers += [name for name, step in steps.items() if step(libc)]
    return layers


def hide_memory() -> None:
    """Forbid other processes of this user to look into this one (the grader calls it)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _limit(rlimits: dict[str, int]) -> bool:
    try:
        import resource
    except ImportError:  # Windows
        return False
    took = set()
    for name, value in rlimits.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):  # not on every system
            resource.setrlimit(getattr(resource, name), (value, value))
            took.add(name)
    return "RLIMIT_AS" in took  # the one that keeps the machine usable


def _become_nobody() -> bool:
    try:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    except (AttributeError, OSError):
        return False
    return True


def _drop_capabilities(libc: Any) -> bool:
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    for capability in range(64):
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)  # fails where there is nothing to drop
    head = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    return libc.capset(ctypes.byref(head), ctypes.byref(none)) == 0
