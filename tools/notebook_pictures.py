"""Find the pictures in a notebook's outputs, and the words that stand for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from nbformat import NotebookNode


@dataclass(frozen=True)
class Picture:
    """A picture in an output; ``alt`` is empty where nothing stands for it."""

    alt: str


def pictures_in(output: NotebookNode) -> list[Picture]:
    data = output.get("data", {})
    found = _Images.of("".join(data.get("text/html", "")))
    if not found and any(kind.startswith("image/") for kind in data):
        # JupyterLab gives such a picture no words, whatever the output's metadata say.
        found = [Picture("")]
    return found


def without_pictures(text: str) -> str:
    """Leave out pictures written as text, in which any letters and digits may follow each other."""
    text = re.sub(r"data:image/[\w+]+;base64,[\w+/=\s]*", "", text)
    return re.sub(r"[A-Za-z0-9+/=\n]{200,}", "", text)


class _Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Picture] = []

    @classmethod
    def of(cls, html: str) -> list[Picture]:
        parser = cls()
        parser.feed(html)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "img" or (tag == "svg" and attributes.get("role") != "presentation"):
            words = attributes.get("alt") or attributes.get("aria-label") or ""
            self.found.append(Picture(words.strip()))
