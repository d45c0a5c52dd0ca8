"""The reader's own function: how to call it, and what to say when it cannot be used."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

Function = Callable[..., Any]


class UnusableFunction(ValueError):
    """A function that a widget cannot draw; the message tells its writer why, and what to do."""


def of_one_number(f: Function) -> Callable[[Any], Any]:
    """Check that ``f`` can be called with one argument.

    Raises
    ------
    UnusableFunction
        If it is no function, or takes another number of arguments.

    Examples
    --------
    >>> of_one_number(np.sin)(0.0)
    np.float64(0.0)
    """
    counts = _possible_counts(f)
    if 1 not in counts:
        raise UnusableFunction(
            f"{_name(f)} must take one number, as in `def f(x):`, but it takes {_said(counts)}."
        )
    return f


def of_two_numbers(f: Function) -> Callable[[Any, Any], Any]:
    """Make ``f`` a function of x and y, whether it takes two numbers or one array of two.

    Raises
    ------
    UnusableFunction
        If it is no function, or takes another number of arguments.

    Examples
    --------
    >>> of_two_numbers(lambda x, y: x - y)(3.0, 1.0)
    2.0
    >>> of_two_numbers(lambda place: place[0] - place[1])(3.0, 1.0)
    np.float64(2.0)
    """
    counts = _possible_counts(f)
    if 2 in counts:
        return f
    if 1 in counts:
        return lambda x, y: f(np.stack([x, y]))
    raise UnusableFunction(
        f"{_name(f)} must take two numbers, as in `def f(x, y):`, or one array of two, as in "
        f"`def f(place):`, but it takes {_said(counts)}."
    )


def number(result: Any, name: str = "the function") -> float:
    """The result as a real number.

    Raises
    ------
    UnusableFunction
        If it is anything else, such as an array or nothing at all.

    Examples
    --------
    >>> number(np.array(2.5))
    2.5
    """
    if result is None:
        raise UnusableFunction(f"{name} returned nothing. Does its last line say `return`?")
    array = np.asarray(result)
    if array.shape != ():
        raise UnusableFunction(
            f"{name} must return one number, but it returned an array of shape {array.shape}. "
            "Sum it, average it, or return one of its elements."
        )
    if array.dtype.kind not in "fiub":
        raise UnusableFunction(
            f"{name} must return a real number, but it returned {type(result).__name__}."
        )
    return float(array)


def explain(error: Exception, f: Function) -> str:
    """Put an exception into words for the reader who wrote ``f``."""
    if isinstance(error, UnusableFunction):
        return str(error)
    where = _line_in(error, f)
    return f"{_name(f)} raised {type(error).__name__}{where}: {error}"


def _line_in(error: Exception, f: Function) -> str:
    code = getattr(f, "__code__", None)
    traceback, line = error.__traceback__, None
    while traceback is not None:
        if traceback.tb_frame.f_code is code:
            line = traceback.tb_lineno - code.co_firstlineno + 1
        traceback = traceback.tb_next
    return f" in its line {line}" if line else ""


def _name(f: Function) -> str:
    name = getattr(f, "__name__", "the function")
    return "the function" if name == "<lambda>" else str(name)


def _possible_counts(f: Function) -> range:
    """With how many positional arguments ``f`` can be called."""
    if not callable(f):
        raise UnusableFunction(
            f"expected a function, but got {type(f).__name__}. Pass f itself, not f(x)."
        )
    if isinstance(f, np.ufunc):
        return range(f.nin, f.nin + 1)
    try:
        parameters = inspect.signature(f).parameters.values()
    except ValueError:  # some functions written in C do not say
        return range(1, 3)
    if any(p.kind is p.KEYWORD_ONLY and p.default is p.empty for p in parameters):
        raise UnusableFunction(f"{_name(f)} has a keyword argument without a default value.")
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    least = sum(p.default is p.empty for p in positional)
    any_number = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    return range(least, 100 if any_number else len(positional) + 1)


def _said(counts: range) -> str:
    return "none" if counts.stop == 1 else str(counts.start)
