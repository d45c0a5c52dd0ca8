"""Traces and boxes: how a plain NumPy function can be watched while it runs.

A transformation (``grad``, ``jvp`` …) opens a :class:`Trace`, wraps its inputs in a :class:`Box`
each, and calls the function. A box looks like an array. Whenever NumPy, or an operator such as
``+``, meets one, it asks the box what to do, and the box passes the call to its trace, which
computes the result *and* does its own bookkeeping: tangents in forward mode, a tape in reverse.

Each trace has a level of its own. When boxes of several traces meet in one call, the innermost
trace, the one opened last, handles it and treats all others as constants. That single rule makes
nested derivatives right; without it the inner and the outer derivative get confused.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import itertools
import sys
import traceback
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any, Self

import numpy as np

from course_lib.autodiff import errors

_levels = itertools.count(1)

#: NumPy function, or method of a ufunc -> what to call when an argument is a traced value.
RULES: dict[Any, Any] = {}
#: NumPy function -> why it cannot have a rule, and what to write instead.
REFUSED: dict[Any, tuple[str, str]] = {}

#: The methods that NumPy asks of the elements of an array of Python objects.
ASKED_BY_OBJECT_LOOPS = frozenset(
    (
        *("arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "cbrt", "cos"),
        *("cosh", "deg2rad", "degrees", "exp", "exp2", "expm1", "fabs", "fmod", "hypot", "log"),
        *("log10", "log1p", "log2", "logical_xor", "rad2deg", "radians", "rint", "sin", "sinh"),
        *("sqrt", "tan", "tanh"),
    )
)
#: Optional packages -> tables of their rules, read when a traced value may have met the package.
LATE_TABLES = {"scipy.special": "course_lib.autodiff.rules.scipy_special"}


class Trace:
    """One run of one transformation. A subclass, one for each mode, says what ``process`` does."""

    mode = "abstract"

    def __init__(self) -> None:
        self.level = next(_levels)
        self.live = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.live = False

    def process(self, primitive: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Compute ``primitive(*args, **kwargs)``; at least one argument is a box of this trace."""
        raise NotImplementedError

    def owns(self, value: Any) -> bool:
        """Whether ``value`` is a box of this very trace (and so not a constant for it)."""
        return isinstance(value, Box) and value._trace is self

    def strip(self, args: Sequence[Any]) -> list[Any]:
        """The arguments with this trace's boxes opened; boxes of outer traces stay closed."""
        return [a.primal if isinstance(a, Box) and a._trace is self else a for a in args]

    def compute(
        self, primitive: Any, args: Sequence[Any], kwargs: dict[str, Any]
    ) -> tuple[list[int], list[Any], Any]:
        """Which arguments are boxes of this trace; all arguments with these opened; the result."""
        traced, values, outer = [], list(args), False
        for i, a in enumerate(args):
            if isinstance(a, Box):
                if a._trace is self:
                    if i not in primitive.known:
                        raise errors.missing_derivative(primitive.name, i)
                    traced.append(i)
                    values[i] = a = a.primal
                outer = outer or isinstance(a, Box)
            elif type(a) is tuple:
                outer = True
        y = evaluate(primitive, values, kwargs) if outer else primitive.function(*values, **kwargs)
        if isinstance(y, Box) and y._trace.level >= self.level:
            # A box came in besides the arguments: of this trace, or of one opened after it.
            raise errors.captured(primitive.name)
        return traced, values, y


def evaluate(primitive: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """``primitive(*args, **kwargs)``: left to the innermost trace, computed where there is none."""
    trace = innermost_trace(args)
    if trace is None:
        return primitive.function(*args, **kwargs)
    return trace.process(primitive, args, kwargs)


def innermost_trace(args: Sequence[Any]) -> Trace | None:
    """The trace opened last among those whose boxes stand in ``args``; None without any box."""
    top = None
    for a in args:
        if type(a) is tuple:  # an index made of several
            a = next(filter(_is_undecided, a), None)
        if isinstance(a, Box) and (top is None or a._trace.level > top.level):
            top = a._trace
    if top is not None and not top.live:
        raise errors.leaked(top.mode)
    return top


def _is_undecided(x: Any) -> bool:
    """Whether ``x`` is a value of a function that is being compiled."""
    return isinstance(x, Box) and not x.has_derivative


def plain_value(x: Any) -> Any:
    """The NumPy value inside ``x``, however many boxes are around it."""
    while isinstance(x, Box):
        x = x.inside()
    return x


def without_derivative(x: Any) -> Any:
    """The value inside ``x``; under ``compile`` the box of a value that is not decided yet."""
    while isinstance(x, Box) and x.has_derivative:
        x = x.primal
    return x


def number_of_this_run(x: Any) -> Any:
    """The NumPy value inside ``x``, also of a function that is being compiled."""
    while isinstance(x, Box):
        x = x.primal
    return x


class Box:
    """A value that is being traced. It behaves like the array in it, and remembers its trace.

    Every NumPy function and operator with a derivative rule accepts it. What would drop the
    derivative without a word (``float(x)``, ``x.item()``, ``x[0] = …``) raises instead.
    """

    __slots__ = ("_trace", "primal")
    #: False while a function is compiled: then a box is a value that is not decided yet.
    has_derivative = True

    def __init__(self, trace: Trace, primal: Any) -> None:
        self._trace = trace
        self.primal = primal

    def inside(self) -> Any:
        """The value itself, for a decision or a report that is not part of the computation."""
        return self.primal

    # NumPy asks here -----------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if kwargs.get("out") is not None:
            raise errors.in_place(ufunc.__name__)
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        return _rule(function)(*inputs, **kwargs)

    def __array_function__(
        self, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        rule = _rule(function)
        if not args:  # np.sum(a=x): the rules know the first argument by its position
            first = next(iter(inspect.signature(function).parameters))
            kwargs = dict(kwargs)
            args = (kwargs.pop(first),)
        return rule(*args, **kwargs)

    # what an array says of itself ----------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self.primal.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.primal.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self.primal.size

    @property
    def dtype(self) -> np.dtype:
        """The type of the elements, such as ``float64``."""
        return self.primal.dtype

    @property
    def T(self) -> Any:
        """The transpose."""
        return np.transpose(self)

    @property
    def mT(self) -> Any:
        """The transpose of each matrix in a stack."""
        return np.matrix_transpose(self)

    @property
    def real(self) -> Any:
        """The real part."""
        return np.real(self)

    @property
    def imag(self) -> Any:
        """The imaginary part."""
        return np.imag(self)

    def __len__(self) -> int:
        return len(self.primal)

    def __bool__(self) -> bool:
        return bool(plain_value(self))

    def __repr__(self) -> str:
        return f"<traced in {self._trace.mode} mode: {without_derivative(self)!r}>"

    def __str__(self) -> str:
        return repr(self)

    def __format__(self, spec: str) -> str:
        return format(without_derivative(self), spec)

    # what would lose the derivative --------------------------------------------------------------

    def __float__(self) -> float:
        raise errors.escapes(
            "float(x), or a math function", "the NumPy function (np.sin, not math.sin)"
        )

    def __int__(self) -> int:
        raise errors.escapes(
            "int(x)", "np.floor(x), whose derivative is 0, or an index of your own"
        )

    def __trunc__(self) -> int:
        raise errors.escapes("math.trunc(x)", "np.trunc(x), whose derivative is 0")

    def as_integer_ratio(self) -> Any:
        """Raise: Python's ``fractions`` and ``statistics`` ask for it."""
        raise errors.escapes("a fraction", "NumPy: np.mean(np.stack(list)), not statistics.mean")

    def __index__(self) -> int:
        raise errors.escapes("an index or a count", "an ordinary integer")

    def __complex__(self) -> complex:
        raise errors.escapes("complex(x)", "the traced value itself")

    def __hash__(self) -> int:
        raise errors.escapes("hash(x), for a set or the key of a dict,", "a list, or id(x)")

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise errors.escapes("pickle.dumps(x), or a copy for another process,", "x itself")

    def item(self, *args: Any) -> Any:
        """Raise: a Python number has no derivative."""
        raise errors.escapes("x.item()", "x[()] or x[index]")

    def tolist(self) -> Any:
        """Raise: Python numbers have no derivative."""
        raise errors.escapes("x.tolist()", "list(x)")

    def __setitem__(self, index: Any, value: Any) -> None:
        raise errors.assignment(index)

    def __getattr__(self, name: str) -> Any:
        # Reached only for names that no rule has defined. NumPy's object loops ask for methods such
        # as x.sin() when a function meets an object array of traced values.
        if name in ASKED_BY_OBJECT_LOOPS:
            return functools.partial(getattr(np, name), self)
        on_arrays = None if name.startswith("__") else getattr(np.ndarray, name, None)
        raise errors.no_attribute(name, on_arrays is not None, REFUSED.get(on_arrays))


def read_late_tables() -> None:
    """Enter the rules of those optional packages that the reader has imported."""
    for package, table in LATE_TABLES.items():
        if package in sys.modules:
            importlib.import_module(table)


def _rule(function: Any) -> Callable[..., Any]:
    rule = RULES.get(function)
    if rule is None:
        read_late_tables()
        rule = RULES.get(function)
    if rule is None:
        name = errors.full_name(function)
        if function in REFUSED:
            raise errors.refused(name, *REFUSED[function])
        raise errors.missing_rule(name)
    return rule


#: What NumPy says when it meets an array of Python objects.
OF_OBJECTS = ("no callable", "dtype('O')", "not supported for the input types")


def call(f: Callable[..., Any], args: Sequence[Any]) -> Any:
    """``f(*args)``, with clear errors where NumPy's own would not say what went wrong.

    A traced value was put into an ordinary array: NumPy asks it for its ``float``, and hides the
    error that this raises behind its own. Or an array was changed that a tape refers to.
    """
    try:
        return f(*args)
    except ValueError as error:
        if isinstance(error.__cause__, errors.DerivativeLost):
            raise errors.stored_in_array() from error
        if "read-only" in str(error):
            raise errors.changed_while_recorded() from error
        if ("object array" in str(error) or "data type" in str(error)) and _in_scipy(error):
            raise errors.plain_arrays_only(_in_scipy(error)) from error
        raise
    except TypeError as error:
        if name := _in_scipy(error):
            raise errors.plain_arrays_only(name) from error
        if any(words in str(error) for words in OF_OBJECTS):
            raise errors.array_of_objects() from error
        raise


def _in_scipy(error: BaseException) -> str:
    """The name of the SciPy function in which an error arose; empty if it arose elsewhere."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    inside = [f for f in frames if f.f_globals.get("__name__", "").startswith("scipy.")]
    return f"scipy's {inside[-1].f_code.co_name}" if frames[-1:] == inside[-1:] else ""


def restack(x: Any) -> Any:
    """Turn ``np.array([traced, …])``, which NumPy leaves an object array, into one traced array.

    So does ``np.select(…, default=traced)``; if only numbers are left in it, they become floats.
    """
    if type(x) is np.ndarray and x.dtype.kind == "O":
        some_traced = any(isinstance(e, Box) for e in x.flat)
        if some_traced or (x.size and all(isinstance(e, Real) for e in x.flat)):
            return np.reshape(
                np.stack([e if isinstance(e, Box) else np.float64(e) for e in x.flat]), x.shape
            )
    return x
