"""What the tables of NumPy's functions promise besides right derivatives at ordinary points."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from course_lib import check_grads, grad, hessian, jacfwd, jacrev, jet, jvp, supported_functions

NAN, INF = math.nan, math.inf

#: name, function of one argument, argument, gradient
EDGES = [
    ("hypot(x, 0) at 0", lambda x: np.hypot(x, 0.0), 0.0, 0.0),
    ("hypot(x, x) at 0", lambda x: np.hypot(x, x), 0.0, 0.0),
    ("hypot of large numbers", lambda x: np.hypot(x, 0.0), 1e200, 1.0),
    ("arctan2(x, 0) at 0", lambda x: np.arctan2(x, 0.0), 0.0, NAN),
    ("arctan2(0, x) at 0", lambda x: np.arctan2(0.0, x), 0.0, NAN),
    ("arctan2 of large numbers", lambda x: np.arctan2(x, 1e200), 0.0, 1e-200),
    ("sinc at 0", np.sinc, 0.0, 0.0),
    ("std of a constant", np.std, np.ones(3), [0.0] * 3),
    ("nanstd of a constant", np.nanstd, np.array([1.0, NAN, 1.0]), [0.0] * 3),
    ("var of a constant", np.var, np.ones(3), [0.0] * 3),
    ("prod with a zero", np.prod, np.array([0.0, 2.0, 3.0]), [6.0, 0.0, 0.0]),
    ("prod with two zeros", np.prod, np.array([0.0, 2.0, 0.0]), [0.0, 0.0, 0.0]),
    ("cumprod with a zero", lambda x: np.sum(np.cumprod(x)), np.array([0.0, 2.0, 3.0]), [9, 0, 0]),
    ("logaddexp(x, 1) at -inf", lambda x: np.logaddexp(x, 1.0), -INF, 0.0),
    ("logaddexp(1, x) at -inf", lambda x: np.logaddexp(1.0, x), -INF, 0.0),
    ("logaddexp(x, -inf) at 2", lambda x: np.logaddexp(x, -INF), 2.0, 1.0),
    ("logaddexp(-inf, x) at -inf", lambda x: np.logaddexp(-INF, x), -INF, 0.5),
    ("logaddexp(x, 1) at inf", lambda x: np.logaddexp(x, 1.0), INF, 1.0),
    ("logaddexp2(x, 1) at -inf", lambda x: np.logaddexp2(x, 1.0), -INF, 0.0),
    ("logaddexp.reduce with -inf", np.logaddexp.reduce, np.array([-INF, 1.0, -INF]), [0, 1, 0]),
    ("x**[0., 1.] at 0", lambda x: np.sum(np.power(x, np.array([0.0, 1.0]))), 0.0, 1.0),
    ("float_power(x, 2) at -3", lambda x: np.float_power(x, 2), -3.0, -6.0),
    ("fmax(nan, 1)", lambda x: np.fmax(x, 1.0), NAN, 0.0),
    ("fmax(1, nan)", lambda x: np.fmax(x, NAN), 1.0, 1.0),
    ("fmin at a tie", lambda x: np.fmin(x, 2.0), 2.0, 0.5),
    ("nanmax with nan", np.nanmax, np.array([1.0, NAN, 1.0]), [0.5, 0.0, 0.5]),
    ("nansum with nan", np.nansum, np.array([1.0, NAN]), [1.0, 0.0]),
    ("nanmean with nan", np.nanmean, np.array([1.0, NAN, 2.0]), [0.5, 0.0, 0.5]),
    ("nanprod with nan and 0", np.nanprod, np.array([0.0, NAN, 2.0]), [2.0, 0.0, 0.0]),
    ("nanmedian with nan", np.nanmedian, np.array([1.0, NAN, 2.0, 5.0]), [0.0, 0.0, 1.0, 0.0]),
    ("median of an even number", np.median, np.array([4.0, 1.0, 2.0, 9.0]), [0.5, 0.0, 0.5, 0.0]),
    ("median with ties", np.median, np.array([2.0, 2.0, 2.0]), [0.0, 1.0, 0.0]),
    ("median with nan", np.median, np.array([1.0, NAN]), [NAN, NAN]),
    ("sort with ties", lambda x: np.sort(x)[0], np.array([2.0, 1.0, 1.0]), [0.0, 1.0, 0.0]),
    ("ptp with ties", np.ptp, np.array([1.0, 1.0, 3.0]), [-0.5, -0.5, 1.0]),
    (
        "maximum.accumulate with ties",
        lambda x: np.maximum.accumulate(x)[-1],
        np.array([1.0, 1.0, 1.0]),
        [1 / 3] * 3,
    ),
    ("copysign at 0", lambda x: np.copysign(x, -1.0), 0.0, 0.0),
    ("fabs at 0", np.fabs, 0.0, 0.0),
    ("heaviside at 0", lambda x: np.heaviside(x, 0.5), 0.0, 0.0),
    ("heaviside's value at 0", lambda h: np.heaviside(0.0, h), 0.5, 1.0),
    (
        "nan_to_num",
        lambda x: np.sum(np.nan_to_num(x)),
        np.array([1.0, NAN, INF, -INF]),
        [1, 0, 0, 0],
    ),
    (
        "nan_to_num with a traced value",
        lambda x: np.nan_to_num(np.where(x > 9, x, NAN), nan=x),
        2.0,
        1.0,
    ),
    ("full_like with a traced value", lambda x: np.sum(np.full_like(x * np.ones(3), x)), 2.0, 3.0),
    ("modf at infinity", lambda x: np.modf(x)[0], INF, 0.0),
    ("interp at a point", lambda x: np.interp(x, [0, 1, 2], [0.0, 3.0, 4.0]), 1.0, 1.0),
    ("interp beyond the end", lambda x: np.interp(x, [0, 1, 2], [0.0, 3.0, 4.0]), 3.0, 0.0),
    ("prod of nothing", np.prod, np.zeros(0), np.zeros(0)),
    ("cumsum of nothing", lambda x: np.sum(np.cumsum(x)), np.zeros(0), np.zeros(0)),
    ("sort of nothing", lambda x: np.sum(np.sort(x)), np.zeros(0), np.zeros(0)),
]


@pytest.mark.parametrize(("f", "x", "expected"), [e[1:] for e in EDGES], ids=[e[0] for e in EDGES])
def test_edge_in_both_modes(f, x, expected):
    with np.errstate(all="ignore"):
        for found in (grad(f)(x), jacfwd(f)(x)):
            np.testing.assert_array_equal(found, np.asarray(expected))


def test_second_derivatives_at_edges():
    assert grad(grad(np.sinc))(0.0) == pytest.approx(-(np.pi**2) / 3, rel=1e-14)
    np.testing.assert_array_equal(hessian(np.std)(np.ones(2)), np.zeros((2, 2)))
    assert grad(grad(lambda x: np.logaddexp(x, 1.0)))(-INF) == 0.0
    assert grad(grad(lambda x: np.logaddexp(x, x + 0.0)))(3.0) == pytest.approx(0.0, abs=1e-15)
    assert grad(grad(lambda x: np.logaddexp(x, 3.0)))(3.0) == pytest.approx(0.25, rel=1e-14)
    assert grad(grad(lambda x: np.hypot(x, 0.0)))(0.0) == 0.0


def test_hessian_of_prod_with_zeros():
    expected = [[0.0, 3.0, 2.0], [3.0, 0.0, 0.0], [2.0, 0.0, 0.0]]
    np.testing.assert_array_equal(hessian(np.prod)(np.array([0.0, 2.0, 3.0])), expected)
    expected = [[0.0, 0.0, 2.0], [0.0, 0.0, 0.0], [2.0, 0.0, 0.0]]
    np.testing.assert_array_equal(hessian(np.prod)(np.array([0.0, 2.0, 0.0])), expected)


@pytest.mark.parametrize("x", [0.0, 1e-9, 1e-5, 0.3, 0.999, 1.001, 2.0, -0.7, 5.3])
def test_all_derivatives_of_sinc_are_exact(x):
    found = jet(np.sinc, x, 1.0, 6)
    with mpmath.workdps(40):
        exact = [mpmath.diff(lambda t: mpmath.sincpi(t), x, k) for k in range(7)]
    np.testing.assert_allclose(found, [float(d) for d in exact], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("x", [0.0, -0.3, 4.0, 60.0, 650.0])
def test_derivatives_of_i0_are_exact(x):
    with mpmath.workdps(30):
        exact = [float(mpmath.diff(lambda t: mpmath.besseli(0, t), x, k)) for k in range(4)]
    np.testing.assert_allclose(jet(np.i0, x, 1.0, 3), exact, rtol=1e-11, atol=1e-15)


# Keywords ----------------------------------------------------------------------------------------

X = np.array([[1.0, 2.0, 4.0], [0.5, -1.0, 3.0]])

#: Calls with a keyword that a rule does not honour, and the keyword.
REFUSED_KEYWORDS = [
    (lambda x: np.sum(x, initial=1.0), "initial"),
    (lambda x: np.sum(x, dtype=np.float32), "dtype"),
    (lambda x: np.max(x, initial=1.0), "initial"),
    (lambda x: np.max(x, where=[True, False, True]), "where"),
    (lambda x: np.prod(x, initial=2.0), "initial"),
    (lambda x: np.mean(x, dtype=np.float32), "dtype"),
    (lambda x: np.var(x, mean=np.zeros((1, 1))), "mean"),
    (lambda x: np.std(x, dtype=np.float32), "dtype"),
    (lambda x: np.sin(x, where=np.array([True, False, True])), "where"),
    (lambda x: np.exp(x, dtype=np.float32), "dtype"),
    (lambda x: np.cumsum(x, dtype=np.float32), "dtype"),
    (lambda x: np.cumsum(x, out=np.zeros(6)), "out"),
    (lambda x: np.concatenate([x, x], dtype=np.float32), "dtype"),
    (lambda x: np.sort(x, order="name"), "order"),
    (lambda x: np.median(x, overwrite_input=True), "overwrite_input"),
    (lambda x: np.quantile(x, 0.5, weights=np.ones((2, 3)), method="inverted_cdf"), "weights"),
    (lambda x: np.interp(x, [0.0, 1.0], [0.0, 1.0], period=1.0), "period"),
    (lambda x: np.full_like(x, 1.0, dtype=int), "dtype"),
    (lambda x: np.linspace(x, 1.0, 3, dtype=int), "dtype"),
    (lambda x: np.cov(x, dtype=np.float32), "dtype"),
    (lambda x: np.take(x, [0], out=np.zeros(1)), "out"),
    (lambda x: np.add.reduce(x, initial=1.0), "initial"),
    (lambda x: np.maximum.accumulate(x, dtype=np.float32), "dtype"),
    (lambda x: np.multiply.outer(x, x, dtype=np.float32), "dtype"),
    (lambda x: np.nansum(x, where=True), "where"),
]


@pytest.mark.parametrize(("f", "keyword"), REFUSED_KEYWORDS)
def test_other_keywords_are_refused_by_name(f, keyword):
    with pytest.raises(TypeError, match=f"keyword '{keyword}' is not supported"):
        jvp(f, (X,), (X,))


def test_modes_and_methods_without_a_rule_are_refused_by_name():
    for f, words in (
        (lambda x: np.pad(x, 1, "empty"), "numpy.pad: mode='empty'"),
        (lambda x: np.pad(x, 1, "reflect", reflect_type="odd"), "reflect_type='odd'"),
        (lambda x: np.pad(x, 1, lambda *_: None), "numpy.pad: mode=<function"),
        (lambda x: np.quantile(x, 0.5, method="inverted_cdf"), "method='inverted_cdf'"),
    ):
        with pytest.raises(NotImplementedError, match=words):
            jvp(f, (X,), (X,))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.prod(x, axis=2),
        lambda x: np.median(x, axis=2),
        lambda x: np.cumprod(x, axis=2),
        lambda x: np.cumsum(x, axis=-3),
        lambda x: np.sort(x, axis=2),
        lambda x: np.moveaxis(x, 0, 2),
        lambda x: np.swapaxes(x, 0, 2),
        lambda x: np.take(x, 0, axis=2),
        lambda x: np.diff(x, axis=2),
        lambda x: np.gradient(x, axis=2),
        lambda x: np.split(x, 1, axis=2),
        lambda x: np.array_split(x, 1, axis=2),
        lambda x: np.take_along_axis(x, np.zeros((2, 3), int), 2),
        lambda x: np.logaddexp.reduce(x, axis=2),
        lambda x: np.add.accumulate(x, axis=2),
        lambda x: np.average(x, axis=2),
        lambda x: np.flip(x, 2),
    ],
)
def test_an_axis_that_is_not_there_is_numpys_error(f):
    with pytest.raises(np.exceptions.AxisError, match="out of bounds"):
        jvp(f, (X,), (X,))


FIRST, SECOND = np.array([True, False]), np.array([False, True])


@pytest.mark.parametrize("default", [3.0, np.array([3.0, 4.0])], ids=["number", "array"])
@pytest.mark.parametrize("conditions", [[FIRST, SECOND], [FIRST], [SECOND]], ids=len)
def test_a_default_of_select_may_be_all_that_is_traced(conditions, default):
    """NumPy does not ask the default what to do, and makes an array of Python objects."""

    def f(default):
        return np.select(conditions, [np.ones(2)] * len(conditions), default)

    used = 1.0 - np.any(conditions, axis=0)
    value, tangent = jvp(f, (default,), (np.ones_like(default),))
    np.testing.assert_array_equal(value, f(default))
    np.testing.assert_array_equal(tangent, used)
    np.testing.assert_array_equal(jacrev(f)(default), np.diag(used) if np.ndim(default) else used)


def test_other_errors_are_numpys():
    for f, error in (
        (lambda x: np.split(x, 2, axis=1), ValueError),
        (lambda x: np.quantile(x, 1.5), ValueError),
        (lambda x: np.percentile(x, 150), ValueError),
        (lambda x: np.average(x, weights=[1.0, 2.0]), TypeError),
        (lambda x: np.average(x, axis=1, weights=[1.0, 2.0]), ValueError),
        (lambda x: np.average(x, axis=1, weights=[0.0, 0.0, 0.0]), ZeroDivisionError),
        (lambda x: np.gradient(x, 1.0, 1.0, 1.0), TypeError),
        (lambda x: np.gradient(x, edge_order=3), ValueError),
        (lambda x: np.gradient(x[:1], axis=0), ValueError),
        (lambda x: np.gradient(x, [0.0, 1.0, 2.0], axis=0), ValueError),
        (lambda x: np.diff(x, n=-1), ValueError),
        (lambda x: np.cumulative_sum(x), ValueError),
        (lambda x: np.hypot.reduce(np.zeros((0, 3)) * x[0, 0], axis=None) + x[9], IndexError),
        (lambda x: np.take(x, 7), IndexError),
        (lambda x: np.select([x > 0], [x, x]), ValueError),
    ):
        with pytest.raises(error):
            jvp(f, (X,), (X,))


# Precision ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        *(np.prod, np.var, np.std, np.median, np.ptp, np.nanmean, np.average, np.cumprod, np.sinc),
        *(lambda x: np.hypot(x, 1.0), lambda x: np.logaddexp(x, 1.0), np.i0, np.diff, np.gradient),
        *(lambda x: np.pad(x, 1), lambda x: np.quantile(x, 0.3), lambda x: np.linspace(x, 1.0, 3)),
        *(lambda x: np.power(x, 3), lambda x: x**0.5, lambda x: np.clip(x, 0.7, 3)),
    ],
)
def test_float32_stays_float32(f):
    x = np.array([1.0, 2.0, 3.5], np.float32)
    y, y_dot = jvp(f, (x,), (x,))
    assert y.dtype == y_dot.dtype == np.float32
    assert jacrev(f)(x).dtype == np.float32


def test_float_power_computes_in_float64():
    x = np.array([1.0, 2.0], np.float32)
    assert jvp(lambda x: np.float_power(x, 2), (x,), (x,))[1].dtype == np.float64
    assert grad(lambda x: np.sum(np.float_power(x, 2)))(x).dtype == np.float32


# Methods -----------------------------------------------------------------------------------------


def test_methods_mean_the_same_as_functions():
    for f in (
        lambda x: x.prod(axis=1),
        lambda x: x.var(0, ddof=1),
        lambda x: x.std(axis=1, keepdims=True),
        lambda x: x.cumsum(1),
        lambda x: x.cumprod(axis=0),
        lambda x: x.diagonal(1),
        lambda x: x.take([0, 2], axis=1),
        lambda x: x.repeat(2, 0),
        lambda x: x.swapaxes(0, 1),
        lambda x: x.compress([True, False, True], 1),
        lambda x: x.clip(0.6, 3.5),
        lambda x: divmod(x, 0.7)[1],
        lambda x: divmod(7.1, x)[1],
        lambda x: x[x.nonzero()],
        lambda x: x[0] * round(x[0, 1] * 1.3, 1),
        lambda x: x.ravel()[x.ravel().argpartition(2)],
        lambda x: x * np.array([0.5, 1.0]).searchsorted(2.5) + x[0].searchsorted([3.0]),
    ):
        check_grads(f, (X,))
        np.testing.assert_allclose(jvp(f, (X,), (X,))[0], f(X), rtol=1e-14)


def test_attributes_that_describe_an_array():
    def f(x):
        assert (x.itemsize, x.nbytes, x.strides, x.device) == (8, 48, X.strides, "cpu")
        return np.sum(x)

    grad(f)(X)


def test_arrays_passed_by_keyword():
    for f in (
        lambda x: np.append(arr=x, values=x),
        lambda x: np.append(np.ones(2), values=x),
        lambda x: np.prod(a=x),
        lambda x: np.average(np.ones((2, 3)), weights=x**2),
        lambda x: np.interp(np.array([0.5]), xp=[0.0, 1.0, 2.0], fp=x[0]),
        lambda x: np.trapezoid(y=x, x=[0.0, 1.0, 3.0]),
        lambda x: np.diff(np.ones((2, 2)), append=x),
        lambda x: np.linspace(start=x, stop=1.0, num=3),
        lambda x: np.linspace(0.0, stop=x, num=3),
        lambda x: np.insert(np.ones(3), 1, values=x[0]),
        lambda x: np.choose(np.array([0, 1, 0]), choices=list(x)),
        lambda x: np.polyval(p=[1.0, 2.0, 3.0], x=x),
        lambda x: np.quantile(np.arange(9.0), q=0.3 + 0.01 * x),
        lambda x: np.bincount(np.array([0, 1, 0]), weights=x[0]),
        lambda x: np.cov(m=x[0], y=x[1]),
    ):
        check_grads(f, (X,))


def test_aliases_are_supported():
    x = np.array([0.3, 0.6])
    for alias, name in (
        ("concat", "concatenate"),
        ("pow", "power"),
        ("atan2", "arctan2"),
        ("asin", "arcsin"),
        ("permute_dims", "transpose"),
        ("amax", "max"),
    ):
        assert f"numpy.{name}" in supported_functions()
        args = ([x, x],) if alias == "concat" else (x, x) if alias in ("pow", "atan2") else (x,)
        check_grads(getattr(np, alias), args)
