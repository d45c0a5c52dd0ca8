"""Fewer and smaller operations: what a compiled function need not compute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib.autodiff.compiled.recording import Line, Ref, references
from course_lib.autodiff.compiled.words import only_new_axes
from course_lib.autodiff.trace import RULES


def needed(lines: Sequence[Line], outputs: Sequence[int]) -> list[int]:
    """The operations on which the outputs depend, in order."""
    used = set(outputs)
    for index in range(len(lines) - 1, -1, -1):
        if index in used:
            used.update(references(lines[index]))
    return [i for i in sorted(used) if lines[i].primitive is not None]


def simplify(lines: list[Line]) -> dict[int, int]:
    """Simplify all lines in place; returns which lines are the same as an earlier one."""
    same: dict[int, int] = {}
    for index, line in enumerate(lines):
        if line.primitive is None:
            continue
        line.args = [_renamed(a, same) for a in line.args]
        if (kept := _axes_as_before(line, lines)) is not None:
            same[index] = kept
        if is_elementwise(line):
            line.args = _unstretched(line, lines)
    return same


def _renamed(x: Any, same: dict[int, int]) -> Any:
    if isinstance(x, Ref):
        return Ref(same.get(x.line, x.line))
    return type(x)(_renamed(part, same) for part in x) if type(x) in (list, tuple) else x


def _axes_as_before(line: Line, lines: Sequence[Line]) -> int | None:
    """The earlier line that has these very axes; several changes in a row become one."""
    source, *rest = line.args
    if not isinstance(source, Ref):
        return None
    before = lines[source.line]
    if line.function is np.transpose and before.function is np.transpose:
        undone = not rest and len(before.args) == 1 and isinstance(before.args[0], Ref)
        return before.args[0].line if undone else None
    if not only_new_axes(line):
        return None
    if only_new_axes(before) and isinstance(before.args[0], Ref):
        source = before.args[0]
        line.primitive, line.args, line.kwargs = RULES[np.reshape], [source, line.shape], {}
    return source.line if lines[source.line].shape == line.shape else None


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
