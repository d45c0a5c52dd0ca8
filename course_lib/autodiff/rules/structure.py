"""Functions that move, join, pick or repeat elements: linear, so a rule is the move back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib.autodiff.primitives import Linear, composite, constant, each_argument, linear
from course_lib.autodiff.shapes import sum_to_shape
from course_lib.autodiff.trace import restack

# Shape -------------------------------------------------------------------------------------------

linear(np.reshape, lambda y_bar, x, shape, order="C": np.reshape(y_bar, np.shape(x), order=order))
linear(np.ravel, lambda y_bar, x, order="C": np.reshape(y_bar, np.shape(x), order=order))
linear(np.squeeze, lambda y_bar, x, axis=None: np.reshape(y_bar, np.shape(x)))
linear(np.expand_dims, lambda y_bar, x, axis: np.reshape(y_bar, np.shape(x)))
linear(np.transpose, lambda y_bar, x, axes=None: np.transpose(y_bar, _inverse(axes)))
linear(np.broadcast_to, lambda y_bar, x, shape: sum_to_shape(y_bar, np.shape(x)))


def _inverse(axes: Sequence[int] | None) -> Any:
    return None if axes is None else np.argsort([a % len(axes) for a in axes])


# Picking -----------------------------------------------------------------------------------------


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
    return any(
        isinstance(p, list) or (isinstance(p, np.ndarray) and p.dtype.kind != "b") for p in parts
    )


getitem = linear(_getitem, lambda y_bar, x, index: put_back(y_bar, index, np.shape(x)))
put_back: Linear = linear(_put_back, lambda y_bar, values, index, shape: getitem(y_bar, index))

# Joining -----------------------------------------------------------------------------------------


def _join(*arrays: Any, axis: int = 0) -> Any:
    return np.concatenate(arrays, axis=axis)


def _part(argument: int, y_bar: Any, *arrays: Any, axis: int = 0) -> Any:
    """The part of a joined array that came from argument number ``argument``."""
    start = sum(np.shape(a)[axis] for a in arrays[:argument])
    before = (slice(None),) * (axis % np.ndim(y_bar))
    return y_bar[(*before, slice(start, start + np.shape(arrays[argument])[axis]))]


join = linear(_join, each_argument(_part))


@composite(np.concatenate)
def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    parts = [restack(a) for a in arrays]
    return join(*map(np.ravel, parts)) if axis is None else join(*parts, axis=axis)


@composite(np.stack)
def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    return concatenate([np.expand_dims(a, axis) for a in map(restack, arrays)], axis)


@composite(np.atleast_1d)
def atleast_1d(*arrays: Any) -> Any:
    made = tuple(np.reshape(a, (1,)) if np.ndim(a) == 0 else a for a in arrays)
    return made[0] if len(made) == 1 else made


@composite(np.atleast_2d)
def atleast_2d(*arrays: Any) -> Any:
    made = tuple(np.expand_dims(atleast_1d(a), 0) if np.ndim(a) < 2 else a for a in arrays)
    return made[0] if len(made) == 1 else made


@composite(np.vstack)
def vstack(arrays: Sequence[Any]) -> Any:
    return concatenate([atleast_2d(restack(a)) for a in arrays], 0)


@composite(np.hstack)
def hstack(arrays: Sequence[Any]) -> Any:
    rows = [atleast_1d(restack(a)) for a in arrays]
    return concatenate(rows, 0 if np.ndim(rows[0]) == 1 else 1)


# Questions about an array, answered by its value -------------------------------------------------

for function in (
    *(np.shape, np.ndim, np.size, np.result_type, np.iscomplexobj, np.isrealobj),
    *(np.zeros_like, np.ones_like, np.empty_like, np.full_like),
    *(np.argmax, np.argmin, np.argsort, np.searchsorted, np.nonzero, np.count_nonzero),
    *(np.all, np.any, np.isclose, np.allclose, np.array_equal, np.round),
):
    constant(function)
