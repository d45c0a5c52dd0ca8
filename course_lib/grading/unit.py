"""One submission as a piece of work: what a worker needs, and what comes back.

Both are plain data, so that a unit can be graded in this process, in another one, or on another
machine. Grading a unit never raises: whatever goes wrong becomes its status.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from course_lib.grading import GRADER_VERSION
from course_lib.grading.assignment import Assignment, open_assignment
from course_lib.grading.cases import GraderFaultError
from course_lib.grading.confine import hide_memory
from course_lib.grading.isolation import find_isolation
from course_lib.grading.limits import Limits
from course_lib.grading.score import NotebookGrade, grade_cells

GRADED, UNREADABLE, FAULT = "graded", "unreadable", "grader fault"


@dataclass(frozen=True)
class Unit:
    """A submission to be graded; `problem` says why it has no notebook, `seed` is its own.

    `checked` tells that the grader has been checked on this machine, with this assignment.
    """

    key: str
    name: str
    number: str
    assignment: Assignment
    notebook: str = ""
    content: str = ""
    seed: str = ""
    cells: tuple[str, ...] = ()
    problem: str = ""
    notes: tuple[str, ...] = ()
    isolation: str = "auto"
    limits: Limits = field(default_factory=Limits)
    max_points: int | None = None
    checked: bool = False

    @property
    def fingerprint(self) -> str:
        """Equal for units whose results would be equal; it gives nothing of the seed away."""
        facts = [
            GRADER_VERSION,
            self.assignment.digest,
            self.name,
            self.number,
            self.notebook,
            self.content,
            hashlib.sha256(self.seed.encode()).hexdigest(),
            self.problem,
            self.notes,
            self.isolation,
            asdict(self.limits),
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@dataclass(frozen=True)
class Graded:
    """What came of a unit: a row of the gradebook, and the texts of its result files."""

    key: str
    row: dict[str, Any]
    files: dict[str, str]


def grade_unit(unit: Unit) -> Graded:
    """Grade one submission, in a child of its own; never raises."""
    from course_lib.grading.results import render

    try:
        isolation = find_isolation(unit.isolation)
        if not isolation.strong and "landlock" not in isolation.layers:
            hide_memory()
        announcement = isolation.announcement()
        if unit.problem:
            return render(unit, UNREADABLE, None, unit.problem, announcement)
        if not unit.checked:
            self_check(unit.assignment, isolation.kind, unit.limits)
        with warnings.catch_warnings():  # answers may overflow, or be empty: no news to a teacher
            warnings.simplefilter("ignore")
            grade = grade_cells(unit.assignment, unit.cells, unit.seed, isolation.kind, unit.limits)
            return render(unit, GRADED, grade, "", announcement)
    except Exception as error:  # one bad submission, or a bug, never stops the batch
        return fault(unit, f"{type(error).__name__}: {error}")


def fault(unit: Unit, message: str) -> Graded:
    """The result of a unit that could not be graded, through no fault of the learner."""
    from course_lib.grading.results import render

    return render(unit, FAULT, None, message[:500], "")


@lru_cache(maxsize=8)
def self_check(assignment: Assignment, kind: str, limits: Limits) -> None:
    """Grade the reference solution and the untouched notebook, in the same sandbox.

    Raises `GraderFaultError` unless the one gets all points and the other none.
    """
    opened = open_assignment(assignment)
    for what, cells, right in (
        ("the reference solution", opened.reference(), True),
        ("the notebook as it is handed out", opened.untouched(), False),
    ):
        grade = grade_cells(assignment, cells, f"self-check {what}", kind, limits)
        for one in grade.exercises:
            if one.points != (one.exercise.points if right else 0):
                raise GraderFaultError(_disagreement(what, one.exercise.id, grade, right))


def _disagreement(what: str, exercise: str, grade: NotebookGrade, right: bool) -> str:
    one = next(g for g in grade.exercises if g.exercise.id == exercise)
    want = f"all {one.exercise.points} points" if right else "0 points"
    cases = [f"{c.name}: {c.why or 'passed'}" for c in one.cases if c.passed != right]
    notes = " ".join(grade.notes)
    return (
        f"in this sandbox, {what} gets {one.points:g} points in exercise {exercise}, where "
        f"{want} are expected ({'; '.join(cases)[:300]}). {notes}".strip()
    )
