"""The autograder zip, unpacked and run as Gradescope does it."""

import json
import os
import re
import subprocess
import sys
import zipfile

import pytest

from course_lib.grading.gradescope import write_autograder
from course_lib.grading.seeds import Key
from tests.grading.sample import POINTS, SOURCE, notebook

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Gradescope runs Linux")


@pytest.fixture(scope="module")
def zipped(tmp_path_factory):
    target = tmp_path_factory.mktemp("gradescope") / "autograder.zip"
    write_autograder(target, SOURCE, Key(b"a secret of the tests"))
    return target


@pytest.fixture
def root(zipped, tmp_path):
    """Gradescope's folder, with a Python in place of the one that setup.sh would install."""
    with zipfile.ZipFile(zipped) as archive:
        for member in archive.infolist():
            archive.extract(member, tmp_path / "source")
            (tmp_path / "source" / member.filename).chmod(member.external_attr >> 16 & 0o777)
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    python = tmp_path / "venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (tmp_path / "submission").mkdir()
    (tmp_path / "results").mkdir()
    return tmp_path


def run(root, **files):
    for name, data in files.items():
        (root / "submission" / f"{name}.ipynb").write_bytes(data)
    env = {**os.environ, "AUTOGRADER_ROOT": str(root)}
    command = [str(root / "source" / "run_autograder")]
    return subprocess.run(command, env=env, capture_output=True, text=True, cwd=root)


def result(root):
    return json.loads((root / "results" / "results.json").read_text())


def test_a_right_submission(root, reference):
    assert run(root, mine=notebook(*reference)).returncode == 0
    assert result(root)["score"] == POINTS
    assert len(result(root)["tests"]) == 4


def test_no_notebook_is_0_points_with_a_reason(root):
    assert run(root).returncode == 0
    assert result(root)["score"] == 0
    assert "no notebook" in result(root)["output"]


def test_a_fault_leaves_no_result(root, reference):
    (root / "results" / "results.json").write_text('{"score": 10}')
    source = root / "source" / "private" / "91_grading.ipynb"
    source.write_text(source.read_text().replace("return 2 * x + 1", "return object()"))
    assert run(root, mine=notebook(*reference)).returncode != 0
    assert not list((root / "results").glob("*"))


def test_what_is_in_the_zip(zipped):
    with zipfile.ZipFile(zipped) as archive:
        modes = {i.filename: i.external_attr >> 16 & 0o777 for i in archive.infolist()}
        texts = [archive.read(name).decode() for name in ("setup.sh", "run_autograder")]
        assert b"a secret of the tests" not in archive.read("private/key")
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert modes["private/91_grading.ipynb"] == modes["private/key"] == 0o600
    assert "course_lib/grading/worker.py" in modes
    assert not re.search(r"https?://", "".join(texts))
