"""A chain of dials: x turns u, u turns y, and the rates multiply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import traitlets
from matplotlib.figure import Figure

from course_lib.widgets.base import CourseWidget
from course_lib.widgets.chain import Rates, rates
from course_lib.widgets.functions import explain
from course_lib.widgets.messages import packed, plain
from course_lib.widgets.modules import assemble
from course_lib.widgets.pictures.dials import draw_dials

SAMPLES = 201


def three_times(x: Any) -> Any:
    """A gear of three to one."""
    return 3 * x


def four_times(u: Any) -> Any:
    """A gear of four to one."""
    return 4 * u


class ChainOfDials(CourseWidget):
    """Turn the dial x: it turns u, and u turns y. With v there are two ways from x to y.

    Rates multiply along a path, and add where paths meet.

    Parameters
    ----------
    u
        A function of x.
    y
        A function of u; with ``v``, of u and v.
    v
        A second function of x.
    x
        Where the first dial stands.
    window
        How far it can be turned, as ``(low, high)``; by default ten to both sides.

    Attributes
    ----------
    x
        Where the first dial stands now.

    Raises
    ------
    ValueError
        If the window is empty.

    Examples
    --------
    >>> ChainOfDials(lambda x: x**2, lambda u, v: u + v, v=lambda x: 3 * x, x=2.0).rates().y_by_x
    7.0
    """

    _esm = assemble("dials.js")
    x = traitlets.Float().tag(sync=True)
    window: traitlets.List[Any] = traitlets.List().tag(sync=True)
    two_paths = traitlets.Bool().tag(sync=True)
    table = traitlets.Bytes(b"").tag(sync=True)
    now: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(
        self,
        u: Callable[[Any], Any] = three_times,
        y: Callable[..., Any] = four_times,
        v: Callable[[Any], Any] | None = None,
        *,
        x: float = 0.5,
        window: tuple[float, float] | None = None,
    ) -> None:
        low, high = window or (x - 10.0, x + 10.0)
        if not low < high:
            raise ValueError(f"window must be (low, high) with low < high, but it is {window}.")
        super().__init__(x=float(x), window=[float(low), float(high)], two_paths=v is not None)
        self._u, self._y, self._v = u, y, v
        try:
            self.now = plain(self.rates())
            self.table = packed([self._row(place) for place in np.linspace(low, high, SAMPLES)])
        except Exception as error:  # the reader's function may raise anything
            self.problem = explain(error, y)

    def rates(self) -> Rates:
        """Where all dials stand now, and all rates."""
        return rates(self._u, self._y, self._v, self.x)

    def _row(self, x: float) -> tuple[float, ...]:
        try:
            return rates(self._u, self._y, self._v, x)
        except ArithmeticError:  # there may be a value elsewhere
            return (x, *[np.nan] * 7)

    def answer_at(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """All numbers for another x."""
        return {"now": plain(self._row(float(question["x"])))}

    def in_words(self) -> str:
        """All values and rates."""
        r = self.rates()
        first = f"dy/dx = {r.y_by_u:.4g} · {r.u_by_x:.4g}"
        second = f" + {r.y_by_v:.4g} · {r.v_by_x:.4g}" if self.two_paths else ""
        values = f"x = {r.x:.4g}, u = {r.u:.4g}, " + (f"v = {r.v:.4g}, " if self.two_paths else "")
        return f"Dials at {values}y = {r.y:.4g}; {first}{second} = {r.y_by_x:.4g}."

    def picture(self, figure: Figure) -> None:
        """The dials with the rates between them."""
        draw_dials(figure, self.rates(), self.two_paths)
