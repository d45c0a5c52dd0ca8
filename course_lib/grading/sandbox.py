"""Start a confined Python: inside bubblewrap where that can run, else by what the system has.

Bubblewrap (`bwrap`) gives the child a file system of its own, with the interpreter and the
packages in it, read-only, and nothing of the course but `course_lib`; no network; and no view of
any other process. Where it cannot run, the weaker isolation is announced, never used silently.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from course_lib.grading.confine import NOBODY
from course_lib.grading.limits import Limits
from course_lib.grading.runtime import SYSTEM, Runtime, readable_by_others, this_runtime

STRONG, WEAKER = "strong", "weaker"
_BOOT = "import sys; sys.path += sys.argv[2:]; from course_lib.grading.worker import main; main()"
_FLAGS = ("-s", "-S", "-B", "-P")  # no site files, no bytecode written, no working folder in path
_MIB = 2**20


@dataclass(frozen=True)
class Start:
    """How to start one child: its command, environment and working folder, and as which user."""

    command: list[str]
    env: dict[str, str]
    folder: Path
    user: int | None = None


def prepare(kind: str, limits: Limits, folder: Path) -> Start:
    """How to start a child in an isolation; `folder` is an empty folder for it alone."""
    runtime = this_runtime()
    if kind == STRONG:
        python = _python(runtime, ["/env/course", *_inside(runtime)], limits, {})
        command = [*_bubblewrap(runtime), *python]
        return Start(command, _environment("/learner"), folder, other_user(runtime))
    # Matplotlib looks for a folder that seems writable, and can do without writing to it.
    (folder / "mpl").mkdir(exist_ok=True)
    (folder / "mpl").chmod(0o777)
    more: dict[str, Any] = {"readable": [str(p) for p in (*runtime.readable(), folder)]}
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        folder.chmod(0o755)
        more["drop_user"] = readable_by_others(folder) and _readable(runtime)
    paths = [str(_course_alone(runtime, folder)), *map(str, runtime.site)]
    return Start(_python(runtime, paths, limits, more), _environment(str(folder)), folder)


def _readable(runtime: Runtime) -> bool:
    return all(readable_by_others(path) for path in runtime.readable() if path.exists())


@cache
def other_user(runtime: Runtime) -> int | None:
    """As whom to start bubblewrap if root grades, since Linux limits no threads of root's.

    None if it is not root, or if nobody else may read Python or start bubblewrap here.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not _readable(runtime):
        return None
    alone = [_bwrap(), "--unshare-all", "--unshare-user", "--ro-bind", "/", "/"]
    trial = subprocess.run(
        [*alone, str(runtime.python), "-S", "-c", ""],
        capture_output=True,
        cwd="/",
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
    )
    return NOBODY if trial.returncode == 0 else None


def _python(runtime: Runtime, paths: list[str], limits: Limits, more: dict[str, Any]) -> list[str]:
    settings = json.dumps({"rlimits": limits.rlimits(), **more})
    return [str(runtime.python), *_FLAGS, "-c", _BOOT, settings, *paths]


def _course_alone(runtime: Runtime, folder: Path) -> Path:
    """A folder in which `course_lib` can be imported, without what lies next to it."""
    alone = folder / "course"
    alone.mkdir(exist_ok=True)
    try:
        (alone / runtime.package.name).symlink_to(runtime.package, target_is_directory=True)
    except OSError:  # Windows allows links to few
        return runtime.package.parent
    return alone


def _environment(home: str) -> dict[str, str]:
    """A clean environment: nothing of the grader's own, and one thread for linear algebra."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    same = {"PYTHONHASHSEED": "0", "LANG": "C.UTF-8", "PYTHONUTF8": "1", "MPLBACKEND": "Agg"}
    if os.name == "nt":  # Windows starts no Python without it
        same["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", "")
    return {"HOME": home, "TMPDIR": home, "MPLCONFIGDIR": f"{home}/mpl", **threads, **same}


def _inside(runtime: Runtime) -> list[str]:
    return [f"/env/site-{i}" for i in range(len(runtime.site))]


def _bwrap() -> str:
    """The program's whole path: the child has no PATH to look it up in."""
    return shutil.which("bwrap") or "bwrap"


@cache
def _bwrap_options() -> frozenset[str]:
    """Options of the installed version that older ones lack."""
    text = subprocess.run([_bwrap(), "--help"], capture_output=True, text=True).stdout
    return frozenset(o for o in ("--disable-userns", "--clearenv", "--size") if o in text)


def _bubblewrap(runtime: Runtime) -> list[str]:
    options = _bwrap_options()
    command = [_bwrap(), "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"]
    command += ["--hostname", "grader", "--cap-drop", "ALL"]
    command += ["--disable-userns"] if "--disable-userns" in options else []
    for path in map(Path, SYSTEM):
        if path.is_symlink() and path.is_dir():
            command += ["--symlink", os.readlink(path), str(path)]
        elif path.exists():
            command += ["--ro-bind", str(path), str(path)]
    for path in (*runtime.library, runtime.python):
        if not path.is_relative_to("/usr/lib"):
            command += ["--ro-bind", str(path), str(path)]
    command += ["--ro-bind", str(runtime.package), f"/env/course/{runtime.package.name}"]
    for site, inside in zip(runtime.site, _inside(runtime), strict=True):
        command += ["--ro-bind", str(site), inside]
    for device in ("null", "zero", "urandom", "random"):
        command += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    for folder, size in (("/dev/shm", 16), ("/tmp", 64), ("/learner", 64)):
        command += ["--size", str(size * _MIB)] if "--size" in options else []
        command += ["--tmpfs", folder]
    command += ["--remount-ro", "/", "--chdir", "/learner"]
    return command + (["--clearenv", *_set(options)] if "--clearenv" in options else [])


def _set(options: frozenset[str]) -> list[str]:
    env = _environment("/learner")
    return [word for name, value in env.items() for word in ("--setenv", name, value)]


def private_folder() -> tempfile.TemporaryDirectory[str]:
    """A fresh folder that is removed with what a child left in it."""
    return tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True)


def bubblewrap_missing() -> str:
    """Why bubblewrap cannot be used at all, or ""."""
    if sys.platform != "linux":
        return "bubblewrap is there for Linux only"
    return "" if shutil.which("bwrap") else "bubblewrap is not installed"
