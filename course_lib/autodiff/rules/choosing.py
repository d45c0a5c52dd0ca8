"""Functions that choose between values by conditions. The derivative goes where the value came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib.autodiff.primitives import composite, linear
from course_lib.autodiff.rules.structure import put_back, within
from course_lib.autodiff.trace import plain_value
from course_lib.autodiff.trees import map_leaves

select = linear(
    np.where,
    None,
    lambda y_bar, condition, a, b: np.where(condition, y_bar, 0),
    lambda y_bar, condition, a, b: np.where(condition, 0, y_bar),
)


@composite(np.where)
def where(condition: Any, *values: Any) -> Any:
    return select(np.not_equal(condition, 0), *values) if values else np.nonzero(condition)


@composite(np.select)
def select_first(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """The choice that belongs to the first true condition."""
    result = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        result = np.where(condition, choice, result)
    return result


@composite(np.choose)
def choose(a: Any, choices: Sequence[Any], *, mode: str = "raise") -> Any:
    """``choices[a]``, element by element."""
    which, *candidates = np.broadcast_arrays(a, *choices)
    which = within(which, len(candidates), mode)
    return np.take_along_axis(np.stack(candidates), np.expand_dims(which, 0), 0)[0]


@composite(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    return np.take(a, np.flatnonzero(condition), axis)


@composite(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    return np.ravel(arr)[np.flatnonzero(condition)]


@composite(np.piecewise)
def piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: Any) -> Any:
    """Each function sees only the elements for which its condition holds."""
    conditions = np.asarray(map_leaves(plain_value, condlist), bool)
    if np.ndim(conditions) == np.ndim(x):
        conditions = conditions[np.newaxis]
    if len(funclist) == len(conditions) + 1:
        conditions = np.concatenate([conditions, ~np.any(conditions, axis=0, keepdims=True)])
    result = np.zeros_like(x)
    for condition, piece in zip(conditions, funclist, strict=True):
        values = piece
        if callable(piece):
            count = int(np.count_nonzero(condition))
            inside = np.broadcast_to(piece(x[condition], *args), (count,))
            values = put_back(inside, condition, np.shape(x))
        result = np.where(condition, values, result)
    return result
