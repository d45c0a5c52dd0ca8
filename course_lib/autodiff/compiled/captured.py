"""What a function uses besides its arguments, and whether that has changed since.

A compiled function has these things built in. So before each run it looks whether the variables
that the function refers to still hold the same, and whether arrays among them were written to.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from course_lib.autodiff import trees

Read = functools.partial[Any]  # without arguments
_MISSING = object()


class Captured:
    """The values of the variables that a function refers to, as they are now."""

    def __init__(self, function: Any) -> None:
        self._watched = [
            (read, value, contents)
            for _, read, value in variables(function)
            if (contents := _contents(value)) is not None or read.func is not _constant
        ]

    def unchanged(self) -> bool:
        """Whether all of them are as they were."""
        for read, value, contents in self._watched:
            now = read()
            if now is not value and not _same_number(now, value):
                return False
            if contents is not None and _contents(now) != contents:
                return False
        return True


def names_of_arrays(function: Any) -> dict[int, str]:
    """The names of the arrays among the variables, by ``id``."""
    named = {}
    for name, _, value in variables(function):
        leaves, tree = trees.flatten(value)
        paths = zip(leaves, tree.paths(name), strict=True)
        named.update({id(leaf): path for leaf, path in paths if isinstance(leaf, np.ndarray)})
    return named


def variables(function: Any) -> Iterator[tuple[str, Read, Any]]:
    """Name, how to read it again, and value of each variable that ``function`` refers to."""
    waiting, seen = [function], set()
    while waiting:
        f = waiting.pop()
        if id(f) in seen:
            continue
        seen.add(id(f))
        if isinstance(f, functools.partial):
            waiting.append(f.func)
        f = getattr(f, "__func__", f)  # a method's function
        if not isinstance(f, type):  # an object that can be called, and what it calls
            waiting += [type(f).__call__, *filter(callable, getattr(f, "__dict__", {}).values())]
        for name, read in _variables_of(f):
            value = read()
            waiting += filter(callable, trees.flatten(value)[0])
            if value is not _MISSING and not isinstance(value, ModuleType | type):
                yield name, read, value


def _variables_of(f: Any) -> Iterator[tuple[str, Read]]:
    if isinstance(f, functools.partial):
        yield from _constants("argument", f.args, f.keywords)
    if not isinstance(f, FunctionType):
        return
    for name, cell in zip(f.__code__.co_freevars, f.__closure__ or (), strict=True):
        yield name, functools.partial(_in_cell, cell)
    if f"{f.__globals__.get('__name__')}.".startswith(("course_lib.autodiff.", "numpy.")):
        return  # their globals do not change
    for name in _global_names(f.__code__):
        if name in f.__globals__:
            yield name, functools.partial(_in_dict, f.__globals__, name)
    yield from _constants("default", f.__defaults__ or (), f.__kwdefaults__ or {})


def _constants(
    what: str, values: Sequence[Any], named: Mapping[str, Any]
) -> Iterator[tuple[str, Read]]:
    for i, value in enumerate(values):
        yield f"{what} {i}", functools.partial(_constant, value)
    for name, value in named.items():
        yield name, functools.partial(_constant, value)


def _global_names(code: CodeType) -> set[str]:
    inner = (c for c in code.co_consts if isinstance(c, CodeType))
    return set(code.co_names).union(*map(_global_names, inner))


def _in_cell(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # nothing has been put into it yet
        return _MISSING


def _in_dict(names: Mapping[str, Any], name: str) -> Any:
    return names.get(name, _MISSING)


def _constant(value: Any) -> Any:
    return value


def _contents(value: Any) -> Any:
    """What can change inside a value; None if nothing can."""
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes() if value.dtype.kind != "O" else id(value)
    if isinstance(value, tuple) and all(_contents(x) is None for x in value):
        return None
    if isinstance(value, list | tuple | dict):
        leaves, tree = trees.flatten(value)
        return tree, [id(x) if (c := _contents(x)) is None else c for x in leaves]
    return frozenset(value) if isinstance(value, set) else None


def _same_number(a: Any, b: Any) -> bool:
    return type(a) is type(b) and isinstance(a, int | float | str) and a == b
