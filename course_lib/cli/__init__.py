"""The command `course`: for learners `lab`, `list`, `check`, `reset`; for instructors `grade`.

`course_lib.cli.app` holds the commands. Nothing here is imported by the library itself.
"""

import sys


def main() -> None:
    """Run the command; what a person can mend is told in a sentence, not in a traceback."""
    from course_lib.cli.app import run

    sys.exit(run(sys.argv[1:]))
