"""What ``show`` hands to the notebook: words and a picture, the same bytes each time."""

import base64
import re
from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.utils.capture import capture_output
from PIL import Image

from course_lib.palette import colours
from course_lib.plots import show, use_course_style
from course_lib.plots.pictures import PICTURE_DPI, SCREEN_DPI, UNSEEN, as_html

ALT = "A line that falls from 4 to 0."


def draw():
    use_course_style()
    fig, ax = plt.subplots()
    ax.plot([0, 1, 2], [4, 1, 0])
    ax.set(xlabel="step", ylabel="loss")
    return fig


def displayed(monkeypatch, **options):
    """The one thing that show displays."""
    things = []
    monkeypatch.setattr("course_lib.plots.pictures.display", things.append)
    show(draw(), **options)
    (thing,) = things
    return thing


def png_in(html):
    return base64.b64decode(re.search(r"base64,([^\"]+)\"", html)[1])


def test_alternative_text_reaches_html_and_plain_text(monkeypatch):
    picture = displayed(monkeypatch, alt=ALT)
    assert f'alt="{ALT}"' in picture._repr_html_()
    assert repr(picture) == f"<Figure: {ALT}>"


def test_caption_is_printed_below_the_picture(monkeypatch):
    html = displayed(monkeypatch, alt=ALT, caption="See how it falls")._repr_html_()
    assert "<figcaption>See how it falls</figcaption>" in html
    assert "figcaption" not in displayed(monkeypatch, alt=ALT)._repr_html_()


def test_words_cannot_break_out_of_the_html(monkeypatch):
    html = displayed(monkeypatch, alt='where "x" < 0', caption="<b>x</b>")._repr_html_()
    assert 'alt="where &quot;x&quot; &lt; 0"' in html
    assert "<b>" not in html


def test_alternative_text_over_several_source_lines_becomes_one_line(monkeypatch):
    picture = displayed(monkeypatch, alt="one\n   two")
    assert repr(picture) == "<Figure: one two>"


def test_same_figure_same_bytes(monkeypatch):
    first = displayed(monkeypatch, alt=ALT)._repr_html_()
    assert displayed(monkeypatch, alt=ALT)._repr_html_() == first


def test_picture_is_sharp_and_says_nothing_about_its_maker(monkeypatch):
    html = displayed(monkeypatch, alt=ALT)._repr_html_()
    png = png_in(html)
    assert png.startswith(b"\x89PNG")
    assert b"tEXt" not in png
    width = int(re.search(r'width="(\d+)"', html)[1])
    assert plt.imread(BytesIO(png)).shape[1] == width * (PICTURE_DPI // SCREEN_DPI)


@pytest.mark.parametrize(("shades", "mode"), [("Greys", "P"), ("hsv", "RGB")])
def test_few_colours_where_they_are_the_right_ones(shades, mode):
    """A map in grey with thin coloured lines needs few colours; one in all colours needs many."""
    use_course_style()
    fig, ax = plt.subplots()
    ramp = np.linspace(0, 1, 300)
    ax.imshow(np.hypot.outer(ramp, ramp), extent=(0, 2, 0, 4), cmap=shades)
    for k, colour in enumerate(colours):
        ax.plot([0, 2], [k / 2, k / 3], color=colour, lw=1)
    stored = Image.open(BytesIO(png_in(as_html(fig, ALT))))
    assert stored.mode == mode
    fig.savefig(drawn := BytesIO(), dpi=PICTURE_DPI)
    plt.close(fig)
    wrong = np.subtract(stored.convert("RGB"), Image.open(drawn).convert("RGB"), dtype=int)
    assert np.abs(wrong).max() <= UNSEEN


def test_figure_is_closed():
    with capture_output():
        show(draw(), alt=ALT)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("alt", ["", "   ", "\n", None, 3])
def test_missing_words_are_refused(alt):
    with pytest.raises(ValueError, match=r"alt is empty\. Write what there is to see"):
        show(draw(), alt=alt)


def test_axes_in_place_of_a_figure():
    ax = draw().axes[0]
    with pytest.raises(TypeError, match=r"expected a figure.*got Axes.*show\(ax.figure, alt="):
        show(ax, alt=ALT)
