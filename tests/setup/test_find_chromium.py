"""The search for a browser: what is found, and what is said when nothing is."""

import os
import sys

import pytest

import find_chromium


def program(folder, name, exit_code):
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def no_browser(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(find_chromium, "NAMES", ["chromium", "google-chrome"])
    monkeypatch.setattr(find_chromium, "may_install", lambda: False)
    return tmp_path


posix = pytest.mark.skipif(os.name == "nt", reason="the programs here are shell scripts")


@posix
def test_a_browser_that_does_not_start_is_passed_over(no_browser, capsys):
    program(no_browser, "chromium", 1)
    chrome = program(no_browser, "google-chrome", 0)
    assert find_chromium.main({}) == 0
    assert capsys.readouterr().out.strip() == chrome


@posix
def test_the_browser_that_was_named_is_taken_and_no_other(no_browser, capsys):
    program(no_browser, "chromium", 0)
    mine = program(no_browser, "mine", 0)
    assert find_chromium.main({"CHROMIUM": mine}) == 0
    assert capsys.readouterr().out.strip() == mine
    assert find_chromium.main({"CHROMIUM": "/no/such/browser"}) == 0
    assert "CHROMIUM=/no/such/browser is not a program" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environ", "code", "told"),
    [({}, 0, "They are skipped now."), ({"CI": "true"}, 1, "In CI they must run.")],
)
def test_without_a_browser_the_tests_are_skipped_except_in_ci(
    no_browser, capsys, environ, code, told
):
    assert find_chromium.main(environ) == code
    output = capsys.readouterr()
    assert output.out == ""
    assert "No Chromium or Chrome was found." in output.err
    assert told in output.err


@posix
def test_where_it_may_it_installs_one_and_takes_it(no_browser, capsys, monkeypatch):
    monkeypatch.setattr(find_chromium, "may_install", lambda: True)
    monkeypatch.setattr(find_chromium, "install", lambda: program(no_browser, "chromium", 0))
    assert find_chromium.main({"CI": "true"}) == 0
    assert capsys.readouterr().out.strip().endswith("chromium")


@posix
def test_a_failed_install_says_which_part_failed(monkeypatch, capfd):
    monkeypatch.setattr(find_chromium, "APT", [sys.executable, "-c", "raise SystemExit(100)"])
    find_chromium.install()
    assert "apt-get update failed" in capfd.readouterr().err
