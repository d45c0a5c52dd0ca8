"""Write docs/glossary.md from the bold words of the lessons: terms, and what defines them.

A lesson prints a new term in bold where it says what the term means, and nowhere else. So the
glossary cannot disagree with the lessons, and a term that is defined twice is found.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "glossary.md"
HEAD = """# Glossary

Each term with the sentence that introduces it, and the lesson where that sentence stands. Made from
the lessons by `make notebooks`.

"""
#: Bold words that are no terms: requests to the reader, stressed words, headings with a dot.
NO_TERM = re.compile(r"(?i)(predict|play|find|step \d|at most five times|sum$|.*\.$)", re.DOTALL)
#: A sentence that begins so points back to the one before it.
POINTS_BACK = re.compile(r"(This|That|These|Such|It|Its|Number|So|The other|And)\b")
SHORT = 40
BOLD = re.compile(r"\*\*([^*]+?)\*\*", re.DOTALL)


class Entry(NamedTuple):
    """A term, the lesson that defines it, and the defining sentence."""

    term: str
    lesson: str
    sentence: str


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if out of date")
    options = parser.parse_args(arguments)
    text = page(entries())
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    if options.check:
        print("docs/glossary.md is out of date: run `make notebooks`.", file=sys.stderr)
        return 1
    PAGE.write_text(text, encoding="utf-8")
    print("wrote docs/glossary.md")
    return 0


def lessons() -> list[Path]:
    """The numbered lessons, in order; the front page and the gallery define nothing."""
    return [p for p in sorted((ROOT / "lessons").glob("*.md")) if not p.name.startswith("00_")]


def entries() -> list[Entry]:
    """All terms in the order of the lessons."""
    return [entry for lesson in lessons() for entry in terms_of(lesson)]


def terms_of(lesson: Path) -> Iterator[Entry]:
    """The terms of one lesson. Its title card names goals, not terms, so it is left out."""
    text = re.sub(r"```.*?```", "\n\n", lesson.read_text(encoding="utf-8"), flags=re.DOTALL)
    body = text[text.index("\n## ") :].split("\n## Your turn")[0]
    # A formula on lines of its own belongs to the sentence before it, and maybe to the one after.
    body = re.sub(r"\n\s*\n(?=\$\$)|(?<=\$\$)\s*\n\s*\n(?=[a-z])", " ", body)
    seen: set[str] = set()
    for paragraph in re.split(r"\n\s*\n|\n(?=[-|\d] |\|)", body):
        words = " ".join(paragraph.split()).removeprefix("- ")
        if words.startswith(("|", "#")):
            continue
        for found in BOLD.finditer(words):
            if not NO_TERM.match(found[1]) and found[1] not in seen:
                seen.add(found[1])
                yield Entry(found[1].strip(",:;"), lesson.stem, _sentence(words, found.start()))


def _sentence(text: str, position: int) -> str:
    """The sentence of ``text`` around ``position``, and the one before it if it points back."""
    ends = [0, *(m.end() for m in re.finditer(r"(?<=[.!?])\s+(?=[A-Z*(`])", text)), len(text)]
    last = next(i for i, end in enumerate(ends) if end > position)
    first = last - 1
    sentence = text[ends[first] : ends[last]]
    if first and (POINTS_BACK.match(sentence) or len(sentence) < SHORT):
        first -= 1
    elif len(sentence) < SHORT:  # the first of its paragraph: what follows explains it
        last = min(last + 1, len(ends) - 1)
    return text[ends[first] : ends[last]].strip()


def page(found: Sequence[Entry]) -> str:
    """The page: terms in alphabetical order."""
    lines = []
    for term, lesson, sentence in sorted(found, key=lambda e: (e.term.lower(), e.lesson)):
        number = int(lesson[:2])
        lines.append(f"- {term} ([lesson {number}](../lessons/{lesson}.ipynb)): {sentence}")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
