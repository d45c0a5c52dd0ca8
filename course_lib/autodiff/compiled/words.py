"""How each operation is written in the source of a compiled function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff.compiled.recording import Line
from course_lib.autodiff.compiled.rewriting import added_at
from course_lib.autodiff.rules.casting import cast
from course_lib.autodiff.rules.choosing import select
from course_lib.autodiff.rules.joining import join
from course_lib.autodiff.rules.reductions import sums
from course_lib.autodiff.rules.structure import getitem, put_back

#: Operators, by ufunc.
INFIX: dict[Any, str] = {
    np.add: "+",
    np.subtract: "-",
    np.multiply: "*",
    np.divide: "/",
    np.power: "**",
    np.matmul: "@",
    np.less: "<",
    np.less_equal: "<=",
    np.greater: ">",
    np.greater_equal: ">=",
    np.equal: "==",
    np.not_equal: "!=",
}
#: Operators that can write their result over an operand.
IN_PLACE = (np.add, np.subtract, np.multiply, np.divide, np.power)
METHODS: dict[Any, str] = {np.sum: "sum", np.max: "max", np.min: "min"}
OTHER_NAMES: dict[Any, str] = {select: "np.where", sums: "np.cumsum"}


def expression(line: Line, words: Sequence[str], bind: Callable[[Any], str]) -> str:
    """The operation; ``words`` are its arguments, ``bind`` names what cannot be written out."""
    primitive = line.primitive
    assert primitive is not None
    function, kwargs = primitive.function, _given(line.kwargs or {})
    if function in INFIX and len(words) == 2 and not kwargs:
        a, b = map(_bracket, words)
        return f"{a} {INFIX[function]} {b}"
    if function is np.negative and not kwargs:
        return f"-{_bracket(words[0])}"
    if primitive is getitem:
        return f"{words[0]}[{_index(words[1])}]"
    if primitive is put_back:
        return f"{bind(function)}({words[0]}, np.s_[{_index(words[1])}], {words[2]})"
    if function is np.transpose and _reverses(line):
        return f"{words[0]}.T"
    if function is np.reshape and "order" not in kwargs:
        return f"{words[0]}.reshape({', '.join(map(str, line.shape)) or '()'})"
    if type(axis := kwargs.get("axis")) is tuple and len(axis) == 1:
        kwargs["axis"] = axis[0]
    text = [f"{k}={bind(v)}" for k, v in kwargs.items()]
    if function in METHODS and len(words) == 1:
        return f"{words[0]}.{METHODS[function]}({', '.join(text)})"
    if primitive is join:
        return f"np.concatenate(({', '.join(words)}), {', '.join(text) or 'axis=0'})"
    name = OTHER_NAMES.get(primitive) or function_name(function, bind)
    if primitive is cast:
        return f"{words[0]}.astype({words[1]})"
    return f"{name}({', '.join([*words, *text])})"


def _bracket(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def start(line: Line, words: Sequence[str]) -> str:
    """The new array, to a part of which the operation adds values."""
    if line.primitive is added_at:
        return f"{words[0]}.copy()"
    dtype = "" if line.dtype == np.float64 else f", np.{line.dtype.name}"
    shape = line.shape[0] if len(line.shape) == 1 else line.shape
    return f"np.zeros({shape}{dtype})"


def change(line: Line, name: str, words: Sequence[str]) -> str:
    """The change of that array, which has a name now."""
    if line.primitive is added_at:
        return f"{name}[{_index(words[2])}] += {words[1]}"
    return f"{name}[{_index(words[1])}] = {words[0]}"


def _given(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {
        k: v
        for k, v in kwargs.items()
        if not (v is None or v is False or v is np._NoValue or (k == "where" and v is True))
    }


def _reverses(line: Line) -> bool:
    axes = line.args[1] if len(line.args) > 1 else (line.kwargs or {}).get("axes")
    count = len(line.shape)
    return axes is None or [a % count for a in axes] == list(range(count))[::-1]


def _index(text: str) -> str:
    """What stands between the brackets: a tuple needs no parentheses of its own there."""
    return text[1:-1] if text.startswith("(") and text != "()" else text


def function_name(function: Any, bind: Callable[[Any], str]) -> str:
    """How NumPy's functions are called; all others are constants with a name."""
    for module, where in ((np, "np"), (np.linalg, "np.linalg"), (np.fft, "np.fft")):
        name = getattr(function, "__name__", "")
        if getattr(module, name, None) is function:
            return f"{where}.{name}"
    return bind(function)
