"""What people see: problems and progress on stderr, so that stdout holds results only."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Generator, Sequence

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ..errors import Problem
from ..model import Service


def say(text: str) -> None:
    """A line for people."""
    click.echo(text, err=True)


def tell(problems: Sequence[Problem]) -> None:
    """Problems, each with its excerpt."""
    for problem in problems:
        say(problem.render())


def warn(services: Sequence[Service], *, verbose: bool) -> None:
    """The warnings of some services: one line a rule, or all of them."""
    by_rule: dict[str, list[Problem]] = {}
    for service in services:
        for api in service.versions:
            for problem in api.problems:
                by_rule.setdefault(problem.rule, []).append(problem)
    for rule, problems in by_rule.items():
        if verbose:
            tell(problems)
        else:
            more = f" (and {len(problems) - 1} more {rule}; -v shows all)" if len(problems) > 1 else ""
            say(problems[0].headline() + more)


@contextlib.contextmanager
def progress(what: str) -> Generator[Callable[[str], None]]:
    """A moving line on a terminal, nothing in a pipe. Yields a function that is told what is being done."""
    console = Console(stderr=True)
    if not console.is_terminal or not sys.stderr.isatty():
        yield lambda _detail: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[detail]}", markup=True),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None, detail="")
        yield lambda detail: bar.update(task, detail=detail.replace("[", "("))
