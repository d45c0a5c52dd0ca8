"""Combining many elements with a function of two, such as ``*``: all of them, or up to each one.

Both ways need only about log₂ n steps on whole arrays, where the function may be bracketed in any
way. A product made like this has exact derivatives of all orders, also where factors are 0, for it
divides by nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from course_lib.autodiff.rules.structure import along

Binary = Callable[[Any, Any], Any]


def lanes(x: Any, axis: Any) -> Any:
    """``x`` with the axes that are to be reduced made one, the last."""
    every = range(np.ndim(x))
    # NumPy lets a number be reduced over an axis 0 that it does not have.
    lost = every if axis is None else normalize_axis_tuple(axis, np.ndim(x) or 1)[: np.ndim(x)]
    stay = [i for i in every if i not in lost]
    if list(lost) == list(every)[len(stay) :] and len(lost) == 1:
        return x
    shape = np.shape(x)
    length = int(np.prod([shape[i] for i in lost]))
    return np.reshape(np.transpose(x, [*stay, *lost]), [*(shape[i] for i in stay), length])


def fold(function: Binary, x: Any, start: Any) -> Any:
    """All elements of the last axis combined, half of them with the other half at each step."""
    count = np.shape(x)[-1]
    if count == 0:
        return np.full(np.shape(x)[:-1], start, x.dtype)
    while count > 1:
        half = count // 2
        pairs = function(x[..., :half], x[..., half : 2 * half])
        x = np.concatenate([pairs, x[..., 2 * half :]], axis=-1) if count % 2 else pairs
        count -= half
    return x[..., 0]


def scan(function: Binary, x: Any, axis: int) -> Any:
    """Each element combined with all before it; what is combined doubles in length at each step."""
    step = 1
    while step < np.shape(x)[axis]:
        before, first, rest = (
            x[along(axis, part)] for part in (slice(-step), slice(step), slice(step, None))
        )
        x = np.concatenate([first, function(before, rest)], axis=axis)
        step *= 2
    return x
