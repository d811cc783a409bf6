"""`apivolve inspect`: what was understood of a specification."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import click

from ..errors import Problem, UsageError
from ..model import Service
from ..report.inspection import (
    PARTS,
    Part,
    chosen,
    inspection_json,
    inspection_text,
    known_names,
    matches,
)
from .console import progress
from .inputs import root_option
from .reading import services_at


@click.command("inspect")
@click.argument("specs", nargs=-1, metavar="[SPEC]...", type=click.Path(path_type=Path))
@click.option(
    "-n",
    "--name",
    "names",
    multiple=True,
    help="Show one thing whole: an operationId, 'GET /things', a path or a model. * matches anything.",
)
@click.option(
    "--show",
    multiple=True,
    type=click.Choice([*PARTS, "all"]),
    help="List these too. May be repeated.",
)
@click.option(
    "--api-version",
    "versions",
    multiple=True,
    help="The api-version to look into; may be repeated.  [default: the newest]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Text for people, or all that is known of every version for machines.",
)
@root_option
def inspect(
    specs: tuple[Path, ...],
    names: tuple[str, ...],
    show: tuple[str, ...],
    versions: tuple[str, ...],
    root: Path | None,
    *,
    form: str,
) -> None:
    """Show what was understood: the api-versions with their operations, models and warnings.

    SPEC is a specification, or a folder of api-versions. Without SPEC, every service of the
    configuration, else in specs/, is shown.
    """
    with progress("reading") as report:
        services = services_at(specs, report, root=root)
    _refuse_unknown(services, names, versions)
    if form == "json":
        click.echo(inspection_json(services), nl=False)
        return
    parts = cast("tuple[Part, ...]", PARTS if "all" in show else show)
    click.echo(inspection_text(services, show=parts, names=names, versions=versions), nl=False)


def _refuse_unknown(services: Sequence[Service], names: Sequence[str], versions: Sequence[str]) -> None:
    """Raise UsageError for a name or a version that is nowhere."""
    all_versions = [api.version for service in services for api in service.versions]
    for version in versions:
        if version not in all_versions:
            raise UsageError(_unknown("api-version", version, all_versions))
    known = [name for service in services for api in chosen(service, versions) for name in known_names(api)]
    for name in names:
        if not matches(known, [name]):
            raise UsageError(_unknown("operation or model", name, known))


def _unknown(what: str, name: str, known: Sequence[str]) -> Problem:
    near = difflib.get_close_matches(name, known, 3, 0.5)
    return Problem(
        "unknown-name", f"there is no {what} {name!r}", help=f"near is {', '.join(near)}" if near else None
    )
