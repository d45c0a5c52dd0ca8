"""A chain of dials as a still picture."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from course_lib.palette import colours, text_on_light
from course_lib.widgets.chain import Rates

TURN = 10.0  # this much of a value is one turn of its dial


def draw_dials(figure: Figure, rates: Rates, two_paths: bool) -> None:
    """Draw all dials with their values, and arrows with the rates."""
    figure.set_size_inches(7.2, 3.6 if two_paths else 2.4)
    ax = figure.add_axes((0, 0, 1, 1))
    up = 1.6 if two_paths else 0.0
    places = {"x": (0.0, 0.0), "u": (4.0, up), "v": (4.0, -up), "y": (8.0, 0.0)}
    shown = ["x", "u", "v", "y"] if two_paths else ["x", "u", "y"]
    for name in shown:
        _dial(ax, places[name], name, getattr(rates, name))
    arrows = [("x", "u", rates.u_by_x), ("u", "y", rates.y_by_u)]
    if two_paths:
        arrows += [("x", "v", rates.v_by_x), ("v", "y", rates.y_by_v)]
    for start, end, rate in arrows:
        a, b = np.array(places[start]), np.array(places[end])
        unit = (b - a) / np.hypot(*(b - a))
        look = {"arrowstyle": "-|>", "color": colours.tangents, "lw": 2}
        ax.annotate("", tuple(b - 1.3 * unit), tuple(a + 1.3 * unit), arrowprops=look)
        x, y = (a + b) / 2
        ax.text(x, y + 0.25, f"× {rate:.4g}", color=text_on_light.tangents, ha="center")
    ax.set(xlim=(-1.6, 9.6), ylim=(-1.9 - up, 1.5 + up), aspect="equal")
    ax.axis("off")


def _dial(ax: Axes, place: tuple[float, float], name: str, value: float) -> None:
    x, y = place
    ax.add_patch(Circle(place, 1.1, fc="#f1f4f7", ec=colours.values, lw=2))
    if np.isfinite(value):
        angle = 2 * np.pi * value / TURN
        hand = (x + 0.9 * np.sin(angle), y + 0.9 * np.cos(angle))
        ax.plot([x, hand[0]], [y, hand[1]], color=colours.values, lw=3, solid_capstyle="round")
    ax.text(x, y - 1.5, f"{name} = {value:.4g}", ha="center", color=colours.values)
