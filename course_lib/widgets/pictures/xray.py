"""The network x-ray as a still picture."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from course_lib.palette import colours
from course_lib.widgets.pictures.panels import panels, powers_of_ten
from course_lib.widgets.training import BINS, LAYERS, MOMENTS, STEPS_BETWEEN, Film


def draw_xray(figure: Figure, film: Film, moment: int) -> None:
    """Draw activations of each layer, gradient sizes, and the loss."""
    spread, sizes, loss = panels(figure, 8.4, 3.4, 3)
    for layer in range(LAYERS):
        parts = film.activations[moment, layer]
        spread.bar(
            np.arange(BINS), 0.8 * parts / max(parts.max(), 1e-9), bottom=layer, width=1.0,
            color=colours.values,
        )  # fmt: skip
    names = [f"layer {k + 1}" for k in range(LAYERS - 1)] + ["output"]
    spread.set(yticks=range(LAYERS), yticklabels=names, xticks=[], title="activations")
    places = np.arange(LAYERS)
    shown = np.maximum(film.gradients[moment], 1e-12)
    sizes.barh(places, shown, 0.6, left=1e-12, color=colours.adjoints)
    sizes.set(xscale="log", xlim=(1e-6, 1e2), yticks=[], title="size of gradient")
    powers_of_ten(sizes.xaxis)
    steps = STEPS_BETWEEN * np.arange(MOMENTS)
    loss.plot(steps, film.losses, color=colours.values)
    loss.axvline(steps[moment], color=colours.wrong_beliefs, lw=1)
    loss.set(xlabel="step", title="loss")
