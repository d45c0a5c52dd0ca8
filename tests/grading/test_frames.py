"""Messages between grader and child: bounded, and nothing but data."""

import io
import struct

import numpy as np
import pytest

from course_lib.checks.run import Outcome
from course_lib.checks.values import Foreign, decode, encode
from course_lib.grading.frames import MAX_FRAME, FrameError, read_frame, write_frame
from course_lib.grading.session import DIED, read_outcome


def frame(body, length=None):
    return io.BytesIO(struct.pack(">I", len(body) if length is None else length) + body)


def test_a_message_comes_back():
    stream = io.BytesIO()
    write_frame(stream, {"a": [1, None, "é"]})
    stream.seek(0)
    assert read_frame(stream) == {"a": [1, None, "é"]}
    assert read_frame(stream) is None


@pytest.mark.parametrize(
    "stream",
    [
        frame(b"{}", MAX_FRAME + 1),
        frame(b"{}", 100),
        frame(b"[]"),
        frame(b"cos\nsystem\n(S'echo'\ntR."),
        frame(b"\x80\x04\x95"),
        frame(b"[" * 100_000),
        frame(b'{"a": ' + b"9" * 5000 + b"}"),
        io.BytesIO(b"\0\0"),
    ],
    ids=["too long", "short", "a list", "pickle", "pickle 4", "deep", "huge number", "half a head"],
)
def test_anything_else_is_refused(stream):
    with pytest.raises(FrameError):
        read_frame(stream)


def test_too_long_a_message_is_not_sent():
    with pytest.raises(FrameError, match="the most is"):
        write_frame(io.BytesIO(), {"a": "x" * MAX_FRAME})


@pytest.mark.parametrize("dtype", ["float64", "float32", "int8", "uint64", "bool", "complex64"])
def test_packed_arrays_keep_every_bit(dtype):
    array = np.array([[0, 1], [3, 2]]).astype(dtype)
    again = decode(encode(array, packed=True))
    assert again.dtype == array.dtype
    np.testing.assert_array_equal(again, array)


STRANGE = [
    {},
    {"value": {"array": "object", "shape": [1], "base64": "AAAA"}},
    {"value": {"array": "float64", "shape": [10**9], "base64": ""}},
    {"value": {"array": "float64", "shape": [2], "base64": "AAAA"}},
    {"value": {"array": "float64", "shape": [1], "base64": "????"}},
    {"value": {"array": "float64", "shape": [-1], "data": [1]}},
    {"value": {"dict": [[[1], 2]]}},
    {"value": {"tuple": 3}},
    {"value": 1.0, "mutated": 3},
]


@pytest.mark.parametrize("answer", STRANGE, ids=range(len(STRANGE)))
def test_strange_answers_are_no_answers(answer):
    assert read_outcome(answer, 1).raised == DIED


def test_nothing_of_an_answer_is_believed():
    answer = {
        "value": 1.0,
        "mutated": [0, 7, "x"],
        "printed": "many",
        "message": "\x1b[2J",
        "id": 3,
    }
    got = read_outcome(answer, 1)
    assert (got.mutated, got.printed, got.message) == ((0,), 0, "\N{REPLACEMENT CHARACTER}[2J")
    assert read_outcome({"returns": "float"}, 1) == Outcome(Foreign("float"))


@pytest.mark.parametrize("key", ["raises", "returns", "message", "where"])
def test_no_text_of_an_answer_is_long(key):
    answer = {"value": 1, key: "\x00<b>" * 10**6}
    assert len(repr(read_outcome(answer, 1))) < 2000


def test_printed_lines_stay_a_number_that_can_be_shown():
    outcome = read_outcome({"value": 1, "printed": 10**4000}, 1)
    assert outcome.printed == 10**9


def test_a_value_too_deep_to_be_quoted_is_refused():
    nest = []
    for _ in range(20_000):
        nest = [nest]
    assert read_outcome({"value": {"x": nest}}, 1).raised == DIED
