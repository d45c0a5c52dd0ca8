"""Values that can be checked: copy them, write them as JSON, read them back.

A learner's function may return anything, also an object that pretends to be equal to everything.
Nothing here trusts such an object: `to_plain` looks at exact types only and never calls a method
that the learner could have written. What comes out is made of

- None, booleans, numbers (Python's and NumPy's) and strings,
- NumPy arrays of the types in `DTYPES`,
- lists, tuples and dictionaries of these, and
- `Foreign` for everything else.

`encode` and `decode` turn plain values into JSON and back without losing a bit.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

DTYPES = frozenset(
    {"bool", "float16", "float32", "float64", "complex64", "complex128"}
    | {f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)}
)
MAX_ITEMS = 1_000_000
"""More entries of arrays and characters of strings than this, in one value, are refused."""
MAX_OBJECTS = 20_000
"""More Python objects than this, in one value, are refused: each costs far more than an entry."""
MAX_DEPTH = 30
"""Containers nested deeper than this are refused."""

_SCALARS = frozenset(t for t in np.sctypeDict.values() if np.dtype(t).name in DTYPES)
_MAX_INT_BITS = 1000  # still a finite float


@dataclass(frozen=True)
class Foreign:
    """Stands for an object that is not checked; `what` says what it was."""

    what: str


class ValueCodingError(ValueError):
    """A value that cannot be written as JSON, or JSON that is no value."""


def type_name(obj: object) -> str:
    """The name of an object's type, asked in a way that the type cannot influence.

    >>> type_name(3.5)
    'float'
    """
    name = type.__dict__["__name__"].__get__(type(obj))
    return str.__str__(name)[:80]


def to_plain(value: object, most: int = MAX_OBJECTS) -> Any:
    """Copy a value into plain types; what is not plain becomes `Foreign`.

    So does a value of more than `most` Python objects, before the time is spent to copy it.

    >>> to_plain({"w": (1, np.zeros(2))})
    {'w': (1, array([0., 0.]))}
    >>> to_plain([print])
    [Foreign(what='builtin_function_or_method')]
    """
    return _Copier(most).copy(value, 0)


def size_of(plain: Any) -> int:
    """How many numbers, strings and containers a plain value has.

    >>> size_of({"w": (1, np.zeros(2))})
    6
    """
    if isinstance(plain, np.ndarray):
        return 1 + plain.size
    parts = plain.values() if isinstance(plain, dict) else plain
    return 1 + sum(map(size_of, parts)) if isinstance(plain, dict | list | tuple) else 1


class _Copier:
    def __init__(self, most: int) -> None:
        self.items = self.objects = 0
        self.most = most

    def copy(self, value: Any, depth: int) -> Any:
        kind = type(value)
        self.objects += 1
        self.items += value.size if kind is np.ndarray else len(value) if kind is str else 0
        if self.objects > self.most or (kind in (list, tuple, dict) and len(value) > self.most):
            return Foreign(f"value with more than {self.most:,} parts")
        if self.items > MAX_ITEMS:
            return Foreign(f"value with more than {MAX_ITEMS:,} entries")
        if depth > MAX_DEPTH:
            return Foreign(f"value nested more than {MAX_DEPTH} deep")
        if value is None or kind in (bool, float, complex, str) or kind in _SCALARS:
            return value
        if kind is int:
            return value if value.bit_length() <= _MAX_INT_BITS else Foreign("huge int")
        if kind is np.ndarray:
            return self._array(value)
        if kind is list:
            return [self.copy(item, depth + 1) for item in value]
        if kind is tuple:
            return tuple(self.copy(item, depth + 1) for item in value)
        if kind is dict and all(type(k) in (str, int) for k in value):
            return {key: self.copy(item, depth + 1) for key, item in value.items()}
        if kind is Foreign and type(value.what) is str:
            return value
        return Foreign(type_name(value))

    def _array(self, array: np.ndarray) -> np.ndarray | Foreign:
        if array.dtype.name not in DTYPES:
            return Foreign(f"array of dtype {array.dtype.name}")
        return np.array(array, dtype=array.dtype.newbyteorder("="), order="C")


def encode(value: Any, packed: bool = False) -> Any:
    """Write a plain value as something `json.dumps` takes; arrays as base64 when `packed`.

    Raises `ValueCodingError` for a value that is not plain.

    >>> encode((1, np.array([0.5, np.nan])))
    {'tuple': [1, {'array': 'float64', 'shape': [2], 'data': [0.5, 'nan']}]}
    >>> encode(np.array([0.5]), packed=True)
    {'array': 'float64', 'shape': [1], 'base64': 'AAAAAAAA4D8='}
    """
    plain = to_plain(value)
    if isinstance(plain, Foreign):
        raise ValueCodingError(
            f"a value of type {plain.what} cannot be stored; use None, numbers, strings, "
            "NumPy arrays, and lists, tuples and dictionaries of these"
        )
    if isinstance(plain, np.ndarray):
        shape = list(plain.shape)
        if packed:
            data = plain.astype(plain.dtype.newbyteorder("<")).tobytes()
            text = base64.b64encode(data).decode("ascii")
            return {"array": plain.dtype.name, "shape": shape, "base64": text}
        return {"array": plain.dtype.name, "shape": shape, "data": _numbers(plain.tolist())}
    if type(plain) in _SCALARS:
        return {"scalar": plain.dtype.name, "data": _numbers(plain.tolist())}
    if isinstance(plain, complex) or (isinstance(plain, float) and not math.isfinite(plain)):
        return {type(plain).__name__: _numbers(plain)}
    if isinstance(plain, list):
        return [encode(item, packed) for item in plain]
    if isinstance(plain, tuple):
        return {"tuple": [encode(item, packed) for item in plain]}
    if isinstance(plain, dict):
        return {"dict": [[key, encode(item, packed)] for key, item in plain.items()]}
    return plain


def _numbers(data: Any) -> Any:
    """Nested lists of numbers as JSON has them: nan and inf as words, complex numbers as pairs."""
    if isinstance(data, list):
        return [_numbers(item) for item in data]
    if isinstance(data, complex):
        return [_numbers(data.real), _numbers(data.imag)]
    if isinstance(data, float) and not math.isfinite(data):
        return repr(data)
    return data


def decode(data: Any) -> Any:
    """Read back what `encode` wrote; raises `ValueCodingError` for anything else.

    >>> decode({"tuple": [1, {"array": "float32", "shape": [2], "data": [0.5, "inf"]}]})
    (1, array([0.5, inf], dtype=float32))
    """
    return _decode(data, 0, count(1))


def _decode(data: Any, depth: int, counter: Iterator[int]) -> Any:
    if depth > MAX_DEPTH:
        raise ValueCodingError(f"stored value nested more than {MAX_DEPTH} deep")
    if next(counter) > MAX_OBJECTS:
        raise ValueCodingError(f"stored value with more than {MAX_OBJECTS:,} parts")
    if data is None or isinstance(data, bool | int | float | str):
        return data
    if isinstance(data, list):
        return [_decode(item, depth + 1, counter) for item in data]
    try:
        return _decode_marked(dict(data), depth, counter)
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        if isinstance(error, ValueCodingError):
            raise
        raise ValueCodingError(f"not a stored value: {_shorten(data)} ({error})") from None


def _decode_marked(data: dict, depth: int, counter: Iterator[int]) -> Any:
    match data:
        case {"array": str(dtype), "shape": list(shape), "data": content}:
            return _decode_array(dtype, shape, content)
        case {"array": str(dtype), "shape": list(shape), "base64": str(text)}:
            _check_array(dtype, shape)
            packed = np.frombuffer(base64.b64decode(text, validate=True), _little(dtype))
            return packed.astype(dtype).reshape(shape)
        case {"scalar": str(dtype), "data": content}:
            return _decode_array(dtype, [], content)[()]
        case {"float": str(word)}:
            return float(word)
        case {"complex": [real, imag]}:
            return complex(float(real), float(imag))
        case {"tuple": list(items)}:
            return tuple(_decode(item, depth + 1, counter) for item in items)
        case {"dict": list(pairs)}:
            return {key: _decode(item, depth + 1, counter) for key, item in pairs}
    raise ValueCodingError(f"not a stored value: {_shorten(data)}")


def _little(dtype: str) -> np.dtype:
    return np.dtype(dtype).newbyteorder("<")


def _check_array(dtype: str, shape: list) -> None:
    if dtype not in DTYPES:
        raise ValueCodingError(f"dtype {dtype[:40]!r} is not one of {', '.join(sorted(DTYPES))}")
    if not all(type(n) is int and n >= 0 for n in shape) or math.prod(shape) > MAX_ITEMS:
        raise ValueCodingError(f"not a shape of at most {MAX_ITEMS:,} entries: {_shorten(shape)}")


def _decode_array(dtype: str, shape: list, content: Any) -> np.ndarray:
    _check_array(dtype, shape)
    if not dtype.startswith("complex"):
        return np.array(content, dtype=dtype).reshape(shape)
    part = "float32" if dtype == "complex64" else "float64"
    pairs = np.array(content, dtype=part).reshape([*shape, 2])
    return pairs.view(dtype).reshape(shape)


def _shorten(data: Any) -> str:
    text = repr(data)
    return text if len(text) <= 80 else text[:77] + "..."
