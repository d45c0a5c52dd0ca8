"""Put the JavaScript modules of a widget together into the one module that anywidget wants.

The files in ``js/`` are ordinary modules, which an editor, a linter and a test read as they are. A
notebook's page cannot load several files from a kernel, so each module that a widget imports
becomes a constant above it. Nothing is translated, and there is nothing to build.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

JS = Path(__file__).parent / "js"
IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", re.MULTILINE)


@functools.cache
def assemble(name: str) -> str:
    """The module ``js/name`` with all that it needs, as one text."""
    order: list[str] = []
    _visit(name, order)
    *needed, entry = order
    return "\n".join([*map(_as_constant, needed), _body(entry)])


def _visit(name: str, order: list[str]) -> None:
    for _, imported in IMPORT.findall(_read(name)):
        if imported not in order:
            _visit(imported, order)
    order.append(name)


def _as_constant(name: str) -> str:
    exported = ", ".join(EXPORT.findall(_read(name)))
    body = re.sub(r"^export (?!default)", "", _body(name), flags=re.MULTILINE)
    return f"const {_constant(name)} = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();"


def _body(name: str) -> str:
    return IMPORT.sub(
        lambda found: f"const {{{found[1]}}} = {_constant(found[2])};\n", _read(name)
    ).strip()


def _constant(name: str) -> str:
    return name.replace(".", "_")


def _read(name: str) -> str:
    return (JS / name).read_text(encoding="utf-8")
