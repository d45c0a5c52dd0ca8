"""Where to draw the nodes of a graph: in layers from left to right, with few crossing arrows.

The steps are those of Sugiyama, Tagawa and Toda (1981): each node goes to a layer beyond the nodes
that it needs; arrows that pass a layer get a place in it, one for all that come from the same node;
within each layer, nodes are sorted by the middle of their neighbours; then all are moved as close
to these middles as their sizes allow. Ties are broken by order, so that the same graph always gives
the same picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

SWEEPS = 12
STRAIGHTER = 8  # how much more a passing arrow insists on its place than a node does


class Box(NamedTuple):
    """The room that a node takes: to both sides of its middle, above it, and below it."""

    half_width: float
    above: float
    below: float


class Layout(NamedTuple):
    """Where everything is.

    For each node its middle and the two sides of its layer; for each edge where it goes through the
    layers that it passes; the size of it all.
    """

    x: list[int]
    y: list[int]
    sides: list[tuple[int, int]]
    passes: list[list[tuple[int, int, int]]]  # (left, right, y) of each layer
    width: int
    height: int


def lay_out(
    boxes: Sequence[Box], edges: Sequence[tuple[int, int]], gaps: Sequence[float], gap_below: float
) -> Layout:
    """Place nodes that are numbered so that each edge leads to a higher number.

    Parameters
    ----------
    boxes
        The room of each node.
    edges
        Pairs (from, to).
    gaps
        For each node the room to its left that arrows need.
    gap_below
        The least distance from one node to the one below it.
    """
    if not boxes:
        return Layout([], [], [], [], 0, 0)
    layers = _layers(len(boxes), edges)
    chains, layer_of, origin = _chains(layers, edges)
    rooms = [*boxes, *[Box(0, gap_below / 2, gap_below / 2)] * (len(origin) - len(boxes))]
    links = sorted({link for chain in chains for link in pairwise(chain)})
    order = _order(layer_of, links)
    y = _heights(order, links, rooms, origin, gap_below)
    left, right = _columns(layers, boxes, gaps)
    return Layout(
        x=[round((left[k] + right[k]) / 2) for k in layers],
        y=[round(y[node]) for node in range(len(boxes))],
        sides=[(left[k], right[k]) for k in layers],
        passes=[
            [(left[layer_of[p]], right[layer_of[p]], round(y[p])) for p in chain[1:-1]]
            for chain in chains
        ],
        width=right[-1],
        height=round(max(y[v] + room.below for v, room in enumerate(rooms))),
    )


def _layers(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The length of the longest way from an input; then nodes go nearer to where they are used."""
    before, after = neighbours(count, sorted(set(edges)))
    layers = [0] * count
    for node in range(count):
        layers[node] = max((layers[parent] + 1 for parent in before[node]), default=0)
    for node in reversed(range(count)):
        if 0 < len(before[node]) <= len(after[node]):
            layers[node] = min(layers[child] for child in after[node]) - 1
    return layers


def _chains(
    layers: Sequence[int], edges: Sequence[tuple[int, int]]
) -> tuple[list[list[int]], list[int], list[int]]:
    """Each edge as a chain of vertices, one in each layer: the nodes, and new ones in passing.

    Also the layer of each vertex, old and new, and the node from which it comes.
    """
    layer_of, origin = list(layers), list(range(len(layers)))
    place: dict[tuple[int, int], int] = {}
    chains = []
    for start, end in edges:
        chain = [start]
        for layer in range(layers[start] + 1, layers[end]):
            if (start, layer) not in place:
                place[start, layer] = len(origin)
                layer_of.append(layer)
                origin.append(start)
            chain.append(place[start, layer])
        chains.append([*chain, end])
    return chains, layer_of, origin


# The order within each layer ---------------------------------------------------------------------

Order = list[list[int]]
Links = Sequence[tuple[int, int]]


def _order(layer_of: Sequence[int], links: Links) -> Order:
    """Sort layers by their neighbours to the left, to the right, and so on; keep the best."""
    order: Order = [[] for _ in range(max(layer_of) + 1)]
    for vertex, number in enumerate(layer_of):
        order[number].append(vertex)
    before, after = neighbours(len(layer_of), links)
    best, fewest = order, _crossings(order, layer_of, links)
    for sweep in range(SWEEPS):
        order = [list(layer) for layer in order]
        to_the_right = sweep % 2 == 0
        sides = before if to_the_right else after
        for layer in order if to_the_right else reversed(order):
            _sort_by_neighbours(layer, sides, order, layer_of)
        crossings = _crossings(order, layer_of, links)
        if crossings < fewest:
            best, fewest = order, crossings
    return best


def neighbours(count: int, links: Links) -> tuple[list[list[int]], list[list[int]]]:
    """For each vertex those that lead to it, and those that it leads to."""
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for start, end in links:
        before[end].append(start)
        after[start].append(end)
    return before, after


def _sort_by_neighbours(
    layer: list[int], sides: list[list[int]], order: Order, layer_of: Sequence[int]
) -> None:
    """Sort by the mean position of the neighbours; a vertex without any keeps its place."""
    place = {v: i for other in order for i, v in enumerate(other)}
    own = {v: float(i) for i, v in enumerate(layer)}
    scale = {v: len(layer) / len(order[layer_of[s[0]]]) for v in layer if (s := sides[v])}
    mean = {v: sum(place[s] for s in sides[v]) / len(sides[v]) * scale[v] for v in scale}
    layer.sort(key=lambda v: (mean.get(v, own[v]), own[v]))


def _crossings(order: Order, layer_of: Sequence[int], links: Links) -> int:
    place = {v: i for layer in order for i, v in enumerate(layer)}
    between: list[list[tuple[int, int]]] = [[] for _ in order]
    for start, end in links:
        between[layer_of[start]].append((place[start], place[end]))
    return sum(_inversions(pairs) for pairs in between)


def _inversions(pairs: list[tuple[int, int]]) -> int:
    if len(pairs) < 2:
        return 0
    start, end = np.array(pairs).T
    return int(np.sum((start[:, None] < start) & (end[:, None] > end)))


# Heights -----------------------------------------------------------------------------------------


def _heights(
    order: Order, links: Links, rooms: Sequence[Box], origin: Sequence[int], gap: float
) -> dict[int, float]:
    """The y of each vertex: near the mean of its neighbours, and never too near another.

    What passes a layer would like to stay level with the node that it comes from.
    """
    before, after = neighbours(len(rooms), links)
    weights = [_weight(v, origin[v], before[v] + after[v]) for v in range(len(rooms))]
    y = [0.0] * len(rooms)

    def move(layer: Sequence[int], near: Callable[[int], list[int]]) -> None:
        wanted = []
        for i, v in enumerate(layer):
            middle = near(v) if v == origin[v] else [origin[v]]
            middle = middle or before[v] + after[v] or [layer[max(i - 1, 0)]]
            wanted.append(sum(y[n] for n in middle) / len(middle))
        places = _spread(wanted, [weights[v] for v in layer], [rooms[v] for v in layer], gap)
        for v, place in zip(layer, places, strict=True):
            y[v] = place

    for _ in range(SWEEPS):
        for layer in order:
            move(layer, lambda v: before[v])
        for layer in reversed(order):
            move(layer, lambda v: after[v])
    for layer in [*order, *reversed(order)]:
        move(layer, lambda v: before[v] + after[v])
    for layer in order:  # at last, chains become straight lines
        move(layer, lambda v: before[v] if _in_a_chain(v, before, after) else [v])
    top = min(height - room.above for height, room in zip(y, rooms, strict=True))
    return {v: height - top for v, height in enumerate(y)}


def _weight(vertex: int, origin: int, near: list[int]) -> float:
    """How much a vertex insists on its place; one without neighbours leaves it to the others."""
    return STRAIGHTER if vertex != origin else 1 if near else 1 / 1024


def _in_a_chain(v: int, before: list[list[int]], after: list[list[int]]) -> bool:
    return len(before[v]) == 1 and len(after[before[v][0]]) == 1


def _spread(
    wanted: Sequence[float], weights: Sequence[float], rooms: Sequence[Box], gap: float
) -> list[float]:
    """The places nearest to those wanted (by squares) that keep the order and leave the gaps.

    This is isotonic regression: neighbours that want to pass one another are pooled.
    """
    shifts = [0.0]
    for upper, lower in pairwise(rooms):
        shifts.append(shifts[-1] + upper.below + gap + lower.above)
    pools: list[tuple[float, float, int]] = []  # (mean, weight, how many)
    for place, shift, weight in zip(wanted, shifts, weights, strict=True):
        mean, size = place - shift, 1
        while pools and pools[-1][0] > mean:
            other, other_weight, other_size = pools.pop()
            mean = (mean * weight + other * other_weight) / (weight + other_weight)
            weight, size = weight + other_weight, size + other_size
        pools.append((mean, weight, size))
    means = [mean for mean, _, size in pools for _ in range(size)]
    return [mean + shift for mean, shift in zip(means, shifts, strict=True)]


def _columns(
    layers: Sequence[int], boxes: Sequence[Box], gaps: Sequence[float]
) -> tuple[list[int], list[int]]:
    """The left and right end of each layer."""
    left: list[int] = []
    right: list[int] = []
    for layer in range(max(layers) + 1):
        inside = [v for v, k in enumerate(layers) if k == layer]
        start = right[-1] + max(gaps[v] for v in inside) if right else 0
        left.append(round(start))
        right.append(round(start + 2 * max(boxes[v].half_width for v in inside)))
    return left, right
