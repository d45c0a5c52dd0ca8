"""What each racer does where theory says what it must do."""

import numpy as np
import pytest

from course_lib.widgets import DescentRace
from course_lib.widgets.hills import HILLS
from course_lib.widgets.racers import RACERS, STEPS, race, two_valleys, valley

WAY = "gradient descent"


@pytest.mark.parametrize("condition", [1.0, 10.0, 1000.0])
@pytest.mark.parametrize(("rate", "far"), [(0.5, False), (1.9, False), (2.1, True), (3.0, True)])
def test_gradient_descent_diverges_beyond_two_over_the_steepest_bend(condition, rate, far):
    lane = race(valley(condition), (1.0, 1.0), rate, steps=300)[WAY]
    assert (abs(lane.path[-1][1]) > 1) == far


def test_gradient_descent_zigzags_near_that_limit():
    y = race(valley(20.0), (1.0, 1.0), rate=1.8)[WAY].path[:20, 1]
    assert (np.sign(y[1:]) == -np.sign(y[:-1])).all()


@pytest.mark.parametrize("condition", [1.0, 30.0, 1e6])
def test_newton_needs_one_step_in_a_quadratic_valley(condition):
    lanes = race(valley(condition), (1.5, -0.7), rate=0.1)
    for name in ("Newton", "damped Newton"):
        np.testing.assert_allclose(lanes[name].path[1], [0, 0], atol=1e-9)


def test_momentum_beats_plain_descent_in_a_narrow_valley():
    lanes = race(valley(100.0), (1.5, 0.5), rate=0.5, steps=150)
    assert lanes["momentum"].heights[-1] < lanes[WAY].heights[-1] / 10


def test_newton_goes_to_the_pass_and_the_others_leave_it():
    lanes = race(two_valleys, (-1.0, 0.1), rate=0.3)
    assert lanes["Newton"].ending == "at a saddle"
    for name in (WAY, "momentum", "damped Newton"):
        assert lanes[name].path[-1][1] > 0.7
    assert lanes["damped Newton"].ending == "at a minimum"


def test_damped_newton_never_climbs():
    for name, hill in HILLS.items():
        heights = race(hill.f, hill.start, 0.01)["damped Newton"].heights
        assert (np.diff(heights) <= 1e-12).all(), name


ODD = {
    "flat": lambda x, y: 0.0 * x,
    "kinks": lambda x, y: np.abs(x) + np.abs(y),
    "log": lambda x, y: np.log(x) + y**2,
    "steep": lambda x, y: np.exp(50 * x) + y,
    "nowhere": lambda x, y: np.sqrt(-1 - x**2),
    "endless": lambda x, y: x + y,
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("rate", [1e-3, 1.0, 1e3])
def test_odd_hills_end_in_words(name, rate):
    for lane in race(ODD[name], (0.5, 0.5), rate).values():
        assert lane.ending
        assert 1 <= len(lane.path) <= STEPS + 1
        assert len(lane.heights) == len(lane.path)
        assert np.isfinite(lane.path).all()


@pytest.mark.parametrize("name", ODD)
def test_odd_hills_have_pictures_or_problems(name):
    widget = DescentRace(ODD[name])
    assert widget._repr_mimebundle_()[0]["text/html"]


def test_what_is_sent_is_small():
    widget = DescentRace()
    assert len(widget.grid) < 10_000
    assert len(widget.result) < 10_000
    assert len(widget.endings) == len(RACERS)


def test_changing_hill_condition_and_start():
    widget = DescentRace()
    before = widget.grid, widget.result
    widget.condition = 100.0
    assert widget.grid != before[0]
    assert widget.start == [-1.8, 0.9]
    widget.start = [1.0, 1.0]
    assert widget.result != before[1]
    widget.hill = "rosenbrock"
    assert widget.start == [-1.2, 1.0]


@pytest.mark.parametrize(
    "given", [{"hill": "cliff"}, {"rate": 0}, {"condition": 0.5}, {"x": (1, 0)}]
)
def test_wrong_arguments(given):
    with pytest.raises(ValueError, match=r"cliff|rate must"):
        DescentRace(**given)


def test_wrong_functions_are_explained():
    assert "takes 3" in DescentRace(lambda a, b, c: 0).problem
