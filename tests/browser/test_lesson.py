"""A learner opens the course, runs lesson 7, and reads its figures."""

import re
from pathlib import Path

import nbformat
import pytest

import course_lib.widgets
from tools.notebook_model import Notebook
from tools.notebook_pictures import pictures_in, without_pictures

pytestmark = pytest.mark.browser

START = "lessons/00_start.ipynb"
LESSON = "lessons/07_backpropagation.ipynb"
ROOT = Path(__file__).resolve().parents[2]
WIDGET = "application/vnd.jupyter.widget-view+json"  # there while a kernel runs, never stored


def texts(cells):
    """What each code cell says: its streams, and its outputs' texts without pictures."""
    return [
        [
            without_pictures("".join(text))
            for output in cell["outputs"]
            for kind, text in [
                (output["output_type"], output.get("text", "")),
                *sorted(output.get("data", {}).items()),
            ]
            if kind not in ("execute_result", WIDGET)
        ]
        for cell in cells
        if cell["cell_type"] == "code"
    ]


def test_front_page_leads_to_the_lesson(lab):
    lab.start(START)
    lab.page.locator('.jp-Cell a[href*="07_backpropagation.ipynb"]').first.click()
    lab.wait_until_open(LESSON)


def test_lesson_runs_from_top_to_bottom_as_stored(lab, pictures_folder):
    stored = Notebook.read(ROOT / LESSON)
    lab.start(LESSON)
    lab.page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    lab.run_all()
    cells = lab.cells()
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert [out for out in outputs if out["output_type"] == "error"] == []
    assert [out for out in outputs if out.get("name") == "stderr"] == []
    assert texts(cells) == texts(nbformat.read(ROOT / LESSON, as_version=4).cells)
    # A live widget draws itself, so only the figures are pictures.
    assert seen_pictures(lab) == alts(stored, live=True)
    lab.picture_of_all(pictures_folder / "lesson_07.png")


def test_figures_of_a_lesson_not_run_are_seen_and_read(lab):
    """Nobody vouches for a notebook that has just been downloaded: JupyterLab cleans its HTML."""
    lab.start(LESSON)
    stored = Notebook.read(ROOT / LESSON)
    assert seen_pictures(lab) == alts(stored)
    assert len(alts(stored)) > len(alts(stored, live=True)), "a widget has a still picture"


def alts(notebook, live=False):
    """The words of all pictures, or of those that stay when the widgets draw themselves."""
    return [
        picture.alt
        for _, output in notebook.outputs()
        for picture in pictures_in(output)
        if not (live and is_widget(output))
    ]


def is_widget(output):
    return re.match(r"<(\w+): ", output.data["text/plain"])[1] in course_lib.widgets.__all__


def seen_pictures(lab):
    """The alternative texts of the outputs' pictures, when each is really drawn."""
    images = lab.page.locator(".jp-OutputArea img")
    for image in images.all():
        image.scroll_into_view_if_needed()
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    return [image.get_attribute("alt") for image in images.all()]


def test_markdown_source_opens_as_a_notebook(lab):
    lab.start(START)
    source = LESSON.replace(".ipynb", ".md")
    lab.open_as_notebook(source)
    lab.wait_until_open(source)
    stored = nbformat.read(ROOT / LESSON, as_version=4).cells
    assert [re.sub(r"\s+$", "", cell["source"]) for cell in lab.cells()] == [
        cell.source for cell in stored
    ]
