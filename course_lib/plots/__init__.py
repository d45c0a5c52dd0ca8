"""The course's figures: one style, colours that mean something, alternative text for all.

A figure in a lesson takes three steps: draw it, label it, ``show`` it with words for those who
cannot see it.

>>> import matplotlib.pyplot as plt
>>> from course_lib.plots import colours, show, use_course_style
>>> use_course_style()
>>> fig, ax = plt.subplots()
>>> line = ax.plot([0, 1, 2], [4, 1, 0], color=colours.values)
>>> text = ax.set(xlabel="step", ylabel="loss")
>>> show(fig, alt="The loss falls from 4 to 0 in two steps, faster in the first.")
<Figure: The loss falls from 4 to 0 in two steps, faster in the first.>
"""

from course_lib.plots.digits import draw_digits
from course_lib.plots.loss import plot_loss
from course_lib.plots.network import draw_network
from course_lib.plots.pictures import show
from course_lib.plots.progress_bar import progress_bar
from course_lib.plots.style import colours, use_course_style

__all__ = [
    "colours",
    "draw_digits",
    "draw_network",
    "plot_loss",
    "progress_bar",
    "show",
    "use_course_style",
]
