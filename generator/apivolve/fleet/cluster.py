"""Tasks over a Dask cluster, by the executor interface of `distributed`; a task of a worker that dies is done by another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from ..errors import Problem, UsageError
from ..version import VERSION
from .child import in_child, packed, unpacked
from .task import Ended, Failed, Task, drain, largest_first

T = TypeVar("T")

_PATIENCE = 30
"""Seconds that are waited for the scheduler, and for its first worker."""


def run_on_cluster(tasks: Sequence[Task[T]], scheduler: str) -> Iterator[Ended[T]]:
    """Do tasks on the workers of a scheduler (`tcp://host:8786`), which see the same files at the same paths.

    Raises UsageError: Dask is not installed, there is no scheduler, or it has no workers.
    """
    try:
        import distributed
    except ImportError as error:
        raise UsageError(
            Problem("no-dask", "--scheduler needs Dask", help="pip install 'apivolve[dask]'")
        ) from error
    try:
        dask: Any = distributed
        client = dask.Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            Problem("no-scheduler", f"there is no Dask scheduler at {scheduler}: {error}")
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except (OSError, TimeoutError) as error:
            raise UsageError(
                Problem(
                    "no-workers", f"the scheduler at {scheduler} has no workers", help="dask worker ADDRESS"
                )
            ) from error
        executor = client.get_executor(pure=False)

        def submit(number: int) -> Future[bytes | Failed]:
            work = packed(tasks[number].work)
            future: Future[bytes | Failed] = executor.submit(in_child, work, str(Path.cwd()), VERSION)
            return future

        def width() -> int:
            threads: int = sum(client.nthreads().values())
            return 2 * max(1, threads)

        for number, made in drain(largest_first(tasks), width, submit):
            yield number, made if isinstance(made, Failed) else unpacked(made)
