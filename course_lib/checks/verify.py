"""Check that a loaded lesson's exercises do what they should, and make its bundle.

Each mistake found here would mislead a learner: a wrong answer that passes, two that cannot be
told apart, a right variant that is rejected, a probe that cannot run by itself.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from course_lib.checks.bundle import Bundle, Case, CheckedExercise, WrongAnswer
from course_lib.checks.checking import caller, run_cases
from course_lib.checks.diagnose import diagnose, entries
from course_lib.checks.explain import TODO
from course_lib.checks.feedback import Status
from course_lib.checks.run import Outcome, run, same_outcome
from course_lib.checks.source import Exercise, ExerciseSourceError, Lesson
from course_lib.checks.values import Foreign, ValueCodingError, encode

BELIEFS = 46
"""The course's list of wrong beliefs has the numbers 1 to this one."""
HIDDEN_TRIALS = 3

_FIRST_LINE = re.compile(r"Belief(?: (\d+))?: (\S.*)")
_LAST_LINE = re.compile(r"\s*Open hint (\d+)\.\s*\Z")
_NEEDS_LINE = re.compile(r"\n\s*Only if (.+) (?:is|are) right\.\s*\Z")


def bundle_of(lesson: Lesson) -> Bundle:
    """The bundle of a loaded lesson; raises `ExerciseSourceError` for an exercise that misleads."""
    exercises = tuple(Author(lesson, exercise).checked() for exercise in lesson.exercises)
    return Bundle(lesson.slug, lesson.title, exercises)


class Author:
    """Checks one exercise, and makes the part of the bundle that belongs to it."""

    def __init__(self, lesson: Lesson, exercise: Exercise) -> None:
        self.lesson = lesson
        self.exercise = exercise

    def fail(self, problem: str, fix: str) -> NoReturn:
        """Raise the error that names this exercise."""
        raise ExerciseSourceError(self.lesson.path, self.exercise.id, problem, fix)

    def checked(self) -> CheckedExercise:
        """The exercise as the check will see it."""
        known = self._with_expected_values()
        self._check_hidden(known)
        known = self._replace(known, stub=self._stub(known))
        known = self._replace(known, wrong=self._wrong_answers(known))
        self._check_diagnoses(known)
        for slug, variant in self.exercise.right.items():
            feedback = diagnose(known, self.outcomes(known, variant))
            if not feedback.right:
                fix = f"Mend it, or the tolerances:\n{feedback}"
                self.fail(f"the right variant `{slug}` is not accepted.", fix)
        return known

    def outcomes(self, known: CheckedExercise, answer: object) -> tuple[Outcome, ...]:
        """What an answer gives on each public case."""
        return tuple(run_cases(known, {**self.lesson.namespace, self.exercise.name: answer}))

    def _replace(self, known: CheckedExercise, **more: Any) -> CheckedExercise:
        return CheckedExercise(**{**vars(known), **more})

    def _with_expected_values(self) -> CheckedExercise:
        ex = self.exercise
        self._encodable("an input", list(ex.cases.values()))
        blank = tuple(Case(name, args, Outcome()) for name, args in ex.cases.items())
        shown = {"reveal": not ex.kind.lower().startswith(("predict", "diagnose"))}
        known = CheckedExercise(
            id=ex.id,
            title=ex.title,
            minutes=ex.minutes,
            points=ex.points,
            kind=ex.kind,
            name=ex.name,
            parameters=_parameters(ex),
            hints=len(ex.having("hint")),
            cases=blank,
            probe=ex.probe_source,
            **{**shown, **ex.options},
        )
        expected = self.outcomes(known, ex.solution)
        for case, outcome, again in zip(
            blank, expected, self.outcomes(known, ex.solution), strict=True
        ):
            self._check_expected(case, outcome, again)
        cases = tuple(
            Case(case.name, case.args, outcome)
            for case, outcome in zip(blank, expected, strict=True)
        )
        return self._replace(known, cases=cases, mutates=any(o.mutated for o in expected))

    def _check_expected(self, case: Case, outcome: Outcome, again: Outcome) -> None:
        if outcome.raised in (TODO, "NameError", "ImportError", "ModuleNotFoundError"):
            fix = f"{outcome.message} {outcome.where}. (A probe knows `np` and what it imports.)"
            self.fail(f"the solution stops with {outcome.raised} on “{case.name}”.", fix)
        self._encodable(f"the solution's value on “{case.name}”", outcome.value)
        if not same_outcome(outcome, again, 0.0, 0.0):
            fix = "Make it the same each time: pass the random generator's seed as an input."
            self.fail(f"the solution gives two answers on “{case.name}”.", fix)

    def _encodable(self, what: str, value: Any) -> None:
        try:
            encode(value)
        except ValueCodingError as error:
            fix = f"{error}. A probe can build and take apart other objects."
            self.fail(f"{what} cannot be stored.", fix[0].upper() + fix[1:])

    def _check_hidden(self, known: CheckedExercise) -> None:
        if self.exercise.hidden is None:
            return
        call = caller(known, self.lesson.namespace)
        for seed in range(HIDDEN_TRIALS):
            args = self.exercise.hidden(np.random.default_rng(seed))
            if not isinstance(args, tuple):
                fix = "Return a tuple of arguments; one argument is written `(x,)`."
                self.fail(f"`{known.name}__hidden(rng)` returns no tuple.", fix)
            self._encodable("a hidden input", args)
            outcome = run(call, args, self.lesson.namespace)
            if outcome.raised and outcome.raised not in {c.expected.raised for c in known.cases}:
                fix = f"{outcome.message} {outcome.where}"
                self.fail(f"the solution stops with {outcome.raised} on a hidden input.", fix)
            self._encodable("the solution's value on a hidden input", outcome.value)

    def _stub(self, known: CheckedExercise) -> tuple[Outcome, ...] | None:
        if self.exercise.stub is None:
            if self.exercise.having("stub"):
                self.fail("the stub does not define it.", f"Define `{known.name}` in it.")
            return None
        outcomes = self.outcomes(known, self.exercise.stub)
        if diagnose(known, outcomes).right:
            self.fail("the stub is already right.", "Put the mistake in, or add a case.")
        return outcomes

    def _wrong_answers(self, known: CheckedExercise) -> tuple[WrongAnswer, ...]:
        return tuple(
            self._wrong_answer(known, slug, answer) for slug, answer in self.exercise.wrong.items()
        )

    def _wrong_answer(self, known: CheckedExercise, slug: str, answer: object) -> WrongAnswer:
        name = f"{known.name}__{slug}"
        doc = inspect.cleandoc(answer.__doc__ or "")
        first, _, rest = doc.partition("\n\n")
        found = _FIRST_LINE.fullmatch(" ".join(first.split()))
        if found is None or not rest.strip():
            fix = 'Write """Belief 28: gradients overwrite.\n\nYou …""".'
            self.fail(f"the docstring of `{name}` is no diagnosis.", fix)
        belief = int(found[1]) if found[1] else None
        if belief is not None and not 1 <= belief <= BELIEFS:
            self.fail(f"`{name}` names belief {belief}.", f"The list has 1 to {BELIEFS}.")
        last = _LAST_LINE.search(rest)
        hint = int(last[1]) if last else None
        if hint is not None and not 1 <= hint <= known.hints:
            self.fail(f"`{name}` says to open hint {hint}.", f"There are {known.hints} hints.")
        rest = rest[: last.start()] if last else rest
        only_if = _NEEDS_LINE.search(rest)
        message = " ".join((rest[: only_if.start()] if only_if else rest).split())
        needs = tuple(re.findall(r'"([^"]+)"', only_if[1])) if only_if else ()
        outcomes = self.outcomes(known, answer)
        self._check_needs(known, name, needs, outcomes)
        return WrongAnswer(slug, belief, found[2], message, hint, outcomes, needs)

    def _check_needs(
        self, known: CheckedExercise, name: str, needs: Sequence[str], outcomes: Sequence[Outcome]
    ) -> None:
        """What a message calls right is an entry of the answer, and is right there."""
        for case, outcome in zip(known.cases, outcomes, strict=True):
            for entry in needs:
                if not entries(known, case, outcome).get(entry):
                    fix = "Name entries of the answer, each in double quotes."
                    self.fail(f'`{name}` says only if "{entry}" is right, and it is not.', fix)

    def _check_diagnoses(self, known: CheckedExercise) -> None:
        """Each wrong answer is rejected, and with its own diagnosis."""
        for answer in known.wrong:
            name = f"{known.name}__{answer.slug}"
            if foreign := [o.value for o in answer.outcomes if isinstance(o.value, Foreign)]:
                fix = f"It returns {foreign[0].what}."
                self.fail(f"the value of `{name}` cannot be stored.", fix)
            feedback = diagnose(known, answer.outcomes)
            if feedback.right:
                fix = "Add a public case on which it differs."
                self.fail(f"`{name}` gives the right answer on all public cases.", fix)
            if feedback.status is not Status.WRONG or feedback.diagnosis is None:
                fix = "Add a public case on which they differ, or drop it."
                self.fail(f"`{name}` counts as not started: it answers like the stub.", fix)
            if feedback.diagnosis.message != answer.message:
                twin = next(w.slug for w in known.wrong if w.message == feedback.diagnosis.message)
                fix = "Add a public case on which they differ, or keep one of them."
                self.fail(f"`{name}` cannot be told from `{known.name}__{twin}`.", fix)


def _parameters(exercise: Exercise) -> tuple[str, ...]:
    """The names of the arguments: of the probe, without `learner`, or of the solution."""
    function = exercise.probe or exercise.solution
    assert function is not None
    names = tuple(inspect.signature(function).parameters)
    return names[1:] if exercise.probe else names
