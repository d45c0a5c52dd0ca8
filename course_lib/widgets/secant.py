"""Secant and zoom: what happens to a slope when the step gets smaller and smaller."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import traitlets
from matplotlib.figure import Figure

from course_lib.widgets.base import CourseWidget
from course_lib.widgets.curves import values
from course_lib.widgets.functions import explain, of_one_number
from course_lib.widgets.messages import packed
from course_lib.widgets.modules import assemble
from course_lib.widgets.pictures.secant import draw_secant
from course_lib.widgets.slopes import STEPS, Slopes, magnified, slopes

SAMPLES = 201


def wave(x: Any) -> Any:
    """The function that is shown unless the reader brings one."""
    return np.sin(x) + 0.3 * x


class SecantZoom(CourseWidget):
    """Make the step h smaller and smaller, from 1 to 1e-16, and watch the secant's slope.

    Left is the curve, as it is or magnified so that h fills the view; right are the errors of
    forward difference, central difference and complex step, against the slope by autodiff.

    Parameters
    ----------
    f
        A function of one number, in plain NumPy.
    x
        Where the slope is wanted.
    window
        The part of the x axis to show, as ``(low, high)``; by default two to both sides.
    h
        The step to start with; the nearest of three in each power of ten.

    Attributes
    ----------
    x, step
        The place, and the number of the step: ``h == 10 ** (-step / 3)``.

    Raises
    ------
    ValueError
        If the window is empty.

    Examples
    --------
    >>> widget = SecantZoom(np.exp, 0.0, h=1e-8)
    >>> widget.step, widget.slopes().exact
    (24, 1.0)
    """

    _esm = assemble("secant.js")
    x = traitlets.Float().tag(sync=True)
    step = traitlets.Int().tag(sync=True)
    window: traitlets.List[Any] = traitlets.List().tag(sync=True)
    curve = traitlets.Bytes(b"").tag(sync=True)
    measured = traitlets.Bytes(b"").tag(sync=True)
    near = traitlets.Bytes(b"").tag(sync=True)

    def __init__(
        self,
        f: Callable[[Any], Any] = wave,
        x: float = 1.0,
        *,
        window: tuple[float, float] | None = None,
        h: float = 1.0,
    ) -> None:
        low, high = window or (x - 2.0, x + 2.0)
        if not low < high:
            raise ValueError(f"window must be (low, high) with low < high, but it is {window}.")
        nearest = int(np.argmin(np.abs(np.log(STEPS / h)))) if h > 0 else 0
        super().__init__(x=float(x), step=nearest, window=[float(low), float(high)])
        try:
            self._f = of_one_number(f)
            self.curve = packed(values(self._f, np.linspace(low, high, SAMPLES)))
            self.measured, self.near = self._at(self.x)
        except Exception as error:  # the reader's function may raise anything
            self.problem = explain(error, f)

    def _at(self, x: float) -> tuple[bytes, bytes]:
        found = slopes(self._f, x)
        height = values(self._f, [x])[0]
        table = np.concatenate([[height, found.exact], *found[1:]])
        return table.astype("<f8").tobytes(), packed(magnified(self._f, x))

    def slopes(self) -> Slopes:
        """The slope in all ways, where the point is now."""
        return slopes(self._f, self.x)

    def answer_at(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Everything about another place."""
        return {"buffers": list(self._at(float(question["x"])))}

    def in_words(self) -> str:
        """Step, slopes and errors."""
        found, k = self.slopes(), self.step
        forward, central, by_complex = (f"{error:.2g}" for error in found.errors()[:, k])
        return (
            f"Slope at x = {self.x:.4g}: {found.exact:.6g} by autodiff. With h = {STEPS[k]:.2g} "
            f"the forward difference is {found.forward[k]:.6g}; errors: forward {forward}, "
            f"central {central}, complex step {by_complex}."
        )

    def picture(self, figure: Figure) -> None:
        """The curve with secant and tangent, and the errors."""
        low, high = self.window
        draw_secant(figure, self._f, (low, high), self.x, self.step, self.slopes())
