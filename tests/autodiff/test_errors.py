"""Every error is reached by a mistake that people make, and says what to do instead."""

from __future__ import annotations

import copy
import functools
import inspect
import math
import operator
import pickle
import re
import statistics
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import scipy.linalg
import scipy.sparse
from scipy import special

from course_lib import (
    check_grads,
    checkpoint,
    compile,
    grad,
    hvp,
    jacfwd,
    jacrev,
    jvp,
    make_graph,
    numeric,
    primitive,
    value_and_grad,
    vjp,
)
from course_lib.autodiff import errors, trees
from course_lib.autodiff.batch import BatchTrace
from course_lib.autodiff.primitives import Custom
from course_lib.autodiff.trace import Box
from tests.autodiff.all_cases import CASES

X = np.array([1.0, 2.0, 3.0])
MASKED = np.ma.masked_array(X, [False, True, False])
RNG = np.random.default_rng(0)


def assigning(index):
    """A function that writes its argument into an ordinary array."""

    def f(x):
        a = np.zeros(3)
        a[index] = x
        return np.sum(a)

    return f


def assigning_to_traced(x):
    x[0] = 5.0
    return np.sum(x)


def adding_in_place(x):
    a = np.zeros(3)
    a += x
    return np.sum(a)


def centring_rows(x):
    rows = np.outer(x, x)
    for row in rows:
        row -= row.mean()
    return np.sum(rows**2)


def summing(x):
    total = 0.0
    for weight in (1.0, 2.0):
        total += weight * x
    return np.sum(total)


def refilling(x):
    buffer, total = np.zeros(3), 0.0
    for i in range(3):
        buffer[:] = i
        total = total + np.sum(x * buffer)
    return total


def leak_from(transformation):
    """A traced value that has outlived its transformation."""
    kept = []
    transformation(lambda x: kept.append(x) or x)(2.0)
    return kept[0]


def forward(f):
    return lambda x: jvp(f, (x,), (1.0,))


class Mistake(NamedTuple):
    """A wrong call, the error that it meets, and words of the message."""

    error: Callable[..., Exception]
    call: Callable[[], Any]
    words: tuple[str, ...]


MISTAKES = {
    # functions without a rule
    **{
        f"an order in memory: {name}": Mistake(
            errors.not_supported,
            lambda f=f, transform=transform: transform(lambda x: f(np.outer(x, X)) @ np.ones(9))(X),
            (f"covers order={order!r}", "Write order='C', for rows, or 'F'"),
        )
        for name, order, transform, f in [
            ("x.ravel('A')", "A", grad, lambda x: x.T.ravel("A")),
            ("np.ravel(x, order='K')", "K", jacfwd, lambda x: np.ravel(x, order="K")),
            ("x.flatten('K')", "K", compile, lambda x: x.flatten("K")),
            ("np.reshape(x, 9, 'A')", "A", grad, lambda x: np.reshape(x, 9, "A")),
            ("x.reshape(9, order='A')", "A", jacfwd, lambda x: x.reshape(9, order="A")),
        ]
    },
    **{
        f"x.astype({dtype.__name__})": Mistake(
            errors.not_supported,
            lambda dtype=dtype: grad(lambda x: np.sum(x.astype(dtype)[0] * 2))(X),
            ("numpy.astype: no derivative rule", f"covers dtype {np.dtype(dtype)}"),
        )
        for dtype in (object, str)
    },
    "a mode without a rule": Mistake(
        errors.not_supported,
        lambda: grad(lambda x: np.sum(np.linalg.qr(x, mode="complete")[0]))(np.ones((3, 2))),
        ("numpy.linalg.qr: no derivative rule", "covers mode='complete'", "Use 'reduced'"),
    ),
    "complex matrices in a rule for real ones": Mistake(
        errors.not_supported,
        lambda: grad(lambda x: np.linalg.cholesky(x * (1 + 0j))[0, 0])(np.eye(2)),
        ("numpy.linalg.cholesky: no", "covers complex matrices", "as two real matrices"),
    ),
    "a function of SciPy that is not a ufunc": Mistake(
        errors.plain_arrays_only,
        lambda: grad(special.logsumexp)(X),
        ("scipy's ", "into a plain array", "course_lib.special has logsumexp"),
    ),
    "a function without a rule": Mistake(
        errors.missing_rule,
        lambda: grad(lambda x: np.subtract.reduce(x))(X),
        ("numpy.subtract.reduce has no derivative rule", "_functions() lists", "CONTRIBUTING.md"),
    ),
    "a function that cannot have a rule": Mistake(
        errors.refused,
        lambda: grad(lambda x: np.add.reduceat(x, [0])[0])(X),
        ("numpy.add.reduceat cannot be used", "no rule yet. Write instead", "unsupported.md"),
    ),
    "an argument without a derivative": Mistake(
        errors.missing_derivative,
        lambda: grad(lambda x: x[x[0]])(X),
        ("getitem has no derivative with respect to its argument number 1", "stop_gradient"),
    ),
    "an unknown keyword": Mistake(
        errors.unknown_keyword,
        lambda: grad(lambda x: np.sum(x, initial=1.0))(X),
        ("numpy.sum: the keyword 'initial' is not supported", "honours are axis, keepdims, where"),
    ),
    "a keyword of a function that takes none": Mistake(
        errors.unknown_keyword,
        lambda: grad(lambda x: np.sum(np.exp(x, where=[True, False, True])))(X),
        ("numpy.exp: the keyword 'where' is not supported", "It takes no keywords."),
    ),
    "a keyword of a composite": Mistake(
        errors.unknown_keyword,
        lambda: grad(lambda x: np.mean(x, dtype=np.float32))(X),
        ("numpy.mean: the keyword 'dtype'", "honours are axis, keepdims"),
    ),
    "too many positional arguments": Mistake(
        errors.too_many_arguments,
        lambda: grad(lambda x: np.sum(x, 0, None, None, True))(X),
        ("numpy.sum: expected at most 2 positional arguments", "found 5", "by keyword"),
    ),
    "an attribute of arrays": Mistake(
        errors.no_attribute,
        lambda: grad(lambda x: x.tobytes())(X),
        ("no attribute 'tobytes'", "memory holds the numbers alone", "stop_gradient(x)"),
    ),
    "an attribute of nothing": Mistake(
        errors.no_attribute,
        lambda: grad(lambda x: x.lenght)(X),
        ("no attribute 'lenght'", "neither has a NumPy array"),
    ),
    # in place
    "x[0] = …": Mistake(
        errors.assignment,
        lambda: grad(assigning_to_traced)(X),
        ("x[0] = …", "cannot be changed", "np.where", "np.stack"),
    ),
    "a += x": Mistake(
        errors.in_place,
        lambda: grad(adding_in_place)(X),
        ("add: a traced value cannot be written into an existing array", "Write `a = a + x`"),
    ),
    **{
        f"x {symbol}= …": Mistake(
            errors.augmented_assignment,
            lambda transform=transform, method=method: transform(
                lambda x: np.sum(getattr(operator, method)(2 * x, 3.0))
            )(X),
            (f"x {symbol}= … was called on a traced array", f"Write x = x {symbol} …, which makes"),
        )
        for symbol, method, transform in [
            *(
                ("+", "iadd", grad),
                ("-", "isub", jacfwd),
                ("*", "imul", grad),
                ("/", "itruediv", grad),
            ),
            *(("//", "ifloordiv", grad), ("%", "imod", grad), ("**", "ipow", compile)),
            *(("@", "imatmul", grad), ("&", "iand", compile)),
        ]
    },
    "row -= row.mean() in a loop over rows": Mistake(
        errors.augmented_assignment,
        lambda: grad(centring_rows)(X),
        ("x -= … was called", "for every name and view"),
    ),
    **{
        f"x += 1.0, an array without axes: {name}": Mistake(
            errors.augmented_assignment,
            lambda f=f, transform=transform: transform(lambda x: np.sum(operator.iadd(f(x), 1.0)))(
                np.array(2.0)
            ),
            ("x += … was called on a traced array",),
        )
        for name, f, transform in [
            ("the argument", lambda x: x, grad),
            ("a view", lambda x: np.stack([x, x])[0, ...], jacfwd),
            ("an axis less", lambda x: np.squeeze(np.stack([x])), compile),
            ("a choice", lambda x: np.where(x > 0, x, 0.0), lambda f: jacfwd(jacfwd(f))),
        ]
    },
    "total += x in a loop": Mistake(
        errors.augmented_assignment,
        lambda: grad(summing)(X),
        ("`total = 0.0; for …: total += array`", "write total = total + array"),
    ),
    "out=a": Mistake(
        errors.in_place,
        lambda: jvp(lambda x: np.sin(x, out=np.zeros(3)), (X,), (X,)),
        ("sin: a traced value cannot be written", "out=a", "Write `a = a + x`"),
    ),
    "a[0] = x[0]": Mistake(
        errors.stored_in_array,
        lambda: grad(lambda x: assigning(0)(x[0]))(X),
        ("put into an ordinary array", "Collect the values in a list", "np.stack(list)"),
    ),
    "a[:] = x": Mistake(
        errors.stored_in_array,
        lambda: jvp(assigning(slice(None)), (X,), (X,)),
        ("put into an ordinary array", "np.stack(list)"),
    ),
    "np.array([x], float)": Mistake(
        errors.stored_in_array,
        lambda: jacrev(lambda x: np.array([x[0], x[1]], dtype=float))(X),
        ("np.array(x, float)", "np.stack(list)"),
    ),
    "np.sin(np.array([x, 1.0]))": Mistake(
        errors.array_of_objects,
        lambda: grad(lambda x: np.sum(np.sin(np.array([x, 1.0]))))(2.0),
        ("array of Python objects", "np.stack([x, 1.0])"),
    ),
    "np.sin(np.select(conditions, choices, x))": Mistake(
        errors.array_of_objects,
        lambda: jvp(lambda x: np.sin(np.select([X > 2], [X], x)), (2.0,), (1.0,)),
        ("np.select([*conditions, True], [*choices, x])",),
    ),
    **{
        f"{name} of an array of objects": Mistake(
            errors.array_of_objects,
            lambda f=f: grad(lambda x: np.sum(f(np.array([[x[0], x[1]], [x[1], x[2]]]))))(X),
            ("np.stack([np.stack(row) for row in rows])",),
        )
        for name, f in {
            "det": np.linalg.det,
            "fft": lambda m: np.abs(np.fft.fft(m)),
            "isnan": np.isnan,
            "interp": lambda m: np.interp(0.5, np.arange(2.0), m[0]),
        }.items()
    },
    **{
        f"{name} of a traced value": Mistake(
            errors.plain_arrays_only,
            lambda f=f: grad(lambda x: np.sum(f(x)))(X),
            ("scipy's", "into a plain array"),
        )
        for name, f in {
            "scipy.linalg.inv": lambda x: scipy.linalg.inv(np.outer(x, X)),
            "scipy.sparse": lambda x: scipy.sparse.eye_array(3) @ x,
        }.items()
    },
    # what would lose the derivative
    "float(x)": Mistake(
        errors.escapes,
        lambda: grad(lambda x: float(x) ** 2)(2.0),
        ("float(x)", "drop its derivative", "np.sin, not math.sin", "stop_gradient"),
    ),
    "math.sin(x)": Mistake(
        errors.escapes,
        lambda: grad(lambda x: math.sin(x))(2.0),
        ("a math function", "np.sin, not math.sin"),
    ),
    "int(x)": Mistake(
        errors.escapes, lambda: grad(lambda x: int(x) * x)(2.0), ("int(x)", "np.floor(x)")
    ),
    "complex(x)": Mistake(errors.escapes, lambda: grad(lambda x: complex(x))(2.0), ("complex(x)",)),
    "range(x)": Mistake(
        errors.escapes,
        lambda: grad(lambda x: sum(x for _ in range(x)))(2.0),
        ("an index or a count", "an ordinary integer"),
    ),
    "x.item()": Mistake(
        errors.escapes, lambda: grad(lambda x: x.item())(2.0), ("x.item()", "x[()] or x[index]")
    ),
    "x.tolist()": Mistake(
        errors.escapes, lambda: grad(lambda x: x.tolist()[0])(X), ("x.tolist()", "list(x)")
    ),
    "a traced value in a set": Mistake(
        errors.escapes,
        lambda: grad(lambda x: x * (10.0 if x in {2.0} else 1.0))(2.0),
        ("for a set or the key of a dict", "stop_gradient"),
    ),
    "a traced value as the key of a cache": Mistake(
        errors.escapes, lambda: jvp(functools.cache(np.sin), (2.0,), (1.0,)), ("hash(x)",)
    ),
    "pickle": Mistake(
        errors.escapes,
        lambda: grad(lambda x: pickle.loads(pickle.dumps(x)) * 2)(2.0),
        ("pickle.dumps(x)", "for another process"),
    ),
    "math.trunc(x)": Mistake(
        errors.escapes, lambda: grad(lambda x: math.trunc(x) * x)(2.0), ("math.trunc", "np.trunc")
    ),
    "statistics.mean([x, y])": Mistake(
        errors.escapes, lambda: grad(lambda x: statistics.mean(x))(X), ("np.mean(np.stack(list))",)
    ),
    "a matrix as an argument": Mistake(
        errors.matrix_met,
        lambda: value_and_grad(lambda p: np.sum(p * p))(np.ones((2, 2)).view(np.matrix)),
        ("value_and_grad: argument 0: found a np.matrix", "np.asarray(x)", "`@`"),
    ),
    "a masked array as an argument": Mistake(
        errors.masked_array_met,
        lambda: value_and_grad(lambda p: np.mean(p * p))(MASKED),
        ("value_and_grad: argument 0: found a masked array", "np.where(m.mask, 0.0, m.data)"),
    ),
    **{
        f"a masked array beside a traced value: {transform.__name__}": Mistake(
            errors.masked_array_met,
            lambda transform=transform: transform(lambda x: np.mean(x * MASKED))(X),
            ("numpy.multiply: found a masked array", "where=~m.mask"),
        )
        for transform in (value_and_grad, jacfwd, compile)
    },
    **{
        f"a matrix beside a traced value: {name}": Mistake(
            errors.matrix_met,
            lambda f=f: jacfwd(lambda x: f(np.outer(x[:2], x[:2]), np.eye(2).view(np.matrix)))(X),
            ("numpy.multiply: found a np.matrix",),
        )
        for name, f in [
            ("x * M", lambda x, m: x * m),
            ("M * x", lambda x, m: m * x),
            ("np.multiply", np.multiply),
        ]
    },
    # leaks
    "a value kept from reverse mode": Mistake(
        errors.leaked,
        lambda: leak_from(grad) + 1,
        ("after its reverse-mode transformation had ended", "Return it", "stop_gradient"),
    ),
    "a value kept from forward mode": Mistake(
        errors.leaked, lambda: np.sin(leak_from(forward)), ("its forward-mode transformation",)
    ),
    "a kept value inside another transformation": Mistake(
        errors.leaked,
        lambda: (lambda kept: grad(lambda x: np.sum(kept * stack(x)))(2.0))(leak_from(grad)),
        ("stored outside the function",),
    ),
    "a kept value as a result": Mistake(
        errors.leaked,
        lambda: (lambda kept: grad(lambda x: kept)(2.0))(leak_from(grad)),
        ("stored outside the function",),
    ),
    "a kept value as an argument": Mistake(
        errors.leaked, lambda: grad(lambda x: x)(leak_from(jacfwd)), ("stored outside",)
    ),
    "a traced value in a closure with a rule of its own": Mistake(
        errors.captured,
        lambda: grad(lambda x: checkpoint(lambda z: z * x)(2 * x))(3.0),
        ("checkpoint: the function uses a traced value that is not among its arguments", "Pass"),
    ),
    "an array that is filled again": Mistake(
        errors.changed_while_recorded,
        lambda: grad(refilling)(2.0),
        ("changed in place after", "Change a copy instead (a = a.copy())"),
    ),
    "a rule that forgets an argument": Mistake(
        errors.wrong_number_of_cotangents,
        lambda: grad(primitive(lambda x, w: x * w, vjp=lambda y_bar, y, x, w: y_bar * w))(1.0, 2.0),
        ("for each of the 2 arguments (None for zero), found 1",),
    ),
    "a tuple as the result of a primitive": Mistake(
        errors.not_one_result,
        lambda: grad(primitive(np.modf, vjp=lambda y_bar, y, x: y_bar))(2.5),
        ("modf: the function must return one number or array, found tuple", "np.stack"),
    ),
    "random numbers in a checkpoint": Mistake(
        errors.not_repeatable,
        lambda: grad(checkpoint(lambda x: x * RNG.normal()))(2.0),
        ("checkpoint: the function gave another value", "Draw random numbers outside"),
    ),
    # arguments
    **{
        f"{value!r} as an argument": Mistake(
            errors.bad_input, lambda value=value: grad(lambda x: x)(value), words
        )
        for value, words in [
            (2, ("grad: argument 0 must be a float", "found the int 2", "Write 2.0.")),
            (True, ("found the bool True", "Write 1.0.")),
            (np.int64(3), ("found the int64 np.int64(3)", "Write 3.0.")),
            (np.arange(3), ("found an array of int64", "Write x.astype(float).")),
            (np.array([True]), ("found an array of bool", "Write x.astype(float).")),
            ([1, 2], ("argument 0[0] must be a float", "found the int 1", "Write 1.0.")),
            ({"w": [1.0, 2]}, ("argument 0['w'][1] must be a float", "found the int 2")),
            (2j, ("must be real, found complex", "real and imaginary parts")),
            (np.array([1j]), ("must be real, found complex",)),
            (None, ("found NoneType", "closing over them", "argnums")),
            ("text", ("found str", "closing over them")),
            (np.array(["text"]), ("found ndarray", "nested tuples, lists and dicts")),
            (np.array([None]), ("found ndarray",)),
            ({1, 2}, ("found set",)),
        ]
    },
    "the second of several": Mistake(
        errors.bad_input,
        lambda: jacfwd(lambda x, y: x * y, argnums=1)(2.0, 3),
        ("jacfwd: argument", "found the int 3"),
    ),
    "a bare argument in jvp": Mistake(
        errors.not_a_tuple,
        lambda: jvp(np.sin, X, X),
        ("jvp: primals must be a tuple", "found ndarray", "write (x,)"),
    ),
    "a bare tangent": Mistake(
        errors.not_a_tuple,
        lambda: jvp(np.sin, (2.0,), 1.0),
        ("jvp: tangents must be a tuple", "found float", "write (x,)"),
    ),
    "a bare argument in hvp": Mistake(
        errors.not_a_tuple, lambda: hvp(np.sum, X, X), ("hvp: primals must be a tuple",)
    ),
    "a bare argument in check_grads": Mistake(
        errors.not_a_tuple, lambda: check_grads(np.sin, X), ("check_grads: args must be a tuple",)
    ),
    "grad(f(x))": Mistake(
        errors.not_a_function,
        lambda: grad(np.sin(2.0))(2.0),
        ("grad: expected a function", "found float64", "Write grad(f)(x), not grad(f(x))."),
    ),
    "jacrev(f(x))": Mistake(
        errors.not_a_function, lambda: jacrev(np.sin(X)), ("jacrev: expected a function",)
    ),
    "an argument number too high": Mistake(
        errors.bad_argnums,
        lambda: grad(lambda x, y: x * y, argnums=2)(1.0, 2.0),
        ("grad: argnums names argument 2", "with 2 positional arguments", "use 0 to 1"),
    ),
    "an argument number too low": Mistake(
        errors.bad_argnums,
        lambda: jacrev(lambda x: x, argnums=-2)(1.0),
        ("jacrev: argnums names argument -2", "with 1 positional argument;"),
    ),
    "an argument's name": Mistake(
        errors.bad_argnums,
        lambda: grad(lambda x: x, argnums="x")(1.0),
        ("names argument 'x'", "use 0 to 0"),
    ),
    "all arguments by keyword": Mistake(
        errors.bad_argnums,
        lambda: grad(lambda x: x)(x=1.0),
        ("without positional arguments", "pass differentiated arguments by position"),
    ),
    "an argument twice": Mistake(
        errors.repeated_argnums,
        lambda: grad(lambda x, y: x * y, argnums=(1, -1))(1.0, 2.0),
        ("each argument once, found (1, -1)", "-1 is the last"),
    ),
    # tangents and cotangents
    "a tangent of another shape": Mistake(
        errors.wrong_shape,
        lambda: jvp(np.sin, (X,), (np.ones(2),)),
        ("jvp: tangents[0] must have shape (3,), found (2,)",),
    ),
    "a tangent too few": Mistake(
        errors.wrong_structure,
        lambda: jvp(lambda x, y: x * y, (1.0, 2.0), (1.0,)),
        ("jvp: tangents must have the structure (*, *), found (*)",),
    ),
    "a tangent without its dict": Mistake(
        errors.wrong_structure,
        lambda: jvp(lambda p: p["w"], ({"w": 1.0, "b": [2.0]},), ({"w": 1.0},)),
        ("must have the structure ({'w': *, 'b': [*]}), found ({'w': *})",),
    ),
    "a direction of another shape": Mistake(
        errors.wrong_shape,
        lambda: hvp(np.sum, (X,), (1.0,)),
        ("hvp: tangents[0] must have shape (3,), found ()",),
    ),
    "a cotangent in a tuple": Mistake(
        errors.wrong_structure,
        lambda: vjp(np.sin, X)[1]((X,)),
        ("vjp: the cotangent must have the structure *, found (*)",),
    ),
    "a cotangent of another shape": Mistake(
        errors.wrong_shape,
        lambda: vjp(np.sin, X)[1](1.0),
        ("vjp: the cotangent must have shape (3,), found ()",),
    ),
    "an integer tangent": Mistake(
        errors.bad_input,
        lambda: jvp(np.sin, (X,), (np.arange(3),)),
        ("jvp: tangents[0] must be a float", "found an array of int64"),
    ),
    # results
    "a vector as a loss": Mistake(
        errors.not_a_scalar,
        lambda: grad(np.sin)(X),
        ("grad: the function must return one real number", "shape (3,)", "course_lib.jacrev"),
    ),
    "a vector of one as a loss": Mistake(
        errors.not_a_scalar, lambda: value_and_grad(lambda x: x[:1])(X), ("shape (1,)", "sum")
    ),
    "a tuple as a loss": Mistake(
        errors.not_a_scalar,
        lambda: grad(lambda x: (x, x))(1.0),
        ("found a tuple of 2 values", "course_lib.jacrev", "return one of them"),
    ),
    "a dict as a loss": Mistake(
        errors.not_a_scalar, lambda: grad(lambda x: {"loss": x})(1.0), ("found a dict of 1 value",)
    ),
    "a complex loss": Mistake(
        errors.not_a_scalar,
        lambda: grad(lambda x: x * 1j)(1.0),
        ("found a value of dtype complex",),
    ),
    "a missing return": Mistake(
        errors.bad_output,
        lambda: grad(lambda x: None)(1.0),
        ("grad: the function must return real numbers", "found None (is a `return` missing?)"),
    ),
    "a string as a result": Mistake(
        errors.bad_output, lambda: jvp(lambda x: "text", (1.0,), (1.0,)), ("jvp:", "found str")
    ),
    "a missing return in a pair": Mistake(
        errors.bad_output, lambda: jacrev(lambda x: (x, None))(1.0), ("jacrev:", "found None")
    ),
    # many directions at once
    "a rule that looks at a tangent": Mistake(
        errors.many_values,
        lambda: bool(BatchTrace(2).box(np.ones(2)) > 0),
        (
            "jacfwd, jacrev, hessian: a derivative rule looks at the number",
            "decide by the arguments",
        ),
    ),
    # compile
    "an if under compile": Mistake(
        errors.depends_on_value,
        lambda: compile(lambda x: x if x > 0 else -x)(1.0),
        ("compile: A traced value was asked to decide", "np.where(x > 0, a, b)"),
    ),
    "a rule that branches under compile": Mistake(
        errors.depends_on_value,
        lambda: compile(grad(np.linalg.det))(np.eye(2)),
        ("compile: the derivative of numpy.linalg.det", "leave this function uncompiled"),
    ),
    "a mask as an index under compile": Mistake(
        errors.shape_depends_on_value,
        lambda: compile(lambda x: x[x > 1])(X),
        ("compile: getitem gives a result whose shape depends", "np.where(mask, x, 0)"),
    ),
    "an axis that is an argument under compile": Mistake(
        errors.option_not_known,
        lambda: compile(lambda x, k: np.sum(x, axis=k))(X, np.int64(0)),
        ("compile: numpy.sum: axis= decides on the shape", "int(k)"),
    ),
    "a count that is an argument under compile": Mistake(
        errors.number_not_known,
        lambda: compile(lambda x, k: x[:k])(X, np.int64(2)),
        ("compile: a traced value was asked for its number", "int(k)", "leave it uncompiled"),
    ),
    "text of an array under compile": Mistake(
        errors.not_compiled,
        lambda: compile(np.array_str)(X),
        ("compile: numpy.array_str of a traced value gives a str",),
    ),
    "the source before the first call": Mistake(
        errors.not_yet_compiled,
        lambda: compile(np.sin).source,
        ("compile: there is no source yet", "call the compiled function once"),
    ),
    # graphs
    "a line that a graph has not": Mistake(
        errors.no_such_line,
        lambda: make_graph(np.sin)(1.0).line("v2"),
        ("The graph has no line 'v2'", "Its lines are x, v1"),
    ),
    "a direction by a name that no input has": Mistake(
        errors.no_such_number,
        lambda: make_graph(np.sum)(X).along("x"),
        ("along: 'x' is none of the numbers", "a[0], a[1], a[2]"),
    ),
    "a drawing of a long loop": Mistake(
        errors.too_large_to_draw,
        lambda: make_graph(lambda x: sum(x * i for i in range(100)))(1.0).draw(),
        ("draw: the graph has 201 lines", "more than 150", "print(graph)"),
    ),
    "complex numbers on the way": Mistake(
        errors.complex_numbers,
        lambda: jvp(Custom(np.abs, lambda t, y, x: 1j * y, lambda b, y, x: b), (1.0,), (1.0,)),
        ("turned out complex", "np.real", "real and imaginary parts as two real arrays"),
    ),
}


def stack(x):
    return np.stack([x, x])


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_message(mistake, monkeypatch):
    name = mistake.error.__name__
    made = []
    monkeypatch.setattr(errors, name, lambda *a: made.append(mistake.error(*a)) or made[-1])
    with pytest.raises(Exception, match=re.escape(mistake.words[0])) as caught:
        mistake.call()
    assert caught.value is made[-1], f"another error than errors.{name}"
    for words in mistake.words:
        assert words in str(caught.value)


def test_every_error_has_its_mistake():
    public = {
        name
        for name, function in inspect.getmembers(errors, inspect.isfunction)
        if not name.startswith("_") and function.__module__ == errors.__name__
    }
    reached = {mistake.error.__name__ for mistake in MISTAKES.values()}
    assert public - {"full_name"} == reached


def test_errors_of_numpy_and_of_the_function_pass_through():
    with pytest.raises(IndexError, match="index 7 is out of bounds"):
        grad(lambda x: x[7])(X)
    with pytest.raises(ValueError, match="could not be broadcast"):
        grad(lambda x: np.sum(x + np.ones(2)))(X)
    with pytest.raises(ValueError, match="zero-size array"):
        grad(np.max)(np.zeros(0))
    with pytest.raises(TypeError, match="iteration over a 0-d"):
        grad(lambda x: sum(x))(2.0)
    with pytest.raises(KeyError, match="absent"):
        grad(lambda p: p["absent"])({"w": 1.0})
    with pytest.raises(ValueError, match="my own"):
        grad(lambda x: (_ for _ in ()).throw(ValueError("my own")))(1.0)


def test_an_error_ends_the_trace():
    kept = []

    def f(x):
        kept.append(x)
        raise KeyError("stop")

    with pytest.raises(KeyError):
        grad(f)(1.0)
    with pytest.raises(RuntimeError, match="had ended"):
        kept[0] + 1


#: These give a new array in NumPy and a number here: nobody but its own names would see a change.
NUMBERS_HERE = (np.copy, np.real_if_close, np.einsum)


@pytest.mark.parametrize("case", [c for c in CASES if c.key not in NUMBERS_HERE], ids=str)
def test_results_without_axes_are_numbers_where_those_of_numpy_are(case):
    """NumPy changes an array in place, by ``y += 1``, and of a number makes a new one."""
    seen = []

    def f(*values):
        seen.extend(trees.flatten(case.of(*values))[0])
        return 0.0

    values = tuple(case.values())
    jvp(lambda *tangents: jvp(f, tangents, values)[1], values, values)
    for y, plain in zip(seen, trees.flatten(case.of(*values))[0], strict=True):
        value = y
        while isinstance(value, Box):
            value = value.primal
        assert value is y or isinstance(value, np.ndarray) == isinstance(plain, np.ndarray)


def test_questions_about_attributes_are_answered():
    loops = [np.sin, np.arctan2, np.hypot, np.fmod, np.sqrt, np.deg2rad, np.rint]

    def f(x):
        assert all(hasattr(x, name) for name in ("shape", "T", "sum", "dtype"))
        assert not any(hasattr(x, name) for name in ("add", "maximum", "__dict__", "__array__"))
        assert "shape" in dir(x)
        pair = np.array([x, 2 * x], dtype=object)
        assert all(hasattr(ufunc(*[pair] * ufunc.nin)[0], "ndim") for ufunc in loops)
        assert dict(inspect.getmembers(type(x)))
        return x

    for transform in (grad, jacfwd, compile):
        transform(f)(3.0)


def test_copies_keep_the_derivative():
    assert grad(lambda x: copy.copy(x) * copy.deepcopy(x))(3.0) == 6.0


def test_check_grads_finds_a_wrong_derivative():
    def kinked(x):
        return np.abs(x)

    with pytest.raises(AssertionError, match=r"in forward mode is .* central differences give"):
        check_grads(kinked, (1e-7,))
    with pytest.raises(AssertionError, match="in reverse mode is"):
        check_grads(kinked, (1e-7,), modes=("reverse",))
    with pytest.raises(AssertionError, match="in forward-then-forward mode"):
        check_grads(lambda x: x * np.abs(x), (1e-7,), modes=("forward",))
    small = primitive(lambda x: 1e-7 * x, jvp=lambda tangents, y, x: 5e-7 * tangents[0])
    nearly = primitive(np.sin, jvp=lambda tangents, y, x: 1.0001 * np.cos(x) * tangents[0])
    for wrong in (small, nearly):
        for seed in range(20):
            with pytest.raises(AssertionError, match="in forward mode"):
                check_grads(wrong, (1.0,), seed=seed)
        check_grads(wrong, (1.0,), order=1, atol=1.0)
    check_grads(lambda x: 1e-7 * x + 1.0, (1.0,))
    check_grads(np.sum, (np.zeros(0),))
    with pytest.raises(ValueError, match=r"modes are 'forward' and 'reverse', found \['back'\]"):
        check_grads(np.sin, (1.0,), modes=("back",))


def test_numeric_derivatives_refuse_what_they_cannot_vary():
    for f in (numeric.forward_difference, numeric.central_difference, numeric.complex_step):
        with pytest.raises(ValueError, match="h must be a positive number, found -1"):
            f(np.sin, 1.0, h=-1)
        with pytest.raises(ValueError, match="nothing to vary"):
            f(np.sin, np.zeros(0))
        with pytest.raises(TypeError, match="found dtype complex"):
            f(np.sin, 1j)
