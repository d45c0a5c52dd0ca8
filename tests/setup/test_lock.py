"""The lock files: complete, hashed, and free of addresses."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LAB, TEST = "requirements.lock", "requirements-test.lock"
locks = pytest.mark.parametrize("name", [LAB, TEST])


def entries(name):
    """Map each locked package to (version, whether it has a hash)."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    parsed = [re.match(r"([a-z0-9-]+)==([^ ;]+)(.*)", line) for line in lines]
    assert all(parsed), "each line is one package with one version"
    return {match[1]: (match[2], "--hash=sha256:" in match[3]) for match in parsed}


def names(requirements):
    return {re.match(r"[A-Za-z0-9-]+", requirement)[0] for requirement in requirements}


@locks
def test_every_package_has_a_hash(name):
    assert all(has_hash for _, has_hash in entries(name).values())


@locks
def test_no_address_and_no_path(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    found = re.findall(r".*(?:://|index-url|find-links|file:|\s/\w).*", text)
    assert found == [], "see tools/lock.sh for how a lock is made without addresses"


def test_the_dependencies_are_locked():
    project = PROJECT["project"]
    lab = names(project["dependencies"]) | names(PROJECT["dependency-groups"]["environment"])
    assert lab <= entries(LAB).keys(), "pyproject.toml has changed: run `make lock`"
    extras = project["optional-dependencies"]
    assert names(extras["test"]) | names(extras["scipy"]) <= entries(TEST).keys()


def test_the_build_backend_is_locked_because_build_isolation_is_off():
    assert names(PROJECT["build-system"]["requires"]) <= entries(LAB).keys()


def test_the_larger_lock_holds_the_smaller():
    assert entries(LAB).items() <= entries(TEST).items()


def test_there_is_no_lock_that_records_registries():
    assert not (ROOT / "uv.lock").exists()
