"""Grade a class: find the submissions, grade what is not graded yet, write what came of it."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course_lib.checks.files import write_atomically
from course_lib.checks.parsing import parse
from course_lib.grading.assignment import Assignment
from course_lib.grading.engine import in_processes, on_cluster
from course_lib.grading.gradebook import GRADEBOOK, SUMMARY, gradebook_csv, summary_html
from course_lib.grading.isolation import find_isolation
from course_lib.grading.limits import Limits
from course_lib.grading.notebook import names_found
from course_lib.grading.results import JUNIT, REPORT, RESULT
from course_lib.grading.sandbox import STRONG
from course_lib.grading.seeds import Key
from course_lib.grading.submissions import Submission, find_submissions, readable_cells, unit_of
from course_lib.grading.unit import FAULT, Graded, Unit, self_check


class BatchError(Exception):
    """The batch cannot be graded as asked; the message says what to do."""


@dataclass(frozen=True)
class Options:
    """How to grade a batch. `lessons` are the solutions notebooks to choose from."""

    place: Path
    out: Path
    lessons: tuple[Path, ...]
    key: Key
    workers: int = 1
    resume: bool = True
    scheduler: str = ""
    isolation: str = "auto"
    limits: Limits = field(default_factory=Limits)
    say: Callable[[str], None] = print


@dataclass
class Batch:
    """A batch under way: all units, the rows that are known, and the units still to be graded."""

    options: Options
    assignment: Assignment
    announcement: str
    units: list[Unit]
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def left(self) -> list[Unit]:
        """The units without a result yet."""
        return [unit for unit in self.units if unit.key not in self.rows]

    def results(self) -> Iterator[dict[str, Any]]:
        """Grade what is left; write each result, then yield its row."""
        left = self.left
        for unit in left:
            _remove_old(self.options.out / unit.key)
        if self.options.scheduler:
            graded = on_cluster(left, self.options.scheduler)
        else:
            graded = in_processes(left, self.options.workers)
        with contextlib.closing(graded):  # type: ignore[type-var]
            for one in graded:
                _write(one, self.options.out / one.key)
                self.rows[one.key] = one.row
                yield one.row

    def write_overview(self) -> list[dict[str, Any]]:
        """Write the gradebook and the summary of what is graded so far; returns its rows."""
        rows = [self.rows[unit.key] for unit in self.units if unit.key in self.rows]
        out, title = self.options.out, f"Results for {self.assignment.slug}"
        write_atomically(out / GRADEBOOK, _encodable(gradebook_csv(rows)))
        summary = summary_html(rows, title, self.announcement)
        write_atomically(out / SUMMARY, _encodable(summary))
        return rows


@contextlib.contextmanager
def open_batch(options: Options) -> Iterator[Batch]:
    """Prepare a batch: choose the lesson, check the grader, find what is graded already.

    Raises `BatchError`, `NoSubmissionsError`, `GraderFaultError` and the like: before the first
    submission, everything that could be wrong with the grader itself has been tried.
    """
    _check_out(options)
    with find_submissions(options.place, options.say) as submissions:
        assignment = _choose_lesson(options, submissions)
        isolation = find_isolation(options.isolation)
        options.say(isolation.announcement())
        self_check(assignment, isolation.kind, options.limits)
        options.say("Self-check: the reference solution gets all points, the untouched none.")
        units = [_unit(options, assignment, one, isolation.kind) for one in submissions]
        options.out.mkdir(parents=True, exist_ok=True)
        batch = Batch(options, assignment, isolation.announcement(), units)
        if options.resume:
            batch.rows |= {u.key: row for u in units if (row := _known(options.out, u))}
        yield batch


def _check_out(options: Options) -> None:
    place, out = options.place.resolve(), options.out.resolve()
    if out == place or out.is_relative_to(place):
        problem = f"The results would be written to {options.out}, among the submissions."
        raise BatchError(f"{problem} Name another folder with -o.")
    if out.is_file():
        raise BatchError(f"{options.out} is a file. Name a folder with -o.")


def _choose_lesson(options: Options, submissions: Sequence[Submission]) -> Assignment:
    """The only lesson there is to choose from, or the one that most submissions have."""
    if not options.lessons:
        raise BatchError("There are no solutions notebooks to grade by. Name one with --lesson.")
    if len(options.lessons) == 1:
        return Assignment.read(options.lessons[0])
    marks = {path: _marks(path) for path in options.lessons}
    found: Counter[Path] = Counter()
    for one in submissions:
        notebooks = readable_cells(one)
        found.update(p for p, m in marks.items() if any(names_found(c, *m) for c in notebooks))
    best, number = next(iter(found.most_common(1)), (None, 0))
    if best is None:
        raise BatchError("No submission has exercises of any lesson. Name one with --lesson.")
    options.say(
        f"Lesson {best.stem}: {number} of {len(submissions)} submissions have its exercises. "
        "(--lesson chooses another.)"
    )
    return Assignment.read(best)


def _marks(path: Path) -> tuple[list[str], list[str]]:
    """What a lesson's notebook is recognised by: its functions' names, and its exercises' ids."""
    exercises = parse(path).exercises
    return [exercise.name for exercise in exercises], [exercise.id for exercise in exercises]


def _unit(options: Options, assignment: Assignment, one: Submission, kind: str) -> Unit:
    return unit_of(
        one,
        assignment,
        options.key.secret,
        checked=not options.scheduler,
        # Never weaker than was announced; other machines announce their own.
        isolation=kind if kind == STRONG and not options.scheduler else options.isolation,
        limits=options.limits,
    )


def _known(out: Path, unit: Unit) -> dict[str, Any] | None:
    """The row of an earlier result, if it is whole and would be the same today."""
    try:
        extra = json.loads((out / unit.key / RESULT).read_text(encoding="utf-8"))["extra_data"]
        row: dict[str, Any] = extra["row"]
        same = extra["fingerprint"] == unit.fingerprint and row["status"] != FAULT
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return row if same else None


def _remove_old(folder: Path) -> None:
    for name in (RESULT, JUNIT, REPORT):
        (folder / name).unlink(missing_ok=True)


def _write(graded: Graded, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in graded.files.items():
        write_atomically(folder / name, _encodable(text))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
