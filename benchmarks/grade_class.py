"""How long grading a class takes, with 1 and 2 workers: `python -m benchmarks.grade_class [COUNT]`.

Makes a class of submissions (right, partly right, untouched, broken, hostile), grades it, compares
every score with the expected one, and subtracts what a notebook's own code takes in plain Python.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from course_lib.checks.author import load
from course_lib.grading.batch import Options, open_batch
from course_lib.grading.isolation import find_isolation
from course_lib.grading.seeds import Key
from tests.grading.a_class import make_class

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "solutions" / "07_backpropagation.ipynb"
KEY = Key(b"a key for measuring only")


def grade(place: Path, out: Path, workers: int, expected: dict[str, float | None]) -> float:
    """Grade the class and return the seconds that it took, preparations included."""
    start = time.perf_counter()
    with open_batch(Options(place, out, (SOURCE,), KEY, workers, say=lambda text: None)) as batch:
        list(batch.results())
        rows = batch.write_overview()
    seconds = time.perf_counter() - start
    got = {row["name"]: row["score"] if row["status"] == "graded" else None for row in rows}
    wrong = {name: (got.get(name), want) for name, want in expected.items() if got[name] != want}
    print(f"{workers} workers: {seconds:.1f} s for {len(rows)}, wrong scores: {wrong or 'none'}")
    return seconds


def own_time() -> float:
    """Seconds that the reference's cells take where course_lib is imported already (median)."""
    lesson = load(SOURCE)
    cells = [c.source for c in lesson.cells if c.kind == "code" and c.role in ("", "solution")]
    times = []
    for _ in range(5):
        start = time.perf_counter()
        names: dict[str, object] = {}
        for cell in cells:
            exec(compile(cell, "cell", "exec"), names)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main(count: int) -> None:
    """Make the class, grade it twice, and print the figures."""
    print(find_isolation().announcement())
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "class"
        expected = make_class(place, load(SOURCE), count)
        print(f"own run time of a notebook: {own_time() * 1000:.1f} ms")
        for workers in (1, 2):
            seconds = grade(place, Path(folder) / f"out-{workers}", workers, expected)
            print(f"  {seconds / count:.2f} s a submission")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
