"""Calls of functions that move, join, split, pad and pick elements, and that make new arrays."""

from __future__ import annotations

import numpy as np

from course_lib.autodiff.rules.questions import order_by_rows
from tests.autodiff.cases import AUTOGRAD_FAILS, NOT_ANALYTIC, case, constant_case, values

x = values((2, 3, 4))
mat = values((3, 4))
vec = values((5,))

# Order of elements and axes

for axis in (None, 0, -1, (0, 2)):
    case(np.flip, x, axis=axis)
case(np.flip, values(()))
case(np.fliplr, x)
case(np.flipud, x)
for k in (0, 1, 2, 3, -1):
    case(np.rot90, x, k)
case(np.rot90, x, k=1, axes=(2, 0))
case(np.roll, x, 2)
case(np.roll, x, -1, axis=1)
case(np.roll, x, (1, 2), axis=(0, 2))
case(np.roll, x, (1, 2), (0, 0))
case(np.roll, x, 1, (0, -1))
case(np.moveaxis, x, 0, -1)
case(np.moveaxis, x, (0, 1), (-1, 0))
case(np.rollaxis, x, 2)
case(np.rollaxis, x, 0, 3)
case(np.rollaxis, x, 2, start=1)
case(np.swapaxes, x, 0, -1)
case(np.swapaxes, x, 1, 1)

# Repeating and leaving out

case(np.repeat, x, 2)
case(np.repeat, x, 3, axis=1)
case(np.repeat, x, [1, 0, 2], axis=1)
case(np.repeat, x, np.array([2, 1]), 0)
case(np.repeat, values(()), 3)
case(np.repeat, vec, 0)
case(np.tile, mat, 2)
case(np.tile, mat, (2, 1))
case(np.tile, mat, (2, 1, 3))
case(np.tile, x, (2,))
case(np.tile, values(()), (2, 2))
case(np.resize, mat, (2, 3))
case(np.resize, mat, (5, 4))
case(np.delete, vec, 1)
case(np.delete, mat, [0, 2], axis=0)
case(np.delete, mat, slice(1, 3), axis=1)
case(np.delete, mat, 2)
case(np.delete, vec, np.array([True, False, True, False, False]))
case(np.insert, vec, 2, 7.0)
case(np.insert, vec, 2, values(()))
case(np.insert, vec, [0, 2], values((2,)))
case(np.insert, mat, 1, values((4,)), axis=0)
case(np.insert, mat, [1, 1], values((3, 2)), axis=1)
case(np.insert, mat, slice(0, 2), values((2, 4)), axis=0)
case(np.insert, mat, 3, 1.5)
case(np.insert, np.zeros(3, int) + 0.5, 1, values((2,)))

# Diagonals and triangles

for k in (-2, -1, 0, 1, 3, 5):
    case(np.diag, mat, k)
    case(np.diag, vec, k)
    case(np.triu, mat, k)
    case(np.tril, mat, k)
case(np.tril, x, k=1)
case(np.triu, x)
case(np.diagflat, values((2, 2)), -1)
case(np.diagonal, x)
case(np.diagonal, x, 1, -1, 0)
case(np.diagonal, x, offset=-1, axis1=1, axis2=2)

# Picking

case(np.take, vec, [0, 2, 2])
case(np.take, mat, np.array([[0, 11], [3, 3]]))
case(np.take, mat, 1, axis=1)
case(np.take, mat, [1, -1], axis=-1)
case(np.take, mat, [5, -6], axis=1, mode="wrap")
case(np.take, mat, [9, -1], axis=1, mode="clip")
case(np.take_along_axis, mat, np.array([[0, 0], [3, 1], [2, 2]]), axis=1)
case(np.take_along_axis, mat, np.array([[0, 2, 2, 1]]), axis=0)
case(np.take_along_axis, mat, np.array([0, 7, 7]), axis=None)
case(np.take_along_axis, vec, np.array([4, 4, 0]))
case(np.sort, vec)
case(np.sort, x)
case(np.sort, x, axis=None)
case(np.sort, x, 1)
case(np.sort, x, axis=0, kind="mergesort")
case(np.sort, values((0,)))
case(np.partition, vec, 2)
case(np.partition, x, 1)
case(np.partition, x, (0, 2), axis=1)
case(np.partition, x, 5, axis=None)
case(np.choose, np.array([0, 2, 1]), [values((3,)), values((3,)), values((3,))])
case(np.choose, np.array([[0], [1]]), [values((3,)), values(())])
case(np.choose, np.array([0, 3, -1]), [values((3,)), values((3,))], mode="wrap")
case(np.choose, np.array([0, 3, -1]), [values((3,)), values((3,))], mode="clip")
case(np.compress, [True, False, True], mat, axis=0)
case(np.compress, [False, True, True], mat)
case(np.extract, mat > 0, mat)
pieces = [values((3,)) > 0, values((3,)) > -0.5]
case(np.select, pieces, [values((3,)), values((3,))])
case(np.select, pieces, [values((2, 3)), values(())], 1.5)
case(np.piecewise, vec, [vec > 0.5, vec < -0.5], [np.sin, np.square, np.exp])
case(np.piecewise, vec, [vec > 0.5, vec < -0.5], [np.sin, 3.0])
case(np.piecewise, mat, [mat > 0], [np.sin, np.cos])
case(np.piecewise, values(()), [True], [np.sin])
case(np.piecewise, vec, [vec > 9.0], [lambda part, n: n * part, lambda part, n: part**n], 3)
NOT_ANALYTIC |= {np.sort, np.partition, np.bincount, np.piecewise}

# Joining and splitting

case(np.append, vec, values((2,)))
case(np.append, mat, values(()))
case(np.append, mat, values((3, 1)), axis=1)
case(np.append, values(()), values(()))
for shape in ((), (3,), (2, 3), (2, 3, 1)):
    case(np.atleast_3d, values(shape))
case(np.atleast_3d, values(()), values((2,)))
case(np.dstack, [mat, values((3, 4))])
case(np.dstack, [vec, values((5,))])
case(np.column_stack, [vec, values((5, 2)), values((5,))])
case(np.block, [[mat, values((3, 1))], [values((1, 4)), values((1, 1))]])
case(np.block, [vec, values(()), values((2,))])
case(np.block, [[vec], [values((5,))]])
case(np.block, [[[values((2, 1, 2))]]])
case(np.block, vec)
case(np.broadcast_arrays, values((3, 1)), values((4,)), values(()))
case(np.meshgrid, vec, values((3,)))
case(np.meshgrid, vec, values((3,)), values((2,)), indexing="ij")
case(np.meshgrid, vec, values((3,)), values((2,)), sparse=True)
case(np.meshgrid, vec)
case(np.array_split, vec, 3)
case(np.array_split, mat, [1, 3], axis=1)
case(np.array_split, mat, [0, 9], -1)
case(np.split, mat, 2, axis=1)
case(np.split, mat, [1, 1, 2])
case(np.vsplit, mat, 3)
case(np.hsplit, mat, [1])
case(np.hsplit, vec, [2])
case(np.dsplit, x, 2)
case(np.unstack, mat)
case(np.unstack, mat, axis=1)
case(np.bincount, np.array([0, 2, 2, 5, 0]), vec)
case(np.bincount, np.array([0, 2, 2, 5, 0]), vec, 9)

# Padding

for mode in ("constant", "edge", "reflect", "symmetric", "wrap", "mean", "linear_ramp"):
    case(np.pad, mat, ((1, 2), (0, 1)), mode)
    case(np.pad, mat, 1, mode=mode)
for mode in ("edge", "reflect", "symmetric", "wrap"):
    case(np.pad, values((3,)), (7, 5), mode)
for mode in ("maximum", "minimum", "median", "mean"):
    case(np.pad, mat, (1, 2), mode, stat_length=2)
    case(np.pad, mat, (1, 2), mode)
case(np.pad, mat, 2, constant_values=3.0)
case(np.pad, mat, ((1, 2), (3, 0)), constant_values=((1, 2), (3, 4)))
case(np.pad, mat, ((1, 2), (3, 0)), "linear_ramp", end_values=(5.0, -1.0))
case(np.pad, mat, {-1: (1, 2)})
case(np.pad, mat, {0: 1})
case(np.pad, mat, (3,))
NOT_ANALYTIC.add(np.pad)
AUTOGRAD_FAILS |= {
    *("tile(3x4, 2)", "tile(2x3x4, (2,))", "atleast_3d(0d, 2)", "hsplit(5, [2])"),
    *("linspace(0d, 3.0, num=4, endpoint=False)", "linspace(1, 2x3, 4, axis=1)"),
    *("linspace(3x1, 2, 4, True, True)", "linspace(3x1, 2, 4, axis=-1)"),
    *("roll(2x3x4, (1, 2), axis=(0, 2))", "roll(2x3x4, (1, 2), (0, 0))"),
    "rot90(2x3x4, k=1, axes=(2, 0))",
    *(
        "sort(2x3x4)",
        "sort(2x3x4, axis=-)",
        "sort(2x3x4, 1)",
        "sort(2x3x4, axis=0, kind=mergesort)",
    ),
    *("partition(2x3x4, 1)", "partition(2x3x4, (0, 2), axis=1)", "partition(2x3x4, 5, axis=-)"),
    *(np.pad, np.diag, np.repeat, np.diagonal),
}

# New arrays


def full_like(a, value, **kwargs):
    """A traced value alone, with an array that is not, does not reach the rule."""
    return np.full_like(a + 0 * np.sum(value), value, **kwargs)


full_like.function = np.full_like
case(full_like, mat, values(()))
case(full_like, mat, 3.0)
case(full_like, mat, values((4,)), shape=(2, 4))
for num in (0, 1, 5):
    case(np.linspace, values(()), values(()), num)
case(np.linspace, values(()), 3.0, num=4, endpoint=False)
case(np.linspace, 1, values((2, 3)), 4, axis=1)
case(np.linspace, values((3, 1)), values((2,)), 4, True, True)
case(np.linspace, values((3, 1)), values((2,)), 4, axis=-1)
case(np.logspace, values(()), values(()), 4)
case(np.logspace, values((2,)), 1.0, 4, endpoint=False, base=2.0, axis=1)
case(np.logspace, 0.5, 1.0, 4, True, values((), 1.0, 2.0))
case(np.geomspace, values((), 1.0, 2.0), values((), 3.0, 9.0), 4)
case(np.geomspace, values((3,), -2.0, -1.0), -5.0, 4, axis=1)

# Functions of slices

case(np.apply_along_axis, np.sum, 1, x)
case(np.apply_along_axis, lambda line: line[:2] * line[0], 1, x)
case(np.apply_along_axis, lambda line, power: line[0] ** power, 0, mat, 3)
case(np.apply_along_axis, lambda line: np.stack([line, line**2]), -1, mat)
case(np.apply_over_axes, np.sum, x, (0, 2))
case(np.apply_over_axes, np.mean, x, 1)
NOT_ANALYTIC |= {np.apply_over_axes, np.apply_along_axis}

constant_case(np.lexsort, [values((3,)), values((3,))])
constant_case(order_by_rows, values((2, 3)), -1)
