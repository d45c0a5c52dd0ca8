"""Read and write the two files of a notebook: the .md that people edit, the .ipynb with outputs."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
BACKUPS = ".notebook-backups"
FORMAT = "md:myst"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    # Without the version: it would differ from one contributor to the next.
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}
WIDGET = "application/vnd.jupyter.widget-view+json"


class Problem(Exception):
    """Something about one notebook that its author has to mend."""


@dataclass(frozen=True)
class Pair:
    """The two files of one notebook."""

    md: Path
    ipynb: Path

    @property
    def name(self) -> str:
        stem = self.md.with_suffix("")
        return str(stem.relative_to(ROOT)) if stem.is_relative_to(ROOT) else str(stem)


def read_md(path: Path) -> NotebookNode:
    return _parse_md(path.read_text(encoding="utf-8"), path.name)


def _parse_md(text: str, name: str) -> NotebookNode:
    try:
        notebook = jupytext.reads(text, fmt=FORMAT)
    except Exception as error:  # jupytext and its parsers raise many kinds
        raise Problem(f"{name} cannot be read as a MyST notebook: {error}") from error
    if not notebook.cells:
        raise Problem(f"{name} has no cells.")
    return notebook


def as_in_md(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook that the .md written from this one holds.

    Markdown has no blanks at a cell's end, for one: so both files come to have the same cells.
    """
    return _parse_md(md_text(notebook), "The .md of this notebook")


def read_ipynb(path: Path) -> NotebookNode:
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception as error:  # broken JSON, wrong schema, merge markers
        raise Problem(
            f"{path.name} cannot be read: {error}\n"
            "Mend it, or move it away and run again: it is then made anew from the .md."
        ) from error
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.get("attachments"):
            raise Problem(
                f"{path.name}, cell {number}: a picture was pasted into the cell, and Markdown "
                "has no place for it. Save the picture as a file and link to it."
            )
    return notebook


def cells_of(notebook: NotebookNode) -> list[tuple[str, str, list[str]]]:
    """Return what people write: kinds, sources and tags, without outputs."""
    return [(cell.cell_type, cell.source, cell.metadata.get("tags", [])) for cell in notebook.cells]


def fingerprint(notebook: NotebookNode) -> str:
    """Return a short text that changes whenever a person changes a cell."""
    return hashlib.sha256(json.dumps(cells_of(notebook)).encode()).hexdigest()[:16]


def stored_metadata(notebook: NotebookNode) -> dict[str, object]:
    """Return a stored notebook's metadata: with its fingerprint, to tell later who edited what."""
    return {**METADATA, "course": {"cells": fingerprint(notebook)}}


def was_edited(notebook: NotebookNode) -> bool:
    """Tell whether a person changed the .ipynb since it was stored."""
    return notebook.metadata.get("course", {}).get("cells") != fingerprint(notebook)


def came_from(stored: NotebookNode, md: NotebookNode) -> bool:
    """Tell whether the .md still is what the .ipynb was stored with."""
    return stored.metadata.get("course", {}).get("cells") == fingerprint(md)


def ipynb_text(notebook: NotebookNode) -> str:
    """Return the .ipynb's text, with nothing in it that changes from run to run."""
    notebook.metadata = nbformat.from_dict(stored_metadata(notebook))
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell, identity in zip(notebook.cells, cell_ids(notebook), strict=True):
        cell.id = identity
        # What people write; not what programs add, such as times or "scrolled".
        tags = {"tags": cell.metadata.tags} if cell.metadata.get("tags") else {}
        cell.metadata = nbformat.from_dict(tags)
        for output in cell.get("outputs", []):
            # A widget's view is a random key to a kernel that is gone; its picture stays.
            output.get("data", {}).pop(WIDGET, None)
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def cell_ids(notebook: NotebookNode) -> list[str]:
    """Name cells by their content, so that they keep their names when others come and go."""
    seen: Counter[str] = Counter()
    names = []
    for cell in notebook.cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:10]
        seen[digest] += 1
        names.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    return names


def md_text(notebook: NotebookNode) -> str:
    copy = nbformat.from_dict(notebook)
    copy.metadata = nbformat.from_dict(
        {
            **METADATA,
            "jupytext": {
                "notebook_metadata_filter": "kernelspec,-all",
                "cell_metadata_filter": "tags,-all",
            },
        }
    )
    return jupytext.writes(copy, fmt=FORMAT)


def back_up(path: Path) -> None:
    """Copy a file into the backups' folder, which git does not see."""
    folder = path.parent / BACKUPS
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    copy = folder / f"{path.stem}.{stamp}{path.suffix}"
    copy.write_bytes(path.read_bytes())
    print(f"kept the other version as {copy.parent.name}/{copy.name}; ", end="", flush=True)


def replace(path: Path, text: str) -> None:
    """Write a file in one step: at no moment is half of it on disk."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, path)
