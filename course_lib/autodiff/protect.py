"""Guard the arrays that a tape refers to: changed before the backward sweep, they would spoil it.

A tape keeps references, not copies, so a function that fills one buffer again and again would get
the derivatives of its last filling. While a function is being recorded, the arrays that it uses
are read-only; a change raises. Views that were taken before can still write to them; so the
contents of small arrays are compared at the end, too. Lists are copied. What outlives the recording
(the pullback of ``vjp``) keeps copies.

The other way round, what a transformation returns is the caller's own: see :func:`independent`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import numpy as np

#: The most bytes of an array whose contents are compared; for larger ones it would take too long.
SMALL = 2**13


class ReadOnly:
    """A set of arrays that cannot be written to until ``release`` is called."""

    #: Views that wait until an enclosing recording releases the array that they look at.
    _waiting: ClassVar[list[np.ndarray]] = []

    def __init__(self) -> None:
        self._held: list[np.ndarray] = []
        self._used: dict[int, tuple[np.ndarray, bytes | None]] = {}

    def hold(self, values: Iterable[Any]) -> bool:
        """Make plain arrays among ``values`` read-only; say whether there are lists among them."""
        lists = False
        for value in values:
            if isinstance(value, np.ndarray):
                if id(value) not in self._used:
                    self._hold(value)
            elif type(value) is tuple or type(value) is list:  # an index made of several
                lists = self.hold(value) or type(value) is list or lists
        return lists

    def _hold(self, array: np.ndarray) -> None:
        """Make an array read-only, and the arrays that it is a view of."""
        self._used[id(array)] = array, array.tobytes() if array.nbytes <= SMALL else None
        whole: Any = array
        while whole is not None and isinstance(whole, np.ndarray):
            if whole.flags.writeable:
                whole.setflags(write=False)
                self._held.append(whole)
            whole = whole.base

    def unchanged(self) -> bool:
        """Whether the small arrays are what they were when they were used first."""
        for array, before in self._used.values():
            if before is not None and array.tobytes() != before:
                return False
        return True

    def release(self) -> None:
        """Make them writeable again; a view only can be after the array that it looks at."""
        self._used.clear()
        views = []
        for array in (*self._held, *self._waiting):
            if array.base is not None and isinstance(array.base, np.ndarray):
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


def own_lists(value: Any) -> Any:
    """``value`` with a copy in place of each list."""
    if type(value) is tuple or type(value) is list:
        return type(value)([own_lists(part) for part in value])
    return value


def own_copy(value: Any, copies: dict[int, tuple[Any, Any]]) -> Any:
    """A copy of a plain array, or of those in a container; the same array gives the same copy."""
    if type(value) is tuple or type(value) is list:
        return type(value)([own_copy(v, copies) for v in value])
    if not isinstance(value, np.ndarray):
        return value
    # The original stands beside its copy: were it freed, another array could get its id.
    return copies.setdefault(id(value), (value, value.copy()))[1]


def independent(values: Sequence[Any], borrowed: Iterable[Any]) -> list[Any]:
    """The values for their caller to keep: writeable, and no two of them in the same memory.

    Nor is any in the memory of ``borrowed``. Only arrays for which this does not hold are copied.
    """
    taken = {id(_owner(x)) for x in borrowed if isinstance(x, np.ndarray)}
    own = []
    for x in values:
        if isinstance(x, np.ndarray):
            owner = id(x if x.base is None else _owner(x))
            if owner in taken or not x.flags.writeable:
                x = x.copy()
            else:
                taken.add(owner)
        own.append(x)
    return own


def _owner(array: np.ndarray) -> np.ndarray:
    """The array whose memory it looks at."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
