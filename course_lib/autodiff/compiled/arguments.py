"""The arguments of a compiled function: their names, and of which kind they have to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff import errors, trees
from course_lib.autodiff.compiled.source import identifier
from course_lib.autodiff.graph.ends import argument_names


class Arguments:
    """Positional and keyword arguments of one call, as a list of leaves with names.

    A leaf is a *number* if it is a float or an array: then it may differ from run to run. All other
    leaves are part of the kind of call that a version is made for.
    """

    def __init__(self, f: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        self.names = [*map(identifier, argument_names(f, len(args))), *kwargs]
        self.positional, self.keywords = len(args), tuple(kwargs)
        self.leaves, self.tree = trees.flatten([*args, *kwargs.values()])
        self.paths = self.paths_from(self.names)
        self.are_numbers = list(map(_is_number, self.paths, self.leaves))

    def paths_from(self, roots: Sequence[str]) -> list[str]:
        """Where each leaf is found, as source, if the arguments are found at ``roots``."""
        pairs = zip(roots, self.tree.children, strict=True)
        return [path for root, child in pairs for path in child.paths(root)]

    def split(self, leaves: Sequence[Any]) -> tuple[list[Any], dict[str, Any]]:
        """Positional and keyword arguments with other leaves."""
        values = self.tree.build(leaves)
        named = dict(zip(self.keywords, values[self.positional :], strict=True))
        return values[: self.positional], named

    @property
    def signature(self) -> str:
        """The parameters of a function with these arguments."""
        keywords = ["*", *self.keywords] if self.keywords else []
        return ", ".join([*self.names[: self.positional], *keywords])

    def guard(self) -> Callable[[Any, Any], bool]:
        """A function that says of ``(args, kwargs)`` whether they are of this kind."""
        names, count = self.names, self.positional
        roots = [f"args[{i}]" if i < count else f"kwargs[{name!r}]" for i, name in enumerate(names)]
        namespace: dict[str, Any] = {"np": np}
        tests = [f"len(args) == {count} and len(kwargs) == {len(self.keywords)}"]
        tests += [f"{name!r} in kwargs" for name in self.keywords]
        for root, child in zip(roots, self.tree.children, strict=True):
            tests += _structure_tests(root, child, namespace)
        places = zip(self.paths_from(roots), self.leaves, self.are_numbers, strict=True)
        tests += [_leaf_test(*place, namespace) for place in places]
        exec(f"def fits(args, kwargs):\n    return {' and '.join(tests)}", namespace)
        fits: Callable[[Any, Any], bool] = namespace["fits"]
        return fits


def _is_number(path: str, x: Any) -> bool:
    if type(x) is float or (type(x) is np.ndarray and x.dtype.kind in "fiubc"):
        return True
    if isinstance(x, np.ndarray):
        raise errors.bad_input("compile", path, x)
    return isinstance(x, np.generic)


def _structure_tests(place: str, tree: trees.Tree, namespace: dict[str, Any]) -> list[str]:
    if tree.kind is None:
        return []
    kind = f"kind{len(namespace)}"
    namespace[kind] = tree.kind
    tests = [f"type({place}) is {kind} and len({place}) == {len(tree.keys)}"]
    if issubclass(tree.kind, dict):
        tests += [f"{key!r} in {place}" for key in tree.keys]
    for key, child in zip(tree.keys, tree.children, strict=True):
        tests += _structure_tests(f"{place}[{key!r}]", child, namespace)
    return tests


def _leaf_test(place: str, x: Any, is_number: bool, namespace: dict[str, Any]) -> str:
    name = f"leaf{len(namespace)}"
    if type(x) is np.ndarray:
        namespace[name] = x.dtype
        return f"type(x := {place}) is np.ndarray and x.shape == {x.shape} and x.dtype is {name}"
    if is_number:
        namespace[name] = type(x)
        return f"type({place}) is {name}"
    namespace[name] = x
    same = "==" if isinstance(x, int | str) else "is"
    return f"type({place}) is type({name}) and {place} {same} {name}"
