"""The page of what is refused says what the library does."""

from __future__ import annotations

import math
import operator
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
import scipy.linalg

from course_lib import grad, supported_functions
from course_lib.autodiff import errors
from course_lib.autodiff.trace import REFUSED, RULES, Box

PAGE = (Path(__file__).parents[2] / "docs" / "unsupported.md").read_text("utf8")
X = np.array([1.0, 2.0, 3.0])


def rows(title):
    """The cells of the table under a heading, without their header."""
    section = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r" \| ", line.strip("| "))] for line in lines[1:]]


def listed_name(function):
    name = errors.full_name(function)
    is_ufunc_method = name.endswith((".at", ".reduceat"))
    return f"numpy.ufunc.{name.rsplit('.', 1)[1]}" if is_ufunc_method else name


TABLE = {
    name: (why, instead.replace("`", ""))
    for names, why, instead in rows("Functions, methods and attributes")
    for name in re.findall(r"`([^`]+)`", names)
}


def test_the_table_is_that_of_the_library():
    assert {listed_name(f): refusal for f, refusal in REFUSED.items()} == TABLE


def test_nothing_listed_is_supported():
    assert not set(TABLE) & set(supported_functions())


@pytest.mark.parametrize("function", REFUSED, ids=errors.full_name)
def test_what_is_listed_raises_by_its_name(function):
    why, instead = TABLE[listed_name(function)]
    name = errors.full_name(function)

    def f(x):
        if name.startswith("numpy.ndarray."):
            return getattr(x, name.rsplit(".", 1)[1])
        if isinstance(getattr(function, "__self__", None), np.ufunc):
            return x.__array_ufunc__(function.__self__, function.__name__, x, [0])
        if isinstance(function, np.ufunc):
            return function(*[x] * function.nin)
        return x.__array_function__(function, (Box,), (x,), {})

    with pytest.raises((NotImplementedError, AttributeError)) as caught:
        grad(f)(X)
    for words in (name.replace("numpy.ndarray.", ""), why, instead):
        assert words in str(caught.value)


@pytest.mark.parametrize(
    ("f", "name"),
    [
        (lambda x: np.put_along_axis(x, np.array([0]), 1.0, 0), "numpy.put_along_axis"),
        (lambda x: np.fill_diagonal(x, 1.0), "numpy.fill_diagonal"),
        (lambda x: np.add.at(np.zeros(3), [0, 0, 1], x), "numpy.add.at"),
        (lambda x: np.unique(x), "numpy.unique"),
        (lambda x: np.polyfit(X, x, 1), "numpy.polyfit"),
        (lambda x: np.histogram(X, weights=x), "numpy.histogram"),
        (lambda x: np.copyto(np.zeros(3), x), "numpy.copyto"),
        (lambda x: np.bitwise_and(x, 1), "numpy.bitwise_and"),
    ],
)
def test_ordinary_calls_raise_by_name(f, name):
    with pytest.raises(NotImplementedError, match=re.escape(name)):
        grad(f)(X)


NOT_ASKED = {
    "float(x)": lambda x: float(x[0]),
    "math.sin(x)": lambda x: math.sin(x[0]),
    "x[0] = 5.0": lambda x: x.__setitem__(0, 5.0),
    "x += 5.0": lambda x: operator.iadd(x, 5.0),
    "x in {2.0}": lambda x: x[0] in {2.0},
    "pickle.dumps(x)": lambda x: pickle.loads(pickle.dumps(x)),
    "x * m": lambda x: x * np.eye(3).view(np.matrix),
    "x.astype(object)": lambda x: np.sum(x.astype(object)),
    "a[0] = x": lambda x: np.zeros(3).__setitem__(0, x[0]),
    "np.array([x, y], float)": lambda x: np.array([x[0], x[1]], float),
    "np.mean([x, y])": lambda x: np.mean([x[0], x[1]]),
    "np.arange(x)": lambda x: np.arange(x[0]),
    "scipy.linalg": lambda x: scipy.linalg.expm(np.diag(x)),
    "np.full_like(a, x)": lambda x: np.full_like(np.ones(3), x[0]),
}


def test_every_row_of_what_does_not_ask_is_tried():
    written = [cells[0].split("`")[1] for cells in rows("What does not ask traced values")]
    assert written == list(NOT_ASKED)


@pytest.mark.parametrize("written", NOT_ASKED)
def test_what_does_not_ask_raises(written):
    with pytest.raises((TypeError, NotImplementedError)):
        grad(lambda x: NOT_ASKED[written](x))(X)


def test_arrays_of_objects_work():
    for f in (
        lambda x: np.sum(np.array([x[0], x[1] ** 2, x[2]])),
        lambda x: np.sum(np.full(3, x[0]) * x),
        lambda x: np.sum(np.r_[x, x] ** 2),
        lambda x: np.sum(np.vectorize(lambda a: a**2)(x)),
    ):
        assert grad(f)(X).shape == (3,)


def test_arrays_of_objects_compare_as_python_does():
    """What the page says of them; none of it is what a traced array does."""
    nan = np.array([math.nan, 1.0, 1.0])
    assert grad(lambda x: np.max(np.array([x[0], x[1]])))(nan) @ np.ones(3) == 1.0
    assert sorted(grad(lambda x: np.max(np.array([x[1], x[2]])))(nan)) == [0.0, 0.0, 1.0]
    assert sorted(grad(lambda x: np.max(np.stack([x[1], x[2]])))(nan)) == [0.0, 0.5, 0.5]


def test_what_a_traced_value_is_not():
    seen = []
    grad(lambda x: seen.extend([isinstance(x, np.ndarray), np.isscalar(x)]) or np.sum(x))(X)
    grad(lambda x: seen.extend([isinstance(x, float), np.isscalar(x)]) or x)(2.0)
    assert seen == [False] * 4


def test_every_function_that_asks_is_supported_or_refused():
    asked = {
        f
        for space in (np, np.linalg, np.fft)
        for name, f in vars(space).items()
        if not name.startswith("_") and (isinstance(f, np.ufunc) or hasattr(f, "_implementation"))
    }
    assert len(asked) > 300
    assert not sorted(errors.full_name(f) for f in asked - set(RULES) - set(REFUSED))
