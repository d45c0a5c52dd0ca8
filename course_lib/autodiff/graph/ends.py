"""The two ends of a graph, inputs and outputs: their names, and the seeds of sweeps."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from course_lib.autodiff import errors, trees
from course_lib.autodiff.graph.notation import number
from course_lib.autodiff.trace import plain_value

FEW = 4  # numbers of a seed that are written out


class Seed(NamedTuple):
    """What a sweep starts with: a tangent for each input, or an adjoint for each output."""

    label: str
    leaves: list[Any]
    unit: bool = False  # 1 at the number that the label names, 0 at all others


class Ends(NamedTuple):
    """All inputs of a graph, or all its outputs, in order, with their lines on the tape."""

    names: list[str]
    lines: list[int]
    values: list[Any]
    tree: trees.Tree

    def numbers(self) -> Iterator[tuple[str, int, tuple[int, ...]]]:
        """For each number its name, such as ``w[0, 1]``, which of the ends it is in, and where."""
        for end, (name, value) in enumerate(zip(self.names, self.values, strict=True)):
            for where in np.ndindex(np.shape(value)):
                yield (f"{name}[{', '.join(map(str, where))}]" if where else name), end, where

    def first(self) -> Seed:
        """1 at the first number; nothing if there is none."""
        return next(map(self._unit, self.numbers()), Seed("nothing", self._zeros()))

    def seed(self, method: str, what: str, given: Any) -> Seed:
        """The seed that a reader gave: a number's name, or values of the structure of these ends.

        ``method`` and ``what`` name the call and its argument in error messages.
        """
        if isinstance(given, str):
            for found in self.numbers():
                if found[0] == given:
                    return self._unit(found)
            raise errors.no_such_number(method, given, [n for n, _, _ in self.numbers()])
        leaves = trees.flatten_like(method, what, given, self.values, self.tree)
        return self._described(leaves)

    def on_lines(self, seed: Seed) -> dict[int, Any]:
        """The seed by lines of the tape; what comes out twice starts with the sum."""
        on_lines: dict[int, Any] = {}
        for line, leaf in zip(self.lines, seed.leaves, strict=True):
            on_lines[line] = on_lines[line] + leaf if line in on_lines else leaf
        return on_lines

    def _zeros(self) -> list[Any]:
        return [np.zeros(np.shape(value), value.dtype)[()] for value in self.values]

    def _unit(self, found: tuple[str, int, tuple[int, ...]]) -> Seed:
        name, end, where = found
        leaves = self._zeros()
        one = np.zeros(np.shape(leaves[end]), leaves[end].dtype)
        one[where] = 1
        leaves[end] = one[()]
        return Seed(name, leaves, unit=True)

    def _described(self, leaves: list[Any]) -> Seed:
        flat = np.concatenate([np.ravel(plain_value(leaf)) for leaf in leaves] or [np.zeros(0)])
        if np.count_nonzero(flat) == 1 and np.sum(flat) == 1:
            which = int(np.flatnonzero(flat)[0])
            return Seed(
                next(n for i, (n, _, _) in enumerate(self.numbers()) if i == which), leaves, True
            )
        if flat.size > FEW:
            return Seed(f"{flat.size:,} numbers given", leaves)
        words = ", ".join(map(number, flat))
        return Seed(words if flat.size == 1 else f"({words})", leaves)


def function_name(f: Callable[..., Any]) -> str:
    """The function's name, by which the output goes; ``f`` if it has none."""
    name = getattr(f, "__name__", "f")
    return name if name.isidentifier() else "f"


def argument_names(f: Callable[..., Any], count: int) -> list[str]:
    """The names of ``count`` positional arguments as the function's signature gives them."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):  # some compiled functions do not tell
        parameters = []
    names: list[str] = []
    for parameter in parameters:
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            names += [f"{parameter.name}[{i}]" for i in range(count - len(names))]
        elif parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            names.append(parameter.name)
    return [*names, *(f"x{i + 1}" for i in range(len(names), count))][:count]
