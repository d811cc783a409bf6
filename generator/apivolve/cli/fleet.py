"""One service, or hundreds: the options that say where they are worked on, and what people see meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Generic, TypeVar

import click

from ..errors import ApivolveError
from ..fleet import Failed, Task, run_locally, run_on_cluster
from .console import plain_brackets, progress
from .inputs import JOBS

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


def fleet_options(command: F) -> F:
    """`--jobs` and `--scheduler`, which arrive as an int and as a text or None."""
    jobs = click.option(
        "-j",
        "--jobs",
        type=click.IntRange(1),
        default=JOBS,
        metavar="N",
        help="Processes at work at a time.  [default: one for each core]",
    )
    scheduler = click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Work on the services over a Dask cluster, tcp://HOST:8786, whose workers see the same files at the same paths.",
    )
    return jobs(scheduler(command))


def work_off(
    tasks: Sequence[Task[T]], what: str, jobs: int, scheduler: str | None
) -> Iterator[tuple[int, T | Failed]]:
    """Do tasks, and give each one's number and what came of it as they end.

    The work of a task takes `report` and `jobs`. A single one is done here, with all `jobs`; of several, each has one. Raises
    UsageError for a cluster that cannot be used.
    """
    if not tasks:
        return
    if len(tasks) == 1 and scheduler is None:
        with progress(what) as report:
            yield 0, _here(tasks[0], report, jobs)
        return
    running = run_on_cluster(tasks, scheduler) if scheduler is not None else run_locally(tasks, jobs)
    with _counted(what, len(tasks)) as count:
        for number, made in running:
            name = tasks[number].name
            count(name, isinstance(made, Failed))
            yield number, _named(made, name) if isinstance(made, Failed) else made


def _named(failed: Failed, name: str) -> Failed:
    """What has no place names its service: it is one of many."""
    return Failed(
        tuple(
            one
            if one.at is not None or name in one.message
            else replace(one, message=f"{name}: {one.message}")
            for one in failed.problems
        )
    )


def _here(task: Task[T], report: Callable[[str], None], jobs: int) -> T | Failed:
    try:
        return task.work(report=report, jobs=jobs)
    except ApivolveError as error:
        return Failed(error.problems)


@contextmanager
def _counted(what: str, total: int) -> Generator[Callable[[str, bool], None]]:
    """A bar on a terminal, nothing in a pipe. Yields a function that is told the name of each service that ended."""
    if not sys.stderr.isatty():  # what shows it takes a tenth of a second to load
        yield lambda _name, _failed: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _name, _failed: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[failed]}[dim]{task.fields[detail]}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total, detail="", failed="")
        failures = 0

        def count(name: str, failed: bool) -> None:
            nonlocal failures
            failures += failed
            told = f"[red]{failures} failed[/red] " if failures else ""
            bar.update(task, advance=1, detail=plain_brackets(name), failed=told)

        yield count


class InOrder(Generic[T]):
    """Things that come in any order, handed on in that of their numbers, from 0, as soon as those before are there."""

    def __init__(self, hand_on: Callable[[T], None]) -> None:
        self._hand_on = hand_on
        self._waiting: dict[int, T] = {}
        self._next = 0

    def add(self, number: int, thing: T) -> None:
        """Take one."""
        self._waiting[number] = thing
        while self._next in self._waiting:
            self._hand_on(self._waiting.pop(self._next))
            self._next += 1
