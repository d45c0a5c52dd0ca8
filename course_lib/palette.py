"""The course's colours, named by what they mean: the same in figures, tables, graphs and widgets.

The hues are those of Okabe and Ito (Color Universal Design, 2008), which people with any kind of
colour vision can tell apart; grey and slate differ from them, and from each other, in lightness.
"""

from __future__ import annotations

from typing import NamedTuple


class Colours(NamedTuple):
    """One colour for each meaning.

    >>> colours.adjoints
    '#D55E00'
    """

    values: str = "#3B4A5A"  # slate
    tangents: str = "#0072B2"  # blue: forward mode, x_dot
    adjoints: str = "#D55E00"  # vermilion: reverse mode, x_bar
    curvature: str = "#009E73"  # bluish green: second order
    approximations: str = "#CC79A7"  # reddish purple: finite differences and the like
    wrong_beliefs: str = "#8A8A8A"  # grey


#: For lines and areas.
colours = Colours()

# Small letters need more contrast than lines do: 4.5 to 1 by WCAG 2.2.

#: The same hues for text on a white page.
text_on_light = Colours(
    adjoints="#AD4600", curvature="#00694F", approximations="#9E4A7C", wrong_beliefs="#666666"
)
#: The same hues for text on a dark page.
text_on_dark = Colours(
    values="#D5DCE4",
    tangents="#6CB8EC",
    adjoints="#F39A5B",
    curvature="#56C9A5",
    approximations="#E3A4C6",
    wrong_beliefs="#A8A8A8",
)
