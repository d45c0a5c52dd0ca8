"""Graph sweeps: forward and reverse mode at work on the same graph, step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import traitlets
from matplotlib.figure import Figure

from course_lib.autodiff.graph.graph import Graph
from course_lib.widgets.base import CourseWidget
from course_lib.widgets.functions import explain
from course_lib.widgets.graph_steps import live_values, tables, trace
from course_lib.widgets.modules import assemble
from course_lib.widgets.pictures.sweeps import draw_sweeps


def f(x: Any, y: Any, z: Any) -> Any:
    """The graph that is shown unless the reader brings a function: x is used twice, and y."""
    return (x * y + np.sin(x)) * (y - z)


class GraphSweeps(CourseWidget):
    """Watch forward mode and reverse mode run over the graph of a function.

    Above, forward mode: each step computes a value and, from the seed, its tangent; a new sweep for
    each input number. Below, reverse mode: the values first, then the adjoints, back from the
    output. Counters tell what each has cost so far.

    Parameters
    ----------
    function
        A function with one output number, in plain NumPy.
    *args
        The point: floats, or arrays of floats.
    seed
        The input number whose sweep comes first, such as ``"x"`` or ``"w[0]"``.

    Attributes
    ----------
    step
        How many steps have been done, from 0 to ``last``.

    Examples
    --------
    >>> widget = GraphSweeps(lambda x, y: x * y, 2.0, 3.0)
    >>> widget.last
    6
    >>> [float(line.adjoint) for line in widget.graph.lines]
    [3.0, 2.0, 1.0]
    """

    _esm = assemble("sweeps.js")
    step = traitlets.Int(0).tag(sync=True)
    last = traitlets.Int(0).tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)
    drawings: traitlets.List[Any] = traitlets.List().tag(sync=True)
    tables: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    live: traitlets.List[Any] = traitlets.List().tag(sync=True)
    graph: Graph

    def __init__(
        self, function: Callable[..., Any] = f, *args: Any, seed: str | None = None
    ) -> None:
        super().__init__()
        args = (1.0, 2.0, 3.0) if function is f and not args else args
        try:
            self.graph = trace(function, args)
            found = tables(self.graph)
            if seed is not None:
                self.graph.along(seed)  # says which seeds there are, if this is none
                self.seed = found["seeds"].index(seed)
            drawings = [
                self.graph.draw(tangents=forward, adjoints=not forward).svg
                for forward in (True, False)
            ]
        except Exception as error:  # the reader's function may raise anything
            self.problem = explain(error, function)
            return
        lines = len(self.graph.lines)
        self.last = max(lines * len(found["seeds"]), 2 * lines)
        self.live = live_values(self.graph)
        self.tables, self.drawings = found, drawings

    def gradient(self) -> dict[str, Any]:
        """The derivative by each input, as reverse mode finds them all in one sweep."""
        lines = self.graph.lines
        return {lines[k].name: lines[k].adjoint for k in self.graph.inputs.lines}

    def in_words(self) -> str:
        """What the graph consists of, and what each mode needs for all derivatives."""
        counts = self.graph.counts
        found = ", ".join(f"∂/∂{name} = {value:.4g}" for name, value in self._numbers())
        return (
            f"Graph of {self.graph.name}: {counts.inputs} input numbers, {counts.operations} "
            f"operations. Forward mode needs {counts.forward_sweeps} sweeps, reverse mode "
            f"{counts.reverse_sweeps}. {found}."
        )

    def _numbers(self) -> list[tuple[str, float]]:
        lines = self.graph.lines
        names = self.tables["seeds"]
        flat = [np.ravel(lines[k].adjoint) for k in self.graph.inputs.lines]
        return list(zip(names, np.concatenate(flat).tolist(), strict=True))

    def picture(self, figure: Figure) -> None:
        """The trace as a table: values and tangents downwards, adjoints upwards."""
        draw_sweeps(figure, self.tables, self.seed)
