"""From the outcomes of all cases to one feedback: what is wrong, where, and by which belief."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_lib.checks.bundle import Case, CheckedExercise, WrongAnswer
from course_lib.checks.compare import agree
from course_lib.checks.explain import difference, explain, is_unwritten, side_by_side
from course_lib.checks.feedback import Diagnosis, Feedback, Status, feedback_on, plural
from course_lib.checks.run import Outcome, same_outcome


def diagnose(exercise: CheckedExercise, outcomes: Sequence[Outcome]) -> Feedback:
    """Judge the outcomes of an exercise's cases, one per case and in their order."""
    if any(outcome.raised == "KeyboardInterrupt" for outcome in outcomes):
        return feedback_on(exercise, Status.INTERRUPTED, _interrupted(exercise, outcomes))
    if all(map(is_unwritten, outcomes)):
        summary = f"Write your code for `{exercise.name}`, run its cell, then run this one again."
        return feedback_on(exercise, Status.NOT_STARTED, summary)
    good = [is_right(exercise, c, o) for c, o in zip(exercise.cases, outcomes, strict=True)]
    notes = _notes(outcomes)
    if all(good):
        summary = "Well done: the public checks passed."
        right = {"points": exercise.points, "passed": len(good), "notes": notes}
        return feedback_on(exercise, Status.RIGHT, summary, **right)
    if exercise.stub is not None and all(_same(exercise, exercise.stub, outcomes)):
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
    return difference(exercise, case, got) is None


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
    words = explain(exercise, case, got)
    answer, exact = explaining_answer(exercise, outcomes, good)
    diagnosis = answer and Diagnosis(answer.belief, answer.title, answer.message, exact)
    where = _place(exercise, case, answer.outcomes[first], words.where) if answer else words.where
    return feedback_on(
        exercise,
        Status.WRONG,
        words.summary,
        passed=sum(good),
        shown=side_by_side(exercise, case, got),
        where=where,
        diagnosis=diagnosis,
        help="" if diagnosis else words.help,
        hint=(answer and answer.hint) or (1 if exercise.hints else None),
        notes=notes,
    )


def explaining_answer(
    exercise: CheckedExercise, outcomes: Sequence[Outcome], good: Sequence[bool]
) -> tuple[WrongAnswer | None, bool]:
    """The listed wrong answer that explains the outcomes, and whether it explains all of them."""
    matches = [_same(exercise, answer.outcomes, outcomes) for answer in exercise.wrong]
    for answer, same in zip(exercise.wrong, matches, strict=True):
        if all(same):
            returned = any(not o.raised for o, ok in zip(outcomes, good, strict=True) if not ok)
            return answer, returned
    first = good.index(False)
    refuted = [_refuted(exercise, answer, good) for answer in exercise.wrong]
    possible = [[] if no else same for no, same in zip(refuted, matches, strict=True)]
    likely = _most_cases(exercise, outcomes, first, possible)
    return likely or _most_parts(exercise, outcomes, first), False


def _refuted(exercise: CheckedExercise, answer: WrongAnswer, good: Sequence[bool]) -> bool:
    """Whether a case that the listed answer gets wrong is right."""
    listed = zip(exercise.cases, answer.outcomes, strict=True)
    return any(
        ok and not is_right(exercise, case, outcome)
        for ok, (case, outcome) in zip(good, listed, strict=True)
    )


def _most_cases(
    exercise: CheckedExercise,
    outcomes: Sequence[Outcome],
    first: int,
    matches: Sequence[Sequence[bool]],
) -> WrongAnswer | None:
    """The only answer that explains the first failing case and, with it, more than any other."""
    if outcomes[first].raised:
        return None
    counts = [sum(same) if same and same[first] else 0 for same in matches]
    best = max(counts, default=0)
    return exercise.wrong[counts.index(best)] if best and counts.count(best) == 1 else None


def _most_parts(
    exercise: CheckedExercise, outcomes: Sequence[Outcome], first: int
) -> WrongAnswer | None:
    """The answer that explains most of the wrong entries, in an exercise with entries by name.

    Two beliefs may meet in one answer: each explains its own entries, and none explains all.
    """
    case, got = exercise.cases[first], outcomes[first]
    counts = [_parts(exercise, case, w.needs, w.outcomes[first], got) for w in exercise.wrong]
    return exercise.wrong[counts.index(max(counts))] if any(counts) else None


def _parts(
    ex: CheckedExercise, case: Case, needs: Sequence[str], listed: Outcome, got: Outcome
) -> int:
    """How many entries a listed answer gets wrong, if they are wrong in the same way in `got`.

    0, if `got` has an entry wrong that the listed answer's message calls right.
    """
    ours, wrong = entries(ex, case, got), _wrong_entries(ex, case, listed)
    if not ours or not all(ours[key] for key in needs):
        return 0
    return len(wrong) if all(_agree(ex, listed.value[key], got.value[key]) for key in wrong) else 0


def entries(ex: CheckedExercise, case: Case, got: Outcome) -> dict[str, bool]:
    """Which entries of an answer by name are right; nothing, if it has other names."""
    right, ours = case.expected.value, got.value
    if not (isinstance(right, dict) and isinstance(ours, dict) and right.keys() == ours.keys()):
        return {}
    return {key: _agree(ex, value, ours[key]) for key, value in right.items()}


def _wrong_entries(ex: CheckedExercise, case: Case, got: Outcome) -> list[str]:
    return [key for key, right in entries(ex, case, got).items() if not right]


def _place(ex: CheckedExercise, case: Case, listed: Outcome, where: str) -> str:
    """Where it is wrong: in an entry that the listed answer explains, if entries have names."""
    wrong = _wrong_entries(ex, case, listed)
    if ex.reveal or not wrong or any(f"[{key!r}]" in where for key in wrong):
        return where
    return f"One of the parts that are not right: [{wrong[0]!r}]."


def _agree(ex: CheckedExercise, one: Any, other: Any) -> bool:
    return agree(one, other, ex.rtol, ex.atol, ex.lists)


def _same(ex: CheckedExercise, listed: Sequence[Outcome], got: Sequence[Outcome]) -> list[bool]:
    """In which cases two answers end alike."""
    return [
        same_outcome(a, b, ex.rtol, ex.atol, not ex.mutates, ex.lists)
        for a, b in zip(listed, got, strict=True)
    ]
