"""Linear algebra: inverses and systems of equations. Matrices stand in the last two axes.

The formulas are collected in M. B. Giles, "Collected matrix derivative results for forward and
reverse mode algorithmic differentiation" (2008), unless a rule names another source. None contains
a conjugate, so what is analytic holds for complex matrices too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib.autodiff import errors
from course_lib.autodiff.primitives import Custom, add_all, composite, custom
from course_lib.autodiff.rules.casting import from_list
from course_lib.autodiff.rules.products import swap
from course_lib.autodiff.shapes import is_complex
from course_lib.autodiff.trace import plain_value


def real_only(name: str, *arrays: Any) -> None:
    """Raise if a matrix is complex, for functions whose rules are made for real ones."""
    if any(map(is_complex, arrays)):
        raise errors.not_supported(
            f"numpy.linalg.{name}",
            "complex matrices",
            "Compute with the real and imaginary parts as two real matrices.",
        )


def projected_out(basis: Any, dual: Any, x: Any) -> Any:
    """``x`` without its part in the span of ``basis``: (I - basis · dual) · x."""
    return x - basis @ (dual @ x)


# Inverses ----------------------------------------------------------------------------------------

custom(
    np.linalg.inv,
    jvp=lambda tangents, y, a: -(y @ tangents[0] @ y),
    vjp=lambda y_bar, y, a: -(swap(y) @ y_bar @ swap(y)),
)


def _pinv(a: Any, rcond: Any = None) -> Any:
    return np.linalg.pinv(a, rcond)


def _pinv_jvp(tangents: Any, y: Any, a: Any, rcond: Any = None) -> Any:
    # Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares
    # problems whose variables separate" (1973). It holds as long as the rank does not change.
    a_dot_t = swap(tangents[0])
    outside_rows = projected_out(y, a, a_dot_t @ swap(y) @ y)
    outside_columns = swap(projected_out(swap(y), swap(a), swap(y @ swap(y) @ a_dot_t)))
    return outside_rows + outside_columns - y @ tangents[0] @ y


def _pinv_vjp(y_bar: Any, y: Any, a: Any, rcond: Any = None) -> Any:
    y_t = swap(y)
    outside_columns = projected_out(a, y, swap(y_bar) @ y @ y_t)
    outside_rows = swap(projected_out(y, a, y_bar @ y_t @ y))
    return outside_columns + outside_rows - y_t @ y_bar @ y_t


pseudo_inverse = custom(_pinv, jvp=_pinv_jvp, vjp=_pinv_vjp)


@composite(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = np._NoValue) -> Any:
    real_only("pinv", a)
    if hermitian:
        raise errors.not_supported(
            "numpy.linalg.pinv", "hermitian=True", "Leave it out: the result is the same."
        )
    if rtol is not np._NoValue:
        rcond = _smallest(a) if rtol is None else rtol
    return _cut_pseudo_inverse(a, rcond)


def _cut_pseudo_inverse(a: Any, rcond: Any) -> Any:
    """The pseudo-inverse; by singular values where some are dropped that are not about 0."""
    if rcond is None:
        return pseudo_inverse(a)
    s = np.linalg.svdvals(plain_value(a))
    limit = np.expand_dims(rcond, -1) * s[..., :1]
    if not np.any((s <= limit) & (s > _smallest(a) * s[..., :1])):
        return pseudo_inverse(a, rcond)
    u, s, v_t = np.linalg.svd(a, full_matrices=False)
    kept = np.greater(s, limit)
    inverse = np.where(kept, 1 / np.where(kept, s, 1.0), 0.0)
    return swap(v_t) * np.expand_dims(inverse, -2) @ swap(u)


def _smallest(a: Any) -> float:
    """NumPy's limit below which singular values, relative to the largest, count as zero."""
    return float(max(np.shape(a)[-2:]) * np.finfo(a.dtype).eps)


@composite(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    shape = np.shape(a)
    side = int(np.prod(shape[ind:]))
    return np.reshape(np.linalg.inv(np.reshape(a, (side, side))), (*shape[ind:], *shape[:ind]))


# Systems of equations ----------------------------------------------------------------------------


def _solve(a: Any, b: Any) -> Any:
    return np.linalg.solve(a, b)


def _solve_jvp(tangents: Any, y: Any, a: Any, b: Any) -> Any:
    a_dot, b_dot = tangents
    terms = [] if a_dot is None else [-(a_dot @ y)]
    return solve_matrices(a, add_all(terms if b_dot is None else [b_dot, *terms]))


solve_matrices: Custom = custom(
    _solve,
    jvp=_solve_jvp,
    vjp=(
        lambda y_bar, y, a, b: -(solve_matrices(swap(a), y_bar) @ swap(y)),
        lambda y_bar, y, a, b: solve_matrices(swap(a), y_bar),
    ),
)


@composite(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    a, b = from_list(a), from_list(b)
    if np.ndim(b) > 1:  # NumPy 2: only a b with one axis is a vector
        return solve_matrices(a, b)
    return np.squeeze(solve_matrices(a, np.expand_dims(b, -1)), -1)


@composite(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Sequence[int] | None = None) -> Any:
    last = [i % np.ndim(a) for i in axes or ()]
    a = np.transpose(a, [*(i for i in range(np.ndim(a)) if i not in last), *last])
    shape, side = np.shape(a)[np.ndim(b) :], np.size(b)
    return np.reshape(solve(np.reshape(a, (side, side)), np.ravel(b)), shape)


@composite(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: Any = None) -> tuple[Any, Any, Any, Any]:
    """The solution by the pseudo-inverse, whose derivative needs a rank that does not change."""
    a, b = from_list(a), from_list(b)
    real_only("lstsq", a, b)
    rows, columns = np.shape(a)
    rcond = _smallest(a) if rcond is None else max(rcond, 0.0)
    x = _cut_pseudo_inverse(a, rcond) @ b
    s = np.linalg.svdvals(a)
    rank = int(np.count_nonzero(plain_value(s) > rcond * plain_value(s)[:1]))
    rest = b - a @ x if rank == columns < rows else np.zeros((0, *np.shape(b)[1:]), x.dtype)
    residuals = np.sum(rest * rest, axis=0)
    if rank != columns or rows <= columns:
        residuals = np.zeros(0, x.dtype)
    elif np.ndim(b) == 1:
        residuals = np.reshape(residuals, (1,))
    return x, residuals, rank, s
