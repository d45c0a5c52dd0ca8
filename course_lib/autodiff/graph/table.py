"""A table of an evaluation trace, as plain text and for notebooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from course_lib.autodiff.graph.notation import derivative, number, plural, value
from course_lib.palette import colours

if TYPE_CHECKING:
    from course_lib.autodiff.graph.graph import Graph
    from course_lib.autodiff.graph.line import Line

WIDTH = 100  # letters in a line of text
GAP = "  "
NARROWEST = 10  # letters in a column of words
CELL = "text-align:left;padding:.2em .8em"  # in HTML
CAPTION = "text-align:left;white-space:nowrap;padding:.4em .8em"
LINES = 60  # a longer trace is shown by its beginning and its end


@dataclass(frozen=True)
class Column:
    """A heading, and how its cells look: aligned right or left, up to so many letters wide."""

    heading: str
    widest: int
    right: bool = False
    colour: str = colours.values


@dataclass(frozen=True)
class Table:
    """A table with a caption above and notes below. ``rows`` holds one text for each column."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    left_out: int = 0  # rows left out half-way

    def __str__(self) -> str:
        widths = self._widths()
        heads = [c.heading for c in self.columns]
        body = [self._line(row, widths) for row in self.rows]
        if self.left_out:
            body.insert((len(body) + 1) // 2, self._gap())
        rule = "-" * (sum(widths) + len(GAP) * (len(widths) - 1))
        return "\n".join([self.caption, "", self._line(heads, widths), rule, *body, *self._below()])

    __repr__ = __str__

    def _below(self) -> list[str]:
        return ["", *self.notes] if self.notes else []

    def _gap(self) -> str:
        return f"… {self.left_out:,} lines left out …"

    def _widths(self) -> list[int]:
        """As wide as the cells are and may be; if that is too wide for a page, words give way."""
        widths = [
            min(c.widest, max(len(c.heading), *(len(row[i]) for row in self.rows), 0))
            for i, c in enumerate(self.columns)
        ]
        words = [i for i, c in enumerate(self.columns) if not c.right]
        for i in sorted(words, key=lambda i: -self.columns[i].widest):
            too_wide = sum(widths) + len(GAP) * (len(widths) - 1) - WIDTH
            widths[i] -= max(
                0, min(too_wide, widths[i] - max(NARROWEST, len(self.columns[i].heading)))
            )
        return widths

    def _line(self, row: Sequence[str], widths: Sequence[int]) -> str:
        cells = [
            f"{shortened(text, width):{'>' if c.right else '<'}{width}}"
            for c, text, width in zip(self.columns, row, widths, strict=True)
        ]
        return GAP.join(cells).rstrip()

    def _repr_html_(self) -> str:
        # Colours stand in a line under the headings: letters keep the page's own, dark or light.
        heads = "".join(
            f'<th scope="col" style="{_align(c)};border-bottom:3px solid {c.colour}">'
            f"{escape(c.heading)}</th>"
            for c in self.columns
        )
        rows = [self._html_row(row) for row in self.rows]
        if self.left_out:
            rows.insert(
                (len(rows) + 1) // 2,
                f'<tr><td colspan="{len(self.columns)}">{self._gap()}</td></tr>',
            )
        return (
            f'<table><caption style="{CAPTION}">{escape(self.caption)}</caption>'
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody>\n"
            f"<tfoot>{''.join(map(self._html_note, self.notes))}</tfoot></table>"
        )

    def _html_note(self, note: str) -> str:
        return f'<tr><td colspan="{len(self.columns)}" style="{CELL}">{escape(note)}</td></tr>'

    def _html_row(self, row: Sequence[str]) -> str:
        name, *cells = (escape(text) for text in row)
        first, *others = self.columns
        data = "".join(
            f'<td style="{_align(c)}">{f"<code>{cell}</code>" if i == 0 else cell}</td>'
            for i, (c, cell) in enumerate(zip(others, cells, strict=True))
        )
        return f'<tr><th scope="row" style="{_align(first)}"><code>{name}</code></th>{data}</tr>'


def tabulate(
    graph: Graph, values: bool, tangents: bool, adjoints: bool, partials: bool, at_most: int | None
) -> Table:
    """The lines of a graph, with the columns asked for."""
    columns: list[tuple[Column, Callable[[Line], str]]] = [
        (Column("line", 24), label),
        (Column("operation", 40), lambda line: line.operation),
    ]
    notes = []
    if values:
        columns.append((Column("value ↓", 20, right=True), lambda line: value(line.value, 20)))
    if partials:
        columns.append((Column("local derivatives", 30), _partials))
    if tangents:
        blue = Column("tangent ↓", 16, True, colours.tangents)
        columns.append((blue, lambda line: derivative(line.tangent, 16)))
        notes.append(f"tangent ↓: from the top down, {direction_in_words(graph)}")
    if adjoints:
        vermilion = Column("adjoint ↑", 16, True, colours.adjoints)
        columns.append((vermilion, lambda line: derivative(line.adjoint, 16)))
        notes.append(f"adjoint ↑: from the bottom up, {seed_in_words(graph)}")
    shown, left_out = _ends(graph.lines, at_most)
    rows = [[write(line) for _, write in columns] for line in shown]
    caption = f"Evaluation trace of {summary(graph)}"
    return Table(caption, [column for column, _ in columns], rows, notes, left_out)


def summary(graph: Graph) -> str:
    """``f: 2 inputs, 5 operations, 1 output``."""
    counted = (len(graph.inputs.names), "input"), (graph.counts.operations, "operation")
    return f"{graph.name}: " + ", ".join(
        plural(*each) for each in (*counted, (len(graph.outputs.names), "output"))
    )


def direction_in_words(graph: Graph) -> str:
    """Where the tangents go."""
    return f"along {shortened(graph.direction.label, 60)}"


def seed_in_words(graph: Graph) -> str:
    """What the adjoints start with."""
    label, outputs = graph.seed.label, ", ".join(graph.outputs.names)
    if not outputs:
        return f"starting with {label}"
    start, where = ("1", label) if graph.seed.unit else (label, outputs)
    return f"starting with {start} at {shortened(where, 40)}"


def label(line: Line) -> str:
    """The line's name, with the output that it is, if any: ``f = v5``."""
    return " = ".join([*(name for name in line.outputs if name != line.name), line.name])


def _partials(line: Line) -> str:
    pairs = zip(line.operands, line.partials, strict=True)
    return ", ".join(f"∂{name}: {number(d)}" for name, d in pairs if d is not None)


def _ends(lines: Sequence[Line], at_most: int | None) -> tuple[Sequence[Line], int]:
    """The beginning and the end of many lines, and how many are left out between them."""
    if at_most is None or len(lines) <= at_most:
        return lines, 0
    last = at_most // 2
    return [*lines[: at_most - last], *lines[len(lines) - last :]], len(lines) - at_most


def _align(column: Column) -> str:
    return CELL.replace("left", "right") if column.right else CELL


def shortened(text: str, width: int) -> str:
    """The text, with its middle left out if it is longer than ``width``.

    >>> shortened("params['layer 1']['weights'][0]", 20)
    "params['la…ghts'][0]"
    """
    if len(text) <= width:
        return text
    end = (width - 1) // 2
    return f"{text[: width - 1 - end]}…{text[len(text) - end :]}"
