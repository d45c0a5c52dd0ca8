"""A solutions notebook, the single source of a lesson's exercises: its parts and how to read it.

A source is an ordinary notebook. An exercise begins with a markdown cell

    ## 7.2 Title
    *8 minutes · 3 points · write a function*

    The statement.

and its other cells are known by their tags (see `ROLES`), in this order: solution, check, hints,
cases, wrong, right. NAME is the first public function or class of the solution cell. By name,

- `NAME__cases()` returns the public inputs, {name of the case: tuple of arguments};
- `NAME__hidden(rng)` returns one tuple of random arguments, for grading;
- `NAME__probe(learner, *args)` is run in place of `learner.NAME(*args)`; it imports what it needs
  (`np` is there), because it runs in the learner's notebook;
- `NAME__rtol`, `NAME__atol` set the tolerances, `NAME__lists = True` accepts lists for arrays,
  `NAME__reveal = False` never shows the expected value (as for exercises that begin with
  "predict" or "diagnose");
- `NAME__slug(...)` is a wrong answer. Its docstring says `Belief 28: gradients overwrite.`, then,
  below a blank line, what to tell the learner, and at its end perhaps `Open hint 2.`; before that
  perhaps `Only if "lines" and "arrows" are right.`, if the message calls these entries right;
- `NAME__right_slug(...)` is a right answer that is written differently.

A heading without a number (`## What comes next`) ends the exercise above it. `parsing` divides the
notebook into exercises, `author` runs its code, and `verify` checks that each exercise does what
it should.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROLES = {
    "solution": "the function or class, its body between ### BEGIN SOLUTION and ### END SOLUTION",
    "stub": 'what the learner gets instead of the solution, for "find and mend" (optional)',
    "check": 'the call check("7.2")',
    "hint": "one hint, markdown; several go from a nudge to nearly the answer",
    "cases": "NAME__cases, NAME__hidden, and optionally NAME__probe, NAME__rtol, …",
    "wrong": "wrong answers NAME__slug, their docstrings the diagnoses",
    "right": "differently written right answers NAME__right_slug (optional)",
    "preview": "shows an instructor what a wrong answer's feedback looks like (optional)",
    "note": "a remark that only the solutions notebook has (optional)",
}
DROPPED = frozenset({"stub", "cases", "wrong", "right", "preview", "note"})
"""Cells with these tags do not enter the exercise notebook."""


class ExerciseSourceError(Exception):
    """A mistake in a solutions notebook: where it is, what is wrong, and what to write."""

    def __init__(self, path: Path, exercise: str | None, problem: str, fix: str) -> None:
        where = path.name + (f", exercise {exercise}" if exercise else "")
        super().__init__(f"{where}: {problem} {fix}")
        self.path = path
        self.exercise = exercise


@dataclass
class Cell:
    """One cell, its role (a key of `ROLES`, `"statement"` or `""`) and its exercise's id."""

    kind: str
    source: str
    role: str = ""
    exercise: str | None = None
    tags: tuple[str, ...] = ()
    number: int = 0


@dataclass
class Exercise:
    """One exercise. The callables are there once `author.load` has run the notebook's code."""

    id: str
    title: str
    minutes: int
    points: int
    kind: str
    cells: list[Cell] = field(default_factory=list)
    name: str = ""
    probe_source: str | None = None
    solution: Callable[..., Any] | None = None
    stub: Callable[..., Any] | None = None
    probe: Callable[..., Any] | None = None
    hidden: Callable[..., Any] | None = None
    cases: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    wrong: dict[str, Callable[..., Any]] = field(default_factory=dict)
    right: dict[str, Callable[..., Any]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    def having(self, role: str) -> list[Cell]:
        """The cells with a role, in their order."""
        return [cell for cell in self.cells if cell.role == role]


@dataclass
class Lesson:
    """A solutions notebook: all its cells, and its exercises."""

    path: Path
    title: str
    cells: list[Cell]
    exercises: list[Exercise]
    namespace: dict[str, Any] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The notebook's name without its ending, such as `07_backpropagation`."""
        return self.path.stem


def read_notebook(path: Path) -> Any:
    """A notebook from its Markdown or its .ipynb file, as nbformat has it."""
    try:
        if path.suffix == ".md":
            import jupytext  # type: ignore[import-untyped]

            return jupytext.read(path)
        import nbformat

        return nbformat.read(path, as_version=4)
    except ImportError as error:
        problem = f"cannot be read without the package {error.name}."
        fix = f"Install it ({error.name} comes with `make test`), or give the .ipynb file."
        raise ExerciseSourceError(path, None, problem, fix) from error
    except OSError as error:
        problem = f"cannot be read ({error.strerror})."
        raise ExerciseSourceError(path, None, problem, "Give the path of a notebook.") from error
    except Exception as error:  # the readers raise whatever their parsers do
        problem = f"is not a notebook: {type(error).__name__}: {str(error)[:200]}."
        fix = "Expected: MyST Markdown, or notebook JSON. Restore the file from git."
        raise ExerciseSourceError(path, None, problem, fix) from error


def without_magics(source: str) -> str:
    """Code with lines that begin with % or ! made into comments."""
    return re.sub(r"^(\s*)([%!])", r"\1# \2", source, flags=re.MULTILINE)


def parse_code(path: Path, exercise: str | None, cell: Cell) -> ast.Module:
    """The syntax tree of a code cell; raises `ExerciseSourceError` when there is none."""
    try:
        return ast.parse(without_magics(cell.source))
    except SyntaxError as error:
        problem = f"cell {cell.number} is not Python: {error.msg}, line {error.lineno}."
        raise ExerciseSourceError(path, exercise, problem, "Mend that line.") from error
