"""Values: copied without trust, written without loss."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from course_lib.checks.compare import compare, describe
from course_lib.checks.values import (
    DTYPES,
    Foreign,
    ValueCodingError,
    _Copier,
    decode,
    encode,
    to_plain,
    type_name,
)

arrays = st.sampled_from(sorted(DTYPES)).flatmap(
    lambda name: npst.arrays(np.dtype(name), npst.array_shapes(min_dims=0, min_side=0, max_side=3))
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(
    scalars | arrays | st.complex_numbers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)


def identical(a, b):
    assert type(a) is type(b)
    if isinstance(a, np.ndarray):
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        np.testing.assert_array_equal(a, b)
    elif isinstance(a, list | tuple):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            identical(x, y)
    elif isinstance(a, dict):
        assert list(a) == list(b)
        for key in a:
            identical(a[key], b[key])
    else:
        assert a == b or (a != a and b != b)


@settings(deadline=None)
@given(values)
def test_json_keeps_every_bit(value):
    text = json.dumps(encode(value), allow_nan=False)
    identical(value, decode(json.loads(text)))


@pytest.mark.parametrize("kind", [np.float32, np.int8, np.uint64, np.complex64, np.bool_])
def test_numpy_scalars_keep_their_type(kind):
    identical(kind(1), decode(encode(kind(1))))


def test_a_copy_shares_nothing():
    array = np.zeros(2)
    original = {"a": [array]}
    copy = to_plain(original)
    copy["a"][0][0] = 7
    assert array[0] == 0


@pytest.mark.parametrize(
    "value",
    [
        object(),
        print,
        {1, 2},
        b"bytes",
        np.array([object()]),
        np.array(["text"]),
        np.ma.array([1.0]),
        np.datetime64("2020-01-01"),
        np.longdouble(1) if np.longdouble is not np.float64 else object(),
        {(1, 2): 3},
        10**400,
        np.zeros((1001, 1000)),
        "x" * 1_000_001,
    ],
)
def test_what_is_not_plain_is_foreign_and_not_stored(value):
    assert isinstance(to_plain(value), Foreign)
    with pytest.raises(ValueCodingError, match=r"cannot be stored; use None, numbers"):
        encode(value)


def counted(monkeypatch):
    """Counts the objects that are copied: work, without a clock."""
    copies = []
    copy = _Copier.copy
    monkeypatch.setattr(_Copier, "copy", lambda *a: copies.append(1) or copy(*a))
    return copies


HUGE = {
    "a list": [0.5] * 900_000,
    "lists": [[0]] * 450_000,
    "the same lists": [[0] * 15_000] * 15_000,
    "a dictionary": dict.fromkeys(range(900_000), 0.5),
}


@pytest.mark.parametrize("got", HUGE.values(), ids=HUGE.keys())
@pytest.mark.parametrize("expected", [[1.0, 2.0], np.ones(2)], ids=["list", "array"])
def test_a_huge_answer_is_not_copied_to_find_that_it_differs(expected, got, monkeypatch):
    copies = counted(monkeypatch)
    assert compare(expected, got, lists=True) is not None
    assert len(copies) < 3000
    assert "value with more than 20,000 parts" in repr(to_plain(got))[: 10**6]
    assert len(copies) < 50_000


def test_what_is_about_as_large_as_expected_is_compared_whole():
    lists = [[1.0] * 100] * 100
    assert compare(np.ones((100, 100)), lists, lists=True) is None
    assert compare(np.ones((90, 90)), lists, lists=True).kind == "shape"


def test_huge_json_is_refused():
    with pytest.raises(ValueCodingError, match="20,000 parts"):
        decode([[0]] * 450_000)
    with pytest.raises(ValueCodingError, match="20,000 parts"):
        decode({"dict": [["a", {"tuple": [0] * 30_000}]]})


def test_cycles_and_deep_nesting_end():
    cycle = []
    cycle += [cycle, cycle]
    deep = []
    for _ in range(50_000):
        deep = [deep]
    assert isinstance(to_plain(cycle), list | Foreign)
    assert "nested" in repr(to_plain(deep))


def test_a_type_cannot_lie_about_its_name():
    class Liar(type):
        __name__ = "float"

        def __repr__(cls):
            raise RuntimeError

    class Thing(metaclass=Liar):
        pass

    assert type_name(Thing()) == "Thing"


@pytest.mark.parametrize(
    "data",
    [
        {"array": "object", "shape": [1], "data": [1]},
        {"array": "float64", "shape": [10**9, 10**9], "data": []},
        {"array": "float64", "shape": [-1], "data": [1]},
        {"array": "float64", "shape": [3], "data": [1]},
        {"array": "float64", "shape": [2, 2], "data": [[1], [2, 3]]},
        {"array": "int8", "shape": [1], "data": [1000]},
        {"array": "float64", "shape": [1], "data": ["word"]},
        {"scalar": "float64"},
        {"float": "word"},
        {"complex": [1]},
        {"dict": [[[], 1]]},
        {"tuple": 3},
        {},
        {"pickle": "gASVAAAA"},
        3.5j,
    ],
)
def test_what_is_no_stored_value_is_refused(data):
    with pytest.raises(ValueCodingError):
        decode(data)


def test_deeply_nested_json_is_refused():
    data = 1
    for _ in range(100):
        data = [data]
    with pytest.raises(ValueCodingError, match="deep"):
        decode(data)


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (1.0, 1),
        (3, 3.0),
        (0.3, 0.1 + 0.2),
        (1.0, np.float64(1)),
        (np.float64(1), np.array(1.0)),
        (np.nan, float("nan")),
        (np.inf, np.inf),
        (np.array([1.0, np.nan]), np.array([1.0, np.nan])),
        ((1.0, 2.0), [1.0, 2.0]),
        ({"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0}),
        ("Add  them", "add them"),
        (None, None),
        (np.array([1.0], dtype=">f8"), np.array([1.0])),
        (np.zeros((0, 2)), np.zeros((0, 2))),
        (10**300, 10**300),
    ],
)
def test_what_agrees(expected, got):
    assert compare(expected, got) is None


@pytest.mark.parametrize(
    ("expected", "got", "kind"),
    [
        (1.0, None, "type"),
        (1.0, "1.0", "type"),
        (np.zeros(2), 0.0, "type"),
        (np.zeros(2), [0.0, 0.0], "type"),
        ((1.0, 2.0), 1.0, "type"),
        ((1.0, 2.0), (1.0, 2.0, 3.0), "structure"),
        ({"a": 1}, {"b": 1}, "structure"),
        (np.zeros(2), np.zeros((2, 1)), "shape"),
        (np.zeros(2), np.zeros(2, dtype=int), "dtype"),
        (1.0, True, "dtype"),
        (1.0, 1j, "dtype"),
        (np.ones(2), np.array([1.0, np.inf]), "finite"),
        (np.array([np.inf]), np.array([-np.inf]), "finite"),
        (np.ones(2), np.array([1.0, 1.0 + 1e-7]), "value"),
        ("add", "multiply", "value"),
    ],
)
def test_what_differs(expected, got, kind):
    assert compare(expected, got).kind == kind


def test_the_gravest_difference_comes_first():
    found = compare((1.0, np.zeros(2), "x"), (2.0, np.zeros(3), "x"))
    assert (found.kind, found.path) == ("shape", "[1]")


def test_entries_are_located_and_counted():
    found = compare({"w": np.zeros((2, 3))}, {"w": np.array([[0, 0, 1.0], [0, 2.0, 0]])})
    assert (found.path, found.index, found.wrong, found.total) == ("['w']", (0, 2), 2, 6)


def test_lists_count_as_arrays_where_the_exercise_allows_it():
    assert compare(np.ones((2, 1)), [[1], (1.0,)], lists=True) is None
    assert compare([[1], (1.0,)], np.ones((2, 1)), lists=True) is None
    assert compare(np.ones(2), [1.0, [2.0]], lists=True).kind == "type"
    assert compare(np.ones(2), ["1", "1"], lists=True).kind == "type"
    assert compare(np.ones(2), [1.0, 1j], lists=True).kind == "dtype"
    assert compare(np.array([1.0, 1j]), [1.0, 1j], lists=True) is None


@settings(deadline=None)
@given(values, values)
def test_comparing_never_fails(a, b):
    found = compare(a, b)
    assert compare(a, a) is None
    if found is not None:
        assert describe(found.got)
        assert describe(found.expected)
