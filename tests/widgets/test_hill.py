"""The hill explorer without a browser: what it holds, answers and shows."""

import base64
import re
from html import unescape

import numpy as np
import pytest

from course_lib.widgets import HillExplorer
from course_lib.widgets.hills import HILLS


@pytest.mark.parametrize("name", HILLS)
def test_each_hill_is_sent_as_few_bytes(name):
    widget = HillExplorer(name)
    assert widget.problem == ""
    assert len(widget.grid) == 6 * 20 * 20 * 4 < 10_000
    assert widget.hill == name


def test_choosing_another_hill_moves_the_hiker():
    widget = HillExplorer("bowl")
    widget.hill = "rosenbrock"
    assert tuple(widget.point) == HILLS["rosenbrock"].start
    assert widget.window == [-1.6, 1.6, -0.8, 2.4]


def test_own_function_and_window():
    widget = HillExplorer(lambda x, y: x * y, x=(0, 1), y=(0, 2), at=(0.5, 1))
    value, gradient, hessian = widget.derivatives()
    assert value == 0.5
    assert gradient.tolist() == [1.0, 0.5]
    assert hessian.tolist() == [[0, 1], [1, 0]]
    assert repr(widget) == (
        "<HillExplorer: Hiker at (0.5, 1) on the hill your own: f(x, y): height 0.5, "
        "gradient (1, 0.5), bends -1 and 1; not a critical point.>"
    )


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda: 0.0, "takes none"),
        (lambda x, y: None, "returned nothing"),
        (lambda x, y: np.array([x, y]), "array of shape (2,)"),
        (lambda x, y: 1 / 0, "raised ZeroDivisionError in its line 1: division by zero"),
        (lambda x, y: np.histogram(x)[0][0], "cannot be used with traced values"),
        (lambda x, y: float(x), "was asked of a traced value"),
    ],
)
def test_functions_that_cannot_be_drawn_are_explained(f, words):
    widget = HillExplorer(f)
    assert words in widget.problem
    assert words in repr(widget)
    assert words in unescape(widget._repr_mimebundle_()[0]["text/html"])


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: np.log(x) + y,
        lambda x, y: np.abs(x) + np.abs(y),
        lambda x, y: 0.0,
        lambda x, y: np.where(x > 0, np.nan, y),
        lambda x, y: x / y,
    ],
    ids=["log", "kinks", "flat", "half", "pole"],
)
def test_odd_functions_have_pictures_and_answers(f):
    widget = HillExplorer(f)
    assert widget.problem == ""
    for x, y in [(0.0, 0.0), (1.0, 1.0), (-1.0, 0.5)]:
        found = widget.answer_point({"point": [x, y]})["derivatives"]
        assert all(number is None or np.isfinite(number) for number in found)
        widget.answer_step({"point": [x, y], "window": widget.window, "uphill": True})
        widget.answer_walk({"point": [x, y]})
    assert widget._repr_mimebundle_()[0]["text/html"]


def test_bundle_has_a_picture_with_words():
    data, _ = HillExplorer("saddle")._repr_mimebundle_()
    assert set(data) == {
        "text/plain",
        "text/html",
        "application/vnd.jupyter.widget-view+json",
    }
    found = re.search(
        r'<img alt="([^"]*)" width="806" src="data:image/png;base64,([^"]*)"', data["text/html"]
    )
    assert "gradient (2, -1.2)" in found[1]
    assert base64.b64decode(found[2]).startswith(b"\x89PNG")


def test_same_state_same_bytes():
    assert HillExplorer()._still() == HillExplorer()._still()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"hill": "volcano"}, "no hill 'volcano'"),
        ({"x": (1, 1)}, "low < high"),
        ({"y": (0, np.inf)}, "low < high"),
    ],
)
def test_wrong_arguments(given, words):
    with pytest.raises(ValueError, match=words):
        HillExplorer(**given)


def test_messages_that_are_no_questions_are_ignored():
    widget = HillExplorer("bowl")
    widget._receive(widget, "hello", [])
    widget._receive(widget, {"kind": "teleport"}, [])
