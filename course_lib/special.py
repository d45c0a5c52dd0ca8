"""Functions of ``scipy.special`` that cannot take traced values, written so that they can.

SciPy's ufuncs (``scipy.special.erf``, ``gammaln``, ``expit``, ``xlogy`` …) take traced values as
they are. The functions here are not ufuncs in SciPy: they turn their arguments into plain arrays.
Names, arguments and values are SciPy's. ``logsumexp``, ``softmax`` and ``log_softmax`` need NumPy
alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff.primitives import Constant

__all__ = ["log_softmax", "logsumexp", "multigammaln", "polygamma", "softmax"]

Axis = int | tuple[int, ...] | None


def _largest(x: Any, axis: Axis) -> Any:
    x = np.asarray(x)
    x = x if x.dtype.kind in "fc" else x.astype(float)
    largest = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(largest), largest, 0).astype(largest.dtype)


# What is subtracted before exp, and added after log, may be any constant; this one avoids overflow.
_shift = Constant(_largest)


def logsumexp(
    a: Any,
    axis: Axis = None,
    b: Any = None,
    keepdims: bool = False,
    return_sign: bool = False,
) -> Any:
    """The logarithm of a sum of exponentials, ln Σ b·exp(a), without overflow.

    Parameters
    ----------
    a
        Array of any shape. Entries of -inf add nothing, and their derivative is 0.
    axis
        What to sum over: one axis, several, or all (None).
    b
        Factors of the exponentials, of a shape that broadcasts against ``a``.
    keepdims
        Keep the axes that were summed over, with length 1.
    return_sign
        Return ``(ln |sum|, sign of the sum)``: for a sum that may be negative.

    Returns
    -------
    Array or number, or a tuple of two
        The logarithm is -inf where the sum is 0, with derivative 0.

    Examples
    --------
    >>> from course_lib import grad
    >>> logsumexp(np.array([1000.0, 1000.0]))
    np.float64(1000.6931471805599)
    >>> grad(logsumexp)(np.array([1000.0, 1000.0, -np.inf]))
    array([0.5, 0.5, 0. ])
    """
    shift = _shift(a, axis)
    terms = np.exp(np.subtract(a, shift))
    total = np.sum(terms if b is None else np.multiply(b, terms), axis=axis, keepdims=True)
    sign = np.sign(total)
    total = np.abs(total) if return_sign else total
    zero = np.equal(total, 0)
    result = np.where(zero, -np.inf, np.log(np.where(zero, 1.0, total)) + shift)
    if not keepdims:
        result, sign = np.squeeze(result, axis), np.squeeze(sign, axis)
    result, sign = result[()], sign[()]
    return (result, sign) if return_sign else result


def softmax(x: Any, axis: Axis = None) -> Any:
    """Exponentials divided by their sum over ``axis`` (all axes if None), without overflow.

    Examples
    --------
    >>> softmax(np.array([0.0, 0.0, np.log(2.0)]))
    array([0.25, 0.25, 0.5 ])
    """
    exponentials = np.exp(np.subtract(x, _shift(x, axis)))
    return exponentials / np.sum(exponentials, axis=axis, keepdims=True)


def log_softmax(x: Any, axis: Axis = None) -> Any:
    """The logarithm of :func:`softmax`, exact where softmax itself would round to 0.

    Examples
    --------
    >>> log_softmax(np.array([1000.0, 0.0]))
    array([    0., -1000.])
    """
    return np.subtract(x, logsumexp(x, axis, keepdims=True))


def polygamma(n: int, x: Any) -> Any:
    """Derivative number ``n`` of the digamma function at ``x``. Needs SciPy.

    Examples
    --------
    >>> from course_lib import grad
    >>> round(float(polygamma(1, 1.0)), 6), round(float(grad(lambda x: polygamma(0, x))(1.0)), 6)
    (1.644934, 1.644934)
    """
    from scipy import special

    from course_lib.autodiff.rules.scipy_special import hurwitz

    if not isinstance(n, int | np.integer) or n < 0:
        raise ValueError(f"polygamma: n must be a whole number, 0 or more, found {n!r}.")
    if n == 0:
        return special.psi(x)
    return (-1.0) ** (n + 1) * float(special.factorial(n)) * hurwitz(x, n + 1.0)


def multigammaln(a: Any, d: int) -> Any:
    """The logarithm of the multivariate gamma function of dimension ``d`` at ``a``. Needs SciPy.

    Examples
    --------
    >>> round(float(multigammaln(2.5, 1)), 6)  # ln Γ(2.5)
    0.284683
    """
    from scipy import special

    if not np.all(np.greater(a, (d - 1) / 2)):
        raise ValueError(f"multigammaln: a must be greater than (d - 1)/2 = {(d - 1) / 2}.")
    halves = np.arange(d) / 2
    return d * (d - 1) / 4 * np.log(np.pi) + np.sum(
        special.gammaln(np.expand_dims(a, -1) - halves), axis=-1
    )
