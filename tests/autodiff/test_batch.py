"""One sweep for many directions gives what one sweep for each of them gives."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib import (
    checkpoint,
    compile,
    grad,
    hessian,
    jacfwd,
    jacrev,
    jet,
    jvp,
    primitive,
    taylor,
)
from course_lib.autodiff import derivatives, trees
from course_lib.autodiff.batch import BatchTrace
from course_lib.autodiff.rules.stacks import STACK_RULES
from tests.autodiff.all_cases import CASES
from tests.autodiff.cases import Case, values

every_case = pytest.mark.parametrize("case", CASES, ids=str)


def unit_directions(primals):
    leaves, tree = trees.flatten(primals)
    for i, leaf in enumerate(leaves):
        for position in np.ndindex(np.shape(leaf)):
            unit = [np.zeros_like(x) for x in leaves]
            unit[i] = np.asarray(unit[i])
            unit[i][position] = 1
            yield tree.build([u[()] for u in unit])


def as_matrix(jacobian, y, primals):
    """A Jacobian of nested blocks as one matrix: a row for each number of the result."""
    rows = []
    inner = trees.flatten(primals)[0]
    blocks = iter(trees.flatten(jacobian)[0])
    for out in trees.flatten(y)[0]:
        rows.append(
            np.concatenate(
                [np.reshape(next(blocks), (np.size(out), np.size(x))) for x in inner], axis=1
            )
        )
    return np.concatenate(rows)


@every_case
def test_jacobians_are_those_of_one_direction_at_a_time(case):
    primals = tuple(case.values())
    argnums = tuple(range(len(primals)))
    y = case.of(*primals)
    columns = [
        np.concatenate([np.ravel(t) for t in trees.flatten(jvp(case.of, primals, unit)[1])[0]])
        for unit in unit_directions(primals)
    ]
    expected = np.stack(columns, axis=1) if columns else np.zeros((np.size(y), 0))
    for jacobian in (jacfwd, jacrev):
        found = as_matrix(jacobian(case.of, argnums)(*primals), y, primals)
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12)


def plain_calls(primitive):
    """The cases of a function that give it real arrays; calls for those that give complex ones."""
    if primitive.function in (np.fft.fft, np.fft.ifft, np.fft.rfft, np.fft.irfft):
        for axis, n in [(0, None), (-1, 5), (1, 2)]:
            yield Case(primitive, (values((3, 4)),), {"axis": axis, "n": n})
    for case in CASES:
        if case.function in (primitive, primitive.function) and case.function is not np.where:
            yield case


@pytest.mark.parametrize("primitive", STACK_RULES, ids=lambda p: p.name)
def test_each_rule_for_stacks_gives_the_results_of_the_rows(primitive):
    rng = np.random.default_rng(0)
    used = 0
    for case in plain_calls(primitive):
        for stacked in range(1, 2 ** len(case.differentiated)):
            with BatchTrace(3) as trace:
                args = list(case.args)
                for bit, i in enumerate(case.differentiated):
                    if stacked >> bit & 1:
                        args[i] = trace.box(rng.normal(size=(3, *np.shape(args[i]))))
                result = STACK_RULES[primitive](trace, args, case.kwargs)
                if result is None:
                    continue
                used += 1
                rows = trace.row_by_row(lambda *row, kw=case.kwargs: primitive(*row, **kw), args)
            np.testing.assert_allclose(result, rows.primal, rtol=1e-12, atol=1e-13)
            assert result.dtype == rows.dtype
    assert used, f"no case in tests/autodiff/cases.py tries the rule of {primitive.name}"


def network(weights, inputs):
    hidden = np.tanh(inputs @ weights["w1"] + weights["b1"])
    scores = np.concatenate([hidden, hidden[:, ::-1] ** 2], axis=1) @ weights["w2"]
    scores = scores - np.max(scores, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(scores), axis=1)) - np.where(scores > 0, scores, 0)[:, 0])


def data():
    rng = np.random.default_rng(0)
    weights = {"w1": (2, 3), "b1": (3,), "w2": (6, 2)}
    return {k: rng.normal(size=s) for k, s in weights.items()}, rng.normal(size=(5, 2))


def by_products(weights, inputs):
    """The Hessian from one Hessian-vector product for each weight."""
    columns = []
    for (unit,) in unit_directions((weights,)):
        product = jvp(lambda w: grad(network)(w, inputs), (weights,), (unit,))[1]
        columns.append(np.concatenate([np.ravel(x) for x in product.values()]))
    return np.stack(columns, axis=1)


def as_square(blocks, weights):
    return np.block(
        [
            [np.reshape(blocks[a][b], (x.size, y.size)) for b, y in weights.items()]
            for a, x in weights.items()
        ]
    )


@pytest.mark.parametrize("numbers_in_a_stack", [1, 40, 2**17])
def test_hessian_of_a_network_by_stacks_of_any_height(numbers_in_a_stack, monkeypatch):
    monkeypatch.setattr(derivatives, "STACK", numbers_in_a_stack)
    weights, inputs = data()
    found = as_square(hessian(network)(weights, inputs), weights)
    np.testing.assert_allclose(found, by_products(weights, inputs), rtol=1e-11, atol=1e-13)


def test_no_operation_of_a_network_goes_row_by_row(monkeypatch):
    def fail(self, function, args):
        raise AssertionError(f"row by row: {args}")

    monkeypatch.setattr(BatchTrace, "row_by_row", fail)
    hessian(network)(*data())
    jacfwd(lambda w: grad(network)(w, data()[1]))(data()[0])


def test_sweeps_do_not_grow_with_the_number_of_inputs(monkeypatch):
    """The tangents of 50 inputs take the operations that those of 5 take."""
    calls = []
    process = BatchTrace.process

    def counted(self, primitive, args, kwargs):
        calls.append(primitive)
        return process(self, primitive, args, kwargs)

    monkeypatch.setattr(BatchTrace, "process", counted)
    counts = []
    for n in (5, 50):
        calls.clear()
        jacfwd(lambda x: np.sin(x) * np.sum(x**2))(np.linspace(0, 1, n))
        counts.append(len(calls))
    assert counts[0] == counts[1] > 0


def test_third_derivatives():
    x = np.array([0.5, -1.0, 2.0])
    found = jacfwd(hessian(lambda x: x[0] ** 2 * x[1] * np.exp(x[2])))(x)
    e = np.exp(2.0)
    assert found.shape == (3, 3, 3)
    np.testing.assert_allclose(found[0, 0, 1], 2 * e, rtol=1e-14)
    np.testing.assert_allclose(found[2, 1, 0], 2 * 0.5 * e, rtol=1e-14)
    for axes in ((0, 2, 1), (1, 0, 2), (2, 1, 0)):
        np.testing.assert_allclose(found, np.transpose(found, axes), rtol=1e-14)
    np.testing.assert_allclose(jacrev(jacrev(jacrev(lambda x: np.sum(x**4))))(x)[1, 1, 1], -24.0)


def test_jacobian_inside_a_gradient():
    def f(x):
        return np.sum(jacfwd(np.sin)(x) ** 2) + np.sum(jacrev(np.square)(x))

    x = np.array([0.3, 1.2])
    np.testing.assert_allclose(grad(f)(x), -2 * np.sin(x) * np.cos(x) + 2, rtol=1e-14)


def test_float32_stays():
    x = np.array([0.5, 1.0, 2.0], np.float32)
    for jacobian in (jacfwd, jacrev):
        found = jacobian(lambda x: np.sin(x) @ np.outer(x, x))(x)
        assert found.dtype == np.float32
    assert hessian(lambda x: np.sum(x**3))(x).dtype == np.float32


def test_a_rule_of_the_readers_own_sees_one_direction_at_a_time():
    seen = []

    def rule(tangents, y, x):
        seen.append(tangents[0].shape)
        return 2 * x * tangents[0] if np.any(tangents[0] > 0) else np.zeros(3)

    def back(y_bar, y, x):
        seen.append(y_bar.shape)
        return (2 * x * float(np.sum(y_bar)),)

    x = np.array([1.0, 2.0, 3.0])
    forward = primitive(lambda x: x * x, jvp=rule)
    np.testing.assert_array_equal(jacfwd(forward)(x), np.diag(2 * x))
    backward = primitive(lambda x: x * x, vjp=back)
    np.testing.assert_array_equal(jacrev(backward)(x), np.tile(2 * x, (3, 1)))
    assert seen == [(3,)] * 6


def test_the_inside_of_a_stack_is_not_one_number():
    with BatchTrace(2) as trace:
        value = trace.box(np.zeros((2, 3)))
        assert (value.shape, value.ndim, value.size, len(value)) == ((3,), 1, 3, 3)
        with pytest.raises(TypeError, match="decide by the arguments"):
            bool(np.sum(value) > 0)


@pytest.mark.parametrize("transform", [jacfwd, jacrev, hessian])
def test_compiled(transform):
    def f(x):
        return np.sum(np.tanh(np.outer(x, x)) @ x)

    x = np.array([0.1, 0.7, -0.4])
    derivative = transform(f)
    compiled = compile(derivative)
    np.testing.assert_allclose(compiled(x), derivative(x), rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(compiled(2 * x), derivative(2 * x), rtol=1e-14, atol=1e-15)
    assert compiled.source.count("\n") < 60


def test_checkpoint_sweeps_stacks():
    x = np.array([0.1, 0.7, -0.4])

    def f(x):
        return np.cumsum(np.sin(x)) * x

    for jacobian in (jacfwd, jacrev):
        np.testing.assert_allclose(jacobian(checkpoint(f))(x), jacobian(f)(x), rtol=1e-14)


def test_blocks_are_arrays_of_their_own():
    """Nobody expects that a change of one derivative changes another."""
    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    for jacobian in (jacfwd, jacrev):
        first, second = jacobian(lambda x, y: x + y, (0, 1))(x, y)
        first[0, 0] = 7.0
        np.testing.assert_array_equal(second, np.eye(2))
        constant = jacobian(lambda x: np.array([1.0, 2.0]))(x)
        constant += 1


@every_case
def test_taylor_series_along_many_directions_are_those_along_each(case):
    primals = tuple(case.values())
    leaves, tree = trees.flatten(primals)
    rng = np.random.default_rng(0)
    stacks = [rng.normal(size=(2, *np.shape(x))) for x in leaves]

    def series(direction, **kwargs):
        return taylor(lambda args: case.of(*args), primals, tree.build(direction), 2, **kwargs)

    found = series(stacks, stacked=True)
    for i in range(2):
        for order, expected in enumerate(series([s[i][()] for s in stacks])):
            for a, b in zip(
                trees.flatten(found[order])[0], trees.flatten(expected)[0], strict=True
            ):
                np.testing.assert_allclose(a[i], b, rtol=1e-9, atol=1e-10)


def test_jets_along_the_axes():
    x = np.array([1.0, 2.0])
    found = jet(lambda x: {"y": x[0] ** 3 * x[1], "c": 2.0}, x, np.eye(2), 2, stacked=True)
    np.testing.assert_allclose([level["y"] for level in found], [[2, 2], [6, 1], [12, 0]])
    np.testing.assert_array_equal([level["c"] for level in found], [[2, 2], [0, 0], [0, 0]])
    found[0]["c"] += 1  # arrays of one's own
    np.testing.assert_allclose(jet(np.sin, 0.0, np.ones(4), 1, stacked=True)[1], np.ones(4))


@pytest.mark.parametrize("direction", [np.ones(2), np.ones((3, 3)), np.ones((0, 2)), 1.0])
def test_a_stack_of_directions_must_fit(direction):
    with pytest.raises(ValueError, match="taylor: direction"):
        taylor(np.sum, np.ones(2), direction, 2, stacked=True)
