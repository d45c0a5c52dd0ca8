"""An autograder for Gradescope: a zip file to upload, and the harness that runs there.

Gradescope unpacks the zip file into a folder `source`, runs `setup.sh` once when the image is
built, and `run_autograder` for each submission. The latter runs this module, which grades what is
in `submission` and writes `results/results.json`.
"""

from __future__ import annotations

import sys
import zipfile
from importlib import metadata
from pathlib import Path

from course_lib.checks.files import write_atomically
from course_lib.checks.source import read_notebook
from course_lib.grading.assignment import Assignment
from course_lib.grading.results import RESULT
from course_lib.grading.seeds import Key, seed_of
from course_lib.grading.submissions import Submission, unit_of
from course_lib.grading.unit import FAULT, grade_unit, self_check

PACKAGES = ("numpy", "matplotlib", "nbformat", "ipython", "tqdm")
"""What submissions may import there, beside course_lib, and what the grader needs."""

SETUP = """#!/usr/bin/env bash
# Runs once, as root, when Gradescope builds the image. Needs an image with Python 3.11 or newer, or
# one whose package manager offers it.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
find_python() {
    for python in python3.13 python3.12 python3.11 python3; do
        if new_enough "$python" && "$python" -m venv --help >/dev/null 2>&1; then
            echo "$python"; return 0
        fi
    done
    return 1
}
apt-get update || true
apt-get install -y bubblewrap || echo "No bubblewrap: the weaker isolation will be used."
if ! find_python >/dev/null; then
    apt-get install -y python3.12 python3.12-venv || apt-get install -y python3.11 python3.11-venv
else
    apt-get install -y "$(find_python)-venv" || true
fi
"$(find_python)" -m venv "$root/venv"
"$root/venv/bin/python" -m pip install -r "$root/source/requirements.txt"
"""

RUN = """#!/usr/bin/env bash
# Runs for each submission.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
chmod 700 "$root/source/private"
export PYTHONPATH="$root/source"
exec "$root/venv/bin/python" -m course_lib.grading.gradescope "$root"
"""


def write_autograder(target: Path, source: Path, key: Key) -> int:
    """Write the zip file for one lesson and return its size in bytes.

    The lesson is graded here first: raises `GraderFaultError` when its own solution would not get
    all points. `key` is not in the file, only a key made from it.
    """
    import nbformat

    from course_lib.grading.isolation import find_isolation
    from course_lib.grading.limits import Limits

    assignment = Assignment(f"{source.stem}.ipynb", nbformat.writes(read_notebook(source)))
    self_check(assignment, find_isolation().kind, Limits())
    package = Path(__file__).resolve().parents[1]
    requirements = "".join(f"{name}=={metadata.version(name)}\n" for name in PACKAGES)
    partial = target.with_name(f".{target.name}.part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "setup.sh", SETUP, 0o755)
        _add(archive, "run_autograder", RUN, 0o755)
        _add(archive, "requirements.txt", requirements, 0o644)
        _add(archive, f"private/{assignment.name}", assignment.text, 0o600)
        _add(archive, "private/key", seed_of(key.secret, b"gradescope"), 0o600)
        for path in sorted(package.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                name = f"{package.name}/{path.relative_to(package).as_posix()}"
                _add(archive, name, path.read_bytes(), 0o644)
    partial.replace(target)
    return target.stat().st_size


def _add(archive: zipfile.ZipFile, name: str, content: str | bytes, mode: int) -> None:
    entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))  # the same bytes every time
    entry.external_attr = (0o100000 | mode) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def main(root: Path) -> int:
    """Grade the submission that lies under Gradescope's folder; returns the exit code.

    On a fault of the grader no result is written, so that Gradescope reports a failure of the
    autograder, and nobody gets 0 points for it.
    """
    result = root / "results" / RESULT
    result.unlink(missing_ok=True)
    private = root / "source" / "private"
    (source,) = private.glob("*.ipynb")
    assignment = Assignment.read(source)
    secret = (private / "key").read_bytes()
    paths = sorted(path for path in (root / "submission").iterdir())
    submission = Submission("submission", "submission", "", paths)
    graded = grade_unit(unit_of(submission, assignment, secret))
    if graded.row["status"] == FAULT:
        print(f"The grader could not grade this: {graded.row['message']}", file=sys.stderr)
        return 1
    result.parent.mkdir(exist_ok=True)
    write_atomically(result, graded.files[RESULT])
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
