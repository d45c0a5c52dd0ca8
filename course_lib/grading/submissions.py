"""Who handed in what: from a download of an LMS, or any folder or zip, to submissions.

Known layouts: a folder or zip per learner; Moodle's `Name_123_assignsubmission_file` (folders, or
in the files' names); Canvas's `name_[LATE_]12_345_file.ipynb`; Gradescope's `submission_123`
folders; GitHub Classroom's clones; or simply one file per learner. Whatever else it is, each entry
of the folder is one submission.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.grading.archive import (
    Found,
    has_checkpoint,
    is_zip_name,
    notebooks_in,
    unpack_class,
)
from course_lib.grading.assignment import Assignment, open_assignment
from course_lib.grading.gradebook import GRADEBOOK, SUMMARY
from course_lib.grading.notebook import (
    UnreadableError,
    is_author_copy,
    is_handed_out,
    names_found,
    read_cells,
)
from course_lib.grading.seeds import seed_of
from course_lib.grading.unit import Unit

_MOODLE = re.compile(r"(?P<name>[^_].*?)_(?P<number>\d+)_assignsubmission_.*", re.S)
_CANVAS = re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<number>\d+)_\d+_.+", re.S)

_OURS = re.compile(
    r"benchmarks|course_lib|docs|exercises|lessons|solutions|tests|tools|\d\d_\w+\.ipynb"
)
"""Names that lie in one learner's folder, not in a folder of learners."""


@dataclass
class Submission:
    """One learner's hand-in. `key` names its folder of results and is unique in a batch."""

    key: str
    name: str
    number: str
    paths: list[Path]


@dataclass(frozen=True)
class Chosen:
    """The notebook of a submission that is graded, or the reason why there is none."""

    path: str = ""
    data: bytes = b""
    cells: tuple[str, ...] = ()
    problem: str = ""
    notes: tuple[str, ...] = ()


class NoSubmissionsError(Exception):
    """There is nothing to grade; the message says what was looked for."""


@contextlib.contextmanager
def find_submissions(
    place: Path, say: Callable[[str], None] = lambda text: None
) -> Iterator[list[Submission]]:
    """The submissions in a folder or zip file, in the order of their names.

    They can be read inside the `with` block: a zip file of a whole class is unpacked for that
    long. `say` is told what was left out. Raises `NoSubmissionsError`.
    """
    with tempfile.TemporaryDirectory(prefix="course-class-") as unpacked:
        if not place.exists():
            raise NoSubmissionsError(f"{place} does not exist. Give the submissions' folder.")
        if place.is_dir():
            entries = _entries(place)
        elif is_zip_name(place.name):
            try:
                unpack_class(place, Path(unpacked))
            except OSError as error:
                raise NoSubmissionsError(f"{error}") from error
            entries = _entries(Path(unpacked))
        elif place.suffix == ".ipynb":
            entries = [place]
        else:
            raise NoSubmissionsError(f"{place.name} is no folder, zip file or notebook.")
        found, left_out = _grouped(entries)
        if not found:
            expected = "Expected: one file, folder or zip file for each learner."
            raise NoSubmissionsError(f"There are no submissions in {place}. {expected}")
        for why, names in left_out.items():
            say(f"Left out, as {why}: {', '.join(names)}.")
        yield _with_keys(found)


def _entries(folder: Path) -> list[Path]:
    """What lies in the folder; a folder that holds but one other folder is looked through."""
    entries = sorted(p for p in folder.iterdir() if not p.name.startswith((".", "__MACOSX")))
    if len(entries) == 1 and entries[0].is_dir() and not entries[0].is_symlink():
        inner = sorted(p for p in entries[0].iterdir() if not p.name.startswith("."))
        if sum(p.is_dir() or _may_be_one(p) for p in inner) > 1 and not _of_one_learner(inner):
            return inner
    return entries


def _of_one_learner(entries: list[Path]) -> bool:
    """Whether most of these are the course's own folders, or notebooks of different lessons.

    A few such names prove nothing: learners choose their files' names.
    """
    ours = {p.name[:2] if _may_be_one(p) else p.name for p in entries if _OURS.fullmatch(p.name)}
    return 2 * len(ours) > sum(p.is_dir() or _may_be_one(p) for p in entries)


def _may_be_one(entry: Path) -> bool:
    return is_zip_name(entry.name) or entry.suffix.lower() == ".ipynb"


def _grouped(entries: Iterable[Path]) -> tuple[list[Submission], dict[str, list[str]]]:
    """One submission per entry; files of one learner in a flat download belong together.

    Also returns the names that were left out, by the reason.
    """
    groups: dict[tuple[str, str], Submission] = {}
    left_out: dict[str, list[str]] = {}
    for entry in entries:
        if why := _why_not(entry):
            left_out.setdefault(why, []).append(entry.name)
            continue
        name, number = _who(entry.name)
        group = (name, number) if number else (entry.name, "")
        groups.setdefault(group, Submission("", name, number, [])).paths.append(entry)
    return [*groups.values()], left_out


def _why_not(entry: Path) -> str:
    """Why something is no submission (a list of grades, metadata, a solution as .py), or ""."""
    if entry.is_dir():
        ours = all((entry / name).is_file() for name in (GRADEBOOK, SUMMARY))
        return "the results of an earlier run" if ours else ""
    if _may_be_one(entry) or _numbered(entry.name):
        return ""
    return "no notebook, folder or zip file"


def _numbered(name: str) -> re.Match[str] | None:
    """A name as an LMS makes it. Canvas's begins with its numbers: learners choose only the end."""
    return _CANVAS.fullmatch(name) or _MOODLE.fullmatch(name)


def _who(entry: str) -> tuple[str, str]:
    """A learner's name, and number in the LMS, from the name of a file or folder.

    >>> _who("Ada Lovelace_123_assignsubmission_file")
    ('Ada Lovelace', '123')
    >>> _who("lovelaceada_LATE_4711_99_07_backpropagation.ipynb")
    ('lovelaceada', '4711')
    >>> _who("ada.ipynb")
    ('ada', '')
    """
    entry = entry.encode("utf-8", "replace").decode("utf-8")
    if found := _numbered(entry):
        return found["name"].strip(), found["number"]
    return re.sub(r"\.(ipynb|zip)$", "", entry, flags=re.IGNORECASE), ""


def _with_keys(submissions: list[Submission]) -> list[Submission]:
    """Give each submission the name of its folder of results: safe, readable, and its own."""
    taken = {GRADEBOOK, SUMMARY}  # files that lie beside these folders
    for one in submissions:
        base = re.sub(r"[^\w.-]+", "_", f"{one.name} {one.number}".strip()).strip("._-")[:80]
        key, number = base or "submission", 1
        while key.casefold() in taken:  # some file systems do not tell A from a
            number += 1
            key = f"{base or 'submission'}-{number}"
        taken.add(key.casefold())
        one.key = key
    return submissions


def _notebooks(submission: Submission) -> Iterator[Found]:
    return (found for path in submission.paths for found in notebooks_in(path))


def readable_cells(submission: Submission) -> list[list[str]]:
    """The code cells of each of a submission's notebooks that can be read."""
    found = []
    for item in _notebooks(submission):
        if not item.problem and not is_author_copy(item.data):
            with contextlib.suppress(UnreadableError):
                found.append(read_cells(item.data))
    return found


def choose(
    submission: Submission, names: list[str], ids: list[str], untouched: Sequence[str] = ()
) -> Chosen:
    """The notebook with most of an assignment's exercises worked in.

    An exercise is worked in where its function stands in another cell than the `untouched` ones,
    which are handed out. Among equals: most of its exercises; one made from the handed-out
    notebook; and then the last by name.
    """
    problems: list[str] = []
    best: tuple[int, int, bool, str] | None = None
    chosen, fitting, others, authors = Chosen(), 0, 0, []
    as_given = {cell.strip() for cell in untouched}
    for item in _notebooks(submission):
        if item.problem:
            problems.append(f"{item.path}: {item.problem}")
            continue
        if is_author_copy(item.data):
            authors.append(item.path)
            continue
        try:
            cells = read_cells(item.data)
        except UnreadableError as error:
            problems.append(f"{item.path}: {error}")
            continue
        changed = [cell for cell in cells if cell.strip() not in as_given]
        fits, worked = names_found(cells, names, ids), names_found(changed, names, [])
        rank = (worked, fits, is_handed_out(item.data), item.path)
        fitting += fits > 0
        others += fits == 0
        if fits and (best is None or rank > best):
            best, chosen = rank, Chosen(item.path, item.data, tuple(cells))
    if best is None:
        if others and not problems:
            problems = ["None of its notebooks has exercises of this lesson."]
        problems += [
            f"{path} looks like a solutions notebook, and was left out." for path in authors
        ]
        return Chosen(problem=" ".join(problems) or _nothing_in(submission))
    if fitting > 1:
        problems.append(f"Of {fitting} notebooks, {chosen.path} was graded, the most worked in.")
    return dataclasses.replace(chosen, notes=tuple(problems))


def unit_of(one: Submission, assignment: Assignment, secret: bytes, **settings: Any) -> Unit:
    """The unit for a submission: its notebook for this assignment, and where its inputs begin."""
    opened = open_assignment(assignment)
    exercises = opened.bundle.exercises
    names, ids = [e.name for e in exercises], [e.id for e in exercises]
    chosen = choose(one, names, ids, opened.untouched())
    return Unit(
        key=one.key,
        name=one.name,
        number=one.number,
        assignment=assignment,
        notebook=chosen.path,
        content=hashlib.sha256(chosen.data).hexdigest(),
        seed=seed_of(secret, chosen.data),
        max_points=opened.max_points,
        cells=chosen.cells,
        problem=chosen.problem,
        notes=chosen.notes,
        **settings,
    )


def _nothing_in(submission: Submission) -> str:
    if any(has_checkpoint(path) for path in submission.paths):
        return "There is no notebook in it, only an automatic checkpoint (.ipynb_checkpoints)."
    return "There is no notebook in it."
