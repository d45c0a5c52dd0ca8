"""Derivatives written by the reader, recomputing instead of storing, and arrays that change."""

from __future__ import annotations

import math

import numpy as np
import pytest

from course_lib import (
    check_grads,
    checkpoint,
    grad,
    hessian,
    jet,
    jvp,
    primitive,
    stop_gradient,
    vjp,
)
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


def test_checkpoint_without_tracing_is_the_function():
    assert checkpoint(lambda x, *, k: k * x)(2, k="ab") == "abab"


def test_stop_gradient():
    assert grad(lambda x: x * stop_gradient(x))(3.0) == 3.0
    assert grad(lambda x: grad(lambda y: y * stop_gradient(x * y))(x))(2.0) == 0.0
    nested = stop_gradient({"a": [1.0, np.ones(2)]})
    assert nested["a"][0] == 1.0


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
