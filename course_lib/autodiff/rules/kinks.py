"""Functions with kinks and jumps: a tie is shared equally, nan stays nan."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff import errors
from course_lib.autodiff.primitives import composite, constant, elementwise


def share(chosen: Any, other: Any, y: Any) -> Any:
    """1 where ``chosen`` won, 0 where ``other`` did, ½ at a tie, nan where the result is nan."""
    won, lost = np.equal(chosen, y), np.equal(other, y)
    with np.errstate(invalid="ignore"):
        return won / np.add(won, lost, dtype=y.dtype)


elementwise(np.fabs, lambda y, x: np.sign(x))
for function in (np.maximum, np.minimum, np.fmax, np.fmin):
    elementwise(function, lambda y, a, b: share(a, b, y), lambda y, a, b: share(b, a, y))


@composite(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    low, high = a_min if min is None else min, a_max if max is None else max
    a = a if low is None else np.maximum(a, low)
    return a if high is None else np.minimum(a, high)


# The size of a with the sign of b: only a small change of a is seen in the result.
elementwise(
    np.copysign,
    lambda y, a, b: np.sign(a) * np.where(np.signbit(b), -1.0, 1.0),
    lambda y, a, b: np.zeros_like(y),
)
elementwise(
    np.heaviside,
    lambda y, x, at_zero: np.zeros_like(y),
    lambda y, x, at_zero: np.where(np.equal(x, 0), 1.0, 0.0),
)
elementwise(np.nextafter, lambda y, x, to: np.ones_like(y), lambda y, x, to: np.zeros_like(y))

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
    return np.unwrap(p, discont, axis, period=period) - p


turns = constant(_turns)


@composite(np.unwrap)
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: float = 2 * np.pi) -> Any:
    return p + turns(p, discont, axis, period)


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
