"""``scipy.special``: the functions that are ufuncs, so that NumPy asks a traced value about them.

This table is read when a traced value first meets one of them; course_lib does not import SciPy
before. The derivatives are those of the NIST Digital Library of Mathematical Functions,
https://dlmf.nist.gov, chapters 5 (gamma), 7 (error functions), 8 (incomplete gamma and beta) and
10 (Bessel functions).

``scipy.special.logsumexp``, ``log_softmax``, ``polygamma`` and ``multigammaln`` are written in
Python and turn their arguments into plain arrays. They stand in :mod:`course_lib.special`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from course_lib.autodiff.primitives import Elementwise, constant, elementwise

SQRT_PI, SQRT_2_PI = np.sqrt(np.pi).item(), np.sqrt(2 * np.pi).item()

# NumPy's functions under another name ------------------------------------------------------------

elementwise(special.expm1, lambda y, x: y + 1)
elementwise(special.log1p, lambda y, x: np.reciprocal(1 + x))
elementwise(special.exp2, lambda y, x: np.log(2).item() * y)
elementwise(special.exp10, lambda y, x: np.log(10).item() * y)
elementwise(special.cbrt, lambda y, x: np.reciprocal(3 * y * y))
elementwise(special.cosm1, lambda y, x: -np.sin(x))

# Error functions and the normal distribution -----------------------------------------------------

elementwise(special.erf, lambda y, x: 2 / SQRT_PI * np.exp(-x * x))
elementwise(special.erfc, lambda y, x: -2 / SQRT_PI * np.exp(-x * x))
elementwise(special.erfi, lambda y, x: 2 / SQRT_PI * np.exp(x * x))
elementwise(special.erfcx, lambda y, x: 2 * x * y - 2 / SQRT_PI)
elementwise(special.dawsn, lambda y, x: 1 - 2 * x * y)
elementwise(special.erfinv, lambda y, x: SQRT_PI / 2 * np.exp(y * y))
elementwise(special.erfcinv, lambda y, x: -SQRT_PI / 2 * np.exp(y * y))
elementwise(special.ndtr, lambda y, x: np.exp(-x * x / 2) / SQRT_2_PI)
elementwise(special.ndtri, lambda y, x: SQRT_2_PI * np.exp(y * y / 2))
elementwise(special.log_ndtr, lambda y, x: np.exp(-x * x / 2 - y) / SQRT_2_PI)

# Logistic functions and entropies ----------------------------------------------------------------


def _quotient(x: Any, y: Any) -> Any:
    """``x / y``, and 0 for 0 / 0, in keeping with 0·log 0 = 0."""
    return x / np.where(np.logical_and(np.equal(x, 0), np.equal(y, 0)), 1.0, y)


elementwise(special.expit, lambda y, x: y * special.expit(-x))
elementwise(special.logit, lambda y, x: np.reciprocal(x * (1 - x)))
elementwise(special.log_expit, lambda y, x: special.expit(-x))
elementwise(special.xlogy, lambda z, x, y: np.log(y), lambda z, x, y: _quotient(x, y))
elementwise(special.xlog1py, lambda z, x, y: np.log1p(y), lambda z, x, y: _quotient(x, 1 + y))
elementwise(special.entr, lambda y, x: -np.log(x) - 1)
elementwise(
    special.rel_entr,
    lambda z, x, y: np.log(_quotient(x, y)) + 1,
    lambda z, x, y: -_quotient(x, y),
)
elementwise(
    special.kl_div,
    lambda z, x, y: np.log(_quotient(x, y)),
    lambda z, x, y: 1 - _quotient(x, y),
)

# Gamma and beta ----------------------------------------------------------------------------------


def _hurwitz(q: Any, s: Any) -> Any:
    return special.zeta(s, q)


#: Hurwitz's zeta function of ``q``; s = 2 is the derivative of digamma.
hurwitz: Elementwise = elementwise(_hurwitz, lambda y, q, s: -s * hurwitz(q, s + 1), None)

elementwise(special.gamma, lambda y, x: y * special.psi(x))
elementwise(special.gammaln, lambda y, x: special.psi(x))
elementwise(special.rgamma, lambda y, x: -y * special.psi(x))
elementwise(special.psi, lambda y, x: hurwitz(x, 2.0))
constant(special.gammasgn)
elementwise(
    special.beta,
    lambda y, a, b: y * (special.psi(a) - special.psi(a + b)),
    lambda y, a, b: y * (special.psi(b) - special.psi(a + b)),
)
elementwise(
    special.betaln,
    lambda y, a, b: special.psi(a) - special.psi(a + b),
    lambda y, a, b: special.psi(b) - special.psi(a + b),
)


def _gamma_density(a: Any, x: Any) -> Any:
    return np.exp(special.xlogy(a - 1, x) - x - special.gammaln(a))


def _beta_density(a: Any, b: Any, x: Any) -> Any:
    return np.exp(special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x) - special.betaln(a, b))


elementwise(special.gammainc, None, lambda y, a, x: _gamma_density(a, x))
elementwise(special.gammaincc, None, lambda y, a, x: -_gamma_density(a, x))
elementwise(special.betainc, None, None, lambda y, a, b, x: _beta_density(a, b, x))

# Hypergeometric: exprel is one, and so has an exact slope at 0 too -------------------------------

elementwise(special.hyp1f1, None, None, lambda y, a, b, x: a / b * special.hyp1f1(a + 1, b + 1, x))
elementwise(special.exprel, lambda y, x: 0.5 * special.hyp1f1(2.0, 3.0, x))

# Bessel functions: the derivative is made of the neighbouring orders, without a division by x ----

elementwise(special.j0, lambda y, x: -special.j1(x))
elementwise(special.j1, lambda y, x: (special.j0(x) - special.jv(2.0, x)) / 2)
elementwise(special.y0, lambda y, x: -special.y1(x))
elementwise(special.y1, lambda y, x: (special.y0(x) - special.yv(2.0, x)) / 2)
elementwise(special.i0, lambda y, x: special.i1(x))
elementwise(special.i1, lambda y, x: (special.i0(x) + special.iv(2.0, x)) / 2)
elementwise(special.k0, lambda y, x: -special.k1(x))
elementwise(special.k1, lambda y, x: -(special.k0(x) + special.kv(2.0, x)) / 2)
elementwise(special.jv, None, lambda y, v, x: (special.jv(v - 1, x) - special.jv(v + 1, x)) / 2)
elementwise(special.yv, None, lambda y, v, x: (special.yv(v - 1, x) - special.yv(v + 1, x)) / 2)
elementwise(special.yn, None, lambda y, n, x: (special.yn(n - 1, x) - special.yn(n + 1, x)) / 2)
elementwise(special.iv, None, lambda y, v, x: (special.iv(v - 1, x) + special.iv(v + 1, x)) / 2)
elementwise(special.kv, None, lambda y, v, x: -(special.kv(v - 1, x) + special.kv(v + 1, x)) / 2)
elementwise(special.kn, None, lambda y, n, x: -(special.kn(n - 1, x) + special.kn(n + 1, x)) / 2)

# Scaled by exp(-|x|), or by exp(x), so as not to overflow

elementwise(special.i0e, lambda y, x: special.i1e(x) - np.sign(x) * y)
elementwise(special.i1e, lambda y, x: (special.i0e(x) + special.ive(2.0, x)) / 2 - np.sign(x) * y)
elementwise(
    special.ive,
    None,
    lambda y, v, x: (special.ive(v - 1, x) + special.ive(v + 1, x)) / 2 - np.sign(x) * y,
)
elementwise(special.k0e, lambda y, x: y - special.k1e(x))
elementwise(special.k1e, lambda y, x: y - (special.k0e(x) + special.kve(2.0, x)) / 2)
elementwise(
    special.kve,
    None,
    lambda y, v, x: y - (special.kve(v - 1, x) + special.kve(v + 1, x)) / 2,
)
