"""Run a notebook in a fresh kernel; say where it failed, in the words of its .md."""

from __future__ import annotations

import os
import re
import tempfile

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from tools.notebook_files import METADATA, Pair, Problem


def execute(notebook: NotebookNode, pair: Pair, timeout: int) -> None:
    """Run all cells in a fresh kernel whose working folder is the notebook's."""
    notebook.metadata = nbformat.from_dict(METADATA)
    with tempfile.TemporaryDirectory() as profile:
        client = NotebookClient(
            notebook,
            timeout=timeout,
            kernel_name="python3",
            resources={"metadata": {"path": str(pair.md.parent)}},
            record_timing=False,
            coalesce_streams=True,
            store_widget_state=False,
            extra_arguments=["--log-level=ERROR"],  # not: "running over TCP"
        )
        try:
            client.execute(env=_kernel_environment(profile))
        except CellExecutionError as error:
            raise Problem(_report(notebook, pair, str(error.traceback))) from error
        except (CellTimeoutError, DeadKernelError) as error:
            reason = f"{type(error).__name__}: no answer within {timeout} s, or the kernel died"
            raise Problem(_report(notebook, pair, reason)) from error


def _kernel_environment(profile: str) -> dict[str, str]:
    own = {
        "IPYTHONDIR": profile,  # not the author's settings
        "JUPYTER_PREFER_ENV_PATH": "1",  # this environment's kernel, not the author's own
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # no warning about the debugger
    }
    return {**os.environ, **own}


def _report(notebook: NotebookNode, pair: Pair, reason: str) -> str:
    """Say which cell failed, and where in the .md that is."""
    index = _last_run(notebook)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", reason)
    in_cell = re.search(r"Cell In\[\d+\], line (\d+)", plain)
    line = int(in_cell[1]) if in_cell else 1
    start = _md_line(notebook, index, pair)
    place = f"{pair.md.name}, line {start + line - 1}" if start else pair.ipynb.name
    source = notebook.cells[index].source.splitlines()
    shown = source[line - 1].strip() if line <= len(source) else ""
    return (
        f"{place} (cell {index + 1}, its line {line}): {shown}\n{plain.strip()}\n"
        "Nothing was written; the stored outputs are as they were."
    )


def _last_run(notebook: NotebookNode) -> int:
    """Return the index of the cell that was running when the run stopped."""
    code = [index for index, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    begun = [
        index
        for index in code
        if notebook.cells[index].execution_count or notebook.cells[index].outputs
    ]
    if begun and any(out.output_type == "error" for out in notebook.cells[begun[-1]].outputs):
        return begun[-1]
    return next((index for index in code if index not in begun), code[-1])


def _md_line(notebook: NotebookNode, index: int, pair: Pair) -> int | None:
    """Return the number of the line in the .md where a cell's source begins."""
    if not pair.md.exists():
        return None
    lines = pair.md.read_text(encoding="utf-8").splitlines()
    position = 0
    for cell in notebook.cells[: index + 1]:
        source = cell.source.strip("\n").splitlines()
        position = next(
            (
                start
                for start in range(position, len(lines) - len(source) + 1)
                if lines[start : start + len(source)] == source
            ),
            position,
        )
    return position + 1
