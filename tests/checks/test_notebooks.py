"""The sample in a real kernel: unfilled, filled in, as a solutions notebook, and under nbgrader."""

import json
import re

import jupytext
import nbclient
import nbformat
import pytest

from course_lib.checks import check
from course_lib.checks.nbgrader import stamp_nbgrader

ANSWERS = {
    "90-1-solution": "def square_jvp(x, x_dot):\n    return x + x",
    "90-5-solution": "def layer_bar(x, w, z_bar):\n    return z_bar @ w.T, x.T @ z_bar",
}


def run(notebook, folder, monkeypatch, **options):
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    resources = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(notebook, timeout=60, resources=resources, **options).execute()
    return notebook


def feedback_texts(notebook):
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    return [o["data"]["text/plain"] for o in outputs if o["output_type"] == "execute_result"]


@pytest.fixture
def notebook(exercises):
    return nbformat.read(exercises / "90_sample.ipynb", as_version=4)


def test_unfilled_it_runs_and_nothing_is_started(notebook, exercises, monkeypatch):
    texts = feedback_texts(run(notebook, exercises, monkeypatch))
    assert [text.splitlines()[0].split("·")[0] for text in texts] == [
        f"○ Not started: Exercise 90.{n} " for n in range(1, 6)
    ]
    assert not (exercises / ".progress.json").exists()


def test_filled_in(notebook, exercises, monkeypatch):
    for cell in notebook.cells:
        cell.source = ANSWERS.get(cell.id, cell.source)
    texts = feedback_texts(run(notebook, exercises, monkeypatch))
    assert "This is what comes of believing" in texts[0]
    assert texts[4].startswith("✓ Right")
    record = json.loads((exercises / ".progress.json").read_text("utf-8"))
    assert record["exercises"] == {"90.1": "wrong", "90.5": "right"}


def test_the_source_runs_as_a_solutions_notebook(sample_source, exercises, monkeypatch):
    texts = feedback_texts(run(jupytext.read(sample_source), exercises.parent, monkeypatch))
    assert [text[0] for text in texts] == list("✓✗✓✓✓✓")  # the second is a preview
    assert not (exercises / ".progress.json").exists()


# --- nbgrader ------------------------------------------------------------------------------------


def test_metadata_follows_the_schema(notebook, sample_source):
    """Checked against the rules of nbgrader's schema 3 and its validator."""
    stamped = stamp_nbgrader(jupytext.read(sample_source), sample_source)
    for book in (notebook, stamped):
        meta = [cell.metadata.nbgrader for cell in book.cells if "nbgrader" in cell.metadata]
        ids = [m.grade_id for m in meta]
        assert len(ids) == len(set(ids)) == 15
        assert all(re.fullmatch(r"[a-zA-Z0-9_\-]+", i) for i in ids)
        assert all(m.schema_version == 3 for m in meta)
        assert sum(m.points for m in meta if m.grade) == 13
        assert all(m.solution != m.locked and m.grade <= m.locked for m in meta)
        allowed = {"schema_version", "grade", "grade_id", "locked", "solution", "task", "points"}
        assert all(set(m) <= allowed for m in meta)


def test_nbgraders_source_keeps_solutions_and_drops_what_is_secret(sample_source):
    original = jupytext.read(sample_source)
    text = nbformat.writes(stamp_nbgrader(original, sample_source))
    assert "secret_of_the_solution" in text
    for secret in ("__cases", "__hidden", "no_seed", "Belief"):
        assert secret not in text
    assert original.cells[2].metadata == {}


@pytest.mark.parametrize("mode", ["autograde", "validate"])
def test_under_nbgrader_what_is_not_right_raises(exercises, monkeypatch, mode):
    monkeypatch.setenv("NBGRADER_EXECUTION", mode)
    assert check("90.1", namespace={"square_jvp": lambda x, x_dot: 2 * x * x_dot}).right
    for names in ({}, {"square_jvp": lambda x, x_dot: x}, {"square_jvp": None}):
        with pytest.raises(AssertionError, match=r"90\.1"):
            check("90.1", namespace=names)
    with pytest.raises(AssertionError, match="no exercise"):
        check("90.9", namespace={})
    assert not (exercises / ".progress.json").exists()
