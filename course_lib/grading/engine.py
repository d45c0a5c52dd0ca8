"""Where units are graded: in this process, in several, or on the workers of a Dask scheduler."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from course_lib.grading.unit import Graded, Unit, fault, grade_unit


class EngineError(Exception):
    """The workers cannot be had; the message says what to do."""


def in_processes(units: Sequence[Unit], workers: int) -> Iterator[Graded]:
    """Grade units in `workers` processes, and yield the results as they come.

    If a process dies, the units that it may have taken with it are tried again, one by one; one
    that kills its process a second time is a fault of the grader's.
    """
    if workers <= 1 or len(units) <= 1:
        yield from map(grade_unit, units)
        return
    left = {unit.key: unit for unit in units}
    try:
        for graded in _pool(units, workers):
            del left[graded.key]
            yield graded
    except BrokenProcessPool:
        for unit in left.values():
            try:
                yield from _pool([unit], 1)
            except BrokenProcessPool:
                yield fault(unit, "The grading process itself ended.")


def _pool(units: Sequence[Unit], workers: int) -> Iterator[Graded]:
    context = multiprocessing.get_context("spawn")
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, context, initializer=_in_worker, initargs=(os.getpid(),))
    try:
        for future in as_completed([pool.submit(grade_unit, unit) for unit in units]):
            yield future.result()
    except BaseException:  # stopped: end the workers rather than wait for them
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _in_worker(parent: int) -> None:
    """Leave Ctrl-C to the main process, and end when that is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def on_cluster(units: Sequence[Unit], address: str, timeout: float = 20) -> Iterator[Graded]:
    """Grade units on the workers of a running Dask scheduler, such as `tcp://10.0.0.1:8786`."""
    try:
        from distributed import Client
        from distributed import as_completed as as_finished
    except ImportError:
        fix = 'Install it with: pip install "derivatives-by-machine[cluster]"'
        raise EngineError(f"--scheduler needs the package distributed. {fix}") from None
    try:
        client = Client(address, timeout=timeout)
    except (OSError, ValueError) as error:
        fix = "Start one with `dask scheduler`, and give the address that it prints."
        raise EngineError(f"No scheduler answers at {address} ({error}). {fix}") from error
    with contextlib.closing(client):
        if not client.scheduler_info().get("workers"):
            fix = f"Start some with `dask worker {address} --nthreads 1`."
            raise EngineError(f"The scheduler at {address} has no workers. {fix}")
        futures = {client.submit(grade_unit, unit, pure=False): unit for unit in units}
        for future in as_finished(list(futures)):
            failed = future.exception()
            yield fault(futures[future], f"{failed}") if failed else future.result()
            future.release()
