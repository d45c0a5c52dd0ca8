"""Values of a function of one number, at many places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.widgets.functions import UnusableFunction, number


def values(f: Callable[[Any], Any], x: ArrayLike) -> NDArray[np.float64]:
    """``f`` at each place, one call at a time if it does not take arrays.

    Where the function raises an error there is nan; if it does so everywhere, the error is raised.

    Parameters
    ----------
    f
        A function of one number.
    x
        Any shape.

    Raises
    ------
    UnusableFunction
        If a result is not one real number.

    Examples
    --------
    >>> values(lambda x: 1.0 if x > 0 else 0.0, [-1.0, 1.0])
    array([0., 1.])
    """
    x = np.asarray(x, dtype=float)
    with np.errstate(all="ignore"):
        found = _all_at_once(f, x)
        return found if found is not None else _one_by_one(f, x.ravel()).reshape(x.shape)


def _all_at_once(f: Callable[[Any], Any], x: Any) -> Any:
    some = (x.flat[0], x.flat[x.size // 2], x.flat[-1])
    try:
        together = np.asarray(f(x))
        alone = [number(f(place)) for place in some]
    except Exception:  # such as an `if` on an array; one by one it may work, or say what is wrong
        return None
    if together.shape != x.shape or together.dtype.kind not in "fiub":
        return None
    checked = [together.flat[0], together.flat[x.size // 2], together.flat[-1]]
    same = np.allclose(checked, alone, rtol=1e-12, atol=0, equal_nan=True)
    return together.astype(float) if same else None


def _one_by_one(f: Callable[[Any], Any], x: Any) -> Any:
    found = np.full(len(x), np.nan)
    errors = []
    for k, place in enumerate(x):
        try:
            found[k] = number(f(place))
        except UnusableFunction:
            raise
        except Exception as error:  # there may be a value elsewhere
            errors.append(error)
    if errors and len(errors) == len(x):
        raise errors[0]
    return found
