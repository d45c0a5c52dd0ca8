"""Feedback and progress as text, for terminals: at most 100 columns, no colour."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course_lib.checks.feedback import Feedback, Shown
    from course_lib.checks.overview import Progress

WIDTH = 96


def feedback_text(feedback: Feedback) -> str:
    """The whole feedback as lines of text, its status first."""
    score = f" ({feedback.score})" if feedback.score else ""
    name = f"Exercise {feedback.exercise}"
    title = f"{name} · {feedback.title}" if feedback.title else name
    parts = [
        f"{feedback.status.symbol} {feedback.status.value}: {title}{score}",
        _paragraph(feedback.summary),
        _table(feedback.shown) if feedback.shown else "",
        _paragraph(feedback.where),
        _diagnosis(feedback),
        _paragraph(feedback.help),
        _paragraph(feedback.next_step),
        *map(_paragraph, feedback.notes),
    ]
    return "\n".join(part for part in parts if part)


def _paragraph(text: str, indent: str = "  ") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _diagnosis(feedback: Feedback) -> str:
    found = feedback.diagnosis
    if found is None:
        return ""
    return _paragraph(found.headline()) + "\n" + _paragraph(found.message, "    ")


def _table(shown: Shown) -> str:
    rows = [("Input", shown.inputs), *shown.columns()]
    width = max(len(label) for label, _ in rows) + 2
    return "\n".join(_block(label.ljust(width), text) for label, text in rows if text)


def _block(label: str, text: str) -> str:
    gap = " " * (4 + len(label))
    lines = [
        piece
        for line in text.splitlines()
        for piece in textwrap.wrap(
            line, WIDTH - len(gap), drop_whitespace=False, replace_whitespace=False
        )
        or [""]
    ]
    return f"    {label}" + ("\n" + gap).join(lines)


def progress_text(progress: Progress) -> str:
    """One line per exercise, grouped by lesson."""
    lines = [progress.summary]
    for lesson in progress.lessons:
        lines.append(f"\n{lesson.title}")
        for row in lesson.rows:
            state = f"{row.status.symbol} {row.status.value}"
            points = f"{row.points:>3} of {row.max_points} points"
            lines.append(f"  {row.id:<6}{state:<16}{points:<18}{row.title[:52]}")
    return "\n".join([*lines, *progress.notes])
