"""A real JupyterLab on a copy of the course, and a real Chromium to look at it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.lab import Lab, Server
from tools import find_chromium

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("lessons", "exercises")
# The first four keep Chromium from calling home; the sandbox cannot be set up by root.
CHROMIUM_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
]
SECONDS = 60


@pytest.fixture(scope="session")
def chromium_path():
    path = find_chromium.find(os.environ)
    if path is None:
        message = find_chromium.missing(os.environ)
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    return path


@pytest.fixture(scope="session")
def pictures_folder(tmp_path_factory):
    """Where screenshots go: the folder named by SCREENSHOTS, or pytest's own."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A copy of the course's notebooks, so that no test writes to the real ones."""
    copy = tmp_path_factory.mktemp("course")
    for folder in FOLDERS:
        ignored = shutil.ignore_patterns(".*", "progress*.json")
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    return copy


@pytest.fixture(scope="session")
def server(course, tmp_path_factory):
    private = tmp_path_factory.mktemp("jupyter")
    with Server(sys.executable, course, private, library=ROOT) as server:
        yield server


@pytest.fixture(scope="session")
def browser(chromium_path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def lab(browser, server, pictures_folder, request):
    """JupyterLab in a window of its own; a picture of it is kept when the test ends."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(SECONDS * 1000)
    # The course needs no other server; without this a test might pass only with a network.
    context.route(lambda url: not url.startswith(server.url), lambda route: route.abort())
    lab = Lab(context.new_page(), server)
    yield lab
    lab.page.screenshot(path=pictures_folder / f"{request.node.name}.png")
    lab.close()
    context.close()
