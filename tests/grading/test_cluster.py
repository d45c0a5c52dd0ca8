"""The same units on a Dask cluster: a scheduler, and several worker processes on this machine."""

import pytest

from course_lib.grading.engine import EngineError, on_cluster
from course_lib.grading.unit import Unit
from tests.grading.sample import POINTS

distributed = pytest.importorskip("distributed", reason="the extra [cluster] is not installed")

pytestmark = [
    pytest.mark.slow,
    # distributed leaves sockets and loops to the garbage collector when it ends.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as running:
        yield running


def test_two_worker_processes_grade_a_class(cluster, assignment, reference, untouched):
    units = [
        Unit(f"right-{n}", "Right", "", assignment, cells=tuple(reference), seed=str(n))
        for n in range(3)
    ]
    units += [Unit("untouched", "Untouched", "", assignment, cells=tuple(untouched))]
    units += [Unit("broken", "Broken", "", assignment, problem="no notebook")]
    results = {one.key: one.row for one in on_cluster(units, cluster.scheduler_address)}
    assert [results[f"right-{n}"]["score"] for n in range(3)] == [POINTS] * 3
    assert results["untouched"]["score"] == 0
    assert results["broken"]["status"] == "unreadable"


def test_no_scheduler_is_said(assignment):
    with pytest.raises(EngineError, match="dask scheduler"):
        list(on_cluster([], "tcp://127.0.0.1:1", timeout=1))
