"""Hostile submissions: each file of `attacks/` is one, and its docstring says what it hopes for.

The files are no modules (`.txt`), so that no tool ever imports one outside of the sandbox. Each
is run as the last cell of a notebook that is otherwise as handed out, or, where the file says
`# base: right`, of one that is right. It may not gain a point, break the grader, or do harm.
"""

import ast
import dataclasses
from pathlib import Path

import pytest

from course_lib.grading.limits import Limits
from tests.grading.sample import POINTS, QUICK

ATTACKS = sorted((Path(__file__).parent / "attacks").glob("*.txt"))


LASTING = {"delete_files", "disk_full", "import_hooks", "persistence", "result_files"}
"""After these, another submission is graded."""


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_it_gains_nothing(path, grade, reference, untouched):
    source = path.read_text(encoding="utf-8")
    base, most = (reference, POINTS) if "# base: right" in source else (untouched, 0)
    assert grade([*base, source], QUICK).points <= most
    if path.stem in LASTING:
        assert grade(untouched).points == 0, "it outlived its own submission"
        assert grade(reference).points == POINTS, "it harmed another submission"


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_it_says_what_it_hopes_for(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_there_are_enough_of_them():
    assert len(ATTACKS) >= 25


DEADLY = {
    "a call that ends the process": ["import os\ndef squared(x): os._exit(0)"],
    "a call without end": ["def squared(x):\n    while True: pass"],
}


@pytest.mark.parametrize("cells", DEADLY.values(), ids=DEADLY.keys())
def test_the_other_exercises_keep_their_points(cells, grade, reference):
    limits = dataclasses.replace(Limits(), call=1.5)
    assert grade([*reference, *cells], limits).points == POINTS - 1


@pytest.mark.parametrize("cell", ["import os; os._exit(0)", "while True: pass"])
def test_a_deadly_cell_costs_only_itself(cell, grade, reference):
    limits = dataclasses.replace(Limits(), cell=2.0)
    first, *rest = reference
    result = grade([first, cell, *rest], limits)
    assert result.points == POINTS
    assert "Code cell 2" in result.notes[0]


def test_only_builtin_exceptions_of_hidden_cases_are_named(grade, untouched):
    path = next(path for path in ATTACKS if path.stem == "hidden_inputs_told")
    one = grade([*untouched, path.read_text(encoding="utf-8")]).exercises[3]
    assert {case.why for case in one.cases if case.hidden} == {"an exception"}
    assert "input was" not in repr(one.feedback)
    assert "Secret" not in repr(one)


def test_hidden_inputs_never_reach_the_feedback_on_another_exercise(grade, untouched):
    cell = """
seen = []
def squared(x):
    seen.append(x)
    return x * x
def adjoint(z_bars, weights):
    raise ValueError(f"seen: {len(seen)}")
"""
    assert "seen: 0" in grade([*untouched, cell]).exercises[0].feedback.where
