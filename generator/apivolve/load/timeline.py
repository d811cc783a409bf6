"""Api-versions that were found → `Service`s: each version read whole, with what its change logs declare.

`changes/<version>/` beside the versions holds the change logs of a version, and `before.*`/`after.*` when it changed in place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from glob import glob
from pathlib import Path

from ..errors import LoadError, Problem
from ..finding import Change
from ..model import (
    Api,
    Model,
    Operation,
    Revision,
    SecurityScheme,
    Service,
    Stage,
)
from ..reach import refs_in, request_types, response_types, types_of
from ..source import Location, Source
from .changelog import load_change_log
from .document import SUFFIXES, Documents, fail, read_source, root_of
from .node import Node, Problems
from .operations import OperationReader
from .schemas import SchemaReader
from .security import security_schemes, servers
from .versions import (
    CHANGES,
    DISK,
    Found,
    Place,
    found_file,
    git_path,
    laid_out,
    services_in,
    stage_of,
    tags,
    version_key,
    versions_in,
    versions_of,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of an explicit table of versions: the version's name, where it is (a file, a folder, a path in git), its stage.

    None: the name that the place gives, the stage that the name gives.
    """

    version: str | None
    where: str
    stage: Stage | None = None


def load_api(path: Path | str, *, service: str | None = None, root: Path | None = None) -> Api:
    """One api-version: a file, or a folder whose root documents make one version; on disk, or in git (`TAG:path`).

    `service` is its name, by default that of the document. `root` is the folder that references may not leave. Raises
    LoadError with every fault found, each with its place.
    """
    with _opened(path) as (real, place):
        if not real.is_dir():
            return _load_version(found_file(real), service, root, place)
        found = versions_of(real, place)
        if len(found) != 1:
            names = ", ".join(item.version or "?" for item in found[:5])
            fail(
                "several-versions",
                f"{place.show(real)} holds {len(found)} api-versions ({names}{', …' if len(found) > 5 else ''})",
                help="name one of them",
            )
        return _load_version(found[0], service, root, place)


def load_services(
    path: Path | str, report: Callable[[str], None] | None = None, *, root: Path | None = None
) -> tuple[Service, ...]:
    """The services at a path: a file, a folder of versions, or a folder with such folders; on disk, or in git (`TAG:path`).

    `report` is told the name of each version before it is read; `root` is the folder that references may not leave.
    Raises LoadError.
    """
    with _opened(path) as (real, place):
        if not real.is_dir():
            api = _load_version(found_file(real), None, root, place)
            return (Service(api.service, (api,)),)
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
    if any(char in path for char in "*?[") and not Path(path).exists():
        return load_table(name, _matching(path), report, root=root)
    with _opened(path) as (real, place):
        if not real.is_dir():
            return Service(name, (_load_version(found_file(real), name, root, place),))
        found = services_in(real, place)
        if len(found) > 1:
            names = ", ".join(inner for inner, _ in found[:5])
            shown = (
                f"{place.show(real)} holds {len(found)} services ({names}{', …' if len(found) > 5 else ''})"
            )
            fail("several-services", shown, help="name the folder of one of them")
        return _load_service(name, found[0][1], report, root, place, called=True)


def _matching(pattern: str) -> list[Entry]:
    """The files of a pattern, by the versions that their names or those of their folders have; oldest first."""
    found = sorted(glob(pattern, recursive=True))  # noqa: PTH207 (the pattern may start anywhere)
    files = [Path(path) for path in found if Path(path).is_file()]
    if not files:
        fail("no-spec", f"no file matches {pattern}")
    if len(files) == 1:
        return [Entry(None, files[0].as_posix())]
    for names in ([file.stem for file in files], *zip(*(_upwards(file) for file in files), strict=False)):
        if (versions := versions_in(names)) is not None:
            rows = sorted(zip(versions, files, strict=True), key=lambda row: version_key(row[0]))
            return [Entry(version, file.as_posix()) for version, file in rows]
    shown = ", ".join(file.as_posix() for file in files[:3])
    return fail("no-version", f"{pattern} matches files whose names tell no version: {shown}")


def _upwards(file: Path) -> list[str]:
    return [folder.name for folder in file.parents]


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


def tagged(pattern: str, path: str, folder: Path) -> tuple[Entry, ...]:
    """The versions of a path in git, one for each tag that matches a glob: `v*`. Raises LoadError when there is none.

    `path` is that in the repository that `folder` is in, or `REPO@path`. A version is called what its tag has of a version.
    """
    repository, _, inner = path.rpartition("@")
    place = (folder / repository).as_posix()
    found = tags(pattern, Path(place))
    entries = [
        Entry(version, f"{tag}:{inner}" if place == "." else f"{place}@{tag}:{inner}")
        for version, tag in zip(versions_in(found) or found, found, strict=True)
    ]
    return tuple(sorted(entries, key=lambda entry: version_key(entry.version or "")))


@contextmanager
def _opened(path: Path | str) -> Generator[tuple[Path, Place]]:
    """A path as files on disk, and how they are shown."""
    at = git_path(str(path))
    if at is None:
        yield Path(path), DISK
    else:
        with laid_out(at) as (real, place):
            yield real, place


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
                _load_version(item, name if item.version is not None or called else None, root, place)
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
        if file.suffix not in SUFFIXES:
            continue
        if file.stem in ("before", "after"):
            sides[file.stem] = file
        else:
            changes.extend(load_change_log(file, version, place.show(file)))
    if len(sides) == 1:
        fail("half-a-pair", f"{place.show(folder)} has only one of before and after")
    if not sides:
        return changes, []
    before, after = (
        _load_version(Found(version, folder, (sides[side],)), service, root, place)
        for side in ("before", "after")
    )
    return changes, [Revision(before, after)]


def _load_version(found: Found, service: str | None, root: Path | None, place: Place) -> Api:
    problems = Problems()
    if place.tree is not None:
        documents = Documents(place.tree, place.tree, label=place.label)
    else:
        documents = Documents(found.root, root or root_of(found.root))
    schemas = SchemaReader(documents, problems)
    readers: list[OperationReader] = []
    for file in found.files:
        source = documents.open(file) if file.is_file() else read_source(file, place.show(file))
        top = Node(source.content, Location(source), problems)
        reader = OperationReader(top, schemas, problems, _check_dialect(top, source))
        readers.append(reader)
        if (components := reader.components()) is not None:
            schemas.declare(components)
    operations = _one_of_each(readers, problems)
    schemes = {scheme.name: scheme for reader in reversed(readers) for scheme in security_schemes(reader)}
    operations = tuple(_with_known_schemes(operation, schemes, problems) for operation in operations)
    where = next((found_ for reader in readers if (found_ := tuple(servers(reader)))), ())
    models = _used(schemas.finish(), operations)
    if len(readers) > 1:  # a second document's own names for the same schemes would only confuse
        named = {name for operation in operations for one in operation.security for name, _ in one.schemes}
        schemes = {name: scheme for name, scheme in schemes.items() if name in named}
    info = readers[0].root.object("info") or Node({}, readers[0].root.at, problems)
    if "info" not in readers[0].root:
        problems.add("missing-member", "an OpenAPI document needs `info`", readers[0].root.at)
    title, own = info.text("title").strip(), _text(info, "version")
    if errors := problems.of("error"):
        raise LoadError(errors)
    version = found.version or own or "1"
    return Api(
        service=service or _folder_of_service(found.root) or title or found.files[0].stem,
        version=version,
        stage=found.stage or stage_of(version),
        operations=operations,
        models=models,
        schemes=tuple(schemes[name] for name in sorted(schemes)),
        servers=where,
        title=title,
        doc=info.text("description").strip(),
        sources=tuple(documents.by_path.values()),
        problems=problems.of("warning"),
    )


def _with_known_schemes(
    operation: Operation, schemes: Mapping[str, SecurityScheme], problems: Problems
) -> Operation:
    """The operation without security alternatives that name a scheme nobody declared: no client can meet them."""
    kept = tuple(one for one in operation.security if all(name in schemes for name, _ in one.schemes))
    for one in operation.security:
        for name, _ in one.schemes:
            if name not in schemes:
                problems.warn(
                    "undeclared-security-scheme",
                    f"the security scheme {name!r} is not declared and is left out",
                    operation.at,
                )
    return operation if kept == operation.security else replace(operation, security=kept)


def _used(models: tuple[Model, ...], operations: tuple[Operation, ...]) -> tuple[Model, ...]:
    """The models without those that only an operation described elsewhere had in place."""
    by_key = {model.key: model for model in models}
    queue = [key for model in models if len(model.path) == 1 for key in (model.key,)]
    queue += [
        key
        for one in operations
        for type_ in (*request_types(one), *response_types(one))
        for key in refs_in(type_)
    ]
    used: set[str] = set()
    for key in queue:  # grows while it is walked
        if key not in used:
            used.add(key)
            queue.extend(inner for part in types_of(by_key[key]) for inner in refs_in(part))
    return tuple(model for model in models if model.key in used)


def _folder_of_service(folder: Path) -> str | None:
    """The service a file belongs to by its place, `specs/<service>/…`; None for a file elsewhere."""
    real = folder.resolve()
    return next((inner.name for inner in (real, *real.parents) if inner.parent.name == "specs"), None)


def _text(node: Node, name: str) -> str:
    """A member that should be a string and is often written as a number (`version: 1.0`)."""
    member = node.get(name)
    return str(member.value) if member is not None and isinstance(member.value, str | int | float) else ""


def _check_dialect(root: Node, source: Source) -> bool:
    """True for Swagger 2.0, False for OpenAPI 3.x. Raises LoadError for anything else."""
    at = Location(source)
    if root.is_object:
        if "swagger" in root:
            if str(root.value["swagger"]) == "2.0":
                return True
            fail(
                "unsupported-dialect",
                f"swagger {root.value['swagger']!r} is not read",
                at.child("swagger"),
                "Swagger 2.0, OpenAPI 3.0, 3.1 and 3.2 are",
            )
        if "openapi" in root:
            if re.match(r"3\.[0-2](\.|$)", str(root.value["openapi"])):
                return False
            fail(
                "unsupported-dialect",
                f"openapi {root.value['openapi']!r} is not read",
                at.child("openapi"),
                "Swagger 2.0, OpenAPI 3.0, 3.1 and 3.2 are",
            )
    raise LoadError(
        Problem(
            "not-openapi",
            "this is no OpenAPI document: it has neither `openapi` nor `swagger`",
            at,
            'the first lines should say `openapi: 3.1.0` or `swagger: "2.0"`',
        )
    )


def _one_of_each(readers: Iterable[OperationReader], problems: Problems) -> tuple[Operation, ...]:
    """The operations of all documents; where two documents describe the same one, the first document's."""
    found: dict[tuple[str, str], Operation] = {}
    for reader in readers:
        again: list[tuple[Operation, Operation]] = []
        for operation in reader.operations():
            key = (operation.method, re.sub(r"\{[^{}]*\}", "{}", operation.path))
            known = found.setdefault(key, operation)
            if known is not operation:
                again.append((operation, known))
        if again:
            operation, known = again[0]
            what = (
                f"{operation.label} and {len(again) - 1} more operation{'s' if len(again) > 2 else ''} are"
                if len(again) > 1
                else f"{operation.label} is"
            )
            problems.warn(
                "operation-described-twice",
                f"{what} also described by {known.at.file}, which was read first and is kept",
                operation.at,
            )
    return tuple(found.values())
