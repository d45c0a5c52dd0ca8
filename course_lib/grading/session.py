"""A learner's notebook at work in a child: run its cells, call its functions, keep the time.

When a call or a cell kills the child or takes too long, a new child runs the cells again (without
the one that did it), so that one bad function does not cost the points of the others.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

from course_lib.checks.bundle import CheckedExercise
from course_lib.checks.run import Outcome, decode_outcome
from course_lib.checks.show import shorten
from course_lib.checks.values import ValueCodingError, encode, to_plain
from course_lib.grading.child import Child, ChildDied, ChildTimeout
from course_lib.grading.limits import Limits

MAX_BAD_CELLS = 2
"""After so many cells that took too long or ended the process, no further cells are run."""
MOST_PRINTED = 10**9
"""A child may claim any number of printed lines; Python cannot write numbers of 4300 digits."""
TIME_OUT, DIED = "TimeoutError", "ProcessEnded"


class CannotCallError(Exception):
    """A learner's function is missing, or cannot be called; the message is for the learner."""

    def __init__(self, message: str, missing: bool) -> None:
        super().__init__(message)
        self.missing = missing


class Session:
    """Runs a notebook's cells in a child and answers calls. Use it as a context manager."""

    def __init__(self, cells: Sequence[str], kind: str, limits: Limits) -> None:
        self.notes: list[str] = []
        self._cells = dict(enumerate(cells, 1))
        self._kind = kind
        self._limits = limits
        self._end = time.monotonic() + limits.total
        self._child: Child | None = None
        self._bad_cells = 0
        self._stopped: dict[int, str] = {}

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    def call(self, exercise: CheckedExercise, args: Sequence[Any]) -> Outcome:
        """What the learner's function gives; raises `CannotCallError` when there is none."""
        request = {
            "do": "call",
            "name": exercise.name,
            "parameters": exercise.parameters,
            "probe": exercise.probe,
            "args": encode(tuple(args), packed=True),
        }
        try:
            answer = self._running().ask(request, self._seconds(self._limits.call))
        except ChildTimeout:
            self._close()
            return Outcome(raised=TIME_OUT, message=self._too_long())
        except ChildDied as error:
            self._close()
            return Outcome(raised=DIED, message=f"The call ended the whole process: {error}.")
        if answer.get("missing"):
            raise self._missing(exercise.name)
        if "problem" in answer:
            raise CannotCallError(_text(answer, "problem"), False)
        return read_outcome(answer, len(args))

    def _missing(self, name: str) -> CannotCallError:
        """Why there is no function of this name: never written, or its cell stopped."""
        begins = re.compile(rf"^[ \t]*(def|class)[ \t]+{name}\b", re.MULTILINE)
        for number, error in self._stopped.items():
            if begins.search(self._cells.get(number, "")):
                text = f"`{name}` is not defined: code cell {number}, which has it, stopped with "
                return CannotCallError(text + f"{error}.", missing=False)
        return CannotCallError(f"`{name}` is not defined in the notebook.", missing=True)

    def _running(self) -> Child:
        """The child, with the cells run; a new one where there is none."""
        while self._child is None:
            child = Child(self._kind, self._limits)
            self._child = child
            self.notes.clear()
            self._stopped.clear()
            for number in [*self._cells]:
                try:
                    self._run_cell(child, number)
                except ChildDied as error:
                    self._close()
                    self._give_up_on(number, error)
                    break
        return self._child

    def _run_cell(self, child: Child, number: int) -> None:
        source = self._cells[number]
        if source.startswith("\0"):  # given up: its note takes its place
            self.notes.append(source[1:])
            return
        request = {"do": "cell", "number": number, "source": source}
        answer = child.ask(request, self._seconds(self._limits.cell))
        if raised := _text(answer, "raises", 80):
            error = shorten(f"{raised}: {_text(answer, 'message')}".rstrip(": "), 200)
            self._stopped[number] = error
            self.notes.append(f"Code cell {number} stopped with {error}.")

    def _give_up_on(self, number: int, error: ChildDied) -> None:
        self._bad_cells += 1
        what = "took too long" if isinstance(error, ChildTimeout) else "ended the process"
        self._cells[number] = f"\0Code cell {number} {what}, and was left out."
        if self._bad_cells >= MAX_BAD_CELLS:
            for later in [n for n in self._cells if n > number]:
                del self._cells[later]
            self._cells[number] += " The cells after it were not run."

    def _seconds(self, most: float) -> float:
        return max(0.0, min(most, self._end - time.monotonic()))

    def _too_long(self) -> str:
        if time.monotonic() >= self._end:
            return f"The {self._limits.total:g} seconds for the whole notebook were used up."
        return f"It gave no answer within {self._limits.call:g} seconds and was stopped."

    def _close(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None


def read_outcome(answer: dict[str, Any], arguments: int) -> Outcome:
    """An outcome from a child's answer, of which nothing is believed but that it is data."""
    cut = {key: _text(answer, key, 80) for key in ("raises", "returns") if key in answer}
    try:
        got = decode_outcome(answer | cut)
        value = to_plain(got.value)
        mutated = tuple(i for i in got.mutated if type(i) is int and 0 <= i < arguments)
    except (ValueCodingError, KeyError, TypeError, RecursionError):
        return Outcome(raised=DIED, message="The answer could not be read.")
    printed = answer.get("printed")
    return Outcome(
        value,
        raised=got.raised or None,
        message=_text(answer, "message"),
        where=_text(answer, "where"),
        mutated=mutated,
        printed=min(max(printed, 0), MOST_PRINTED) if type(printed) is int else 0,
    )


def _text(answer: dict[str, Any], key: str, limit: int = 300) -> str:
    """A text in a child's answer, shortened; what is no text (nested lists, say) counts as none."""
    text = answer.get(key)
    return shorten(text[: limit + 1], limit) if isinstance(text, str) else ""
