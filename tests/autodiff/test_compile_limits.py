"""What a compiled function must not get wrong without a word: names, memory, constants, text."""

from __future__ import annotations

import collections
import enum
import functools
import gc
import itertools
import linecache
import operator
import timeit
import types
from unittest import mock

import numpy as np
import pytest

from course_lib import (
    checkpoint,
    compile,
    grad,
    jvp,
    primitive,
    stop_gradient,
    value_and_grad,
    vjp,
)
from course_lib.autodiff.trees import flatten
from tests.autodiff.test_compile import assert_same

X = np.array([1.0, 2.0, 3.0])


def agrees(f, *args, **kwargs):
    """Compile for these arguments, and compare; the same with the numbers changed a little."""
    compiled = compile(f)
    assert_same(compiled(*args, **kwargs), f(*args, **kwargs))
    return compiled


# Names --------------------------------------------------------------------------------------------


class Colour(enum.Enum):
    RED = 1


@pytest.mark.parametrize(
    "keys",
    [
        ("a b", "a-b"),
        (1, "1"),
        (1, -1),
        (Colour.RED, "Colour.RED: 1"),
        (np.inf, "inf"),
        ("x²", "x2"),
        (int, np.int64),
        (("a", int), ("a", "int")),
        (True, (True,)),
    ],
    ids=str,
)
def test_two_leaves_never_share_a_name(keys):
    one, two = keys
    agrees(lambda p: p[one] * 10 + p[two], {one: np.float64(1), two: np.float64(5)})
    slope = grad(lambda p: p[one] ** 2 * 10 + p[two])
    agrees(lambda p: list(slope(p).values()), {one: 1.0, two: 5.0})
    agrees(slope, {one: 1.0, two: 5.0})


def test_a_nested_leaf_and_one_beside_it_never_share_a_name():
    tree = {"a": {"b": np.float64(1)}, "a_b": np.float64(5)}
    compiled = agrees(lambda p: p["a"]["b"] * 10 + p["a_b"], tree)
    assert "p_a_b = p['a']['b']" in compiled.source
    agrees(lambda a, a_0: a[0] * 10 + a_0, [np.float64(1), np.float64(2)], np.float64(5))


def test_arguments_may_have_any_name():
    agrees(lambda np, float: float * 2 + np, np.float64(1.5), np.float64(2.5))
    agrees(lambda _x, x, x_: _x + 2 * x - x_, X, X + 1, X * X)
    agrees(lambda *x, **named: x[0] - named["lambda"] * named["np"], X, np=X, **{"lambda": X + 1})

    def float(x):
        return x * 3

    agrees(float, np.float64(2))


def test_the_order_of_names_is_part_of_the_version():
    compiled = compile(lambda p, **more: [*p.values(), *more.values()])
    assert compiled({"a": 1.0, "b": 2.0}, c=3.0, d=4.0) == [1, 2, 3, 4]
    assert compiled({"b": 2.0, "a": 1.0}, d=4.0, c=3.0) == [2, 1, 4, 3]


def test_containers_derived_from_dict_come_back_as_they_went():
    tree = collections.OrderedDict(w=X, b=1.0)
    found = compile(grad(lambda p: np.sum(p["w"] ** 2) * p["b"]))(tree)
    assert type(found) is collections.OrderedDict
    np.testing.assert_array_equal(found["w"], 2 * X)


# Operands that stand elsewhere than among the arguments -----------------------------------------


def test_a_mask_may_be_an_argument():
    def f(x, mask):
        return np.sum(x * x, where=mask)

    agrees(f, X, X > 1)
    agrees(value_and_grad(f), X, X > 1)
    agrees(lambda x, mask: jvp(lambda x: f(x, mask), (x,), (np.ones(3),)), X, X > 1)
    compiled = compile(lambda x: np.sum(x * x, axis=0, where=x > 1))
    assert (compiled(X), compiled(X + 1)) == (13, 29)


def test_a_list_of_arguments_is_an_index_too():
    compiled = compile(lambda x, i, j: x[[i, j]] * 2)
    np.testing.assert_array_equal(compiled(X, np.array(0), np.array(2)), [2, 6])
    np.testing.assert_array_equal(compiled(X, np.array(1), np.array(0)), [4, 2])


MATRIX = np.arange(6.0).reshape(2, 3)
SHAPED_BY_A_VALUE = {
    "numpy.sum: axis=": lambda x, k: np.sum(x, axis=k),
    "numpy.sum: axis": lambda x, k: np.sum(x, k),
    "numpy.reshape: shape=": lambda x, k: x.reshape(k + 1, -1),
    "numpy.reshape: shape": lambda x, k: np.reshape(x, np.stack([k + 1, 6 // (k + 1)])),
    "numpy.expand_dims: axis=": lambda x, k: np.expand_dims(x, k),
    "numpy.transpose: axes=": lambda x, k: np.transpose(x, (k, 1 - k)),
    "numpy.broadcast_to: shape=": lambda x, k: np.broadcast_to(x, (k + 1, 2, 3)),
    "numpy.argmax: axis=": lambda x, k: np.argmax(x, k),
    "numpy.fft.fft: n=": lambda x, k: np.fft.fft(x, k + 1),
}


@pytest.mark.parametrize("words", SHAPED_BY_A_VALUE)
def test_no_shape_is_taken_from_the_recorded_run(words):
    with pytest.raises(TypeError, match=f"compile: {words}.*int"):
        compile(SHAPED_BY_A_VALUE[words])(MATRIX, np.int64(1))


def test_other_options_may_be_arguments():
    for f in (np.roll, np.round, np.searchsorted, primitive(np.full_like, jvp=lambda t, *_: t[0])):
        compiled = agrees(lambda x, k, f=f: f(x, k), X / 7, np.int64(1))
        assert_same(compiled(X / 7, np.int64(2)), f(X / 7, np.int64(2)))
    own = primitive(lambda x, axis: x * axis, jvp=lambda t, y, x, axis: t[0] * axis)
    agrees(grad(lambda x, axis: np.sum(own(x, axis))), X, np.float64(3))


# Memory -----------------------------------------------------------------------------------------


def test_the_memory_of_a_0d_view_is_not_written_over():
    def f(x):
        a = np.sin(x)[..., 0]
        return a[None] * np.exp(x)

    agrees(f, np.ones(1))
    agrees(lambda x: np.reshape(np.squeeze(np.sin(x)), (1,)) - np.exp(x), np.ones((1,)))

    def g(x):
        return np.prod(x, keepdims=True) - np.sum(x)

    agrees(lambda x: jvp(g, (x,), (np.ones(4),)), np.array([0.3, 0.7, 1.1, 2.0]))


# Constants --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [3, 100])
def test_a_buffer_that_is_filled_again_counts_as_it_was(size):
    def f(x):
        buffer, total = np.empty(size), 0.0
        for i in range(3):
            buffer[:] = np.arange(i, i + size)
            total = total + np.sum(x * buffer)
        return total

    x = np.arange(float(size))
    agrees(f, x)
    agrees(lambda x: jvp(f, (x,), (np.cos(x),)), x)


def changed_after_use(x):
    a = np.arange(3.0)
    y = x * a
    a[0] = 100.0
    return y


def index_changed_after_use(x):
    index = np.array([0, 1])
    y = x[index]
    index[0] = 2
    return y


def mask_changed_after_use(x):
    mask = np.array([True, False, True])
    y = np.sum(x, where=mask)
    mask[:] = True
    return y


def returned_constant(x):
    a = np.arange(3.0)
    return x, a


@pytest.mark.parametrize(
    "f", [changed_after_use, index_changed_after_use, mask_changed_after_use, returned_constant]
)
def test_constants_count_as_they_were(f):
    compiled = agrees(f, X)
    assert_same(compiled(X + 1), f(X + 1))


def test_a_constant_that_is_used_often_is_kept_once():
    data = np.arange(100.0)
    compiled = compile(grad(lambda x: np.sum(np.sin(x * data) * data)))
    compiled(np.ones(100))
    assert compiled.source.count("x * data") == 1
    assert "data2" not in compiled.source


# Whole numbers and truth values -------------------------------------------------------------------


def test_bits_are_bits_and_truth_values_are_truth_values():
    k = np.array([1, 2, 3])
    for f in (
        lambda k: k & 1,
        lambda k: 6 | k,
        lambda k: k ^ np.array([1, 0, 1]),
        lambda k: ~k,
        lambda k: (k > 1) & (k < 3),
        lambda k: ~(k > 1) | True,
        lambda k: np.bitwise_xor(k > 1, k < 3),
        lambda k: (k & 1) * X,
    ):
        compiled = agrees(f, k)
        assert_same(compiled(k + 1), f(k + 1))
    with pytest.raises(NotImplementedError, match=r"numpy.bitwise_and .* whole numbers"):
        compile(lambda x: x & 1)(X)


def test_masks_inside_a_derivative():
    agrees(grad(lambda x: np.sum(np.where((x > 1) & ~(x > 2), x**2, x))), X)


@pytest.mark.parametrize("narrow", [np.float16, np.float32])
@pytest.mark.parametrize(
    "expression",
    [*("x * c", "x / c", "c - x", "x**2 * c + c", "2 * (c * x)", "np.clip(a, x, c)")],
)
def test_narrow_constants_do_not_make_single_numbers_narrow(narrow, expression):
    c = narrow(3)
    f = eval(f"lambda x: {expression}", {"c": c, "np": np, "a": np.arange(-2, 5, dtype=np.int8)})
    for x in (np.float64(1 / 3), np.float64(-1 / 7)):
        agrees(f, x)
        if "clip" not in expression:
            agrees(grad(f), x)


def test_constants_are_drawn_together_only_if_nothing_overflows():
    c = np.float16(60000)
    agrees(lambda x: np.float16(2) * (c * x), np.float32([1e-3, 2.0]))
    agrees(lambda x: 2.0 * (1e308 * x), np.array([1e-10, 1e-5]))
    agrees(lambda x: 0.5 * (5e-324 * x), np.array([4.0, 1e10]))


# What changes outside -------------------------------------------------------------------------


def test_functions_in_containers_are_watched():
    alpha = 1.0
    layers = [lambda x: alpha * x]
    named = {"double": lambda x: 2 * alpha * x}
    compiled = compile(lambda x: layers[0](x) + named["double"](x))
    assert compiled(2.0) == 6.0
    alpha = 5.0
    assert compiled(2.0) == 30.0


def test_tuples_are_watched():
    shape, holding = (2, 3), (1.0, (np.ones(2), [2.0]))
    compiled = compile(lambda x: x * shape[0] + np.sum(holding[1][0]) + holding[1][1][0])
    assert compiled(1.0) == 6
    shape = (4, 3)
    assert compiled(1.0) == 8
    holding[1][0][:] = 5
    assert compiled(1.0) == 16
    holding[1][1][0] = 0.0
    assert compiled(1.0) == 14


def test_what_partial_holds_is_watched():
    w, nested = np.array([1.0, 2.0]), {"b": [np.array(3.0)]}
    compiled = compile(functools.partial(lambda w, x, p: w * x + p["b"][0], w, p=nested))
    np.testing.assert_array_equal(compiled(np.ones(2)), [4, 5])
    w[:] = 9
    np.testing.assert_array_equal(compiled(np.ones(2)), [12, 12])
    nested["b"][0][...] = 0
    np.testing.assert_array_equal(compiled(np.ones(2)), [9, 9])


def test_defaults_are_watched():
    w, b = np.ones(2), np.zeros(2)

    def f(x, b=b, *, w=w):
        return w * x + b

    compiled = compile(f)
    compiled(np.ones(2))
    w[0] = 4.0
    np.testing.assert_array_equal(compiled(np.ones(2)), [4, 1])
    b[1] = 7.0
    np.testing.assert_array_equal(compiled(np.ones(2)), [4, 8])


def test_a_module_is_numpys_by_its_package_not_by_how_its_name_begins():
    for name in ("numpy_models", "course_lib.autodiff_models"):
        module = types.ModuleType(name)
        exec("alpha = 1.0\ndef f(x):\n    return alpha * x", module.__dict__)
        compiled = compile(module.f)
        assert compiled(2.0) == 2.0
        module.alpha = 5.0
        assert compiled(2.0) == 10.0


def test_wrapped_functions_are_watched():
    class Layer:
        def __init__(self, f):
            self.f = f

        def __call__(self, x):
            return self.f(x)

    alpha = 1.0
    inner = compile(lambda x: alpha * x)
    layer = Layer(inner)
    outer = compile(lambda x: inner(x) + layer(x))
    assert outer(2.0) == 4.0
    alpha = 5.0
    assert outer(2.0) == 20.0


def test_sets_are_watched():
    chosen = {1.0}
    compiled = compile(lambda x, more: x * (2.0 in chosen) + x * (2.0 in more))
    more = {1.0}
    assert compiled(3.0, more) == 0
    chosen.add(2.0)
    assert compiled(3.0, more) == 3
    more.add(2.0)
    assert compiled(3.0, more) == 6


# Text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        lambda x: f"{x:.2f}",
        lambda x: f"{x}",
        lambda x: f"{x!r}",
        lambda x: operator.mod("%s", x),
        lambda x: operator.mod("%.1f", x),
        lambda x: format(x, ".3e"),
        lambda x: "{}".join(["", str(x)]),
        str,
        repr,
        lambda x: str([x]),
        print,
    ],
)
def test_text_of_a_value_is_never_that_of_the_recorded_run(text):
    def f(x):
        return x * 3 if len(str(text(x))) > 2 else x

    for g in (lambda x: text(x), f, grad(f), lambda x: vjp(f, x)[1](1.0), grad(grad(f))):
        with pytest.raises(TypeError, match=r"compile: .*text|traced value"):
            compile(g)(2.0)


def test_text_is_as_ever_without_compile():
    seen = []
    grad(lambda x: seen.append(f"{x:.1f} {x}") or x)(2.0)
    assert seen == ["2.0 2.0"]


def test_errors_about_values_that_are_not_known_yet_can_be_read():
    def assigning(x, k):
        x[k] = 1.0

    with pytest.raises(TypeError, match=r"x\[.*\] = … was called on a traced value"):
        compile(assigning)(X, np.int64(1))
    with pytest.raises(TypeError, match="grad: argument 0 must be a float"):
        compile(grad(lambda k: k))(np.int64(1))


# Indices that are arguments --------------------------------------------------------------------

TABLE = np.array([1.0, 4.0, 9.0])


@pytest.mark.parametrize(
    "f",
    [
        lambda x, k: TABLE[k] * x,
        lambda x, k: TABLE[np.argsort(x)] * k,
        lambda x, k: TABLE.tolist()[k] * x,
        lambda x, k: np.take(TABLE, k) * x,
        lambda x, k: TABLE[x > k],
    ],
)
def test_a_plain_array_cannot_be_indexed_by_an_argument(f):
    with pytest.raises(TypeError, match=r"compile: .*index.*table as an argument"):
        compile(f)(X, np.int64(1))


def test_other_errors_of_indices_stay_as_they_are():
    with pytest.raises(IndexError, match="out of bounds"):
        compile(lambda x: TABLE[3] * x)(X)
    with pytest.raises(IndexError, match="out of bounds"):
        compile(lambda x: x[3])(X)


def test_the_ways_out_of_a_plain_array_with_an_index():
    for f in (
        lambda x, k, table: x * table[k],
        lambda x, k, table: np.take(table, k) * x,
        lambda x, k, table: x * table[np.argsort(x)],
    ):
        compiled = agrees(f, X, np.int64(1), TABLE)
        assert_same(compiled(-X, np.int64(0), TABLE), f(-X, np.int64(0), TABLE))


@pytest.mark.parametrize(
    "f", [lambda x, k: x[:k], lambda x, k: x * len(range(k)), lambda x, k: x + np.zeros(k)]
)
def test_a_count_must_be_known(f):
    with pytest.raises(TypeError, match=r"compile: .*count.*int\(k\)"):
        compile(f)(X, np.int64(3))


def test_interp_between_fixed_points():
    def f(x):
        return np.interp(x, [0.0, 1.0, 4.0], [1.0, 3.0, -1.0])

    x = np.array([-0.5, 0.3, 2.0, 5.0])
    for g in (f, grad(lambda x: np.sum(f(x) ** 2)), lambda x: jvp(f, (x,), (x,))):
        compiled = agrees(g, x)
        assert_same(compiled(x[::-1] / 2), g(x[::-1] / 2))


# The source ------------------------------------------------------------------------------------


def test_sources_go_with_their_functions():
    def count():
        gc.collect()
        return sum(name.startswith("<compiled") for name in linecache.cache)

    before = count()
    compiled = compile(lambda x: x * 2)
    compiled(X)
    assert count() == before + 1
    del compiled
    assert count() == before


# Whose memory it is -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        lambda p: [p["a"] * 2, (p["a"] * 2).reshape(3, 1)],
        lambda p: [p["a"], p["a"][1:], p["b"].T],
        grad(lambda p: np.sum(np.exp(p["a"] + p["b"]))),
        value_and_grad(lambda p: np.sum((p["a"] + np.reshape(p["b"], 3)) ** 2)),
    ],
    ids=["one value twice", "arguments", "equal adjoints", "reshaped adjoints"],
)
def test_results_share_no_memory(f):
    p = {"a": np.array([1.0, 2.0, 3.0]), "b": np.array([0.5, 0.25, 4.0])}
    expected, found = flatten(f(p))[0], flatten(compile(f)(p))[0]
    for x, y in zip(expected, found, strict=True):
        np.testing.assert_allclose(y, x, rtol=1e-15)
    arrays = [x for x in [*p.values(), *found] if isinstance(x, np.ndarray)]
    for x, y in itertools.combinations(arrays, 2):
        assert not np.shares_memory(x, y)


# What changes outside: numbers, and where they are found -------------------------------------


def test_numbers_in_containers_are_kept_themselves_not_their_addresses():
    rate, named = [1.0], {"rate": np.float32(1), "word": "a"}
    objects = np.array([1.0, [2.0]], object)
    in_list = compile(lambda x: x * rate[0])
    in_dict = compile(lambda x: x * named["rate"])
    in_text = compile(lambda x: x * len(named["word"]))
    in_array = compile(lambda x: x * objects[0] * objects[1][0])
    for i in range(50):
        rate[0] = rate[0] + 1.0
        rate[0] = rate[0] - 0.5
        named["rate"] = named["rate"] * np.float32(2)
        named["rate"] = named["rate"] * np.float32(0.75)
        named["word"] = "".join(["bc", "d" * (i % 7)])
        named["word"] = "".join([named["word"], "e"])
        objects[0] = objects[0] + 1.0
        objects[1][0] = objects[1][0] - 0.5
        assert in_list(1.0) == rate[0]
        assert in_dict(1.0) == named["rate"]
        assert in_text(1.0) == len(named["word"])
        assert in_array(1.0) == objects[0] * objects[1][0]


def test_equal_numbers_are_no_change_but_a_zero_with_another_sign_is():
    numbers, zero = [float("2.5"), "".join(["a", "b"])], [0.0]
    compiled = compile(lambda x: x * numbers[0])
    compiled(1.0)
    numbers[:] = [float("2.5"), "".join(["a", "b"])]
    compiled(1.0)
    assert repr(compiled).endswith("1 versions>")
    sign = compile(lambda x: np.copysign(x, zero[0]))
    assert sign(1.0) == 1.0
    zero[0] = -0.0
    assert sign(1.0) == -1.0


SCALE = 1.0


class Layer:
    """A layer that refers to a variable in every way in which a class can."""

    factor = 1.0
    static = staticmethod(lambda x: x * SCALE)
    bare = functools.partialmethod(lambda self, x: x * SCALE)

    def __init__(self, weight=1.0):
        self.weight = weight

    def __call__(self, x):
        return self.forward(x) * self.weight

    def forward(self, x):
        return x * SCALE

    @classmethod
    def of_class(cls, x):
        return x * SCALE

    @property
    def scale(self):
        return SCALE

    @functools.cached_property
    def once(self):
        return SCALE


class Deep(Layer):
    """A layer that inherits all, and holds another."""

    __slots__ = ("inner",)

    def __init__(self):
        super().__init__()
        self.inner = [Layer()]


layer, deep = Layer(), Deep()


@pytest.mark.parametrize(
    "f",
    [
        Layer(),
        layer.forward,
        Deep(),
        lambda x: layer(x),
        lambda x: layer.forward(x),
        lambda x: Layer(2.0)(x) / 2.0,
        lambda x: Deep().forward(x),
        lambda x: Layer.of_class(x),
        lambda x: layer.static(x),
        lambda x: layer.bare(x),
        lambda x: layer.scale * x,
        lambda x: Layer().once * x,
        lambda x: deep.inner[0].forward(x),
        functools.partial(lambda layer, x: layer(x), layer),
    ],
)
def test_what_methods_refer_to_is_watched(f, monkeypatch):
    compiled = compile(f)
    assert compiled(2.0) == 2.0
    monkeypatch.setitem(globals(), "SCALE", 5.0)
    assert compiled(2.0) == 10.0


class Weights(dict):
    """A container with a method."""

    def scaled(self, x):
        return x * self["w"] * SCALE


weights = Weights(w=1.0)


@pytest.mark.parametrize("argument", [layer, lambda x: x * SCALE])
def test_what_objects_among_the_arguments_refer_to_is_watched(argument, monkeypatch):
    compiled = compile(lambda f, x: f(x) * weights.scaled(1.0))
    assert compiled(argument, 2.0) == 2.0
    monkeypatch.setitem(globals(), "SCALE", 5.0)
    assert compiled(argument, 2.0) == 50.0


def test_attributes_of_classes_are_watched(monkeypatch):
    compiled = compile(lambda x: layer.factor * x)
    assert compiled(2.0) == 2.0
    monkeypatch.setattr(Layer, "factor", 5.0)
    assert compiled(2.0) == 10.0


def test_modules_are_watched(monkeypatch):
    module, inner = types.ModuleType("model"), types.ModuleType("model.inner")
    exec("alpha = 1.0\ndef act(x):\n    return alpha * x", inner.__dict__)
    module.inner, module.rate = inner, 1.0
    compiled = compile(lambda x: module.inner.act(x) * module.rate)
    assert compiled(2.0) == 2.0
    inner.alpha = 5.0
    assert compiled(2.0) == 10.0
    module.rate = 2.0
    assert compiled(2.0) == 20.0


def test_a_builtin_that_gets_covered_is_seen(monkeypatch):
    compiled = compile(lambda x: abs(x))
    assert compiled(-2.0) == 2.0
    monkeypatch.setitem(globals(), "abs", lambda x: 100 * x)
    assert compiled(-2.0) == -200.0


def test_a_variable_that_is_filled_or_emptied_later_is_seen():
    def f(x):
        return x * factor if is_there else x  # noqa: F821

    factor, is_there = 1.0, False
    del factor
    compiled = compile(f)
    assert compiled(2.0) == 2.0
    is_there, factor = True, 5.0
    assert compiled(2.0) == 10.0
    del factor
    with pytest.raises(NameError):
        compiled(2.0)


def test_an_object_that_has_every_attribute_is_not_followed_for_ever():
    thing = mock.Mock()
    compiled = compile(lambda x: x * 2 if thing.ready else x)
    assert compiled(2.0) == 4.0


def test_packages_that_are_installed_are_not_looked_through():
    from matplotlib import pyplot

    def f(x):
        return x if x.ndim else pyplot.plot(functools, np)

    compiled = compile(f)
    compiled(X)
    assert len(compiled._versions[0]._captured._names) <= 4


# Traced values that are not arguments -----------------------------------------------------------


class Slotted:
    """An object without a dict."""

    __slots__ = ("w",)


PLACES = {
    "attribute": (types.SimpleNamespace(w=2.0), lambda o: o.w, lambda o, w: setattr(o, "w", w)),
    "object": (Layer(2.0), lambda o: o.weight, lambda o, w: setattr(o, "weight", w)),
    "slot": (Slotted(), lambda o: o.w, lambda o, w: setattr(o, "w", w)),
    "object in a list": (
        [Layer(2.0)],
        lambda o: o[0].weight,
        lambda o, w: setattr(o[0], "weight", w),
    ),
    "list in an object": (
        Layer([2.0]),
        lambda o: o.weight[0],
        lambda o, w: setattr(o, "weight", [w]),
    ),
    "object in an object": (
        Layer(Layer(2.0)),
        lambda o: o.weight.weight,
        lambda o, w: setattr(o.weight, "weight", w),
    ),
    "list": ([2.0], operator.itemgetter(0), lambda o, w: operator.setitem(o, 0, w)),
    "deque": (collections.deque([2.0]), lambda o: o[0], lambda o, w: operator.setitem(o, 0, w)),
    "array of objects": (
        np.array([2.0, "a"], object),
        operator.itemgetter(0),
        lambda o, w: operator.setitem(o, 0, w),
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_no_derivative_is_lost_by_a_function_that_was_compiled_before(place):
    holder, read, write = PLACES[place]
    write(holder, 2.0)
    compiled = compile(lambda x: x * read(holder))
    assert compiled(3.0) == 6.0

    def f(w):
        write(holder, w)
        return compiled(3.0)

    assert value_and_grad(f)(5.0) == (15.0, 3.0)
    assert jvp(f, (5.0,), (1.0,)) == (15.0, 3.0)
    assert compile(value_and_grad(f))(5.0) == (15.0, 3.0)
    write(holder, 2.0)
    assert compiled(3.0) == 6.0


def test_no_derivative_is_lost_in_an_attribute_of_an_argument():
    holder = types.SimpleNamespace(w=2.0)
    compiled = compile(lambda o, x: x * o.w)
    assert compiled(holder, 3.0) == 6.0

    def f(w):
        holder.w = w
        return compiled(holder, 3.0)

    assert value_and_grad(f)(5.0) == (15.0, 3.0)


def test_a_variable_that_is_traced_needs_no_compiling():
    assert grad(lambda w: compile(lambda x: x * w)(3.0))(2.0) == 3.0
    assert compile(lambda w: compile(lambda x: x * w)(3.0))(2.0) == 6.0
    assert grad(lambda w: compile(lambda x: w)(3.0))(2.0) == 1.0


@pytest.mark.parametrize("f", [lambda x, w: x * w["w"], lambda x, w: w["w"]])
def test_a_traced_value_in_a_container_of_another_kind_is_refused(f):
    def outer(w):
        hidden = types.MappingProxyType({"w": w})
        return compile(lambda x: f(x, hidden))(3.0)

    with pytest.raises(TypeError, match=r"compile: .*not among its arguments"):
        grad(outer)(2.0)


# Large and endless containers ---------------------------------------------------------------------


def test_a_container_may_hold_itself():
    endless, named = [1.0], {"w": 2.0}
    endless.append(endless)
    named["self"] = (named, endless)
    compiled = compile(lambda x: x * endless[1][0] * named["self"][0]["w"])
    assert compiled(3.0) == 6.0
    endless[0] = 5.0
    assert compiled(3.0) == 30.0
    holder = types.SimpleNamespace(w=2.0)
    holder.itself = [holder]
    assert compile(lambda x: x * holder.itself[0].w)(3.0) == 6.0


def test_a_long_list_is_compared_quickly():
    numbers = [float(i) for i in range(200_000)]
    compiled = compile(lambda x: x * numbers[3])
    compiled(1.0)
    assert min(timeit.repeat(lambda: compiled(1.0), number=1, repeat=5)) < 0.05
    numbers[-1] = 7.0
    compiled(1.0)
    assert compiled(1.0) == 3.0


# Complex constants ------------------------------------------------------------------------------


def test_complex_constants_are_numpys():
    agrees(grad(np.angle), 2.0)
    agrees(grad(lambda x: np.angle(np.var(x))), X)
    agrees(lambda x: np.reshape(1j * x, (1,)), 2.0)
    agrees(lambda x: (1j * x).astype(np.complex64), np.float32(2))
    agrees(lambda x: 1j * x, np.float32(2))
    agrees(lambda x: [1j * X * x, np.power(2 + 1j, x), np.equal(x, 1j)], np.float64(2))
    with np.errstate(all="ignore"):
        assert compile(lambda x: np.real(1 / (1j * x)))(0.0) == np.inf


# Recomputing ------------------------------------------------------------------------------------


def test_recomputing_something_else_is_seen_while_compiling():
    random = np.random.default_rng(0)
    with pytest.raises(ValueError, match="checkpoint"):
        compile(value_and_grad(checkpoint(lambda x: x * random.normal())))(1.0)
    for g in (value_and_grad, lambda f: grad(grad(f)), lambda f: lambda x: jvp(f, (x,), (x,))):
        agrees(g(checkpoint(lambda x: np.exp(x) * np.sin(x))), 1.0)


def test_the_value_of_an_argument_cannot_be_written_to_even_without_gradient():
    def f(x):
        s = stop_gradient(x)
        s[0] = 0.0
        return np.sum(x * s)

    assert grad(f)(X)[0] == 0
    with pytest.raises(TypeError, match=r"x\[0\] = … was called on a traced value"):
        compile(f)(X)
