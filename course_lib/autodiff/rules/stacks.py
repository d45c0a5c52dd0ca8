"""What a function does to a stack of values: how one sweep carries many directions.

A rule ``(batch, args, kwargs) -> stack`` gets the arguments, of which those that ``batch`` owns
hold a stack each, along a first axis that the function knows nothing of; the others are the same
for all directions. Most functions work as they are, if their axes are counted from the second on.
Where a rule returns None, and for functions without one, the values are taken row by row.

Tangents and adjoints only ever meet functions that are linear in them; so there are few rules.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff.primitives import Elementwise, Primitive
from course_lib.autodiff.rules import einsum, joining, linalg, reductions, structure
from course_lib.autodiff.rules.casting import cast
from course_lib.autodiff.rules.choosing import select
from course_lib.autodiff.trace import RULES

Rule = Callable[[Any, Sequence[Any], dict[str, Any]], Any]

STACK_RULES: dict[Primitive, Rule] = {}


def rule_for(primitive: Primitive) -> Rule | None:
    """The rule for stacks of a primitive, None if there is none."""
    found = STACK_RULES.get(primitive)
    if found is None and _acts_on_each_element(primitive):
        return _each_element(primitive)
    return found


def _acts_on_each_element(primitive: Primitive) -> bool:
    function = primitive.function
    if isinstance(function, np.ufunc):
        return function.signature is None and function.nout == 1
    return isinstance(primitive, Elementwise)


# Each element by itself: the stack's axis goes before those that broadcasting adds ----------------


def _with_axes(x: Any, axes: int) -> Any:
    """A stack whose values have ``axes`` axes, new ones of length one before theirs."""
    new = (1,) * (axes + 1 - x.ndim)
    return np.reshape(x, (x.shape[0], *new, *x.shape[1:])) if new else x


def _each_element(primitive: Primitive) -> Rule:
    def rule(batch: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        axes = max(map(np.ndim, args))
        values = [_with_axes(a.primal, axes) if batch.owns(a) else a for a in args]
        return primitive(*values, **kwargs)

    return rule


STACK_RULES[select] = _each_element(select)

# One stack, as the first argument: rules ``(function, stack, *args, **kwargs)`` ------------------


def _one_stack(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a rule for functions of which only the first argument is ever a stack."""

    def enter(rule: Callable[..., Any]) -> Callable[..., Any]:
        for function in functions:
            primitive = function if isinstance(function, Primitive) else RULES[function]
            STACK_RULES[primitive] = _of_first(primitive, rule)
        return rule

    return enter


def _of_first(primitive: Primitive, rule: Callable[..., Any]) -> Rule:
    def of_first(batch: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        x, *rest = args
        if not batch.owns(x) or any(map(batch.owns, rest)):
            return None
        return rule(primitive, x.primal, *rest, **kwargs)

    return of_first


def behind(axis: Any, x: Any) -> Any:
    """The axis of one value (or several; None means all), counted as an axis of the stack ``x``."""
    if axis is None:
        return tuple(range(1, x.ndim))
    if isinstance(axis, tuple | list):
        return tuple(behind(a, x) for a in axis)
    return axis + 1 if axis >= 0 else axis


@_one_stack(np.real, np.imag, cast, np.linalg.inv)
def as_it_is(function: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return function(x, *args, **kwargs)


# NumPy lets a number be summed over an axis 0 that it does not have: numbers go row by row.


@_one_stack(np.sum)
def total(function: Any, x: Any, axis: Any = None, **kwargs: Any) -> Any:
    return None if x.ndim == 1 else function(x, axis=behind(axis, x), **kwargs)


@_one_stack(np.flip, reductions.sums)
def along_axis(function: Any, x: Any, axis: Any = None) -> Any:
    return None if x.ndim == 1 else function(x, behind(axis, x))


@_one_stack(np.fft.fft, np.fft.ifft, np.fft.rfft, np.fft.irfft)
def transform(function: Any, x: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    return function(x, n, behind(axis, x), norm)


@_one_stack(np.fliplr)
def left_to_right(function: Any, x: Any) -> Any:
    return np.flip(x, 2)


@_one_stack(np.flipud)
def upside_down(function: Any, x: Any) -> Any:
    return np.flip(x, 1)


@_one_stack(np.rot90)
def turn(function: Any, x: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    return function(x, k, behind(axes, x))


@_one_stack(np.roll)
def roll(function: Any, x: Any, shift: Any, axis: Any = None) -> Any:
    if axis is None:
        return np.reshape(function(np.reshape(x, (x.shape[0], -1)), shift, 1), x.shape)
    return function(x, shift, behind(axis, x))


@_one_stack(np.transpose)
def transpose(function: Any, x: Any, axes: Any = None) -> Any:
    order = range(-1, -x.ndim, -1) if axes is None else behind(tuple(axes), x)
    return function(x, (0, *order))


@_one_stack(np.reshape, np.ravel, np.squeeze, np.expand_dims)
def other_axes(function: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    """The function is asked for the new shape of one value; the elements stay in their order."""
    if {kwargs.get("order", "C"), *(a for a in args if type(a) is str)} != {"C"}:
        return None
    one = np.broadcast_to(0.0, x.shape[1:])
    return np.reshape(x, (x.shape[0], *function(one, *args, **kwargs).shape))


@_one_stack(np.broadcast_to)
def broadcast_to(function: Any, x: Any, shape: Any) -> Any:
    shape = tuple(np.atleast_1d(shape).tolist())
    return function(_with_axes(x, len(shape)), (x.shape[0], *shape))


@_one_stack(structure.getitem)
def getitem(function: Any, x: Any, index: Any) -> Any:
    index = _behind_all(index)
    return None if index is None else function(x, index)


@_one_stack(structure.put_back)
def put_back(function: Any, x: Any, index: Any, shape: tuple[int, ...]) -> Any:
    index = _behind_all(index)
    return None if index is None else function(x, index, (x.shape[0], *shape))


def _behind_all(index: Any) -> Any:
    """The index that takes all directions first; None if the axes would get into another order.

    Arrays in an index that stand apart put their axis first, before the directions.
    """
    parts = index if isinstance(index, tuple) else (index,)
    if any(isinstance(p, bool | np.bool) for p in parts):
        return None
    picks = [i for i, p in enumerate(parts) if not (p is None or p is ... or type(p) is slice)]
    only_numbers = all(isinstance(parts[i], int | np.integer) for i in picks)
    if only_numbers or picks == list(range(picks[0], picks[-1] + 1)):
        return (slice(None), *parts)
    return None


# Several stacks ----------------------------------------------------------------------------------


def _several(primitive: Primitive) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a rule for a function of several arguments, any of which may be a stack."""

    def enter(rule: Callable[..., Any]) -> Callable[..., Any]:
        STACK_RULES[primitive] = rule
        return rule

    return enter


@_several(joining.join)
def join(batch: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    stacks = [batch.stack_of(a) for a in args]
    return joining.join(*stacks, axis=behind(kwargs.get("axis", 0), stacks[0]))


@_several(RULES[np.matmul])
def matmul(batch: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    a, b = args
    row, column = np.ndim(a) == 1, np.ndim(b) == 1
    stacks = [x.primal if batch.owns(x) else x for x in args]
    if not batch.owns(b) and np.ndim(b) <= 2:
        return _rows_times_matrix(*stacks)
    if not batch.owns(a) and np.ndim(a) == 2 and (column or np.shape(b)[1:] == (1,)):
        rows = np.reshape(stacks[1], (batch.count, np.shape(b)[0]))
        products = np.matmul(rows, np.transpose(a))  # bᵢᵀ·Aᵀ is (A·bᵢ)ᵀ
        return products if column else np.expand_dims(products, -1)
    if row:
        stacks[0] = np.expand_dims(stacks[0], -2)
    if column:
        stacks[1] = np.expand_dims(stacks[1], -1)
    axes = max(np.ndim(a) + row, np.ndim(b) + column)
    left, right = (
        _with_axes(s, axes) if batch.owns(x) else s for s, x in zip(stacks, args, strict=True)
    )
    return np.squeeze(np.matmul(left, right), (-2,) * row + (-1,) * column)


def _rows_times_matrix(stack: Any, b: Any) -> Any:
    """All rows of all values times one matrix or vector: a single product."""
    *others, last = stack.shape
    rows = np.reshape(stack, (int(np.prod(others)), last))
    return np.reshape(np.matmul(rows, b), (*others, *np.shape(b)[1:]))


@_several(einsum.one)
def einsum_of_one(batch: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    x, subscripts = args
    first = _new_letter(subscripts)
    letters, out = subscripts.split("->")
    return einsum.one(x.primal, f"{first}{letters}->{first}{out}")


@_several(einsum.two)
def einsum_of_two(batch: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    subscripts = kwargs["subscripts"]
    first = _new_letter(subscripts)
    terms, out = subscripts.split("->")
    terms = [
        first + term if batch.owns(x) else term
        for term, x in zip(terms.split(","), args, strict=True)
    ]
    stacks = [x.primal if batch.owns(x) else x for x in args]
    return einsum.two(*stacks, **{**kwargs, "subscripts": f"{','.join(terms)}->{first}{out}"})


def _new_letter(subscripts: str) -> str:
    return next(letter for letter in string.ascii_letters if letter not in subscripts)


@_several(linalg.solve_matrices)
def solve(batch: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    a, b = args
    if not batch.owns(a) and np.ndim(a) == np.ndim(b) == 2:  # one matrix: all columns at once
        count, side, columns = b.primal.shape
        wide = np.reshape(np.transpose(b.primal, (1, 0, 2)), (side, count * columns))
        wide = np.reshape(linalg.solve_matrices(a, wide), (side, count, columns))
        return np.transpose(wide, (1, 0, 2))
    axes = max(np.ndim(a), np.ndim(b))
    stacks = [_with_axes(x.primal, axes) if batch.owns(x) else x for x in args]
    return linalg.solve_matrices(*stacks)
