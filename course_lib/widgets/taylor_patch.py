"""Taylor patches on a surface: plane, quadratic, cubic, and where each can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets
from matplotlib.figure import Figure

from course_lib.widgets.base import CourseWidget
from course_lib.widgets.functions import Function, explain, of_two_numbers
from course_lib.widgets.hills import bumpy
from course_lib.widgets.landscape import Array, coefficients, sample
from course_lib.widgets.messages import packed, pair, plain
from course_lib.widgets.modules import assemble
from course_lib.widgets.pictures.taylor import draw_patch

#: The powers of s and t in the terms of a cubic patch, order by order.
POWERS = ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3))
TERMS = (1, 3, 6, 10)  # so many of them have order 0, up to 1, up to 2, up to 3
#: A patch is trusted where it misses the ground by less than this part of the ground's whole drop.
TRUSTED = 0.05


class TaylorPatch(CourseWidget):
    """Lay a plane, a quadratic or a cubic patch on a surface, and see where it fits.

    The green area on the map is where the patch misses the ground by less than a twentieth of the
    ground's whole drop.

    Parameters
    ----------
    f
        A function of two numbers ``f(x, y)``, or of one array of two, in plain NumPy.
    at
        Where the patch touches the ground.
    order
        1, 2 or 3.
    x, y
        The part of the plane to show, as ``(low, high)``.

    Attributes
    ----------
    point, order
        As chosen now. Assign to them to change the picture.

    Raises
    ------
    ValueError
        If the part of the plane is empty or the order out of range.

    Examples
    --------
    >>> widget = TaylorPatch(lambda x, y: x * y, at=(1.0, 2.0), order=1)
    >>> widget.patch()[:3]
    array([2., 2., 1.])
    """

    _esm = assemble("taylor_patch.js")
    point: traitlets.List[Any] = traitlets.List().tag(sync=True)
    order = traitlets.Int().tag(sync=True)
    window: traitlets.List[Any] = traitlets.List().tag(sync=True)
    grid = traitlets.Bytes(b"").tag(sync=True)
    known: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(
        self,
        f: Function = bumpy,
        at: tuple[float, float] = (0.4, 0.3),
        order: int = 2,
        *,
        x: tuple[float, float] = (-2.0, 2.0),
        y: tuple[float, float] = (-2.0, 2.0),
    ) -> None:
        if not (x[0] < x[1] and y[0] < y[1]):
            raise ValueError(f"x and y must be (low, high) with low < high, found {x} and {y}.")
        if order not in (1, 2, 3):
            raise ValueError(f"order must be 1, 2 or 3, found {order}.")
        window = [float(edge) for edge in (*x, *y)]
        super().__init__(point=[float(number) for number in at], order=order, window=window)
        try:
            self._f = of_two_numbers(f)
            self.known = self.answer_at({"point": at})["coefficients"]
            left, right, bottom, top = window
            self.grid = packed(sample(self._f, (left, right, bottom, top)))
        except Exception as error:  # the reader's function may raise anything
            self.problem = explain(error, f)

    def patch(self) -> Array:
        """The ten coefficients of the cubic patch: those of 1, s, t, s², st, t², s³ and so on."""
        x, y = (np.float64(number) for number in self.point)
        with np.errstate(all="ignore"):
            c = coefficients(self._f, x, y, order=3)
        return np.array([float(c[powers]) for powers in POWERS])

    def trusted_part(self, nodes: int = 73) -> float:
        """The part of the map where the patch of the chosen order can be trusted, 0 to 1."""
        left, right, bottom, top = self.window
        ground = sample(self._f, (left, right, bottom, top), nodes)[0]
        x, y = np.meshgrid(np.linspace(left, right, nodes), np.linspace(bottom, top, nodes))
        s, t = x - self.point[0], y - self.point[1]
        terms = zip(self.patch()[: TERMS[self.order]], POWERS, strict=False)
        miss = np.abs(sum(c * s**i * t**j for c, (i, j) in terms) - ground)
        return float(np.mean(miss < TRUSTED * (np.nanmax(ground) - np.nanmin(ground))))

    def answer_at(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """The coefficients at another place."""
        x, y = (np.float64(number) for number in question["point"])
        with np.errstate(all="ignore"):
            c = coefficients(self._f, x, y, order=3)
        return {"coefficients": plain([float(c[powers]) for powers in POWERS])}

    def in_words(self) -> str:
        """Place, order, and how much of the map can be trusted."""
        kind = ("", "Plane", "Quadratic patch", "Cubic patch")[self.order]
        return (
            f"{kind} at {pair(self.point)}, height {self.patch()[0]:.4g}: within a twentieth of "
            f"the drop on {100 * self.trusted_part():.0f} % of the map."
        )

    def picture(self, figure: Figure) -> None:
        """The three patches' areas of trust on the map."""
        left, right, bottom, top = self.window
        draw_patch(figure, self._f, (left, right, bottom, top), self.point, self.patch())
