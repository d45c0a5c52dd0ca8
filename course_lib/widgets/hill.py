"""The hill explorer: a hiker on the graph of a function of two variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets
from matplotlib.figure import Figure

from course_lib.widgets.base import CourseWidget
from course_lib.widgets.critical import (
    Verdict,
    classify,
    principal,
    scale_of,
    step,
    walk_to_critical,
)
from course_lib.widgets.functions import Function, explain, of_two_numbers
from course_lib.widgets.hills import HILLS, Hill
from course_lib.widgets.landscape import Array, Window, at_point, sample
from course_lib.widgets.messages import packed, pair, plain
from course_lib.widgets.modules import assemble
from course_lib.widgets.pictures.hill import draw_hill

OWN = "your own"


class HillExplorer(CourseWidget):
    """Drag a hiker over a hill, and see slope and bend underfoot.

    The hill is shown from the side and from above. The arrow is the gradient, the thick line runs
    level; the blue plane is the tangent plane, the green disc the quadratic patch; the green double
    arrows are the Hessian's eigenvectors, with the second derivatives along them.

    Parameters
    ----------
    hill
        A function of two numbers ``f(x, y)``, or of one array of two, in plain NumPy; or the name
        of one of the course's hills: ``"bowl"``, ``"ridge"``, ``"saddle"``, ``"monkey saddle"``,
        ``"rosenbrock"``, ``"x⁴ + y⁴"``, ``"x⁴ − y⁴"``, ``"(y − x²)(y − 3x²)"``, ``"bumpy"``.
    x, y
        The part of the plane to show, as ``(low, high)``.
    at
        Where the hiker starts.

    Attributes
    ----------
    point
        Where the hiker is now, ``[x, y]``. Assign to it to move the hiker.

    Raises
    ------
    ValueError
        If there is no hill of this name, or the part of the plane is empty.

    Examples
    --------
    >>> widget = HillExplorer("saddle", at=(0.0, 0.0))
    >>> widget.verdict().kind
    'saddle'
    >>> widget.point = [1.0, 0.5]
    >>> widget.derivatives()
    (0.75, array([ 2., -1.]), array([[ 2.,  0.],
           [ 0., -2.]]))
    """

    _esm = assemble("hill.js")
    hill = traitlets.Unicode().tag(sync=True)
    choices: traitlets.List[Any] = traitlets.List().tag(sync=True)
    window: traitlets.List[Any] = traitlets.List().tag(sync=True)
    home: traitlets.List[Any] = traitlets.List().tag(sync=True)
    grid = traitlets.Bytes(b"").tag(sync=True)
    scale = traitlets.Dict().tag(sync=True)
    point = traitlets.List(trait=traitlets.Float()).tag(sync=True)

    def __init__(
        self,
        hill: str | Function = "bumpy",
        *,
        x: tuple[float, float] | None = None,
        y: tuple[float, float] | None = None,
        at: tuple[float, float] | None = None,
    ) -> None:
        name = self._register(hill, x, y, at)
        super().__init__(choices=[(key, entry.title) for key, entry in self._hills.items()])
        self.hill = name

    def _register(self, hill: Any, x: Any, y: Any, at: Any) -> str:
        """Add the reader's hill, or their view of a known one, to those to choose from."""
        if isinstance(hill, str) and hill not in HILLS:
            raise ValueError(f"There is no hill {hill!r}. Choose one of {', '.join(HILLS)}.")
        given = HILLS[hill] if isinstance(hill, str) else None
        name = hill if isinstance(hill, str) else OWN
        known = given or Hill(f"{OWN}: {_name(hill)}", hill)
        left, right, bottom, top = known.window
        window = (*(x or (left, right)), *(y or (bottom, top)))
        _check(window)
        start = at or (known.start if window == known.window else _inside(window))
        entry = Hill(known.title, known.f, window, start)
        self._hills = {**HILLS, name: entry} if given else {name: entry, **HILLS}
        return name

    @traitlets.observe("hill")
    def _load(self, _: object) -> None:
        chosen = self._hills[self.hill]
        window = _floats(chosen.window)
        try:
            self._f = of_two_numbers(chosen.f)
            at_point(self._f, *chosen.start)
            grid = sample(self._f, window)
        except Exception as error:  # the reader's function may raise anything
            self.problem = explain(error, chosen.f)
            return
        self._scale = scale_of(grid)
        with self.hold_sync():
            self.problem = ""
            self.scale = self._scale._asdict()
            self.home = self.window = list(window)
            self.point = [float(number) for number in chosen.start]
            self.grid = packed(grid)

    def derivatives(self) -> tuple[float, Array, Array]:
        """Value, gradient of shape (2,) and Hessian of shape (2, 2) where the hiker is."""
        return at_point(self._f, *self.point)

    def verdict(self) -> Verdict:
        """The kind of the place where the hiker is, and why."""
        _, gradient, hessian = self.derivatives()
        return classify(gradient, hessian, self._scale)

    def answer_point(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """The exact derivatives at a place."""
        value, (fx, fy), hessian = at_point(self._f, *question["point"])
        return {"derivatives": plain([value, fx, fy, *hessian[np.triu_indices(2)]])}

    def answer_grid(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """A grid for the part of the plane that the reader has zoomed to."""
        grid = sample(self._f, _floats(question["window"]))
        return {"buffers": [packed(grid)]}

    def answer_step(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """A step uphill or downhill."""
        window = _floats(question["window"])
        walk = step(self._f, question["point"], window, bool(question["uphill"]))
        return {"path": plain(walk.path), "ending": walk.ending}

    def answer_walk(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """The way to a critical point."""
        walk = walk_to_critical(self._f, question["point"], _floats(self.home))
        return {"path": plain(walk.path), "ending": walk.ending}

    def in_words(self) -> str:
        """Place, height, gradient, bends and verdict."""
        value, gradient, hessian = self.derivatives()
        (least, most), _ = principal(hessian)
        return (
            f"Hiker at {pair(self.point)} on the hill {self._hills[self.hill].title}: "
            f"height {value:.4g}, gradient {pair(gradient)}, bends {least:.4g} and {most:.4g}; "
            f"{self.verdict().kind}."
        )

    def picture(self, figure: Figure) -> None:
        """The hill from the side and from above."""
        derivatives = self.derivatives()
        title = self._hills[self.hill].title
        draw_hill(figure, self._f, _floats(self.home), self.point, derivatives, self._scale, title)


def _name(hill: Any) -> str:
    name = getattr(hill, "__name__", "f")
    return "f(x, y)" if name == "<lambda>" else f"{name}(x, y)"


def _floats(window: Any) -> Window:
    left, right, bottom, top = (float(edge) for edge in window)
    return left, right, bottom, top


def _check(window: Window) -> None:
    left, right, bottom, top = window
    if not (np.isfinite(window).all() and left < right and bottom < top):
        raise ValueError(
            f"The part to show must be x=(low, high), y=(low, high) with low < high, but it is "
            f"x=({left}, {right}), y=({bottom}, {top})."
        )


def _inside(window: Window) -> tuple[float, float]:
    """A place that is neither the middle, where derivatives may vanish, nor near the edge."""
    left, right, bottom, top = window
    return left + 0.7 * (right - left), bottom + 0.6 * (top - bottom)
