"""Pictures of handwritten digits, in rows."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

INK = 16


def draw_digits(
    images: ArrayLike,
    labels: ArrayLike,
    predictions: ArrayLike | None = None,
    *,
    columns: int = 8,
) -> Figure:
    """Draw pictures of digits in a grid, each with what it shows and what it was taken for.

    Without predictions each picture's title is its label. With them, a right one reads ``3``, a
    wrong one ``5, is 3`` in bold.

    Parameters
    ----------
    images
        Shape ``(n, 8, 8)``, from 0 (paper) to 16 (ink).
    labels, predictions
        Shape ``(n,)``, digits from 0 to 9.
    columns
        Pictures in a row.

    Examples
    --------
    >>> from course_lib.data import load_digits
    >>> digits = load_digits()
    >>> fig = draw_digits(digits.images[:10], digits.labels[:10], columns=5)
    >>> len(fig.axes)
    10
    >>> plt.close(fig)
    """
    images, labels = np.asarray(images), np.asarray(labels)
    predictions = labels if predictions is None else np.asarray(predictions)
    _same_length(images, labels, predictions)
    rows = -(-len(images) // columns)
    fig, grid = plt.subplots(
        rows, columns, figsize=(0.9 * columns, 1.15 * rows), squeeze=False, layout="constrained"
    )
    for place in grid.flat[len(images) :]:
        place.remove()
    for place, image, label, prediction in zip(
        grid.flat, images, labels, predictions, strict=False
    ):
        place.imshow(image, cmap="Greys", vmin=0, vmax=INK, interpolation="nearest")
        place.set(xticks=[], yticks=[])
        place.spines[:].set(visible=True, linewidth=0.5)
        if prediction == label:
            place.set_title(f"{label}", loc="center", fontsize=10)
        else:
            place.set_title(
                f"{prediction}, is {label}", loc="center", fontsize=10, fontweight="bold"
            )
    return fig


def _same_length(images: np.ndarray, labels: np.ndarray, predictions: np.ndarray) -> None:
    lengths = (len(images), len(labels), len(predictions))
    if images.ndim != 3 or len(set(lengths)) > 1:
        raise ValueError(
            "draw_digits: expected images of shape (n, 8, 8) with n labels and n predictions, but "
            f"got images {images.shape}, labels {labels.shape}, predictions {predictions.shape}."
        )
