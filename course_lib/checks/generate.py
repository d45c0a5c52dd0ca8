"""Make a lesson's exercise notebook and its bundle of checks from the solutions notebook.

The same source gives the same bytes. A notebook that a learner has worked in is never
overwritten: it is kept as `NN_slug.backup-1.ipynb`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.checks.author import load
from course_lib.checks.bundle import readable_json, to_json
from course_lib.checks.compare import agree_as_data
from course_lib.checks.files import set_aside, write_atomically
from course_lib.checks.nbgrader import grade_id, nbgrader_metadata
from course_lib.checks.parsing import clear_solution
from course_lib.checks.source import DROPPED, Cell, Exercise, ExerciseSourceError, Lesson
from course_lib.checks.verify import bundle_of

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
RTOL, ATOL = 1e-10, 1e-13  # expected values may differ in their last bits between machines


@dataclass(frozen=True)
class Generated:
    """The two files of a lesson, as text."""

    slug: str
    notebook: str
    bundle: str


def build(source: Path) -> Generated:
    """The exercise notebook and the bundle of one source; raises `ExerciseSourceError`."""
    lesson = load(source)
    return Generated(lesson.slug, notebook_text(lesson), to_json(bundle_of(lesson)))


def notebook_text(lesson: Lesson) -> str:
    """The exercise notebook of a loaded lesson, as JSON."""
    exercises = {exercise.id: exercise for exercise in lesson.exercises}
    seen: Counter[str] = Counter()
    cells = []
    for cell in lesson.cells:
        if cell.role not in DROPPED:
            key = grade_id(cell.exercise or "intro", cell.role or "text")
            seen[key] += 1
            part = f"-{seen[key]}" if seen[key] > 1 else ""
            exercise = exercises.get(cell.exercise or "")
            cells.append(_cell(lesson, cell, exercise, key + part, part, seen[key]))
    notebook: dict[str, Any] = {
        "cells": cells,
        "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    notebook["metadata"]["exercises"] = {"generated": fingerprint(notebook)}
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _cell(
    lesson: Lesson, cell: Cell, exercise: Exercise | None, cell_id: str, part: str, nth: int
) -> dict[str, Any]:
    metadata: dict[str, Any] = {"tags": list(cell.tags)} if cell.tags else {}
    source = cell.source
    if exercise is not None:
        metadata |= nbgrader_metadata(exercise.id, cell.role, exercise.points, part)
        if cell.role == "solution":
            source = _handed_out(lesson, exercise)
        elif cell.role == "hint":
            source = fold(source, nth, len(exercise.having("hint")))
    lines = source.splitlines(keepends=True)
    new = {"cell_type": cell.kind, "id": cell_id, "metadata": metadata, "source": lines}
    return new | ({"execution_count": None, "outputs": []} if cell.kind == "code" else {})


def _handed_out(lesson: Lesson, exercise: Exercise) -> str:
    """The stub, or the solution cell with its body to be written."""
    stubs = exercise.having("stub")
    if stubs:
        return stubs[0].source
    source = clear_solution(lesson.path, exercise)
    try:
        compile(source, "solution", "exec")
    except SyntaxError as error:
        problem = f"the solution cell is no Python once cleared: {error.msg}, line {error.lineno}."
        fix = "Put the markers around whole statements of the body."
        raise ExerciseSourceError(lesson.path, exercise.id, problem, fix) from error
    return source


def fold(hint: str, nth: int, total: int) -> str:
    """A hint that is opened with a click."""
    return f"<details><summary>Hint {nth} of {total}</summary>\n\n{hint.strip()}\n\n</details>"


def fingerprint(notebook: dict[str, Any]) -> str:
    """A digest of what a learner can change: the cells, their text and their outputs."""
    content = [
        [cell["cell_type"], "".join(cell["source"]), cell.get("outputs") or []]
        for cell in notebook["cells"]
    ]
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_untouched(text: str) -> bool:
    """Whether a notebook is still as it was generated, also after JupyterLab has saved it."""
    try:
        notebook = json.loads(text)
        return bool(notebook["metadata"]["exercises"]["generated"] == fingerprint(notebook))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def write(generated: Generated, folder: Path) -> list[str]:
    """Write both files into the folder of exercises; returns one message per file changed."""
    (folder / "checks").mkdir(parents=True, exist_ok=True)
    messages = []
    notebook, bundle = _paths(generated, folder)
    old = _read(notebook)
    if old != generated.notebook:
        if old is not None and not is_untouched(old):
            backup = set_aside(notebook, "backup")
            messages.append(f"{notebook.name} had work in it: kept as {backup.name}")
        write_atomically(notebook, generated.notebook)
        messages.append(f"wrote {notebook.name}")
    if not same_bundle(_read(bundle), generated.bundle):
        write_atomically(bundle, generated.bundle)
        messages.append(f"wrote checks/{bundle.name}")
    return messages


def compare_with_folder(generated: Generated, folder: Path) -> list[str]:
    """What in the folder of exercises differs from what would be written, one line per file."""
    notebook, bundle = _paths(generated, folder)
    messages = []
    old = _read(notebook)
    if old != generated.notebook:
        messages.append(f"{notebook.name}: {_first_difference(old, generated.notebook)}")
    old = _read(bundle)
    if not same_bundle(old, generated.bundle):
        messages.append(f"checks/{bundle.name}: {_first_difference(old, generated.bundle)}")
    return messages


def same_bundle(old: str | None, new: str) -> bool:
    """Whether two bundles' texts say the same, numbers compared to 1e-10 of their size."""
    if old is None or old == new:
        return old == new
    try:
        parsed = json.loads(old)
    except ValueError:
        return False
    same = agree_as_data(json.loads(new), parsed, RTOL, ATOL)
    return readable_json(parsed) + "\n" == old and same


def _paths(generated: Generated, folder: Path) -> tuple[Path, Path]:
    return folder / f"{generated.slug}.ipynb", folder / "checks" / f"{generated.slug}.json"


def _read(path: Path) -> str | None:
    """A file's text, or None when there is no such file; undecodable bytes are kept apart."""
    try:
        return path.read_bytes().decode("utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return None


def _first_difference(old: str | None, new: str) -> str:
    if old is None:
        return "missing"
    olds, news = old.splitlines(), new.splitlines()
    for number, (a, b) in enumerate(zip(olds, news, strict=False), 1):
        if a != b:
            return f"line {number}: is {a.strip()[:60]!r}, should be {b.strip()[:60]!r}"
    return f"has {len(olds)} lines, should have {len(news)}"
