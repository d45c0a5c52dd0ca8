"""`course list`, `course progress` and `course check`: where a learner stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from course_lib.checks.bundle import (
    Bundle,
    BundleError,
    CheckedExercise,
    bundle_files,
    bundle_folder,
    read_bundle,
)
from course_lib.checks.diagnose import diagnose
from course_lib.checks.feedback import Feedback, Status, feedback_on
from course_lib.checks.overview import progress
from course_lib.cli.console import CommandError, err, out, table

if TYPE_CHECKING:
    from course_lib.grading.session import Session


LIST_EPILOG = """\b
Examples:
  course list
  course list 07"""
PROGRESS_EPILOG = """\b
Example:
  course progress"""


@click.command(
    "list",
    short_help="List the exercises and your progress.",
    epilog=LIST_EPILOG,
)
@click.argument("lesson", required=False)
def list_command(lesson: str | None) -> int:
    """List the exercises, of LESSON or of all, with points, minutes and your progress."""
    shown = progress()
    found = False
    for one in shown.lessons:
        rows = [row for row in one.rows if _in_lesson(row.id, lesson)]
        if rows:
            found = True
            cells = [
                (
                    row.id,
                    row.title,
                    f"{row.status.symbol} {row.status.value}",
                    row.max_points,
                    row.minutes,
                )
                for row in rows
            ]
            table(one.title, ("Exercise", "Title", "State", "Points", "Minutes"), cells)
            out()
    for note in shown.notes:
        err(note)
    if not found:
        raise CommandError(
            f"There are no exercises{f' in lesson {lesson}' if lesson else ''} here."
        )
    out(shown.summary)
    return 0


def _in_lesson(exercise: str, lesson: str | None) -> bool:
    number = exercise.split(".")[0]
    return lesson is None or lesson.split("_")[0].zfill(2) == number.zfill(2)


@click.command("progress", short_help="Show how far you have come.", epilog=PROGRESS_EPILOG)
def progress_command() -> int:
    """Show how far you have come, over the whole course."""
    shown = progress()
    out(repr(shown))
    return 0 if shown.lessons else 1


CHECK_EPILOG = """\b
Examples:
  course check exercises/07_backpropagation.ipynb
  course check --all

The notebook's cells run in a process of their own, so what you see is what a fresh kernel gives.
Where the system can lock it in (`course doctor` tells), it can neither change your files nor use
the network. The exit code is 0 when every exercise is right, and 1 otherwise."""


@click.command("check", short_help="Check notebooks, as `check` does.", epilog=CHECK_EPILOG)
@click.argument("notebooks", nargs=-1, metavar="NOTEBOOK...", type=click.Path(path_type=Path))
@click.option("--all", "check_all", is_flag=True, help="Check all notebooks of exercises/.")
def check_command(notebooks: tuple[Path, ...], check_all: bool) -> int:
    """Run NOTEBOOKs from top to bottom, and check their exercises as `check` does."""
    if check_all:
        folder = bundle_folder().parent
        notebooks = tuple(sorted(folder.glob("[0-9][0-9]_*.ipynb"))) or notebooks
        notebooks = tuple(path for path in notebooks if ".backup-" not in path.name)
    if not notebooks:
        raise click.UsageError("Name a notebook, or use --all.")
    right = [_check(path) for path in notebooks]
    return int(not all(right))


def _check(path: Path) -> bool:
    """Check one notebook, and say what came of it; returns whether all of it is right."""
    from course_lib.grading.notebook import UnreadableError, read_cells

    out(f"{path.name}", "bold")
    try:
        if not path.is_file():
            what = "is a folder: name a notebook in it" if path.is_dir() else "does not exist"
            raise CommandError(f"{path} {what}.")
        cells = read_cells(path.read_bytes())
        feedback, notes = checked(cells, _bundle_of(path, cells))
    except (OSError, UnreadableError, BundleError, CommandError) as error:
        err(f"  {error}\n")
        return False
    for note in notes:
        out(f"  {note}")
    for one in feedback:
        style = {Status.RIGHT: "green", Status.WRONG: "yellow"}.get(one.status, "")
        first, _, rest = repr(one).partition("\n")
        out(first, style)
        out(rest)
    right = sum(one.right for one in feedback)
    out(f"{right} of {len(feedback)} exercises right.\n")
    return right == len(feedback)


def checked(cells: list[str], bundle: Bundle) -> tuple[list[Feedback], list[str]]:
    """Feedback on each exercise of a notebook, whose cells run in a confined child."""
    from course_lib.grading.isolation import find_isolation
    from course_lib.grading.limits import Limits
    from course_lib.grading.session import Session

    with Session(cells, find_isolation().kind, Limits()) as session:
        feedback = [_feedback(session, exercise) for exercise in bundle.exercises]
        return feedback, session.notes


def _feedback(session: Session, exercise: CheckedExercise) -> Feedback:
    from course_lib.grading.cases import in_words, public_outcomes

    outcomes = public_outcomes(session, exercise)
    if not isinstance(outcomes, list):
        status = Status.NOT_STARTED if outcomes.missing else Status.WRONG
        return feedback_on(exercise, status, str(outcomes))
    return in_words(diagnose(exercise, outcomes), exercise, outcomes)


def _bundle_of(path: Path, cells: list[str]) -> Bundle:
    """The checks that belong to a notebook: by its name, else by what is in it."""
    from course_lib.grading.notebook import names_found

    bundles = list(_bundles(path))
    for bundle in bundles:
        if path.stem == bundle.lesson:
            return bundle

    def found(bundle: Bundle) -> int:
        names = [exercise.name for exercise in bundle.exercises]
        return names_found(cells, names, [exercise.id for exercise in bundle.exercises])

    best = max(bundles, key=found, default=None)
    if best is None or not found(best):
        raise CommandError("There are no exercises of the course in this notebook.")
    return best


def _bundles(path: Path) -> Iterator[Bundle]:
    for file in bundle_files(bundle_folder(path.resolve().parent)):
        yield read_bundle(file)
