"""Undoing NumPy's broadcasting, once for all rules, on plain and traced values alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff import errors


def sum_to_shape(x: Any, shape: tuple[int, ...]) -> Any:
    """Add up ``x`` over the axes that broadcasting stretched: the transpose of broadcasting.

    >>> sum_to_shape(np.ones((4, 3)), (3,))
    array([4., 4., 4.])
    """
    found = np.shape(x)
    if found == shape:
        return x
    new = len(found) - len(shape)
    stretched = [new + i for i, n in enumerate(shape) if n == 1 and found[new + i] != 1]
    return np.reshape(np.sum(x, axis=(*range(new), *stretched)), shape)


def as_scalar(x: Any) -> Any:
    """A 0-d array as a NumPy number, which is what NumPy's own arithmetic returns."""
    return x[()] if type(x) is np.ndarray and x.ndim == 0 else x


def match_shape_and_dtype(derivative: Any, primal: Any) -> Any:
    """Give a tangent or an adjoint the shape and dtype of the value that it belongs to."""
    found, shape = np.shape(derivative), primal.shape
    if found != shape:
        stretch = np.broadcast_shapes(found, shape) == shape
        derivative = (np.broadcast_to if stretch else sum_to_shape)(derivative, shape)
    if derivative.dtype != primal.dtype:
        if derivative.dtype.kind == "c" and primal.dtype.kind != "c":
            raise errors.complex_numbers()
        derivative = derivative.astype(primal.dtype)
    return as_scalar(derivative)
