"""What is to be read → services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ..config import ServiceConfig
from ..errors import LoadError, Problem
from ..load import (
    FoundService,
    at_ref,
    has_path,
    keeping,
    load_found,
    load_service,
    load_services,
    load_table,
)
from ..model import Service
from .inputs import Input, entries, inputs_at


def services_at(
    paths: Sequence[Path], report: Callable[[str], None] | None = None, *, root: Path | None = None
) -> tuple[Service, ...]:
    """The services at some paths; without paths those of the configuration, else those in `specs/`.

    A path may be the name of a configured service. Tells the faults of all of them at once.
    """
    return read_inputs(inputs_at(paths), report, root)


@keeping()
def read_inputs(
    wanted: Sequence[Input], report: Callable[[str], None] | None, root: Path | None
) -> tuple[Service, ...]:
    """The services that are meant. Raises LoadError with the faults of all of them."""
    services: list[Service] = []
    problems: list[Problem] = []
    for one in wanted:
        try:
            if isinstance(one, Path):
                services.extend(load_services(one, report, root=root))
            else:
                services.append(read_one(one, report, root))
        except LoadError as error:
            problems.extend(error.problems)
    if problems:
        raise LoadError(problems)
    return tuple(services)


@keeping()
def read_one(
    one: ServiceConfig | FoundService, report: Callable[[str], None] | None, root: Path | None
) -> Service:
    """One service. Raises LoadError."""
    if isinstance(one, FoundService):
        return load_found(one, report, root=root)
    return _configured(one, report, root)


@keeping()
def read_inputs_at(wanted: Input, ref: str, report: Callable[[str], None] | None) -> tuple[Service, ...]:
    """The services that an input was at a commit; none where it was not there, or is in git anyway, where nothing changes."""
    if isinstance(wanted, FoundService):
        past = at_ref(wanted.where, ref)
        if ":" in wanted.where or not has_path(past):
            return ()
        return (load_found(replace(wanted, where=past), report),)
    if isinstance(wanted, Path):
        past = at_ref(wanted.as_posix(), ref)
        return load_services(past, report) if has_path(past) else ()
    rows = [
        (one, past)
        for one in entries(wanted)
        if ":" not in one.where and has_path(past := at_ref(one.where, ref))
    ]
    if wanted.path is not None:
        return tuple(load_service(wanted.name, past, report) for _, past in rows)
    table = [replace(one, where=past) for one, past in rows]
    return (load_table(wanted.name, table, report),) if table else ()


def _configured(service: ServiceConfig, report: Callable[[str], None] | None, root: Path | None) -> Service:
    """The service that the configuration names."""
    rows = entries(service)
    if service.path is not None and service.tags is None:
        return load_service(service.name, rows[0].where, report, root=root)
    return load_table(service.name, rows, report, root=root)
