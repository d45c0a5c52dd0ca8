"""How numbers, arrays and operations are written for a reader: ``v1 * x2``, ``sum(v3, axis=0)``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff.primitives import Primitive
from course_lib.autodiff.trace import plain_value

OPERATORS = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "remainder": "%",
    "power": "**",
    "matmul": "@",
}
SIGNS = {"negative": "-", "positive": "+"}
OTHER_NAMES = {"absolute": "abs", "cast": "astype", "join": "concatenate", "put_back": "put"}
LONGEST_CONSTANT = 16  # letters; a longer array is written by its shape


def number(x: Any, digits: int = 5) -> str:
    """A number, shortened to so many significant digits; whole numbers stay whole.

    >>> number(11.652071455223084), number(2.0), number(-0.0), number(1e-17), number(250000.0)
    ('11.652', '2', '0', '1e-17', '250000')
    """
    if isinstance(x, bool | np.bool_):
        return str(bool(x))
    if isinstance(x, complex | np.complexfloating):
        real, imaginary = number(x.real, digits), f"{number(x.imag, digits)}j"
        if real == "0":
            return imaginary
        return f"({real}{'' if imaginary.startswith('-') else '+'}{imaginary})"
    x = float(x)
    if x == 0:
        return "0"
    if x.is_integer() and abs(x) < 1e7:
        return str(int(x))
    digits_text, e, exponent = f"{x:.{digits}g}".partition("e")
    return digits_text + (f"e{int(exponent)}" if e else "")


def plural(count: int, noun: str) -> str:
    """``1 sweep``, ``2 sweeps``, ``1,000 sweeps``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def shape(x: Any) -> str:
    """The shape of an array: ``(3, 4)``."""
    return f"({', '.join(map(str, np.shape(x)))}{',' if np.ndim(x) == 1 else ''})"


def inline(x: Any, longest: int) -> str | None:
    """A number, or all numbers of a small array; None if that takes more than ``longest`` letters.

    >>> inline(np.eye(2), 16), inline(np.eye(3), 16)
    ('[[1, 0], [0, 1]]', None)
    """
    x = plain_value(x)
    if np.ndim(x) == 0:
        return number(x)
    if 2 * np.size(x) > longest:
        return None
    text = _nested(np.asarray(x))
    return text if len(text) <= longest else None


def _nested(x: Any) -> str:
    return number(x) if np.ndim(x) == 0 else f"[{', '.join(map(_nested, x))}]"


def value(x: Any, longest: int) -> str:
    """A number, a small array, or the dtype and shape of a larger one.

    >>> value(np.zeros((64, 10)), 20)
    'float64 (64, 10)'
    """
    x = plain_value(x)
    return inline(x, longest) or f"{x.dtype} {shape(x)}"


def derivative(x: Any, longest: int) -> str:
    """A tangent or an adjoint; of a large one, whose shape is that of its value, the norm.

    >>> derivative(np.zeros((64, 10)), 20), derivative(np.ones(100), 20)
    ('all 0', 'norm 10')
    """
    x = plain_value(x)
    short = inline(x, longest)
    if short is not None:
        return short
    norm = np.sqrt(np.sum(np.square(np.abs(x), dtype=float)))
    return f"norm {number(norm)}" if np.any(x) else "all 0"


def kind(primitive: Primitive) -> str:
    """The name of an operation: ``sin``, ``linalg.solve``, ``getitem``."""
    name = primitive.name.removeprefix("numpy.").removeprefix("scipy.special.").lstrip("_")
    return OTHER_NAMES.get(name, name)


def operation(
    primitive: Primitive,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    operands: Mapping[int, str],
    constants: Mapping[int, str],
) -> str:
    """The operation as a reader would write it.

    ``operands`` names the arguments that are lines of the trace, by their positions; ``constants``
    names arrays by their ``id``; all other constants are written out, arrays by their shape.
    """
    words = [operands.get(i) or constant(a, constants) for i, a in enumerate(args)]
    name = kind(primitive)
    if name in OPERATORS and not kwargs and len(words) == 2:
        left, right = (w if i in operands else _bracket(w) for i, w in enumerate(words))
        return f"{left} {OPERATORS[name]} {right}"
    if name in SIGNS and not kwargs:
        return f"{SIGNS[name]}{words[0]}"
    if name == "getitem":
        return f"{words[0]}[{index(args[1])}]"
    if name == "put":
        return f"put({words[0]}, at=[{index(args[1])}], shape={args[2]})"
    while len(args) > 1 and args[len(words) - 1] is None:
        words.pop()
    words += [f"{k}={constant(v, constants)}" for k, v in kwargs.items() if not _is_default(v)]
    return f"{name}({', '.join(words)})"


def _bracket(constant: str) -> str:
    return f"({constant})" if constant.startswith("-") else constant


def _is_default(keyword_value: Any) -> bool:
    return keyword_value is None or keyword_value is False or keyword_value is np._NoValue


def constant(x: Any, names: Mapping[int, str]) -> str:
    """A constant argument: its name if it has one, a short number, or an array's shape."""
    x = plain_value(x)
    if id(x) in names:
        return names[id(x)]
    if isinstance(x, int | float | complex | np.number | np.bool_):
        return number(x, 4)
    if isinstance(x, np.ndarray) and x.dtype.kind in "fiubc":
        return inline(x, LONGEST_CONSTANT) or f"array{shape(x)}"
    if isinstance(x, type | np.dtype):
        return np.dtype(x).name
    return repr(x) if isinstance(x, str | tuple | list | None) else type(x).__name__


def index(i: Any) -> str:
    """What stands between the brackets of ``x[i]``.

    >>> index((0, slice(1, None), Ellipsis, None))
    '0, 1:, ..., None'
    """
    if isinstance(i, tuple):
        return ", ".join(map(index, i)) or "()"
    if isinstance(i, slice):
        ends = ["" if end is None else str(end) for end in (i.start, i.stop)]
        return ":".join(ends if i.step is None else [*ends, str(i.step)])
    return "..." if i is Ellipsis else constant(i, {})
