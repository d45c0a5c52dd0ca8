"""Methods of ufuncs, such as ``np.multiply.outer(a, b)`` and ``np.logaddexp.reduce(x)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from course_lib.autodiff.primitives import Constant, composite, constant
from course_lib.autodiff.rules.casting import as_array
from course_lib.autodiff.rules.folding import fold, lanes, scan
from course_lib.autodiff.rules.reductions import kept
from course_lib.autodiff.trace import RULES

#: The reductions that NumPy has under names of their own.
NAMED: dict[np.ufunc, Callable[..., Any]] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
    np.fmax: np.nanmax,
    np.fmin: np.nanmin,
}
#: Other functions for which brackets do not matter.
ASSOCIATIVE = (np.logaddexp, np.logaddexp2, np.hypot)
LOGICAL = (np.logical_and, np.logical_or, np.logical_xor)


def _enter_outer(ufunc: np.ufunc) -> None:
    @composite(ufunc.outer)
    def outer(a: Any, b: Any) -> Any:
        a, b = as_array(a), as_array(b)
        return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b)


def _enter_named(ufunc: np.ufunc, function: Callable[..., Any]) -> None:
    @composite(ufunc.reduce)
    def reduce(array: Any, axis: Any = 0, *, keepdims: bool = False) -> Any:
        return function(array, axis=axis, keepdims=keepdims)

    @composite(ufunc.accumulate)
    def accumulate(array: Any, axis: int = 0) -> Any:
        # Each result by itself: then several equal extremes share its derivative equally.
        axis = normalize_axis_index(axis, np.ndim(array))
        x = np.moveaxis(array, axis, -1)
        results = [function(x[..., : i + 1], axis=-1) for i in range(np.shape(x)[-1])]
        return np.stack(results, axis)


def _enter_associative(ufunc: np.ufunc) -> None:
    @composite(ufunc.reduce)
    def reduce(array: Any, axis: Any = 0, *, keepdims: bool = False) -> Any:
        x = lanes(array, axis)
        if np.shape(x)[-1] == 1:  # even one element is combined with something: hypot(x, 0) = |x|
            result = ufunc(x[..., 0], ufunc.identity)
        else:
            result = fold(ufunc, x, ufunc.identity)
        return kept(result, array, axis) if keepdims else result

    @composite(ufunc.accumulate)
    def accumulate(array: Any, axis: int = 0) -> Any:
        return scan(ufunc, array, normalize_axis_index(axis, np.ndim(array)))


for ufunc, function in NAMED.items():
    _enter_named(ufunc, function)
for ufunc in ASSOCIATIVE:
    _enter_associative(ufunc)


@composite(np.add.accumulate)
def sums(array: Any, axis: int = 0) -> Any:
    return np.cumsum(array, axis)


@composite(np.multiply.accumulate)
def products(array: Any, axis: int = 0) -> Any:
    return np.cumprod(array, axis)


for ufunc in LOGICAL:
    constant(ufunc.reduce)

for entry in list(RULES.values()):
    ufunc = entry.function
    if isinstance(ufunc, np.ufunc) and (ufunc.nin, ufunc.nout, ufunc.signature) == (2, 1, None):
        if isinstance(entry, Constant):
            constant(ufunc.outer)
        else:
            _enter_outer(ufunc)
