"""Which files a child needs to run Python, NumPy and `course_lib`, and where it finds them."""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SYSTEM = ("/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
"""The system's shared libraries."""


@dataclass(frozen=True)
class Runtime:
    """The interpreter, its standard library, the installed packages, and `course_lib`'s folder."""

    python: Path
    library: tuple[Path, ...]
    site: tuple[Path, ...]
    package: Path

    def readable(self) -> list[Path]:
        """All that a child has to read."""
        return [self.python, *self.library, *self.site, self.package, *map(Path, SYSTEM)]


@cache
def this_runtime() -> Runtime:
    """The runtime of this very process.

    The interpreter is the one that a virtual environment was made from, and `course_lib` is only
    the package's own folder: in an editable installation the solutions lie next to it.
    """
    import numpy as np

    base = Path(sys.base_prefix).resolve()
    python = Path(getattr(sys, "_base_executable", "") or sys.executable).resolve()
    stdlib = Path(sysconfig.get_path("stdlib")).resolve()
    library = [p for p in (base / "lib", base / "lib64", stdlib) if p.is_dir()]
    if os.name == "nt":
        library = [base]
    site = [Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")]
    site.append(Path(np.__file__).parents[1])
    found = dict.fromkeys(path.resolve() for path in site if path.is_dir())
    package = Path(__file__).resolve().parents[1]
    return Runtime(python, tuple(dict.fromkeys(library)), tuple(found), package)


def readable_by_others(path: Path) -> bool:
    """Whether every user of this machine may read a file, as far as permissions go."""
    try:
        need = 0o005 if path.is_dir() else 0o004
        return path.stat().st_mode & need == need and all(
            parent.stat().st_mode & 0o001 for parent in path.parents
        )
    except OSError:
        return False
