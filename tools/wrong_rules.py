"""Ways to make a right derivative rule wrong: each takes a rule and returns one with a mistake.

What a rule's arguments are depends on the kind of primitive: ``(y, *args)`` for a partial
derivative, ``(y_bar, *args)`` for a transpose, ``(tangents, y, *args)`` or ``(y_bar, y, *args)``
for a rule that is written out.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff import stop_gradient

Rule = Callable[..., Any]

# Mistakes in one rule ----------------------------------------------------------------------------


def sign(rule: Rule) -> Rule:
    """A minus too many or too few."""
    return lambda *args, **kwargs: -rule(*args, **kwargs)


def twice(rule: Rule) -> Rule:
    """A factor of two too many."""
    return lambda *args, **kwargs: 2 * rule(*args, **kwargs)


def ones(rule: Rule) -> Rule:
    """A partial derivative of 1, whatever it should be."""
    return lambda *args, **kwargs: np.ones_like(rule(*args, **kwargs))


def detached(rule: Rule) -> Rule:
    """First derivatives stay right, second ones do not."""
    return lambda *args, **kwargs: stop_gradient(rule(*args, **kwargs))


def rounded(rule: Rule) -> Rule:
    """Only the digits that float32 holds."""

    def altered(*args: Any, **kwargs: Any) -> Any:
        result = rule(*args, **kwargs)
        dtype = getattr(result, "dtype", None)
        if dtype not in (np.float64, np.complex128):
            return result
        return result.astype(np.float32 if dtype == np.float64 else np.complex64).astype(dtype)

    return altered


def scrambled(rule: Rule) -> Rule:
    """The elements of a matrix in the order of its transpose; the shape stays right."""

    def altered(*args: Any, **kwargs: Any) -> Any:
        result = rule(*args, **kwargs)
        return np.reshape(np.transpose(result), np.shape(result))

    return altered


def value_for_argument(rule: Rule) -> Rule:
    """The function's value where its argument belongs, as in exp′(x) = exp(exp(x))."""
    return lambda y, x, *others, **kwargs: rule(x, y, *others, **kwargs)


def exchanged(rule: Rule) -> Rule:
    """Two arguments in each other's place."""
    return lambda first, a, b, **kwargs: rule(first, b, a, **kwargs)


def without_factors(rule: Rule) -> Rule:
    """A transpose of a product that forgets the other factor."""
    return lambda y_bar, a, b, **kwargs: rule(y_bar, np.ones_like(a), np.ones_like(b), **kwargs)


def forgetful_of_adjoint(rule: Rule) -> Rule:
    """A vjp that starts from ones whatever came from upstream."""
    return lambda y_bar, *args, **kwargs: rule(np.ones_like(y_bar), *args, **kwargs)


def forgetful_of_tangents(rule: Rule) -> Rule:
    """A jvp that starts from ones whatever the tangents are."""

    def altered(tangents: Any, *args: Any, **kwargs: Any) -> Any:
        return rule([t if t is None else np.ones_like(t) for t in tangents], *args, **kwargs)

    return altered


def ignoring(keyword: str, rule: Rule) -> Rule:
    """The default, whatever the caller passed by this keyword."""
    signature = inspect.signature(rule)

    def altered(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.arguments.pop(keyword, None)
        return rule(*bound.args, **bound.kwargs)

    return altered


# Mistakes of one mode in the use of a rule -------------------------------------------------------


def seed_of_ones(vjp: Rule) -> Rule:
    """A sweep back that starts from ones at this function."""
    return lambda argument, y_bar, *rest: vjp(argument, np.ones_like(y_bar), *rest)


def first_tangent_only(jvp: Rule) -> Rule:
    """A total derivative that stops after its first term."""

    def altered(tangents: Sequence[Any], *rest: Any) -> Any:
        first = next(i for i, t in enumerate(tangents) if t is not None)
        return jvp([t if i == first else None for i, t in enumerate(tangents)], *rest)

    return altered


def first_slice(vjp: Rule, which: int) -> Rule:
    """In place of the sum over the axes that broadcasting stretched, its first term."""

    def altered(argument: int, y_bar: Any, y: Any, args: Any, kwargs: Any) -> Any:
        bar, shape = vjp(argument, y_bar, y, args, kwargs), np.shape(args[argument])
        if argument != which or 0 in np.shape(bar) or np.shape(bar) == shape:
            return bar
        bar = bar[(0,) * (np.ndim(bar) - len(shape))]
        return bar[tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)]

    return altered


# What can be a mistake ---------------------------------------------------------------------------


def keywords_read(rule: Rule) -> list[str]:
    """Those of the rule's parameters with a default, such as axis, that the rule reads."""
    parameters = list(inspect.signature(rule).parameters.values())
    return [p.name for i, p in enumerate(parameters) if p.default is not p.empty and reads(rule, i)]


def reads(rule: Rule, *positions: int) -> bool:
    """Whether the rule uses any of these parameters: if not, it cannot matter what they are."""
    if not inspect.isfunction(rule):
        return True
    code, parameters = rule.__code__, list(inspect.signature(rule).parameters)
    named = {parameters[i] for i in positions if i < len(parameters)}
    loaded = {i.argval for i in dis.get_instructions(code) if i.opname.startswith("LOAD_FAST")}
    loads_two = {name for pair in loaded if isinstance(pair, tuple) for name in pair}
    return bool(named & ({*loaded, *code.co_cellvars} | loads_two))


def same_code(one: Rule, other: Rule) -> bool:
    """Whether two rules are the same text."""
    if not inspect.isfunction(one) or not inspect.isfunction(other):
        return False
    same = ("co_code", "co_names", "co_consts", "co_varnames")
    return all(getattr(one.__code__, a) == getattr(other.__code__, a) for a in same)
