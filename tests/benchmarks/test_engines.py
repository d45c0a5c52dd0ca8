"""The engines that are measured compute the same as the formulas written by hand."""

from __future__ import annotations

import datetime
import json
import sys

import numpy as np
import pytest

from benchmarks import recurrence, workloads
from benchmarks.__main__ import Runner, environment
from benchmarks.engines import ENGINES, NotOffered, by_hand
from benchmarks.report import write_report
from benchmarks.worker import compare
from benchmarks.workloads import WORKLOADS

QUICK = [
    name
    for name, w in WORKLOADS.items()
    if "784" not in name
    and w.what != "nested"  # below, to a lower order
    and not ("n = 100" in name and w.what == "hessian")
]


@pytest.mark.parametrize("engine", ["course_lib tape", "course_lib compiled", "HIPS autograd"])
@pytest.mark.parametrize("workload", QUICK)
def test_result_is_that_of_the_formula(workload, engine):
    chosen = WORKLOADS[workload]
    data = chosen.data()
    try:
        run = ENGINES[engine](chosen, data)
    except NotOffered:
        assert (engine, chosen.what) == ("HIPS autograd", "taylor")
        return
    compare(run(), by_hand(chosen, data)())


@pytest.mark.parametrize("engine", ["course_lib tape", "course_lib compiled", "HIPS autograd"])
def test_nested_derivatives_give_the_coefficients(engine, monkeypatch):
    monkeypatch.setattr(workloads, "ORDER", 4)
    chosen = WORKLOADS["Taylor to order 10, nested"]
    data = chosen.data()
    found = ENGINES[engine](chosen, data)()
    assert len(found) == 5
    compare(found, by_hand(chosen, data)())


def test_a_wrong_result_is_noticed():
    with pytest.raises(AssertionError):
        compare((1.0, 2.0), (1.0, 2.001))


def test_micrograd_is_for_numbers_only():
    pytest.importorskip("micrograd")
    chosen = WORKLOADS["Rosenbrock gradient, n = 2"]
    with pytest.raises(NotOffered):
        ENGINES["micrograd"](chosen, chosen.data())


FOUND = {"ratio": 2.0, "quartiles": [1.9, 2.1], "hand": 1e-5, "engine": 2e-5, "load": 0.5}


def report(tmp_path, **engines):
    ratios = {"one thread": {"a net": engines}}
    recurrences = {
        name: {how: {**FOUND, "memory": memory} for how in ("without", "with")}
        for name, memory in (("by hand", 8_000_000), ("tape", None))
    }
    return write_report(ratios, recurrences, tmp_path).read_text("utf8")


def test_the_report_names_what_was_not_measured(tmp_path):
    text = report(tmp_path, tape=FOUND, peer={"skipped": "not installed"})
    assert "| a net | 10.0 | 2.00 (1.90–2.10) |" in text
    assert "Not measured: peer." in text
    stored = json.loads((tmp_path / "results.json").read_text("utf8"))
    assert stored["ratios"]["one thread"]["a net"]["tape"] == FOUND
    assert (tmp_path / "ratios.png").stat().st_size > 1000


def test_the_report_says_when_and_under_which_load(tmp_path):
    text = report(tmp_path, tape=FOUND)
    assert f"{datetime.date.today().isoformat()}; " in text
    assert "load of the machine 0.5 to 0.5" in text


def test_the_report_says_why_an_engine_has_no_ratio_for_one_workload(tmp_path):
    ratios = {
        "all threads": {
            "a net": {"tape": FOUND, "peer": FOUND},
            "a Hessian": {"tape": {"skipped": "> 60 s"}, "peer": {"failed": "out of memory"}},
        }
    }
    text = write_report(ratios, {}, tmp_path).read_text("utf8")
    assert "| a Hessian | – | > 60 s | failed |" in text
    assert "- peer, a Hessian: `out of memory`" in text
    assert "recurrence" not in text


def test_the_report_has_a_table_of_time_and_memory(tmp_path):
    text = report(tmp_path, tape=FOUND)
    assert "| by hand | 2.00 (1.90–2.10) | 2.00 (1.90–2.10) | 8 | 8 |" in text
    assert "| tape | 2.00 (1.90–2.10) | 2.00 (1.90–2.10) | – | – |" in text


# The recurrence -----------------------------------------------------------------------------------


@pytest.mark.parametrize("checkpoints", [False, True], ids=["without", "with"])
@pytest.mark.parametrize("engine", ["by hand", "course_lib tape", "HIPS autograd"])
def test_gradient_of_the_recurrence(engine, checkpoints):
    W, h = recurrence.data()
    found = recurrence.ENGINES[engine](checkpoints)(W, h[:3], 2)
    compare(found, recurrence.by_hand(W, h[:3], 2))


def test_the_recurrence_by_hand_against_a_central_difference():
    W, h = recurrence.data()
    h, step = h[:3], 1e-6
    direction = np.random.default_rng(1).normal(size=W.shape)
    ends = [recurrence.by_hand(W + sign * step * direction, h, 1)[0] for sign in (1, -1)]
    slope = np.sum(recurrence.by_hand(W, h, 1)[1] * direction)
    np.testing.assert_allclose((ends[0] - ends[1]) / (2 * step), slope, rtol=1e-6)


# One engine after the other -----------------------------------------------------------------------


def runner(**changes):
    options = {"python": sys.executable, "seconds": 0.0, "longest": 60.0, "minutes": 5.0}
    return Runner(**{**options, **changes})


def test_a_worker_reports_its_ratio():
    found = runner().run("one thread", "benchmarks.worker", "Jacobian 100 → 100", "HIPS autograd")
    assert found["ratio"] > 0
    assert found["rounds"] >= 5


def test_an_engine_that_takes_too_long_is_named():
    words = ("benchmarks.worker", "Jacobian 100 → 100", "course_lib tape")
    assert runner(longest=0.01).run("one thread", *words) == {"skipped": "> 0.01 s"}
    assert runner(minutes=1e-9).run("one thread", *words) == {"skipped": "time was up"}


def test_a_worker_that_fails_is_reported():
    found = runner().run("all threads", "benchmarks.worker", "no such workload", "micrograd")
    assert found == {"failed": "KeyError: 'no such workload'"}


def test_one_thread_is_asked_for_in_the_environment(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert environment("one thread")["OMP_NUM_THREADS"] == "1"
    assert "OMP_NUM_THREADS" not in environment("all threads")
