"""A small layered network, with its numbers on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from course_lib.plots.style import colours

Layers = Sequence[Sequence[object]]
RADIUS = 0.24
ACROSS, DOWN = 2.4, 1.3  # from a node to the next one to its right, and to the one below it
# Two edges between the same layers cross half-way; before that, their labels keep apart.
LABEL_AT = 0.3


def draw_network(
    names: Sequence[Sequence[str]],
    *,
    weights: Sequence[Layers] | None = None,
    values: Layers | None = None,
    adjoints: Layers | None = None,
) -> Figure:
    """Draw a fully connected network from left to right, one column for each layer.

    Labels are drawn as they are given: numbers are formatted by the caller.

    Parameters
    ----------
    names
        The nodes' names, layer by layer: ``[["i1", "i2"], ["h1", "h2"], ["o1", "o2"]]``.
    weights
        For each pair of layers a table of labels, ``weights[k][to][from]``: one row for each node
        that the edges go to, as in the matrix W of ``W @ x``.
    values, adjoints
        Labels for the nodes, layer by layer: values above them in slate, adjoints below them in
        vermilion.

    Raises
    ------
    ValueError
        If a table of labels has another shape than the network.

    Examples
    --------
    >>> fig = draw_network([["x1", "x2"], ["y"]], weights=[[["0.15", "0.20"]]])
    >>> plt.close(fig)
    """
    sizes = [len(layer) for layer in names]
    _check_shapes(sizes, weights=weights, values=values, adjoints=adjoints)
    height = max(sizes) * DOWN
    fig, ax = plt.subplots(
        figsize=(ACROSS * (len(sizes) - 1) + 1.6, height + 0.2), layout="constrained"
    )
    ax.set(xlim=(-0.8, ACROSS * (len(sizes) - 1) + 0.8), ylim=(-height / 2, height / 2))
    ax.set_aspect("equal")
    ax.axis("off")
    for layer in range(len(sizes) - 1):
        _draw_edges(ax, sizes, layer, None if weights is None else weights[layer])
    for layer, node in _nodes(sizes):
        x, y = _place(sizes, layer, node)
        ax.add_patch(Circle((x, y), RADIUS, fc="white", ec=colours.values, lw=1.5, zorder=2))
        ax.text(x, y, names[layer][node], ha="center", va="center", zorder=3)
        if values is not None:
            _label(ax, x, y + RADIUS + 0.14, values[layer][node], colours.values)
        if adjoints is not None:
            _label(ax, x, y - RADIUS - 0.14, adjoints[layer][node], colours.adjoints)
    return fig


def _nodes(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((layer, node) for layer, size in enumerate(sizes) for node in range(size))


def _place(sizes: Sequence[int], layer: int, node: int) -> tuple[float, float]:
    return ACROSS * layer, DOWN * ((sizes[layer] - 1) / 2 - node)


def _label(ax: Axes, x: float, y: float, label: object, colour: str) -> None:
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    ax.text(x, y, str(label), color=colour, fontsize=9, ha="center", va="center", bbox=box)


def _draw_edges(ax: Axes, sizes: Sequence[int], layer: int, labels: Layers | None) -> None:
    for start in range(sizes[layer]):
        for end in range(sizes[layer + 1]):
            (x0, y0), (x1, y1) = _place(sizes, layer, start), _place(sizes, layer + 1, end)
            ax.plot([x0, x1], [y0, y1], color=colours.values, lw=1, zorder=1)
            if labels is not None:
                x, y = x0 + LABEL_AT * (x1 - x0), y0 + LABEL_AT * (y1 - y0)
                _label(ax, x, y, labels[end][start], colours.values)


def _check_shapes(
    sizes: list[int],
    *,
    weights: Sequence[Layers] | None,
    values: Layers | None,
    adjoints: Layers | None,
) -> None:
    for argument, labels in (("values", values), ("adjoints", adjoints)):
        if labels is not None and [len(layer) for layer in labels] != sizes:
            raise ValueError(
                f"draw_network: the layers have {sizes} nodes, but {argument} has labels for "
                f"{[len(layer) for layer in labels]}."
            )
    if weights is not None:
        expected = [[before] * after for before, after in pairwise(sizes)]
        actual = [[len(row) for row in table] for table in weights]
        if actual != expected:
            raise ValueError(
                "draw_network: weights must be one table for each pair of layers, a row for each "
                f"node to the right; row lengths should be {expected}, but are {actual}."
            )
