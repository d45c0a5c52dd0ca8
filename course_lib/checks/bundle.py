"""The bundle of a lesson: what `check` needs to know, in a JSON file beside the exercises.

A bundle `exercises/checks/07_slug.json` holds, per exercise, the public inputs, the expected
values, and what each listed wrong answer gives on those inputs. It holds no solution's code.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.checks.compare import ATOL, RTOL
from course_lib.checks.run import Outcome, decode_outcome, encode_outcome
from course_lib.checks.values import decode, encode

FORMAT = 1
FOLDER_VARIABLE = "COURSE_CHECKS"


class BundleError(Exception):
    """The checks of an exercise cannot be found or read; the message says what to do."""


@dataclass(frozen=True)
class Case:
    """One public input, by name, and what the solution gives for it."""

    name: str
    args: tuple[Any, ...]
    expected: Outcome


@dataclass(frozen=True)
class WrongAnswer:
    """What a misconception gives on each case, and what to tell who has it.

    `needs` names entries of the answer that the message calls right: in an answer that gets one
    of them wrong, the misconception is not recognised.
    """

    slug: str
    belief: int | None
    title: str
    message: str
    hint: int | None
    outcomes: tuple[Outcome, ...]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckedExercise:
    """One exercise as the check sees it.

    `probe` is the source of a function `probe(learner, *args)` that is run in place of the
    learner's function `name`. With `reveal` false the expected value is never shown. With
    `mutates` the function may change its arguments. `stub` is what the code as handed out gives.
    """

    id: str
    title: str
    minutes: int
    points: int
    kind: str
    name: str
    parameters: tuple[str, ...]
    hints: int
    cases: tuple[Case, ...]
    wrong: tuple[WrongAnswer, ...] = ()
    stub: tuple[Outcome, ...] | None = None
    probe: str | None = None
    rtol: float = RTOL
    atol: float = ATOL
    lists: bool = False
    reveal: bool = True
    mutates: bool = False


@dataclass(frozen=True)
class Bundle:
    """The exercises of one lesson; `path` is the file they were read from."""

    lesson: str
    title: str
    exercises: tuple[CheckedExercise, ...]
    path: Path | None = None


def to_json(bundle: Bundle) -> str:
    """The text of a bundle's file: readable, and the same for the same bundle."""
    exercises = [_exercise_to_json(exercise) for exercise in bundle.exercises]
    data = {
        "format": FORMAT,
        "lesson": bundle.lesson,
        "title": bundle.title,
        "exercises": exercises,
    }
    return readable_json(data) + "\n"


def _exercise_to_json(exercise: CheckedExercise) -> dict[str, Any]:
    plain = {k: v for k, v in vars(exercise).items() if k not in ("cases", "wrong", "stub")}
    cases = [
        {
            "name": case.name,
            "args": [encode(arg) for arg in case.args],
            "expected": encode_outcome(case.expected),
        }
        for case in exercise.cases
    ]
    wrong = [_wrong_to_json(answer) for answer in exercise.wrong]
    stub = None if exercise.stub is None else [encode_outcome(o) for o in exercise.stub]
    return plain | {"cases": cases, "wrong": wrong, "stub": stub}


def _wrong_to_json(answer: WrongAnswer) -> dict[str, Any]:
    plain = {k: v for k, v in vars(answer).items() if k not in ("outcomes", "needs")}
    needs = {"needs": list(answer.needs)} if answer.needs else {}
    return plain | needs | {"outcomes": [encode_outcome(outcome) for outcome in answer.outcomes]}


def readable_json(data: Any, indent: int = 0, width: int = 100) -> str:
    """JSON in which whatever fits on a line stands on one line.

    >>> readable_json({"a": [1, 2]})
    '{"a": [1, 2]}'
    """
    flat = json.dumps(data, ensure_ascii=False, allow_nan=False)
    if len(flat) + indent <= width or not isinstance(data, dict | list | tuple) or not data:
        return flat
    inner = " " * (indent + 1)
    if isinstance(data, dict):
        keys = (json.dumps(key, ensure_ascii=False) for key in data)
        items = [
            f"{inner}{k}: {readable_json(v, indent + 1)}"
            for k, v in zip(keys, data.values(), strict=True)
        ]
        return "{\n" + ",\n".join(items) + "\n" + " " * indent + "}"
    items = [f"{inner}{readable_json(item, indent + 1)}" for item in data]
    return "[\n" + ",\n".join(items) + "\n" + " " * indent + "]"


def read_bundle(path: Path) -> Bundle:
    """Read a bundle's file; raises `BundleError` when it is missing, unreadable or no bundle."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']!r} where {FORMAT} was expected")
        exercises = tuple(_exercise_from_json(item) for item in data["exercises"])
        return Bundle(str(data["lesson"]), str(data["title"]), exercises, path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        problem = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise BundleError(
            f"The checks in {path.name} cannot be read. Expected: a file written by "
            f"`make exercises`. Came: {problem}. "
            f"To restore it: `git checkout -- exercises/checks/{path.name}`."
        ) from error


def _exercise_from_json(data: dict[str, Any]) -> CheckedExercise:
    cases = tuple(
        Case(
            str(case["name"]),
            tuple(decode(arg) for arg in case["args"]),
            decode_outcome(case["expected"]),
        )
        for case in data["cases"]
    )
    wrong = tuple(map(_wrong_from_json, data["wrong"]))
    stub = None if data["stub"] is None else tuple(map(decode_outcome, data["stub"]))
    changed = {"cases": cases, "wrong": wrong, "stub": stub}
    return CheckedExercise(**{**data, **changed, "parameters": tuple(data["parameters"])})


def _wrong_from_json(data: dict[str, Any]) -> WrongAnswer:
    outcomes = tuple(map(decode_outcome, data["outcomes"]))
    return WrongAnswer(**{**data, "outcomes": outcomes, "needs": tuple(data.get("needs", ()))})


def bundle_folder(start: Path | None = None) -> Path:
    """The folder with the bundles: in `COURSE_CHECKS`, or near the working folder.

    Looked for in `checks` and `exercises/checks` of the working folder and of each folder above
    it, then in the repository that the package was installed from.
    """
    tried = list(_candidates((start or Path.cwd()).resolve()))
    for folder in tried:
        if bundle_files(folder):
            return folder
    raise BundleError(
        "The checks of the course were not found. Expected: a folder `exercises/checks` with files "
        f"such as `07_backpropagation.json`, in {start or 'the working folder'} or above. "
        "Open the notebook inside the course's folder, or set the environment variable "
        f"{FOLDER_VARIABLE} to that folder."
    )


def _candidates(start: Path) -> Iterator[Path]:
    if override := os.environ.get(FOLDER_VARIABLE):
        yield Path(override)
        return
    for folder in (start, *start.parents, Path(__file__).resolve().parents[2]):
        yield folder / "checks"
        yield folder / "exercises" / "checks"


def bundle_files(folder: Path) -> list[Path]:
    """The bundles' files in a folder, in the order of the lessons."""
    try:
        return sorted(p for p in folder.iterdir() if re.fullmatch(r"\d\d_\w+\.json", p.name))
    except OSError:
        return []


def find_exercise(exercise_id: str, folder: Path | None = None) -> tuple[CheckedExercise, Path]:
    """The exercise with this id, and its bundle's file; raises `BundleError` when there is none."""
    folder = folder or bundle_folder()
    files = bundle_files(folder)
    number = str(exercise_id).split(".")[0].zfill(2)
    for path in [p for p in files if p.name.startswith(f"{number}_")]:
        bundle = read_bundle(path)
        for exercise in bundle.exercises:
            if exercise.id == exercise_id:
                return exercise, path
        raise BundleError(
            _unknown(exercise_id, f"Lesson {number}", (e.id for e in bundle.exercises))
        )
    lessons = (p.name[:2] for p in files)
    raise BundleError(_unknown(exercise_id, "The course", (f"{n}.…" for n in lessons)))


def _unknown(exercise_id: object, who: str, ids: Iterable[str]) -> str:
    known = ", ".join(ids)
    return (
        f"There is no exercise {str(exercise_id)[:40]!r}. {who} has {known}. "
        f'Write one of these ids as a string, as in `check("7.2")`.'
    )
