"""The engines that are measured compute the same as the formulas written by hand."""

from __future__ import annotations

import json

import pytest

from benchmarks.engines import ENGINES, NotOffered, by_hand
from benchmarks.report import write_report
from benchmarks.worker import compare
from benchmarks.workloads import WORKLOADS

QUICK = [
    name
    for name, w in WORKLOADS.items()
    if "784" not in name and not ("n = 100" in name and w.what == "hessian")
]


@pytest.mark.parametrize("engine", ["course_lib tape", "course_lib compiled", "HIPS autograd"])
@pytest.mark.parametrize("workload", QUICK)
def test_result_is_that_of_the_formula(workload, engine):
    chosen = WORKLOADS[workload]
    data = chosen.data()
    compare(ENGINES[engine](chosen, data)(), by_hand(chosen, data)())


def test_a_wrong_result_is_noticed():
    with pytest.raises(AssertionError):
        compare((1.0, 2.0), (1.0, 2.001))


def test_micrograd_is_for_numbers_only():
    pytest.importorskip("micrograd")
    chosen = WORKLOADS["Rosenbrock gradient, n = 2"]
    with pytest.raises(NotOffered):
        ENGINES["micrograd"](chosen, chosen.data())


def test_the_report_names_what_was_not_measured(tmp_path):
    found = {"ratio": 2.0, "quartiles": [1.9, 2.1], "hand": 1e-5, "engine": 2e-5, "load": 0.5}
    results = {"one thread": {"a net": {"tape": found, "peer": {"skipped": "ImportError"}}}}
    text = write_report(results, tmp_path).read_text("utf8")
    assert "| a net | 10.0 | 2.00 (1.90–2.10) |" in text
    assert "Not measured: peer." in text
    assert json.loads((tmp_path / "results.json").read_text("utf8")) == results
    assert (tmp_path / "ratios.png").stat().st_size > 1000
