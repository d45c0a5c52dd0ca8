"""What an evaluation costs: elementary operations, sweeps for all derivatives, stored bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np

from course_lib.autodiff.graph.notation import kind, plural
from course_lib.autodiff.graph.table import CAPTION, CELL
from course_lib.autodiff.reverse import Node
from course_lib.autodiff.trace import plain_value


@dataclass(frozen=True)
class Counts:
    """What one evaluation of a function, and its derivatives, cost.

    Attributes
    ----------
    operations
        The number of elementary operations that depend on the inputs.
    by_kind
        How many there are of each kind, the most frequent first.
    inputs, outputs
        How many numbers go in and come out; arrays count by their elements.
    stored_values, stored_bytes
        What a tape of the evaluation holds for the backward sweep: inputs, results and constants.
        Each number or array counts once, and a view counts as the array that it looks at.
    """

    operations: int
    by_kind: Mapping[str, int] = field(hash=False)
    inputs: int
    outputs: int
    stored_values: int
    stored_bytes: int

    @property
    def forward_sweeps(self) -> int:
        """Sweeps for the full Jacobian in forward mode: one for each input number."""
        return self.inputs

    @property
    def reverse_sweeps(self) -> int:
        """Sweeps for the full Jacobian in reverse mode: one for each output number."""
        return self.outputs

    def _facts(self) -> list[tuple[str, str]]:
        kinds = ", ".join(f"{times:,} {kind}" for kind, times in self.by_kind.items())
        held = f"{self.stored_bytes:,} bytes in {plural(self.stored_values, 'value')}"
        forward = f"{plural(self.forward_sweeps, 'sweep')}, one for each input number"
        reverse = f"{plural(self.reverse_sweeps, 'sweep')}, one for each output number"
        return [
            ("elementary operations", f"{self.operations:,}" + (f": {kinds}" if kinds else "")),
            ("Jacobian, forward mode", forward),
            ("Jacobian, reverse mode", reverse),
            ("held by the tape", held),
        ]

    def __str__(self) -> str:
        return "\n".join(f"{what:<24}{found}" for what, found in self._facts())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "\n".join(
            f'<tr><th scope="row" style="{CELL}">{escape(what)}</th>'
            f'<td style="{CELL}">{escape(found)}</td></tr>'
            for what, found in self._facts()
        )
        caption = f'<caption style="{CAPTION}">What it costs</caption>'
        return f"<table>{caption}<tbody>\n{rows}\n</tbody></table>"


def count(tape: Sequence[Node], inputs: Iterable[Any], outputs: Iterable[Any]) -> Counts:
    """Count the lines of a tape, the numbers of its inputs and outputs, and what it holds."""
    kinds = Counter(kind(node.primitive) for node in tape if node.primitive)
    buffers = {id(b): b.nbytes for node in tape for x in (node.value, *node.args) for b in _base(x)}
    return Counts(
        operations=kinds.total(),
        by_kind=dict(sorted(kinds.items(), key=lambda entry: (-entry[1], entry[0]))),
        inputs=sum(np.size(plain_value(x)) for x in inputs),
        outputs=sum(np.size(plain_value(y)) for y in outputs),
        stored_values=len(buffers),
        stored_bytes=sum(buffers.values()),
    )


def _base(x: Any) -> Iterable[Any]:
    """The array that ``x`` is, or looks at; nothing for what is no array or NumPy number."""
    x = plain_value(x)
    while isinstance(x, np.ndarray) and isinstance(x.base, np.ndarray):
        x = x.base
    return (x,) if isinstance(x, np.ndarray | np.generic) else ()
