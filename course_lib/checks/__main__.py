"""Generate the exercises: `python -m course_lib.checks generate`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from course_lib.checks.generate import build, compare_with_folder, write
from course_lib.checks.source import ExerciseSourceError


def main(argv: list[str] | None = None) -> int:
    """Run the command; returns 0, or 1 when something differs or cannot be made."""
    args = _parser().parse_args(argv)
    sources = args.sources or find_sources(args.solutions)
    if not sources:
        print(f"No solutions notebooks in {args.solutions}/.", file=sys.stderr)
        return 1
    failed = False
    for source in sources:
        try:
            generated = build(source)
            if args.check:
                messages = compare_with_folder(generated, args.exercises)
                failed |= bool(messages)
            else:
                messages = write(generated, args.exercises)
        except (ExerciseSourceError, OSError) as error:
            print(f"error: {error}", file=sys.stderr)
            failed = True
            continue
        print("\n".join(messages or [f"{source.stem}: up to date"]))
    if failed and args.check:
        print("The exercises differ from their sources: run `make exercises`.", file=sys.stderr)
    return int(failed)


def find_sources(folder: Path) -> list[Path]:
    """The solutions notebooks of a folder: the Markdown file where there is one."""
    found = {path.stem: path for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))}
    found |= {path.stem: path for path in sorted(folder.glob("[0-9][0-9]_*.md"))}
    return [found[stem] for stem in sorted(found)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m course_lib.checks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser(
        "generate", help="make the exercise notebooks and their checks from the solutions"
    )
    make.add_argument("sources", nargs="*", type=Path, help="only these solutions notebooks")
    make.add_argument("--check", action="store_true", help="change nothing; 1 if files differ")
    make.add_argument("--solutions", type=Path, default=Path("solutions"), metavar="FOLDER")
    make.add_argument("--exercises", type=Path, default=Path("exercises"), metavar="FOLDER")
    return parser


if __name__ == "__main__":
    sys.exit(main())
