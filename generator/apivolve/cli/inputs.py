"""Arguments → what is to be read, and where it goes; nothing is read yet."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import click

from ..config import WAIVERS, ServiceConfig, find_config
from ..errors import LoadError, Problem, UsageError
from ..load import (
    Entry,
    FoundService,
    find_services,
    from_folder,
    tagged,
)
from ..overrides import Overrides

Input: TypeAlias = Path | ServiceConfig | FoundService
"""What a run is told to read: a path, with as many services as there are; or one service, configured or found."""

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


def generates(option: Path | None) -> bool:
    """True in a project that has packages generated: it says where, or there are some where they are by default."""
    config = find_config()
    return option is not None or (config is not None and config.generates) or output_folder(None).is_dir()


def overrides_of(service: str) -> Overrides:
    """What the configuration wants otherwise of a service."""
    config = find_config()
    found = (one.overrides for one in config.services if one.name == service) if config is not None else ()
    return next(iter(found), Overrides())


def waivers_file() -> Path:
    """Where waivers are: as configured, else beside us."""
    config = find_config()
    return config.waivers if config is not None else Path(WAIVERS)


def templates_folder(option: Path | None) -> Path | None:
    """The folder of the project's own templates: as told, else as configured."""
    config = find_config()
    found = option or (config.templates if config is not None else None)
    if found is not None and not found.is_dir():
        raise UsageError(f"there is no folder of templates {found.as_posix()}")
    return found


def inputs_at(paths: Sequence[Path]) -> list[Path | ServiceConfig]:
    """What is meant by some paths: services of the configuration, and paths."""
    config = find_config()
    configured = {one.name: one for one in config.services} if config is not None else {}
    wanted: list[Path | ServiceConfig] = [
        configured[path.as_posix()] if path.as_posix() in configured and not path.exists() else path
        for path in paths
    ]
    return wanted or [*configured.values()] or [_specs()]


def one_by_one(
    wanted: Sequence[Path | ServiceConfig],
) -> tuple[tuple[ServiceConfig | FoundService, ...], tuple[Problem, ...]]:
    """The services that are meant, none of them read yet; and what is wrong with paths that have none."""
    found: list[ServiceConfig | FoundService] = []
    problems: list[Problem] = []
    for one in wanted:
        try:
            found.extend(find_services(one) if isinstance(one, Path) else (one,))
        except LoadError as error:
            problems.extend(error.problems)
    return tuple(found), tuple(problems)


def called(one: ServiceConfig | FoundService) -> str:
    """A service as people know it before it is read."""
    return one.name or one.where if isinstance(one, FoundService) else one.name


def size_of(one: ServiceConfig | FoundService) -> int:
    """The bytes of its documents on disk, about: what takes longer is begun first."""
    if isinstance(one, FoundService):
        return one.size
    files = (Path(path) for path in input_paths(one))
    return sum(file.stat().st_size for file in files if file.is_file())


def input_paths(wanted: Input) -> list[str]:
    """Where an input is, from the folder we run in."""
    if isinstance(wanted, Path):
        return [wanted.as_posix()]
    return [wanted.where] if isinstance(wanted, FoundService) else [entry.where for entry in entries(wanted)]


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


def entries(service: ServiceConfig) -> list[Entry]:
    """Where the configuration says that a service is; with tags, where that was."""
    folder = _folder()
    if service.path is None:
        return [Entry(one.name, from_folder(one.path, folder), one.stage) for one in service.versions]
    if service.tags is not None:
        return list(tagged(service.tags, service.path, folder))
    return [Entry(None, from_folder(service.path, folder))]


def _folder() -> Path:
    config = find_config()
    return config.folder if config is not None else Path()
