"""What the library says when it cannot give a right derivative: expected, found, and the way out.

Each function returns an exception for the caller to raise. They stand together so that all errors
read alike, and so that a test can hold every one of them to its words.
"""

from __future__ import annotations

from typing import Any


def full_name(function: Any) -> str:
    """The name under which a reader would find a NumPy or SciPy function, such as ``numpy.linalg.solve``."""
    module = (getattr(function, "__module__", None) or "numpy").replace("numpy._core.", "numpy.")
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", repr(function))
    return f"{module}.{name}".replace("numpy.fromnumeric.", "numpy.").replace(
        "numpy.multiarray.", "numpy."
    )


def missing_rule(name: str) -> NotImplementedError:
    return NotImplementedError(
        f"{name} has no derivative rule in course_lib. Write it with functions that have one "
        f"(course_lib.supported_functions() lists them), or add a rule: CONTRIBUTING.md, 'Add a primitive', shows how."
    )


def missing_derivative(name: str, argument: int) -> NotImplementedError:
    return NotImplementedError(
        f"{name} has no derivative with respect to its argument number {argument} (counted from 0), but a "
        f"traced value came in there. Pass an ordinary number or array, for example course_lib.stop_gradient(x)."
    )


def unknown_keyword(name: str, keyword: str, known: list[str]) -> TypeError:
    accepted = (
        f"The keywords it honours are {', '.join(known)}." if known else "It takes no keywords."
    )
    return TypeError(
        f"{name}: the keyword {keyword!r} is not supported for traced values, and ignoring it would give a wrong "
        f"derivative. {accepted}"
    )


def too_many_arguments(name: str, expected: int, found: int) -> TypeError:
    return TypeError(
        f"{name}: expected at most {expected} positional arguments for traced values, found {found}. "
        f"Leave out the others, or pass those that are supported by keyword."
    )


def in_place(name: str) -> TypeError:
    return TypeError(
        f"{name}: a traced value cannot be written into an existing array (`a += x`, or `out=a`): the array would keep "
        f"the number and lose its derivative. Write `a = a + x`, which makes a new value."
    )


def assignment(index: Any) -> TypeError:
    return TypeError(
        f"x[{index!r}] = … was called on a traced value. Values on a tape cannot be changed after the fact. Build the new array "
        f"instead: np.where(mask, new, x), np.concatenate([...]), or a list that ends in np.stack(list)."
    )


class DerivativeLost(TypeError):
    """Something asked a traced value for a plain number, which would drop the derivative without a word."""


def escapes(what: str, instead: str) -> DerivativeLost:
    return DerivativeLost(
        f"{what} was asked of a traced value. That would keep the number and drop its derivative, and the result would be "
        f"wrong without a word. Use {instead}; if the derivative is to be dropped, say so: course_lib.stop_gradient(x)."
    )


def stored_in_array() -> TypeError:
    return TypeError(
        "A traced value was assigned to an element of an ordinary array (a[i] = x), which can hold only numbers. Collect "
        "the values in a list and end with np.stack(list), or np.array(list)."
    )


def leaked(mode: str) -> RuntimeError:
    return RuntimeError(
        f"A traced value was used after its {mode}-mode transformation had ended. It was probably stored outside the function (a "
        f"list, a global, an attribute). Return it from the function instead, or store course_lib.stop_gradient(x)."
    )


def no_attribute(name: str, on_arrays: bool) -> AttributeError:
    if on_arrays:
        return AttributeError(
            f"A traced value has no attribute {name!r} (a NumPy array has, but no derivative rule is known for it). "
            f"Write it with NumPy functions that have a rule; course_lib.supported_functions() lists them."
        )
    return AttributeError(
        f"A traced value has no attribute {name!r}, and neither has a NumPy array."
    )


def bad_input(transform: str, where: str, value: Any) -> TypeError:
    import numpy as np

    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if (
        isinstance(value, bool | int | np.integer | np.bool_) or kind in "iub"
        if kind
        else isinstance(value, int)
    ):
        shown = f"an array of {value.dtype}" if np.ndim(value) else f"the integer {value!r}"
        cure = "x.astype(float)" if np.ndim(value) else f"{float(value)!r}"
        return TypeError(
            f"{transform}: {where} must be a float or an array of floats, found {shown}. Derivatives are limits, and "
            f"integers have no neighbours to go to. Write {cure}."
        )
    if isinstance(value, complex) or kind == "c":
        return TypeError(
            f"{transform}: {where} must be real, found complex numbers. Split them: let the function take real and "
            f"imaginary parts as two arguments."
        )
    return TypeError(
        f"{transform}: {where} must be a float, an array of floats, or nested tuples, lists and dicts of these; found "
        f"{type(value).__name__}. Pass other things by closing over them, or put the derivative's arguments in argnums."
    )


def not_a_scalar(transform: str, found: str) -> TypeError:
    return TypeError(
        f"{transform}: the function must return one real number, found {found}. For the derivatives of several outputs use "
        f"course_lib.jacrev or course_lib.jacfwd; for a loss, sum or average the outputs, or return one of them."
    )


def bad_output(transform: str, found: str) -> TypeError:
    return TypeError(
        f"{transform}: the function must return real numbers, arrays, or nested tuples, lists and dicts of these; found {found}."
    )


def wrong_structure(transform: str, what: str, expected: str, found: str) -> TypeError:
    return TypeError(f"{transform}: {what} must have the structure {expected}, found {found}.")


def wrong_shape(transform: str, what: str, expected: Any, found: Any) -> ValueError:
    return ValueError(f"{transform}: {what} must have shape {expected}, found {found}.")


def bad_argnums(transform: str, argnum: Any, count: int) -> ValueError:
    return ValueError(
        f"{transform}: argnums names argument {argnum!r}, but the function was called with {count} positional "
        f"argument{'s' if count != 1 else ''}; use 0 to {count - 1}, and pass differentiated arguments by position."
    )
