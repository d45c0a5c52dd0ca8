"""Values and rates in a chain of functions, with one path or with two that meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from course_lib.autodiff import jvp
from course_lib.widgets.functions import number


class Rates(NamedTuple):
    """Where all dials stand, and how fast each turns for the one before it.

    Without a second path, ``v``, ``v_by_x`` and ``y_by_v`` are 0.
    """

    x: float
    u: float
    v: float
    y: float
    u_by_x: float
    v_by_x: float
    y_by_u: float
    y_by_v: float

    @property
    def y_by_x(self) -> float:
        """Rates multiply along a path, and add where paths meet."""
        return self.y_by_u * self.u_by_x + self.y_by_v * self.v_by_x


def rates(
    u: Callable[[Any], Any], y: Callable[..., Any], v: Callable[[Any], Any] | None, x: float
) -> Rates:
    """Run the chain at one place.

    Parameters
    ----------
    u, v
        Functions of x; ``v`` may be None.
    y
        A function of u, or of u and v.
    x
        The place.

    Raises
    ------
    UnusableFunction
        If a result is not one real number.

    Examples
    --------
    >>> rates(lambda x: 3 * x, lambda u: 4 * u, None, 1.0).y_by_x
    12.0
    >>> rates(lambda x: x**2, lambda u, v: u * v, np.sin, 0.0).y_by_x
    0.0
    """
    x = np.float64(x)
    with np.errstate(all="ignore"):
        at_u, u_by_x = _with_rate(u, x)
        if v is None:
            at_y, y_by_u = _with_rate(y, at_u)
            return Rates(float(x), at_u, 0.0, at_y, u_by_x, 0.0, y_by_u, 0.0)
        at_v, v_by_x = _with_rate(v, x)
        at_y, y_by_u = _with_rate(lambda u: y(u, at_v), at_u)
        _, y_by_v = _with_rate(lambda v: y(at_u, v), at_v)
    return Rates(float(x), at_u, at_v, at_y, u_by_x, v_by_x, y_by_u, y_by_v)


def _with_rate(f: Callable[[Any], Any], x: float) -> tuple[Any, float]:
    number(f(np.float64(x)))
    value, rate = jvp(f, (np.float64(x),), (np.float64(1.0),))
    return np.float64(number(value)), number(rate)
