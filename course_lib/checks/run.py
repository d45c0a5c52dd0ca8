"""Run one call of a learner's function and note what came of it; nothing gets out.

Whatever the function does (raise, exit, print, warn, change its arguments, recurse without end),
`run` returns an `Outcome`.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np

from course_lib.checks.compare import agree
from course_lib.checks.values import Foreign, decode, encode, to_plain, type_name


@dataclass(frozen=True)
class Outcome:
    """What came of one call: a plain value, or the name of the exception that was raised.

    `mutated` lists the positions of the arguments that the call changed, `printed` counts the
    lines it printed, and `where` is the line of the learner's code that raised.
    """

    value: Any = None
    raised: str | None = None
    message: str = ""
    where: str = ""
    mutated: tuple[int, ...] = ()
    printed: int = 0


def run(
    call: Callable[..., object], args: Sequence[Any], home: Mapping[str, Any] | None = None
) -> Outcome:
    """Call with copies of plain arguments. `home` is the namespace the learner's code lives in.

    >>> run(lambda x: x + 1, (2,)).value
    3
    >>> run(lambda x: x[5], ([1],)).raised
    'IndexError'
    """
    given = [to_plain(arg) for arg in args]
    sink = _Sink()
    try:
        with (
            contextlib.redirect_stdout(sink),
            contextlib.redirect_stderr(_Sink()),
            warnings.catch_warnings(),
            np.errstate(),
        ):
            warnings.simplefilter("ignore")
            result = call(*given)
    except BaseException as error:  # a learner may call sys.exit(), or press the stop button
        where = _where(error.__traceback__, home)
        return Outcome(
            raised=type_name(error), message=_message(error), where=where, printed=sink.lines
        )
    changed = tuple(i for i, arg in enumerate(args) if not _same(arg, given[i]))
    return Outcome(to_plain(result), mutated=changed, printed=sink.lines)


def same_outcome(
    expected: Outcome,
    got: Outcome,
    rtol: float,
    atol: float,
    mutation: bool = True,
    lists: bool = False,
) -> bool:
    """Whether two calls ended alike: the same exception, or values that agree.

    With `mutation`, both must have changed their arguments, or neither. With `lists`, nested
    lists of numbers count as arrays.
    """
    if expected.raised or got.raised:
        return expected.raised == got.raised
    if mutation and bool(expected.mutated) != bool(got.mutated):
        return False
    if isinstance(expected.value, Foreign):
        return expected.value == got.value
    return agree(expected.value, got.value, rtol, atol, lists)


def encode_outcome(outcome: Outcome, packed: bool = False) -> dict[str, Any]:
    """An outcome as JSON: its value, its exception's name, or what foreign thing it was.

    >>> encode_outcome(Outcome(2.5))
    {'value': 2.5}
    """
    if outcome.raised:
        return {"raises": outcome.raised}
    if isinstance(outcome.value, Foreign):
        return {"returns": outcome.value.what}
    changed = {"mutated": list(outcome.mutated)} if outcome.mutated else {}
    return {"value": encode(outcome.value, packed)} | changed


def decode_outcome(data: dict[str, Any]) -> Outcome:
    """Read back what `encode_outcome` wrote."""
    if "raises" in data:
        return Outcome(raised=str(data["raises"]))
    if "returns" in data:
        return Outcome(Foreign(str(data["returns"])))
    return Outcome(decode(data["value"]), mutated=tuple(data.get("mutated", ())))


def _same(before: Any, after: Any) -> bool:
    return agree(before, after, rtol=0.0, atol=0.0)


def _message(error: BaseException) -> str:
    try:
        text = str(error)
        return str.__str__(text).strip()[:300]
    except BaseException:  # an exception whose own __str__ raises
        return ""


def _where(trace: TracebackType | None, home: Mapping[str, Any] | None) -> str:
    """`line 3 of f: return x / 0`, for the deepest frame in the learner's own code."""
    found = None
    while trace is not None:
        if trace.tb_frame.f_globals is home:
            found = trace
        trace = trace.tb_next
    if found is None:
        return ""
    code = found.tb_frame.f_code
    line = linecache.getline(code.co_filename, found.tb_lineno).strip()
    number = found.tb_lineno - code.co_firstlineno + 1
    return f"line {number} of {code.co_name}" + (f": {line[:120]}" if line else "")


class _Sink(io.TextIOBase):
    """Counts lines and keeps nothing, so that a flood of output does no harm."""

    def __init__(self) -> None:
        self.lines = 0

    def write(self, text: str) -> int:
        self.lines += text.count("\n")
        return len(text)

    def writable(self) -> bool:
        return True
