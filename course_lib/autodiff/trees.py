"""Nested tuples, lists and dicts: flatten them to a list of leaves, and build them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from course_lib.autodiff import errors
from course_lib.autodiff.trace import Box, innermost_trace, restack


class Tree(NamedTuple):
    """The structure of a nested container without its leaves.

    ``kind`` is the container's type, None for a leaf; ``keys`` are a dict's keys, or positions.
    """

    kind: type[Any] | None
    keys: tuple[Any, ...] = ()
    children: tuple[Tree, ...] = ()

    @property
    def leaf_count(self) -> int:
        """How many leaves there are below here."""
        return 1 if self.kind is None else sum(child.leaf_count for child in self.children)

    def build(self, leaves: Sequence[Any]) -> Any:
        """The container of this structure with ``leaves`` in it."""
        return self._build(iter(leaves))

    def _build(self, leaves: Any) -> Any:
        if self.kind is None:
            return next(leaves)
        values = [child._build(leaves) for child in self.children]
        if self.kind is tuple or self.kind is list:
            return self.kind(values)
        if issubclass(self.kind, dict):
            items = zip(self.keys, values, strict=True)
            return self.kind(None, items) if self.kind is defaultdict else self.kind(items)
        return self.kind(*values) if hasattr(self.kind, "_fields") else self.kind(values)

    def leaves_of(self, value: Any) -> list[Any] | None:
        """The leaves of ``value`` in this structure's order; None if it has another structure."""
        if self.kind is None:
            return None if isinstance(value, list | tuple | dict) else [value]
        if type(value) is not self.kind or len(value) != len(self.keys):
            return None
        if isinstance(value, dict) and not all(key in value for key in self.keys):
            return None
        leaves: list[Any] = []
        for key, child in zip(self.keys, self.children, strict=True):
            inside = child.leaves_of(value[key])
            if inside is None:
                return None
            leaves += inside
        return leaves

    def paths(self, root: str) -> list[str]:
        """How a reader would write each leaf, such as ``primals[0]['w']``."""
        if self.kind is None:
            return [root]
        steps = zip(self.keys, self.children, strict=True)
        return [path for key, child in steps for path in child.paths(f"{root}[{key!r}]")]

    def __str__(self) -> str:
        if self.kind is None:
            return "*"
        if issubclass(self.kind, dict):
            inside = ", ".join(f"{k!r}: {c}" for k, c in zip(self.keys, self.children, strict=True))
            return f"{{{inside}}}"
        inside = ", ".join(map(str, self.children))
        return f"[{inside}]" if issubclass(self.kind, list) else f"({inside})"


LEAF = Tree(None)


def flatten(value: Any) -> tuple[list[Any], Tree]:
    """The leaves of a nested container, and its structure.

    >>> leaves, tree = flatten({"w": [1.0, 2.0], "b": 3.0})
    >>> leaves, str(tree), tree.build([10, 20, 30])
    ([1.0, 2.0, 3.0], "{'w': [*, *], 'b': *}", {'w': [10, 20], 'b': 30})
    """
    leaves: list[Any] = []
    return leaves, _flatten_into(leaves, value)


def _flatten_into(leaves: list[Any], value: Any) -> Tree:
    if not isinstance(value, (list, tuple, dict)):
        leaves.append(value)
        return LEAF
    values: Iterable[Any] = value
    if isinstance(value, dict):
        keys, values = tuple(value), value.values()
    else:
        keys = tuple(range(len(value)))
    return Tree(type(value), keys, tuple([_flatten_into(leaves, v) for v in values]))


def map_leaves(f: Callable[[Any], Any], value: Any) -> Any:
    """The same container with ``f`` applied to each leaf."""
    leaves, tree = flatten(value)
    return tree.build([f(leaf) for leaf in leaves])


def flatten_inputs(
    transform: str, args: Sequence[Any], argnums: Sequence[int] | None = None
) -> tuple[list[Any], Tree]:
    """Flatten a tuple of arguments; each leaf becomes a NumPy float or array, or is traced already.

    ``argnums`` are the arguments' positions in the reader's own call, for the error messages.
    """
    leaves, tree = flatten(tuple(args))
    if all(map(_is_plain, leaves)):
        return leaves, tree
    numbers = range(len(args)) if argnums is None else argnums
    paths = [
        p
        for i, child in zip(numbers, tree.children, strict=True)
        for p in child.paths(f"argument {i}")
    ]
    return [as_float(transform, path, x) for path, x in zip(paths, leaves, strict=True)], tree


def require_tuple(transform: str, what: str, value: Any) -> None:
    """Raise unless ``value`` is a tuple (or list), which holds one entry for each argument."""
    if not isinstance(value, tuple | list):
        raise errors.not_a_tuple(transform, what, type(value).__name__)


def _is_plain(x: Any) -> bool:
    """Whether ``x`` is a NumPy float or an array of floats, as most are."""
    return type(x) is np.float64 or (type(x) is np.ndarray and x.dtype.kind == "f")


def as_float(transform: str, where: str, x: Any) -> Any:
    """``x`` as a NumPy float, an array of floats or a traced value; an error for all else."""
    if _is_plain(x):
        return x
    x = restack(x)
    if type(x) is float:
        return np.float64(x)
    innermost_trace([x])  # raises if x has leaked from another transformation
    if isinstance(x, np.matrix):
        raise errors.matrix_met(f"{transform}: {where}")
    if isinstance(x, np.ma.MaskedArray):
        raise errors.masked_array_met(f"{transform}: {where}")
    if isinstance(x, Box | np.ndarray | np.floating) and x.dtype.kind == "f":
        return x
    raise errors.bad_input(transform, where, x)


def flatten_like(
    transform: str, root: str, value: Any, models: Sequence[Any], tree: Tree
) -> list[Any]:
    """Flatten tangents or cotangents, which must match ``models`` in structure and shape."""
    leaves = tree.leaves_of(value)
    if leaves is None:
        raise errors.wrong_structure(transform, root, str(tree), str(flatten(value)[1]))
    checked = []
    for path, x, model in zip(tree.paths(root), leaves, models, strict=True):
        x = as_float(transform, path, float(x) if type(x) is int else x)
        if x.shape != model.shape:
            raise errors.wrong_shape(transform, path, model.shape, x.shape)
        checked.append(x if x.dtype == model.dtype else x.astype(model.dtype))
    return checked


def flatten_stacks(
    transform: str, root: str, value: Any, models: Sequence[Any], tree: Tree
) -> list[Any]:
    """Flatten a stack of directions: each leaf has one axis more than its model, the first.

    At least one direction is needed, for it tells what a result looks like.
    """
    some_leaf = (tree.leaves_of(value) or [0.0])[0]
    count = (*np.shape(some_leaf), 1)[0] or 1
    stacks = [np.broadcast_to(model, (count, *np.shape(model))) for model in models]
    return flatten_like(transform, root, value, stacks, tree)


def flatten_outputs(transform: str, value: Any) -> tuple[list[Any], Tree]:
    """Flatten a function's result; numbers become NumPy's, object arrays become traced values."""
    leaves, tree = flatten(value)
    return [_as_output(transform, y) for y in leaves], tree


def _as_output(transform: str, y: Any) -> Any:
    if type(y) is np.float64:
        return y
    y = restack(y)
    innermost_trace([y])  # raises if y has leaked from another transformation
    if isinstance(y, Box):
        return y
    if isinstance(y, bool | int | float | np.ndarray | np.generic):
        y = np.asarray(y)[()]
        if y.dtype.kind == "b":
            raise errors.bad_output(transform, "a truth value, whose derivative is 0 or undefined")
        if y.dtype.kind in "iu":
            return y.astype(float)
        if y.dtype.kind == "f":
            return y
    if y is None:
        raise errors.bad_output(transform, "None (is a `return` missing?)")
    raise errors.bad_output(transform, type(y).__name__)
