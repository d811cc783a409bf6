"""Where a report goes: `--format F[:FILE]` as often as wanted, and `--color`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from ...delta import delta
from ...errors import OutputError, Problem, UsageError
from ...finding import SEVERITIES, Change, Report, Severity
from ...model import Api
from ...report import FORMATS, Look, render_change_log, render_markdown
from ..console import say, write_text

CHANGE_LOG = "changelog"
"""The one format that is not made of findings."""
_STDOUT = "-"
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Target:
    """A format, and the file it is written to; None for stdout."""

    form: str
    file: Path | None


class _TargetType(click.ParamType[Target]):
    name = "F[:FILE]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Target:
        if isinstance(value, Target):
            return value
        form, colon, file = str(value).partition(":")
        known = [*FORMATS, CHANGE_LOG]
        if form not in known:
            self.fail(f"{form!r} is not one of {', '.join(known)}", param, ctx)
        if colon and not file:
            self.fail(f"{value!r} names no file", param, ctx)
        return Target(form, Path(file) if file and file != _STDOUT else None)


@dataclass(frozen=True, slots=True)
class Output:
    """What the options of a report say."""

    targets: tuple[Target, ...]
    look: Look

    @property
    def has_changes(self) -> bool:
        """True when a change log is wanted."""
        return any(target.form == CHANGE_LOG for target in self.targets)

    @property
    def to_stdout(self) -> bool:
        """True when a format goes to stdout."""
        return any(target.file is None for target in self.targets)


def report_options(show: Severity) -> Callable[[F], F]:
    """The options of a command that reports: `--format`, `--show`, `--color`. They arrive as `form`, `show`, `color`."""
    options = (
        click.option(
            "-f",
            "--format",
            "form",
            type=_TargetType(),
            multiple=True,
            help=f"How the findings are written, and to which file: {', '.join([*FORMATS, CHANGE_LOG])}. May be repeated."
            "  [default: text]",
        ),
        click.option(
            "--show",
            type=click.Choice(SEVERITIES),
            default=show,
            show_default=True,
            help="The least severity that is shown. JSON and YAML have all findings.",
        ),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            show_default=True,
            help="Colour the text. NO_COLOR and FORCE_COLOR are heard.",
        ),
    )

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def today_option(command: F) -> F:
    """`--today DATE`, which arrives as a datetime or None."""
    return click.option(
        "--today",
        type=click.DateTime(["%Y-%m-%d"]),
        help="The day that waivers and sunsets are held against.  [default: today]",
    )(command)


def output_of(form: tuple[Target, ...], show: Severity, color: str) -> Output:
    """What the options say. Raises UsageError for two reports to one place."""
    targets = form or (Target("text", None),)
    places = [target.file for target in targets]
    twice = next((place for place in places if places.count(place) > 1), ...)
    if twice is not ...:
        shown = twice.as_posix() if isinstance(twice, Path) else "stdout"
        raise UsageError(
            Problem(
                "format-twice", f"two formats go to {shown}", help="name a file: --format sarif:out.sarif"
            )
        )
    return Output(targets, Look(show, _colored(color)))


def changes_of(pairs: Iterable[tuple[Api, Api]]) -> tuple[Change, ...]:
    """What a change log says of some pairs."""
    return tuple(change for before, after in pairs for change in delta(before, after).changes)


def write_report(report: Report, output: Output, changes: Callable[[], Sequence[Change]]) -> None:
    """Write a report in each of its formats; `changes` is asked for what a change log says.

    In a step of GitHub Actions, `github` fills in the step's summary too.
    """
    for target in output.targets:
        if target.form == CHANGE_LOG:
            text = render_change_log(changes())
        else:
            look = output.look if target.file is None else Look(output.look.show)
            text = FORMATS[target.form](report, look)
        write_text(target.file, text)
        if target.file is not None:
            say(f"{target.file.as_posix()} is written")
        if target.form == "github" and (summary := os.environ.get("GITHUB_STEP_SUMMARY")):
            _append(Path(summary), render_markdown(report, show=output.look.show))


def _append(file: Path, text: str) -> None:
    try:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise OutputError(Problem("cannot-write", f"{file.as_posix()}: {error.strerror or error}")) from error


def _colored(choice: str) -> bool:
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or sys.stdout.isatty()
