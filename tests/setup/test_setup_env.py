"""The set-up script: what it does, what it need not do again, and what it says when it fails."""

import ast
import errno
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import setup_env
from setup_diagnoses import diagnose, last_words

ROOT = Path(__file__).resolve().parents[2]
FILES = ["pyproject.toml", "requirements.lock", "requirements-test.lock"]


class Recorder(setup_env.Environment):
    """An environment whose steps are written down instead of run."""

    def __init__(self, root):
        super().__init__(root)
        self.commands = []
        self.fail_at = None

    def run(self, *command):
        self.commands.append(" ".join(command))
        if "venv" in command:
            self.venv.mkdir(exist_ok=True)
        if self.fail_at and self.fail_at in self.commands[-1]:
            raise setup_env.SetupError("It broke.")

    def steps_of(self, level):
        self.commands.clear()
        self.set_up(level)
        return [kind for command in self.commands for kind in KINDS if kind in command]


KINDS = [" venv", "-r requirements.lock", "-r requirements-test.lock", "--editable"]
MAKE, LAB, TEST, COURSE = KINDS


@pytest.fixture
def course(tmp_path, monkeypatch):
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setattr(setup_env, "find_uv", lambda: None)
    monkeypatch.setattr(setup_env, "runs", lambda *command: True)
    return Recorder(tmp_path)


def test_first_run_does_every_step_and_the_second_does_nothing(course):
    assert course.steps_of("lab") == [MAKE, LAB, COURSE]
    assert course.steps_of("lab") == []


def test_the_tests_need_more_than_the_lessons_and_keep_it(course):
    course.steps_of("lab")
    assert course.steps_of("test") == [TEST, COURSE]
    assert course.steps_of("lab") == []


@pytest.mark.parametrize("name", ["requirements-test.lock", "pyproject.toml"])
def test_a_changed_file_leads_to_a_new_install_of_what_was_there(course, name):
    course.steps_of("test")
    text = (course.root / name).read_text(encoding="utf-8")
    text = text.replace("anywidget", "otherwidget").replace("0.1.0", "0.1.1")
    (course.root / name).write_text(text, encoding="utf-8")
    assert course.steps_of("lab") == [TEST, COURSE]


def test_a_changed_setting_of_a_tool_is_no_reason_to_install(course):
    course.steps_of("lab")
    with (course.root / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.other]\nx = 1\n")
    assert course.steps_of("lab") == []


def test_a_half_made_environment_is_made_afresh(course):
    (course.venv / "bin").mkdir(parents=True)
    (course.venv / "leftover").write_text("")
    assert course.steps_of("lab") == [MAKE, LAB, COURSE]
    assert not (course.venv / "leftover").exists()
    assert not (course.venv / "bin").exists()


@pytest.mark.parametrize("step", KINDS[:2] + KINDS[3:])
def test_after_a_failed_step_the_next_run_starts_afresh(course, step):
    course.fail_at = step
    with pytest.raises(setup_env.SetupError, match=r"failed at step \d of 3.* It broke\."):
        course.set_up("lab")
    assert not course.stamp.exists()
    course.fail_at = None
    assert course.steps_of("lab") == [MAKE, LAB, COURSE]


def test_a_failed_update_does_not_count_as_installed(course):
    course.steps_of("lab")
    course.fail_at = "requirements-test.lock"
    with pytest.raises(setup_env.SetupError):
        course.set_up("test")
    course.fail_at = None
    assert course.steps_of("lab") == [MAKE, LAB, COURSE]


def test_a_moved_folder_another_python_and_a_dead_one_are_noticed(course, monkeypatch):
    course.steps_of("lab")
    moved = course.root.parent / "moved course"
    shutil.copytree(course.root, moved)
    assert Recorder(moved).steps_of("lab") == [MAKE, LAB, COURSE]

    monkeypatch.setattr(setup_env, "this_python", lambda: "3.99.0 /elsewhere")
    assert course.steps_of("lab") == [MAKE, LAB, COURSE]

    monkeypatch.setattr(setup_env, "runs", lambda *command: False)
    assert course.steps_of("lab") == [MAKE, LAB, COURSE]


@pytest.mark.parametrize("text", ["", "{", '{"level": "other"}'])
def test_an_unreadable_stamp_is_no_stamp(course, text):
    course.steps_of("lab")
    course.stamp.write_text(text)
    assert course.steps_of("lab") == [MAKE, LAB, COURSE]


def test_uv_is_used_when_there_is_one(course, monkeypatch):
    monkeypatch.setattr(setup_env, "find_uv", lambda: "/opt/uv")
    course.set_up("lab")
    assert all(command.startswith("/opt/uv ") for command in course.commands)
    assert "--require-hashes" in course.commands[1]


def test_an_empty_shim_called_uv_is_not_used(tmp_path, monkeypatch):
    shim = tmp_path / "uv"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert setup_env.find_uv() is None


def test_the_linked_folder_behind_venv_is_emptied_but_kept(tmp_path):
    (tmp_path / "disk" / "bin").mkdir(parents=True)
    try:
        (tmp_path / ".venv").symlink_to(tmp_path / "disk")
    except OSError:
        pytest.skip("no links on this system")
    setup_env.clear(tmp_path / ".venv")
    assert (tmp_path / ".venv").is_symlink()
    assert list((tmp_path / "disk").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fcntl: set-up goes without the lock")
def test_a_second_set_up_waits_for_the_first(course):
    with setup_env.only_one_at_a_time(course.root):
        other = threading.Thread(target=course.set_up, args=["lab"])
        other.start()
        other.join(timeout=0.2)
        assert other.is_alive()
        assert course.commands == []
    other.join(timeout=10)
    assert course.stamp.exists()


# What is said ------------------------------------------------------------------------------------

FAILURES = {
    "Error: Command '['/x/.venv/bin/python3', '-m', 'ensurepip', '--upgrade']' …\nThe virtual "
    "environment was not created successfully because ensurepip is not\navailable.": "python3-venv",
    "/usr/bin/python3: No module named venv": "python3-venv",
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device": (
        "disk is full"
    ),
    "Error: [Errno 13] Permission denied: '/x/.venv'": "no write access",
    "error: failed to create directory `/x/.venv`: Read-only file system (os error 30)": (
        "no write access"
    ),
    "WARNING: Retrying … NewConnectionError('… [Errno -3] Temporary failure in name resolution')\n"
    "ERROR: No matching distribution found for anyio==4.16.0": "Check the network",
    "ERROR: Could not find a version that satisfies … (from versions: none)": "Check the network",
    "  Caused by: error sending request for url (…)\n  Caused by: dns error": "Check the network",
    "  Caused by: invalid peer certificate: UnknownIssuer": "SSL_CERT_FILE",
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.": "hash",
    "ERROR: No matching distribution found for numpy==2.4.6": "3.11, 3.12 and 3.13",
}


@pytest.mark.parametrize(("output", "told"), FAILURES.items())
def test_a_known_failure_is_told_with_what_to_do(output, told):
    paragraph = diagnose(output, root="/x", python="3.11.2")
    assert told in paragraph
    assert paragraph.endswith("Then run the same command again.")
    assert "{" not in paragraph


def failing(root, output):
    """Run a real command that prints `output` and fails; return what set-up makes of it."""
    script = f"import sys; sys.stdout.reconfigure(encoding='utf-8'); print({output!r}); sys.exit(1)"
    with pytest.raises(setup_env.SetupError) as caught:
        setup_env.Environment(root).run(sys.executable, "-c", script)
    return str(caught.value)


def test_an_unknown_failure_gives_the_tools_own_words_and_the_log(tmp_path):
    (tmp_path / ".venv").mkdir()
    message = failing(tmp_path, "working\nValueError: odd thing\nsee above")
    assert "It ended with: ValueError: odd thing The whole output is in" in message
    assert "see above" in (tmp_path / ".venv" / "setup.log").read_text(encoding="utf-8")


def test_a_failure_before_there_is_a_folder_for_the_log_is_told_too(tmp_path):
    assert "odd thing" in failing(tmp_path, "error: odd thing ü")


def test_last_words():
    assert last_words("a\nerror: b\nKeyError: c\nd") == "KeyError: c"
    assert last_words("a\nERROR: b\nd\n\n") == "ERROR: b"
    assert last_words("a\nb\n") == "b"
    assert last_words("") == "(no output)"


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (KeyboardInterrupt(), 130, "Set-up was stopped."),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "The disk is full."),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), 1, "no write access"),
        (OSError(errno.EIO, "Input/output error"), 1, "Input/output error"),
        (setup_env.SetupError("What to do."), 1, "What to do."),
    ],
)
def test_every_failure_is_one_paragraph_and_an_exit_code(
    course, capsys, monkeypatch, error, code, told
):
    def fail(environment, level):
        raise error

    monkeypatch.setattr(setup_env.Environment, "set_up", fail)
    assert setup_env.main(["lab"], course.root) == code
    message = capsys.readouterr().err
    assert told in message
    assert "Traceback" not in message
    assert "\n\n" not in message.strip()


def test_a_wrong_argument_shows_the_usage(capsys):
    assert setup_env.main(["everything"]) == 2
    assert "lab|test" in capsys.readouterr().err


# Which Python ------------------------------------------------------------------------------------


def test_an_old_python_is_told_so_before_anything_else(monkeypatch):
    source = Path(setup_env.__file__).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))  # it must be able to read the file to tell
    monkeypatch.setattr(sys, "version_info", (3, 8, 18))
    monkeypatch.setattr(sys, "version", "3.8.18 (default)")
    with pytest.raises(SystemExit, match=r"This is Python 3\.8\.18 .* needs 3\.11 or newer"):
        exec(compile(source, "setup_env.py", "exec"), {"__name__": "__main__"})


posix = pytest.mark.skipif(os.name == "nt", reason="the shell script is for make")
GOOD = "exit 0"
OLD = 'case "$2" in *version_info*) exit 1;; esac; exit 0'
SHIM = "exit 127"


def find_python(folder, pythons, *named):
    for name, script in pythons.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    return subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "find_python.sh"), *named],
        cwd=folder,
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
    )


@posix
@pytest.mark.parametrize(
    ("pythons", "chosen"),
    [
        ({"python3": GOOD, "python3.13": GOOD}, "python3"),
        ({"python3": OLD, "python3.12": GOOD}, "python3.12"),
        ({"python3": SHIM, "python3.13": SHIM, "python3.11": GOOD}, "python3.11"),
        ({".venv/bin/python": GOOD, "python3": GOOD}, ".venv/bin/python"),
        ({".venv/bin/python": SHIM, "python3": GOOD}, "python3"),
        ({"python3": OLD}, "python3"),  # setup_env.py then says that it is too old
    ],
)
def test_the_first_python_that_runs_and_is_new_enough_is_taken(tmp_path, pythons, chosen):
    found = find_python(tmp_path, pythons)
    assert (found.returncode, found.stdout.strip(), found.stderr) == (0, chosen, "")


@posix
def test_a_python_that_was_named_is_taken_and_no_other(tmp_path):
    pythons = {"python3": GOOD, "mine": OLD, "broken": SHIM}
    assert find_python(tmp_path, pythons, "mine").stdout.strip() == "mine"
    found = find_python(tmp_path, pythons, "broken")
    assert found.returncode == 1
    assert "PYTHON=broken does not run." in found.stderr


@posix
def test_without_any_python_it_says_what_to_install(tmp_path):
    found = find_python(tmp_path, {"python3": SHIM})
    assert found.returncode == 1
    assert "Install Python 3.11 or newer" in found.stderr


@pytest.mark.slow
def test_a_real_set_up_without_network(tmp_path):
    """Nothing is patched: the interpreter, venv and pip are real, and the index does not answer."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    base = getattr(sys, "_base_executable", sys.executable)
    environment = {
        **os.environ,
        "PATH": str(tmp_path),  # no uv
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_RETRIES": "0",
    }
    command = [base, str(tmp_path / "tools" / "setup_env.py"), "lab"]
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, encoding="utf-8"
    )
    told = " ".join(done.stderr.split())
    assert done.returncode == 1
    assert "Set-up failed at step 2 of 3, installing what requirements.lock lists" in told
    assert "The package index could not be reached." in told
    assert "Traceback" not in told
    assert not (tmp_path / ".venv" / "course-setup.json").exists()


def test_the_stamp_says_what_it_was_made_from(course):
    course.set_up("lab")
    stamp = json.loads(course.stamp.read_text(encoding="utf-8"))
    assert stamp["level"] == "lab"
    assert stamp["root"] == str(course.root)
