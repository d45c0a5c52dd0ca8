"""Derivatives on grids and at points, against the library's gradient and Hessian."""

import numpy as np
import pytest

from course_lib import grad, hessian, taylor
from course_lib.widgets.functions import UnusableFunction
from course_lib.widgets.hills import HILLS
from course_lib.widgets.landscape import at_point, coefficients, sample

PLACES = [(0.0, 0.0), (0.3, -0.7), (-1.2, 0.9)]
WINDOW = (-1.0, 1.0, -0.5, 2.0)


def of_array(f):
    return lambda p: f(p[0], p[1])


@pytest.mark.parametrize("name", HILLS)
@pytest.mark.parametrize("place", PLACES)
def test_point_agrees_with_grad_and_hessian(name, place):
    f, p = HILLS[name].f, np.array(place)
    value, gradient, bends = at_point(f, *place)
    assert value == f(*place)
    np.testing.assert_allclose(gradient, grad(of_array(f))(p), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(bends, hessian(of_array(f))(p), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("direction", [(1.0, 0.5), (-0.3, 2.0), (0.0, 1.0)])
def test_coefficients_give_the_series_along_any_direction(direction):
    def f(x, y):
        return np.exp(x * y) + np.sin(x - 2 * y) * x**2

    s, t = direction
    c = coefficients(f, 0.4, -0.2, order=3)
    series = taylor(of_array(f), np.array([0.4, -0.2]), np.array(direction), 3)
    for order, expected in enumerate(series):
        found = sum(c[i, order - i] * s**i * t ** (order - i) for i in range(order + 1))
        assert found == pytest.approx(expected, rel=1e-12)


def with_if(x, y):
    return x**2 if x > 0 else y


def summing(place):
    return np.sum(place**2)


@pytest.mark.parametrize(
    "f", [with_if, lambda x, y: 3.0, lambda x, y: summing(np.stack([x, y])), lambda x, y: y]
)
def test_grid_of_functions_that_do_not_take_arrays(f):
    grid = sample(f, WINDOW, nodes=4)
    for j, y in enumerate(np.linspace(-0.5, 2, 4)):
        for i, x in enumerate(np.linspace(-1, 1, 4)):
            value, (fx, fy), bends = at_point(f, x, y)
            expected = [value, fx, fy, bends[0, 0], bends[0, 1], bends[1, 1]]
            np.testing.assert_allclose(grid[:, j, i], expected, atol=1e-13)


def test_a_function_that_sums_over_the_grid_is_not_believed():
    assert sample(lambda x, y: x + 0 * np.sum(y) + np.max(y), WINDOW, 3)[0, 0, 0] == -1.5


@pytest.mark.parametrize(
    "f", [lambda x, y: np.log(x) + y, lambda x, y: x / y, lambda x, y: np.abs(x) + np.sqrt(y)]
)
def test_edges_and_kinks_leave_the_rest_of_the_grid_alone(f):
    grid = sample(f, (-1.0, 1.0, -1.0, 1.0), nodes=5)
    assert grid.shape == (6, 5, 5)
    assert np.isfinite(grid[:, -1, -1]).all()


def test_errors_at_some_places_leave_holes():
    def f(x, y):
        if x < 0:
            raise ValueError("no ground here")
        return x * y

    grid = sample(f, (-1.0, 1.0, 0.0, 1.0), nodes=3)
    assert np.isnan(grid[:, :, 0]).all()
    assert np.isfinite(grid[:, :, 1:]).all()


def test_errors_everywhere_are_raised():
    with pytest.raises(ZeroDivisionError):
        sample(lambda x, y: x / 0 if y is None else 1 / 0, WINDOW, nodes=3)


def test_results_that_are_no_numbers_are_refused():
    with pytest.raises(UnusableFunction, match="shape"):
        sample(lambda x, y: np.array([1.0, 2.0]), WINDOW, nodes=3)
