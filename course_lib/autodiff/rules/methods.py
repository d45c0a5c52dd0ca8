"""Operators and array methods of traced values: each is the NumPy function of the same meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from course_lib.autodiff.primitives import linear
from course_lib.autodiff.rules.structure import getitem
from course_lib.autodiff.trace import RULES, Box, plain_value

UNARY: dict[str, Callable[..., Any]] = {"neg": np.negative, "pos": np.positive, "abs": np.absolute}
BINARY: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.divide,
    "floordiv": np.floor_divide,
    "mod": np.remainder,
    "pow": np.power,
    "matmul": np.matmul,
}
COMPARISONS: dict[str, Callable[..., Any]] = {
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
}
#: Methods with the same arguments as the function of the same name.
SAME_AS_FUNCTION = (
    *("sum", "mean", "max", "min", "dot", "ravel", "squeeze", "clip"),
    *("argmax", "argmin", "argsort", "round", "all", "any"),
)


def _unary(function: Any) -> Callable[..., Any]:
    rule = RULES[function]
    return lambda self: rule(self)


def _binary(function: Any) -> Callable[..., Any]:
    rule = RULES[function]
    return lambda self, other: rule(self, other)


def _reflected(function: Any) -> Callable[..., Any]:
    rule = RULES[function]
    return lambda self, other: rule(other, self)


def _method(function: Any) -> Callable[..., Any]:
    return lambda self, *args, **kwargs: RULES[function](self, *args, **kwargs)


for name, function in UNARY.items():
    setattr(Box, f"__{name}__", _unary(function))
for name, function in (BINARY | COMPARISONS).items():
    setattr(Box, f"__{name}__", _binary(function))
for name, function in BINARY.items():
    setattr(Box, f"__r{name}__", _reflected(function))
for name in SAME_AS_FUNCTION:
    setattr(Box, name, _method(getattr(np, name)))

# Methods of their own ----------------------------------------------------------------------------


def _iterate(self: Box) -> Iterator[Any]:
    if self.ndim == 0:
        raise TypeError("iteration over a 0-d (scalar) traced value")
    return (getitem(self, i) for i in range(len(self)))


def _one_or_many(shape: tuple[Any, ...]) -> Any:
    """``x.reshape(2, 3)`` and ``x.reshape((2, 3))`` mean the same."""
    return shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape


def _reshape(self: Box, *shape: Any, order: Any = "C") -> Any:
    return np.reshape(self, _one_or_many(shape), order=order)


def _transpose(self: Box, *axes: Any) -> Any:
    return np.transpose(self, _one_or_many(axes) if axes else None)


def _flatten(self: Box, order: Any = "C") -> Any:
    return np.ravel(self, order=order)


def _copy(self: Box, _: Any = None) -> Any:
    return self  # a traced value never changes, so it needs no second one


def _cast(x: Any, dtype: Any) -> Any:
    return np.asarray(x).astype(dtype)[()]


cast = linear(_cast, lambda y_bar, x, dtype: y_bar)


def _astype(self: Box, dtype: Any) -> Any:
    """To another float dtype; an integer or boolean copy is a constant."""
    return cast(self, dtype) if np.dtype(dtype).kind == "f" else _cast(plain_value(self), dtype)


for name, method in {
    "__getitem__": lambda self, index: getitem(self, index),
    "__iter__": _iterate,
    "reshape": _reshape,
    "transpose": _transpose,
    "flatten": _flatten,
    "copy": _copy,
    "__copy__": _copy,
    "__deepcopy__": _copy,
    "astype": _astype,
}.items():
    setattr(Box, name, method)
