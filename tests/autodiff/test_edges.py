"""What derivatives mean at kinks, poles, ties, and on unusual arrays: one row for each case."""

from __future__ import annotations

import math

import numpy as np
import pytest

from course_lib import check_grads, grad, hessian, jacfwd, jacrev, jvp, value_and_grad, vjp

NAN, INF = math.nan, math.inf
ZERO = np.zeros(3)

#: name, function of one argument, argument, derivative (number, or gradient of a scalar function)
EDGES = [
    # ties are shared
    ("maximum(x, 0) at 0", lambda x: np.maximum(x, 0), 0.0, 0.5),
    ("maximum(0, x) at 0", lambda x: np.maximum(0, x), 0.0, 0.5),
    ("minimum(x, 0) at 0", lambda x: np.minimum(x, 0), 0.0, 0.5),
    ("maximum(x, x)", lambda x: np.maximum(x, x), 2.0, 1.0),
    ("max with two ties", np.max, np.array([2.0, 1.0, 2.0]), [0.5, 0.0, 0.5]),
    ("min with three ties", np.min, np.array([1.0, 1.0, 1.0]), [1 / 3] * 3),
    ("clip at the lower bound", lambda x: np.clip(x, 0, 1), 0.0, 0.5),
    ("clip at the upper bound", lambda x: np.clip(x, 0, 1), 1.0, 0.5),
    ("clip outside", lambda x: np.clip(x, 0, 1), 2.0, 0.0),
    # relu written by hand
    ("where(x>0, x, 0) at 0", lambda x: np.where(x > 0, x, 0), 0.0, 0.0),
    ("x*(x>0) at 0", lambda x: x * (x > 0), 0.0, 0.0),
    # nan stays nan
    ("maximum(nan, 1)", lambda x: np.maximum(x, 1.0), NAN, NAN),
    ("maximum(1, nan)", lambda x: np.maximum(x, NAN), 1.0, NAN),
    ("max with nan", np.max, np.array([1.0, NAN]), [NAN, NAN]),
    # kinks
    ("abs at 0", np.abs, 0.0, 0.0),
    ("abs at -0", np.abs, -0.0, 0.0),
    ("sign at 0", np.sign, 0.0, 0.0),
    ("floor at 1", np.floor, 1.0, 0.0),
    # poles
    ("sqrt at 0", np.sqrt, 0.0, INF),
    ("log at 0", np.log, 0.0, INF),
    ("1/x at 0", lambda x: 1 / x, 0.0, -INF),
    ("reciprocal at 0", np.reciprocal, 0.0, -INF),
    # norms at zero
    ("norm of the zero vector", np.linalg.norm, ZERO, [0.0] * 3),
    (
        "norm of rows, one of them zero",
        lambda x: np.sum(np.linalg.norm(x, axis=1)),
        np.array([[0.0, 0.0], [3.0, 4.0]]),
        [[0.0, 0.0], [0.6, 0.8]],
    ),
    ("norm of the zero matrix", np.linalg.norm, np.zeros((2, 2)), np.zeros((2, 2))),
    # powers
    ("x**0 at 0", lambda x: x**0, 0.0, 0.0),
    ("x**0.0 at 0", lambda x: x**0.0, 0.0, 0.0),
    ("x**array of 0 at 0", lambda x: np.sum(x ** np.zeros(2)), np.zeros(2), [0.0, 0.0]),
    ("x**1 at 0", lambda x: x**1, 0.0, 1.0),
    ("x**2 at 0", lambda x: x**2, 0.0, 0.0),
    ("x**2.0 at -3", lambda x: x**2.0, -3.0, -6.0),
    ("x**array([2.]) at -3", lambda x: np.sum(x ** np.array([2.0])), -3.0, -6.0),
    ("0**y at 2", lambda y: 0.0**y, 2.0, 0.0),
    ("0**y with 0 an array", lambda y: np.sum(np.zeros(2) ** y), 2.0, 0.0),
    ("(-2)**y at 3", lambda y: (-2.0) ** y, 3.0, NAN),
    ("x**-1 at 2", lambda x: x**-1, 2.0, -0.25),
    ("x**0.5 at 0", lambda x: x**0.5, 0.0, INF),
    ("x**x at 1", lambda x: x**x, 1.0, 1.0),
    (
        "double where",
        lambda x: np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0),
        0.0,
        0.0,
    ),
    # constants and unused arguments
    ("constant output", lambda x: 3.0, 2.0, 0.0),
    ("constant output of an array", lambda x: 3, ZERO, [0.0] * 3),
    ("piecewise constant output", lambda x: np.sum(np.sign(x)), ZERO, [0.0] * 3),
    ("identity", lambda x: x, 2.0, 1.0),
    # indices
    ("repeated indices add up", lambda x: np.sum(x[[0, 0, 1]]), ZERO, [2.0, 1.0, 0.0]),
    ("repeated index arrays", lambda x: np.sum(x[np.array([2, 2, 2])]), ZERO, [0.0, 0.0, 3.0]),
    ("boolean mask", lambda x: np.sum(x[x > 1]), np.array([1.0, 2.0, 3.0]), [0.0, 1.0, 1.0]),
    ("boolean list", lambda x: np.sum(x[[True, False, True]]), ZERO, [1.0, 0.0, 1.0]),
    # empty arrays
    ("sum of nothing", np.sum, np.zeros(0), np.zeros(0)),
    ("sum of (0, 3)", np.sum, np.zeros((0, 3)), np.zeros((0, 3))),
    (
        "matmul over nothing",
        lambda x: np.sum(x @ np.ones((0, 2))),
        np.ones((3, 0)),
        np.ones((3, 0)),
    ),
    ("mean of nothing", np.mean, np.zeros(0), np.zeros(0)),
    ("concatenate with nothing", lambda x: np.sum(np.concatenate([x, []])), ZERO, [1.0] * 3),
]


@pytest.mark.parametrize(("f", "x", "expected"), [e[1:] for e in EDGES], ids=[e[0] for e in EDGES])
def test_edge_in_both_modes(f, x, expected):
    with np.errstate(all="ignore"):
        reverse = grad(f)(x)
        forward = jacfwd(f)(x)
    for found in (reverse, forward):
        np.testing.assert_allclose(found, np.asarray(expected), rtol=1e-15)
        assert np.shape(found) == np.shape(x)


@pytest.mark.parametrize(
    ("f", "x", "order", "expected"),
    [
        (lambda x: x**2, 0.0, 3, 0.0),
        (lambda x: x**2.0, 0.0, 3, 0.0),
        (lambda x: x**3, 0.0, 3, 6.0),
        (lambda x: x**0, 0.0, 2, 0.0),
        (np.abs, 0.0, 2, 0.0),
        (lambda x: np.maximum(x, 0.0), 0.0, 2, 0.0),
        (lambda x: np.clip(x, 0.0, 1.0), 1.0, 2, 0.0),
        (lambda x: np.sum(np.power(x, [0, 1, 2, 3])), 0.0, 2, 2.0),
    ],
)
def test_higher_derivatives_at_edges(f, x, order, expected):
    for derivative in (grad, jacfwd):
        g = f
        for _ in range(order):
            g = derivative(g)
        assert g(x) == expected


def test_exponent_that_passes_through_zero():
    """(2 + x)^x: at 0 the exponent is 0, but it is no constant."""
    for second in (grad(grad(f := lambda x: (2 + x) ** x)), jacfwd(jacfwd(f)), hessian(f)):
        assert second(0.0) == pytest.approx(1 + math.log(2) ** 2, rel=1e-14)
    mixed = hessian(np.power, (0, 1))(np.array([2.0, 3.0]), np.zeros(2))[0][1]
    np.testing.assert_allclose(mixed[[0, 1], [0, 1], [0, 1]], [1 / 2, 1 / 3], rtol=1e-14)


def test_where_cannot_undo_the_nan_of_the_branch_that_it_leaves():
    with np.errstate(all="ignore"):
        assert np.isnan(grad(lambda x: np.where(x > 0, np.log(x), 0.0))(0.0))


def test_hessian_of_the_squared_norm_at_zero():
    np.testing.assert_array_equal(hessian(lambda x: np.sum(x**2))(ZERO), 2 * np.eye(3))


@pytest.mark.parametrize("f", [np.sin, np.sum, lambda x: x, lambda x: np.where(x > 0, x, 0.0)])
def test_float_in_numpy_float_out(f):
    for x, kind in ((2.0, np.float64), (np.float64(2), np.float64), (np.float32(2), np.float32)):
        value, gradient = value_and_grad(f)(x)
        assert type(value) is kind
        assert type(gradient) is kind
        assert [type(y) for y in jvp(f, (x,), (x,))] == [kind, kind]
        assert type(jacfwd(f)(x)) is type(jacrev(f)(x)) is kind


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble])
@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(x**3),
        lambda x: np.sum(2**x * 3.0),
        lambda x: np.mean(np.tanh(x) * np.ones(3)),
        lambda x: np.linalg.norm(x),
        lambda x: np.sum(x * np.arange(3)),
        lambda x: np.max(x) + 1,
    ],
)
def test_gradient_keeps_the_precision_of_its_argument(f, dtype):
    x = np.array([1.0, 2.0, 3.0], dtype)
    assert grad(f)(x).dtype == dtype
    rtol, atol = (1e-2, 1e-3) if dtype == np.float16 else (1e-5, 0)
    wide = x.astype(float)
    np.testing.assert_allclose(grad(f)(x).astype(float), grad(f)(wide), rtol=rtol, atol=atol)


def test_python_numbers_keep_float32():
    x = np.ones(3, np.float32)
    y, y_dot = jvp(lambda x: (2 * x + 1.5) ** 2 / 3 - 0.5, (x,), (x,))
    assert y.dtype == y_dot.dtype == np.float32


def test_unused_arguments_have_zero_gradients():
    unused = {"w": np.ones((2, 3), np.float32), "b": [1.0]}
    gradient = grad(lambda x, p: x * x, argnums=1)(3.0, unused)
    np.testing.assert_array_equal(gradient["w"], np.zeros((2, 3)))
    assert gradient["w"].dtype == np.float32
    assert gradient["b"] == [0.0]


def test_numbers_and_arrays_on_either_side():
    x = np.array([1.3, 2.2])
    matrix = np.array([[1.0, 2.0], [3.0, 4.0]])
    for f in (
        lambda x: np.float64(2.0) * x,
        lambda x: x * np.float64(2.0),
        lambda x: [1.0, 2.0] * x,
        lambda x: matrix @ x,
        lambda x: x @ matrix,
        lambda x: matrix.dot(x),
        lambda x: [[1.0, 2.0]] @ x,
        lambda x: np.add([1.0, 2.0], x),
        lambda x: x / [2, 3],
        lambda x: [2.0, 3.0] / x,
        lambda x: x ** [2, 3],
        lambda x: [2, 3] ** x,
        lambda x: x % [2.0, 0.7],
        lambda x: np.maximum(x, [2.0, 1.0]),
        lambda x: np.multiply([x[1], 2.0], x),
        lambda x: x / 3,
        lambda x: 1 - x,
        lambda x: 1 / x,
        lambda x: 2**x,
        lambda x: 7 % x,
        lambda x: x % 0.7,
        lambda x: (x // 0.7) * x,
    ):
        check_grads(f, (x,))
        np.testing.assert_array_equal(jvp(f, (x,), (x,))[0], f(x))


def test_arrays_passed_by_keyword():
    x = np.array([1.0, 2.0, 3.0])
    for f in (
        lambda x: np.sum(a=x**2),
        lambda x: np.max(a=x, axis=0),
        lambda x: np.sum(np.stack(arrays=[x, x], axis=1)),
        lambda x: np.sum(np.vstack(tup=[x, x])),
        lambda x: np.sum(np.clip(a=x, a_min=0.5, a_max=2.5)),
        lambda x: np.linalg.norm(x=x),
        lambda x: np.dot(a=x, b=x),
        lambda x: np.sum(np.reshape(x, shape=(3, 1))),
        lambda x: np.sum(np.broadcast_to(array=x, shape=(2, 3))),
        lambda x: np.dot(np.ones(3), b=x),
        lambda x: np.sum(x * np.isclose(np.ones(3), b=x)),
    ):
        check_grads(f, (x,))


def test_keepdims_and_axis_by_position():
    x = np.arange(6.0).reshape(2, 3)
    for f in (lambda x: np.sum(x, 0), lambda x: x.mean(1), lambda x: x.max((0, 1))):
        check_grads(f, (x,))


def test_comparisons_with_values_of_an_outer_transformation():
    def f(x):
        return grad(lambda y: y * x if y > x else x * x * y)(1.0)

    assert grad(f)(2.0) == 4.0
    assert grad(f)(0.5) == 1.0


def test_complex_numbers_on_the_way():
    assert jvp(lambda x: np.imag(np.real(1j * x) + x), (2.0,), (1.0,)) == (0.0, 0.0)
    assert grad(lambda x: np.real(1j * x * x))(2.0) == 0.0
    assert grad(lambda x: np.real((1 + 1j * x) ** 2))(2.0) == -4.0


def test_pullback_of_an_output_that_is_returned_twice():
    _, pullback = vjp(lambda x: (x, 2 * x, x, 5.0), 3.0)
    assert pullback((1.0, 10.0, 100.0, 1000.0)) == (121.0,)


def test_views_of_arrays_in_use_are_writeable_afterwards():
    """An inner recording lets go of a view while the outer one still holds its array."""
    whole = np.arange(4.0)
    view = whole[:2]

    def f(x):
        return np.sum(x * whole) + grad(lambda y: np.sum(y * view))(x) * x

    assert grad(f)(2.0) == 7.0
    view[0] = whole[3] = 5.0


@pytest.mark.parametrize("order", [1, 1.5, 2, 3, np.inf])
def test_norms_of_vectors_with_zeros(order):
    x = np.array([3.0, 0.0, -4.0])
    expected = np.linalg.norm(x, order)
    value, gradient = value_and_grad(lambda x: np.linalg.norm(x, order))(x)
    np.testing.assert_allclose(value, expected, rtol=1e-15)
    assert gradient[1] == 0.0
    np.testing.assert_allclose(gradient @ x, expected, rtol=1e-14)  # a norm is homogeneous
    np.testing.assert_array_equal(grad(lambda x: np.linalg.norm(x, order))(ZERO), ZERO)


def test_sorting_keeps_equal_elements_in_order():
    weights = np.arange(40.0)
    x = np.repeat([1.0, 0.0], 20)
    gradient = grad(lambda x: np.sum(weights * np.sort(x)))(x)
    np.testing.assert_array_equal(gradient, np.roll(weights, 20))


def test_infinite_terms_of_a_logarithmic_sum():
    second = hessian(np.logaddexp, (0, 1))(-INF, 1.0)
    assert second == ((0.0, 0.0), (0.0, 0.0))


def test_quantiles_of_what_is_not_a_number():
    with np.errstate(invalid="ignore"):
        for f in (np.median, lambda x: np.quantile(x, 0.2)):
            assert np.isnan(value_and_grad(f)(np.array([1.0, NAN, 2.0]))[0])
