"""The root documents of one api-version → an `Api`: all read, merged, and checked against each other."""

from __future__ import annotations

import difflib
import gc
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ..errors import LoadError
from ..model import Api, Model, Operation, SecurityScheme
from ..reach import refs_in, request_types, response_types, types_of
from ..source import Location, Source
from .dialect import Dialect, dialect_of
from .document import Documents, root_of
from .kept import keep, place_of, recall
from .log.page import Page, read_page
from .node import Node, Problems
from .operations import OperationReader, security_schemes, servers
from .parse import fail, read_source
from .schemas import SchemaReader
from .versions import Found, Place, stage_of


def read_version(
    found: Found, service: str | None, root: Path | None, place: Place, given: Source | None = None
) -> Api:
    """One api-version that was found. Raises LoadError with every fault of its documents, each with its place.

    `given`, where set, is the content of its one document, in place of the file.
    """
    # a million small values come to life and none dies: looking for garbage meanwhile is a third of the time
    collecting = gc.isenabled()
    gc.disable()
    try:
        if place.tree is not None:
            documents = Documents(place.tree, place.tree, label=place.label)
        else:
            documents = Documents(found.root, root or root_of(found.root))
        kept = place_of(found, service, documents, place) if given is None else None
        known = recall(kept, documents) if kept is not None else None
        if known is not None:
            return known
        api = _read(found, service, documents, place, given)
        if kept is not None:
            keep(kept, api, documents)
        return api
    finally:
        if collecting:
            gc.enable()


def _read(found: Found, service: str | None, documents: Documents, place: Place, given: Source | None) -> Api:
    problems = Problems()
    schemas = SchemaReader(documents, problems)
    readers: list[OperationReader] = []
    pages: list[Page] = []
    for file in found.files:
        page = read_page(file, place.show(file)) if given is None else None
        if page is not None:
            pages.append(page)
        made = page.source if page is not None else given
        if made is not None:
            source = documents.adopt(file, made)
        else:
            source = documents.open(file) if file.is_file() else read_source(file, place.show(file))
        top = Node(source.content, Location(source), problems)
        reader = OperationReader(top, schemas, problems, _check_dialect(top))
        readers.append(reader)
        if (components := reader.components()) is not None:
            schemas.declare(components)
    operations = _one_of_each(readers, problems)
    schemes = {scheme.name: scheme for reader in reversed(readers) for scheme in security_schemes(reader)}
    operations = tuple(_with_known_schemes(operation, schemes, problems) for operation in operations)
    for reader in readers:
        reader.report_unread()
    webhooks = tuple(hook for reader in readers for hook in reader.webhooks())
    tags = {tag.name: tag for reader in reversed(readers) for tag in reader.tags()}
    where = next((found_ for reader in readers if (found_ := tuple(servers(reader)))), ())
    models = _used(schemas.finish(), (*operations, *webhooks))
    if len(readers) > 1:  # a second document's own names for the same schemes would only confuse
        named = {name for operation in operations for one in operation.security for name, _ in one.schemes}
        schemes = {name: scheme for name, scheme in schemes.items() if name in named}
    info = readers[0].root.object("info") or Node({}, readers[0].root.at, problems)
    if "info" not in readers[0].root:
        problems.add("missing-member", "an OpenAPI document needs `info`", readers[0].root.at)
    title, own = info.doc("title"), _text(info, "version")
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
        doc=info.doc("description"),
        webhooks=webhooks,
        tags=tuple(tags.values()),
        sources=tuple(documents.by_path.values()),
        problems=(*(problem for page in pages for problem in page.problems), *problems.of("warning")),
    )


def _with_known_schemes(
    operation: Operation, schemes: Mapping[str, SecurityScheme], problems: Problems
) -> Operation:
    """The operation without security alternatives that name a scheme nobody declared: no client can meet them."""
    kept = tuple(one for one in operation.security if all(name in schemes for name, _ in one.schemes))
    for one in operation.security:
        for name, _ in one.schemes:
            if name not in schemes:
                near = difflib.get_close_matches(name, schemes, 1)
                problems.warn(
                    "undeclared-security-scheme",
                    f"the security scheme {name!r} is not declared and is left out",
                    one.at or operation.at,
                    f"is it {near[0]!r}?" if near else None,
                )
    return operation if kept == operation.security else replace(operation, security=kept)


def _used(models: tuple[Model, ...], operations: tuple[Operation, ...]) -> tuple[Model, ...]:
    """The models without those that only an operation described elsewhere had in place."""
    by_key = {model.key: model for model in models}
    queue = [key for model in models if len(model.path) == 1 for key in (model.key,)]
    asked = [
        one for operation in operations for one in (operation, *(c.operation for c in operation.callbacks))
    ]
    queue += [
        key
        for one in asked
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


def _check_dialect(root: Node) -> Dialect:
    """The dialect of a root document. Raises LoadError for anything that is none."""
    dialect = dialect_of(root.value)
    if dialect is not None:
        return dialect
    name = next((name for name in ("swagger", "openapi") if name in root), None)
    if name is not None:
        fail(
            "unsupported-dialect",
            f"{name} {root.value[name]!r} is not read",
            root.at.child(name),
            "Swagger 2.0, OpenAPI 3.0, 3.1 and 3.2 are",
        )
    return fail(
        "not-openapi",
        "this is no OpenAPI document: it has neither `openapi` nor `swagger`",
        root.at,
        'the first lines should say `openapi: 3.1.0` or `swagger: "2.0"`',
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
