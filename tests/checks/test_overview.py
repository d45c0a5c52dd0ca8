"""Progress: recorded where a learner works, shown for the course, and never a reason to fail."""

import json
import os
import shutil
from pathlib import Path

import nbformat
import pytest

from course_lib.checks import Status, check, progress
from course_lib.checks.bundle import BundleError, bundle_folder, find_exercise, read_bundle

COURSE = Path(__file__).resolve().parents[2]
RIGHT = {"square_jvp": lambda x, x_dot: 2 * x * x_dot}
WRONG = {"square_jvp": lambda x, x_dot: 0.0}


def states():
    return {row.id: row.status for lesson in progress().lessons for row in lesson.rows}


def test_a_new_learner(exercises):
    assert set(states().values()) == {Status.NOT_STARTED}
    assert progress().summary == "0 of 5 exercises right · 0 of 13 points"
    assert not (exercises / ".progress.json").exists()


def test_answers_are_recorded(exercises):
    check("90.1", namespace=WRONG)
    assert states()["90.1"] is Status.WRONG
    check("90.1", namespace=RIGHT)
    assert states()["90.1"] is Status.RIGHT
    assert progress().summary == "1 of 5 exercises right · 2 of 13 points"
    check("90.1", namespace={})  # after a restart of the kernel
    assert states()["90.1"] is Status.RIGHT
    record = json.loads((exercises / ".progress.json").read_text("utf-8"))
    assert record == {"format": 1, "exercises": {"90.1": "right"}}


def test_the_overview_shows_itself(exercises):
    check("90.1", namespace=RIGHT)
    shown = progress()._repr_mimebundle_()
    assert "90.1  ✓ Right" in shown["text/plain"]
    assert max(map(len, shown["text/plain"].splitlines())) <= 100
    assert 'scope="row">90.1 · The slope of a square</th>' in shown["text/html"]
    assert '<a href="90_sample.ipynb">Sample exercises</a>' in shown["text/html"]


def test_solutions_and_lessons_leave_no_trace(exercises, monkeypatch):
    solutions = exercises.parent / "solutions"
    solutions.mkdir()
    monkeypatch.chdir(solutions)
    assert check("90.1", namespace=RIGHT).right
    assert not list(exercises.glob(".progress*"))
    html = progress()._repr_mimebundle_()["text/html"]
    assert 'href="../exercises/90_sample.ipynb"' in html


def test_a_preview_is_not_recorded(exercises):
    result = check("90.1", answer=WRONG["square_jvp"], namespace=RIGHT)
    assert result.status is Status.WRONG
    assert not (exercises / ".progress.json").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"exercises": 3}', "\0", "[" * 100_000])
def test_a_broken_record_is_set_aside(exercises, content):
    (exercises / ".progress.json").write_text(content, encoding="utf-8")
    result = check("90.1", namespace=RIGHT)
    assert result.right
    assert "is kept as `.progress.broken-1.json`" in result.notes[0]
    assert (exercises / ".progress.broken-1.json").read_text("utf-8") == content
    assert states()["90.1"] is Status.RIGHT


def test_a_folder_that_cannot_be_written_to(exercises, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    result = check("90.1", namespace=RIGHT)
    assert result.right
    assert "progress was not saved" in result.notes[0]


def test_the_start_page_shows_the_exercises_that_exist(tmp_path):
    """Its stored overview is not compared by nbval: each reader has come another way."""
    shutil.copytree(COURSE / "exercises" / "checks", tmp_path / "checks")  # without any answers
    start = nbformat.read(COURSE / "lessons" / "00_start.ipynb", as_version=4)
    (stored,) = start.cells[-1].outputs
    assert stored.data["text/plain"] == repr(progress(tmp_path / "checks")), "run `make notebooks`"


# --- finding the bundles -------------------------------------------------------------------------


def test_bundles_are_found_from_below_and_by_variable(exercises, monkeypatch, tmp_path):
    checks = exercises / "checks"
    deep = exercises / "a" / "b"
    deep.mkdir(parents=True)
    assert bundle_folder(deep) == checks
    assert bundle_folder(exercises.parent) == checks
    elsewhere = tmp_path / "elsewhere"
    checks.rename(elsewhere)
    monkeypatch.setenv("COURSE_CHECKS", str(elsewhere))
    assert check("90.1", namespace=RIGHT).right
    assert check("90.1", namespace=RIGHT, folder=elsewhere).right
    monkeypatch.setenv("COURSE_CHECKS", os.devnull)
    assert check("90.1", namespace=RIGHT).status is Status.UNAVAILABLE
    assert "The checks of the course were not found" in repr(progress())


@pytest.mark.parametrize("exercise", ["90.9", "90", "nine", "", 90.1, None, "../x.1"])
def test_an_unknown_exercise(exercises, exercise):
    result = check(exercise, namespace=RIGHT)
    assert result.status is Status.UNAVAILABLE
    assert "There is no exercise" in repr(result)
    assert "90." in repr(result)
    result._repr_mimebundle_()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "Expecting value"),
        ("{}", "no 'format'"),
        ('{"format": 9}', "format 9 where 1 was expected"),
        ('{"format": 1, "lesson": "x", "title": "y", "exercises": [3]}', "Came:"),
        ('{"format": 1, "lesson": "x", "title": "y", "exercises": [{"id": "90.1"}]}', "no 'cases'"),
        ("[" * 100_000, "Came:"),
    ],
)
def test_a_broken_bundle(exercises, content, says):
    path = exercises / "checks" / "90_sample.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BundleError, match="Expected: a file written by `make exercises`") as caught:
        read_bundle(path)
    assert says in str(caught.value)
    result = check("90.1", namespace=RIGHT)
    assert result.status is Status.UNAVAILABLE
    assert "git checkout -- exercises/checks/90_sample.json" in " ".join(repr(result).split())
    assert "cannot be read" in repr(progress())


def test_a_bundle_with_a_changed_array(exercises):
    path = exercises / "checks" / "90_sample.json"
    path.write_text(path.read_text("utf-8").replace('"float64"', '"object"', 1), "utf-8")
    with pytest.raises(BundleError, match="dtype 'object' is not one of"):
        find_exercise("90.1")
