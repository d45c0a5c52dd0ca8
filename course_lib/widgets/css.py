"""The widgets' style sheet: their form from a file, their colours from the course's palette."""

from __future__ import annotations

from pathlib import Path

from course_lib.palette import Colours, colours, text_on_dark, text_on_light

FORM = Path(__file__).with_name("widgets.css")


def style_sheet() -> str:
    """The whole sheet. Colours follow JupyterLab's theme, or else the reader's system.

    >>> "--course-adjoints: #D55E00" in style_sheet()
    True
    """
    light = _rule(colours, text_on_light)
    on_map = _rule(colours, text_on_light, "-map")  # landscapes are light in any theme
    dark = _rule(text_on_dark, text_on_dark)
    return "\n".join(
        [
            f".course-widget {{{light} {on_map}}}",
            "@media (prefers-color-scheme: dark) {",
            f"body:not([data-jp-theme-light]) .course-widget {{{dark}}}",
            "}",
            f'[data-jp-theme-light="false"] .course-widget {{{dark}}}',
            FORM.read_text(encoding="utf-8"),
        ]
    )


def _rule(lines: Colours, text: Colours, where: str = "") -> str:
    entries = [*_variables(where, lines), *_variables(f"{where}-text", text)]
    return " ".join(f"--course{name}: {colour};" for name, colour in entries)


def _variables(kind: str, palette: Colours) -> list[tuple[str, str]]:
    names = palette._asdict()
    return [(f"{kind}-{name.replace('_', '-')}", colour) for name, colour in names.items()]
