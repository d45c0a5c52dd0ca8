"""`course exercises` and `course gradescope`: for authors and instructors."""

from __future__ import annotations

from pathlib import Path

import click

from course_lib.cli.console import CommandError, course_folder, out
from course_lib.cli.grade import find_lessons

EXERCISES = """\b
Examples:
  course exercises               write exercises/ anew from solutions/
  course exercises --check       change nothing; exit code 1 if something differs"""


@click.command("exercises", short_help="Make exercises/ from solutions/.", epilog=EXERCISES)
@click.option("--check", is_flag=True, help="Change nothing; tell what differs.")
def exercises_command(check: bool) -> int:
    """Make the exercise notebooks and their checks from the solutions.

    A notebook that somebody has worked in is kept as a backup first.
    """
    from course_lib.checks.__main__ import main

    folder = course_folder()
    places = ["--solutions", str(folder / "solutions"), "--exercises", str(folder / "exercises")]
    return main(["generate", *(["--check"] if check else []), *places])


GRADESCOPE = """\b
Example:
  course gradescope autograder.zip 07

Upload the zip file at the assignment's "Configure Autograder". docs/instructors.md says which
image to choose there, and what the isolation is worth."""


@click.command("gradescope", short_help="Write an autograder for Gradescope.", epilog=GRADESCOPE)
@click.argument("target", metavar="OUT.zip", type=click.Path(path_type=Path))
@click.argument("lesson")
@click.option("--key-file", type=click.Path(path_type=Path), help="Secret for the hidden inputs.")
def gradescope_command(target: Path, lesson: str, key_file: Path | None) -> int:
    """Write an autograder for LESSON that Gradescope can run, to OUT.zip.

    The file holds the solutions and a key made from yours: treat it as a secret.
    """
    from course_lib.grading.gradescope import write_autograder
    from course_lib.grading.seeds import find_key

    if not target.absolute().parent.is_dir():
        raise CommandError(f"The folder {target.parent} does not exist. Make it first.")
    size = write_autograder(target, find_lessons(lesson)[0], find_key(key_file))
    out(f"Wrote {target} ({size / 1000:.0f} kB). It holds the solutions: keep it from learners.")
    return 0
