"""Bring each lesson's .md and .ipynb together, run it, and store what it printed and drew.

Which of the two files counts, when their cells differ:

* the one that was edited since they last agreed (the .ipynb stores a fingerprint of its cells);
* if both were, the newer one, as the files' times say, or the .md, if these are less than two
  seconds apart, as they are after `git checkout`.

What an .md or an edited .ipynb held before it is overwritten is kept in `.notebook-backups/`
beside it. Nothing is thrown away.

A notebook whose run fails is not written: its last good outputs stay on disk. A second run writes
the same bytes, so `git status` stays clean unless something changed; a cell with the tag `timing`,
which prints seconds, keeps its stored output as long as its code stays the same.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # for `python tools/notebooks.py`, which puts only tools/ there

from tools.notebook_files import (  # noqa: E402
    Pair,
    Problem,
    as_in_md,
    back_up,
    came_from,
    cells_of,
    ipynb_text,
    md_text,
    read_ipynb,
    read_md,
    replace,
    was_edited,
)
from tools.notebook_run import execute  # noqa: E402

FOLDERS = ("lessons", "solutions")
TIMING = "timing"  # the tag of cells that print seconds: other ones in each run
SAME_MOMENT = 2.0  # seconds; a checkout writes both files of a pair within less


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        pairs = find_pairs(options.paths or [ROOT / folder for folder in FOLDERS])
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 2
    failed = 0
    for number, pair in enumerate(pairs, start=1):
        print(f"[{number}/{len(pairs)}] {pair.name}: ", end="", flush=True)
        start = time.monotonic()
        try:
            outcome = process(pair, options)
        except Problem as problem:
            failed += 1
            print(f"FAILED\n{_indented(str(problem))}")
        else:
            print(f"{outcome} ({time.monotonic() - start:.1f} s)")
    if failed:
        print(f"{failed} of {len(pairs)} notebooks need mending.", file=sys.stderr)
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "paths", nargs="*", type=Path, help="notebooks (.md or .ipynb) or folders; default: all"
    )
    parser.add_argument(
        "--check", action="store_true", help="run, but write nothing; fail if a file would change"
    )
    parser.add_argument(
        "--changed", action="store_true", help="run only notebooks whose cells were edited"
    )
    parser.add_argument(
        "--no-run", action="store_true", help="only bring the cells of .md and .ipynb together"
    )
    parser.add_argument(
        "--timeout",
        type=int,
        default=300,
        metavar="SECONDS",
        help="limit for one cell; default 300",
    )
    return parser


def process(pair: Pair, options: argparse.Namespace) -> str:
    """Sync, run and sync one pair; say in a word what came of it."""
    notebook, backups = reconcile(pair)
    if options.changed and is_up_to_date(notebook, pair):
        return "not changed, not run"
    if not options.no_run:
        execute(notebook, pair, options.timeout)
    if pair.ipynb.exists():
        stored = nbformat.read(pair.ipynb, as_version=4)
        keep_outputs(notebook, stored, only_tag=None if options.no_run else TIMING)
    texts = {pair.ipynb: ipynb_text(notebook)}
    if not pair.md.exists() or cells_of(read_md(pair.md)) != cells_of(notebook):
        texts[pair.md] = md_text(notebook)
    changes = [path for path, text in texts.items() if _read(path) != text]
    if options.check:
        if changes:
            raise Problem(
                f"would change {_names(changes)}. Run `make notebooks` and commit the result."
            )
        return "as stored"
    for path in backups:
        back_up(path)
    for path in changes:
        replace(path, texts[path])
    return f"wrote {_names(changes)}" if changes else "unchanged"


def find_pairs(paths: Sequence[Path]) -> list[Pair]:
    """List the pairs at these paths, sorted, each once."""
    stems = {stem for path in paths for stem in _stems(path)}
    if not stems:
        raise Problem(f"No notebooks in {_names(paths)}.")
    return [Pair(Path(f"{stem}.md"), Path(f"{stem}.ipynb")) for stem in sorted(stems)]


def _stems(path: Path) -> Iterator[str]:
    path = path.absolute()
    if path.is_dir():
        found = [*path.glob("*.md"), *path.glob("*.ipynb")]
        # A README is for readers of the folder, not a notebook.
        yield from (str(file.with_suffix("")) for file in found if file.stem != "README")
    elif path.suffix in (".md", ".ipynb") and path.exists():
        yield str(path.with_suffix(""))
    else:
        raise Problem(f"{path}: expected a folder, or an .md or .ipynb file that exists.")


def reconcile(pair: Pair) -> tuple[NotebookNode, list[Path]]:
    """Choose the file that counts; also name the one to back up before it is overwritten."""
    if not pair.ipynb.exists():
        return read_md(pair.md), []
    if not pair.md.exists():
        return as_in_md(read_ipynb(pair.ipynb)), []
    ours, theirs = read_md(pair.md), read_ipynb(pair.ipynb)
    if cells_of(ours) == cells_of(theirs) or not was_edited(theirs):
        return ours, []
    if came_from(theirs, ours) or _is_newer(pair.ipynb, pair.md):
        print("cells taken from the .ipynb; ", end="", flush=True)
        return as_in_md(theirs), [pair.md]
    return ours, [pair.ipynb]


def _is_newer(path: Path, other: Path) -> bool:
    return path.stat().st_mtime > other.stat().st_mtime + SAME_MOMENT


def is_up_to_date(notebook: NotebookNode, pair: Pair) -> bool:
    """Tell whether both files have these cells and the .ipynb was run from top to bottom."""
    if not (pair.md.exists() and pair.ipynb.exists()):
        return False
    stored = read_ipynb(pair.ipynb)
    if not cells_of(notebook) == cells_of(stored) == cells_of(read_md(pair.md)):
        return False
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    return [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


def keep_outputs(notebook: NotebookNode, stored: NotebookNode, only_tag: str | None) -> None:
    """Give cells that are as they were, or those of them with a tag, the outputs that they had."""
    outputs = {cell.source: cell for cell in stored.cells if cell.cell_type == "code"}
    for cell in notebook.cells:
        if only_tag is not None and only_tag not in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "code" and cell.source in outputs:
            cell.outputs = outputs[cell.source].outputs
            if cell.execution_count is None:  # it was not run
                cell.execution_count = outputs[cell.source].execution_count
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = cell.execution_count


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _names(paths: Sequence[Path]) -> str:
    return " and ".join(path.name for path in paths)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


if __name__ == "__main__":
    sys.exit(main())
