"""Determinants, singular ones too: their derivative is the matrix of cofactors."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff.primitives import composite, constant, custom
from course_lib.autodiff.rules.linalg import real_only
from course_lib.autodiff.rules.products import swap
from course_lib.autodiff.trace import plain_value


def as_matrices(numbers: Any) -> Any:
    """One number for each matrix of a stack, as a 1 by 1 matrix."""
    return np.expand_dims(numbers, (-2, -1))


def _det_jvp(tangents: Any, y: Any, a: Any) -> Any:
    return np.sum(cofactors(y, a) * tangents[0], axis=(-2, -1))


def _det_vjp(y_bar: Any, y: Any, a: Any) -> Any:
    return as_matrices(y_bar) * cofactors(y, a)


def cofactors(y: Any, a: Any) -> Any:
    """The derivative of ``y = det(a)``: the matrix of cofactors, y·a⁻ᵀ for a regular matrix."""
    plain = plain_value(a)
    if not np.all(np.isfinite(plain)):
        return as_matrices(y) * np.nan * a
    u, s, v_t = np.linalg.svd(plain)
    large = s > np.sqrt(np.finfo(s.dtype).eps) * s[..., :1]
    if np.all(large):
        return as_matrices(y) * swap(np.linalg.inv(a))
    return _cofactors_near_singular(a, u, v_t, int(np.min(np.sum(large, axis=-1))))


def _cofactors_near_singular(a: Any, u: Any, v_t: Any, rank: int) -> Any:
    """Finite and exact where the inverse is not.

    In the bases ``u`` and ``v_t`` (constants) the matrix has a regular block of size ``rank``; what
    is left of the other block, the Schur complement m, is small. det = ± det(block) · det(m).
    """
    n = np.shape(a)[-1]
    b = swap(u) @ a @ swap(v_t)
    inverse = np.linalg.inv(b[..., :rank, :rank])
    one = np.broadcast_to(np.eye(n - rank), (*np.shape(a)[:-2], n - rank, n - rank))
    left = np.concatenate([-(b[..., rank:, :rank] @ inverse), one], axis=-1)
    right = np.concatenate([-(inverse @ b[..., :rank, rank:]), one], axis=-2)
    m = left @ b @ right
    block = np.eye(n)[:, :rank]
    in_bases = as_matrices(det_by_minors(m)) * (block @ swap(inverse) @ block.T)
    in_bases = in_bases + swap(left) @ _cofactors_by_minors(m) @ swap(right)
    sign = np.linalg.det(u) * np.linalg.det(v_t)
    scale = as_matrices(sign * np.linalg.det(b[..., :rank, :rank]))
    return scale * (u @ in_bases @ v_t)


def _cofactors_by_minors(m: Any) -> Any:
    """Laplace's expansion: for each element the determinant of what other rows and columns hold."""
    n = np.shape(m)[-1]
    others = np.array([[j for j in range(n) if j != i] for i in range(n)], int)
    others = np.reshape(others, (n, max(n - 1, 0)))
    minors = m[..., others[:, None, :, None], others[None, :, None, :]]
    sign = (-1.0) ** np.add.outer(np.arange(n), np.arange(n))
    return sign * det_by_minors(minors)


def _det(m: Any) -> Any:
    return np.linalg.det(m)


# For small and nearly singular matrices, whose derivatives an inverse would spoil.
det_by_minors = custom(
    _det,
    jvp=lambda tangents, y, m: np.sum(_cofactors_by_minors(m) * tangents[0], axis=(-2, -1)),
    vjp=lambda y_bar, y, m: as_matrices(y_bar) * _cofactors_by_minors(m),
)
custom(np.linalg.det, jvp=_det_jvp, vjp=_det_vjp)


def _logabsdet(a: Any) -> Any:
    return np.linalg.slogdet(a)[1]


def _sign(a: Any) -> Any:
    return np.linalg.slogdet(a)[0]


logabsdet = custom(
    _logabsdet,
    jvp=lambda tangents, y, a: np.sum(swap(np.linalg.inv(a)) * tangents[0], axis=(-2, -1)),
    vjp=lambda y_bar, y, a: as_matrices(y_bar) * swap(np.linalg.inv(a)),
)
sign_of_det = constant(_sign)
SlogdetResult: Any = type(np.linalg.slogdet(np.eye(1)))


@composite(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    real_only("slogdet", a)
    return SlogdetResult(sign_of_det(a), logabsdet(a))
