"""A learner's report: one readable HTML page, with everything that came from them escaped."""

from __future__ import annotations

from html import escape
from typing import Any

from course_lib.checks.feedback import plural
from course_lib.checks.html import STYLE, feedback_html
from course_lib.grading.score import ExerciseGrade, NotebookGrade

PAGE_STYLE = """<style>
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0}
caption{text-align:left;padding:.3rem 0}
th,td{text-align:left;vertical-align:top;padding:.25rem 1.5rem .25rem 0}
tr{border-bottom:1px solid #8886}
.note{border-left:5px solid #8886;padding:.2rem .8rem}
footer{margin-top:2rem;font-size:.9em}
</style>"""


def page(title: str, body: str) -> str:
    """A whole HTML page; `body` is HTML, `title` is text."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n{PAGE_STYLE}\n{STYLE}\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def report_html(row: dict[str, Any], grade: NotebookGrade | None, isolation: str) -> str:
    """The page for one submission."""
    title = f"{row['lesson']}: {row['name']}"
    parts = [f"<h1>{escape(title)}</h1>"]
    if grade is None:
        parts.append(f'<p class="note"><strong>{escape(_why_not(row))}</strong></p>')
    else:
        parts.append(
            f"<p><strong>{row['score']:g} of {plural(row['max_score'], 'point')}</strong>, for the "
            f"notebook <code>{escape(row['notebook'])}</code>.</p>"
        )
    if row["notes"]:
        items = "".join(f"<li>{escape(note)}</li>" for note in row["notes"])
        parts.append(f'<div class="note"><ul>{items}</ul></div>')
    if grade is not None:
        parts += [_overview(grade), "<h2>Feedback</h2>", *map(_exercise, grade.exercises)]
        parts.append(_HOW)
    if isolation:
        parts.append(f"<footer><p>{escape(isolation)}</p></footer>")
    return page(title, "\n".join(parts))


_HOW = """<p>An exercise's points are shared equally among its cases. Public cases are those that
<code>check</code> runs in the notebook; hidden cases are other inputs, of which only the outcome
is told. The smaller of the two shares counts.</p>"""


def _why_not(row: dict[str, Any]) -> str:
    if row["status"] == "unreadable":
        return f"Not graded: {row['message']}"
    return f"Not graded, and not your fault: the grader could not do it. {row['message']}"


def _overview(grade: NotebookGrade) -> str:
    heads = "".join(f'<th scope="col">{h}</th>' for h in ("Exercise", "Points", "Public", "Hidden"))
    rows = "\n".join(map(_line, grade.exercises))
    caption = "<caption>Points and cases passed</caption>"
    return f"<table>{caption}<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"


def _line(one: ExerciseGrade) -> str:
    name = escape(f"{one.exercise.id} {one.exercise.title}")
    points = f"{one.points:g} of {one.exercise.points}"
    public, hidden = (_passed(one, is_hidden) for is_hidden in (False, True))
    return (
        f'<tr><th scope="row">{name}</th><td>{points}</td><td>{public}</td><td>{hidden}</td></tr>'
    )


def _passed(one: ExerciseGrade, hidden: bool) -> str:
    cases = [case.passed for case in one.cases if case.hidden == hidden]
    return f"{sum(cases)} of {len(cases)}" if cases else "none"


def _exercise(one: ExerciseGrade) -> str:
    return feedback_html(one.feedback).replace(STYLE, "", 1).strip()
