"""One engine on one workload, in a process of its own: ``python -m benchmarks.worker``.

It compares the engine's result with the hand-written one, then times the two in turns, and prints
what it found as JSON. Engines that share a process disturb one another; so each has its own.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.engines import ENGINES, NotOffered, by_hand
from benchmarks.workloads import WORKLOADS

ROUND = 0.01  # seconds that one engine is run before it is the other's turn


def repeats(run: Callable[[], Any]) -> int:
    """How often to run in one round."""
    run()
    start = time.perf_counter()
    run()
    return max(1, int(ROUND / (time.perf_counter() - start)))


def seconds(run: Callable[[], Any], times: int) -> float:
    """The mean time of one run."""
    start = time.perf_counter()
    for _ in range(times):
        run()
    return (time.perf_counter() - start) / times


def compare(found: Any, expected: Any) -> None:
    """Raise unless both are equal up to rounding."""
    for a, b in zip(found, expected, strict=True):
        b = np.asarray(b)
        scale = max(1.0, float(np.max(np.abs(b))))
        np.testing.assert_allclose(np.asarray(a), b, rtol=1e-8, atol=1e-10 * scale)


def compare_times(hand: Callable[[], Any], run: Callable[[], Any], budget: float) -> dict[str, Any]:
    """Both run in turns, for some seconds: median times, and the median and quartiles of ratios."""
    counts = repeats(hand), repeats(run)
    pairs, end = [], time.perf_counter() + budget
    while time.perf_counter() < end or len(pairs) < 5:
        pairs.append((seconds(hand, counts[0]), seconds(run, counts[1])))
    low, middle, high = statistics.quantiles([engine / hand for hand, engine in pairs], n=4)
    return {
        "hand": statistics.median(h for h, _ in pairs),
        "engine": statistics.median(e for _, e in pairs),
        "ratio": middle,
        "quartiles": [low, high],
        "rounds": len(pairs),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def measure(workload_name: str, engine_name: str, budget: float) -> dict[str, Any]:
    """Times and ratios, or why there are none."""
    workload = WORKLOADS[workload_name]
    data = workload.data()
    hand = by_hand(workload, data)
    try:
        start = time.perf_counter()
        run = ENGINES[engine_name](workload, data)
        first = run()
        first_run = time.perf_counter() - start
    except NotOffered:
        return {"skipped": "not offered"}
    except ImportError:
        return {"skipped": "not installed"}
    compare(first, hand())
    return {**compare_times(hand, run, budget), "first run": first_run}


def stay_on_one_processor() -> None:
    """Some libraries start threads whatever one tells them; they can share one processor."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


if __name__ == "__main__":
    if os.environ.get("OMP_NUM_THREADS") == "1":
        stay_on_one_processor()
    print(json.dumps(measure(sys.argv[1], sys.argv[2], float(sys.argv[3]))))
