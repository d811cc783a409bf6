"""A service → its package, in whatever process: nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from ...config import ServiceConfig
from ...emit import emit, package_name
from ...errors import Problem
from ...load import FoundService
from ...model import Service
from ...overrides import TestScope
from ...surface import Surface
from ...version import VERSION
from ..inputs import overrides_of
from ..memory import read_by
from ..reading import read_one


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a service: the name of its package, the files, what was read, and the warnings about that."""

    package: str
    versions: int
    files: Mapping[str, str]
    read: tuple[str, ...]
    warnings: tuple[Problem, ...]


def make(
    unit: ServiceConfig | FoundService,
    target: Path,
    only: tuple[str, ...],
    templates: Path | None,
    tests: TestScope | None,
    root: Path | None,
    *,
    report: Callable[[str], None] = lambda _: None,
    jobs: int = 1,
) -> Made:
    """Read a service and make its package, with `tests` or as configured; nothing is written. Raises LoadError, UsageError and OutputError."""
    service = read_one(unit, report, root)
    package = package_name(service.name)
    wishes = overrides_of(service.name)
    examples: list[Problem] = []
    files = emit(
        service,
        tool=VERSION,
        folder=target / package,
        only=only,
        migration=migration(service),
        report=report,
        jobs=jobs,
        overrides=wishes if tests is None else replace(wishes, tests=tests),
        templates=templates,
        warn=examples.append,
    )
    warnings = (*(problem for api in service.versions for problem in api.problems), *examples)
    return Made(package, len(service.versions), files, tuple(sorted(read_by([service]))), warnings)


def migration(service: Service) -> Callable[[tuple[Surface, ...]], str] | None:
    """What writes the migration guide of a service, from the findings of each step; None for a single version."""
    if len(service.versions) == 1:
        return None

    def written(surfaces: tuple[Surface, ...]) -> str:
        from ...diff import compare
        from ...report import render_migration

        sides = zip(pairwise(service.versions), pairwise(surfaces), strict=True)
        steps = [(compare(old, new, known), *known) for (old, new), known in sides]
        return render_migration(service.versions[-1].title or service.name, steps)

    return written
