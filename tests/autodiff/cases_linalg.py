"""Calls of numpy.linalg. Matrices are well conditioned; functions of symmetric ones get such."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import numpy as np

from course_lib.autodiff.rules.decompositions import factorise, qr_packed
from course_lib.autodiff.rules.determinants import det_by_minors, logabsdet, sign_of_det
from course_lib.autodiff.rules.eigenvalues import eigh_packed, svd_packed
from course_lib.autodiff.rules.linalg import pseudo_inverse, solve_matrices
from course_lib.autodiff.rules.norms import count_nonzeros
from tests.autodiff.cases import AUTOGRAD_FAILS, NOT_ANALYTIC, case, constant_case, describe, values


class Prepared:
    """A function after a preparation of its first argument; it counts as a case of the function."""

    def __init__(self, function: Callable[..., Any], before: Callable[[Any], Any], after=None):
        self.call, self.function = function, getattr(function, "function", function)
        self.before, self.after = before, after or (lambda y: y)
        self.__name__ = f"{function.__name__} of {before.__name__}"

    def __call__(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        return self.after(self.call(self.before(x), *args, **kwargs))


def symmetric(x):
    return x + np.linalg.matrix_transpose(x)


def positive(x):
    """Symmetric, positive definite."""
    return x @ np.linalg.matrix_transpose(x) + np.eye(x.shape[-1], dtype=x.dtype)


SQUARE = [(1, 1), (3, 3), (2, 3, 3), (2, 1, 2, 2), (0, 0), (0, 2, 2)]


def regular(shape):
    """Matrices that are not near to a singular one."""
    return 2 * np.eye(shape[-1]) + values(shape, -0.8, 0.7)


for shape in SQUARE:
    for function in (np.linalg.inv, np.linalg.det, det_by_minors, np.linalg.slogdet, logabsdet):
        case(function, regular(shape))
case(np.linalg.det, -regular((3, 3)))
case(np.linalg.slogdet, -regular((3, 3)))
case(np.linalg.tensorinv, np.reshape(regular((6, 6)), (2, 3, 6)))
case(np.linalg.tensorinv, np.reshape(regular((6, 6)), (6, 3, 2)), ind=1)

for a_shape, b_shape in [
    *[((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (3,)), ((2, 3, 3), (2, 3, 1))],
    *[((2, 3, 3), (3, 2)), ((3, 3), (2, 3, 2)), ((0, 0), (0,)), ((2, 1, 3, 3), (4, 3, 2))],
]:
    case(np.linalg.solve, regular(a_shape), values(b_shape))
case(solve_matrices, regular((3, 3)), values((3, 2)))
case(np.linalg.tensorsolve, np.reshape(regular((6, 6)), (2, 3, 6)), values((2, 3)))
case(np.linalg.tensorsolve, np.reshape(regular((6, 6)), (2, 6, 3)), values((2, 3)), axes=(1,))

TALL, WIDE = [(4, 3), (2, 3, 2), (3, 1)], [(3, 4), (2, 2, 3)]


def full_rank(shape):
    rows, columns = shape[-2:]
    return np.eye(rows, columns) * (1 + np.arange(columns)) + values(shape, -0.4, 0.3)


for shape in [*TALL, *WIDE, (3, 3)]:
    case(np.linalg.pinv, full_rank(shape))
    case(np.linalg.svd, full_rank(shape), full_matrices=False)
    case(np.linalg.svd, full_rank(shape), compute_uv=False)
    case(np.linalg.svdvals, full_rank(shape))
    case(np.linalg.qr, full_rank(shape))
    case(np.linalg.qr, full_rank(shape), "r")
case(np.linalg.pinv, full_rank((4, 3)), 1e-6)
case(np.linalg.pinv, full_rank((4, 3)), rtol=1e-6)
case(np.linalg.pinv, full_rank((4, 3)), rtol=None)
case(np.linalg.pinv, full_rank((4, 3)), 0.5)  # the smallest of the three is dropped
case(np.linalg.pinv, full_rank((4, 3)), rtol=0.5)
case(pseudo_inverse, full_rank((4, 3)))
case(np.linalg.svd, full_rank((3, 3)))
case(svd_packed, full_rank((4, 3)))
case(qr_packed, full_rank((4, 3)))
for shape in [(4, 3), (3, 4), (3, 3)]:
    lstsq = Prepared(
        np.linalg.lstsq, np.positive, itemgetter(0, 1, 3)
    )  # without the rank, an integer
    case(lstsq, full_rank(shape), values(shape[:1]))
    case(lstsq, full_rank(shape), values((shape[0], 2)), rcond=1e-9)
    case(lstsq, full_rank(shape), values(shape[:1]), 0.5)

for shape in [(3, 3), (2, 2, 2), (1, 1)]:
    for upper in (False, True):
        case(Prepared(np.linalg.cholesky, positive), values(shape), upper=upper)
    for uplo in "LU":
        case(Prepared(np.linalg.eigh, symmetric), values(shape), uplo)
        case(Prepared(np.linalg.eigvalsh, symmetric), values(shape), UPLO=uplo)
case(Prepared(factorise, positive), values((3, 3)))
case(Prepared(eigh_packed, symmetric), values((3, 3)))

# Norms

VECTOR_ORDERS = [None, 1, 2, 3, 0.5, 2.5, -1, -2, np.inf, -np.inf, 0]
MATRIX_ORDERS = [None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf]
for order in VECTOR_ORDERS:
    case(np.linalg.norm, values((4,)), order)
    case(np.linalg.norm, values((3, 4)), order, axis=0)
    case(np.linalg.norm, values((3, 4)), ord=order, axis=-1, keepdims=True)
    case(np.linalg.norm, values((2, 3)), order, (1,))
    case(np.linalg.vector_norm, values((2, 3)), ord=2 if order is None else order)
case(np.linalg.vector_norm, values((2, 3)), axis=1, keepdims=True)
case(np.linalg.vector_norm, values((2, 3)), axis=(0, 1), ord=1)
for order in MATRIX_ORDERS:
    case(np.linalg.norm, full_rank((4, 3)), order)
    case(np.linalg.norm, full_rank((2, 3, 4)), order, axis=(1, 2))
    case(np.linalg.norm, values((2, 3, 4)) ** 3, ord=order, axis=(-1, 0), keepdims=True)
    case(np.linalg.matrix_norm, full_rank((2, 3, 3)), ord="fro" if order is None else order)
case(np.linalg.matrix_norm, full_rank((2, 3, 3)), keepdims=True)
case(np.linalg.norm, values(()))
case(np.linalg.norm, values((0,)))
for order in (None, 2, -2, 1, -1, np.inf, -np.inf, "fro"):
    case(np.linalg.cond, 2 * np.eye(3) + values((3, 3), 0.1, 0.7), order)
case(np.linalg.cond, regular((2, 3, 3)))
case(np.linalg.cond, full_rank((4, 3)))

constant_case(np.linalg.matrix_rank, full_rank((4, 3)))
constant_case(sign_of_det, regular((3, 3)))
constant_case(count_nonzeros, values((3,)), (0,), False)

#: NumPy's complex versions conjugate, so they are no analytic continuation.
NOT_ANALYTIC |= {
    *(np.linalg.slogdet, logabsdet.function, np.linalg.pinv, pseudo_inverse.function),
    *(np.linalg.svd, np.linalg.svdvals, svd_packed.function, np.linalg.qr, qr_packed.function),
    *(np.linalg.lstsq, np.linalg.cholesky, factorise.function, np.linalg.eigh, np.linalg.eigvalsh),
    *(eigh_packed.function, np.linalg.vector_norm, np.linalg.matrix_norm, np.linalg.cond),
}
AUTOGRAD_FAILS |= {
    "svd(3x3)",
    *("pinv(4x3, 1e-06)", "pinv(4x3, 0.5)"),
    *("pinv(4x3, rtol=1e-06)", "pinv(4x3, rtol=-)", "pinv(4x3, rtol=0.5)"),
    *("solve(2x3x3, 3)", "solve(2x3x3, 3x2)", "solve(3x3, 2x3x2)", "solve(2x1x3x3, 4x3x2)"),
    *(f"norm(4, {order})" for order in (1, 0.5, 0, -1, -2, np.inf, -np.inf)),
    *(f"norm(3x4, {order}, axis=0)" for order in (1, 0.5, 0, -1, -2, np.inf, -np.inf)),
    *(f"norm(3x4, ord={describe(order)}, axis=-1, keepdims=True)" for order in VECTOR_ORDERS),
    *(f"norm(2x3, {describe(order)}, (1,))" for order in VECTOR_ORDERS),
    *(f"norm(4x3, {order})" for order in (1, -1, 2, -2, np.inf, -np.inf)),
    *(f"norm(2x3x4, {order}, axis=(1, 2))" for order in (1, -1, 2, -2, np.inf, -np.inf)),
    *(
        f"norm(2x3x4, ord={describe(order)}, axis=(-1, 0), keepdims=True)"
        for order in MATRIX_ORDERS
    ),
}
