"""Networks of tanh layers: their loss, and its gradient written by hand.

Their arguments are W1, b1, W2, b2, …, inputs, targets.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from benchmarks.workload import Workload


def scores(np: Any, weights: Any, h: Any) -> Any:
    for W, b in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        h = np.tanh(h @ W + b)
    return h @ weights[-2] + weights[-1]


def squared_error(np: Any, *args: Any) -> Any:
    *weights, x, y = args
    return np.mean((scores(np, weights, x) - y) ** 2)


def cross_entropy(np: Any, *args: Any) -> Any:
    *weights, x, one_hot = args
    s = scores(np, weights, x)
    s = s - np.max(s, axis=1, keepdims=True)
    log_p = s - np.log(np.sum(np.exp(s), axis=1, keepdims=True))
    return -np.mean(np.sum(one_hot * log_p, axis=1))


# By hand ------------------------------------------------------------------------------------------


def forward(weights: Any, x: Any) -> tuple[Any, Any]:
    """The scores, and the inputs of all layers."""
    layers = [x]
    for W, b in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        layers.append(np.tanh(layers[-1] @ W + b))
    return layers[-1] @ weights[-2] + weights[-1], layers


def backward(weights: Any, layers: Any, delta: Any) -> list[Any]:
    """The gradients, from the adjoint ``delta`` of the scores."""
    gradients: list[Any] = []
    for i in range(len(layers) - 1, -1, -1):
        gradients = [layers[i].T @ delta, delta.sum(axis=0), *gradients]
        if i:
            delta = (delta @ weights[2 * i].T) * (1 - layers[i] ** 2)
    return gradients


def squared_error_by_hand(*args: Any) -> Any:
    *weights, x, y = args
    s, layers = forward(weights, x)
    error = s - y
    return np.mean(error * error), *backward(weights, layers, error * (2 / error.size))


def cross_entropy_by_hand(*args: Any) -> Any:
    *weights, x, one_hot = args
    s, layers = forward(weights, x)
    s -= s.max(axis=1, keepdims=True)
    e = np.exp(s)
    total = e.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(total[:, 0]) - (one_hot * s).sum(axis=1))
    return loss, *backward(weights, layers, (e / total - one_hot) / len(x))


# Workloads ----------------------------------------------------------------------------------------


def _inputs_and_weights(rng: Any, sizes: tuple[int, ...], batch: int) -> list[Any]:
    weights: list[Any] = []
    for m, n in itertools.pairwise(sizes):
        weights += [rng.normal(size=(m, n)) / np.sqrt(m), rng.normal(size=n)]
    return [*weights, rng.normal(size=(batch, sizes[0]))]


def with_squared_error(sizes: tuple[int, ...], batch: int) -> Workload:
    def data() -> list[Any]:
        rng = np.random.default_rng(0)
        return [*_inputs_and_weights(rng, sizes, batch), rng.normal(size=(batch, sizes[-1]))]

    count = 2 * (len(sizes) - 1)
    return Workload(squared_error, data, "value and gradient", count, squared_error_by_hand)


def with_cross_entropy(sizes: tuple[int, ...], batch: int) -> Workload:
    def data() -> list[Any]:
        rng = np.random.default_rng(0)
        labels = rng.integers(sizes[-1], size=batch)
        return [*_inputs_and_weights(rng, sizes, batch), np.eye(sizes[-1])[labels]]

    count = 2 * (len(sizes) - 1)
    return Workload(cross_entropy, data, "value and gradient", count, cross_entropy_by_hand)
