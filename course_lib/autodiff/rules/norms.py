"""Norms of vectors and matrices. At 0, where a norm has a kink, its derivative is 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.autodiff.primitives import composite, constant
from course_lib.autodiff.rules.powers import root
from course_lib.autodiff.rules.reductions import kept
from course_lib.autodiff.shapes import is_complex

Axis = int | tuple[int, ...] | None


def _power(x: Any, exponent: float) -> Any:
    """``x ** exponent``, with slope 0 at 0, for a positive exponent (see also :func:`root`)."""
    zero = np.equal(x, 0)
    return np.where(zero, 0.0, np.where(zero, 1.0, x) ** exponent)


def _euclidean(x: Any, axis: Axis, keepdims: bool) -> Any:
    squares = np.real(x * np.conjugate(x)) if is_complex(x) else np.square(x)
    return root(np.sum(squares, axis=axis, keepdims=keepdims))


def _nonzeros(x: Any, axis: Axis, keepdims: bool) -> Any:
    return np.sum(np.not_equal(x, 0), axis=axis, keepdims=keepdims, dtype=np.real(x).dtype)


count_nonzeros = constant(_nonzeros)


def _vector_norm(x: Any, order: Any, axis: Axis, keepdims: bool) -> Any:
    if order is None or order == 2:
        return _euclidean(x, axis, keepdims)
    if order == 0:
        return count_nonzeros(x, axis, keepdims)
    sizes = np.abs(x)
    if order in (np.inf, -np.inf):
        return (np.max if order > 0 else np.min)(sizes, axis=axis, keepdims=keepdims)
    if order == 1:
        return np.sum(sizes, axis=axis, keepdims=keepdims)
    if isinstance(order, str):
        raise ValueError(f"numpy.linalg.norm: ord={order!r} is for matrices, found a vector.")
    if order < 0:
        return np.sum(sizes**order, axis=axis, keepdims=keepdims) ** (1 / order)
    return _power(np.sum(_power(sizes, order), axis=axis, keepdims=keepdims), 1 / order)


#: How the norm follows from the singular values.
_BY_SINGULAR_VALUES: dict[Any, Callable[..., Any]] = {"nuc": np.sum, 2: np.max, -2: np.min}
#: Which sum of sizes, of columns (axis 0 of the two) or of rows, and which of them counts.
_BY_SUMS: dict[Any, tuple[int, Callable[..., Any]]] = {
    1: (0, np.max),
    -1: (0, np.min),
    np.inf: (1, np.max),
    -np.inf: (1, np.min),
}


def _matrix_norm(x: Any, order: Any, axis: tuple[int, int], keepdims: bool) -> Any:
    if order is None or order == "fro":
        return _euclidean(x, axis, keepdims)
    axis = (axis[0] % np.ndim(x), axis[1] % np.ndim(x))
    rest = [i for i in range(np.ndim(x)) if i not in axis]
    matrices = np.transpose(x, (*rest, *axis))
    if order in _BY_SINGULAR_VALUES:
        values = np.absolute(np.linalg.svdvals(matrices))  # for the slope at 0
        y = _BY_SINGULAR_VALUES[order](values, axis=-1)
    elif order in _BY_SUMS:
        summed, reduce = _BY_SUMS[order]
        y = reduce(np.sum(np.abs(matrices), axis=summed - 2), axis=-1)
    else:
        raise ValueError(f"numpy.linalg.norm: there is no norm ord={order!r} of matrices.")
    return kept(y, x, axis) if keepdims else y


@composite(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Any:
    if axis is None and (ord is None or np.ndim(x) not in (1, 2)):
        if ord is not None:
            raise ValueError(
                f"numpy.linalg.norm: with ord={ord!r}, x must have 1 or 2 axes or axis= be given, "
                f"found shape {np.shape(x)}."
            )
        return _euclidean(x, None, keepdims)
    axes = tuple(range(np.ndim(x))) if axis is None else tuple(np.atleast_1d(axis).tolist())
    if len(axes) == 1:
        return _vector_norm(x, ord, axes, keepdims)
    return _matrix_norm(x, ord, axes, keepdims)  # type: ignore[arg-type]


@composite(np.linalg.vector_norm)
def vector_norm(x: Any, *, axis: Axis = None, keepdims: bool = False, ord: Any = 2) -> Any:
    return _vector_norm(x, ord, axis, keepdims)


@composite(np.linalg.matrix_norm)
def matrix_norm(x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return _matrix_norm(x, ord, (-2, -1), keepdims)


@composite(np.linalg.cond)
def cond(x: Any, p: Any = None) -> Any:
    """How much a matrix can magnify a relative error: the product of its norm and its inverse's."""
    if p is None or p in (2, -2):
        s = np.linalg.svdvals(x)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return matrix_norm(x, ord=p) * matrix_norm(np.linalg.inv(x), ord=p)


constant(np.linalg.matrix_rank)
