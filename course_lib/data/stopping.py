"""Fifty stops of cars in the 1920s: how fast each car went, and how far it still went."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

METRES_PER_FOOT = 0.3048
METRES_PER_MILE = 1609.344
SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, eq=False, repr=False)
class StoppingDistances:
    """Speeds of cars, and the distances in which they came to a stop.

    Attributes
    ----------
    speed
        Shape ``(n,)``, float64, in metres per second.
    distance
        Shape ``(n,)``, float64, in metres.
    """

    speed: NDArray[np.float64]
    distance: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.speed.ndim != 1 or self.speed.shape != self.distance.shape:
            raise ValueError(
                "StoppingDistances: expected speeds and distances of one shape (n,), but the "
                f"speeds have shape {self.speed.shape} and the distances {self.distance.shape}."
            )

    def __len__(self) -> int:
        return len(self.speed)

    def __repr__(self) -> str:
        return f"<StoppingDistances: {len(self)} stops>"


def load_stopping_distances() -> StoppingDistances:
    """Load the 50 stops, slowest first, in metric units. Each call gives fresh arrays.

    Source: M. Ezekiel, Methods of Correlation Analysis, Wiley, 1930; see ``stopping.md``.
    The file holds miles per hour and feet, as published.

    >>> stops = load_stopping_distances()
    >>> stops
    <StoppingDistances: 50 stops>
    >>> print(f"{stops.speed[0]:.3f} m/s, {stops.distance[0]:.3f} m")
    1.788 m/s, 0.610 m
    """
    text = files("course_lib.data").joinpath("stopping.csv").read_text(encoding="ascii")
    mph, feet = np.loadtxt(text.splitlines(), delimiter=",", skiprows=1, unpack=True)
    speed = mph * METRES_PER_MILE / SECONDS_PER_HOUR
    return StoppingDistances(speed, feet * METRES_PER_FOOT)
