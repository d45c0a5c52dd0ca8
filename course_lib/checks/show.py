"""Show a value in a few short lines, the same on every machine."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.checks.compare import describe
from course_lib.checks.values import Foreign

LIMIT = 400
"""Longer texts are cut to this many characters."""
LINE = 64
"""A dictionary with more characters than this gets a line for each entry."""


def show(value: Any, digits: int = 6, limit: int = LIMIT) -> str:
    """A value as text.

    >>> show((1 / 3, [True, None], "w"))
    "(0.333333, [True, None], 'w')"
    >>> show(np.arange(3) / 3)
    '[0.     0.3333 0.6667]'
    """
    return shorten(_show(value, digits), limit)


def show_pair(yours: Any, expected: Any) -> tuple[str, str]:
    """Two values as text, with as many digits as it takes to tell them apart.

    >>> show_pair(0.3333333331, 1 / 3)
    ('0.3333333331', '0.3333333333')
    """
    for digits in (6, 10, 17):
        pair = show(yours, digits), show(expected, digits)
        if pair[0] != pair[1]:
            break
    return pair


def shorten(text: str, limit: int = LIMIT) -> str:
    """Cut a long text, and say so; control characters become visible."""
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text)


def _show(value: Any, digits: int) -> str:
    if isinstance(value, Foreign):
        return f"({describe(value)})"
    if isinstance(value, np.ndarray) and value.ndim:
        return _show_array(value, digits)
    if isinstance(value, np.generic | np.ndarray):
        return _show(value.tolist(), digits)
    if isinstance(value, float):
        return repr(value) if digits >= 17 else _with_point(f"{value:.{digits}g}")
    if isinstance(value, complex):
        return f"{value:.{digits}g}"
    if isinstance(value, str):
        return repr(value[:LIMIT])
    if isinstance(value, dict):
        items = [f"{key!r}: {_show(item, digits)}" for key, item in list(value.items())[:20]]
        return _wrap("{", items, "}", len(value))
    if isinstance(value, list | tuple):
        items = [_show(item, digits) for item in value[:20]]
        if isinstance(value, list):
            return _wrap("[", items, "]", len(value))
        return _wrap("(", items, ",)" if len(value) == 1 else ")", len(value))
    return repr(value)


def _with_point(text: str) -> str:
    """Keep it visible that a number is a float: `3.0`, not `3`."""
    return text if any(c in text for c in ".en") else text + ".0"


def _show_array(array: np.ndarray, digits: int) -> str:
    if not array.size:
        return f"(empty array of shape {array.shape})"
    return np.array2string(
        array,
        max_line_width=48,
        precision=digits - 2,  # places after the point
        threshold=40,
        edgeitems=3,
        floatmode="maxprec",
    )


def _wrap(left: str, items: list[str], right: str, total: int) -> str:
    if total > len(items):
        items = [*items, "…"]
    long = left == "{" and sum(map(len, items)) > LINE
    separator = ",\n " if long or any("\n" in item for item in items) else ", "
    return left + separator.join(item.replace("\n", "\n ") for item in items) + right
