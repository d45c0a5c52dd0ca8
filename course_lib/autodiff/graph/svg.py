"""The parts of a drawing as SVG, and their colours on light and dark pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from course_lib.autodiff.graph.labels import ARROW, LINE_HEIGHT, DrawnNode
from course_lib.autodiff.graph.table import label
from course_lib.palette import Colours, colours, text_on_dark, text_on_light

MARGIN = 16  # pixels


def picture(title: str, words: str, parts: Sequence[str], width: int, height: int) -> str:
    """The whole picture: its title and description, style, and parts on a card."""
    width, height = width + 2 * MARGIN, height + 2 * MARGIN
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="dbm-graph" role="img" '
        f'aria-labelledby="graph-title graph-desc" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f'<title id="graph-title">{escape(title)}</title>\n'
        f'<desc id="graph-desc">{escape(words)}</desc>\n'
        f"<style>{STYLE}</style>\n"
        f'<rect class="card" width="{width}" height="{height}" rx="6"/>\n'
        f'<g transform="translate({MARGIN} {MARGIN})">\n{body}\n</g>\n</svg>\n'
    )


def text(kind: str, x: float, y: float, words: str) -> str:
    """Words of a kind, which gives them their colour."""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(words)}</text>'


def node(number: int, drawn: DrawnNode, x: int, y: int) -> Iterator[str]:
    """A node with its middle at (x, y), and the numbers above and below it."""
    line, w, h = drawn.line, round(drawn.width), drawn.height
    kind = f"{drawn.kind} output" if line.outputs else drawn.kind
    corner = h / 2 if drawn.kind == "input" else 7
    yield (
        f'<g class="node {kind}" id="node-{number}" data-name="{escape(line.name)}">'
        f"<title>{escape(f'{label(line)} = {line.operation}')}</title>"
        f'<rect x="{x - w / 2:g}" y="{y - h / 2:g}" width="{w}" height="{h:g}" rx="{corner:g}"/>'
    )
    first = y - (len(drawn.texts) - 1) * LINE_HEIGHT / 2 + 4.5
    for row, (words, role) in enumerate(zip(drawn.texts, ("name", "does"), strict=False)):
        yield text(role, x, first + row * LINE_HEIGHT, words)
    for words in drawn.above:
        yield text("value", x, y - h / 2 - 5, words)
    for row, (role, words) in enumerate(drawn.below):
        yield text(role, x, y + h / 2 + 13 + row * LINE_HEIGHT, words)
    yield "</g>"


def edge(
    use: tuple[int, int, int], points: Sequence[tuple[int, int]], tip: int, partial: str
) -> Iterator[str]:
    """An arrow (from, to, operand) through points, two by two level, that ends at x = ``tip``."""
    start, end, operand = use
    (x, y), *others = points
    path = f"M{x} {y}"
    for to_x, to_y in others:
        path += _curve(x, y, to_x, to_y)
        x, y = to_x, to_y
    yield (
        f'<g class="edge" id="edge-{start}-{end}-{operand}" data-from="{start}" data-to="{end}">'
        f'<path class="way" d="{path}H{tip - ARROW}"/>'
        f'<path class="tip" d="M{tip - 1} {y}l-{ARROW} -4v8z"/>'
    )
    if partial:
        yield text("partial", tip - ARROW - 4, y - 4, partial)
    yield "</g>"


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    """Leave and arrive level."""
    if y == to_y:
        return f"H{to_x}"
    half = (x + to_x) / 2
    return f"C{half:g} {y} {half:g} {to_y} {to_x} {to_y}"


def _colours(text: Colours, lines: Colours, card: str, node: str, line: str, where: str) -> str:
    return (
        f"{where} .card{{fill:{card}}}{where} text{{stroke:{card};fill:{text.values}}}"
        f"{where} .tangent{{fill:{text.tangents}}}{where} .adjoint{{fill:{text.adjoints}}}"
        f"{where} .node rect{{fill:{node};stroke:{lines.values}}}"
        f"{where} .node .name,{where} .node .does{{stroke:none}}"
        f"{where} .way{{stroke:{line}}}{where} .tip{{fill:{line}}}"
    )


_LIGHT = (text_on_light, colours, "#ffffff", "#f1f4f7", "#7d8a98")
_DARK = (text_on_dark, text_on_dark, "#1b2027", "#2a323c", "#8f9cab")
STYLE = (
    ".dbm-graph{font-family:'DejaVu Sans Mono',Menlo,Consolas,monospace;font-size:12px}"
    ".dbm-graph text{text-anchor:middle;paint-order:stroke;stroke-width:4;stroke-linejoin:round}"
    ".dbm-graph .partial{text-anchor:end}.dbm-graph .legend{text-anchor:start}"
    ".dbm-graph :is(.name,.does){font-size:13px}.dbm-graph .name{font-weight:bold}"
    ".dbm-graph .node rect{stroke-width:1.2}.dbm-graph .output rect{stroke-width:3}"
    ".dbm-graph .way{fill:none;stroke-width:1.4}"
    + _colours(*_LIGHT, ".dbm-graph")
    # As a picture of its own it follows the reader's system; inside JupyterLab's page, JupyterLab.
    + f"@media (prefers-color-scheme:dark){{{_colours(*_DARK, '.dbm-graph:root')}}}"
    + _colours(*_DARK, '[data-jp-theme-light="false"] .dbm-graph')
)
