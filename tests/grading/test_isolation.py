"""What the child can reach, and that a weaker isolation is never used silently."""

import sys
from types import SimpleNamespace

import pytest

from course_lib.grading import confine, isolation, sandbox
from course_lib.grading.child import Child, ChildDied, ChildError, ChildTimeout
from course_lib.grading.isolation import Isolation, find_isolation
from course_lib.grading.limits import Limits
from course_lib.grading.runtime import readable_by_others, this_runtime
from tests.grading.sample import SOURCE


@pytest.fixture
def child(kind):
    with Child(kind, Limits()) as one:
        yield one


def value(child, expression):
    """What an expression is in the child, or the name of the exception it raises."""
    child.ask({"do": "cell", "number": 1, "source": f"import os\ndef f(): return {expression}"}, 10)
    call = {"do": "call", "name": "f", "probe": None, "parameters": [], "args": []}
    answer = child.ask(call, 10)
    return answer.get("raises") or answer.get("value", "something else")


def test_it_can_read_nothing_of_the_course_but_the_package(child):
    refused = ("FileNotFoundError", "PermissionError")
    assert value(child, f"open({str(SOURCE)!r}).read()") in refused
    root = this_runtime().package.parent
    assert value(child, f"open({str(root / 'pyproject.toml')!r}).read()") in refused
    assert value(child, "open('/etc/passwd').read()") in refused
    assert value(child, "len(__import__('course_lib').__version__)") > 0


def test_it_has_a_clean_environment(child, monkeypatch):
    names = value(child, "sorted(os.environ)")
    assert not [n for n in names if n.startswith(("COURSE", "PYTEST", "GITHUB", "PATH"))]


def test_it_is_stopped_and_gone_after_a_time(child):
    with pytest.raises(ChildTimeout):
        child.ask({"do": "cell", "number": 1, "source": "while True: pass"}, 0.3)
    with pytest.raises(ChildDied):
        child.ask({"do": "cell", "number": 1, "source": "1"}, 0.3)


@pytest.mark.skipif(sys.platform != "linux", reason="system calls of Linux")
def test_system_calls_are_refused(child):
    assert value(child, "os.fork()") == "PermissionError"
    assert value(child, "__import__('socket').socket().fileno()") == "PermissionError"
    assert value(child, "os.execv('/bin/true', ['true'])") == "PermissionError"
    assert value(child, "os.kill(os.getppid(), 0)") == "PermissionError"


def test_a_learners_module_does_not_shadow_the_library(child):
    child.ask({"do": "cell", "number": 1, "source": "open('numpy.py', 'w').write('1/0')"}, 10)
    assert value(child, "__import__('numpy').__name__") == "numpy"


def fresh(monkeypatch):
    """Forget what was found out about isolation, now and after the test."""
    find_isolation.cache_clear()
    monkeypatch.setattr(isolation, "find_isolation", find_isolation.__wrapped__)
    return find_isolation.__wrapped__


def test_without_bubblewrap_the_weaker_isolation_is_announced(monkeypatch):
    find = fresh(monkeypatch)
    monkeypatch.setattr(isolation, "bubblewrap_missing", lambda: "bubblewrap is not installed")
    found = find()
    assert not found.strong
    text = "WEAKER ISOLATION, because bubblewrap is not installed."
    assert found.announcement().startswith(text)
    with pytest.raises(ChildError, match="not installed"):
        find("strong")


@pytest.mark.skipif(bool(sandbox.bubblewrap_missing()), reason="bubblewrap is not installed")
def test_a_bubblewrap_that_fails_is_quoted(monkeypatch):
    find = fresh(monkeypatch)
    bad = ["bwrap", "--ro-bind", "/does-not-exist", "/x"]
    monkeypatch.setattr(sandbox, "_bubblewrap", lambda runtime: bad)
    assert "bubblewrap cannot run here (" in find().why


def test_bubblewrap_is_started_where_it_was_found(monkeypatch, tmp_path):
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sandbox, "_bwrap_options", frozenset)
    assert sandbox.prepare("strong", Limits(), tmp_path).command[0] == str(program)


@pytest.mark.parametrize(
    ("uid", "readable", "code", "user"),
    [(0, True, 0, 65534), (0, False, 0, None), (0, True, 1, None), (1000, True, 0, None)],
)
def test_root_starts_bubblewrap_as_another_user(uid, readable, code, user, monkeypatch):
    done = SimpleNamespace(returncode=code)
    monkeypatch.setattr(sandbox.os, "geteuid", lambda: uid, raising=False)
    monkeypatch.setattr(sandbox, "readable_by_others", lambda path: readable)
    monkeypatch.setattr(sandbox.subprocess, "run", lambda *args, **options: done)
    assert sandbox.other_user.__wrapped__(this_runtime()) == user


def test_limits_are_named_only_if_that_on_memory_holds(monkeypatch):
    resource = pytest.importorskip("resource")
    taken = []

    def refuse_memory(which, value):
        if which == resource.RLIMIT_AS:
            raise ValueError
        taken.append(which)

    monkeypatch.setattr(resource, "setrlimit", refuse_memory)
    assert not confine._limit(Limits().rlimits())
    assert taken
    monkeypatch.setattr(resource, "setrlimit", lambda which, value: None)
    assert confine._limit(Limits().rlimits())


def test_the_variable_chooses(monkeypatch):
    find = fresh(monkeypatch)
    monkeypatch.setenv("COURSE_ISOLATION", "weaker")
    assert find().why == "it was asked for"
    monkeypatch.setenv("COURSE_ISOLATION", "none")
    with pytest.raises(ChildError, match="auto, strong or weaker"):
        find()


def test_gaps_are_told():
    nothing = Isolation("weaker", (), "there is nothing")
    assert "could read and change your files" in nothing.announcement()
    assert "could use the network" in nothing.announcement()
    assert Isolation("weaker", ("landlock", "seccomp"), "x").gaps() == []


def test_permissions_of_all_folders_above_count(tmp_path):
    file = tmp_path / "a" / "b"
    file.parent.mkdir()
    file.write_text("x")
    file.parent.chmod(0o700)
    assert not readable_by_others(file)
    assert not readable_by_others(tmp_path / "missing")


@pytest.mark.skipif(sys.platform != "linux", reason="system calls of Linux")
def test_permissions_owners_and_times_cannot_be_changed(child):
    for call in ("chmod('/none', 0)", "chown('/none', 0, 0)", "utime('/none')"):
        assert value(child, f"os.{call}") == "PermissionError"
    assert value(child, "os.setxattr('/none', 'user.x', b'1')") == "PermissionError"


@pytest.mark.skipif(sys.platform != "linux", reason="system calls of Linux")
def test_the_kernel_signals_no_other_process_about_a_file(child):
    for command in ("F_SETOWN", "F_SETSIG"):
        call = f"__import__('fcntl').fcntl(0, {{'F_SETOWN': 8, 'F_SETSIG': 10}}[{command!r}], 0)"
        assert value(child, call) == "PermissionError"
    assert value(child, "__import__('fcntl').fcntl(0, 3, 0)") != "PermissionError"
