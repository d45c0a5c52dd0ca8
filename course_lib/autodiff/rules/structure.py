"""Shapes and indices: functions that only move or pick elements. A rule is the move back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from course_lib.autodiff import errors
from course_lib.autodiff.primitives import Linear, composite, linear
from course_lib.autodiff.rules.casting import as_array, cast
from course_lib.autodiff.shapes import sum_to_shape
from course_lib.autodiff.trace import RULES, plain_value

# Shape -------------------------------------------------------------------------------------------


class InOrder(Linear):
    """Reads the elements in an ``order``, the last argument: by rows, "C", or by columns, "F"."""

    def __init__(self, function: Callable[..., Any], transpose: Callable[..., Any]):
        super().__init__(function, transpose)
        self.most_positional -= 1  # so that an order given by position is looked at, too

    def honoured(self, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Refuse "A" and "K": where the elements lie in memory is not part of a traced value."""
        by_position = len(args) == self.most_positional + 1
        if by_position:
            args, kwargs = args[:-1], {**kwargs, "order": args[-1]}
        if kwargs.get("order") in ("A", "K", "a", "k"):
            raise errors.not_supported(self.name, f"order={kwargs['order']!r}", IN_MEMORY)
        kwargs = super().honoured(args, kwargs)
        return {k: v for k, v in kwargs.items() if k != "order"} if by_position else kwargs


IN_MEMORY = "It asks how an array lies in memory. Write order='C', for rows, or 'F', for columns."


def _put_in_order(y_bar: Any, x: Any, order: Any) -> Any:
    return np.reshape(y_bar, np.shape(x), order=order)


for entry in (
    InOrder(np.reshape, lambda y_bar, x, shape, order="C": _put_in_order(y_bar, x, order)),
    InOrder(np.ravel, lambda y_bar, x, order="C": _put_in_order(y_bar, x, order)),
):
    RULES[entry.function] = entry
linear(np.squeeze, lambda y_bar, x, axis=None: np.reshape(y_bar, np.shape(x)))
linear(np.expand_dims, lambda y_bar, x, axis: np.reshape(y_bar, np.shape(x)))
linear(np.transpose, lambda y_bar, x, axes=None: np.transpose(y_bar, _inverse(axes)))
linear(np.broadcast_to, lambda y_bar, x, shape: sum_to_shape(y_bar, np.shape(x)))


def _inverse(axes: Sequence[int] | None) -> Any:
    return None if axes is None else np.argsort([a % len(axes) for a in axes])


# Picking -----------------------------------------------------------------------------------------


#: What takes an element once at most, as masks, None and the ellipsis do, when used as an index.
ONCE = (slice, int, np.integer, np.bool)


def _getitem(x: Any, index: Any) -> Any:
    return x[index]


def _put_back(values: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of ``shape`` with ``values`` at ``index``; where an index repeats, its values add up.

    >>> _put_back(np.array([1.0, 10.0, 100.0]), np.array([0, 2, 2]), (4,))
    array([  1.,   0., 110.,   0.])
    """
    out = np.zeros(shape, np.asarray(values).dtype)
    if _may_repeat(index):
        np.add.at(out, index, values)
    else:
        out[index] = values
    return out


def _may_repeat(index: Any) -> bool:
    parts = index if isinstance(index, tuple) else (index,)
    return not all(p is None or p is ... or isinstance(p, ONCE) or _is_mask(p) for p in parts)


def _is_mask(part: Any) -> bool:
    return isinstance(part, np.ndarray) and part.dtype.kind == "b"


getitem = linear(_getitem, lambda y_bar, x, index: put_back(y_bar, index, np.shape(x)))
put_back: Linear = linear(_put_back, lambda y_bar, values, index, shape: getitem(y_bar, index))


def within(indices: Any, length: int, mode: str) -> Any:
    """Indices that point into an axis of ``length``, by the rule that ``mode`` names."""
    if mode == "wrap":
        return np.remainder(indices, length)
    return np.clip(indices, 0, length - 1) if mode == "clip" else indices


def along(axis: int, index: Any) -> tuple[Any, ...]:
    """The index that applies ``index`` to one axis and takes all of those before it."""
    return (*(slice(None),) * axis, index)


@composite(np.take)
def take(a: Any, indices: Any, axis: int | None = None, *, mode: str = "raise") -> Any:
    if axis is None:
        a, axis = np.ravel(a), 0
    axis = normalize_axis_index(axis, np.ndim(a))
    return getitem(a, along(axis, within(as_array(indices), np.shape(a)[axis], mode)))


@composite(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    if axis is None:
        arr, axis = np.ravel(arr), 0
    axis = normalize_axis_index(axis, np.ndim(arr))
    index = list(np.ogrid[tuple(map(slice, np.shape(arr)))])
    index[axis] = indices
    return getitem(arr, tuple(index))


def _below(m: Any, k: int) -> Any:
    rows = np.shape(m)[-2:][0]  # of a vector, its length: it becomes the rows of a square
    return np.tri(rows, np.shape(m)[-1], k, dtype=bool)


@composite(np.triu)
def triu(m: Any, k: int = 0) -> Any:
    return np.where(_below(m, k - 1), 0, m)


@composite(np.tril)
def tril(m: Any, k: int = 0) -> Any:
    return np.where(_below(m, k), m, 0)


@composite(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    if np.ndim(v) == 2:
        return np.diagonal(v, k)
    size = len(v) + abs(k)
    rows = np.arange(len(v)) + max(-k, 0)
    return put_back(v, (rows, rows + k), (size, size))


@composite(np.diagflat)
def diagflat(v: Any, k: int = 0) -> Any:
    return diag(np.ravel(v), k)


@composite(np.bincount)
def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    """The weights, added up by group."""
    weights = cast(weights, np.float64)
    x = np.asarray(plain_value(x))
    return put_back(weights, x, (max(minlength, np.max(x, initial=-1) + 1),))
