"""`course lab`: open the course in JupyterLab."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec

import click

from course_lib.cli.console import CommandError, course_folder

EPILOG = """\b
Examples:
  course lab
  course lab --no-browser --port 8890     whatever JupyterLab understands is handed on

Ctrl-C, twice, ends it."""


@click.command(
    "lab",
    short_help="Open the course in JupyterLab.",
    epilog=EPILOG,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[JUPYTERLAB OPTIONS]...")
def lab_command(arguments: tuple[str, ...]) -> int:
    """Open the course in JupyterLab, at its front page."""
    if find_spec("jupyterlab") is None:
        raise CommandError(
            "JupyterLab is not installed here. Run `make lab` in the course's folder."
        )
    folder = course_folder()
    front = "/tree/lessons/00_start.ipynb" if (folder / "lessons/00_start.ipynb").exists() else ""
    options = [f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab{front}"]
    settings = folder / "tools" / "lab_settings"
    if settings.is_dir():
        options.append(f"--LabApp.app_settings_dir={settings}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # all there is, in many containers
    command = [sys.executable, "-m", "jupyterlab", *options, *arguments]
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # JupyterLab hears it too, and asks
            continue
