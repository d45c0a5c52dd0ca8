"""Functions that join arrays, and functions that split one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from course_lib.autodiff.primitives import composite, each_argument, linear
from course_lib.autodiff.rules.structure import along
from course_lib.autodiff.trace import restack


def _join(*arrays: Any, axis: int = 0) -> Any:
    return np.concatenate(arrays, axis=axis)


def _parts(arguments: Sequence[int], y_bar: Any, *arrays: Any, axis: int = 0) -> Iterator[Any]:
    """The parts of a joined array that came from these arguments."""
    ends = list(itertools.accumulate([np.shape(a)[axis] for a in arrays], initial=0))
    for i in arguments:
        yield y_bar[along(axis % np.ndim(y_bar), slice(ends[i], ends[i + 1]))]


join = linear(_join, each_argument(_parts))


@composite(np.concatenate)
def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    parts = [restack(a) for a in arrays]
    return join(*map(np.ravel, parts)) if axis is None else join(*parts, axis=axis)


@composite(np.stack)
def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    return concatenate([np.expand_dims(a, axis) for a in map(restack, arrays)], axis)


@composite(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return concatenate([arr, values], axis)


# Arrays with fewer axes than asked for get axes of length one ------------------------------------


def _one_or_many(arrays: tuple[Any, ...]) -> Any:
    return arrays[0] if len(arrays) == 1 else arrays


@composite(np.atleast_1d)
def atleast_1d(*arrays: Any) -> Any:
    return _one_or_many(tuple(np.reshape(a, (1,)) if np.ndim(a) == 0 else a for a in arrays))


@composite(np.atleast_2d)
def atleast_2d(*arrays: Any) -> Any:
    return _one_or_many(
        tuple(np.expand_dims(atleast_1d(a), 0) if np.ndim(a) < 2 else a for a in arrays)
    )


@composite(np.atleast_3d)
def atleast_3d(*arrays: Any) -> Any:
    return _one_or_many(
        tuple(np.expand_dims(atleast_2d(a), -1) if np.ndim(a) < 3 else a for a in arrays)
    )


@composite(np.vstack)
def vstack(tup: Sequence[Any]) -> Any:
    return concatenate([atleast_2d(restack(a)) for a in tup], 0)


@composite(np.hstack)
def hstack(tup: Sequence[Any]) -> Any:
    rows = [atleast_1d(restack(a)) for a in tup]
    return concatenate(rows, 0 if np.ndim(rows[0]) == 1 else 1)


@composite(np.dstack)
def dstack(tup: Sequence[Any]) -> Any:
    return concatenate([atleast_3d(restack(a)) for a in tup], 2)


@composite(np.column_stack)
def column_stack(tup: Sequence[Any]) -> Any:
    columns = map(restack, tup)
    return concatenate([np.reshape(a, (-1, 1)) if np.ndim(a) < 2 else a for a in columns], 1)


@composite(np.block)
def block(arrays: Any) -> Any:
    """Innermost lists are joined along the last axis, those around them along the one before."""
    return _block(arrays, max(_depth(arrays), _most_axes(arrays)), _depth(arrays))


def _depth(arrays: Any) -> int:
    return 1 + max(map(_depth, arrays)) if isinstance(arrays, list) else 0


def _most_axes(arrays: Any) -> int:
    return max(map(_most_axes, arrays)) if isinstance(arrays, list) else np.ndim(arrays)


def _block(arrays: Any, axes: int, depth: int) -> Any:
    if not isinstance(arrays, list):
        return np.reshape(arrays, (1,) * (axes - np.ndim(arrays)) + np.shape(arrays))
    return concatenate([_block(a, axes, depth - 1) for a in arrays], axes - depth)


@composite(np.broadcast_arrays)
def broadcast_arrays(*args: Any) -> Any:
    shape = np.broadcast_shapes(*map(np.shape, args))
    return tuple(np.broadcast_to(a, shape) for a in args)


@composite(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Any:
    flat, axes = [np.ravel(x) for x in xi], list(range(len(xi)))
    if indexing == "xy" and len(xi) > 1:
        axes[:2] = 1, 0
    shapes = [[-1 if axis == i else 1 for i in range(len(xi))] for axis in axes]
    grids = [np.reshape(x, shape) for x, shape in zip(flat, shapes, strict=True)]
    return tuple(grids) if sparse else np.broadcast_arrays(*grids)


# Splitting ---------------------------------------------------------------------------------------


def _slices(split: Any, x: Any, sections: Any, axis: int) -> list[Any]:
    """The parts that ``split`` makes, as slices: where they begin and end is seen on positions."""
    axis = normalize_axis_index(axis, np.ndim(x))
    parts = split(np.arange(np.shape(x)[axis]), sections)
    bounds = [(part[0], part[-1] + 1) if len(part) else (0, 0) for part in parts]
    return [x[along(axis, slice(int(start), int(end)))] for start, end in bounds]


@composite(np.array_split)
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    return _slices(np.array_split, ary, indices_or_sections, axis)


@composite(np.split)
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    return _slices(np.split, ary, indices_or_sections, axis)


@composite(np.vsplit)
def vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    return split(ary, indices_or_sections, 0)


@composite(np.hsplit)
def hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    return split(ary, indices_or_sections, 0 if np.ndim(ary) == 1 else 1)


@composite(np.dsplit)
def dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    return split(ary, indices_or_sections, 2)


@composite(np.unstack)
def unstack(x: Any, *, axis: int = 0) -> tuple[Any, ...]:
    return tuple(np.moveaxis(x, axis, 0))
