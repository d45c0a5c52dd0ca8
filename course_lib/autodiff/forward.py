"""Forward mode: every value carries its tangent, the rate at which it changes along one direction.

One run of the function gives the value and one directional derivative: a Jacobian-vector product.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff import trees
from course_lib.autodiff.primitives import Primitive
from course_lib.autodiff.protect import independent
from course_lib.autodiff.shapes import as_scalar, match_shape_and_dtype
from course_lib.autodiff.trace import Box, Trace, call


class ForwardBox(Box):
    """A value with its tangent: a dual number."""

    __slots__ = ("tangent",)

    def __init__(self, trace: Trace, primal: Any, tangent: Any) -> None:
        super().__init__(trace, primal)
        self.tangent = tangent


class ForwardTrace(Trace):
    """Pushes tangents through each primitive by its ``jvp`` rule."""

    mode = "forward"

    def process(self, primitive: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Compute the value, and by the primitive's rule the tangent."""
        traced, values, y = self.compute(primitive, args, kwargs)
        if not primitive.differentiable:
            return y
        tangents: list[Any] = [None] * len(args)
        for i in traced:
            tangents[i] = args[i].tangent
        y_dot = primitive.jvp(tangents, y, values, kwargs)
        return ForwardBox(self, y, match_shape_and_dtype(y_dot, y))


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """Value and Jacobian-vector product: how ``f`` changes as ``primals`` move along ``tangents``.

    Parameters
    ----------
    f
        A function of ``len(primals)`` arguments, written in plain NumPy.
    primals, tangents
        A tuple of arguments, and a tuple of directions of the same structure and shapes.

    Returns
    -------
    tuple
        ``f(*primals)`` and its directional derivative ``J · tangents``, of the same structure.

    Raises
    ------
    TypeError, ValueError
        If an argument is not made of floats, or a tangent does not fit its argument.

    Examples
    --------
    >>> jvp(lambda x, y: x * y, (4.0, 5.0), (3.0, 2.0))
    (np.float64(20.0), np.float64(23.0))
    """
    return push_forward("jvp", f, primals, tangents)


def push_forward(
    transform: str, f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]
) -> tuple[Any, Any]:
    """:func:`jvp`, with errors in the name of the transformation that the reader called."""
    trees.require_tuple(transform, "primals", primals)
    trees.require_tuple(transform, "tangents", tangents)
    leaves, tree = trees.flatten_inputs(transform, primals)
    directions = trees.flatten_like(transform, "tangents", tuple(tangents), leaves, tree)
    with ForwardTrace() as trace:
        boxes = [ForwardBox(trace, x, x_dot) for x, x_dot in zip(leaves, directions, strict=True)]
        outputs, out_tree = trees.flatten_outputs(transform, call(f, tree.build(boxes)))
        primal_outs = [as_scalar(y) for y in trace.strip(outputs)]
        tangent_outs = [y.tangent if trace.owns(y) else np.zeros_like(y)[()] for y in outputs]
    results = independent([*primal_outs, *tangent_outs], [*leaves, *directions, *outputs])
    count = out_tree.leaf_count
    return out_tree.build(results[:count]), out_tree.build(results[count:])
