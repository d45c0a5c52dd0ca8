"""The commands and how they end: 0 for well, 1 for not (yet) right, 2 for wrong use."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

import course_lib
from course_lib.cli.console import err

COMMANDS = {
    "lab": "course_lib.cli.lab",
    "list": "course_lib.cli.learner",
    "progress": "course_lib.cli.learner",
    "check": "course_lib.cli.learner",
    "reset": "course_lib.cli.reset",
    "doctor": "course_lib.cli.doctor",
    "exercises": "course_lib.cli.author",
    "grade": "course_lib.cli.grade",
    "gradescope": "course_lib.cli.author",
}


class Commands(click.Group):
    """Loads a command's module when the command is used, so that each starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command with a name, or None."""
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[name]), f"{name}_command")
        return command


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  course lab                      open the course in JupyterLab
  course check --all              check all your exercises
  course grade submissions/       grade a class
  course grade --help             everything about one command""",
)
@click.version_option(course_lib.__version__, prog_name="course")
def course() -> None:
    """Work through the course, check your exercises, or grade a class."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code; explains errors that a person can mend."""
    try:
        result: Any = course.main(list(arguments), prog_name="course", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        err("\nStopped.")
        return 130
    except BrokenPipeError:  # the reader of our output has gone, as in `course list | head`
        _quiet_stdout()
        return 0
    except Exception as error:
        if not _for_people(error):
            raise
        err(textwrap.fill(f"Error: {error}", 96, break_on_hyphens=False, break_long_words=False))
        return 1


def _for_people(error: Exception) -> bool:
    """Whether an error's message is written for whoever runs the command."""
    names = {
        "BatchError",
        "BundleError",
        "ChildError",
        "CommandError",
        "EngineError",
        "ExerciseSourceError",
        "GraderFaultError",
        "KeyFileError",
        "NoSubmissionsError",
        "UnreadableError",
    }
    return isinstance(error, OSError) or type(error).__name__ in names


def _quiet_stdout() -> None:
    import os
    import sys

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
