"""The results as a table of ratios in Markdown, a plot, and the raw numbers."""

from __future__ import annotations

import datetime
import json
import os
import platform
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

mpl.use("Agg")

import matplotlib.pyplot as plt

from course_lib.plots import use_course_style


def machine() -> str:
    """The class of machine, without its name."""
    processors = os.cpu_count() or 1
    return (
        f"{platform.system()} {platform.machine()}, {processors} processors, "
        f"Python {platform.python_version()}, NumPy {np.__version__}"
    )


def _cell(found: dict[str, Any] | None) -> str:
    if found is None or "skipped" in found:
        return "–"
    if "failed" in found:
        return "failed"
    low, high = found["quartiles"]
    return f"{found['ratio']:.2f} ({low:.2f}–{high:.2f})"


def _table(by_workload: dict[str, Any], engines: list[str]) -> list[str]:
    lines = [
        f"| workload | by hand, µs | {' | '.join(engines)} |",
        f"|---|---{'|---' * len(engines)}|",
    ]
    for workload, by_engine in by_workload.items():
        times = [found["hand"] for found in by_engine.values() if "hand" in found]
        hand = f"{1e6 * min(times):,.1f}" if times else "–"
        cells = [_cell(by_engine.get(engine)) for engine in engines]
        lines.append(f"| {workload} | {hand} | {' | '.join(cells)} |")
    return lines


def _measured(by_workload: dict[str, Any]) -> list[str]:
    """The engines with at least one ratio."""
    engines = {e: None for by_engine in by_workload.values() for e in by_engine}
    return [e for e in engines if any("ratio" in by.get(e, {}) for by in by_workload.values())]


def _loads(results: dict[str, Any]) -> str:
    loads = [
        found["load"]
        for by_workload in results.values()
        for by_engine in by_workload.values()
        for found in by_engine.values()
        if found.get("load") is not None
    ]
    return f"{min(loads):.1f} to {max(loads):.1f}" if loads else "unknown"


def write_report(results: dict[str, Any], out: Path) -> Path:
    """Write ``results.md``, ``ratios.png`` and ``results.json`` into the folder ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    today = datetime.date.today().isoformat()
    lines = [
        "# Speed, as a multiple of hand-written NumPy",
        "",
        f"{today}; {machine()}; load of the machine {_loads(results)}.",
        "Each entry: median of the ratios, and the quartiles. 1 is as fast as written by hand.",
    ]
    for threads, by_workload in results.items():
        engines = _measured(by_workload)
        absent = sorted({e for by in by_workload.values() for e in by} - set(engines))
        lines += ["", f"## {threads.capitalize()}", "", *_table(by_workload, engines)]
        lines += ["", f"Not measured: {', '.join(absent)}."] if absent else []
    (out / "results.md").write_text("\n".join(lines) + "\n", "utf8")
    (out / "results.json").write_text(json.dumps(results, indent=1) + "\n", "utf8")
    _plot(next(iter(results.values())), out / "ratios.png")
    return out / "results.md"


def _plot(by_workload: dict[str, Any], path: Path) -> None:
    use_course_style()
    names, engines = list(by_workload), _measured(by_workload)
    figure, axes = plt.subplots(figsize=(8, 1.2 + 0.42 * len(names)))
    for marker, engine in zip("osD^vPX", engines, strict=False):
        points = [
            (by_workload[name][engine]["ratio"], row)
            for row, name in enumerate(names)
            if "ratio" in by_workload[name].get(engine, {})
        ]
        axes.plot(*zip(*points, strict=True), marker, label=engine, alpha=0.85)
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log")
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlabel("time, as a multiple of hand-written NumPy (logarithmic)")
    figure.legend(loc="outside upper center", ncols=3)
    figure.savefig(path, dpi=110)
    plt.close(figure)
