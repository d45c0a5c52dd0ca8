"""New arrays from numbers that are traced: ranges between them, and arrays filled with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff.primitives import composite
from course_lib.autodiff.rules.casting import astype, from_list


@composite(np.full_like)
def full_like(a: Any, fill_value: Any, *, shape: Any = None) -> Any:
    return np.zeros_like(a, shape=shape) + astype(fill_value, a.dtype)


def _weights(start: Any, stop: Any, num: int, endpoint: bool) -> Any:
    """From 0 to 1 in equal steps, along a new first axis."""
    axes = max(np.ndim(start), np.ndim(stop))
    weights = np.linspace(0.0, 1.0, num, endpoint, dtype=np.result_type(start, stop, 1.0))
    return np.reshape(weights, (-1, *(1,) * axes))


@composite(np.linspace)
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    *,
    axis: int = 0,
) -> Any:
    start, stop = from_list(start), from_list(stop)
    weights = _weights(start, stop, num, endpoint)
    numbers = np.moveaxis(start * (1 - weights) + stop * weights, 0, axis)
    if not retstep:
        return numbers
    step = np.linspace(0.0, 1.0, num, endpoint, retstep=True)[1]
    return numbers, (stop - start) * float(step)


@composite(np.logspace)
def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, *, axis: int = 0
) -> Any:
    base = from_list(base)
    if np.ndim(base):
        start, stop, base = np.broadcast_arrays(start, stop, base)
        base = np.expand_dims(base, axis)
    return base ** linspace(start, stop, num, endpoint, axis=axis)


@composite(np.geomspace)
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, *, axis: int = 0) -> Any:
    """Equal ratios; both ends must have the same sign."""
    start, stop = from_list(start), from_list(stop)
    weights = _weights(start, stop, num, endpoint).astype(np.float64)  # as NumPy
    return np.moveaxis(start * np.divide(stop, start) ** weights, 0, axis)
