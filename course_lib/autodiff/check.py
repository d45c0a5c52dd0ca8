"""Is a derivative right? Compare it with small steps, and forward mode with reverse mode."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff import trees
from course_lib.autodiff.forward import push_forward
from course_lib.autodiff.numeric import CENTRAL_STEP
from course_lib.autodiff.reverse import record


def check_grads(
    f: Callable[..., Any],
    args: Sequence[Any],
    *,
    order: int = 2,
    modes: Sequence[str] = ("forward", "reverse"),
    rtol: float | None = None,
    atol: float | None = None,
    seed: int = 0,
) -> None:
    """Raise unless the derivatives of ``f`` at ``args``, up to ``order``, agree with differences.

    Along a random direction of length 1, the tangent from forward mode must equal a central
    difference; for a random adjoint, reverse mode must give the same number as that tangent. Random
    directions matter: a direction of ones hides a rule that forgets the factor from upstream.

    Parameters
    ----------
    f
        A function of ``len(args)`` arguments.
    args
        A tuple of arguments: floats, arrays of floats, nested containers of them.
    order
        1 checks first derivatives; 2 also the derivatives of these, and so on.
    modes
        Which of ``"forward"`` and ``"reverse"`` to check.
    rtol
        The largest error, relative to the size of the derivative along the direction: by default
        1e-6 in float64 and 1e-2 in float32.
    atol
        What may come on top, besides the error of the central difference. By default ``rtol / 100``
        times the size of ``f(*args)``, whose rounding a difference shows.
    seed
        Of the random directions.

    Raises
    ------
    AssertionError
        With the two numbers that differ, the mode and the order.

    Examples
    --------
    >>> check_grads(lambda x: np.sin(x) * x, (np.array([0.5, 2.0]),))
    """
    trees.require_tuple("check_grads", "args", args)
    leaves, tree = trees.flatten_inputs("check_grads", args)
    if unknown := set(modes) - {"forward", "reverse"}:
        raise ValueError(f"check_grads: modes are 'forward' and 'reverse', found {sorted(unknown)}")
    default = 1e-2 if any(x.dtype == np.float32 for x in leaves) else 1e-6
    tolerance = (default if rtol is None else rtol, atol)
    rng = np.random.default_rng(seed)
    _check(lambda *xs: f(*tree.build(xs)), leaves, order, modes, tolerance, rng)


def _check(
    f: Callable[..., Any],
    leaves: list[Any],
    order: int,
    modes: Sequence[str],
    tolerance: tuple[float, float | None],
    rng: np.random.Generator,
    done: str = "",
) -> None:
    values = _outputs(f(*leaves))
    directions, weights = _random_unit(leaves, rng), _random_unit(values, rng)

    def tangents(*xs: Any) -> list[Any]:
        return _outputs(push_forward("check_grads", f, xs, directions)[1])

    def adjoints(*xs: Any) -> Any:
        return record("check_grads", lambda *z: _outputs(f(*z)), xs)[1](weights)

    difference, error = _central_difference(f, leaves, directions)
    rtol, atol = tolerance
    allowed = rtol * _length(difference) + error
    allowed += rtol / 100 * _length(values) if atol is None else atol
    for mode in modes:
        derivative, along = (tangents, weights) if mode == "forward" else (adjoints, directions)
        found = _dot(derivative(*leaves), along)
        _compare(found, _dot(weights, difference), allowed, f"{done}{mode}")
        if order > 1:
            _check(derivative, leaves, order - 1, modes, tolerance, rng, f"{done}{mode}-then-")


def _compare(found: float, numeric: float, allowed: float, mode: str) -> None:
    if not abs(found - numeric) <= allowed:
        raise AssertionError(
            f"check_grads: the derivative in {mode} mode is {found:.9g}, central differences give "
            f"{numeric:.9g} (difference {abs(found - numeric):.2g}, allowed {allowed:.2g}). Either "
            f"the rule of some function in f is wrong, or f has a kink near this point."
        )


def _outputs(value: Any) -> list[Any]:
    return trees.flatten_outputs("check_grads", value)[0]


def _random_unit(values: Sequence[Any], rng: Any) -> list[Any]:
    """A random vector of length 1 in the space of ``values``, in parts of their shapes."""
    parts = [np.asarray(rng.normal(size=np.shape(x))) for x in values]
    length = _length(parts) or 1.0  # 0 if there are no numbers
    return [(part / length).astype(x.dtype)[()] for part, x in zip(parts, values, strict=True)]


def _length(parts: Sequence[Any]) -> float:
    return float(np.sqrt(_dot(parts, parts)))


def _dot(a: Sequence[Any], b: Sequence[Any]) -> float:
    return float(
        sum(np.sum(np.asarray(u, float) * np.asarray(v, float)) for u, v in zip(a, b, strict=True))
    )


def _central_difference(
    f: Any, leaves: list[Any], directions: list[Any]
) -> tuple[list[Any], float]:
    """The directional derivative by a central difference, in float64 whatever the dtype.

    And an estimate of its error: how much a step twice as long changes it.
    """
    wide = [np.asarray(x, float)[()] for x in leaves]
    h = CENTRAL_STEP * max(1.0, *(float(np.max(np.abs(x), initial=0.0)) for x in wide))

    def value(step: float) -> list[Any]:
        moved = [x + step * np.asarray(d, float) for x, d in zip(wide, directions, strict=True)]
        return [np.asarray(y, float) for y in _outputs(f(*moved))]

    near, far = (
        [(p - m) / (2 * s) for p, m in zip(value(s), value(-s), strict=True)] for s in (h, 2 * h)
    )
    return near, _length([p - m for p, m in zip(far, near, strict=True)])
