"""Operators and array methods of traced values: each is the NumPy function of the same meaning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.autodiff.primitives import linear
from course_lib.autodiff.rules.structure import getitem
from course_lib.autodiff.trace import RULES, Box

OPERATORS = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.divide,
    "floordiv": np.floor_divide,
    "mod": np.remainder,
    "pow": np.power,
    "matmul": np.matmul,
}
COMPARISONS = {
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
}
METHODS = (
    "sum",
    "mean",
    "max",
    "min",
    "dot",
    "ravel",
    "squeeze",
    "clip",
    "argmax",
    "argmin",
    "argsort",
    "round",
    "all",
    "any",
)


def _operator(function: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
    rule = RULES[function]
    return (lambda self, other: rule(self, other)), (lambda self, other: rule(other, self))


def _method(name: str) -> Callable[..., Any]:
    function = getattr(np, name)
    return lambda self, *args, **kwargs: RULES[function](self, *args, **kwargs)


for name, function in OPERATORS.items():
    forward, reflected = _operator(function)
    setattr(Box, f"__{name}__", forward)
    setattr(Box, f"__r{name}__", reflected)
for name, function in COMPARISONS.items():
    setattr(Box, f"__{name}__", _operator(function)[0])
for name in METHODS:
    setattr(Box, name, _method(name))


def _astype(x: Any, dtype: Any) -> Any:
    return np.asarray(x).astype(dtype)[()]


astype = linear(_astype, lambda y_bar, x, dtype: y_bar)


def _astype_method(self: Box, dtype: Any) -> Any:
    """To another float dtype; an integer or boolean copy is a constant."""
    return (
        astype(self, dtype)
        if np.dtype(dtype).kind == "f"
        else np.asarray(_plain(self)).astype(dtype)
    )


def _plain(x: Any) -> Any:
    return _plain(x.primal) if isinstance(x, Box) else x


def _one_or_many(shape: tuple[Any, ...]) -> Any:
    """``x.reshape(2, 3)`` and ``x.reshape((2, 3))`` mean the same."""
    return shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape


Box.__neg__ = lambda self: RULES[np.negative](self)  # type: ignore[attr-defined]
Box.__pos__ = lambda self: RULES[np.positive](self)  # type: ignore[attr-defined]
Box.__abs__ = lambda self: RULES[np.absolute](self)  # type: ignore[attr-defined]
Box.__getitem__ = lambda self, index: getitem(self, index)  # type: ignore[attr-defined]
Box.reshape = lambda self, *shape, order="C": np.reshape(self, _one_or_many(shape), order=order)  # type: ignore[attr-defined]
Box.transpose = lambda self, *axes: np.transpose(self, _one_or_many(axes) if axes else None)  # type: ignore[attr-defined]
Box.flatten = lambda self, order="C": np.ravel(self, order=order)  # type: ignore[attr-defined]
Box.copy = lambda self, order="C": self  # type: ignore[attr-defined]
Box.astype = _astype_method  # type: ignore[attr-defined]
