"""Output for people: colour and bars on a terminal, plain lines everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text

Item = TypeVar("Item")


class CommandError(Exception):
    """Something that a person can mend; the message says how."""


def console() -> Console:
    """A console for standard output; without a terminal it is 100 columns wide."""
    plain = {} if sys.stdout.isatty() else {"width": 100}
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True, **plain)  # type: ignore[arg-type]


def out(text: str = "", style: str = "") -> None:
    """Print a text as it is: no markup in it is understood."""
    console().print(Text(printable(text), style=style))


def err(text: str) -> None:
    """Print a text to standard error."""
    print(printable(text), file=sys.stderr)


def printable(text: str) -> str:
    """A text that any terminal can show, without control characters."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    clean = "".join(
        c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
    return clean.encode(encoding, "replace").decode(encoding)


def table(title: str, heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Print a table."""
    shown = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for head in heads:
        number = head in ("Points", "Minutes")
        shown.add_column(head, justify="right" if number else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(printable(str(cell))) for cell in row))
    console().print(shown, soft_wrap=False)


def progress(items: Iterable[Item], total: int, what: str) -> Iterator[Item]:
    """Pass items on, and show how many of a total have gone by; a bar on a terminal only."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        for item in items:
            bar.advance(task)
            yield item


def course_folder() -> Path:
    """The course's folder: the working folder or one above it, else where the package lies.

    Raises `CommandError`.
    """
    here = Path.cwd().resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[2]):
        if (folder / "exercises").is_dir() and (folder / "lessons").is_dir():
            return folder
    raise CommandError(
        "The course's folder was not found: it has the folders lessons/ and exercises/. "
        "Run this command inside of it."
    )
