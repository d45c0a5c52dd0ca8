"""A small assignment of 10 points, and the isolations that this machine can give."""

import pytest

from course_lib.grading.assignment import Assignment, open_assignment
from course_lib.grading.limits import Limits
from course_lib.grading.score import grade_cells
from tests.grading.sample import SOURCE, isolations


@pytest.fixture(scope="session")
def assignment():
    return Assignment.read(SOURCE)


@pytest.fixture(scope="session")
def opened(assignment):
    return open_assignment(assignment)


@pytest.fixture(scope="session")
def reference(opened):
    """The code cells of a submission that is right."""
    return opened.reference()


@pytest.fixture(scope="session")
def untouched(opened):
    """The code cells as they are handed out."""
    return opened.untouched()


@pytest.fixture(params=isolations())
def kind(request):
    """Each isolation that can be had on this machine."""
    return request.param


@pytest.fixture
def grade(assignment, kind):
    """`grade(cells)`: what these cells get."""

    def grade(cells, limits=None):
        return grade_cells(assignment, cells, "a seed", kind, limits or Limits())

    return grade
