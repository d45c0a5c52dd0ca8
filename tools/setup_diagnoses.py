"""What a failed set-up step printed, turned into what happened and what to do."""

from __future__ import annotations

import re

# The first pattern that is found tells. The order matters: pip ends with "No matching distribution"
# when the network is down, too, and speaks of retries when a certificate is refused.
DIAGNOSES = {
    r"No module named '?(venv|ensurepip)|ensurepip is not\s+available": (
        "This Python ({python}) cannot make virtual environments, because its venv module is "
        "missing or not complete. On Debian and Ubuntu, install it with: sudo apt install "
        "python3-venv (or python3.12-venv and the like, for a Python beside the system's)."
    ),
    r"(?i)no space left|os error 28\b|not enough space|disk quota": (
        "The disk is full. The course needs about 350 MB in its folder, and 750 MB when the tests "
        "are run. Make room."
    ),
    r"(?i)permission denied|read-only file system|access is denied|os error (13|30)\b": (
        "There is no write access to the course's folder, {root}. Move the course into a folder of "
        "your own, or have this folder's owner or permissions changed."
    ),
    r"DO NOT MATCH THE HASHES|(?i:hash mismatch)": (
        "A downloaded package differs from the one the course was tested with: its hash is not "
        "the one in the lock file. Most often the download was cut short. If it happens twice, "
        "the package index or something on the way to it changes files; ask whoever runs it, and "
        "do not go round the check."
    ),
    r"(?i)certificate.verify|invalid peer certificate|SSLError": (
        "The package index's certificate was refused. Behind the proxy of a school or company, "
        "ask for its certificate file and name it in the environment variables SSL_CERT_FILE and "
        "PIP_CERT."
    ),
    r"(?i)name resolution|dns error|nodename nor servname|getaddrinfo|network is unreachable|"
    r"new connection|connection (refused|reset|aborted)|timed? ?out|error sending request|"
    r"failed to fetch|ProxyError|\(from versions: none\)": (
        "The package index could not be reached. Check the network connection (and the proxy "
        "settings, if you are behind one)."
    ),
    r"(?i)no matching distribution|no solution found|no wheels with a matching|"
    r"requires a different python": (
        "One of the packages has no version for this Python ({python}) on this system. The course "
        "is tested with Python 3.11, 3.12 and 3.13. Choose one of these, for example with: "
        "make lab PYTHON=python3.12."
    ),
}
AGAIN = "Then run the same command again."


def diagnose(output: str, *, root: object, python: str) -> str | None:
    """Return one paragraph for what a tool printed, or None if it is nothing known."""
    for pattern, explanation in DIAGNOSES.items():
        if re.search(pattern, output):
            return f"{explanation.format(root=root, python=python)} {AGAIN}"
    return None


def last_words(output: str) -> str:
    """Return the line of `output` that says most: an exception, else an error, else the last."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for pattern in (r"^\w+(Error|Exception): ", r"(?i)\berror: "):
        telling = [line for line in lines if re.search(pattern, line)]
        if telling:
            return telling[-1]
    return lines[-1] if lines else "(no output)"
