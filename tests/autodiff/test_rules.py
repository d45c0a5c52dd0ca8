"""Every rule of the table, against small steps, complex steps, and another engine."""

from __future__ import annotations

import warnings

import autograd
import autograd.numpy as anp
import autograd.scipy.special as anp_special
import numpy as np
import pytest
from autograd.core import primitive_vjps
from scipy import special

from course_lib import check_grads, grad, jvp, vjp
from course_lib.autodiff import trees
from course_lib.autodiff.rules.casting import cast
from course_lib.autodiff.trace import RULES, Box
from tests.autodiff.all_cases import AUTOGRAD_FAILS, CASES, CONSTANT_CASES, NOT_ANALYTIC
from tests.autodiff.cases import Case

ANALYTIC = [case for case in CASES if not {case.key, case.function} & NOT_ANALYTIC]

every_case = pytest.mark.parametrize("case", CASES, ids=str)


def random_like(value, rng):
    return trees.map_leaves(
        lambda leaf: np.asarray(rng.normal(size=np.shape(leaf))).astype(leaf.dtype)[()], value
    )


def bent_at(point, value):
    """The values, with second derivatives: x + (x - point)² / 4 at x = point."""
    points, tree = trees.flatten(point)
    leaves = trees.flatten(value)[0]
    return tree.build([x + (x - p) ** 2 / 4 for x, p in zip(leaves, points, strict=True)])


def dot(a, b):
    pairs = zip(trees.flatten(a)[0], trees.flatten(b)[0], strict=True)
    return sum((np.sum(u * v) for u, v in pairs), start=0.0)


def shapes_and_dtypes(value):
    return [(np.shape(leaf), leaf.dtype) for leaf in trees.flatten(value)[0]]


def test_every_rule_has_a_case():
    covered = {case.key for case in [*CASES, *CONSTANT_CASES]}
    missing = [RULES[key].name for key in RULES if key not in covered]
    assert not missing, f"no case in tests/autodiff/cases.py for {missing}"


@every_case
def test_value_is_that_of_numpy(case):
    expected = case.of(*case.values())
    for dtype in (np.float64, np.float32):
        primals = tuple(case.values(dtype))
        forward = jvp(case.of, primals, primals)[0]
        reverse = vjp(case.of, *primals)[0]
        rtol = 1e-4 if dtype is np.float32 else 1e-12
        for f, r, e in zip(
            *(trees.flatten(y)[0] for y in (forward, reverse, expected)), strict=True
        ):
            np.testing.assert_allclose(f, e, rtol=rtol, atol=rtol / 100)
            np.testing.assert_array_equal(f, r)


@every_case
def test_first_and_second_derivatives_against_central_differences(case):
    check_grads(case.of, tuple(case.values()), order=2, rtol=2e-6)


@pytest.mark.parametrize("case", ANALYTIC, ids=str)
def test_tangent_against_complex_step(case):
    rng = np.random.default_rng(0)
    primals = tuple(case.values())
    tangents = random_like(primals, rng)
    shifted = trees.flatten(primals)
    moved = [x + 1e-20j * t for x, t in zip(shifted[0], trees.flatten(tangents)[0], strict=True)]
    expected = trees.flatten(case.of(*shifted[1].build(moved)))[0]
    y_dot = trees.flatten(jvp(case.of, primals, tangents)[1])[0]
    for found, y in zip(y_dot, expected, strict=True):
        np.testing.assert_allclose(found, np.imag(y) / 1e-20, rtol=1e-12, atol=1e-13)


@every_case
def test_pullback_is_the_transpose_of_the_tangent(case):
    """For each set of traced arguments: <w, J v> = <Jᵀ w, v>."""
    rng = np.random.default_rng(0)
    primals = case.values()
    for traced in {tuple(range(len(primals))), *((i,) for i in range(len(primals)))}:

        def f(*some, traced=traced):
            complete = list(primals)
            for i, x in zip(traced, some, strict=True):
                complete[i] = x
            return case.of(*complete)

        chosen = tuple(primals[i] for i in traced)
        tangents = random_like(chosen, rng)
        y, y_dot = jvp(f, chosen, tangents)
        y, pullback = vjp(f, *chosen)
        weights = random_like(y, rng)
        adjoints = pullback(weights)
        np.testing.assert_allclose(
            dot(weights, y_dot), dot(adjoints, tangents), rtol=1e-11, atol=1e-13
        )


@every_case
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_dtype_of_derivatives(case, dtype):
    primals = tuple(case.values(dtype))
    y, y_dot = jvp(case.of, primals, primals)
    assert shapes_and_dtypes(y_dot) == shapes_and_dtypes(y)
    y, pullback = vjp(case.of, *primals)
    assert shapes_and_dtypes(pullback(y)) == shapes_and_dtypes(primals)
    if not {case.function, *case.kwargs} & {cast, "dtype"}:
        assert shapes_and_dtypes(y) == shapes_and_dtypes(case.of(*primals))


@every_case
def test_float32_derivatives_are_those_of_float64(case):
    wide, narrow = (tuple(case.values(dtype)) for dtype in (np.float64, np.float32))
    weights = random_like(case.of(*wide), np.random.default_rng(0))
    expected = vjp(case.of, *wide)[1](weights)
    found = vjp(case.of, *narrow)[1](weights)
    for a, b in zip(trees.flatten(found)[0], trees.flatten(expected)[0], strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-3, atol=2e-4)


@every_case
def test_four_ways_to_second_derivatives(case):
    rng = np.random.default_rng(0)
    primals = tuple(case.values())
    weights = random_like(case.of(*primals), rng)
    u, v = random_like(primals, rng), random_like(primals, rng)

    def loss(*xs):
        """Bent before and after, so that tangents and adjoints that meet the rule vary too."""
        y = case.of(*map(bent_at, primals, xs))
        return dot(weights, y) + dot(y, y) / 2

    every = tuple(range(len(primals)))
    gradient = grad(loss, every)

    def along_v(*xs):
        return jvp(loss, xs, v)[1]

    def gradient_along_v(*xs):
        return dot(gradient(*xs), v)

    forward_over_reverse = dot(jvp(gradient, primals, v)[1], u)
    for other in (
        jvp(along_v, primals, u)[1],
        dot(grad(along_v, every)(*primals), u),
        dot(grad(gradient_along_v, every)(*primals), u),
    ):
        np.testing.assert_allclose(other, forward_over_reverse, rtol=1e-9, atol=1e-11)


def in_autograd(function):
    """The same function of HIPS autograd, or None if it has no derivative there."""
    name = getattr(function, "__name__", "")
    pairs = ((np, anp), (np.linalg, anp.linalg), (np.fft, anp.fft), (special, anp_special))
    for ours, theirs in pairs:
        if getattr(ours, name, None) is function:
            peer = getattr(theirs, name, None)
            return peer if peer in primitive_vjps or not hasattr(peer, "fun") else None
    return None


def has_elements(case):
    return all(np.size(leaf) > 0 for leaf in trees.flatten(case.values())[0])


COMPARABLE = [
    case
    for case in CASES
    if in_autograd(case.function)
    and has_elements(case)
    and not AUTOGRAD_FAILS & {str(case), case.function}
]


@pytest.mark.parametrize("case", COMPARABLE, ids=str)
def test_gradient_against_another_engine(case):
    peer = in_autograd(case.function)
    primals = case.values()
    weights = random_like(case.of(*primals), np.random.default_rng(0))

    def loss(values):
        outputs = case.of(*values, function=peer)
        if not isinstance(weights, tuple | list):
            return anp.sum(weights * outputs)
        return sum(anp.sum(w * y) for w, y in zip(weights, outputs, strict=True))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = autograd.grad(loss)(primals)
    found = vjp(case.of, *primals)[1](weights)
    for a, b in zip(trees.flatten(found)[0], trees.flatten(expected)[0], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("case", CONSTANT_CASES, ids=str)
def test_constants_are_not_traced(case: Case):
    expected = case.function(*case.args, **case.kwargs)

    def f(*xs):
        y = case.of(*xs)
        assert not any(isinstance(leaf, Box) for leaf in trees.flatten(y)[0])
        if case.function is not np.empty_like:
            np.testing.assert_equal(y, expected)
        return np.sum(xs[0])

    for g in (grad(f), lambda *xs: jvp(f, xs, xs)):
        g(*case.values())
