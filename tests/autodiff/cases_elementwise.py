"""Calls of functions that act on each element: kinks, powers, angles, special functions."""

from __future__ import annotations

import numpy as np

from course_lib.autodiff.rules.kinks import exponent, step_towards, turns
from course_lib.autodiff.trace import RULES
from tests.autodiff.cases import (
    AUTOGRAD_FAILS,
    NOT_ANALYTIC,
    SHAPE_PAIRS,
    SHAPES,
    case,
    constant_case,
    values,
)


def mantissa(x):
    """The part of np.frexp that is not a whole number."""
    return np.frexp(x)[0]


mantissa.function = np.frexp


DOMAINS = {
    (-2.0, 2.0): [
        *(np.deg2rad, np.rad2deg, np.degrees, np.radians, np.fabs, np.modf, np.nan_to_num),
        *(np.sinc, np.i0, np.copy, np.real_if_close),
    ],
    (-2.9, -1.05): [np.sinc],
}
for (low, high), functions in DOMAINS.items():
    for function in functions:
        for shape in SHAPES:
            case(function, values(shape, low, high))

for a_shape, b_shape in SHAPE_PAIRS[::2]:
    for function in (np.fmax, np.fmin, np.copysign, np.hypot, np.arctan2, np.nextafter):
        case(function, values(a_shape), values(b_shape, -1.9, 1.8))
    for function in (np.logaddexp, np.logaddexp2):
        case(function, values(a_shape), values(b_shape, -1.9, 1.8))
    for function in (np.fmod, np.divmod):
        case(function, values(a_shape, -3.9, -3.1), values(b_shape, 1.1, 1.4))
    case(np.float_power, values(a_shape, 0.3, 2.0), values(b_shape))
    case(np.heaviside, values(a_shape), values(b_shape))
case(np.heaviside, np.array([-1, 0, 2]), values((3,)))
case(np.heaviside, np.array([[-1], [0], [2]]), values((1, 3)))
case(np.float_power, values((3,), -2.0, -0.3), 2)
case(np.ldexp, values((2, 3)), np.array([1, -2, 0]))
case(np.ldexp, values(()), 3)
case(np.astype, values((3,)), np.float64)
case(mantissa, values((2, 3), 2.1, 3.9))
case(np.nan_to_num, values((3,)), nan=1.0, posinf=2.0, neginf=-3.0)
case(np.i0, values((3,), 20.0, 40.0))
case(np.unwrap, np.array([0.1, 3.0, 6.5, 7.0, 0.2]))
case(np.unwrap, np.array([[0.1, 3.0, 6.5], [7.0, 0.2, 3.3]]), axis=0)
case(np.unwrap, np.array([0.1, 0.9, 2.5]), period=1.0)
NOT_ANALYTIC |= {
    *(np.fabs, np.fmax, np.fmin, np.copysign, np.hypot, np.arctan2, np.nextafter, np.fmod),
    *(np.deg2rad, np.rad2deg, np.degrees, np.radians, np.modf, np.nan_to_num, np.sinc, np.i0),
    *(mantissa.function, np.divmod, np.heaviside, np.ldexp, np.astype, np.unwrap, np.real_if_close),
    *(np.logaddexp, np.logaddexp2),
}
AUTOGRAD_FAILS |= {np.nan_to_num, np.hypot}

# Outer tables of all of them

POSITIVE = (np.power, np.float_power, np.divide, np.remainder, np.fmod)
for key, rule in list(RULES.items()):
    ufunc = getattr(key, "__self__", None)
    if not isinstance(ufunc, np.ufunc) or key.__name__ != "outer":
        continue
    if not getattr(rule, "differentiable", True):
        constant_case(key, values((3,)), values((2,)))
    elif ufunc is np.ldexp:
        case(key, values((3,)), np.array([1, 2]))
    elif ufunc in POSITIVE:
        case(key, values((3,), 3.1, 3.9), values((2,), 1.1, 1.4))
    else:
        case(key, values((2, 3)), values((4,), -1.9, 1.8))
        case(key, values(()), values((4,), -1.9, 1.8))
        case(key, values((3,)), 0.7)
    NOT_ANALYTIC.add(key)

# Steps and comparisons

x = values((2, 3))
for function in (
    *(np.fix, np.around, np.isposinf, np.isneginf, np.isreal, np.iscomplex, np.flatnonzero),
    *(np.argwhere, np.nanargmax, np.nanargmin, np.min_scalar_type, np.common_type),
    *(np.array_str, np.array_repr, np.array2string, exponent),
):
    constant_case(function, x)
for function in (np.array_equiv, np.isin, np.may_share_memory, np.shares_memory):
    constant_case(function, x, values((3,)))
constant_case(np.can_cast, x, np.float32)
constant_case(np.einsum_path, "ij,j", x, values((3,)))
constant_case(np.digitize, x, np.array([-1.0, 0.0, 1.0]))
constant_case(np.around, x, 1)
constant_case(np.argpartition, x, 1)
constant_case(step_towards, x, values((3,)))
constant_case(turns, values((3,)), None, -1, 2 * np.pi)
square = values((3, 3))
for function in (np.diag_indices_from, np.tril_indices_from, np.triu_indices_from):
    constant_case(function, square)
for ufunc in (np.logical_and, np.logical_or, np.logical_xor):
    constant_case(ufunc.reduce, x)
    constant_case(ufunc.reduce, x, axis=1)
