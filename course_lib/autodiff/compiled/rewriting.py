"""Shorter ways to write an operation, found while it is recorded.

Each rule looks at an operation together with those that made its arguments, and writes the same in
plain NumPy with fewer or smaller operations; the call is recorded in turn. What is then no longer
needed is left out at the end. The numbers stay what they were, to the bit, except that
``a * (1 / b)`` becomes ``a / b``, which rounds once less, and that a zero may change its sign.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.autodiff.primitives import Primitive
from course_lib.autodiff.rules.joining import join
from course_lib.autodiff.rules.structure import getitem, put_back

Rule = Callable[..., Any]
#: A NumPy function -> a rule ``(inside, *args, **kwargs)``, which returns the result of the shorter
#: way, or None. ``inside(x, function)`` has the arguments of the operation that made x, if that was
#: this function; else it is None.
REWRITINGS: dict[Any, Rule] = {}


def _of(*functions: Any) -> Callable[[Rule], Rule]:
    def enter(rule: Rule) -> Rule:
        REWRITINGS.update(dict.fromkeys(functions, rule))
        return rule

    return enter


def _added_at(x: Any, values: Any, index: Any) -> Any:
    out = np.array(x)
    out[index] += values
    return out


#: ``x`` with ``values`` added to ``x[index]``, for an index of numbers and slices.
added_at = Primitive(_added_at, _added_at, extra=0, arrays=3)


@_of(np.add)
def _add(inside: Any, a: Any, b: Any) -> Any:
    for x, other in ((b, a), (a, b)):
        if negative := inside(x, np.negative):
            return other - negative[0]
        if product := _without_sign(inside, x):
            return other - product[0] * product[1]
        if is_number(x) and x == 0:
            return other
    at_a, at_b = inside(a, put_back.function), inside(b, put_back.function)
    both_basic = at_a and at_b and is_basic(at_a[1]) and is_basic(at_b[1])
    if both_basic and repr(at_a[1:]) == repr(at_b[1:]):
        return put_back(at_a[0] + at_b[0], *at_a[1:])
    for x, at in ((a, at_b), (b, at_a)):
        if at and is_basic(at[1]) and np.shape(x) == at[2]:
            values, index, _ = at
            return added_at(x, values, index)
    return None


@_of(np.subtract)
def _subtract(inside: Any, a: Any, b: Any) -> Any:
    if negative := inside(b, np.negative):
        return a + negative[0]
    if product := _without_sign(inside, b):
        return a + product[0] * product[1]
    return None


def _without_sign(inside: Any, x: Any) -> tuple[Any, Any] | None:
    """The factors of -x, if x is a product with a negated factor."""
    a, b = inside(x, np.multiply) or (None, None)
    for one, other in ((a, b), (b, a)):
        if negative := inside(one, np.negative):
            return negative[0], other
    return None


@_of(np.negative)
def _negative(inside: Any, x: Any) -> Any:
    if negative := inside(x, np.negative):
        return negative[0]
    if difference := inside(x, np.subtract):
        return difference[1] - difference[0]
    if product := inside(x, np.multiply):
        for number, other in (product, product[::-1]):
            if is_number(number):
                return other * -number
    return None


@_of(np.multiply)
def _multiply(inside: Any, a: Any, b: Any) -> Any:
    for x, other in ((a, b), (b, a)):
        if is_number(other) and abs(other) == 1:
            return x if other == 1 else -x
        if (over := inside(x, np.reciprocal)) and np.shape(over[0]) == np.shape(x):
            return other / over[0]
        if (negative := inside(x, np.negative)) and is_number(other):
            return negative[0] * -other
        if negative and np.size(x) >= np.size(other):
            return -(negative[0] * other)
        if (product := inside(x, np.multiply)) and is_number(other):
            for number, rest in (product, product[::-1]):
                if is_number(number) and _multiply_exactly(number, other):
                    return rest * (number * other)
    return None


@_of(np.divide)
def _divide(inside: Any, a: Any, b: Any) -> Any:
    if (negative := inside(a, np.negative)) and np.size(a) >= np.size(b):
        return -(negative[0] / b)
    return None


@_of(np.sum)
def _sum(inside: Any, x: Any, axis: Any = None, **kwargs: Any) -> Any:
    if negative := inside(x, np.negative):
        return -np.sum(negative[0], axis=axis, **kwargs)
    return None


@_of(put_back.function)
def _signed_values(inside: Any, values: Any, index: Any, shape: tuple[int, ...]) -> Any:
    if negative := inside(values, np.negative):
        return -put_back(negative[0], index, shape)
    return None


@_of(np.reshape)
def _reshape(inside: Any, x: Any, shape: Any) -> Any:
    if total := inside(x, np.sum):
        return np.sum(total[0], **{**total.kwargs, "keepdims": True})
    if negative := inside(x, np.negative):
        return -np.reshape(negative[0], shape)
    if before := inside(x, np.reshape):
        return np.reshape(before[0], shape)
    return x  # if it has this shape already


@_of(np.transpose)
def _transposed_twice(inside: Any, x: Any, axes: Any = None) -> Any:
    before = inside(x, np.transpose) if axes is None else None
    return before[0] if before and len(before) == 1 else None


@_of(join.function)
def _one_to_join(inside: Any, first: Any, *others: Any, axis: int = 0) -> Any:
    return None if others else first


@_of(getitem.function)
def _all_of_it(inside: Any, x: Any, index: Any) -> Any:
    """All of it, if nothing is left out."""
    parts = index if type(index) is tuple else (index,)
    if len(parts) > np.ndim(x) or not all(isinstance(part, slice) for part in parts):
        return None
    ranges = (part.indices(n) for part, n in zip(parts, np.shape(x), strict=False))
    whole = ((0, n, 1) for n in np.shape(x))
    return x if all(a == b for a, b in zip(ranges, whole, strict=False)) else None


def is_basic(index: Any) -> bool:
    """Whether an index is made of whole numbers and slices, so that no element comes up twice."""
    parts = index if type(index) is tuple else (index,)
    return all(isinstance(part, int | slice | None) or part is Ellipsis for part in parts)


def is_number(x: Any) -> bool:
    """Whether ``x`` is one number, known now."""
    return isinstance(x, int | float | np.floating | np.integer) and not isinstance(x, bool)


def _multiply_exactly(a: Any, b: Any) -> bool:
    """Whether x * (a * b) is (x * a) * b: one of them only moves the exponent, which has room."""
    with np.errstate(all="ignore"):
        return any(_is_power_of_two(p) and p * x / p == x for p, x in ((a, b), (b, a)))


def _is_power_of_two(x: Any) -> bool:
    return abs(np.frexp(float(x))[0]) == 0.5


def one_number(x: Any) -> Any:
    """The number that stands in all places of a constant array; ``x`` itself if there is none."""
    if isinstance(x, np.ndarray) and x.size and x.ndim and x.dtype.kind == "f":
        first = x[(0,) * x.ndim]
        if not any(x.strides) or (np.all(x == first) and (first or not np.any(np.signbit(x)))):
            return first
    return x
