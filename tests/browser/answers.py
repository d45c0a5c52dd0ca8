"""Answers to an exercise, as texts that a learner might type: from the solutions, not made up."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from course_lib.checks.parsing import parse
from course_lib.checks.source import Exercise


@dataclass(frozen=True)
class Answers:
    """A right and a wrong answer to one exercise, and what the wrong one's diagnosis says."""

    name: str
    right: str
    wrong: str
    diagnosis: str


def answers_to(source: Path, exercise_id: str) -> Answers:
    exercise = next(found for found in parse(source).exercises if found.id == exercise_id)
    right = re.sub(r"(?m)^ *### (BEGIN|END) SOLUTION\n?", "", _source(exercise, "solution"))
    cell = _source(exercise, "wrong")
    functions = [node for node in ast.parse(cell).body if isinstance(node, ast.FunctionDef)]
    chosen = next(node for node in functions if not node.name.startswith("_"))
    wrong = ast.get_source_segment(cell, chosen)
    docstring = ast.get_docstring(chosen)
    assert wrong is not None
    assert docstring is not None
    return Answers(
        name=exercise.name,
        right=right.rstrip(),
        wrong=wrong.replace(chosen.name, exercise.name),
        diagnosis=docstring.splitlines()[2],
    )


def _source(exercise: Exercise, role: str) -> str:
    return next(cell.source for cell in exercise.cells if cell.role == role)
