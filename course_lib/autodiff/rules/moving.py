"""Functions that rearrange an array, repeat parts of it, or leave parts out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.autodiff.primitives import composite, linear
from course_lib.autodiff.rules.casting import astype

linear(np.flip, lambda y_bar, m, axis=None: np.flip(y_bar, axis))
linear(np.fliplr, lambda y_bar, m: np.fliplr(y_bar))
linear(np.flipud, lambda y_bar, m: np.flipud(y_bar))
linear(np.rot90, lambda y_bar, m, k=1, axes=(0, 1): np.rot90(y_bar, -k, axes))
linear(np.roll, lambda y_bar, a, shift, axis=None: np.roll(y_bar, np.negative(shift), axis))

# Functions that give the axes another order ------------------------------------------------------


def _reorder(function: Callable[..., Any], a: Any, *args: Any) -> Any:
    """What ``function`` does to the axes, done by a transpose.

    Its effect is seen on an array whose axes are 0, 1, 2, … long: the new shape is their new order.
    """
    return np.transpose(a, function(np.empty(range(np.ndim(a))), *args).shape)


@composite(np.moveaxis)
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    return _reorder(np.moveaxis, a, source, destination)


@composite(np.rollaxis)
def rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    return _reorder(np.rollaxis, a, axis, start)


@composite(np.swapaxes)
def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    return _reorder(np.swapaxes, a, axis1, axis2)


# Functions that pick elements ---------------------------------------------------------------------


def rearranged(function: Callable[..., Any], a: Any, *args: Any, **kwargs: Any) -> Any:
    """What ``function`` does to the elements, done by an index.

    Its effect is seen on an array of the elements' positions: it moves them to where they go.
    """
    positions = np.reshape(np.arange(np.size(a)), np.shape(a))
    return np.ravel(a)[function(positions, *args, **kwargs)]


@composite(np.repeat)
def repeat(a: Any, repeats: Any, axis: int | None = None) -> Any:
    return rearranged(np.repeat, a, repeats, axis)


@composite(np.tile)
def tile(A: Any, reps: Any) -> Any:
    return rearranged(np.tile, A, reps)


@composite(np.resize)
def resize(a: Any, new_shape: Any) -> Any:
    return rearranged(np.resize, a, new_shape)


@composite(np.delete)
def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    return rearranged(np.delete, arr, obj, axis)


@composite(np.diagonal)
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return rearranged(np.diagonal, a, offset, axis1, axis2)


@composite(np.insert)
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """The values stand behind the array while the index is made, and are picked from there."""
    new = np.reshape(np.size(arr) + np.arange(np.size(values)), np.shape(values))
    old = np.reshape(np.arange(np.size(arr)), np.shape(arr))
    return np.append(arr, astype(values, np.result_type(arr)))[np.insert(old, obj, new, axis)]


# Sorting -----------------------------------------------------------------------------------------


@composite(np.sort)
def sort(
    a: Any, axis: int | None = -1, kind: str | None = None, *, stable: bool | None = None
) -> Any:
    """Equal elements stay in their order, whatever the kind of sort."""
    if axis is None:
        a, axis = np.ravel(a), 0
    return np.take_along_axis(a, np.argsort(a, axis=axis, kind="stable"), axis)


@composite(np.partition)
def partition(a: Any, kth: Any, axis: int | None = -1, kind: Any = "introselect") -> Any:
    if axis is None:
        a, axis = np.ravel(a), 0
    return np.take_along_axis(a, np.argpartition(a, kth, axis, kind), axis)
