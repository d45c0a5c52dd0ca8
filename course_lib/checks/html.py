"""Feedback and progress as HTML, for notebooks.

Readable by screen readers (the status is a word in a heading, tables have headings), without
relying on colour, and in JupyterLab's light and dark themes. All text from a learner is escaped.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course_lib.checks.feedback import Diagnosis, Feedback, Shown, Status
    from course_lib.checks.overview import Lesson, Progress, Row

_DARK = "--dbm-right:#56c9a5;--dbm-wrong:#f39a5b;--dbm-open:#a9b4c2;--dbm-chip:#10151b;"
# `.dbm.dbm.dbm` outweighs what JupyterLab says about tables and preformatted text in outputs.
STYLE = f"""<style>
.dbm{{--dbm-right:#00694f;--dbm-wrong:#ad4600;--dbm-open:#566270;--dbm-chip:#fff;
 --dbm-line:var(--jp-border-color2,#8886);--dbm-soft:var(--jp-layout-color2,#8881);
 max-width:54rem;box-sizing:border-box;padding:.7rem 1rem .8rem;margin:.3rem 0;
 border:1px solid var(--dbm-line);border-left:5px solid var(--dbm-accent,#566270);
 border-radius:4px;color:var(--jp-content-font-color1,inherit);line-height:1.5;
 font-family:var(--jp-content-font-family,system-ui,sans-serif);font-size:14px}}
[data-jp-theme-light="false"] .dbm{{{_DARK}}}
@media (prefers-color-scheme:dark){{body:not([data-jp-theme-light]) .dbm{{{_DARK}}}}}
.dbm .dbm-head{{display:flex;flex-wrap:wrap;gap:.2rem .7rem;align-items:baseline;margin:0 0 .4rem}}
.dbm h4{{margin:0;font-size:1.05em;font-weight:600;line-height:1.5}}
.dbm .dbm-chip{{background:var(--dbm-accent);color:var(--dbm-chip);border-radius:3px;
 padding:.1em .55em;margin-right:.45em;white-space:nowrap}}
.dbm .dbm-score{{margin-left:auto;color:var(--jp-content-font-color2,inherit)}}
.dbm p{{margin:.4rem 0}}
.dbm code{{background:var(--dbm-soft);padding:.05em .3em;border-radius:3px}}
.dbm .dbm-belief{{background:var(--dbm-soft);border-radius:4px;padding:.5rem .8rem;margin:.6rem 0}}
.dbm .dbm-belief p{{margin:.1rem 0}}
.dbm .dbm-case{{margin-bottom:.15rem;color:var(--jp-content-font-color2,inherit)}}
.dbm a{{color:var(--jp-content-link-color,LinkText)}}
.dbm .dbm-scroll{{overflow-x:auto}}
.dbm.dbm.dbm table{{border-collapse:collapse;table-layout:auto;margin:.6rem 0;font-size:13px}}
.dbm.dbm.dbm tr{{background:none}}
.dbm.dbm.dbm .dbm-wide{{width:100%}}
.dbm caption{{text-align:left;color:var(--jp-content-font-color2,inherit);padding:0 0 .2rem}}
.dbm.dbm.dbm :is(th,td){{text-align:left;vertical-align:top;max-width:none;
 padding:.3rem 2rem .3rem 0;background:none;border:0;border-bottom:1px solid var(--dbm-line)}}
.dbm.dbm.dbm th{{font-weight:600}}
.dbm thead th{{white-space:nowrap}}
.dbm.dbm.dbm pre{{margin:0;padding:0;background:none;white-space:pre;
 word-break:normal;color:inherit;font-family:var(--jp-code-font-family,monospace);font-size:13px;line-height:1.4}}
.dbm-RIGHT{{--dbm-accent:var(--dbm-right)}} .dbm-WRONG{{--dbm-accent:var(--dbm-wrong)}}
.dbm-NOT_STARTED,.dbm-INTERRUPTED,.dbm-UNAVAILABLE{{--dbm-accent:var(--dbm-open)}}
.dbm .dbm-state{{color:var(--dbm-accent);font-weight:600;white-space:nowrap}}
</style>"""


def feedback_html(feedback: Feedback) -> str:
    """The whole feedback as one section."""
    label = escape(f"Feedback on exercise {feedback.exercise}: {feedback.status.value}")
    title = f"Exercise {feedback.exercise}" + (f" · {feedback.title}" if feedback.title else "")
    chip = f'<span class="dbm-chip">{_status(feedback.status)}</span> '
    score = f'<span class="dbm-score">{escape(feedback.score)}</span>' if feedback.score else ""
    parts = [
        f'<div class="dbm-head"><h4>{chip}{escape(title)}</h4>{score}</div>',
        _paragraph(feedback.summary),
        _table(feedback.shown) if feedback.shown else "",
        _paragraph(feedback.where),
        _diagnosis(feedback.diagnosis) if feedback.diagnosis else "",
        _paragraph(feedback.help),
        f"<p><strong>{escape(feedback.next_step)}</strong></p>" if feedback.hint else "",
        *map(_paragraph, feedback.notes),
    ]
    body = "\n".join(part for part in parts if part)
    kind = feedback.status.name
    return f'{STYLE}\n<section class="dbm dbm-{kind}" aria-label="{label}">\n{body}\n</section>'


def _status(status: Status) -> str:
    return f'<span aria-hidden="true">{status.symbol}</span> {escape(status.value)}'


def _inline(text: str) -> str:
    """Escape a text; what stands between backticks is code."""
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escape(text))


def _authored(text: str) -> str:
    """Escape an author's text, with `code` in backticks and a word *stressed* by asterisks."""
    stressed = r"(?<![\w*])\*(?! )([^*\n]+)(?<! )\*(?![\w*])"
    pieces = re.split(r"(`[^`\n]+`)", text)
    return "".join(
        _inline(piece) if piece.startswith("`") else re.sub(stressed, r"<em>\1</em>", escape(piece))
        for piece in pieces
    )


def _paragraph(text: str) -> str:
    return f"<p>{_inline(text)}</p>" if text else ""


def _diagnosis(found: Diagnosis) -> str:
    headline, message = _authored(found.headline()), _authored(found.message)
    return f'<div class="dbm-belief"><p><strong>{headline}</strong></p><p>{message}</p></div>'


def _table(shown: Shown) -> str:
    case = f'<p class="dbm-case">Case “{escape(shown.case)}”</p>'
    inputs = f"<pre>{escape(shown.inputs)}</pre>" if shown.inputs else ""
    inputs = inputs and f'<div class="dbm-scroll">{inputs}</div>'
    columns = shown.columns()
    if not columns:
        return case + inputs
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head, _ in columns)
    cells = "".join(f"<td><pre>{escape(text)}</pre></td>" for _, text in columns)
    return (
        f'{case}{inputs}<div class="dbm-scroll"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody><tr>{cells}</tr></tbody></table></div>"
    )


def progress_html(progress: Progress) -> str:
    """The exercises of the whole course, one table per lesson."""
    parts = [
        '<div class="dbm-head"><h4>Your progress</h4>'
        f'<span class="dbm-score">{escape(progress.summary)}</span></div>',
        *map(_lesson, progress.lessons),
        *map(_paragraph, progress.notes),
    ]
    body = "\n".join(parts)
    return f'{STYLE}\n<section class="dbm" aria-label="Progress">\n{body}\n</section>'


def _lesson(lesson: Lesson) -> str:
    title = escape(lesson.title)
    if lesson.link:
        title = f'<a href="{escape(lesson.link)}">{title}</a>'
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in ("Exercise", "State", "Points", "Minutes")
    )
    return (
        f'<div class="dbm-scroll"><table class="dbm-wide"><caption>{title}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>\n"
        + "\n".join(map(_row, lesson.rows))
        + "\n</tbody></table></div>"
    )


def _row(row: Row) -> str:
    state = f'<span class="dbm-{row.status.name}">'
    state += f'<span class="dbm-state">{_status(row.status)}</span></span>'
    return (
        f'<tr><th scope="row">{escape(row.id)} · {escape(row.title)}</th><td>{state}</td>'
        f"<td>{row.points} of {row.max_points}</td><td>{row.minutes}</td></tr>"
    )
