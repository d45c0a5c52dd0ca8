"""Functions with kinks and jumps: a tie is shared equally, nan stays nan."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff import errors
from course_lib.autodiff.primitives import composite, constant, elementwise
from course_lib.autodiff.rules.casting import from_list


def share(chosen: Any, other: Any, y: Any) -> Any:
    """1 where ``chosen`` won, 0 where ``other`` did, ½ at a tie, nan where the result is nan."""
    won, lost = np.equal(chosen, y).astype(y.dtype), np.equal(other, y)
    with np.errstate(invalid="ignore"):
        return won / (won + lost)


for function in (np.maximum, np.minimum, np.fmax, np.fmin):
    elementwise(function, lambda y, a, b: share(a, b, y), lambda y, a, b: share(b, a, y))


@composite(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    low, high = a_min if min is None else min, a_max if max is None else max
    a = a if low is None else np.maximum(a, low)
    return a if high is None else np.minimum(a, high)


@composite(np.fabs)
def fabs(x: Any) -> Any:
    return np.absolute(x)


@composite(np.copysign)
def copysign(a: Any, b: Any) -> Any:
    """Only a small change of ``a`` is seen in the result."""
    a, b = from_list(a), from_list(b)
    sign = np.where(np.signbit(b), -1, 1).astype(np.result_type(a, b))
    return np.absolute(a) * sign


@composite(np.heaviside)
def heaviside(x: Any, at_zero: Any) -> Any:
    return np.where(np.equal(x, 0), at_zero, (np.sign(x) + 1) / 2)


def _step_towards(x: Any, to: Any) -> Any:
    return np.nextafter(x, to) - x


step_towards = constant(_step_towards)


@composite(np.nextafter)
def nextafter(x: Any, to: Any) -> Any:
    return x + step_towards(x, to)


# Functions that split a number: one part jumps, the other has slope 1 -----------------------------


@composite(np.divmod)
def divmod_(a: Any, b: Any) -> tuple[Any, Any]:
    return np.floor_divide(a, b), np.remainder(a, b)


@composite(np.modf)
def modf(x: Any) -> tuple[Any, Any]:
    whole = np.trunc(x)
    infinite = np.isinf(x)  # whose fraction is 0, not inf - inf
    return np.where(infinite, 0.0, x) - np.where(infinite, 0.0, whole), whole


def _exponent(x: Any) -> Any:
    return np.frexp(x)[1]


exponent = constant(_exponent)


@composite(np.frexp)
def frexp(x: Any) -> tuple[Any, Any]:
    power = exponent(x)
    return np.ldexp(x, -power), power


def _turns(p: Any, discont: Any, axis: int, period: float) -> Any:
    return np.round((np.unwrap(p, discont, axis, period=period) - p) / period)


turns = constant(_turns)


@composite(np.unwrap)
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: float = 2 * np.pi) -> Any:
    return p + period * turns(p, discont, axis, period)


@composite(np.nan_to_num)
def nan_to_num(
    x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    """Where a number is replaced, the derivative is that of the replacement, mostly 0."""
    if not copy:
        raise errors.in_place("numpy.nan_to_num")
    largest = np.finfo(x.dtype).max
    x = np.where(np.isnan(x), nan, x)
    x = np.where(np.isposinf(x), largest if posinf is None else posinf, x)
    return np.where(np.isneginf(x), -largest if neginf is None else neginf, x)
