"""Four ways down a hill, step by step: gradient descent, momentum, Newton, damped Newton."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from course_lib.widgets.critical import Scale, classify, principal
from course_lib.widgets.landscape import Array, Landscape, at_point, gradient_at

STEPS = 50
LOST = 1e3  # further away than this, a racer is given up
MOST_HALVINGS = 30


class Lane(NamedTuple):
    """One racer's places, shape (n + 1, 2), heights, shape (n + 1,), and how it ended.

    There are fewer than ``STEPS`` steps if the racer arrived or left for good.
    """

    path: Array
    heights: Array
    ending: str


def valley(condition: float) -> Landscape:
    """A straight valley whose steepest bend is 1, and ``condition`` times the gentlest one.

    Gradient descent zigzags across it for steps near 2, and flies out for larger ones.

    Examples
    --------
    >>> valley(10.0)(1.0, 1.0)
    0.55
    """
    return lambda x, y: (x**2 / condition + y**2) / 2


def two_valleys(x: Any, y: Any) -> Any:
    """A pass at the origin between two valleys."""
    return x**2 / 2 + y**4 / 4 - y**2 / 2


# Each racer: (velocity, gradient, hessian, ...) to the next velocity -----------------------------

Mover = Callable[..., Array]


def gradient_descent(f: Landscape, here: Array, velocity: Array, rate: float) -> Array:
    """Against the gradient, by the step size times its length."""
    return np.asarray(-rate * gradient_at(f, *here))


def momentum(f: Landscape, here: Array, velocity: Array, rate: float, keeps: float = 0.9) -> Array:
    """The same, plus nine tenths of the last move (Polyak's heavy ball)."""
    return keeps * velocity - rate * gradient_at(f, *here)


def newton(f: Landscape, here: Array, velocity: Array, rate: float) -> Array:
    """To where the quadratic patch is level, whatever kind of place that is."""
    _, gradient, hessian = at_point(f, *here)
    if not (np.isfinite(gradient).all() and np.isfinite(hessian).all()):
        return np.full(2, np.nan)
    return np.asarray(-np.linalg.lstsq(hessian, gradient, rcond=1e-12)[0])


def damped_newton(f: Landscape, here: Array, velocity: Array, rate: float) -> Array:
    """The same with all bends taken as upward ones, and halved until it leads down."""
    value, gradient, hessian = at_point(f, *here)
    bends, directions = principal(hessian)
    if not (np.isfinite(gradient).all() and np.isfinite(bends).all()):
        return np.full(2, np.nan)
    sizes = np.maximum(np.abs(bends), 1e-6 * max(1.0, np.abs(bends).max()))
    move: Array = -directions.T @ ((directions @ gradient) / sizes)
    for _ in range(MOST_HALVINGS):
        with np.errstate(all="ignore"):
            there = float(f(*(here + move)))
        if there <= value:
            return move
        move = move / 2
    return np.zeros(2)


RACERS: dict[str, Mover] = {
    "gradient descent": gradient_descent,
    "momentum": momentum,
    "Newton": newton,
    "damped Newton": damped_newton,
}


def race(
    f: Landscape,
    start: Sequence[float],
    rate: float,
    steps: int = STEPS,
    scale: Scale = Scale(),  # noqa: B008 - a constant
) -> dict[str, Lane]:
    """Let all racers run from one start.

    Parameters
    ----------
    f
        The landscape, a function of two numbers.
    start
        Where they start.
    rate
        The step size of gradient descent and momentum.
    steps
        How many steps they may take.
    scale
        The landscape's usual slope and bend, which decide where it counts as level.

    Examples
    --------
    >>> lanes = race(valley(10.0), (1.0, 1.0), rate=2.5)
    >>> lanes["gradient descent"].ending, lanes["Newton"].ending
    ('flew away', 'at a minimum')
    """
    return {name: _run(f, start, rate, steps, move, scale) for name, move in RACERS.items()}


def _run(
    f: Landscape, start: Sequence[float], rate: float, steps: int, move: Mover, scale: Scale
) -> Lane:
    path, away = [np.asarray(start, dtype=float)], True
    velocity = np.zeros(2)
    for _ in range(steps):
        with np.errstate(all="ignore"):
            velocity = move(f, path[-1], velocity, rate)
            there = path[-1] + velocity
        if not np.isfinite(there).all():
            break
        if (there == path[-1]).all():  # arrived: it will never move again
            away = False
            break
        path.append(there)
        if np.abs(there).max() > LOST:
            break
    else:
        away = False
    with np.errstate(all="ignore"):
        heights = np.array([float(f(*place)) for place in path])
    return Lane(np.stack(path), heights, _ending(f, path[-1], away, scale))


def _ending(f: Landscape, place: Array, away: bool, scale: Scale) -> str:
    if away:
        return "flew away"
    _, gradient, hessian = at_point(f, *place)
    verdict = classify(gradient, hessian, scale)
    others = {"not a critical point": "on the way", "inconclusive": "at a level place"}
    if verdict.kind in others or verdict.kind == "undefined":
        return others.get(verdict.kind, "where there is no slope")
    return f"at a {verdict.kind}"
