"""A sample of what ``tools/mutate_rules.py`` does in full: mistakes in rules are noticed."""

from __future__ import annotations

import types

import numpy as np
import pytest

from course_lib import grad
from tools import mutate_rules
from tools.mutants_of_driver import MISTAKES, OutOfDate, mutants_of_driver
from tools.mutants_of_rules import mutants_of, rule_table
from tools.mutate_rules import Trial, reason
from tools.mutation_tests import calls_in, collect, fails, observe

FUNCTIONS = (
    *(np.sin, np.exp2, np.divide, np.multiply, np.subtract, np.sum, np.max, np.matmul),
    np.transpose,
)
DRIVER = ("innermost_trace", "backward", "ForwardTrace", "TaylorTrace", "sum_to_shape", "Linear")


@pytest.fixture(scope="module")
def observations():
    return observe([test for test in collect() if is_in_sample(test)], rule_table())


def is_in_sample(test):
    if test.subject is None:
        return any(name in test.name for name in ("TestNesting", "test_taylor", "ends_the_trace"))
    return test.subject in FUNCTIONS


@pytest.fixture(scope="module")
def mutants(observations):
    """One or two of each kind."""
    chosen = {}
    for entry in rule_table():
        if getattr(entry, "function", None) in FUNCTIONS:
            for mutant in mutants_of(entry, observations.uses):
                chosen.setdefault(mutant.kind, []).append(mutant)
    return [mutant for kind in chosen.values() for mutant in (kind[0], kind[-1])]


def test_all_tests_pass_without_a_mutation(observations):
    assert len(observations.tests) > 500
    assert observations.failed == []


def test_mistakes_in_rules_are_caught(observations, mutants):
    assert len({mutant.kind for mutant in mutants}) >= 14
    trial = Trial(mutants, observations)
    for mutant, verdict in zip(mutants, trial.verdicts(jobs=1), strict=True):
        assert verdict.restored, mutant
        assert (verdict.caught_by is None) == (reason(mutant) is not None), mutant


@pytest.mark.parametrize("number", [i for i, m in enumerate(MISTAKES) if m[0].startswith(DRIVER)])
def test_mistakes_in_the_driver_are_caught(observations, number):
    verdict = Trial(mutants_of_driver([MISTAKES[number]]), observations).judge(0)
    assert verdict.restored
    assert verdict.caught_by is not None


def test_the_list_of_mistakes_in_the_driver_fits_the_source():
    assert len(mutants_of_driver()) == len(MISTAKES)
    with pytest.raises(OutOfDate, match=r"backward, new: expected 'no such text' once .* 0 times"):
        mutants_of_driver([("backward", "new", "no such text", "")])
    with pytest.raises(OutOfDate, match="expected one function of this name, found 0"):
        mutants_of_driver([("no_such_function", "new", "", "")])


def test_a_mutation_ends_with_its_context():
    entry = next(e for e in rule_table() if repr(e) == "<elementwise numpy.sin>")
    sign = next(m for m in mutants_of(entry, {}) if m.kind == "sign")
    with sign.apply():
        assert grad(np.sin)(0.0) == -1.0
    assert grad(np.sin)(0.0) == 1.0
    assert vars(entry).keys() == vars(type(entry)(np.sin, *entry.rules)).keys()


def test_survivors_are_reported(capsys, monkeypatch):
    options = ["numpy.sin rules", "--tests", "test_shape_and_dtype", "--jobs", "1"]
    assert mutate_rules.main(options) == 1
    assert "SURVIVED  elementwise numpy.sin rules[0]: sign\n" in capsys.readouterr().out
    monkeypatch.setattr(mutate_rules, "EQUIVALENT", {"for this test": ["elementwise numpy.sin *"]})
    assert mutate_rules.main(options) == 0
    assert "SURVIVED" not in capsys.readouterr().out
    options[options.index("test_shape_and_dtype")] = "complex_step[sin("
    assert mutate_rules.main(options) == 1
    assert (
        "NOT EQUIVALENT, as listed  elementwise numpy.sin rules[0]: sign" in capsys.readouterr().out
    )


def test_tests_become_plain_calls():
    calls = []

    @pytest.mark.parametrize("a", [1, 2])
    @pytest.mark.parametrize(("b", "c"), [pytest.param(3, 4), (5, 6)])
    def test_parameters(a, b, c):
        calls.append((a, b, c))

    def test_failing(monkeypatch):
        monkeypatch.setattr(np, "pi", 3)
        assert np.pi > 3.1

    def test_with_another_fixture(tmp_path):
        raise NotImplementedError

    @pytest.mark.skip
    def test_skipped():
        raise NotImplementedError

    class TestClass:
        pytestmark = pytest.mark.parametrize("x", [7])

        def test_method(self, x):
            calls.append(x)

    module = types.ModuleType("example")
    tests = (test_parameters, test_failing, test_with_another_fixture, test_skipped, TestClass)
    vars(module).update({test.__name__: test for test in tests})
    tests = list(calls_in(module, "example"))
    assert [fails(test) for test in tests] == [False] * 4 + [True, False]
    assert sorted(calls[:4]) == [(1, 3, 4), (1, 5, 6), (2, 3, 4), (2, 5, 6)]
    assert calls[4:] == [7]
    assert np.pi > 3.1
