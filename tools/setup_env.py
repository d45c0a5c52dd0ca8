"""Make the virtual environment `.venv` that the course runs in.

    python tools/setup_env.py lab     what the lessons need
    python tools/setup_env.py test    that, and what the tests need

Everything comes from a lock file with hashes. When all is in place already, nothing is done.
A set-up that failed or was interrupted leaves no stamp behind, and the next run starts it afresh.
This file needs nothing but the standard library; it uses `uv`, if there is one, as the faster pip.
"""

import sys

# Before anything that an old Python lacks; what follows must at least be readable for Python 3.6.
if sys.version_info < (3, 11):  # noqa: UP036 - people do start this with an older one
    sys.exit(
        f"This is Python {sys.version.split()[0]} ({sys.executable}), and the course needs 3.11 or "
        "newer. Install a newer one and run the same command again. If you have one already, name "
        "it, for example with: make lab PYTHON=python3.12"
    )

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import textwrap
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

from setup_diagnoses import AGAIN, diagnose, last_words

ROOT = Path(__file__).resolve().parent.parent
# Each level's lock holds all of the level before it.
LOCKS = {"lab": "requirements.lock", "test": "requirements-test.lock"}
LEVELS = list(LOCKS)


class SetupError(Exception):
    """A step failed. The message says what happened and what to do."""


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Set up the level named on the command line; return the exit code."""
    if len(arguments) != 1 or arguments[0] not in LEVELS:
        tell("Usage: python tools/setup_env.py lab|test")
        return 2
    try:
        Environment(root).set_up(arguments[0])
    except KeyboardInterrupt:
        tell("Set-up was stopped. Run the same command again: it starts afresh where it must.")
        return 130
    except SetupError as error:
        tell(f"{error}")
        return 1
    except OSError as error:
        known = diagnose(str(error), root=root, python=sys.version.split()[0])
        tell(
            known or f"The system refused something that set-up needs: {error}. Mend that. {AGAIN}"
        )
        return 1
    return 0


class Environment:
    """The virtual environment of one copy of the course."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.stamp = self.venv / "course-setup.json"
        self.python = self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def set_up(self, level: str) -> None:
        """Bring the environment to `level`, if it is not there or beyond."""
        if self.is_ready(level):
            return
        with only_one_at_a_time(self.root):
            if not self.is_ready(level):  # another set-up may have made it while this one waited
                self.install(self.level_to_install(level))

    def level_to_install(self, level: str) -> str:
        """`level`, or what is there already if that is more: nothing is taken away."""
        has = self.read_stamp().get("level")
        return max(level, has, key=LEVELS.index) if has in LEVELS else level

    def is_ready(self, level: str) -> bool:
        """Whether `level` is installed, from the files as they are now, and runs."""
        stamp = self.read_stamp()
        has = stamp.get("level")
        return (
            has in LEVELS
            and LEVELS.index(has) >= LEVELS.index(level)
            and stamp["sources"] == fingerprint(self.root, has)
            and self.can_be_kept(stamp)
        )

    def can_be_kept(self, stamp: dict[str, str]) -> bool:
        """Whether the environment is whole, belongs to this folder and to this Python."""
        if stamp.get("root") != str(self.root):  # its scripts hold the path of the folder
            return False
        if Path(sys.prefix).resolve() == self.venv.resolve():
            return True
        return stamp.get("python") == this_python() and runs(self.python)

    def read_stamp(self) -> dict[str, str]:
        try:
            return json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    def install(self, level: str) -> None:
        """Run the steps; the stamp is removed before the first and written after the last."""
        fresh = not self.can_be_kept(self.read_stamp())
        self.stamp.unlink(missing_ok=True)
        uv = find_uv()
        print(f"Setting up the course in .venv, with {'uv' if uv else 'pip'}.", flush=True)
        lock = LOCKS[level]
        count = (self.root / lock).read_text(encoding="utf-8").count("==")
        with self.step(1, "making the virtual environment" if fresh else "keeping .venv"):
            if fresh:
                self.make_venv(uv)
        with self.step(2, f"installing what {lock} lists, up to {count} packages"):
            self.pip(uv, "--require-hashes", "-r", lock)
        with self.step(3, "installing course_lib from this folder"):
            self.pip(uv, "--no-deps", "--no-build-isolation", "--editable", ".")
        stamp = {
            "level": level,
            "python": this_python(),
            "root": str(self.root),
            "sources": fingerprint(self.root, level),
        }
        self.stamp.write_text(json.dumps(stamp, indent=1), encoding="utf-8")

    def make_venv(self, uv: str | None) -> None:
        base = getattr(sys, "_base_executable", sys.executable)  # outside .venv even if run in it
        clear(self.venv)
        if uv:
            self.run(uv, "venv", "--no-project", "--python", base, str(self.venv))
        else:
            self.run(base, "-m", "venv", str(self.venv))

    def pip(self, uv: str | None, *arguments: str) -> None:
        if uv:
            self.run(uv, "pip", "install", "--python", str(self.python), *arguments)
        else:
            self.run(str(self.python), "-m", "pip", "install", "--progress-bar=off", *arguments)

    @contextlib.contextmanager
    def step(self, number: int, what: str) -> Iterator[None]:
        """Say which step is running and how long it took; name it if it fails."""
        print(f"Step {number} of 3: {what} …", flush=True)
        start = time.monotonic()
        try:
            yield
        except SetupError as error:
            raise SetupError(f"Set-up failed at step {number} of 3, {what}. {error}") from None
        show_line("")
        print(f"  done in {time.monotonic() - start:.1f} s", flush=True)

    def run(self, *command: str) -> None:
        """Run a command, showing its latest line; raise SetupError if it fails."""
        env = {
            **os.environ,
            # A user's own pip settings must not send the packages elsewhere.
            "PIP_USER": "0",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            # The system's certificates, as pip does: a school's proxy may have added its own.
            "UV_SYSTEM_CERTS": "1",
        }
        output = ""
        with subprocess.Popen(
            command,
            cwd=self.root,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                output += line
                show_line(line)
        if process.returncode:
            show_line("")
            raise SetupError(self.explain(output, command))

    def explain(self, output: str, command: tuple[str, ...]) -> str:
        known = diagnose(output, root=self.root, python=sys.version.split()[0])
        if known:
            return known
        log = self.venv / "setup.log"
        with contextlib.suppress(OSError):
            log.write_text(f"{' '.join(command)}\n\n{output}", encoding="utf-8")
        return (
            f"It ended with: {last_words(output)} The whole output is in {log}. {AGAIN} It starts "
            "afresh; if it fails in the same way, please report it with that file."
        )


def fingerprint(root: Path, level: str) -> str:
    """Return a hash of what decides the installed packages (not of the tools' settings)."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    deciding = [project["project"], project["build-system"], project["tool"]["hatch"]]
    lock = (root / LOCKS[level]).read_bytes()
    return hashlib.sha256(json.dumps(deciding, sort_keys=True).encode() + lock).hexdigest()


def this_python() -> str:
    return f"{sys.version.split()[0]} {Path(sys.base_prefix).resolve()}"


def runs(*command: str | Path) -> bool:
    """Whether a program starts at all: a name on PATH may be an empty shim."""
    try:
        return subprocess.run([*command, "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def find_uv() -> str | None:
    uv = shutil.which("uv")
    return uv if uv and runs(uv) else None


def clear(folder: Path) -> None:
    """Empty a folder (kept, for it may be a link to another disk); remove a file of that name."""
    if folder.is_dir():
        for entry in folder.iterdir():
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    else:
        folder.unlink(missing_ok=True)


@contextlib.contextmanager
def only_one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait until no other set-up works in this folder. The system frees the lock if we die."""
    try:
        import fcntl
    except ImportError:  # Windows: do without
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is running in this folder; waiting for it …", flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:  # some network file systems have no locks: do without
            pass
        yield
    finally:
        os.close(descriptor)


def show_line(text: str) -> None:
    """On a terminal, show a tool's latest line in place of the one before."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r{'  ' + text.strip()[: width - 3]:{width}}\r", end="", flush=True)


def tell(paragraph: str) -> None:
    """Print a message for a person, in lines of a readable length."""
    print("\n" + textwrap.fill(paragraph, 96, break_on_hyphens=False), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
