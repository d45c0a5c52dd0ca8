"""Every solutions notebook of the course, and the sample: generated, answered, and compared."""

import json
from pathlib import Path

import pytest

from course_lib.checks.__main__ import find_sources
from course_lib.checks.author import load
from course_lib.checks.bundle import to_json
from course_lib.checks.checking import judge
from course_lib.checks.feedback import Status
from course_lib.checks.generate import Generated, compare_with_folder, notebook_text
from course_lib.checks.verify import bundle_of

ROOT = Path(__file__).resolve().parents[2]
SOURCES = find_sources(ROOT / "solutions")
SAMPLE = Path(__file__).parent / "sample" / "90_sample.md"

_loaded = {}


def loaded_once(path):
    if path not in _loaded:
        lesson = load(path)
        _loaded[path] = lesson, bundle_of(lesson)
    return _loaded[path]


@pytest.fixture(params=[*SOURCES, SAMPLE], ids=lambda path: path.stem)
def loaded(request):
    """A lesson and its bundle."""
    return loaded_once(request.param)


def each(loaded):
    lesson, bundle = loaded
    return [
        (exercise, checked, lesson.namespace)
        for exercise, checked in zip(lesson.exercises, bundle.exercises, strict=True)
    ]


@pytest.mark.skipif(not (ROOT / "solutions").exists(), reason="no solutions yet")
def test_there_is_a_source():
    assert SOURCES


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_the_exercises_are_up_to_date(source):
    lesson, bundle = loaded_once(source)
    generated = Generated(lesson.slug, notebook_text(lesson), to_json(bundle))
    assert compare_with_folder(generated, ROOT / "exercises") == [], "run `make exercises`"


def test_every_solution_and_right_variant_passes(loaded):
    for exercise, checked, names in each(loaded):
        for answer in (exercise.solution, *exercise.right.values()):
            feedback = judge(checked, {**names, exercise.name: answer})
            assert feedback.right, feedback
            assert feedback.points == exercise.points


def test_every_wrong_answer_is_rejected_with_its_own_message(loaded):
    for exercise, checked, names in each(loaded):
        messages = {answer.slug: answer.message for answer in checked.wrong}
        assert len(set(messages.values())) == len(messages)
        for slug, answer in exercise.wrong.items():
            feedback = judge(checked, {**names, exercise.name: answer})
            assert feedback.status is Status.WRONG
            assert feedback.diagnosis.message == messages[slug], feedback
            assert feedback.points == 0


def test_beliefs_are_on_the_list(loaded):
    for _, checked, _ in each(loaded):
        numbers = {answer.belief for answer in checked.wrong}
        assert numbers - {None} <= set(range(1, 47))


def test_unfilled_cells_run_and_are_not_started(loaded):
    lesson, bundle = loaded
    notebook = json.loads(notebook_text(lesson))
    for cell in notebook["cells"]:
        assert not cell.get("outputs")
    names = dict(lesson.namespace)
    for cell in notebook["cells"]:
        if "solution" in cell["metadata"].get("tags", []):
            exec("".join(cell["source"]), names)
    for checked in bundle.exercises:
        assert judge(checked, names).status is Status.NOT_STARTED


def test_solutions_and_wrong_answers_stay_secret(loaded):
    lesson, bundle = loaded
    notebook, checks = notebook_text(lesson), to_json(bundle)
    assert "### BEGIN SOLUTION" not in notebook + checks
    for exercise, _, _ in each(loaded):
        for name in (*exercise.wrong, *exercise.right):
            assert f"{exercise.name}__{name}" not in notebook + checks
