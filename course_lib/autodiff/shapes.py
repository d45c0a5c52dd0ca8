"""Undoing NumPy's broadcasting, once for all rules, on plain and traced values alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff import errors


def sum_to_shape(x: Any, shape: tuple[int, ...]) -> Any:
    """Add up ``x`` over the axes that broadcasting stretched: the transpose of broadcasting.

    An axis of length 1 stays one: what is equal along it may still have to be stretched.

    >>> sum_to_shape(np.ones((4, 3)), (3,))
    array([4., 4., 4.])
    """
    found = x.shape
    if found == shape:
        return x
    new = len(found) - len(shape)
    stretched: list[int] = []
    if 1 in shape:
        stretched = [new + i for i, n in enumerate(shape) if n == 1 and found[new + i] != 1]
    total = np.add.reduce(x, axis=(*range(new), *stretched))
    if not stretched:
        return total
    return np.reshape(total, [1 if i == 1 else n for i, n in zip(found[new:], shape, strict=True)])


def as_scalar(x: Any) -> Any:
    """A 0-d array as a NumPy number, which is what NumPy's own arithmetic returns."""
    return x[()] if type(x) is np.ndarray and x.ndim == 0 else x


def is_complex(x: Any) -> bool:
    """Whether ``x`` is a complex number, or an array or traced value of them."""
    dtype = getattr(x, "dtype", None)
    return isinstance(x, complex) if dtype is None else dtype.kind == "c"


def match_shape_and_dtype(derivative: Any, primal: Any, *, adjoint: bool = False) -> Any:
    """Give a tangent or an adjoint the shape and dtype of the value that it belongs to.

    The adjoint of a real value that took part in complex arithmetic is the real part of what
    arrives: only a real change of the value is possible (see ``rules/complex_numbers.py``).
    """
    if type(derivative) is type(primal):  # nothing to do, most of the time
        if type(primal) is np.float64:
            return derivative
        if derivative.shape == primal.shape != () and derivative.dtype == primal.dtype:
            return derivative
    if type(derivative) in (complex, float, int):  # Python's own, which 1j * np.float64(2) is
        derivative = np.asarray(derivative)[()]
    found, shape = derivative.shape, primal.shape
    if found != shape:
        stretch = len(found) <= len(shape) and np.broadcast_shapes(found, shape) == shape
        derivative = derivative if stretch else sum_to_shape(derivative, shape)
        if derivative.shape != shape:
            derivative = np.broadcast_to(derivative, shape)
    if derivative.dtype != primal.dtype:
        if derivative.dtype.kind == "c" and primal.dtype.kind != "c":
            if not adjoint:
                raise errors.complex_numbers()
            derivative = np.real(derivative)
        derivative = derivative.astype(primal.dtype)
    return as_scalar(derivative)
