"""The table of exercise 10.1 shows what engines that are really broken give."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from course_lib.checks.author import load

SOURCE = Path(__file__).resolve().parents[2] / "solutions" / "10_capstone.md"

PARTS = """
right_apply, right_sweep = apply, sweep

def replacing(tape, seeds):
    bars = dict(seeds)
    for line in reversed(range(len(tape.lines))):
        if line in bars:
            for operand, bar in pulled(tape, line, bars[line]):
                bars[operand] = bar
    return bars

def from_ones(tape, seeds):
    return right_sweep(tape, {line: 0 * bar + 1 for line, bar in seeds.items()})

def careless(f, args, options):
    known = f in TABLE or f in QUESTIONS
    return right_apply(f, args, options) if known else f(*map(plain, args), **options)

def fork(x, y, z):
    return (x * y) * (y**2 + z)

def slope(f, x):
    return jvp(f, x, 1.0)[1]

def rounds(c):
    z = c
    for _ in range(5000):
        z = z * z + c
    return z

def sinh_refused():
    try:
        return f"{slope(lambda x: x * np.sinh(x), 1.0):.4f}"
    except NotImplementedError:
        return "refused"

def numbers(bars):
    return "(" + ", ".join(f"{bar:g}" for bar in bars) + ")"

def results():
    A = np.ones((5, 3))
    return [
        numbers(vjp(fork, 2.0, 3.0, 1.0)[1](1.0)),
        numbers(vjp(fork, 2.0, 3.0, 1.0)[1](2.5)),
        f"{slope(lambda x: x * slope(lambda y: x * y, 1.0), 3.0):g}",
        f"shape {vjp(lambda b: np.sum((A + b) ** 2), np.ones(3))[1](1.0)[0].shape}",
        sinh_refused(),
        f"{round(float(vjp(rounds, -0.1)[1](1.0)[0]), 4) + 0.0:g}",
    ]
"""
BROKEN = {
    "A": ("sweep", "replacing"),
    "B": ("apply", "careless"),
    "C": ("levels", "itertools.repeat(1)"),
    "D": ("sweep", "from_ones"),
    "E": ("unbroadcast", "lambda bar, shape: bar"),
}


def table():
    """The rows of the table in exercise 10.1, as dictionaries from a column's head to its cell."""
    text = SOURCE.read_text(encoding="utf-8").partition("## 10.1 ")[2].partition("These are")[0]
    head, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in re.findall(r"^\|.*\|$", text, re.M)
    ]
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def engine():
    """The names of the finished exercises 10, and of the parts that break them."""
    names = load(SOURCE).namespace
    exec(PARTS, names)
    return names


def test_the_right_engine_gives_the_column_of_truth(engine):
    assert engine["results"]() == [row["truth"] for row in table()]


@pytest.mark.parametrize("letter", BROKEN)
def test_a_broken_engine_gives_its_column(engine, letter, monkeypatch):
    part, broken = BROKEN[letter]
    monkeypatch.setitem(engine, part, eval(broken, engine, {"itertools": itertools}))
    column = [row["truth"] if row[letter] == "·" else row[letter] for row in table()]
    with np.errstate(all="ignore"):
        assert engine["results"]() == column
