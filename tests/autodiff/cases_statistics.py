"""Calls of reductions, statistics, running sums, differences, and polynomials."""

from __future__ import annotations

import numpy as np

from course_lib.autodiff.rules.reductions import sums
from tests.autodiff.cases import AUTOGRAD_FAILS, NOT_ANALYTIC, case, values

AXES = [None, 1, -1, (2, 0), (0, 1, 2)]
x = values((2, 3, 4))
mat = values((3, 4))
vec = values((5,))
mask = values((2, 3, 4)) > -0.7
weights = np.array([1, 0, 2, 5])


def with_gaps(function):
    """The function of values some of which are missing."""
    gaps = np.array([[1, 0, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1]]) == 1

    def gappy(x, *args, **kwargs):
        return function(np.where(gaps, np.nan, x), *args, **kwargs)

    gappy.function, gappy.__name__ = function, f"gappy {function.__name__}"
    return gappy


for function in (np.amax, np.amin):
    case(function, x, axis=(2, 0), keepdims=True)
    case(function, x, axis=1)
for function in (np.ptp, np.prod, np.var, np.std, np.median):
    for axis in AXES:
        for keepdims in (False, True):
            case(function, x, axis=axis, keepdims=keepdims)
    case(function, vec)
    case(function, mat, 1)
case(np.prod, values(()))
case(np.prod, x, axis=())
case(np.prod, values((0,)))
case(np.prod, values((0, 3)), axis=1)
case(np.prod, values((7,)))
for function in (np.sum, np.mean, np.prod, np.var, np.std):
    case(function, x, where=mask)
    case(function, x, axis=(0, 1), where=mask)
    case(function, x, axis=1, keepdims=True, where=mask[:, :, :1])
for function in (np.var, np.std):
    case(function, x, ddof=1)
    case(function, x, axis=1, ddof=0.5)
    case(function, x, axis=(0, 1), ddof=1, where=mask)
    case(function, x, axis=1, correction=1)

for axis in (None, 0, 1, -1):
    case(np.cumsum, x, axis=axis)
    case(np.cumprod, x, axis=axis)
    for method in ("reduce", "accumulate"):
        for ufunc in (np.add, np.multiply, np.maximum, np.minimum, np.fmax, np.fmin):
            if axis is not None:
                case(getattr(ufunc, method), x, axis)
        for ufunc in (np.logaddexp, np.logaddexp2, np.hypot):
            if axis is not None:
                case(getattr(ufunc, method), x, axis=axis)
for ufunc in (np.add, np.multiply, np.maximum, np.logaddexp, np.hypot):
    case(ufunc.reduce, vec)
    case(ufunc.reduce, x, axis=1, keepdims=True)
    if ufunc is not np.logaddexp:
        case(ufunc.reduce, x, axis=None)
        case(ufunc.reduce, x, axis=(0, 2), keepdims=True)
    case(ufunc.accumulate, vec)
case(np.cumsum, values((0,)))
case(np.cumprod, values((0,)))
case(np.cumprod, values((9,)))
for axis in (None, 0, -1):  # of one number NumPy makes an array
    case(np.cumsum, values(()), axis=axis)
    case(np.cumprod, values(()), axis=axis)
case(sums, x, -1)
for function in (np.cumulative_sum, np.cumulative_prod):
    case(function, values(()))
    case(function, values(()), axis=0, include_initial=True)
    case(function, vec)
    case(function, vec, include_initial=True)
    case(function, x, axis=-2, include_initial=True)

case(np.average, x)
case(np.average, x, axis=1)
case(np.average, x, 1, values((3,), 0.5, 2.0))
case(np.average, x, -1, weights, keepdims=True)
case(np.average, x, (2, 0), values((4, 2), 0.5, 2.0))
case(np.average, x, None, values((2, 3, 4), 0.5, 2.0))
case(np.average, x, 2, weights, returned=True)
case(np.average, vec, returned=True)

METHODS = ("linear", "hazen", "weibull", "median_unbiased", "normal_unbiased")
for method in (*METHODS, "lower", "higher", "nearest", "midpoint"):
    case(np.quantile, values((7,)), 0.3, method=method)
    case(np.quantile, x, [0.1, 0.5, 1.0], axis=(0, 2), method=method)
    case(with_gaps(np.nanquantile), mat, 0.3, axis=0, method=method)
for method in METHODS:
    case(np.quantile, values((7,)), values((2, 2), 0.21, 0.78), method=method)
case(np.quantile, x, [[0.1, 0.5]], axis=1, keepdims=True)
case(np.quantile, vec, 0.0)
case(np.quantile, vec, 1.0)
case(np.percentile, x, 30, 1)
case(np.percentile, x, values((3,), 10.0, 90.0), axis=0, keepdims=True)

for function in (np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd, np.nanmax, np.nanmin):
    for axis in (None, 0, (0, 1)):
        case(function, mat, axis=axis)
        case(with_gaps(function), mat, axis=axis, keepdims=True)
case(np.nanmedian, x, axis=(0, 2))
case(with_gaps(np.nanmedian), mat)
case(with_gaps(np.nanmedian), mat, axis=1)
case(np.nanmedian, x, axis=1, keepdims=True)
case(np.nanvar, mat, axis=1, ddof=1)
case(np.nanquantile, x, [0.2, 0.4], axis=1)
case(np.nanquantile, x, 0.3)
case(np.nanpercentile, x, 30, axis=1, keepdims=True)
for axis in (None, 1):
    case(with_gaps(np.nancumsum), mat, axis=axis)
    case(with_gaps(np.nancumprod), mat, axis=axis)

case(np.cov, mat)
case(np.cov, vec)
case(np.cov, mat, values((2, 4)))
case(np.cov, mat, rowvar=False)
case(np.cov, vec, values((5,)), bias=True)
case(np.cov, mat, ddof=0)
case(np.cov, mat, None, True, False, None, weights)
case(np.cov, mat, None, True, False, None, None, values((4,), 0.5, 2.0))
case(np.cov, mat, None, True, False, 2, weights, values((4,), 0.5, 2.0))
case(np.corrcoef, mat)
case(np.corrcoef, vec, values((5,)))
case(np.corrcoef, mat, rowvar=False)

case(np.diff, vec)
case(np.diff, x, n=2)
case(np.diff, x, 1, 0)
case(np.diff, x, n=0)
case(np.diff, vec, 1, -1, values(()), values((2,)))
case(np.diff, mat, prepend=0.0)
case(np.diff, values((1,)))
case(np.ediff1d, mat)
case(np.ediff1d, vec, values((2,)), values(()))
case(np.trapezoid, vec)
case(np.trapezoid, mat, dx=0.5, axis=0)
case(np.trapezoid, mat, values((4,)))
case(np.trapezoid, mat, values((3,)), axis=0)
case(np.trapezoid, x, values((2, 3, 4)), axis=1)
places = np.cumsum(values((4,), 0.2, 1.0))
case(np.gradient, vec)
case(np.gradient, mat)
case(np.gradient, x, 0.5, axis=(0, 2))
case(np.gradient, x, axis=-1)
case(np.gradient, mat, values((), 0.5, 1.0))
case(np.gradient, mat, 0.5, values((), 0.5, 1.0), edge_order=2)
case(np.gradient, mat, places, axis=1)
case(np.gradient, mat, places, axis=1, edge_order=2)
case(np.gradient, mat, 2.0, places)
case(np.interp, values((6,), -0.5, 4.5), places, values((4,)))
case(np.interp, values(()), places, values((4,)))
case(np.interp, values((2, 3), -9.0, 9.0), places, values((4,)), left=1.0, right=-1.0)
case(np.interp, values((3,)), values((1,)), values((1,)))

case(np.polyval, values((4,)), values((2, 3)))
case(np.polyval, values((4,)), 2.0)
case(np.polyval, [values(()), values(())], values((3,)))
case(np.polyadd, values((4,)), values((2,)))
case(np.polysub, values((2,)), values((4,)))
case(np.polyder, values((4,)))
case(np.polyder, values((4,)), 2)
case(np.polyder, values((1,)))
case(np.polyint, values((3,)))
case(np.polyint, values((3,)), m=2, k=[1.0, 2.0])
case(np.vander, vec)
case(np.vander, vec, 3, increasing=True)

NOT_ANALYTIC |= {
    *(np.amax, np.amin, np.ptp, np.median, np.std, np.var, np.quantile, np.percentile),
    *(np.nanmax, np.nanmin, np.nanvar, np.nanstd, np.nanmedian, np.nanquantile),
    *(np.nanpercentile, np.cov, np.corrcoef, np.interp, np.vander, np.nanmean, np.nansum),
    *(np.nanprod, np.nancumsum, np.nancumprod, np.gradient, np.polyval),
    *(
        getattr(ufunc, method)
        for ufunc in (np.maximum, np.minimum, np.fmax, np.fmin, np.hypot)
        for method in ("reduce", "accumulate")
    ),
    *(getattr(u, m) for u in (np.logaddexp, np.logaddexp2) for m in ("reduce", "accumulate")),
}
# Its rules take no notice of where=.
AUTOGRAD_FAILS |= {
    "sum(2x3x4, where=2x3x4)",
    "sum(2x3x4, axis=(0, 1), where=2x3x4)",
    "sum(2x3x4, axis=1, keepdims=True, where=2x3x1)",
    "mean(2x3x4, where=2x3x4)",
    "mean(2x3x4, axis=(0, 1), where=2x3x4)",
    "mean(2x3x4, axis=1, keepdims=True, where=2x3x1)",
    *(np.prod, np.cumsum, np.var, np.std, np.gradient, np.diff),
}
