"""``np.einsum`` as a chain of steps with one or two operands, whose transposes are einsums again.

A step with two operands is bilinear, and a step with one (a diagonal, a sum, a new order of the
axes) is linear. So no more has to be known about derivatives than for a matrix product.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff.primitives import bilinear, composite, linear

#: An operand with one letter for each of its axes.
Operand = tuple[str, Any]

# The two kinds of steps --------------------------------------------------------------------------


def _one(x: Any, subscripts: str) -> Any:
    return np.einsum(subscripts, x)


def _two(a: Any, b: Any, *, subscripts: str, optimize: bool = False) -> Any:
    return np.einsum(subscripts, a, b, optimize=optimize)


def _spread(y_bar: Any, x: Any, subscripts: str) -> Any:
    """The transpose of :func:`_one`: a repeated letter gets a diagonal, a lost letter is filled."""
    letters, out = subscripts.split("->")
    axes, factors = "", []
    for letter, length in zip(letters, np.shape(x), strict=True):
        if letter in axes:
            new = next(c for c in string.ascii_letters if c not in letters + axes)
            factors.append((letter + new, np.eye(length, dtype=y_bar.dtype)))
        else:
            new = letter
            if letter not in out:
                factors.append((letter, np.ones(length, y_bar.dtype)))
        axes += new
    terms = ",".join([out, *(term for term, _ in factors)])
    return np.einsum(f"{terms}->{axes}", y_bar, *(factor for _, factor in factors))


def _transpose_a(y_bar: Any, a: Any, b: Any, *, subscripts: str, optimize: bool = False) -> Any:
    (letters_a, letters_b), out = _split(subscripts)
    return np.einsum(f"{out},{letters_b}->{letters_a}", y_bar, b, optimize=optimize)


def _transpose_b(y_bar: Any, a: Any, b: Any, *, subscripts: str, optimize: bool = False) -> Any:
    (letters_a, letters_b), out = _split(subscripts)
    return np.einsum(f"{out},{letters_a}->{letters_b}", y_bar, a, optimize=optimize)


def _split(subscripts: str) -> tuple[list[str], str]:
    terms, out = subscripts.split("->")
    return terms.split(","), out


one = linear(_one, _spread)
two = bilinear(_two, _transpose_a, _transpose_b)


def _reduce(operand: Operand, kept: Collection[str]) -> Operand:
    """Each letter once, and only those that are needed later on."""
    letters, x = operand
    new = "".join(letter for letter in dict.fromkeys(letters) if letter in kept)
    return (letters, x) if new == letters else (new, one(x, f"{letters}->{new}"))


def _multiply(a: Operand, b: Operand, kept: Collection[str], out: str, optimize: bool) -> Operand:
    a, b = _reduce(a, {*kept, *b[0]}), _reduce(b, {*kept, *a[0]})
    letters = "".join(letter for letter in dict.fromkeys(a[0] + b[0]) if letter in kept)
    if set(letters) == set(out):
        letters = out
    subscripts = f"{a[0]},{b[0]}->{letters}"
    return letters, two(a[1], b[1], subscripts=subscripts, optimize=optimize)


# Reading the subscripts --------------------------------------------------------------------------


def _as_text(operands: Sequence[Any]) -> tuple[list[str], str | None, list[Any]]:
    """Terms, output (None if it is implicit) and arrays, from either of einsum's two notations."""
    if isinstance(operands[0], str):
        text, *arrays = operands
        inputs, arrow, out = text.replace(" ", "").partition("->")
        terms = inputs.split(",")
        if len(terms) != len(arrays):
            raise ValueError(
                f"numpy.einsum: {text!r} describes {len(terms)} operands, found {len(arrays)}."
            )
        return terms, out if arrow else None, arrays
    paired = len(operands) // 2 * 2
    lists = [*operands[1:paired:2], *operands[paired:]]
    terms = ["".join("..." if i is ... else string.ascii_letters[i] for i in l_) for l_ in lists]
    out = terms.pop() if paired < len(operands) else None
    return terms, out, list(operands[0:paired:2])


def _parse(operands: Sequence[Any]) -> tuple[list[Operand], str]:
    """Operands with a letter for each axis, those of the ellipsis too, and the output's letters."""
    terms, out, arrays = _as_text(operands)
    used = set("".join([*terms, out or ""]))
    free = "".join(letter for letter in string.ascii_letters if letter not in used)
    extra = [
        np.ndim(x) - len(term.replace("...", "")) for term, x in zip(terms, arrays, strict=True)
    ]
    for term, count, x in zip(terms, extra, arrays, strict=True):
        if count < 0 or (count > 0 and "..." not in term):
            raise ValueError(f"numpy.einsum: {term!r} does not fit an array of {np.ndim(x)} axes.")
    blank = free[: max(extra)]
    # Axes of an ellipsis are matched from the right, as in broadcasting.
    letters = [
        term.replace("...", blank[len(blank) - count :])
        for term, count in zip(terms, extra, strict=True)
    ]
    if out is None:
        times = Counter("".join(terms).replace(".", ""))
        out = "..." + "".join(sorted(letter for letter, n in times.items() if n == 1))
    elif blank and "..." not in out:
        raise ValueError(f"numpy.einsum: the output {out!r} needs an ellipsis, as the operands do.")
    return list(zip(letters, arrays, strict=True)), out.replace("...", blank)


def _order(parts: list[Operand], out: str, optimize: Any) -> list[Sequence[int]]:
    """Which operands to multiply next, by their positions; results go to the end of the list."""
    if len(parts) < 3:
        return [range(len(parts))]
    shapes = [np.broadcast_to(0.0, np.shape(x)) for _, x in parts]
    subscripts = ",".join(letters for letters, _ in parts) + "->" + out
    return np.einsum_path(subscripts, *shapes, optimize=optimize or "greedy")[0][1:]


@composite(np.einsum)
def einsum(*operands: Any, optimize: Any = False) -> Any:
    parts, out = _parse(operands)
    for group in _order(parts, out, optimize):
        chosen = [parts.pop(i) for i in sorted(group, reverse=True)]
        while len(chosen) > 1:
            a, b = chosen.pop(), chosen.pop()
            kept = set(out).union(*(letters for letters, _ in [*parts, *chosen]))
            chosen.append(_multiply(a, b, kept, out, bool(optimize)))
        parts += chosen
    ((letters, result),) = parts
    return result if letters == out else one(result, f"{letters}->{out}")
