"""The reader's functions: which can be used, and what is said about the others."""

import numpy as np
import pytest

from course_lib.widgets.functions import (
    UnusableFunction,
    explain,
    number,
    of_one_number,
    of_two_numbers,
)


def with_default(x, y=1.0):
    return x * y


def of_place(place):
    return place[0] * place[1]


def fails(x, y):
    total = x + y
    return total + undefined_name  # noqa: F821


@pytest.mark.parametrize(
    "f",
    [np.hypot, with_default, of_place, lambda x, y: x * y, lambda *p: p[0] * p[1], max],
    ids=["ufunc", "default", "array", "lambda", "starred", "builtin"],
)
def test_functions_of_two_numbers(f):
    assert np.ndim(of_two_numbers(f)(3.0, 2.0)) == 0


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda: 1, "takes none"),
        (lambda x, y, z: 1, "takes 3"),
        (lambda x, y, *, scale: 1, "keyword argument"),
        (4.0, "expected a function, but got float"),
        (None, "expected a function"),
    ],
)
def test_other_things(f, words):
    with pytest.raises(UnusableFunction, match=words):
        of_two_numbers(f)


@pytest.mark.parametrize("f", [np.sin, with_default, of_place])
def test_functions_of_one_number(f):
    assert of_one_number(f) is f


def test_two_arguments_where_one_is_wanted():
    with pytest.raises(UnusableFunction, match=r"one number, .* takes 2"):
        of_one_number(lambda x, y: x)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (None, "Does its last line say `return`"),
        (np.zeros(3), r"array of shape \(3,\)"),
        ([1.0, 2.0], r"shape \(2,\)"),
        (1j, "real number"),
        ("high", "real number"),
    ],
)
def test_results_that_are_no_numbers(result, words):
    with pytest.raises(UnusableFunction, match=words):
        number(result)


@pytest.mark.parametrize("result", [1, 2.0, np.float32(3), np.array(4.0), True, np.nan])
def test_results_that_are(result):
    assert isinstance(number(result), float)


def test_an_error_is_told_with_its_line():
    with pytest.raises(NameError) as caught:
        fails(1.0, 2.0)
    assert explain(caught.value, fails).startswith("fails raised NameError in its line 3: ")
