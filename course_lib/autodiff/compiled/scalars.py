"""Which numbers a compiled function may keep as Python's own, which are several times as fast.

Python's floats and NumPy's are the same 64 bits, and ``+``, ``-``, ``*`` round them alike. Division
and powers differ: where NumPy gives inf or nan, Python raises. So these stay with NumPy, except for
the division by a number known to be other than 0, and the square, which is a product.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff.compiled.recording import Line, Ref, references
from course_lib.autodiff.compiled.rewriting import is_number

SAFE = (np.add, np.subtract, np.multiply, np.negative)


def python_floats(lines: Sequence[Line], order: Sequence[int]) -> set[int]:
    """The lines whose results are Python floats, the arguments that they start from among them."""
    found: set[int] = set()
    inputs = {i for i, line in enumerate(lines) if line.primitive is None and _is_float(line)}
    for index in order:
        if _is_safe(lines[index], found | inputs):
            found.add(index)
            found.update(inputs.intersection(references(lines[index])))
    return found


def _is_float(line: Line) -> bool:
    return type(line.value) is np.float64


def _is_safe(line: Line, floats: Container[int]) -> bool:
    """Whether Python computes the same number from Python floats, without raising."""
    if not _is_float(line) or line.kwargs:
        return False
    if not all(a.line in floats if isinstance(a, Ref) else _is_wide(a) for a in line.args):
        return False
    return line.function in SAFE or is_square(line) or _divides_by_number(line)


def _is_wide(x: Any) -> bool:
    """Whether a Python float computes with the number as it does with float64."""
    return is_number(x) and (not isinstance(x, np.floating) or type(x) is np.float64)


def is_square(line: Line) -> bool:
    """Whether the operation is x to the power of the number 2."""
    exponent = line.args[1] if line.function is np.power else None
    return is_number(exponent) and bool(exponent == 2)


def _divides_by_number(line: Line) -> bool:
    divisor = line.args[1] if line.function is np.divide else None
    return is_number(divisor) and bool(divisor != 0)


def keeps_its_meaning(line: Line, lines: Sequence[Line], floats: Container[int]) -> bool:
    """Whether NumPy's operation gives the same for Python floats in place of its own.

    A Python float leaves the dtype to the others, and alone with others of its kind it would not
    ask NumPy at all.
    """
    if not isinstance(line.function, np.ufunc):
        return False
    others = [lines[i] for i in references(line) if i not in floats]
    constants = [np.asarray(a) for a in line.args if not isinstance(a, Ref)]
    dtypes = [*(x.dtype for x in others), *(x.dtype for x in constants)]
    return bool(others) and all(dtype == np.float64 or dtype.kind in "biu" for dtype in dtypes)
