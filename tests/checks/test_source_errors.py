"""An author's mistakes: each is named, with the file, the exercise and what to write."""

import pytest

from course_lib.checks.generate import build
from course_lib.checks.source import ExerciseSourceError

TAG = "```{code-cell} ipython3\n:tags: [%s]\n"


def untagged(role):
    return (TAG % role, "```{code-cell} ipython3\n")


MISTAKES = {
    "no exercises": (
        [(f"## 90.{n}", f"### 90.{n}") for n in range(1, 6)],
        "tagged `solution`, belongs to no exercise. Write a markdown cell `## 7.1 Title` above",
    ),
    "an id twice": ([("## 90.2", "## 90.1")], "exercise 90.1: this id is used twice."),
    "another lesson's id": ([("## 90.1", "## 80.1")], "80.1: the number does not belong to"),
    "no minutes": ([("*4 minutes ·", "*")], "exercise 90.1: minutes, points and kind are missing"),
    "no title": ([("# Sample exercises", "Sample")], "has no title. Write `# Title`"),
    "no solution": ([untagged("solution")], "90.1: has no cells tagged `solution`."),
    "no check": ([untagged("check")], "90.1: has no cells tagged `check`."),
    "no cases cell": ([untagged("cases")], "90.1: has no cells tagged `cases`."),
    "no wrong cell": ([untagged("wrong")], "90.1: has no cell tagged `wrong`."),
    "two roles": ([("[solution]", "[solution, check]")], "has the tags solution, check."),
    "another check": (
        [('check("90.1")', 'check("90.2")')],
        """90.1: the check cell says 'check("90.2")'. Write check("90.1") and nothing else.""",
    ),
    "no cases": (
        [
            (
                '{"at three": (3.0, 1.0), "a tangent of two": (3.0, 2.0), "negative": (-1.5, 4.0)}',
                "{}",
            )
        ],
        "90.1: has no public cases. Write `def square_jvp__cases()`",
    ),
    "cases without tuples": (
        [('"at three": (3.0, 1.0)', '"at three": 3.0')],
        "is not a dict of tuples. Return {name: (argument, …)}",
    ),
    "cases stop": (
        [("def square_jvp__cases():\n", "1 / 0\n\n\ndef square_jvp__cases():\n")],
        "stopped with ZeroDivisionError",
    ),
    "unknown name": (
        [("def square_jvp__last_use", "def square__last_use")],
        "90.1: `square__last_use` in the cell tagged `wrong` is not about this exercise. "
        "Names in this cell begin with `square_jvp__`",
    ),
    "unknown setting": (
        [("bias_bar__rtol", "bias_bar__tolerance")],
        "`bias_bar__tolerance` is not known. After the __ comes one of: cases, hidden, probe, rtol",
    ),
    "right in wrong": (
        [("def square_jvp__last_use", "def square_jvp__right_use")],
        "`square_jvp__right_use` is in the cell tagged `wrong`.",
    ),
    "no end": ([("    ### END SOLUTION\n", "")], "90.1: has ### BEGIN SOLUTION without an end."),
    "no markers": (
        [("    ### BEGIN SOLUTION\n", ""), ("    ### END SOLUTION\n", "")],
        "90.1: the solution cell has no markers.",
    ),
    "no beginning": (
        [("    ### BEGIN SOLUTION\n", "")],
        "90.1: has ### END SOLUTION without a beginning.",
    ),
    "two beginnings": (
        [("    secret_of", "    ### BEGIN SOLUTION\n    secret_of")],
        "90.1: has two ### BEGIN SOLUTION in a row.",
    ),
    "marker outside": (
        [("    ### BEGIN SOLUTION\n", "### BEGIN SOLUTION\n")],
        "has ### BEGIN SOLUTION outside a function",
    ),
    "cleared code is no Python": (
        [
            (
                "    ### BEGIN SOLUTION\n    secret",
                "    if True:\n    ### BEGIN SOLUTION\n        secret",
            ),
            ("    return secret_of_the_solution", "        return secret_of_the_solution"),
        ],
        "is no Python once cleared",
    ),
    "syntax error": ([("def square_jvp(x", "def square_jvp(x x")], "is not Python"),
    "nothing defined": (
        [("def prediction() -> dict:", "if True:\n  def prediction() -> dict:")],
        "exercise 90.2: the solution defines nothing.",
    ),
    "one name twice": (
        [("def prediction() -> dict:", "def square_jvp() -> dict:")],
        "exercise 90.2: `square_jvp` is also the name in exercise 90.1.",
    ),
    "stub after solution": (
        [
            (TAG % "stub", TAG % "keep"),
            (TAG % "solution" + "\ndef bias", TAG % "stub" + "\ndef bias"),
            (TAG % "keep", TAG % "solution"),
        ],
        "the stub would replace the solution when the notebook runs. Put the stub above",
    ),
    "stub already right": (
        [("    return y_bar\n", "    return y_bar.sum(axis=0)\n")],
        "exercise 90.3: the stub is already right.",
    ),
    "no docstring": (
        [('"""Belief 4: a reused variable counts once.', '"""Wrong.')],
        "90.1: the docstring of `square_jvp__last_use` is no diagnosis. Write",
    ),
    "no message": (
        [("You treated the number as text.", "")],
        "the docstring of `square_jvp__string` is no diagnosis.",
    ),
    "unknown belief": ([("Belief 16:", "Belief 47:")], "names belief 47. The list has 1 to 46."),
    "unknown hint": ([("Open hint 2.", "Open hint 3.")], "to open hint 3. There are 2 hints."),
    "needs no entry": (
        [('Only if "rule" is right.', 'Only if "rules" is right.')],
        '`prediction__accumulated` says only if "rules" is right, and it is not. Name entries',
    ),
    "needs a wrong entry": (
        [('Only if "rule" is right.', 'Only if "rule" and "derivative" are right.')],
        '`prediction__accumulated` says only if "derivative" is right, and it is not.',
    ),
    "wrong answer passes": (
        [("    return 2 * x\n", "    return 2 * x * x_dot\n")],
        "`square_jvp__no_seed` gives the right answer on all public cases. Add a public case",
    ),
    "twins": (
        [("    return y_bar.mean(axis=0)", "    return y_bar.sum(axis=1)")],
        "exercise 90.3: `bias_bar__rows` cannot be told from `bias_bar__mean`.",
    ),
    "wrong answer is the stub": (
        [("    return y_bar.mean(axis=0)", "    return y_bar")],
        "`bias_bar__mean` counts as not started: it answers like the stub.",
    ),
    "wrong answer returns an object": (
        [("    return y_bar.mean(axis=0)", "    return object()")],
        "the value of `bias_bar__mean` cannot be stored.",
    ),
    "right variant fails": (
        [("return x * x_dot + x_dot * x", "return x * x_dot")],
        "90.1: the right variant `right_sum` is not accepted.",
    ),
    "solution stops": (
        [("    return y_bar.sum(axis=0)", "    return missing_name")],
        "the solution stops with NameError on “two rows”. name 'missing_name' is not defined",
    ),
    "probe needs the notebook": (
        [('return {"x": product.x', 'return {"x": check and product.x')],
        "(A probe knows `np` and what it imports.)",
    ),
    "solution returns an object": (
        [("    return y_bar.sum(axis=0)", "    return {1, 2}")],
        "the solution's value on “two rows” cannot be stored.",
    ),
    "an input is an object": (
        [('"at three": (3.0, 1.0)', '"at three": (3.0, print)')],
        "an input cannot be stored.",
    ),
    "random solution": (
        [("return y_bar.sum(axis=0)", "return y_bar.sum(axis=0) + np.random.random()")],
        "the solution gives two answers on “two rows”.",
    ),
    "hidden gives no tuple": (
        [("return (rng.normal(), rng.normal())", "return rng.normal()")],
        "`square_jvp__hidden(rng)` returns no tuple.",
    ),
    "hidden breaks the solution": (
        [("return (rng.normal(), rng.normal())", "return (rng.normal(), None)")],
        "the solution stops with TypeError on a hidden input.",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake(source_with, mistake):
    changes, says = MISTAKES[mistake]
    with pytest.raises(ExerciseSourceError) as caught:
        build(source_with(*changes))
    message = str(caught.value)
    assert says in message
    assert message.startswith("90_sample.md")


def test_a_file_that_is_no_notebook(tmp_path):
    path = tmp_path / "90_broken.ipynb"
    path.write_text('{"cells": [', encoding="utf-8")
    with pytest.raises(
        ExerciseSourceError, match=r"is not a notebook: .*Restore the file from git"
    ):
        build(path)
    with pytest.raises(ExerciseSourceError, match="cannot be read"):
        build(tmp_path / "90_missing.md")
    with pytest.raises(ExerciseSourceError, match="without a lesson's number"):
        build(tmp_path / "missing.md")


def test_no_exercise_at_all(tmp_path):
    path = tmp_path / "90_empty.md"
    path.write_text("# A title\n", encoding="utf-8")
    with pytest.raises(ExerciseSourceError, match="has no exercises"):
        build(path)


def test_a_raw_stub_may_follow_the_solution(source_with):
    path = source_with(
        ("```{code-cell} ipython3\n:tags: [stub]\n", "```{raw-cell}\n:tags: [stub]\n")
    )
    assert build(path).bundle.count('"stub": [') == 1
