"""What the sweeps show is what the library's own modes compute."""

import numpy as np
import pytest

from course_lib import grad, jvp
from course_lib.widgets import GraphSweeps
from course_lib.widgets.graph_steps import live_values, seeds, tables, trace


def f(x, y, z):
    return (x * y + np.sin(x)) * (y - z)


POINT = (1.0, 2.0, 3.0)


def test_adjoints_of_the_inputs_are_the_gradient():
    expected = grad(f, argnums=(0, 1, 2))(*POINT)
    found = tables(trace(f, POINT))
    np.testing.assert_allclose(found["numbers"]["adjoints"][:3], expected)
    assert list(GraphSweeps(f, *POINT).gradient().values()) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(3))
def test_tangents_of_the_output_are_the_partial_derivatives(seed):
    direction = tuple(np.eye(3)[seed])
    expected = jvp(f, POINT, direction)[1]
    found = tables(trace(f, POINT))
    assert found["numbers"]["tangents"][seed][-1] == pytest.approx(expected)


def test_each_adjoint_is_the_sum_of_its_shares():
    found = tables(trace(f, POINT))
    adjoints = found["numbers"]["adjoints"]
    for k in range(len(adjoints) - 1):
        shares = [
            partial * adjoints[child]
            for child, line in enumerate(found["lines"])
            for parent, partial in zip(line["parents"], line["partials"], strict=True)
            if parent == k
        ]
        assert adjoints[k] == pytest.approx(sum(shares))


def test_arrays_have_a_seed_for_each_number_and_no_numbers_to_multiply():
    graph = trace(lambda w, b: np.sum(np.tanh(w)) + b, (np.array([[1.0, 2.0]]), 0.5))
    assert seeds(graph) == ["w[0, 0]", "w[0, 1]", "b"]
    found = tables(graph)
    assert found["numbers"]["adjoints"][0] is None
    assert None in found["lines"][2]["partials"]


@pytest.mark.parametrize(
    ("f", "args", "words"),
    [
        (lambda x: [x, x], (1.0,), "must have one output number, but it has 2"),
        (lambda x: np.sum(x), (np.zeros(13),), "has 13 input numbers"),
        (lambda x: sum([np.sin(x)] * 60), (1.0,), "nobody can watch more than 40"),
        (lambda x: 1 / 0, (1.0,), "raised ZeroDivisionError"),
        (lambda x: x, (), "missing 1 required positional argument"),
        (lambda x: x, (1,), "must be a float"),
        (3, (1.0,), "expected a function"),
    ],
)
def test_wrong_functions_are_explained(f, args, words):
    widget = GraphSweeps(f, *args)
    assert words in widget.problem
    assert widget._repr_mimebundle_()[0]["text/html"]


def test_unknown_seed():
    assert "'q' is none of the numbers" in GraphSweeps(f, *POINT, seed="q").problem
    assert GraphSweeps(f, *POINT, seed="y").seed == 1


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (lambda x: x, (2.0,)),
        (lambda x: 3.0, (2.0,)),
        (np.log, (0.0,)),
        (np.abs, (0.0,)),
        (lambda x: x * np.nan, (2.0,)),
    ],
    ids=["identity", "constant", "pole", "kink", "nan"],
)
def test_odd_functions_have_pictures(f, args):
    with np.errstate(all="ignore"):
        widget = GraphSweeps(f, *args)
    assert widget.problem == ""
    assert widget._repr_mimebundle_()[0]["text/html"]


def test_live_values():
    assert live_values(trace(lambda x: np.sin(np.cos(x)), (1.0,))) == [1, 1, 1]
    assert max(live_values(trace(f, POINT))) < len(trace(f, POINT).lines)
