"""Rates multiply along a path and add where paths meet, as one run of autodiff says, too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import grad
from course_lib.widgets import ChainOfDials
from course_lib.widgets.chain import rates

places = st.floats(-5, 5)


@given(places)
def test_one_path(x):
    found = rates(np.sin, lambda u: u**3 - u, None, x)
    assert found.y_by_x == pytest.approx(grad(lambda x: np.sin(x) ** 3 - np.sin(x))(x), abs=1e-12)


@given(places)
def test_two_paths(x):
    def whole(x):
        return np.exp(np.sin(x)) * (x**2 + 1)

    found = rates(np.sin, lambda u, v: np.exp(u) * v, lambda x: x**2 + 1, x)
    assert found.y == pytest.approx(whole(x))
    assert found.y_by_x == pytest.approx(grad(whole)(x), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("u", [np.abs, np.log, np.sqrt, lambda x: 0.0, lambda x: 1 / x])
def test_odd_functions_have_pictures(u):
    widget = ChainOfDials(u, lambda u: 2 * u, x=0.0)
    assert widget.problem == ""
    assert len(widget.table) < 10_000
    assert widget._repr_mimebundle_()[0]["text/html"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"u": lambda x: [x, x]}, "array of shape (2,)"),
        ({"y": lambda u, v: u}, "missing 1 required positional argument"),
        ({"v": lambda x: x}, "takes 1 positional argument but 2 were given"),
        ({"u": lambda x: None}, "returned nothing"),
    ],
)
def test_wrong_functions_are_explained(given, words):
    assert words in ChainOfDials(**given).problem


def test_wrong_window():
    with pytest.raises(ValueError, match="low < high"):
        ChainOfDials(window=(1, 1))


def test_words():
    assert repr(ChainOfDials()) == (
        "<ChainOfDials: Dials at x = 0.5, u = 1.5, y = 6; dy/dx = 4 · 3 = 12.>"
    )
