"""Divide a solutions notebook into exercises, without running its code."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any, NoReturn

from course_lib.checks.source import (
    ROLES,
    Cell,
    Exercise,
    ExerciseSourceError,
    Lesson,
    parse_code,
    read_notebook,
)

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")

_HEADING = re.compile(r"## +(\d+\.\d+) +(\S.*)")
_META = re.compile(r"\*(\d+) minutes? · (\d+) points? · ([^*]+)\*")


def parse(path: Path) -> Lesson:
    """Read a source and divide it into exercises; raises `ExerciseSourceError`.

    The code is not run: see `author.load`.
    """
    if not re.fullmatch(r"\d\d_\w+", path.stem):
        fix = "Call it like 07_backpropagation.md."
        raise ExerciseSourceError(path, None, "has a name without a lesson's number.", fix)
    cells = [_cell(path, raw, number) for number, raw in enumerate(read_notebook(path).cells, 1)]
    lesson = Lesson(path, _title(path, cells), cells, [])
    open_one = None
    for cell in cells:
        open_one = _place(lesson, cell, open_one)
    if not lesson.exercises:
        fix = "Begin each with a markdown cell such as `## 7.1 Title`."
        raise ExerciseSourceError(path, None, "has no exercises.", fix)
    for exercise in lesson.exercises:
        _check_cells(path, exercise)
    _check_names(lesson)
    return lesson


def _cell(path: Path, raw: Any, number: int) -> Cell:
    tags = tuple(raw.metadata.get("tags", ()))
    roles = [tag for tag in tags if tag in ROLES]
    if len(roles) > 1:
        problem = f"cell {number} has the tags {', '.join(roles)}."
        raise ExerciseSourceError(path, None, problem, "Keep one of them.")
    return Cell(raw.cell_type, raw.source, roles[0] if roles else "", None, tags, number)


def _title(path: Path, cells: list[Cell]) -> str:
    for cell in cells:
        found = re.search(r"^# +(\S.*)", cell.source, re.MULTILINE)
        if cell.kind == "markdown" and found:
            return found[1].strip()
    raise ExerciseSourceError(path, None, "has no title.", "Write `# Title` in the first cell.")


def _place(lesson: Lesson, cell: Cell, open_one: Exercise | None) -> Exercise | None:
    """Add a cell to the open exercise; returns the exercise that is open after it."""
    if cell.kind == "markdown" and re.match(r"##? ", cell.source):
        open_one = _begin(lesson, cell)
    if open_one is None:
        if cell.role and cell.role != "note":
            problem = f"cell {cell.number}, tagged `{cell.role}`, belongs to no exercise."
            fix = "Write a markdown cell `## 7.1 Title` above it."
            raise ExerciseSourceError(lesson.path, None, problem, fix)
        return None
    cell.exercise = open_one.id
    if not cell.role and cell.kind == "markdown" and not open_one.having("solution"):
        cell.role = "statement"
    open_one.cells.append(cell)
    return open_one


def _begin(lesson: Lesson, cell: Cell) -> Exercise | None:
    """The exercise that a heading begins; a heading without an exercise's number begins none."""
    heading = _HEADING.match(cell.source)
    if heading is None:
        return None
    path, exercise_id, title = lesson.path, heading[1], heading[2].strip()
    if any(exercise.id == exercise_id for exercise in lesson.exercises):
        fix = "Give each exercise its own number."
        raise ExerciseSourceError(path, exercise_id, "this id is used twice.", fix)
    if int(exercise_id.split(".")[0]) != int(path.stem[:2]):
        problem = f"the number does not belong to the lesson {path.stem}."
        fix = f"Write `## {int(path.stem[:2])}.1 {title}`."
        raise ExerciseSourceError(path, exercise_id, problem, fix)
    meta = _META.search(cell.source)
    if meta is None:
        fix = "Write below the heading: *8 minutes · 3 points · write a function*"
        raise ExerciseSourceError(path, exercise_id, "minutes, points and kind are missing.", fix)
    exercise = Exercise(exercise_id, title, int(meta[1]), int(meta[2]), meta[3].strip())
    lesson.exercises.append(exercise)
    return exercise


def _check_cells(path: Path, exercise: Exercise) -> None:
    """Each exercise has its cells, in an order in which the notebook runs from top to bottom."""

    def fail(problem: str, fix: str) -> NoReturn:
        raise ExerciseSourceError(path, exercise.id, problem, fix)

    for role in ("solution", "check", "cases"):
        if len(exercise.having(role)) != 1:
            have = len(exercise.having(role)) or "no"
            fail(f"has {have} cells tagged `{role}`.", f"Write one cell: {ROLES[role]}.")
    if not exercise.having("wrong"):
        fail("has no cell tagged `wrong`.", f"Write one cell: {ROLES['wrong']}.")
    for role in ("cases", "wrong", "right", "solution", "check", "stub"):
        for cell in exercise.having(role):
            if cell.kind == "markdown":
                fail(f"the cell tagged `{role}` is text.", "Make it a code cell.")
    solution, stubs = exercise.having("solution")[0], exercise.having("stub")
    if len(stubs) > 1:
        fail("has two cells tagged `stub`.", "Keep one.")
    if stubs and stubs[0].kind == "code" and stubs[0].number > solution.number:
        fix = "Put the stub above the solution, or make it a raw cell."
        fail("the stub would replace the solution when the notebook runs.", fix)
    _check_call(path, exercise)
    exercise.name = _first_definition(path, exercise, solution)


def _check_call(path: Path, exercise: Exercise) -> None:
    source = exercise.having("check")[0].source.strip()
    if source not in (f'check("{exercise.id}")', f"check('{exercise.id}')"):
        problem = f"the check cell says {source[:60]!r}."
        fix = f'Write check("{exercise.id}") and nothing else.'
        raise ExerciseSourceError(path, exercise.id, problem, fix)


def _first_definition(path: Path, exercise: Exercise, cell: Cell) -> str:
    for node in parse_code(path, exercise.id, cell).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            return node.name
    fix = "Define the function or class that the exercise is about, with a public name."
    raise ExerciseSourceError(path, exercise.id, "the solution defines nothing.", fix)


def _check_names(lesson: Lesson) -> None:
    owners: dict[str, str] = {}
    for exercise in lesson.exercises:
        if exercise.name in owners:
            problem = f"`{exercise.name}` is also the name in exercise {owners[exercise.name]}."
            fix = "Give each exercise's function its own name: the check finds it by name."
            raise ExerciseSourceError(lesson.path, exercise.id, problem, fix)
        owners[exercise.name] = exercise.id


def clear_solution(path: Path, exercise: Exercise) -> str:
    """The solution cell as the learner gets it: each region between the markers is to be written.

    Raises `ExerciseSourceError` for a missing, nested or misplaced marker.
    """

    def fail(problem: str, fix: str) -> NoReturn:
        raise ExerciseSourceError(path, exercise.id, problem, fix)

    lines, inside, regions = [], False, 0
    for line in exercise.having("solution")[0].source.split("\n"):
        marker = line.strip()
        if marker == BEGIN:
            if inside:
                fail(f"has two {BEGIN} in a row.", f"Write {END} between them.")
            indent = line[: len(line) - len(line.lstrip())]
            if not indent:
                fix = "Put the markers inside the function."
                fail(f"has {BEGIN} outside a function, so the untouched cell would raise.", fix)
            inside, regions = True, regions + 1
            lines += [indent + stub for stub in STUB]
        elif marker == END:
            if not inside:
                fail(f"has {END} without a beginning.", f"Write {BEGIN} above it.")
            inside = False
        elif not inside:
            lines.append(line)
    if inside:
        fail(f"has {BEGIN} without an end.", f"Write {END} after the solution.")
    if not regions:
        fail("the solution cell has no markers.", f"Put its body between {BEGIN} and {END}.")
    return "\n".join(lines)
