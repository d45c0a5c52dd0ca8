"""A curve of losses."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from course_lib.plots.style import colours


def plot_loss(
    losses: Sequence[float],
    ax: Axes | None = None,
    *,
    label: str | None = None,
    colour: str = colours.values,
    unit: str = "iteration",
) -> Axes:
    """Draw the loss against the number of the iteration, counted from 0.

    Parameters
    ----------
    losses
        Shape ``(n,)``: the loss before the first iteration, after it, and so on.
    ax
        Where to draw; a new figure without it. Call again with the same ``ax`` for a second curve.
    label
        The curve's name, for the legend.
    colour
        The curve's colour: slate, since a loss is a value.
    unit
        What one step to the right is: ``"iteration"`` or ``"epoch"``.

    Examples
    --------
    >>> ax = plot_loss([2.3, 1.1, 0.4], unit="epoch")
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('epoch', 'loss')
    >>> plt.close(ax.figure)
    """
    if ax is None:
        ax = plt.subplots()[1]
    (line,) = ax.plot(range(len(losses)), losses, color=colour, label=label)
    ax.set(xlabel=unit, ylabel="loss")
    # The axis begins at 0, however high the next curve goes: see how near the floor the loss is.
    line.sticky_edges.y.append(0)
    ax.update_datalim([(0, 0)])
    ax.autoscale_view()
    if label is not None:
        ax.legend()
    return ax
