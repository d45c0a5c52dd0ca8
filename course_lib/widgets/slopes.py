"""One slope in four ways: forward and central differences, complex step, and autodiff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_lib.autodiff import taylor
from course_lib.widgets.curves import values
from course_lib.widgets.functions import number

Array = NDArray[np.float64]

#: Steps from 1 to 1e-16, three in each power of ten.
STEPS = 10.0 ** (-np.arange(49) / 3)
#: Where a curve under the magnifying glass is sampled, in units of the step.
OFFSETS = np.linspace(-1.6, 1.6, 41)


class Slopes(NamedTuple):
    """The slope at a place, exactly and by three approximations for each of :data:`STEPS`."""

    exact: float
    forward: Array
    central: Array
    complex_step: Array

    def errors(self) -> Array:
        """Absolute errors of the approximations, shape (3, 49)."""
        with np.errstate(invalid="ignore"):  # infinity minus infinity
            return np.abs(np.stack(self[1:]) - self.exact)


def slopes(f: Callable[[Any], Any], x: float) -> Slopes:
    """Compute the slope of ``f`` at ``x`` in all these ways.

    What cannot be computed is nan, such as the complex step of a function that takes no complex
    numbers.

    Examples
    --------
    >>> found = slopes(np.exp, 0.0)
    >>> found.exact
    1.0
    >>> int(np.argmin(found.errors()[0])) == 24  # the best forward step is near 1e-8
    True
    """
    with np.errstate(all="ignore"):
        exact = number(taylor(f, np.float64(x), np.float64(1.0), 1)[1], "the derivative")
        here = values(f, [x])[0]
        above, below = values(f, x + STEPS), values(f, x - STEPS)
        return Slopes(
            exact,
            (above - here) / STEPS,
            (above - below) / (2 * STEPS),
            np.array([_complex_step(f, x, h) for h in STEPS]),
        )


def _complex_step(f: Callable[[Any], Any], x: float, h: float) -> float:
    try:
        return float(np.imag(f(np.complex128(complex(x, h)))) / h)
    except Exception:  # f takes no complex numbers: this way is not open
        return np.nan


def magnified(f: Callable[[Any], Any], x: float) -> Array:
    """The curve around a place, once for each step: ``(f(x + t·h) − f(x)) / h``.

    Returns
    -------
    array, shape (49, 41)
        One row for each of :data:`STEPS`, one column for each t in :data:`OFFSETS`.
    """
    places = x + STEPS[:, None] * OFFSETS
    with np.errstate(all="ignore"):
        return (values(f, places) - values(f, [x])[0]) / STEPS[:, None]
