"""The record of a run: every primitive that a traced value met, each different one once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.autodiff import errors
from course_lib.autodiff.compiled.rewriting import REWRITINGS, one_number
from course_lib.autodiff.own_rules import OwnRule
from course_lib.autodiff.primitives import Constant, Primitive
from course_lib.autodiff.rules.joining import join
from course_lib.autodiff.rules.questions import KNOWN_FROM_SHAPES
from course_lib.autodiff.trace import RULES, Box, Trace

#: Functions whose result has a shape that depends on values.
SHAPE_FROM_VALUES = {np.nonzero, np.flatnonzero, np.argwhere}
#: Names of options on which the shape of a result depends.
SHAPING = {"axis", "axes", "shape", "n", "k", "keepdims"}
#: Of truth values and whole numbers, which only a compiled function has among its traced values.
BITWISE = {
    ufunc: Constant(ufunc) for ufunc in (np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert)
}
#: Functions that only give the elements other axes, in the order in which they stand.
NEW_AXES = (np.reshape, np.ravel, np.squeeze, np.expand_dims)
SMALL = 64  # elements; constants up to this size are the same if their contents are


@dataclass(frozen=True, slots=True)
class Ref:
    """The result of a line of the record, standing as an argument of another."""

    line: int


@dataclass(slots=True)
class Line:
    """One line of the record: an input, or a primitive with its arguments."""

    value: Any  # what came out in the recorded run: its shape and dtype hold for all runs
    primitive: Primitive | None = None  # None for an input
    args: Sequence[Any] = ()
    kwargs: dict[str, Any] | None = None
    quiet: bool = False  # floating-point warnings were switched off

    @property
    def function(self) -> Any:
        """The primitive's function; None for an input."""
        return self.primitive.function if self.primitive else None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the result."""
        return np.shape(self.value)

    @property
    def dtype(self) -> Any:
        """The dtype of the result."""
        return self.value.dtype


class CompileBox(Box):
    """A value whose number must not be looked at: the compiled function is for any number."""

    __slots__ = ("line",)
    has_derivative = False

    def __init__(self, trace: Trace, primal: Any, line: int) -> None:
        self._trace, self.primal, self.line = trace, primal, line

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if ufunc in BITWISE and method == "__call__" and not kwargs and all(map(_has_bits, inputs)):
            return BITWISE[ufunc](*inputs)
        return super().__array_ufunc__(ufunc, method, *inputs, **kwargs)

    def __and__(self, other: Any) -> Any:
        return np.bitwise_and(self, other)

    def __or__(self, other: Any) -> Any:
        return np.bitwise_or(self, other)

    def __xor__(self, other: Any) -> Any:
        return np.bitwise_xor(self, other)

    def __invert__(self) -> Any:
        return np.invert(self)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def inside(self) -> Any:
        """Raise: what happens next would depend on a number that is different in each run."""
        raise errors.depends_on_value()

    def __index__(self) -> int:
        raise errors.number_not_known()

    __int__ = __index__

    def __repr__(self) -> str:
        raise errors.number_not_known()

    def __format__(self, spec: str) -> str:
        raise errors.number_not_known()


def _has_bits(x: Any) -> bool:
    return (x if isinstance(x, Box) else np.asarray(x)).dtype.kind in "biu"


class Operands(list[Any]):
    """The arguments of a recorded operation, with boxes for the results of other lines."""

    def __init__(self, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        super().__init__(args)
        self.kwargs = kwargs


class CompileTrace(Trace):
    """Computes each primitive, and writes it down unless the same stands there already."""

    mode = "compile"

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self._found: dict[Any, int] = {}
        self._copies: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._warnings = np.geterr()

    def new_input(self, value: Any) -> CompileBox:
        """A box for an argument of the compiled function."""
        self.lines.append(Line(value))
        return CompileBox(self, value, len(self.lines) - 1)

    def process(self, primitive: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Compute, and record."""
        if unknown := _traced_options(primitive, args, kwargs):
            raise errors.option_not_known(primitive.name, unknown[0])
        value = primitive.function(
            *replace_boxes(list(args), self._number), **replace_boxes(kwargs, self._number)
        )
        if primitive.function in KNOWN_FROM_SHAPES:
            return value
        if primitive.function in NEW_AXES:
            primitive, args, kwargs = _as_reshape(primitive, args, kwargs, np.shape(value))
        args = _without_stretching(primitive, args, np.shape(value))
        boxes, args = args, replace_boxes(list(args), self._reference, self.constant)
        if self._shape_from_values(primitive, args):
            raise errors.shape_depends_on_value(primitive.name)
        if isinstance(value, bool | int | float | complex):
            value = np.asarray(value)[()]
        if not isinstance(value, np.ndarray | np.generic):
            raise errors.not_compiled(primitive.name, type(value).__name__)
        kwargs = replace_boxes(kwargs, self._reference, self.constant)
        line = Line(value, primitive, args, kwargs, np.geterr() != self._warnings)
        key = (primitive, _key(line.args), _key(kwargs), line.quiet)
        if key not in self._found:
            shorter = self._rewritten(line, boxes)
            if shorter is None:
                self.lines.append(line)
            self._found[key] = len(self.lines) - 1 if shorter is None else shorter
        return CompileBox(self, value, self._found[key])

    def _rewritten(self, line: Line, args: Sequence[Any]) -> int | None:
        """The line that has the same result by fewer operations, if a rule knows a way."""
        rule = REWRITINGS.get(line.function)
        if rule is None or (line.kwargs and line.function not in (np.sum, join.function)):
            return None
        y = rule(self._inside, *args, **(line.kwargs or {}))
        if not self.owns(y) or type(y.primal) is not type(line.value):
            return None
        same = (y.shape, y.dtype) == (line.shape, line.dtype)
        return y.line if same else None

    def _inside(self, x: Any, function: Any) -> Operands | None:
        """The arguments of the operation that made ``x``, if that was ``function``."""
        if not self.owns(x) or self.lines[x.line].function is not function:
            return None
        line = self.lines[x.line]
        if line.kwargs and function is not np.sum:
            return None
        args = [self._box(a) if isinstance(a, Ref) else a for a in line.args]
        return Operands(args, line.kwargs or {})

    def _box(self, ref: Ref) -> CompileBox:
        return CompileBox(self, self.lines[ref.line].value, ref.line)

    def _shape_from_values(self, primitive: Primitive, args: Sequence[Any]) -> bool:
        """Whether another run could give a result of another shape."""
        masks = [ref for ref in _references(list(args[1:2])) if self.lines[ref].dtype.kind == "b"]
        picks = primitive.name in ("getitem", "put_back")
        return primitive.function in SHAPE_FROM_VALUES or (picks and bool(masks))

    def constant(self, x: Any) -> Any:
        """``x``, or for an array a copy of its own: the function may change it afterwards."""
        if not isinstance(x, np.ndarray):
            return x
        copy = self._copies.get(id(x), (x, None))[1]
        if copy is None or not (copy is x or _same_bytes(copy, x)):
            copy = _copy(x)
            self._copies[id(x)] = x, copy  # x is kept, for another could get its id
            self._copies[id(copy)] = copy, copy
        return copy

    def copied_names(self, names: dict[int, str]) -> dict[int, str]:
        """The names of arrays, by ``id``, for their copies."""
        return {id(copy): names[i] for i, (_, copy) in self._copies.items() if i in names}

    def _number(self, box: CompileBox) -> Any:
        return box.primal

    def _reference(self, box: CompileBox) -> Ref:
        return Ref(box.line)


def _as_reshape(
    primitive: Primitive, args: Sequence[Any], kwargs: dict[str, Any], shape: tuple[int, ...]
) -> tuple[Primitive, Sequence[Any], dict[str, Any]]:
    """A call of one of ``NEW_AXES`` as a reshape; one with another order of elements stays."""
    if type(args[-1]) is str:  # an order given by position
        args, kwargs = args[:-1], {**kwargs, "order": args[-1]}
    if kwargs.get("order", "C") != "C":
        return primitive, args, kwargs
    return RULES[np.reshape], (args[0], shape), {}


def _without_stretching(
    primitive: Primitive, args: Sequence[Any], shape: tuple[int, ...]
) -> Sequence[Any]:
    """Operands with a number for each constant array that is made of this number alone."""
    if not isinstance(primitive.function, np.ufunc) or primitive.function.signature is not None:
        return args
    numbers = list(map(one_number, args))
    fits = np.broadcast_shapes(*map(np.shape, numbers)) == shape
    return numbers if fits else args


def replace_boxes(
    x: Any, by: Callable[[CompileBox], Any], constant: Callable[[Any], Any] = lambda x: x
) -> Any:
    """``x`` with something else in place of each box and constant, also of those in containers."""
    if isinstance(x, CompileBox):
        return by(x)
    if isinstance(x, Box):  # of a transformation that was there before
        raise errors.captured("compile")
    if type(x) in (list, tuple):
        return type(x)(replace_boxes(part, by, constant) for part in x)
    if type(x) is dict:
        return {k: replace_boxes(part, by, constant) for k, part in x.items()}
    return constant(x)


def _traced_options(primitive: Primitive, args: Sequence[Any], kwargs: dict[str, Any]) -> list[str]:
    """The options that decide on the shape of the result, but have no number yet."""
    if isinstance(primitive.function, np.ufunc) or isinstance(primitive, OwnRule):
        return []
    if not any(map(_holds_box, [*args[1:], kwargs])):
        return []
    try:
        given = inspect.signature(primitive.function).bind_partial(*args, **kwargs).arguments
    except (TypeError, ValueError):  # some functions do not tell
        return []
    return [name for name, value in given.items() if name in SHAPING and _holds_box(value)]


def _holds_box(x: Any) -> bool:
    if type(x) is dict:
        x = [*x.values()]
    return isinstance(x, Box) or (type(x) in (list, tuple) and any(map(_holds_box, x)))


def _copy(x: np.ndarray) -> np.ndarray:
    """A copy; one number that is stretched over all places stays one number."""
    if x.size and x.ndim and not any(x.strides):
        return np.broadcast_to(x[(0,) * x.ndim], x.shape)
    return x.copy()


def _same_bytes(a: np.ndarray, b: np.ndarray) -> bool:
    return (a.shape, a.dtype) == (b.shape, b.dtype) and a.tobytes() == b.tobytes()


def references(line: Line) -> list[int]:
    """The lines whose results a line uses."""
    return _references([*line.args, *(line.kwargs or {}).values()])


def _references(x: Any) -> list[int]:
    if isinstance(x, Ref):
        return [x.line]
    return [line for part in x for line in _references(part)] if type(x) in (list, tuple) else []


def _key(x: Any) -> Any:
    """Equal for arguments that give equal results."""
    if isinstance(x, Ref):
        return x
    if type(x) in (list, tuple):
        return (type(x), *map(_key, x))
    if type(x) is dict:
        return tuple((k, _key(v)) for k, v in x.items())
    if isinstance(x, np.ndarray) and x.size <= SMALL:
        return (x.shape, x.dtype.str, x.tobytes())
    if isinstance(x, int | float | complex | str | np.generic | None):
        return (type(x), repr(x))
    return repr(x) if isinstance(x, slice) else id(x)
