"""Products of matrices. A rule is found by shapes: there is one way to multiply that fits."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib.autodiff.primitives import bilinear, composite
from course_lib.autodiff.rules.casting import from_list
from course_lib.autodiff.shapes import is_complex, sum_to_shape


def swap(x: Any) -> Any:
    """The transposed matrix, for each matrix of a stack."""
    if x.ndim == 2:
        return x.T
    return np.transpose(x, (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


def conjugate(x: Any) -> Any:
    """The complex conjugate; a real ``x`` is its own."""
    return np.conjugate(x) if is_complex(x) else x


def _as_matrices(y_bar: Any, a: Any, b: Any) -> tuple[Any, Any, Any]:
    """Matmul takes a vector on the left as a row and on the right as a column; here it is one."""
    if b.ndim == 1:
        y_bar, b = np.expand_dims(y_bar, -1), np.expand_dims(b, -1)
    if a.ndim == 1:
        y_bar, a = np.expand_dims(y_bar, -2), np.expand_dims(a, -2)
    return y_bar, a, b


def _matmul_a(y_bar: Any, a: Any, b: Any) -> Any:
    if a.ndim == b.ndim == 2:
        return y_bar @ b.T
    y_bar, row, b = _as_matrices(y_bar, a, b)
    return np.reshape(sum_to_shape(y_bar @ swap(b), np.shape(row)), np.shape(a))


def _matmul_b(y_bar: Any, a: Any, b: Any) -> Any:
    if a.ndim == b.ndim == 2:
        return a.T @ y_bar
    y_bar, a, column = _as_matrices(y_bar, a, b)
    return np.reshape(sum_to_shape(swap(a) @ y_bar, np.shape(column)), np.shape(b))


matmul = bilinear(np.matmul, _matmul_a, _matmul_b)


@composite(np.linalg.matmul)
def linalg_matmul(x1: Any, x2: Any) -> Any:
    return np.matmul(x1, x2)


@composite(np.dot)
def dot(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    if np.ndim(b) <= 2:
        return np.matmul(a, b)
    # dot pairs the last axis of a with the last but one of b, and keeps all other axes of both.
    return tensordot(a, b, (-1, -2))


@composite(np.tensordot, np.linalg.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Move the axes to be summed to the end of ``a`` and the front of ``b``: a matrix product."""
    if isinstance(axes, int | np.integer):
        axes = (range(-axes, 0), range(axes))
    summed_a, summed_b = ([axes[0]], [axes[1]]) if np.ndim(axes[0]) == 0 else axes
    summed_a = [i % np.ndim(a) for i in summed_a]
    summed_b = [i % np.ndim(b) for i in summed_b]
    rest_a = [i for i in range(np.ndim(a)) if i not in summed_a]
    rest_b = [i for i in range(np.ndim(b)) if i not in summed_b]
    shape_a = [np.shape(a)[i] for i in (*rest_a, *summed_a)]
    shape_b = [np.shape(b)[i] for i in (*summed_b, *rest_b)]
    if shape_a[len(rest_a) :] != shape_b[: len(summed_b)]:
        raise ValueError(
            f"numpy.tensordot: the axes {axes} of shapes {np.shape(a)} and {np.shape(b)} do not "
            f"have the same lengths."
        )
    rows, columns = shape_a[: len(rest_a)], shape_b[len(summed_b) :]
    inner = int(np.prod(shape_b[: len(summed_b)]))
    left = np.reshape(np.transpose(a, (*rest_a, *summed_a)), (int(np.prod(rows)), inner))
    right = np.reshape(np.transpose(b, (*summed_b, *rest_b)), (inner, int(np.prod(columns))))
    return np.reshape(np.matmul(left, right), (*rows, *columns))


@composite(np.inner)
def inner(a: Any, b: Any) -> Any:
    return a * b if np.ndim(a) == 0 or np.ndim(b) == 0 else tensordot(a, b, (-1, -1))


@composite(np.vdot)
def vdot(a: Any, b: Any) -> Any:
    return np.matmul(conjugate(np.ravel(a)), np.ravel(b))


@composite(np.outer, np.linalg.outer)
def outer(a: Any, b: Any) -> Any:
    return np.reshape(a, (-1, 1)) * np.reshape(b, (1, -1))


@composite(np.vecdot, np.linalg.vecdot)
def vecdot(x1: Any, x2: Any, axis: int = -1) -> Any:
    return np.sum(conjugate(x1) * x2, axis=axis)


@composite(np.matvec)
def matvec(x1: Any, x2: Any) -> Any:
    return np.squeeze(np.matmul(x1, np.expand_dims(x2, -1)), -1)


@composite(np.vecmat)
def vecmat(x1: Any, x2: Any) -> Any:
    return np.squeeze(np.matmul(np.expand_dims(conjugate(x1), -2), x2), -2)


@composite(np.kron)
def kron(a: Any, b: Any) -> Any:
    count = max(np.ndim(a), np.ndim(b))
    shape_a = (1,) * (count - np.ndim(a)) + np.shape(a)
    shape_b = (1,) * (count - np.ndim(b)) + np.shape(b)
    blocks = np.reshape(a, [n for i in shape_a for n in (i, 1)])
    inside = np.reshape(b, [n for i in shape_b for n in (1, i)])
    return np.reshape(blocks * inside, [i * j for i, j in zip(shape_a, shape_b, strict=True)])


def _components(x: Any, axis: int) -> list[Any]:
    axis %= np.ndim(x)
    if np.shape(x)[axis] not in (2, 3):
        raise ValueError(
            f"numpy.cross: expected vectors of 2 or 3 components along axis {axis}, found shape "
            f"{np.shape(x)}."
        )
    return [x[(slice(None),) * axis + (i,)] for i in range(np.shape(x)[axis])]


@composite(np.cross)
def cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    a, b = from_list(a), from_list(b)
    if axis is not None:
        axisa = axisb = axisc = axis
    a0, a1, *a2 = _components(a, axisa)
    b0, b1, *b2 = _components(b, axisb)
    upright = a0 * b1 - a1 * b0
    if not a2 and not b2:
        return upright
    a2, b2 = (a2 or [0 * a0])[0], (b2 or [0 * b0])[0]
    return np.stack([a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, upright], axis=axisc)


@composite(np.linalg.cross)
def linalg_cross(x1: Any, x2: Any, axis: int = -1) -> Any:
    return cross(x1, x2, axis=axis)


@composite(np.linalg.multi_dot)
def multi_dot(arrays: Sequence[Any]) -> Any:
    """The product of a chain of matrices, in a good order (the ends may be vectors)."""
    letters, terms = iter(string.ascii_letters), []
    shared = next(letters)
    for i, x in enumerate(arrays):
        first, shared = shared, next(letters)
        terms.append(shared if i == 0 and np.ndim(x) == 1 else (first + shared)[: np.ndim(x)])
    ends = (terms[0][:-1], terms[-1][1:])
    return np.einsum(f"{','.join(terms)}->{''.join(ends)}", *arrays, optimize="greedy")


@composite(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """By squaring: about 2·log₂ n products. A negative power is a power of the inverse."""
    if n == 0:
        return np.broadcast_to(np.eye(np.shape(a)[-1], dtype=a.dtype), np.shape(a)).copy()
    base = a if n > 0 else np.linalg.inv(a)
    power = base
    for bit in f"{abs(n):b}"[1:]:
        power = np.matmul(power, power)
        power = np.matmul(power, base) if bit == "1" else power
    return power


# Diagonals ---------------------------------------------------------------------------------------


@composite(np.matrix_transpose, np.linalg.matrix_transpose)
def matrix_transpose(x: Any) -> Any:
    return swap(x)


@composite(np.linalg.diagonal)
def diagonal(x: Any, *, offset: int = 0) -> Any:
    return np.diagonal(x, offset, -2, -1)


@composite(np.linalg.trace)
def linalg_trace(x: Any, *, offset: int = 0) -> Any:
    return trace(x, offset, -2, -1)


@composite(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)
