"""At least one call for every entry of the rule table: which function, which arguments.

An argument made of floats (an array, or a list of arrays) is differentiated; all others (axes,
shapes, indices, masks) are constants.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from course_lib.autodiff.rules.casting import cast
from course_lib.autodiff.rules.choosing import select
from course_lib.autodiff.rules.joining import join
from course_lib.autodiff.rules.structure import getitem, put_back

SHAPES = [(), (1,), (3,), (2, 3), (0,)]
SHAPE_PAIRS = [
    *[((), ()), ((3,), ()), ((), (3,)), ((1,), (3,)), ((3,), (3,))],
    *[
        ((2, 1), (1, 3)),
        ((2, 3), (3,)),
        ((3,), (2, 3)),
        ((2, 1, 3), (4, 1)),
        ((0,), ()),
        ((0,), (1,)),
    ],
]


class Case(NamedTuple):
    """One call of one function, with arguments in float64."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    @property
    def key(self) -> Any:
        """The function's key in the rule table."""
        return getattr(self.function, "function", self.function)

    @property
    def differentiated(self) -> list[int]:
        """The positions of the arguments that are made of floats."""
        return [i for i, a in enumerate(self.args) if is_float(a)]

    def values(self, dtype: Any = np.float64) -> list[Any]:
        """The differentiated arguments."""
        return [as_dtype(self.args[i], dtype) for i in self.differentiated]

    def of(self, *values: Any, function: Any = None) -> Any:
        """The call with other values of the differentiated arguments."""
        args = list(self.args)
        for i, value in zip(self.differentiated, values, strict=True):
            args[i] = value
        return (function or self.function)(*args, **self.kwargs)

    def __str__(self) -> str:
        name = getattr(self.function, "__name__", repr(self.function))
        shown = [*map(describe, self.args), *(f"{k}={describe(v)}" for k, v in self.kwargs.items())]
        return f"{name}({', '.join(shown)})"


def is_float(a: Any) -> bool:
    """Whether an argument is an array of floats or a list of such arrays."""
    if isinstance(a, list):
        return bool(a) and all(map(is_float, a))
    return isinstance(a, np.ndarray | np.floating) and a.dtype.kind == "f"


def as_dtype(a: Any, dtype: Any) -> Any:
    """An argument with its floats in another precision."""
    return [as_dtype(x, dtype) for x in a] if isinstance(a, list) else a.astype(dtype)


def describe(a: Any) -> str:
    """A short name for an argument: the shape of an array, else the value."""
    if isinstance(a, list):
        return f"[{', '.join(map(describe, a))}]"
    if isinstance(a, np.ndarray | np.floating):
        return "x".join(map(str, a.shape)) or "0d"
    if callable(a):  # not its address, which changes from run to run
        return getattr(a, "__name__", type(a).__name__)
    return str(a).replace("None", "-")


_rng = np.random.default_rng(1)


def values(shape: tuple[int, ...], low: float = -2.0, high: float = 2.0) -> Any:
    """Random floats between ``low`` and ``high``, and not too near to an integer or each other."""
    x = low + (high - low) * (_rng.permutation(max(int(np.prod(shape)), 1)) + 0.37)
    x = (x - low) / max(int(np.prod(shape)), 1) + low
    return np.reshape(x[: int(np.prod(shape))], shape)[()]


CASES: list[Case] = []

#: Calls of functions whose derivative is zero wherever it exists.
CONSTANT_CASES: list[Case] = []

#: NumPy has no complex version of these functions, or it is not the analytic continuation.
NOT_ANALYTIC: set[Any] = {
    *(np.absolute, np.maximum, np.minimum, np.clip, np.max, np.min, np.remainder, np.cbrt),
    *(np.linalg.norm, np.real, cast.function),
}

#: Functions without a rule in HIPS autograd 1.9, and calls at which its rules fail.
AUTOGRAD_FAILS: set[Any] = {
    *(np.positive, np.cbrt),
    "clip(3x4, 4, 3x1)",
    "clip(3x4, min=-0.5)",
    "clip(3x4, max=0.5)",
    "where(3, 2x1, 0d)",
    "where(0d, 2x3, 3)",
    "norm(3x4, axis=0, keepdims=True)",
    "norm(3x4, axis=-1, keepdims=True)",
    "norm(2x3x4, fro, (-1, 0), keepdims=True)",
    "transpose(2x3x4, axes=(-1, 0, 1))",
    "broadcast_to(3x1, (2, 3, 4))",
    "broadcast_to(0d, (2,))",
    "concatenate([2x3, 4], axis=-)",
}


def case(function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Enter a call into the table."""
    CASES.append(Case(function, args, kwargs))


def constant_case(function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Enter a call of a function whose derivative is zero."""
    CONSTANT_CASES.append(Case(function, args, kwargs))


# Elementwise functions, each on a part of its domain without kinks or poles

DOMAINS = {
    (-2.0, 2.0): [
        *(np.positive, np.negative, np.real, np.square, np.exp, np.exp2, np.expm1, np.absolute),
        *(np.sin, np.cos, np.sinh, np.cosh, np.tanh, np.arctan, np.arcsinh),
    ],
    (0.3, 3.0): [
        *(np.reciprocal, np.log, np.log2, np.log10, np.log1p, np.sqrt, np.cbrt),
    ],
    (-3.0, -0.3): [np.reciprocal, np.cbrt],
    (-1.3, 1.3): [np.tan],
    (-0.9, 0.9): [np.arcsin, np.arccos, np.arctanh, np.log1p],
    (1.2, 3.0): [np.arccosh],
}
for (low, high), functions in DOMAINS.items():
    for function in functions:
        for shape in SHAPES:
            case(function, values(shape, low, high))

for a_shape, b_shape in SHAPE_PAIRS:
    for function in (np.add, np.subtract, np.multiply, np.maximum, np.minimum):
        case(function, values(a_shape), values(b_shape, -1.9, 1.8))
    case(np.divide, values(a_shape), values(b_shape, 0.5, 2.0))
    case(np.divide, values(a_shape), values(b_shape, -2.0, -0.5))
    case(np.remainder, values(a_shape, 3.1, 3.9), values(b_shape, 1.1, 1.4))
    case(np.remainder, values(a_shape, 3.1, 3.9), values(b_shape, -1.4, -1.1))
    case(np.power, values(a_shape, 0.3, 2.0), values(b_shape))
for exponent in (-2, -1, 0, 1, 2, 3, 0.5, 3.0, np.array([0, 1, 2])):
    case(np.power, values((3,), 0.3, 2.0), exponent)
for exponent in (-2, 0, 1, 2, 3, 3.0):
    case(np.power, values((3,), -2.0, -0.3), exponent)
case(np.power, 2, values((3,)))
case(np.power, np.array([1, 2, 3]), values((3,)))

case(np.clip, values((3, 4)), -0.5, 0.5)
case(np.clip, values((3, 4)), None, 0.5)
case(np.clip, values((3, 4)), -0.5, None)
case(np.clip, values((3, 4)), values((4,), -1.5, -0.5), values((3, 1), 0.2, 1.5))
case(np.clip, values((3, 4)), min=-0.5)
case(np.clip, values((3, 4)), max=0.5)
case(np.clip, values((3, 4)), a_min=-0.5, a_max=0.5)
mask = np.array([True, False, True])
for function in (np.where, select):
    case(function, mask, values((3,)), values((3,)))
    case(function, mask, values((2, 1)), values(()))
    case(function, mask, values((3,)), 0.0)
    case(function, mask, 0, values((3,)))
    case(function, np.array(False), values((2, 3)), values((3,)))
case(np.where, np.array([1.5, 0.0, -1.0]) != 0, values((3,)), values((3,)))
case(np.where, np.array([1, 0, 2]), values((3,)), values((3,)))
case(cast, values((2, 3)), np.float64)
case(cast, values(()), float)

# Reductions

AXES = [None, 0, 1, -1, (0, 2), (-1, 0), (0, 1, 2), ()]
for function in (np.sum, np.mean, np.max, np.min):
    for axis in AXES:
        for keepdims in (False, True):
            case(function, values((2, 3, 4)), axis=axis, keepdims=keepdims)
    case(function, values((2, 3)), 1)
    case(function, values(()))
    case(function, values((1,)))
    case(function, values((4, 0)), axis=0)
case(np.sum, values((0,)))
case(np.sum, values((4, 0)), axis=1)
case(np.sum, values((0, 3)), axis=0, keepdims=True)

for axis in (None, 0, -1):
    for keepdims in (False, True):
        case(np.linalg.norm, values((3, 4)), axis=axis, keepdims=keepdims)
case(np.linalg.norm, values((5,)))
case(np.linalg.norm, values((5,)), 2)
case(np.linalg.norm, values((3, 4)), "fro")
case(np.linalg.norm, values((3, 4)), 2, 1)
case(np.linalg.norm, values((2, 3, 4)), axis=(0, 2))
case(np.linalg.norm, values((2, 3, 4)), "fro", (-1, 0), keepdims=True)
case(np.linalg.norm, values((2, 3, 4)))

# Products

for a_shape, b_shape in [
    *[((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((1, 3), (3, 1))],
    *[((5, 2, 3), (3,)), ((3,), (5, 3, 4)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4))],
    *[((5, 2, 3), (5, 3, 4)), ((6, 1, 2, 3), (5, 3, 4)), ((1, 2, 3), (5, 3, 4))],
    *[((0, 3), (3, 2)), ((2, 0), (0, 3)), ((0,), (0,)), ((2, 3), (3, 0))],
]:
    case(np.matmul, values(a_shape), values(b_shape))
    case(np.dot, values(a_shape), values(b_shape))
for a_shape, b_shape in [((), ()), ((), (3,)), ((2, 3), ()), ((2, 3), (4, 5, 3, 2))]:
    case(np.dot, values(a_shape), values(b_shape))

# Structure

x = values((2, 3, 4))
case(np.reshape, x, (6, 4))
case(np.reshape, x, -1)
case(np.reshape, x, (4, -1), order="F")
case(np.reshape, x, (4, 6), "F")
case(np.reshape, values(()), (1, 1))
case(np.reshape, values((0, 3)), (3, 0))
case(np.ravel, x)
case(np.ravel, x, order="F")
case(np.ravel, x, "F")
case(np.ravel, values(()))
case(np.squeeze, values((1, 3, 1)))
case(np.squeeze, values((1, 3, 1)), axis=0)
case(np.squeeze, values((1, 3, 1)), axis=(0, -1))
case(np.expand_dims, values((2, 3)), 1)
case(np.expand_dims, values((2, 3)), axis=(0, -1))
case(np.transpose, x)
case(np.transpose, x, (1, 2, 0))
case(np.transpose, x, axes=(-1, 0, 1))
case(np.transpose, values(()))
case(np.broadcast_to, values((3, 1)), (2, 3, 4))
case(np.broadcast_to, values(()), (2,))
case(np.atleast_1d, values(()))
case(np.atleast_1d, values((2, 3)))
case(np.atleast_2d, values(()))
case(np.atleast_2d, values((3,)))
case(np.atleast_2d, values((2, 1, 3)))

INDICES = [
    *(0, -1, slice(None), slice(None, None, -1), slice(0, 0), (1, 2), (1, -1, 3), (..., 0), None),
    *((slice(None), None, 1), (0, slice(3, 0, -2)), (..., slice(None, None, 2)), ...),
    *([0, 0, 1], np.array([1, 1]), ([0, 1, 1], [2, 0, 0]), (slice(None), [0, 2, 0])),
    *((1, slice(None), [0, 0]), ([0, 1], slice(None), [3, 3]), np.array([[0, 1], [1, 1]])),
    *(values((2, 3, 4)) > 0, np.array([True, False]), (0, np.array([True, False, True]))),
    *(np.int64(1), (np.array([0, 1]), None, np.array([1, 1])), np.array([], dtype=int)),
    *((np.array(1), np.array(2)), True, (False, 0)),
]
for index in INDICES:
    case(getitem, x, index)
    case(put_back, values(np.shape(x[index])), index, (2, 3, 4))

for axis in (0, 1, -1):
    case(np.stack, [values((2, 3)), values((2, 3))], axis=axis)
    case(np.concatenate, [values((2, 3)), values((2, 3))], axis=axis)
case(np.concatenate, [values((2, 3)), values((0, 3)), values((1, 3))])
case(np.concatenate, [values((2, 3)), values((4,))], axis=None)
case(np.stack, [values(()), values(())])
case(np.stack, values((3, 2)), 1)
case(np.concatenate, values((3, 2, 4)), 1)
case(join, values((2, 3)), values((2, 1)), axis=1)
case(np.vstack, [values((3,)), values((2, 3))])
case(np.hstack, [values((3,)), values((2,))])
case(np.hstack, [values((2, 3)), values((2, 1))])
case(np.hstack, [values(()), values((2,))])

# Functions whose derivative is zero wherever it exists

x = values((2, 3))
for function in (
    *(np.sign, np.floor, np.ceil, np.trunc, np.rint, np.signbit, np.isnan, np.isinf, np.isfinite),
    *(
        np.spacing,
        np.logical_not,
        np.shape,
        np.ndim,
        np.size,
        np.result_type,
        np.iscomplexobj,
    ),
    *(np.isrealobj, np.zeros_like, np.ones_like, np.argmax, np.argmin, np.argsort, np.nonzero),
    *(np.count_nonzero, np.all, np.any, np.round),
):
    CONSTANT_CASES.append(Case(function, (x,), {}))
for function in (
    *(np.floor_divide, np.equal, np.not_equal, np.less, np.less_equal, np.greater),
    *(np.greater_equal, np.logical_and, np.logical_or, np.logical_xor, np.isclose, np.allclose),
    *(np.array_equal,),
):
    CONSTANT_CASES.append(Case(function, (x, values((3,))), {}))
CONSTANT_CASES += [
    Case(np.full_like, (x, 3.0), {}),
    Case(np.searchsorted, (np.array([-1.0, 0.0, 1.0]), values((2,))), {}),
    Case(np.argmax, (x,), {"axis": 1}),
    Case(np.round, (x, 1), {}),
    Case(np.all, (x,), {"axis": 0, "keepdims": True}),
    Case(np.empty_like, (x,), {}),
]
