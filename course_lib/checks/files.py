"""Write files so that nothing is ever half written or lost."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Write a whole file beside the old one and put it in its place in one step."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _share_like(path, Path(name))
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _share_like(path: Path, new: Path) -> None:
    """Give a new file the old one's permissions (mkstemp makes it readable by its owner only)."""
    umask = os.umask(0)
    os.umask(umask)
    new.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~umask)


def set_aside(path: Path, word: str) -> Path:
    """Copy `name.ext` to the first free `name.word-N.ext` and return the copy's path."""
    content = path.read_bytes()
    number = 1
    while True:
        copy = path.with_name(f"{path.stem}.{word}-{number}{path.suffix}")
        try:
            with copy.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            return copy
        except FileExistsError:
            number += 1
