"""Smooth functions whose textbook derivative fails somewhere: there, another form is used."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff.primitives import elementwise
from course_lib.autodiff.rules.kinks import share

# ln(eᵃ + eᵇ) -------------------------------------------------------------------------------------


def _weight(exp: Any, term: Any, other: Any, y: Any) -> Any:
    """The part of the sum that is ``term``'s: exp(term - y). At y = ±inf it goes to the larger."""
    infinite = np.isinf(y)
    difference = np.where(infinite, 0.0, term) - np.where(infinite, 0.0, y)
    return np.where(infinite, share(term, other, y), exp(difference))


elementwise(
    np.logaddexp,
    lambda y, a, b: _weight(np.exp, a, b, y),
    lambda y, a, b: _weight(np.exp, b, a, y),
)
elementwise(
    np.logaddexp2,
    lambda y, a, b: _weight(np.exp2, a, b, y),
    lambda y, a, b: _weight(np.exp2, b, a, y),
)

# sin(πx)/(πx) ------------------------------------------------------------------------------------

_nodes, _weights = np.polynomial.legendre.leggauss(24)
NODES, WEIGHTS = (_nodes + 1) / 2, _weights / 2  # for integrals from 0 to 1


def _sinc_slope(y: Any, x: Any) -> Any:
    """(cos πx - y)/x, which cancels near 0; there -∫₀¹ πt·sin(πxt) dt, by Gauss's formula."""
    far = np.greater(x, 1) | np.less(x, -1)
    away = np.where(far, x, 1.0)
    near = np.expand_dims(np.where(far, 0.0, x), -1)
    integral = np.sum(np.pi * NODES * WEIGHTS * np.sin(near * (np.pi * NODES)), axis=-1)
    return np.where(far, (np.cos(np.pi * away) - y) / away, -integral)


elementwise(np.sinc, _sinc_slope)

# The Bessel function I₀ --------------------------------------------------------------------------

# The mean of exp(x·cos θ) over a circle; equal steps are exact to rounding up to |x| = 700.
COSINES = np.cos((np.arange(128) + 0.5) * np.pi / 128)

elementwise(np.i0, lambda y, x: np.mean(COSINES * np.exp(np.expand_dims(x, -1) * COSINES), axis=-1))
