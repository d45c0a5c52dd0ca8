"""Network x-ray: what goes on in each layer of a small network while it learns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets
from matplotlib.figure import Figure

from course_lib.widgets.base import CourseWidget
from course_lib.widgets.messages import packed
from course_lib.widgets.modules import assemble
from course_lib.widgets.pictures.xray import draw_xray
from course_lib.widgets.training import ACTIVATIONS, MOMENTS, STEPS_BETWEEN, Film, film


class NetworkXray(CourseWidget):
    """Look into a network of four layers while it learns to tell two half moons apart.

    For each layer: how its activations are spread, how large the gradient by its weights is, and
    how far a step moves them.

    Parameters
    ----------
    activation
        ``"tanh"``, ``"sigmoid"`` or ``"relu"``.
    rate
        The learning rate.
    gain
        How large the first weights are: 1 keeps signals at their size, 5 saturates tanh.

    Attributes
    ----------
    activation, rate, gain
        As chosen now. Assign to them to train anew.
    moment
        Which moment of the training is shown, 0 to 30; six steps lie between two.

    Raises
    ------
    ValueError
        If there is no such activation, or a number is not positive.

    Examples
    --------
    >>> widget = NetworkXray(rate=0.5)
    >>> widget.film().gradients.shape
    (31, 4)
    """

    _esm = assemble("xray.js")
    activation = traitlets.Unicode("tanh").tag(sync=True)
    rate = traitlets.Float(0.5).tag(sync=True)
    gain = traitlets.Float(1.0).tag(sync=True)
    moment = traitlets.Int(0).tag(sync=True)
    choices: traitlets.List[Any] = traitlets.List().tag(sync=True)
    table = traitlets.Bytes(b"").tag(sync=True)
    _trained: tuple[Any, ...] = ()  # with what, to train only once for several changes

    def __init__(
        self, activation: str = "tanh", *, rate: float = 0.5, gain: float = 1.0, moment: int = 0
    ) -> None:
        if activation not in ACTIVATIONS:
            known = ", ".join(ACTIVATIONS)
            raise ValueError(f"There is no activation {activation!r}. Choose one of {known}.")
        if not (rate > 0 and gain > 0 and 0 <= moment < MOMENTS):
            raise ValueError(
                f"rate and gain must be positive, and moment 0 to {MOMENTS - 1}; found rate={rate},"
                f" gain={gain}, moment={moment}."
            )
        super().__init__(
            choices=list(ACTIVATIONS),
            **{"activation": activation, "rate": float(rate), "gain": float(gain)},
        )
        self.moment = moment
        self._train()

    @traitlets.observe("activation", "rate", "gain")
    def _train(self, _: object = None) -> None:
        wanted = (self.activation, self.rate, self.gain)
        if wanted == self._trained:
            return
        self._trained = wanted
        self._film = film(*wanted)
        self.table = self._packed(self._film)

    def _packed(self, found: Film) -> bytes:
        rows = [np.reshape(column, (MOMENTS, -1)) for column in found]
        return packed(np.concatenate(rows, axis=1))

    def film(self) -> Film:
        """The whole training, moment by moment."""
        return self._film

    def answer_film(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Another training."""
        found = film(str(question["activation"]), float(question["rate"]), float(question["gain"]))
        return {"buffers": [self._packed(found)]}

    def in_words(self) -> str:
        """Loss, saturation and gradients at the moment shown."""
        k, found = self.moment, self._film
        gradients = ", ".join(f"{size:.2g}" for size in found.gradients[k])
        saturated = ", ".join(f"{100 * part:.0f} %" for part in found.saturated[k][:-1])
        return (
            f"{self.activation} network after {k * STEPS_BETWEEN} steps with learning rate "
            f"{self.rate:.3g}, gain {self.gain:.3g}: loss {found.losses[k]:.3g}; gradient by layer "
            f"{gradients}; saturated {saturated}."
        )

    def picture(self, figure: Figure) -> None:
        """Activations, gradients and loss."""
        draw_xray(figure, self._film, self.moment)
