"""Sliding products of two sequences: one rule, for all places where they touch."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff.primitives import bilinear, composite
from course_lib.autodiff.rules.products import conjugate


def _full(a: Any, v: Any) -> Any:
    return np.convolve(a, v)


def _convolve_transpose(y_bar: Any, v: Any) -> Any:
    return np.convolve(y_bar, v[::-1], "valid")


convolve_full = bilinear(
    _full,
    lambda y_bar, a, v: _convolve_transpose(y_bar, v),
    lambda y_bar, a, v: _convolve_transpose(y_bar, a),
)


def _window(full: Any, shorter: int, mode: str, start: int) -> Any:
    """The part of a full convolution that ``mode`` asks for."""
    if mode == "full":
        return full
    if mode not in ("same", "valid"):
        raise ValueError(f"numpy.convolve: mode must be 'full', 'same' or 'valid', found {mode!r}.")
    longer = len(full) - shorter + 1
    return full[start : start + longer] if mode == "same" else full[shorter - 1 : longer]


@composite(np.convolve)
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    a, v = np.atleast_1d(a), np.atleast_1d(v)
    shorter = min(len(a), len(v))
    return _window(convolve_full(a, v), shorter, mode, (shorter - 1) // 2)


@composite(np.correlate)
def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    shorter = min(len(a), len(v))
    # NumPy exchanges a shorter first argument with the second, and "same" then rounds otherwise.
    start = (shorter - 1) // 2 if len(a) >= len(v) else shorter // 2
    return _window(convolve_full(a, conjugate(v)[::-1]), shorter, mode, start)
