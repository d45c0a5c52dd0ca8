"""The files around the course agree with each other, and name nothing of the makers' machines."""

import os
import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

import course_lib

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
documents = pytest.mark.parametrize("name", DOCUMENTS)


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def tracked_files():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this copy of the course is not a git clone")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def tracked_texts():
    """Yield each tracked text file and its text, without the pictures inside notebooks."""
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        yield path.relative_to(ROOT), re.sub(r"base64,[^\"\\]*", "", text)


@documents
def test_the_make_commands_that_are_named_exist(name):
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    # As code only: in a line of its own or in backquotes, for "make" is a word of English, too.
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", read(name), re.MULTILINE))
    assert named <= targets


@documents
def test_the_links_between_files_lead_somewhere(name):
    links = re.findall(r"\]\(([^)#:]+)\)", read(name))
    missing = [link for link in links if not (ROOT / link).exists()]
    assert missing == []


def test_the_readme_starts_with_the_two_commands():
    first_lines = read("README.md").splitlines()[:8]
    assert [line.split("#")[0].strip() for line in first_lines if line.startswith("make")] == [
        "make lab",
        "make test",
    ]


def test_help_lists_every_command_for_people():
    makefile = read("Makefile")
    rules = set(re.findall(r"^([a-z]+):(?!=)", makefile, re.MULTILINE))
    described = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    assert rules == described


def test_ci_runs_the_readmes_test_command():
    assert "\nmake test\n" in read(".ci/run")
    assert os.name == "nt" or os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_workflow_covers_three_systems_and_three_pythons():
    jobs = yaml.safe_load(read(".github/workflows/test.yml"))["jobs"]
    systems = jobs["make"]["strategy"]["matrix"]["os"] + [jobs["windows"]["runs-on"]]
    assert [system.split("-")[0] for system in systems] == ["ubuntu", "macos", "windows"]
    for job in jobs.values():
        assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]


def test_the_workflow_on_windows_runs_the_readmes_lines():
    steps = yaml.safe_load(read(".github/workflows/test.yml"))["jobs"]["windows"]["steps"]
    run = {step["run"] for step in steps if "run" in step}
    blocks = re.findall(r"```powershell\n(.*?)```", read("README.md"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if "jupyterlab" not in line]
    lines = [
        line.replace("requirements.lock", "requirements-test.lock").replace("py -m", "python -m")
        for line in lines
    ]
    assert set(lines) <= run


def test_the_citation_is_complete_and_of_this_version():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["version"] == course_lib.__version__ == version("derivatives-by-machine")
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert " AND ".join(citation["license"]) == project["license"]
    assert [author["name"] for author in citation["authors"]] == [
        author["name"] for author in project["authors"]
    ]


def test_no_paths_of_a_machine():
    # Tests may speak of made-up homes and temporary files; nothing else has a reason to.
    always, elsewhere = ["root", "work"], ["home", "Users", "tmp"]

    def paths_in(path, text):
        folders = always if path.parts[0] == "tests" else always + elsewhere
        return re.findall(rf"(?<![\w.~)}}>-])/(?:{'|'.join(folders)})/\w+", text)

    found = {str(path): paths_in(path, text) for path, text in tracked_texts()}
    assert {path: hits for path, hits in found.items() if hits} == {}


def test_no_package_index_is_named():
    pattern = re.compile(
        "|".join(["pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.(?:org|com)"])
    )
    found = {str(path): pattern.findall(text) for path, text in tracked_texts()}
    assert {path: hits for path, hits in found.items() if hits} == {}
