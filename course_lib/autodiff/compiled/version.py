"""One version of a compiled function: traced, simplified, written out, and made to run."""

from __future__ import annotations

import builtins
import linecache
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff import errors, trees
from course_lib.autodiff.compiled.arguments import Arguments
from course_lib.autodiff.compiled.captured import Captured
from course_lib.autodiff.compiled.recording import CompileTrace
from course_lib.autodiff.compiled.simplify import simplify
from course_lib.autodiff.compiled.source import RESERVED, Writer, free_name, identifier
from course_lib.autodiff.graph.ends import function_name
from course_lib.autodiff.trace import Box, call, restack


class Version:
    """A compiled function for one combination of structure, shapes and dtypes."""

    def __init__(
        self,
        f: Callable[..., Any],
        captured: Captured,
        args: Sequence[Any],
        kwargs: dict[str, Any],
    ) -> None:
        self._captured = captured
        arguments = Arguments(f, args, kwargs)
        self._is_of_this_kind = arguments.guard()
        trace, results, tree = _run_traced(f, arguments)
        name = free_name(identifier(function_name(f)), set(RESERVED))
        text, writer = _write(name, captured.names_of_arrays, trace, arguments, results, tree)
        lines = [f"def {name}({arguments.signature}):", *(f"    {line}" for line in text)]
        self.source = "\n".join(lines)
        self.run = _executed(self.source, name, writer.namespace)

    def fits(self, args: Any, kwargs: Any) -> bool:
        """Whether it is made for these arguments, and what is built in is as it was."""
        return self._is_of_this_kind(args, kwargs) and self._captured.unchanged()

    def is_up_to_date(self) -> bool:
        """Whether what is built in is as it was."""
        return self._captured.unchanged()


def _run_traced(
    f: Callable[..., Any], arguments: Arguments
) -> tuple[CompileTrace, list[Any], trees.Tree]:
    with CompileTrace() as trace:
        boxes = [
            trace.new_input(np.float64(x) if type(x) is float else x) if is_number else x
            for x, is_number in zip(arguments.leaves, arguments.are_numbers, strict=True)
        ]
        args, kwargs = arguments.split(boxes)
        try:
            outs, tree = trees.flatten(call(lambda *xs: f(*xs, **kwargs), args))
        except IndexError as error:
            if "integer" in str(error):  # NumPy does not ask a traced value that is an index
                raise errors.number_not_known() from error
            raise
        results = [trace.constant(restack(y)) for y in outs]
        if any(isinstance(y, Box) and not trace.owns(y) for y in results):
            raise errors.captured("compile")
        return trace, results, tree


def _write(
    name: str,
    names_of_arrays: dict[int, str],
    trace: CompileTrace,
    arguments: Arguments,
    results: Sequence[Any],
    tree: trees.Tree,
) -> tuple[list[str], Writer]:
    """The lines of the function's body, and who wrote them."""
    taken = {name, *RESERVED, *arguments.names, arguments.together}
    leaves = zip(arguments.paths, arguments.places(repr), arguments.are_numbers, strict=True)
    names = [
        place if place.isidentifier() else free_name(identifier(path), taken)
        for path, place, is_number in leaves
        if is_number
    ]
    simplify(trace.lines)
    places = [y.line if trace.owns(y) else None for y in results]
    known = trace.copied_names(names_of_arrays)
    writer = Writer(trace.lines, dict(enumerate(names)), taken, known)
    writer.write([place for place in places if place is not None])
    found = zip(arguments.places(writer.key), arguments.leaves, arguments.are_numbers, strict=True)
    numbers = [(path, x) for path, x, is_number in found if is_number]
    unpacked = [
        f"{name} = {path}" for name, (path, _) in zip(names, numbers, strict=True) if name != path
    ]
    floats = [
        f"{name} = {'float' if index in writer.floats else 'np.float64'}({name})"
        for index, (name, (_, x)) in enumerate(zip(names, numbers, strict=True))
        if type(x) is (np.float64 if index in writer.floats else float)
    ]
    words = (_result(writer, y, place) for y, place in zip(results, places, strict=True))
    return [*unpacked, *floats, *writer.text, f"return {_nested(tree, words, writer)}"], writer


def _result(writer: Writer, y: Any, place: int | None) -> str:
    if place is None:
        constant = writer.bind(y)
        return f"{constant}.copy()" if isinstance(y, np.ndarray) else constant
    is_0d_array = isinstance(y.primal, np.ndarray) and y.primal.ndim == 0
    if np.ndim(y.primal) and not writer.hand_out(place):
        return f"{writer.names[place]}.copy()"
    return writer.result(place) + ("[()]" if is_0d_array else "")


def _nested(tree: trees.Tree, words: Iterator[str], writer: Writer) -> str:
    """The container of the results as a Python expression."""
    if tree.kind is None:
        return next(words)
    parts = [_nested(child, words, writer) for child in tree.children]
    if tree.kind is dict:
        keys = map(writer.key, tree.keys)
        return f"{{{', '.join(f'{k}: {p}' for k, p in zip(keys, parts, strict=True))}}}"
    if tree.kind is list:
        return f"[{', '.join(parts)}]"
    if tree.kind is tuple:
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
    if hasattr(tree.kind, "_fields"):
        return f"{writer.bind(tree.kind)}({', '.join(parts)})"
    build = trees.Tree(tree.kind, tree.keys, (trees.LEAF,) * len(parts)).build
    return f"{writer.bind(build)}([{', '.join(parts)}])"


def _executed(source: str, name: str, namespace: dict[str, Any]) -> Callable[..., Any]:
    """The function that ``source`` defines; tracebacks show its lines."""
    filename = f"<compiled {name} {id(namespace):x}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    exec(builtins.compile(source, filename, "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
    weakref.finalize(function, linecache.cache.pop, filename, None)
    return function
