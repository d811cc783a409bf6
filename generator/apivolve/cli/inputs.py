"""Arguments → services and versions."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from ..errors import LoadError, Problem, UsageError
from ..load import load_services
from ..model import Service

SPECS = Path("specs")
GENERATED = Path("generated")
JOBS = os.cpu_count() or 1


root_option = click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder that references between files may not leave.  [default: the project the specification is in]",
)


def services_at(
    paths: Sequence[Path], report: Callable[[str], None] | None = None, *, root: Path | None = None
) -> tuple[Service, ...]:
    """The services at some paths; those in `specs/` when there are no paths. Tells the faults of all of them at once."""
    if not paths:
        if not SPECS.is_dir():
            raise UsageError(
                Problem(
                    "no-spec",
                    "no SPEC is given, and there is no folder specs/ here",
                    help="apivolve generate openapi.yaml -o sdk",
                )
            )
        paths = (SPECS,)
    services: list[Service] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            services.extend(load_services(path, report, root=root))
        except LoadError as error:
            problems.extend(error.problems)
    if problems:
        raise LoadError(problems)
    return tuple(services)
