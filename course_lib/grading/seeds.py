"""Hidden inputs that are the same on every regrade, and that nobody can guess beforehand.

Their seed is a keyed hash (HMAC) of what was submitted. Whoever lacks the instructor's key cannot
compute it, and a changed submission gets other inputs.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import numpy as np

VARIABLE = "COURSE_GRADING_KEY"
_SHORTEST = 16


class KeyFileError(Exception):
    """The instructor's key cannot be read or made; the message says what to do."""


@dataclass(frozen=True)
class Key:
    """The instructor's secret; `created` tells that it was made just now, in `path`."""

    secret: bytes
    path: Path | None = None
    created: bool = False


def default_key_file() -> Path:
    """Where the key is kept: in the user's settings, away from the course."""
    import platformdirs

    return platformdirs.user_config_path("derivatives-by-machine") / "grading.key"


def find_key(path: Path | None = None) -> Key:
    """The key from a file, from the variable COURSE_GRADING_KEY, or from the default file.

    A file that is not there is made. Raises `KeyFileError`.
    """
    text = os.environ.get(VARIABLE, "")
    if path is None and text:
        return Key(_checked(text.encode(), f"the variable {VARIABLE}"))
    path = path or default_key_file()
    try:
        return Key(_checked(path.read_bytes().strip(), str(path)), path)
    except FileNotFoundError:
        return _create(path)
    except OSError as error:
        raise KeyFileError(f"The key in {path} cannot be read: {error.strerror}.") from error


def _create(path: Path) -> Key:
    secret = secrets.token_hex(32).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secret + b"\n")
    except OSError as error:
        fix = f"Name another file with --key-file, or set {VARIABLE}."
        raise KeyFileError(f"No key can be written to {path}: {error.strerror}. {fix}") from error
    return Key(secret, path, created=True)


def _checked(secret: bytes, where: str) -> bytes:
    if len(secret) < _SHORTEST:
        fix = f"Expected: at least {_SHORTEST} characters that nobody can guess. Came"
        raise KeyFileError(f"The key in {where} is too short. {fix}: {len(secret)}.")
    return secret


def seed_of(secret: bytes, submission: bytes) -> str:
    """The seed of a submission, as hexadecimal digits.

    >>> seed_of(b"secret", b"notebook") == seed_of(b"secret", b"notebook")
    True
    >>> seed_of(b"secret", b"notebook") == seed_of(b"secret", b"notebook ")
    False
    """
    return hmac.new(secret, hashlib.sha256(submission).digest(), "sha256").hexdigest()


def generator(seed: str, exercise: str) -> np.random.Generator:
    """A random generator for one exercise of one submission."""
    return np.random.default_rng(list(hashlib.sha256(f"{seed} {exercise}".encode()).digest()))
