"""What a learner sees after `check`: one `Feedback`, as text or as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from course_lib.checks.bundle import CheckedExercise


class Status(Enum):
    """How an exercise stands; the value is the word that is shown first."""

    RIGHT = "Right"
    WRONG = "Not right yet"
    NOT_STARTED = "Not started"
    INTERRUPTED = "Interrupted"
    UNAVAILABLE = "Cannot check"

    @property
    def symbol(self) -> str:
        """A sign beside the word; it carries no meaning of its own."""
        return {"RIGHT": "✓", "WRONG": "✗", "NOT_STARTED": "○"}.get(self.name, "■")


@dataclass(frozen=True)
class Diagnosis:
    """A listed wrong answer that explains the learner's.

    `exact` is true when it explains every case, false when it only looks like it.
    """

    belief: int | None
    title: str
    message: str
    exact: bool

    def headline(self) -> str:
        """One sentence that names the belief."""
        start = "This is what comes of believing" if self.exact else "It looks as if you believe"
        return f"{start}: “{self.title.rstrip('.')}”."


@dataclass(frozen=True)
class Shown:
    """One case: its inputs, and side by side the learner's answer and the expected one.

    `part` says which part of the answer is shown (such as `"[1]"`), `""` for the whole. A text
    that is "" is not shown.
    """

    case: str
    inputs: str
    yours: str
    expected: str
    part: str = ""

    def columns(self) -> list[tuple[str, str]]:
        """Headings and texts of what stands side by side."""
        part = f" {self.part}" if self.part else ""
        both = [(f"Yours{part}", self.yours), (f"Expected{part}", self.expected)]
        return [(head, text) for head, text in both if text]


@dataclass(frozen=True)
class Feedback:
    """The result of a check. It shows itself in a notebook and in a terminal."""

    exercise: str
    title: str
    status: Status
    summary: str
    points: float = 0
    max_points: int = 0
    passed: int = 0
    total: int = 0
    shown: Shown | None = None
    where: str = ""
    diagnosis: Diagnosis | None = None
    help: str = ""
    hint: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether all public checks passed."""
        return self.status is Status.RIGHT

    @property
    def score(self) -> str:
        """Points and cases in words, or "" when nothing was run."""
        if self.status not in (Status.RIGHT, Status.WRONG):
            return ""
        points = f"{self.points:g} of {plural(self.max_points, 'point')}"
        return f"{points} · {self.passed} of {plural(self.total, 'case')}"

    @property
    def next_step(self) -> str:
        """Which hint to open, or ""."""
        return f"Next: open hint {self.hint}." if self.hint else ""

    def __repr__(self) -> str:
        from course_lib.checks.text import feedback_text

        return feedback_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from course_lib.checks.html import feedback_html

        return {"text/plain": repr(self), "text/html": feedback_html(self)}


def feedback_on(
    exercise: CheckedExercise, status: Status, summary: str, **more: object
) -> Feedback:
    """Feedback that carries the exercise's id, title, points and number of cases."""
    return Feedback(
        exercise=exercise.id,
        title=exercise.title,
        status=status,
        summary=summary,
        max_points=exercise.points,
        total=len(exercise.cases),
        **more,  # type: ignore[arg-type]
    )


def plural(n: int, word: str) -> str:
    """A number and its noun.

    >>> plural(1, "point"), plural(3, "entry")
    ('1 point', '3 entries')
    """
    many = word[:-1] + "ies" if word.endswith("y") else word + "s"
    return f"{n} {word if n == 1 else many}"
