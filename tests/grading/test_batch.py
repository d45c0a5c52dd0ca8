"""A class, from its folder to the gradebook: every expected score, also after being killed."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from course_lib.checks.source import ExerciseSourceError
from course_lib.grading import engine
from course_lib.grading.assignment import Assignment
from course_lib.grading.batch import BatchError, Options, open_batch
from course_lib.grading.cases import GraderFaultError
from course_lib.grading.engine import in_processes
from course_lib.grading.gradebook import GRADEBOOK, SUMMARY
from course_lib.grading.isolation import find_isolation
from course_lib.grading.limits import Limits
from course_lib.grading.seeds import Key
from course_lib.grading.unit import Graded, Unit, grade_unit, self_check
from tests.grading.a_class import make_class
from tests.grading.sample import POINTS, SOURCE, confined, notebook

pytestmark = confined

KEY = Key(b"a secret of the tests")
COUNT = 12


def options(place, out, **more):
    return Options(place, out, (SOURCE,), KEY, **{"say": lambda text: None, **more})


def run(place, out, **more):
    """Grade a batch; returns its rows by name."""
    with open_batch(options(place, out, **more)) as batch:
        new = [row["submission"] for row in batch.results()]
        return {row["name"]: row for row in batch.write_overview()}, new


@pytest.fixture(scope="module")
def school(tmp_path_factory, opened):
    """A class's folder, and the points that each submission should get."""
    folder = tmp_path_factory.mktemp("class") / "submissions"
    expected = make_class(folder, opened.lesson, COUNT)
    formula = '=cmd|" /C calc"!A0'
    (folder / f"{formula.replace('/', '')}.ipynb").write_bytes(notebook(*opened.untouched()))
    (folder / "<script>alert(1)</script>.ipynb".replace("/", "")).write_bytes(b"{")
    return folder, expected


@pytest.fixture(scope="module")
def graded(school, tmp_path_factory):
    """The class, graded by two processes: the folder of results, and the rows."""
    out = tmp_path_factory.mktemp("results") / "out"
    return out, run(school[0], out, workers=2)[0]


def test_every_submission_has_its_points_and_its_files(graded, school):
    out, rows = graded
    for name, points in school[1].items():
        row = rows[name]
        assert row["status"] == ("unreadable" if points is None else "graded"), row["message"]
        assert row["score"] == (points or 0), name
        folder = out / row["submission"]
        assert sorted(p.name for p in folder.iterdir()) == [
            "junit.xml",
            "report.html",
            "results.json",
        ]


def test_results_are_gradescopes(graded, school):
    out, rows = graded
    name = next(name for name, points in school[1].items() if points == POINTS)
    data = json.loads((out / rows[name]["submission"] / "results.json").read_text())
    assert data["score"] == POINTS == sum(test["score"] for test in data["tests"])
    assert {"score", "max_score", "name", "output", "visibility", "status"} <= set(data["tests"][0])
    assert [test["number"] for test in data["tests"]] == ["91.1", "91.2", "91.3", "91.4"]
    assert "solation" in data["output"].lower()


def test_junit_has_every_case(graded, school):
    out, rows = graded
    name = next(name for name, points in school[1].items() if points == POINTS)
    suite = ET.parse(out / rows[name]["submission"] / "junit.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("28", "0")
    assert suite[0].get("classname") == "91.1 A sum of products"


def test_the_gradebook_runs_no_formula(graded):
    with (graded[0] / GRADEBOOK).open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == COUNT + 2
    assert not [
        cell for line in lines for cell in line.values() if cell[:1] in ("=", "+", "-", "@")
    ]
    assert any(line["name"].startswith("'=cmd") for line in lines)
    assert {"91.1", "percent", "status"} <= set(lines[0])


def test_reports_are_whole_pages_with_everything_escaped(graded):
    for path in [graded[0] / SUMMARY, *graded[0].glob("*/report.html")]:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("<!DOCTYPE html>")
        assert '<html lang="en">' in text
        assert "<script" not in text


def test_nothing_is_graded_twice_unless_asked(school, tmp_path):
    few = tmp_path / "few"
    few.mkdir()
    for path in sorted(school[0].glob("right*"))[:2]:
        (few / path.name).write_bytes(path.read_bytes())
    out = tmp_path / "out"
    rows, new = run(few, out)
    assert len(new) == 2
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    again, new = run(few, out)
    assert (again, new) == (rows, [])
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    (out / new_key(rows) / "results.json").write_text("{", encoding="utf-8")
    assert run(few, out)[1] == [new_key(rows)]
    assert len(run(few, out, resume=False)[1]) == 2
    changed = Key(b"another secret of the tests")
    with open_batch(Options(few, out, (SOURCE,), changed, say=lambda text: None)) as batch:
        assert len(batch.left) == 2


def new_key(rows):
    return next(iter(rows.values()))["submission"]


def test_an_old_result_is_gone_before_the_new_one_is_made(school, tmp_path):
    out = tmp_path / "out"
    with open_batch(options(school[0], out)) as batch:
        key = batch.units[-1].key
        (out / key).mkdir()
        (out / key / "results.json").write_text('{"score": 100}', encoding="utf-8")
        next(batch.results())
        assert not (out / key / "results.json").exists()


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
if __name__ == "__main__":
    from tests.grading.test_batch import run
    run(Path({place!r}), Path({out!r}), workers=2)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_killed_run_resumes_to_the_same_result(graded, school, tmp_path):
    out, script = tmp_path / "out", tmp_path / "grade.py"
    root = Path(__file__).resolve().parents[2]
    script.write_text(KILLED.format(root=str(root), place=str(school[0]), out=str(out)))
    process = subprocess.Popen([sys.executable, str(script)], cwd=root)
    end = time.monotonic() + 60
    while len(list(out.glob("*/results.json"))) < 3 and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = len(list(out.glob("*/results.json")))
    assert 3 <= done <= COUNT + 2
    rows, new = run(school[0], out)
    assert len(new) == COUNT + 2 - done or done == COUNT + 2
    assert rows == graded[1]
    for path in graded[0].rglob("*.*"):
        assert (out / path.relative_to(graded[0])).read_bytes() == path.read_bytes()


def test_a_grader_that_misjudges_refuses(school, tmp_path, assignment):
    text = assignment.text.replace("return weights @ z_bars", "return np.random.random()", 1)
    source = tmp_path / "91_grading.md"
    source.write_text(text, encoding="utf-8")
    faulty = Options(school[0], tmp_path / "out", (source,), KEY)
    with pytest.raises(ExerciseSourceError, match="two answers"), open_batch(faulty):
        pass
    assert not (tmp_path / "out").exists()


def test_a_fault_of_the_grader_is_never_0_points(assignment, monkeypatch, reference):
    unit = Unit("ada", "Ada", "", assignment, cells=tuple(reference), isolation="no such thing")
    one = grade_unit(unit)
    assert one.row["status"] == "grader fault"
    assert one.row["score"] is None
    assert "score" not in json.loads(one.files["results.json"])
    assert "not your fault" in one.files["report.html"]


def test_a_solution_that_fails_in_the_sandbox_is_found_out(assignment, tmp_path):
    secret = tmp_path / "only here"
    secret.write_text("1")
    needs_it = f"    return 2 * x + len(open({str(secret)!r}).read())"
    text = assignment.text.replace("    return 2 * x + 1", needs_it, 1)
    with pytest.raises(
        GraderFaultError, match=r"reference solution gets 0 points in exercise 91\.2"
    ):
        self_check.__wrapped__(Assignment(assignment.name, text), find_isolation().kind, Limits())


def test_results_may_not_lie_among_the_submissions(school):
    inside = options(school[0], school[0] / "out")
    with pytest.raises(BatchError, match="among the submissions"), open_batch(inside):
        pass


def die_or_grade(unit):
    if unit.key == "bad":
        os._exit(1)
    return Graded(unit.key, {"status": "graded"}, {})


def test_a_grading_process_that_dies_stops_nothing(assignment, monkeypatch):
    monkeypatch.setattr(engine, "grade_unit", die_or_grade)
    units = [Unit(key, key, "", assignment) for key in ("a", "bad", "b", "c")]
    statuses = {one.key: one.row["status"] for one in in_processes(units, 2)}
    assert statuses == {"a": "graded", "b": "graded", "c": "graded", "bad": "grader fault"}
