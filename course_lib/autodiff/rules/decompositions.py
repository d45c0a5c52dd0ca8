"""Cholesky and QR. Matrices are real, in the last two axes.

A decomposition has several parts but is computed once: its parts are packed into one array, the
primitive's one result, and taken out of it by indexing.

Functions of symmetric matrices (cholesky, eigh, eigvalsh) read one triangle only. Their derivatives
take the argument as symmetric: a change of it counts by its symmetric part (E + Eᵀ)/2, and a
gradient is symmetric. For f(A) with a symmetric A that is what textbooks mean.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff import errors
from course_lib.autodiff.primitives import composite, custom
from course_lib.autodiff.rules.linalg import real_only
from course_lib.autodiff.rules.products import swap


def symmetric(x: Any) -> Any:
    """The symmetric part of each matrix."""
    return (x + swap(x)) / 2


def diagonal_matrix(values: Any) -> Any:
    """Square matrices with ``values`` on their diagonals."""
    return np.expand_dims(values, -1) * np.eye(np.shape(values)[-1], dtype=values.dtype)


def pack(*parts: Any) -> Any:
    """Several matrices with the same columns, one above the other."""
    return np.concatenate(parts, axis=-2)


# Cholesky: I. Murray, "Differentiation of the Cholesky decomposition" (2016) ---------------------


def _lower_half(x: Any) -> Any:
    """The lower triangle with half the diagonal."""
    n = np.shape(x)[-1]
    return x * ((np.tri(n) + np.tri(n, k=-1)) / 2).astype(x.dtype)


def _cholesky_jvp(tangents: Any, y: Any, a: Any, *, upper: bool = False) -> Any:
    factor = swap(y) if upper else y
    inverse = np.linalg.inv(factor)
    change = factor @ _lower_half(inverse @ symmetric(tangents[0]) @ swap(inverse))
    return swap(change) if upper else change


def _cholesky_vjp(y_bar: Any, y: Any, a: Any, *, upper: bool = False) -> Any:
    factor, y_bar = (swap(y), swap(y_bar)) if upper else (y, y_bar)
    inverse = np.linalg.inv(factor)
    return symmetric(swap(inverse) @ _lower_half(swap(factor) @ y_bar) @ inverse)


def _cholesky(a: Any, *, upper: bool = False) -> Any:
    return np.linalg.cholesky(a, upper=upper)


factorise = custom(_cholesky, jvp=_cholesky_jvp, vjp=_cholesky_vjp)


@composite(np.linalg.cholesky)
def cholesky(a: Any, *, upper: bool = False) -> Any:
    real_only("cholesky", a)
    return factorise(a, upper=upper)


# QR: S. F. Walter and L. Lehmann, "Algorithmic differentiation of linear algebra functions with
# application in optimum experimental design" (2010). Packed: Q above Rᵀ ---------------------------


def _qr(a: Any) -> Any:
    q, r = np.linalg.qr(a)
    return pack(q, swap(r))


def _below_diagonal(x: Any) -> Any:
    return x * np.tri(np.shape(x)[-1], k=-1, dtype=x.dtype)


def _qr_jvp(tangents: Any, y: Any, a: Any) -> Any:
    rows = np.shape(a)[-2]
    q, r = y[..., :rows, :], swap(y[..., rows:, :])
    a_dot_r = tangents[0] @ np.linalg.inv(r)
    inside = swap(q) @ a_dot_r
    turned = _below_diagonal(inside) - swap(_below_diagonal(inside))
    q_dot = q @ turned + a_dot_r - q @ inside
    return pack(q_dot, swap((inside - turned) @ r))


def _qr_vjp(y_bar: Any, y: Any, a: Any) -> Any:
    rows = np.shape(a)[-2]
    q, r = y[..., :rows, :], swap(y[..., rows:, :])
    q_bar, r_bar = y_bar[..., :rows, :], swap(y_bar[..., rows:, :])
    m = r @ swap(r_bar) - swap(q_bar) @ q
    below = _below_diagonal(m)
    mirrored = diagonal_matrix(np.linalg.diagonal(m)) + below + swap(below)
    return (q_bar + q @ mirrored) @ swap(np.linalg.inv(r))


qr_packed = custom(_qr, jvp=_qr_jvp, vjp=_qr_vjp)
QRResult: Any = type(np.linalg.qr(np.eye(1)))


@composite(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    """Of a wide matrix, the left square part decides Q, and Qᵀ times the rest is the rest of R."""
    real_only("qr", a)
    if mode not in ("reduced", "r"):
        raise errors.not_supported(
            "numpy.linalg.qr", f"mode={mode!r}", "Use 'reduced' (the default) or 'r'."
        )
    rows, columns = np.shape(a)[-2:]
    y = qr_packed(a[..., :rows])
    q, r = y[..., :rows, :], swap(y[..., rows:, :])
    if columns > rows:
        r = np.concatenate([r, swap(q) @ a[..., rows:]], axis=-1)
    return r if mode == "r" else QRResult(q, r)
