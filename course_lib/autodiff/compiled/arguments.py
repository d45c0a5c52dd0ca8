"""The arguments of a compiled function: their names, and of which kind they have to be."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff import errors, trees
from course_lib.autodiff.compiled.source import RESERVED, free_name, identifier
from course_lib.autodiff.graph.ends import argument_names


class Arguments:
    """Positional and keyword arguments of one call, as a list of leaves with names.

    A leaf is a *number* if it is a float or an array: then it may differ from run to run. All other
    leaves are part of the kind of call that a version is made for.
    """

    def __init__(self, f: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        self.positional, self.keywords = len(args), tuple(kwargs)
        taken = {*RESERVED, *kwargs}
        names = (free_name(identifier(n), taken) for n in argument_names(f, len(args)))
        self.names = [*names, *kwargs]
        #: One name for all keyword arguments, if some of theirs cannot be names in the source.
        self.together = ""
        if RESERVED.intersection(kwargs) or any(name != identifier(name) for name in kwargs):
            self.together = free_name("keywords", taken)
        self.leaves, self.tree = trees.flatten([*args, *kwargs.values()])
        self.paths = self._paths_from(self.names, repr)
        self.are_numbers = list(map(_is_number, self.paths, self.leaves))

    def places(self, word: Callable[[Any], str]) -> list[str]:
        """Where the source finds each leaf; ``word`` writes the keys."""
        return self._paths_from(self._roots(self.names[: self.positional], self.together), word)

    def _roots(self, positional: Sequence[str], together: str) -> list[str]:
        keywords = (f"{together}[{name!r}]" if together else name for name in self.keywords)
        return [*positional, *keywords]

    def _paths_from(self, roots: Sequence[str], word: Callable[[Any], str]) -> list[str]:
        pairs = zip(roots, self.tree.children, strict=True)
        return [path for root, child in pairs for path in _paths(root, child, word)]

    def split(self, leaves: Sequence[Any]) -> tuple[list[Any], dict[str, Any]]:
        """Positional and keyword arguments with other leaves."""
        values = self.tree.build(leaves)
        named = dict(zip(self.keywords, values[self.positional :], strict=True))
        return values[: self.positional], named

    @property
    def signature(self) -> str:
        """The parameters of a function with these arguments."""
        keywords = ["*", *self.keywords] if self.keywords else []
        if self.together:
            keywords = [f"**{self.together}"]
        return ", ".join([*self.names[: self.positional], *keywords])

    def guard(self) -> Callable[[Any, Any], bool]:
        """A function that says of ``(args, kwargs)`` whether they are of this kind."""
        namespace: dict[str, Any] = {"np": np}
        word = functools.partial(_named, namespace)
        roots = self._roots([f"args[{i}]" for i in range(self.positional)], "kwargs")
        tests = [f"len(args) == {self.positional}"]
        tests += [f"tuple(kwargs) == {self.keywords}"] if self.keywords else ["not kwargs"]
        for root, child in zip(roots, self.tree.children, strict=True):
            tests += _structure_tests(root, child, namespace)
        paths = self._paths_from(roots, word)
        places = zip(paths, self.leaves, self.are_numbers, strict=True)
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


def _paths(root: str, tree: trees.Tree, word: Callable[[Any], str]) -> list[str]:
    if tree.kind is None:
        return [root]
    pairs = zip(tree.keys, tree.children, strict=True)
    return [path for key, child in pairs for path in _paths(f"{root}[{word(key)}]", child, word)]


def _named(namespace: dict[str, Any], x: Any) -> str:
    """A key, as it can be written in source."""
    if type(x) in (str, int):
        return repr(x)
    name = f"key{len(namespace)}"
    namespace[name] = x
    return name


def _structure_tests(place: str, tree: trees.Tree, namespace: dict[str, Any]) -> list[str]:
    if tree.kind is None:
        return []
    kind = _named(namespace, tree.kind)
    if issubclass(tree.kind, dict):  # what a function does may depend on the order of the keys
        tests = [f"type({place}) is {kind} and tuple({place}) == {_named(namespace, tree.keys)}"]
    else:
        tests = [f"type({place}) is {kind} and len({place}) == {len(tree.keys)}"]
    for key, child in zip(tree.keys, tree.children, strict=True):
        tests += _structure_tests(f"{place}[{_named(namespace, key)}]", child, namespace)
    return tests


def _leaf_test(place: str, x: Any, is_number: bool, namespace: dict[str, Any]) -> str:
    if type(x) is np.ndarray:
        name = _named(namespace, x.dtype)
        return f"type(x := {place}) is np.ndarray and x.shape == {x.shape} and x.dtype is {name}"
    if is_number:
        return f"type({place}) is {_named(namespace, type(x))}"
    name = _named(namespace, x.copy() if isinstance(x, set) else x)
    same = "==" if isinstance(x, int | str | set) else "is"
    return f"type({place}) is type({name}) and {place} {same} {name}"
