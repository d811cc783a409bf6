"""Tasks over the cores of this machine."""

from __future__ import annotations

import gc
import multiprocessing
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from ..processes import helpers
from .child import in_child, packed, unpacked
from .task import Ended, Failed, Task, attempt, drain, largest_first

T = TypeVar("T")


def run_locally(tasks: Sequence[Task[T]], jobs: int) -> Iterator[Ended[T]]:
    """Do tasks in `jobs` processes. When a process dies, what was under way is done again, each in one of its own."""
    waiting = largest_first(tasks)
    while waiting:
        lost = yield from _in_pool(tasks, waiting, jobs)
        for number in lost:
            yield number, unpacked(in_child(packed(tasks[number].work), str(Path.cwd())))


def _in_pool(
    tasks: Sequence[Task[T]], waiting: deque[int], jobs: int
) -> Generator[Ended[T], None, list[int]]:
    others = multiprocessing.active_children()
    pool = helpers(min(jobs, len(waiting)))
    try:
        # as many as there are processes: what waits in a pool that breaks is lost with it
        return (yield from drain(waiting, lambda: jobs, lambda number: pool.submit(_one, tasks[number].work)))
    except BaseException:
        for process in multiprocessing.active_children():
            if process not in others:  # ours write nothing
                process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _one(work: Callable[..., T]) -> T | Failed:
    gc.disable()
    made = attempt(work)
    gc.collect()  # all at once, between two tasks: within one nearly nothing is garbage
    return made
