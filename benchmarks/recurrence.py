"""A recurrence of 1,000 steps, with and without checkpoints: ``python -m benchmarks.recurrence``.

Measures one engine in this process and prints, as JSON, its time beside the one written by hand
that stores every step, and the peak of memory that the first run needed.
"""

from __future__ import annotations

import functools
import json
import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.worker import compare, compare_times, stay_on_one_processor

SEGMENTS, LENGTH = 25, 40  # with checkpoints, the beginning of each segment is stored

Gradient = Callable[[Any, Any, int], Any]  # (W, h, segments) -> value and gradient by W


def steps(np: Any, W: Any, h: Any) -> Any:
    """One segment."""
    for _ in range(LENGTH):
        h = np.tanh(h @ W)
    return h


def loss(np: Any, segment: Callable[..., Any], segments: int, W: Any, h: Any) -> Any:
    for _ in range(segments):
        h = segment(W, h)
    return np.mean(h * h)


def data() -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(32, 32)) / math.sqrt(32), rng.normal(size=(256, 32))


# By hand ------------------------------------------------------------------------------------------


def states(W: Any, h: Any, count: int) -> list[Any]:
    found = [h]
    for _ in range(count):
        found.append(np.tanh(found[-1] @ W))
    return found


def back(W: Any, hs: list[Any], W_bar: Any, h_bar: Any) -> tuple[Any, Any]:
    """The adjoints before the steps that led to the states ``hs``."""
    for before, after in zip(hs[-2::-1], hs[:0:-1], strict=True):
        z_bar = h_bar * (1 - after**2)
        W_bar = W_bar + before.T @ z_bar
        h_bar = z_bar @ W.T
    return W_bar, h_bar


def by_hand(W: Any, h: Any, segments: int) -> Any:
    hs = states(W, h, segments * LENGTH)
    W_bar, _ = back(W, hs, np.zeros_like(W), hs[-1] * (2 / h.size))
    return np.mean(hs[-1] ** 2), W_bar


def by_hand_with_checkpoints(W: Any, h: Any, segments: int) -> Any:
    starts = [h]
    for _ in range(segments):
        starts.append(states(W, starts[-1], LENGTH)[-1])
    W_bar, h_bar = np.zeros_like(W), starts[-1] * (2 / h.size)
    for start in starts[-2::-1]:
        W_bar, h_bar = back(W, states(W, start, LENGTH), W_bar, h_bar)
    return np.mean(starts[-1] ** 2), W_bar


# Engines ------------------------------------------------------------------------------------------


def _with(value_and_grad: Any, namespace: Any, checkpoint: Any) -> Gradient:
    segment = functools.partial(steps, namespace)
    if checkpoint:
        segment = checkpoint(segment)

    def gradient(W: Any, h: Any, segments: int) -> Any:
        return value_and_grad(functools.partial(loss, namespace, segment, segments))(W, h)

    return gradient


def tape(checkpoints: bool) -> Gradient:
    from course_lib import checkpoint, value_and_grad

    return _with(value_and_grad, np, checkpoints and checkpoint)


def autograd(checkpoints: bool) -> Gradient:
    import autograd.numpy as anp
    from autograd import checkpoint, value_and_grad

    return _with(value_and_grad, anp, checkpoints and checkpoint)


def torch_eager(checkpoints: bool) -> Gradient:
    import torch
    from torch.utils.checkpoint import checkpoint

    def value_and_grad(f: Any) -> Any:
        def both(W: Any, h: Any) -> Any:
            W = torch.tensor(W, requires_grad=True)
            value = f(W, torch.tensor(h))
            return value.detach(), *torch.autograd.grad(value, [W])

        return both

    def recomputed(f: Any) -> Any:
        return functools.partial(checkpoint, f, use_reentrant=False)

    return _with(value_and_grad, torch, checkpoints and recomputed)


ENGINES: dict[str, Callable[[bool], Gradient]] = {
    "by hand": lambda checkpoints: by_hand_with_checkpoints if checkpoints else by_hand,
    "course_lib tape": tape,
    "HIPS autograd": autograd,
    "PyTorch eager": torch_eager,
}


# Measurements -------------------------------------------------------------------------------------


def peak_memory() -> int | None:
    """The most bytes that this process has had in memory; None where nobody counts."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def measure(engine: str, checkpoints: bool, budget: float) -> dict[str, Any]:
    """Times, their ratio, and the peak of memory; or why there are none."""
    try:
        gradient = ENGINES[engine](checkpoints)
    except ImportError:
        return {"skipped": "not installed"}
    W, h = data()
    gradient(W, h[:1], 1)  # what is loaded at the first use is not counted
    before = peak_memory()
    found = gradient(W, h, SEGMENTS)
    after = peak_memory()
    compare(found, by_hand(W, h, SEGMENTS))
    times = compare_times(lambda: by_hand(W, h, SEGMENTS), lambda: gradient(W, h, SEGMENTS), budget)
    return {**times, "memory": None if before is None or after is None else after - before}


if __name__ == "__main__":
    stay_on_one_processor()
    print(json.dumps(measure(sys.argv[1], sys.argv[2] == "with", float(sys.argv[3]))))
