"""Many jobs done by several processes; what they leave behind is what one process would have left."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import chain, islice
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

DONE_HERE = 3
"""So many jobs are done before a process is started: fewer are not worth its start."""
_WAITING_PER_PROCESS = 3

_work: Callable[[Any], Any] | None = None


class Pool(Generic[T, R]):
    """Does jobs in processes of their own, tells the results in the order of the jobs, and holds few at a time.

    `work` and the jobs travel to the processes, so both are picklable. Jobs of equal `key` are done one after the
    other. When a job fails, or whoever makes the jobs does, those that have begun are finished first.
    """

    def __init__(self, work: Callable[[T], R], processes: int, key: Callable[[T], object]) -> None:
        self._work = work
        # A daemon may not have children.
        self._processes = 1 if multiprocessing.current_process().daemon else processes
        self._key = key

    def results(self, jobs: Iterable[T]) -> Iterator[R]:
        """Do the jobs and yield what they give."""
        iterator = iter(jobs)
        here = iterator if self._processes == 1 else islice(iterator, DONE_HERE)
        yield from map(self._work, here)
        for job in iterator:
            yield from self._spread(chain([job], iterator))

    def _spread(self, jobs: Iterable[T]) -> Iterator[R]:
        from loky import ProcessPoolExecutor

        waiting: deque[tuple[object, Future[R]]] = deque()
        # Neither a fork, which would inherit the locks of other threads, nor a spawn, which would run the main module
        # again: under an orchestrator that is a program of its own.
        with ProcessPoolExecutor(self._processes, initializer=_start, initargs=(self._work,)) as pool:
            for job in jobs:
                key = self._key(job)
                while len(waiting) >= _WAITING_PER_PROCESS * self._processes or key in {other for other, _ in waiting}:
                    yield waiting.popleft()[1].result()
                waiting.append((key, pool.submit(_do, job)))
            while waiting:
                yield waiting.popleft()[1].result()


def _start(work: Callable[[Any], Any]) -> None:
    global _work
    _work = work


def _do(job: Any) -> Any:
    assert _work is not None
    return _work(job)
