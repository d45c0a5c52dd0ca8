"""One line of a graph: an input, or an elementary operation with its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course_lib.autodiff.graph import notation
from course_lib.autodiff.graph.tape import local_derivative
from course_lib.autodiff.reverse import Node

if TYPE_CHECKING:
    from course_lib.autodiff.graph.graph import Graph


@dataclass(frozen=True, repr=False)
class Line:
    """One line of a graph: an input, or an elementary operation with its result.

    Derivatives are computed when they are first asked for.
    """

    graph: Graph
    index: int

    @property
    def _node(self) -> Node:
        return self.graph.tape[self.index]

    @property
    def name(self) -> str:
        """The input's name, or ``v1``, ``v2`` … for a result."""
        return self.graph.names[self.index]

    @property
    def operation(self) -> str:
        """What was computed, as a reader would write it; ``input`` or ``constant`` else."""
        return self.graph.operations[self.index]

    @property
    def value(self) -> Any:
        """The result, a NumPy number or array."""
        return self._node.value

    @property
    def tangent(self) -> Any:
        """The rate of change of the value along the graph's direction."""
        return self.graph._tangents[self.index]

    @property
    def adjoint(self) -> Any:
        """The derivative of the graph's output with respect to this value."""
        return self.graph._adjoints[self.index]

    @property
    def parents(self) -> tuple[int, ...]:
        """The indices of the lines that the operation uses, in the order of its arguments."""
        return tuple(self._node.parents)

    @property
    def operands(self) -> tuple[str, ...]:
        """The names of these lines."""
        return tuple(self.graph.names[parent] for parent in self.parents)

    @property
    def partials(self) -> tuple[Any, ...]:
        """The local derivatives with respect to the operands; None where not both are numbers."""
        return tuple(local_derivative(self._node, argument) for argument in self._node.traced)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the function's outputs that this line is."""
        ends = self.graph.outputs
        return tuple(
            n for n, line in zip(ends.names, ends.lines, strict=True) if line == self.index
        )

    def __repr__(self) -> str:
        return f"{self.name} = {self.operation} = {notation.value(self.value, 40)}"
