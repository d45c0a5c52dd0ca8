#!/bin/sh
# Print the Python that set-up should run with: find_python.sh [INTERPRETER]
#
# With an INTERPRETER, that one and no other. Without: the environment's own, then the first on PATH
# that is new enough. Each is tried by running it, because a name on PATH may be an empty shim.
# If all are too old, print one that runs: setup_env.py then says what is wrong with it.

works() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
runs() { "$1" -c '' >/dev/null 2>&1; }

if [ -n "$1" ]; then
    if runs "$1"; then
        echo "$1"
        exit 0
    fi
    echo "PYTHON=$1 does not run. Give the path of a Python 3.11 or newer, or leave PYTHON out" \
        "to let set-up look for one." >&2
    exit 1
fi

for test in works runs; do
    for python in .venv/bin/python python3 python3.13 python3.12 python3.11; do
        if $test "$python"; then
            echo "$python"
            exit 0
        fi
    done
done

echo "No Python was found. Install Python 3.11 or newer (on Debian and Ubuntu:" \
    "apt install python3 python3-venv; on macOS: the installer from python.org), then run the" \
    "same command again. If you have one that is not on PATH, name it: make lab PYTHON=/path/to/python3" >&2
exit 1
