"""Averages weighted and not, spread, quantiles, and how variables vary together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from course_lib.autodiff.primitives import composite
from course_lib.autodiff.rules.casting import as_array, from_list
from course_lib.autodiff.rules.folding import lanes
from course_lib.autodiff.rules.powers import root
from course_lib.autodiff.rules.reductions import Axis, count, kept, masked


@composite(np.average)
def average(
    a: Any,
    axis: Axis = None,
    weights: Any = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Any:
    if weights is None:
        result = np.mean(a, axis=axis, keepdims=keepdims)
        every = np.full(np.shape(result), count(a, result, axis), result.dtype)[()]
        return (result, every) if returned else result
    if np.shape(weights) != np.shape(a):
        weights = _along_axes(weights, axis, np.shape(a))
    total = np.sum(np.broadcast_to(weights, np.shape(a)), axis=axis, keepdims=keepdims)
    if np.any(np.equal(total, 0)):
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    result = np.sum(a * weights, axis=axis, keepdims=keepdims) / total
    return (result, total) if returned else result


def _along_axes(weights: Any, axis: Axis, shape: tuple[int, ...]) -> Any:
    """Weights that were given for some axes only, reshaped to broadcast against all."""
    if axis is None:
        raise TypeError("Axis must be specified when shapes of a and weights differ.")
    axes = normalize_axis_tuple(axis, len(shape))
    if np.shape(weights) != tuple(shape[i] for i in axes):
        raise ValueError(
            "Shape of weights must be consistent with shape of a along specified axis."
        )
    in_order = np.transpose(weights, np.argsort(axes))
    return np.reshape(in_order, [n if i in axes else 1 for i, n in enumerate(shape)])


@composite(np.var)
def var(
    a: Any,
    axis: Axis = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    correction: float | None = None,
) -> Any:
    a = masked(a, where, 0.0)
    deviation = masked(a - np.mean(a, axis=axis, keepdims=True, where=where), where, 0.0)
    squares = np.square(np.absolute(deviation)) if np.iscomplexobj(a) else np.square(deviation)
    total = np.sum(squares, axis=axis, keepdims=keepdims)
    freedom = count(a, total, axis, keepdims, where) - (ddof if correction is None else correction)
    is_number = isinstance(freedom, int | float)
    return np.divide(total, max(freedom, 0) if is_number else np.maximum(freedom, 0))


@composite(np.std)
def std(
    a: Any,
    axis: Axis = None,
    *,
    ddof: float = 0,
    keepdims: bool = False,
    where: Any = True,
    correction: float | None = None,
) -> Any:
    """The root of the variance. Where all elements are equal, it has a kink, and slope 0."""
    ddof = ddof if correction is None else correction
    return root(np.var(a, axis=axis, ddof=ddof, keepdims=keepdims, where=where))


# Quantiles ---------------------------------------------------------------------------------------

#: Position of a quantile among n sorted elements (Hyndman and Fan, *Sample Quantiles in Statistical
#: Packages*, 1996): method -> (alpha, beta).
BETWEEN = {
    "linear": (1.0, 1.0),
    "hazen": (0.5, 0.5),
    "weibull": (0.0, 0.0),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
}
#: Methods that go from the position for "linear" to an element near it.
ROUNDED: dict[str, Callable[[Any], Any]] = {
    "lower": np.floor,
    "higher": np.ceil,
    "nearest": np.rint,
    "midpoint": lambda position: (np.floor(position) + np.ceil(position)) / 2,
}


def _position(q: Any, n: Any, method: str) -> Any:
    if method == "median":
        return (n - 1) / 2
    if method in ROUNDED:
        return ROUNDED[method](q * (n - 1))
    if method not in BETWEEN:
        raise NotImplementedError(
            f"numpy.quantile: method={method!r} has no derivative rule in course_lib. Supported "
            f"are {', '.join([*BETWEEN, *ROUNDED])}."
        )
    alpha, beta = BETWEEN[method]
    position = q * n + (alpha + q * (1 - alpha - beta)) - 1
    return position if method == "linear" else np.clip(position, 0, n - 1)


def quantiles(
    a: Any, q: Any, axis: Axis, keepdims: bool, method: str = "linear", skip_nan: bool = False
) -> Any:
    """Between two neighbours in sorted order, of which each gets its part of the derivative.

    The method "median" takes the mean of the two, which for one element twice is this element, be
    it infinite; the others add a part of the difference, which is nan then.
    """
    a = as_array(a)
    in_order = np.sort(lanes(a, axis))
    missing = np.isnan(in_order)  # sorted to the end
    n = np.sum(~missing, axis=-1, keepdims=True) if skip_nan else np.shape(in_order)[-1]
    position = _position(np.ravel(q), n, method)
    position = np.broadcast_to(position, (*np.shape(in_order)[:-1], np.size(q)))
    floor = np.floor(position)
    below = floor.astype(int)
    low = np.take_along_axis(in_order, below, -1)
    between = position - floor
    if isinstance(q, float) or method in ("lower", "higher", "nearest"):
        between = between.astype(a.dtype)  # NumPy keeps the precision of a, too
    if method == "median":
        result = 0.5 * low + 0.5 * np.take_along_axis(in_order, np.ceil(position).astype(int), -1)
    else:
        high = np.take_along_axis(in_order, np.minimum(below + 1, n - 1), -1)
        result = low + (high - low) * between
    if not skip_nan:  # where one is nan, so is the result, and the derivative, too
        result = result * np.where(missing[..., -1:], np.nan, 1.0).astype(result.dtype)
    shape = np.shape(result)[:-1]
    if keepdims:
        shape = np.shape(kept(result[..., 0], a, axis))
    return np.reshape(np.moveaxis(result, -1, 0), (*np.shape(q), *shape))


def checked(q: Any, highest: float, name: str) -> Any:
    """``q`` in parts of one, if it lies in its range."""
    q = from_list(q)
    if not np.all(np.greater_equal(q, 0) & np.less_equal(q, highest)):
        raise ValueError(f"{name} must be in the range [0, {highest}]")
    return q if highest == 1 else (q if np.ndim(q) else q * 1.0) / highest


@composite(np.quantile)
def quantile(
    a: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Any:
    return quantiles(a, checked(q, 1, "Quantiles"), axis, keepdims, method)


@composite(np.percentile)
def percentile(
    a: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Any:
    return quantiles(a, checked(q, 100, "Percentiles"), axis, keepdims, method)


@composite(np.median)
def median(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    """The middle one in sorted order; of an even number the middle two, ½ each."""
    return quantiles(a, 0.5, axis, keepdims, "median")


# Variables (rows) that are observed together (columns) --------------------------------------------


def _rows(x: Any, rowvar: bool) -> Any:
    x = np.atleast_2d(x) if rowvar or np.ndim(x) < 2 else np.transpose(x)
    return np.reshape(x, (0, 0)) if np.size(x) == 0 and np.ndim(x) < 2 else x


@composite(np.cov)
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
) -> Any:
    x = _rows(m, rowvar)
    if y is not None:
        x = np.concatenate([x, _rows(y, rowvar)])
    ddof = (0 if bias else 1) if ddof is None else ddof
    importance = 1.0 if aweights is None else from_list(aweights)
    times = 1.0 if fweights is None else from_list(fweights)
    weights = times * importance * np.ones(np.shape(x)[1])
    total = np.sum(weights)
    lost = ddof * np.sum(weights * importance) / total if aweights is not None else ddof
    deviation = x - np.expand_dims(np.sum(x * weights, axis=1) / total, 1)
    weighted = np.transpose(deviation * weights)
    products = np.matmul(
        deviation, np.conjugate(weighted) if np.iscomplexobj(weighted) else weighted
    )
    return np.squeeze(np.divide(products, np.maximum(total - lost, 0.0)))


@composite(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    c = np.cov(x, y, rowvar)
    if np.ndim(c) == 0:
        return c / c
    deviations = np.sqrt(np.diag(c))
    return np.clip(c / np.expand_dims(deviations, 1) / deviations, -1, 1)
