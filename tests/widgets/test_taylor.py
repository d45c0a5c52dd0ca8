"""Radii of convergence that are known, and patches that fit as they must."""

import numpy as np
import pytest

from course_lib.widgets import TaylorExplorer, TaylorPatch
from course_lib.widgets.series import radius, series

INFINITE = np.inf
KNOWN = [
    (lambda x: 1 / (1 + x**2), 0.0, 1.0),
    (lambda x: 1 / (1 + x**2), 1.0, np.sqrt(2)),
    (lambda x: 1 / (1 + x**2), 2.5, np.sqrt(7.25)),
    (lambda x: 1 / (1 + 25 * x**2), 0.2, np.sqrt(0.08)),
    (np.log, 2.0, 2.0),
    (np.sqrt, 1.5, 1.5),
    (np.tan, 0.3, np.pi / 2 - 0.3),
    (np.tanh, 0.0, np.pi / 2),
    (np.arctan, 0.5, np.sqrt(1.25)),
    (lambda x: 1 / (1 + np.exp(-x)), 0.0, np.pi),
    (np.exp, 0.0, INFINITE),
    (np.sin, 1.0, INFINITE),
    (lambda x: np.sin(5 * x), 1.0, INFINITE),
    (lambda x: np.exp(-x * x), 0.4, INFINITE),
    (lambda x: x**3 - x, 1.0, INFINITE),
    (lambda x: 0 * x, 1.0, INFINITE),
    (np.abs, 1.0, INFINITE),
]


@pytest.mark.parametrize(("f", "centre", "expected"), KNOWN)
def test_radius(f, centre, expected):
    assert radius(series(f, centre)) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("c", [[np.nan] * 49, [np.inf] * 49, [1, np.nan] + [0] * 47])
def test_radius_of_what_is_not_finite(c):
    assert np.isnan(radius(c))


@pytest.mark.parametrize("c", [[1.0], [0.0, 1.0], [1e-300] * 49, [1e300] * 49, [0] * 48 + [1.0]])
def test_radius_of_few_tiny_and_huge_coefficients(c):
    assert radius(c) > 0


@pytest.mark.parametrize(
    "f", [np.abs, np.sqrt, np.log, lambda x: 1 / x, lambda x: 0.0, lambda x: 1.0 if x > 0 else 0.0]
)
@pytest.mark.parametrize("centre", [-1.0, 0.0, 1.0])
def test_odd_functions_have_pictures(f, centre):
    widget = TaylorExplorer(f, centre)
    assert widget.problem == ""
    assert widget._repr_mimebundle_()[0]["text/html"]


def test_polynomial_is_right_inside_and_wrong_outside():
    widget = TaylorExplorer(order=24, centre=0.0)
    p = np.polynomial.Polynomial(widget.polynomial())
    assert p(0.5) == pytest.approx(0.8, abs=1e-7)
    assert abs(p(1.5) - 1 / 3.25) > 100


@pytest.mark.parametrize(("f", "words"), [(lambda: 1, "takes none"), (lambda x: [x], "shape (1,)")])
def test_wrong_functions_are_explained(f, words):
    assert words in TaylorExplorer(f).problem
    assert words in TaylorPatch(f).problem or "shape" in words


@pytest.mark.parametrize("given", [{"order": 25}, {"order": -1}, {"window": (1, 1)}])
def test_wrong_arguments(given):
    with pytest.raises(ValueError, match=r"order|window"):
        TaylorExplorer(**given)


def test_a_cubic_patch_fits_a_cubic_everywhere():
    widget = TaylorPatch(lambda x, y: x**3 - 2 * x * y**2 + y, order=3)
    assert widget.trusted_part() == 1.0
    widget.order = 1
    assert widget.trusted_part() < 0.5


def test_higher_orders_fit_further_near_by():
    parts = [TaylorPatch(lambda x, y: np.exp(x + y), order=k).trusted_part() for k in (1, 2, 3)]
    assert parts == sorted(parts)


@pytest.mark.parametrize(
    "f",
    [lambda x, y: 0.0, lambda x, y: np.log(x) + y, lambda x, y: np.abs(x) + np.abs(y)],
    ids=["flat", "log", "kinks"],
)
def test_odd_surfaces_have_pictures(f):
    widget = TaylorPatch(f)
    assert widget.problem == ""
    assert widget._repr_mimebundle_()[0]["text/html"]
    assert None in TaylorPatch(lambda x, y: np.log(x)).answer_at({"point": [-1, 0]})["coefficients"]


@pytest.mark.parametrize("given", [{"order": 4}, {"x": (1, 0)}])
def test_wrong_arguments_of_patches(given):
    with pytest.raises(ValueError, match=r"order|low < high"):
        TaylorPatch(**given)
