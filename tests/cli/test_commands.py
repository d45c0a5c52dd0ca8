"""The command `course`, as a person types it: what it prints, changes, and returns."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.checks.generate import is_untouched
from course_lib.cli.app import COMMANDS, run
from course_lib.cli.app import course as course_group

ROOT = Path(__file__).resolve().parents[2]
ANSWER = """def weight_adjoints(weights, x, h_bar):
    h = [x]
    for w in weights:
        h.append(np.tanh(w * h[-1]))
    w_bars = []
    for k in reversed(range(len(weights))):
        z_bar = h_bar * (1 - h[k + 1] ** 2)
        w_bars.append(z_bar * h[k])
        h_bar = z_bar * weights[k]
    return w_bars[::-1]
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A copy of the course's folders, which is the working folder."""
    for name in ("exercises", "lessons", "solutions"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns(".*"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COURSE_CHECKS", raising=False)
    monkeypatch.setenv("COURSE_GRADING_KEY", "a secret of the tests")
    return tmp_path


@pytest.fixture
def notebook(course):
    return course / "exercises" / "07_backpropagation.ipynb"


def edit(path, cell_id, source):
    data = json.loads(path.read_text(encoding="utf-8"))
    (cell,) = (cell for cell in data["cells"] if cell["id"] == cell_id)
    cell["source"] = source
    path.write_text(json.dumps(data), encoding="utf-8")


def source_of(path, cell_id):
    data = json.loads(path.read_text(encoding="utf-8"))
    return "".join(next(cell["source"] for cell in data["cells"] if cell["id"] == cell_id))


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=str)
def test_help_has_an_example(command, capsys):
    assert run([*command, "--help"]) == 0
    text = capsys.readouterr().out
    assert "Example" in text
    assert f"course {' '.join(command)}".strip() in text


def test_the_list_names_every_exercise(course, capsys):
    assert run(["list", "7"]) == 0
    text = capsys.readouterr().out
    assert all(f"7.{n}" in text for n in range(1, 6))
    assert "1.1" not in text
    assert run(["progress"]) == 0
    assert "exercises right" in capsys.readouterr().out


def test_check_gives_the_notebooks_feedback(notebook, capsys):
    edit(notebook, "7-2-solution", ANSWER)
    assert run(["check", str(notebook)]) == 1
    text = capsys.readouterr().out
    assert "Right: Exercise 7.2" in text
    assert "Not started: Exercise 7.3" in text
    assert "1 of 5 exercises right" in text


def test_check_names_the_belief_and_the_cell_that_stopped(notebook, capsys):
    edit(notebook, "7-2-solution", ANSWER.replace("z_bar * h[k])", "z_bar * x)"))
    edit(notebook, "7-3-solution", "def layer_backward(:")
    assert run(["check", str(notebook)]) == 1
    text = capsys.readouterr().out
    assert "the inputs suffice for the way back" in text
    assert "stopped with SyntaxError" in text


def test_check_goes_on_after_a_notebook_that_cannot_be_read(course, notebook, capsys):
    notebook.with_name("06_broken.ipynb").write_text("{")
    assert run(["check", "--all"]) == 1
    captured = capsys.readouterr()
    assert "not JSON" in captured.err
    assert "07_backpropagation.ipynb" in captured.out


def test_reset_of_an_exercise_keeps_the_rest_and_a_backup(notebook, capsys):
    before = source_of(notebook, "7-2-solution")
    edit(notebook, "7-2-solution", ANSWER)
    edit(notebook, "7-3-solution", "mine = 1")
    mine = notebook.read_bytes()
    assert run(["reset", "7.2"]) == 0
    assert source_of(notebook, "7-2-solution") == before
    assert source_of(notebook, "7-3-solution") == "mine = 1"
    assert notebook.with_name("07_backpropagation.backup-1.ipynb").read_bytes() == mine


def test_reset_of_a_notebook_twice_keeps_both(notebook):
    for number in (1, 2):
        edit(notebook, "7-2-solution", f"{ANSWER}# {number}")
        assert run(["reset", str(notebook)]) == 0
        assert is_untouched(notebook.read_text(encoding="utf-8"))
        copy = notebook.with_name(f"07_backpropagation.backup-{number}.ipynb")
        assert f"# {number}" in source_of(copy, "7-2-solution")


def test_reset_puts_a_deleted_cell_back(notebook):
    data = json.loads(notebook.read_text(encoding="utf-8"))
    data["cells"] = [cell for cell in data["cells"] if cell["id"] != "7-2-solution"]
    notebook.write_text(json.dumps(data), encoding="utf-8")
    assert run(["reset", "7.2"]) == 0
    ids = [cell["id"] for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]]
    assert ids.index("7-2-solution") + 1 == ids.index("7-2")


def test_reset_without_the_solutions_asks_git(course, notebook, capsys):
    shutil.rmtree(course / "solutions")
    assert run(["reset", "7.2"]) == 1
    assert "are not in this folder" in capsys.readouterr().err
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "exercises"], [*identity, "commit", "-qm", "begin"]):
        subprocess.run(["git", *command], cwd=course, check=True)
    edit(notebook, "7-2-solution", ANSWER)
    assert run(["reset", "7.2"]) == 0
    assert "YOUR CODE HERE" in source_of(notebook, "7-2-solution")


def test_reset_takes_the_copies_that_a_hand_out_may_have(course, notebook):
    shutil.rmtree(course / "solutions")
    before = source_of(notebook, "7-2-solution")
    (course / "exercises" / "handed_out").mkdir()
    shutil.copy(notebook, course / "exercises" / "handed_out")
    edit(notebook, "7-2-solution", ANSWER)
    assert run(["reset", "7.2"]) == 0
    assert source_of(notebook, "7-2-solution") == before


def test_reset_makes_a_lost_notebook_anew_and_mends_a_broken_one(notebook):
    notebook.unlink()
    assert run(["reset", "7.1"]) == 0
    assert is_untouched(notebook.read_text(encoding="utf-8"))
    notebook.write_text("{", encoding="utf-8")
    assert run(["reset", "7.1"]) == 1
    assert run(["reset", str(notebook)]) == 0
    assert notebook.with_name("07_backpropagation.backup-1.ipynb").read_text() == "{"


def test_grade_writes_beside_the_submissions(course, notebook, capsys):
    place = course / "handed in"
    place.mkdir()
    edit(notebook, "7-2-solution", ANSWER)
    shutil.copy(notebook, place / "ada.ipynb")
    (place / "bob.ipynb").write_text("{")
    assert run(["grade", str(place), "--workers", "1"]) == 0
    text = capsys.readouterr().out
    assert "olation" in text
    assert "1 graded, 1 unreadable, 0 grader faults" in text
    assert (course / "handed in-graded" / "gradebook.csv").is_file()
    assert run(["grade", str(place), "--workers", "1"]) == 0
    assert "2 of 2 are graded already" in capsys.readouterr().out


MISTAKES = {
    "no such folder": ["grade", "nowhere"],
    "no such lesson": ["grade", ".", "--lesson", "99"],
    "no such exercise": ["reset", "7.99"],
    "no such notebook": ["check", "nowhere.ipynb"],
    "no such list": ["list", "99"],
    "a folder": ["check", "lessons"],
    "no such target": ["gradescope", "nowhere/x.zip", "07"],
    "a short key": ["grade", "lessons", "--key-file", "short.key"],
}


@pytest.mark.parametrize("command", MISTAKES.values(), ids=MISTAKES.keys())
def test_mistakes_are_explained_in_a_sentence(command, course, capsys):
    Path("short.key").write_text("abc")
    assert run(command) == 1
    captured = capsys.readouterr()
    assert captured.err.strip()
    assert "Traceback" not in captured.err
    assert "Errno" not in captured.err


@pytest.mark.parametrize(
    "command",
    [
        ["nonsense"],
        ["check"],
        ["grade"],
        ["grade", "--workers", "0", "x"],
        *(["grade", "--memory", size, "x"] for size in ("-5", "10", "99999999999999")),
        *(["grade", "--call-time", time, "x"] for time in ("-1", "0", "nan", "inf")),
        ["grade", "--total-time", "nan", "x"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_exit_code_2(command, course):
    assert run(command) == 2


def test_the_key_is_made_once_and_kept_private(course, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("COURSE_GRADING_KEY")
    key = tmp_path / "keys" / "grading.key"
    run(["grade", "nowhere", "--key-file", str(key)])
    assert "Made a new key" in capsys.readouterr().out
    text = key.read_text()
    assert os.name == "nt" or key.stat().st_mode & 0o077 == 0
    run(["grade", "nowhere", "--key-file", str(key)])
    assert "Made a new key" not in capsys.readouterr().out
    assert key.read_text() == text


def test_doctor_looks_at_everything(course, capsys):
    run(["doctor"])
    text = capsys.readouterr().out
    for word in ("Python 3", "package", "kernel", "written to", "checks of", "isolat|bubblewrap"):
        assert any(w in text for w in word.split("|")), word


def test_exercises_are_compared_with_their_sources(course, capsys):
    for source in (course / "solutions").iterdir():
        if source.name != "01_why_gradients.md":  # the others are compared in tests/checks
            source.unlink()
    assert run(["exercises", "--check"]) == 0
    edit(course / "exercises" / "01_why_gradients.ipynb", "1-1-statement", "Another task.")
    assert run(["exercises", "--check"]) == 1
    assert "01_why_gradients.ipynb" in capsys.readouterr().out


def python(code, **env):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


def test_the_library_does_not_import_the_command_line():
    code = "import course_lib.checks, sys; print('click' in sys.modules, 'rich' in sys.modules)"
    assert python(code).stdout.strip() == "False False"


def test_the_package_is_the_command():
    start = "runpy.run_module('course_lib', run_name='__main__')"
    done = python(f"import runpy, sys; sys.argv = ['x', '--version']; {start}")
    assert done.stdout.startswith("course, version")


LIST = "import sys; from course_lib.cli import main; sys.argv[1:] = ['list']; main()"


def test_output_without_colour_and_in_a_narrow_encoding(course):
    code = f"import os; os.chdir({str(course)!r}); {LIST}"
    done = python(code, NO_COLOR="1", PYTHONIOENCODING="ascii", TERM="dumb")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert "7.5" in done.stdout


def test_a_reader_that_leaves_is_no_error(course):
    command = f'"{sys.executable}" -c "{LIST}" | head -1'
    if os.name == "posix":
        done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=course)
        assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_a_batch_at_once_and_keeps_what_is_done(course, tmp_path):
    place = tmp_path / "handed in"
    place.mkdir()
    (place / "ada.ipynb").write_text("{")
    cells = [{"cell_type": "code", "source": "def weight_adjoints(*a):\n    while True: pass"}]
    (place / "bob.ipynb").write_text(json.dumps({"cells": cells}))
    (place / "cyd.ipynb").write_text(json.dumps({"cells": cells}))
    code = LIST.replace("['list']", f"['grade', {str(place)!r}, '-w', '2']")
    # A test run in the background ignores Ctrl-C, and hands that on to what it starts.
    listening = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    process = subprocess.Popen(
        [sys.executable, "-c", listening + code],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=course,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout as lines:
        seen = []
        for line in lines:
            seen.append(line)
            if line.startswith("1/3"):
                os.killpg(process.pid, signal.SIGINT)
    assert process.wait(10) == 130
    assert "Stopped." in "".join(seen)
    assert "Traceback" not in "".join(seen)
    assert (tmp_path / "handed in-graded" / "gradebook.csv").is_file()


def test_the_instructors_guide_names_commands_and_options_that_exist():
    text = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
    commands = [course_group.get_command(None, name) for name in COMMANDS]
    params = [param for command in commands for param in command.params]
    known = {option for param in params for option in (*param.opts, *param.secondary_opts)}
    prose = re.sub(r"```sh\n.*?```|git archive[^`]*", "", text, flags=re.DOTALL)
    assert set(re.findall(r"(?<![\w-])(--[a-z]+[a-z-]*)", prose)) <= known
    assert set(re.findall(r"`course ([a-z]+)", prose)) <= set(COMMANDS)
    for line in re.findall(r"^course ([a-z]+)", text, re.MULTILINE):
        assert line in COMMANDS
