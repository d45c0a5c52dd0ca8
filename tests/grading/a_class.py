"""Make a class: submissions of every sort, with the points that each should get.

`python -m tests.grading.a_class FOLDER COUNT` writes one for the course's lesson 7.
"""

import json
import random
import re
import sys
from pathlib import Path

from course_lib.checks.author import load
from course_lib.checks.source import Lesson
from course_lib.grading.assignment import Opened
from tests.grading.sample import gaps, notebook

ATTACKS = sorted((Path(__file__).parent / "attacks").glob("*.txt"))
SLOW = ("endless", "memory", "disk", "output", "segmentation", "thread")


def make_class(folder: Path, lesson: Lesson, count: int) -> dict[str, float | None]:
    """Write `count` submissions into a folder: a name for each, and the points that it should get.

    None stands for a submission that cannot be read. About 3 in 10 are right, 2 untouched, 2 lack
    or break exercises, 1 is broken, 2 are hostile; the same for the same count.
    """
    rng = random.Random(count)
    opened = Opened(lesson, None)  # type: ignore[arg-type]
    makers = [_right] * 3 + [_untouched] * 2 + [_partly] * 2 + [_broken] + [_hostile] * 2
    expected = {}
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        maker = makers[number % len(makers)]
        data, points = maker(opened, rng, number // len(makers))
        name = f"{maker.__name__.strip('_')} {number:03}"
        (folder / f"{name}.ipynb").write_bytes(data)
        expected[name] = points
    return expected


def _right(opened, rng, number):
    cells = opened.reference()
    extra = ["print('done')", "import warnings; warnings.warn('slow')", "1/0", "%time 3", "x = !ls"]
    return notebook(*cells, rng.choice(extra), f"# {number}"), _points(opened)


def _untouched(opened, rng, number):
    return notebook(*opened.untouched(), f"# {number}"), 0.0


def _partly(opened, rng, number):
    """Some exercises are solved; of the others, the functions are deleted."""
    solved = [e for e in opened.lesson.exercises if rng.random() < 0.5]
    names = {e.name for e in opened.lesson.exercises if e not in solved}
    lost = [rf"^(def|class) {name}\b" for name in names]
    cells = [c for c in opened.reference() if not any(re.search(p, c, re.M) for p in lost)]
    checks = [f'check("{e.id}")' for e in opened.lesson.exercises]
    return notebook(*cells, *checks), float(sum(e.points for e in solved))


def _broken(opened, rng, number):
    whole = notebook(*opened.reference())
    kinds = [whole[: len(whole) // 2], b"", b"<html></html>", b'{"cells": 3}', b"[" * 10**5]
    return kinds[number % len(kinds)], None


def _hostile(opened, rng, number):
    """An attack written for the tests' own assignment, and deadly answers to this one's."""
    assert not gaps(), "hostile submissions are only made where they can be confined"
    quick = [path for path in ATTACKS if not path.stem.startswith(SLOW)]
    attack = quick[number % len(quick)].read_text(encoding="utf-8")
    deaths = [
        "os._exit(0)",
        "raise SystemExit(0)",
        "print('x' * 10**7)",
        "return type('', (), {})()",
    ]
    answers = [
        f"import os\ndef {e.name}(*args):\n    {rng.choice(deaths)}"
        for e in opened.lesson.exercises
    ]
    return notebook(*opened.untouched(), attack, *answers), 0.0


def _points(opened):
    return float(sum(exercise.points for exercise in opened.lesson.exercises))


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[2]
    source = load(root / "solutions" / "07_backpropagation.ipynb")
    made = make_class(Path(sys.argv[1]), source, int(sys.argv[2]))
    Path(sys.argv[1] + "-expected.json").write_text(json.dumps(made, indent=1), encoding="utf-8")
