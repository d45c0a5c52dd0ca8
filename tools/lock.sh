#!/bin/sh
# Write the two lock files anew: lock.sh [--upgrade]
#
# Without --upgrade, versions that still fit pyproject.toml stay as they are. The locks hold for all
# systems and for Python 3.11 on, with one version of each package for all (hence --fork-strategy), so
# that the notebooks' outputs are the same. They name packages, versions and hashes, and no address.
set -eu
cd "$(dirname "$0")/.."

if ! uv --version >/dev/null 2>&1; then
    echo "make lock needs uv. Install it (for example with: pip install uv) and try again." >&2
    exit 1
fi

compile() {
    output=$1
    shift
    uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
        --group environment --output-file "$output" pyproject.toml "$@"
}

# The larger one first, so that both hold the same versions.
compile requirements-test.lock --extra test "$@"
compile requirements.lock --constraint requirements-test.lock
