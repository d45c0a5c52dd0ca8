"""From source to exercise: what is made, what stays secret, and that no work is lost."""

import json
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from course_lib.checks.__main__ import main
from course_lib.checks.author import load
from course_lib.checks.bundle import read_bundle, readable_json, to_json
from course_lib.checks.generate import build, is_untouched, same_bundle, write

SAMPLE = Path(__file__).parent / "sample" / "90_sample.md"


@pytest.fixture
def notebook(generated):
    return json.loads(generated.notebook)


def source_of(notebook, cell_id):
    return "".join(next(c["source"] for c in notebook["cells"] if c["id"] == cell_id))


def test_the_same_source_gives_the_same_bytes(generated):
    assert build(SAMPLE) == generated


def test_the_notebook_is_valid_and_has_no_outputs(generated, notebook):
    nbformat.validate(nbformat.reads(generated.notebook, as_version=4))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert generated.notebook.endswith("}\n")
    assert '\n "cells": [' in generated.notebook


def test_cells_of_an_exercise(notebook):
    ids = [cell["id"] for cell in notebook["cells"]]
    assert ids == [
        *("intro-text", "intro-text-2"),
        *("90-1-statement", "90-1-solution", "90-1", "90-1-hint", "90-1-hint-2"),
        *("90-2-statement", "90-2-solution", "90-2"),
        *("90-3-statement", "90-3-solution", "90-3", "90-3-hint"),
        *("90-4-statement", "90-4-solution", "90-4"),
        *("90-5-statement", "90-5-solution", "90-5", "90-5-hint"),
        "intro-text-3",
    ]


def test_what_the_learner_gets(notebook):
    assert source_of(notebook, "90-1-solution").endswith(
        '"""Tangent of x² at x (numbers)."""\n    # YOUR CODE HERE\n    raise NotImplementedError()'
    )
    assert source_of(notebook, "90-3-solution").endswith("return y_bar")
    assert source_of(notebook, "90-1-hint-2") == (
        "<details><summary>Hint 2 of 2</summary>\n\nMultiply by the tangent.\n\n</details>"
    )
    assert source_of(notebook, "90-1") == 'check("90.1")'


def test_nothing_secret_gets_out(generated):
    for text in (generated.notebook, generated.bundle):
        for secret in ("secret_of_the_solution", "wrong_answers_code", "SOLUTION", "x_bar = z_bar"):
            assert secret not in text
    for secret in ("no_seed", "__cases", "__hidden", "Belief", "misconception", "y_bar.sum"):
        assert secret not in generated.notebook
    assert "__hidden" not in generated.bundle
    assert "y_bar.sum" not in generated.bundle


def test_a_bundle_survives_reading_and_writing(generated, exercises):
    bundle = read_bundle(exercises / "checks" / "90_sample.json")
    assert to_json(bundle) == generated.bundle
    assert [e.points for e in bundle.exercises] == [2, 1, 3, 3, 4]
    hinted = bundle.exercises[0].wrong[0]
    assert (hinted.belief, hinted.hint, hinted.slug) == (16, 2, "no_seed")
    np.testing.assert_array_equal(bundle.exercises[2].cases[1].args[0], [[1, -1], [0.5, 2]])


def test_special_values_in_a_bundle(source_with):
    path = source_with(('"negative": (-1.5, 4.0)', '"negative": (-np.inf, 4.0)'))
    assert '{"float": "-inf"}' in build(path).bundle


# --- nothing is lost -----------------------------------------------------------------------------


def test_writing_again_changes_nothing(generated, exercises):
    assert write(generated, exercises) == []
    assert not list(exercises.glob("*backup*"))


def test_work_is_kept(generated, exercises):
    path = exercises / "90_sample.ipynb"
    for number, text in enumerate(["pass  # mine", "pass  # mine too"], 1):
        work = generated.notebook.replace("raise NotImplementedError()", text, 1)
        path.write_text(work, encoding="utf-8")
        messages = write(generated, exercises)
        assert messages[0].endswith(f"had work in it: kept as 90_sample.backup-{number}.ipynb")
        assert (exercises / f"90_sample.backup-{number}.ipynb").read_text("utf-8") == work
        assert path.read_text("utf-8") == generated.notebook


def test_outputs_count_as_work(generated, exercises):
    notebook = json.loads(generated.notebook)
    output = {"output_type": "stream", "name": "stdout", "text": ["3\n"]}
    notebook["cells"][1]["outputs"] = [output]
    assert not is_untouched(json.dumps(notebook))


def test_an_untouched_notebook_is_replaced_without_a_backup(generated, exercises, source_with):
    path = exercises / "90_sample.ipynb"
    saved = json.loads(path.read_text("utf-8"))
    saved["metadata"]["language_info"]["version"] = "3.13"  # as JupyterLab does on saving
    path.write_text(json.dumps(saved), encoding="utf-8")
    changed = build(source_with(("The slope of a square", "The slope of the square")))
    assert write(changed, exercises) == ["wrote 90_sample.ipynb", "wrote checks/90_sample.json"]
    assert not list(exercises.glob("*backup*"))


@pytest.mark.parametrize("content", [b"", b"{broken", b"[]", b"\xff\xfe\x00", b'{"metadata": 3}'])
def test_a_broken_notebook_is_kept(generated, exercises, content):
    (exercises / "90_sample.ipynb").write_bytes(content)
    write(generated, exercises)
    assert (exercises / "90_sample.backup-1.ipynb").read_bytes() == content


def test_a_failed_write_leaves_the_old_file(generated, exercises, monkeypatch):
    def fail(*args):
        raise OSError("disk full")

    changed = json.loads(generated.notebook)
    monkeypatch.setattr("os.fsync", fail)
    changed = type(generated)(generated.slug, "new", generated.bundle)
    with pytest.raises(OSError, match="disk full"):
        write(changed, exercises)
    assert (exercises / "90_sample.ipynb").read_text("utf-8") == generated.notebook
    assert sorted(p.name for p in exercises.iterdir()) == ["90_sample.ipynb", "checks"]


# --- comparing -----------------------------------------------------------------------------------


def test_bundles_may_differ_in_the_last_bits(generated):
    near = generated.bundle.replace("0.33333333333333337", "0.3333333333333333")
    far = generated.bundle.replace("0.33333333333333337", "0.3333334")
    assert near != generated.bundle
    assert same_bundle(near, generated.bundle)
    assert not same_bundle(far, generated.bundle)
    assert not same_bundle(generated.bundle.replace('"90.1"', '"90.9"'), generated.bundle)
    assert not same_bundle(generated.bundle.replace("  ", " "), generated.bundle)
    assert not same_bundle("{", generated.bundle)
    assert not same_bundle(None, generated.bundle)


def test_large_bundles_may_differ_in_the_last_bits_too():
    values = [0.1] * 30_000
    new, near = (readable_json({"a": [*values, x]}) + "\n" for x in (0.3, 0.1 + 0.2))
    assert near != new
    assert same_bundle(near, new)


def test_the_command(tmp_path, capsys):
    folder = str(tmp_path / "exercises")
    assert main(["generate", str(SAMPLE), "--exercises", folder, "--check"]) == 1
    assert "90_sample.ipynb: missing" in capsys.readouterr().out
    assert not (tmp_path / "exercises").exists()
    assert main(["generate", str(SAMPLE), "--exercises", folder]) == 0
    assert main(["generate", str(SAMPLE), "--exercises", folder, "--check"]) == 0
    assert "up to date" in capsys.readouterr().out
    notebook = tmp_path / "exercises" / "90_sample.ipynb"
    notebook.write_text(notebook.read_text("utf-8").replace("square_jvp", "cube_jvp", 1), "utf-8")
    assert main(["generate", str(SAMPLE), "--exercises", folder, "--check"]) == 1
    out, err = capsys.readouterr()
    assert re.search(r"90_sample.ipynb: line \d+: is .*cube_jvp.*, should be .*square_jvp", out)
    assert "make exercises" in err


def test_the_command_reports_mistakes_and_goes_on(tmp_path, source_with, capsys):
    bad = source_with(('check("90.1")', 'check("90.7")'))
    folder = tmp_path / "exercises"
    assert main(["generate", str(bad), str(SAMPLE), "--exercises", str(folder)]) == 1
    assert 'Write check("90.1") and nothing else' in capsys.readouterr().err
    assert (folder / "90_sample.ipynb").exists()
    assert main(["generate", "--solutions", str(tmp_path / "none")]) == 1


def test_reading_the_ipynb_gives_the_same(generated, tmp_path):
    import jupytext

    path = tmp_path / "90_sample.ipynb"
    nbformat.write(jupytext.read(SAMPLE), path)
    again = build(path)
    assert again == generated


def test_the_source_as_dataclasses():
    lesson = load(SAMPLE)
    first = lesson.exercises[0]
    assert (lesson.title, first.id, first.minutes, first.points) == (
        "Sample exercises",
        "90.1",
        4,
        2,
    )
    assert list(first.wrong) == ["no_seed", "last_use", "string"]
    assert list(first.right) == ["right_sum"]
    assert len(first.hidden(np.random.default_rng(0))) == 2
    assert lesson.exercises[2].options == {"rtol": 1e-8, "lists": True}
