"""Many directions in one sweep: a value that stands for a whole stack of values.

The columns of a Jacobian are tangents, its rows are adjoints, and each of them takes the same
operations in the same order. So one sweep can carry all of them: where it would compute with a
number for one direction, it computes with an array of numbers, one for each. The values of the
function stay as they are; only tangents and adjoints come in stacks.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff import errors
from course_lib.autodiff.primitives import Primitive
from course_lib.autodiff.rules.questions import KNOWN_FROM_SHAPES
from course_lib.autodiff.rules.stacks import rule_for
from course_lib.autodiff.trace import Box, Trace

#: The most numbers in a stack: more directions than fit are swept in several turns.
STACK = 2**17


class BatchBox(Box):
    """A stack of values along a first axis, of which nobody who uses one value knows."""

    __slots__ = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes of one value."""
        return self.primal.shape[1:]

    @property
    def ndim(self) -> int:
        """The number of axes of one value."""
        return self.primal.ndim - 1

    @property
    def size(self) -> int:
        """The number of elements of one value."""
        return int(np.prod(self.shape))

    def __len__(self) -> int:
        return self.shape[0]

    def inside(self) -> Any:
        """Raise: there are many values, and each might decide otherwise."""
        raise errors.many_values()


class BatchTrace(Trace):
    """Computes each primitive for a stack of values at once."""

    mode = "batch"

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def box(self, stack: Any) -> BatchBox:
        """A box for ``count`` values, stacked along the first axis."""
        return BatchBox(self, stack)

    def stack_of(self, value: Any) -> Any:
        """The stack in a box; a value that is the same in all directions is repeated."""
        if self.owns(value):
            return value.primal
        return np.broadcast_to(value, (self.count, *np.shape(value)))

    def process(self, primitive: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Compute by the primitive's rule for stacks; row by row where none fits."""
        if primitive.function in KNOWN_FROM_SHAPES:
            return primitive(*map(self._example, args), **kwargs)
        rule = rule_for(primitive)
        stack = None if rule is None else rule(self, args, kwargs)
        if stack is None:
            return self.row_by_row(lambda *row: primitive(*row, **kwargs), args)
        return self.box(stack)

    def _example(self, x: Any) -> Any:
        """A value of the shape and dtype of those in the stack."""
        return np.broadcast_to(np.zeros((), x.dtype), x.shape) if self.owns(x) else x

    def row_by_row(self, function: Callable[..., Any], args: Sequence[Any]) -> Any:
        """``function(*args)``, called for each direction by itself."""
        rows = [
            function(*(a.primal[i] if self.owns(a) else a for a in args)) for i in range(self.count)
        ]
        if type(rows[0]) is list:
            return [self.box(np.stack(column)) for column in zip(*rows, strict=True)]
        return self.box(np.stack(rows))


def one_direction_at_a_time(function: Callable[..., Any], *args: Any) -> Any:
    """``function(*args)`` for a function that does not know of stacks."""
    traces = {a._trace for a in args if isinstance(a, BatchBox)}
    innermost: Any = max(traces, key=lambda trace: trace.level, default=None)
    if innermost is None:
        return function(*args)
    return innermost.row_by_row(functools.partial(one_direction_at_a_time, function), args)


def map_all_directions(
    linear_map: Callable[[list[Any]], Sequence[Any]], inputs: Sequence[Any], most: int
) -> list[Sequence[Any]]:
    """The results of a linear map for every unit direction in the space of ``inputs``.

    Returns parts, each with one stack for each result; at most ``most`` directions make a part.
    """
    firsts = np.cumsum([0, *(int(np.prod(np.shape(x))) for x in inputs)]).tolist()
    total = firsts.pop()
    parts: list[Sequence[Any]] = []
    for start in range(0, total, most):
        count = min(most, total - start)
        stacks = [_units(x, count, start - f) for x, f in zip(inputs, firsts, strict=True)]
        if count == 1:  # no stack, no detour
            results = linear_map([stack[0] for stack in stacks])
            parts.append([np.expand_dims(y, 0) for y in results])
        else:
            with BatchTrace(count) as batch:
                parts.append([batch.stack_of(y) for y in linear_map([*map(batch.box, stacks)])])
    return parts


def _units(x: Any, count: int, start: int) -> Any:
    """Unit directions number ``start`` and following; zeros where ``x`` has no such element."""
    size = int(np.prod(np.shape(x)))
    return np.reshape(np.eye(count, size, start, x.dtype), (count, *np.shape(x)))
