"""What all widgets of the course have in common."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import Any

import anywidget
import matplotlib as mpl
import numpy as np
import traitlets
from matplotlib.figure import Figure

from course_lib.plots.pictures import as_html
from course_lib.plots.style import STYLE
from course_lib.widgets.css import style_sheet

STILL_DPI = 110  # less than other pictures have: it is drawn before the widget appears
LOOK = {**STYLE, "figure.constrained_layout.use": False}


class CourseWidget(anywidget.AnyWidget):
    """A widget with a message line, questions that its page may ask, and a still picture.

    Subclasses define ``_esm``, :meth:`picture` and :meth:`in_words`, and a method ``answer_kind``
    for each kind of question.
    """

    _css = style_sheet()
    #: What is wrong with the reader's function, or nothing.
    problem = traitlets.Unicode("").tag(sync=True)

    def __init__(self, **state: Any) -> None:
        super().__init__(**state)
        self.on_msg(self._receive)

    def _receive(self, _widget: object, question: Any, _buffers: object) -> None:
        """Answer ``{"kind": …, "id": …}`` by what ``answer_kind(question)`` returns."""
        if not isinstance(question, Mapping):
            return
        answer = getattr(self, f"answer_{question.get('kind')}", None)
        if answer is None:
            return
        try:
            reply = answer(question)
        except Exception as error:  # a dead comm would leave the reader without a word
            reply = {"problem": f"{type(error).__name__}: {error}"}
        buffers = reply.pop("buffers", None)
        self.send({**reply, "id": question.get("id")}, buffers)

    def picture(self, figure: Figure) -> None:
        """Draw the widget as it is now, for readers without a kernel."""
        raise NotImplementedError

    def in_words(self) -> str:
        """Say what there is to see, with its numbers."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.problem or self.in_words()}>"

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_() or ({}, {})
        return {**data, "text/html": self._still()}, metadata

    def _still(self) -> str:
        """The picture and its words, shown only where the widget itself cannot be."""
        with mpl.rc_context(dict[Any, Any](LOOK)), np.errstate(all="ignore"):
            figure = Figure()
            if self.problem:
                figure.set_size_inches(6.4, 1.2)
                figure.text(0.02, 0.5, fill(self.problem, 75), va="center")
            else:
                self.picture(figure)
            return as_html(figure, self.problem or self.in_words(), dpi=STILL_DPI)
