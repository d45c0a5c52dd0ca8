"""The landscapes that come with the course, each with something to find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.widgets.landscape import Landscape, Window


@dataclass(frozen=True)
class Hill:
    """A landscape with its formula, the part to show, and where the hiker starts."""

    title: str
    f: Landscape
    window: Window = (-2.0, 2.0, -2.0, 2.0)
    start: tuple[float, float] = (1.0, 0.6)


def bowl(x: Any, y: Any) -> Any:
    """A valley with one lowest place."""
    return x**2 + y**2 / 2


def ridge(x: Any, y: Any) -> Any:
    """A level ridge: each of its highest places is one of many."""
    return -((x + y) ** 2)


def saddle(x: Any, y: Any) -> Any:
    """A pass between two peaks."""
    return x**2 - y**2


def monkey_saddle(x: Any, y: Any) -> Any:
    """A pass with room for two legs and a tail."""
    return x**3 - 3 * x * y**2


def rosenbrock(x: Any, y: Any) -> Any:
    """Rosenbrock's curved valley (The Computer Journal 3, 1960)."""
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def flat_bottom(x: Any, y: Any) -> Any:
    """A minimum that second derivatives do not see."""
    return x**4 + y**4


def flat_saddle(x: Any, y: Any) -> Any:
    """A saddle that second derivatives do not see."""
    return x**4 - y**4


def peano(x: Any, y: Any) -> Any:
    """Lowest along each straight line through the origin, but not lowest (Peano, 1884)."""
    return (y - x**2) * (y - 3 * x**2)


def bumpy(x: Any, y: Any) -> Any:
    """Many peaks, pits and passes."""
    return np.sin(2 * x) * np.cos(2 * y) + 0.15 * (x**2 + y**2) + 0.3 * x


HILLS: Mapping[str, Hill] = {
    "bowl": Hill("bowl: x² + y²/2", bowl),
    "ridge": Hill("ridge: −(x + y)²", ridge, start=(1.0, 0.2)),
    "saddle": Hill("saddle: x² − y²", saddle),
    "monkey saddle": Hill("monkey saddle: x³ − 3xy²", monkey_saddle),
    "rosenbrock": Hill(
        "Rosenbrock: (1 − x)² + 100(y − x²)²", rosenbrock, (-1.6, 1.6, -0.8, 2.4), (-1.0, 1.4)
    ),
    "x⁴ + y⁴": Hill("x⁴ + y⁴", flat_bottom, (-1.5, 1.5, -1.5, 1.5)),
    "x⁴ − y⁴": Hill("x⁴ − y⁴", flat_saddle, (-1.5, 1.5, -1.5, 1.5)),
    "(y − x²)(y − 3x²)": Hill("(y − x²)(y − 3x²)", peano, (-1.0, 1.0, -1.0, 1.0), (0.4, 0.5)),
    "bumpy": Hill("bumpy: sin 2x cos 2y + …", bumpy, (-3.0, 3.0, -3.0, 3.0), (1.6, -0.8)),
}
