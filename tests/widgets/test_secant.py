"""Secant errors over all steps, for functions that are smooth, kinked, flat, or hardly any."""

import numpy as np
import pytest

from course_lib.widgets import SecantZoom
from course_lib.widgets.curves import values
from course_lib.widgets.functions import UnusableFunction
from course_lib.widgets.slopes import STEPS, magnified, slopes


@pytest.mark.parametrize(
    ("f", "derivative"),
    [(np.sin, np.cos), (np.exp, np.exp), (lambda x: x**3, lambda x: 3 * x**2)],
)
@pytest.mark.parametrize("x", [0.3, 1.0, 7.5])
def test_errors_fall_and_rise_as_theory_says(f, derivative, x):
    found = slopes(f, x)
    forward, central, by_complex = found.errors()
    assert found.exact == pytest.approx(derivative(x), rel=1e-14)
    # Orders 1 and 2 of truncation, seen between h = 1e-2 and 1e-3.
    assert 5 < forward[6] / forward[9] < 20
    assert 50 < central[6] / central[9] < 200
    assert by_complex[24:].max() < 1e-12 * max(1, abs(found.exact))
    # Rounding: at 1e-14 worse than at 1e-8.
    assert forward[42] > 10 * forward[24]


def test_steps_are_three_in_each_power_of_ten():
    assert STEPS[0] == 1
    np.testing.assert_allclose(STEPS[::3], 10.0 ** -np.arange(17))


ODD = {
    "kink": np.abs,
    "flat": lambda x: 0.0,
    "step": lambda x: 1.0 if x > 0 else 0.0,
    "log": np.log,
    "pole": lambda x: 1 / x,
    "root": np.sqrt,
    "nan": lambda x: x * np.nan,
}


@pytest.mark.parametrize("x", [-1.0, 0.0, 1.0])
@pytest.mark.parametrize("name", ODD)
def test_odd_functions_have_shapes_and_pictures(name, x):
    found = slopes(ODD[name], x)
    assert found.errors().shape == (3, 49)
    assert magnified(ODD[name], x).shape == (49, 41)
    widget = SecantZoom(ODD[name], x)
    assert widget.problem == ""
    assert widget._repr_mimebundle_()[0]["text/html"]


def test_no_complex_step_for_what_takes_no_complex_numbers():
    assert np.isnan(slopes(lambda x: np.maximum(x, 0.0) + np.floor(x), 1.0).complex_step).all()


def test_what_is_sent_is_small():
    widget = SecantZoom()
    first, second = widget.answer_at({"x": 0.5})["buffers"]
    assert len(first) + len(second) < 10_000


def test_words_have_the_numbers():
    assert repr(SecantZoom(np.exp, 0.0, h=0.1)) == (
        "<SecantZoom: Slope at x = 0: 1 by autodiff. With h = 0.1 the forward difference is "
        "1.05171; errors: forward 0.052, central 0.0017, complex step 0.0017.>"
    )


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x, y: x, "takes 2"),
        (lambda x: [x, x], "array of shape (2,)"),
        (lambda x: {}["a"], "raised KeyError"),
        (3, "expected a function"),
    ],
)
def test_wrong_functions_are_explained(f, words):
    assert words in SecantZoom(f).problem


def test_wrong_window():
    with pytest.raises(ValueError, match="low < high"):
        SecantZoom(window=(1, 0))


def test_values_of_all_kinds_of_functions():
    x = np.array([[-1.0, 0.0], [1.0, 2.0]])
    np.testing.assert_array_equal(values(lambda x: x if x > 0 else 0.0, x), np.maximum(x, 0))
    np.testing.assert_array_equal(values(np.sqrt, x), [[np.nan, 0], [1, np.sqrt(2)]])
    np.testing.assert_array_equal(values(lambda x: 4, x), np.full((2, 2), 4.0))
    with pytest.raises(UnusableFunction):
        values(lambda x: None, x)
