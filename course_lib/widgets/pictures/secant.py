"""Secant and zoom as a still picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from course_lib.palette import colours
from course_lib.widgets.curves import values
from course_lib.widgets.pictures.panels import panels, powers_of_ten
from course_lib.widgets.slopes import STEPS, Slopes

FLOOR = 1e-17


def draw_secant(
    figure: Figure,
    f: Callable[[Any], Any],
    window: tuple[float, float],
    x: float,
    step: int,
    found: Slopes,
) -> None:
    """Draw the curve with secant and tangent, and the errors against the step."""
    curve, errors = panels(figure, 8.4, 3.6, 2)
    places = np.linspace(*window, 401)
    here, h = values(f, [x])[0], STEPS[step]
    curve.plot(places, values(f, places), color=colours.values)
    limits = curve.get_ylim()
    secant = here + found.forward[step] * (places - x)
    curve.plot(places, secant, color=colours.approximations, label=f"secant, h = {h:.2g}")
    tangent = here + found.exact * (places - x)
    curve.plot(places, tangent, color=colours.tangents, ls="--", label="tangent")
    curve.plot([x, x + h], values(f, [x, x + h]), "o", color=colours.approximations)
    curve.set(xlabel="x", ylim=limits, xlim=window)
    curve.legend(fontsize=9)
    styles = {"forward": "-", "central": "--", "complex step": ":"}
    for error, (name, style) in zip(found.errors(), styles.items(), strict=True):
        seen = np.maximum(error, FLOOR)
        errors.loglog(STEPS, seen, ls=style, color=colours.approximations, label=name)
    errors.axvline(h, color=colours.values, lw=1)
    errors.set(xlabel="step h", title="error of the slope", ylim=(FLOOR / 2, 10))
    errors.invert_xaxis()
    errors.legend(fontsize=9)
    for axis in (errors.xaxis, errors.yaxis):
        powers_of_ten(axis)
