"""Judge one notebook: public cases, hidden cases, points. All of it on this side of the wall."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course_lib.checks.bundle import Case, CheckedExercise
from course_lib.checks.diagnose import diagnose, is_right
from course_lib.checks.feedback import Feedback, Status, feedback_on, plural
from course_lib.checks.run import Outcome
from course_lib.grading.assignment import Assignment, open_assignment
from course_lib.grading.cases import (
    NOT_RUN,
    hidden_cases,
    in_words,
    outcomes_of,
    public_outcomes,
    stops,
)
from course_lib.grading.limits import Limits
from course_lib.grading.session import DIED, CannotCallError, Session

_one_at_a_time = threading.Lock()  # expected values are computed with stdout and warnings set aside


@dataclass(frozen=True)
class CaseGrade:
    """One case: its name, whether it passed, and when it did not, in a few words why."""

    name: str
    hidden: bool
    passed: bool
    why: str = ""


@dataclass(frozen=True)
class ExerciseGrade:
    """One exercise: points, cases, and the feedback that the learner reads."""

    exercise: CheckedExercise
    points: float
    cases: tuple[CaseGrade, ...]
    feedback: Feedback


@dataclass(frozen=True)
class NotebookGrade:
    """One notebook: its exercises, and notes on its cells."""

    exercises: tuple[ExerciseGrade, ...]
    notes: tuple[str, ...]

    @property
    def points(self) -> float:
        """The sum of the exercises' points."""
        return round(sum(grade.points for grade in self.exercises), 2)


def grade_cells(
    assignment: Assignment, cells: Sequence[str], seed: str, kind: str, limits: Limits
) -> NotebookGrade:
    """Run a notebook's cells in a child of an isolation, and grade its exercises.

    All public cases run before the first hidden one, so that nothing a learner is shown of a
    public case can have been made of a hidden input.
    """
    with _one_at_a_time:
        opened = open_assignment(assignment)
        exercises = opened.bundle.exercises
        hidden = {e.id: hidden_cases(opened, e.id, seed) for e in exercises}
        with Session(cells, kind, limits) as session:
            public = {e.id: public_outcomes(session, e) for e in exercises}
            secret = {
                e.id: outcomes_of(session, e, hidden[e.id], stops(outcomes))
                for e in exercises
                if isinstance(outcomes := public[e.id], list)
            }
            notes = tuple(session.notes)
        end, grades = time.monotonic() + limits.total, []
        for e in exercises:  # answers are small, so this is quick; the clock is a second wall
            late = CannotCallError(f"Judging took over {limits.total:g} seconds.", missing=False)
            got = public[e.id] if time.monotonic() <= end else late
            grades.append(_grade(e, got, hidden[e.id], secret.get(e.id, [])))
    return NotebookGrade(tuple(grades), notes)


def _grade(
    exercise: CheckedExercise,
    public: list[Outcome] | CannotCallError,
    hidden: list[Case],
    secret: list[Outcome],
) -> ExerciseGrade:
    if isinstance(public, CannotCallError):
        status = Status.NOT_STARTED if public.missing else Status.WRONG
        feedback = feedback_on(exercise, status, str(public))
        names = [(case.name, False) for case in exercise.cases] + [(c.name, True) for c in hidden]
        why = "not defined" if public.missing else "cannot be called"
        cases = tuple(CaseGrade(name, is_hidden, False, why) for name, is_hidden in names)
        return ExerciseGrade(exercise, 0.0, cases, feedback)
    shown = [_public_case(exercise, c, o) for c, o in zip(exercise.cases, public, strict=True)]
    kept = [_hidden_case(exercise, c, o) for c, o in zip(hidden, secret, strict=True)]
    feedback = in_words(diagnose(exercise, public), exercise, public)
    points = 0.0
    if feedback.status is not Status.NOT_STARTED:
        # The smaller share: who only knows the public answers earns nothing by them.
        points = round(exercise.points * min(_share(shown), _share(kept)), 2)
    feedback = _with_hidden(feedback, shown, kept, points)
    return ExerciseGrade(exercise, points, (*shown, *kept), feedback)


def _share(cases: Sequence[CaseGrade]) -> float:
    return sum(case.passed for case in cases) / len(cases) if cases else 1.0


def _public_case(exercise: CheckedExercise, case: Case, got: Outcome) -> CaseGrade:
    passed = is_right(exercise, case, got)
    why = "" if passed else got.raised or "another value than expected"
    return CaseGrade(case.name, False, passed, why)


def _hidden_case(exercise: CheckedExercise, case: Case, got: Outcome) -> CaseGrade:
    passed = is_right(exercise, case, got)
    why = "" if passed else _builtin_name(got.raised) or "another value than expected"
    return CaseGrade(case.name, True, passed, why)


def _builtin_name(raised: str | None) -> str:
    """An exception's name if it is one of Python's own; a name of one's own could carry inputs."""
    import builtins

    if raised is None or raised in (NOT_RUN, DIED):
        return raised or ""
    known = getattr(builtins, raised, None)
    is_error = isinstance(known, type) and issubclass(known, BaseException)
    return raised if is_error else "an exception"


def _with_hidden(
    feedback: Feedback, shown: list[CaseGrade], hidden: list[CaseGrade], points: float
) -> Feedback:
    """Feedback on the public cases, with the points and what came of the hidden cases."""
    passed = sum(case.passed for case in hidden)
    changed: dict[str, Any] = {"points": points}
    notes = list(feedback.notes)
    if not hidden:
        notes.append("This exercise has no hidden cases.")
    elif feedback.right and passed == len(hidden):
        changed["summary"] = (
            f"Well done: the public checks and all {len(hidden)} hidden ones passed."
        )
    elif feedback.right:
        changed["status"] = Status.WRONG
        changed["summary"] = (
            f"The public checks passed, but {len(hidden) - passed} of "
            f"{plural(len(hidden), 'hidden case')} did not. Does your answer hold for every input?"
        )
    if hidden and feedback.status is not Status.NOT_STARTED and passed < len(hidden):
        notes.append(
            f"{passed} of {plural(len(hidden), 'hidden case')} passed. {_failures(hidden)}"
        )
    return dataclasses.replace(feedback, **changed, notes=tuple(notes))


def _failures(hidden: Sequence[CaseGrade]) -> str:
    """Which hidden cases failed, and how, as in `Hidden case 2, 5: ValueError`."""
    by_reason: dict[str, list[str]] = {}
    for case in hidden:
        if not case.passed:
            by_reason.setdefault(case.why, []).append(case.name.rpartition(" ")[2])
    return " ".join(f"Hidden case {', '.join(n)}: {why}." for why, n in by_reason.items())
