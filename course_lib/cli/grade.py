"""`course grade`: grade a class."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import click

from course_lib.cli.console import CommandError, course_folder, out, progress

EPILOG = """\b
Examples:
  course grade submissions/                 results in submissions-graded/
  course grade moodle-download.zip -o out/  a download of an LMS, as it is
  course grade submissions/ --workers 8     on eight cores
  course grade submissions/ --no-resume     grade again what is graded already

\b
For each submission: results.json (Gradescope's format), junit.xml, report.html.
For the class: gradebook.csv and summary.html.

The exit code is 0 if every submission was graded or found unreadable, and 1 if the grader itself
failed somewhere. docs/instructors.md tells the whole story."""


class Seconds(click.FloatRange):
    """A positive number of seconds, at most a day; `nan` is in no range, and is none either."""

    name = "seconds"

    def __init__(self) -> None:
        super().__init__(min=0, max=86400, min_open=True)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number, or a failure that says which are allowed."""
        number = float(super().convert(value, param, ctx))
        return number if number == number else self.fail("nan is no number.", param, ctx)


SECONDS = Seconds()


@click.command("grade", short_help="Grade a class.", epilog=EPILOG)
@click.argument("place", metavar="FOLDER|ZIP", type=click.Path(path_type=Path))
@click.option("-o", "--out", "target", type=click.Path(path_type=Path), help="Folder for results.")
@click.option("-l", "--lesson", help="Lesson or solutions notebook to grade by, such as 07.")
@click.option("-w", "--workers", type=click.IntRange(1), help="Processes (default: all cores).")
@click.option("--resume/--no-resume", default=True, help="Keep results that would not change.")
@click.option("--scheduler", metavar="ADDRESS", default="", help="Grade on a Dask cluster.")
@click.option("--key-file", type=click.Path(path_type=Path), help="Secret for the hidden inputs.")
@click.option(
    "--isolation",
    type=click.Choice(["auto", "strong", "weaker"]),
    default="auto",
    help="Demand bubblewrap (strong), or do without it (weaker).",
)
@click.option("--call-time", type=SECONDS, default=5.0, show_default=True, help="Seconds per call.")
@click.option("--total-time", type=SECONDS, default=90.0, show_default=True, help="Per submission.")
@click.option(
    "--memory",
    type=click.IntRange(256, 2**20),
    default=2048,
    show_default=True,
    help="MiB per submission.",
)
def grade_command(place: Path, target: Path | None, **options: Any) -> int:
    """Grade the submissions in FOLDER or ZIP: one file, folder or zip file per learner."""
    from course_lib.grading.batch import Options, open_batch
    from course_lib.grading.gradebook import GRADEBOOK, SUMMARY, count, summary_line
    from course_lib.grading.limits import Limits
    from course_lib.grading.seeds import find_key
    from course_lib.grading.unit import FAULT

    key = find_key(options["key_file"])
    if key.created:
        out(f"Made a new key for the hidden inputs: {key.path}. Keep it, and keep it secret.")
    limits = Limits(
        call=options["call_time"], total=options["total_time"], memory=options["memory"]
    )
    settings = Options(
        place=place,
        out=target or place.resolve().with_name(f"{place.resolve().stem}-graded"),
        lessons=find_lessons(options["lesson"]),
        key=key,
        workers=options["workers"] or _cores(),
        resume=options["resume"],
        scheduler=options["scheduler"],
        isolation=options["isolation"],
        limits=limits,
        say=out,
    )
    start = time.monotonic()
    with open_batch(settings) as batch:
        left = len(batch.left)
        if len(batch.units) > left:
            out(f"{len(batch.units) - left} of {len(batch.units)} are graded already, and kept.")
        try:
            for number, row in enumerate(progress(batch.results(), left, "Grading"), 1):
                _tell(row, f"{number}/{left}")
        finally:
            rows = batch.write_overview()
    seconds = time.monotonic() - start
    out(f"{summary_line(rows)} {left} graded now, in {seconds:.1f} s.")
    out(f"Results: {settings.out}, with {GRADEBOOK} and {SUMMARY}.")
    return int(count(rows, FAULT) > 0)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # counts the cores that this process may use
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _tell(row: dict[str, Any], place: str) -> None:
    points = "" if row["score"] is None else f" {row['score']:g} of {row['max_score']} points"
    message = f": {row['message']}" if row["message"] else points
    style = {"graded": "", "unreadable": "yellow"}.get(row["status"], "bold red")
    out(f"{place} {row['name']}: {row['status']}{message}", style)
    for doubt in row["doubts"]:
        out(f"    {doubt}", "yellow")


def find_lessons(lesson: str | None) -> tuple[Path, ...]:
    """The solutions notebooks: the one that is meant, or all of the course's.

    `lesson` is a path, a name such as `07_backpropagation`, or a number. Raises `CommandError`.
    """
    if lesson and Path(lesson).is_file():
        return (Path(lesson),)
    folder = course_folder() / "solutions"
    found = sources(folder)
    if lesson:
        number = lesson.zfill(2) if lesson.isdecimal() else lesson
        found = [p for p in found if p.stem == number or p.stem.startswith(f"{number}_")]
        if not found:
            known = ", ".join(p.stem for p in sources(folder)) or "none"
            raise CommandError(f"There is no lesson {lesson} in {folder}. There are: {known}.")
    return tuple(found)


def sources(folder: Path) -> list[Path]:
    """The solutions notebooks of a folder: the Markdown files where they can be read."""
    from importlib.util import find_spec

    from course_lib.checks.__main__ import find_sources

    if find_spec("jupytext"):
        return find_sources(folder)
    return sorted(folder.glob("[0-9][0-9]_*.ipynb"))
