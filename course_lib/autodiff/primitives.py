"""Primitives: NumPy functions with a derivative rule, in five kinds.

The kind says how a rule is written down, and every mode reads all kinds through the same two
questions:

- ``jvp``: how do tangents of the arguments become the tangent of the result (forward)?
- ``vjp``: how does the adjoint of the result become the adjoint of one argument (reverse)?

========================  =========================================================================
kind                      its rule
========================  =========================================================================
:class:`Elementwise`      the partial derivatives, one function ``(y, *args)`` for each argument
:class:`Linear`           the transpose; its tangent is the function itself
:class:`Bilinear`         two transposes; linear in each argument while the other stands still
:class:`Custom`           ``jvp`` and ``vjp`` written out
:class:`Constant`         none: the derivative is zero wherever there is one (floor, comparisons)
========================  =========================================================================

Functions that need no rule of their own are a :class:`Composite`: plain NumPy made of primitives.
Broadcasting is undone once, in the modes, not in each rule.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Container, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff import errors
from course_lib.autodiff.trace import (
    RULES,
    Box,
    evaluate,
    innermost_trace,
    plain_value,
    read_late_tables,
    restack,
)

Rule = Callable[..., Any] | None
Args = Sequence[Any]
Kwargs = dict[str, Any]


#: Types of arguments that are looked at before anything is done with them.
UNUSUAL = frozenset({list, np.matrix, np.ma.MaskedArray})


#: Composites whose result without axes is an array in NumPy, too; that of others is a number.
ARRAYS_WITHOUT_AXES = frozenset(
    (
        *(np.where, np.select, np.piecewise, np.tensordot, np.linalg.tensordot, np.moveaxis),
        *(np.rollaxis, np.full_like, np.tile, np.resize, np.apply_along_axis, np.cov),
        *(np.real_if_close, np.copy),
    )
)


class _Traceable:
    """What primitives and composites share: a name, and the keywords that they honour."""

    def __init__(
        self, function: Callable[..., Any], rule: Callable[..., Any], extra: int, arrays: int
    ):
        """``rule``, after ``extra`` arguments and the ``arrays``, names the keywords it honours."""
        self.function = function
        self.name = errors.full_name(function)
        self.keywords, self.most_positional = _accepted(rule, extra, arrays)
        self.__name__ = getattr(function, "__name__", repr(function))
        self.__doc__ = getattr(function, "__doc__", None)

    def honoured(self, args: Args, kwargs: Kwargs) -> Kwargs:
        """The keywords that count; raise if one, or a positional argument, would be ignored."""
        if len(args) > self.most_positional:
            raise errors.too_many_arguments(self.name, int(self.most_positional), len(args))
        if kwargs.keys() <= self.keywords:
            return kwargs
        for keyword, value in kwargs.items():
            if keyword in self.keywords or value is None or value is np._NoValue:
                continue
            if not (keyword == "dtype" and _all_have(value, args)):
                raise errors.unknown_keyword(self.name, keyword, sorted(self.keywords))
        return {keyword: value for keyword, value in kwargs.items() if keyword in self.keywords}

    def __repr__(self) -> str:
        return f"<{type(self).__name__.lower()} {self.name}>"


def _all_have(dtype: Any, args: Args) -> bool:
    """Whether all arrays are of this dtype of floats, so that asking for it changes nothing."""
    dtypes = {a.dtype for a in args if isinstance(a, Box | np.ndarray | np.generic)}
    return dtypes == {np.dtype(dtype)} and np.dtype(dtype).kind == "f"


def _accepted(rule: Callable[..., Any], extra: int, arrays: int) -> tuple[frozenset[str], float]:
    """The keywords, and how many positional arguments, the signature of ``rule`` accepts."""
    kinds = inspect.Parameter
    parameters = list(inspect.signature(rule).parameters.values())[extra:]
    positional = [
        p for p in parameters if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)
    ]
    variadic = any(p.kind is kinds.VAR_POSITIONAL for p in parameters)
    named = [
        p
        for p in parameters[arrays:]
        if p.kind in (kinds.POSITIONAL_OR_KEYWORD, kinds.KEYWORD_ONLY)
    ]
    return frozenset(p.name for p in named), float("inf") if variadic else len(positional)


class Primitive(_Traceable):
    """A function with a derivative rule. A call computes it, traced if an argument is traced."""

    differentiable = True
    #: The arguments, by number, with respect to which the derivative is known: all, here.
    known: Container[int] = range(sys.maxsize)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the function; leave it to the innermost trace if an argument is traced."""
        for a in args:
            if type(a) in UNUSUAL or (type(a) is np.ndarray and a.dtype.kind == "O"):
                args = tuple(map(self._as_array, args))
                break
        if kwargs or len(args) > self.most_positional:
            kwargs = self.honoured(args, kwargs)
        trace = innermost_trace(args)
        if trace is None:
            return self.function(*args, **kwargs)
        return trace.process(self, args, kwargs)

    def _as_array(self, x: Any) -> Any:
        """Lists of numbers or traced values as arrays; other lists are an index or a shape."""
        if type(x) is np.matrix:
            raise errors.matrix_met(self.name)
        if type(x) is np.ma.MaskedArray:
            raise errors.masked_array_met(self.name)
        is_values = type(x) is list and isinstance(self.function, np.ufunc)
        return restack(np.asarray(x) if is_values else x)

    def jvp(self, tangents: Args, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """The tangent of ``y``. ``tangents`` has None for each argument that is a constant."""
        raise NotImplementedError

    def jvp_of_series(self, tangents: Args, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """The tangent as Taylor mode asks for it; another formula where one needs less there."""
        return self.jvp(tangents, y, args, kwargs)

    def vjp(self, argument: int, y_bar: Any, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """What the adjoint ``y_bar`` of the result contributes to the adjoint of one argument."""
        raise NotImplementedError

    def vjps(self, arguments: Sequence[int], y_bar: Any, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """What ``y_bar`` contributes to each of several arguments, one after the other."""
        for i in arguments:
            yield self.vjp(i, y_bar, y, args, kwargs)


class each_argument:
    """One rule for any number of arguments: their numbers, the adjoint and they themselves go in.

    It gives one adjoint for each of the numbers, so that what these share is computed once.
    """

    def __init__(self, rule: Callable[..., Any]):
        self.rule = rule


def _known(rules: Sequence[Rule | each_argument]) -> frozenset[int]:
    return frozenset(i for i, rule in enumerate(rules) if rule is not None)


class _RulePerArgument(Primitive):
    """A primitive with one rule for each argument, None where there is no derivative."""

    def __init__(self, function: Callable[..., Any], *rules: Rule | each_argument):
        first = rules[0]
        if isinstance(first, each_argument):
            self.rules: Any = first
            super().__init__(function, first.rule, extra=2, arrays=0)
        else:
            self.rules = rules
            self.known = _known(rules)
            some = next(rule for rule in rules if rule is not None)
            super().__init__(function, some, extra=1, arrays=len(rules))  # type: ignore[arg-type]


class Elementwise(_RulePerArgument):
    """Acts on each element alone. Rules: the partial derivatives ``(y, *args) -> ∂y/∂arg``."""

    def jvp(self, tangents: Args, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """Add up partial derivative times tangent over the arguments that vary."""
        return add_all(
            self.rules[i](y, *args, **kwargs) * t for i, t in enumerate(tangents) if t is not None
        )

    def vjp(self, argument: int, y_bar: Any, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """``y_bar`` times the partial derivative."""
        return y_bar * self.rules[argument](y, *args, **kwargs)


class Linear(_RulePerArgument):
    """Linear in all its arguments together. Rules: transposes ``(y_bar, *args) -> arg_bar``."""

    def jvp(self, tangents: Args, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """The function itself, applied to the tangents."""
        moved = [
            self._tangent(i, t, a) for i, (t, a) in enumerate(zip(tangents, args, strict=True))
        ]
        return self(*moved, **kwargs)

    def _tangent(self, argument: int, tangent: Any, value: Any) -> Any:
        if tangent is not None:
            return tangent
        return np.zeros_like(value) if argument in self.known else value

    def vjp(self, argument: int, y_bar: Any, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """The transpose, applied to ``y_bar``."""
        return self.rules[argument](y_bar, *args, **kwargs)

    def vjps(self, arguments: Sequence[int], y_bar: Any, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """All at once where one rule is for each argument."""
        if isinstance(self.rules, each_argument):
            return self.rules.rule(arguments, y_bar, *args, **kwargs)
        return super().vjps(arguments, y_bar, y, args, kwargs)


class Bilinear(_RulePerArgument):
    """Linear in each of two arguments. Rules: transposes ``(y_bar, a, b) -> a_bar, b_bar``."""

    def jvp(self, tangents: Args, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """The product rule: a·ḃ + ȧ·b for the product at hand."""
        a, b = args
        a_dot, b_dot = tangents
        terms = [] if a_dot is None else [self(a_dot, b, **kwargs)]
        return add_all(terms if b_dot is None else [*terms, self(a, b_dot, **kwargs)])

    def vjp(self, argument: int, y_bar: Any, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """The transpose for this argument, applied to ``y_bar``."""
        return self.rules[argument](y_bar, *args, **kwargs)


class Custom(Primitive):
    """Rules written out: ``jvp(tangents, y, *args)``, and ``vjp(y_bar, y, *args)`` per argument."""

    def __init__(self, function: Callable[..., Any], jvp: Callable[..., Any], *vjps: Rule):
        self.jvp_rule = jvp
        self.vjp_rules = vjps
        self.known = _known(vjps)
        super().__init__(function, jvp, extra=2, arrays=len(vjps))

    def jvp(self, tangents: Args, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """The rule as written."""
        return self.jvp_rule(tangents, y, *args, **kwargs)

    def vjp(self, argument: int, y_bar: Any, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """The rule as written."""
        rule = self.vjp_rules[argument]
        assert rule is not None  # the trace has looked into known
        return rule(y_bar, y, *args, **kwargs)


class Constant(Primitive):
    """Piecewise constant: the modes compute it and drop the derivative, which is zero."""

    differentiable = False

    def __init__(self, function: Callable[..., Any]):
        super().__init__(function, lambda *args, **kwargs: None, extra=0, arrays=0)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the function; a traced argument gives a plain result."""
        kwargs = {keyword: plain_value(value) for keyword, value in kwargs.items()}
        return evaluate(self, args, kwargs)


class Composite(_Traceable):
    """A NumPy function rewritten with primitives; keywords in the rewriting are honoured."""

    def __init__(self, function: Callable[..., Any], rewriting: Callable[..., Any]):
        self.rewriting = rewriting
        self.gives_numbers = function not in ARRAYS_WITHOUT_AXES
        super().__init__(function, rewriting, extra=0, arrays=1)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the function by its rewriting."""
        y = self.rewriting(*args, **self.honoured(args, kwargs))
        if self.gives_numbers and isinstance(y, Box) and not any(y is a for a in args):
            return _as_number(y)
        return y


def _as_number(y: Any) -> Any:
    """A new value, as a number if it is an array without axes: nobody changes that in place."""
    inside = y
    while isinstance(inside.primal, Box):
        inside = inside.primal
    if type(inside.primal) is np.ndarray and inside.primal.ndim == 0:
        if not inside.has_derivative:  # a compiled function has to do it in each run
            return y[()]
        inside.primal = inside.primal[()]
    return y


def add_all(terms: Any) -> Any:
    """The sum of one or more terms (the built-in sum would start from the integer 0)."""
    total = None
    for term in terms:
        total = term if total is None else total + term
    return total


# The words in which the tables are written -------------------------------------------------------


def elementwise(function: Callable[..., Any], *partials: Rule) -> Elementwise:
    """Enter an :class:`Elementwise` function with its partial derivatives ``(y, *args)``."""
    return _enter(Elementwise(function, *partials))


def linear(function: Callable[..., Any], *transposes: Rule | each_argument) -> Linear:
    """Enter a :class:`Linear` function with its transposes ``(y_bar, *args)``."""
    return _enter(Linear(function, *transposes))


def bilinear(function: Callable[..., Any], transpose_a: Rule, transpose_b: Rule) -> Bilinear:
    """Enter a :class:`Bilinear` function with its two transposes ``(y_bar, a, b)``."""
    return _enter(Bilinear(function, transpose_a, transpose_b))


def custom(
    function: Callable[..., Any], *, jvp: Callable[..., Any], vjp: Rule | Sequence[Rule]
) -> Custom:
    """Enter a :class:`Custom` function; ``vjp`` is one rule, or a sequence of one per argument."""
    return _enter(Custom(function, jvp, *(vjp if isinstance(vjp, Sequence) else (vjp,))))


def constant(function: Callable[..., Any]) -> Constant:
    """Enter a :class:`Constant` function: its derivative is zero wherever it exists."""
    return _enter(Constant(function))


def composite(*functions: Callable[..., Any]) -> Callable[[Callable[..., Any]], Composite]:
    """Decorate a plain-NumPy rewriting of ``functions`` to enter it into the table."""

    def enter(rewriting: Callable[..., Any]) -> Composite:
        return [_enter(Composite(function, rewriting)) for function in functions][-1]

    return enter


def _enter(rule: Any) -> Any:
    RULES[rule.function] = rule
    return rule


def supported_functions() -> list[str]:
    """The names of all NumPy functions that accept traced values, sorted.

    Examples
    --------
    >>> "numpy.sin" in supported_functions()
    True
    """
    read_late_tables()
    return sorted(
        {rule.name for rule in RULES.values() if rule.name.startswith(("numpy.", "scipy."))}
    )
