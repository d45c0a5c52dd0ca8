"""The Taylor explorers as still pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from course_lib.palette import colours
from course_lib.widgets.curves import values
from course_lib.widgets.landscape import Landscape, Window, sample
from course_lib.widgets.pictures.hill import GROUND, NODES
from course_lib.widgets.pictures.panels import panels, powers_of_ten
from course_lib.widgets.series import Array

FLOOR = 1e-17


def draw_line(
    figure: Figure,
    f: Callable[[Any], Any],
    window: tuple[float, float],
    centre: float,
    polynomial: Array,
    radius: float,
) -> None:
    """Draw function and polynomial, and the error on a logarithmic axis."""
    curve, error = panels(figure, 8.4, 3.6, 2)
    x = np.linspace(*window, 401)
    y = values(f, x)
    approximation = np.polynomial.polynomial.polyval(x - centre, polynomial)
    curve.plot(x, y, color=colours.values, label="f")
    limits = curve.get_ylim()
    name = f"order {len(polynomial) - 1}"
    curve.plot(x, approximation, color=colours.curvature, label=name)
    curve.plot(centre, polynomial[0], "o", color=colours.curvature)
    curve.set(xlabel="x", xlim=window, ylim=limits)
    curve.legend(fontsize=9)
    error.semilogy(x, np.maximum(np.abs(y - approximation), FLOOR), color=colours.curvature)
    error.set(xlabel="x", title="error", xlim=window)
    powers_of_ten(error.yaxis)
    for axes in (curve, error):
        if np.isfinite(radius):
            axes.axvspan(centre - radius, centre + radius, color=colours.curvature, alpha=0.12)


def draw_patch(
    figure: Figure, f: Landscape, window: Window, point: Sequence[float], patch: Array
) -> None:
    """Draw, for plane, quadratic and cubic patch, where each can be trusted."""
    left, right, bottom, top = window
    x, y = np.linspace(left, right, NODES), np.linspace(bottom, top, NODES)
    ground = sample(f, window, NODES)[0]
    s, t = np.meshgrid(x - point[0], y - point[1])
    orders = [s**0, s, t, s**2, s * t, t**2, s**3, s**2 * t, s * t**2, t**3]
    names = {"plane": 3, "quadratic": 6, "cubic": 10}
    for axes, (name, count) in zip(panels(figure, 8.4, 3.2, 3), names.items(), strict=True):
        miss = np.abs(
            sum(c * term for c, term in zip(patch[:count], orders, strict=False)) - ground
        )
        drop = np.nanmax(ground) - np.nanmin(ground)
        axes.contourf(x, y, ground, levels=30, cmap=GROUND)
        hue = colours.tangents if count == 3 else colours.curvature
        if np.nanmin(miss) < 0.05 * drop:
            axes.contourf(x, y, miss, levels=[0, 0.05 * drop], colors=[hue], alpha=0.5)
        axes.plot(*point, "o", color=colours.values)
        axes.set(xlabel="x", ylabel="y", aspect="equal", title=name)
