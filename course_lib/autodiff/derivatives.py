"""Gradients, Jacobians and Hessians, each a few lines on top of ``jvp`` and ``vjp``."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff import errors, trees
from course_lib.autodiff.batch import STACK, map_all_directions
from course_lib.autodiff.forward import push_forward
from course_lib.autodiff.reverse import record, require_real
from course_lib.autodiff.shapes import as_scalar
from course_lib.autodiff.trace import restack, without_derivative

Argnums = int | Sequence[int]
_WHOLE = (int, np.integer)


def _fix_other_arguments(
    transform: str,
    f: Callable[..., Any],
    argnums: Argnums,
    args: Sequence[Any],
    kwargs: dict[str, Any],
) -> tuple[Callable[..., Any], list[int]]:
    """``f`` of the arguments that ``argnums`` names, and a list of their positions."""
    chosen = [argnums] if isinstance(argnums, _WHOLE) else list(argnums)
    for i in chosen:
        is_number = isinstance(i, _WHOLE) and not isinstance(i, bool)
        if not is_number or not -len(args) <= i < len(args):
            raise errors.bad_argnums(transform, i, len(args))
    if len({i % len(args) for i in chosen}) < len(chosen):
        raise errors.repeated_argnums(transform, argnums)

    def g(*some: Any) -> Any:
        complete = list(args)
        for i, x in zip(chosen, some, strict=True):
            complete[i] = x
        return f(*complete, **kwargs)

    return g, chosen


def _require_function(transform: str, f: Any) -> None:
    if not callable(f):
        raise errors.not_a_function(transform, type(f).__name__)


def _as_argnums(argnums: Argnums, results: Sequence[Any]) -> Any:
    return results[0] if isinstance(argnums, _WHOLE) else tuple(results)


def value_and_grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """A function that returns value and gradient of ``f``, from one forward and one backward sweep.

    Parameters
    ----------
    f
        A function whose result is one real number.
    argnums
        The positional argument(s) to differentiate with respect to; a sequence gives a tuple of
        gradients.

    Returns
    -------
    Callable
        ``(*args, **kwargs) -> (value, gradient)``. The gradient has the structure, shapes and
        dtypes of the argument. Keyword arguments are passed on as constants.

    Raises
    ------
    TypeError
        If the result is not a real scalar, or an argument is not made of floats.

    Examples
    --------
    >>> value_and_grad(lambda x: np.sum(x**2))(np.array([1.0, 2.0]))
    (np.float64(5.0), array([2., 4.]))
    """
    return _value_and_grad("value_and_grad", f, argnums)


def _value_and_grad(name: str, f: Callable[..., Any], argnums: Argnums) -> Callable[..., Any]:
    _require_function(name, f)

    @functools.wraps(f)
    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        g, chosen = _fix_other_arguments(name, f, argnums, args, kwargs)
        y, pullback = record(name, g, [args[i] for i in chosen], chosen)
        _require_scalar(name, y)
        return y, _as_argnums(argnums, pullback.adjoints([y.dtype.type(1)]))

    return value_and_gradient


def _require_scalar(transform: str, y: Any) -> None:
    if type(y) is np.float64:
        return
    leaves, tree = trees.flatten(y)
    if tree is not trees.LEAF:
        raise errors.not_a_scalar(transform, f"a {type(y).__name__} of {len(leaves)} values")
    if np.shape(y) != ():
        raise errors.not_a_scalar(transform, f"an array of shape {np.shape(y)}")
    if y.dtype.kind != "f":
        raise errors.not_a_scalar(transform, f"a value of dtype {y.dtype}")


def grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """A function that returns the gradient of ``f``, by reverse mode.

    Parameters, returned structure and errors are those of :func:`value_and_grad`.

    Examples
    --------
    The survey by Baydin et al. (JMLR 2018) works ln x₁ + x₁x₂ - sin x₂ at (2, 5) by hand:

    >>> g = grad(lambda x1, x2: np.log(x1) + x1 * x2 - np.sin(x2), argnums=(0, 1))(2.0, 5.0)
    >>> [round(float(d), 3) for d in g]
    [5.5, 1.716]
    """
    value_and_gradient = _value_and_grad("grad", f, argnums)

    @functools.wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return value_and_gradient(*args, **kwargs)[1]

    return gradient


def _for_all_directions(
    linear_map: Callable[[list[Any]], Sequence[Any]],
    inputs: Sequence[Any],
    outputs: Sequence[Any],
    largest: int,
) -> list[list[Any]]:
    """``blocks[k][i]``: output k of the map, for all unit directions of input i (their axes first).

    Many directions take one sweep, if the stacks of the largest value on the tape stay small.
    """
    parts = map_all_directions(linear_map, inputs, most=max(1, STACK // max(largest, 1)))
    blocks = []
    for k, y in enumerate(outputs):
        stacks = [part[k] for part in parts] or [np.zeros((0, *np.shape(y)), y.dtype)]
        columns = np.copy(stacks[0]) if len(stacks) == 1 else np.concatenate(stacks)
        blocks.append(_split(columns, inputs))
    return blocks


def _split(columns: Any, inputs: Sequence[Any]) -> list[Any]:
    """One block for each input, whose elements the first axis of ``columns`` counts, in order."""
    blocks, start = [], 0
    for x in inputs:
        end = start + int(np.prod(np.shape(x)))
        mine = columns if len(inputs) == 1 else columns[start:end]
        blocks.append(as_scalar(np.reshape(mine, (*np.shape(x), *np.shape(columns)[1:]))))
        start = end
    return blocks


def jacfwd(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """A function that returns the Jacobian of ``f``, column by column, by forward mode.

    It takes one direction for each input number: the choice for few inputs and many outputs. A
    sweep carries as many directions at once as fit into stacks of moderate size.

    Parameters
    ----------
    f
        A function of arrays, or of nested containers of them, with results of the same kinds.
    argnums
        The positional argument(s) to differentiate with respect to; a sequence gives a tuple of
        Jacobians.

    Returns
    -------
    Callable
        ``(*args, **kwargs) -> J`` with ``J.shape == output.shape + input.shape``. For containers:
        the output's structure, with the input's structure in place of each leaf.

    Examples
    --------
    >>> jacfwd(lambda x: np.stack([x[0] * x[1], x[0] + x[1], x[1]]))(np.array([2.0, 3.0]))
    array([[3., 2.],
           [1., 1.],
           [0., 1.]])
    """
    _require_function("jacfwd", f)

    @functools.wraps(f)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        g, chosen = _fix_other_arguments("jacfwd", f, argnums, args, kwargs)
        leaves, tree = trees.flatten_inputs("jacfwd", [args[i] for i in chosen], chosen)
        # The function is recorded once, and each direction is swept along the record.
        y, recorded = record("jacfwd", lambda *xs: g(*tree.build(xs)), leaves)
        outs, out_tree = trees.flatten(y)
        blocks = _for_all_directions(recorded.push_forward, leaves, outs, recorded.largest)
        per_output = []
        for columns in blocks:
            moved = [_first_axes_last(c, np.ndim(x)) for c, x in zip(columns, leaves, strict=True)]
            per_output.append(_as_argnums(argnums, tree.build(moved)))
        return out_tree.build(per_output)

    return jacobian


def _first_axes_last(x: Any, count: int) -> Any:
    return np.transpose(x, (*range(count, np.ndim(x)), *range(count)))


def jacrev(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """A function that returns the Jacobian of ``f``, row by row, by reverse mode.

    It takes one direction for each output number: the choice for many inputs and few outputs.
    Parameters and result are those of :func:`jacfwd`; but where the dtypes of output and input
    differ, a Jacobian by rows has the input's, as adjoints do, and one by columns the output's.

    Examples
    --------
    >>> jacrev(lambda x: np.stack([x[0] * x[1], x[0] + x[1], x[1]]))(np.array([2.0, 3.0]))
    array([[3., 2.],
           [1., 1.],
           [0., 1.]])
    """
    _require_function("jacrev", f)

    @functools.wraps(f)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        g, chosen = _fix_other_arguments("jacrev", f, argnums, args, kwargs)
        leaves, tree = trees.flatten_inputs("jacrev", [args[i] for i in chosen], chosen)
        y, pullback = record("jacrev", lambda *xs: g(*tree.build(xs)), leaves)
        outs, out_tree = trees.flatten(y)
        require_real("jacrev", outs)
        blocks = _for_all_directions(pullback.pull_back, outs, leaves, pullback.largest)
        per_output = [[of_input[k] for of_input in blocks] for k in range(len(outs))]
        return out_tree.build([_as_argnums(argnums, tree.build(block)) for block in per_output])

    return jacobian


def hessian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """A function that returns the matrix of second derivatives, forward over reverse.

    Returns
    -------
    Callable
        ``(*args, **kwargs) -> H`` with ``H.shape == output.shape + input.shape + input.shape``;
        for a tuple of ``argnums`` or containers, blocks nested in the inputs' structure twice.

    Examples
    --------
    Rosenbrock's function at (-1.2, 1):

    >>> hessian(lambda x: 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2)(np.array([-1.2, 1.0]))
    array([[1330.,  480.],
           [ 480.,  200.]])
    """
    return jacfwd(jacrev(f, argnums), argnums)


def hvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """Hessian-vector product ``H · tangents`` without the Hessian: a forward sweep over a gradient.

    Parameters
    ----------
    f
        A function whose result is one real number.
    primals, tangents
        A tuple of arguments, and a tuple of directions of the same structure and shapes.

    Returns
    -------
    Array or tuple
        One product for a single argument, else a tuple with one for each.

    Examples
    --------
    >>> f = lambda x: 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2
    >>> hvp(f, (np.array([-1.2, 1.0]),), (np.array([1.0, 0.0]),))
    array([1330.,  480.])
    """
    trees.require_tuple("hvp", "primals", primals)
    every = tuple(range(len(primals)))
    products = push_forward("hvp", _value_and_grad("hvp", f, every), primals, tangents)[1][1]
    return products[0] if len(every) == 1 else products


def stop_gradient(x: Any) -> Any:
    """The value of ``x`` as a constant: derivatives treat it as if it did not depend on anything.

    Works on numbers, arrays and nested containers, inside any transformation. Arrays are copied,
    so that the result may be written to; but not while a function is compiled, for there the number
    is not known yet.

    Examples
    --------
    >>> grad(lambda x: x * stop_gradient(x))(3.0)
    np.float64(3.0)
    """
    return trees.map_leaves(lambda leaf: _without_derivative(restack(leaf)), x)


def _without_derivative(x: Any) -> Any:
    x = without_derivative(x)
    return x.copy() if isinstance(x, np.ndarray) else x
