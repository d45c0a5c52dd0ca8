"""``tools/notebooks.py``: the right file counts, nothing is lost, a second run changes no byte."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools.notebooks import main

ROOT = Path(__file__).resolve().parents[2]

MD = """\
---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A title

Some words.

```{code-cell} ipython3
import sys, time

for step in range(3):
    print(f"\\rstep {step}", end="")
print("\\ndone", flush=True)
```

+++ {"tags": ["hint"]}

A hint.

```{code-cell} ipython3
:tags: [nbval-ignore-output]

6 * 7
```
"""


@pytest.fixture
def pair(tmp_path):
    """One notebook in a folder of its own, as .md; run, as both files."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    md = folder / "01_sample.md"
    md.write_text(MD, encoding="utf-8")
    return md, md.with_suffix(".ipynb")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """The .ipynb that a first run makes: one kernel for all tests that only need its result."""
    md = tmp_path_factory.mktemp("template") / "01_sample.md"
    md.write_text(MD, encoding="utf-8")
    assert main([str(md)]) == 0
    return md.with_suffix(".ipynb").read_bytes()


@pytest.fixture
def stored(pair, template):
    pair[1].write_bytes(template)
    return pair


def set_age(path, seconds):
    now = path.stat().st_mtime
    os.utime(path, (now - seconds, now - seconds))


def edit_md(md, old, new):
    md.write_text(md.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def edit_ipynb(ipynb, old, new):
    notebook = nbformat.read(ipynb, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(old, new)
    nbformat.write(notebook, ipynb)


def backups(md):
    return sorted((md.parent / ".notebook-backups").glob("01_sample.*"))


def outputs(ipynb):
    cells = nbformat.read(ipynb, as_version=4).cells
    return [cell.outputs for cell in cells if cell.cell_type == "code"]


def test_first_run_makes_the_ipynb(stored):
    md, ipynb = stored
    first, second = outputs(ipynb)
    # One line, as a screen shows it after the carriage returns; one stream, however it arrived.
    assert [out.text for out in first] == ["step 2\ndone\n"]
    assert second[0].data["text/plain"] == "42"
    assert md.read_text(encoding="utf-8") == MD
    assert not backups(md)


def test_second_run_writes_the_same_bytes(stored, capsys):
    before = [path.read_bytes() for path in stored]
    assert main([str(stored[0])]) == 0
    assert [path.read_bytes() for path in stored] == before
    assert "unchanged" in capsys.readouterr().out


def test_a_cell_that_prints_seconds_keeps_its_output_until_it_is_edited(pair):
    md, ipynb = pair
    clock = "import time\n\ntime.perf_counter_ns()"
    md.write_text(
        MD.replace("6 * 7", clock).replace("ignore-output]", "ignore-output, timing]"),
        encoding="utf-8",
    )
    assert main([str(md)]) == 0
    before = ipynb.read_bytes()
    assert main([str(md)]) == 0
    assert ipynb.read_bytes() == before
    edit_md(md, "A hint.", "A hint.\n\n```{code-cell} ipython3\n1 + 1\n```")
    assert main([str(md)]) == 0
    assert outputs(ipynb)[2][0].data == nbformat.reads(before.decode(), 4).cells[-1].outputs[0].data
    assert outputs(ipynb)[2][0].execution_count == 3, "it was run as the third cell"
    edit_md(md, "perf_counter_ns()", "perf_counter_ns() + 1")
    assert main([str(md)]) == 0
    assert outputs(ipynb)[2] != nbformat.reads(before.decode(), 4).cells[-1].outputs


def test_made_anew_it_has_the_same_bytes(stored):
    md, ipynb = stored
    before = ipynb.read_bytes()
    ipynb.unlink()
    assert main([str(md)]) == 0
    assert ipynb.read_bytes() == before


def test_metadata_name_no_version_and_no_time(stored):
    notebook = json.loads(stored[1].read_text(encoding="utf-8"))
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert "version" not in notebook["metadata"]["language_info"]
    assert [cell["metadata"] for cell in notebook["cells"]] == [
        {},
        {},
        {"tags": ["hint"]},
        {"tags": ["nbval-ignore-output"]},
    ]


def test_ids_stay_with_their_cells(stored):
    md, ipynb = stored
    before = {cell.source: cell.id for cell in nbformat.read(ipynb, as_version=4).cells}
    edit_md(md, "# A title", "# A title\n\n+++\n\nA new cell.")
    assert main(["--no-run", str(md)]) == 0
    after = {cell.source: cell.id for cell in nbformat.read(ipynb, as_version=4).cells}
    assert before["6 * 7"] == after["6 * 7"]
    assert len(set(after.values())) == len(after)


def test_equal_cells_get_different_ids(pair):
    md, ipynb = pair
    md.write_text(MD + "\n```{code-cell}\n6 * 7\n```\n", encoding="utf-8")
    assert main([str(md)]) == 0
    ids = [cell.id for cell in nbformat.read(ipynb, as_version=4).cells]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("age_of_md", [-60, 60])
def test_edited_md_counts_if_the_ipynb_is_as_stored(stored, age_of_md):
    md, ipynb = stored
    edit_md(md, "6 * 7", "6 * 8")
    set_age(md, age_of_md)
    assert main([str(md)]) == 0
    assert outputs(ipynb)[1][0].data["text/plain"] == "48"
    assert not backups(md)  # the .ipynb held nothing that a person had written


@pytest.mark.parametrize("age_of_md", [-60, 60])
def test_edited_ipynb_counts_if_the_md_is_as_stored(stored, age_of_md, capsys):
    md, ipynb = stored
    edit_ipynb(ipynb, "6 * 7", "6 * 9")
    set_age(md, age_of_md)
    assert main([str(md)]) == 0
    assert "6 * 9" in md.read_text(encoding="utf-8")
    assert outputs(ipynb)[1][0].data["text/plain"] == "54"
    assert "taken from the .ipynb" in capsys.readouterr().out


def test_cell_deleted_from_the_ipynb_is_an_edit(stored):
    md, ipynb = stored
    notebook = nbformat.read(ipynb, as_version=4)
    del notebook.cells[-1]
    nbformat.write(notebook, ipynb)
    assert main(["--no-run", str(md)]) == 0
    assert "6 * 7" not in md.read_text(encoding="utf-8")
    assert backups(md)[0].read_text(encoding="utf-8") == MD


def test_md_counts_when_both_were_edited_in_the_same_moment(stored):
    md, ipynb = stored
    edit_md(md, "6 * 7", "6 * 8")
    edit_ipynb(ipynb, "6 * 7", "6 * 9")
    set_age(md, 1)
    assert main(["--no-run", str(md)]) == 0
    assert "6 * 8" in md.read_text(encoding="utf-8")


@pytest.mark.parametrize("older", ["md", "ipynb"])
def test_newer_one_counts_when_both_were_edited_and_the_other_is_kept(stored, older, capsys):
    md, ipynb = stored
    loser = md if older == "md" else ipynb
    edit_md(md, "Some words", "Words of the md")
    edit_ipynb(ipynb, "Some words", "Words of the ipynb")
    set_age(loser, 60)
    before = loser.read_bytes()
    assert main(["--no-run", str(md)]) == 0
    winner = "Words of the ipynb" if older == "md" else "Words of the md"
    assert all(winner in path.read_text(encoding="utf-8") for path in stored)
    (kept,) = backups(md)
    assert kept.read_bytes() == before
    assert kept.suffix == loser.suffix
    assert kept.name in capsys.readouterr().out
    assert (kept.parent / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_blanks_that_md_cannot_hold_do_not_keep_the_files_apart(stored):
    md, ipynb = stored
    set_age(md, 60)
    edit_ipynb(ipynb, "Some words.", "Other words.  \n\n")
    assert main(["--no-run", str(md)]) == 0
    assert len(backups(md)) == 1
    assert main(["--check", "--no-run", str(md)]) == 0
    assert main(["--no-run", str(md)]) == 0
    assert len(backups(md)) == 1


def test_a_lone_ipynb_gets_its_md(stored):
    md, ipynb = stored
    md.unlink()
    assert main(["--no-run", str(ipynb)]) == 0
    assert md.read_text(encoding="utf-8") == MD


def test_failing_cell_is_located_and_nothing_is_written(stored, capsys):
    md, ipynb = stored
    before = ipynb.read_bytes()
    edit_md(md, "6 * 7", "def half(x):\n    return x / 0\n\n\nhalf(3)")
    assert main([str(md)]) == 1
    assert ipynb.read_bytes() == before
    out = capsys.readouterr().out
    line = md.read_text(encoding="utf-8").splitlines().index("half(3)") + 1
    assert f"01_sample.md, line {line} (cell 4, its line 5): half(3)" in out
    assert "ZeroDivisionError: division by zero" in out
    assert "stored outputs are as they were" in out


def test_syntax_error_is_located(pair, capsys):
    md, _ = pair
    edit_md(md, "6 * 7", "x = 1\nx = = 2")
    assert main([str(md)]) == 1
    assert "its line 2): x = = 2" in capsys.readouterr().out


def test_endless_cell_is_stopped_and_named(pair, capsys):
    md, _ = pair
    edit_md(md, "6 * 7", "while True:\n    pass")
    assert main(["--timeout", "1", str(md)]) == 1
    out = capsys.readouterr().out
    assert "cell 4" in out
    assert "no answer within 1 s" in out


def test_dying_kernel_is_reported(pair, capsys):
    md, _ = pair
    edit_md(md, "6 * 7", "import os\nos._exit(3)")
    assert main([str(md)]) == 1
    assert "DeadKernelError" in capsys.readouterr().out


def test_one_failure_does_not_stop_the_others(pair, capsys):
    md, _ = pair
    (md.parent / "00_bad.md").write_text("```{code-cell}\n1 / 0\n```\n", encoding="utf-8")
    assert main([str(md.parent)]) == 1
    captured = capsys.readouterr()
    assert "[2/2]" in captured.out
    assert "1 of 2 notebooks need mending" in captured.err
    assert md.with_suffix(".ipynb").exists()


def test_check_writes_nothing_and_tells(stored, capsys):
    md, ipynb = stored
    assert main(["--check", str(md)]) == 0
    edit_md(md, "6 * 7", "6 * 8")
    before = ipynb.read_bytes()
    assert main(["--check", str(md)]) == 1
    assert ipynb.read_bytes() == before
    assert not backups(md)
    assert "would change 01_sample.ipynb" in capsys.readouterr().out


def test_changed_runs_only_what_was_edited(stored, capsys):
    md, _ = stored
    assert main(["--changed", str(md)]) == 0
    assert "not run" in capsys.readouterr().out
    edit_md(md, "6 * 7", "6 * 8")
    assert main(["--changed", str(md)]) == 0
    assert "wrote 01_sample.ipynb" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["", "{", "<<<<<<< HEAD\n{}\n=======\n"])
def test_broken_ipynb_is_left_alone(pair, content, capsys):
    md, ipynb = pair
    ipynb.write_text(content, encoding="utf-8")
    assert main([str(md)]) == 1
    assert ipynb.read_text(encoding="utf-8") == content
    assert "Mend it, or move it away" in capsys.readouterr().out


def test_pasted_picture_is_not_lost(stored, capsys):
    md, ipynb = stored
    notebook = nbformat.read(ipynb, as_version=4)
    notebook.cells[0].attachments = {"a.png": {"image/png": "AAAA"}}
    nbformat.write(notebook, ipynb)
    before = ipynb.read_bytes()
    assert main([str(md)]) == 1
    assert ipynb.read_bytes() == before
    assert "cell 1: a picture was pasted" in capsys.readouterr().out


def test_empty_md_does_not_wipe_out_the_notebook(stored, capsys):
    md, ipynb = stored
    before = ipynb.read_bytes()
    md.write_text("", encoding="utf-8")
    assert main([str(md)]) == 1
    assert ipynb.read_bytes() == before
    assert "has no cells" in capsys.readouterr().out


def test_missing_path_is_named(tmp_path, capsys):
    assert main([str(tmp_path / "99_none.md")]) == 2
    assert "99_none.md: expected a folder, or an .md or .ipynb" in capsys.readouterr().err


def test_widget_views_are_not_stored(pair):
    md, ipynb = pair
    edit_md(md, "6 * 7", "import ipywidgets\n\nipywidgets.IntSlider(3)")
    assert main([str(md)]) == 0
    assert list(outputs(ipynb)[1][0].data) == ["text/plain"]
    assert "widgets" not in nbformat.read(ipynb, as_version=4).metadata


def test_as_a_command():
    command = [sys.executable, ROOT / "tools" / "notebooks.py", "--help"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT.parent)
    assert "Which of the two files counts" in run.stdout
