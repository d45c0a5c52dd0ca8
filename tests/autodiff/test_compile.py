"""Compiled functions: the same results from source that is worth reading, for every rule."""

from __future__ import annotations

import functools
import itertools
import re

import numpy as np
import pytest
import scipy.special as scipy_special
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import (
    checkpoint,
    compile,
    grad,
    hessian,
    hvp,
    jacrev,
    jet,
    jvp,
    special,
    value_and_grad,
    vjp,
)
from course_lib.autodiff import errors, trees
from tests.autodiff.all_cases import CASES

#: These decide by numbers what to do, which a compiled function cannot.
REFUSED = {
    *(np.quantile, np.percentile, np.average, np.real_if_close),
    *(np.linalg.pinv, np.linalg.lstsq, np.linalg.det, np.piecewise, "multigammaln"),
}
ROUNDING = {"rtol": 1e-13, "atol": 1e-14}

every_case = pytest.mark.parametrize("case", CASES, ids=str)


def weights_like(value, rng):
    return trees.map_leaves(lambda leaf: rng.normal(size=np.shape(leaf)), value)


def nearby(x):
    moved = x * (1 + 2.0**-20)
    return np.asarray(moved) if isinstance(x, np.ndarray) else moved  # 0-d arrays stay arrays


def dot(a, b):
    pairs = zip(trees.flatten(a)[0], trees.flatten(b)[0], strict=True)
    return sum((np.sum(u * v) for u, v in pairs), start=0.0)


def assert_same(found, expected):
    (found, tree), (expected, expected_tree) = trees.flatten(found), trees.flatten(expected)
    assert tree == expected_tree
    for a, b in zip(found, expected, strict=True):
        assert type(a) is type(b)
        assert (np.shape(a), a.dtype) == (np.shape(b), b.dtype)
        np.testing.assert_allclose(a, b, **ROUNDING)


def functions_of(case):
    """The function of a case as the tape computes it, and its derivatives."""
    rng = np.random.default_rng(0)
    weights = weights_like(case.of(*case.values()), rng)
    tangents = tuple(weights_like(case.values(), rng))

    def bent(*xs):
        y = case.of(*xs)
        return dot(weights, y) + dot(y, y) / 2

    return {
        "pullback": lambda *xs: vjp(case.of, *xs)[1](weights),
        "tangent": lambda *xs: jvp(case.of, xs, tangents),
        "second derivative": lambda *xs: hvp(bent, xs, tangents),
    }


@every_case
def test_equals_the_tape_at_a_point_that_it_was_not_traced_at(case):
    values = case.values()
    others = [trees.map_leaves(nearby, x) for x in values]
    for f in functions_of(case).values():
        compiled = compile(f)
        try:
            assert_same(compiled(*values), f(*values))
        except TypeError:
            if case.key in REFUSED or case.key.__name__ in REFUSED:
                return
            raise
        before = [x.copy() for x in trees.flatten(others)[0]]
        assert_same(compiled(*others), f(*others))
        assert repr(compiled).endswith("1 versions>")
        for a, b in zip(trees.flatten(others)[0], before, strict=True):
            np.testing.assert_array_equal(a, b)  # the arguments are as they were


# The source ---------------------------------------------------------------------------------------


def network(W1, b1, W2, b2, x, y):
    h = np.tanh(x @ W1 + b1)
    return np.mean((h @ W2 + b2 - y) ** 2)


def weights(rng=None):
    rng = rng or np.random.default_rng(0)
    shapes = [(2, 16), (16,), (16, 3), (3,), (20, 2), (20, 3)]
    return [rng.normal(size=s) for s in shapes]


NETWORK = """\
def network(W1, b1, W2, b2, x, y):
    v1 = x @ W1
    v1 += b1
    np.tanh(v1, out=v1)
    v2 = v1 @ W2
    v2 += b2
    v2 -= y
    v3 = v2 ** 2
    v4 = v3.sum()
    v5 = v4 / 60
    v2 *= 0.03333333333333333
    v6 = v2.sum(axis=0)
    v7 = v2 @ W2.T
    v8 = v1.T @ v2
    v1 *= v1
    np.subtract(1, v1, out=v1)
    v7 *= v1
    v9 = v7.sum(axis=0)
    v10 = x.T @ v7
    return (v5, (v10, v9, v8, v6))"""


def test_a_network_reads_like_a_backward_pass_written_by_hand():
    compiled = compile(value_and_grad(network, argnums=(0, 1, 2, 3)))
    found = compiled(*weights())
    assert compiled.source == NETWORK
    assert_same(found, value_and_grad(network, argnums=(0, 1, 2, 3))(*weights()))


def test_what_is_computed_twice_or_for_nothing_is_written_once_or_not_at_all():
    def f(x):
        unused = np.exp(x)
        return np.sin(x) * np.sin(x) + 0 * np.sum(unused.shape)

    compiled = compile(f)
    compiled(2.0)
    assert compiled.source.count("sin") == 1
    assert "exp" not in compiled.source


def test_new_axes_in_a_row_are_written_once():
    def f(x):
        tall = np.expand_dims(np.reshape(x, (3, 2)), 0)
        turned = np.ravel(np.reshape(x, (3, 2), "F")), np.ravel(x, "F")
        return np.squeeze(tall), np.reshape(np.ravel(x), (2, 3)), x.T.T, *turned, tall

    x = np.arange(6.0).reshape(2, 3)
    compiled = compile(f)
    for found, expected in zip(compiled(x), f(x), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert compiled.source.count("reshape") == 4, compiled.source
    assert ".T.T" not in compiled.source


def test_a_jacobian_is_one_product():
    layer = compile(jacrev(lambda x, A: np.tanh(A @ x)))
    A = np.random.default_rng(0).normal(size=(4, 3))
    np.testing.assert_allclose(
        layer(np.ones(3), A), (1 - np.tanh(A.sum(1)) ** 2)[:, None] * A, rtol=1e-14
    )
    assert layer.source.count("@") == 2, layer.source
    assert "reshape" not in layer.source


SHORTER = {
    "a difference": (lambda a, b: a + -b, "a - b"),
    "of the first": (lambda a, b: -a + b, "b - a"),
    "a sum": (lambda a, b: a - -b, "a + b"),
    "twice negative": (lambda a, b: np.negative(-a), "a"),
    "a difference the other way round": (lambda a, b: -(a - b), "b - a"),
    "a product with a sign": (lambda a, b: a + b * -a, "a * b; np.subtract(a, v1, out=v1)"),
    "a product taken away": (lambda a, b: a - b * -a, "a * b; v1 += a"),
    "a number with a sign": (lambda a, b: -(a * 3.0), "a * (-3.0)"),
    "numbers multiply": (lambda a, b: 2 * (0.3 * a), "a * 0.6"),
    "numbers that would round otherwise": (lambda a, b: 3 * (0.3 * a), "0.3 * a; v1 *= 3"),
    "a quotient": (lambda a, b: a * np.reciprocal(b), "a / b"),
    "a negative quotient": (lambda a, b: b - (-a) / 3.0, "a / 3.0; v1 += b"),
    "a negative sum": (lambda a, b: np.sum(-a, axis=0), "a.sum(axis=0); np.negative(v1, out=v1)"),
    "kept axes": (
        lambda a, b: np.reshape(np.sum(a, axis=1), (3, 1)),
        "a.sum(axis=1, keepdims=True)",
    ),
    "other axes": (
        lambda a, b: np.reshape(np.sum(a, axis=0), (3, 1)),
        "a.sum(axis=0); v1.reshape(3, 1)",
    ),
    "one": (lambda a, b: 1.0 * a + b, "a + b"),
    "minus one": (lambda a, b: b + a * -1.0, "b - a"),
    "two to join": (lambda a, b: np.concatenate([a, b]), "np.concatenate((a, b), axis=0)"),
    "two reshapes": (lambda a, b: np.reshape(a.reshape(9, 1), (1, 9)), "a.reshape(1, 9)"),
    "a reshape to the same": (lambda a, b: a.reshape(9).reshape(3, 3) * b, "a * b"),
    "one array to join": (lambda a, b: np.concatenate([a]) + b, "a + b"),
    "all of it": (lambda a, b: a[:, 0:3] - b[0:], "a - b"),
    "a part of it": (lambda a, b: a[0:2], "a[0:2]"),
    "zeros": (lambda a, b: np.zeros((3, 3)) + a * b, "a * b"),
    "a constant array": (lambda a, b: a * np.full((3, 3), 5.0), "a * 5.0"),
    "a constant array that stretches": (lambda a, b: a[0] * np.ones((2, 3)), "a[0]; v1 * c1"),
}


@pytest.mark.parametrize("name", SHORTER)
def test_the_shorter_way(name):
    f, expected = SHORTER[name]
    a, b = np.random.default_rng(0).normal(size=(2, 3, 3))
    compiled = compile(f)
    assert_same(compiled(a, b), f(a, b))
    body = compiled.source.split("\n")[1:-1]
    found = "; ".join(re.sub(r"^ *(v\d+ = )?", "", line) for line in body)
    assert found == expected or (expected == "a" and not body)


def test_an_argument_that_is_the_result_is_copied():
    a = np.array([1.0, 2.0])
    assert compile(lambda a: np.negative(-a))(a) is not a


ROSENBROCK = """\
def f(x):
    v1 = x[1:]
    v2 = x[:-1]
    v3 = v2 ** 2
    np.subtract(v1, v3, out=v3)
    v4 = 1 - v2
    v4 *= -2
    v5 = v3 * 200.0
    v3 *= -200.0
    v6 = 2 * v2
    v3 *= v6
    v4 += v3
    v7 = np.zeros(5)
    v7[:-1] = v4
    v7[1:] += v5
    return v7"""


def test_slices_are_added_where_they_belong():
    def f(x):
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    compiled = compile(grad(f))
    x = np.random.default_rng(0).normal(size=5)
    assert_same(compiled(x), grad(f)(x))
    assert compiled.source == ROSENBROCK


def test_what_is_added_to_stays_as_it_was_if_it_is_still_needed():
    def f(x):
        y = np.sin(x)
        return np.sum(y[1:] * y[:-1]) + np.sum(y**3), y

    def both(x):
        (_, y), pullback = vjp(f, x)
        return pullback((1.0, y))[0], y

    compiled = compile(both)
    x = np.array([0.3, 1.2, -0.7])
    assert_same(compiled(x), both(x))


def test_fancy_indices_that_repeat_add_up():
    index = np.array([0, 0, 2])
    slope = grad(lambda x: np.sum(np.exp(x[index])) + np.sum(x[1:] ** 2))
    x = np.array([0.3, 1.2, -0.7])
    assert_same(compile(slope)(x), slope(x))


def test_consecutive_lines_without_warnings_share_one_block():
    compiled = compile(grad(lambda x: np.sum(np.max(x, axis=1) ** 2)))
    x = np.array([[1.0, 1.0], [2.0, 3.0]])
    np.testing.assert_array_equal(compiled(x), [[1.0, 1.0], [0.0, 6.0]])
    assert compiled.source.count("errstate") == 1


# Single numbers -----------------------------------------------------------------------------------


def test_single_numbers_are_kept_as_pythons_own():
    def f(x):
        for _ in range(2):
            x = x * 0.9 + x**2 * 0.05
        return x

    compiled = compile(f)
    assert_same(compiled(0.7), np.float64(f(0.7)))
    assert compiled.source == (
        "def f(x):\n    v1 = x * 0.9\n    v2 = x * x\n    v2 *= 0.05\n    v1 += v2\n"
        "    v2 = v1 * 0.9\n    v1 *= v1\n    v1 *= 0.05\n    v2 += v1\n    return np.float64(v2)"
    )
    assert_same(compiled(np.float64(0.7)), np.float64(f(0.7)))
    assert "x = float(x)" in compiled.source


EDGES = [0.0, -0.0, 1.0, -2.5, 1e200, -1e308, 5e-324, np.inf, -np.inf, np.nan]
ON_NUMBERS = [
    "a * b + a",
    "a - b * 3",
    "-(a * a) / 7",
    "(a + b) / (a * b)",
    "(a * b) ** (a + 1)",
    "(a + b) ** -1",
    "np.sqrt(a * b) + (a + b)",
    "(a * b > a + b) * (a - 1)",
    "np.where(a * b > 0, a + b, 2 * a)",
    "np.stack([a * 2, b + 1]) * (a - b)",
    "np.float32([1, 2]) * (a * b)",
    "np.maximum(a + 1, b * 2)",
    "np.reshape(a * 2, (1,)) * np.sum(np.float32([1, 2]))",
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("expression", ON_NUMBERS)
@pytest.mark.parametrize("kind", [float, np.float64], ids=["float", "float64"])
def test_numbers_have_numpys_results_at_the_edges_too(expression, kind):
    f = eval(f"lambda a, b: {expression}", {"np": np})
    compiled = compile(f)
    for a, b in itertools.product(EDGES, repeat=2):
        found, expected = (
            compiled(kind(a), kind(b)),
            np.asarray(f(np.float64(a), np.float64(b)))[()],
        )
        assert (type(found), found.dtype) == (type(expected), expected.dtype)
        np.testing.assert_allclose(found, expected, rtol=4e-16)
    assert "float(" in compiled.source or kind is float


def test_containers_keep_their_names():
    def loss(model, rate):
        return {"loss": model["w"] * rate, "rates": [rate, (rate,)]}

    compiled = compile(loss)
    assert compiled({"w": 3.0}, 2.0) == {"loss": 6.0, "rates": [2.0, (2.0,)]}
    assert "model_w = model['w']" in compiled.source


def test_a_function_of_numpy_itself():
    a = np.array([[2.0, 1.0], [0.0, 3.0]])
    assert_same(compile(np.linalg.pinv)(a), np.linalg.pinv(a))


def test_a_traceback_shows_the_line_of_the_source():
    compiled = compile(lambda a, b: a @ b)
    compiled(np.eye(2), np.eye(2))
    with pytest.raises(ValueError, match="matmul"), np.errstate(all="raise"):
        compiled(np.eye(2), np.eye(3))  # traced again, and NumPy's own error


# Versions -----------------------------------------------------------------------------------------


def counted(f):
    def g(*args, **kwargs):
        g.runs += 1
        return f(*args, **kwargs)

    g.runs = 0
    return g


@pytest.mark.parametrize(
    "other",
    [
        np.ones(4),
        np.ones((3, 1)),
        np.ones(3, np.float32),
        [1.0, 2.0],
        (1.0, 2.0),
        1.0,
        np.float64(1),
    ],
    ids=repr,
)
def test_traced_once_for_each_structure_shape_and_dtype(other):
    def double(x):
        return trees.map_leaves(lambda leaf: 2 * leaf, x)

    f = counted(double)
    compiled = compile(f)
    for x in (np.ones(3), other, np.zeros(3), other):
        assert_same_or_equal(compiled(x), double(x))
    assert f.runs == 2


def assert_same_or_equal(found, expected):
    leaves, tree = trees.flatten(expected)
    assert_same(found, tree.build([np.asarray(x)[()] for x in leaves]))


def test_integers_and_text_are_part_of_the_version():
    f = counted(lambda x, n, how="sum": getattr(np, how)(x**n))
    compiled = compile(f)
    for _ in range(2):
        assert compiled(np.array([1.0, 2.0]), 2) == 5
        assert compiled(np.array([1.0, 2.0]), 3) == 9
        assert compiled(np.array([1.0, 2.0]), 3, how="max") == 8
    assert f.runs == 3


def test_arrays_of_integers_are_arguments():
    compiled = compile(grad(lambda x, where: np.sum(x[where] ** 2)))
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(compiled(x, np.array([0, 0])), [4.0, 0.0, 0.0])
    np.testing.assert_array_equal(compiled(x, np.array([2, 1])), [0.0, 4.0, 6.0])


def test_captured_variables_are_noticed_when_they_change():
    scale, data = 2.0, np.array([1.0, 2.0])

    def f(x):
        return np.sum(data * x) * scale

    compiled = compile(grad(f))
    x = np.ones(2)
    np.testing.assert_array_equal(compiled(x), [2.0, 4.0])
    data[0] = 10.0
    np.testing.assert_array_equal(compiled(x), [20.0, 4.0])
    scale = 1.0
    np.testing.assert_array_equal(compiled(x), [10.0, 2.0])
    data = np.array([0.0, 1.0])
    np.testing.assert_array_equal(compiled(x), [0.0, 1.0])


def test_variables_of_inner_functions_and_lists_are_watched_too():
    layers = [np.eye(2), 3.0]

    def inner(x):
        return layers[0] @ x * layers[1]

    compiled = compile(functools.partial(lambda g, x: np.sum(g(x)), inner))
    assert compiled(np.ones(2)) == 6.0
    layers[0] *= 2
    assert compiled(np.ones(2)) == 12.0
    layers[1] = 1.0
    assert compiled(np.ones(2)) == 4.0


def test_random_numbers_are_drawn_once():
    """As the documentation says; a generator's draws are to be handed over as arguments."""
    rng = np.random.default_rng(0)
    compiled = compile(lambda x: x + rng.normal())
    assert compiled(1.0) == compiled(1.0)


# Together with transformations --------------------------------------------------------------------


def test_inside_another_transformation_it_is_the_function_itself():
    compiled = compile(lambda x: np.sum(x**3))
    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(grad(compiled)(x), [3.0, 12.0])
    np.testing.assert_array_equal(compile(grad(compiled))(x), [3.0, 12.0])
    np.testing.assert_array_equal(hvp(compiled, (x,), (x,)), [6.0, 24.0])


@pytest.mark.parametrize(
    "transformed",
    [
        grad(lambda x: np.sum(np.sin(x) * x[0])),
        hessian(lambda x: np.sum(np.sin(x) * x[0])),
        jacrev(lambda x: np.outer(x, np.exp(x))),
        lambda x: jet(lambda z: np.exp(np.sin(z)), x, x, 4),
        grad(checkpoint(lambda x: np.sum(np.tanh(x) ** 3))),
        grad(lambda x: np.max(x) + np.sum(np.maximum(x, 1.0)) + np.sum(np.where(x > 1, x, -x))),
    ],
    ids=["grad", "hessian", "jacrev", "jet", "checkpoint", "ties"],
)
@pytest.mark.parametrize("x", [np.array([0.3, 1.2, -0.7]), np.array([1.0, 1.0, 1.0])], ids=str)
def test_transformations(transformed, x):
    compiled = compile(transformed)
    compiled(np.array([0.1, 0.2, 0.3]))
    assert_same(compiled(x), transformed(x))


# What decides by numbers --------------------------------------------------------------------------


def regular_det(a):
    sign, log = np.linalg.slogdet(a)
    return sign * np.exp(log)


def log_gammas(a):
    d = 3
    halves = np.arange(d) / 2
    return d * (d - 1) / 4 * np.log(np.pi) + np.sum(scipy_special.gammaln(a[:, None] - halves), 1)


MATRIX = np.array([[2.0, 1.0], [0.5, 3.0]])
WAYS_OUT = {
    "numpy.average with weights": (
        lambda w: np.average(MATRIX, weights=w),
        lambda w: np.sum(MATRIX * w) / np.sum(w),
    ),
    "the derivative of numpy.linalg.det": (np.linalg.det, regular_det),
    "numpy.linalg.lstsq": (
        lambda a: np.linalg.lstsq(a, MATRIX[0])[0],
        lambda a: np.linalg.pinv(a) @ MATRIX[0],
    ),
    "numpy.bincount": (
        lambda a: np.bincount(np.astype(a[0] > 2, int), a[0]),
        lambda a: (np.arange(2)[:, None] == (a[0] > 2)) @ a[0],
    ),
    "numpy.piecewise": (
        lambda a: np.piecewise(a, [a > 2], [np.sin, np.cos]),
        lambda a: np.select([a > 2, True], [np.sin(a), np.cos(a)]),
    ),
    "numpy.linalg.pinv with a limit": (lambda a: np.linalg.pinv(a, 1e-6), np.linalg.pinv),
    "numpy.quantile": (lambda a: np.quantile(a, a[0, 0] / 4), lambda a: np.quantile(a, 0.5)),
    "numpy.percentile": (lambda a: np.percentile(a, a[0, 0]), lambda a: np.percentile(a, 2.0)),
    "numpy.real_if_close": (np.real_if_close, np.real),
    "course_lib.special.multigammaln": (
        lambda a: special.multigammaln(a[0], 3),
        lambda a: log_gammas(a[0]),
    ),
}


@pytest.mark.parametrize("name", WAYS_OUT)
def test_the_error_names_the_function_and_a_way_out_that_works(name):
    refused, instead = WAYS_OUT[name]
    a = MATRIX + 1.0
    with pytest.raises(TypeError, match=f"compile: {re.escape(name)} looks at a traced value"):
        compile(grad(lambda a: np.sum(refused(a))))(a)
    assert_same(compile(instead)(a), instead(a))
    slope = grad(lambda a: np.sum(instead(a)))
    assert_same(compile(slope)(a), slope(a))
    if "quantile" not in name and "percentile" not in name:
        np.testing.assert_allclose(slope(a), grad(lambda a: np.sum(refused(a)))(a), rtol=1e-10)


def test_all_of_them_are_tried():
    assert {name for name, _ in errors.DECIDED_BY_NUMBERS.values()} == set(WAYS_OUT)


# Random programs: memory is reused, and no value is lost by it ------------------------------------

STEPS = [
    *("np.sin({a})", "-{a}", "{a} * {b}", "{a} - {b}", "{a} + {a}", "{a} @ {b}", "{a}.T + {b}"),
    *("{a}[::-1] * {b}", "np.where({a} > {b}, {a}, 1.0)", "{a} / (2 + np.cos({b}))", "{a}.T"),
    *("np.reshape({a}.T, (3, 3))", "np.sum({a}, 0) * {b}", "np.broadcast_to({a}[0], (3, 3))"),
    *("np.max({a}, axis=1, keepdims=True) - {b}", "np.concatenate([{a}[1:], {b}[:1]])"),
]


@st.composite
def programs(draw):
    known, lines = ["x", "y"], []
    for i in range(draw(st.integers(3, 12))):
        a, b = draw(st.sampled_from(known)), draw(st.sampled_from(known))
        lines.append(f"    z{i} = np.tanh({draw(st.sampled_from(STEPS)).format(a=a, b=b)})")
        known.append(f"z{i}")
    results = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3))
    return "\n".join(["def f(x, y):", *lines, f"    return ({', '.join(results)},)"])


@settings(derandomize=True, deadline=None, database=None, max_examples=150)
@given(programs())
def test_random_programs(program):
    namespace = {"np": np}
    exec(program, namespace)
    f = namespace["f"]

    def loss(x, y):
        return sum(np.sum(z * z) for z in f(x, y))

    rng = np.random.default_rng(0)
    for g in (f, value_and_grad(loss, (0, 1)), lambda x, y: hvp(loss, (x, y), (y, x))):
        compiled = compile(g)
        compiled(np.eye(3), np.eye(3))
        x, y = rng.normal(size=(2, 3, 3))
        kept = x.copy(), y.copy()
        expected = g(x, y)
        found = compiled(x, y)
        compiled(y, x)  # must not touch what an earlier run returned
        for a, b in zip(trees.flatten(found)[0], trees.flatten(expected)[0], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-12)
        np.testing.assert_array_equal((x, y), kept)
