"""``compile``: trace a function once for each kind of arguments, and run the source made of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from course_lib.autodiff import errors, trees
from course_lib.autodiff.compiled.captured import Captured
from course_lib.autodiff.compiled.version import Version
from course_lib.autodiff.derivatives import _require_function
from course_lib.autodiff.graph.ends import function_name
from course_lib.autodiff.trace import Box, restack

MOST_VERSIONS = 16


def compile(f: Callable[..., Any]) -> Compiled:
    """The same function as a straight line of plain NumPy, for one kind of arguments at a time.

    ``f`` may be a function, or a derivative of one: ``compile(value_and_grad(loss))``,
    ``compile(lambda x, v: hvp(f, (x,), (v,)))``. It runs once with traced values for each new
    combination of the arguments' structure, shapes and dtypes; then the source made of that run
    takes its place. Integers, strings, None and other objects are part of the combination.

    Parameters
    ----------
    f
        A function of numbers, arrays and nested containers of them, with results of these kinds.

    Returns
    -------
    Compiled
        A function with the arguments and results of ``f``, and with the attribute ``source``.
        Results are those of ``f``, up to a rounding error in the last place. Python's floats among
        the arguments count as ``np.float64``: times an array of float32, they make one of float64.
        Write ``np.float32(0.1)`` where that is not wanted.

    Raises
    ------
    TypeError
        In the first run, if ``f`` lets a number decide what happens next: ``if x > 0`` with a
        traced ``x``, a loop until convergence, a mask as an index; or if it asks for the number as
        a count, an axis, an index of a plain array, or a text: ``x[:k]``, ``f"{x}"``.

    Notes
    -----
    What ``f`` uses besides its arguments is built in. The variables that it and the functions it
    calls refer to are watched: also those of methods, properties and modules, and of functions and
    objects among the arguments, attributes of classes and modules, defaults, what is held by
    :func:`functools.partial`, and what is inside arrays, tuples, lists, dicts, sets and deques.
    ``f`` is traced again when they have changed. To see that, each call compares the arrays byte by
    byte, about 0.1 ms for a megabyte, and looks at each element of a list, about 20 ms for a
    million: hand large data over as arguments.

    Not watched are attributes of objects (``self.weights``), what is inside containers of other
    kinds, what a function imports or looks up by a text (``getattr``, ``globals``), the variables
    of Python's own and of installed packages, and files. An attribute that is a traced value, of a
    derivative taken around the call, is seen: then ``f`` runs as if it were not compiled, and so it
    does if a variable is one. Random numbers that ``f`` draws are drawn once only, so hand them
    over as arguments. What ``f`` prints appears in the traced run only.

    Single numbers are kept as Python's floats where these have the same results as NumPy's. An
    overflow then gives inf, as always, but no warning.

    Examples
    --------
    >>> import numpy as np
    >>> def f(x, y):
    ...     return np.sum(np.sin(x) * y)
    >>> from course_lib import grad
    >>> slope = compile(grad(f))
    >>> slope(np.array([0.0, 1.0]), np.array([1.0, 2.0]))
    array([1.        , 1.08060461])
    >>> print(slope.source)
    def f(x, y):
        v1 = np.cos(x)
        v1 *= y
        return v1
    """
    _require_function("compile", f)
    return Compiled(f)


class Compiled:
    """A compiled function; see :func:`compile`. ``source`` is the code of the last new run."""

    def __init__(self, f: Callable[..., Any]) -> None:
        functools.update_wrapper(self, f)
        self._function = f
        self._versions: list[Version] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The result of the function."""
        for version in self._versions:
            if version.fits(args, kwargs):
                return version.run(*args, **kwargs)
        leaves, tree = trees.flatten((args, kwargs))
        leaves = [restack(x) for x in leaves]
        if any(isinstance(x, Box) for x in leaves):  # inside another transformation
            args, kwargs = tree.build(leaves)
            return self._function(*args, **kwargs)
        captured = Captured(self._function, leaves)
        if captured.traced:
            return self._function(*args, **kwargs)
        version = Version(self._function, captured, args, kwargs)
        self._versions = [version, *(v for v in self._versions if v.is_up_to_date())]
        del self._versions[MOST_VERSIONS:]
        return version.run(*args, **kwargs)

    @property
    def source(self) -> str:
        """The Python source that the last trace was turned into."""
        if not self._versions:
            raise errors.not_yet_compiled()
        return self._versions[0].source

    def __repr__(self) -> str:
        return f"<compiled {function_name(self._function)}, {len(self._versions)} versions>"
