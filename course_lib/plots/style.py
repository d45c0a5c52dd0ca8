"""What every figure of the course looks like, in one place."""

from __future__ import annotations

import matplotlib.pyplot as plt
from cycler import cycler

from course_lib.palette import colours as colours

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
