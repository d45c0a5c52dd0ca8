"""All engines on all workloads: ``python -m benchmarks`` (``make benchmark``).

Each engine runs in a process of its own, in turns with the hand-written NumPy version, with one
thread and with as many as the libraries like. The table of ratios, the plot and the raw numbers go
to ``benchmarks/results/``. Peers that are not installed (``pip install -e ".[peers]"``) are named
and left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.engines import ENGINES
from benchmarks.report import write_report
from benchmarks.workloads import WORKLOADS

ROOT = Path(__file__).resolve().parents[1]
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
LONGEST = 300  # seconds for one engine on one workload


def run_worker(
    python: str, workload: str, engine: str, threads: str, budget: float
) -> dict[str, Any]:
    """What the worker found; the last line of its error message if it failed."""
    environment = dict(os.environ)
    if threads == "one thread":
        environment |= dict.fromkeys(THREAD_VARIABLES, "1")
        environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    command = [python, "-m", "benchmarks.worker", workload, engine, str(budget)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"longer than {LONGEST} s"}
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["no message"])[-1][:200]}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """Measure what the options ask for, and write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default="", help="workloads whose name contains this")
    parser.add_argument("--engines", nargs="*", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--threads", nargs="*", default=["one thread", "all threads"])
    parser.add_argument("--seconds", type=float, default=2.0, help="for each measurement")
    parser.add_argument("--python", default=sys.executable, help="another one, with peers")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    options = parser.parse_args()
    results: dict[str, Any] = {}
    for threads in options.threads:
        for workload in (w for w in WORKLOADS if options.only in w):
            for engine in options.engines:
                found = run_worker(options.python, workload, engine, threads, options.seconds)
                results.setdefault(threads, {}).setdefault(workload, {})[engine] = found
                shown = f"{found['ratio']:8.2f}" if "ratio" in found else f"{found}"
                print(f"{threads:12} {workload:44} {engine:22} {shown}", flush=True)
    print(f"Written to {write_report(results, options.out)}")


if __name__ == "__main__":
    main()
