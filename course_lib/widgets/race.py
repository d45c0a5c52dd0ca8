"""The descent race: four methods on one landscape, from one start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets
from matplotlib.figure import Figure

from course_lib.widgets.base import CourseWidget
from course_lib.widgets.critical import scale_of
from course_lib.widgets.functions import Function, explain, of_two_numbers
from course_lib.widgets.hills import HILLS
from course_lib.widgets.landscape import Landscape, Window, at_point, sample
from course_lib.widgets.messages import packed, pair
from course_lib.widgets.modules import assemble
from course_lib.widgets.pictures.race import draw_race
from course_lib.widgets.racers import RACERS, STEPS, Lane, race, two_valleys, valley

COURSES = {
    "valley": ("straight valley", (-2.0, 2.0, -2.0, 2.0), (-1.8, 0.9)),
    "two valleys": ("two valleys and a pass", (-2.0, 2.0, -2.0, 2.0), (-1.5, 0.1)),
    "rosenbrock": ("Rosenbrock's curved valley", (-1.6, 1.6, -0.8, 2.4), (-1.2, 1.0)),
    "bumpy": ("bumpy", (-3.0, 3.0, -3.0, 3.0), (1.6, -0.2)),
}
OWN = "your own"


class DescentRace(CourseWidget):
    """Race gradient descent, momentum, Newton and damped Newton down a hill.

    Parameters
    ----------
    hill
        ``"valley"``, ``"two valleys"``, ``"rosenbrock"``, ``"bumpy"``, or a function of two numbers
        ``f(x, y)``, or of one array of two, in plain NumPy.
    start
        Where the race begins.
    rate
        Step size of gradient descent and momentum.
    condition
        How many times steeper the valley bends across than along; for ``"valley"`` only.
    x, y
        The part of the plane to show, as ``(low, high)``; for a function of your own.

    Attributes
    ----------
    start, rate, condition
        As chosen now. Assign to them to change the race.

    Raises
    ------
    ValueError
        If there is no hill of this name, or a number is out of range.

    Examples
    --------
    >>> widget = DescentRace("two valleys", start=(-1.0, 0.1))
    >>> {name: lane.ending for name, lane in widget.lanes().items()}["Newton"]
    'at a saddle'
    """

    _esm = assemble("race.js")
    hill = traitlets.Unicode().tag(sync=True)
    choices: traitlets.List[Any] = traitlets.List().tag(sync=True)
    start: traitlets.List[Any] = traitlets.List().tag(sync=True)
    rate = traitlets.Float().tag(sync=True)
    condition = traitlets.Float().tag(sync=True)
    window: traitlets.List[Any] = traitlets.List().tag(sync=True)
    grid = traitlets.Bytes(b"").tag(sync=True)
    result = traitlets.Bytes(b"").tag(sync=True)
    endings: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(
        self,
        hill: str | Function = "valley",
        *,
        start: tuple[float, float] | None = None,
        rate: float = 0.1,
        condition: float = 20.0,
        x: tuple[float, float] = (-2.0, 2.0),
        y: tuple[float, float] = (-2.0, 2.0),
    ) -> None:
        if isinstance(hill, str) and hill not in COURSES:
            raise ValueError(f"There is no hill {hill!r}. Choose one of {', '.join(COURSES)}.")
        if not (rate > 0 and condition >= 1 and x[0] < x[1] and y[0] < y[1]):
            raise ValueError("rate must be positive, condition 1 or more, and x, y (low, high).")
        self._own = None if isinstance(hill, str) else hill
        own = (OWN, (*x, *y), (x[0] + 0.2 * (x[1] - x[0]), y[0] + 0.6 * (y[1] - y[0])))
        self._courses = COURSES if self._own is None else {OWN: own, **COURSES}
        super().__init__(
            choices=[(name, entry[0]) for name, entry in self._courses.items()],
            **{"rate": float(rate), "condition": float(condition)},
        )
        self._first_start = start
        self.hill = hill if isinstance(hill, str) else OWN

    def _landscape(self, condition: float) -> Landscape:
        if self.hill == OWN and self._own is not None:
            return of_two_numbers(self._own)
        known = {"valley": valley(condition), "two valleys": two_valleys}
        return known.get(self.hill) or HILLS[self.hill].f

    @traitlets.observe("hill", "condition")
    def _load(self, _: object) -> None:
        if not self.hill:
            return
        _, window, start = self._courses[self.hill]
        moved = list(window) != self.window
        start = self._first_start or start
        self._first_start = None
        try:
            f = self._landscape(self.condition)
            at_point(f, *start)
            grid = sample(f, _floats(window))
        except Exception as error:  # the reader's function may raise anything
            self.problem = explain(error, self._own or f)
            return
        self._f, self._scale = f, scale_of(grid)
        with self.hold_sync():
            self.problem = ""
            self.window = [float(edge) for edge in window]
            place = [float(number) for number in start] if moved else self.start
            if place == self.start:
                self._run()
            else:
                self.start = place  # which runs the race
            self.grid = packed(grid)

    @traitlets.observe("start", "rate")
    def _run(self, _: object = None) -> None:
        if hasattr(self, "_f") and len(self.start) == 2:
            self._lanes = race(self._f, self.start, self.rate, STEPS, self._scale)
            self.endings, self.result = _endings(self._lanes), _table(self._lanes)

    def lanes(self) -> dict[str, Lane]:
        """The race as it is now, by the racers' names."""
        return self._lanes

    def answer_race(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Another race."""
        lanes = race(self._f, question["start"], float(question["rate"]), STEPS, self._scale)
        return {"endings": _endings(lanes), "buffers": [_table(lanes)]}

    def in_words(self) -> str:
        """Start, step size, and how each racer ended."""
        ends = "; ".join(
            f"{name} {lane.ending} after {len(lane.path) - 1} steps, height {lane.heights[-1]:.3g}"
            for name, lane in self.lanes().items()
        )
        return f"Race from {pair(self.start)} with step size {self.rate:.3g}: {ends}."

    def picture(self, figure: Figure) -> None:
        """All paths on the map, and heights against steps."""
        draw_race(figure, self._f, _floats(self.window), self.lanes())


def _endings(lanes: dict[str, Lane]) -> list[str]:
    return [lane.ending for lane in lanes.values()]


def _table(lanes: dict[str, Lane]) -> bytes:
    """Places and heights of all racers, shape (4, 51, 3), nan from where a racer stopped."""
    table = np.full((len(RACERS), STEPS + 1, 3), np.nan)
    for row, lane in zip(table, lanes.values(), strict=True):
        row[: len(lane.path), :2], row[: len(lane.path), 2] = lane.path, lane.heights
    return packed(table)


def _floats(window: Any) -> Window:
    left, right, bottom, top = (float(edge) for edge in window)
    return left, right, bottom, top
