"""Functions that call a function of the reader's for parts of an array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from course_lib.autodiff.primitives import composite
from course_lib.autodiff.trace import restack


@composite(np.apply_along_axis)
def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any) -> Any:
    axis = normalize_axis_index(axis, np.ndim(arr))
    lines = np.moveaxis(arr, axis, -1)
    rest = np.shape(lines)[:-1]
    results = [restack(func1d(lines[i], *args)) for i in np.ndindex(*rest)]
    stacked = np.stack(results)
    result = np.reshape(stacked, (*rest, *np.shape(stacked)[1:]))
    new = np.ndim(stacked) - 1
    return np.moveaxis(result, range(len(rest), len(rest) + new), range(axis, axis + new))


@composite(np.apply_over_axes)
def apply_over_axes(func: Callable[..., Any], a: Any, axes: Any) -> Any:
    for axis in np.ravel(axes):
        result = func(a, int(axis))
        a = result if np.ndim(result) == np.ndim(a) else np.expand_dims(result, int(axis))
    return a
