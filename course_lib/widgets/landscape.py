"""Derivatives of f(x, y) at one place or many, by the course's own Taylor mode."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.autodiff import taylor
from course_lib.widgets.functions import UnusableFunction, number

Array = NDArray[np.float64]
Landscape = Callable[[Any, Any], Any]
#: left, right, bottom, top.
Window = tuple[float, float, float, float]

NODES = 20
DIRECTIONS = ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -1.0))


def coefficients(f: Landscape, x: Any, y: Any, order: int) -> dict[tuple[int, int], Any]:
    """Taylor coefficients of a function of two numbers, up to order 3.

    A series along x, one along y, and one along each diagonal give them all: along (1, ±1) the
    coefficient of t² is c₂₀ ± c₁₁ + c₀₂, that of t³ is c₃₀ ± c₂₁ + c₁₂ ± c₀₃.

    Parameters
    ----------
    f
        The function. It is called with arrays if ``x`` and ``y`` are arrays.
    x, y
        The place: floats, or arrays of one shape.
    order
        0 to 3.

    Returns
    -------
    dict
        ``c[i, j]``, such that ``f(x + s, y + t) ≈ Σ c[i, j] * s**i * t**j``.

    Examples
    --------
    >>> c = coefficients(lambda x, y: x * y**2, 2.0, 3.0, order=3)
    >>> float(c[0, 0]), float(c[0, 1]), float(c[1, 2]), float(c[2, 1])
    (18.0, 12.0, 1.0, 0.0)
    """
    place, ones = np.stack([x, y]), np.ones_like(x)
    along = [
        taylor(lambda p: f(p[0], p[1]), place, np.stack([a * ones, b * ones]), order)
        for a, b in DIRECTIONS
    ]
    east, north, up, down = along
    c = {(k, 0): east[k] for k in range(order + 1)} | {(0, k): north[k] for k in range(order + 1)}
    if order >= 2:
        c[1, 1] = (up[2] - down[2]) / 2
    if order >= 3:
        c[2, 1] = (up[3] - down[3]) / 2 - north[3]
        c[1, 2] = (up[3] + down[3]) / 2 - east[3]
    return c


def at_point(f: Landscape, x: float, y: float) -> tuple[float, Array, Array]:
    """Value, gradient of shape (2,) and Hessian of shape (2, 2) at a place.

    Raises
    ------
    UnusableFunction
        If the result is not one real number.

    Examples
    --------
    >>> at_point(lambda x, y: x**2 * y, 1.0, 2.0)
    (2.0, array([4., 1.]), array([[4., 2.],
           [2., 0.]]))
    """
    with np.errstate(all="ignore"):
        value = number(f(np.float64(x), np.float64(y)))
        c = coefficients(f, np.float64(x), np.float64(y), order=2)
    return value, *_gradient_and_hessian(c)


def gradient_at(f: Landscape, x: float, y: float) -> Array:
    """The gradient alone, shape (2,), in less time.

    Examples
    --------
    >>> gradient_at(lambda x, y: x**2 * y, 1.0, 2.0)
    array([4., 1.])
    """
    place = np.array([x, y])
    with np.errstate(all="ignore"):
        along = [taylor(lambda p: f(p[0], p[1]), place, step, 1)[1] for step in np.eye(2)]
    return np.array(along, dtype=float)


def _gradient_and_hessian(c: Mapping[tuple[int, int], Any]) -> tuple[Array, Array]:
    gradient = np.array([c[1, 0], c[0, 1]], dtype=float)
    hessian = np.array([[2 * c[2, 0], c[1, 1]], [c[1, 1], 2 * c[0, 2]]], dtype=float)
    return gradient, hessian


def sample(f: Landscape, window: Window, nodes: int = NODES) -> Array:
    """Value, gradient and Hessian on a grid.

    Parameters
    ----------
    f
        The function of two numbers.
    window
        Left, right, bottom, top.
    nodes
        How many nodes there are in each direction, borders included.

    Returns
    -------
    array, shape (6, nodes, nodes)
        ``f, fx, fy, fxx, fxy, fyy``, each with one row for each y. Where the function has no
        value, or raises an error at some places only, there is nan.

    Raises
    ------
    UnusableFunction
        If the result is not one real number, or finite nowhere.
    Exception
        Whatever the function raises, if it does so at every node.

    Examples
    --------
    >>> sample(lambda x, y: x * y, (0.0, 2.0, 0.0, 1.0), nodes=3)[0]
    array([[0. , 0. , 0. ],
           [0. , 0.5, 1. ],
           [0. , 1. , 2. ]])
    """
    left, right, bottom, top = window
    x, y = np.meshgrid(np.linspace(left, right, nodes), np.linspace(bottom, top, nodes))
    with np.errstate(all="ignore"):
        fast = _all_at_once(f, x.ravel(), y.ravel())
        found = fast if fast is not None else _one_by_one(f, x.ravel(), y.ravel())
    if not np.isfinite(found[0]).any():
        raise UnusableFunction(
            f"the function has no finite value anywhere on x = {left:g} to {right:g}, "
            f"y = {bottom:g} to {top:g}. Show another part of the plane."
        )
    return found.reshape(6, nodes, nodes)


def _all_at_once(f: Landscape, x: Array, y: Array) -> Array | None:
    """The whole grid in one call, if the function works element by element; None if not."""
    some = np.linspace(0, len(x) - 1, 5).astype(int)
    try:
        c = coefficients(f, x, y, order=2)
        alone = [number(f(x[k], y[k])) for k in some]
    except Exception:  # such as an `if` on an array; one by one it may work, or say what is wrong
        return None
    if any(np.shape(entry) != x.shape for entry in c.values()):
        return None
    if not np.allclose(c[0, 0][some], alone, rtol=1e-12, atol=0, equal_nan=True):
        return None
    return np.stack([c[0, 0], c[1, 0], c[0, 1], 2 * c[2, 0], c[1, 1], 2 * c[0, 2]])


def _one_by_one(f: Landscape, x: Array, y: Array) -> Array:
    found = np.full((6, len(x)), np.nan)
    first_error: Exception | None = None
    failures = 0
    for k in range(len(x)):
        try:
            value, gradient, hessian = at_point(f, x[k], y[k])
        except UnusableFunction:
            raise
        except Exception as error:  # there may be a value elsewhere
            first_error = first_error or error
            failures += 1
            continue
        found[:, k] = [value, *gradient, hessian[0, 0], hessian[0, 1], hessian[1, 1]]
    if first_error is not None and failures == len(x):
        raise first_error
    return found
