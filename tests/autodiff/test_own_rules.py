"""Derivatives written by the reader, recomputing instead of storing, and arrays that change."""

from __future__ import annotations

import math

import numpy as np
import pytest

from course_lib import (
    check_grads,
    checkpoint,
    compile,
    grad,
    hessian,
    jacfwd,
    jacrev,
    jet,
    jvp,
    primitive,
    stop_gradient,
    taylor,
    value_and_grad,
    vjp,
)
from course_lib.autodiff import trees
from course_lib.autodiff.reverse import record


def cube_by_loop(x):
    """A function that traced values could not pass: it fills an array."""
    out = np.empty_like(x)
    for i, value in np.ndenumerate(x):
        out[i] = math.pow(value, 3)
    return out


by_vjp = primitive(cube_by_loop, vjp=lambda y_bar, y, x: y_bar * 3 * x**2)
by_jvp = primitive(cube_by_loop, jvp=lambda tangents, y, x: 3 * x**2 * tangents[0])
by_both = primitive(
    cube_by_loop,
    jvp=lambda tangents, y, x: 3 * x**2 * tangents[0],
    vjp=lambda y_bar, y, x: (y_bar * 3 * x**2,),
)


@pytest.mark.parametrize("cube", [by_vjp, by_jvp, by_both], ids=["vjp", "jvp", "both"])
def test_one_rule_serves_every_mode(cube):
    x, v = np.array([1.0, -2.0]), np.array([0.5, 3.0])
    np.testing.assert_allclose(cube(x), x**3)
    np.testing.assert_allclose(jvp(cube, (x,), (v,))[1], 3 * x**2 * v)
    np.testing.assert_allclose(vjp(cube, x)[1](v)[0], 3 * x**2 * v)
    np.testing.assert_allclose(hessian(lambda x: np.sum(cube(x)))(x), np.diag(6 * x))
    np.testing.assert_allclose(
        jet(cube, x, v, 4), [x**3, 3 * x**2 * v, 6 * x * v**2, 6 * v**3, 0 * x]
    )
    check_grads(cube, (x,), order=3)


def test_several_arguments_and_keywords():
    def weighted(x, w, *, power=1):
        return x**power * w

    def rule(y_bar, y, x, w, *, power=1):
        return y_bar * power * x ** (power - 1) * w, y_bar * x**power

    own = primitive(weighted, vjp=rule)
    for chosen in (0, 1, (0, 1)):
        found = grad(own, chosen)(2.0, 5.0, power=3)
        assert found == grad(weighted, chosen)(2.0, 5.0, power=3)


@pytest.mark.parametrize(
    "own",
    [
        primitive(
            lambda x, w: x * w, jvp=lambda tangents, y, x, w: tangents[0] * w + x * tangents[1]
        ),
        primitive(lambda x, w: x * w, vjp=lambda y_bar, y, x, w: (y_bar * w, y_bar * x)),
    ],
    ids=["jvp", "vjp"],
)
def test_arguments_that_are_constants_do_not_move(own):
    assert jvp(lambda x: own(x, 5.0), (2.0,), (1.0,))[1] == 5.0
    assert jvp(lambda w: own(2.0, w), (5.0,), (1.0,))[1] == 2.0
    assert grad(lambda x: own(x, 5.0))(2.0) == 5.0
    assert grad(lambda w: own(2.0, w))(5.0) == 2.0


def test_none_is_a_zero_cotangent():
    own = primitive(lambda x, w: x * w, vjp=lambda y_bar, y, x, w: (y_bar * w, None))
    assert grad(own, (0, 1))(2.0, 5.0) == (5.0, 0.0)


def test_as_decorator_it_keeps_name_and_documentation():
    @primitive(jvp=lambda tangents, y, x: tangents[0])
    def same(x):
        """Nothing happens."""
        return x + 0

    assert (same.__name__, same.__doc__) == ("same", "Nothing happens.")
    assert grad(same)(1.0) == 1.0


def test_a_rule_may_return_a_number_of_python():
    for steps in (
        primitive(np.floor, vjp=lambda y_bar, y, x: 0),
        primitive(np.floor, jvp=lambda tangents, y, x: 0.0),
    ):
        for slope in (grad(steps)(1.5), jvp(steps, (1.5,), (1.0,))[1]):
            assert (slope, type(slope)) == (0.0, np.float64)


def test_a_function_may_return_a_number_of_python():
    sine = primitive(math.sin, jvp=lambda tangents, y, x: np.cos(x) * tangents[0])
    for slope in (grad(sine)(0.0), jvp(sine, (0.0,), (1.0,))[1], jet(sine, 0.0, 1.0, 1)[1]):
        assert (slope, type(slope)) == (1.0, np.float64)
    step = primitive(lambda x: 0 if x < 0 else 1, jvp=lambda tangents, y, x: 0.5 * tangents[0])
    assert value_and_grad(step)(2.0) == (1.0, 0.5)


@pytest.mark.parametrize("result", [(1.0, 2.0), None, [1.0]], ids=repr)
def test_one_result_is_all_a_primitive_can_have(result):
    own = primitive(lambda x: result, jvp=lambda tangents, y, x: tangents[0])
    for call in (own, grad(own), lambda x: jet(own, x, 1.0, 2)):
        with pytest.raises(TypeError, match=r"<lambda>: the function must return one number or"):
            call(2.0)


def test_wrong_rules_are_refused():
    with pytest.raises(TypeError, match=r"primitive: give the derivative as jvp=… or vjp=…"):
        primitive(np.sin)
    short = primitive(lambda x, w: x * w, vjp=lambda y_bar, y, x, w: (y_bar,))
    with pytest.raises(ValueError, match=r"one cotangent for each of the 2 arguments.*found 1"):
        grad(short)(1.0, 2.0)
    misshapen = primitive(lambda x: 2 * x, vjp=lambda y_bar, y, x: np.sum(y_bar))
    with pytest.raises(ValueError, match=r"must have shape \(2,\), found \(\)"):
        grad(lambda x: np.sum(misshapen(x)))(np.ones(2))


def test_captured_traced_values_are_refused():
    own = lambda z, x: primitive(lambda z: z * x, vjp=lambda y_bar, y, z: y_bar)(z)  # noqa: E731
    with pytest.raises(TypeError, match="uses a traced value that is not among its arguments"):
        grad(lambda x: own(2 * x, x))(3.0)
    with pytest.raises(TypeError, match=r"checkpoint: .* not among its arguments.*Pass that value"):
        grad(lambda x: checkpoint(lambda z: z * x)(2 * x))(3.0)


def cubic(x):
    return primitive(lambda w: x**2 * w, jvp=lambda tangents, y, w: tangents[0] * x**2)


@pytest.mark.parametrize("piece", [cubic, lambda x: checkpoint(lambda w: x**2 * w)])
@pytest.mark.parametrize("after", [lambda y, x: y, lambda y, x: y * x])
@pytest.mark.parametrize(
    "inner", [lambda f: jvp(f, (3.0,), (1.0,))[1], lambda f: grad(f)(3.0), lambda f: jacfwd(f)(3.0)]
)
def test_captured_values_of_an_inner_transformation_are_refused(piece, after, inner):
    def f(w):
        return inner(lambda x: after(piece(x)(w), x))

    for outer in (grad, jacfwd, hessian):
        with pytest.raises(TypeError, match="uses a traced value that is not among its arguments"):
            outer(f)(2.0)


def layers(x, network):
    for w in network:
        x = np.tanh(x @ w)
    return {"last": x, "size": np.sum(x**2)}


def loss(piece):
    return lambda x, network: piece(x, network)["size"] + np.sum(piece(x, network)["last"])


def test_checkpoint_changes_no_derivative():
    rng = np.random.default_rng(0)
    x, network = rng.normal(size=3), [rng.normal(size=(3, 3)) for _ in range(4)]
    stored, again = grad(loss(layers), (0, 1)), grad(loss(checkpoint(layers)), (0, 1))
    for a, b in zip(stored(x, network)[1], again(x, network)[1], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)
    np.testing.assert_allclose(
        hessian(loss(layers))(x, network), hessian(loss(checkpoint(layers)))(x, network), rtol=1e-12
    )
    np.testing.assert_allclose(
        jet(lambda x: loss(layers)(x, network), x, x, 4),
        jet(lambda x: loss(checkpoint(layers))(x, network), x, x, 4),
        rtol=1e-12,
    )


def test_checkpoint_stores_less():
    def steps(x):
        for _ in range(50):
            x = np.sin(x)
        return x

    def lines(f):
        return len(record("test", f, [np.ones(3)])[1]._tape)

    assert lines(steps) == 51
    assert lines(checkpoint(steps)) < 6


def picked(x, index, name, table, *, power):
    assert name == "a name"
    return {"all": np.sum(x[index] ** power) * table, "first": x[0]}


def test_checkpoint_takes_what_is_no_float():
    x, index, table = np.array([1.0, 2.0, 3.0]), np.array([0, 2, 2]), np.array([1, 2])

    def of(piece):
        def f(x):
            out = piece(x, index, "a name", table, power=2)
            return np.sum(out["all"]) * out["first"] + np.sum(
                piece(x, 1, "a name", 3, power=3)["all"]
            )

        return f

    stored, again = of(picked), of(checkpoint(picked))
    for derivative in (grad, jacfwd, jacrev, hessian):
        np.testing.assert_allclose(derivative(again)(x), derivative(stored)(x))
    np.testing.assert_allclose(jet(again, x, x, 3), jet(stored, x, x, 3))


def test_checkpoint_of_a_function_with_memory_is_refused():
    buffer, calls, rng = np.ones(3), [], np.random.default_rng(0)
    message = "checkpoint: the function gave another value"

    def counted(x):
        calls.append(x)
        return x * len(calls)

    def growing(x):
        calls.append(x)
        return x[: 1 + len(calls) % 2]

    for noisy in (counted, lambda x: x * rng.normal(), growing):
        for transformed in (
            grad(lambda x, f=noisy: np.sum(checkpoint(f)(x))),
            lambda x, f=noisy: jvp(checkpoint(f), (x,), (x,)),
            lambda x, f=noisy: jet(checkpoint(f), x, x, 2),
        ):
            with pytest.raises(ValueError, match=message):
                transformed(np.ones(3))

    def refilled(x):
        y = checkpoint(lambda x: np.sum(x * buffer))(x)
        buffer[:] = 5
        return y

    with pytest.raises(ValueError, match=message):
        grad(refilled)(np.ones(3))
    _, pullback = vjp(checkpoint(lambda x: np.sum(x * buffer)), np.ones(3))
    buffer[:] = 6
    with pytest.raises(ValueError, match=message):
        pullback(1.0)


def test_checkpoint_allows_what_rounding_changes():
    x = np.random.default_rng(0).normal(size=(30, 7))
    x = next(row for row in x if value_and_grad(np.prod)(row)[0] != np.prod(row))
    product = np.prod(x)
    for f in (np.prod, lambda x: np.prod(x) - product):
        np.testing.assert_array_equal(grad(checkpoint(f))(x), grad(f)(x))

    calls = []

    def nearly_the_same(x):
        calls.append(x)
        return np.prod(x) - product + 1e-12 * len(calls)

    with pytest.raises(ValueError, match="checkpoint: the function gave another value"):
        grad(checkpoint(nearly_the_same))(x)


def test_checkpoint_allows_a_jump_that_rounding_decides():
    """The derivative rules round the diagonal of 1.0 otherwise than NumPy does."""

    def f(x):
        return np.sum(np.floor(np.corrcoef(x)) * x[0, 0])

    points = np.random.default_rng(0).normal(size=(50, 2, 4))
    assert any(jvp(f, (x,), (x,))[0] != f(x) for x in points)
    for x in points:
        np.testing.assert_array_equal(grad(checkpoint(f))(x), grad(f)(x))


@pytest.mark.parametrize("period", [2, 3, 4])
def test_checkpoint_of_a_function_that_returns_to_its_first_value_is_refused(period):
    calls = []

    def in_turns(x):
        calls.append(x)
        return x * (1 + len(calls) % period)

    with pytest.raises(ValueError, match="checkpoint: the function gave another value"):
        grad(checkpoint(in_turns))(1.0)


def with_a_mask(x):
    largest = np.argmax(x)
    return {"y": x**2, "mask": x > 1, "index": largest, "none": None, "count": 2, "flag": True}


@pytest.mark.parametrize("wrap", [lambda f: f, compile], ids=["", "compile"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_checkpoint_returns_what_is_no_float_as_it_is(wrap, dtype):
    x = np.array([0.5, 3.0, 2.0], dtype)

    def of(piece):
        def f(x):
            out = piece(x)
            assert out["none"] is None
            assert out["y"].dtype == dtype
            assert out["mask"].dtype == bool
            assert out["index"].dtype.kind == "i"
            chosen = np.where(out["mask"], out["y"], x) * np.where(out["flag"], 2, 3)
            return np.sum(chosen * (np.arange(3) != out["index"])) * out["count"]

        return f

    again = checkpoint(with_a_mask)
    for derivative in (grad, jacfwd):
        found, expected = wrap(derivative(of(again)))(x), derivative(of(with_a_mask))(x)
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == expected.dtype or wrap is compile  # for which a count is int64
    assert jvp(checkpoint(lambda x: ()), (x,), (x,)) == ((), ())
    for text in ("a text", 1j):
        with pytest.raises(TypeError, match="checkpoint: the function must return real numbers"):
            jvp(checkpoint(lambda x, text=text: (x, text)), (x,), (x,))


@pytest.mark.parametrize("pole", [np.nan, np.inf])
def test_checkpoint_of_what_is_no_number(pole):
    np.testing.assert_array_equal(grad(checkpoint(lambda x: np.sum(x) + pole))(np.ones(3)), 1.0)


def test_checkpoint_without_tracing_is_the_function():
    assert checkpoint(lambda x, *, k: k * x)(2, k="ab") == "abab"


def test_stop_gradient():
    assert grad(lambda x: x * stop_gradient(x))(3.0) == 3.0
    assert grad(lambda x: grad(lambda y: y * stop_gradient(x * y))(x))(2.0) == 0.0
    nested = stop_gradient({"a": [1.0, np.ones(2)]})
    assert nested["a"][0] == 1.0


def test_what_stop_gradient_returns_may_be_changed():
    def f(x):
        y = np.exp(x)
        for value in (x, y):
            stop_gradient(value)[0] = 100.0
        return np.sum(y)

    x = np.zeros(3)
    np.testing.assert_array_equal(grad(f)(x), np.ones(3))
    np.testing.assert_array_equal(jvp(f, (x,), (np.ones(3),))[1], 3.0)
    stop_gradient(x)[0] = 7.0
    np.testing.assert_array_equal(x, np.zeros(3))


def test_a_buffer_that_is_filled_again_is_refused():
    buffer = np.zeros(3)

    def f(x):
        total = 0.0
        for i in range(3):
            buffer[:] = i
            total = total + np.sum(buffer * x)
        return total

    with pytest.raises(ValueError, match=r"changed in place.*a = a.copy\(\)"):
        grad(f)(np.ones(3))
    buffer[0] = 5  # and it can be written to again afterwards


def test_a_view_does_not_help():
    base = np.arange(6.0)

    def f(x):
        y = np.sum(base[:3] * x)
        base[:] = 0
        return y

    with pytest.raises(ValueError, match="changed in place"):
        grad(f)(np.ones(3))
    assert base.flags.writeable


def test_a_changed_argument_is_refused():
    x = np.ones(3)

    def f(traced):
        y = np.sum(traced**2)
        x[0] = 7
        return y

    with pytest.raises(ValueError, match="changed in place"):
        grad(f)(x)


def test_a_pullback_keeps_what_it_needs():
    w, x, index = np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.2, 0.3]), np.array([0, 2])
    y, pullback = vjp(lambda x: np.tanh(x * w)[index], x)
    before = pullback(np.ones(2))[0]
    w[:], x[:], index[:], y[:] = 7, 7, 1, 7
    np.testing.assert_array_equal(pullback(np.ones(2))[0], before)


@pytest.mark.parametrize("f", [np.square, np.exp], ids=["of the argument", "of the result"])
def test_a_pullback_keeps_its_own_copy(f):
    x = np.array([1.0, 2.0])
    y, pullback = vjp(f, x)
    before = pullback(np.ones(2))[0]
    x[:], y[:] = 7, 7
    np.testing.assert_array_equal(pullback(np.ones(2))[0], before)


def test_other_errors_about_read_only_arrays_stay_recognisable():
    fixed = np.zeros(2)
    fixed.flags.writeable = False

    def f(x):
        fixed[0] = 1
        return x

    with pytest.raises(ValueError, match="changed in place") as caught:
        grad(f)(1.0)
    assert "read-only" in str(caught.value.__cause__)


def by_row(a, rows):
    rows[0][:] = 7.0


def by_sorting(a, rows):
    rows[1].sort()


@pytest.mark.parametrize("change", [by_row, by_sorting])
@pytest.mark.parametrize("use", ["a * x", "a[:1] * x", "np.broadcast_to(a[0], (2, 3)) * x"])
def test_a_view_taken_before_does_not_help(change, use):
    a = np.array([[1.0, 2.0, 3.0], [6.0, 5.0, 4.0]])
    rows = [a[0], a[1]]

    def f(x):
        y = np.sum(eval(use, {"np": np, "a": a, "x": x}) ** 2)
        y = y + np.sum(a * x)
        change(a, rows)
        return y

    with pytest.raises(ValueError, match="changed in place"):
        grad(f)(np.ones(3))
    a[0] = 0.0  # and it can be written to again afterwards
    grad(lambda x: np.sum(a * x))(np.ones(3))


def test_what_a_read_only_view_looks_at_is_watched():
    a = np.ones(2000)  # too large to be compared
    view = np.broadcast_to(a, (2, 2000))

    def f(x):
        y = np.sum(x * view)
        a[0] = 7.0
        return y

    with pytest.raises(ValueError, match="changed in place"):
        grad(f)(1.0)
    a[0] = 1.0
    assert not view.flags.writeable


def test_an_array_given_by_keyword_is_watched():
    mask = np.array([True, False, False])

    def f(x):
        y = np.sum(x * x, where=mask)
        mask[:] = True
        return y

    with pytest.raises(ValueError, match="changed in place"):
        grad(f)(np.ones(3))
    _, pullback = vjp(lambda x: np.sum(x * x, where=mask), np.ones(3))
    mask[:] = True
    np.testing.assert_array_equal(pullback(1.0)[0], [2.0, 0.0, 0.0])


@pytest.mark.parametrize("wrap", [lambda i: i, lambda i: (i,)], ids=["list", "in a tuple"])
def test_a_list_may_be_changed_after_it_was_used(wrap):
    x, index = np.array([1.0, 2.0, 3.0]), [0, 1]

    def f(x):
        index[0] = 0
        y = x[wrap(index)]
        index[0] = 2
        return np.sum(y * y)

    np.testing.assert_array_equal(grad(f)(x), [2.0, 4.0, 0.0])
    index[0] = 0
    _, pullback = vjp(lambda x: x[wrap(index)], x)
    index[0] = 2
    np.testing.assert_array_equal(pullback(np.ones(2))[0], [1.0, 1.0, 0.0])


def test_lists_given_by_keyword_may_be_changed():
    axes, x = [1, 0, 2], np.arange(24.0).reshape(2, 3, 4)

    def f(x):
        axes[:] = [1, 0, 2]
        y = np.transpose(x, axes=axes) * np.arange(24.0).reshape(3, 2, 4)
        axes[:] = [0, 1, 2]
        return np.sum(y)

    expected = np.arange(24.0).reshape(3, 2, 4).transpose(1, 0, 2)
    np.testing.assert_array_equal(grad(f)(x), expected)


CAPTURED = np.ones(3)


def both(x, w):
    return (x + w, x, w[:2], np.reshape(x, (3, 1)), CAPTURED)


def stack_of_results(x, w):
    return np.stack([np.sum(x + w), np.sum(x)])


@pytest.mark.parametrize(
    "results",
    [
        lambda x, w: grad(lambda p: np.sum((p[0] + p[1]) ** 2))([x, w]),
        lambda x, w: value_and_grad(lambda x, w: np.sum(x + w), (0, 1))(x, w),
        lambda x, w: [grad(np.sum)(x), grad(np.mean)(w)],
        lambda x, w: jvp(both, (x, w), (w, x)),
        lambda x, w: jvp(lambda x, w: (x, x), (x, w), (x, x)),
        lambda x, w: vjp(both, x, w)[0],
        lambda x, w: vjp(lambda x, w: x + w, x, w)[1](x),
        lambda x, w: vjp(lambda x, w: (x, x), x, w)[1]((w, w)),
        lambda x, w: taylor(lambda x: both(x, x), x, w, 2),
        lambda x, w: jet(lambda x: both(x, x), x, w, 2),
        lambda x, w: taylor(lambda x: both(x, x), x, np.stack([x, w]), 2, stacked=True),
        lambda x, w: jacfwd(both, (0, 1))(x, w),
        lambda x, w: jacrev(both, (0, 1))(x, w),
        lambda x, w: jacrev(stack_of_results, (0, 1))(x, w),
        lambda x, w: hessian(lambda x, w: np.sum(x * w), (0, 1))(x, w),
        lambda x, w: stop_gradient([x, x, w]),
    ],
)
def test_results_belong_to_the_caller(results):
    given = [np.ones(3), np.full(3, 2.0), CAPTURED]
    leaves = [y for y in trees.flatten(results(*given[:2]))[0] if np.ndim(y)]
    assert leaves
    for i, leaf in enumerate(leaves):
        assert leaf.flags.writeable
        assert not any(np.shares_memory(leaf, x) for x in [*given, *leaves[:i]])
