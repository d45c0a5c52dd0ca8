"""`course reset`: begin an exercise or a notebook anew. Nothing is lost: a copy is kept first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from course_lib.checks.files import set_aside, write_atomically
from course_lib.checks.generate import notebook_text
from course_lib.checks.nbgrader import grade_id
from course_lib.checks.parsing import parse
from course_lib.cli.console import CommandError, course_folder, out
from course_lib.cli.grade import find_lessons

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
    lesson = what.split(".")[0] if exercise else Path(what).stem
    fresh_text = notebook_text(parse(find_lessons(lesson)[0]))
    fresh = json.loads(fresh_text)
    path = _notebook(what, exercise, find_lessons(lesson)[0].stem)
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
