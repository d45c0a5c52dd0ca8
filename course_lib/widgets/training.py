"""A small network in training, and what goes on in each of its layers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_lib.autodiff import compile, value_and_grad

Array = NDArray[np.float64]

SIZES = (2, 12, 12, 12, 1)
LAYERS = len(SIZES) - 1
BINS = 16
MOMENTS = 31  # of the training that are kept
STEPS_BETWEEN = 6
POINTS = 120
SATURATED = 0.97  # of the way to the limit of an activation

ACTIVATIONS = {
    "tanh": (np.tanh, (-1.0, 1.0)),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), (0.0, 1.0)),
    "relu": (lambda z: np.maximum(z, 0.0), (0.0, 4.0)),
}


class Film(NamedTuple):
    """A training, moment by moment; the first axis is :data:`MOMENTS` long everywhere.

    ``activations`` holds, for each hidden layer and the output, the parts of its activations in
    each of :data:`BINS` bins; ``saturated`` the part near a limit (for relu: at 0);
    ``gradients`` the norm of the loss's gradient by each layer's weights; ``updates`` the size of a
    step relative to the weights. Shapes (31,), (31, 4, 16), (31, 4), (31, 4), (31, 4).
    """

    losses: Array
    activations: Array
    saturated: Array
    gradients: Array
    updates: Array


def two_moons() -> tuple[Array, Array]:
    """Points of two interlocked half circles, shape (120, 2), and which they belong to."""
    rng = np.random.default_rng(0)
    angle = np.pi * rng.random(POINTS)
    which: Any = np.arange(POINTS) % 2
    x = np.where(which, 1 - np.cos(angle), np.cos(angle))
    y = np.where(which, 0.5 - np.sin(angle), np.sin(angle))
    points = np.stack([x - 0.5, y - 0.25], axis=1) + 0.08 * rng.normal(size=(POINTS, 2))
    return points, which.astype(np.float64)


def start(gain: float) -> list[list[Array]]:
    """Weights and biases, drawn so that signals keep their size for a gain of 1."""
    rng = np.random.default_rng(1)
    return [[gain * rng.normal(size=(n, m)) / np.sqrt(n), np.zeros(m)] for n, m in pairwise(SIZES)]


def run(parameters: Any, x: Any, activation: Any) -> list[Any]:
    """The activations of all layers; the last is the output, before the logistic function."""
    found = []
    for number, (weights, biases) in enumerate(parameters):
        z = x @ weights + biases
        x = activation(z) if number < LAYERS - 1 else z
        found.append(x)
    return found


def film(name: str, rate: float, gain: float) -> Film:
    """Train with plain gradient descent, and keep what went on.

    Parameters
    ----------
    name
        ``"tanh"``, ``"sigmoid"`` or ``"relu"``.
    rate
        The learning rate.
    gain
        How large the first weights are: 1 keeps signals at their size.

    Examples
    --------
    >>> losses = film("tanh", 0.5, 1.0).losses
    >>> bool(losses[-1] < losses[0] / 2)
    True
    """
    activation, limits = ACTIVATIONS[name]
    inputs, targets = two_moons()

    def loss(parameters: Any) -> Any:
        logits = run(parameters, inputs, activation)[-1][:, 0]
        return np.mean(np.logaddexp(0.0, logits) - targets * logits)

    moments = []
    parameters = start(gain)
    loss_and_gradient = compile(value_and_grad(loss))
    with np.errstate(all="ignore"):
        for step in range(STEPS_BETWEEN * (MOMENTS - 1) + 1):
            value, gradient = loss_and_gradient(parameters)
            if step % STEPS_BETWEEN == 0:
                layers = run(parameters, inputs, activation)
                moments.append((value, *_look(layers, limits, name, parameters, gradient, rate)))
            parameters = [
                [p - rate * g for p, g in zip(*pair, strict=True)]
                for pair in zip(parameters, gradient, strict=True)
            ]
    return Film(*(np.array(column, dtype=float) for column in zip(*moments, strict=True)))


def _look(
    layers: Any, limits: tuple[float, float], name: str, parameters: Any, gradient: Any, rate: float
) -> tuple[Any, ...]:
    ranges = [limits] * (LAYERS - 1) + [(-8.0, 8.0)]
    parts = [
        np.histogram(np.clip(layer, *ends), BINS, ends)[0] / layer.size
        if np.isfinite(layer).all()
        else np.zeros(BINS)
        for layer, ends in zip(layers, ranges, strict=True)
    ]
    saturated = [_saturated(layer, limits, name) for layer in layers[:-1]] + [0.0]
    sizes = [np.linalg.norm(g[0]) for g in gradient]
    updates = [
        rate * size / np.linalg.norm(p[0]) for size, p in zip(sizes, parameters, strict=True)
    ]
    return parts, saturated, sizes, updates


def _saturated(layer: Array, limits: tuple[float, float], name: str) -> float:
    if name == "relu":
        return float(np.mean(layer == 0))
    low, high = limits
    middle, half = (low + high) / 2, (high - low) / 2
    return float(np.mean(np.abs(layer - middle) > SATURATED * half))
