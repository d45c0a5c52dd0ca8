"""Taylor mode against mpmath, against nested first derivatives, inside other transformations."""

from __future__ import annotations

import gc
import math
import time
import weakref

import mpmath
import numpy as np
import pytest

from course_lib import checkpoint, grad, hessian, jacfwd, jet, jvp, primitive, taylor
from course_lib.autodiff import trees
from tests.autodiff.all_cases import CASES

mpmath.mp.dps = 50

#: NumPy's function, the same in mpmath, and a point inside its domain.
ANALYTIC = {
    "sin": (np.sin, mpmath.sin, 0.7),
    "cos": (np.cos, mpmath.cos, 0.7),
    "tan": (np.tan, mpmath.tan, 0.7),
    "sinh": (np.sinh, mpmath.sinh, 0.7),
    "tanh": (np.tanh, mpmath.tanh, 0.7),
    "arcsin": (np.arcsin, mpmath.asin, 0.3),
    "arctan": (np.arctan, mpmath.atan, 0.7),
    "arcsinh": (np.arcsinh, mpmath.asinh, 0.7),
    "arccosh": (np.arccosh, mpmath.acosh, 1.7),
    "arctanh": (np.arctanh, mpmath.atanh, 0.3),
    "exp": (np.exp, mpmath.exp, 0.7),
    "log": (np.log, mpmath.log, 0.7),
    "log1p": (np.log1p, lambda x: mpmath.log(1 + x), 0.7),
    "sqrt": (np.sqrt, mpmath.sqrt, 0.7),
    "power": (lambda x: x**2.5, lambda x: x**2.5, 0.7),
    "polynomial": (lambda x: x**7 - 3 * x**2, lambda x: x**7 - 3 * x**2, 0.3),
    "x to the x": (lambda x: x**x, lambda x: x**x, 0.7),
    "quotient": (lambda x: np.sin(x) / (1 + x * x), lambda x: mpmath.sin(x) / (1 + x * x), 0.7),
    "composition": (
        lambda x: np.exp(np.sin(x) * np.log(1 + x**2)),
        lambda x: mpmath.exp(mpmath.sin(x) * mpmath.log(1 + x**2)),
        0.7,
    ),
}


@pytest.mark.parametrize("name", ANALYTIC)
def test_coefficients_to_order_20(name):
    f, exact, x = ANALYTIC[name]
    expected = [float(c) for c in mpmath.taylor(exact, mpmath.mpf(x), 20)]
    # Rounding grows with the order where large terms cancel (tanh); the scale is the sum of sizes.
    np.testing.assert_allclose(taylor(f, x, 1.0, 20), expected, rtol=1e-11, atol=1e-15)


def test_keywords_are_part_of_what_a_rule_has_computed():
    """Inside a rule, the same function of the same argument is computed once: not by two axes."""

    def rows_and_columns(x):
        return np.sum(x**2, axis=0) @ [1.0, 2.0] + np.sum(x**2, axis=1) @ [3.0, 5.0]

    x, v = np.ones((2, 2)), np.array([[1.0, 2.0], [3.0, 4.0]])
    own = primitive(rows_and_columns, jvp=lambda t, y, x: jvp(rows_and_columns, (x,), t)[1])
    for f in (rows_and_columns, checkpoint(rows_and_columns), own):
        np.testing.assert_allclose(jet(f, x, v, 2), [22.0, 120.0, 380.0])


def test_the_two_zeros_are_two_numbers_in_a_rule():
    def rule(tangents, y, x):
        return tangents[0] * (np.arctan2(0.0, x) + 3 * np.arctan2(-0.0, x))

    f = primitive(lambda x: x, jvp=rule)
    assert jet(f, -2.0, 1.0, 1)[1] == jvp(f, (-2.0,), (1.0,))[1]
    again = checkpoint(lambda x: np.arctan2(0.0, x) + 3 * np.arctan2(-0.0, x))
    assert jet(again, -2.0, 1.0, 1)[0] == -2 * np.pi


def test_no_memory_is_kept():
    kept = []

    def f(x):
        y = np.exp(np.sin(x)) / np.sqrt(x)
        kept.append(weakref.ref(y.primal))
        return y * np.prod(np.tanh(x))

    gc.disable()
    try:
        jet(f, np.ones(3), np.ones(3), 3)
        assert kept[0]() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_jets_equal_nested_first_derivatives(case):
    rng = np.random.default_rng(3)
    primals = tuple(case.values())
    direction = trees.map_leaves(lambda x: np.asarray(rng.normal(size=np.shape(x)))[()], primals)

    def along_line(t):
        moved = trees.flatten(primals)
        steps = trees.flatten(direction)[0]
        return case.of(*moved[1].build([x + t * d for x, d in zip(moved[0], steps, strict=True)]))

    nested = [along_line]
    for _ in range(3):
        nested.append(lambda t, f=nested[-1]: jvp(f, (t,), (1.0,))[1])
    found = jet(lambda args: case.of(*args), primals, direction, order=3)
    for derivative, f in zip(found, nested, strict=True):
        pairs = zip(trees.flatten(derivative)[0], trees.flatten(f(0.0))[0], strict=True)
        for a, b in pairs:
            np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-9)


def test_coefficients_are_derivatives_over_factorials():
    derivatives, coefficients = jet(np.exp, 0.3, 2.0, 6), taylor(np.exp, 0.3, 2.0, 6)
    for k, (d, c) in enumerate(zip(derivatives, coefficients, strict=True)):
        assert d == pytest.approx(c * math.factorial(k), rel=1e-14)


def test_polynomials_end():
    assert jet(lambda x: x**3, 2.0, 1.0, 5) == [8.0, 12.0, 12.0, 6.0, 0.0, 0.0]


def test_direction_in_many_variables():
    f = lambda x: x[0] ** 2 * x[1] + np.sum(np.sin(x))  # noqa: E731
    x, v = np.array([0.4, -1.1]), np.array([1.0, 2.0])
    found = jet(f, x, v, 2)
    assert found[1] == pytest.approx(grad(f)(x) @ v, rel=1e-14)
    assert found[2] == pytest.approx(v @ hessian(f)(x) @ v, rel=1e-14)


def test_containers_in_and_out():
    def f(network):
        y = np.tanh(network["W"] @ np.ones(2) + network["b"])
        return {"y": y, "sum": np.sum(y), "fixed": 3.0}

    network = {"W": np.eye(2), "b": np.zeros(2)}
    result = jet(f, network, network, 2)
    assert [level.keys() for level in result] == [{"y", "sum", "fixed"}.__class__(result[0])] * 3
    assert result[2]["sum"] == pytest.approx(np.sum(result[2]["y"]))
    assert result[2]["fixed"] == 0


def test_kinks_and_edges():
    assert jet(lambda x: x**2.0, 0.0, 1.0, 3) == [0.0, 0.0, 2.0, 0.0]
    np.testing.assert_array_equal(jet(np.abs, np.array([-2.0, 3.0]), np.ones(2), 2)[1], [-1, 1])
    assert jet(lambda x: np.maximum(x, 0.0), 0.0, 1.0, 1)[1] == 0.5


def test_dtype_and_shape_are_kept():
    for level in taylor(
        lambda x: np.sum(np.exp(x), axis=0) / 3,
        np.ones((2, 3), np.float32),
        np.ones((2, 3), np.float32),
        4,
    ):
        assert level.dtype == np.float32
        assert level.shape == (3,)


def test_composes_with_the_other_modes():
    assert grad(lambda x: jet(np.sin, x, 1.0, 3)[3])(0.5) == pytest.approx(np.sin(0.5))
    assert jet(grad(np.sin), 0.5, 1.0, 2)[2] == pytest.approx(-np.cos(0.5))
    assert jvp(lambda x: taylor(np.exp, x, 1.0, 2)[2], (0.3,), (1.0,))[1] == pytest.approx(
        np.exp(0.3) / 2
    )
    nested = jet(lambda x: jet(lambda y: np.exp(x * y), 0.5, 1.0, 2)[2], 0.3, 1.0, 1)
    assert nested[1] == pytest.approx((2 * 0.3 + 0.3**2 * 0.5) * np.exp(0.15))
    outer = jacfwd(lambda x: np.stack(jet(lambda y: y**3 * x, x, 1.0, 2)))(2.0)
    np.testing.assert_allclose(outer, [4 * 2.0**3, 3 * 3 * 2.0**2, 6 * 2 * 2.0])


def test_perturbations_are_not_confused():
    assert jet(lambda x: x * jet(lambda y: x + y, 1.0, 1.0, 1)[1], 1.0, 1.0, 1) == [1.0, 1.0]


def test_cost_is_polynomial_where_nesting_is_exponential():
    """Count calls of NumPy functions, not seconds."""
    calls = {
        order: _calls(lambda order=order: taylor(np.tanh, 0.3, 1.0, order)) for order in (8, 16)
    }
    assert calls[16] < 8 * calls[8]  # at most cubic

    def nested(order):
        f = np.tanh
        for _ in range(order):
            f = lambda t, f=f: jvp(f, (t,), (1.0,))[1]  # noqa: E731
        return f(0.3)

    nested_calls = {order: _calls(lambda order=order: nested(order)) for order in (4, 8)}
    assert nested_calls[8] > 8 * nested_calls[4]  # at least 2**3 for twice the order
    assert calls[8] < nested_calls[8]


def _calls(run):
    """How many primitives are computed on plain values."""
    from course_lib.autodiff.primitives import Primitive
    from course_lib.autodiff.trace import innermost_trace

    count = 0
    original = Primitive.__call__

    def counting(self, *args, **kwargs):
        nonlocal count
        count += innermost_trace(args) is None
        return original(self, *args, **kwargs)

    Primitive.__call__ = counting
    try:
        run()
    finally:
        Primitive.__call__ = original
    return count


def test_order_100_needs_no_deep_recursion():
    start = time.perf_counter()
    coefficients = taylor(lambda x: np.sin(x) / (1 + np.exp(x)), 0.3, 1.0, 100)
    assert np.isfinite(coefficients).all()
    assert time.perf_counter() - start < 20  # a runaway cost would take for ever


@pytest.mark.parametrize("p", [0.5, -1.5, -3, 77, 2.5])
def test_powers_to_high_order(p):
    coefficients = taylor(lambda x: (1 + x * x) ** p, 0.3, 1.0, 160)
    expected = mpmath.taylor(lambda x: (1 + x * x) ** mpmath.mpf(p), mpmath.mpf(0.3), 60)
    np.testing.assert_allclose(coefficients[:61], [float(c) for c in expected], rtol=1e-9)


def test_powers_of_arrays_with_a_zero():
    x, ones = np.array([0.0, 2.0]), np.ones(2)
    for p in (2.5, np.array([3.5, 1.5])):
        np.testing.assert_allclose(
            jet(lambda x, p=p: x**p, x, ones, 2),
            [x**p, p * x ** (p - 1), p * (p - 1) * x ** (p - 2)],
        )


@pytest.mark.parametrize("order", [-1, 1.5, True, None])
def test_order_must_be_a_whole_number(order):
    with pytest.raises(ValueError, match="taylor: order must be a whole number, 0 or more, found"):
        taylor(np.sin, 1.0, 1.0, order)
    with pytest.raises(ValueError, match="jet: order must be a whole number, 0 or more, found"):
        jet(np.sin, 1.0, 1.0, order)
    assert len(jet(np.sin, 1.0, 1.0, np.int64(2))) == 3


def test_high_derivatives_overflow():
    with pytest.raises(
        ValueError, match=r"jet: derivatives of order 171 overflow.*course_lib.taylor"
    ):
        jet(np.sin, 1.0, 1.0, 171)


def test_direction_must_fit():
    with pytest.raises(ValueError, match=r"jet: direction.* must have shape \(2,\), found \(3,\)"):
        jet(np.sin, np.ones(2), np.ones(3), 1)
