"""Taylor mode: every value carries the coefficients of its Taylor series along one direction.

One run gives all derivatives of t ↦ f(x + t·direction) up to any order, at a cost that grows
polynomially with the order. Nested first derivatives give the same numbers at a cost that grows
exponentially.

No function needs a Taylor rule of its own. Its ``jvp`` rule says how the rate of change of the
result follows from the values, y′ = jvp(x, x′). Read as an equation between series, its coefficient
number k gives coefficient k + 1 of y, and needs none of y beyond k (Griewank and Walther,
*Evaluating Derivatives*, 2008, chapter 13). So a series is a list that can extend itself on demand.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff import trees
from course_lib.autodiff.batch import BatchTrace
from course_lib.autodiff.primitives import Bilinear, Linear, Primitive, add_all
from course_lib.autodiff.protect import independent
from course_lib.autodiff.shapes import match_shape_and_dtype
from course_lib.autodiff.trace import Box, Trace, call

HIGHEST_FACTORIAL = 170


class Series:
    """Taylor coefficients; those that are missing are computed, in order, when first asked for."""

    def __init__(self, known: Sequence[Any], coefficient: Callable[[int], Any]) -> None:
        self.known = list(known)
        self.coefficient = coefficient

    def finish(self) -> None:
        """Forget how more is computed; the way there leads back here, which would keep memory."""
        del self.coefficient

    def __getitem__(self, k: int) -> Any:
        while len(self.known) <= k:
            self.known.append(self.coefficient(len(self.known)))
        return self.known[k]


class TaylorBox(Box):
    """A value with its Taylor series, whose coefficient 0 is the value."""

    __slots__ = ("series",)

    def __init__(self, trace: Trace, series: Series) -> None:
        super().__init__(trace, series[0])
        self.series = series


class TaylorTrace(Trace):
    """Pushes Taylor series through each primitive, up to a highest order."""

    mode = "Taylor"

    def __init__(self, order: int) -> None:
        super().__init__()
        self.order = order
        # What the rule now being read has computed, so that cos finds the sin that asked for it.
        self.inside_rule: dict[Any, tuple[TaylorBox, Any]] | None = None

    def process(self, primitive: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Give the result its series: complete for a call of the user, on demand within a rule."""
        if not primitive.differentiable:
            return primitive(*self.strip(args), **kwargs)
        key = (primitive, *map(_Same, args), *((k, _Same(v)) for k, v in kwargs.items()))
        if self.inside_rule is not None:
            if key not in self.inside_rule:
                self.inside_rule[key] = self._lazy(primitive, args, kwargs), (args, kwargs)
            return self.inside_rule[key][0]
        y = self._lazy(primitive, args, kwargs)
        self.inside_rule = {key: (y, (args, kwargs))}
        try:
            y.series[self.order]
        finally:
            for box, _ in self.inside_rule.values():
                box.series.finish()
            self.inside_rule = None
        return y

    def _lazy(self, primitive: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> TaylorBox:
        _, values, y = self.compute(primitive, args, kwargs)
        if isinstance(primitive, Linear):
            coefficient = self._linear(primitive, y, args, values, kwargs)
        elif isinstance(primitive, Bilinear):
            coefficient = self._product(primitive, args, kwargs)
        else:
            return self._by_jvp(primitive, y, args, kwargs)
        return TaylorBox(self, Series([y], lambda k: match_shape_and_dtype(coefficient(k), y)))

    def _linear(self, primitive: Any, y: Any, args: Any, values: Any, kwargs: Any) -> Any:
        """Each coefficient of the result is the function of the coefficients of the arguments."""
        return lambda k: primitive.jvp(
            [a.series[k] if self.owns(a) else None for a in args], y, values, kwargs
        )

    def _product(self, primitive: Any, args: Any, kwargs: Any) -> Any:
        """Multiply two series term by term: coefficient k collects all a_i · b_(k-i)."""
        a, b = args
        if not self.owns(b):
            return lambda k: primitive(a.series[k], b, **kwargs)
        if not self.owns(a):
            return lambda k: primitive(a, b.series[k], **kwargs)
        return lambda k: add_all(
            primitive(a.series[i], b.series[k - i], **kwargs) for i in range(k + 1)
        )

    def _by_jvp(self, primitive: Primitive, y: Any, args: Any, kwargs: Any) -> TaylorBox:
        """Solve y′ = jvp(x, x′): coefficient k of y is the right side's k - 1, over k."""
        right_side: list[Any] = []

        def coefficient(k: int) -> Any:
            if not right_side:  # read the rule when its first coefficient is needed, and only once
                tangents = [self._derivative(a) if self.owns(a) else None for a in args]
                right_side.append(primitive.jvp_of_series(tangents, result, args, kwargs))
            return match_shape_and_dtype(self._coefficient_of(right_side[0], k - 1) / k, y)

        result = TaylorBox(self, Series([y], coefficient))
        return result

    def _derivative(self, x: TaylorBox) -> TaylorBox:
        series = x.series
        return TaylorBox(self, Series([series[1]], lambda k: (k + 1) * series[k + 1]))

    def _coefficient_of(self, x: Any, k: int) -> Any:
        if self.owns(x):
            return x.series[k]
        return x if k == 0 else np.zeros_like(x)


class _Same:
    """A key for an argument: numbers are the same by type and value, all else by identity.

    The two zeros, which are equal, are different numbers here.
    """

    def __init__(self, value: Any) -> None:
        self.key: tuple[Any, ...]
        if isinstance(value, float):
            self.key = (type(value), value, math.copysign(1.0, value))
        else:
            self.key = (type(value), value if isinstance(value, int) else id(value))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def taylor(
    f: Callable[[Any], Any], x: Any, direction: Any, order: int, *, stacked: bool = False
) -> list[Any]:
    """Taylor coefficients of ``f`` along a direction, ready to use as a polynomial in t.

    Parameters
    ----------
    f
        A function of one argument, written in plain NumPy.
    x, direction
        The point, and a direction of the same structure and shapes: floats, arrays of floats, or
        nested tuples, lists and dicts of them.
    order
        The highest order, 0 or more.
    stacked
        True if ``direction`` holds several directions, along a first axis of their own. One run
        then carries all of them, and each coefficient has that axis, too.

    Returns
    -------
    list
        ``[c0, c1, …, c_order]``, each of the structure and shapes of ``f(x)``, such that
        ``f(x + t * direction) ≈ c0 + c1 * t + c2 * t**2 + …`` for small t.

    Raises
    ------
    TypeError, ValueError
        If the point is not made of floats, the direction does not fit, or the order is negative.

    Examples
    --------
    >>> [float(c) for c in taylor(np.exp, 0.0, 1.0, order=3)]
    [1.0, 1.0, 0.5, 0.16666666666666666]
    >>> taylor(np.prod, np.array([2.0, 3.0]), np.eye(2), order=1, stacked=True)[1]
    array([3., 2.])
    """
    return _coefficients("taylor", f, x, direction, order, stacked)


def jet(
    f: Callable[[Any], Any], x: Any, direction: Any, order: int, *, stacked: bool = False
) -> list[Any]:
    """Derivatives of t ↦ f(x + t·direction) at t = 0, of all orders up to ``order``.

    Parameters and errors are those of :func:`taylor`. Derivative k is k! times coefficient k.

    Returns
    -------
    list
        ``[f, f′, f″, …]``, ``order + 1`` entries of the structure and shapes of ``f(x)``.

    Examples
    --------
    >>> [float(d) for d in jet(lambda x: x**3, 2.0, 1.0, order=4)]
    [8.0, 12.0, 12.0, 6.0, 0.0]
    """
    if isinstance(order, int | np.integer) and order > HIGHEST_FACTORIAL:
        raise ValueError(
            f"jet: derivatives of order {order} overflow, since {HIGHEST_FACTORIAL}! is the "
            f"largest factorial in float64. Use course_lib.taylor: its coefficients are divided by "
            f"the factorial."
        )
    coefficients = _coefficients("jet", f, x, direction, order, stacked)
    factorials = map(math.factorial, range(len(coefficients)))
    return [
        trees.map_leaves(functools.partial(np.multiply, float(factorial)), level)
        for factorial, level in zip(factorials, coefficients, strict=True)
    ]


def _coefficients(
    transform: str, f: Any, x: Any, direction: Any, order: int, stacked: bool
) -> list[Any]:
    if not isinstance(order, int | np.integer) or isinstance(order, bool) or order < 0:
        raise ValueError(f"{transform}: order must be a whole number, 0 or more, found {order!r}.")
    order = int(order)
    leaves, tree = trees.flatten_inputs(transform, (x,))
    if not stacked:
        directions = trees.flatten_like(transform, "direction", (direction,), leaves, tree)
        levels, out_tree = _run(transform, f, leaves, tree, directions, order)
        return [out_tree.build(level) for level in levels]
    stacks = trees.flatten_stacks(transform, "direction", (direction,), leaves, tree)
    with BatchTrace(len(stacks[0]) if stacks else 1) as batch:
        directions = list(map(batch.box, stacks))
        levels, out_tree = _run(transform, f, leaves, tree, directions, order)
        return [out_tree.build([batch.stack_of(y).copy() for y in level]) for level in levels]


def _run(
    transform: str, f: Any, leaves: list[Any], tree: trees.Tree, directions: list[Any], order: int
) -> tuple[list[list[Any]], trees.Tree]:
    """Coefficients of each order, as lists of leaves, and the structure of the result."""
    with TaylorTrace(order) as trace:
        boxes = [_straight_line(trace, p, d) for p, d in zip(leaves, directions, strict=True)]
        outputs, out_tree = trees.flatten_outputs(transform, call(f, tree.build(boxes)))
        levels = [[trace._coefficient_of(y, k) for y in outputs] for k in range(order + 1)]
    every = independent([y for level in levels for y in level], [*leaves, *directions, *outputs])
    count = out_tree.leaf_count
    return [every[k * count : (k + 1) * count] for k in range(order + 1)], out_tree


def _straight_line(trace: TaylorTrace, point: Any, direction: Any) -> TaylorBox:
    return TaylorBox(trace, Series([point, direction], lambda k: np.zeros_like(point)))
