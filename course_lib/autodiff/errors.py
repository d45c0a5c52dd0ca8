"""What the library says when it cannot give a right derivative: expected, found, and the way out.

Each function returns an exception for the caller to raise. They stand together so that all errors
read alike, and so that a test can hold every one of them to its words.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np


def full_name(function: Any) -> str:
    """The name under which a reader would find a function, such as ``numpy.linalg.solve``."""
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc):  # a method, such as np.add.reduce
        return f"numpy.{owner.__name__}.{function.__name__}"
    module = (getattr(function, "__module__", None) or "numpy").replace("numpy._core.", "numpy.")
    name: str = getattr(function, "__qualname__", "") or getattr(function, "__name__", "")
    name = name or repr(function)
    if getattr(sys.modules.get("scipy.special"), name, None) is function:
        module = "scipy.special"  # SciPy's ufuncs do not say where they are from
    if module.startswith("course_lib."):
        return name.removeprefix("_")
    return f"{module}.{name}".replace("numpy.fromnumeric.", "numpy.").replace(
        "numpy.multiarray.", "numpy."
    )


def refused(name: str, reason: str, instead: str) -> NotImplementedError:
    """A NumPy function that cannot have a derivative rule."""
    return NotImplementedError(
        f"{name} cannot be used with traced values: {reason}. Write instead {instead}. "
        f"docs/unsupported.md lists all such functions."
    )


def missing_rule(name: str) -> NotImplementedError:
    """A NumPy function that the rule table does not know met a traced value."""
    return NotImplementedError(
        f"{name} has no derivative rule in course_lib. Write it with functions that have one "
        f"(course_lib.supported_functions() lists them), or add a rule: CONTRIBUTING.md, "
        f"'Add a primitive', shows how."
    )


def not_supported(name: str, what: str, instead: str) -> NotImplementedError:
    """The function has a rule, but not for this use of it."""
    return NotImplementedError(f"{name}: no derivative rule in course_lib covers {what}. {instead}")


def plain_arrays_only(name: str) -> TypeError:
    """A function of SciPy written in Python turned a traced value into a plain array."""
    return TypeError(
        f"{name} turned a traced value into a plain array, and failed. Of SciPy, only the ufuncs "
        f"in scipy.special take traced values. course_lib.special has logsumexp, softmax, "
        f"log_softmax and polygamma; for other functions give a rule of your own: "
        f"course_lib.primitive."
    )


def missing_derivative(name: str, argument: int) -> NotImplementedError:
    """The function has a rule, but none for this argument."""
    return NotImplementedError(
        f"{name} has no derivative with respect to its argument number {argument} (counted from "
        f"0), but a traced value came in there. Pass an ordinary number or array, for example "
        f"course_lib.stop_gradient(x)."
    )


def unknown_keyword(name: str, keyword: str, known: list[str]) -> TypeError:
    """A keyword that the rule does not honour: refused, never ignored."""
    accepted = (
        f"The keywords it honours are {', '.join(known)}." if known else "It takes no keywords."
    )
    return TypeError(
        f"{name}: the keyword {keyword!r} is not supported for traced values, and none is ever "
        f"ignored. {accepted}"
    )


def too_many_arguments(name: str, expected: int, found: int) -> TypeError:
    """More positional arguments than the rule honours."""
    return TypeError(
        f"{name}: expected at most {expected} positional arguments for traced values, found "
        f"{found}. Leave out the others, or pass those that are supported by keyword."
    )


def in_place(name: str) -> TypeError:
    """A traced result was to be written into an ordinary array, by ``a += x`` or ``out=a``."""
    return TypeError(
        f"{name}: a traced value cannot be written into an existing array (`a += x`, or `out=a`): "
        f"the array would keep the number and lose its derivative. Write `a = a + x`, which makes "
        f"a new value."
    )


def assignment(index: Any) -> TypeError:
    """``x[index] = value`` on a traced value."""
    return TypeError(
        f"x[{_text(index)}] = … was called on a traced value. Values on a tape cannot be changed "
        f"after the fact. Build the new array instead: np.where(mask, new, x), "
        f"np.concatenate([...]), or a list that ends in np.stack(list)."
    )


def _text(x: Any) -> str:
    try:
        return repr(x)
    except TypeError:  # a value that the compiled function does not know yet has no text
        return type(x).__name__


def augmented_assignment(symbol: str) -> TypeError:
    """``x += value`` and the like on a traced array."""
    return TypeError(
        f"x {symbol}= … was called on a traced array. NumPy would change the array itself, for "
        f"every name and view that it has; values on a tape cannot be changed after the fact. "
        f"Write x = x {symbol} …, which makes a new array for this name. (In a loop such as "
        f"`total = 0.0; for …: total {symbol}= array` the second round meets an array: write "
        f"total = total {symbol} array.)"
    )


class DerivativeLost(TypeError):
    """A plain number was asked of a traced value, which would drop the derivative silently."""


def escapes(what: str, instead: str) -> DerivativeLost:
    """``float(x)``, ``math.sin(x)``, ``x.item()`` and the like on a traced value."""
    return DerivativeLost(
        f"{what} was asked of a traced value. That would keep the number and drop its derivative, "
        f"and the result would be wrong without a word. Use {instead}; if the derivative is to be "
        f"dropped, say so: course_lib.stop_gradient(x)."
    )


def matrix_met(where: str) -> TypeError:
    """A ``np.matrix`` as an argument, or beside a traced value."""
    return TypeError(
        f"{where}: found a np.matrix, whose `*` means another product than that of the arrays that "
        f"traced values are. Write np.asarray(x), and `@` for the product of matrices."
    )


def masked_array_met(where: str) -> TypeError:
    """A masked array as an argument, or beside a traced value."""
    return TypeError(
        f"{where}: found a masked array (np.ma), whose mask would be lost beside a traced value. "
        f"Write np.where(m.mask, 0.0, m.data) for it, or m.data and the keyword where=~m.mask of "
        f"np.sum, np.mean, np.max and the like."
    )


def stored_in_array() -> TypeError:
    """``a[i] = x``, ``np.array(x, float)`` and the like with a traced value ``x``."""
    return TypeError(
        "A traced value was put into an ordinary array, which can hold only numbers: by a[i] = x, "
        "np.array(x, float) or np.mean([x, …]), or by a keyword that NumPy does not ask, such as "
        "np.pad(a, 1, constant_values=x). Collect the values in a list and make one traced array "
        "of it: np.stack(list)."
    )


def array_of_objects() -> TypeError:
    """``np.sin(np.array([x, 1.0]))``, ``np.linalg.det(np.array([[x, y], [z, x]]))``."""
    return TypeError(
        "A NumPy function met an array of Python objects, which it cannot work with. "
        "np.array([x, 1.0]) makes such an array of traced values; write np.stack([x, 1.0]), and "
        "for a matrix np.stack([np.stack(row) for row in rows]). So does "
        "np.select(conditions, choices, x); write np.select([*conditions, True], [*choices, x])."
    )


def changed_while_recorded() -> ValueError:
    """An array that the tape refers to was changed inside the function."""
    return ValueError(
        "An array was changed in place after the function had used it with a traced value. The "
        "backward sweep needs it as it was. Change a copy instead (a = a.copy()), or make a new "
        "array."
    )


def captured(name: str) -> TypeError:
    """A function with a rule of its own uses a traced value that is not an argument."""
    return TypeError(
        f"{name}: the function uses a traced value that is not among its arguments, and its rule "
        f"would miss the derivative with respect to it. Pass that value as an argument."
    )


def not_one_result(name: str, found: str) -> TypeError:
    """A function with a rule of its own returned a tuple, None or the like."""
    return TypeError(
        f"{name}: the function must return one number or array, found {found}. Put several results "
        f"into one array (np.stack, np.concatenate), or make one primitive of each."
    )


def not_repeatable(name: str) -> ValueError:
    """A function that is to be recomputed gives something else the second time."""
    return ValueError(
        f"{name}: the function gave another value when it was computed again, so its derivative "
        f"would not be that of the first value. It must give the same each time. Draw random "
        f"numbers outside and pass them as arguments; change neither the arrays nor the variables "
        f"that it uses before the derivative is there."
    )


def wrong_number_of_cotangents(name: str, expected: int, found: int) -> ValueError:
    """A vjp rule of the reader's returned too few or too many cotangents."""
    return ValueError(
        f"{name}: the vjp must return a tuple with one cotangent for each of the {expected} "
        f"arguments (None for zero), found {found}."
    )


def leaked(mode: str) -> RuntimeError:
    """A traced value outlived its transformation."""
    return RuntimeError(
        f"A traced value was used after its {mode}-mode transformation had ended. It was probably "
        f"stored outside the function (a list, a global, an attribute). Return it from the "
        f"function instead, or store course_lib.stop_gradient(x)."
    )


def no_attribute(
    name: str, on_arrays: bool, refusal: tuple[str, str] | None = None
) -> AttributeError:
    """An attribute or method that traced values do not have."""
    if refusal:
        reason, instead = refusal
        return AttributeError(
            f"A traced value has no attribute {name!r}: {reason}. Write instead {instead}."
        )
    if on_arrays:
        return AttributeError(
            f"A traced value has no attribute {name!r} (a NumPy array has, but no derivative rule "
            f"is known for it). Write it with NumPy functions that have a rule; "
            f"course_lib.supported_functions() lists them."
        )
    return AttributeError(
        f"A traced value has no attribute {name!r}, and neither has a NumPy array."
    )


def bad_input(transform: str, where: str, value: Any) -> TypeError:
    """An argument that is not made of floats."""
    kind = _kind(value)
    if kind in "iub":
        several = not isinstance(value, int | np.generic)
        shown = f"an array of {value.dtype}" if several else f"the {type(value).__name__} {value!r}"
        return TypeError(
            f"{transform}: {where} must be a float or an array of floats, found {shown}. "
            f"Derivatives are limits, and integers have no neighbours to go to. "
            f"Write {'x.astype(float)' if several else repr(float(value))}."
        )
    if kind == "c":
        return TypeError(
            f"{transform}: {where} must be real, found complex numbers. Split them: let the "
            f"function take real and imaginary parts as two arguments."
        )
    return TypeError(
        f"{transform}: {where} must be a float, an array of floats, or nested tuples, lists and "
        f"dicts of these; found {type(value).__name__}. Pass other things by closing over them, or "
        f"put the derivative's arguments in argnums."
    )


def _kind(value: Any) -> str:
    """NumPy's letter for the kind of number that ``value`` is; "O" for anything else."""
    if isinstance(value, bool | int):
        return "i"
    if isinstance(value, complex):
        return "c"
    return getattr(getattr(value, "dtype", None), "kind", "O")


def not_a_scalar(transform: str, found: str) -> TypeError:
    """A gradient was asked of a function with several results, or with none that is real."""
    return TypeError(
        f"{transform}: the function must return one real number, found {found}. For the "
        f"derivatives of several outputs use course_lib.jacrev or course_lib.jacfwd; for a loss, "
        f"sum or average the outputs, or return one of them."
    )


def bad_output(transform: str, found: str) -> TypeError:
    """The function returned something that is not made of real numbers."""
    return TypeError(
        f"{transform}: the function must return real numbers, arrays, or nested tuples, lists and "
        f"dicts of these; found {found}."
    )


def wrong_structure(transform: str, what: str, expected: str, found: str) -> TypeError:
    """Tangents or cotangents nested differently from the values that they belong to."""
    return TypeError(f"{transform}: {what} must have the structure {expected}, found {found}.")


def wrong_shape(transform: str, what: str, expected: Any, found: Any) -> ValueError:
    """A tangent or cotangent of another shape than the value that it belongs to."""
    return ValueError(f"{transform}: {what} must have shape {expected}, found {found}.")


def not_a_tuple(transform: str, what: str, found: str) -> TypeError:
    """One bare argument where a tuple with one entry for each argument is expected."""
    return TypeError(
        f"{transform}: {what} must be a tuple with one entry for each argument of the function, "
        f"found {found}. For a function of one argument write (x,), with the comma."
    )


def not_a_function(transform: str, found: str) -> TypeError:
    """``grad(f(x))`` in place of ``grad(f)(x)``."""
    return TypeError(
        f"{transform}: expected a function to differentiate, found {found}. Write "
        f"{transform}(f)(x), not {transform}(f(x))."
    )


def bad_argnums(transform: str, argnum: Any, count: int) -> ValueError:
    """``argnums`` names an argument that was not given."""
    if count == 0:
        return ValueError(
            f"{transform}: argnums names argument {argnum!r}, but the function was called without "
            f"positional arguments; pass differentiated arguments by position."
        )
    return ValueError(
        f"{transform}: argnums names argument {argnum!r}, but the function was called with {count} "
        f"positional argument{'s' if count != 1 else ''}; use 0 to {count - 1}, and pass "
        f"differentiated arguments by position."
    )


def repeated_argnums(transform: str, argnums: Any) -> ValueError:
    """``argnums`` names the same argument twice."""
    return ValueError(
        f"{transform}: argnums must name each argument once, found {argnums!r}. Leave out the "
        f"repetition (-1 is the last argument)."
    )


def complex_numbers() -> TypeError:
    """A real value was made of complex ones, whose derivative would lose its imaginary part."""
    return TypeError(
        "The derivative of a real value turned out complex: a rule on the way from complex numbers "
        "to real ones is made for real numbers only, and dropping the imaginary part would give a "
        "wrong derivative. Let a jvp rule of your own end in np.real(…); elsewhere compute with "
        "real and imaginary parts as two real arrays."
    )


#: Functions that decide by numbers, as Python calls them in the rules: what to write under compile.
DECIDED_BY_NUMBERS = {
    "average": ("numpy.average with weights", "np.sum(x * weights) / np.sum(weights)"),
    "bincount": ("numpy.bincount", "(np.arange(n)[:, None] == x) @ weights, with n groups"),
    "det": (
        "the derivative of numpy.linalg.det",
        "sign, log = np.linalg.slogdet(x) and sign * np.exp(log) for a regular matrix",
    ),
    "lstsq": ("numpy.linalg.lstsq", "np.linalg.pinv(a) @ b for its first result"),
    "multigammaln": (
        "course_lib.special.multigammaln",
        "d * (d - 1) / 4 * np.log(np.pi) and the sum of scipy.special.gammaln(x - i / 2), i < d",
    ),
    "percentile": ("numpy.percentile", "a q that is no argument of the compiled function"),
    "piecewise": ("numpy.piecewise", "np.select([*conditions, True], [f(x), g(x), h(x)])"),
    "pinv": ("numpy.linalg.pinv with a limit", "np.linalg.pinv(x) without rcond= and rtol="),
    "quantile": ("numpy.quantile", "a q that is no argument of the compiled function"),
    "real_if_close": ("numpy.real_if_close", "np.real(x)"),
}


def depends_on_value() -> TypeError:
    """The compiled function would have to look at a number before it knows what to do."""
    rule = _rule_that_asks()
    if rule in DECIDED_BY_NUMBERS:
        name, instead = DECIDED_BY_NUMBERS[rule]
        return TypeError(
            f"compile: {name} looks at a traced value to decide what to do next, but the compiled "
            f"function has to do the same for all numbers. Write {instead}, or leave this function "
            f"uncompiled."
        )
    asked = f"the rule {rule} asked for a traced value" if rule else "A traced value was asked"
    return TypeError(
        f"compile: {asked} to decide what to do next (as `if x > 0`, `while`, `max(a, b)`, "
        f"`x in list` do). The compiled function has to do the same for all numbers. Write "
        f"np.where(x > 0, a, b) or np.maximum(a, b), pass what decides as an integer or bool "
        f"(there is then one version for each), or leave this function uncompiled."
    )


def many_values() -> TypeError:
    """A rule would have to decide for all directions at once."""
    return TypeError(
        "jacfwd, jacrev, hessian: a derivative rule looks at the number in a tangent or an "
        "adjoint, but many directions are swept at once. A rule is linear in them, and must do the "
        "same for all numbers; decide by the arguments or the value of the function."
    )


def _rule_that_asks() -> str:
    """The name of the function whose rule is running; empty if none is."""
    frame, name = sys._getframe(), ""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("course_lib.autodiff.rules.") or module == "course_lib.special":
            name = re.sub("_(jvp|vjp)$", "", frame.f_code.co_name).strip("_")
        elif name and not module.startswith("course_lib."):
            break
        frame = frame.f_back  # type: ignore[assignment]
    return name


def shape_depends_on_value(name: str) -> TypeError:
    """A result whose shape is different for other numbers, such as ``x[x > 0]``."""
    return TypeError(
        f"compile: {name} gives a result whose shape depends on the numbers (as `x[x > 0]` does), "
        f"but a compiled function has fixed shapes. Write np.where(mask, x, 0), or leave this "
        f"function uncompiled."
    )


def not_compiled(name: str, found: str) -> TypeError:
    """A result that is no number or array."""
    return TypeError(
        f"compile: {name} of a traced value gives a {found}, and a compiled function works with "
        f"numbers and arrays only. Leave this function uncompiled, or take the call out of it."
    )


def option_not_known(name: str, option: str) -> TypeError:
    """A shape that depends on an argument, such as ``np.sum(x, axis=k)``."""
    return TypeError(
        f"compile: {name}: {option}= decides on the shape of the result, and depends on arguments "
        f"whose numbers are different in each run, but a compiled function has fixed shapes. Hand "
        f"over an ordinary integer, int(k) (there is then one version for each)."
    )


def number_not_known() -> TypeError:
    """``range(k)``, ``table[k]``, ``f"{x}"`` and the like, with traced ``k`` and ``x``."""
    return TypeError(
        "compile: a traced value was asked for its number, as a count (range(k), x[:k], "
        "np.zeros(k)), as an index of a plain array or list (table[k], np.take(table, k)), or as "
        "text (print(x), f'{x}'), but each run has another one. Hand over a count as an ordinary "
        "integer, int(k) (there is then one version for each), and the table as an argument of the "
        "compiled function; write texts where you call it; or leave it uncompiled."
    )


def not_yet_compiled() -> AttributeError:
    """``compiled.source`` before the first call, which decides on shapes and dtypes."""
    return AttributeError(
        "compile: there is no source yet. It is made for the shapes and dtypes of the arguments, "
        "so call the compiled function once before you print its source."
    )


def no_such_line(name: str, names: Sequence[str]) -> ValueError:
    """A graph was asked for a line that it does not have."""
    return ValueError(f"The graph has no line {name!r}. Its lines are {_some(names)}.")


def no_such_number(method: str, name: str, names: Sequence[str]) -> ValueError:
    """A graph was asked to start a sweep at a number that it does not have."""
    return ValueError(
        f"{method}: {name!r} is none of the numbers that a sweep can start at: {_some(names)}."
    )


def _some(names: Sequence[str]) -> str:
    listed = list(names) if len(names) <= 8 else [*names[:6], "…", names[-1]]
    return ", ".join(listed) or "none at all"


def too_large_to_draw(lines: int, most: int) -> ValueError:
    """A drawing of a graph that nobody could read."""
    return ValueError(
        f"draw: the graph has {lines:,} lines, and a drawing of more than {most} cannot be read. "
        f"Print its table (print(graph)), or draw a smaller piece of the function."
    )
