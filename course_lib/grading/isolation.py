"""Which isolation this machine can give, tried out by starting a child, and said in words."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

from course_lib.grading.child import Child, ChildError
from course_lib.grading.limits import Limits
from course_lib.grading.sandbox import STRONG, WEAKER, bubblewrap_missing

VARIABLE = "COURSE_ISOLATION"
_LAYERS = {
    "limits": "limits on memory, time and files",
    "other user": "runs as another user",
    "no capabilities": "no special rights",
    "landlock": "reads nothing but Python, the packages and course_lib, and writes no file "
    "(Landlock)",
    "seccomp": "no network, no new processes (seccomp)",
}


@dataclass(frozen=True)
class Isolation:
    """`kind` is "strong" or "weaker"; `why` says why it is not strong; `layers` hold."""

    kind: str
    layers: tuple[str, ...]
    why: str = ""

    @property
    def strong(self) -> bool:
        """Whether submissions run inside of bubblewrap."""
        return self.kind == STRONG

    def announcement(self) -> str:
        """What a report says about it, in one paragraph."""
        layers = "; ".join(_LAYERS.get(layer, layer) for layer in self.layers)
        if self.strong:
            text = "Isolation: strong. Each submission ran in bubblewrap: a file system without "
            return (
                text + f"the course's solutions, no network, no view of other processes; {layers}."
            )
        text = f"WEAKER ISOLATION, because {self.why}. Each submission ran in a separate process; "
        text += f"{layers or 'nothing else holds it'}."
        return text + "".join(f" It {gap}." for gap in self.gaps())

    def gaps(self) -> list[str]:
        """What a hostile submission could still do."""
        if self.strong:
            return []
        gaps = []
        if "landlock" not in self.layers:
            if "other user" in self.layers:
                gaps.append("could read files that every user may read, solutions among them")
            else:
                gaps.append("could read and change your files, solutions and results among them")
        if "seccomp" not in self.layers:
            gaps.append("could use the network and start processes that outlive it")
        return gaps


@cache
def find_isolation(wanted: str = "auto") -> Isolation:
    """The isolation to use: "strong", "weaker", or with "auto" the strongest that works.

    The environment variable COURSE_ISOLATION stands in for "auto". Raises `ChildError` when the
    one that is wanted cannot be had.
    """
    if wanted == "auto":
        wanted = os.environ.get(VARIABLE) or "auto"
    if wanted not in ("auto", STRONG, WEAKER):
        raise ChildError(f"isolation is auto, strong or weaker, not {wanted!r}")
    why = "it was asked for"
    if wanted != WEAKER:
        why = bubblewrap_missing()
        if not why:
            try:
                return Isolation(STRONG, _layers(STRONG))
            except ChildError as error:
                why = f"bubblewrap cannot run here ({str(error).removeprefix('bwrap: ')})"
        if wanted == STRONG:
            raise ChildError(why)
    return Isolation(WEAKER, _layers(WEAKER), why)


def _layers(kind: str) -> tuple[str, ...]:
    with Child(kind, Limits()) as child:
        return tuple(child.layers)
