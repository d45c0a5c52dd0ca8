"""What a function uses besides its arguments, and whether that has changed since.

A compiled function has these things built in. So before each run it looks whether the variables
that the function refers to still hold the same, and whether arrays among them were written to.
"""

from __future__ import annotations

import dis
import functools
import sys
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from operator import is_
from pathlib import Path
from types import (
    BuiltinMethodType,
    CellType,
    CodeType,
    FunctionType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
    SimpleNamespace,
)
from typing import Any

import numpy as np

from course_lib.autodiff.trace import Box

#: A name, a value, and whether it is to be watched or only looked into.
Found = tuple[str, Any, bool]
_MISSING = object()
PLAIN = {int, float, complex, bool, str, bytes, type(None)}  # types in which nothing can change
COLLECTIONS = (list, tuple, dict, set, frozenset, deque)
CODE = (FunctionType, type, ModuleType)
#: Where methods, properties, partial functions and the like keep what they call, by type.
HELD: dict[Any, tuple[str, ...]] = {
    MethodType: ("__func__", "__self__"),
    BuiltinMethodType: ("__self__",),
    staticmethod: ("__func__",),
    classmethod: ("__func__",),
    property: ("fget",),
    functools.cached_property: ("func",),
    functools.partial: ("func", "args", "keywords"),
    functools.partialmethod: ("func", "args", "keywords"),
}


class Captured:
    """The values of the variables that a function refers to, as they are now.

    The functions and objects among its arguments are looked into as well.
    """

    def __init__(self, function: Any, arguments: Iterable[Any] = ()) -> None:
        #: The names of the arrays among them, by ``id``.
        self.names_of_arrays: dict[int, str] = {}
        #: Whether there is a traced value of a transformation that is at work.
        self.traced = False
        self._cells: list[tuple[CellType, Any]] = []
        self._empty_cells: list[CellType] = []
        self._names: dict[tuple[int, str], tuple[Callable[..., Any], str, Any]] = {}
        self._collections: list[tuple[Collection[Any], Collection[Any]]] = []
        self._arrays: list[tuple[np.ndarray, Any]] = []
        self._objects: list[Any] = []
        others = [x for x in arguments if not isinstance(x, np.ndarray | set)]
        waiting: list[Found] = [("", x, True) for x in (*others, function)]
        seen: dict[Any, Any] = {}
        while waiting:
            name, x, watched = waiting.pop()
            if type(x) not in PLAIN and (id(x), watched) not in seen:
                seen[id(x), watched] = x  # kept, for another could get its id
                waiting += self._look_into(name, x, watched)

    def unchanged(self) -> bool:
        """Whether all of them are as they were, and no attribute is a traced value."""
        try:
            for cell, kept in self._cells:
                if (now := cell.cell_contents) is not kept and not _same_value(now, kept):
                    return False
        except ValueError:  # a cell has been emptied
            return False
        if self._empty_cells and any(_in_cell(c) is not _MISSING for c in self._empty_cells):
            return False
        for get, name, kept in self._names.values():
            if (now := get(name, _MISSING)) is not kept and not _same_value(now, kept):
                return False
        for x, kept in self._collections:
            if len(x) != len(kept) or not _same(x, kept):
                return False
        for array, contents in self._arrays:
            if not _has_contents(array, contents):
                return False
        return not (self._objects and _holds_traced(self._objects))

    def _look_into(self, name: str, x: Any, watched: bool) -> Iterator[Found]:
        """Watch what can change in ``x``; what is to be looked into next."""
        if isinstance(x, Box):
            self.traced = self.traced or x._trace.live
        elif isinstance(x, np.ndarray):
            yield from self._in_array(name, x, watched)
        elif isinstance(x, COLLECTIONS):
            yield from self._in_collection(name, x, watched)
        elif isinstance(x, FunctionType):
            yield from self._in_function(x)
        elif isinstance(x, type):
            yield from self._in_class(x)
        elif not isinstance(x, ModuleType):
            yield from self._in_object(name, x, watched)

    def _in_array(self, name: str, x: np.ndarray, watched: bool) -> Iterator[Found]:
        self.names_of_arrays.setdefault(id(x), name)
        if watched:
            self._arrays.append((x, (x.dtype, x.shape, _contents(x))))
        if x.dtype.kind == "O":
            yield from ((f"{name}[{i}]", part, watched) for i, part in enumerate(x.flat))

    def _in_collection(self, name: str, x: Any, watched: bool) -> Iterator[Found]:
        yield name, type(x), True
        parts: Collection[Any] = x.values() if isinstance(x, dict) else x
        if watched and not isinstance(x, tuple | frozenset):
            self._collections += [(y, list(y)) for y in ([x] if parts is x else [x, parts])]
        keys: Iterable[Any] = x if isinstance(x, dict) else range(len(x))
        for key, part in zip(keys, parts, strict=True):
            if type(part) not in PLAIN:
                yield f"{name}[{key!r}]", part, watched

    def _in_function(self, f: FunctionType) -> Iterator[Found]:
        cells = f.__closure__ or ()
        for name, cell in zip(f.__code__.co_freevars, cells, strict=True):
            if (value := _in_cell(cell)) is _MISSING:
                self._empty_cells.append(cell)
            else:
                self._cells.append((cell, value))
                yield name, value, True
        if _is_installed(f.__globals__.get("__name__")):
            return
        globals_, attributes = map(sorted, _names(f.__code__))
        yield from self._watch(f.__globals__, globals_)
        values = [*map(_in_cell, cells), *map(f.__globals__.get, globals_)]
        yield from self._in_modules(values, attributes)
        yield from self._watch(f.__kwdefaults__ or {}, f.__kwdefaults__ or ())
        yield from ((f"default {i}", x, True) for i, x in enumerate(f.__defaults__ or ()))

    def _in_modules(self, values: Iterable[Any], names: Collection[str]) -> Iterator[Found]:
        """What a function finds in modules."""
        modules = [x for x in values if isinstance(x, ModuleType)]
        for module in modules:  # the list grows
            if not _is_installed(module.__name__):
                found = [*self._watch(vars(module), sorted(vars(module).keys() & names))]
                modules += [
                    x for _, x, _ in found if isinstance(x, ModuleType) and x not in modules
                ]
                yield from found

    def _in_class(self, x: type) -> Iterator[Found]:
        if not _is_installed(x.__module__):
            own = vars(x)
            called = [n for n, y in own.items() if isinstance(y, FunctionType) or n[:2] != "__"]
            yield from self._watch(own, called)
            yield from (("", base, True) for base in x.__bases__)

    def _in_object(self, name: str, x: Any, watched: bool) -> Iterator[Found]:
        if _is_own(x):
            if watched:
                self._objects.append(x)
            yield name, type(x), True
            yield from ((f"{name}.{n}", y, False) for n, y in _attributes(x).items())
            return
        for kind, names in HELD.items():
            if isinstance(x, kind):
                yield from ((n, getattr(x, n), True) for n in names)
        yield from ((name, y, True) for y in getattr(x, "__dict__", {}).values() if callable(y))

    def _watch(self, namespace: Mapping[str, Any], names: Iterable[str]) -> Iterator[Found]:
        for name in names:
            value = namespace.get(name, _MISSING)
            if not (isinstance(value, ModuleType) and _is_installed(value.__name__)):
                self._names[id(namespace), name] = namespace.get, name, value
                yield name, value, True


def _in_cell(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # nothing has been put into it yet
        return _MISSING


def _names(code: CodeType) -> tuple[set[str], set[str]]:
    """The global names, and all others, that a function and those inside it refer to."""
    loads = (i for i in dis.get_instructions(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
    inner = [_names(c) for c in code.co_consts if isinstance(c, CodeType)]
    globals_ = {i.argval for i in loads}.union(*(names for names, _ in inner))
    return globals_, set(code.co_names).union(*(names for _, names in inner))


@functools.cache
def _is_installed(module: Any) -> bool:
    """Whether a module comes with Python or from a package index: its variables do not change."""
    package = str(module).partition(".")[0]
    if package == "course_lib":
        return f"{module}.".startswith("course_lib.autodiff.")
    place = Path(getattr(sys.modules.get(package), "__file__", None) or "").parts
    known = package in sys.stdlib_module_names
    return known or "site-packages" in place or "dist-packages" in place


def _is_own(x: Any) -> bool:
    """Whether ``x`` is an object of the reader's, whose attributes may be anything."""
    return isinstance(x, SimpleNamespace) or not _is_installed(type(x).__module__)


def _attributes(x: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = getattr(x, "__dict__", {})
    kind: Any = type(x)
    slots = {name: getattr(x, name, None) for name in _slots(kind)}
    return {**attributes, **slots} if slots else attributes


@functools.lru_cache(maxsize=256)
def _slots(kind: type) -> list[str]:
    names = (vars(c).items() for c in kind.__mro__)
    return [n for own in names for n, y in own if isinstance(y, MemberDescriptorType)]


def _holds_traced(objects: Iterable[Any]) -> bool:
    """Whether a traced value, of a transformation that is at work, is among the attributes."""
    waiting, seen = [*objects], set()
    while waiting:
        x = waiting.pop()
        if isinstance(x, Box):
            if x._trace.live:
                return True
        elif id(x) not in seen:
            seen.add(id(x))
            waiting += [part for part in _parts(x) if type(part) not in PLAIN]
    return False


def _parts(x: Any) -> Iterable[Any]:
    if isinstance(x, np.ndarray):
        return x.flat if x.dtype.kind == "O" else ()
    if isinstance(x, COLLECTIONS):
        return x.values() if isinstance(x, dict) else x
    return _attributes(x).values() if not isinstance(x, CODE) and _is_own(x) else ()


def _contents(x: np.ndarray) -> Any:
    return list(x.flat) if x.dtype.kind == "O" else x.tobytes()


def _has_contents(x: np.ndarray, kept: Any) -> bool:
    dtype, shape, contents = kept
    if x.dtype != dtype or x.shape != shape:
        return False
    return _same(x.flat, contents) if dtype.kind == "O" else x.tobytes() == contents


def _same(now: Any, kept: Any) -> bool:
    """Whether all are the same objects, or at least the same numbers and texts."""
    return all(map(is_, now, kept)) or all(map(_same_value, now, kept))


def _same_value(a: Any, b: Any) -> bool:
    if a is b:
        return True
    simple = type(a) is type(b) and isinstance(a, int | float | complex | str | bytes | np.number)
    return simple and bool(a == b) and repr(a) == repr(b)  # 0.0 is not -0.0
