"""Arguments → services and versions."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from ..config import ServiceConfig, find_config
from ..errors import LoadError, Problem, UsageError
from ..load import Entry, from_folder, load_service, load_services, load_table, tagged
from ..model import Service
from ..overrides import Overrides

SPECS = Path("specs")
GENERATED = Path("generated")
JOBS = os.cpu_count() or 1


output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the packages are.  [default: that of the configuration, or generated]",
)
templates_option = click.option(
    "--templates",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of templates that stand for those of apivolve by the same path.  [default: that of the configuration]",
)
root_option = click.option(
    "--root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder that references between files may not leave.  [default: the project the specification is in]",
)


def output_folder(option: Path | None) -> Path:
    """Where the packages are: as told, else as configured, else `generated/`."""
    if option is not None:
        return option
    config = find_config()
    return config.output if config is not None else GENERATED


def overrides_of(service: str) -> Overrides:
    """What the configuration wants otherwise of a service."""
    config = find_config()
    found = (one.overrides for one in config.services if one.name == service) if config is not None else ()
    return next(iter(found), Overrides())


def templates_folder(option: Path | None) -> Path | None:
    """The folder of the project's own templates: as told, else as configured."""
    config = find_config()
    found = option or (config.templates if config is not None else None)
    if found is not None and not found.is_dir():
        raise UsageError(f"there is no folder of templates {found.as_posix()}")
    return found


def services_at(
    paths: Sequence[Path], report: Callable[[str], None] | None = None, *, root: Path | None = None
) -> tuple[Service, ...]:
    """The services at some paths; without paths those of the configuration, else those in `specs/`.

    A path may be the name of a configured service. Tells the faults of all of them at once.
    """
    config = find_config()
    configured = {one.name: one for one in config.services} if config is not None else {}
    wanted: list[Path | ServiceConfig] = [
        configured[path.as_posix()] if path.as_posix() in configured and not path.exists() else path
        for path in paths
    ]
    if not wanted:
        wanted = [*configured.values()] or [_specs()]
    services: list[Service] = []
    problems: list[Problem] = []
    for one in wanted:
        try:
            if isinstance(one, ServiceConfig) and config is not None:
                services.append(_configured(one, config.folder, report, root))
            elif isinstance(one, Path):
                services.extend(load_services(one, report, root=root))
        except LoadError as error:
            problems.extend(error.problems)
    if problems:
        raise LoadError(problems)
    return tuple(services)


def _specs() -> Path:
    if not SPECS.is_dir():
        raise UsageError(
            Problem(
                "no-spec",
                "no SPEC is given, there is no folder specs/ here, and no service is configured",
                help="apivolve generate openapi.yaml -o sdk, or apivolve init",
            )
        )
    return SPECS


def _configured(
    service: ServiceConfig, folder: Path, report: Callable[[str], None] | None, root: Path | None
) -> Service:
    """The service that the configuration names."""
    if service.path is None:
        table = [Entry(one.name, from_folder(one.path, folder), one.stage) for one in service.versions]
        return load_table(service.name, table, report, root=root)
    if service.tags is None:
        return load_service(service.name, from_folder(service.path, folder), report, root=root)
    entries = tagged(service.tags, service.path, folder)
    return load_table(service.name, entries, report, root=root)
