"""The files of one result: `results.json` (Gradescope's format), `junit.xml`, `report.html`."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import Any

from course_lib.checks.show import shorten
from course_lib.checks.text import feedback_text
from course_lib.grading.report import report_html
from course_lib.grading.score import ExerciseGrade, NotebookGrade
from course_lib.grading.unit import FAULT, GRADED, Graded, Unit

RESULT, JUNIT, REPORT = "results.json", "junit.xml", "report.html"


def render(
    unit: Unit, status: str, grade: NotebookGrade | None, message: str, isolation: str
) -> Graded:
    """The row of the gradebook and the three files of a submission."""
    row = _row(unit, status, grade, message)
    data: dict[str, Any] = {} if status == FAULT else {"score": row["score"]}
    data |= {
        "output": _headline(row, grade, isolation),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(one) for one in grade.exercises] if grade else [],
        "extra_data": {
            "row": row,
            "isolation": isolation,
            "fingerprint": unit.fingerprint,
            "cases": {one.exercise.id: _cases(one) for one in grade.exercises} if grade else {},
        },
    }
    files = {
        REPORT: report_html(row, grade, isolation),
        JUNIT: _junit(row, grade),
        RESULT: json.dumps(data, indent=1) + "\n",  # the last: it says that the others are there
    }
    return Graded(unit.key, row, files)


def _row(unit: Unit, status: str, grade: NotebookGrade | None, message: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "submission": unit.key,
        "name": shorten(unit.name, 200),
        "number": unit.number,
        "lesson": unit.assignment.slug,
        "status": status,
        "score": None if status == FAULT else grade.points if grade else 0.0,
        "max_score": unit.max_points,
        "notebook": shorten(unit.notebook, 300),
        "message": shorten(message, 1000),
        "notes": [shorten(note, 400) for note in (*unit.notes, *(grade.notes if grade else ()))],
        "doubts": _doubts(unit, grade),
        "exercises": {},
        "beliefs": [],
    }
    if status == GRADED and grade:
        row["exercises"] = {one.exercise.id: one.points for one in grade.exercises}
        found = [(one.exercise.id, one.feedback.diagnosis) for one in grade.exercises]
        row["beliefs"] = [[number, d.title] for number, d in found if d is not None and d.exact]
    return row


def _doubts(unit: Unit, grade: NotebookGrade | None) -> list[str]:
    """What to look at: several notebooks, some that cannot be read, cells that were left out."""
    left_out = [note for note in grade.notes if "left out" in note] if grade else []
    return [shorten(note, 400) for note in (*unit.notes, *left_out)]


def _headline(row: dict[str, Any], grade: NotebookGrade | None, isolation: str) -> str:
    if row["status"] == FAULT:
        first = f"Not graded, and not your fault: the grader could not do it. {row['message']}"
    elif grade is None:
        first = f"Not graded: {row['message']}"
    else:
        first = f"{row['score']:g} of {row['max_score']} points."
    return "\n".join([first, *row["notes"], isolation]).strip()


def _test(one: ExerciseGrade) -> dict[str, Any]:
    return {
        "name": f"{one.exercise.id} {one.exercise.title}",
        "number": one.exercise.id,
        "score": one.points,
        "max_score": one.exercise.points,
        "status": "passed" if one.points == one.exercise.points else "failed",
        "output": feedback_text(one.feedback),
        "output_format": "text",
        "visibility": "visible",
    }


def _cases(one: ExerciseGrade) -> list[dict[str, Any]]:
    return [
        {"name": case.name, "hidden": case.hidden, "passed": case.passed, "why": case.why}
        for case in one.cases
    ]


def _junit(row: dict[str, Any], grade: NotebookGrade | None) -> str:
    """One test case per case of an exercise; an error where nothing could be run."""
    root = ET.Element("testsuites", name=_xml(row["lesson"]))
    suite = ET.SubElement(root, "testsuite", name=_xml(row["submission"]))
    failures = errors = 0
    if grade is None:
        case = ET.SubElement(suite, "testcase", classname="notebook", name="can be graded")
        ET.SubElement(case, "error", message=_xml(row["message"]), type=_xml(row["status"]))
        errors = 1
    for one in grade.exercises if grade else ():
        for item in one.cases:
            classname = _xml(f"{one.exercise.id} {one.exercise.title}")
            case = ET.SubElement(suite, "testcase", classname=classname, name=_xml(item.name))
            if not item.passed:
                ET.SubElement(case, "failure", message=_xml(item.why))
                failures += 1
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", str(errors))
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _xml(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "�", text)
