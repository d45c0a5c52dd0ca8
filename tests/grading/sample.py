"""What the tests of grading share: a small assignment of 10 points, and notebooks."""

import json
from pathlib import Path

import pytest

from course_lib.grading.child import ChildError
from course_lib.grading.isolation import find_isolation
from course_lib.grading.limits import Limits

SOURCE = Path(__file__).parent / "91_grading.md"
QUICK = Limits(call=0.4, cell=1.0, total=10.0, memory=1024)
POINTS = 10


def isolations():
    """The kinds that can be tried with hostile code: none that leaves the machine open to it."""
    kinds = []
    for kind in ("strong", "weaker"):
        try:
            isolation = find_isolation(kind)
        except ChildError as error:
            reason = f"no {kind} isolation here: {error}"
        else:
            reason = "; ".join(isolation.gaps())
        marks = [pytest.mark.skip(reason=reason)] if reason else []
        kinds.append(pytest.param(kind, marks=marks))
    return kinds


def gaps():
    """What hostile code could do under the isolation that is used here, or ""."""
    try:
        return "; ".join(find_isolation().gaps())
    except ChildError as error:
        return str(error)


confined = pytest.mark.skipif(bool(gaps()), reason=f"hostile code is not confined here: {gaps()}")
"""For tests that run hostile code by way of the default isolation."""


def notebook(*cells):
    """The bytes of a notebook with these code cells."""
    code = [
        {"cell_type": "code", "source": c, "metadata": {}, "outputs": [], "execution_count": None}
        for c in cells
    ]
    text = {"cell_type": "markdown", "source": "# Title", "metadata": {}}
    data = {"cells": [text, *code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(data).encode()
