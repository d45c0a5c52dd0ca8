"""The README's picture: a hill under a hiker, and the answer to a mistake.

Draw it anew with ``SCREENSHOTS=docs/images make browser PYTEST_ARGS="-k front_picture"``.
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_lib.checks.bundle import read_bundle
from course_lib.checks.checking import judge
from course_lib.checks.html import feedback_html
from course_lib.widgets import HillExplorer
from tests.browser.answers import answers_to
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
LESSON, EXERCISE = "07_backpropagation", "7.2"
PLACE = (0.45, 0.8)


def answer_to_a_mistake():
    """The check's answer to the first wrong answer that the solutions list."""
    bundle = read_bundle(ROOT / "exercises" / "checks" / f"{LESSON}.json")
    exercise = next(one for one in bundle.exercises if one.id == EXERCISE)
    names = {"np": np}
    exec(answers_to(ROOT / "solutions" / f"{LESSON}.ipynb", EXERCISE).wrong, names)
    return feedback_html(judge(exercise, names))


def test_front_picture(browser, pictures_folder):
    context = browser.new_context(
        viewport={"width": 1120, "height": 600}, device_scale_factor=1.5, reduced_motion="reduce"
    )
    hill = Stage(context.new_page(), HillExplorer("saddle", at=PLACE))
    page = hill.page
    page.wait_for_selector('[data-exact="true"]')
    page.evaluate(
        """answer => {
            for (const part of document.querySelectorAll(".course-row")) part.remove();
            document.body.insertAdjacentHTML("beforeend", `<div>${answer}</div>`);
            const [left, right] = document.body.children;
            const form = { display: "flex", gap: "14px", alignItems: "center", padding: "4px" };
            Object.assign(document.body.style, form);
            [left.style.flex, right.style.flex] = ["0 0 620px", "1"];
        }""",
        answer_to_a_mistake(),
    )
    hill.settle()
    assert page.get_by_role("region").get_attribute("aria-label").endswith("Not right yet")
    file = pictures_folder / "front.png"
    page.locator("body").screenshot(path=file)
    context.close()
    assert hill.errors == []
    stored = ROOT / "docs" / "images" / "front.png"
    assert np.allclose(size_of(file), size_of(stored), rtol=0.1), f"draw {stored.name} anew"


def size_of(file):
    with Image.open(file) as picture:
        return picture.size
