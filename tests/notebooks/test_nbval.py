"""How ``make nbval`` compares a notebook with its stored outputs: strictly, pictures apart."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.notebooks import main

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = Path(__file__).with_name("nbval.cfg")

MD = """\
# Training

```{code-cell}
import time

import matplotlib.pyplot as plt

from course_lib.plots import progress_bar, show, use_course_style

use_course_style()
bar = progress_bar(range(30), "training")
for step in bar:
    time.sleep(0.01)
    bar.set_postfix_str(f"loss {1 / (step + 1):.2f}", refresh=False)
```

Then a picture.

```{code-cell}
fig, ax = plt.subplots()
ax.plot([0, 1], [1, 0])
show(fig, alt="A line that falls from 1 to 0.")
```
"""


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    md = tmp_path_factory.mktemp("lessons") / "01_sample.md"
    md.write_text(MD, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        assert main([str(md)]) == 0
    return md.with_suffix(".ipynb")


def nbval(ipynb):
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env"]
    command += ["--nbval-sanitize-with", str(SETTINGS), "-p", "no:cacheprovider", str(ipynb)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, capture_output=True, text=True, cwd=ipynb.parent, env=environment
    )


def changed(stored, tmp_path, old, new):
    text = stored.read_text(encoding="utf-8")
    assert old in text
    copy = tmp_path / "changed.ipynb"
    copy.write_text(text.replace(old, new), encoding="utf-8")
    return copy


def test_progress_bar_and_picture_are_the_same_each_time(stored):
    text = stored.read_text(encoding="utf-8")
    assert "30/30, loss 0.03" in text
    assert "0/30" not in text.replace("30/30", "")
    run = nbval(stored)
    assert run.returncode == 0, run.stdout


def test_other_bytes_of_a_picture_do_not_matter(stored, tmp_path):
    copy = changed(stored, tmp_path, "base64,iVBORw0KGgo", "base64,iVBORw0KGgoAAAA")
    assert nbval(copy).returncode == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [("loss 0.03", "loss 0.04"), ('alt=\\"A line that falls', 'alt=\\"A line that climbs')],
)
def test_other_words_do(stored, tmp_path, old, new):
    run = nbval(changed(stored, tmp_path, old, new))
    assert run.returncode == 1
    assert "Cell outputs differ" in run.stdout
