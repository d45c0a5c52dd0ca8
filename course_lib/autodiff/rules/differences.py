"""Differences, slopes, areas and lines between sampled values. The samples' places may vary too."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from course_lib.autodiff.primitives import composite
from course_lib.autodiff.rules.casting import as_array, astype
from course_lib.autodiff.rules.structure import along, getitem
from course_lib.autodiff.shapes import is_complex


def _steps(x: Any, axis: int) -> Any:
    return x[along(axis, slice(1, None))] - x[along(axis, slice(None, -1))]


@composite(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    axis = normalize_axis_index(axis, np.ndim(a))
    ends = [e if e is None else _end(e, np.shape(a), axis) for e in (prepend, append)]
    parts = [p for p in (ends[0], a, ends[1]) if p is not None]
    if len(parts) > 1:
        a = np.concatenate(parts, axis=axis)
    if n < 0:
        raise ValueError(f"numpy.diff: n must be 0 or more, found {n!r}.")
    for _ in range(n):
        a = _steps(a, axis)
    return a


def _end(value: Any, shape: tuple[int, ...], axis: int) -> Any:
    if np.ndim(value):
        return value
    return np.broadcast_to(value, [1 if i == axis else n for i, n in enumerate(shape)])


@composite(np.ediff1d)
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    flat = np.ravel(ary)
    parts = (to_begin, _steps(flat, 0), to_end)
    return np.concatenate([np.ravel(part) for part in parts if part is not None])


@composite(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = np.moveaxis(as_array(y), axis, -1)
    if x is not None:
        x = as_array(x)
        dx = _steps(x if np.ndim(x) == 1 else np.moveaxis(x, axis, -1), np.ndim(x) - 1)
    return np.sum(dx * (y[..., 1:] + y[..., :-1]) / 2, axis=-1)


@composite(np.gradient)
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Slopes through three neighbours; at the ends through two, or three with ``edge_order=2``."""
    f, varargs = as_array(f), tuple(map(as_array, varargs))
    axes = range(np.ndim(f)) if axis is None else normalize_axis_tuple(axis, np.ndim(f))
    if len(varargs) not in (0, 1, len(axes)):
        raise TypeError("invalid number of arguments")
    if edge_order not in (1, 2):
        raise ValueError("'edge_order' greater than 2 not supported")
    spacings = varargs * len(axes) if len(varargs) == 1 else varargs or (1.0,) * len(axes)
    slopes = [_slopes(f, i, h, edge_order) for i, h in zip(axes, spacings, strict=True)]
    return slopes[0] if len(slopes) == 1 else tuple(slopes)


def _slopes(f: Any, axis: int, spacing: Any, edge_order: int) -> Any:
    y = np.moveaxis(f, axis, -1)
    length = np.shape(y)[-1]
    if length < edge_order + 1:
        raise ValueError(
            "Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) "
            "elements are required."
        )
    if np.ndim(spacing) and np.shape(spacing) != (length,):
        raise ValueError("when 1d, distances must match the length of the corresponding dimension")
    h = _steps(spacing, 0) if np.ndim(spacing) else np.broadcast_to(spacing, (length - 1,))
    s = _steps(y, np.ndim(y) - 1) / h
    left, right = h[:-1], h[1:]
    inner = (right * s[..., :-1] + left * s[..., 1:]) / (left + right)
    first, last = s[..., :1], s[..., -1:]
    if edge_order == 2:
        first = first + (first - s[..., 1:2]) * (h[:1] / (h[:1] + h[1:2]))
        last = last + (last - s[..., -2:-1]) * (h[-1:] / (h[-1:] + h[-2:-1]))
    slopes = np.concatenate([first, inner, last], axis=-1)
    dtype = f.dtype if f.dtype.kind in "fc" else np.float64
    return astype(np.moveaxis(slopes, -1, axis), dtype)


@composite(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> Any:
    """Lines between the points; at a point itself, the slope is that of the line to the right.

    A line to an infinite value starts at its finite end, and has slope 0 there, for which it is
    made to end where it starts.
    """
    x, xp, fp = (as_array(p) for p in (x, xp, fp))
    x, xp = astype(x, np.float64), astype(xp, np.float64)
    fp = astype(fp, np.complex128 if is_complex(fp) else np.float64)
    last = len(xp) - 1
    i = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, max(last - 1, 0))
    j = np.minimum(i + 1, last)
    infinite = np.isinf(fp)
    backwards = getitem(infinite, i)
    i, j = np.where(backwards, j, i), np.where(backwards, i, j)
    x0, y0 = getitem(xp, i), getitem(fp, i)
    j = np.where(np.equal(x, x0) & getitem(infinite, j), i, j)
    width = getitem(xp, j) - x0
    part = (x - x0) / np.where(np.isnan(x), np.nan, np.where(np.equal(width, 0), 1.0, width))
    y = y0 + (getitem(fp, j) - y0) * part
    y = np.where(np.less(x, xp[0]), fp[0] if left is None else left, y)
    return np.where(np.greater(x, xp[-1]), fp[-1] if right is None else right, y)
