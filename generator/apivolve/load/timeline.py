"""Folders and files → `Service`s: which api-versions there are, in which order, and what their change logs declare.

A service is a folder. Its versions are its files (`2024-06-01.json`) or its folders (`2024-06-01/*.json`, where several
root documents make one version). `changes/<version>/` holds the change logs of a version, and `before.*`/`after.*` when
it changed in place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
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
from .document import MAX_BYTES, SUFFIXES, Documents, fail, read_source, root_of
from .log import SUFFIXES as PAGES
from .log import load_change_log, read_page
from .node import Node, Problems
from .operations import OperationReader
from .schemas import SchemaReader
from .security import security_schemes, servers

CHANGES = "changes"
_VERSION_LIKE = re.compile(r"(?:^|[^a-z])v?\d+(?:[._-]|$)|\d{4}-\d{2}|^v\d", re.IGNORECASE)
_PARTS = re.compile(r"^[^0-9]*?v?(\d+(?:[._-]\d+)*)(.*)$", re.IGNORECASE)
_PREVIEW = re.compile(r"preview|alpha|beta|(?<![a-z])rc|draft|experimental", re.IGNORECASE)


def version_key(version: str) -> tuple[object, ...]:
    """The order of versions: dates and numbers by value, a preview before its release (semver section 11)."""
    match = _PARTS.match(version)
    if match is None:
        return ((), 1, (), version)
    numbers = tuple(int(part) for part in re.findall(r"\d+", match[1]))
    tail = tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.findall(r"\d+|[a-z]+", match[2].lower())
    )
    return (numbers, 0 if _PREVIEW.search(match[2]) else 1, tail, version)


def stage_of(version: str) -> Stage:
    """Preview or stable, by the version's name."""
    return "preview" if _PREVIEW.search(version) else "stable"


@dataclass(frozen=True, slots=True)
class Found:
    """An api-version on disk: its name (None: the document's own) and its root documents, in reading order."""

    version: str | None
    root: Path
    files: tuple[Path, ...]


def load_api(path: Path | str, *, service: str | None = None, root: Path | None = None) -> Api:
    """One api-version: a file, or a folder whose root documents make one version.

    `service` is its name, by default that of the document. `root` is the folder that references may not leave. Raises LoadError with every fault found, each with its place.
    """
    path = Path(path)
    if not path.is_dir():
        return _load_version(Found(None, path.parent, (path,)), service, root)
    found = discover(path)
    if len(found) != 1:
        names = ", ".join(item.version or "?" for item in found[:5])
        fail(
            "several-versions",
            f"{path.as_posix()} holds {len(found)} api-versions ({names}, …)",
            help="name one of them",
        )
    return _load_version(found[0], service, root)


def load_services(
    path: Path | str, report: Callable[[str], None] | None = None, *, root: Path | None = None
) -> tuple[Service, ...]:
    """The services at a path: a file, a folder of versions, or a folder of such folders.

    `report` is told the name of each version before it is read; `root` is the folder that references may not leave.
    Raises LoadError.
    """
    path = Path(path)
    if path.is_dir() and not _is_service(path):
        inner = [
            child for child in sorted(path.iterdir()) if child.is_dir() and not child.name.startswith(".")
        ]
        folders = [child for child in inner if _is_service(child)]
        if folders:
            return tuple(_load_service(child, report, root) for child in folders)
    return (_load_service(path, report, root),)


def discover(folder: Path) -> list[Found]:
    """The api-versions in a folder, oldest first. Raises LoadError when there is none."""
    files = _root_files(folder)
    found: list[Found]
    if files:
        if len(files) > 1 and all(_VERSION_LIKE.search(file.stem) for file in files):
            found = [Found(file.stem, folder, (file,)) for file in files]
        else:
            found = [Found(folder.name if _VERSION_LIKE.search(folder.name) else None, folder, tuple(files))]
    else:
        found = []
        for child in sorted(folder.iterdir()):
            if child.is_dir() and child.name != CHANGES and not child.name.startswith("."):
                inner = _shallowest_root_files(child)
                if inner:
                    found.append(Found(child.name, child, tuple(inner)))
    if not found:
        fail(
            "no-spec",
            f"there is no OpenAPI document in {folder.as_posix()}",
            help="a version is a .json, .yaml or .yml file",
        )
    return sorted(found, key=lambda item: version_key(item.version or ""))


def _is_service(folder: Path) -> bool:
    if _root_files(folder) or (folder / CHANGES).is_dir():
        return True
    children = [child for child in folder.iterdir() if child.is_dir() and not child.name.startswith(".")]
    return any(_VERSION_LIKE.search(child.name) and _shallowest_root_files(child) for child in children)


def _shallowest_root_files(folder: Path) -> list[Path]:
    level = [folder]
    while level:
        files = [file for child in level for file in _root_files(child)]
        if files:
            return files
        level = [
            inner
            for child in level
            for inner in sorted(child.iterdir())
            if inner.is_dir() and not inner.name.startswith(".")
        ]
    return []


def _root_files(folder: Path) -> list[Path]:
    """The root documents directly in a folder, one syntax of each (JSON where a document stands in both)."""
    by_stem: dict[str, Path] = {}
    for suffix in (*SUFFIXES, *PAGES):
        for file in sorted(folder.glob(f"*{suffix}")):
            if file.is_file() and _looks_like_root(file):
                by_stem.setdefault(file.stem, file)
    return [by_stem[stem] for stem in sorted(by_stem)]


_ROOT_MARK = re.compile(
    rb"""(?m:^["']?(?:openapi|swagger)["']?\s*:)|[{,]\s*["'](?:openapi|swagger)["']\s*:|\xe2\x9a\xbc\s*Request"""
)


def _looks_like_root(file: Path) -> bool:
    """A cheap look for `openapi:` or `swagger:` (in some documents at the very end); the reader itself decides."""
    try:
        return file.stat().st_size <= MAX_BYTES and bool(_ROOT_MARK.search(file.read_bytes()))
    except OSError:
        return False


# --- loading ---------------------------------------------------------------------------------------------


def _load_service(path: Path, report: Callable[[str], None] | None, root: Path | None) -> Service:
    if not path.is_dir():
        api = _load_version(Found(None, path.parent, (path,)), None, root)
        page = read_page(path)
        return Service(api.service, (api,), page.changes if page is not None else ())
    found = discover(path)
    versions: list[Api] = []
    problems: list[Problem] = []
    for item in found:
        if report is not None:
            report(f"{path.name} {item.version or ''}".strip())
        try:
            versions.append(_load_version(item, None if item.version is None else path.name, root))
        except LoadError as error:
            problems.extend(error.problems)
    changes: list[Change] = []
    revisions: list[Revision] = []
    folder = path / CHANGES
    for child in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            logs, revision = _load_changes(child, path.name, root)
        except LoadError as error:
            problems.extend(error.problems)
            continue
        changes.extend(logs)
        revisions.extend(revision)
    if problems:
        raise LoadError(problems)
    name = path.name if found[0].version is not None else versions[0].service
    return Service(name, tuple(versions), tuple(changes), tuple(revisions))


def _load_changes(folder: Path, service: str, root: Path | None) -> tuple[list[Change], list[Revision]]:
    """The change logs of one version, and the two states it was published in when they are there."""
    version = folder.name
    changes: list[Change] = []
    sides: dict[str, Path] = {}
    for file in sorted(folder.iterdir()) if folder.is_dir() else [folder]:
        if file.suffix not in (*SUFFIXES, *PAGES):
            continue
        if file.stem in ("before", "after"):
            sides[file.stem] = file
        else:
            changes.extend(load_change_log(file, version))
    if len(sides) == 1:
        fail("half-a-pair", f"{folder.as_posix()} has only one of before and after")
    if not sides:
        return changes, []
    before, after = (
        _load_version(Found(version, folder, (sides[side],)), service, root) for side in ("before", "after")
    )
    return changes, [Revision(before, after)]


def load_source(source: Source, path: Path, *, service: str | None = None, root: Path | None = None) -> Api:
    """One api-version from a document in memory, which stands for the file at a path. Raises LoadError."""
    return _load_version(Found(None, path.parent, (path,)), service, root, source)


def _load_version(found: Found, service: str | None, root: Path | None, given: Source | None = None) -> Api:
    problems = Problems()
    documents = Documents(found.root, root or root_of(found.root))
    page = read_page(found.files[0]) if given is None and len(found.files) == 1 else None
    given = page.source if page is not None else given
    if given is not None:
        documents.by_path[found.files[0].resolve()] = given
    schemas = SchemaReader(documents, problems)
    readers: list[OperationReader] = []
    for file in found.files:
        source = given or (documents.open(file) if file.is_file() else read_source(file))
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
        stage=stage_of(version),
        operations=operations,
        models=models,
        schemes=tuple(schemes[name] for name in sorted(schemes)),
        servers=where,
        title=title,
        doc=info.text("description").strip(),
        sources=tuple(documents.by_path.values()),
        problems=(*(page.problems if page is not None else ()), *problems.of("warning")),
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
                f"{operation.label} and {len(again) - 1} more operations are"
                if len(again) > 1
                else f"{operation.label} is"
            )
            problems.warn(
                "operation-described-twice",
                f"{what} also described by {known.at.file}, which was read first and is kept",
                operation.at,
            )
    return tuple(found.values())
