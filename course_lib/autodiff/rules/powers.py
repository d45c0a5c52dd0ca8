"""Powers and roots. What they mean at 0, where a rule read off the textbook would give nan."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff.primitives import Args, Elementwise, Kwargs, composite, elementwise
from course_lib.autodiff.rules.casting import as_wide_as, cast, from_list
from course_lib.autodiff.trace import RULES, Box, without_derivative


def _power_by_base(y: Any, x: Any, p: Any) -> Any:
    # p·x^(p-1), and 0 where p is 0, at x = 0 too: a constant has no slope. Elsewhere the exponent
    # must stay p - 1 even where p is 0, for the derivative of this with respect to p. (Minus 1.0:
    # an unsigned 0 minus 1 is 255.)
    if isinstance(p, int | float):
        if p == 2:
            return 2 * x
        return p * x ** (p - 1) if p != 0 else np.zeros_like(x)
    return p * x ** np.where(np.equal(p, 0) & np.equal(x, 0), 1, np.subtract(p, 1.0))


def _power_by_exponent(y: Any, x: Any, p: Any) -> Any:
    # y·ln x, and 0 at x = 0, where y·ln x → 0 for every p > 0.
    return y * np.log(as_wide_as(y, np.where(np.equal(x, 0), 1, x)))


class Power(Elementwise):
    """The power, with another rule for its Taylor series."""

    def jvp_of_series(self, tangents: Args, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """p·y/x in place of p·x^(p-1), whose own series needs that of x^(p-2), and so on.

        A polynomial of low degree ends on its own, and does so at x = 0 as well.
        """
        (x, p), (x_dot, p_dot) = args, tangents
        ends = isinstance(p, int | float) and p in range(20)
        if x_dot is None or ends or not _is_never_zero(x):
            return self.jvp(tangents, y, args, kwargs)
        by_base = p * (y / x) * x_dot
        return by_base if p_dot is None else by_base + _power_by_exponent(y, x, p) * p_dot


def _is_never_zero(x: Any) -> bool:
    """Whether no element is 0; not so if the number is not known yet, under ``compile``."""
    x = without_derivative(x)
    return not isinstance(x, Box) and bool(np.all(x))


RULES[np.power] = Power(np.power, _power_by_base, _power_by_exponent)
elementwise(np.sqrt, lambda y, x: 0.5 * np.reciprocal(y))
elementwise(np.cbrt, lambda y, x: np.reciprocal(3 * y * y))


@composite(np.float_power)
def float_power(x: Any, p: Any) -> Any:
    """The power in float64, whatever the precision of the arguments."""
    x, p = from_list(x), from_list(p)
    wide = np.result_type(x, p, np.float64)
    return np.power(*(a if np.result_type(a) == wide else cast(a, wide) for a in (x, p)))


def _hypot_partial(leg: Any, y: Any) -> Any:
    """The leg over the hypotenuse y, and 0 at the origin, where y has a kink."""
    zero = np.equal(y, 0)
    return np.where(zero, 0.0, leg / np.where(zero, 1.0, y))


elementwise(np.hypot, lambda y, a, b: _hypot_partial(a, y), lambda y, a, b: _hypot_partial(b, y))


def root(x: Any) -> Any:
    """The square root with slope 0 at 0: for norms and deviations, which have a kink there.

    Two wheres: the inner keeps sqrt away from 0, where its slope is infinite, and 0·inf is nan.
    """
    zero = np.equal(x, 0)
    return np.where(zero, 0.0, np.sqrt(np.where(zero, 1.0, x)))
