"""Every example on the documentation's pages runs, and prints what stands there."""

from __future__ import annotations

import doctest
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    p for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")] if ">>> " in p.read_text("utf8")
]


def test_there_are_pages():
    assert ROOT / "docs" / "edges.md" in PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_examples(page):
    with np.errstate():  # a page may silence NumPy's warnings; here the silence ends
        found = doctest.testfile(str(page), module_relative=False)
    assert found.attempted > 0
    assert found.failed == 0, f"{found.failed} of {found.attempted} examples print something else"
