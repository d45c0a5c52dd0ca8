"""The Taylor explorer: polynomials against a function, and the errors between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import traitlets
from matplotlib.figure import Figure

from course_lib.widgets.base import CourseWidget
from course_lib.widgets.curves import values
from course_lib.widgets.functions import explain, of_one_number
from course_lib.widgets.messages import plain
from course_lib.widgets.modules import assemble
from course_lib.widgets.pictures.taylor import draw_line
from course_lib.widgets.series import HIGHEST, Array, radius, series

SAMPLES = 301


def bell(x: Any) -> Any:
    """Smooth everywhere, yet its series end at a circle: 1 / (1 + x²)."""
    return 1 / (1 + x**2)


class TaylorExplorer(CourseWidget):
    """Choose centre and order of a Taylor polynomial, and see where it can be trusted.

    Left are function and polynomial, right the error on a logarithmic axis. The band is where the
    series converges: inside the circle around the centre that reaches to the nearest singularity,
    be it on the axis or beside it in the complex plane.

    Parameters
    ----------
    f
        A function of one number, in plain NumPy.
    centre
        Where the polynomial is made.
    order
        Its order, 0 to 24.
    window
        The part of the x axis to show, as ``(low, high)``.

    Attributes
    ----------
    centre, order
        As chosen now. Assign to them to change the picture.

    Raises
    ------
    ValueError
        If the window is empty or the order out of range.

    Examples
    --------
    >>> widget = TaylorExplorer(np.exp, 0.0, order=3, window=(-2, 2))
    >>> widget.polynomial()
    array([1.        , 1.        , 0.5       , 0.16666667])
    """

    _esm = assemble("taylor_line.js")
    centre = traitlets.Float().tag(sync=True)
    order = traitlets.Int().tag(sync=True)
    window: traitlets.List[Any] = traitlets.List().tag(sync=True)
    curve = traitlets.Bytes(b"").tag(sync=True)
    known: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        f: Callable[[Any], Any] = bell,
        centre: float = 0.5,
        order: int = 4,
        *,
        window: tuple[float, float] | None = None,
    ) -> None:
        low, high = window or (centre - 3.0, centre + 3.0)
        if not low < high:
            raise ValueError(f"window must be (low, high) with low < high, but it is {window}.")
        if not 0 <= order <= HIGHEST:
            raise ValueError(f"order must be a whole number from 0 to {HIGHEST}, found {order}.")
        super().__init__(centre=float(centre), order=order, window=[float(low), float(high)])
        try:
            self._f = of_one_number(f)
            self.curve = values(self._f, np.linspace(low, high, SAMPLES)).astype("<f8").tobytes()
            self.known = self.answer_at({"centre": self.centre})
        except Exception as error:  # the reader's function may raise anything
            self.problem = explain(error, f)

    def polynomial(self) -> Array:
        """Coefficients of the polynomial that is shown, shape (order + 1,)."""
        return series(self._f, self.centre)[: self.order + 1]

    def radius(self) -> float:
        """The radius of convergence, estimated; ``inf`` if there is no end in sight."""
        return radius(series(self._f, self.centre))

    def answer_at(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Coefficients and radius at another centre; a radius of None is none that is finite."""
        centre = float(question["centre"])
        found = series(self._f, centre)
        return {
            "centre": centre,
            "coefficients": plain(found[: HIGHEST + 1]),
            "radius": plain(radius(found)),
        }

    def in_words(self) -> str:
        """Centre, order, coefficients and radius."""
        first = ", ".join(f"{c + 0.0:.4g}" for c in self.polynomial()[:5])
        more = ", …" if self.order > 4 else ""
        return (
            f"Taylor polynomial of order {self.order} at {self.centre:.4g}: coefficients "
            f"{first}{more}; radius of convergence {self.radius():.3g}."
        )

    def picture(self, figure: Figure) -> None:
        """Function and polynomial, and the error."""
        low, high = self.window
        draw_line(figure, self._f, (low, high), self.centre, self.polynomial(), self.radius())
