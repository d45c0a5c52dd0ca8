"""Find the notebooks of a folder or zip file that somebody else made, and read them safely.

Nothing is unpacked to disk, so a zip file cannot write outside of its folder; sizes are limited
while reading, so it cannot fill the memory; links and devices are not followed.
"""

from __future__ import annotations

import contextlib
import errno
import io
import itertools
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from course_lib.grading.notebook import MAX_BYTES

MAX_FILES = 5000
MAX_BYTES_OF_ONE = 200 * 2**20
"""Unpacked size, of all that is read from one submission."""

_LINK = "It is a link to another file, which is not followed."
_CHECKPOINTS = ".ipynb_checkpoints"
_SKIPPED = {"__MACOSX", _CHECKPOINTS, ".git", ".venv", "node_modules", "__pycache__", "handed_out"}


@dataclass(frozen=True)
class Found:
    """A notebook in a submission: its path inside of it, and its bytes or why there are none."""

    path: str
    data: bytes = b""
    problem: str = ""


def notebooks_in(path: Path) -> list[Found]:
    """The notebooks of a file, folder or zip file, in the order of their paths."""
    if path.is_symlink():
        return [Found(path.name, problem=_LINK)]
    budget = _Budget()
    if path.is_dir():
        found = [item for file in _files_below(path) for item in _in_file(file, path, budget)]
    else:
        found = list(_in_file(path, path.parent, budget))
    return sorted(found, key=lambda item: item.path)


@dataclass
class _Budget:
    """What may still be read from one submission: all its files, and zip files in zip files."""

    left: int = MAX_BYTES_OF_ONE

    def spend(self, data: bytes) -> bytes:
        self.left -= len(data)
        return data


def is_zip_name(name: str) -> bool:
    """Whether a file is a zip file, by its name."""
    return name.lower().endswith(".zip")


def _wanted(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or any(part in _SKIPPED for part in parts) or parts[-1].startswith("."):
        return False
    return parts[-1].lower().endswith(".ipynb") and ".backup-" not in parts[-1]


def _files_below(folder: Path) -> Iterator[Path]:
    count = 0
    for root, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        for name in sorted(files):
            count += 1
            if count > MAX_FILES:
                return
            yield Path(root, name)


def _in_file(file: Path, base: Path, budget: _Budget) -> Iterator[Found]:
    name = _printable(file.relative_to(base).as_posix())
    if is_zip_name(file.name):
        try:
            with _open(file) as stream:
                yield from _in_zip(stream, name, 0, budget)
        except OSError as error:
            yield Found(name, problem=_cannot_be_read(error))
    elif _wanted(file.name):
        try:
            with _open(file) as stream:
                data = budget.spend(stream.read(min(budget.left, MAX_BYTES + 1)))
            yield _found(name, data) if budget.left > 0 else _too_much(name)
        except OSError as error:
            yield Found(name, problem=_cannot_be_read(error))


def _cannot_be_read(error: OSError) -> str:
    if error.errno == errno.ELOOP:
        return _LINK
    return f"It cannot be read: {error.strerror or error}."


def has_checkpoint(path: Path) -> bool:
    """Whether a folder of Jupyter's automatic copies lies in a folder."""
    walk = itertools.islice(os.walk(path, followlinks=False), MAX_FILES)
    return any(_CHECKPOINTS in folders for _, folders, _ in walk)


def _open(file: Path) -> IO[bytes]:
    """Open a regular file, and nothing that would block or lead elsewhere."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(file, flags | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "not a regular file")
    return os.fdopen(descriptor, "rb")


def _in_zip(stream: IO[bytes], name: str, depth: int, budget: _Budget) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(stream) as archive:
            yield from _members(archive, name, depth, budget)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        yield Found(name, problem=f"The zip file cannot be read: {error}.")


def _members(archive: zipfile.ZipFile, name: str, depth: int, budget: _Budget) -> Iterator[Found]:
    members = archive.infolist()
    if len(members) > MAX_FILES:
        yield Found(name, problem=f"The zip file holds {len(members):,} files (most: {MAX_FILES}).")
        return
    for member in members:
        inner = is_zip_name(member.filename) and depth == 0
        if member.is_dir() or not (inner or _wanted(member.filename)):
            continue
        path = f"{name}/{_printable(member.filename)}"
        most = budget.left if inner else min(budget.left, MAX_BYTES + 1)
        try:
            with archive.open(member) as file:
                data = budget.spend(file.read(most))
        except (RuntimeError, zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
            yield Found(path, problem=f"It cannot be read from the zip file: {error}.")
            continue
        except Exception as error:  # zlib and others raise their own
            yield Found(path, problem=f"It cannot be unpacked: {type(error).__name__}.")
            continue
        if budget.left <= 0:
            yield _too_much(name)
            return
        if inner:
            yield from _in_zip(io.BytesIO(data), path, depth + 1, budget)
        else:
            yield _found(path, data)


def _too_much(path: str) -> Found:
    most = MAX_BYTES_OF_ONE >> 20
    return Found(path, problem=f"Unpacked, the submission has over {most} MB: not all was read.")


def _found(path: str, data: bytes) -> Found:
    if len(data) > MAX_BYTES:
        return Found(path, problem=f"It has over {MAX_BYTES >> 20} MB. Clear its outputs.")
    return Found(path, data)


def unpack_class(place: Path, folder: Path) -> None:
    """Unpack the notebooks and zip files of a class's zip file into an empty folder.

    Every part of a path is made harmless, so nothing lands elsewhere. Each learner (an entry of
    the first level, or of the second where all lie in one folder) has a budget of its own. Raises
    `OSError` when the file is no zip file.
    """
    left: dict[tuple[str, ...], int] = {}
    try:
        with zipfile.ZipFile(place) as archive:
            members = [(m, _safe_parts(m.filename)) for m in archive.infolist()[: 20 * MAX_FILES]]
            depth = 1 if len({parts[0] for _, parts in members if parts}) > 1 else 2
            for member, parts in members:
                if not parts:
                    continue
                target = folder.joinpath(*parts)
                inside = len(parts) > 1 or member.is_dir()
                with contextlib.suppress(OSError):  # a file where a folder is needed, or too long
                    (folder / parts[0] if inside else folder).mkdir(exist_ok=True)
                    if not member.is_dir():
                        learner = tuple(parts[:depth])
                        if len(parts) <= depth:
                            target.touch()  # so that it can be named, whatever it is
                        budget = left.get(learner, MAX_BYTES_OF_ONE)
                        left[learner] = budget - _unpack(archive, member, target, budget)
    except zipfile.BadZipFile as error:
        raise OSError(f"{place.name} is no zip file: {error}") from error


def _safe_parts(name: str) -> list[str]:
    parts = [_printable(part) for part in re.split(r"[/\\]", name)]
    kept = (part for part in parts if part not in ("", ".", ".."))
    return [_short(re.sub(r'[:*?"<>|]', "_", part)) for part in kept]


def _short(name: str) -> str:
    """A name that file systems take (most allow 255 bytes), with its ending."""
    while len(name.encode()) > 200:
        middle = len(name) // 2
        name = name[: middle - 1] + name[middle + 1 :]
    return name


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, budget: int) -> int:
    """Write what may be a submission; returns the number of bytes."""
    inner = is_zip_name(member.filename)
    if not (inner or _wanted(member.filename)):
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with archive.open(member) as file:
            data = file.read(min(budget, MAX_BYTES_OF_ONE if inner else MAX_BYTES + 1))
    except Exception:  # encrypted, damaged: the file is there, and will be found to be empty
        data = b""
    target.write_bytes(data)
    return len(data)


def _printable(name: str) -> str:
    """A file's name for people: what cannot be shown is replaced."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() else "�" for c in text)
