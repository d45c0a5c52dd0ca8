"""The tape of a graph: reverse mode's tape with names, and sweeps that reach each of its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff.graph import notation
from course_lib.autodiff.reverse import Node, ReverseBox, ReverseTrace, backward, sweep_down
from course_lib.autodiff.shapes import match_shape_and_dtype

__all__ = ["GraphTrace", "local_derivative", "sweep_down", "sweep_up"]


class GraphTrace(ReverseTrace):
    """Names the lines of its tape, and writes each operation down in these names."""

    mode = "graph"

    def __init__(self, letter: str, constants: Mapping[int, str]) -> None:
        super().__init__()
        self.letter, self.constants = letter, constants
        self.names: list[str] = []
        self.operations: list[str] = []
        self.results = 0

    def named(self, name: str, operation: str, value: Any) -> ReverseBox:
        """A line without parents: an input, or an output that is a constant."""
        self.names.append(name)
        self.operations.append(operation)
        return self.new_input(value)

    def record(self, node: Node) -> ReverseBox:
        """Append a line; the result of an operation gets the next name."""
        if node.primitive is not None:
            names = [self.names[parent] for parent in node.parents]
            operands = dict(zip(node.traced, names, strict=True))
            self.operations.append(
                notation.operation(node.primitive, node.args, node.kwargs, operands, self.constants)
            )
            self.results += 1
            self.names.append(f"{self.letter}{self.results}")
        return super().record(node)


def sweep_up(tape: Sequence[Node], seeds: Mapping[int, Any]) -> list[Any]:
    """The adjoints of all lines."""
    return backward(tape, dict(seeds), range(len(tape)))


def local_derivative(node: Node, argument: int) -> Any:
    """∂result/∂argument of one line; None where not both are real numbers."""
    y, args = node.value, node.args
    if node.primitive is None or not (_is_number(y) and _is_number(args[argument])):
        return None
    (x_bar,) = node.primitive.vjps([argument], np.ones_like(y)[()], y, args, node.kwargs)
    return match_shape_and_dtype(x_bar, args[argument], adjoint=True)


def _is_number(x: Any) -> bool:
    return np.shape(x) == () and x.dtype.kind == "f"
