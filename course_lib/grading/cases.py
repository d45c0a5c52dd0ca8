"""The cases of an exercise: its hidden inputs, and what a learner's function gives for each."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from course_lib.checks.bundle import Case, CheckedExercise
from course_lib.checks.checking import caller
from course_lib.checks.compare import agree
from course_lib.checks.diagnose import is_right
from course_lib.checks.feedback import Feedback
from course_lib.checks.run import Outcome, run
from course_lib.checks.source import Exercise
from course_lib.checks.values import to_plain
from course_lib.grading.assignment import Opened
from course_lib.grading.seeds import generator
from course_lib.grading.session import DIED, TIME_OUT, CannotCallError, Session

HIDDEN_CASES = 5
TRIALS = 50
"""So many inputs are drawn, at most, to find them."""
MAX_STOPS = 2
"""After so many calls that took too long or died, an exercise's other cases are not run."""
NOT_RUN = "not run"


class GraderFaultError(Exception):
    """The grader, the machine or an exercise's source is at fault, and no learner."""


def hidden_cases(opened: Opened, exercise_id: str, seed: str) -> list[Case]:
    """Random inputs for an exercise, all different, with what the solution gives for them.

    None has the answer of a public case, which a learner may have by heart. Fewer than
    `HIDDEN_CASES`, and perhaps none, when the exercise's inputs or answers hardly vary.
    """
    source = next(e for e in opened.lesson.exercises if e.id == exercise_id)
    known = next(e for e in opened.bundle.exercises if e.id == exercise_id)
    if source.hidden is None:
        return []
    rng = generator(seed, exercise_id)
    seen = [case.args for case in known.cases]
    found: list[Case] = []
    for _ in range(TRIALS):
        args = to_plain(source.hidden(rng))
        if not any(agree(args, other, 0.0, 0.0) for other in seen):
            seen.append(args)
            expected = _expected(opened, source, known, args)
            case = Case(f"hidden case {len(found) + 1}", args, expected)
            if not any(is_right(known, case, public.expected) for public in known.cases):
                found.append(case)
        if len(found) == HIDDEN_CASES:
            break
    return found


def _expected(opened: Opened, source: Exercise, known: CheckedExercise, args: Any) -> Outcome:
    outcome = run(caller(known, opened.lesson.namespace), args, opened.lesson.namespace)
    if outcome.raised and outcome.raised not in {c.expected.raised for c in known.cases}:
        problem = f"the solution of {source.id} stops with {outcome.raised} on a hidden input"
        raise GraderFaultError(f"{problem}: {outcome.message}")
    return outcome


def public_outcomes(session: Session, exercise: CheckedExercise) -> list[Outcome] | CannotCallError:
    """What a learner's function gives on the public cases, or why it cannot be called."""
    try:
        return outcomes_of(session, exercise, exercise.cases)
    except CannotCallError as error:
        return error


def outcomes_of(
    session: Session, exercise: CheckedExercise, cases: Sequence[Case], before: int = 0
) -> list[Outcome]:
    """What a learner's function gives on some cases; `before` counts earlier calls that stopped.

    Raises `CannotCallError`.
    """
    outcomes: list[Outcome] = []
    for case in cases:
        run_it = before + stops(outcomes) < MAX_STOPS
        outcomes.append(session.call(exercise, case.args) if run_it else Outcome(raised=NOT_RUN))
    return outcomes


def stops(outcomes: Sequence[Outcome]) -> int:
    """How many calls took too long or ended the process."""
    return sum(outcome.raised in (TIME_OUT, DIED) for outcome in outcomes)


def in_words(feedback: Feedback, exercise: CheckedExercise, public: Sequence[Outcome]) -> Feedback:
    """Feedback that says in words what is no exception of Python's: too long, or ended."""
    first = next(
        (o for o, c in zip(public, exercise.cases, strict=True) if not is_right(exercise, c, o)),
        None,
    )
    if first is None or first.raised not in (TIME_OUT, DIED):
        return feedback
    what = "took too long" if first.raised == TIME_OUT else "ended the whole Python process"
    summary = feedback.summary.replace(f"stopped with {first.raised}", what)
    where = feedback.where.replace("Python says: ", "")
    return dataclasses.replace(feedback, summary=summary, where=where)
