"""Products of matrices. A rule is found by shapes: there is one way to multiply that fits."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff.primitives import bilinear, composite
from course_lib.autodiff.shapes import sum_to_shape


def swap(x: Any) -> Any:
    """The transposed matrix, for each matrix of a stack."""
    return np.transpose(x, (*range(np.ndim(x) - 2), np.ndim(x) - 1, np.ndim(x) - 2))


def _as_matrices(y_bar: Any, a: Any, b: Any) -> tuple[Any, Any, Any]:
    """Matmul takes a vector on the left as a row and on the right as a column; here it is one."""
    if np.ndim(b) == 1:
        y_bar, b = np.expand_dims(y_bar, -1), np.expand_dims(b, -1)
    if np.ndim(a) == 1:
        y_bar, a = np.expand_dims(y_bar, -2), np.expand_dims(a, -2)
    return y_bar, a, b


def _matmul_a(y_bar: Any, a: Any, b: Any) -> Any:
    y_bar, row, b = _as_matrices(y_bar, a, b)
    return np.reshape(sum_to_shape(y_bar @ swap(b), np.shape(row)), np.shape(a))


def _matmul_b(y_bar: Any, a: Any, b: Any) -> Any:
    y_bar, a, column = _as_matrices(y_bar, a, b)
    return np.reshape(sum_to_shape(swap(a) @ y_bar, np.shape(column)), np.shape(b))


bilinear(np.matmul, _matmul_a, _matmul_b)


@composite(np.dot)
def dot(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    if np.ndim(b) <= 2:
        return np.matmul(a, b)
    # dot pairs the last axis of a with the last but one of b, and keeps all other axes of both.
    rows, columns = np.shape(a)[:-1], (*np.shape(b)[:-2], np.shape(b)[-1])
    b = np.reshape(
        np.transpose(b, (np.ndim(b) - 2, *range(np.ndim(b) - 2), np.ndim(b) - 1)),
        (np.shape(b)[-2], -1),
    )
    return np.reshape(np.matmul(np.reshape(a, (-1, np.shape(a)[-1])), b), (*rows, *columns))
