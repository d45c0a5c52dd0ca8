"""Derivatives by small steps: the independent judge of every rule, and a lesson in rounding error.

A function of one argument ``x`` (a float or an array of floats) may return a number or an array.
All three return the Jacobian, of shape ``output.shape + input.shape``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

# The h that balances truncation against rounding, relative to the size of x:
# the square root (forward) and the cube root (central) of the machine epsilon.
_EPSILON = float(np.finfo(float).eps)
FORWARD_STEP = _EPSILON ** (1 / 2)
CENTRAL_STEP = _EPSILON ** (1 / 3)


def forward_difference(f: Callable[[Any], Any], x: Any, h: float | None = None) -> Any:
    """``(f(x + h) - f(x)) / h`` for each element of ``x``. Truncation error is of order h.

    Parameters
    ----------
    f, x
        The function, and the point: a float or an array of floats.
    h
        The step; by default the square root of the machine epsilon times ``max(1, |x|)``.

    Examples
    --------
    >>> abs(forward_difference(np.exp, 1.0, h=1e-8) - np.e) < 1e-7
    np.True_
    """
    x = _checked("forward_difference", x, h)
    y = np.asarray(f(_out(x)))
    return _columns(lambda e, i: (np.asarray(f(_out(x + e))) - y) / e[i], x, h, FORWARD_STEP)


def central_difference(f: Callable[[Any], Any], x: Any, h: float | None = None) -> Any:
    """``(f(x + h) - f(x - h)) / 2h`` for each element of ``x``. Truncation error is of order h².

    Parameters are those of :func:`forward_difference`; the default step is the cube root of the
    machine epsilon times ``max(1, |x|)``.

    Examples
    --------
    >>> abs(central_difference(np.exp, 1.0) - np.e) < 1e-9
    np.True_
    """
    x = _checked("central_difference", x, h)

    def column(e: Any, i: Any) -> Any:
        return (np.asarray(f(_out(x + e))) - np.asarray(f(_out(x - e)))) / (2 * e[i])

    return _columns(column, x, h, CENTRAL_STEP)


def complex_step(f: Callable[[Any], Any], x: Any, h: float = 1e-20) -> Any:
    """``Im f(x + ih) / h``: no subtraction, so no rounding error grows as h shrinks.

    ``f`` must be analytic, and written with functions that take complex numbers (not ``abs`` or
    ``max``). The method is by Squire and Trapp (SIAM Review 40, 1998).

    Examples
    --------
    The example of Squire and Trapp's paper:

    >>> float(complex_step(lambda x: np.exp(x) / (np.sin(x) ** 3 + np.cos(x) ** 3), 1.5))
    3.622033700716326
    """
    x = _checked("complex_step", x, h)
    return _columns(lambda e, i: np.imag(np.asarray(f(_out(x + 1j * e)))) / h, x, h, h)


def _checked(name: str, x: Any, h: float | None) -> Any:
    if h is not None and not (isinstance(h, float | int | np.floating) and h > 0):
        raise ValueError(f"{name}: h must be a positive number, found {h!r}")
    x = np.asarray(x)
    if x.dtype.kind not in "fiu":
        raise TypeError(
            f"{name}: x must be a real number or an array of real numbers, found dtype {x.dtype}"
        )
    return x.astype(float)  # a float32 has too few digits for steps this small


def _out(x: Any) -> Any:
    return x[()] if x.ndim == 0 else x


def _columns(column: Callable[[Any, Any], Any], x: Any, h: float | None, default: float) -> Any:
    """Stack ``column(step vector, index)`` over all elements of ``x``, on the last axes."""
    columns = []
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[i] = h if h is not None else default * max(1.0, abs(float(x[i])))
        columns.append(column(e, i))
    if not columns:
        raise ValueError("there is nothing to vary: x has no elements")
    return np.reshape(np.stack(columns, axis=-1), (*np.shape(columns[0]), *x.shape))[()]
