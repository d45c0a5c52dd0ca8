"""The tests of ``tests/autodiff`` as plain calls, and which rules each of them reads.

Pytest needs about 0.1 s for a run, too long for thousands of mutants. Here each test, once for each
set of its parameters, is a call without arguments; calls that need a fixture are left out.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import signal
import threading
import time
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pytest

from course_lib.autodiff.primitives import Composite, Primitive

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "autodiff"
#: Those that test the mutations themselves, take long, or need packages that may be absent.
LEFT_OUT = {"test_mutations", "test_compositions", "test_peers"}
TIME_LIMIT = 20.0  # seconds for a test; an altered loop may never end
LONG = 0.5  # seconds; a test that takes longer judges no mutants


@dataclass(frozen=True, eq=False)
class Test:
    """One call of a test."""

    __test__: ClassVar = False  # not for pytest to collect

    name: str
    run: Callable[[], Any]
    subject: Any = None  # the key in the rule table, if it is the test of one case


# Collecting --------------------------------------------------------------------------------------


def collect(folder: Path = FOLDER) -> list[Test]:
    """All tests of the folder that can be called without fixtures."""
    modules = [
        importlib.import_module(f"tests.autodiff.{path.stem}")
        for path in sorted(folder.glob("test_*.py"))
        if path.stem not in LEFT_OUT
    ]
    return [test for module in modules for test in calls_in(module, module.__name__)]


def calls_in(namespace: Any, prefix: str, marks: Sequence[Any] = ()) -> Iterator[Test]:
    """The tests of a module or a class, once for each set of parameters."""
    for name, value in list(vars(namespace).items()):
        own_marks = getattr(value, "pytestmark", [])
        all_marks = [*marks, *(own_marks if isinstance(own_marks, list) else [own_marks])]
        if name.startswith("Test") and inspect.isclass(value) and "__test__" not in vars(value):
            yield from calls_in(value, f"{prefix}::{name}", all_marks)
        elif name.startswith("test_") and inspect.isfunction(value):
            function = value if inspect.ismodule(namespace) else getattr(namespace(), name)
            yield from _calls(function, f"{prefix}::{name}", all_marks)


def _calls(function: Callable[..., Any], name: str, marks: Sequence[Any]) -> Iterator[Test]:
    if {mark.name for mark in marks} - {"parametrize"}:
        return
    for label, values in _parameters(marks):
        missing = set(inspect.signature(function).parameters) - set(values)
        if missing <= {"monkeypatch"}:
            call = functools.partial(_with_monkeypatch if missing else _without, function, values)
            yield Test(f"{name}[{label}]", call, getattr(values.get("case"), "key", None))


def _without(function: Callable[..., Any], values: dict[str, Any]) -> None:
    function(**values)


def _with_monkeypatch(function: Callable[..., Any], values: dict[str, Any]) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        function(**values, monkeypatch=monkeypatch)


def _parameters(marks: Sequence[Any]) -> list[tuple[str, dict[str, Any]]]:
    """The product of all ``parametrize`` marks: a label and the arguments by name."""
    product: list[tuple[str, dict[str, Any]]] = [("", {})]
    for mark in marks:
        names, rows = mark.args[:2]
        names = names.replace(" ", "").split(",") if isinstance(names, str) else list(names)
        product = [
            (f"{label}-{_label(row, number)}".strip("-"), {**known, **_by_name(names, row)})
            for label, known in product
            for number, row in enumerate(rows)
        ]
    return product


def _by_name(names: list[str], row: Any) -> dict[str, Any]:
    values: Any = row.values if type(row).__name__ == "ParameterSet" else row
    return dict(zip(names, values if len(names) > 1 else [values], strict=True))


def _label(row: Any, number: int) -> str:
    return str(row) if isinstance(row, str) or hasattr(row, "key") else str(number)


# Running -----------------------------------------------------------------------------------------


def fails(test: Test) -> bool:
    """Whether the test raises (a warning counts, as it does under pytest)."""
    try:
        with warnings.catch_warnings(), _time_limit(), np.errstate():
            warnings.simplefilter("error")
            test.run()
    except pytest.skip.Exception:
        return False
    except (Exception, pytest.fail.Exception):
        return True
    return False


def first_failure(tests: Sequence[Test]) -> Test | None:
    """The first test that fails, None if all pass."""
    return next((test for test in tests if fails(test)), None)


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    if not hasattr(signal, "setitimer") or threading.current_thread() != threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _too_long(*_: Any) -> None:
    raise TimeoutError


# Watching ----------------------------------------------------------------------------------------


class Use(NamedTuple):
    """What was seen of the adjoints that a rule returned for one argument, over all tests."""

    matrix: bool = False  # has two axes or more that are longer than 1
    stretched: bool = False  # has another shape than the argument, as after broadcasting


class Observations(NamedTuple):
    """What a run of all tests with the right rules shows."""

    tests: list[Test]  # the quick ones, quickest first
    readers: dict[int, list[Test]]  # the id of a primitive or composite -> tests that read it
    uses: dict[tuple[int, int], Use]  # the id of a primitive, argument number
    failed: list[Test]


def observe(tests: Sequence[Test], table: Collection[Any]) -> Observations:
    """Run the tests once; note how long each takes and which rules of the table it reads."""
    read: set[int] = set()
    seconds: dict[Test, float] = {}
    reads: dict[Test, frozenset[int]] = {}
    uses: dict[tuple[int, int], Use] = {}
    failed = []
    with contextlib.ExitStack() as stack:
        for entry in table:
            stack.enter_context(_watching(entry, read, uses))
        for test in tests:
            read.clear()
            start = time.perf_counter()
            if fails(test):
                failed.append(test)
            elif (duration := time.perf_counter() - start) < LONG:
                seconds[test], reads[test] = duration, frozenset(read)
    quick = sorted(seconds, key=lambda test: seconds[test])
    readers = {id(e): [test for test in quick if id(e) in reads[test]] for e in table}
    return Observations(quick, readers, uses, failed)


@contextlib.contextmanager
def _watching(entry: Any, read: set[int], uses: dict[tuple[int, int], Use]) -> Iterator[None]:
    def noting(function: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*args: Any, **kwargs: Any) -> Any:
            read.add(id(entry))
            return function(*args, **kwargs)

        return noted

    def vjp(argument: int, y_bar: Any, y: Any, args: Any, kwargs: Any) -> Any:
        read.add(id(entry))
        bar = type(entry).vjp(entry, argument, y_bar, y, args, kwargs)
        shape, before = np.shape(bar), uses.get((id(entry), argument), Use())
        uses[id(entry), argument] = Use(
            before.matrix or sum(n > 1 for n in shape) > 1,
            before.stretched or (shape != np.shape(args[argument])),
        )
        return bar

    if isinstance(entry, Composite):
        with setting(entry, "rewriting", noting(entry.rewriting)):
            yield
    elif isinstance(entry, Primitive) and entry.differentiable:
        with setting(entry, "jvp", noting(entry.jvp)), setting(entry, "vjp", vjp):
            yield
    else:
        yield


@contextlib.contextmanager
def setting(owner: Any, attribute: str, value: Any) -> Iterator[None]:
    """Give an object another attribute for a while; what its class says comes back afterwards."""
    had, before = attribute in vars(owner), vars(owner).get(attribute)
    setattr(owner, attribute, value)
    try:
        yield
    finally:
        if had:
            setattr(owner, attribute, before)
        else:
            delattr(owner, attribute)
