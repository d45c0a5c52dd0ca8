"""What the transformations promise: nesting, containers, arguments, published numbers, size."""

from __future__ import annotations

import collections
import subprocess
import sys
from typing import NamedTuple

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from course_lib import (
    check_grads,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacrev,
    jvp,
    numeric,
    stop_gradient,
    value_and_grad,
    vjp,
)
from course_lib.autodiff.reverse import ReverseTrace


def derivative_forward(f):
    return lambda x: jvp(f, (x,), (1.0,))[1]


DERIVATIVES = [grad, derivative_forward, jacfwd, jacrev]
X = np.array([0.3, -1.2, 2.0])


class Layer(NamedTuple):
    """A container with names."""

    w: object
    b: object


def rosenbrock(x):
    return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2


def assert_same(found, expected, rtol=1e-12):
    """Compare nested containers, their types included."""
    assert type(found) is type(expected)
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        found, expected = list(found.values()), list(expected.values())
    if isinstance(expected, list | tuple):
        assert len(found) == len(expected)
        for a, b in zip(found, expected, strict=True):
            assert_same(a, b, rtol)
    else:
        assert np.shape(found) == np.shape(expected)
        np.testing.assert_allclose(found, expected, rtol=rtol, atol=1e-14)


# Nesting


@pytest.mark.parametrize("outer", DERIVATIVES)
@pytest.mark.parametrize("inner", DERIVATIVES)
class TestNesting:
    def test_no_perturbation_confusion(self, outer, inner):
        """Siskind and Pearlmutter (2005): d/dx [x · d/dy (x + y)] is 1, untagged duals give 2."""
        assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(1.0) == 1.0

    def test_inner_derivative_of_a_product_of_both(self, outer, inner):
        assert outer(lambda x: inner(lambda y: x * x * y * y)(3.0))(2.0) == 4 * 2 * 3

    def test_inner_derivative_at_the_outer_value(self, outer, inner):
        assert outer(lambda x: inner(lambda y: x * y**2)(x))(3.0) == 12.0

    def test_a_closure_that_is_differentiated_later(self, outer, inner):
        def f(x):
            g = inner(lambda y: np.sin(x * y))
            return g(2.0) + g(x)

        expected = numeric.central_difference(lambda x: x * np.cos(2 * x) + x * np.cos(x * x), 0.7)
        np.testing.assert_allclose(outer(f)(0.7), expected, rtol=1e-8)

    def test_second_derivative(self, outer, inner):
        np.testing.assert_allclose(outer(inner(np.tanh))(0.3), numeric_second(np.tanh, 0.3), 1e-6)

    def test_inner_function_that_ignores_its_own_argument(self, outer, inner):
        assert outer(lambda x: inner(lambda y: x * x)(1.0) + x)(3.0) == 1.0


def numeric_second(f, x, h=1e-4):
    return (f(x + h) - 2 * f(x) + f(x - h)) / h**2


@pytest.mark.parametrize("first", DERIVATIVES)
@pytest.mark.parametrize("third", DERIVATIVES)
def test_third_derivatives(first, third):
    for second in (grad, jacfwd):
        x = 0.4
        np.testing.assert_allclose(third(second(first(np.sin)))(x), -np.cos(x), rtol=1e-14)
        np.testing.assert_allclose(third(second(first(lambda x: x**5)))(x), 60 * x**2, rtol=1e-14)


def test_sixth_derivative():
    f = np.exp
    for _ in range(3):
        f = grad(derivative_forward(f))
    np.testing.assert_allclose(f(0.5), np.exp(0.5), rtol=1e-14)


def test_a_gradient_step_can_be_differentiated():
    """Through ten steps of descent on (x - a)², the end depends on the start by 0.8 ** 10."""

    def end(start):
        x = start
        for _ in range(10):
            x = x - 0.1 * grad(lambda x: (x - 5.0) ** 2)(x)
        return x

    for derivative in DERIVATIVES:
        np.testing.assert_allclose(derivative(end)(1.0), 0.8**10, rtol=1e-13)


# Containers


def test_gradient_has_the_structure_of_its_argument():
    parameters = {
        "layers": [Layer(np.ones((2, 3)), np.zeros(3)), Layer(np.ones((3, 1)), np.zeros(1))],
        "scale": 2.0,
        "pair": (np.float32(1.0), [3.0]),
    }

    def loss(p, x):
        for layer in p["layers"]:
            x = np.tanh(x @ layer.w + layer.b)
        return np.sum(x) * p["scale"] * p["pair"][0] + p["pair"][1][0]

    gradient = grad(loss)(parameters, np.ones((4, 2)))
    assert list(gradient) == ["layers", "scale", "pair"]
    assert isinstance(gradient["layers"][0], Layer)
    assert gradient["layers"][0].w.shape == (2, 3)
    assert type(gradient["scale"]) is np.float64
    assert type(gradient["pair"]) is tuple
    assert type(gradient["pair"][0]) is np.float32
    assert gradient["pair"][1] == [1.0]
    check_grads(lambda p: loss(p, np.ones((4, 2))), (parameters,), rtol=1e-2, atol=1e-2)


def test_a_dict_with_a_default():
    gradient = grad(lambda p: p["w"] ** 2)(collections.defaultdict(float, w=3.0))
    assert (type(gradient), gradient["w"]) == (collections.defaultdict, 6.0)


def test_results_keep_their_structure():
    def f(x):
        return {"sum": np.sum(x), "parts": [x[0], (x[1:], 7.0)], "layer": Layer(x, 2 * x)}

    y, y_dot = jvp(f, (X,), (X,))
    y_again, pullback = vjp(f, X)
    assert_same(y, {**f(X), "parts": [X[0], (X[1:], np.float64(7.0))]})
    assert_same(y_again, y)
    assert_same(y_dot["parts"], [X[0], (X[1:], np.float64(0.0))])
    assert isinstance(y_dot["layer"], Layer)
    np.testing.assert_allclose(pullback(y_dot)[0], np.sum(X) + X + 5 * X)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (np.sin, 2.0),
        (np.sin, X),
        (lambda x: np.sum(x**2), X),
        (lambda x: x * np.ones((2, 3)), 2.0),
        (lambda x: np.reshape(x, (3, 1)) * x, X),
        (lambda x: x @ np.ones((3, 2)), np.arange(6.0).reshape(2, 3)),
        (lambda x: np.zeros(2), X),
        (lambda x: x[:0], X),
        (lambda x: x * 2, np.zeros((0, 2))),
        (lambda x: x, np.ones((1, 1))),
    ],
)
def test_jacobian_both_ways_and_by_steps(f, x):
    forward, reverse = jacfwd(f)(x), jacrev(f)(x)
    assert_same(forward, reverse)
    assert forward.shape == (*np.shape(f(x)), *np.shape(x))
    if np.size(x):
        np.testing.assert_allclose(forward, numeric.central_difference(f, x), atol=1e-8)


def test_jacobian_and_hessian_against_another_engine():
    weights = np.random.default_rng(0).normal(size=(4, 3))

    def f(x, np=np):
        return np.tanh(np.dot(weights, x)) * np.sum(x**2)

    peer = autograd.jacobian(lambda x: f(x, anp))(X)
    np.testing.assert_allclose(jacfwd(f)(X), peer, rtol=1e-13)
    np.testing.assert_allclose(jacrev(f)(X), peer, rtol=1e-13)
    second = autograd.jacobian(autograd.jacobian(lambda x: f(x, anp)))(X)
    np.testing.assert_allclose(hessian(f)(X), second, rtol=1e-12)


def test_jacobian_of_containers():
    x = {"a": 2.0, "b": np.array([1.0, 3.0])}

    def f(x):
        return [x["a"] * x["b"], (np.sum(x["b"]) * x["a"] ** 2,)]

    expected = [
        {"a": np.array([1.0, 3.0]), "b": 2 * np.eye(2)},
        ({"a": np.float64(16.0), "b": np.array([4.0, 4.0])},),
    ]
    assert_same(jacfwd(f)(x), expected)
    assert_same(jacrev(f)(x), expected)


def test_hessian_of_containers_is_nested_twice():
    x = {"a": 2.0, "b": np.array([1.0, 3.0])}
    found = hessian(lambda x: x["a"] ** 2 * np.sum(x["b"] ** 2))(x)
    expected = {
        "a": {"a": np.float64(20.0), "b": np.array([8.0, 24.0])},
        "b": {"a": np.array([8.0, 24.0]), "b": 8 * np.eye(2)},
    }
    assert_same(found, expected)


def test_hessian_of_several_arguments_and_outputs():
    found = hessian(lambda x, y: x**2 * y, argnums=(0, 1))(2.0, 3.0)
    assert_same(found, tuple((np.float64(a), np.float64(b)) for a, b in ((6.0, 4.0), (4.0, 0.0))))
    assert hessian(lambda x: np.stack([np.sum(x**3), x[0]]))(X).shape == (2, 3, 3)


def test_hessian_vector_product_is_the_product():
    v = np.array([1.0, -2.0, 0.5])

    def f(x):
        return np.sum(x**3) ** 2

    np.testing.assert_allclose(hvp(f, (X,), (v,)), hessian(f)(X) @ v, rtol=1e-13)
    gx, gy = hvp(lambda x, y: np.sum(x) * y**2, (X, 3.0), (v, 2.0))
    np.testing.assert_allclose(gx, np.full(3, 12.0))
    np.testing.assert_allclose(gy, 2 * np.sum(X) * 2.0 + 6.0 * np.sum(v))


# Arguments


def test_argnums():
    def f(x, y, z):
        return x * y**2 * z**3

    assert grad(f)(2.0, 3.0, 1.0) == 9.0
    assert grad(f, 1)(2.0, 3.0, 1.0) == 12.0
    assert grad(f, -1)(2.0, 3.0, 1.0) == 54.0
    assert grad(f, (2, 0))(2.0, 3.0, 1.0) == (54.0, 9.0)
    assert grad(f, [0])(2.0, 3.0, 1.0) == (9.0,)
    assert grad(f, ())(2.0, 3.0, 1.0) == ()
    assert jacfwd(f, (0, -2))(2.0, 3.0, 1.0) == (9.0, 12.0)
    assert jacrev(f, (0, -2))(2.0, 3.0, 1.0) == (9.0, 12.0)
    assert value_and_grad(f, 1)(2.0, 3.0, 1.0) == (18.0, 12.0)
    assert grad(f, np.int64(1))(2.0, 3.0, 1.0) == 12.0
    assert grad(f, np.array([2, 0]))(2.0, 3.0, 1.0) == (54.0, 9.0)
    for wrong in (True, [True], 1.0, [1.0], "1", None):
        with pytest.raises((ValueError, TypeError)):
            grad(f, wrong)(2.0, 3.0, 1.0)


def test_other_arguments_may_be_anything():
    def f(n, x, name, *, power=1, flag=None):
        assert (n, name, flag) == (3, "name", None)
        return x**power * n

    assert grad(f, 1)(3, 2.0, "name", power=2) == 12.0
    assert jacfwd(f, 1)(3, 2.0, "name", power=2) == 12.0


def test_results_keep_the_name_of_the_function():
    def loss(x):
        """How far off."""
        return x * x

    for transformed in (grad(loss), value_and_grad(loss), jacfwd(loss), jacrev(loss)):
        assert transformed.__name__ == "loss"
        assert transformed.__doc__ == "How far off."


def test_a_pullback_can_be_used_again():
    _, pullback = vjp(lambda x: np.sin(x) * x, X)
    first, second = pullback(np.ones(3)), pullback(np.ones(3))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_allclose(pullback(3 * np.ones(3))[0], 3 * first[0])


def test_the_argument_is_not_changed():
    x = X.copy()
    grad(lambda x: np.sum(x * x))(x)
    np.testing.assert_array_equal(x, X)
    gradient = grad(lambda x: np.sum(x))(x)
    assert np.all(gradient == 1.0)


def test_stop_gradient():
    assert grad(lambda x: x * stop_gradient(x))(3.0) == 3.0
    assert jvp(lambda x: x * stop_gradient(x), (3.0,), (1.0,))[1] == 3.0
    assert grad(grad(lambda x: stop_gradient(x) ** 2 * x))(3.0) == 0.0
    kept = grad(lambda x: np.sum(stop_gradient({"a": [x * x]})["a"][0] * x))(X)
    np.testing.assert_array_equal(kept, X * X)
    assert stop_gradient(2.0) == 2.0
    assert stop_gradient((1, "name")) == (1, "name")
    nested = grad(lambda x: grad(lambda y: y * stop_gradient(x * y))(2.0) * x)(3.0)
    assert nested == 6.0


# Plain Python around plain NumPy


@pytest.mark.parametrize("derivative", [grad, jacfwd, jacrev])
@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda x: sum(v * v for v in x), 2 * X),
        (lambda x: sum(x), np.ones(3)),
        (lambda x: x[0] if x[0] > 0 else x[1], np.array([1.0, 0.0, 0.0])),
        (lambda x: max(x), np.array([0.0, 0.0, 1.0])),
        (lambda x: abs(min(x)), np.array([0.0, -1.0, 0.0])),
        (lambda x: (lambda a, b, c: a * b + c)(*x), np.array([-1.2, 0.3, 1.0])),
        (lambda x: len(x) * x[-1], np.array([0.0, 0.0, 3.0])),
        (lambda x: np.sum(np.array([x[0] * x[1], x[2]]) ** 2), None),
        (lambda x: np.array([x[0] * x[1], x[2]]).sum(), np.array([-1.2, 0.3, 1.0])),
        (lambda x: np.sum(np.array([[x[0], 1], [2, x[1]]]) @ np.array([1.0, 2.0])), None),
        (lambda x: np.linalg.norm([x[0], x[1]]), None),
        (lambda x: np.sum(np.sqrt([x[0] ** 2, x[2]])), None),
        (lambda x: np.sum(np.full(3, x[0])), np.array([3.0, 0.0, 0.0])),
        (lambda x: np.sum(x.copy()[::-1] * [1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])),
        (lambda x: sum(a * b for a, b in zip(x, reversed(x), strict=True)), 2 * X[::-1]),
    ],
)
def test_python_around_numpy(derivative, f, expected):
    if expected is None:
        expected = numeric.central_difference(f, X)
    np.testing.assert_allclose(derivative(f)(X), expected, rtol=1e-8)


def test_arrays_of_traced_values_as_results():
    def rotate(x):
        return np.array([[x[0] * x[1], x[1]], [1.0, x[2]]])

    assert jacfwd(rotate)(X).shape == jacrev(rotate)(X).shape == (2, 2, 3)
    np.testing.assert_array_equal(jacfwd(rotate)(X), jacrev(rotate)(X))
    np.testing.assert_array_equal(jacrev(lambda x: np.array([x, 2 * x]))(X)[1], 2 * np.eye(3))


def test_while_loops_end_by_the_value():
    def newton_root(a):
        x = a
        while abs(x * x - a) > 1e-12:
            x = (x + a / x) / 2
        return x

    for derivative in DERIVATIVES:
        np.testing.assert_allclose(derivative(newton_root)(2.0), 0.5 / np.sqrt(2), rtol=1e-9)


def test_traced_values_show_what_they_are():
    seen = []

    def f(x):
        seen.extend([repr(x), str(x), f"{x[0]:.1f}", x.shape, x.ndim, x.size, x.dtype, len(x)])
        return np.sum(x)

    grad(f)(np.array([1.0, 2.0]))
    text = "<traced in reverse mode: array([1., 2.])>"
    assert seen == [text, text, "1.0", (2,), 1, 2, np.dtype(float), 2]


A = np.arange(6.0).reshape(2, 3) + 0.5


@pytest.mark.parametrize(
    ("method", "function"),
    [
        (lambda x: x.sum(), lambda x: np.sum(x)),
        (lambda x: x.sum(axis=0), lambda x: np.sum(x, axis=0)),
        (lambda x: x.sum(1, keepdims=True), lambda x: np.sum(x, 1, keepdims=True)),
        (lambda x: x.mean((0, 1)), lambda x: np.mean(x, (0, 1))),
        (lambda x: x.max(axis=1), lambda x: np.max(x, axis=1)),
        (lambda x: x.min(), lambda x: np.min(x)),
        (lambda x: x.dot(np.ones(3)), lambda x: np.dot(x, np.ones(3))),
        (lambda x: x.ravel(), lambda x: np.ravel(x)),
        (lambda x: x.ravel("F"), lambda x: np.ravel(x, "F")),
        (lambda x: x.flatten(), lambda x: np.ravel(x)),
        (lambda x: x.reshape(3, 2), lambda x: np.reshape(x, (3, 2))),
        (lambda x: x.reshape((3, -1)), lambda x: np.reshape(x, (3, -1))),
        (lambda x: x.reshape(-1), lambda x: np.reshape(x, -1)),
        (lambda x: x.reshape(3, 2, order="F"), lambda x: np.reshape(x, (3, 2), order="F")),
        (lambda x: x.reshape(1, 2, 3).squeeze(), lambda x: x),
        (lambda x: x[None].squeeze(axis=0), lambda x: x),
        (lambda x: x.transpose(), lambda x: np.transpose(x)),
        (lambda x: x.transpose(1, 0), lambda x: np.transpose(x)),
        (lambda x: x.transpose((1, 0)), lambda x: np.transpose(x)),
        (lambda x: x.T, lambda x: np.transpose(x)),
        (lambda x: x.clip(1, 4), lambda x: np.clip(x, 1, 4)),
        (lambda x: x.copy(), lambda x: x),
        (lambda x: x.real, lambda x: x),
        (lambda x: x.astype(np.float64), lambda x: x),
        (lambda x: x * x.round(), lambda x: x * np.round(x)),
        (lambda x: x[x.argmax(axis=1) * 0], lambda x: x[np.argmax(x, axis=1) * 0]),
        (lambda x: x[0][x[0].argsort()], lambda x: x[0][np.argsort(x[0])]),
        (lambda x: x * x.argmin(), lambda x: x * np.argmin(x)),
        (lambda x: x if (x > 0).all() and x.any() and x.all() else -x, lambda x: x),
        (lambda x: -x + +x, lambda x: np.negative(x) + np.positive(x)),
        (lambda x: abs(x), lambda x: np.absolute(x)),
        (lambda x: x + 1, lambda x: np.add(x, 1)),
        (lambda x: 1 - x, lambda x: np.subtract(1, x)),
        (lambda x: x * x, lambda x: np.multiply(x, x)),
        (lambda x: 1 / x, lambda x: np.divide(1, x)),
        (lambda x: x**2, lambda x: np.power(x, 2)),
        (lambda x: x @ x.T, lambda x: np.matmul(x, np.transpose(x))),
        (lambda x: x % 2, lambda x: np.remainder(x, 2)),
        (lambda x: x // 2 * x, lambda x: np.floor_divide(x, 2) * x),
        (lambda x: x * (x < 3) + x * (x >= 4), lambda x: np.where((x < 3) | (x >= 4), x, 0)),
        (lambda x: x * (x <= 3) * (x != 1.5), lambda x: np.where((x < 3) & (x != 1.5), x, 0)),
        (lambda x: x * (x > 3) * (x == 4.5), lambda x: np.where(x == 4.5, x, 0)),
    ],
)
def test_methods_and_operators_are_the_functions(method, function):
    assert_same(method(A), function(A))
    for derivative in (jacfwd, jacrev):
        assert_same(derivative(method)(A), derivative(function)(A))


# Published numbers


def test_survey_by_baydin_et_al():
    """Baydin, Pearlmutter, Radul and Siskind (JMLR 18, 2018), tables 2 and 3 and figure 2."""

    def f(x1, x2):
        return np.log(x1) + x1 * x2 - np.sin(x2)

    value, gradient = value_and_grad(f, (0, 1))(2.0, 5.0)
    assert (round(value, 3), *(round(g, 3) for g in gradient)) == (11.652, 5.5, 1.716)
    assert round(jvp(f, (2.0, 5.0), (1.0, 0.0))[1], 3) == 5.5

    def logistic_map(x):
        for _ in range(3):
            x = 4 * x * (1 - x)
        return x

    for derivative in DERIVATIVES:
        assert round(logistic_map(0.2), 8) == 0.28901376
        assert round(derivative(logistic_map)(0.2), 7) == 9.0660864


def test_rosenbrock_at_the_classical_start():
    """Rosenbrock (1960); a Newton step and the spectrum as in textbooks on optimization."""
    x = np.array([-1.2, 1.0])
    value, gradient = value_and_grad(rosenbrock)(x)
    curvature = hessian(rosenbrock)(x)
    np.testing.assert_allclose(value, 24.2, rtol=1e-14)
    np.testing.assert_allclose(gradient, [-215.6, -88.0], rtol=1e-14)
    np.testing.assert_allclose(curvature, [[1330.0, 480.0], [480.0, 200.0]], rtol=1e-14)
    step = x - np.linalg.solve(curvature, gradient)
    assert [round(v, 6) for v in step] == [-1.175281, 1.380674]
    assert round(rosenbrock(step), 6) == 4.731884
    spectrum = np.linalg.eigvalsh(hessian(rosenbrock)(np.ones(2)))
    assert (round(spectrum[0], 5), round(spectrum[1], 4)) == (0.39936, 1001.6006)


def test_newton_goes_to_a_saddle():
    """x⁴ + 4x²y + 4y² + 2x + 2y: from (1, 1) to a saddle in one step; and a cycle of two points."""

    def f(x):
        return x[0] ** 4 + 4 * x[0] ** 2 * x[1] + 4 * x[1] ** 2 + 2 * x[0] + 2 * x[1]

    def step(x):
        return x - np.linalg.solve(hessian(f)(x), grad(f)(x))

    saddle = step(np.ones(2))
    np.testing.assert_allclose(saddle, [1, -3 / 4], rtol=1e-14)
    np.testing.assert_allclose(grad(f)(saddle), [0, 0], atol=1e-13)
    low, high = np.linalg.eigvalsh(hessian(f)(saddle))
    assert low < 0 < high
    first, second = np.array([5 / 4, -29 / 32]), np.array([3 / 4, -13 / 32])
    np.testing.assert_allclose(step(first), second, rtol=1e-13)
    np.testing.assert_allclose(step(second), first, rtol=1e-13)


def test_squire_and_trapp():
    """Squire and Trapp, "Using complex variables to estimate derivatives" (SIAM Review, 1998)."""

    def f(x):
        return np.exp(x) / (np.sin(x) ** 3 + np.cos(x) ** 3)

    for derivative in (*DERIVATIVES, lambda f: lambda x: numeric.complex_step(f, x)):
        np.testing.assert_allclose(derivative(f)(1.5), 3.622033700716326, rtol=5e-16)


def test_cs231n_circuit():
    """The sigmoid circuit in Stanford's CS231n notes on backpropagation, with exact digits."""

    def neuron(w, x):
        return 1 / (1 + np.exp(-(w[0] * x[0] + w[1] * x[1] + w[2])))

    w, x = np.array([2.0, -3.0, -3.0]), np.array([-1.0, -2.0])
    value, (dw, dx) = value_and_grad(neuron, (0, 1))(w, x)
    assert round(value, 6) == 0.731059
    assert [round(v, 6) for v in dx] == [0.393224, -0.589836]
    assert [round(v, 6) for v in dw] == [-0.196612, -0.393224, 0.196612]


def test_iterated_map():
    """y ← sin(x + y) thirty times from y = x = 0.1: the same digits by three other methods."""

    def f(x):
        y = x
        for _ in range(30):
            y = np.sin(x + y)
        return y

    for derivative in DERIVATIVES:
        np.testing.assert_allclose(derivative(f)(0.1), 1.917706760386666, rtol=1e-15)


# Size


def test_a_chain_of_100_000_operations():
    def chain(x):
        for _ in range(50_000):
            x = x * 1.0 + 0.0
        return x

    assert grad(chain)(3.0) == 1.0
    assert jvp(chain, (3.0,), (1.0,)) == (3.0, 1.0)


def test_doublings_take_linear_time():
    with ReverseTrace() as trace:
        x = trace.new_input(np.float64(1.0))
        for _ in range(20):
            x = x + x
    assert len(trace.tape) == 21

    def doublings(x):
        for _ in range(1000):
            x = x + x
        return x

    assert grad(doublings)(1.0) == 2.0**1000


def test_second_derivatives_through_a_long_loop():
    def f(x):
        y = x
        for _ in range(1000):
            y = y + 0.001 * np.sin(y)
        return y

    expected = numeric_second(f, 0.5)
    for second in (grad(grad(f)), jacfwd(grad(f)), hessian(f)):
        np.testing.assert_allclose(second(0.5), expected, rtol=1e-5)


def test_import_brings_numpy_alone():
    code = "import sys, course_lib; print(*(m.partition('.')[0] for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not {"matplotlib", "scipy", "ipywidgets", "IPython"} & set(done.stdout.split())
