"""Every lesson of the course, graded in the sandbox: right answers, wrong ones, and none."""

from itertools import zip_longest
from pathlib import Path

import pytest

from course_lib.checks.diagnose import is_right
from course_lib.grading.assignment import Assignment, open_assignment
from course_lib.grading.cases import HIDDEN_CASES, hidden_cases
from course_lib.grading.isolation import find_isolation
from course_lib.grading.limits import Limits
from course_lib.grading.score import grade_cells
from course_lib.grading.unit import self_check

SOURCES = sorted((Path(__file__).resolve().parents[2] / "solutions").glob("[0-9][0-9]_*.md"))
lessons = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem, scope="module")


def grade(assignment, cells):
    return grade_cells(assignment, cells, "a seed", find_isolation().kind, Limits())


def rounds(opened, which):
    """Notebooks in which each exercise has one of its listed answers, until all had their turn.

    Yields the code cells, and the exercises' ids with the listed answer's name.
    """
    exercises = opened.lesson.exercises
    for names in zip_longest(*(getattr(exercise, which) for exercise in exercises)):
        used = {e.id: f"{e.name}__{n}" for e, n in zip(exercises, names, strict=True) if n}
        yield using(opened, used.values()), used


def using(opened, names):
    """The reference solutions' cells, with these listed answers in place of the solutions."""
    listed = [c.source for c in opened.lesson.cells if c.role in ("wrong", "right")]
    uses = [f"{name.partition('__')[0]} = {name}" for name in names]
    return [*opened.reference(), *listed, *uses]


@lessons
def test_the_reference_gets_all_points_and_the_untouched_notebook_none(path):
    self_check.__wrapped__(Assignment.read(path), find_isolation().kind, Limits())


@lessons
def test_public_answers_earn_nothing_in_hidden_cases(path):
    """Whatever is answered with one of them: no hidden case expects it, and all five are there."""
    opened = open_assignment(Assignment.read(path))
    for exercise in opened.bundle.exercises:
        answers = [case.expected for case in exercise.cases]
        for seed in ("a", "b", "c"):
            hidden = hidden_cases(opened, exercise.id, seed)
            assert len(hidden) in (0, HIDDEN_CASES)
            known = [c for c in hidden for a in answers if is_right(exercise, c, a)]
            assert not known, f"{exercise.id}: {known[:1]}"


@lessons
def test_answers_listed_as_right_get_all_points(path):
    assignment = Assignment.read(path)
    for cells, used in rounds(open_assignment(assignment), "right"):
        for one in grade(assignment, cells).exercises:
            name = used.get(one.exercise.id)
            assert one.points == one.exercise.points, f"{name}: {one.feedback}"


@lessons
def test_wrong_answers_lose_points_and_are_diagnosed(path):
    """The first wrong answer of each exercise; tests/checks judges all of them, in one process."""
    assignment = Assignment.read(path)
    opened = open_assignment(assignment)
    cells, used = next(rounds(opened, "wrong"))
    for one in grade(assignment, cells).exercises:
        name = used[one.exercise.id]
        assert one.points < one.exercise.points, name
        if one.feedback.diagnosis is None:  # one exercise may build on another: alone
            alone = grade(assignment, using(opened, [name]))
            one = next(e for e in alone.exercises if e.exercise.id == one.exercise.id)
        assert one.feedback.diagnosis is not None, f"{name}: {one.feedback}"
