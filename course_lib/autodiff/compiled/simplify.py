"""Fewer and smaller operations: what a compiled function need not compute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib.autodiff.compiled.recording import Line, Ref, references


def needed(lines: Sequence[Line], outputs: Sequence[int]) -> list[int]:
    """The operations on which the outputs depend, in order."""
    used = set(outputs)
    for index in range(len(lines) - 1, -1, -1):
        if index in used:
            used.update(references(lines[index]))
    return [i for i in sorted(used) if lines[i].primitive is not None]


def simplify(lines: Sequence[Line]) -> None:
    """Leave out, in place, the stretching that an operation would do itself."""
    for line in lines:
        if line.primitive is not None and is_elementwise(line):
            line.args = _unstretched(line, lines)


def is_elementwise(line: Line) -> bool:
    """Whether the operation is a ufunc that acts on each element alone."""
    return isinstance(line.function, np.ufunc) and line.function.signature is None


def _unstretched(line: Line, lines: Sequence[Line]) -> list[Any]:
    """Arguments without the stretching that the operation itself would do."""
    args = list(line.args)
    for i, a in enumerate(args):
        small = _before_stretching(a, lines)
        if small is not None:
            shapes = [_shape(b, lines) for b in (*args[:i], small, *args[i + 1 :])]
            if np.broadcast_shapes(*shapes) == line.shape:
                args[i] = small
    return args


def _before_stretching(x: Any, lines: Sequence[Line]) -> Any:
    if isinstance(x, Ref):
        line = lines[x.line]
        return line.args[0] if line.function is np.broadcast_to else None
    return None


def _shape(x: Any, lines: Sequence[Line]) -> tuple[int, ...]:
    return lines[x.line].shape if isinstance(x, Ref) else np.shape(x)
