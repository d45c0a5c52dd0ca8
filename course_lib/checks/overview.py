"""How far a learner has come: recorded by `check`, shown by `progress`.

The record is a small file `.progress.json` in the folder of the exercises. A record that cannot
be read is set aside, and a folder that cannot be written to only means that nothing is recorded.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from course_lib.checks.bundle import (
    Bundle,
    BundleError,
    bundle_files,
    bundle_folder,
    read_bundle,
)
from course_lib.checks.feedback import Feedback, Status
from course_lib.checks.files import set_aside, write_atomically
from course_lib.checks.html import progress_html
from course_lib.checks.text import progress_text

FILE = ".progress.json"
_STATES = {"right": Status.RIGHT, "wrong": Status.WRONG}


@dataclass(frozen=True)
class Row:
    """One exercise of the overview."""

    id: str
    title: str
    minutes: int
    status: Status
    points: int
    max_points: int


@dataclass(frozen=True)
class Lesson:
    """The exercises of one lesson; `link` leads to their notebook, or is ""."""

    title: str
    link: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Progress:
    """The overview of the whole course. It shows itself in a notebook and in a terminal."""

    lessons: tuple[Lesson, ...]
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """Exercises and points in one line."""
        rows = [row for lesson in self.lessons for row in lesson.rows]
        right = sum(row.status is Status.RIGHT for row in rows)
        points, most = sum(row.points for row in rows), sum(row.max_points for row in rows)
        return f"{right} of {len(rows)} exercises right · {points} of {most} points"

    def __repr__(self) -> str:
        return progress_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": progress_html(self)}


def progress(folder: str | Path | None = None) -> Progress:
    """The state of every exercise of the course.

    Parameters
    ----------
    folder
        the folder with the bundles (`exercises/checks`); found by itself inside the course.
    """
    try:
        checks = Path(folder) if folder else bundle_folder()
    except BundleError as error:
        return Progress((), (str(error),))
    states, notes = read_record(checks.parent / FILE)
    lessons = []
    for path in bundle_files(checks):
        try:
            lessons.append(_lesson(read_bundle(path), checks.parent, states))
        except BundleError as error:
            notes.append(str(error))
    return Progress(tuple(lessons), tuple(notes))


def _lesson(bundle: Bundle, exercises: Path, states: dict[str, str]) -> Lesson:
    rows = []
    for exercise in bundle.exercises:
        status = _STATES.get(states.get(exercise.id, ""), Status.NOT_STARTED)
        points = exercise.points if status is Status.RIGHT else 0
        row = Row(exercise.id, exercise.title, exercise.minutes, status, points, exercise.points)
        rows.append(row)
    notebook = exercises / f"{bundle.lesson}.ipynb"
    return Lesson(bundle.title, _link(notebook), tuple(rows))


def _link(notebook: Path) -> str:
    try:
        return Path(os.path.relpath(notebook)).as_posix() if notebook.exists() else ""
    except ValueError:  # another drive, on Windows
        return ""


def record(feedback: Feedback, bundle: Path) -> str:
    """Note a right or wrong answer; returns a message when something is the matter.

    Only a notebook that lies beside its `checks` folder is a learner's own: checks that run in
    the solutions or in a lesson leave no trace. An attempt that was not started or was interrupted
    says nothing new, so it is not noted.
    """
    state = {Status.RIGHT: "right", Status.WRONG: "wrong"}.get(feedback.status)
    if state is None or Path.cwd().resolve() != bundle.parent.parent.resolve():
        return ""
    path = bundle.parent.parent / FILE
    states, notes = read_record(path)
    if states.get(feedback.exercise) != state:
        states[feedback.exercise] = state
        text = json.dumps({"format": 1, "exercises": dict(sorted(states.items()))}, indent=1)
        try:
            write_atomically(path, text + "\n")
        except OSError:
            notes.append(f"Your progress was not saved: `{FILE}` cannot be written here.")
    return " ".join(notes)


def read_record(path: Path) -> tuple[dict[str, str], list[str]]:
    """The recorded states by exercise, and messages about a record that cannot be used."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {str(k): str(v) for k, v in data["exercises"].items()}, []
    except FileNotFoundError:
        return {}, []
    except PermissionError:
        return {}, [f"The record of your progress, `{FILE}`, cannot be read: permission denied."]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, [_put_aside(path)]


def _put_aside(path: Path) -> str:
    try:
        copy = set_aside(path, "broken")
        path.unlink()
    except OSError:
        return f"The record of your progress, `{FILE}`, cannot be read, nor moved aside."
    return (
        f"The record of your progress, `{FILE}`, could not be read. It is kept as `{copy.name}`, "
        "and a new one is begun: run the checks again to fill it."
    )
