"""scipy.special: against mpmath, at the edges, and loaded only when it is met."""

from __future__ import annotations

import subprocess
import sys

import mpmath
import numpy as np
import pytest
from scipy import special as sp

from course_lib import check_grads, grad, hessian, jet, special, supported_functions

mpmath.mp.dps = 30

EXACT = {
    "erf": (sp.erf, mpmath.erf, 0.7),
    "erf, negative": (sp.erf, mpmath.erf, -1.3),
    "erfc": (sp.erfc, mpmath.erfc, 2.1),
    "erfinv": (sp.erfinv, mpmath.erfinv, 0.4),
    "gammaln": (sp.gammaln, mpmath.loggamma, 2.3),
    "gamma": (sp.gamma, mpmath.gamma, -1.4),
    "digamma": (sp.digamma, mpmath.digamma, 0.6),
    "j0": (sp.j0, mpmath.j0, 1.3),
    "j1": (sp.j1, mpmath.j1, 1.3),
    "jv": (lambda x: sp.jv(2.5, x), lambda x: mpmath.besselj(2.5, x), 1.3),
    "yv": (lambda x: sp.yv(2.5, x), lambda x: mpmath.bessely(2.5, x), 1.3),
    "i1": (sp.i1, lambda x: mpmath.besseli(1, x), -0.8),
    "i0e": (sp.i0e, lambda x: mpmath.exp(-x) * mpmath.besseli(0, x), 1.8),
    "kv": (lambda x: sp.kv(1.5, x), lambda x: mpmath.besselk(1.5, x), 1.3),
    "expit": (sp.expit, lambda x: 1 / (1 + mpmath.exp(-x)), -0.4),
    "log_expit": (sp.log_expit, lambda x: -mpmath.log1p(mpmath.exp(-x)), -0.4),
    "logit": (sp.logit, lambda x: mpmath.log(x / (1 - x)), 0.3),
    "ndtr": (sp.ndtr, mpmath.ncdf, 0.9),
    "log_ndtr": (sp.log_ndtr, lambda x: mpmath.log(mpmath.ncdf(x)), -3.0),
    "exprel": (sp.exprel, lambda x: mpmath.expm1(x) / x, 0.2),
    "betainc": (lambda x: sp.betainc(2, 3, x), lambda x: mpmath.betainc(2, 3, 0, x, True), 0.3),
    "gammainc": (lambda x: sp.gammainc(2, x), lambda x: mpmath.gammainc(2, 0, x, True), 0.3),
}


@pytest.mark.parametrize("name", EXACT)
def test_derivatives_to_order_6(name):
    f, exact, x = EXACT[name]
    expected = [float(mpmath.diff(exact, x, k)) for k in range(7)]
    np.testing.assert_allclose(jet(f, x, 1.0, 6), expected, rtol=1e-9, atol=1e-10)


def test_exprel_at_zero():
    np.testing.assert_allclose(jet(sp.exprel, 0.0, 1.0, 4), [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5])


@pytest.mark.parametrize(("f", "x", "expected"), [
    (sp.expit, -1000.0, 0.0),
    (sp.expit, 1000.0, 0.0),
    (sp.log_expit, -1000.0, 1.0),
    (lambda x: sp.xlogy(x, x), 1.0, 1.0),
    (lambda y: sp.xlogy(0.0, y), 0.0, 0.0),
    (lambda x: sp.xlogy(x, 2.0), 0.0, np.log(2)),
    (sp.entr, 0.0, np.inf),
    (sp.i1, 0.0, 0.5),
    (sp.j1, 0.0, 0.5),
    (sp.i0e, 0.0, 0.0),
    (lambda x: sp.kl_div(x, 2.0), 2.0, 0.0),
])  # fmt: skip
def test_edges(f, x, expected):
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(grad(f)(x), expected, rtol=1e-14)


INF = np.inf


@pytest.mark.parametrize(
    ("a", "expected"),
    [
        ([-INF, 1.0], [0.0, 1.0]),
        ([1000.0, 1000.0], [0.5, 0.5]),
        ([-1000.0, -1000.0], [0.5, 0.5]),
        ([-INF, -INF], [0.0, 0.0]),
        ([-INF, -1000.0, -1000.0], [0.0, 0.5, 0.5]),
    ],
)
def test_logsumexp_at_the_edges(a, expected):
    a = np.array(a)
    assert special.logsumexp(a) == sp.logsumexp(a)
    np.testing.assert_array_equal(grad(special.logsumexp)(a), expected)
    assert np.all(np.isfinite(hessian(special.logsumexp)(a)))


def test_values_are_those_of_scipy():
    a = np.random.default_rng(0).normal(size=(2, 3))
    b = np.array([1.0, -2.0, 0.5])
    for axis in (None, 0, 1, (0, 1)):
        for keepdims in (False, True):
            for return_sign in (False, True):
                np.testing.assert_allclose(
                    special.logsumexp(a, axis, b * b, keepdims, return_sign),
                    sp.logsumexp(a, axis, b * b, keepdims, return_sign),
                )
        np.testing.assert_allclose(special.softmax(a, axis), sp.softmax(a, axis))
        np.testing.assert_allclose(special.log_softmax(a, axis), sp.log_softmax(a, axis))
    np.testing.assert_allclose(
        special.logsumexp(a, 1, b, return_sign=True), sp.logsumexp(a, 1, b, return_sign=True)
    )
    for n in range(4):
        np.testing.assert_allclose(special.polygamma(n, 1.5), sp.polygamma(n, 1.5))
    np.testing.assert_allclose(special.multigammaln(3.5, 4), sp.multigammaln(3.5, 4))


def test_bad_arguments():
    with pytest.raises(ValueError, match="n must be a whole number"):
        special.polygamma(-1, 2.0)
    with pytest.raises(ValueError, match="greater than"):
        special.multigammaln(1.0, 4)
    with pytest.raises(NotImplementedError, match="argument number 0"):
        grad(lambda v: sp.jv(v, 2.0))(1.5)
    with pytest.raises(NotImplementedError, match="fresnel"):
        grad(lambda x: sp.fresnel(x)[0])(1.5)


def test_softmax_written_by_scipy_is_right_too():
    check_grads(lambda x: sp.softmax(x)[0], (np.array([0.2, -0.4, 1.0]),), order=1)


def test_names():
    assert {"scipy.special.erf", "scipy.special.gammaln"} <= set(supported_functions())


def test_scipy_is_imported_by_the_reader_only():
    program = (
        "import sys, course_lib, numpy as np\n"
        "course_lib.grad(lambda x: np.sin(x))(1.0)\n"
        "try: course_lib.grad(lambda x: np.bitwise_count(x))(1.0)\n"
        "except NotImplementedError: pass\n"
        "from course_lib import special\n"
        "course_lib.grad(special.logsumexp)(np.ones(3))\n"
        "assert 'scipy' not in sys.modules\n"
        "from scipy.special import erf\n"
        "assert course_lib.grad(erf)(0.0) == 2 / np.sqrt(np.pi)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(("f", "mixed"), [(sp.xlogy, 1 / 2), (sp.xlog1py, 1 / 3)])
def test_products_with_a_logarithm_vary_where_they_are_zero(f, mixed):
    assert hessian(f, (0, 1))(0.0, 2.0) == ((0.0, mixed), (mixed, 0.0))
