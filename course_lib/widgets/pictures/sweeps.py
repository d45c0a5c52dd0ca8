"""Graph sweeps as a still picture: the trace as a table with both sweeps in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from course_lib.palette import text_on_light

COLUMNS = (0.02, 0.16, 0.44, 0.62, 0.84)


def draw_sweeps(figure: Figure, tables: Mapping[str, Any], seed: int) -> None:
    """Write line, operation, value, tangent and adjoint of each line below each other."""
    lines = tables["lines"]
    figure.set_size_inches(6.8, 0.28 * (len(lines) + 2))
    heads = ["line", "operation", "value ↓", f"tangent ↓ {tables['seeds'][seed]}", "adjoint ↑"]
    tints = [text_on_light.values] * 3 + [text_on_light.tangents, text_on_light.adjoints]
    rows = [heads] + [
        [line["name"], line["operation"], line["value"], tangent, adjoint]
        for line, tangent, adjoint in zip(
            lines, tables["tangents"][seed], tables["adjoints"], strict=True
        )
    ]
    for number, row in enumerate(rows):
        height = 1 - (number + 1) / (len(rows) + 1)
        for x, text, tint in zip(COLUMNS, row, tints, strict=True):
            weight = "bold" if number == 0 else "normal"
            figure.text(x, height, text, color=tint, fontsize=10, fontweight=weight)
