"""The class at a glance: `gradebook.csv` for the LMS, `summary.html` for the teacher."""

from __future__ import annotations

import csv
import io
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Any

from course_lib.grading.report import page
from course_lib.grading.unit import FAULT, GRADED, UNREADABLE

# Where columns are parted by semicolons, one in a name begins a cell; some spreadsheets also take
# the full-width signs of East Asian keyboards.
_FORMULA = re.compile(r"(^|;)(?=\s*[=+\-@|%＝＋－＠])")

GRADEBOOK, SUMMARY = "gradebook.csv", "summary.html"


def gradebook_csv(rows: Sequence[dict[str, Any]]) -> str:
    """One line per submission; what a spreadsheet would take for a formula is made text."""
    exercises = _exercises(rows)
    heads = ["submission", "name", "number", "status", "score", "max_score", "percent"]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*heads, *exercises, "notebook", "message", "notes"])
    for row in rows:
        points = [_number(row["exercises"].get(exercise)) for exercise in exercises]
        texts = [row["submission"], row["name"], row["number"], row["status"]]
        numbers = [_number(row["score"]), _number(row["max_score"]), _percent(row)]
        last = [row["notebook"], row["message"], " ".join(row["notes"])]
        writer.writerow([*map(_harmless, texts), *numbers, *points, *map(_harmless, last)])
    return stream.getvalue()


def _harmless(text: str) -> str:
    """A text that no spreadsheet runs.

    >>> _harmless("=cmd|' /C calc'!A0")
    "'=cmd|' /C calc'!A0"
    >>> _harmless("Ada;=1+1")
    "Ada;'=1+1"
    """
    text = text.replace("\r", " ").replace("\n", " ").replace("\t", " ")
    return re.sub(_FORMULA, r"\1'", text)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _percent(row: dict[str, Any]) -> str:
    if row["score"] is None or not row["max_score"]:
        return ""
    return f"{100 * row['score'] / row['max_score']:.1f}"


def _exercises(rows: Sequence[dict[str, Any]]) -> list[str]:
    found = {exercise for row in rows for exercise in row["exercises"]}
    return sorted(found, key=lambda exercise: [int(part) for part in exercise.split(".")])


def count(rows: Sequence[dict[str, Any]], status: str) -> int:
    """How many submissions have a status."""
    return sum(row["status"] == status for row in rows)


def summary_line(rows: Sequence[dict[str, Any]]) -> str:
    """The batch in one sentence.

    >>> summary_line([])
    '0 graded, 0 unreadable, 0 grader faults.'
    """
    text = f"{count(rows, GRADED)} graded, {count(rows, UNREADABLE)} unreadable, "
    text += f"{count(rows, FAULT)} grader faults."
    scores = [row["score"] for row in rows if row["status"] == GRADED]
    if scores:
        most = next(row["max_score"] for row in rows if row["status"] == GRADED)
        text += f" Median {statistics.median(scores):g} of {most} points"
        zeros = scores.count(0)
        text += f", {zeros} with 0 points among them." if zeros else "."
    return text


def summary_html(rows: Sequence[dict[str, Any]], title: str, announcement: str) -> str:
    """A page with the class's numbers, its most frequent wrong beliefs, and all the reports."""
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{escape(summary_line(rows))}</p>"]
    parts += [_doubt_table(rows), _exercise_table(rows), _belief_table(rows)]
    parts.append(_submission_table(rows))
    parts.append(f"<footer><p>{escape(announcement)}</p></footer>")
    return page(title, "\n".join(part for part in parts if part))


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are HTML already; the first of each row is its heading."""
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    lines = "\n".join(
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"
        for first, *rest in rows
    )
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead>\n"
        f"<tbody>\n{lines}\n</tbody></table>"
    )


def _exercise_table(rows: Sequence[dict[str, Any]]) -> str:
    lines = []
    for exercise in _exercises(rows):
        points = [row["exercises"][exercise] for row in rows if exercise in row["exercises"]]
        best = max(points)
        full = sum(p == best and p > 0 for p in points)
        lines.append([exercise, f"{statistics.mean(points):.2f}", f"{best:g}", f"{full}"])
    heads = ("Exercise", "Mean points", "Best", "How many reached it")
    return _table("Exercises", heads, lines) if lines else ""


def _belief_table(rows: Sequence[dict[str, Any]]) -> str:
    found = Counter((exercise, title) for row in rows for exercise, title in row["beliefs"])
    lines = [[escape(title), exercise, str(n)] for (exercise, title), n in found.most_common(12)]
    heads = ("Belief", "Exercise", "Learners")
    return _table("Wrong beliefs that answers showed", heads, lines) if lines else ""


def _doubt_table(rows: Sequence[dict[str, Any]]) -> str:
    lines = [[_link(row), escape(" ".join(row["doubts"]))] for row in rows if row["doubts"]]
    return _table("Look at these", ("Name", "Why"), lines) if lines else ""


def _link(row: dict[str, Any]) -> str:
    return f'<a href="{escape(row["submission"])}/report.html">{escape(row["name"])}</a>'


def _submission_table(rows: Sequence[dict[str, Any]]) -> str:
    lines = []
    for row in rows:
        lines.append(
            [_link(row), escape(row["status"]), _number(row["score"]), escape(row["message"])]
        )
    return _table("Submissions", ("Name", "Status", "Points", "Message"), lines)
