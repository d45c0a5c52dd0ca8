"""What stands in and beside the nodes and arrows of a drawing, and the room that it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_lib.autodiff.graph.layout import Box
from course_lib.autodiff.graph.notation import derivative, number, value
from course_lib.autodiff.graph.table import direction_in_words, label, seed_in_words, shortened

if TYPE_CHECKING:
    from course_lib.autodiff.graph.graph import Graph
    from course_lib.autodiff.graph.line import Line

LONGEST = 22  # letters in a node

# In pixels; the letters are monospaced, and 13 high in the nodes, 12 beside them.
LETTER, SMALL_LETTER, LINE_HEIGHT = 7.9, 7.3, 17
PADDING, ARROW = 10, 8
PORT = 18  # from the end of one arrow to that of the next


@dataclass(frozen=True)
class Numbers:
    """Which numbers to write beside nodes and arrows."""

    values: bool
    tangents: bool
    adjoints: bool
    partials: bool

    def value(self, line: Line) -> list[str]:
        """What stands above a node."""
        return [value(line.value, LONGEST)] if self.values else []

    def derivatives(self, line: Line) -> list[tuple[str, str]]:
        """What stands below a node: the kind and the text; the arrows show the sweep's way."""
        wanted = (
            (self.tangents, "tangent", "→", lambda: line.tangent),
            (self.adjoints, "adjoint", "←", lambda: line.adjoint),
        )
        return [
            (kind, f"{way} {derivative(get(), LONGEST - 2)}") for on, kind, way, get in wanted if on
        ]

    def partial(self, line: Line) -> list[str]:
        """What stands at the arrows that lead to a node."""
        known = line.partials if self.partials else [None] * len(line.operands)
        return ["" if d is None else number(d) for d in known]

    def legend(self, graph: Graph) -> list[tuple[str, str]]:
        """The kinds that are shown, each with its explanation."""
        partials = any(p for line in graph.lines for p in self.partial(line))
        return [
            (kind, text)
            for shown, kind, text in (
                (self.values, "value", "above: value"),
                (self.tangents, "tangent", f"→ tangent {direction_in_words(graph)}"),
                (self.adjoints, "adjoint", f"← adjoint {seed_in_words(graph)}"),
                (partials, "partial", "at the arrows: local derivatives"),
            )
            if shown
        ]


class DrawnNode:
    """A line of the graph with all its texts, and the room that they need."""

    def __init__(self, line: Line, numbers: Numbers) -> None:
        self.line = line
        self.kind = line.operation if line.operation in ("input", "constant") else "operation"
        self.texts = [shortened(label(line), LONGEST)]
        if self.kind != "input":
            self.texts.append(shortened(line.operation, LONGEST))
        self.above, self.below = numbers.value(line), numbers.derivatives(line)
        self.partials = numbers.partial(line)
        self.width = max(len(t) for t in self.texts) * LETTER + 2 * PADDING
        self.height = max(len(self.texts) * LINE_HEIGHT + 10, len(self.partials) * PORT + 4)

    @property
    def room(self) -> Box:
        """What the node takes with all that stands beside it."""
        beside = [*self.above, *(text for _, text in self.below)]
        widest = max((len(text) * SMALL_LETTER for text in beside), default=0)
        half = self.height / 2
        return Box(
            half_width=max(self.width, widest) / 2,
            above=half + LINE_HEIGHT * len(self.above),
            below=half + LINE_HEIGHT * len(self.below),
        )

    @property
    def room_for_partials(self) -> float:
        """How long the arrows have to run level before they end here."""
        return max((len(p) for p in self.partials), default=0) * SMALL_LETTER + ARROW + 4
