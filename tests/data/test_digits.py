"""The shipped digits: the right file, the right arrays, a division that stays the same."""

import hashlib
from importlib.resources import files

import numpy as np
import pytest

from course_lib.data import Digits, load_digits

FOLDER = files("course_lib.data")


@pytest.fixture(scope="module")
def digits():
    return load_digits()


def test_the_file_is_the_one_described():
    checksum = hashlib.sha256(FOLDER.joinpath("digits.csv.gz").read_bytes()).hexdigest()
    description = FOLDER.joinpath("digits.md").read_text(encoding="utf-8")
    assert checksum in description
    assert "CC BY 4.0" in description


def test_shapes_types_and_range(digits):
    assert digits.images.shape == (1797, 8, 8)
    assert digits.images.dtype == np.float64
    assert digits.labels.shape == (1797,)
    assert digits.labels.dtype == np.int64
    assert set(np.unique(digits.images)) == set(range(17))


def test_counts_per_digit_are_the_published_ones(digits):
    published = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.bincount(digits.labels).tolist() == published


def test_one_hot_rows_point_at_the_label(digits):
    rows = digits.one_hot()
    assert rows.shape == (1797, 10)
    assert (rows.sum(axis=1) == 1).all()
    assert (rows.argmax(axis=1) == digits.labels).all()


def test_each_load_is_a_fresh_copy():
    load_digits().images[:] = -1
    assert load_digits().images.min() == 0


def test_split_loses_and_repeats_no_picture():
    numbered = Digits(np.arange(50.0).repeat(64).reshape(50, 8, 8), np.arange(50) % 10)
    train, test = numbered.split(held_out=20, seed=3)
    assert (len(train), len(test)) == (30, 20)
    together = np.concatenate([train.images[:, 0, 0], test.images[:, 0, 0]])
    assert sorted(together) == list(range(50))
    assert (train.labels == train.images[:, 0, 0] % 10).all()


def test_split_is_the_same_every_time(digits):
    first, second = digits.split(seed=0)[1], load_digits().split(seed=0)[1]
    assert (first.images == second.images).all()
    assert first.labels[:10].tolist() == [2, 8, 2, 6, 6, 7, 1, 9, 8, 5]
    assert (digits.split(seed=1)[1].labels != first.labels).any()


@pytest.mark.parametrize("held_out", [0, -1, 1797, 5000])
def test_split_refuses_an_empty_part(digits, held_out):
    with pytest.raises(ValueError, match=f"from 1 to 1796.*it is {held_out}"):
        digits.split(held_out=held_out)


def test_images_and_labels_must_agree():
    with pytest.raises(ValueError, match=r"3 labels need images of shape \(3, 8, 8\)"):
        Digits(np.zeros((2, 8, 8)), np.zeros(3, dtype=np.int64))


def test_repr_is_short(digits):
    assert repr(digits) == "<Digits: 1797 pictures of 8x8 pixels>"
