"""Calls with unusual arguments: NumPy's value, and the slopes that small steps give."""

from __future__ import annotations

import array
import math

import numpy as np
import pytest
import scipy.special

from course_lib import grad, jacfwd, jacrev, jvp, numeric, special, value_and_grad

INF = math.inf
X = np.array([1.0, 2.0, 3.0])
Y = np.array([3.0, 5.0, 7.0])
MATRIX = [[4.0, 1.0, 0.5], [1.0, 3.0, 0.2], [0.5, 0.2, 5.0]]
HALF = np.float16(3)

#: Each gives a number or an array for a vector of three elements.
CALLS = {
    # indices that repeat, in all forms in which NumPy takes them
    "a tuple in an index": lambda x: x[(0, 0, 1),],
    "tuples of rows and columns": lambda x: np.outer(x, x)[(0, 0, 1), (1, 1, 2)],
    "an array.array as an index": lambda x: x[array.array("q", [2, 2, 0])],
    "a range as an index": lambda x: x[range(2)],
    "a list of truth values": lambda x: x[[True, False, True]],
    "a slice and a tuple": lambda x: np.outer(x, x)[1:, (0, 0)],
    # lists of numbers
    "percentile": lambda x: np.percentile(x, [25, 70]),
    "percentile by keyword": lambda x: np.percentile(x, q=[25, 70]),
    "nanpercentile": lambda x: np.nanpercentile(x, [25, 70]),
    "quantile": lambda x: np.quantile(x, [0.25, 0.7]),
    "linspace": lambda x: np.linspace(x, [2.0, 3.0, 7.0], 4),
    "linspace to x": lambda x: np.linspace([2.0, 3.0, 7.0], x, 4),
    "logspace": lambda x: np.logspace(x, [2.0, 3.0, 1.0], 4),
    "logspace with bases": lambda x: np.logspace(x[0], x[1], 4, base=[2.0, 3.0]),
    "geomspace": lambda x: np.geomspace(x, [2.0, 3.0, 7.0], 4),
    "float_power": lambda x: np.float_power(x, [2, 3, 0.5]),
    "float_power of a list": lambda x: np.float_power([1.5, 2, 3], x),
    "copysign": lambda x: np.copysign(x, [1.0, -1.0, 1.0]),
    "solve for b": lambda x: np.linalg.solve(MATRIX, x),
    "solve for a": lambda x: np.linalg.solve(np.diag(x), [1.0, 2.0, 4.0]),
    "lstsq": lambda x: np.linalg.lstsq(MATRIX, x)[0],
    "cross": lambda x: np.cross(x, [1.0, 2.0, 4.0]),
    "cross of a list": lambda x: np.cross([1.0, 2.0, 4.0], x),
    "weights of cov": lambda x: np.cov(x, fweights=[1, 2, 3], aweights=[1.0, 2.0, 0.5]),
    "convolve": lambda x: np.convolve([1.0, 2.0], x),
    "convolve with a number": lambda x: np.convolve(x, np.array(2.0)),
    # numbers of other kinds
    "remainder by x at whole quotients": lambda x: np.remainder(x * 7.1, x * 0.3),
    "unsigned exponents": lambda x: x ** np.array([0, 1, 2], np.uint8),
    "unsigned exponents of large numbers": lambda x: (1e3 * x) ** np.array([0, 0, 1], np.uint8),
    "an unsigned exponent": lambda x: x ** np.uint8(2),
    "the smallest exponent": lambda x: (1 + x / 1e3) ** np.int8(-128),
    "truth values as exponents": lambda x: x ** np.array([True, False, True]),
    "an exponent that depends on x": lambda x: x ** np.floor(x) + x**x,
    "a narrow base": lambda x: np.uint8(3) ** x,
    "narrow bases": lambda x: np.array([2, 3, 5], np.int16) ** x,
    "a narrow divisor": lambda x: x / HALF,
    "narrow divisors": lambda x: x / np.array([3, 7, 9], np.float16),
    "division of and by narrow numbers": lambda x: np.float32(0.1) / x + x / np.int8(3),
    "unwrap by a period that varies": lambda x: np.unwrap(x * np.array([0, 4, 9]), period=x[0]),
    # keywords that change nothing
    "a dtype that is there": lambda x: (
        np.sum(x * np.exp(x, dtype=float), dtype=float) + x.mean(dtype=np.float64)
    ),
    "sums with a dtype": lambda x: x.cumsum(dtype=float) * np.add(x, Y, dtype=float),
    "a copy, and none": lambda x: x.reshape(3, 1, copy=True) * x.astype(float, copy=False),
    "transposes of a stack": lambda x: np.multiply.outer(x, np.ones((2, 3))).mT * x[:2],
    # statistics
    "average": lambda x: np.average(np.outer(x, Y), axis=1, returned=True)[0],
    "average, and how many": lambda x: x * np.average(np.outer(x, Y), axis=1, returned=True)[1],
    "gradient of complex numbers": lambda x: np.abs(np.gradient(np.fft.fft(x))) ** 2,
    "interp of complex numbers": lambda x: np.abs(np.interp(1.3, Y - 3, x * (1 + 2j))) ** 2,
    "interp of a list": lambda x: np.interp([0.3, 2.2], [0.0, 1.0, 3.0], x),
    "interp beside infinite values": lambda x: np.interp(x / 2, [0.5, 1, 1.5], [1.0, 5.0, 2.0]),
    "irfft to one number": lambda x: np.fft.irfft(x * (1 + 2j), 1),
    "irfft to two numbers": lambda x: np.fft.irfft(x * (1 + 2j), 2),
    "irfft to three numbers": lambda x: np.fft.irfft(x * (1 + 2j), 3),
    "hypot.reduce of one": lambda x: np.hypot.reduce(-x[:1]),
    "hypot.reduce of columns of one": lambda x: np.hypot.reduce(-x[None]),
    "logaddexp.reduce of one": lambda x: np.logaddexp.reduce(x[:1]),
    "hypot.accumulate": lambda x: np.hypot.accumulate(-x),
    # shapes
    "einsum with an axis to stretch": lambda x: np.einsum("ij,ij->i", x[None], np.ones((2, 1))),
    "einsum with axes to stretch": lambda x: np.einsum("ij,ij->ij", x[None], Y[:, None]),
    "tril of a vector": lambda x: np.tril(x, 1) * np.arange(9.0).reshape(3, 3),
    "triu of a vector": lambda x: np.triu(x) * np.arange(9.0).reshape(3, 3),
    "order F by position": lambda x: np.ravel(np.outer(x, Y), "F") * np.arange(9.0),
    "order F by keyword": lambda x: np.reshape(np.outer(x, Y), 9, order="F") * np.arange(9.0),
    "ufuncs of an array of objects": lambda x: np.arctan2(np.array([x[0], x[1]]), 2.0),
    "numbers that are added up": lambda x: sum_in_place(x),
}


def sum_in_place(x):
    total = 0.0
    for number in x:
        total += number**2
        total *= 2
    return total


@pytest.mark.parametrize("f", CALLS.values(), ids=CALLS)
def test_value_and_slopes(f):
    point = X + np.array([0.21, 0.13, 0.37])
    expected = numeric.central_difference(lambda x: plain(f(x)), point)
    for derivative in (jacfwd, jacrev):
        np.testing.assert_allclose(derivative(f)(point), expected, rtol=1e-7, atol=1e-7)
    value = jvp(f, (point,), (point,))[0]
    np.testing.assert_allclose(value, plain(f(point)), rtol=1e-13)


def plain(y):
    """The numbers, of an array of objects too."""
    return np.asarray(y, float)[()]


@pytest.mark.parametrize("f", [np.median, np.nanmedian])
@pytest.mark.parametrize(
    ("x", "slopes"),
    [
        ([1.0, 2.0, INF], [0.0, 1.0, 0.0]),
        ([-INF, 2.0, INF], [0.0, 1.0, 0.0]),
        ([1.0, INF, INF, INF], [0.0, 0.5, 0.5, 0.0]),
        ([INF, INF], [0.5, 0.5]),
        ([1.0, INF], [0.5, 0.5]),
        ([-INF, -INF, 2.0], [0.0, 1.0, 0.0]),
    ],
)
def test_medians_of_infinite_numbers(f, x, slopes):
    value, gradient = value_and_grad(f)(np.array(x))
    assert value == f(np.array(x))
    np.testing.assert_array_equal(gradient, slopes)
    np.testing.assert_array_equal(jacfwd(f)(np.array(x)), slopes)


@pytest.mark.parametrize("f", [np.mean, np.average])
def test_means_of_many_numbers_in_half_precision(f):
    x = np.full(1000, 100, np.float16)
    value, gradient = value_and_grad(f)(x)
    assert value == f(x) == 100
    assert value.dtype == gradient.dtype == np.float16
    np.testing.assert_array_equal(gradient, np.full(1000, 1e-3, np.float16))


@pytest.mark.parametrize("fp", [[0.0, INF, 1.0], [0.0, 2.0, -INF], [INF, 1.0, 2.0]])
def test_lines_between_infinite_values(fp):
    x, xp, fp = np.linspace(-0.5, 2.5, 13), np.arange(3.0), np.array(fp)
    with np.errstate(invalid="ignore"):
        value, tangent = jvp(lambda x: np.interp(x, xp, fp), (x,), (np.ones(13),))
        gradient = grad(lambda x: np.sum(np.interp(x, xp, fp)[2::4]))(x)
    np.testing.assert_array_equal(value, np.interp(x, xp, fp))
    at_points = np.isfinite(value) & np.isin(x, xp)
    np.testing.assert_array_equal(tangent[at_points], gradient[at_points])


def test_slope_of_a_line_where_nobody_knows():
    f = lambda x: np.interp(x, [0.0, 1.0], [0.0, 1.0])  # noqa: E731
    assert math.isnan(grad(f)(math.nan))
    assert math.isnan(jacfwd(f)(math.nan))


@pytest.mark.filterwarnings("ignore:Degrees of freedom:RuntimeWarning")
def test_covariance_without_freedom():
    with np.errstate(divide="ignore"):
        assert jvp(lambda x: np.cov(x, ddof=5), (X,), (X,))[0] == np.cov(X, ddof=5) == INF


@pytest.mark.parametrize("divisor", [0.1, 0.3, 0.7, -0.1])
@pytest.mark.parametrize("f", [np.remainder, np.fmod])
def test_whole_quotients_by_the_value_that_was_computed(f, divisor):
    """In floating point 1.0 is nine times 0.1 and a rest of nearly 0.1: so says the value."""
    for a in (1.0, 2.1, 3.0, -1.0, -2.1):
        quotient = round((a - f(a, divisor)) / divisor)
        for derivative in (grad, jacfwd):
            assert derivative(lambda b, a=a: f(a, b))(divisor) == -quotient


@pytest.mark.parametrize("order", ["nuc", 2, -2])
def test_norms_by_singular_values_have_slope_zero_at_zero(order):
    f = lambda a: np.linalg.norm(a, order)  # noqa: E731
    np.testing.assert_array_equal(grad(f)(np.zeros((2, 2))), np.zeros((2, 2)))
    np.testing.assert_array_equal(jacfwd(f)(np.zeros((2, 3))), np.zeros((2, 3)))


def test_functions_of_integers_need_no_float():
    whole = [1, 2, 3]
    np.testing.assert_allclose(special.softmax(whole), scipy.special.softmax(whole), rtol=1e-15)
    np.testing.assert_allclose(special.logsumexp(whole), scipy.special.logsumexp(whole), rtol=1e-15)


def test_a_power_modulo_a_number_is_refused_as_for_floats():
    with pytest.raises(TypeError, match="unsupported operand"):
        grad(lambda x: pow(x, 2, 3))(2.0)


@pytest.mark.parametrize("join", [np.stack, np.concatenate])
def test_joining_many_arrays_takes_linear_time(join):
    """Where a part begins is not found by adding up all those before it, for each anew."""
    asked = []

    class Counted(tuple):
        __slots__ = ()

        def __getitem__(self, axis):
            asked.append(axis)
            return tuple.__getitem__(self, axis)

    def count(n, monkeypatch):
        asked.clear()
        monkeypatch.setattr(np, "shape", lambda a, shape=np.shape: Counted(shape(a)))
        grad(lambda x: np.sum(join([x[i : i + 1] for i in range(n)])))(np.ones(n))
        monkeypatch.undo()
        return len(asked)

    with pytest.MonkeyPatch.context() as patch:
        assert count(200, patch) < 2.5 * count(100, patch)
