"""Measuring in a new process, whose peak memory is then nobody else's."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from typing import Any

Work = Callable[[], dict[str, Any]]


def _measured(work: Work, queue: Any) -> None:
    started, cpu = time.perf_counter(), time.process_time()
    outcome = work()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    measures = {"seconds": seconds, "cpu_seconds_own": cpu, "peak_mb_own": own / 1024}
    queue.put({**measures, "peak_mb_largest_child": children / 1024, **outcome})


def alone(work: Work) -> dict[str, Any]:
    """Do work that can be pickled in a process of its own; its figures with seconds and peak memory."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_measured, args=(work, queue))
    process.start()
    outcome: dict[str, Any] = queue.get()
    process.join()
    return outcome
