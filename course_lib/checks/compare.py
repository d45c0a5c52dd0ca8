"""Compare an answer with the expected one: structure, shape, type and finiteness before values.

The answer is copied into plain types first, so an object that claims to be equal to everything
is only an object of the wrong type.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from course_lib.checks.values import Foreign, size_of, to_plain

RTOL = 1e-9
ATOL = 1e-12

Kind = Literal["type", "structure", "shape", "dtype", "finite", "value"]
_RANK: tuple[Kind, ...] = ("type", "structure", "shape", "dtype", "finite", "value")
_KINDS_OF_NUMBER = {
    "b": "true/false values",
    "i": "whole numbers",
    "u": "whole numbers",
    "f": "floating-point numbers",
    "c": "complex numbers",
}


@dataclass(frozen=True)
class Difference:
    """The first and gravest difference between an answer and the expected one.

    `path` leads to the part that differs (`"[0]['w']"`, or `""` for the whole), `expected` and
    `got` are that part; `index` is the first entry of an array that differs, and `wrong` of
    `total` entries do.
    """

    kind: Kind
    path: str
    expected: Any
    got: Any
    index: tuple[int, ...] | None = None
    wrong: int = 0
    total: int = 0


def compare(
    expected: Any, got: Any, rtol: float = RTOL, atol: float = ATOL, lists: bool = False
) -> Difference | None:
    """The gravest difference between `got` and `expected`, or None when they agree.

    Lists and tuples count as the same. With `lists`, nested lists of numbers count as arrays.

    >>> compare(np.array([1.0, 2.0]), np.array([1.0, 2.5])).index
    (1,)
    >>> compare(np.array([1.0, 2.0]), np.array([[1.0, 2.0]])).kind
    'shape'
    >>> compare(0.3, 0.1 + 0.2) is None
    True
    """
    found = _differences(expected, got, rtol, atol, lists)
    return min(found, key=lambda difference: _RANK.index(difference.kind), default=None)


def agree(
    expected: Any, got: Any, rtol: float = RTOL, atol: float = ATOL, lists: bool = False
) -> bool:
    """Whether two values agree within the tolerances."""
    return next(_differences(expected, got, rtol, atol, lists), None) is None


def agree_as_data(expected: Any, got: Any, rtol: float, atol: float) -> bool:
    """Whether two values read from JSON agree: plain already, and of any size."""
    return next(_Comparison(rtol, atol, lists=False).differences(expected, got, ""), None) is None


def _differences(
    expected: Any, got: Any, rtol: float, atol: float, lists: bool
) -> Iterator[Difference]:
    """The differences, found in a time that only the size of what is expected decides."""
    plain = to_plain(expected)
    most = 10 * size_of(plain) + 1000
    return _Comparison(rtol, atol, lists).differences(plain, to_plain(got, most), "")


def close(expected: np.ndarray, got: np.ndarray, rtol: float, atol: float) -> np.ndarray:
    """Which entries agree: |got - expected| <= atol + rtol·|expected|; nan equals nan."""
    wide = np.result_type(expected, got, np.float64)
    e, g = expected.astype(wide), got.astype(wide)
    with np.errstate(all="ignore"):
        return (np.abs(g - e) <= atol + rtol * np.abs(e)) | (g == e) | (np.isnan(g) & np.isnan(e))


def number_kind(array: np.ndarray) -> str:
    """What an array holds, in words.

    >>> number_kind(np.array([1, 2]))
    'whole numbers'
    """
    return _KINDS_OF_NUMBER[array.dtype.kind]


def is_number(value: Any) -> bool:
    """Whether a plain value is a number: Python's, NumPy's, or an array of shape ()."""
    return isinstance(value, bool | int | float | complex | np.generic) or (
        isinstance(value, np.ndarray) and value.ndim == 0
    )


def as_array(value: Any) -> np.ndarray:
    """A plain number or array as an array; a whole number beyond 64 bits as a float."""
    if type(value) is int and not -(2**63) <= value < 2**63:
        return np.asarray(float(value))
    return np.asarray(value)


@dataclass(frozen=True)
class _Comparison:
    rtol: float
    atol: float
    lists: bool

    def differences(self, expected: Any, got: Any, path: str) -> Iterator[Difference]:
        if self.lists and _is_array(expected):
            got = _from_lists(got)
        elif self.lists and _is_array(got):
            expected = _from_lists(expected)
        if is_number(expected) and is_number(got):
            yield from self._numbers(as_array(expected), as_array(got), path, strict=False)
        elif _is_array(expected) and _is_array(got):
            yield from self._numbers(expected, got, path, strict=True)
        elif isinstance(expected, list | tuple) and isinstance(got, list | tuple):
            yield from self._sequences(expected, got, path)
        elif isinstance(expected, dict) and isinstance(got, dict):
            yield from self._dicts(expected, got, path)
        elif isinstance(expected, str) and isinstance(got, str):
            if _normalized(expected) != _normalized(got):
                yield Difference("value", path, expected, got)
        elif not (expected is None and got is None):
            yield Difference("type", path, expected, got)

    def _sequences(self, expected: Any, got: Any, path: str) -> Iterator[Difference]:
        if len(expected) != len(got):
            yield Difference("structure", path, expected, got)
            return
        for i, (e, g) in enumerate(zip(expected, got, strict=True)):
            yield from self.differences(e, g, f"{path}[{i}]")

    def _dicts(self, expected: dict, got: dict, path: str) -> Iterator[Difference]:
        if set(expected) != set(got):
            yield Difference("structure", path, expected, got)
            return
        for key, e in expected.items():
            yield from self.differences(e, got[key], f"{path}[{key!r}]")

    def _numbers(
        self, expected: np.ndarray, got: np.ndarray, path: str, strict: bool
    ) -> Iterator[Difference]:
        shown = (expected, got) if strict else (expected[()], got[()])  # numbers, not arrays
        if expected.shape != got.shape:
            yield Difference("shape", path, *shown)
        elif _family(expected, strict) != _family(got, strict):
            yield Difference("dtype", path, *shown)
        else:
            bad_kind = _finiteness(expected) != _finiteness(got)
            bad = ~close(expected, got, self.rtol, self.atol)
            mask, kind = (bad_kind, "finite") if bad_kind.any() else (bad, "value")
            if mask.any():
                index = tuple(int(i) for i in np.argwhere(mask)[0])
                yield Difference(kind, path, *shown, index, int(mask.sum()), mask.size)  # type: ignore[arg-type]


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0


def _family(array: np.ndarray, strict: bool) -> str:
    """The kind of number; single numbers may be whole or floating-point, as in mathematics."""
    kind = {"u": "i"}.get(array.dtype.kind, array.dtype.kind)
    return kind if strict or kind not in "if" else "number"


def _finiteness(array: np.ndarray) -> np.ndarray:
    """0 for finite entries, 1 for nan, 2 for inf, 3 for -inf."""
    if array.dtype.kind == "c":
        return np.where(np.isnan(array), 1, np.where(np.isinf(array), 2, 0))
    return np.isnan(array) + np.isinf(array) * np.where(array > 0, 2, 3)


def _from_lists(value: Any) -> Any:
    """Nested lists of numbers as an array of floats, or complex; anything else as it is."""
    if not isinstance(value, list | tuple) or not _only_numbers(value):
        return value
    try:
        kind = complex if np.iscomplexobj(value) else float
        return np.array(value, dtype=kind)
    except ValueError:  # ragged
        return value


def _only_numbers(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(_only_numbers(item) for item in value)
    return isinstance(value, int | float | complex | np.number | np.ndarray) and not isinstance(
        value, bool
    )


def _normalized(text: str) -> str:
    return " ".join(text.split()).casefold()


def describe(value: Any) -> str:
    """What kind of thing a plain value is, with its article.

    >>> describe(np.zeros((2, 3)))
    'an array of shape (2, 3)'
    >>> describe((1, 2))
    'a tuple of 2'
    """
    if isinstance(value, Foreign):
        if value.what.startswith(("array ", "value ")):
            return f"{'an' if value.what.startswith('a') else 'a'} {value.what}"
        return "a function" if "function" in value.what else f"an object of type {value.what}"
    if value is None:
        return "None"
    if isinstance(value, bool | np.bool_):
        return "a true/false value"
    if is_number(value):
        return "a number"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, str):
        return "a string"
    name = "dictionary" if isinstance(value, dict) else type(value).__name__
    return f"a {name} of {len(value)}"
