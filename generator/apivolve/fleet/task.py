"""One piece of work, and how it can end."""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from ..detach import detached
from ..errors import ApivolveError, Problem

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Task(Generic[T_co]):
    """`name` is for people, `size` the bytes of what is read, `work` is called once, in another process as a rule."""

    name: str
    size: int
    work: Callable[..., T_co]


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a piece of work made nothing."""

    problems: tuple[Problem, ...]


Ended: TypeAlias = tuple[int, T | Failed]
"""The number of a task, and what came of it."""


def largest_first(tasks: Sequence[Task[T]]) -> deque[int]:
    """The numbers of tasks, those with the most to read first: the last ones to end are small."""
    return deque(sorted(range(len(tasks)), key=lambda number: (-tasks[number].size, number)))


def attempt(work: Callable[[], T]) -> T | Failed:
    """Do a piece of work in one of several processes: what it makes, or fails of, with the places detached from their documents."""
    try:
        return detached(work())
    except ApivolveError as error:
        return Failed(detached(error.problems))
    except MemoryError:
        return Failed((Problem("out-of-memory", "there is not enough memory for this"),))
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}: {error}".replace("\n", " ")[:300]
        place = f"{where.filename.rpartition('/')[2]}:{where.lineno}"
        return Failed((Problem("internal-error", f"{told} ({place})", help="please report it"),))


def drain(
    waiting: deque[int], width: Callable[[], int], submit: Callable[[int], Future[T | Failed]]
) -> Generator[Ended[T], None, list[int]]:
    """Keep `width` tasks under way until none waits, and give each as it ends. Returns those that went down with a pool.

    No more results are held than are under way.
    """
    running: dict[Future[T | Failed], int] = {}
    lost: list[int] = []
    while (waiting and not lost) or running:
        while waiting and not lost and len(running) < width():
            number = waiting.popleft()
            try:
                running[submit(number)] = number
            except BrokenExecutor:
                lost.append(number)
        ended, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in ended:
            number = running.pop(future)
            try:
                made = future.result()
            except BrokenExecutor:
                lost.append(number)
                continue
            except CancelledError:
                made = Failed((Problem("scheduler-lost", "the cluster lost this task"),))
            except Exception as error:
                made = Failed((Problem("worker-failed", f"{type(error).__name__}: {error}"[:300]),))
            yield number, made
    return sorted(lost)
