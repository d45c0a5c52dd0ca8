"""Numbers on their way into messages and words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def plain(values: ArrayLike) -> Any:
    """Nested lists of floats, with None for what JSON has no number for.

    >>> plain([[1, np.nan], [np.inf, 2]])
    [[1.0, None], [None, 2.0]]
    """
    array = np.asarray(values, dtype=float)
    if array.ndim == 0:
        return float(array) if np.isfinite(array) else None
    return [plain(entry) for entry in array]


def packed(array: ArrayLike) -> bytes:
    """Numbers as the bytes of float32, enough for pictures; what is too large becomes infinite.

    >>> len(packed([1.0, 1e300]))
    8
    """
    with np.errstate(over="ignore"):
        return np.asarray(array).astype("<f4").tobytes()


def pair(numbers: Iterable[float]) -> str:
    """Numbers in parentheses, with four digits.

    >>> pair([0.5, -1 / 3])
    '(0.5, -0.3333)'
    """
    return f"({', '.join(f'{number + 0.0:.4g}' for number in numbers)})"
