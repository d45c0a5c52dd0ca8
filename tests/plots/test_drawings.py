"""The style and the reusable drawings."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_lib.data import load_digits
from course_lib.plots import (
    colours,
    draw_digits,
    draw_network,
    plot_loss,
    progress_bar,
    use_course_style,
)
from course_lib.plots.progress_bar import WIDTH


def luminance(colour):
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


@pytest.mark.parametrize("name", colours._fields)
def test_lines_stand_out_from_white(name):
    contrast = 1.05 / (luminance(getattr(colours, name)) + 0.05)
    assert contrast >= 3  # WCAG 2.1, 1.4.11, graphical objects


def test_all_colours_differ():
    assert len(set(colours)) == len(colours)


def test_style_removes_what_is_not_data():
    use_course_style()
    _, ax = plt.subplots()
    assert not ax.spines["top"].get_visible()
    assert not ax.spines["right"].get_visible()
    assert ax.spines["left"].get_visible()


def test_loss_curve_starts_at_iteration_zero():
    ax = plot_loss([3.0, 2.0, 1.0], label="plain")
    assert ax.lines[0].get_xdata().tolist() == [0, 1, 2]
    assert ax.get_ylim()[0] == 0
    assert ax.get_legend().get_texts()[0].get_text() == "plain"


def test_loss_curves_share_axes():
    ax = plot_loss([3.0, 2.0])
    assert plot_loss([9.0, 0.5], ax) is ax
    assert len(ax.lines) == 2
    bottom, top = ax.get_ylim()
    assert bottom == 0
    assert top > 9


def titles(fig):
    return [ax.get_title() for ax in fig.axes]


def test_digits_without_predictions_are_titled_with_their_labels():
    digits = load_digits()
    fig = draw_digits(digits.images[:5], digits.labels[:5], columns=3)
    assert titles(fig) == ["0", "1", "2", "3", "4"]


def test_wrong_predictions_say_so_in_words():
    digits = load_digits()
    fig = draw_digits(digits.images[:3], digits.labels[:3], predictions=[0, 7, 2])
    assert titles(fig) == ["0", "7, is 1", "2"]


def test_digits_of_unequal_numbers_are_refused():
    with pytest.raises(ValueError, match=r"images \(2, 8, 8\), labels \(3,\)"):
        draw_digits(np.zeros((2, 8, 8)), [1, 2, 3])


NAMES = [["i1", "i2"], ["h1", "h2"], ["o1"]]


def test_network_shows_every_name_and_number():
    fig = draw_network(
        NAMES,
        weights=[[["w1", "w2"], ["w3", "w4"]], [["w5", "w6"]]],
        values=[["0.05", "0.10"], ["0.59", "0.60"], ["0.75"]],
        adjoints=[["a1", "a2"], ["a3", "a4"], ["a5"]],
    )
    texts = {text.get_text(): text for text in fig.axes[0].texts}
    assert {"i2", "o1", "w4", "w6", "0.60", "a5"} <= set(texts)
    assert texts["a5"].get_color() == colours.adjoints
    assert texts["0.60"].get_color() == colours.values


def test_network_labels_an_edge_near_where_it_starts():
    fig = draw_network(NAMES, weights=[[["w11", "w12"], ["w21", "w22"]], [["v1", "v2"]]])
    places = {text.get_text(): text.get_position() for text in fig.axes[0].texts}
    # weights[k][to][from]: w12 goes from i2 to h1.
    assert places["w12"][1] < 0 < places["w21"][1]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"values": [["1"], ["2"], ["3"]]}, r"\[2, 2, 1\] nodes, but values.*\[1, 1, 1\]"),
        ({"adjoints": [["1", "2"]]}, r"\[2, 2, 1\] nodes, but adjoints.*\[2\]"),
        ({"weights": [[["1", "2"]]]}, r"should be \[\[2, 2\], \[2\]\], but are \[\[2\]\]"),
    ],
)
def test_network_with_a_wrong_number_of_labels_is_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        draw_network(NAMES, **labels)


def test_progress_yields_everything_and_ends_on_one_full_line(capsys):
    bar = progress_bar(range(40), "training")
    for step in bar:
        bar.set_postfix_str(f"loss {1 / (step + 1):.3f}", refresh=False)
    out, err = capsys.readouterr()
    lines = re.split(r"[\r\n]", out.strip())
    assert re.fullmatch(r"training: 100% █+ 40/40, loss 0.025", lines[-1])
    # Equal lengths: each line hides all of the one before.
    assert {len(line) for line in lines} == {WIDTH}
    assert err == ""
