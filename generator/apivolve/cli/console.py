"""What people see: problems and progress on stderr, so that stdout holds results only."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import OutputError, Problem, printable

if TYPE_CHECKING:
    from ..model import Service


def say(text: str) -> None:
    """A line for people."""
    click.echo(printable(text), err=True)


def tell(problems: Sequence[Problem]) -> None:
    """Problems, each with its excerpt."""
    for problem in problems:
        say(problem.render())


def warn(services: Sequence[Service], *, verbose: bool) -> None:
    """The warnings of some services: one line a rule, or all of them."""
    tell_by_rule(
        [problem for service in services for api in service.versions for problem in api.problems],
        verbose=verbose,
    )


def tell_by_rule(problems: Sequence[Problem], *, verbose: bool) -> None:
    """Warnings: one line a rule, or all of them."""
    by_rule: dict[str, list[Problem]] = {}
    for problem in problems:
        by_rule.setdefault(problem.rule, []).append(problem)
    for rule, found in by_rule.items():
        if verbose:
            tell(found)
        else:
            more = f" (and {len(found) - 1} more {rule}; -v shows all)" if len(found) > 1 else ""
            say(found[0].headline() + more)


def write_text(path: Path | None, text: str) -> None:
    """A result to a file, whole or not at all; to stdout without one. Raises OutputError."""
    if path is None:
        click.echo(text, nl=False, color=True)  # whoever made the text knows whether colour is wanted
        return
    path = Path(os.path.realpath(path))  # a link stays one
    made: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}-", delete=False, encoding="utf-8", newline="\n"
        ) as file:
            made = Path(file.name)
            file.write(text)
        mode = path.stat().st_mode if path.is_file() else 0o666 & ~_umask()
        made.chmod(mode & 0o7777)
        made.replace(path)
    except OSError as error:
        if made is not None:
            with contextlib.suppress(OSError):
                made.unlink()
        raise OutputError(Problem("cannot-write", f"{path.as_posix()}: {error.strerror or error}")) from error


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


@contextlib.contextmanager
def progress(what: str) -> Generator[Callable[[str], None]]:
    """A moving line on a terminal, nothing in a pipe. Yields a function that is told what is being done."""
    if not sys.stderr.isatty():  # what shows it takes a tenth of a second to load
        yield lambda _detail: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
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
        yield lambda detail: bar.update(task, detail=plain_brackets(detail))


def plain_brackets(text: str) -> str:
    """A text that rich shows as it is: no markup, no control characters."""
    return printable(text.replace("[", "("))
