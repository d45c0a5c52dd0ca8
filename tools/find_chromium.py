"""Print the path of a Chromium or Chrome that runs, for the browser tests.

    CHROMIUM=$(python tools/find_chromium.py)

The environment variable CHROMIUM, if set, is taken and no other. Where no browser is found, root
on Debian gets the package `chromium`; everybody else is told what to install. Without a browser
the exit code is 0, since the browser tests then skip themselves, but 1 if CI is set: there they
must run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

NAMES = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
]
# Another installer may hold Debian's lock for a while, on a machine that has only now started.
APT = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq", "-y"]


def main(environ: Mapping[str, str] = os.environ) -> int:
    """Print the browser's path, or say on stderr what is missing."""
    path = find(environ)
    if path is None and not environ.get("CHROMIUM") and may_install():
        install()
        path = find(environ)
    if path is not None:
        print(path)
        return 0
    print(missing(environ), file=sys.stderr)
    return 1 if environ.get("CI") else 0


def find(environ: Mapping[str, str]) -> str | None:
    """Return the first browser that starts: on Ubuntu `chromium-browser` may be an empty shell."""
    names = [environ["CHROMIUM"]] if environ.get("CHROMIUM") else NAMES
    found = (shutil.which(name) for name in names)
    return next((path for path in found if path is not None and starts(path)), None)


def starts(path: str) -> bool:
    try:
        command = [path, "--version"]
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def may_install() -> bool:
    """Whether this is root on Debian; Ubuntu's package of that name only fetches a snap."""
    system = Path("/etc/os-release")
    is_debian = system.exists() and "ID=debian" in system.read_text(encoding="utf-8").splitlines()
    return is_debian and shutil.which("apt-get") is not None and os.geteuid() == 0


def install() -> None:
    print("Installing Debian's package chromium for the browser tests …", file=sys.stderr)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--no-install-recommends", "chromium"]):
        if subprocess.run([*APT, *step], env=quiet, stdout=sys.stderr).returncode:
            print(f"apt-get {step[0]} failed; its own words are above.", file=sys.stderr)
            return


def missing(environ: Mapping[str, str]) -> str:
    if environ.get("CHROMIUM"):
        found = f"CHROMIUM={environ['CHROMIUM']} is not a program that starts."
    else:
        found = "No Chromium or Chrome was found."
    return (
        f"{found} The browser tests need one: install it (on Debian: sudo apt install chromium; "
        "elsewhere Google Chrome will do), or name one that is not on PATH: make test "
        "CHROMIUM=/path/to/chrome. "
        + ("In CI they must run." if environ.get("CI") else "They are skipped now.")
    )


if __name__ == "__main__":
    sys.exit(main())
