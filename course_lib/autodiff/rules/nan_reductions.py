"""Reductions that skip nan: a number that is missing has derivative 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff.primitives import composite
from course_lib.autodiff.rules.reductions import Axis
from course_lib.autodiff.rules.statistics import checked, quantiles


def _filled(a: Any, value: float) -> Any:
    return np.where(np.isnan(a), value, a)


@composite(np.nansum)
def nansum(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return np.sum(_filled(a, 0.0), axis=axis, keepdims=keepdims)


@composite(np.nanprod)
def nanprod(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return np.prod(_filled(a, 1.0), axis=axis, keepdims=keepdims)


@composite(np.nancumsum)
def nancumsum(a: Any, axis: int | None = None) -> Any:
    return np.cumsum(_filled(a, 0.0), axis)


@composite(np.nancumprod)
def nancumprod(a: Any, axis: int | None = None) -> Any:
    return np.cumprod(_filled(a, 1.0), axis)


@composite(np.nanmean)
def nanmean(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return np.mean(a, axis=axis, keepdims=keepdims, where=~np.isnan(a))


@composite(np.nanvar)
def nanvar(a: Any, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    return np.var(a, axis=axis, ddof=ddof, keepdims=keepdims, where=~np.isnan(a))


@composite(np.nanstd)
def nanstd(a: Any, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    return np.std(a, axis=axis, ddof=ddof, keepdims=keepdims, where=~np.isnan(a))


def _extreme(function: Any, a: Any, axis: Axis, keepdims: bool, loser: float) -> Any:
    result = function(_filled(a, loser), axis=axis, keepdims=keepdims)
    nothing = np.all(np.isnan(a), axis=axis, keepdims=keepdims)
    return np.where(nothing, np.nan, result)


@composite(np.nanmax)
def nanmax(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return _extreme(np.max, a, axis, keepdims, -np.inf)


@composite(np.nanmin)
def nanmin(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return _extreme(np.min, a, axis, keepdims, np.inf)


@composite(np.nanquantile)
def nanquantile(
    a: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Any:
    return quantiles(a, checked(q, 1, "Quantiles"), axis, keepdims, method, skip_nan=True)


@composite(np.nanpercentile)
def nanpercentile(
    a: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Any:
    return quantiles(a, checked(q, 100, "Percentiles"), axis, keepdims, method, skip_nan=True)


@composite(np.nanmedian)
def nanmedian(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return quantiles(a, 0.5, axis, keepdims, "median", skip_nan=True)
