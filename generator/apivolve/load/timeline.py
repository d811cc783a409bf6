"""Api-versions that were found → `Service`s: each version read whole, with what its change logs declare.

`changes/<version>/` beside the versions holds the change logs of a version, and `before.*`/`after.*` when it changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import LoadError, Problem
from ..finding import Change
from ..model import (
    Api,
    Revision,
    Service,
)
from ..source import Source
from .document import root_of
from .log import load_change_log, read_page
from .parse import PAGES, SUFFIXES, fail
from .snapshot import read_version
from .versions import (
    CHANGES,
    DISK,
    Found,
    Place,
    found_file,
    git_path,
    services_in,
    stage_of,
    versions_of,
)
from .versions.services import Entry, FoundService, matching, matching_at, opened


def load_api(path: Path | str, *, service: str | None = None, root: Path | None = None) -> Api:
    """One api-version: a file, or a folder whose root documents make one version; on disk, or in git (`TAG:path`).

    `service` is its name, by default that of the document. `root` is the folder that references may not leave. Raises
    LoadError with every fault found, each with its place.
    """
    with opened(path) as (real, place):
        if not real.is_dir():
            return read_version(found_file(real), service, root, place)
        found = versions_of(real, place)
        if len(found) != 1:
            names = ", ".join(item.version or "?" for item in found[:5])
            fail(
                "several-versions",
                f"{place.show(real)} holds {len(found)} api-versions ({names}{', …' if len(found) > 5 else ''})",
                help="name one of them",
            )
        return read_version(found[0], service, root, place)


def load_found(
    found: FoundService, report: Callable[[str], None] | None = None, *, root: Path | None = None
) -> Service:
    """A service that was found, read. Raises LoadError."""
    with opened(found.where) as (real, place):
        if found.name is None:
            return _of_file(real, None, root, place)
        return _load_service(found.name, real, report, root, place)


def load_services(
    path: Path | str, report: Callable[[str], None] | None = None, *, root: Path | None = None
) -> tuple[Service, ...]:
    """The services at a path: a file, a folder of versions, or a folder with such folders; on disk, or in git (`TAG:path`).

    `report` is told the name of each version before it is read; `root` is the folder that references may not leave.
    Raises LoadError.
    """
    with opened(path) as (real, place):
        if not real.is_dir():
            return (_of_file(real, None, root, place),)
        services: list[Service] = []
        problems: list[Problem] = []
        for name, folder in services_in(real, place):
            try:
                services.append(_load_service(name, folder, report, root, place))
            except LoadError as error:
                problems.extend(error.problems)
        if problems:
            raise LoadError(problems)
        return tuple(services)


def load_service(
    name: str, path: str, report: Callable[[str], None] | None = None, *, root: Path | None = None
) -> Service:
    """The one service at a path, called as told. The path may be a pattern of files, a version each. Raises LoadError."""
    at = git_path(path)
    if any(char in (at.path if at else path) for char in "*?[") and not Path(path).exists():
        entries = matching(path) if at is None else matching_at(at)
        return load_table(name, entries, report, root=root)
    with opened(path) as (real, place):
        if not real.is_dir():
            return _of_file(real, name, root, place)
        found = services_in(real, place)
        if len(found) > 1:
            names = ", ".join(inner for inner, _ in found[:5])
            shown = (
                f"{place.show(real)} holds {len(found)} services ({names}{', …' if len(found) > 5 else ''})"
            )
            fail("several-services", shown, help="name the folder of one of them")
        return _load_service(name, found[0][1], report, root, place, called=True)


def _of_file(file: Path, name: str | None, root: Path | None, place: Place) -> Service:
    """The service of one document; a page brings its changes with it."""
    api = read_version(found_file(file), name, root, place)
    page = read_page(file, place.show(file))
    return Service(api.service, (api,), page.changes if page is not None else ())


def load_table(
    name: str,
    entries: Sequence[Entry],
    report: Callable[[str], None] | None = None,
    *,
    root: Path | None = None,
) -> Service:
    """The service whose versions a table lists, oldest first: its order is theirs. Raises LoadError with the faults of all."""
    versions: list[Api] = []
    problems: list[Problem] = []
    for entry in entries:
        if report is not None:
            report(f"{name} {entry.version or entry.where}")
        try:
            api = load_api(entry.where, service=name, root=root)
        except LoadError as error:
            problems.extend(error.problems)
            continue
        version = entry.version or api.version
        named = entry.version is not None
        stage = entry.stage or (stage_of(version) if named else api.stage)
        versions.append(replace(api, version=version, stage=stage))
    if problems:
        raise LoadError(problems)
    return Service(name, tuple(versions))


def _load_service(
    name: str,
    folder: Path,
    report: Callable[[str], None] | None,
    root: Path | None,
    place: Place,
    *,
    called: bool = False,
) -> Service:
    """The service whose versions are in a folder. `called`: the name is told, and no document's own."""
    found = versions_of(folder, place)
    versions: list[Api] = []
    problems: list[Problem] = []
    for item in found:
        if report is not None:
            report(f"{name} {item.version or ''}".strip())
        try:
            versions.append(
                read_version(item, name if item.version is not None or called else None, root, place)
            )
        except LoadError as error:
            problems.extend(error.problems)
    changes: list[Change] = []
    revisions: list[Revision] = []
    logs_folder = folder / CHANGES
    for child in sorted(logs_folder.iterdir()) if logs_folder.is_dir() else ():
        try:
            logs, revision = _load_changes(child, name, root, place)
        except LoadError as error:
            problems.extend(error.problems)
            continue
        changes.extend(logs)
        revisions.extend(revision)
    if problems:
        raise LoadError(problems)
    known = name if found[0].version is not None else versions[0].service
    return Service(known, tuple(versions), tuple(changes), tuple(revisions))


def _load_changes(
    folder: Path, service: str, root: Path | None, place: Place
) -> tuple[list[Change], list[Revision]]:
    """The change logs of one version, and the two states it was published in when they are there."""
    version = folder.name
    changes: list[Change] = []
    sides: dict[str, Path] = {}
    for file in sorted(folder.iterdir()) if folder.is_dir() else [folder]:
        if file.suffix not in (*SUFFIXES, *PAGES):
            continue
        inside = (root or root_of(folder.parent.parent)).resolve()
        if place.tree is None and not file.resolve().is_relative_to(inside):
            fail("ref-outside", f"{place.show(file)} is a link out of the project")
        if file.stem in ("before", "after"):
            sides[file.stem] = file
        else:
            changes.extend(load_change_log(file, version, place.show(file)))
    if len(sides) == 1:
        fail("half-a-pair", f"{place.show(folder)} has only one of before and after")
    if not sides:
        return changes, []
    before, after = (
        read_version(Found(version, folder, (sides[side],)), service, root, place)
        for side in ("before", "after")
    )
    return changes, [Revision(before, after)]


def load_source(source: Source, path: Path, *, service: str | None = None, root: Path | None = None) -> Api:
    """One api-version from a document in memory, which stands for the file at a path. Raises LoadError."""
    return read_version(Found(None, path.parent, (path,)), service, root, DISK, source)
