"""``np.pad``: some modes repeat elements, which is an index; others put new values at the ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.autodiff.primitives import composite
from course_lib.autodiff.rules.moving import rearranged
from course_lib.autodiff.rules.structure import along

REPEATING = ("edge", "reflect", "symmetric", "wrap")
STATISTICS: dict[str, Callable[..., Any]] = {
    "mean": np.mean,
    "median": np.median,
    "maximum": np.max,
    "minimum": np.min,
}


@composite(np.pad)
def pad(
    array: Any,
    pad_width: Any,
    mode: str = "constant",
    *,
    constant_values: Any = 0,
    end_values: Any = 0,
    stat_length: Any = None,
    reflect_type: str = "even",
) -> Any:
    if mode in REPEATING and reflect_type == "even":
        return rearranged(np.pad, array, pad_width, mode)
    if mode not in ("constant", "linear_ramp", *STATISTICS):
        raise NotImplementedError(
            f"numpy.pad: mode={mode!r} with reflect_type={reflect_type!r} has no derivative rule "
            f"in course_lib. Supported are 'constant', 'linear_ramp', {', '.join(STATISTICS)}, and "
            f"with reflect_type='even' {', '.join(REPEATING)}."
        )
    axes = np.ndim(array)
    widths = _per_end(pad_width, axes)
    settings = {"constant": constant_values, "linear_ramp": end_values}.get(mode, stat_length)
    for axis, (ends, values) in enumerate(zip(widths, _per_end(settings, axes), strict=True)):
        front = _new_end(array, axis, ends[0], values[0], mode)
        back = np.flip(_new_end(np.flip(array, axis), axis, ends[1], values[1], mode), axis)
        array = np.concatenate([front, array, back], axis)
    return array


def _per_end(setting: Any, axes: int) -> list[Any]:
    """A setting for both ends of each axis, from NumPy's short forms."""
    if isinstance(setting, dict):
        setting = [setting.get(i, setting.get(i - axes, 0)) for i in range(axes)]
        setting = [s if isinstance(s, tuple) else (s, s) for s in setting]
    return list(np.broadcast_to(np.asarray(setting), (axes, 2)))


def _new_end(x: Any, axis: int, width: int, setting: Any, mode: str) -> Any:
    """What stands before the first element along ``axis``: ``width`` new elements."""
    width = int(width)
    shape = [width if i == axis else n for i, n in enumerate(np.shape(x))]
    if mode == "constant":
        return np.full(shape, setting, x.dtype)
    if mode == "linear_ramp":
        steps, setting = np.arange(width, dtype=x.dtype) / max(width, 1), x.dtype.type(setting)
        steps = np.reshape(steps, [-1 if i == axis else 1 for i in range(np.ndim(x))])
        return setting + (x[along(axis, slice(0, 1))] - setting) * steps
    seen = x[along(axis, slice(0, None if setting is None else int(setting)))]
    return np.broadcast_to(STATISTICS[mode](seen, axis=axis, keepdims=True), shape)
