"""From the outcomes of all cases to one feedback: what is wrong, where, and by which belief."""

from __future__ import annotations

from collections.abc import Sequence

from course_lib.checks.bundle import Case, CheckedExercise, WrongAnswer
from course_lib.checks.clues import clue, swapped
from course_lib.checks.compare import Difference, compare, describe
from course_lib.checks.feedback import Diagnosis, Feedback, Shown, Status, feedback_on, plural
from course_lib.checks.run import Outcome, same_outcome
from course_lib.checks.show import shorten, show, show_pair

TODO = "NotImplementedError"


def diagnose(exercise: CheckedExercise, outcomes: Sequence[Outcome]) -> Feedback:
    """Judge the outcomes of an exercise's cases, one per case and in their order."""
    if any(outcome.raised == "KeyboardInterrupt" for outcome in outcomes):
        return feedback_on(exercise, Status.INTERRUPTED, _interrupted(exercise, outcomes))
    if all(outcome.raised == TODO for outcome in outcomes):
        summary = f"Write your code for `{exercise.name}`, run its cell, then run this one again."
        return feedback_on(exercise, Status.NOT_STARTED, summary)
    good = [is_right(exercise, c, o) for c, o in zip(exercise.cases, outcomes, strict=True)]
    notes = _notes(outcomes)
    if all(good):
        summary = "Well done: the public checks passed."
        right = {"points": exercise.points, "passed": len(good), "notes": notes}
        return feedback_on(exercise, Status.RIGHT, summary, **right)
    if exercise.stub is not None and _all_same(exercise, exercise.stub, outcomes):
        summary = (
            f"`{exercise.name}` answers like the code as handed out. Change it, run its cell, "
            "then run this one again."
        )
        return feedback_on(exercise, Status.NOT_STARTED, summary)
    return _wrong(exercise, outcomes, good, notes)


def is_right(exercise: CheckedExercise, case: Case, got: Outcome) -> bool:
    """Whether what came of a case is what was expected."""
    if got.raised or case.expected.raised:
        return got.raised == case.expected.raised
    if got.mutated and not exercise.mutates:
        return False
    return _difference(exercise, case, got) is None


def _difference(exercise: CheckedExercise, case: Case, got: Outcome) -> Difference | None:
    expected = case.expected.value
    return compare(expected, got.value, exercise.rtol, exercise.atol, exercise.lists)


def _all_same(ex: CheckedExercise, those: Sequence[Outcome], these: Sequence[Outcome]) -> bool:
    return all(_alike(ex, a, b) for a, b in zip(those, these, strict=True))


def _interrupted(exercise: CheckedExercise, outcomes: Sequence[Outcome]) -> str:
    case = exercise.cases[min(len(outcomes), len(exercise.cases)) - 1].name
    return (
        f"You stopped the check while `{exercise.name}` ran on the case “{case}”. "
        "If it did not end by itself: does each loop come nearer to its end?"
    )


def _notes(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    printed = sum(outcome.printed for outcome in outcomes)
    return (f"Left out here: {plural(printed, 'printed line')}.",) if printed else ()


def _wrong(
    exercise: CheckedExercise,
    outcomes: Sequence[Outcome],
    good: Sequence[bool],
    notes: tuple[str, ...],
) -> Feedback:
    first = good.index(False)
    case, got = exercise.cases[first], outcomes[first]
    answer, exact = explaining_answer(exercise, outcomes, good)
    summary, where, help_text = _explain(exercise, case, got)
    diagnosis = None
    if answer is not None:
        diagnosis = Diagnosis(answer.belief, answer.title, answer.message, exact)
        help_text = ""
    hint = (answer.hint if answer else None) or (1 if exercise.hints else None)
    return feedback_on(
        exercise,
        Status.WRONG,
        summary,
        passed=sum(good),
        shown=_side_by_side(exercise, case, got),
        where=where,
        diagnosis=diagnosis,
        help=help_text,
        hint=hint,
        notes=notes,
    )


def explaining_answer(
    exercise: CheckedExercise, outcomes: Sequence[Outcome], good: Sequence[bool]
) -> tuple[WrongAnswer | None, bool]:
    """The listed wrong answer that explains the outcomes, and whether it explains all of them."""
    first = good.index(False)
    scores = [_matches(exercise, answer, outcomes) for answer in exercise.wrong]
    for answer, score in zip(exercise.wrong, scores, strict=True):
        if all(score):
            returned = any(not o.raised for o, ok in zip(outcomes, good, strict=True) if not ok)
            return answer, returned
    counts = [sum(score) if score[first] and not outcomes[first].raised else 0 for score in scores]
    best = max(counts, default=0)
    if best and counts.count(best) == 1:
        return exercise.wrong[counts.index(best)], False
    case, got = exercise.cases[first], outcomes[first]
    parts = [_parts_explained(exercise, case, a.outcomes[first], got) for a in exercise.wrong]
    if any(parts):
        return exercise.wrong[parts.index(max(parts))], False
    return None, False


def _parts_explained(ex: CheckedExercise, case: Case, listed: Outcome, got: Outcome) -> int:
    """How many entries of an answer by name a listed answer gets wrong in the same way.

    Two beliefs may meet in one answer: each explains its own entries, and none explains all.
    """
    right, theirs, ours = case.expected.value, listed.value, got.value
    if not all(isinstance(answer, dict) for answer in (right, theirs, ours)):
        return 0
    if not right.keys() == theirs.keys() == ours.keys():
        return 0
    wrong = [key for key in right if compare(right[key], theirs[key], ex.rtol, ex.atol, ex.lists)]
    same = [compare(theirs[key], ours[key], ex.rtol, ex.atol, ex.lists) is None for key in wrong]
    return len(wrong) if all(same) else 0


def _matches(
    exercise: CheckedExercise, answer: WrongAnswer, outcomes: Sequence[Outcome]
) -> list[bool]:
    return [_alike(exercise, a, o) for a, o in zip(answer.outcomes, outcomes, strict=True)]


def _alike(exercise: CheckedExercise, listed: Outcome, got: Outcome) -> bool:
    ex = exercise
    return same_outcome(listed, got, ex.rtol, ex.atol, not ex.mutates, ex.lists)


def _explain(exercise: CheckedExercise, case: Case, got: Outcome) -> tuple[str, str, str]:
    """A summary, the place, and a generic help for one case that is not right."""
    on_case = f"on the case “{shorten(case.name, 60)}”"
    if got.raised:
        return _explain_crash(exercise, got, on_case)
    if case.expected.raised:
        error = case.expected.raised
        return f"`{exercise.name}` should raise {error} {on_case}.", "", ""
    difference = _difference(exercise, case, got)
    if difference is None:  # the value is right, so it is the inputs that changed
        changed = ", ".join(_name(exercise, i) for i in got.mutated)
        summary = f"The answer is right, but `{exercise.name}` changed its input {changed}."
        return summary, "", "`x += 1` and `x[0] = 1` change the caller's array: make a copy first."
    summary = f"`{exercise.name}` does not give what is expected {on_case}."
    help_text = clue(difference, case.args)
    if exercise.reveal:
        help_text = swapped(case.expected.value, got.value) or help_text
        return summary, _locate(difference), help_text
    return summary, _locate_hidden(difference), ""


def _explain_crash(exercise: CheckedExercise, got: Outcome, on_case: str) -> tuple[str, str, str]:
    if got.raised == TODO:
        summary = f"A part of `{exercise.name}` is still to be written: it stopped {on_case}."
    else:
        summary = f"`{exercise.name}` stopped with {got.raised} {on_case}."
    line, _, code = got.where.partition(": ")
    where = f"In {line}" + (f": `{code}`" if code else "") + ". " if line else ""
    message = f"Python says: {got.message}" if got.message else ""
    help_text = {
        "RecursionError": "The function calls itself without end: what should stop it?",
        "SystemExit": "Leave out `exit()` and `sys.exit()`: use `return`.",
        "NameError": "A name is used that is not defined: a typing error, or a cell not yet run?",
    }.get(str(got.raised), "")
    if "matmul" in got.message and "mismatch" in got.message:
        help_text = "In a @ b, the last axis of a must be as long as the first axis of b."
    return summary, shorten(where + message), help_text


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


def _side_by_side(exercise: CheckedExercise, case: Case, got: Outcome) -> Shown:
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
    difference = None if got.raised else _difference(exercise, case, got)
    if difference is None:
        return "", "", ""
    if not exercise.reveal:
        return show(got.value), "", ""
    return *show_pair(difference.got, difference.expected), difference.path


def _raised(error: str | None) -> str:
    return f"({error} is raised)" if error else ""


def _labelled(name: str, text: str) -> str:
    head = f"{name} = " if name else ""
    return head + text.replace("\n", "\n" + " " * len(head))
