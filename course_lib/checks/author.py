"""Run a solutions notebook's code, and sort its names into the parts of its exercises."""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from course_lib.checks.parsing import parse
from course_lib.checks.source import (
    Cell,
    Exercise,
    ExerciseSourceError,
    Lesson,
    parse_code,
    without_magics,
)

OPTIONS = ("rtol", "atol", "lists", "reveal")


def load(path: Path) -> Lesson:
    """Parse a source, run its code, and fill each exercise's functions, cases and answers."""
    lesson = parse(path)
    module = ModuleType(f"source_of_{lesson.slug}")
    lesson.namespace = module.__dict__
    sys.modules[module.__name__] = module  # dataclasses look their module up
    for cell in lesson.cells:
        if cell.kind == "code" and cell.role not in ("stub", "check", "preview"):
            _execute(lesson, cell, lesson.namespace)
    for exercise in lesson.exercises:
        _fill(lesson, exercise)
    return lesson


def _execute(lesson: Lesson, cell: Cell, namespace: dict[str, Any]) -> None:
    parse_code(lesson.path, cell.exercise, cell)
    source = without_magics(cell.source)
    name = f"<{lesson.path.name} cell {cell.number}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        exec(compile(source, name, "exec"), namespace)
    except Exception as error:
        problem = f"cell {cell.number} stopped with {type(error).__name__}: {str(error)[:200]}."
        fix = "Run the notebook from top to bottom and mend that cell."
        raise ExerciseSourceError(lesson.path, cell.exercise, problem, fix) from error


def _fill(lesson: Lesson, exercise: Exercise) -> None:
    """Sort the names of an exercise's cells into cases, hidden inputs, wrong answers and so on."""

    def fail(problem: str, fix: str) -> NoReturn:
        raise ExerciseSourceError(lesson.path, exercise.id, problem, fix)

    exercise.solution = lesson.namespace[exercise.name]
    for role in ("cases", "wrong", "right"):
        for cell in exercise.having(role):
            for name, node in _definitions(parse_code(lesson.path, exercise.id, cell)):
                value = lesson.namespace[name]
                owner, _, slug = name.partition("__")
                if name.startswith("_") or (isinstance(node, ast.Assign) and not slug):
                    continue  # a helper
                if owner != exercise.name or not slug:
                    fix = f"Names in this cell begin with `{exercise.name}__` (helpers with `_`)."
                    fail(f"`{name}` in the cell tagged `{role}` is not about this exercise.", fix)
                if role == "cases":
                    _setting(exercise, slug, value, cell, node, fail)
                elif slug.startswith("right_") != (role == "right"):
                    fail(f"`{name}` is in the cell tagged `{role}`.", "Right ones: NAME__right_….")
                else:
                    getattr(exercise, role)[slug] = value
    if not exercise.cases:
        fix = f"Write `def {exercise.name}__cases()` that returns {{name: tuple of arguments}}."
        fail("has no public cases.", fix)
    if not exercise.wrong:
        fail("has no wrong answers.", f"Write `def {exercise.name}__slug(...)` with a docstring.")
    for cell in exercise.having("stub"):
        scope = dict(lesson.namespace)
        _execute(lesson, cell, scope)
        exercise.stub = scope.get(exercise.name)


def _definitions(tree: ast.Module) -> list[tuple[str, ast.stmt]]:
    found: list[tuple[str, ast.stmt]] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append((node.name, node))
        elif isinstance(node, ast.Assign):
            found += [(t.id, node) for t in node.targets if isinstance(t, ast.Name)]
    return found


def _setting(
    exercise: Exercise, slug: str, value: Any, cell: Cell, node: ast.stmt, fail: Callable
) -> None:
    if slug == "cases":
        exercise.cases = value()
        good = isinstance(exercise.cases, dict) and all(
            isinstance(k, str) and isinstance(v, tuple) for k, v in exercise.cases.items()
        )
        if not good:
            fix = "Return {name: (argument, …)}; one argument is written `(x,)`."
            fail(f"`{exercise.name}__cases()` is not a dict of tuples.", fix)
    elif slug == "hidden":
        exercise.hidden = value
    elif slug == "probe":
        exercise.probe = value
        exercise.probe_source = ast.get_source_segment(without_magics(cell.source), node)
    elif slug in OPTIONS:
        exercise.options[slug] = value
    else:
        known = ", ".join(("cases", "hidden", "probe", *OPTIONS))
        fail(f"`{exercise.name}__{slug}` is not known.", f"After the __ comes one of: {known}.")
