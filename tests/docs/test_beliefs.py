"""Every wrong belief is tested where docs/beliefs.md says: in lessons, and by exercises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from course_lib.checks.verify import BELIEFS
from tools.beliefs import PAGE, exercises_by_belief, with_exercises

ROOT = Path(__file__).resolve().parents[2]
TEXT = PAGE.read_text("utf8")
ROWS = {
    int(cells[0]): cells
    for line in TEXT.splitlines()
    if (cells := [cell.strip() for cell in line.strip("|").split("|")])[0].isdecimal()
}
PLACE = re.compile(r"\[(\d+): ([^\]]+)\]\((\.\./lessons/(\d\d)_\w+)\.ipynb\)")


def headings(lesson: Path) -> set[str]:
    """The second-level headings of a lesson; of a belief to test, the belief alone."""
    found = re.findall(r"(?m)^## (.+)$", lesson.read_text("utf8"))
    return {re.sub(r'^Belief to test: "(.*)"$', r"\1", heading) for heading in found}


def test_every_belief_has_a_row_in_order():
    assert list(ROWS) == list(range(1, BELIEFS + 1))
    assert {len(cells) for cells in ROWS.values()} == {5}


@pytest.mark.parametrize("number", ROWS)
def test_lessons_have_the_headings(number):
    cell = ROWS[number][3]
    places = PLACE.findall(cell)
    assert places, f"belief {number} is tested in no lesson"
    assert PLACE.sub("", cell).replace("<br>", "") == ""
    for shown, heading, path, lesson in places:
        assert int(shown) == int(lesson)
        file = (PAGE.parent / path).with_suffix(".md")
        assert heading in headings(file), f"{file.name} has no heading {heading!r}"


def test_exercises_have_such_wrong_answers():
    assert with_exercises(TEXT) == TEXT, "run `python tools/beliefs.py`, or `make exercises`"


def test_no_exercise_names_a_belief_that_is_not_listed():
    assert set(exercises_by_belief()) <= set(ROWS)


def test_the_numbers_are_those_of_the_solutions():
    """The bundles are made from the solutions; their docstrings say the same."""
    written = [
        int(number)
        for path in sorted((ROOT / "solutions").glob("*.md"))
        for number in re.findall(r'"""Belief (\d+):', path.read_text("utf8"))
    ]
    assert set(written) == set(exercises_by_belief())
