"""When no listed wrong answer fits: what the shape of the difference says about its cause.

Each clue looks at a difference and at the inputs, and returns one or two sentences or "".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np

from course_lib.checks.compare import (
    ATOL,
    Difference,
    agree,
    as_array,
    close,
    describe,
    number_kind,
)
from course_lib.checks.show import show
from course_lib.checks.values import Foreign

RTOL = 1e-6


def clue(difference: Difference, args: Sequence[Any] = ()) -> str:
    """The first clue that fits, or "".

    >>> clue(Difference("value", "", np.array([1.0, 2.0]), np.array([-1.0, -2.0])))
    'Only the sign is wrong: each entry is minus the expected one.'
    """
    e, g = difference.expected, difference.got
    if difference.kind in ("type", "structure"):
        return _type_clue(e, g)
    if difference.kind == "shape":
        return _shape_clue(e, g)
    if difference.kind == "dtype":
        return _dtype_clue(e, g)
    if isinstance(e, str):
        return ""
    e, g = as_array(e), as_array(g)
    if difference.kind == "finite":
        return _finite_clue(g)
    return _value_clue(e, g, args)


def swapped(expected: Any, got: Any) -> str:
    """A clue for right parts in the wrong order, or ""."""
    if isinstance(expected, dict) and isinstance(got, dict) and set(expected) == set(got):
        return swapped([*expected.values()], [got[key] for key in expected])
    if not (isinstance(expected, list | tuple) and isinstance(got, list | tuple)):
        return ""
    if not 2 <= len(got) <= 5 or len(expected) != len(got):
        return ""
    if any(agree(expected, list(order)) for order in permutations(got)):
        return "The parts are right, but in another order than the statement asks for."
    return ""


def _type_clue(e: Any, g: Any) -> str:
    if g is None:
        return "A function without `return` gives None: is the `return` missing?"
    if isinstance(g, Foreign) and "function" in g.what:
        return "You returned a function itself: call it, and return what it gives."
    if isinstance(g, Foreign) and g.what == "generator":
        return "`yield` makes a generator: use `return`."
    if isinstance(g, tuple) and len(g) == 1 and not isinstance(e, tuple):
        return "A comma at the end of the `return` line makes a tuple of one."
    if isinstance(g, list) and isinstance(e, np.ndarray):
        return "Turn the list into an array with `np.array(...)`."
    if isinstance(e, np.ndarray) and e.ndim and describe(g) == "a number":
        if g == 0:
            return f"One zero for the whole array: `np.zeros({e.shape})` has the expected shape."
        return "A number for the whole array: was something summed, or averaged, too early?"
    if describe(e) == "a number" and isinstance(g, np.ndarray):
        if g.size == 1:
            return "An array with one entry is not a number: is a sum missing, or was an axis kept?"
        if agree(e, g.sum(), RTOL):
            return "Your entries add up to the expected number: the sum is missing."
        if agree(e, g.mean(), RTOL):
            return "The average of your entries is the expected number: the mean is missing."
    if isinstance(e, dict) and isinstance(g, dict):
        return f"Expected the keys {_keys(e)}; yours are {_keys(g)}."
    return ""


def _keys(d: dict) -> str:
    return show([*d], limit=120).strip("[]") or "none"


def _shape_clue(e: np.ndarray, g: np.ndarray) -> str:
    if g.shape == e.shape[::-1]:
        same = agree(e, g.T, RTOL)
        return (
            "Your array is the transpose of the expected one."
            if same
            else ("Rows and columns are exchanged: check the order of the factors, or a transpose.")
        )
    if e.size == g.size and agree(e, g.reshape(e.shape), RTOL):
        return "The entries are right: only the shape differs."
    for axes in _extra_axes(e.shape, g.shape):
        total = g.sum(axis=axes, keepdims=True).reshape(e.shape)
        where = f"axis {axes[0]}" if len(axes) == 1 else f"axes {axes}"
        if agree(e, total, RTOL):
            return (
                f"Summed over {where}, yours is the expected answer. An input that broadcasting "
                "stretched gets one contribution per copy: they add up."
            )
    if e.ndim == g.ndim == 1 and abs(e.size - g.size) == 1:
        return f"One entry too {'many' if g.size > e.size else 'few'}: look at both ends."
    return "Write the shape of each step beside it: where does it first differ from what you want?"


def _extra_axes(want: tuple[int, ...], have: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The axes over which to sum an array of shape `have` to undo broadcasting from `want`."""
    extra = len(have) - len(want)
    if extra < 0:
        return []
    axes = tuple(range(extra)) + tuple(
        extra + i for i, n in enumerate(want) if n == 1 and have[extra + i] != 1
    )
    rest = tuple(n for i, n in enumerate(have) if i not in axes)
    kept = tuple(n for i, n in enumerate(want) if i + extra not in axes)
    return [axes] if axes and rest == kept else []


def _dtype_clue(e: np.ndarray, g: np.ndarray) -> str:
    e, g = as_array(e), as_array(g)
    text = f"Expected {number_kind(e)} ({e.dtype}), yours are {number_kind(g)} ({g.dtype})."
    if e.dtype.kind == "f" and g.dtype.kind in "iu":
        text += " Whole numbers cut off what comes after the point: write `1.0`, or `dtype=float`."
    return text


def _finite_clue(g: np.ndarray) -> str:
    if np.isnan(g).any():
        return "nan comes from 0/0, inf - inf, 0·inf, or a logarithm or root of a negative number."
    if np.isinf(g).any():
        return "inf comes from a division by zero, log(0), or an overflow as in exp(1000)."
    return "The expected answer is not finite there."


def _value_clue(e: np.ndarray, g: np.ndarray, args: Sequence[Any]) -> str:
    if e.dtype.kind == "b" or g.dtype.kind == "b":
        return ""
    e, g = e.astype(complex), g.astype(complex)
    if agree(e, -g, RTOL):
        return f"Only the sign is wrong: {_each(e)} minus the expected one."
    if not g.any():
        what = "All zeros" if e.size > 1 else "Zero"
        return f"{what}: is the result computed and then lost, or never added to?"
    if e.ndim == 2 and e.shape == e.shape[::-1] and agree(e, g.T, RTOL):
        return "Your array is the transpose of the expected one."
    if close(e, g, 1e-4, ATOL).all():
        return (
            "Close, but not to rounding: a difference quotient, a constant with few digits, "
            "or float32 would look like this."
        )
    factor = _constant_ratio(e, g)
    if factor is not None:
        return f"A constant factor is off: {_each(e)} {factor:.4g} times the expected one."
    if any(_is_factor(e, g, arg) for arg in args):
        return (
            "Entry by entry, yours and the expected answer differ by a factor that is one of the "
            "inputs: look for a factor of the chain rule that is missing, or used twice."
        )
    if lonely := _without_mirror_image(e, g):
        i, j = lonely
        return (
            "The expected array is symmetric, and yours is not: "
            f"compare its entries at [{i}, {j}] and [{j}, {i}]."
        )
    if e.ndim == 1 and e.size > 2 and (agree(e[1:], g[:-1], RTOL) or agree(e[:-1], g[1:], RTOL)):
        return "The entries are right, but shifted by one place: look at where you start counting."
    if e.ndim == 1 and agree(e, g[::-1], RTOL):
        return "The entries are right, but in reverse order."
    return ""


def _without_mirror_image(e: np.ndarray, g: np.ndarray) -> tuple[int, int] | None:
    """Where g differs from its transpose, if e is symmetric."""
    if e.ndim != 2 or e.shape != e.shape[::-1] or not agree(e, e.T, RTOL):
        return None
    places = np.argwhere(~close(g, g.T, RTOL, ATOL))
    return (int(places[0][0]), int(places[0][1])) if places.size else None


def _each(e: np.ndarray) -> str:
    return "each entry is" if e.size > 1 else "yours is"


def _constant_ratio(e: np.ndarray, g: np.ndarray) -> float | None:
    """Find k with g = k·e in every entry; a single number says something only if k is 2 or ½."""
    nonzero = e != 0
    if not nonzero.any():
        return None
    k = (g[nonzero] / e[nonzero])[0]
    if abs(k.imag) > RTOL or not agree(e * k, g, RTOL):
        return None
    simple = any(abs(r - round(r)) < RTOL and abs(r) < 2.5 for r in (k.real, 1 / k.real))
    return float(k.real) if simple or nonzero.sum() > 1 else None


def _is_factor(e: np.ndarray, g: np.ndarray, arg: Any) -> bool:
    if not isinstance(arg, np.ndarray) or arg.shape != e.shape or e.size < 2:
        return False
    return agree(e, g * arg, RTOL) or agree(g, e * arg, RTOL)
