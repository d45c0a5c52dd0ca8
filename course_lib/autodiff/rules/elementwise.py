"""Functions that act on each element alone. A rule is a partial derivative ``(y, *args) -> ∂y``.

``y`` is the value that the function has already computed: with it tanh' is ``1 - y²`` and costs no
second tanh.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff.primitives import bilinear, composite, constant, elementwise, linear
from course_lib.autodiff.trace import Box


def _inverse(x: Any) -> Any:
    # For a constant x, np.reciprocal of an integer would be an integer, and 1 / 0 would raise.
    return np.reciprocal(x) if isinstance(x, Box) else np.divide(1, x)


# Arithmetic --------------------------------------------------------------------------------------

linear(np.positive, lambda y_bar, x: y_bar)
linear(np.real, lambda y_bar, x: y_bar)
linear(np.negative, lambda y_bar, x: -y_bar)
linear(np.add, lambda y_bar, a, b: y_bar, lambda y_bar, a, b: y_bar)
linear(np.subtract, lambda y_bar, a, b: y_bar, lambda y_bar, a, b: -y_bar)
bilinear(np.multiply, lambda y_bar, a, b: y_bar * b, lambda y_bar, a, b: y_bar * a)
elementwise(np.divide, lambda y, a, b: _inverse(b), lambda y, a, b: -y * _inverse(b))
elementwise(np.reciprocal, lambda y, x: -(y * y))
elementwise(np.square, lambda y, x: 2 * x)
elementwise(np.remainder, lambda y, a, b: np.ones_like(y), lambda y, a, b: -np.floor(a / b))


def _power_by_base(y: Any, x: Any, p: Any) -> Any:
    # p·x^(p-1), and 0 where p is 0, at x = 0 too: a constant has no slope.
    if isinstance(p, int | float):
        return p * x ** (p - 1) if p != 0 else np.zeros_like(x)
    return p * x ** np.where(p == 0, 1, p - 1)


def _power_by_exponent(y: Any, x: Any, p: Any) -> Any:
    # y·ln x, and 0 at x = 0, where y·ln x → 0 for every p > 0.
    return y * np.log(np.where(x == 0, 1, x))


elementwise(np.power, _power_by_base, _power_by_exponent)

# Exponentials and logarithms ---------------------------------------------------------------------

elementwise(np.exp, lambda y, x: y)
elementwise(np.exp2, lambda y, x: np.log(2) * y)
elementwise(np.expm1, lambda y, x: y + 1)
elementwise(np.log, lambda y, x: np.reciprocal(x))
elementwise(np.log2, lambda y, x: np.reciprocal(x * np.log(2)))
elementwise(np.log10, lambda y, x: np.reciprocal(x * np.log(10)))
elementwise(np.log1p, lambda y, x: np.reciprocal(1 + x))
elementwise(np.sqrt, lambda y, x: 0.5 * np.reciprocal(y))
elementwise(np.cbrt, lambda y, x: np.reciprocal(3 * y * y))

# Trigonometric and hyperbolic --------------------------------------------------------------------

elementwise(np.sin, lambda y, x: np.cos(x))
elementwise(np.cos, lambda y, x: -np.sin(x))
elementwise(np.tan, lambda y, x: 1 + y * y)
elementwise(np.sinh, lambda y, x: np.cosh(x))
elementwise(np.cosh, lambda y, x: np.sinh(x))
elementwise(np.tanh, lambda y, x: 1 - y * y)
elementwise(np.arcsin, lambda y, x: np.reciprocal(np.sqrt(1 - x * x)))
elementwise(np.arccos, lambda y, x: -np.reciprocal(np.sqrt(1 - x * x)))
elementwise(np.arctan, lambda y, x: np.reciprocal(1 + x * x))
elementwise(np.arcsinh, lambda y, x: np.reciprocal(np.sqrt(1 + x * x)))
elementwise(np.arccosh, lambda y, x: np.reciprocal(np.sqrt(x * x - 1)))
elementwise(np.arctanh, lambda y, x: np.reciprocal(1 - x * x))

# Kinks: a tie is shared equally, nan stays nan ---------------------------------------------------


def _share(chosen: Any, other: Any, y: Any) -> Any:
    """1 where ``chosen`` won, 0 where ``other`` did, ½ at a tie, nan where the result is nan."""
    won, lost = np.equal(chosen, y), np.equal(other, y)
    with np.errstate(invalid="ignore"):
        return won / np.add(won, lost, dtype=y.dtype)


elementwise(np.absolute, lambda y, x: np.sign(x))
elementwise(np.maximum, lambda y, a, b: _share(a, b, y), lambda y, a, b: _share(b, a, y))
elementwise(np.minimum, lambda y, a, b: _share(a, b, y), lambda y, a, b: _share(b, a, y))


@composite(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    low, high = a_min if min is None else min, a_max if max is None else max
    a = a if low is None else np.maximum(a, low)
    return a if high is None else np.minimum(a, high)


select = linear(
    np.where,
    None,
    lambda y_bar, condition, a, b: np.where(condition, y_bar, 0),
    lambda y_bar, condition, a, b: np.where(condition, 0, y_bar),
)


@composite(np.where)
def where(condition: Any, *values: Any) -> Any:
    return select(np.not_equal(condition, 0), *values) if values else np.nonzero(condition)


# Piecewise constant: the derivative is zero wherever there is one --------------------------------

for function in (
    *(np.sign, np.floor, np.ceil, np.trunc, np.rint, np.floor_divide, np.signbit),
    *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
    *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor),
    *(np.isnan, np.isinf, np.isfinite, np.spacing, np.imag),
):
    constant(function)
