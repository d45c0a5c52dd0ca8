"""The sample source, generated once, and feedback on answers to it."""

from pathlib import Path

import pytest

from course_lib.checks.bundle import read_bundle
from course_lib.checks.checking import judge
from course_lib.checks.generate import build, write

SAMPLE = Path(__file__).parent / "sample" / "90_sample.md"


@pytest.fixture(scope="session")
def sample_source():
    return SAMPLE


@pytest.fixture(scope="session")
def generated():
    return build(SAMPLE)


@pytest.fixture
def exercises(generated, tmp_path, monkeypatch):
    """A learner's folder of exercises, which is the working folder."""
    folder = tmp_path / "exercises"
    write(generated, folder)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("COURSE_CHECKS", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return folder


@pytest.fixture
def sample(exercises):
    """The sample's exercises by id, as the check reads them."""
    bundle = read_bundle(exercises / "checks" / "90_sample.json")
    return {exercise.id: exercise for exercise in bundle.exercises}


@pytest.fixture
def feedback(sample):
    """`feedback("90.1", function)`: what a learner with this function sees."""
    return lambda exercise, answer: judge(sample[exercise], {sample[exercise].name: answer})


@pytest.fixture
def source_with(tmp_path):
    """Write the sample with a passage replaced, and return the file's path."""

    def replace(*changes, name="90_sample.md"):
        text = SAMPLE.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text, f"the sample does not contain {old!r}"
            text = text.replace(old, new, 1)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return replace
