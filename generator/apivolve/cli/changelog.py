"""`apivolve changelog`: what changed between two api-versions, as a change log."""

from __future__ import annotations

from pathlib import Path

import click

from ..delta import delta
from ..load import load_api
from ..report import change_log_problems, render_change_log
from .console import progress, say, tell_by_rule, write_text
from .inputs import root_option


@click.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["azure-json"]),
    default="azure-json",
    show_default=True,
    help="The form of the log: the JSON of azureapichanges.com.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to a file instead of stdout.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every change that the log cannot hold.")
@root_option
def changelog(
    before: Path, after: Path, output: Path | None, root: Path | None, *, form: str, verbose: bool
) -> None:
    """Write what changed from BEFORE to AFTER as a change log.

    BEFORE and AFTER are specifications, or folders that hold one api-version each. What the format cannot hold is told.
    """
    del form  # there is one
    with progress("comparing"):
        changed = delta(load_api(before, root=root), load_api(after, root=root))
    write_text(output, render_change_log(changed.changes))
    if output is not None:
        say(f"{output.as_posix()} is written")
    tell_by_rule(change_log_problems(changed), verbose=verbose)
