"""Calls of products of arrays: dot and its relatives, einsum, sliding products, traces."""

from __future__ import annotations

import numpy as np

from course_lib.autodiff.rules.convolution import convolve_full
from course_lib.autodiff.rules.einsum import one, two
from tests.autodiff.cases import AUTOGRAD_FAILS, NOT_ANALYTIC, case, values


def pair(function, a_shape, b_shape, *args, **kwargs):
    case(function, values(a_shape), values(b_shape, -1.9, 1.8), *args, **kwargs)


for a_shape, b_shape in [((3,), (3,)), ((2, 3), (2, 3)), ((), ()), ((2, 3), (3, 2)), ((0,), (0,))]:
    pair(np.vdot, a_shape, b_shape)
for a_shape, b_shape in [
    ((3,), (3,)),
    ((2, 3), (4, 3)),
    ((), (3,)),
    ((2, 3), ()),
    ((2, 1, 3), (3,)),
]:
    pair(np.inner, a_shape, b_shape)
for a_shape, b_shape in [((3,), (2,)), ((2, 2), (3,)), ((), (3,)), ((0,), (3,))]:
    pair(np.outer, a_shape, b_shape)
pair(np.linalg.outer, (3,), (2,))
for a_shape, b_shape in [((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 2))]:
    pair(np.linalg.matmul, a_shape, b_shape)

pair(np.tensordot, (2, 3, 4), (3, 4, 5))
pair(np.tensordot, (2, 3, 4), (4, 5), 1)
pair(np.tensordot, (2, 3), (4,), 0)
pair(np.tensordot, (2, 3, 4), (4, 3, 5), axes=([1, 2], [1, 0]))
pair(np.tensordot, (2, 3, 4), (5, 2), axes=(0, -1))
pair(np.tensordot, (2, 3), (2, 3))
pair(np.tensordot, (2, 0), (0, 3), 1)
pair(np.linalg.tensordot, (2, 3, 4), (4, 3, 5), axes=((-2, 2), (1, 0)))

for a_shape, b_shape in [((3,), (3,)), ((2, 3), (3,)), ((2, 1, 3), (4, 3)), ((2, 0), (2, 0))]:
    pair(np.vecdot, a_shape, b_shape)
pair(np.vecdot, (3, 2), (3, 2), axis=0)
pair(np.linalg.vecdot, (3, 2), (3, 2), axis=0)
for a_shape, b_shape in [((2, 3), (3,)), ((5, 2, 3), (3,)), ((2, 3), (5, 3))]:
    pair(np.matvec, a_shape, b_shape)
for a_shape, b_shape in [((2,), (2, 3)), ((5, 2), (2, 3)), ((2,), (5, 2, 3))]:
    pair(np.vecmat, a_shape, b_shape)
for a_shape, b_shape in [
    ((2,), (3,)),
    ((2, 3), (3, 2)),
    ((2,), (3, 2)),
    ((2, 2, 1), (3,)),
    ((), (2,)),
]:
    pair(np.kron, a_shape, b_shape)

pair(np.cross, (3,), (3,))
pair(np.cross, (4, 3), (4, 3))
pair(np.cross, (4, 3), (3,))
pair(np.cross, (3, 4), (4, 3), axisa=0, axisc=0)
pair(np.cross, (3, 4), (3, 4), axis=0)
pair(np.cross, (2, 3, 4), (3,), 1, 0, 0)
pair(np.linalg.cross, (3, 4), (3, 4), axis=0)

# einsum: matrix product, transpose, diagonals and traces, sums, broadcasting, several operands

EINSUM = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    (" ij , jk -> ki ", (2, 3), (3, 4)),
    ("ij->ji", (2, 3)),
    ("ba", (2, 3)),
    ("ij->", (2, 3)),
    ("ij->j", (2, 3)),
    ("ii->i", (3, 3)),
    ("ii", (3, 3)),
    ("iij->j", (3, 3, 2)),
    ("iii->i", (2, 2, 2)),
    ("i,i->i", (3,), (3,)),
    ("i,i", (3,), (3,)),
    ("i,j->", (3,), (2,)),
    ("i,j->ji", (3,), (2,)),
    ("ij,kl->jl", (2, 3), (4, 5)),
    ("ii,i->i", (3, 3), (3,)),
    ("ii,jj->ij", (3, 3), (2, 2)),
    ("ijk,jil->kl", (2, 3, 4), (3, 2, 5)),
    ("bij,bjk->bik", (5, 2, 3), (5, 3, 4)),
    ("bij,bjk->bik", (1, 2, 3), (5, 3, 4)),
    ("i,i->", (1,), (3,)),
    ("ab,bc,cd->ad", (2, 3), (3, 4), (4, 2)),
    ("ab,ab,ab->a", (2, 3), (2, 3), (2, 3)),
    ("i,ij,j", (2,), (2, 3), (3,)),
    ("ai,bi,ci,di->abcd", (2, 3), (1, 3), (2, 3), (2, 3)),
    ("...ij,...jk->...ik", (5, 2, 3), (3, 4)),
    ("...ij,...jk->...ik", (1, 2, 3), (5, 3, 4)),
    ("i...->...i", (2, 3, 4)),
    ("...i,...i", (2, 3), (3,)),
    ("...,...->...", (2, 1), (3,)),
    ("ij...,j->i...", (2, 3, 4), (3,)),
    (",i->i", (), (3,)),
    ("ij,jk->ik", (2, 0), (0, 3)),
    ("i->", (0,)),
]
for subscripts, *shapes in EINSUM:
    case(np.einsum, subscripts, *map(values, shapes))
    if len(shapes) > 1:
        case(np.einsum, subscripts, *map(values, shapes), optimize=True)
case(np.einsum, "ab,bc,cd->ad", *map(values, [(2, 3), (3, 4), (4, 2)]), optimize="optimal")
order = ["einsum_path", (1, 2), (0, 1)]
case(np.einsum, "ab,bc,cd->ad", *map(values, [(2, 3), (3, 4), (4, 2)]), optimize=order)
# with lists of axis numbers in place of letters (tuples here: a list of floats would be a value)
case(np.einsum, values((2, 3)), (0, 1), values((3, 4)), (1, 2), (0, 2))
case(np.einsum, values((2, 3)), (0, 1), values((3, 4)), (1, 2))
case(np.einsum, values((5, 2, 3)), (..., 1), values((3,)), (1,), (...,))
case(one, values((2, 3)), "ij->i")
case(two, values((2, 3)), values((3,)), subscripts="ij,j->i")

for shapes in [((2, 3), (3, 4)), ((2, 3), (3, 4), (4, 5)), ((3,), (3, 4), (4,))]:
    case(np.linalg.multi_dot, [values(shape) for shape in shapes])
case(np.linalg.multi_dot, [values(s) for s in ((5, 2), (2, 9), (9, 2), (2, 4))])
well = np.eye(3) + 0.2 * values((3, 3))
for power in (-3, -1, 0, 1, 2, 3, 5, 8):
    case(np.linalg.matrix_power, well, power)
case(np.linalg.matrix_power, np.stack([well, well.T]), 3)

for mode in ("full", "same", "valid"):
    for function in (np.convolve, np.correlate):
        for a_shape, b_shape in [
            ((5,), (3,)),
            ((5,), (2,)),
            ((2,), (5,)),
            ((3,), (4,)),
            ((4,), (4,)),
        ]:
            pair(function, a_shape, b_shape, mode)
pair(np.convolve, (4,), (1,))
pair(np.correlate, (4,), (3,))
pair(convolve_full, (4,), (3,))

for function in (np.linalg.diagonal, np.linalg.trace):
    for offset in (0, 1, -2, 7):
        case(function, values((2, 3, 4)), offset=offset)
    case(function, values((3, 3)))
case(np.trace, values((3, 4)))
case(np.trace, values((3, 4)), 1)
case(np.trace, values((2, 3, 4)), -1, 2, 0)
case(np.trace, values((2, 3, 4)), offset=1, axis1=-1, axis2=-2)
for function in (np.matrix_transpose, np.linalg.matrix_transpose):
    case(function, values((3, 4)))
    case(function, values((2, 3, 4)))

# They conjugate an argument, which for real arguments changes nothing.
NOT_ANALYTIC |= {np.vdot, np.vecdot, np.linalg.vecdot, np.vecmat, np.correlate}
AUTOGRAD_FAILS |= {
    "outer(0d, 3)",
    "outer(2x2, 3)",
    "cross(4x3, 3)",
    "cross(2x3x4, 3, 1, 0, 0)",
    "trace(2x3x4, -1, 2, 0)",
    "trace(2x3x4, offset=1, axis1=-1, axis2=-2)",
    "einsum(2x3, (0, 1), 3x4, (1, 2))",
    "einsum(5x2x3, (Ellipsis, 1), 3, (1,), (Ellipsis,))",
    "einsum(ii, 3x3)",
    "einsum(ii->i, 3x3)",
    "einsum(iii->i, 2x2x2)",
    "einsum(iij->j, 3x3x2)",
    *(f"einsum(ii,i->i, 3x3, 3{more})" for more in ("", ", optimize=True")),
    *(f"einsum(ii,jj->ij, 3x3, 2x2{more})" for more in ("", ", optimize=True")),
}
