"""``make_graph``: run a function once, in graph mode."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff import trees
from course_lib.autodiff.derivatives import Argnums, _fix_other_arguments, _require_function
from course_lib.autodiff.graph.counts import count
from course_lib.autodiff.graph.ends import Ends, argument_names, function_name
from course_lib.autodiff.graph.graph import Graph
from course_lib.autodiff.graph.tape import GraphTrace
from course_lib.autodiff.reverse import Pullback
from course_lib.autodiff.trace import call


def make_graph(f: Callable[..., Any], argnums: Argnums | None = None) -> Callable[..., Graph]:
    """A function that returns the evaluation trace of ``f`` at a point, as a :class:`Graph`.

    Parameters
    ----------
    f
        A function of numbers, arrays, or nested containers of them, with results of these kinds.
    argnums
        The positional argument(s) that are inputs of the graph; the others are constants. By
        default all are inputs.

    Returns
    -------
    Callable
        ``(*args, **kwargs) -> Graph``. Keyword arguments are passed on as constants.

    Raises
    ------
    TypeError
        If an input is not made of floats, or the result not of real numbers.

    Examples
    --------
    Tables 2 and 3 of the survey by Baydin et al. (JMLR 2018):

    >>> def f(x1, x2):
    ...     return np.log(x1) + x1 * x2 - np.sin(x2)
    >>> print(make_graph(f)(2.0, 5.0))
    Evaluation trace of f: 2 inputs, 5 operations, 1 output
    <BLANKLINE>
    line    operation   value ↓  tangent ↓  adjoint ↑
    -------------------------------------------------
    x1      input             2          1        5.5
    x2      input             5          0     1.7163
    v1      log(x1)     0.69315        0.5          1
    v2      x1 * x2          10          5          1
    v3      v1 + v2      10.693        5.5          1
    v4      sin(x2)    -0.95892          0         -1
    f = v5  v3 - v4      11.652        5.5          1
    <BLANKLINE>
    tangent ↓: from the top down, along x1
    adjoint ↑: from the bottom up, starting with 1 at f
    """
    _require_function("make_graph", f)

    @functools.wraps(f)
    def graph(*args: Any, **kwargs: Any) -> Graph:
        which = range(len(args)) if argnums is None else argnums
        g, chosen = _fix_other_arguments("make_graph", f, which, args, kwargs)
        names = argument_names(f, len(args))
        constants = dict(zip(names, args, strict=True)) | kwargs
        inputs = [constants.pop(names[i]) for i in chosen]
        leaves, tree = trees.flatten_inputs("make_graph", inputs, chosen)
        roots = [names[i] for i in chosen]
        return _trace(g, function_name(f), roots, leaves, tree, constants)

    return graph


def _trace(
    f: Callable[..., Any],
    name: str,
    roots: Sequence[str],
    leaves: Sequence[Any],
    tree: trees.Tree,
    constants: Mapping[str, Any],
) -> Graph:
    """The graph of ``f``, whose inputs have the names ``roots``, and whose output ``name``."""
    values = [_own(x) for x in leaves]
    names = [p for r, child in zip(roots, tree.children, strict=True) for p in child.paths(r)]
    letter = next(
        c for c in "vwuts" if not any(re.fullmatch(rf"{c}\d+", r) for r in [name, *roots])
    )
    with GraphTrace(letter, _names_of_arrays(constants)) as trace:
        boxes = [trace.named(n, "input", x) for n, x in zip(names, values, strict=True)]
        results, out_tree = trees.flatten_outputs("make_graph", call(f, tree.build(boxes)))
        out_names = out_tree.paths("output" if name in roots else name)
        results = [
            y if trace.owns(y) else trace.named(n, "constant", _own(y))
            for n, y in zip(out_names, results, strict=True)
        ]
        inputs = Ends(names, [x.index for x in boxes], values, tree)
        outputs = Ends(out_names, [y.index for y in results], trace.strip(results), out_tree)
        counts = count(trace.tape, inputs.values, outputs.values)
        Pullback(trace, tree, results, out_tree).own_captured_arrays()
    lines = (trace.tape, trace.names, trace.operations)
    return Graph(name, *lines, inputs, outputs, inputs.first(), outputs.first(), counts)


def _own(x: Any) -> Any:
    """A copy of an array: a graph stays what it is when the reader changes the array later."""
    return x.copy() if isinstance(x, np.ndarray) else x


def _names_of_arrays(arguments: Mapping[str, Any]) -> dict[int, str]:
    """Names for the arrays among the arguments that are constants, by their ``id``."""
    named: dict[int, str] = {}
    for name, argument in arguments.items():
        leaves, tree = trees.flatten(argument)
        paths = zip(leaves, tree.paths(name), strict=True)
        named |= {id(leaf): path for leaf, path in paths if isinstance(leaf, np.ndarray)}
    return named
