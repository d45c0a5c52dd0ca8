"""Show a figure to everybody: also to those who read it with their ears."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image, ImageChops

# Two picture points for each point on a plain screen keep lines sharp on a fine one.
SCREEN_DPI = 96
PICTURE_DPI = 2 * SCREEN_DPI
# Pictures are reduced to 256 colours, a third of the bytes that notebooks store in git, where no
# eye can tell: where no pixel changes by more than this many of the 255 levels.
COLOURS = 256
UNSEEN = 10


class _Picture:
    """A picture with its words, as a notebook's output."""

    def __init__(self, html: str, alt: str) -> None:
        self.html, self.alt = html, alt

    def __repr__(self) -> str:
        return f"<Figure: {self.alt}>"

    def _repr_html_(self) -> str:
        return self.html


def as_html(fig: Figure, alt: str, caption: str | None = None, *, dpi: float = PICTURE_DPI) -> str:
    """A picture of ``fig`` with its words, to be read by all.

    It is HTML rather than ``image/png``, because JupyterLab gives a PNG output no alternative
    text, whatever the output's metadata say.
    """
    source = f"data:image/png;base64,{b64encode(_png(fig, dpi)).decode('ascii')}"
    width = round(fig.get_figwidth() * SCREEN_DPI)
    image = f'<img alt="{escape(alt)}" width="{width}" src="{source}">'
    words = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f'<figure style="margin: 0">{image}{words}</figure>'


def show(fig: Figure, alt: str, caption: str | None = None) -> None:
    """Display a figure with alternative text, and close it.

    Use it instead of ``plt.show()``. The same figure gives the same bytes each time.

    Parameters
    ----------
    fig
        The figure, as ``fig, ax = plt.subplots()`` returns it.
    alt
        One or two sentences that say what there is to see, with its numbers. A screen reader
        speaks them; they also stand in place of the picture where it cannot be shown.
    caption
        Words to print under the picture, if any.

    Raises
    ------
    TypeError
        If ``fig`` is not a figure.
    ValueError
        If ``alt`` is empty.

    Examples
    --------
    >>> fig, ax = plt.subplots()
    >>> bars = ax.bar(["start", "end"], [10, 95])
    >>> show(fig, alt="Two bars: accuracy rises from 10 % to 95 %.")
    <Figure: Two bars: accuracy rises from 10 % to 95 %.>
    """
    if not isinstance(fig, Figure):
        raise TypeError(
            f"show: expected a figure, as in `fig, ax = plt.subplots()`, but got "
            f"{type(fig).__name__}. If you have an `ax`, write `show(ax.figure, alt=...)`."
        )
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(
            "show: alt is empty. Write what there is to see, for readers who cannot see it: "
            'show(fig, alt="The loss falls from 2.3 to 0.1.").'
        )
    alt = " ".join(alt.split())
    display(_Picture(as_html(fig, alt, caption), alt))
    plt.close(fig)  # or Jupyter shows it once more at the end of the cell


def _png(fig: Figure, dpi: float) -> bytes:
    """A small PNG. No metadata: matplotlib would write its version, and the bytes would change."""
    drawn, small = BytesIO(), BytesIO()
    fig.savefig(drawn, format="png", dpi=dpi, pil_kwargs={"compress_level": 1})
    picture = Image.open(drawn).convert("RGB")
    # Four rounds of k-means: without them smooth ground has faint patches of pink and green.
    few = picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, 4, dither=Image.Dither.NONE)
    changes = ImageChops.difference(few.convert("RGB"), picture)
    best = few if np.max(changes.getextrema()) <= UNSEEN else picture
    best.save(small, format="png", optimize=True)
    return small.getvalue()
