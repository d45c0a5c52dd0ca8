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
    """Raise unless the derivatives of ``f`` at ``args`` agree with central differences, to all orders up to ``order``.

    Along a random direction, the tangent from forward mode must equal a central difference; for a
    random adjoint, reverse mode must give the same number as that tangent. Random directions matter: a direction of
    ones hides a rule that forgets the factor from upstream.

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
    rtol, atol
        Tolerances, by default 1e-6 in float64 and 1e-2 in float32.
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
    leaves, tree = trees.flatten_inputs("check_grads", args)
    if unknown := set(modes) - {"forward", "reverse"}:
        raise ValueError(f"check_grads: modes are 'forward' and 'reverse', found {sorted(unknown)}")
    single = any(x.dtype == np.float32 for x in leaves)
    tolerance = 1e-2 if single else 1e-6
    rtol, atol = (tolerance if t is None else t for t in (rtol, atol))
    _check(
        lambda *xs: f(*tree.build(xs)),
        leaves,
        order,
        modes,
        rtol,
        atol,
        np.random.default_rng(seed),
        "",
    )


def _check(
    f: Any,
    leaves: list[Any],
    order: int,
    modes: Sequence[str],
    rtol: float,
    atol: float,
    rng: Any,
    done: str,
) -> None:
    directions = [_random_like(x, rng) for x in leaves]
    y, pullback = record("check_grads", lambda *xs: trees.flatten(f(*xs))[0], leaves)
    weights = [_random_like(out, rng) for out in y]
    numeric = _dot(weights, _central_difference(f, leaves, directions))
    found = {}
    if "forward" in modes:
        found["forward"] = _dot(
            weights, trees.flatten(push_forward("check_grads", f, leaves, directions)[1])[0]
        )
    if "reverse" in modes:
        found["reverse"] = _dot(pullback(weights), directions)
    for mode, derivative in found.items():
        if not np.isclose(derivative, numeric, rtol=rtol, atol=atol):
            raise AssertionError(
                f"check_grads: the derivative in {done}{mode} mode is {derivative:.9g}, central differences give {numeric:.9g} "
                f"(difference {abs(derivative - numeric):.2g}, allowed {atol + rtol * abs(numeric):.2g}). "
                f"Either the rule of some function in f is wrong, or f has a kink near this point."
            )
    if order > 1:
        if "forward" in modes:
            tangent = lambda *xs: push_forward("check_grads", f, xs, directions)[1]  # noqa: E731
            _check(tangent, leaves, order - 1, modes, rtol, atol, rng, f"{done}forward-then-")
        if "reverse" in modes:
            cotangent = lambda *xs: record("check_grads", lambda *z: trees.flatten(f(*z))[0], xs)[
                1
            ](weights)  # noqa: E731
            _check(cotangent, leaves, order - 1, modes, rtol, atol, rng, f"{done}reverse-then-")


def _random_like(x: Any, rng: Any) -> Any:
    return np.asarray(rng.normal(size=np.shape(x))).astype(x.dtype)[()]


def _dot(a: Sequence[Any], b: Sequence[Any]) -> float:
    return float(
        sum(np.sum(np.asarray(u, float) * np.asarray(v, float)) for u, v in zip(a, b, strict=True))
    )


def _central_difference(f: Any, leaves: list[Any], directions: list[Any]) -> list[Any]:
    """The directional derivative by a central difference, computed in float64 whatever the arguments' dtype."""
    wide = [np.asarray(x, float)[()] for x in leaves]
    h = CENTRAL_STEP * max(1.0, *(float(np.max(np.abs(x), initial=0.0)) for x in wide))
    moved = [
        [x + s * h * np.asarray(d, float) for x, d in zip(wide, directions, strict=True)]
        for s in (1, -1)
    ]
    ahead, behind = (trees.flatten(f(*xs))[0] for xs in moved)
    return [
        (np.asarray(p, float) - np.asarray(m, float)) / (2 * h)
        for p, m in zip(ahead, behind, strict=True)
    ]
