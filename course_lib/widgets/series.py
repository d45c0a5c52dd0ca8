"""Taylor polynomials of a function of one number, and how far they can be trusted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.autodiff import taylor
from course_lib.widgets.functions import number

Array = NDArray[np.float64]

HIGHEST = 24
#: So many coefficients tell the radius of convergence.
LOOKED_AT = 48


def series(f: Callable[[Any], Any], centre: float, order: int = LOOKED_AT) -> Array:
    """Taylor coefficients at a centre, shape (order + 1,).

    Raises
    ------
    UnusableFunction
        If the result is not one real number.

    Examples
    --------
    >>> series(lambda x: 1 / (1 - x), 0.0, order=3)
    array([1., 1., 1., 1.])
    """
    with np.errstate(all="ignore"):
        number(f(np.float64(centre)))
        found = taylor(f, np.float64(centre), np.float64(1.0), order)
    return np.array([number(c) for c in found])


def radius(coefficients: ArrayLike) -> float:
    """The radius of convergence, as far as these coefficients tell.

    Beyond the nearest singularity, coefficients grow like ``k**b / R**k``, or like that times a
    cosine: so R is read from a straight line through the logarithms of the largest of each few.

    Parameters
    ----------
    coefficients
        Shape (n,), n about 50.

    Returns
    -------
    float
        ``inf`` if the coefficients fall faster than any power, as those of ``exp`` do, or end;
        nan if they are not finite.

    Examples
    --------
    >>> round(radius(series(lambda x: 1 / (1 + x**2), 1.0)), 3)  # poles at ±i
    1.414
    >>> radius(series(np.exp, 0.0))
    inf
    """
    c = np.abs(np.asarray(coefficients, dtype=float))
    if not np.isfinite(c).all():
        return float("nan")
    k = np.arange(len(c))
    late = (k >= max(1, len(c) // 4)) & (c > 0)
    if not late[len(c) // 2 :].any():
        return float("inf")  # a polynomial
    first = np.exp(np.max(np.log(c[late]) / k[late]))
    with np.errstate(divide="ignore"):
        scaled = np.log(c) - k * np.log(first)
    tops = [w + int(np.argmax(scaled[w : w + 6])) for w in range(len(c) // 4, len(c) - 5, 3)]
    tops = sorted({top for top in tops if np.isfinite(scaled[top])})
    if len(tops) < 4:
        return float("inf")
    half = len(tops) // 2
    early, late_slope = (_slope(k[t], scaled[t]) for t in (tops[: half + 1], tops[half:]))
    if late_slope < early - 0.15:
        return float("inf")  # ever steeper: no power of k is fast enough
    design = np.stack([k[tops], np.log(k[tops]), np.ones(len(tops))], axis=1)
    slope = np.linalg.lstsq(design, scaled[tops], rcond=None)[0][0]
    return float(np.exp(-slope) / first)


def _slope(k: Any, height: Any) -> float:
    return float(np.polyfit(k, height, 1)[0]) if len(k) > 1 else 0.0
