"""A learner answers an exercise wrongly, reads why, and answers it rightly."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from course_lib.checks import Status
from tests.browser.answers import answers_to

pytestmark = pytest.mark.browser

EXERCISES = "exercises/07_backpropagation.ipynb"
SOLUTIONS = Path(__file__).resolve().parents[2] / "solutions" / "07_backpropagation.ipynb"
EXERCISE = "7.2"


def index_of(cells, start):
    return next(i for i, cell in enumerate(cells) if cell["source"].startswith(start))


def feedback(lab, check, status):
    """The part of the page with the exercise's feedback, named as a screen reader names it."""
    name = f"Feedback on exercise {EXERCISE}: {status.value}"
    return lab.cell(check).get_by_role("region", name=name)


def test_feedback_follows_the_answer(lab, pictures_folder):
    answers = answers_to(SOLUTIONS, EXERCISE)
    lab.start(EXERCISES)
    lab.run_all()
    cells = lab.cells()
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert [out for out in outputs if out["output_type"] in ("error", "stream")] == []
    answer = index_of(cells, f"def {answers.name}(")
    check = index_of(cells, f'check("{EXERCISE}")')
    expect(feedback(lab, check, Status.NOT_STARTED)).to_be_visible()

    lab.write(answer, answers.wrong)
    lab.run(answer)
    lab.run(check)
    wrong = feedback(lab, check, Status.WRONG)
    expect(wrong).to_be_visible()
    expect(wrong).to_contain_text(answers.diagnosis)
    lab.cell(check).screenshot(path=pictures_folder / "exercise_wrong.png")

    lab.write(answer, answers.right)
    lab.run(answer)
    lab.run(check)
    expect(feedback(lab, check, Status.RIGHT)).to_be_visible()
    expect(wrong).to_have_count(0)
    lab.cell(check).screenshot(path=pictures_folder / "exercise_right.png")
