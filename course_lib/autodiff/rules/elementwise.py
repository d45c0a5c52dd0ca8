"""Functions that act on each element alone. A rule is a partial derivative ``(y, *args) -> ∂y``.

``y`` is the value that the function has already computed: with it tanh' is ``1 - y²`` and costs no
second tanh.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff.primitives import bilinear, elementwise, linear
from course_lib.autodiff.rules.casting import as_wide_as
from course_lib.autodiff.trace import Box


def _inverse(y: Any, x: Any) -> Any:
    # For a constant x, np.reciprocal of an integer would be an integer, and 1 / 0 would raise.
    if isinstance(x, Box):
        return np.reciprocal(as_wide_as(y, x))
    inverse = np.divide(1.0, x)
    return inverse if inverse.dtype == y.dtype else np.divide(1.0, x, dtype=y.dtype)


# Arithmetic --------------------------------------------------------------------------------------

linear(np.positive, lambda y_bar, x: y_bar)
linear(np.negative, lambda y_bar, x: -y_bar)
linear(np.add, lambda y_bar, a, b: y_bar, lambda y_bar, a, b: y_bar)
linear(np.subtract, lambda y_bar, a, b: y_bar, lambda y_bar, a, b: -y_bar)
bilinear(np.multiply, lambda y_bar, a, b: y_bar * b, lambda y_bar, a, b: y_bar * a)
elementwise(np.divide, lambda y, a, b: _inverse(y, b), lambda y, a, b: -y * _inverse(y, b))
elementwise(np.reciprocal, lambda y, x: -(y * y))
elementwise(np.square, lambda y, x: 2 * x)
elementwise(np.remainder, lambda y, a, b: np.ones_like(y), lambda y, a, b: -np.floor_divide(a, b))
elementwise(np.fmod, lambda y, a, b: np.ones_like(y), lambda y, a, b: -np.rint((a - y) / b))
linear(np.ldexp, lambda y_bar, x, exponent: np.ldexp(y_bar, exponent), None)

# Exponentials and logarithms ---------------------------------------------------------------------

elementwise(np.exp, lambda y, x: y)
elementwise(np.exp2, lambda y, x: np.log(2) * y)
elementwise(np.expm1, lambda y, x: y + 1)
elementwise(np.log, lambda y, x: np.reciprocal(x))
elementwise(np.log2, lambda y, x: np.reciprocal(x * np.log(2)))
elementwise(np.log10, lambda y, x: np.reciprocal(x * np.log(10)))
elementwise(np.log1p, lambda y, x: np.reciprocal(1 + x))

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

# Angles ------------------------------------------------------------------------------------------

linear(np.deg2rad, lambda y_bar, x: np.deg2rad(y_bar))
linear(np.radians, lambda y_bar, x: np.radians(y_bar))
linear(np.rad2deg, lambda y_bar, x: np.rad2deg(y_bar))
linear(np.degrees, lambda y_bar, x: np.degrees(y_bar))

# Dividing by the distance twice keeps the squares of large numbers out of the way.
elementwise(
    np.arctan2,
    lambda angle, y, x: x / np.hypot(x, y) / np.hypot(x, y),
    lambda angle, y, x: -y / np.hypot(x, y) / np.hypot(x, y),
)
