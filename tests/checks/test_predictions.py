"""What a prediction's feedback says holds of the prediction, whatever mistakes come together."""

import re
from pathlib import Path

import numpy as np
import pytest

from course_lib.checks.bundle import bundle_files, read_bundle
from course_lib.checks.checking import judge
from course_lib.checks.compare import agree

FOLDER = Path(__file__).resolve().parents[2] / "exercises" / "checks"
EXERCISES = {
    exercise.id: exercise
    for path in bundle_files(FOLDER)
    for exercise in read_bundle(path).exercises
}
PREDICTIONS = [key for key, exercise in EXERCISES.items() if not exercise.reveal]
PRAISES = re.compile(r"\b(is|are) right\b|[Yy]ou know\b")
PRAISES_ITS_OWN_ENTRY = {
    ("2.1", "no_signs"),
    ("10.1", "nesting_overwrites"),
    ("10.1", "matrix_rule_in_D"),
}
"""Messages that call right what shows in the very entry that is wrong, or in the question."""


def predictions(exercise, count):
    """Listed wrong answers, with up to three entries from other answers, or with nonsense."""
    rng = np.random.default_rng(int(exercise.id.replace(".", "")))
    right = exercise.cases[0].expected.value
    listed = [answer.outcomes[0].value for answer in exercise.wrong]
    nonsense = {k: "nonsense" if isinstance(v, str) else 12345 for k, v in right.items()}
    for number in range(count):
        given = dict(listed[number % len(listed)])
        others = [right, nonsense, *listed]
        for key in rng.permutation([*right])[: rng.integers(0, 4)]:
            given[key] = others[rng.integers(len(others))][key]
        yield given


def same(exercise, one, other):
    return agree(one, other, exercise.rtol, exercise.atol, exercise.lists)


def right_entries(exercise, answer):
    right = exercise.cases[0].expected.value
    return {key for key in right if same(exercise, right[key], answer[key])}


def test_there_are_predictions():
    assert len(PREDICTIONS) >= 9


@pytest.mark.parametrize("id", PREDICTIONS)
def test_a_recognised_belief_holds_of_the_answer(id):
    exercise = EXERCISES[id]
    recognised = set()
    for given in predictions(exercise, 200):
        feedback = judge(exercise, {exercise.name: lambda given=given: given})
        if feedback.diagnosis is None:
            continue
        told = feedback.diagnosis.message
        belief = next(w for w in exercise.wrong if w.message == told)
        own = belief.outcomes[0].value
        spoken_of = own.keys() - right_entries(exercise, own)
        assert all(same(exercise, own[key], given[key]) for key in spoken_of), (given, told)
        assert set(belief.needs) <= right_entries(exercise, given), (given, told)
        place = re.search(r"right: \[('[^']*')\]", feedback.where)
        assert place is None or place[1] in map(repr, spoken_of), (given, feedback.where, told)
        recognised.add(belief.slug)
    assert recognised == {answer.slug for answer in exercise.wrong}


def test_a_message_that_calls_entries_right_needs_them_to_be():
    for exercise in EXERCISES.values():
        if not isinstance(exercise.cases[0].expected.value, dict) or exercise.reveal:
            continue
        for answer in exercise.wrong:
            if PRAISES.search(answer.message):
                assert answer.needs or (exercise.id, answer.slug) in PRAISES_ITS_OWN_ENTRY, answer


@pytest.mark.parametrize(
    ("id", "answer"),
    [
        ("1.1", {"forward": 1e-12, "second": 1e-8, "h = 1e-17": 2.718, "runs": 11}),
        ("3.1", {"lines": 6, "arrows": 15, "arrows from b": 1, "paths from y": 3}),
        ("4.6", {"A": 12, "B": 24, "A inner": 2, "A untagged": 24, "B untagged": 24}),
    ],
)
def test_nothing_wrong_is_called_right(id, answer):
    exercise = EXERCISES[id]
    feedback = judge(exercise, {exercise.name: lambda: answer})
    assert feedback.diagnosis is None or not PRAISES.search(feedback.diagnosis.message)


def test_the_place_is_one_that_the_belief_speaks_of():
    exercise = EXERCISES["2.1"]
    right = exercise.cases[0].expected.value
    answer = right | {"wheels": 12, "area": 35}
    feedback = judge(exercise, {exercise.name: lambda: answer})
    assert feedback.diagnosis.title == "one path is enough."
    assert feedback.where == "One of the parts that are not right: ['area']."
