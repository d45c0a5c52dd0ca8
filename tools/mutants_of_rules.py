"""Wrong derivative rules, made out of the right ones: the mistakes that people make in them."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from course_lib.autodiff import primitives
from course_lib.autodiff.primitives import Bilinear, Composite, Custom, Elementwise, each_argument
from course_lib.autodiff.trace import RULES
from tools import wrong_rules as wrong
from tools.mutation_tests import Use, setting
from tools.wrong_rules import Rule


class Mutant(NamedTuple):
    """One mistake. While ``apply()`` is entered, the library makes it."""

    kind: str
    where: str
    apply: Callable[[], AbstractContextManager[Any]]
    entry: Any = None  # of the rule table; None for a mistake in the driver
    detail: Any = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.kind} {self.detail}".rstrip()


def rule_table() -> list[Any]:
    """All primitives and composites, those too that only other rules call, in order of names."""
    modules = [m for n, m in sys.modules.items() if n.startswith("course_lib.autodiff.rules")]
    entries = [*RULES.values(), *(value for module in modules for value in vars(module).values())]
    kinds = (primitives.Primitive, Composite)
    return sorted({id(e): e for e in entries if isinstance(e, kinds)}.values(), key=repr)


def mutants_of(entry: Any, uses: dict[tuple[int, int], Use]) -> Iterator[Mutant]:
    """All mistakes in one entry of the table."""
    if isinstance(entry, Composite):
        yield from _of_composite(entry)
    elif entry.differentiable:
        for place in _places(entry):
            yield from _of_rule(entry, place, uses)
        yield from _of_modes(entry, uses)


# Mistakes in one rule ----------------------------------------------------------------------------


class Place(NamedTuple):
    """Where a rule stands: an attribute of the primitive, and the argument if it has several."""

    attribute: str
    argument: int | None
    rule: Rule

    def __str__(self) -> str:
        return self.attribute + ("" if self.argument is None else f"[{self.argument}]")


def _places(entry: Any) -> Iterator[Place]:
    if isinstance(entry, Custom):
        yield Place("jvp_rule", None, entry.jvp_rule)
    attribute = "vjp_rules" if isinstance(entry, Custom) else "rules"
    rules = getattr(entry, attribute)
    if isinstance(rules, each_argument):
        yield Place(attribute, None, rules.rule)
    else:
        yield from (Place(attribute, i, r) for i, r in enumerate(rules) if r is not None)


def _replaced(entry: Any, place: Place, change: Callable[[Rule], Rule]) -> Any:
    """What the attribute is with one rule changed."""
    rules = getattr(entry, place.attribute)
    if isinstance(rules, each_argument):
        return each_argument(
            lambda arguments, *a, **k: [change(_for(i, rules))(*a, **k) for i in arguments]
        )
    if place.argument is None:
        return change(rules)
    return tuple(change(r) if i == place.argument else r for i, r in enumerate(rules))


def _for(argument: int, rules: each_argument) -> Rule:
    """The rule for one argument, as the other kinds have it."""
    asked = functools.partial(rules.rule, (argument,))

    @functools.wraps(rules.rule)
    def one(*args: Any, **kwargs: Any) -> Any:
        return next(iter(asked(*args, **kwargs)))

    vars(one)["__signature__"] = inspect.signature(asked)
    return one


def _of_rule(entry: Any, place: Place, uses: dict[tuple[int, int], Use]) -> Iterator[Mutant]:
    for kind, change in _changes(entry, place, uses).items():
        yield _with_rule(entry, place, kind, _replaced(entry, place, change))
    for keyword in wrong.keywords_read(place.rule):
        change = functools.partial(wrong.ignoring, keyword)
        yield _with_rule(entry, place, "keyword ignored:", _replaced(entry, place, change), keyword)
    for other in _places(entry):
        later = (other.argument or 0) > (place.argument or 0)
        if (
            other.attribute == place.attribute
            and later
            and not wrong.same_code(place.rule, other.rule)
        ):
            rules = _in_each_others_place(entry, place, other)
            yield _with_rule(entry, place, "rule exchanged with that of", rules, other.argument)


def _in_each_others_place(entry: Any, one: Place, other: Place) -> tuple[Rule, ...]:
    rules = list(getattr(entry, other.attribute))
    rules[one.argument or 0], rules[other.argument or 0] = other.rule, one.rule
    return tuple(rules)


def _changes(
    entry: Any, place: Place, uses: dict[tuple[int, int], Use]
) -> dict[str, Callable[[Rule], Rule]]:
    """The mistakes that can be made in this rule, and how to make one."""
    changes: dict[str, Callable[[Rule], Rule]] = {
        "sign": wrong.sign,
        "twice": wrong.twice,
        "rounded to float32": wrong.rounded,
        "constant for outer derivatives": wrong.detached,
    }
    if isinstance(entry, Elementwise):
        changes["factor missing"] = wrong.ones
        if wrong.reads(place.rule, 0, 1):
            changes["value taken for argument"] = wrong.value_for_argument
    elif place.attribute == "jvp_rule":
        changes["tangent forgotten"] = wrong.forgetful_of_tangents
    else:
        changes["adjoint forgotten"] = wrong.forgetful_of_adjoint
        if uses.get((id(entry), place.argument or 0), Use()).matrix:
            changes["transpose dropped"] = wrong.scrambled
    if isinstance(entry, Bilinear):
        changes["factor missing"] = wrong.without_factors
    binary = isinstance(entry, Bilinear | Elementwise) and _count(entry) == 2
    if binary and wrong.reads(place.rule, 1, 2):
        changes["arguments exchanged"] = wrong.exchanged
    return changes


def _with_rule(entry: Any, place: Place, kind: str, value: Any, detail: Any = "") -> Mutant:
    apply = functools.partial(setting, entry, place.attribute, value)
    return Mutant(kind, f"{_name(entry)} {place}", apply, entry, detail)


def _name(entry: Any) -> str:
    return repr(entry).strip("<>")


def _count(entry: Any) -> int:
    """How many rules of its own for one argument each the entry has."""
    return sum(place.argument is not None for place in _places(entry))


# Mistakes in the use of a rule by one mode -------------------------------------------------------


def _of_modes(entry: Any, uses: dict[tuple[int, int], Use]) -> Iterator[Mutant]:
    def mutant(kind: str, attribute: str, value: Any, detail: Any = "") -> Mutant:
        apply = functools.partial(setting, entry, attribute, value)
        return Mutant(kind, f"{_name(entry)} {attribute}", apply, entry, detail)

    jvp, vjp = entry.jvp, entry.vjp
    yield mutant("no derivative", "differentiable", False)
    yield mutant("constant for outer derivatives", "jvp", wrong.detached(jvp))
    asked = not isinstance(getattr(entry, "rules", None), each_argument)  # else the rule itself is
    if asked:
        yield mutant("constant for outer derivatives", "vjp", wrong.detached(vjp))
    if not isinstance(entry, Custom):
        yield mutant("sign", "jvp", wrong.sign(jvp))
        if asked:
            yield mutant("sign", "vjp", wrong.sign(vjp))
        yield mutant("tangent forgotten", "jvp", wrong.forgetful_of_tangents(jvp))
    if isinstance(entry, Elementwise):
        yield mutant("adjoint forgotten", "vjp", wrong.seed_of_ones(vjp))
    if _count(entry) > 1:
        yield mutant("first tangent only", "jvp", wrong.first_tangent_only(jvp))
    for argument in range(9):
        if uses.get((id(entry), argument), Use()).stretched:
            yield mutant(
                "broadcast-sum missing for", "vjp", wrong.first_slice(vjp, argument), argument
            )


# Mistakes in rewritings --------------------------------------------------------------------------


def _of_composite(entry: Composite) -> Iterator[Mutant]:
    def mutant(kind: str, rewriting: Rule, detail: str = "") -> Mutant:
        apply = functools.partial(setting, entry, "rewriting", rewriting)
        return Mutant(kind, _name(entry), apply, entry, detail)

    yield mutant("no derivative", wrong.detached(entry.rewriting))
    for keyword in wrong.keywords_read(entry.rewriting):
        yield mutant("keyword ignored:", wrong.ignoring(keyword, entry.rewriting), keyword)
