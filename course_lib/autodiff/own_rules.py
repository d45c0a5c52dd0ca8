"""Rules of the reader's own: a primitive with its derivative; recomputing instead of storing."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff import errors, trees
from course_lib.autodiff.batch import one_direction_at_a_time
from course_lib.autodiff.forward import push_forward
from course_lib.autodiff.primitives import Args, Kwargs, Primitive
from course_lib.autodiff.reverse import record
from course_lib.autodiff.trace import Box, innermost_trace, number_of_this_run, restack


class OwnRule(Primitive):
    """A function whose derivative its author wrote down: as a jvp, a vjp, or both.

    Both are linear, and each is the transpose of the other. So if one is missing, it is found by
    transposing the one that is there: by the reverse sweep of a linear function.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        jvp: Callable[..., Any] | None,
        vjp: Callable[..., Any] | None,
    ) -> None:
        super().__init__(_with_one_result(function), function, extra=0, arrays=0)
        self.jvp_rule, self.vjp_rule = jvp, vjp
        self.name = self.__name__

    def jvp(self, tangents: Args, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """The author's rule, or the transpose of the author's vjp."""
        full = [np.zeros_like(a) if t is None else t for t, a in zip(tangents, args, strict=True)]
        if self.jvp_rule is not None:
            y_dot = one_direction_at_a_time(
                lambda rule, *moves: rule(moves, y, *args, **kwargs), self.jvp_rule, *full
            )
            return self._shaped_like("jvp", y_dot, y)

        def cotangents(y_bar: Any) -> list[Any]:
            return self._cotangents(y_bar, y, args, kwargs)

        return record(self.name, cotangents, [np.zeros_like(y)])[1](full)[0]

    def vjps(self, arguments: Sequence[int], y_bar: Any, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """The author's rule, or the transpose of the author's jvp."""
        if self.vjp_rule is not None:
            bars = self._cotangents(y_bar, y, args, kwargs)
            return [bars[i] for i in arguments]

        def tangent(*some: Any) -> Any:
            full = [np.zeros_like(a) for a in args]
            for i, t in zip(arguments, some, strict=True):
                full[i] = t
            return self.jvp(full, y, args, kwargs)

        return record(self.name, tangent, [np.zeros_like(args[i]) for i in arguments])[1](y_bar)

    def _cotangents(self, y_bar: Any, y: Any, args: Args, kwargs: Kwargs) -> list[Any]:
        return one_direction_at_a_time(lambda bar: self._by_vjp_rule(bar, y, args, kwargs), y_bar)

    def _by_vjp_rule(self, y_bar: Any, y: Any, args: Args, kwargs: Kwargs) -> list[Any]:
        assert self.vjp_rule is not None
        bars = self.vjp_rule(y_bar, y, *args, **kwargs)
        bars = tuple(bars) if isinstance(bars, tuple | list) else (bars,)
        if len(bars) != len(args):
            raise errors.wrong_number_of_cotangents(self.name, len(args), len(bars))
        filled = (np.zeros_like(a) if b is None else b for b, a in zip(bars, args, strict=True))
        return [
            self._shaped_like(f"vjp, entry {i},", restack(b), a)
            for i, (b, a) in enumerate(zip(filled, args, strict=True))
        ]

    def _shaped_like(self, what: str, derivative: Any, value: Any) -> Any:
        if np.shape(derivative) != np.shape(value):
            raise errors.wrong_shape(
                self.name, f"the result of {what}", np.shape(value), np.shape(derivative)
            )
        return derivative


def _with_one_result(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function; it raises if the result is no number or array."""

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        y = function(*args, **kwargs)
        if isinstance(y, int | float | complex):
            return np.asarray(y, np.result_type(y, float))[()]
        if not isinstance(y, np.ndarray | np.generic | Box):
            raise errors.not_one_result(checked.__name__, type(y).__name__)
        return y

    return checked


def primitive(
    function: Callable[..., Any] | None = None,
    *,
    jvp: Callable[..., Any] | None = None,
    vjp: Callable[..., Any] | None = None,
) -> Any:
    """Give a function a derivative of your own; may be used as a decorator.

    The function itself is then never traced, so it may do what traced values cannot: call SciPy or
    compiled code, loop, write into arrays. The rules must be written with NumPy functions that have
    rules, since they are differentiated for second derivatives.

    Parameters
    ----------
    function
        Takes arrays by position, constants by keyword; returns one array or number.
    jvp
        ``jvp(tangents, y, *args, **kwargs) -> y_dot``, with a tuple of one tangent for each
        argument, zeros for constants. ``y`` is the value of the function.
    vjp
        ``vjp(y_bar, y, *args, **kwargs) -> (x_bar, …)``, one for each argument, None for zero.
        One of the two is enough: the other is its transpose.

    Raises
    ------
    TypeError
        If neither rule is given, or the function returns something other than a number or array.
    ValueError
        When a rule returns the wrong shape, or the wrong number of cotangents.

    Examples
    --------
    >>> from course_lib import grad
    >>> @primitive(vjp=lambda y_bar, y, x: y_bar * 3 * x**2)
    ... def cube(x):
    ...     return x * x * x
    >>> grad(cube)(2.0), grad(grad(cube))(2.0)
    (np.float64(12.0), np.float64(12.0))
    """
    if jvp is None and vjp is None:
        raise TypeError("primitive: give the derivative as jvp=… or vjp=…; see help(primitive).")
    if function is None:
        return functools.partial(primitive, jvp=jvp, vjp=vjp)
    return OwnRule(function, jvp, vjp)


class Recomputed(Primitive):
    """A piece of a computation that the tape holds as one line, and computes again when needed.

    Arguments that do not vary, such as labels or a count, may be anything.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function, function, extra=0, arrays=0)
        self.name = "checkpoint"

    def jvp(self, tangents: Args, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """Push forward through the function, computing it again."""
        moving = [i for i, t in enumerate(tangents) if t is not None]
        primals, moves = [args[i] for i in moving], [tangents[i] for i in moving]
        again, y_dot = push_forward(self.name, self._function_of(moving, args), primals, moves)
        self._require_same(again, y, args)
        return y_dot

    def vjps(self, arguments: Sequence[int], y_bar: Any, y: Any, args: Args, kwargs: Kwargs) -> Any:
        """Record the function now, sweep back, and forget the record."""
        primals = [args[i] for i in arguments]
        again, pullback = record(self.name, self._function_of(arguments, args), primals)
        self._require_same(again, y, args)
        return pullback(y_bar)

    def _function_of(self, arguments: Sequence[int], args: Args) -> Callable[..., Any]:
        """The function of some arguments, in which the others are constants."""

        def function(*some: Any) -> Any:
            full = list(args)
            for i, x in zip(arguments, some, strict=True):
                full[i] = x
            return self.function(*full)

        return function

    def _require_same(self, again: Any, y: Any, args: Args) -> None:
        """Raise if the function gives another value than before.

        Under a trace the same value may be rounded otherwise, and a jump may make much of that. So
        where it differs, the value without a trace decides, as ``y`` was computed: twice, lest a
        function that returns to its first value be missed.
        """
        again, y = number_of_this_run(again), number_of_this_run(y)
        if _are_close(again, y):
            return
        args = list(map(number_of_this_run, args))
        if not all(_are_close(self.function(*args), y) for _ in range(2)):
            raise errors.not_repeatable(self.name)


def _are_close(a: Any, b: Any) -> bool:
    """Whether half of the digits agree."""
    half = np.sqrt(np.finfo(b.dtype).eps)
    return a.shape == b.shape and np.allclose(a, b, rtol=half, atol=0.0, equal_nan=True)


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, whose inside is recomputed in the backward sweep instead of stored.

    The tape keeps the arguments and the result; all that lies between is computed once more when
    its adjoints are due. It saves memory, and costs one more forward computation of ``f``
    (Griewank and Walther, *Evaluating Derivatives*, 2008, chapter 12).

    Parameters
    ----------
    f
        A function of arrays and nested containers of them. All traced values that it uses must be
        among its arguments. Keyword arguments are constants, and so are integers, strings and the
        like among the others. ``f`` must give the same each time: hand random numbers to it. Beside
        floats it may return masks, whole numbers and None.

    Raises
    ------
    TypeError
        If ``f`` uses a traced value that is not among its arguments.
    ValueError
        If the recomputed value is another one: a random number, a buffer that was filled anew.

    Examples
    --------
    >>> from course_lib import grad
    >>> grad(checkpoint(lambda x: np.sin(np.sin(x))))(0.0)
    np.float64(1.0)
    """

    @functools.wraps(f)
    def recomputing(*args: Any, **kwargs: Any) -> Any:
        leaves, tree = trees.flatten(args)
        if innermost_trace(leaves) is None:
            return f(*args, **kwargs)
        kinds_of_results: list[Any] = []

        def packed(*xs: Any) -> Any:
            """All results in one vector of floats: a primitive has one result."""
            outs, out_tree = trees.flatten(f(*tree.build(xs), **kwargs))
            arrays = [None if y is None else _as_array(y) for y in outs]
            if not kinds_of_results:
                kinds_of_results.extend((list(map(_kind, outs, arrays)), out_tree))
            floats = [
                y if y.dtype.kind == "f" else y.astype(float) for y in arrays if y is not None
            ]
            return np.concatenate([np.ravel(y) for y in floats]) if floats else np.zeros(0)

        vector = Recomputed(packed)(*leaves)
        kinds, out_tree = kinds_of_results
        return out_tree.build(list(_unpacked(vector, kinds)))

    return recomputing


def _as_array(y: Any) -> Any:
    """A result of a checkpointed function: floats, or truth values and whole numbers as well."""
    whole = isinstance(y, bool | int | np.ndarray | np.generic) and np.asarray(y).dtype.kind
    if whole in ("b", "i", "u"):
        return np.asarray(y)
    return trees.flatten_outputs("checkpoint", y)[0][0]


def _kind(y: Any, array: Any) -> tuple[tuple[int, ...], Any, bool] | None:
    """Shape and dtype of a result, and whether it is a number of Python; None for None."""
    return None if y is None else (array.shape, array.dtype, type(y) in (bool, int))


def _unpacked(vector: Any, kinds: Sequence[Any]) -> Iterator[Any]:
    """The results of these kinds that were put into one vector."""
    start = 0
    for kind in kinds:
        if kind is None:
            yield None
            continue
        shape, dtype, of_python = kind
        part = np.reshape(vector[start : start + math.prod(shape)], shape)
        start += math.prod(shape)
        part = part if part.dtype == dtype else part.astype(dtype)
        yield part.item() if of_python and not isinstance(part, Box) else part
