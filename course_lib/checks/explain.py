"""What to say about one case that is not right: what happened, where, a clue, both answers."""

from __future__ import annotations

from typing import NamedTuple

from course_lib.checks.bundle import Case, CheckedExercise
from course_lib.checks.clues import clue, swapped
from course_lib.checks.compare import Difference, compare, describe
from course_lib.checks.feedback import Shown, plural
from course_lib.checks.run import Outcome
from course_lib.checks.show import shorten, show, show_pair

TODO = "NotImplementedError"
_HELP_FOR_ERRORS = {
    "RecursionError": "The function calls itself without end: what should stop it?",
    "SystemExit": "Leave out `exit()` and `sys.exit()`: use `return`.",
    "NameError": "A name is used that is not defined: a typing error, or a cell not yet run?",
}


class Explanation(NamedTuple):
    """What is wrong in one case, where, and a clue that needs no listed wrong answer."""

    summary: str
    where: str = ""
    help: str = ""


def difference(exercise: CheckedExercise, case: Case, got: Outcome) -> Difference | None:
    """How a value differs from the expected one, by the exercise's own tolerances."""
    expected = case.expected.value
    return compare(expected, got.value, exercise.rtol, exercise.atol, exercise.lists)


def explain(exercise: CheckedExercise, case: Case, got: Outcome) -> Explanation:
    """What to say about a case that is not right."""
    on_case = f"on the case “{shorten(case.name, 60)}”"
    if got.raised:
        return _explain_crash(exercise, got, on_case)
    if case.expected.raised:
        error = case.expected.raised
        return Explanation(f"`{exercise.name}` should raise {error} {on_case}.")
    found = difference(exercise, case, got)
    if found is None:  # the value is right, so it is the inputs that changed
        changed = ", ".join(_name(exercise, i) for i in got.mutated)
        return Explanation(
            f"The answer is right, but `{exercise.name}` changed its input {changed}.",
            help="`x += 1` and `x[0] = 1` change the caller's array: make a copy first.",
        )
    summary = f"`{exercise.name}` does not give what is expected {on_case}."
    if not exercise.reveal:
        return Explanation(summary, _locate_hidden(found))
    help_text = swapped(case.expected.value, got.value) or clue(found, case.args)
    return Explanation(summary, _locate(found), help_text)


def is_unwritten(got: Outcome) -> bool:
    """Whether a call stopped at a hole as handed out, which raises without a word."""
    return got.raised == TODO and not got.message


def _explain_crash(exercise: CheckedExercise, got: Outcome, on_case: str) -> Explanation:
    line, _, code = got.where.partition(": ")
    if is_unwritten(got):
        hole = line.rpartition(" of ")[2] or exercise.name
        summary = f"A part of `{hole}` is still to be written: `{exercise.name}` stopped {on_case}."
    else:
        summary = f"`{exercise.name}` stopped with {got.raised} {on_case}."
    where = f"In {line}" + (f": `{code}`" if code else "") + ". " if line else ""
    message = f"Python says: {got.message}" if got.message else ""
    help_text = _HELP_FOR_ERRORS.get(str(got.raised), "")
    if "matmul" in got.message and "mismatch" in got.message:
        help_text = "In a @ b, the last axis of a must be as long as the first axis of b."
    return Explanation(summary, shorten(where + message), help_text)


def _locate(d: Difference) -> str:
    part = f"In part {d.path}, " if d.path else ""
    if d.kind in ("type", "structure", "shape"):
        text = f"{part}yours is {describe(d.got)}, expected {describe(d.expected)}."
    elif d.index:
        yours, expected = show_pair(d.got[d.index], d.expected[d.index])
        count = f"{d.wrong} of {plural(d.total, 'entry')} differ" + "s" * (d.wrong == 1)
        text = f"{part}at {list(d.index)}: yours {yours}, expected {expected}; {count}."
    else:
        text = ""
    return text[:1].upper() + text[1:]


def _locate_hidden(d: Difference) -> str:
    """As `_locate`, without telling the expected value."""
    if d.kind in ("type", "structure"):
        return _locate(d)
    place = f"{d.path}{list(d.index or ()) or ''}"
    return f"The first part that is not right: {place}." if d.path else ""


def _name(exercise: CheckedExercise, i: int) -> str:
    names = exercise.parameters
    return f"`{names[i]}`" if i < len(names) else f"number {i + 1}"


def side_by_side(exercise: CheckedExercise, case: Case, got: Outcome) -> Shown:
    """A case's inputs, the learner's answer, and the expected one where it may be seen."""
    names = exercise.parameters
    inputs = "\n".join(
        _labelled(names[i] if i < len(names) else "", show(arg)) for i, arg in enumerate(case.args)
    )
    yours, expected, part = _answers(exercise, case, got)
    return Shown(shorten(case.name, 60), inputs, yours, expected, part)


def _answers(exercise: CheckedExercise, case: Case, got: Outcome) -> tuple[str, str, str]:
    """The learner's answer, the expected one, and which part of them these are."""
    if case.expected.raised:
        return _raised(got.raised) or show(got.value), _raised(case.expected.raised), ""
    found = None if got.raised else difference(exercise, case, got)
    if found is None:
        return "", "", ""
    if not exercise.reveal:
        return show(got.value), "", ""
    return *show_pair(found.got, found.expected), found.path


def _raised(error: str | None) -> str:
    return f"({error} is raised)" if error else ""


def _labelled(name: str, text: str) -> str:
    head = f"{name} = " if name else ""
    return head + text.replace("\n", "\n" + " " * len(head))
