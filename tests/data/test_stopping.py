"""The shipped stopping distances: the right file, the right units, the known fit."""

import hashlib
from importlib.resources import files

import numpy as np
import pytest

from course_lib.data import StoppingDistances, load_stopping_distances

FOLDER = files("course_lib.data")


@pytest.fixture(scope="module")
def stops():
    return load_stopping_distances()


def test_the_file_is_the_one_described():
    checksum = hashlib.sha256(FOLDER.joinpath("stopping.csv").read_bytes()).hexdigest()
    description = FOLDER.joinpath("stopping.md").read_text(encoding="utf-8")
    assert checksum in description
    assert "Ezekiel" in description


def test_shapes_types_and_units(stops):
    assert len(stops) == 50
    assert stops.speed.shape == stops.distance.shape == (50,)
    assert stops.speed.dtype == stops.distance.dtype == np.float64
    # 4 to 25 miles an hour, 2 to 120 feet
    assert stops.speed[[0, -1]] == pytest.approx([1.78816, 11.176])
    assert [stops.distance.min(), stops.distance.max()] == pytest.approx([0.6096, 36.576])
    assert (np.diff(stops.speed) >= 0).all()


def test_the_straight_line_is_the_one_in_every_textbook(stops):
    mph, feet = stops.speed / 0.44704, stops.distance / 0.3048
    assert np.polyfit(mph, feet, 1) == pytest.approx([3.932409, -17.579095], abs=1e-6)


def test_each_load_is_a_fresh_copy():
    load_stopping_distances().speed[:] = -1
    assert load_stopping_distances().speed.min() > 0


def test_speeds_and_distances_must_agree():
    with pytest.raises(ValueError, match=r"shape \(3,\) and the distances \(2,\)"):
        StoppingDistances(np.zeros(3), np.zeros(2))


def test_repr_is_short(stops):
    assert repr(stops) == "<StoppingDistances: 50 stops>"
