"""What passes in exercises 4.2, 5.4, 5.6 and 9.6 works in the engine of exercises 10."""

import re
from pathlib import Path

import pytest

from course_lib.checks.author import load
from course_lib.checks.bundle import find_exercise
from course_lib.checks.checking import judge
from course_lib.checks.parsing import parse

COURSE = Path(__file__).resolve().parents[2]
NEEDING = {"Dual": "10.2", "unbroadcast": "10.3", "Tape": "10.3", "Jet": "10.6"}
LESSONS = ("04_forward_mode", "05_reverse_mode", "09_taylor")
PIECES = [
    ("4.2", "Dual"),
    ("4.2", "Dual__right_school"),
    ("5.4", "unbroadcast"),
    ("5.4", "unbroadcast__right_all_axes"),
    ("5.6", "Tape"),
    ("5.6", "Tape__right_dictionaries"),
    ("9.6", "Jet"),
]


@pytest.fixture(scope="module")
def cells():
    """The cells of the solutions notebooks, by exercise."""
    lessons = [parse(COURSE / "solutions" / f"{slug}.md") for slug in LESSONS]
    return {exercise.id: exercise.cells for lesson in lessons for exercise in lesson.exercises}


def defining(cells, name):
    """The source of the cell that defines a name."""
    return next(c.source for c in cells if re.search(rf"^(class|def) {name}\b", c.source, re.M))


def paste(engine, source, name):
    """Put a piece over the one that stands in the engine's notebook."""
    piece = name.partition("__")[0]
    exec(source, engine)
    engine[piece] = engine[name]


def feedback(engine, exercise):
    found, _ = find_exercise(exercise, COURSE / "exercises" / "checks")
    return judge(found, engine)


@pytest.fixture
def engine():
    """The names of the finished exercises 10; in 10.3, the learner's own tape does the work."""
    names = load(COURSE / "solutions" / "10_capstone.md").namespace
    names["sweep"] = names["sweep__right_pull_back"]
    return names


@pytest.mark.parametrize(("exercise", "name"), PIECES)
def test_a_piece_that_passes_its_exercise_fits(cells, engine, exercise, name):
    source = defining(cells[exercise], name)
    if name == "Jet":  # the one line that the engine's notebook asks to change
        assert "self.c = [float(number) for number in c]" in source
        source = source.replace("[float(number) for number in c]", "list(c)")
    paste(engine, source, name)
    for needing in (NEEDING[name.partition("__")[0]], "10.7"):
        result = feedback(engine, needing)
        assert result.right, str(result)


def test_a_tape_that_adds_in_place_is_noticed_in_10_3(cells, engine):
    source = defining(cells["5.6"], "Tape")
    right = "bars[operand] = bars[operand] + bar"
    assert right in source
    paste(engine, source.replace(right, "bars[operand] += bar"), "Tape")
    result = feedback(engine, "10.3")
    assert not result.right
    assert "write into" in result.diagnosis.title


UNFIT = [  # a piece, what passes in its own exercise, and what it cannot do in the engine
    ("Dual", "value = np.exp(self.value)", "value = np.e ** self.value", "10.2", "power"),
    ("Dual", "np.sin(self.value)", "__import__('math').sin(self.value)", "10.2", "np.sin stops"),
    (
        "unbroadcast",
        "bar = np.sum(bar, axis=0)",
        "bar = np.add.reduce(bar, axis=0)",
        "10.3",
        "reduce",
    ),
    ("unbroadcast", "while np.ndim", "bar = np.asarray(bar)\n    while np.ndim", "10.3", "a box"),
    ("Tape", "append((None, ()))", "append(None)", "10.3", "(None, ())"),
]


@pytest.mark.parametrize(("piece", "right", "unfit", "exercise", "reason"), UNFIT)
def test_a_piece_that_does_not_fit_is_named(engine, piece, right, unfit, exercise, reason):
    cell = defining(parse(COURSE / "solutions" / "10_capstone.md").cells, piece)
    assert right in cell
    paste(engine, cell.replace(right, unfit), piece)
    result = str(feedback(engine, exercise))
    assert f"mend your {piece}, at the top of the notebook" in " ".join(result.split())
    assert reason in result


def test_a_right_answer_in_10_5_is_not_said_to_be_a_list(engine):
    engine["apply"] = engine["apply__options_in_the_note_alone"]
    assert "lie in a list" not in str(feedback(engine, "10.5"))


def test_zeros_from_note_are_not_said_to_be_the_input_s(engine):
    engine["Taylor"] = engine["Taylor__no_rates"]
    assert "what has no jet" in str(feedback(engine, "10.6"))
