"""Operators and array methods of traced values: each is the NumPy function of the same meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from course_lib.autodiff import errors
from course_lib.autodiff.rules.structure import getitem
from course_lib.autodiff.trace import RULES, Box, number_of_this_run

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
#: Operators that have a form ``x += y``, which changes an array for all of its names.
AUGMENTED = {
    **{"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%"},
    **{"pow": "**", "matmul": "@", "and": "&", "or": "|", "xor": "^"},
}
#: Methods with the same arguments as the function of the same name.
SAME_AS_FUNCTION = (
    *("sum", "mean", "max", "min", "prod", "var", "std", "cumsum", "cumprod", "dot", "clip"),
    *("ravel", "squeeze", "swapaxes", "diagonal", "trace", "take", "repeat", "choose"),
    *("argmax", "argmin", "argsort", "argpartition", "searchsorted", "nonzero"),
    *("round", "all", "any", "astype", "conj", "conjugate"),
)
#: What an array says of itself that has nothing to do with its values.
ATTRIBUTES = ("itemsize", "nbytes", "strides", "device")


def _unary(function: Any) -> Callable[..., Any]:
    rule = RULES[function]
    return lambda self: rule(self)


def _binary(function: Any) -> Callable[..., Any]:
    rule = RULES[function]
    return lambda self, other: rule(self, other)


def _reflected(function: Any) -> Callable[..., Any]:
    rule = RULES[function]
    return lambda self, other: rule(other, self)


def _augmented(symbol: str) -> Callable[..., Any]:
    def refuse_arrays(self: Box, _: Any) -> Any:
        value = number_of_this_run(self)
        # A number in a stack of directions looks like an array with an axis, and is none.
        if self.ndim or (isinstance(value, np.ndarray) and value.ndim == 0):
            raise errors.augmented_assignment(symbol)
        return NotImplemented  # Python goes on with the operator: of a number it makes a new one

    return refuse_arrays


def _method(function: Any) -> Callable[..., Any]:
    return lambda self, *args, **kwargs: RULES[function](self, *args, **kwargs)


def _attribute(name: str) -> property:
    return property(lambda self: getattr(self.primal, name))


for name, function in UNARY.items():
    setattr(Box, f"__{name}__", _unary(function))
for name, function in (BINARY | COMPARISONS).items():
    setattr(Box, f"__{name}__", _binary(function))
for name, function in BINARY.items():
    setattr(Box, f"__r{name}__", _reflected(function))
for name, symbol in AUGMENTED.items():
    setattr(Box, f"__i{name}__", _augmented(symbol))
for name in SAME_AS_FUNCTION:
    setattr(Box, name, _method(getattr(np, name)))
for name in ATTRIBUTES:
    setattr(Box, name, _attribute(name))

# Methods of their own ----------------------------------------------------------------------------


def _iterate(self: Box) -> Iterator[Any]:
    if self.ndim == 0:
        raise TypeError("iteration over a 0-d (scalar) traced value")
    return (getitem(self, i) for i in range(len(self)))


def _one_or_many(shape: tuple[Any, ...]) -> Any:
    """``x.reshape(2, 3)`` and ``x.reshape((2, 3))`` mean the same."""
    return shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape


def _reshape(self: Box, *shape: Any, order: Any = "C", copy: Any = None) -> Any:
    # A traced value never changes: whether it is a copy makes no difference.
    return np.reshape(self, _one_or_many(shape), order=order)


def _transpose(self: Box, *axes: Any) -> Any:
    return np.transpose(self, _one_or_many(axes) if axes else None)


def _flatten(self: Box, order: Any = "C") -> Any:
    return np.ravel(self, order=order)


def _compress(self: Box, condition: Any, axis: Any = None) -> Any:
    return np.compress(condition, self, axis)


def _divmod(self: Box, other: Any) -> Any:
    return np.divmod(self, other)


def _power(self: Box, other: Any, modulo: Any = None) -> Any:
    return RULES[np.power](self, other) if modulo is None else NotImplemented


def _copy(self: Box, _: Any = None) -> Any:
    return self  # a traced value never changes, so it needs no second one


for name, method in {
    "__getitem__": lambda self, index: getitem(self, index),
    "__iter__": _iterate,
    "reshape": _reshape,
    "transpose": _transpose,
    "flatten": _flatten,
    "compress": _compress,
    "__pow__": _power,
    "__divmod__": _divmod,
    "__rdivmod__": lambda self, other: np.divmod(other, self),
    "__round__": lambda self, ndigits=None: np.round(self, ndigits or 0),
    "copy": _copy,
    "__copy__": _copy,
    "__deepcopy__": _copy,
}.items():
    setattr(Box, name, method)
