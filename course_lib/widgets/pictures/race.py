"""The descent race as a still picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from course_lib.palette import colours
from course_lib.widgets.landscape import Landscape, Window, sample
from course_lib.widgets.pictures.hill import GROUND, NODES
from course_lib.widgets.pictures.panels import panels, powers_of_ten
from course_lib.widgets.racers import Lane

LOOKS = {
    "gradient descent": (colours.adjoints, "-"),
    "momentum": (colours.adjoints, ":"),
    "Newton": (colours.curvature, "-"),
    "damped Newton": (colours.curvature, ":"),
}


def draw_race(figure: Figure, f: Landscape, window: Window, lanes: dict[str, Lane]) -> None:
    """Draw all paths on the map, and heights above the lowest place against steps."""
    above, loss = panels(figure, 8.4, 3.9, 2)
    left, right, bottom, top = window
    x, y = np.linspace(left, right, NODES), np.linspace(bottom, top, NODES)
    z = np.ma.masked_invalid(sample(f, window, NODES)[0])
    above.contourf(x, y, z, levels=40, cmap=GROUND)
    heights = np.concatenate([lane.heights for lane in lanes.values()])
    lowest = np.min(heights, where=np.isfinite(heights), initial=np.inf)
    for name, lane in lanes.items():
        colour, style = LOOKS[name]
        look: dict[str, Any] = {
            "color": colour,
            "ls": style,
            "marker": ".",
            "markersize": 4,
            "lw": 1.5,
        }
        above.plot(*lane.path.T, **look)
        drop = np.maximum(lane.heights - lowest, 1e-16)
        loss.semilogy(np.minimum(drop, 1e6), label=f"{name}: {lane.ending}", **look)
    above.set(xlim=(left, right), ylim=(bottom, top), xlabel="x", ylabel="y", aspect="equal")
    loss.set(xlabel="step", title="height above the lowest place reached")
    loss.legend(fontsize=8)
    powers_of_ten(loss.yaxis)
