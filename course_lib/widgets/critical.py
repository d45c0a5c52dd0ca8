"""What kind of place this is, and how to walk to a more interesting one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.widgets.landscape import Landscape, Window, at_point

Array = NDArray[np.float64]

LEVEL = 1e-3  # of the usual slope: nobody can drag a hiker to exactly the right place
STRAIGHT = 1e-5  # of the largest bend
MOST_STEPS = 100
MOST_HALVINGS = 40


class Scale(NamedTuple):
    """What counts as a usual slope and a usual bend in a landscape."""

    slope: float = 1.0
    bend: float = 1.0


@dataclass(frozen=True)
class Verdict:
    """The kind of a place, in one word or two, and the reason."""

    kind: str
    reason: str


NOT_A_NUMBER = Verdict("undefined", "the derivatives have no finite value here")
NOT_CRITICAL = Verdict("not a critical point", "the ground slopes")
MINIMUM = Verdict("minimum", "level, and bending upwards in every direction")
MAXIMUM = Verdict("maximum", "level, and bending downwards in every direction")
SADDLE = Verdict("saddle", "level, bending upwards one way and downwards another")
INCONCLUSIVE = Verdict(
    "inconclusive", "level, but without bend in some direction: second derivatives cannot tell"
)


def scale_of(grid: ArrayLike) -> Scale:
    """The usual slope and bend of a landscape: medians over its grid.

    Parameters
    ----------
    grid
        Shape (6, n, n), as from :func:`course_lib.widgets.landscape.sample`.

    Examples
    --------
    >>> scale_of(np.ones((6, 4, 4)))
    Scale(slope=1.4142135623730951, bend=2.0)
    >>> scale_of(np.zeros((6, 4, 4)))
    Scale(slope=1.0, bend=1.0)
    """
    _, fx, fy, fxx, fxy, fyy = np.asarray(grid, dtype=float)
    with np.errstate(all="ignore"):
        slope = np.hypot(fx, fy)
        bend = np.sqrt(fxx**2 + 2 * fxy**2 + fyy**2)
    return Scale(*(_usual(size) for size in (slope, bend)))


def _usual(sizes: Array) -> float:
    known = sizes[np.isfinite(sizes) & (sizes > 0)]
    return float(np.median(known)) if known.size else 1.0


def classify(gradient: ArrayLike, hessian: ArrayLike, scale: Scale = Scale()) -> Verdict:  # noqa: B008 - a constant
    """The kind of a place, by the second-derivative test.

    A slope of less than a thousandth of the usual one counts as none, and so does a bend of less
    than a hundred-thousandth.

    Parameters
    ----------
    gradient, hessian
        Shapes (2,) and (2, 2).
    scale
        The landscape's usual slope and bend.

    Examples
    --------
    >>> classify([0, 0], [[2, 0], [0, -2]]).kind
    'saddle'
    >>> classify([0, 0], [[2, 0], [0, 0]]).kind
    'inconclusive'
    """
    gradient, hessian = np.asarray(gradient, dtype=float), np.asarray(hessian, dtype=float)
    if not np.isfinite(gradient).all() or not np.isfinite(hessian).all():
        return NOT_A_NUMBER
    if math.hypot(*gradient) > LEVEL * scale.slope:
        return NOT_CRITICAL
    bends, _ = principal(hessian)
    least, most = bends
    none = STRAIGHT * max(scale.bend, abs(least), abs(most))
    if least > none:
        return MINIMUM
    if most < -none:
        return MAXIMUM
    if least < -none and most > none:
        return SADDLE
    return INCONCLUSIVE


def principal(hessian: ArrayLike) -> tuple[Array, Array]:
    """Second derivatives along the Hessian's eigenvectors, the least first, and these directions.

    Where the ground is level, they are the principal curvatures of the surface.

    Returns
    -------
    bends, directions
        Shapes (2,) and (2, 2), one direction in each row, pointing right (or up). All nan if the
        Hessian is not finite.

    Examples
    --------
    >>> bends, directions = principal([[0, 1], [1, 0]])
    >>> bends, np.round(directions, 3)
    (array([-1.,  1.]), array([[ 0.707, -0.707],
           [ 0.707,  0.707]]))
    """
    hessian = np.asarray(hessian, dtype=float)
    if not np.isfinite(hessian).all():
        return np.full(2, np.nan), np.full((2, 2), np.nan)
    largest = np.abs(hessian).max() or 1.0
    bends, columns = np.linalg.eigh(hessian / largest)
    directions = columns.T.copy()
    for direction in directions:
        if tuple(np.round(direction, 12)) < (0.0, 0.0):
            direction *= -1.0
    return bends * largest, directions + 0.0


class Walk(NamedTuple):
    """Places on the way, shape (n, 2), and in words how it ended."""

    path: Array
    ending: str


def step(f: Landscape, point: ArrayLike, window: Window, uphill: bool) -> Walk:
    """One step along the gradient, or against it: a twentieth of the window, or less.

    The step is halved until it leads higher (or lower).
    """
    here = np.asarray(point, dtype=float)
    value, gradient, _ = at_point(f, *here)
    length = math.hypot(*gradient)
    if not np.isfinite(length) or length == 0.0:
        return Walk(here[None], "no slope here: no direction is uphill")
    direction = gradient / length if uphill else -gradient / length
    size = _size(window) / 20
    for _ in range(MOST_HALVINGS):
        there = here + size * direction
        with np.errstate(all="ignore"):
            rise = float(f(*there)) - value
        if rise > 0 if uphill else rise < 0:
            return Walk(np.stack([here, there]), "uphill" if uphill else "downhill")
        size /= 2
    return Walk(here[None], "no step along the gradient leads there")


def walk_to_critical(f: Landscape, point: ArrayLike, window: Window) -> Walk:
    """Newton's method for a place where the gradient vanishes: it may be of any kind.

    Each step goes where the quadratic patch underfoot is level, but no further than a sixth of
    the window.

    Examples
    --------
    >>> walk = walk_to_critical(lambda x, y: x**2 - y**2, [0.1, 0.2], (-1.0, 1.0, -1.0, 1.0))
    >>> walk.path[-1], walk.ending
    (array([0., 0.]), 'arrived after 1 step')
    """
    here, longest = np.asarray(point, dtype=float), _size(window) / 6
    path = [here]
    for count in range(MOST_STEPS + 1):
        _, gradient, hessian = at_point(f, *here)
        if not (np.isfinite(gradient).all() and np.isfinite(hessian).all()):
            return Walk(np.stack(path), "the derivatives have no finite value here")
        move = -np.linalg.lstsq(hessian, gradient, rcond=1e-12)[0]
        size = math.hypot(*move)
        if size <= 1e-14 * _size(window):
            steep = math.hypot(*gradient) > 1e-8 * max(1.0, np.abs(hessian).max() * _size(window))
            steps = f"{count} step{'' if count == 1 else 's'}"
            stuck = "stuck: the quadratic patch is level nowhere"
            return Walk(np.stack(path), stuck if steep else f"arrived after {steps}")
        here = here + move * min(1.0, longest / size)
        path.append(here)
        if not _near(here, window):
            return Walk(np.stack(path), "it left the map")
    return Walk(np.stack(path), f"not there after {MOST_STEPS} steps")


def _size(window: Window) -> float:
    left, right, bottom, top = window
    return min(right - left, top - bottom)


def _near(point: Array, window: Window) -> bool:
    left, right, bottom, top = window
    x, y = point
    wide, high = right - left, top - bottom
    return bool(left - wide <= x <= right + wide and bottom - high <= y <= top + high)
