"""A stored notebook as the rules see it, and the list of the rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from tools.notebook_files import read_ipynb
from tools.notebook_pictures import Picture, pictures_in, without_pictures

Rule = Callable[["Notebook"], Iterator[str]]
RULES: dict[str, tuple[Rule, tuple[str, ...]]] = {}
ALL = ("lesson", "start", "solution")


@dataclass(frozen=True)
class Notebook:
    """A stored notebook, ready to be looked at."""

    ipynb: Path
    node: NotebookNode
    kind: str

    @classmethod
    def read(cls, ipynb: Path) -> Notebook:
        kind = "solution" if ipynb.parent.name == "solutions" else "lesson"
        if kind == "lesson" and ipynb.stem.startswith("00_"):
            kind = "start"
        return cls(ipynb, read_ipynb(ipynb), kind)

    @property
    def name(self) -> str:
        return f"{self.ipynb.parent.name}/{self.ipynb.stem}"

    def cells(self, kind: str) -> list[tuple[int, NotebookNode]]:
        """List the cells of a kind, ``code`` or ``markdown``, with their numbers from 1."""
        numbered = enumerate(self.node.cells, start=1)
        return [(number, cell) for number, cell in numbered if cell.cell_type == kind]

    def outputs(self) -> Iterator[tuple[int, NotebookNode]]:
        for number, cell in self.cells("code"):
            for output in cell.outputs:
                yield number, output

    def pictures(self) -> list[tuple[int, Picture]]:
        return [
            (number, picture)
            for number, output in self.outputs()
            for picture in pictures_in(output)
        ]

    def words(self) -> int:
        return sum(count_words(cell.source) for _, cell in self.cells("markdown"))


def rule(*kinds: str) -> Callable[[Rule], Rule]:
    def register(function: Rule) -> Rule:
        RULES[function.__name__] = (function, kinds)
        return function

    return register


def text_of(output: NotebookNode) -> str:
    """Everything in an output that is text, without pictures."""
    texts = output.get("data", {}).values()
    return without_pictures("\n".join([output.get("text", ""), *map(str, texts)]))


def count_words(markdown: str) -> int:
    """Count what a reader reads as sentences: no code, formula, table, link target or tag."""
    for pattern in (
        r"(?s)```.*?```",
        r"(?s)\$\$.*?\$\$",
        r"(?m)^\s*\|.*$",
        r"\]\([^)]*\)",
        r"<[^>]*>",
    ):
        markdown = re.sub(pattern, " ", markdown)
    return len(re.findall(r"\S*\w\S*", markdown))


def broken_rules(notebook: Notebook) -> dict[str, list[str]]:
    """Check all rules that hold for a notebook; say for each broken one what breaks it."""
    found = {
        name: list(function(notebook))
        for name, (function, kinds) in RULES.items()
        if notebook.kind in kinds
    }
    return {name: problems for name, problems in found.items() if problems}
