"""What a batch is graded against: one lesson's source, as text that can be sent to a worker."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from course_lib.checks.author import load
from course_lib.checks.bundle import Bundle
from course_lib.checks.generate import notebook_text
from course_lib.checks.source import ExerciseSourceError, Lesson
from course_lib.checks.verify import bundle_of
from course_lib.grading.notebook import read_cells


@dataclass(frozen=True)
class Assignment:
    """A solutions notebook: the file's name, such as `07_backpropagation.md`, and its text."""

    name: str
    text: str

    @property
    def slug(self) -> str:
        """The lesson's name, such as `07_backpropagation`."""
        return Path(self.name).stem

    @property
    def digest(self) -> str:
        """Changes with every change of the source."""
        return hashlib.sha256(f"{self.name}\n{self.text}".encode()).hexdigest()

    @staticmethod
    def read(path: Path) -> Assignment:
        """The assignment in a file; raises `ExerciseSourceError`."""
        try:
            return Assignment(path.name, path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            fix = "Give the path of a solutions notebook."
            raise ExerciseSourceError(path, None, "cannot be read.", fix) from error


@dataclass(frozen=True)
class Opened:
    """An assignment with its code run: the functions, and the exercises with expected values."""

    lesson: Lesson
    bundle: Bundle

    def reference(self) -> list[str]:
        """The code cells of a submission that has every solution."""
        return [c.source for c in self.lesson.cells if c.kind == "code" and c.role in _KEPT]

    def untouched(self) -> list[str]:
        """The code cells of the notebook as it is handed out."""
        return read_cells(notebook_text(self.lesson).encode())

    @property
    def max_points(self) -> int:
        """The points of all exercises."""
        return sum(exercise.points for exercise in self.bundle.exercises)


_KEPT = ("", "solution")


@lru_cache(maxsize=8)
def open_assignment(assignment: Assignment) -> Opened:
    """Run an assignment's code; raises `ExerciseSourceError`.

    The text is written to a private file only while it is read, so that no copy of the solutions
    lies about when a learner's code runs.
    """
    with tempfile.TemporaryDirectory(prefix="course-source-") as folder:
        path = Path(folder) / assignment.name
        path.write_text(assignment.text, encoding="utf-8")
        lesson = load(path)
    return Opened(lesson, bundle_of(lesson))
