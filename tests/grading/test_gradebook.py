"""What a teacher reads of a class: the summary, and what the console says of each learner."""

from course_lib.cli.grade import _tell
from course_lib.grading.assignment import Assignment
from course_lib.grading.gradebook import summary_html, summary_line
from course_lib.grading.results import render
from course_lib.grading.score import NotebookGrade
from course_lib.grading.unit import GRADED, Unit

NOTE = "Of 2 notebooks, 91-Copy1.ipynb was graded, the most worked in."
LEFT_OUT = "Code cell 3 took too long, and was left out."


def row_of(*notes):
    unit = Unit("ada", "Ada", "", Assignment("91_x.md", ""), notes=notes, max_points=10)
    grade = NotebookGrade((), (LEFT_OUT, "Code cell 4 stopped with ValueError."))
    return render(unit, GRADED, grade, "", "").row


def test_what_to_look_at_stands_in_the_summary_and_on_the_console(capsys):
    row = row_of(NOTE)
    assert row["doubts"] == [NOTE, LEFT_OUT]
    page = summary_html([row], "Results", "")
    assert "Look at these" in page
    assert NOTE in page
    _tell(row, "1/1")
    assert (
        capsys.readouterr().out == f"1/1 Ada: graded 0 of 10 points\n    {NOTE}\n    {LEFT_OUT}\n"
    )


def test_the_median_tells_how_many_have_nothing():
    assert summary_line([row_of()]).endswith("Median 0 of 10 points, 1 with 0 points among them.")
