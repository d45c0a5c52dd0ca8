"""Changing the precision: the derivative goes along."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff import errors
from course_lib.autodiff.primitives import Constant, composite, linear
from course_lib.autodiff.trace import Box, plain_value, restack


def as_array(x: Any) -> Any:
    """A list as an array; a traced value as it is."""
    return x if isinstance(x, Box) else restack(np.asarray(x))


def from_list(x: Any) -> Any:
    """A list of numbers as an array; a number of Python's, which has no precision, as it is."""
    return as_array(x) if isinstance(x, list | tuple) else x


def as_wide_as(y: Any, x: Any) -> Any:
    """``x`` in the precision of ``y``, a result that is made of it and perhaps of wider numbers."""
    return x if x.dtype == y.dtype else x.astype(y.dtype)


def _cast(x: Any, dtype: Any) -> Any:
    return np.asarray(x).astype(dtype)[()]


cast = linear(_cast, lambda y_bar, x, dtype: y_bar)
step = Constant(_cast)  # to integers or booleans


@composite(np.astype)
def astype(x: Any, dtype: Any, *, copy: bool = True) -> Any:
    """To another float or complex dtype; an integer or boolean copy is a constant.

    A traced value never changes, so whether it is a copy makes no difference.
    """
    kind = np.dtype(dtype).kind
    if kind not in "fcbiu":
        raise errors.not_supported(
            "numpy.astype", f"dtype {np.dtype(dtype)}", "Use a dtype of floats or complex numbers."
        )
    return cast(x, dtype) if kind in "fc" else step(x, dtype)


@composite(np.copy)
def copy(a: Any) -> Any:
    """The value itself: a traced value never changes, so it needs no second one."""
    return a


@composite(np.real_if_close)
def real_if_close(a: Any, tol: float = 100) -> Any:
    """The real part where NumPy would return it."""
    return np.real(a) if np.isrealobj(np.real_if_close(plain_value(a), tol)) else a
