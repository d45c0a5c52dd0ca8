"""Read the code cells of a submitted notebook, whatever was done to the file."""

from __future__ import annotations

import json
import re
from typing import Any

MAX_BYTES = 20 * 2**20
MAX_CELLS = 2000


class UnreadableError(Exception):
    """A submission without a notebook that can be read; the message says what was found."""


def read_cells(data: bytes) -> list[str]:
    r"""The sources of a notebook's code cells, in their order.

    Formats 4 and 3 are read, and cells that are malformed are left out. Nothing is taken from
    metadata, since learners copy, split and retype cells. Raises `UnreadableError`.

    >>> read_cells(b'{"cells": [{"cell_type": "code", "source": ["x = 1\\\\n", "y = 2"]}]}')
    ['x = 1\\ny = 2']
    """
    cells = [cell for cell in _all_cells(_parse(data)) if isinstance(cell, dict)]
    sources = [_text(c.get("source", c.get("input"))) for c in cells if _is_code(c)]
    if len(sources) > MAX_CELLS:
        raise UnreadableError(f"The notebook has {len(sources):,} code cells (most: {MAX_CELLS}).")
    return [source for source in sources if source.strip()]


def is_author_copy(data: bytes) -> bool:
    """Whether this is a solutions notebook, not a learner's: by a tag, and by what it defines."""
    tagged = re.search(rb'"tags": *\[\s*"(cases|wrong)"', data)
    return tagged is not None and re.search(rb"\bdef \w+__(cases|hidden)\(", data) is not None


def is_handed_out(data: bytes) -> bool:
    """Whether this is, or was made from, a notebook of `exercises/`."""
    return re.search(rb'"exercises": *\{\s*"generated"', data) is not None


def names_found(sources: list[str], names: list[str], ids: list[str]) -> int:
    """How many of an assignment's functions and checks a notebook has, to recognise it by."""
    text = "\n".join(sources)
    defined = set(re.findall(r"^(?:def|class)[ \t]+(\w+)", text, re.MULTILINE))
    defined |= set(re.findall(r"^(\w+)[ \t]*=", text, re.MULTILINE))
    checked = set(re.findall(r"\bcheck\([\"'](\d+\.\d+)[\"']\)", text))
    return len(defined.intersection(names)) + len(checked.intersection(ids))


def _parse(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        size, most = len(data) / 2**20, MAX_BYTES // 2**20
        raise UnreadableError(f"The notebook has {size:.0f} MB (most: {most}). Clear its outputs.")
    if not data.strip():
        raise UnreadableError("The notebook is an empty file.")
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableError("The file is no notebook: it is not text in UTF-8.") from None
    except json.JSONDecodeError as error:
        if error.doc.lstrip().startswith("<"):
            fix = "Save the notebook itself, not the page that shows it."
            raise UnreadableError(f"The file is a web page, no notebook. {fix}") from None
        cut = "cut off" if error.pos >= len(error.doc.rstrip()) - 1 else f"line {error.lineno}"
        raise UnreadableError(f"The file is no notebook: it is not JSON ({cut}).") from None
    except (RecursionError, ValueError):
        raise UnreadableError("The file is no notebook: its JSON is malformed.") from None
    if not isinstance(notebook, dict):
        raise UnreadableError("The file is JSON, but no notebook.")
    return notebook


def _all_cells(notebook: dict[str, Any]) -> list[Any]:
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):  # format 3
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in _as_list(sheet.get("cells"))]
    if not isinstance(cells, list):
        raise UnreadableError("The file is JSON, but no notebook: it has no cells.")
    return cells


def _is_code(cell: dict[str, Any]) -> bool:
    return cell.get("cell_type") == "code"


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(source: Any) -> str:
    """A cell's source is a string or a list of lines; lone surrogates are replaced."""
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    return text.encode("utf-8", "replace").decode("utf-8")
