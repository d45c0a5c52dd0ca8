"""The graph itself: what a reader can ask of an evaluation trace."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from course_lib.autodiff import errors
from course_lib.autodiff.graph.counts import Counts
from course_lib.autodiff.graph.drawing import DRAWN_UNASKED, Drawing, draw
from course_lib.autodiff.graph.ends import Ends, Seed
from course_lib.autodiff.graph.labels import Numbers
from course_lib.autodiff.graph.line import Line
from course_lib.autodiff.graph.table import LINES, Table, tabulate
from course_lib.autodiff.graph.tape import sweep_down, sweep_up
from course_lib.autodiff.reverse import Node


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """The evaluation trace of a function at a point, made by :func:`make_graph`.

    ``print(graph)`` shows the table; a notebook shows drawing, table and counts.

    Attributes
    ----------
    lines
        The inputs and the elementary operations, in the order of computation; see :class:`Line`.
    counts
        The number of operations, sweeps and stored bytes; see :class:`Counts`.
    """

    name: str
    tape: Sequence[Node]
    names: Sequence[str]
    operations: Sequence[str]
    inputs: Ends
    outputs: Ends
    direction: Seed
    seed: Seed
    counts: Counts

    @functools.cached_property
    def lines(self) -> tuple[Line, ...]:
        """All lines, from the inputs down."""
        return tuple(Line(self, index) for index in range(len(self.tape)))

    def line(self, name: str) -> Line:
        """The line of this name: an input's, ``"v3"``, or an output's.

        Raises
        ------
        ValueError
            If there is no such line.
        """
        for line in self.lines:
            if name == line.name or name in line.outputs:
                return line
        raise errors.no_such_line(name, self.names)

    @functools.cached_property
    def _tangents(self) -> list[Any]:
        return sweep_down(self.tape, self.inputs.on_lines(self.direction))

    @functools.cached_property
    def _adjoints(self) -> list[Any]:
        return sweep_up(self.tape, self.outputs.on_lines(self.seed))

    def along(self, *direction: Any) -> Graph:
        """The same graph with the tangents of another direction.

        Parameters
        ----------
        *direction
            One tangent for each argument, of its structure and shapes, as :func:`jvp` takes them;
            or the name of one input number, such as ``"x2"`` or ``"w[0, 1]"``, for a unit step.

        Examples
        --------
        >>> from course_lib import make_graph
        >>> graph = make_graph(lambda x, y: x * y)(4.0, 5.0)
        >>> graph.line("v1").tangent, graph.along("y").line("v1").tangent
        (np.float64(5.0), np.float64(4.0))
        >>> graph.along(3.0, 2.0).line("v1").tangent
        np.float64(23.0)
        """
        one = direction[0] if len(direction) == 1 and isinstance(direction[0], str) else direction
        return replace(self, direction=self.inputs.seed("along", "the direction", one))

    def seeded(self, y_bar: Any) -> Graph:
        """The same graph with the adjoints of another output, or of several together.

        Parameters
        ----------
        y_bar
            The adjoint of the result, of its structure and shapes, as the pullback of :func:`vjp`
            takes it; or the name of one output number, such as ``"f[1]"``, for 1 there.

        Examples
        --------
        >>> import numpy as np
        >>> from course_lib import make_graph
        >>> def f(x):
        ...     return np.sin(x), 3 * x
        >>> graph = make_graph(f)(0.0)
        >>> graph.line("x").adjoint, graph.seeded("f[1]").line("x").adjoint
        (np.float64(1.0), np.float64(3.0))
        """
        return replace(self, seed=self.outputs.seed("seeded", "the seed", y_bar))

    def table(
        self,
        *,
        values: bool = True,
        tangents: bool = True,
        adjoints: bool = True,
        partials: bool = False,
        at_most: int | None = LINES,
    ) -> Table:
        """The trace as a table, with the columns asked for.

        Parameters
        ----------
        values, tangents, adjoints
            Columns with these; the adjoints are to be read from the bottom up.
        partials
            A column with the local derivatives of operations on numbers.
        at_most
            Show so many lines, from the beginning and the end of a longer trace; None for all.

        Examples
        --------
        >>> import numpy as np
        >>> from course_lib import make_graph
        >>> graph = make_graph(lambda x, y: x * y + np.sin(x))(0.0, 2.0)
        >>> graph.table(tangents=False)
        Evaluation trace of f: 2 inputs, 3 operations, 1 output
        <BLANKLINE>
        line    operation  value ↓  adjoint ↑
        -------------------------------------
        x       input            0          3
        y       input            2          0
        v1      x * y            0          1
        v2      sin(x)           0          1
        f = v3  v1 + v2          0          1
        <BLANKLINE>
        adjoint ↑: from the bottom up, starting with 1 at f
        """
        return tabulate(self, values, tangents, adjoints, partials, at_most)

    def draw(
        self,
        *,
        values: bool = True,
        tangents: bool = False,
        adjoints: bool = True,
        partials: bool = True,
    ) -> Drawing:
        """The graph as a picture: a node for each line, an arrow for each use of a value.

        Parameters
        ----------
        values, tangents, adjoints
            Numbers to write at the nodes: values above, tangents and adjoints below.
        partials
            Write local derivatives of operations on numbers at the arrows.

        Raises
        ------
        ValueError
            If there are too many lines to draw.

        Examples
        --------
        >>> from course_lib import make_graph
        >>> make_graph(lambda x, y: x * y)(2.0, 3.0).draw()
        <Drawing of f: 2 inputs, 1 operation, 1 output>
        """
        return draw(self, Numbers(values, tangents, adjoints, partials))

    def __repr__(self) -> str:
        return str(self.table())

    def _repr_html_(self) -> str:
        small = len(self.tape) <= DRAWN_UNASKED
        drawing = [self.draw()._repr_html_()] if small else []
        return "\n".join([*drawing, self.table()._repr_html_(), self.counts._repr_html_()])
