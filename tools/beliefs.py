"""Write the last column of docs/beliefs.md: which exercises recognise each wrong belief.

``python tools/beliefs.py`` reads the numbers from the bundles of the exercises, which ``make
exercises`` writes from the wrong answers in ``solutions/``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "beliefs.md"
ROW = re.compile(r"(?m)^(\| (\d+) \|.*\|)[^|\n]*\|$")


def exercises_by_belief() -> dict[int, list[str]]:
    """The exercises, in order, that have a wrong answer with each belief's number."""
    from course_lib.checks.bundle import read_bundle

    found: dict[int, list[str]] = {}
    for path in sorted((ROOT / "exercises" / "checks").glob("[0-9]*.json")):
        for exercise in read_bundle(path).exercises:
            for belief in sorted({w.belief for w in exercise.wrong if w.belief is not None}):
                found.setdefault(belief, []).append(exercise.id)
    return found


def with_exercises(page: str) -> str:
    """The page, with the last cell of each row of its table written anew."""
    exercises = exercises_by_belief()
    return ROW.sub(
        lambda row: f"{row[1]} {', '.join(exercises.get(int(row[2]), [])) or '–'} |", page
    )


def main() -> int:
    """Rewrite the page if something has changed."""
    old = PAGE.read_text(encoding="utf-8")
    if (new := with_exercises(old)) != old:
        PAGE.write_text(new, encoding="utf-8")
        print("wrote docs/beliefs.md")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
