"""The shipped chapters of Alice: the right file, whole, and nothing but the book."""

import hashlib
import re
from importlib.resources import files

import pytest

from course_lib.data import load_alice

FOLDER = files("course_lib.data")


@pytest.fixture(scope="module")
def text():
    return load_alice()


def test_the_file_is_the_one_described(text):
    data = FOLDER.joinpath("alice.txt").read_bytes()
    description = FOLDER.joinpath("alice.md").read_text(encoding="utf-8")
    assert hashlib.sha256(data).hexdigest() in description
    assert f"{text.count(chr(10))} lines" in description
    assert f"{len(text):,} characters" in description


def test_three_chapters_from_the_first_words_to_the_last(text):
    chapters = re.findall(r"(?m)^CHAPTER ([IVX]+)\. (.+)$", text)
    assert chapters == [
        ("I", "Down the Rabbit-Hole"),
        ("II", "The Pool of Tears"),
        ("III", "A Caucus-Race and a Long Tale"),
    ]
    assert "Alice was beginning to get very tired of sitting by her sister on the\nbank," in text
    assert text.endswith("and was coming\nback to finish his story.\n")


def test_sentences_that_everybody_knows_are_there(text):
    words = " ".join(text.split())
    for sentence in (
        "'and what is the use of a book,' thought Alice 'without pictures or conversation?'",
        "Down, down, down. Would the fall NEVER come to an end!",
        "'Curiouser and curiouser!' cried Alice",
        "'How doth the little crocodile Improve his shining tail,",
        "'EVERYBODY has won, and all must have prizes.'",
    ):
        assert sentence in words


def test_it_is_plain_text_of_a_small_size(text):
    assert set(text) - {"\n"} <= set(map(chr, range(32, 127)))
    assert len(text) < 60_000
