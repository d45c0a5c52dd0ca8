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
    if found is None or found.get("skipped") in ("not offered", "not installed"):
        return "–"
    if "ratio" not in found:
        return str(found.get("skipped", "failed"))
    low, high = found["quartiles"]
    return f"{found['ratio']:.2f} ({low:.2f}–{high:.2f})"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _header(*cells: str) -> list[str]:
    return [_row(*cells), "|" + "---|" * len(cells)]


def _table(by_workload: dict[str, Any], engines: list[str]) -> list[str]:
    lines = _header("workload", "by hand, µs", *engines)
    for workload, by_engine in by_workload.items():
        times = [found["hand"] for found in by_engine.values() if "hand" in found]
        hand = f"{1e6 * min(times):,.1f}" if times else "–"
        lines.append(_row(workload, hand, *(_cell(by_engine.get(e)) for e in engines)))
    return lines


def _measured(by_workload: dict[str, Any]) -> list[str]:
    """The engines with at least one ratio."""
    engines = {e: None for by_engine in by_workload.values() for e in by_engine}
    return [e for e in engines if any("ratio" in by.get(e, {}) for by in by_workload.values())]


def _section(threads: str, by_workload: dict[str, Any]) -> list[str]:
    engines = _measured(by_workload)
    lines = ["", f"## {threads.capitalize()}", "", *_table(by_workload, engines)]
    absent = sorted({e for by in by_workload.values() for e in by} - set(engines))
    lines += ["", f"Not measured: {', '.join(absent)}."] if absent else []
    failures = [
        f"- {engine}, {workload}: `{found['failed']}`"
        for workload, by_engine in by_workload.items()
        for engine, found in by_engine.items()
        if "failed" in found
    ]
    return [*lines, "", "Failed:", "", *failures] if failures else lines


def _recurrence(by_engine: dict[str, Any]) -> list[str]:
    """Time and memory of each engine, without and with checkpoints."""
    header = [f"{what}, {how}" for what in ("ratio", "memory, MB") for how in by_engine["by hand"]]
    lines = ["", "## A recurrence of 1,000 steps", ""]
    hand = by_engine["by hand"]["without"].get("hand")
    lines += [
        "One thread. The multiple of the gradient written by hand that stores every step"
        + (f" ({1e3 * hand:.0f} ms)" if hand else "")
        + ", and the memory that the first run needed, without and with checkpoints "
        "after every 40 steps.",
        "",
        *_header("engine", *header),
    ]
    for engine, found in by_engine.items():
        ratios = [_cell(one) for one in found.values()]
        lines.append(_row(engine, *ratios, *(_megabytes(one) for one in found.values())))
    return lines


def _megabytes(found: dict[str, Any]) -> str:
    memory = found.get("memory")
    return "–" if memory is None else f"{memory / 1e6:.0f}"


def _loads(found: Any) -> list[float]:
    """The load of the machine at each measurement."""
    if not isinstance(found, dict):
        return []
    own = [found["load"]] if found.get("load") is not None else []
    return [*own, *(load for part in found.values() for load in _loads(part))]


def write_report(ratios: dict[str, Any], recurrences: dict[str, Any], out: Path) -> Path:
    """Write ``results.md``, ``ratios.png`` and ``results.json`` into the folder ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    results = {
        "date": datetime.datetime.now().astimezone().isoformat(timespec="minutes"),
        "machine": machine(),
        "ratios": ratios,
        "recurrence": recurrences,
    }
    loads = _loads(results)
    load = f"{min(loads):.1f} to {max(loads):.1f}" if loads else "unknown"
    lines = [
        "# Speed, as a multiple of hand-written NumPy",
        "",
        f"{results['date'][:10]}; {results['machine']}; load of the machine {load}.",
        "Each entry: median of the ratios, and the quartiles. 1 is as fast as written by hand.",
    ]
    for threads, by_workload in ratios.items():
        lines += _section(threads, by_workload)
    lines += _recurrence(recurrences) if recurrences else []
    (out / "results.md").write_text("\n".join(lines) + "\n", "utf8")
    (out / "results.json").write_text(json.dumps(results, indent=1) + "\n", "utf8")
    if ratios:
        _plot(next(iter(ratios.values())), out / "ratios.png")
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
