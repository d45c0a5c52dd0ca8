"""The child's side: run a learner's cells, and answer calls. It knows no expected value.

What stands here runs in the same process as the learner's code, so nothing it says is trusted:
a learner may send whatever this could send, and it is only ever an answer to be judged.
"""

from __future__ import annotations

import io
import json
import linecache
import os
import re
import sys
import tokenize
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any, BinaryIO

from course_lib.checks.checking import Names, load_probe, why_not_callable
from course_lib.checks.run import Outcome, encode_outcome, run
from course_lib.checks.values import ValueCodingError, decode, type_name
from course_lib.grading.confine import confine
from course_lib.grading.frames import FrameError, read_frame, write_frame

_MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*)$")
_ASSIGNED_MAGIC = re.compile(r"^(\s*[\w, ]+=\s*)[%!].*$")


def main() -> None:
    """Confine this process, say so, and serve until the grader has no more requests."""
    settings = json.loads(sys.argv[1])
    requests, answers = _take_streams()
    readable = settings.get("readable", [])
    layers = confine(settings["rlimits"], readable, settings.get("drop_user", False))
    write_frame(answers, {"ready": True, "layers": layers})
    _silence(2)
    _Notebook().serve(requests, answers)


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes to the grader; what the learner prints goes nowhere."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    _silence(0)
    _silence(1)
    return requests, answers


def _silence(descriptor: int) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, descriptor)
    os.close(null)


class _Notebook:
    """A learner's names, as a notebook's kernel has them."""

    def __init__(self) -> None:
        module = ModuleType("__main__")
        sys.modules["__main__"] = module  # dataclasses look their module up
        self.names = module.__dict__
        self.names["display"] = lambda *args, **options: None

    def serve(self, requests: BinaryIO, answers: BinaryIO) -> None:
        work: dict[str, Callable[[dict], dict]] = {"cell": self.cell, "call": self.call}
        while (request := read_frame(requests)) is not None:
            answer = work[request["do"]](request)
            try:
                write_frame(answers, {"id": request["id"], **answer})
            except FrameError:
                too_long = {"returns": "value that is too large to be checked"}
                write_frame(answers, {"id": request["id"], **too_long})

    def cell(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run one cell; an error ends that cell and no other."""
        name = f"<cell {request['number']}>"
        try:
            code, source = _compile(request["source"], name)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            message = getattr(error, "msg", str(error))
            return {"raises": type(error).__name__, "message": message}
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        return _answer(run(lambda: exec(code, self.names), (), self.names))

    def call(self, request: dict[str, Any]) -> dict[str, Any]:
        """Call a function by its name, or the probe in its place."""
        name, probe = request["name"], request["probe"]
        if name not in self.names:
            return {"missing": True}
        learner = self.names[name]
        args = decode(request["args"])
        problem = why_not_callable(learner, name, request["parameters"], bool(probe), args)
        if problem:
            return {"problem": problem}
        home = learner.__globals__ if type(learner) is FunctionType else self.names
        if probe:
            function = load_probe(probe)
            return _answer(run(lambda *a: function(Names(self.names), *a), args, home))
        return _answer(run(learner, args, home))


def _compile(source: str, name: str) -> tuple[Any, str]:
    """A cell's code. What is no Python may be a notebook's magic or shell line: left out."""
    try:
        return compile(source, name, "exec"), source
    except SyntaxError:
        plain = without_magics(source)
        return compile(plain, name, "exec"), plain


def without_magics(source: str) -> str:
    r"""A cell's code with `pass` in place of the lines that only a notebook understands.

    >>> without_magics("%time\nx = (7\n  % 4)\ny = !ls")
    'pass\nx = (7\n  % 4)\ny = None'
    """
    lines: list[str] = []
    for line in source.split("\n"):
        plain = _ASSIGNED_MAGIC.sub(r"\1None", _MAGIC.sub(r"\1pass", line))
        begins = plain == line or _is_whole("\n".join([*lines, ""]))
        lines.append(plain if begins else line)
    return "\n".join(lines)


def _is_whole(code: str) -> bool:
    """Whether a statement may begin after this code: no bracket, string or line is left open."""
    try:
        for _ in tokenize.generate_tokens(io.StringIO(code).readline):
            pass
    except tokenize.TokenError:
        return False
    except SyntaxError:  # of another kind: Python will say so
        return True
    return not code.endswith("\\\n")


def _answer(outcome: Outcome) -> dict[str, Any]:
    try:
        data = encode_outcome(outcome, packed=True)
    except ValueCodingError:  # an object inside of a list, say
        data = {"returns": f"{type_name(outcome.value)} with an object in it"}
    return data | {
        "message": outcome.message,
        "where": outcome.where,
        "printed": outcome.printed,
    }
