"""Reverse mode: a tape remembers each operation; one sweep back gives the adjoint of every value.

The adjoint of a value is the derivative of the output with respect to it. The tape is written in
the order of computation, so reading it backwards meets every value after all of its uses: it is
already in topological order, and no recursion is needed however long it gets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.autodiff import errors, trees
from course_lib.autodiff.primitives import Primitive
from course_lib.autodiff.protect import ReadOnly, independent, own_copy, own_lists
from course_lib.autodiff.shapes import as_scalar, is_complex, match_shape_and_dtype
from course_lib.autodiff.trace import Box, Trace, call


@dataclass(slots=True)
class Node:
    """One line of the tape: what was computed, from what, and which lines the arguments are on."""

    primitive: Primitive | None  # None for an input
    value: Any
    args: Sequence[Any]
    kwargs: dict[str, Any]
    traced: Sequence[int]  # the numbers of the arguments that are on the tape themselves
    parents: Sequence[int]  # and which lines they are on


class ReverseBox(Box):
    """A value with the index of its line on the tape."""

    __slots__ = ("index",)

    def __init__(self, trace: Trace, primal: Any, index: int) -> None:
        self._trace, self.primal, self.index = trace, primal, index


class ReverseTrace(Trace):
    """Writes each primitive that meets one of its boxes onto a tape."""

    mode = "reverse"

    def __init__(self) -> None:
        super().__init__()
        self.tape: list[Node] = []
        self.guard = ReadOnly()

    def __exit__(self, *exception: object) -> None:
        super().__exit__(*exception)
        changed = exception[0] is None and not self.guard.unchanged()
        self.guard.release()
        if changed:
            raise errors.changed_while_recorded()

    def new_input(self, value: Any) -> ReverseBox:
        """A box for an argument: a line without parents."""
        self.guard.hold((value,))
        return self.record(Node(None, value, (), {}, (), ()))

    def record(self, node: Node) -> ReverseBox:
        """Append a line, and box its value."""
        self.tape.append(node)
        return ReverseBox(self, node.value, len(self.tape) - 1)

    def process(self, primitive: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Compute, and note the operation with its arguments and where they came from."""
        traced, values, y = self.compute(primitive, args, kwargs)
        if not primitive.differentiable:
            return y
        if len(traced) < len(args) and self.guard.hold(args):
            values = own_lists(values)
        if kwargs and self.guard.hold(kwargs.values()):
            kwargs = {keyword: own_lists(value) for keyword, value in kwargs.items()}
        parents = []
        for i in traced:  # a comprehension would take longer
            parents.append(args[i].index)
        return self.record(Node(primitive, y, values, kwargs, traced, parents))


def backward(tape: Sequence[Node], seeds: dict[int, Any], wanted: Sequence[int]) -> list[Any]:
    """Sweep the tape from its end to its beginning.

    ``seeds`` holds adjoints of outputs by their line on the tape. Returns the adjoints of the
    lines ``wanted``, zeros where the outputs do not depend on one.
    """
    adjoints: list[Any] = [None] * len(tape)
    for index, seed in seeds.items():
        adjoints[index] = seed
    kept = set(wanted)
    for index in range(max(seeds, default=-1), -1, -1):
        y_bar, node = adjoints[index], tape[index]
        if y_bar is None or node.primitive is None:
            continue
        if index not in kept:
            adjoints[index] = None  # no longer needed: its memory is free for others
        bars = node.primitive.vjps(node.traced, y_bar, node.value, node.args, node.kwargs)
        for argument, parent, x_bar in zip(node.traced, node.parents, bars, strict=True):
            x_bar = match_shape_and_dtype(x_bar, node.args[argument], adjoint=True)
            if adjoints[parent] is None:
                adjoints[parent] = x_bar
            else:
                adjoints[parent] = adjoints[parent] + x_bar
    return [
        np.zeros_like(tape[i].value)[()] if adjoints[i] is None else adjoints[i] for i in wanted
    ]


def sweep_down(tape: Sequence[Node], seeds: Mapping[int, Any]) -> list[Any]:
    """The tangents of all lines: forward mode on what is already computed."""
    tangents: list[Any] = []
    for line, node in enumerate(tape):
        y = node.value
        if node.primitive is None:
            y_dot = seeds[line] if line in seeds else np.zeros_like(y)[()]
        else:
            moves: list[Any] = [None] * len(node.args)
            for argument, parent in zip(node.traced, node.parents, strict=True):
                moves[argument] = tangents[parent]
            y_dot = node.primitive.jvp(moves, y, node.args, node.kwargs)
            y_dot = match_shape_and_dtype(y_dot, y)
        tangents.append(y_dot)
    return tangents


class Pullback:
    """The map from an adjoint of the outputs to adjoints of the arguments, at one point."""

    def __init__(
        self, trace: ReverseTrace, inputs: trees.Tree, outputs: list[Any], tree: trees.Tree
    ):
        self._tape, self._inputs, self._tree = trace.tape, inputs, tree
        self._lines = [y.index if trace.owns(y) else None for y in outputs]
        self._values = [as_scalar(y) for y in trace.strip(outputs)]

    @property
    def value(self) -> Any:
        """The outputs themselves."""
        return self._tree.build(self._values)

    @property
    def largest(self) -> int:
        """The size of the largest value on the tape."""
        return max((node.value.size for node in self._tape), default=0)

    def push_forward(self, directions: Sequence[Any]) -> list[Any]:
        """The tangents of all outputs, for a tangent of each input; nothing is recorded again."""
        tangents = sweep_down(self._tape, dict(enumerate(directions)))
        return [
            np.zeros_like(y)[()] if line is None else tangents[line]
            for line, y in zip(self._lines, self._values, strict=True)
        ]

    def own_captured_arrays(self) -> None:
        """Copy what the function used besides its arguments, so that later changes do no harm."""
        copies: dict[int, tuple[Any, Any]] = {}
        for node in self._tape:
            node.args = [
                a if i in node.traced else own_copy(a, copies) for i, a in enumerate(node.args)
            ]
            node.kwargs = {k: own_copy(value, copies) for k, value in node.kwargs.items()}

    def __call__(self, y_bar: Any) -> tuple[Any, ...]:
        """The adjoints of all arguments, a tuple, for an adjoint ``y_bar`` of the output."""
        bars = trees.flatten_like("vjp", "the cotangent", y_bar, self._values, self._tree)
        return self.adjoints(bars)

    def adjoints(self, bars: Sequence[Any]) -> tuple[Any, ...]:
        """The same, for a list of the adjoints of all outputs. It shares no memory with them."""
        return self._inputs.build(independent(self.pull_back(bars), bars))

    def pull_back(self, bars: Sequence[Any]) -> list[Any]:
        """The adjoints of all inputs, for an adjoint of each output."""
        seeds: dict[int, Any] = {}
        for line, bar in zip(self._lines, bars, strict=True):
            if line is not None:
                seeds[line] = seeds[line] + bar if line in seeds else bar
        return backward(self._tape, seeds, range(self._inputs.leaf_count))


def vjp(f: Callable[..., Any], *primals: Any) -> tuple[Any, Pullback]:
    """Value and pullback: how an adjoint of the output becomes adjoints of the arguments.

    Parameters
    ----------
    f
        A function of ``len(primals)`` arguments, written in plain NumPy.
    *primals
        Its arguments: floats, arrays of floats, nested tuples, lists and dicts of them.

    Returns
    -------
    tuple
        ``f(*primals)``, and a function that takes ``y_bar``, of the structure and shapes of the
        result, and returns a tuple ``(y_bar · J)``, one entry for each argument.

    Examples
    --------
    >>> y, pullback = vjp(lambda x, y: x * y, 4.0, 5.0)
    >>> y, pullback(1.0)
    (np.float64(20.0), (np.float64(5.0), np.float64(4.0)))
    """
    y, pullback = record("vjp", f, trees.map_leaves(_copy, primals))
    require_real("vjp", trees.flatten(y)[0])
    pullback.own_captured_arrays()
    return trees.map_leaves(_copy, y), pullback


def _copy(x: Any) -> Any:
    return x.copy() if isinstance(x, np.ndarray) else x


def require_real(transform: str, outputs: Sequence[Any]) -> None:
    """Raise if an output is complex: real adjoints of real inputs tell of its real part alone."""
    if any(map(is_complex, outputs)):
        raise errors.bad_output(
            transform,
            "complex numbers, of whose derivative reverse mode would lose the imaginary part. "
            "Return np.real(z) and np.imag(z), or use course_lib.jacfwd",
        )


def record(
    transform: str,
    f: Callable[..., Any],
    primals: Sequence[Any],
    argnums: Sequence[int] | None = None,
) -> tuple[Any, Pullback]:
    """:func:`vjp`, with errors in the name of the transformation that the reader called."""
    leaves, tree = trees.flatten_inputs(transform, primals, argnums)
    with ReverseTrace() as trace:
        boxes = [trace.new_input(x) for x in leaves]
        outputs, out_tree = trees.flatten_outputs(transform, call(f, tree.build(boxes)))
        pullback = Pullback(trace, tree, outputs, out_tree)
        return pullback.value, pullback
