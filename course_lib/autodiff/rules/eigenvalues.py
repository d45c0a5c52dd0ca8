"""Eigenvalues of symmetric matrices, and singular values, with their vectors. Matrices are real.

Where values coincide, the vectors have no derivative, and get nan. The derivatives of the values
stay right as far as they exist: of sums over an eigenspace, for example.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff import errors
from course_lib.autodiff.primitives import composite, custom
from course_lib.autodiff.rules.decompositions import diagonal_matrix, pack, symmetric
from course_lib.autodiff.rules.linalg import projected_out, real_only
from course_lib.autodiff.rules.products import swap


def ratio(x: Any, gaps: Any) -> Any:
    """``x / gaps``; where a gap is 0: 0 if x is 0 too (nothing is asked), and else nan."""
    zero = np.equal(gaps, 0)
    return x / np.where(zero, np.where(np.equal(x, 0), 1.0, np.nan), gaps)


def _off_diagonal(x: Any) -> Any:
    return x * (1 - np.eye(np.shape(x)[-1], dtype=x.dtype))


def _gaps(values: Any) -> Any:
    """The differences of all pairs: value number j minus value number i at [i, j]."""
    return np.expand_dims(values, -2) - np.expand_dims(values, -1)


# Symmetric matrices (Giles 2008, section 3.1). Packed: the row of values above the vectors --------


def _eigh(a: Any, uplo: Any = "L") -> Any:
    values, vectors = np.linalg.eigh(a, uplo)
    return pack(values[..., None, :], vectors)


def _eigh_jvp(tangents: Any, y: Any, a: Any, uplo: Any = "L") -> Any:
    values, v = y[..., 0, :], y[..., 1:, :]
    change = swap(v) @ symmetric(tangents[0]) @ v
    values_dot = np.expand_dims(np.linalg.diagonal(change), -2)
    return pack(values_dot, v @ ratio(_off_diagonal(change), _gaps(values)))


def _eigh_vjp(y_bar: Any, y: Any, a: Any, uplo: Any = "L") -> Any:
    values, v = y[..., 0, :], y[..., 1:, :]
    values_bar, v_bar = y_bar[..., 0, :], y_bar[..., 1:, :]
    turned = ratio(_off_diagonal(swap(v) @ v_bar), _gaps(values))
    return symmetric(v @ (diagonal_matrix(values_bar) + turned) @ swap(v))


eigh_packed = custom(_eigh, jvp=_eigh_jvp, vjp=_eigh_vjp)
EighResult: Any = type(np.linalg.eigh(np.eye(1)))


@composite(np.linalg.eigh)
def eigh(a: Any, UPLO: Any = "L") -> Any:
    real_only("eigh", a)
    y = eigh_packed(a, UPLO)
    return EighResult(y[..., 0, :], y[..., 1:, :])


@composite(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: Any = "L") -> Any:
    real_only("eigvalsh", a)
    return eigh_packed(a, UPLO)[..., 0, :]


# Singular values: J. Townsend, "Differentiating the singular value decomposition" (2016) ---------
# Packed: one column for each value, with the left vector, the value, the right vector.
# The sum and the difference of the turns of the two sets of vectors are found independently.


def _svd(a: Any) -> Any:
    u, s, v_t = np.linalg.svd(a, full_matrices=False)
    return pack(u, s[..., None, :], swap(v_t))


def _unpack(y: Any, rows: int) -> tuple[Any, Any, Any]:
    return y[..., :rows, :], y[..., rows, :], y[..., rows + 1 :, :]


def _sums(values: Any) -> Any:
    return np.expand_dims(values, -2) + np.expand_dims(values, -1)


def _svd_jvp(tangents: Any, y: Any, a: Any) -> Any:
    rows, columns = np.shape(a)[-2:]
    u, s, v = _unpack(y, rows)
    a_dot, row_of_s = tangents[0], np.expand_dims(s, -2)
    change = swap(u) @ a_dot @ v
    together = ratio(_off_diagonal(change + swap(change)), _gaps(s))
    apart = ratio(change - swap(change), _sums(s))
    u_dot, v_dot = u @ (together + apart) / 2, v @ (together - apart) / 2
    if rows > columns:
        u_dot = u_dot + ratio(projected_out(u, swap(u), a_dot @ v), row_of_s)
    if columns > rows:
        v_dot = v_dot + ratio(projected_out(v, swap(v), swap(a_dot) @ u), row_of_s)
    return pack(u_dot, np.expand_dims(np.linalg.diagonal(change), -2), v_dot)


def _svd_vjp(y_bar: Any, y: Any, a: Any) -> Any:
    rows, columns = np.shape(a)[-2:]
    u, s, v = _unpack(y, rows)
    u_bar, s_bar, v_bar = _unpack(y_bar, rows)
    row_of_s = np.expand_dims(s, -2)
    in_u, in_v = swap(u) @ u_bar, swap(v) @ v_bar
    both, difference = in_u + in_v, in_u - in_v
    together = ratio(_off_diagonal(both - swap(both)), _gaps(s))
    apart = ratio(difference - swap(difference), _sums(s))
    a_bar = u @ (diagonal_matrix(s_bar) + (together + apart) / 2) @ swap(v)
    if rows > columns:
        a_bar = a_bar + projected_out(u, swap(u), ratio(u_bar, row_of_s)) @ swap(v)
    if columns > rows:
        a_bar = a_bar + u @ swap(projected_out(v, swap(v), ratio(v_bar, row_of_s)))
    return a_bar


svd_packed = custom(_svd, jvp=_svd_jvp, vjp=_svd_vjp)
SVDResult: Any = type(np.linalg.svd(np.eye(1)))


@composite(np.linalg.svd)
def svd(
    a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    real_only("svd", a)
    rows, columns = np.shape(a)[-2:]
    if hermitian or (compute_uv and full_matrices and rows != columns):
        raise errors.not_supported(
            "numpy.linalg.svd",
            "hermitian=True" if hermitian else "full_matrices=True for a matrix that is not square",
            "Write np.linalg.svd(a, full_matrices=False).",
        )
    u, s, v = _unpack(svd_packed(a), rows)
    return SVDResult(u, s, swap(v)) if compute_uv else s


@composite(np.linalg.svdvals)
def svdvals(x: Any) -> Any:
    return svd(x, compute_uv=False)
