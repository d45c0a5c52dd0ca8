"""Polynomials as arrays of coefficients, the highest power first, and powers of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff.primitives import composite
from course_lib.autodiff.rules.casting import as_array


@composite(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """By Horner's rule."""
    y = np.zeros_like(x)
    for coefficient in p:
        y = y * x + coefficient
    return y


def _same_length(a1: Any, a2: Any) -> list[Any]:
    length = max(len(a1), len(a2))
    return [np.pad(as_array(a), (length - len(a), 0)) for a in (a1, a2)]


@composite(np.polyadd)
def polyadd(a1: Any, a2: Any) -> Any:
    return np.add(*_same_length(a1, a2))


@composite(np.polysub)
def polysub(a1: Any, a2: Any) -> Any:
    return np.subtract(*_same_length(a1, a2))


@composite(np.polyder)
def polyder(p: Any, m: int = 1) -> Any:
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


@composite(np.polyint)
def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    constants = np.broadcast_to(0.0 if k is None else k, (m,))
    for constant in constants:
        p = np.append(p / np.arange(len(p), 0, -1), constant)
    return p


@composite(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    powers = np.arange(len(x) if N is None else N)
    return np.expand_dims(x, 1) ** (powers if increasing else powers[::-1])
