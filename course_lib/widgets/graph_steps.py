"""The two sweeps over one graph as tables, from which a page can show any moment of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.autodiff import make_graph
from course_lib.autodiff.graph import notation
from course_lib.autodiff.graph.graph import Graph
from course_lib.widgets.functions import UnusableFunction
from course_lib.widgets.messages import plain

MOST_SEEDS = 12
MOST_LINES = 40
LONGEST = 16  # letters of a number or small array


def trace(f: Callable[..., Any], args: tuple[Any, ...]) -> Graph:
    """The graph of ``f`` at a point, if it is small enough to watch.

    Raises
    ------
    UnusableFunction
        If it has too many lines or input numbers, or several outputs.

    Examples
    --------
    >>> len(trace(lambda x, y: x * y, (2.0, 3.0)).lines)
    3
    """
    graph = make_graph(f)(*args)
    if len(graph.lines) > MOST_LINES:
        raise UnusableFunction(
            f"the graph has {len(graph.lines)} lines, and nobody can watch more than {MOST_LINES}. "
            "Take a smaller function, or look at its table: print(make_graph(f)(x))."
        )
    if graph.counts.inputs > MOST_SEEDS:
        raise UnusableFunction(
            f"the function has {graph.counts.inputs} input numbers, and forward mode needs a sweep "
            f"for each: that is too long to watch. Take at most {MOST_SEEDS}."
        )
    if graph.counts.outputs != 1:
        raise UnusableFunction(
            f"the function must have one output number, but it has {graph.counts.outputs}."
        )
    return graph


def seeds(graph: Graph) -> list[str]:
    """The names of the input numbers, one for each sweep of forward mode."""
    return [name for name, _, _ in graph.inputs.numbers()]


def tables(graph: Graph) -> dict[str, Any]:
    """Everything about both sweeps, as texts and plain numbers.

    Returns
    -------
    dict
        ``lines``: for each its name, operation, parents, value, and local derivatives (None where
        they are no numbers). ``tangents``: for each seed a text for each line. ``adjoints``: a text
        for each line. ``numbers``: the same as numbers, None where they are arrays.
    """
    lines = [
        {
            "name": line.outputs[0] if line.outputs else line.name,
            "operation": line.operation,
            "parents": list(line.parents),
            "value": notation.value(line.value, LONGEST),
            "partials": [None if p is None else plain(p) for p in line.partials],
        }
        for line in graph.lines
    ]
    along = {name: [line.tangent for line in graph.along(name).lines] for name in seeds(graph)}
    adjoints = [line.adjoint for line in graph.lines]
    return {
        "lines": lines,
        "seeds": list(along),
        "tangents": [list(map(_said, column)) for column in along.values()],
        "adjoints": list(map(_said, adjoints)),
        "numbers": {
            "tangents": [list(map(_number, column)) for column in along.values()],
            "adjoints": list(map(_number, adjoints)),
        },
    }


def _said(x: Any) -> str:
    return notation.derivative(x, LONGEST)


def _number(x: Any) -> float | None:
    number: float | None = plain(x) if np.shape(x) == () else None
    return number


def live_values(graph: Graph) -> list[int]:
    """How many values must be kept after each line when nothing is needed for a way back.

    Examples
    --------
    >>> live_values(trace(lambda x: np.sin(np.cos(x)), (1.0,)))
    [1, 1, 1]
    """
    last_use = list(range(len(graph.lines)))
    for line in graph.lines:
        for parent in line.parents:
            last_use[parent] = max(last_use[parent], line.index)
    inputs = sum(1 for line in graph.lines if not line.parents)
    counts = []
    for now in range(len(graph.lines)):
        # All inputs are there from the beginning.
        known = range(max(now + 1, inputs))
        counts.append(sum(1 for k in known if k == now or last_use[k] > now))
    return counts
