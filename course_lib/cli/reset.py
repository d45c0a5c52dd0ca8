"""`course reset`: begin an exercise or a notebook anew. Nothing is lost: a copy is kept first."""

from __future__ import annotations

import contextlib
import json
import subprocess
from pathlib import Path
from typing import Any

import click

from course_lib.checks.files import set_aside, write_atomically
from course_lib.checks.generate import is_untouched, notebook_text
from course_lib.checks.nbgrader import grade_id
from course_lib.checks.parsing import parse
from course_lib.cli.console import CommandError, course_folder, out
from course_lib.cli.grade import find_lessons, sources

EPILOG = """\b
Examples:
  course reset 7.2                                exercise 7.2 alone
  course reset exercises/07_backpropagation.ipynb the whole notebook

Your notebook is first copied to 07_backpropagation.backup-1.ipynb (-2, -3, …) beside it. Close the
notebook in JupyterLab before, or reload it from disk afterwards."""


@click.command("reset", short_help="Begin an exercise or a notebook anew.", epilog=EPILOG)
@click.argument("what", metavar="EXERCISE|NOTEBOOK")
def reset_command(what: str) -> int:
    """Put EXERCISE or NOTEBOOK back as it was handed out, after a backup."""
    exercise = what if what.replace(".", "", 1).isdecimal() and "." in what else None
    lesson = what.split(".")[0].zfill(2) if exercise else Path(what).stem
    slug, fresh_text = _as_handed_out(lesson)
    fresh = json.loads(fresh_text)
    path = _notebook(what, exercise, slug)
    if not path.exists():
        write_atomically(path, fresh_text)
        out(f"{path.name} was not there: made anew.")
        return 0
    if exercise:
        old = _read(path)
        fresh_text = json.dumps(
            _with_fresh_cell(old, fresh, exercise), ensure_ascii=False, indent=1
        )
        fresh_text += "\n"
    copy = set_aside(path, "backup")
    write_atomically(path, fresh_text)
    out(f"Your work is kept as {copy.name}.")
    out(f"{f'Exercise {exercise}' if exercise else path.name} is as it was handed out.")
    return 0


def _as_handed_out(lesson: str) -> tuple[str, str]:
    """A lesson's name and its exercise notebook: from the solutions, a kept copy, or git.

    Whoever hands out the course for grades may have left the solutions out.
    """
    course = course_folder()
    if sources(course / "solutions"):
        source = find_lessons(lesson)[0]
        return source.stem, notebook_text(parse(source))
    for path in sorted((course / "exercises" / "handed_out").glob(f"{lesson}*.ipynb")):
        return path.stem, path.read_text(encoding="utf-8")
    for path in sorted((course / "exercises").glob(f"{lesson}*.ipynb")):
        command = ["git", "show", f"HEAD:./{path.name}"]
        with contextlib.suppress(OSError):
            done = subprocess.run(command, cwd=path.parent, capture_output=True)
            text = done.stdout.decode("utf-8", "replace")
            if is_untouched(text):
                return path.stem, text
    problem = f"The exercises of lesson {lesson} as they were handed out are not in this folder."
    raise CommandError(f"{problem} Get them from where the course came from.")


def _notebook(what: str, exercise: str | None, slug: str) -> Path:
    if exercise or not what.endswith(".ipynb"):
        return course_folder() / "exercises" / f"{slug}.ipynb"
    return Path(what)


def _read(path: Path) -> dict[str, Any]:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(notebook["cells"], list):
            return dict(notebook)
    except (ValueError, KeyError, TypeError):
        pass
    fix = f"To put back the whole of it (a copy is kept): course reset {path}"
    raise CommandError(f"{path.name} is not a notebook that can be read. {fix}")


def _with_fresh_cell(old: dict[str, Any], fresh: dict[str, Any], exercise: str) -> dict[str, Any]:
    """The learner's notebook with one exercise's cell as it was handed out.

    Where the learner has deleted that cell, it is put before the check, or at the end.
    """
    wanted = grade_id(exercise, "solution")
    new = next((cell for cell in fresh["cells"] if cell["id"] == wanted), None)
    if new is None:
        ids = [
            c["id"].removesuffix("-solution").replace("-", ".")
            for c in fresh["cells"]
            if c["id"].endswith("-solution")
        ]
        raise CommandError(f"There is no exercise {exercise}. This lesson has {', '.join(ids)}.")
    cells: list[Any] = old["cells"]
    place = _find(cells, wanted)
    if place is None:
        check = _find(cells, grade_id(exercise))
        cells.insert(len(cells) if check is None else check, new)
    else:
        cells[place] = new
    return old


def _find(cells: list[Any], wanted: str) -> int | None:
    for place, cell in enumerate(cells):
        if not isinstance(cell, dict):
            continue
        mark = cell.get("metadata", {}).get("nbgrader", {})
        if wanted in (cell.get("id"), mark.get("grade_id") if isinstance(mark, dict) else None):
            return place
    return None
