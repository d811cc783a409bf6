"""Declared changes against what is really there: a change log that is not true is a problem.

A log says what changed *within* an api-version. So what it says of the new state must hold in the version's
specification, and what it says of the old state in `before`, where the service's folder has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import Problem
from ..finding import Change
from ..jsonvalue import is_array, is_object
from ..model import (
    Alias,
    Api,
    Enumeration,
    Field,
    ListOf,
    MapOf,
    Model,
    Nullable,
    OneOf,
    Operation,
    Parameter,
    Record,
    Scalar,
    Service,
    Type,
)
from ..source import Location

_TYPES: dict[type[Type | Model | None], str] = {
    ListOf: "array",
    MapOf: "object",
    Record: "object",
    OneOf: "object",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a declared change is about, in one version."""

    at: Location
    type: Type | None
    required: bool | None
    doc: str


def check_declared(service: Service) -> tuple[Problem, ...]:
    """The entries of a service's change logs that do not hold, and the versions they name that do not exist."""
    problems: list[Problem] = []
    versions = {api.version: api for api in service.versions}
    befores = {revision.after.version: revision.before for revision in service.revisions}
    for change in service.changes:
        api = versions.get(change.version)
        if api is None:
            problems.append(
                Problem("declared-unknown-version", f"there is no api-version {change.version!r}", change.at)
            )
            continue
        problems.extend(_check(change, api, "after"))
        if change.version in befores:
            problems.extend(_check(change, befores[change.version], "before"))
    return tuple(problems)


def _check(change: Change, api: Api, side: str) -> Iterator[Problem]:
    operation = next((one for one in api.operations if one.id == change.operation), None)
    if operation is None:
        yield Problem(
            "declared-unknown-operation",
            f"{api.version} has no operation {change.operation!r} ({side})",
            change.at,
        )
        return
    subject = find(api, operation, change.subject)
    name = ".".join(change.subject) or "the operation"
    declared = change.before if side == "before" else change.after
    if change.attribute in ("added", "removed"):
        if (subject is None) != (declared is None):
            state = "is there" if subject is not None else "is not there"
            yield Problem(
                "declared-not-true",
                f"{change.operation}: {name} was {change.attribute}, but {side} the change it {state}",
                change.at,
            )
        return
    if subject is None:
        yield Problem(
            "declared-unknown-subject", f"{change.operation} has no {name} {side} the change", change.at
        )
        return
    found = _attribute(api, subject, change.attribute)
    if found is not None and declared is not None and _plain(found) != _plain(json.loads(declared)):
        message = f"{change.operation}: {change.attribute} of {name} should be {declared} {side} the change, and is {json.dumps(found)}"
        yield Problem("declared-not-true", message, change.at, f"see {subject.at}")


def find(api: Api, operation: Operation, path: tuple[str, ...]) -> Subject | None:
    """What a change log's path leads to in an operation; None when there is no such thing."""
    if not path:
        return Subject(operation.at, None, None, operation.doc)
    kind, name, rest = path[0], path[1] if len(path) > 1 else "", path[2:]
    if kind == "responses":
        response = next((one for one in operation.responses if one.status == name), None)
        if response is None:
            return None
        type_ = response.contents[0].type if response.contents else None
        return _below(api, Subject(response.at, type_, None, response.doc), rest)
    parameter: Parameter | None = next((one for one in operation.parameters if one.wire_name == name), None)
    if parameter is not None:
        return _below(api, Subject(parameter.at, parameter.type, parameter.required, parameter.doc), rest)
    body = operation.body
    if body is not None and body.contents and name in ("body", str(_raw_name(body.at))):
        return _below(api, Subject(body.at, body.contents[0].type, body.required, body.doc), rest)
    return None


def _raw_name(at: Location) -> object:
    try:
        raw = at.raw
    except KeyError:
        return None
    return raw.get("name") if is_object(raw) else None


def _below(api: Api, subject: Subject | None, path: tuple[str, ...]) -> Subject | None:
    for name in path:
        if subject is None or subject.type is None:
            return None
        subject = _member(api, subject, name)
    return subject


def _member(api: Api, subject: Subject, name: str) -> Subject | None:
    resolved = _whole(api, subject.type)
    if name == "[]":
        return Subject(subject.at, resolved.of, None, "") if isinstance(resolved, ListOf) else None
    field: Field | None = None
    if isinstance(resolved, Record):
        field = next((one for one in resolved.fields if one.wire_name == name), None)
    elif isinstance(resolved, OneOf) and resolved.open is not None:
        return _member(api, Subject(subject.at, resolved.open, None, ""), name)
    return Subject(field.at, field.type, field.required, field.doc) if field is not None else None


def _whole(api: Api, type_: Type | None) -> Type | Model | None:
    resolved = api.resolve(type_) if type_ is not None else None
    while isinstance(resolved, Nullable):
        resolved = api.resolve(resolved.of)
    return resolved


def _attribute(api: Api, subject: Subject, attribute: str) -> object:
    """The value of an attribute as the log writes it; None where the model cannot say."""
    if attribute == "Required":
        return subject.required
    if attribute == "Description":
        return subject.doc or None
    resolved = _whole(api, subject.type)
    if attribute == "Type":
        if isinstance(resolved, Scalar):
            return resolved.kind
        if isinstance(resolved, Enumeration):
            return resolved.base
        return None if isinstance(resolved, Alias) else _TYPES.get(type(resolved))
    if attribute == "Format":
        return resolved.format if isinstance(resolved, Scalar) else None
    if attribute == "Enum" and isinstance(resolved, Enumeration):
        return [[json.loads(value.value), ""] for value in resolved.values]
    return None


def _plain(value: object) -> object:
    """A value without what two crawls write differently: line ends, and the texts beside enum values."""
    if isinstance(value, str):
        return " ".join(value.split())
    if is_array(value):
        return sorted(str(pair[0]) if is_array(pair) and pair else str(pair) for pair in value)
    return value
