"""`check("7.2")`: run an exercise's public checks on the learner's code, in the notebook."""

from __future__ import annotations

import dataclasses
import inspect
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from course_lib.checks.bundle import BundleError, CheckedExercise, find_exercise
from course_lib.checks.diagnose import diagnose
from course_lib.checks.feedback import Feedback, Status, feedback_on, plural
from course_lib.checks.overview import record
from course_lib.checks.run import Outcome, run
from course_lib.checks.show import shorten
from course_lib.checks.values import type_name

_MISSING = object()


class Names:
    """A learner's names as attributes: what a probe is given as `learner`."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names

    def __getattr__(self, name: str) -> Any:
        try:
            return self._names[name]
        except KeyError:
            raise NameError(f"{name} is not defined") from None


def check(
    exercise: str,
    *,
    answer: object = _MISSING,
    namespace: Mapping[str, Any] | None = None,
    folder: str | Path | None = None,
) -> Feedback:
    """Run the public checks of an exercise and say what came of them.

    Parameters
    ----------
    exercise
        the exercise's id, such as `"7.2"`.
    answer
        checked in place of the function that the exercise is about; nothing is recorded. A
        solutions notebook shows with it what a wrong answer's feedback looks like.
    namespace
        where to look the learner's names up; the caller's global names when not given.
    folder
        the folder with the bundles (`exercises/checks`); found by itself inside the course.

    Returns
    -------
    Feedback
        shows itself in a notebook. Nothing a learner's code does raises an error here.

    Raises
    ------
    AssertionError
        only when nbgrader runs the notebook, for anything that is not right: nbgrader counts
        the points of the cells that raise no error.
    """
    names = sys._getframe(1).f_globals if namespace is None else namespace
    own = answer is _MISSING
    try:
        found, path = find_exercise(exercise, Path(folder) if folder else None)
    except BundleError as error:
        feedback = Feedback(str(exercise)[:40], "", Status.UNAVAILABLE, str(error))
    else:
        feedback = judge(found, names if own else {**names, found.name: answer})
        if own and not _under_nbgrader():
            note = record(feedback, path)
            notes = (*feedback.notes, note) if note else feedback.notes
            feedback = dataclasses.replace(feedback, notes=notes)
    if own and _under_nbgrader() and not feedback.right:
        raise AssertionError(repr(feedback))
    return feedback


def judge(exercise: CheckedExercise, names: Mapping[str, Any]) -> Feedback:
    """Feedback on the function, among `names`, that the exercise is about."""
    if exercise.name not in names:
        summary = f"`{exercise.name}` is not defined. Run the cell that defines it, then this one."
        return feedback_on(exercise, Status.NOT_STARTED, summary)
    if problem := cannot_call(exercise, names[exercise.name]):
        hint = 1 if exercise.hints else None
        return feedback_on(exercise, Status.WRONG, problem, hint=hint)
    return diagnose(exercise, run_cases(exercise, names))


def run_cases(exercise: CheckedExercise, names: Mapping[str, Any]) -> list[Outcome]:
    """What the learner's function gives on each public case, up to an interruption."""
    call = caller(exercise, names)
    learner = names[exercise.name]
    home = learner.__globals__ if type(learner) is FunctionType else names
    outcomes = []
    for case in exercise.cases:
        outcomes.append(run(call, case.args, home))
        if outcomes[-1].raised == "KeyboardInterrupt":
            break
    return outcomes


def caller(exercise: CheckedExercise, names: Mapping[str, Any]) -> Callable[..., object]:
    """The learner's function, or the exercise's probe that uses the learner's names."""
    if exercise.probe is None:
        return names[exercise.name]
    probe = load_probe(exercise.probe)
    return lambda *args: probe(Names(names), *args)


def load_probe(source: str) -> Callable[..., object]:
    """The function that a probe's source defines. It knows `np` and what it imports itself."""
    scope: dict[str, Any] = {"np": np, "__name__": "probe"}
    exec(compile(source, "<probe>", "exec"), scope)
    return next(f for key, f in scope.items() if key.endswith("__probe"))


def cannot_call(exercise: CheckedExercise, function: object) -> str:
    """Why the learner's object cannot be called as the check will, or ""."""
    return why_not_callable(
        function, exercise.name, exercise.parameters, bool(exercise.probe), exercise.cases[0].args
    )


def why_not_callable(
    function: object, name: str, parameters: Sequence[str], probed: bool, args: Sequence[Any]
) -> str:
    """Why a learner's object cannot be called with these arguments, or ""."""
    if not callable(function):
        return (
            f"`{name}` should be a function, but is an object of type "
            f"{type_name(function)}: was its name used again for something else?"
        )
    if probed:
        return ""
    try:
        signature = inspect.signature(function)
    except BaseException:  # no signature to look at: the calls will tell
        return ""
    try:
        signature.bind(*args)
    except TypeError:
        wanted, taken = ", ".join(parameters), ", ".join(signature.parameters)
        return (
            f"`{name}` is called with {plural(len(args), 'argument')}: ({wanted}). "
            f"Yours takes ({shorten(taken, 80)})."
        )
    return ""


def _under_nbgrader() -> bool:
    return os.environ.get("NBGRADER_EXECUTION", "") in ("autograde", "validate")
