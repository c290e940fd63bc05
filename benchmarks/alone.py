"""Measuring in a new process, whose peak memory is then nobody else's."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from typing import Any

Work = Callable[[], dict[str, Any]]


def _cpu_seconds() -> float:
    """CPU of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _measured(work: Work, queue: Any) -> None:
    started, before = time.perf_counter(), _cpu_seconds()
    try:
        outcome = work()
    except BaseException as problem:
        queue.put(problem)
        raise
    seconds, cpu_seconds = time.perf_counter() - started, _cpu_seconds() - before
    own, children = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    measures = {"seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mb_own": own, "peak_mb_largest_child": children}
    queue.put({**measures, **outcome})


def alone(work: Work) -> dict[str, Any]:
    """Do work that can be pickled in a process of its own; its figures, seconds and peak memory; fails as it does."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_measured, args=(work, queue))
    process.start()
    outcome: dict[str, Any] | BaseException = queue.get()
    process.join()
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome
