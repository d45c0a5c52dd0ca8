"""Guard the arrays that a tape refers to: changed before the backward sweep, they would spoil it.

A tape keeps references, not copies, so a function that fills one buffer again and again would get
the derivatives of its last filling. While a function is being recorded, the arrays that it uses
are read-only; a change raises. What outlives the recording (the pullback of ``vjp``) keeps copies.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np


class ReadOnly:
    """A set of arrays that cannot be written to until ``release`` is called."""

    #: Views that wait until an enclosing recording releases the array that they look at.
    _waiting: ClassVar[list[np.ndarray]] = []

    def __init__(self) -> None:
        self._held: list[np.ndarray] = []

    def hold(self, values: Iterable[Any]) -> None:
        """Make plain arrays among ``values`` read-only, and the arrays that they are views of."""
        for value in values:
            if type(value) is tuple:  # an index made of several arrays
                self.hold(value)
            while isinstance(value, np.ndarray) and value.flags.writeable:
                value.setflags(write=False)
                self._held.append(value)
                value = value.base

    def release(self) -> None:
        """Make them writeable again; a view only can be after the array that it looks at."""
        views = []
        for array in (*self._held, *self._waiting):
            if isinstance(array.base, np.ndarray):
                views.append((array, array.base))
            else:
                array.setflags(write=True)
        self._held.clear()
        self._waiting.clear()
        for view, base in views:
            if base.flags.writeable:
                view.flags.writeable = True
            else:
                self._waiting.append(view)


def own_copy(value: Any, copies: dict[int, tuple[Any, Any]]) -> Any:
    """A copy of a plain array, or of those in a tuple; the same array gives the same copy."""
    if type(value) is tuple:
        return tuple(own_copy(v, copies) for v in value)
    if not isinstance(value, np.ndarray):
        return value
    # The original stands beside its copy: were it freed, another array could get its id.
    return copies.setdefault(id(value), (value, value.copy()))[1]
