"""The second-derivative test and the walks, over the whole range of what can come in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.widgets.critical import (
    Scale,
    classify,
    principal,
    scale_of,
    step,
    walk_to_critical,
)
from course_lib.widgets.hills import HILLS
from course_lib.widgets.landscape import at_point, sample

WINDOW = (-2.0, 2.0, -2.0, 2.0)
numbers = st.floats(-1e6, 1e6)
anything = st.floats(allow_nan=True, allow_infinity=True)
KINDS = ["undefined", "not a critical point", "minimum", "maximum", "saddle", "inconclusive"]


@pytest.mark.parametrize(
    ("gradient", "hessian", "kind"),
    [
        ([0, 0], [[1, 0], [0, 2]], "minimum"),
        ([0, 0], [[-1, 0], [0, -2]], "maximum"),
        ([0, 0], [[0, 1], [1, 0]], "saddle"),
        ([0, 0], [[0, 0], [0, 0]], "inconclusive"),
        ([0, 0], [[2, 0], [0, 0]], "inconclusive"),
        ([0, 0], [[1, 1], [1, 1]], "inconclusive"),
        ([1, 0], [[1, 0], [0, 2]], "not a critical point"),
        ([1e-4, 0], [[1, 0], [0, 2]], "minimum"),
        ([0, 0], [[1, 0], [0, 1e-4]], "minimum"),
        ([0, 0], [[1, 0], [0, 1e-6]], "inconclusive"),
        ([np.nan, 0], [[1, 0], [0, 1]], "undefined"),
        ([0, 0], [[np.inf, 0], [0, 1]], "undefined"),
    ],
)
def test_kinds(gradient, hessian, kind):
    assert classify(gradient, hessian).kind == kind


@given(st.tuples(anything, anything), st.tuples(anything, anything, anything))
def test_there_is_always_a_verdict(gradient, bends):
    a, b, c = bends
    verdict = classify(gradient, [[a, b], [b, c]])
    assert verdict.kind in KINDS
    assert verdict.reason


@given(numbers, numbers, st.floats(0, 2 * np.pi))
def test_turning_the_hill_changes_no_kind(a, b, angle):
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, -s], [s, c]])
    straight = classify([0, 0], [[a, 0], [0, b]])
    least = min(abs(a), abs(b))
    # Where a bend is as good as none, rounding may decide.
    if not 0.99e-5 < least / max(1.0, abs(a), abs(b)) < 1.01e-5:
        assert classify([0, 0], turn @ np.diag([a, b]) @ turn.T) == straight


@given(numbers, numbers, numbers)
def test_principal_bends_rebuild_the_hessian(a, b, c):
    bends, directions = principal([[a, b], [b, c]])
    assert bends[0] <= bends[1]
    rebuilt = directions.T @ np.diag(bends) @ directions
    np.testing.assert_allclose(
        rebuilt, [[a, b], [b, c]], atol=1e-9 * max(1, abs(a), abs(b), abs(c))
    )
    assert all(tuple(np.round(d, 12)) >= (0.0, 0.0) for d in directions)


def test_principal_of_huge_and_tiny_numbers():
    for size in (1e300, 1e-300):
        bends, _ = principal([[size, 0], [0, -size]])
        np.testing.assert_allclose(bends, [-size, size])
    assert np.isnan(principal([[np.nan, 0], [0, 1]])[0]).all()


def test_scale_ignores_what_is_not_finite():
    grid = np.full((6, 3, 3), np.nan)
    assert scale_of(grid) == Scale(1.0, 1.0)
    grid[:, 0, 0] = 3.0
    assert scale_of(grid).slope == pytest.approx(3 * np.sqrt(2))


EXPECTED = {
    "bowl": "minimum",
    "ridge": "inconclusive",
    "saddle": "saddle",
    "monkey saddle": "inconclusive",
    "rosenbrock": "minimum",
    "x⁴ + y⁴": "inconclusive",
    "x⁴ − y⁴": "inconclusive",
    "(y − x²)(y − 3x²)": "inconclusive",
}


@pytest.mark.parametrize(("name", "kind"), EXPECTED.items())
def test_walking_on_each_hill_ends_at_a_place_of_the_known_kind(name, kind):
    hill = HILLS[name]
    walk = walk_to_critical(hill.f, hill.start, hill.window)
    _, gradient, hessian = at_point(hill.f, *walk.path[-1])
    assert classify(gradient, hessian, scale_of(sample(hill.f, hill.window))).kind == kind, walk


@pytest.mark.parametrize(
    ("f", "ending"),
    [
        (lambda x, y: x + y, "stuck"),
        (lambda x, y: np.exp(x) + y**2, "it left the map"),
        (lambda x, y: np.sqrt(-1 - x**2), "no finite value"),
        (lambda x, y: 0 * x, "arrived after 0 steps"),
    ],
)
def test_walks_that_do_not_arrive_say_why(f, ending):
    assert ending in walk_to_critical(f, [0.5, 0.5], WINDOW).ending


@pytest.mark.parametrize("uphill", [True, False])
@pytest.mark.parametrize("name", HILLS)
def test_steps_lead_uphill_or_downhill(name, uphill):
    hill = HILLS[name]
    before, after = step(hill.f, hill.start, hill.window, uphill).path
    assert (hill.f(*after) > hill.f(*before)) == uphill


@pytest.mark.parametrize("f", [lambda x, y: 0 * x, lambda x, y: np.log(x - 9)])
def test_no_step_where_there_is_no_slope(f):
    assert len(step(f, [0.5, 0.5], WINDOW, uphill=True).path) == 1


def test_steps_at_a_kink_stay():
    assert len(step(lambda x, y: np.abs(x) + np.abs(y), [0.0, 0.0], WINDOW, uphill=False).path) == 1
