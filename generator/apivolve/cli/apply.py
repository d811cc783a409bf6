"""`apivolve apply`: a specification and its changes in, another version of it out."""

from __future__ import annotations

from pathlib import Path

import click

from ..load import apply_changes
from ..report import render_document
from .console import progress, say, tell_by_rule, write_text
from .inputs import root_option


@click.command("apply")
@click.argument("spec", type=click.Path(path_type=Path))
@click.argument("changes", nargs=-1, required=True, metavar="CHANGES...", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to a file, in the syntax of its suffix, instead of stdout.",
)
@click.option("--backward", is_flag=True, help="Take the changes back: SPEC is the later version.")
@click.option("-v", "--verbose", is_flag=True, help="Show everything that could not be rebuilt.")
@root_option
def apply_command(
    spec: Path,
    changes: tuple[Path, ...],
    output: Path | None,
    root: Path | None,
    *,
    backward: bool,
    verbose: bool,
) -> None:
    """Write the version of SPEC that has the CHANGES.

    CHANGES are change logs, operation pages and OpenAPI Overlay documents, applied one after the other. Every entry is
    held against SPEC before anything is written; what a change log does not say is not guessed, and told.
    """
    with progress("applying"):
        derived = apply_changes(spec, changes, backward=backward, root=root)
        name = output or (spec if spec.suffix in (".yaml", ".yml") else Path("stdout.json"))
        text = render_document(derived.content, yaml=name.suffix in (".yaml", ".yml"))
    write_text(output, text)
    if output is not None:
        say(f"{output.as_posix()} is written")
    tell_by_rule(derived.problems, verbose=verbose)
