"""Functions that combine the elements along some axes: sums, means, extremes, norms."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff.primitives import composite, custom, linear

Axis = int | tuple[int, ...] | None


def kept(y: Any, x: Any, axis: Axis, keepdims: bool = False) -> Any:
    """``y``, a reduction of ``x`` over ``axis``, with the axes it lost put back, of length one."""
    if keepdims or np.ndim(y) == np.ndim(x):
        return y
    lost = range(np.ndim(x)) if axis is None else {a % np.ndim(x) for a in np.atleast_1d(axis)}
    return np.reshape(y, [1 if i in lost else n for i, n in enumerate(np.shape(x))])


linear(
    np.sum,
    lambda y_bar, x, axis=None, *, keepdims=False: np.broadcast_to(
        kept(y_bar, x, axis, keepdims), np.shape(x)
    ),
)


@composite(np.mean)
def mean(a: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    total = np.sum(a, axis=axis, keepdims=keepdims)
    return total / (np.size(a) // max(np.size(total), 1) if np.size(total) else 1)


# The derivative goes to the largest element; several equally large ones share it.


def _shares(y: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """1 at the chosen element, 1/k at each of k ties, 0 elsewhere; nan where the result is nan."""
    chosen = np.equal(x, kept(y, x, axis, keepdims))
    with np.errstate(invalid="ignore"):
        return chosen / np.sum(chosen, axis=axis, keepdims=True, dtype=x.dtype)


def _extreme_jvp(
    tangents: Any, y: Any, x: Any, axis: Axis = None, *, keepdims: bool = False
) -> Any:
    return np.sum(tangents[0] * _shares(y, x, axis, keepdims), axis=axis, keepdims=keepdims)


def _extreme_vjp(y_bar: Any, y: Any, x: Any, axis: Axis = None, *, keepdims: bool = False) -> Any:
    return kept(y_bar, x, axis, keepdims) * _shares(y, x, axis, keepdims)


custom(np.max, jvp=_extreme_jvp, vjp=_extreme_vjp)
custom(np.min, jvp=_extreme_jvp, vjp=_extreme_vjp)


@composite(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, *, keepdims: bool = False) -> Any:
    """The Euclidean (Frobenius) norm. At 0, where it has a kink, the derivative is 0."""
    vector = np.ndim(x) == 1 if axis is None else np.ndim(axis) == 0
    if not (ord is None or (ord == 2 and vector) or (ord == "fro" and not vector)):
        raise NotImplementedError(
            f"numpy.linalg.norm: ord={ord!r} has no derivative rule in course_lib yet. Supported "
            f"are ord=None, 2 (vectors) and 'fro' (matrices). For ord=1 write "
            f"np.sum(np.abs(x), axis=axis), for np.inf np.max(np.abs(x), axis=axis)."
        )
    squares = np.sum(np.square(x), axis=axis, keepdims=keepdims)
    # Two wheres: the inner keeps sqrt away from 0, where its slope is infinite, and 0·inf is nan.
    zero = np.equal(squares, 0)
    return np.where(zero, 0.0, np.sqrt(np.where(zero, 1.0, squares)))
