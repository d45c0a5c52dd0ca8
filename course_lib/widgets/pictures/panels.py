"""Where the panels of a still picture stand."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

LEFT, RIGHT, BOTTOM, TOP = 0.75, 0.15, 0.55, 0.4  # inches around a panel, for its labels
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def panels(
    figure: Figure, width: float, height: float, count: int, *, first: int = 0
) -> list[Axes]:
    """Axes side by side in a figure of this size, from the ``first`` place to the last.

    Their margins are fixed: to measure the labels first, as matplotlib's layouts do, would take
    as long as all of the drawing, and a widget waits for its still picture.
    """
    figure.set_size_inches(width, height)
    column = width / count
    size = ((column - LEFT - RIGHT) / width, (height - BOTTOM - TOP) / height)
    return [
        figure.add_axes(((k * column + LEFT) / width, BOTTOM / height, *size))
        for k in range(first, count)
    ]


def powers_of_ten(axis: Axis) -> None:
    """Label a logarithmic axis: 10⁻³, in plain letters, which are drawn faster than formulas."""
    axis.set_major_formatter(_power)
    axis.set_minor_formatter(NullFormatter())


def _power(number: float, _: Any) -> str:
    return "10" + str(round(math.log10(number))).translate(SUPERSCRIPTS)
