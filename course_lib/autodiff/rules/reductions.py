"""Functions that combine the elements along some axes: sums, means, extremes, products, norms."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from course_lib.autodiff.primitives import Linear, composite, custom, linear
from course_lib.autodiff.rules.casting import as_array, astype
from course_lib.autodiff.rules.folding import fold, lanes, scan

Axis = int | tuple[int, ...] | None


def kept(y: Any, x: Any, axis: Axis, keepdims: bool = False) -> Any:
    """``y``, a reduction of ``x`` over ``axis``, with the axes it lost put back, of length one."""
    if keepdims or y.ndim == x.ndim:
        return y
    lost = range(x.ndim) if axis is None else normalize_axis_tuple(axis, x.ndim)
    return np.reshape(y, [1 if i in lost else n for i, n in enumerate(x.shape)])


def masked(x: Any, where: Any, neutral: float) -> Any:
    """``x`` with a number that changes nothing in place of the elements that do not count."""
    return x if where is True else np.where(where, x, neutral)


def _spread(
    y_bar: Any, x: Any, axis: Axis = None, *, keepdims: bool = False, where: Any = True
) -> Any:
    if axis is not None:  # else it is one number, which fits any shape
        y_bar = kept(y_bar, x, axis, keepdims)
    return masked(np.broadcast_to(y_bar, x.shape), where, 0.0)


sum_ = linear(np.sum, _spread)


@composite(np.mean)
def mean(a: Any, axis: Axis = None, *, keepdims: bool = False, where: Any = True) -> Any:
    a = as_array(a)
    if a.dtype.char == "e":  # NumPy adds float16 up in float32, too
        return astype(mean(astype(a, np.float32), axis, keepdims=keepdims, where=where), a.dtype)
    total = sum_(masked(a, where, 0.0), axis=axis, keepdims=keepdims)
    return total / count(a, total, axis, keepdims, where)


def count(a: Any, result: Any, axis: Axis, keepdims: bool = False, where: Any = True) -> Any:
    """How many elements of ``a`` went into each element of ``result``."""
    if where is True:
        return a.size // result.size if result.size else 1
    where = np.broadcast_to(where, np.shape(a)).astype(a.dtype)
    return np.sum(where, axis=axis, keepdims=keepdims)


# The derivative goes to the largest element; several equally large ones share it ------------------


def _shares(y: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """1 at the chosen element, 1/k at each of k ties, 0 elsewhere; nan where the result is nan."""
    chosen = np.equal(x, kept(y, x, axis, keepdims)).astype(x.dtype)
    with np.errstate(invalid="ignore"):
        return chosen / np.sum(chosen, axis=axis, keepdims=True)


def _extreme_jvp(
    tangents: Any, y: Any, x: Any, axis: Axis = None, *, keepdims: bool = False
) -> Any:
    return np.sum(tangents[0] * _shares(y, x, axis, keepdims), axis=axis, keepdims=keepdims)


def _extreme_vjp(y_bar: Any, y: Any, x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return kept(y_bar, x, axis, keepdims) * _shares(y, x, axis, keepdims)


for function in (np.max, np.min, np.amax, np.amin):
    custom(function, jvp=_extreme_jvp, vjp=_extreme_vjp)


@composite(np.ptp)
def ptp(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


# Products, and sums and products up to each element ----------------------------------------------


@composite(np.prod)
def prod(a: Any, axis: Axis = None, *, keepdims: bool = False, where: Any = True) -> Any:
    product = fold(np.multiply, lanes(masked(a, where, 1.0), axis), 1)
    return kept(product, a, axis) if keepdims else product


def _sums(x: Any, axis: int) -> Any:
    return np.cumsum(x, axis)


sums: Linear = linear(_sums, lambda y_bar, x, axis: np.flip(sums(np.flip(y_bar, axis), axis), axis))


@composite(np.cumsum)
def cumsum(a: Any, axis: int | None = None) -> Any:
    return sums(np.ravel(a), 0) if axis is None else sums(a, axis)


@composite(np.cumprod)
def cumprod(a: Any, axis: int | None = None) -> Any:
    if axis is None or np.ndim(a) == 0:
        a, axis = np.ravel(a), axis or 0
    return scan(np.multiply, a, normalize_axis_index(axis, np.ndim(a)))


@composite(np.cumulative_sum)
def cumulative_sum(x: Any, *, axis: int | None = None, include_initial: bool = False) -> Any:
    return _with_initial(np.cumsum(x, _axis_of(x, axis)), _axis_of(x, axis), include_initial, 0.0)


@composite(np.cumulative_prod)
def cumulative_prod(x: Any, *, axis: int | None = None, include_initial: bool = False) -> Any:
    return _with_initial(np.cumprod(x, _axis_of(x, axis)), _axis_of(x, axis), include_initial, 1.0)


def _axis_of(x: Any, axis: int | None) -> int:
    if axis is None and np.ndim(x) > 1:
        raise ValueError("For arrays which have more than one dimension ``axis`` is required.")
    return axis or 0


def _with_initial(y: Any, axis: int, include: bool, value: float) -> Any:
    if not include:
        return y
    shape = [1 if i == axis % np.ndim(y) else n for i, n in enumerate(np.shape(y))]
    return np.concatenate([np.full(shape, value, y.dtype), y], axis=axis)
