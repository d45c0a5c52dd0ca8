"""`course doctor`: is everything there that the course needs, and what to do if not."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import click

from course_lib.checks.feedback import plural
from course_lib.cli.console import CommandError, course_folder, out

EPILOG = """\b
Example:
  course doctor

The exit code is 1 if there is a problem."""
OK, WARN, BAD = "ok", "note", "problem"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is, and what to do."""

    state: str
    what: str
    fix: str = ""


@click.command(
    "doctor",
    short_help="Look for what is missing, and say what to do.",
    epilog=EPILOG,
)
def doctor_command() -> int:
    """Look whether everything that the course needs is there, and say what to do if not."""
    findings = [finding for look in LOOKS for finding in look()]
    for finding in findings:
        style = {OK: "green", WARN: "yellow", BAD: "bold red"}[finding.state]
        out(f"{finding.state + ':':<9}{finding.what}", style)
        if finding.fix:
            out(f"         {finding.fix}")
    problems = sum(finding.state == BAD for finding in findings)
    out("Everything that is needed is there." if not problems else f"Problems found: {problems}.")
    return int(problems > 0)


def look_at_python() -> Iterator[Finding]:
    """The Python that runs this; pip has made sure that it is new enough."""
    yield Finding(OK, f"Python {sys.version.split()[0]} in {sys.prefix}")


def look_at_packages() -> Iterator[Finding]:
    """Each package that the course depends on, against the bounds that it states."""
    again = "Run `make lab` (or the pip lines in the README) again."
    try:
        needed = metadata.requires("derivatives-by-machine") or []
    except metadata.PackageNotFoundError:
        yield Finding(BAD, "course_lib is not installed as a package", again)
        return
    bad = 0
    for name, least in _bounds(needed):
        try:
            have = metadata.version(name)
        except metadata.PackageNotFoundError:
            bad += 1
            yield Finding(BAD, f"{name} is not installed", again)
            continue
        if _numbers(have) < _numbers(least):
            bad += 1
            yield Finding(BAD, f"{name} {have} is older than {least}", again)
    if not bad:
        yield Finding(OK, f"all {len(list(_bounds(needed)))} packages are there and new enough")


def _bounds(needed: list[str]) -> Iterator[tuple[str, str]]:
    for line in needed:
        found = re.fullmatch(r"([\w.-]+)\s*>=\s*([\d.]+)", line)
        if found:  # what is for an extra has a marker, and does not match
            yield found[1], found[2]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def look_at_lock() -> Iterator[Finding]:
    """The installed versions against requirements.lock: tested together, so best kept."""
    try:
        lock = (course_folder() / "requirements.lock").read_text(encoding="utf-8")
    except (OSError, CommandError):
        return
    other = []
    for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.MULTILINE):
        try:
            if metadata.version(name) != version:
                other.append(f"{name} {metadata.version(name)} ({version})")
        except metadata.PackageNotFoundError:
            continue  # for another system, or Python
    if other:
        fix = f"The tested versions are in requirements.lock: {', '.join(other[:6])}"
        fix += f" and {len(other) - 6} more." if len(other) > 6 else "."
        what = f"{plural(len(other), 'package')} in another version than the tested one"
        yield Finding(WARN, what, fix)
    else:
        yield Finding(OK, "all packages have the tested versions")


def look_at_kernel() -> Iterator[Finding]:
    """Whether Jupyter has a kernel that is this Python."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

        spec = KernelSpecManager().get_kernel_spec("python3")
    except ImportError:
        yield Finding(BAD, "Jupyter is not installed", "Run `make lab`.")
        return
    except NoSuchKernel:
        fix = "Run: python -m ipykernel install --sys-prefix"
        yield Finding(BAD, 'Jupyter has no kernel "python3"', fix)
        return
    program = spec.argv[0] if spec.argv else ""
    if Path(program).is_absolute() and not Path(program).exists():
        fix = "Run: python -m ipykernel install --sys-prefix"
        yield Finding(BAD, f'the kernel "python3" starts {program}, which is gone', fix)
    else:
        yield Finding(OK, 'Jupyter has the kernel "python3"')


def look_at_course() -> Iterator[Finding]:
    """The course's folder, its checks, and whether it can be written to."""
    from course_lib.checks.bundle import BundleError, bundle_files, bundle_folder, read_bundle

    try:
        folder = course_folder()
    except CommandError as error:
        yield Finding(BAD, "the course's folder was not found", str(error))
        return
    if os.access(folder / "exercises", os.W_OK):
        yield Finding(OK, f"the course is in {folder}, and can be written to")
    else:
        fix = "Move the course into a folder of your own, or change its permissions."
        yield Finding(BAD, f"{folder / 'exercises'} cannot be written to", fix)
    try:
        bundles = [read_bundle(path) for path in bundle_files(bundle_folder(folder))]
        count = sum(len(bundle.exercises) for bundle in bundles)
        yield Finding(OK, f"the checks of {count} exercises can be read")
    except BundleError as error:
        yield Finding(BAD, "the exercises' checks cannot be read", str(error))


def look_at_isolation() -> Iterator[Finding]:
    """How well `course grade` can confine submissions here (learners do not need it)."""
    from course_lib.grading.child import ChildError
    from course_lib.grading.isolation import find_isolation
    from course_lib.grading.runtime import this_runtime
    from course_lib.grading.sandbox import other_user

    try:
        isolation = find_isolation()
    except ChildError as error:
        yield Finding(BAD, "no Python can be started to check notebooks in", str(error))
        return
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if isolation.strong and root and other_user(this_runtime()) is None:
        fix = "Linux limits no threads of root's. Grade as an ordinary user."
        yield Finding(WARN, "submissions can be graded in bubblewrap, but this is root", fix)
    elif isolation.strong:
        yield Finding(OK, "submissions can be graded in bubblewrap")
    else:
        layers = ", ".join(isolation.layers) or "none"
        fix = "To grade other people's work, install bubblewrap (apt install bubblewrap)."
        yield Finding(WARN, f"weaker isolation: {isolation.why} (layers: {layers})", fix)


def look_at_browser() -> Iterator[Finding]:
    """A browser for the browser tests (learners do not need it)."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found:
        yield Finding(OK, f"browser tests can use {found}")
    else:
        yield Finding(WARN, "no Chromium on the path: `make test` leaves out the browser tests")


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    look_at_python,
    look_at_packages,
    look_at_lock,
    look_at_kernel,
    look_at_course,
    look_at_isolation,
    look_at_browser,
)
