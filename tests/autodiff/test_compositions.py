"""Random programs: derivatives of whatever can be composed, against independent engines.

Each program is a few lines of Python that make one value after another out of those before them. A
failing example shows them. The same text runs on NumPy with this library, on HIPS autograd's NumPy,
and, for formulas of numbers, on mpmath with forty digits.
"""

from __future__ import annotations

import functools
import warnings
from typing import Any, NamedTuple

import autograd
import autograd.numpy as anp
import mpmath
import numpy as np
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from course_lib import grad, hessian, hvp, jet, jvp, taylor, value_and_grad, vjp
from course_lib.autodiff import trees

#: The same examples in every run, each as slow as it likes.
reproducible = functools.partial(settings, derandomize=True, deadline=None, database=None)

# Formulas of two numbers, against mpmath ----------------------------------------------------------

FORMULAS = [
    *(
        "sin({a})",
        "cos({a})",
        "tanh({a})",
        "arctan({a})",
        "arcsinh({a})",
        "-{a}",
        "{a}**2",
        "{a}**3",
    ),
    *("exp(sin({a}))", "expm1(tanh({a}))", "sinh(cos({a}))", "cosh(sin({a}))", "tan(sin({a}))"),
    *(
        "log(2 + cos({a}))",
        "sqrt(1 + {a}**2)",
        "log1p({a}**2)",
        "1/(1.5 + sin({a}))",
        "2**cos({a})",
    ),
    *("arcsin(0.9*sin({a}))", "arctanh(0.8*cos({a}))", "(2 + cos({a}))**-2.5"),
    *("{a} + {b}", "{a} - {b}", "{a}*{b}", "{a}/(2 + cos({b}))", "(2 + sin({a}))**tanh({b})"),
    *("hypot({a}, 1 + {b}**2)", "arctan2({a}, 2 + sin({b}))"),
]
NAMES = (
    *("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "expm1", "log", "log1p", "sqrt"),
    *("arctan", "arcsin", "arcsinh", "arctanh", "hypot", "arctan2"),
)
IN_NUMPY = {name: getattr(np, name) for name in NAMES}
IN_MPMATH = {name: getattr(mpmath, name.replace("arc", "a"), None) for name in NAMES}


@st.composite
def formulas(draw: st.DrawFn) -> str:
    """A formula in x and y, nested up to five deep, with intermediate values of moderate size."""
    known = ["x", "y"]
    for _ in range(draw(st.integers(2, 5))):
        a, b = draw(st.sampled_from(known)), draw(st.sampled_from(known))
        known.append(f"({draw(st.sampled_from(FORMULAS)).format(a=a, b=b)})")
    return f"{known[-1]} + {known[-2]}*y"


def evaluate(formula: str, names: dict[str, Any], x: Any, y: Any = 0.4) -> Any:
    return eval(formula, {**names, "x": x, "y": y})


def agree(found: Any, expected: Any, rtol: float = 1e-9) -> None:
    """Equal up to rounding, which is relative to the largest of the numbers or to 1."""
    expected = np.asarray(expected, float)
    scale = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
    np.testing.assert_allclose(np.asarray(found, float), expected, rtol=rtol, atol=rtol * scale)


numbers = st.floats(-1.5, 1.5).map(lambda x: round(x, 3))
forward = lambda f: lambda x: jvp(f, (x,), (1.0,))[1]  # noqa: E731
modes = st.lists(st.sampled_from([grad, forward]), min_size=3, max_size=3)


@given(formulas(), numbers, modes)
@reproducible(max_examples=150)
def test_three_derivatives_of_formulas(formula, x, modes):
    with mpmath.workdps(40):
        exact = mpmath.taylor(lambda x: evaluate(formula, IN_MPMATH, x), mpmath.mpf(x), 4)
    coefficients = [float(c) for c in exact]
    assume(max(map(abs, coefficients)) < 1e6)
    f = functools.partial(evaluate, formula, IN_NUMPY)
    agree(taylor(f, x, 1.0, 4), coefficients)
    derivatives = [f]
    for mode in modes:
        derivatives.append(mode(derivatives[-1]))
    found = [derivative(x) for derivative in derivatives]
    agree(found, [c * k for c, k in zip(coefficients, (1, 1, 2, 6), strict=False)])


@given(formulas(), numbers, numbers)
@reproducible(max_examples=100)
def test_mixed_derivatives_of_formulas(formula, x, y):
    f = functools.partial(evaluate, formula, IN_NUMPY)
    with mpmath.workdps(40):
        exact = {
            orders: mpmath.diff(
                lambda x, y: evaluate(formula, IN_MPMATH, x, y),
                (mpmath.mpf(x), mpmath.mpf(y)),
                orders,
            )
            for orders in ((1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (2, 1))
        }
    expected = {orders: float(d) for orders, d in exact.items()}
    assume(max(map(abs, expected.values())) < 1e6)
    agree(grad(f, (0, 1))(x, y), [expected[1, 0], expected[0, 1]])
    rows = [[expected[2, 0], expected[1, 1]], [expected[1, 1], expected[0, 2]]]
    agree(hessian(f, (0, 1))(x, y), rows)
    agree(grad(lambda y: jet(lambda x: f(x, y), x, 1.0, 2)[2])(y), expected[2, 1])


# Programs of arrays, against HIPS autograd --------------------------------------------------------

LINES = [
    # elementwise
    *("np.sin({a})", "np.tanh({a})", "np.exp(np.sin({a}))", "np.log(2 + np.cos({a}))", "-{a}"),
    *("np.sqrt(1 + {a}**2)", "1 / (1.5 + np.sin({a}))", "{a}**3 / 9", "np.arctan({a})"),
    *("np.where({a} > 0.3, {a}, 0.1 * {a}**2)", "np.clip({a}, -0.7, 0.8)", "np.sinc({a})"),
    "np.abs({a})",
    # with broadcasting
    *("{a} + {b}", "{a} - {b}", "{a} * {b}", "{a} / (2 + np.cos({b}))", "np.logaddexp({a}, {b})"),
    *("np.maximum({a}, {b})", "np.minimum({a}, {b})", "np.where({a} > {b}, {a} * {b}, {a} - {b})"),
    *("(1.5 + np.sin({a})) ** np.tanh({b})", "np.arctan2({a}, 2 + np.sin({b}))"),
    # reductions
    *("np.sum({a})", "np.mean({a})", "np.max({a})", "np.var({a})", "np.sum({a}, axis={axis})"),
    *("np.mean({a}, {axis}, keepdims=True)", "np.max({a}, axis={axis}, keepdims=True)"),
    *("np.min({a}, axis={axis})", "np.cumsum({a}, {axis})", "np.prod({a}, axis={axis})"),
    *("np.log(np.sum(np.exp({a}), axis={axis}))", "np.sqrt(1 + np.sum({a}**2))"),
    # products
    *("{a} @ {b}", "{a} @ {b}.T", "{a}.T @ {a}", "np.dot({a}, {b})", "np.outer({a}, {b})"),
    *("np.tensordot({a}, {b}, 1)", "np.einsum('...i,...i->...', {a}, {b})"),
    "np.einsum('ij,kj->ik', {a}, {b})",
    "np.linalg.inv(np.tanh({a}) + 4 * np.eye(3, dtype={a}.dtype))",
    # shapes and indices
    *("{a}.reshape(-1)", "np.ravel({a})", "{a}.T", "np.swapaxes({a}, 0, -1)", "{a}[..., None]"),
    *("{a}[0]", "{a}[..., -1]", "{a}[::-1]", "{a}[1:]", "{a}[..., ::2]"),
    *("np.roll({a}, 1, axis={axis})", "np.expand_dims({a}, 0)", "np.repeat({a}, 2, axis=0)"),
    *("np.stack([{a}, {b}])", "np.concatenate([{a}, {b}], axis={axis})"),
    *("{a}[np.array([0, -1, 0])]", "np.array([{a}[0], {b}[0]]) + np.sum({a})"),
]  # fmt: skip
SHAPES = [(), (3,), (2, 3), (3, 1), (1, 3), (3, 3), (2, 1, 3)]


class Program(NamedTuple):
    """Lines that define v2, v3, … from the inputs v0 and v1 and from each other."""

    shapes: tuple[tuple[int, ...], tuple[int, ...]]
    lines: tuple[str, ...]

    def __call__(self, inputs: Any, np: Any = np) -> Any:
        """A number that all of the last three values count in."""
        names = dict(zip(("v0", "v1"), inputs, strict=True))
        for number, line in enumerate(self.lines, start=2):
            names[f"v{number}"] = eval(line, {"np": np, **names})
        last = list(names.values())[-3:]
        return sum((np.sum(np.sin(v + i) * v) for i, v in enumerate(last)), start=0.0)


@st.composite
def programs(draw: st.DrawFn) -> tuple[Program, list[Any]]:
    """A program, and inputs for it at which all of its values are of moderate size."""
    shapes = (draw(st.sampled_from(SHAPES)), draw(st.sampled_from(SHAPES)))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    inputs = [np.asarray(rng.uniform(-1.5, 1.5, shape))[()] for shape in shapes]
    values, lines = dict(zip(("v0", "v1"), inputs, strict=True)), []
    for _ in range(draw(st.integers(2, 9))):
        a, b = (draw(st.sampled_from(list(values))) for _ in "ab")
        line = draw(st.sampled_from(LINES))
        if np.ndim(values[a]) == 0 and ("axis" in line or "[" in line):
            continue  # on numbers, NumPy lets some of these pass, and autograd fails in others
        line = line.format(a=a, b=b, axis=draw(st.sampled_from([0, -1])))
        value = value_if_moderate(line, values)
        if value is not None:
            values[f"v{len(values)}"] = value
            lines.append(line)
    return Program(shapes, tuple(lines)), inputs


def value_if_moderate(line: str, values: dict[str, Any]) -> Any:
    """What the line computes; None if NumPy refuses it, or if it is large in any way."""
    try:
        value = eval(line, {"np": np, **values})
    except (ValueError, IndexError, TypeError):  # the shapes do not fit
        return None
    moderate = np.size(value) in range(1, 40) and np.ndim(value) < 5 and np.max(np.abs(value)) < 20
    return value if moderate else None


def containers(v0: Any, v1: Any) -> list[Any]:
    """Ways to hand over two arrays as one argument."""
    return [(v0, v1), [v0, v1], {"first": v0, "rest": [v1]}, (v0, {"deep": ((v1,),)})]


def flat(tree: Any) -> Any:
    """All numbers of a container in one vector."""
    return np.concatenate([np.ravel(leaf) for leaf in trees.flatten(tree)[0]])


def random_like(values: Any, seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    return trees.map_leaves(lambda v: np.asarray(rng.normal(size=np.shape(v)))[()], values)


def in_autograd(program: Program) -> Any:
    """The program as a function of one vector."""
    sizes = [int(np.prod(shape)) for shape in program.shapes]

    def f(vector: Any) -> Any:
        parts = (vector[: sizes[0]], vector[sizes[0] :])
        shaped = [anp.reshape(v, s) for v, s in zip(parts, program.shapes, strict=True)]
        return program(shaped, np=anp)

    return f


def derivatives_by_autograd(f: Any, x: Any, direction: Any) -> tuple[Any, Any]:
    """Gradient, and Hessian times direction. Examples at which autograd fails do not count."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            first = autograd.grad(f)(x)
            second = autograd.hessian_vector_product(f)(x, direction)
        except (ValueError, TypeError, AssertionError):
            reject()
    assume(np.all(np.isfinite(first)) and np.all(np.isfinite(second)))
    return first, second


@given(programs(), st.integers(0, 3))
@reproducible(max_examples=300)
def test_gradients_and_curvatures_of_programs(example, which):
    program, inputs = example
    argument = containers(*inputs)[which]
    direction = random_like(argument)
    peer = in_autograd(program)
    first, second = derivatives_by_autograd(peer, flat(inputs), flat(direction))

    def f(argument: Any) -> Any:
        return program(trees.flatten(argument)[0])

    value, gradient = value_and_grad(f)(argument)
    assert trees.flatten(gradient)[1] == trees.flatten(argument)[1]
    agree(value, peer(flat(inputs)))
    agree(flat(gradient), first)
    agree(jvp(f, (argument,), (direction,))[1], np.dot(first, flat(direction)))
    agree(flat(hvp(f, (argument,), (direction,))), second, rtol=1e-8)
    along = grad(lambda a: jvp(f, (a,), (direction,))[1])(argument)
    agree(flat(along), second, rtol=1e-8)
    agree(jet(f, argument, direction, 2)[2], np.dot(second, flat(direction)), rtol=1e-8)


@given(programs())
@reproducible(max_examples=100)
def test_programs_in_float32(example):
    program, inputs = example
    narrow = [np.float32(v) for v in inputs]
    wide = [np.float64(v) for v in narrow]
    value, pullback = vjp(lambda v0, v1: program((v0, v1)), *narrow)
    gradient = pullback(np.float32(1))
    assert value.dtype == np.float32
    assert [g.dtype for g in gradient] == [np.float32] * 2
    assert [np.shape(g) for g in gradient] == list(program.shapes)
    expected = flat(grad(program)(wide))
    assume(np.max(np.abs(expected)) < 1e3)
    agree(flat(gradient), expected, rtol=2e-3)


@given(programs())
@reproducible(max_examples=80)
def test_third_derivatives_of_programs(example):
    """A jet, and first derivatives nested in one another: no rule is read in the same way."""
    program, inputs = example
    direction = random_like(inputs)

    def along_line(t: Any) -> Any:
        return program([v + t * d for v, d in zip(inputs, direction, strict=True)])

    expected = forward(grad(forward(along_line)))(0.0)
    assume(abs(expected) < 1e5)
    agree(jet(program, inputs, direction, 3)[3], expected, rtol=1e-7)
