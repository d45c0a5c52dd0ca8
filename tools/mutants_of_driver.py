"""Mistakes in the modes and in functions that many rules share: a function with one text replaced.

Each line names a function, the mistake, a piece of its source, and what stands there instead. If
the piece is no longer in the source, exactly once, the line is out of date and must be mended.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import sys
import textwrap
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any

from course_lib.autodiff.primitives import Composite
from tools.mutants_of_rules import Mutant

MISTAKES = [
    # Traces: who handles a call
    ("innermost_trace", "outermost trace", "> top.level", "< top.level"),
    ("innermost_trace", "traced values outlive their trace", "not top.live", "False"),
    ("Trace.owns", "every box is its own", "_trace is self", "_trace is not None"),
    ("Trace.compute", "every box is its own", "a._trace is self", "a._trace is not None"),
    ("Trace.compute", "captured values pass", "y._trace.level >= self.level", "False"),
    ("Trace.compute", "those of inner traces pass", ">= self.level", "== self.level"),
    # Kinds of primitives: how a rule is read
    ("Elementwise.jvp", "first tangent only", "add_all(", "next("),
    ("Elementwise.jvp", "tangent added", "**kwargs) * t", "**kwargs) + t"),
    ("Elementwise.vjp", "adjoint added", "y_bar * self", "y_bar + self"),
    ("Linear._tangent", "constants move", "np.zeros_like(value) if", "value if"),
    ("Bilinear.jvp", "only the first factor moves", "[*terms, self", "terms or [self"),
    ("add_all", "last term only", "total + term", "term"),
    # Forward mode
    ("ForwardTrace.process", "shape and dtype differ", "match_shape_and_dtype(y_dot, y)", "y_dot"),
    ("push_forward", "constants move", "np.zeros_like(y)", "np.ones_like(y)"),
    # Reverse mode
    ("backward", "overwrites", "adjoints[parent] + x_bar", "x_bar"),
    ("backward", "first use only", "adjoints[parent] + x_bar", "adjoints[parent]"),
    ("backward", "first argument only", "bars, strict=True", "list(bars)[:1]"),
    ("backward", "adjoint of an unused argument", "np.zeros_like(", "np.ones_like("),
    (
        "backward",
        "shape and dtype differ",
        "match_shape_and_dtype(x_bar, node.args[argument], adjoint=True)",
        "x_bar",
    ),
    ("ReverseTrace.process", "first argument only", "for i in traced:", "for i in traced[:1]:"),
    (
        "ReverseTrace.process",
        "arrays may change",
        "self.guard.hold(args)",
        "list in map(type, args)",
    ),
    ("ReverseTrace.process", "keywords may change", "self.guard.hold(kwargs.values())", "False"),
    ("ReverseTrace.new_input", "arguments may change", "self.guard.hold(", "list("),
    ("Pullback.pull_back", "one place of an output", "seeds[line] + bar if", "bar if"),
    ("Pullback.own_captured_arrays", "captured arrays are shared", "own_copy(a, copies)", "a"),
    ("Pullback.own_captured_arrays", "keywords are shared", "own_copy(value, copies)", "value"),
    (
        "Pullback.adjoints",
        "gradients share memory",
        "independent(self.pull_back(bars), bars)",
        "self.pull_back(bars)",
    ),
    ("independent", "read-only results", "or not x.flags.writeable", ""),
    ("independent", "results share memory", "taken.add(owner)", "pass"),
    ("ReadOnly.unchanged", "views taken before may write", "return False", "return True"),
    (
        "ReadOnly._hold",
        "what a read-only view looks at may change",
        "isinstance(whole, np.ndarray)",
        "isinstance(whole, np.ndarray) and whole.flags.writeable",
    ),
    ("own_lists", "lists are shared", "own_lists(part)", "part"),
    ("require_real", "imaginary parts are lost", "any(map(is_complex, outputs))", "False"),
    ("vjp", "arguments are shared", "trees.map_leaves(_copy, primals)", "primals"),
    ("vjp", "the result is shared", "trees.map_leaves(_copy, y)", "y"),
    # Shapes, once for all rules
    (
        "sum_to_shape",
        "first slice",
        "np.add.reduce(x, axis=(*range(new), *stretched))",
        "x[tuple(0 if i in {*range(new), *stretched} else slice(None) for i in range(len(found)))]",
    ),
    ("sum_to_shape", "mean", "np.add.reduce(x,", "np.mean(x,"),
    ("match_shape_and_dtype", "0-d arrays", "as_scalar(derivative)", "derivative"),
    (
        "match_shape_and_dtype",
        "float32 becomes float64",
        "derivative.dtype != primal.dtype",
        "False",
    ),
    ("match_shape_and_dtype", "complex tangents cut off", "if not adjoint", "if False"),
    # Edges: ties, kinks, zeros, indices that repeat
    ("share", "each side of a tie takes all", "won / (won + lost)", "won"),
    (
        "_shares",
        "each of several extremes takes all",
        "chosen / np.sum(chosen, axis=axis, keepdims=True)",
        "chosen",
    ),
    ("root", "infinite slope at 0", "np.where(zero, 1.0, x)", "x"),
    (
        "_hypot_partial",
        "slope 1 at the origin",
        "np.where(zero, 0.0, leg",
        "np.where(zero, 1.0, leg",
    ),
    (
        "_power_by_base",
        "slope of x**0 at 0",
        "if p != 0 else np.zeros_like(x)",
        "if True else None",
    ),
    ("_power_by_base", "exponents of 0 are constants", "& np.equal(x, 0)", ""),
    ("Power.jvp_of_series", "division by 0", "or not _is_never_zero(x)", ""),
    ("_power_by_exponent", "logarithm of 0", "np.where(np.equal(x, 0), 1, x)", "x"),
    ("special._weight", "infinite terms", "share(term, other, y)", "exp(term - y)"),
    ("_sinc_slope", "division by 0", "-integral)", "(np.cos(np.pi * x) - y) / x)"),
    (
        "_put_back",
        "repeated indices overwrite",
        "np.add.at(out, index, values)",
        "out[index] = values",
    ),
    # Taylor mode
    ("TaylorTrace._by_jvp", "factor of the order", "k - 1) / k", "k - 1) / (k + 1)"),
    ("TaylorTrace._by_jvp", "no factor of the order", "k - 1) / k", "k - 1)"),
    ("TaylorTrace._derivative", "factor of the order", "(k + 1) * series", "k * series"),
    ("TaylorTrace._derivative", "order not shifted", "series[k + 1]", "series[k]"),
    ("TaylorTrace._product", "last term missing", "range(k + 1)", "range(k)"),
    ("TaylorTrace._product", "same order twice", "b.series[k - i]", "b.series[i]"),
    ("TaylorTrace._coefficient_of", "constants move", "np.zeros_like(x)", "x"),
    ("jet", "factorial missing", "float(factorial)", "1.0"),
    ("jet", "factorials shifted", "range(len(coefficients))", "range(1, len(coefficients) + 1)"),
    ("_straight_line", "direction repeated", "np.zeros_like(point)", "direction"),
    # Transformations
    ("_value_and_grad", "seed of two", "y.dtype.type(1)", "y.dtype.type(2)"),
    (
        "_first_axes_last",
        "Jacobian transposed",
        "(*range(count, np.ndim(x)), *range(count))",
        "None",
    ),
    ("jacrev", "Jacobian transposed", "out_tree.build([", "tree.build(["),
    # Many directions in one sweep
    ("_units", "directions of two", "np.eye(count", "2 * np.eye(count"),
    ("_units", "directions of the first input only", ", start, x.dtype", ", 0, x.dtype"),
    ("map_all_directions", "the first stack only", "range(0, total, most)", "range(0, most, most)"),
    ("derivatives._split", "the first input's block for all", "start = end", "pass"),
    ("behind", "axes counted from the first", "axis + 1 if axis >= 0", "axis if axis >= 0"),
    ("_with_axes", "axes added behind", "(x.shape[0], *new, *x.shape[1:])", "(*x.shape, *new)"),
    ("_behind_all", "arrays that stand apart", "only_numbers or picks", "True or picks"),
    ("stacks.matmul", "not transposed", "np.transpose(a)", "a"),
    ("BatchTrace.row_by_row", "the first direction for all", "a.primal[i]", "a.primal[0]"),
    ("hvp", "value in place of gradient", ")[1][1]", ")[1][0]"),
    ("stop_gradient", "does not stop", "_without_derivative(restack(leaf))", "restack(leaf)"),
    # Rules of the reader's own
    ("OwnRule.jvp", "tangents of constants", "np.zeros_like(a) if t", "np.ones_like(a) if t"),
    ("OwnRule._by_vjp_rule", "None is not zero", "np.zeros_like(a) if b", "np.ones_like(a) if b"),
    ("Recomputed.jvp", "value in place of tangent", "return y_dot", "return again"),
    ("Recomputed.vjps", "seed of ones", "(y_bar)", "(np.ones_like(y_bar))"),
    ("Recomputed._require_same", "any value will do", "raise errors", "errors"),
    (
        "Recomputed._require_same",
        "rounding counts",
        "all(_are_close(self.function(*args), y) for _ in range(2))",
        "False",
    ),
    ("Recomputed._require_same", "turns are not noticed", "range(2)", "range(1)"),
    ("_are_close", "nan differs from nan", "equal_nan=True", "equal_nan=False"),
    ("_with_one_result", "any result will do", "np.ndarray | np.generic | Box", "object"),
    ("derivatives._without_derivative", "the tape's memory is handed out", "x.copy()", "x"),
    ("check._check", "the tolerance is absolute", "rtol / 100 * _length(values)", "rtol"),
    (
        "TaylorTrace.process",
        "keywords are not looked at",
        "for k, v in kwargs.items()",
        "for k, v in ()",
    ),
    ("TaylorTrace.process", "memory is kept", "box.series.finish()", "pass"),
]


class OutOfDate(Exception):
    """A line of MISTAKES does not fit the source any more."""


def mutants_of_driver(mistakes: list[tuple[str, str, str, str]] = MISTAKES) -> list[Mutant]:
    """One mutant for each line of the table."""
    mutants, problems = [], []
    for name, kind, old, new in mistakes:
        try:
            function = find(name)
            code = _with_replacement(function, old, new).__code__
        except OutOfDate as problem:
            problems.append(f"{name}, {kind}: {problem}")
        else:
            mutants.append(Mutant(kind, name, functools.partial(_running, function, code)))
    if problems:
        raise OutOfDate("\n".join([f"Bring MISTAKES in {__name__} up to date.", *problems]))
    return mutants


def find(name: str) -> FunctionType:
    """A function by its name, a method by class and name; with its module's where two share it."""
    found = {f.__code__: f for module in _modules() for f in _functions(module, name.split("."))}
    if len(found) != 1:
        raise OutOfDate(f"expected one function of this name, found {len(found)}")
    return next(iter(found.values()))


def _modules() -> list[Any]:
    return [m for name, m in sys.modules.items() if name.startswith("course_lib.autodiff")]


def _functions(module: Any, path: list[str]) -> Iterator[FunctionType]:
    if len(path) > 1 and module.__name__.endswith(f".{path[0]}"):
        path = path[1:]
    value = module
    for part in path:
        value = getattr(value, "__dict__", {}).get(part)
    value = value.rewriting if isinstance(value, Composite) else value
    if isinstance(value, FunctionType):
        yield value


@contextlib.contextmanager
def _running(function: FunctionType, code: CodeType) -> Iterator[None]:
    """Let a function do something else, wherever it has been imported to."""
    before = function.__code__
    function.__code__ = code
    try:
        yield
    finally:
        function.__code__ = before


def _with_replacement(function: FunctionType, old: str, new: str) -> Any:
    source = textwrap.dedent(inspect.getsource(function))
    if source.count(old) != 1:
        raise OutOfDate(f"expected {old!r} once in its source, found it {source.count(old)} times")
    tree = ast.parse(source.replace(old, new))
    tree.body[0].decorator_list = []  # type: ignore[attr-defined]
    names: dict[str, Any] = {}
    exec(
        compile(tree, inspect.getfile(function), "exec", dont_inherit=True),
        function.__globals__,
        names,
    )
    return names[function.__name__]
