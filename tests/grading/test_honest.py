"""Honest work gets what it deserves: all, nothing, or a share."""

import types

import pytest

from course_lib.grading import score
from course_lib.grading.worker import without_magics
from tests.grading.sample import POINTS

RIGHT = {
    "loops and lists": """
def dot(a, b):
    total = 0
    for i in range(len(a)):
        total = total + float(a[i]) * float(b[i])
    return total

def adjoint(z_bars, weights):
    return dot(z_bars, weights)

def affine(x):
    return [2 * v + 1 for v in x]

def squared(x):
    return x ** 2
""",
    "prints, warnings and a progress display": """
import sys, warnings
import numpy as np
def adjoint(z_bars, weights):
    print("adjoint of", z_bars, weights)
    sys.stderr.write("still at it")
    warnings.warn("this is slow")
    np.array([1.0]) / 0
    display(z_bars)
    return np.sum(z_bars * weights)
""",
    "magics and shell lines": """
%matplotlib inline
!pip install something
files = !ls
adjoint?
import numpy as np
def adjoint(z_bars, weights):
    if True:
        %time
    return (np.sum(z_bars * weights) + 6
            % 3)
""",
    "defined twice, the last one counts": """
def squared(x):
    return 3 * x
def squared(x):
    return x * x
""",
    "an error in a cell of its own": "1 / 0",
    "a picture": "import matplotlib.pyplot as plt\nplt.plot([1, 2])",
    "checks and progress in the notebook": "check('91.1'); progress(); check('nonsense')",
    "a thread, a file, a dataclass": """
import dataclasses, threading
@dataclasses.dataclass
class Point:
    x: float
worker = threading.Thread(target=lambda: None)
worker.start()
worker.join()
""",
    "exit at the end": "exit()",
}


KEPT = {
    "in brackets": "%matplotlib inline\nq = (7\n  % 4)",
    "after a backslash": "!ls\nq = 10 \\\n  % 7",
    "in a string": '%time\nq = len("""\n% x\n! y""") - 5',
}


@pytest.mark.parametrize("source", KEPT.values(), ids=KEPT.keys())
def test_a_line_that_goes_on_is_no_magic(source):
    names = {}
    exec(without_magics(source), names)
    assert names["q"] == 3


def test_the_reference_gets_all(grade, reference):
    assert grade(reference).points == POINTS


def test_the_untouched_notebook_gets_nothing(grade, untouched):
    result = grade(untouched)
    assert result.points == 0
    assert {one.feedback.status.value for one in result.exercises} == {"Not started"}
    assert result.notes == ()


@pytest.mark.parametrize("cell", RIGHT.values(), ids=RIGHT.keys())
def test_right_answers_written_differently_get_all(grade, reference, cell):
    assert grade([*reference, cell]).points == POINTS


def test_cells_in_any_order_with_one_lost(grade, reference):
    first, *others = reference
    result = grade([first, *reversed([cell for cell in others if "def affine" not in cell])])
    assert result.points == POINTS - 2
    (lost,) = (one for one in result.exercises if one.points == 0)
    assert "is not defined" in lost.feedback.summary


def test_a_share_for_some_cases_and_the_belief_is_named(grade, reference):
    cell = "def adjoint(z_bars, weights): return weights[-1] * z_bars[-1]"
    one = grade([*reference, cell]).exercises[0]
    assert [case.passed for case in one.cases[:2]] == [True, False]
    assert one.points == 0  # of the hidden cases, none has length 1
    assert one.feedback.diagnosis.belief == 28


def test_the_smaller_share_counts(grade, reference):
    cell = "def squared(x): return x * x if x != 3 else 0.0"
    one = grade([*reference, cell]).exercises[3]
    assert sum(case.passed for case in one.cases) == 1 + 5
    assert one.points == 0.5


def test_public_checks_passed_is_all_that_is_said_while_hidden_ones_fail(grade, reference):
    cell = "def squared(x): return {2.0: 4.0, 3.0: 9.0}[x]"
    one = grade([*reference, cell]).exercises[3]
    assert one.points == 0
    assert one.feedback.summary.startswith("The public checks passed, but 5 of 5 hidden cases")
    assert "Hidden case 1, 2, 3, 4, 5: KeyError." in one.feedback.notes[-1]


def test_wrong_arguments_are_explained(grade, reference):
    one = grade([*reference, "def squared(): return 4.0"]).exercises[3]
    assert "is called with 1 argument: (x)" in one.feedback.summary


def test_syntax_errors_are_noted(grade, untouched):
    assert "Code cell 10 stopped with SyntaxError" in grade([*untouched, "def f(:"]).notes[0]


def test_a_function_whose_cell_stopped_is_not_called_missing(grade, reference):
    cells = [cell for cell in reference if "def adjoint" not in cell]
    one = grade([*cells, "def adjoint(z_bars, weights)\n    return 1.0"]).exercises[0]
    assert one.feedback.status.value == "Not right yet"
    assert "`adjoint` is not defined: code cell 5, which has it, stopped with SyntaxError" in (
        one.feedback.summary
    )


def test_judging_has_a_clock(grade, reference, monkeypatch):
    ticks = iter([0.0, 1.0, 89.0, 91.0, 92.0])
    monkeypatch.setattr(score, "time", types.SimpleNamespace(monotonic=lambda: next(ticks)))
    first, second, *late = grade(reference).exercises
    assert (first.points, second.points) == (4, 2)
    assert {one.feedback.summary for one in late} == {"Judging took over 90 seconds."}
    assert {one.points for one in late} == {0}
