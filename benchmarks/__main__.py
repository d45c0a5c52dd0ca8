"""All engines on all workloads: ``python -m benchmarks`` (``make benchmark``).

Each engine runs in a process of its own, in turns with the hand-written NumPy version, with one
thread and with as many as the libraries like. The tables of ratios, the plot and the raw numbers go
to ``benchmarks/results/``. Peers that are not installed (``pip install -e ".[peers]"``) are named
and left out; so is an engine that takes too long for a workload, and what is left when the time for
the whole is up.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import recurrence
from benchmarks.engines import ENGINES
from benchmarks.report import write_report
from benchmarks.workloads import WORKLOADS

ROOT = Path(__file__).resolve().parents[1]
THREADS = ("one thread", "all threads")
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Runner:
    """Runs workers, one after the other, until the time is up."""

    def __init__(self, python: str, seconds: float, longest: float, minutes: float) -> None:
        self.python, self.seconds, self.longest = python, seconds, longest
        self.end = time.monotonic() + 60 * minutes if minutes else math.inf

    def run(self, threads: str, module: str, *words: str) -> dict[str, Any]:
        """What the worker found; the last line of its error message if it failed."""
        left = self.end - time.monotonic()
        if left <= 0:
            return {"skipped": "time was up"}
        command = [self.python, "-m", module, *words, str(self.seconds)]
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=environment(threads),
                capture_output=True,
                text=True,
                timeout=min(self.longest, left),
            )
        except subprocess.TimeoutExpired:
            return {"skipped": f"> {self.longest:g} s" if self.longest < left else "time was up"}
        if done.returncode:
            return {"failed": (done.stderr.strip().splitlines() or ["no message"])[-1][:200]}
        found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return found


def environment(threads: str) -> dict[str, str]:
    environment = {k: v for k, v in os.environ.items() if k not in THREAD_VARIABLES}
    if threads == "one thread":
        environment |= dict.fromkeys(THREAD_VARIABLES, "1")
        environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    return environment


def _say(threads: str, name: str, engine: str, found: dict[str, Any]) -> None:
    shown = f"{found['ratio']:8.2f}" if "ratio" in found else f"{found}"
    print(f"{threads:12} {name:44} {engine:22} {shown}", flush=True)


def main() -> None:
    """Measure what the options ask for, and write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default="", help="workloads whose name contains this")
    parser.add_argument("--engines", nargs="*", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--threads", nargs="*", default=THREADS, choices=THREADS)
    parser.add_argument("--seconds", type=float, default=0.7, help="for each measurement")
    parser.add_argument("--longest", type=float, default=60, help="seconds for an engine's process")
    parser.add_argument("--minutes", type=float, default=25, help="for the whole; 0: no limit")
    parser.add_argument("--python", default=sys.executable, help="another one, with peers")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    options = parser.parse_args()
    runner = Runner(options.python, options.seconds, options.longest, options.minutes)

    recurrences: dict[str, Any] = {}
    if options.only in "recurrence":
        for engine in recurrence.ENGINES:
            for checkpoints in ("without", "with"):
                found = runner.run("one thread", "benchmarks.recurrence", engine, checkpoints)
                recurrences.setdefault(engine, {})[checkpoints] = found
                _say("one thread", f"recurrence {checkpoints} checkpoints", engine, found)
    ratios: dict[str, Any] = {}
    for threads in options.threads:
        for workload in (w for w in WORKLOADS if options.only in w):
            for engine in options.engines:
                found = runner.run(threads, "benchmarks.worker", workload, engine)
                ratios.setdefault(threads, {}).setdefault(workload, {})[engine] = found
                _say(threads, workload, engine, found)
    print(f"Written to {write_report(ratios, recurrences, options.out)}")


if __name__ == "__main__":
    main()
