"""nbgrader's cell metadata, so that nbgrader can take the same notebooks.

An exercise is a read-only statement, a solution cell, and a check cell that carries the points.
nbgrader allows no point in an id, so exercise 7.2 is `7-2` there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from course_lib.checks.parsing import parse
from course_lib.checks.source import DROPPED

SCHEMA = 3


def grade_id(exercise_id: str, role: str = "check") -> str:
    """The id of an exercise's cell; that of the check cell, which is graded, is the exercise's.

    >>> grade_id("7.2"), grade_id("7.2", "solution")
    ('7-2', '7-2-solution')
    """
    base = exercise_id.replace(".", "-")
    return base if role == "check" else f"{base}-{role}"


def nbgrader_metadata(exercise_id: str, role: str, points: int, part: str = "") -> dict[str, Any]:
    """The metadata of a cell in a role (`statement`, `solution` or `check`); else empty."""
    if role not in ("statement", "solution", "check"):
        return {}
    graded = role == "check"
    data: dict[str, Any] = {
        "grade": graded,
        "grade_id": grade_id(exercise_id, role) + part,
        "locked": role != "solution",
        "schema_version": SCHEMA,
        "solution": role == "solution",
        "task": False,
    }
    return {"nbgrader": data | ({"points": points} if graded else {})}


def stamp_nbgrader(notebook: Any, path: str | Path) -> Any:
    """A copy of a solutions notebook that nbgrader can take as its source.

    Cells that learners must not see (cases, wrong and right answers, stubs) are left out.

    Parameters
    ----------
    notebook
        the notebook, as nbformat has it.
    path
        the file that it was read from, to find its exercises.
    """
    import copy

    lesson = parse(Path(path))
    points = {exercise.id: exercise.points for exercise in lesson.exercises}
    stamped = copy.deepcopy(notebook)
    stamped.cells = []
    seen: dict[str, int] = {}
    for cell, original in zip(lesson.cells, notebook.cells, strict=True):
        if cell.role in DROPPED:
            continue
        new = copy.deepcopy(original)
        if cell.exercise and cell.role:
            key = f"{cell.exercise} {cell.role}"
            seen[key] = seen.get(key, 0) + 1
            part = f"-{seen[key]}" if seen[key] > 1 else ""
            new.metadata.update(
                nbgrader_metadata(cell.exercise, cell.role, points[cell.exercise], part)
            )
        stamped.cells.append(new)
    return stamped
