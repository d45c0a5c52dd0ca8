"""Graph mode: tables, drawings and counts of evaluation traces."""

import itertools
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import checkpoint, grad, jvp, make_graph, primitive, vjp
from course_lib.autodiff.graph import layout, notation
from course_lib.palette import text_on_dark, text_on_light

SVG = "{http://www.w3.org/2000/svg}"


def baydin(x1, x2):
    return np.log(x1) + x1 * x2 - np.sin(x2)


def uv(x, y, z):
    u = x * y
    v = y + np.sin(z)
    return u * v


def network(params, images, labels):
    for layer in params:
        images = np.tanh(images @ layer["W"] + layer["b"])
    return np.mean((images - labels) ** 2)


def network_arguments():
    rng = np.random.default_rng(0)
    sizes = itertools.pairwise((64, 10, 2))
    params = [{"W": rng.normal(size=s) / 8, "b": np.zeros(s[1])} for s in sizes]
    return params, rng.normal(size=(5, 64)), np.ones((5, 2))


def long_names(a_parameter_with_a_very_long_name):
    inside = a_parameter_with_a_very_long_name["a key that is long, too"]
    return {"total of everything": np.sum(np.sin(inside) * np.full(inside.shape, -1e-5 / 3), 0)}


def loop(x, steps=7):
    for step in range(steps):
        x = np.sin(x) if x > 0.5 else x * x + step
    return x


def loop_of(x, steps):
    for _ in range(steps):
        x = x + 1e-6
    return x


GRAPHS = {
    "baydin": lambda: make_graph(baydin)(2.0, 5.0),
    "uv": lambda: make_graph(uv)(2.0, 3.0, 0.5),
    "network": lambda: make_graph(network, argnums=0)(*network_arguments()),
    "loop": lambda: make_graph(loop)(0.7),
    "long names": lambda: make_graph(long_names)(
        {"a key that is long, too": np.linspace(0, 1e-3, 8).reshape(4, 2)}
    ),
    "escapes": lambda: make_graph(lambda d: d["<a&b>"] * 2)({"<a&b>": 1.0}),
    "constants": lambda: make_graph(lambda x, unused: (x, 3.0, np.ones(2), x))(1.0, 2.0),
    "no inputs": lambda: make_graph(lambda: 3.0)(),
    "nothing at all": lambda: make_graph(lambda: ())(),
    "gradient inside": lambda: make_graph(lambda x: grad(lambda y: y**3 * x)(x))(2.0),
    "twenty-five": lambda: make_graph(loop)(0.7, steps=24),
    "many operands": lambda: make_graph(lambda x: np.stack([x[i] for i in range(9)]))(np.ones(9)),
}
every_graph = pytest.mark.parametrize("make", GRAPHS.values(), ids=GRAPHS)


# Published numbers -------------------------------------------------------------------------------


def test_the_trace_that_baydin_et_al_publish():
    """Tables 2 and 3 of their survey (JMLR 2018), row by row."""
    graph = make_graph(baydin)(2.0, 5.0)
    rows = [
        (line.name, line.operation, *(round(float(x), 3) for x in (line.value, line.tangent)))
        for line in graph.lines
    ]
    assert rows == [
        ("x1", "input", 2.0, 1.0),
        ("x2", "input", 5.0, 0.0),
        ("v1", "log(x1)", 0.693, 0.5),
        ("v2", "x1 * x2", 10.0, 5.0),
        ("v3", "v1 + v2", 10.693, 5.5),
        ("v4", "sin(x2)", -0.959, 0.0),
        ("v5", "v3 - v4", 11.652, 5.5),
    ]
    adjoints = [round(float(line.adjoint), 3) for line in graph.lines]
    assert adjoints == [5.5, 1.716, 1.0, 1.0, 1.0, -1.0, 1.0]
    assert graph.line("baydin") == graph.line("v5")
    assert graph.line("baydin").outputs == ("baydin",)


def test_local_derivatives():
    partials = {
        line.name: [round(float(d), 3) for d in line.partials]
        for line in make_graph(baydin)(2.0, 5.0).lines
    }
    assert partials == {
        "x1": [],
        "x2": [],
        "v1": [0.5],
        "v2": [5.0, 2.0],
        "v3": [1.0, 1.0],
        "v4": [0.284],
        "v5": [1.0, -1.0],
    }


def test_a_value_used_twice_has_two_local_derivatives():
    line = make_graph(lambda x: x * x)(3.0).line("v1")
    assert line.operands == ("x", "x")
    assert line.partials == (3.0, 3.0)


def test_complex_numbers_on_the_way_are_shown():
    graph = make_graph(lambda x: np.real(np.exp(1j * x)))(2.0)
    assert [line.operation for line in graph.lines] == ["input", "1j * x", "exp(v1)", "real(v2)"]
    assert "(-0.41615+0.9093j)" in str(graph)
    assert graph.line("x").adjoint == pytest.approx(-np.sin(2.0))
    assert graph.line("v2").partials == (None,)


def test_operations_on_arrays_have_no_local_derivative_that_is_a_number():
    graph = make_graph(lambda x: np.sin(x[0]) + np.sum(x))(np.array([1.0, 2.0]))
    assert [line.partials for line in graph.lines[1:]] == [
        (None,),
        (np.cos(1.0),),
        (None,),
        (1.0, 1.0),
    ]


# Derivatives are those of jvp and vjp ------------------------------------------------------------

UNARY = [np.sin, np.cos, np.tanh, np.arctan, np.negative, lambda x: x**2 / 4, lambda x: 2 - x / 3]
BINARY = [
    np.add,
    np.subtract,
    np.multiply,
    np.maximum,
    lambda a, b: a / (1 + b * b),
    lambda a, b: np.where(a > b, a, b * b),
]
STEPS = st.lists(
    st.tuples(st.integers(0, len(UNARY + BINARY) - 1), st.integers(0, 99), st.integers(0, 99)),
    min_size=1,
    max_size=20,
)
NUMBERS = st.tuples(*[st.floats(-2, 2).map(lambda x: round(x, 3))] * 3)


def program(steps):
    def f(x, y, z):
        values = [x, y, z]
        for which, a, b in steps:
            a, b = values[a % len(values)], values[b % len(values)]
            if which < len(UNARY):
                values.append(UNARY[which](a))
            else:
                values.append(BINARY[which - len(UNARY)](a, b))
        return values[-1], values[len(values) // 2]

    return f


@settings(max_examples=150, deadline=None)
@given(STEPS, NUMBERS, NUMBERS, st.tuples(*[st.floats(-2, 2)] * 2))
def test_sweeps_agree_with_jvp_and_vjp(steps, point, direction, y_bar):
    f = program(steps)
    graph = make_graph(f)(*point).along(*direction).seeded(y_bar)
    y, y_dot = jvp(f, point, direction)
    _, pullback = vjp(f, *point)
    for i in range(2):
        line = graph.line(f"f[{i}]")
        np.testing.assert_allclose([line.value, line.tangent], [y[i], y_dot[i]], rtol=1e-13)
    adjoints = [graph.line(name).adjoint for name in ("x", "y", "z")]
    np.testing.assert_allclose(adjoints, pullback(y_bar), rtol=1e-12, atol=1e-14)


@settings(max_examples=100, deadline=None)
@given(STEPS, NUMBERS)
def test_each_line_obeys_the_chain_rule(steps, point):
    """Down: partials times the operands' tangents. Up: partials times the users' adjoints."""
    graph = make_graph(program(steps))(*point)
    expected = dict.fromkeys(graph.names, 0.0)
    expected[graph.line("f[0]").name] += 1.0
    for line in reversed(graph.lines):
        np.testing.assert_allclose(line.adjoint, expected[line.name], rtol=1e-12, atol=1e-14)
        for operand, partial in zip(line.operands, line.partials, strict=True):
            expected[operand] += partial * line.adjoint
        if line.operands:
            pairs = zip(line.operands, line.partials, strict=True)
            moved = sum(d * graph.line(name).tangent for name, d in pairs)
            np.testing.assert_allclose(line.tangent, moved, rtol=1e-12, atol=1e-14)


def test_sweeps_through_arrays_and_containers_agree_with_jvp_and_vjp():
    params, images, labels = network_arguments()
    rng = np.random.default_rng(1)
    direction = [{k: rng.normal(size=v.shape) for k, v in layer.items()} for layer in params]

    def f(p):
        return network(p, images, labels)

    graph = make_graph(f)(params).along(direction)
    assert graph.line("f").tangent == pytest.approx(jvp(f, (params,), (direction,))[1], rel=1e-13)
    gradient = grad(f)(params)
    for i, key in itertools.product(range(2), "Wb"):
        np.testing.assert_allclose(graph.line(f"p[{i}]['{key}']").adjoint, gradient[i][key])


def test_every_line_has_tangent_and_adjoint_of_its_own_shape_and_dtype():
    graph = make_graph(lambda x: np.mean(x @ x.T + np.float32(1)))(np.ones((3, 2), np.float32))
    for line in graph.lines:
        assert line.value.dtype == line.tangent.dtype == line.adjoint.dtype == np.float32
        assert np.shape(line.value) == np.shape(line.tangent) == np.shape(line.adjoint)


# Choosing directions and seeds -------------------------------------------------------------------


def test_the_first_number_of_inputs_and_outputs_is_chosen_unasked():
    graph = make_graph(lambda w, x: [w @ x, x])(np.ones((2, 2)), np.array([3.0, 4.0]))
    assert graph.direction.label == "w[0, 0]"
    assert graph.seed.label == "f[0][0]"
    np.testing.assert_array_equal(graph.line("w").tangent, [[1, 0], [0, 0]])
    np.testing.assert_array_equal(graph.line("w").adjoint, [[3, 4], [0, 0]])


def test_a_number_can_be_chosen_by_its_name():
    graph = make_graph(lambda w, x: [w @ x, x])(np.ones((2, 2)), np.array([3.0, 4.0]))
    np.testing.assert_array_equal(graph.along("x[1]").line("x").tangent, [0, 1])
    np.testing.assert_array_equal(graph.seeded("f[1][1]").line("x").adjoint, [0, 1])


@pytest.mark.parametrize(
    ("direction", "words"),
    [
        ((1.0, 0.0), "along x1"),
        (("x2",), "along x2"),
        ((0.6, 0.8), "along (0.6, 0.8)"),
        ((0, 2), "along (0, 2)"),
    ],
)
def test_the_table_says_which_direction(direction, words):
    table = str(make_graph(baydin)(2.0, 5.0).along(*direction))
    assert f"tangent ↓: from the top down, {words}\n" in table


def test_the_table_says_which_seed():
    graph = make_graph(lambda x: (x, x * x))(3.0)
    assert "starting with 1 at f[0]" in str(graph)
    assert "starting with 1 at f[1]" in str(graph.seeded((0.0, 1.0)))
    assert "starting with (2, 3) at f[0], f[1]" in str(graph.seeded((2.0, 3.0)))
    many = make_graph(lambda x: np.sin(x))(np.ones(9)).seeded(np.full(9, 0.5))
    assert "starting with 9 numbers given at f" in str(many)


def test_another_direction_leaves_the_graph_itself_alone():
    graph = make_graph(baydin)(2.0, 5.0)
    before = str(graph)
    graph.along("x2").seeded(3.0)
    assert str(graph) == before


# Names and operations ----------------------------------------------------------------------------


def names(graph):
    return [line.name for line in graph.lines]


def test_inputs_are_named_by_the_functions_parameters_and_paths():
    assert names(make_graph(lambda *xs, scale=2.0: xs[0] * scale)(1.0, 2.0)) == [
        "xs[0]",
        "xs[1]",
        "v1",
    ]
    assert names(make_graph(lambda w: w[0]["W"])([{"W": 1.0, "b": 2.0}])) == [
        "w[0]['W']",
        "w[0]['b']",
    ]
    assert names(make_graph(np.sin)(1.0)) == ["x", "v1"]


def test_names_of_results_keep_clear_of_the_readers_names():
    assert names(make_graph(lambda v1, w1: v1 * w1)(1.0, 2.0)) == ["v1", "w1", "u1"]


def test_outputs_are_named_by_the_function():
    assert make_graph(baydin)(2.0, 5.0).outputs.names == ["baydin"]
    assert make_graph(lambda x: {"a": x, "b": (x,)})(1.0).outputs.names == ["f['a']", "f['b'][0]"]
    assert make_graph(lambda f: f)(1.0).outputs.names == ["output"]


def test_arguments_that_are_constants_go_by_their_names():
    graph = make_graph(network, argnums=0)(*network_arguments())
    assert graph.line("v1").operation == "images @ params[0]['W']"
    assert graph.line("v7").operation == "v6 - labels"
    by_keyword = make_graph(lambda x, *, data: x * data["t"])(2.0, data={"t": np.arange(50.0)})
    assert by_keyword.line("v1").operation == "x * data['t']"


@primitive(vjp=lambda y_bar, y, x: y_bar * 3 * x**2)
def cube(x):
    return x * x * x


X = np.arange(1.0, 7.0).reshape(2, 3)
WRITTEN = [
    (lambda x: 2 * x, "2 * x"),
    (lambda x: x - -3, "x - (-3)"),
    (lambda x: x / np.pi, "x / 3.142"),
    (lambda x: (-2.5) ** x, "(-2.5) ** x"),
    (lambda x: x % 2, "x % 2"),
    (lambda x: -x, "-x"),
    (lambda x: abs(x), "abs(x)"),
    (lambda x: np.maximum(x, 0), "maximum(x, 0)"),
    (lambda x: x @ np.ones((3, 40)), "x @ array(3, 40)"),
    (lambda x: x * np.array([1.0, 0.5, 2.0]), "x * [1, 0.5, 2]"),
    (lambda x: np.sum(x), "sum(x)"),
    (lambda x: np.sum(x, axis=0), "sum(x, axis=0)"),
    (lambda x: np.sum(x, axis=(0, 1), keepdims=True), "sum(x, axis=(0, 1), keepdims=True)"),
    (lambda x: np.reshape(x, (3, 2)), "reshape(x, (3, 2))"),
    (lambda x: x.T, "transpose(x)"),
    (lambda x: x[0], "x[0]"),
    (lambda x: x[:, 1:], "x[:, 1:]"),
    (lambda x: x[..., None, ::-1], "x[..., None, ::-1]"),
    (lambda x: x[[0, 1], [1, 2]], "x[[0, 1], [1, 2]]"),
    (lambda x: x[np.arange(6).reshape(2, 3) > 2], "x[array(2, 3)]"),
    (lambda x: np.concatenate([x, np.ones((1, 3))]), "concatenate(x, [[1, 1, 1]], axis=0)"),
    (lambda x: x.astype(np.float32), "astype(x, float32)"),
    (lambda x: cube(x), "cube(x)"),
    (lambda x: checkpoint(lambda y: y * y)(x), "checkpoint(x)"),
]


@pytest.mark.parametrize(("f", "written"), WRITTEN, ids=[written for _, written in WRITTEN])
def test_operations_are_written_as_a_reader_would(f, written):
    with np.errstate(invalid="ignore"):
        assert make_graph(f)(X).lines[1].operation == written


@pytest.mark.parametrize(
    ("x", "written"),
    [
        (1 / 3, "0.33333"),
        (1e-17, "1e-17"),
        (1.25e10, "1.25e10"),
        (-0.0, "0"),
        (np.nan, "nan"),
        (-np.inf, "-inf"),
        (9999999.0, "9999999"),
        (np.float32(0.1), "0.1"),
        (True, "True"),
    ],
)
def test_numbers_are_short(x, written):
    assert notation.number(x) == written


# What a graph is made of -------------------------------------------------------------------------


def test_loops_and_branches_leave_what_was_carried_out():
    graph = make_graph(loop)(0.7, steps=3)
    assert [line.operation for line in graph.lines] == ["input", "sin(x)", "sin(v1)", "sin(v2)"]
    graph = make_graph(loop)(0.1, steps=2)
    assert [line.operation for line in graph.lines[1:]] == ["x * x", "v1 + 0", "v2 * v2", "v3 + 1"]


def test_comparisons_and_the_like_are_constants():
    graph = make_graph(lambda x: np.floor(x) * x + (x > 1) * x)(2.5)
    assert [line.operation for line in graph.lines[1:]] == ["2 * x", "True * x", "v1 + v2"]


def test_a_constant_output_and_an_unused_input_have_zero_derivatives():
    graph = make_graph(lambda x, unused: (x, 3.0))(1.0, 2.0)
    constant, unused = graph.line("f[1]"), graph.line("unused")
    assert (constant.operation, constant.value, constant.tangent) == ("constant", 3.0, 0.0)
    assert unused.adjoint == 0.0
    assert graph.seeded("f[1]").line("f[1]").adjoint == 1.0
    assert graph.seeded("f[1]").line("x").adjoint == 0.0


def test_an_output_may_be_an_input_or_come_twice():
    graph = make_graph(lambda x: (x, 2 * x, x))(5.0)
    assert graph.line("x").outputs == ("f[0]", "f[2]")
    assert graph.seeded((1.0, 10.0, 100.0)).line("x").adjoint == 121.0


def test_derivatives_inside_are_part_of_the_trace():
    graph = make_graph(lambda x: grad(lambda y: y**3 * x)(x))(2.0)
    assert graph.line("f").value == 24.0
    assert graph.line("x").adjoint == pytest.approx(36.0)
    assert graph.line("f").tangent == pytest.approx(36.0)


def test_a_graph_can_be_made_inside_a_derivative():
    slopes = []

    def f(x):
        graph = make_graph(lambda y: y * y)(x)
        slopes.append(str(graph))
        return graph.line("y").adjoint * graph.line("f").value

    assert grad(f)(3.0) == 54.0  # d/dx 2x·x²
    assert "f = v1  y * y            9" in slopes[0]


def test_changing_arrays_later_does_not_change_the_graph():
    x, c = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    graph = make_graph(lambda a: (np.sum(a * c), c))(x)
    x[:], c[:] = 0, 0
    np.testing.assert_array_equal(graph.line("a").adjoint, [3, 4])
    assert graph.line("f[0]").value == 11
    np.testing.assert_array_equal(graph.line("f[1]").value, [3, 4])
    assert graph.line("a").tangent[0] == 1
    np.testing.assert_array_equal(graph.line("a").value, [1, 2])


def test_a_long_chain_needs_no_recursion():
    graph = make_graph(loop_of)(0.5, steps=20_000)  # twenty times Python's limit
    assert graph.counts.operations == 20_000
    assert len(str(graph).splitlines()) < 80
    assert graph.line("x").adjoint == graph.line("loop_of").tangent == 1


# Counts ------------------------------------------------------------------------------------------


def test_twenty_doublings_are_twenty_operations():
    def doublings(x):
        for _ in range(20):
            x = x + x
        return x

    graph = make_graph(doublings)(1.0)
    assert graph.counts.operations == 20
    assert graph.counts.by_kind == {"add": 20}
    assert graph.line("x").adjoint == 2**20


def test_counts_of_a_network():
    params, images, labels = network_arguments()
    counts = make_graph(network, argnums=0)(params, images, labels).counts
    assert counts.operations == 10
    assert counts.by_kind == {
        "add": 2,
        "matmul": 2,
        "tanh": 2,
        "divide": 1,
        "power": 1,
        "subtract": 1,
        "sum": 1,
    }
    assert (counts.inputs, counts.outputs) == (64 * 10 + 10 + 10 * 2 + 2, 1)
    assert (counts.forward_sweeps, counts.reverse_sweeps) == (672, 1)
    numbers = 672 + 5 * 64 + 5 * 2 + 3 * 50 + 5 * 10 + 2
    assert counts.stored_bytes == 8 * numbers


def test_views_and_repeated_arrays_are_stored_once():
    x = np.ones((100, 100))
    counts = make_graph(lambda x: x.T.reshape(50, 200)[3:])(x).counts
    assert counts.stored_bytes == 2 * x.nbytes  # x, and the copy that reshape made; no view
    assert make_graph(lambda x: (x * x) * x)(x).counts.stored_bytes == 3 * x.nbytes


def test_counts_as_text_and_html():
    counts = make_graph(baydin)(2.0, 5.0).counts
    assert str(counts) == (
        "elementary operations   5: 1 add, 1 log, 1 multiply, 1 sin, 1 subtract\n"
        "Jacobian, forward mode  2 sweeps, one for each input number\n"
        "Jacobian, reverse mode  1 sweep, one for each output number\n"
        "held by the tape        56 bytes in 7 values"
    )
    html = counts._repr_html_()
    assert html.count('<th scope="row"') == 4
    assert "56 bytes in 7 values" in html


# Tables ------------------------------------------------------------------------------------------


@every_graph
def test_text_fits_a_page(make):
    for line in [*str(make()).splitlines(), *str(make().table(partials=True)).splitlines()]:
        assert len(line) <= 100
        assert line == line.rstrip()


@every_graph
def test_values_alone_need_no_derivatives(make):
    graph = make()
    graph.table(tangents=False, adjoints=False)
    graph.draw(adjoints=False, partials=False)
    assert "_tangents" not in vars(graph)
    assert "_adjoints" not in vars(graph)


def test_columns_are_chosen():
    graph = make_graph(baydin)(2.0, 5.0)
    heads = {
        "line operation value": {"tangents": False, "adjoints": False},
        "line operation value tangent": {"adjoints": False},
        "line operation value adjoint": {"tangents": False},
        "line operation adjoint": {"values": False, "tangents": False},
    }
    for head, chosen in heads.items():
        assert (
            str(graph.table(**chosen)).splitlines()[2].replace("↓", "").replace("↑", "").split()
            == head.split()
        )


def test_a_long_table_shows_both_ends():
    graph = make_graph(loop_of)(0.7, steps=100)
    lines = str(graph.table(at_most=5)).splitlines()
    assert [line.split("  ")[0] for line in lines[4:10]] == [
        "x",
        "v1",
        "v2",
        "… 96 lines left out …",
        "v99",
        "loop_of = v100",
    ]
    assert len(str(graph.table(at_most=None)).splitlines()) == 4 + 101 + 3


def test_arrays_are_shown_by_shape_and_dtype_or_inline():
    table = str(make_graph(network, argnums=0)(*network_arguments()))
    assert "float64 (64, 10)" in table
    assert re.search(r"params\[1\]\['b'\] +input +\[0, 0\]", table)
    assert "all 0" in table
    assert "norm 0." in table


def test_print_and_notebook_text_are_the_table():
    graph = make_graph(baydin)(2.0, 5.0)
    assert str(graph) == repr(graph) == str(graph.table())


# HTML --------------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """Checks that tags close in order, and notes all elements and texts."""

    def __init__(self, html):
        super().__init__()
        self.open, self.elements, self.texts = [], [], []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


@every_graph
def test_html_is_sound_and_accessible(make):
    graph = make()
    page = Reader(graph._repr_html_())
    tags = [tag for tag, _ in page.elements]
    assert tags.count("table") == tags.count("caption") == 2
    assert all("scope" in attrs for tag, attrs in page.elements if tag == "th")
    assert all(attrs["alt"].startswith("Graph of ") for t, attrs in page.elements if t == "img")
    assert ("img" in tags) == (len(graph.lines) <= 40)


def test_html_says_what_the_text_says():
    graph = make_graph(baydin)(2.0, 5.0)
    html = " ".join(Reader(graph.table()._repr_html_()).texts)
    for word in str(graph).replace("-----", "").split():
        assert word.strip("-") in html


def test_html_escapes_the_readers_names():
    html = GRAPHS["escapes"]()._repr_html_()
    assert "<a&b>" not in html
    assert "&lt;a&amp;b&gt;" in html


# Drawings ----------------------------------------------------------------------------------------


def parsed(drawing):
    return ET.fromstring(drawing.svg)


def groups(svg, kind):
    return [g for g in svg.iter(f"{SVG}g") if kind in g.get("class", "").split()]


def box(node):
    rect = node.find(f"{SVG}rect")
    x, y, width, height = (float(rect.get(k)) for k in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def texts_box(text, letter=7.3):
    """The room of a text; those within the drawing are centred, those at arrows end at x."""
    x, y, width = float(text.get("x")), float(text.get("y")), letter * len(text.text)
    left = x - width if text.get("class") == "partial" else x - width / 2
    return left, y - 9, left + width, y + 2


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@every_graph
@pytest.mark.parametrize("tangents", [False, True])
def test_nothing_overlaps_in_a_drawing(make, tangents):
    svg = parsed(make().draw(tangents=tangents))
    nodes = groups(svg, "node")
    boxes = [box(node) for node in nodes]
    beside = ("value", "tangent", "adjoint", "partial")
    labels = [texts_box(t) for t in svg.iter(f"{SVG}text") if t.get("class") in beside]
    for a, b in itertools.combinations(boxes + labels, 2):
        assert not overlap(a, b)
    assert max([0, *(b[2] for b in boxes + labels)]) <= float(svg.get("width")) - 16
    assert max([0, *(b[3] for b in boxes + labels)]) <= float(svg.get("height")) - 16


@every_graph
def test_drawings_can_be_found_their_way_in(make):
    graph = make()
    svg = parsed(graph.draw())
    nodes, edges = groups(svg, "node"), groups(svg, "edge")
    assert [node.get("id") for node in nodes] == [f"node-{i}" for i in range(len(graph.lines))]
    assert [node.get("data-name") for node in nodes] == [line.name for line in graph.lines]
    assert sum(len(line.operands) for line in graph.lines) == len(edges)
    ids = [element.get("id") for element in svg.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    assert {edge.get(end) for edge in edges for end in ("data-from", "data-to")} <= {
        str(i) for i in range(len(nodes))
    }


@every_graph
def test_drawings_have_title_and_description(make):
    svg = parsed(make().draw())
    assert svg.get("role") == "img"
    described = {e.get("id"): e.text for e in svg if e.tag in (f"{SVG}title", f"{SVG}desc")}
    assert set(svg.get("aria-labelledby").split()) == set(described)
    assert all(described.values())


@every_graph
def test_arrows_pass_no_node_that_is_not_theirs(make):
    """Curves run between the layers; within a layer arrows are level, and clear of all nodes."""
    svg = parsed(make().draw())
    boxes = [box(node) for node in groups(svg, "node")]
    for edge in groups(svg, "edge"):
        theirs = {int(edge.get("data-from")), int(edge.get("data-to"))}
        for x0, x1, y in level_parts(edge.find(f"{SVG}path").get("d")):
            for i, (left, top, right, bottom) in enumerate(boxes):
                assert i in theirs or not (x0 < right and left < x1 and top <= y <= bottom)


def level_parts(path):
    x = y = 0.0
    for command, numbers in re.findall(r"([MHC])([-\d. ]+)", path):
        values = [float(n) for n in numbers.split()]
        if command == "H":
            yield x, values[0], y
            x = values[0]
        else:
            x, y = values[-2:]


def test_what_is_drawn_is_chosen():
    graph = make_graph(uv)(2.0, 3.0, 0.5)

    def kinds(**chosen):
        texts = parsed(graph.draw(**chosen)).iter(f"{SVG}text")
        return {t.get("class") for t in texts} - {"name", "does"}

    off = {"values": False, "adjoints": False, "partials": False}
    assert kinds(**off) == set()
    for kind in ("value", "tangent", "adjoint", "partial"):
        assert kinds(**{**off, f"{kind}s": True}) == {kind, f"{kind} legend"}


def test_a_drawing_reads_well_and_is_saved(tmp_path):
    drawing = make_graph(uv)(2.0, 3.0, 0.5).draw()
    assert repr(drawing) == "<Drawing of uv: 3 inputs, 4 operations, 1 output>"
    assert "x, 2, adjoint 10.438; " in drawing.alt
    along = "local derivative along v1 3.4794, local derivative along v3 6"
    assert f"uv = v4 = v1 * v3, 20.877, adjoint 1, {along}." in drawing.alt
    assert "along" not in make_graph(uv)(2.0, 3.0, 0.5).draw(partials=False).alt
    drawing.save(tmp_path / "uv.svg")
    assert (tmp_path / "uv.svg").read_bytes() == drawing.svg.encode()


def test_a_graph_too_large_to_draw_says_so():
    graph = make_graph(loop_of)(0.7, steps=200)
    with pytest.raises(ValueError, match=r"201 lines.*more than 150.*print\(graph\)"):
        graph.draw()
    assert "<img" not in graph._repr_html_()
    assert make_graph(loop_of)(0.7, steps=149).draw().svg


def test_few_arrows_cross():
    """Two pairs of crossed wires come out without a crossing."""
    boxes = [layout.Box(10, 10, 10)] * 6
    placed = layout.lay_out(boxes, [(0, 5), (1, 4), (2, 3)], [20] * 6, 10)
    ends = [placed.y[5], placed.y[4], placed.y[3]]
    assert np.argsort(placed.y[:3]).tolist() == np.argsort(ends).tolist()


@settings(max_examples=60, deadline=None)
@given(STEPS, NUMBERS)
def test_drawings_of_random_programs_have_no_overlaps(steps, point):
    svg = parsed(make_graph(program(steps))(*point).draw(tangents=True))
    for a, b in itertools.combinations([box(node) for node in groups(svg, "node")], 2):
        assert not overlap(a, b)


def test_letters_have_contrast():
    """At least 4.5 to 1, which WCAG 2.2 asks of text, on the pages and cards of both themes."""
    for theme, pages in ((text_on_light, ("#FFFFFF", "#F1F4F7")), (text_on_dark, ("#1B2027",))):
        for colour, page in itertools.product(theme, pages):
            assert contrast(colour, page) >= 4.5


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


# The same each time ------------------------------------------------------------------------------

PRINT_ALL = """
import numpy as np
from course_lib import make_graph
def f(p, x):
    y = np.tanh(x @ p["W"] + p["b"])
    return np.sum(y**2) * x[0], {"y": y, "n": 3}
p = {"b": np.zeros(2), "W": np.linspace(-1, 1, 6).reshape(3, 2)}
graph = make_graph(f)(p, np.array([1.0, 2.0, 3.0]))
print(graph, graph.counts, graph._repr_html_(), graph.draw(tangents=True).svg)
"""


def test_two_runs_give_the_same_bytes():
    outputs = [
        subprocess.run(
            [sys.executable, "-c", PRINT_ALL],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert b" at 0x" not in outputs[0]


# Errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mistake", "error", "words"),
    [
        (
            lambda: make_graph(3.0),
            TypeError,
            r"make_graph: expected a function.*make_graph\(f\)\(x\)",
        ),
        (
            lambda: make_graph(baydin)(2, 5.0),
            TypeError,
            r"make_graph: argument 0 must be a float.*2\.0",
        ),
        (
            lambda: make_graph(lambda n, x: x, argnums=1)(2, 3),
            TypeError,
            "make_graph: argument 1",
        ),
        (lambda: make_graph(baydin, argnums=2)(2.0, 5.0), ValueError, "make_graph: argnums"),
        (lambda: make_graph(lambda x: None)(1.0), TypeError, "return. missing"),
        (
            lambda: make_graph(baydin)(2.0, 5.0).line("v9"),
            ValueError,
            r"no line 'v9'.*x1, x2, v1, v2, v3, v4, v5\.",
        ),
        (
            lambda: make_graph(loop_of)(0.7, steps=50).line("y"),
            ValueError,
            r"x, v1, v2, v3, v4, v5, …, v50\.",
        ),
        (
            lambda: make_graph(baydin)(2.0, 5.0).along("x3"),
            ValueError,
            r"along: 'x3' is none.*x1, x2\.",
        ),
        (
            lambda: make_graph(baydin)(2.0, 5.0).seeded("y"),
            ValueError,
            r"seeded: 'y' is none.*baydin\.",
        ),
        (
            lambda: make_graph(baydin)(2.0, 5.0).along(1.0),
            TypeError,
            r"along: the direction must have the structure \(\*, \*\)",
        ),
        (
            lambda: make_graph(np.sum)(np.ones(2)).along(np.ones(3)),
            ValueError,
            r"along: the direction\[0\] must have shape \(2,\), found \(3,\)",
        ),
        (
            lambda: make_graph(baydin)(2.0, 5.0).seeded((1.0,)),
            TypeError,
            "seeded: the seed must have the structure",
        ),
    ],
)
def test_mistakes_are_explained(mistake, error, words):
    with pytest.raises(error, match=re.compile(words, re.DOTALL)):
        mistake()


def test_a_traced_value_that_leaks_says_in_which_mode():
    leaked = []
    make_graph(lambda x: leaked.append(x) or x)(1.0)
    with pytest.raises(RuntimeError, match="graph-mode"):
        np.sin(leaked[0])
