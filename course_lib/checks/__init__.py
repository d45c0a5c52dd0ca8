"""Exercises that answer back: checks in the notebook, feedback that names the misunderstanding.

In a notebook:

>>> from course_lib.checks import check, progress

`check("7.2")` runs the public checks of exercise 7.2 on your code and says what came of it;
`progress()` shows how far you have come. Authors: `course_lib.checks.source` tells how a solutions
notebook is written, and `python -m course_lib.checks generate` makes the exercises from it.
"""

from course_lib.checks.checking import check
from course_lib.checks.feedback import Feedback, Status
from course_lib.checks.overview import Progress, progress

__all__ = ["Feedback", "Progress", "Status", "check", "progress"]
