"""Three chapters of a book that everybody may copy: letters for a small language model."""

from __future__ import annotations

from importlib.resources import files


def load_alice() -> str:
    """Load chapters I to III of *Alice's Adventures in Wonderland*, as plain ASCII text.

    By Lewis Carroll, Macmillan, London, 1865, and in the public domain; see ``alice.md``.

    >>> text = load_alice()
    >>> len(text)
    32010
    >>> text.splitlines()[0]
    'CHAPTER I. Down the Rabbit-Hole'
    """
    return files("course_lib.data").joinpath("alice.txt").read_text(encoding="ascii")
