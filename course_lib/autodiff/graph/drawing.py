"""A graph as a picture: SVG, the same bytes for the same graph, on a card of its own.

Each line of the graph is a group ``<g class="node" id="node-3" data-name="v1">``, and each use of a
value ``<g class="edge" id="edge-3-5-0">`` (from, to, which operand), so that a program can find
them and show a sweep in motion.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.autodiff import errors
from course_lib.autodiff.graph import svg
from course_lib.autodiff.graph.labels import LINE_HEIGHT, PORT, SMALL_LETTER, DrawnNode, Numbers
from course_lib.autodiff.graph.layout import Layout, lay_out
from course_lib.autodiff.graph.table import label, summary

if TYPE_CHECKING:
    from course_lib.autodiff.graph.graph import Graph

MOST = 150  # nodes; more cannot be read
DRAWN_UNASKED = 40  # nodes, by a notebook that shows a graph
SPOKEN = 40  # nodes that the picture in words names
GAP_BELOW, ROOM_FOR_CURVES = 14, 44  # pixels

Use = tuple[int, int, int]  # from a line, to a line, as its operand number …


class Drawing:
    """The picture of a graph; a notebook shows it.

    Attributes
    ----------
    svg
        The picture as SVG text, readable on light and dark pages.
    alt
        The picture in words.
    """

    def __init__(self, title: str, alt: str, svg: str) -> None:
        self.title, self.alt, self.svg = title, alt, svg

    def __repr__(self) -> str:
        return f"<Drawing of {self.title}>"

    def _repr_html_(self) -> str:
        # An image rather than SVG in the page: notebooks that are not trusted yet show it, too.
        source = f"data:image/svg+xml;base64,{b64encode(self.svg.encode()).decode()}"
        image = f'<img alt="{escape(self.alt)}" src="{source}" style="max-width:none">'
        return f'<div style="overflow-x:auto">{image}</div>'

    def save(self, path: str | Path) -> None:
        """Write the SVG to a file."""
        Path(path).write_text(self.svg, encoding="utf-8")


def draw(graph: Graph, numbers: Numbers) -> Drawing:
    """Draw the lines of a graph with the numbers asked for."""
    if len(graph.lines) > MOST:
        raise errors.too_large_to_draw(len(graph.lines), MOST)
    nodes = [DrawnNode(line, numbers) for line in graph.lines]
    uses = [(p, i, k) for i, n in enumerate(nodes) for k, p in enumerate(n.line.parents)]
    layout = lay_out(
        [node.room for node in nodes],
        [(start, end) for start, end, _ in uses],
        [node.room_for_partials + ROOM_FOR_CURVES for node in nodes],
        GAP_BELOW,
    )
    legend, width, height = _legend(numbers.legend(graph), layout)
    parts = [*_edges(nodes, uses, layout), *_nodes(nodes, layout), *legend]
    title, words = f"Graph of {summary(graph)}", _in_words(nodes)
    picture = svg.picture(title, words, parts, width, height)
    return Drawing(summary(graph), f"{title}. {words}", picture)


def _in_words(nodes: Sequence[DrawnNode]) -> str:
    said = []
    for node in nodes:
        name, operation = label(node.line), [] if node.kind == "input" else [node.line.operation]
        beside = [*node.above, *(f"{kind} {text[2:]}" for kind, text in node.below)]
        partials = zip(node.line.operands, node.partials, strict=True)
        beside += [f"local derivative along {operand} {d}" for operand, d in partials if d]
        said.append(", ".join([" = ".join([name, *operation]), *beside]))
    left_out = f"; and {len(said) - SPOKEN} more lines" if len(said) > SPOKEN else ""
    return f"From left to right: {'; '.join(said[:SPOKEN])}{left_out}."


def _nodes(nodes: Sequence[DrawnNode], layout: Layout) -> Iterator[str]:
    for number, placed in enumerate(zip(nodes, layout.x, layout.y, strict=True)):
        yield from svg.node(number, *placed)


def _edges(nodes: Sequence[DrawnNode], uses: Sequence[Use], layout: Layout) -> Iterator[str]:
    ports = _ports(uses, layout)
    for use, passes, port in zip(uses, layout.passes, ports, strict=True):
        start, end, operand = use
        leaves = layout.x[start] + round(nodes[start].width / 2)
        arrives = layout.sides[end][0] - round(nodes[end].room_for_partials)
        level = [(leaves, layout.sides[start][1], layout.y[start]), *passes]
        points = [point for left, right, y in level for point in ((left, y), (right, y))]
        tip = layout.x[end] - round(nodes[end].width / 2)
        yield from svg.edge(use, [*points, (arrives, port)], tip, nodes[end].partials[operand])


def _ports(uses: Sequence[Use], layout: Layout) -> list[int]:
    """How high each arrow ends: those that come from above above the others."""
    ports = [0] * len(uses)
    arrivals: dict[int, list[tuple[int, int, int]]] = {}
    for use, (start, end, operand) in enumerate(uses):
        comes_from = layout.passes[use][-1][2] if layout.passes[use] else layout.y[start]
        arrivals.setdefault(end, []).append((comes_from, operand, use))
    for end, arriving in arrivals.items():
        for rank, (_, _, use) in enumerate(sorted(arriving)):
            ports[use] = layout.y[end] + round((rank - (len(arriving) - 1) / 2) * PORT)
    return ports


def _legend(entries: Sequence[tuple[str, str]], layout: Layout) -> tuple[list[str], int, int]:
    """The explanations below, in as many rows as it takes; the size of the whole picture."""
    widest = max([layout.width, *(round(len(text) * SMALL_LETTER) for _, text in entries)])
    texts, x, y = [], 0, layout.height + 30
    for kind, text in entries:
        width = round(len(text) * SMALL_LETTER)
        if x and x + width > widest:
            x, y = 0, y + LINE_HEIGHT
        texts.append(svg.text(f"{kind} legend", x, y, text))
        x += width + 22
    return texts, widest, y if entries else layout.height
