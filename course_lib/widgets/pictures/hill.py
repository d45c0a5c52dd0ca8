"""The hill explorer as a still picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LightSource, LinearSegmentedColormap
from matplotlib.figure import Figure

from course_lib.palette import colours, text_on_light
from course_lib.widgets.critical import Scale, principal
from course_lib.widgets.landscape import Array, Landscape, Window, sample
from course_lib.widgets.pictures.panels import panels

GROUND = LinearSegmentedColormap.from_list("ground", ["#748a9e", "#becad0", "#faf7ee"])
NODES = 61
LINES = 13
PLATE = {"fc": "white", "ec": "none", "alpha": 0.7, "pad": 1.0}


def draw_hill(
    figure: Figure,
    f: Landscape,
    window: Window,
    point: Sequence[float],
    derivatives: tuple[float, Array, Array],
    scale: Scale,
    title: str,
) -> None:
    """Draw the hill from the side and from above, with the hiker's gradient and bends."""
    left, right, bottom, top = window
    x, y = np.linspace(left, right, NODES), np.linspace(bottom, top, NODES)
    z = np.ma.masked_invalid(sample(f, window, NODES)[0])
    above = panels(figure, 8.4, 4.1, 2, first=1)[0]
    side = figure.add_subplot(projection="3d")
    side.set_position((0, 0, 0.5, 1))
    light = LightSource(azdeg=315, altdeg=50)
    coarse = z[::2, ::2]  # or drawing would take most of a second
    tint = light.shade(coarse.filled(np.nan), GROUND, vert_exag=0.05, blend_mode="soft")
    tint[..., :3] *= 0.93  # or the summits would melt into the white page
    side.computed_zorder = False  # or the hiker would vanish in the ground
    floor = np.meshgrid(x[::2], y[::2])
    side.plot_surface(*floor, coarse, facecolors=tint, rstride=1, cstride=1, shade=False)
    side.scatter(*point, derivatives[0], color=colours.adjoints, s=40, depthshade=False, zorder=5)
    side.set_axis_off()
    side.view_init(elev=35, azim=-60)
    side.set_box_aspect((1, 1, 0.6), zoom=1.12)
    above.set(xlabel="x", ylabel="y", aspect="equal", title=title)
    above.contourf(x, y, z, levels=40, cmap=GROUND)
    above.contour(x, y, z, levels=LINES, colors=colours.values, linewidths=0.6, linestyles="solid")
    _draw_place(above, window, point, derivatives, scale, z)


def _draw_place(
    ax: Axes,
    window: Window,
    point: Sequence[float],
    derivatives: tuple[float, Array, Array],
    scale: Scale,
    z: Array,
) -> None:
    value, gradient, hessian = derivatives
    left, right, bottom, top = window
    size = (right - left) / 8
    here = np.asarray(point)
    if np.isfinite(value) and z.min() < value < z.max():
        x, y = np.linspace(left, right, NODES), np.linspace(bottom, top, NODES)
        ax.contour(x, y, z, levels=[value], colors=colours.values, linewidths=2, linestyles="solid")
    for bend, direction in zip(*principal(hessian), strict=True):
        if np.isfinite(bend):
            start, end = here - size * direction, here + size * direction
            double = {"arrowstyle": "<->", "color": colours.curvature}
            ax.annotate("", tuple(start), tuple(end), arrowprops=double)
            x, y = np.clip(here + 1.4 * size * direction, *_inner(window))
            number = f"{bend:+.3g}".replace("-", "−")
            ax.text(
                x, y, number, color=text_on_light.curvature, ha="center", va="center", bbox=PLATE
            )
    slope = float(np.hypot(*gradient))
    if np.isfinite(slope) and slope > 0:
        tip = here + 2 * size * gradient / slope * slope / (slope + scale.slope)
        arrow = {"color": colours.adjoints, "width": 2.5, "headwidth": 10, "headlength": 10}
        ax.annotate("", tuple(tip), tuple(here), arrowprops=arrow)
    ax.plot(*here, "o", color=colours.adjoints, markersize=7)


def _inner(window: Window) -> Array:
    """The corners, lower left and upper right, of where a number fits into the map."""
    left, right, bottom, top = window
    x, y = (right - left) / 10, (top - bottom) / 25
    return np.array([[left + x, bottom + y], [right - x, top - y]])
