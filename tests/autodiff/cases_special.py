"""Calls of scipy.special's ufuncs, and of the functions in course_lib.special."""

from __future__ import annotations

import numpy as np
from scipy import special

from course_lib import special as ours
from course_lib.autodiff.rules.scipy_special import hurwitz
from tests.autodiff.cases import CASES, NOT_ANALYTIC, case, constant_case, values

before = len(CASES)
DOMAINS = {
    (-2.0, 2.0): [
        *(special.expm1, special.exp2, special.exp10, special.cosm1, special.exprel),
        *(special.erf, special.erfc, special.erfi, special.erfcx, special.dawsn),
        *(special.ndtr, special.log_ndtr, special.expit, special.log_expit),
        *(special.j0, special.j1, special.i0, special.i1, special.i0e, special.i1e),
    ],
    (0.3, 3.0): [
        *(
            special.log1p,
            special.cbrt,
            special.entr,
            special.gamma,
            special.gammaln,
            special.rgamma,
        ),
        *(special.psi, special.y0, special.y1, special.k0, special.k1, special.k0e, special.k1e),
    ],
    (-0.9, 0.9): [special.erfinv],
    (0.1, 0.9): [special.logit, special.ndtri],
    (0.1, 1.9): [special.erfcinv],
    (-1.9, -1.1): [special.gamma, special.psi, special.gammaln, special.rgamma],
}
for (low, high), functions in DOMAINS.items():
    for function in functions:
        for shape in [(), (2, 3)]:
            case(function, values(shape, low, high))

for a_shape, b_shape in [((), ()), ((3,), ()), ((2, 1), (3,)), ((0,), (1,))]:
    for function in (special.beta, special.betaln, special.rel_entr, special.kl_div):
        case(function, values(a_shape, 0.3, 2.0), values(b_shape, 0.4, 3.0))
    case(special.xlogy, values(a_shape), values(b_shape, 0.4, 3.0))
    case(special.xlog1py, values(a_shape), values(b_shape, -0.4, 3.0))
for order in (0, 1, 2, 2.5):
    for function in (special.jv, special.yv, special.iv, special.kv, special.ive, special.kve):
        case(function, order, values((3,), 0.3, 3.0))
    for function in (special.yn, special.kn):
        case(function, int(order), values((3,), 0.3, 3.0))
for function in (special.gammainc, special.gammaincc):
    case(function, 1.5, values((2, 3), 0.3, 3.0))
case(special.betainc, 1.5, 2.5, values((3,), 0.1, 0.9))
case(special.hyp1f1, 1.5, 2.5, values((3,)))
case(hurwitz, values((3,), 0.3, 3.0), 2.0)
constant_case(special.gammasgn, values((3,)))

for function in (ours.logsumexp, ours.softmax, ours.log_softmax):
    for shape, axis in [((), None), ((3,), None), ((2, 3), None), ((2, 3), 0), ((2, 3), (0, -1))]:
        case(function, values(shape), axis)
case(ours.logsumexp, values((2, 3)), 1, keepdims=True)
case(ours.logsumexp, values((2, 3)), 1, b=np.array([1.0, 2.0, 0.5], np.float32))
case(ours.logsumexp, values((2, 3)), 1, values((3,), 0.2, 1.0))
case(ours.logsumexp, values((2, 3)), 1, np.array([-1, 1, -2]), return_sign=True)
for n in (0, 1, 3):
    case(ours.polygamma, n, values((3,), 0.3, 3.0))
case(ours.multigammaln, values((2, 3), 1.2, 3.0), 3)

# SciPy's functions of complex numbers, where there are any, are right to fewer digits.
NOT_ANALYTIC |= {c.key for c in CASES[before:]}
