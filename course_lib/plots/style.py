"""What every figure of the course looks like, in one place."""

from __future__ import annotations

from typing import NamedTuple

import matplotlib.pyplot as plt
from cycler import cycler


class Colours(NamedTuple):
    """The course's colours, named by what they mean.

    The hues are those of Okabe and Ito (Color Universal Design, 2008), which people with any kind
    of colour vision can tell apart; grey and slate differ from them, and from each other, in
    lightness.

    >>> colours.adjoints
    '#D55E00'
    """

    values: str = "#3B4A5A"  # slate
    tangents: str = "#0072B2"  # blue: forward mode, x_dot
    adjoints: str = "#D55E00"  # vermilion: reverse mode, x_bar
    curvature: str = "#009E73"  # bluish green: second order
    approximations: str = "#CC79A7"  # reddish purple: finite differences and the like
    wrong_beliefs: str = "#8A8A8A"  # grey


colours = Colours()

STYLE = {
    # Every reader has this font: matplotlib ships it. So figures are the same on all machines.
    "font.family": "DejaVu Sans",
    "font.size": 11.0,
    "figure.figsize": (6.4, 3.6),
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "savefig.facecolor": "white",  # readable on a dark page, too
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.edgecolor": colours.values,
    "axes.labelcolor": colours.values,
    "axes.titlecolor": colours.values,
    "axes.titlelocation": "left",
    "axes.titlesize": 12.0,
    "axes.prop_cycle": cycler(color=colours),
    "xtick.color": colours.values,
    "ytick.color": colours.values,
    "text.color": colours.values,
    "lines.linewidth": 2.0,
    "legend.frameon": False,
    "image.cmap": "Greys",
    "image.interpolation": "nearest",
}


def use_course_style() -> None:
    """Give all figures drawn from now on the course's look. Call it once, in a notebook's set-up.

    >>> use_course_style()
    >>> plt.rcParams["axes.spines.top"]
    False
    """
    plt.style.use(STYLE)
