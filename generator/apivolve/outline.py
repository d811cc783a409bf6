"""What a change log can say of an api-version: each operation as a tree of named parts with five attributes.

An operation has parameters and responses, by name and status; a body is a parameter with a schema; an object has
properties, an array has items. Of a part only `Description`, `Enum`, `Format`, `Required` and `Type` can be said. All else
that a model knows (bounds, places, null, alternatives, map values, media types) is in `Part.hidden`, so that a comparison
can tell what a log would lose.

References are followed, and named nowhere. A model inside itself is cut: it has its type and nothing below. The parts below
one are made when they are asked for, and two schemas that are equal to the last description have equal `identity`, so that
a comparison need not look inside.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from .fingerprint import fingerprints
from .jsonvalue import is_object, to_json
from .model import (
    UNLIMITED,
    Alias,
    Api,
    Body,
    Content,
    Enumeration,
    Field,
    Header,
    ListOf,
    MapOf,
    Model,
    ModelRef,
    Nullable,
    OneOf,
    Operation,
    Parameter,
    Record,
    Response,
    Scalar,
    Type,
)
from .reach import refs_in
from .source import Location

ATTRIBUTES = ("Description", "Enum", "Format", "Required", "Type")
"""What can be said of a part, in the order in which it is written."""
ITEMS = "[]"
"""The token of an array's items."""
HEADERS = "$headers"
"""The token of a response's headers."""
SCHEMA = "$schema"
"""The token of a body's schema."""

Attributes: TypeAlias = Mapping[str, Any]


def member(name: str) -> str:
    """The token of a property: its name, kept apart from the tokens that mean something else."""
    return "\\" + name if name in (ITEMS, HEADERS, SCHEMA) or name.startswith("\\") else name


def name_of_member(token: str) -> str:
    """The name of the property of a token."""
    return token.removeprefix("\\")


def _nothing() -> Iterator[tuple[str, Part]]:
    return iter(())


@dataclass(eq=False)
class Part:
    """A place in an operation. `said` holds the attributes that have a value, `hidden` what a log has no word for.

    `opaque` says that there is more below it than its parts: it is a union, or a model inside itself. `defined` is where
    its schema stands.
    """

    at: Location
    said: Attributes = field(default_factory=dict[str, Any])
    hidden: Mapping[str, Any] = field(default_factory=dict[str, Any])
    identity: object = None
    opaque: bool = False
    expand: Callable[[], Iterator[tuple[str, Part]]] = _nothing
    where: Location | None = None

    @property
    def defined(self) -> Location:
        """Where its schema stands: the model's place for a reference, else its own."""
        return self.where or self.at

    @cached_property
    def parts(self) -> dict[str, Part]:
        """The parts below, by token, in the spec's order; of two with one name the first."""
        made: dict[str, Part] = {}
        for token, part in self.expand():
            made.setdefault(token, part)
        return made

    def find(self, subject: tuple[str, ...]) -> Part | None:
        """The part at the end of a path of tokens; None when there is none."""
        part: Part | None = self
        for token in subject:
            part = part.parts.get(token) if part is not None else None
        return part


def outline(api: Api) -> dict[str, Part]:
    """The operations of a version by operationId."""
    outliner = _Outliner(api)
    return {operation.id: outliner.operation(operation) for operation in reversed(api.operations)}


def whole(part: Part, name: str | None = None) -> Any:
    """A part with all that is below it, as a log writes it: the attributes by name, then what it contains."""
    made: dict[str, Any] = {} if name is None else {"#name": name}
    made.update((attribute, part.said[attribute]) for attribute in ATTRIBUTES if attribute in part.said)
    properties: list[Any] = []
    headers: list[Any] | None = None
    for token, inner in part.parts.items():
        if token == ITEMS:
            made["$items"] = whole(inner)
        elif token == SCHEMA:
            made[SCHEMA] = whole(inner)
        elif token == HEADERS:
            headers = [whole(header, name_of_member(one)) for one, header in inner.parts.items()]
        else:
            properties.append(whole(inner, name_of_member(token)))
    if properties:
        made["$properties"] = properties
    if headers is None:
        return made
    return {HEADERS: headers, SCHEMA: made} if made else headers


class _Followed(NamedTuple):
    """What a type stands for, and what was met on the way there.

    `above` are the models it is inside of, itself among them; `cut` is true when it is inside itself.
    """

    resolved: Type | Model
    hidden: Mapping[str, Any]
    above: frozenset[str]
    doc: str
    at: Location
    cut: bool


class _Outliner:
    """Makes the parts of one version."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.shapes = fingerprints(api)
        self.kinds: dict[str, str] = {}
        self.texts = fingerprints(api, {model.key: _texts(model) for model in api.models})

    def operation(self, operation: Operation) -> Part:
        hidden = {
            "method": operation.method,
            "path": operation.path,
            "deprecated": operation.deprecated,
            "security": operation.security,
        }

        def expand() -> Iterator[tuple[str, Part]]:
            yield "parameters", self.parameters(operation)
            responses = ((one.status, self.response(one)) for one in operation.responses)
            yield "responses", Part(operation.at, expand=lambda: responses)

        return Part(operation.at, _attributes(operation.doc or operation.summary), hidden, expand=expand)

    def parameters(self, operation: Operation) -> Part:
        """The parameters, and the body among them."""
        made: dict[str, Part] = {}
        again: list[tuple[str, str]] = []
        for one in operation.parameters:
            if one.wire_name in made:
                again.append((one.wire_name, one.place))
                continue
            part = made[one.wire_name] = self.flat(one)
            part.hidden = {
                **part.hidden,
                "place": one.place,
                "serialisation": (one.style, one.explode, one.allow_reserved, one.media_type),
                "default": one.default,
                "deprecated": one.deprecated,
            }
        if operation.body is not None:
            made[self.body_name(operation, operation.body)] = self.body(operation.body)
        hidden = {"further parameters of one name": tuple(again)}
        return Part(operation.at, {}, hidden, expand=lambda: iter(made.items()))

    def flat(self, one: Parameter | Header) -> Part:
        """A parameter or header: attributes, and nothing below. An array says nothing of its items here."""
        inner = self.schema(one.type, "", one.at)
        attributes = {name: value for name, value in inner.said.items() if name != "Description"}
        said = {**attributes, **_attributes(one.doc, required=one.required)}
        hidden = {**inner.hidden, "items": self.shape(one.type)} if inner.parts else inner.hidden
        return Part(one.at, said, hidden)

    @staticmethod
    def body_name(operation: Operation, body: Body) -> str:
        """What the body is called: by its parameter in Swagger 2.0, `body` elsewhere."""
        try:
            raw = body.at.raw
        except KeyError:
            raw = None
        written = raw.get("name") if is_object(raw) else None
        name = written if isinstance(written, str) else "body"
        return f"{name}~body" if any(one.wire_name == name for one in operation.parameters) else name

    def body(self, body: Body) -> Part:
        schema = self.content(body.contents, body.at)
        said = _attributes(body.doc, required=body.required)
        return Part(body.at, said, self.media(body.contents), expand=lambda: iter(((SCHEMA, schema),)))

    def response(self, response: Response) -> Part:
        schema = self.content(response.contents, response.at) if response.contents else Part(response.at)

        def headers() -> Iterator[tuple[str, Part]]:
            return ((member(one.wire_name), self.flat(one)) for one in response.headers)

        def expand() -> Iterator[tuple[str, Part]]:
            if response.headers:
                yield HEADERS, Part(response.at, expand=headers)
            yield from schema.expand()

        hidden = {**schema.hidden, **self.media(response.contents)}
        # headers count: a response whose schema did not change is looked into all the same
        return Part(response.at, schema.said, hidden, None, schema.opaque, expand)

    def content(self, contents: tuple[Content, ...], at: Location) -> Part:
        """The schema of a body: that of its first media type."""
        return self.schema(contents[0].type, "", contents[0].at) if contents else Part(at)

    def media(self, contents: tuple[Content, ...]) -> dict[str, Any]:
        first = contents[0].type if contents else None
        return {
            "media types": tuple(one.media_type for one in contents),
            "schemas of further media types": tuple(
                self.shape(one.type) for one in contents if one.type != first
            ),
        }

    def schema(
        self, type_: Type, doc: str, at: Location, above: frozenset[str] = frozenset(), *, required: bool | None = None
    ) -> Part:  # fmt: skip
        """A type, with the models it stands for followed. `above` are the models it is inside of."""
        identity = (type_, tuple(self.texts[key] for key in refs_in(type_)))
        found = self.follow(type_, above, at)
        said = _attributes(doc or found.doc, required=required)
        hidden = dict(found.hidden)
        expand: Callable[[], Iterator[tuple[str, Part]]] = _nothing
        match found.resolved:
            case Scalar(kind, format_, limits):
                said["Type"] = kind
                if format_:
                    said["Format"] = format_
                if limits != UNLIMITED:
                    hidden["bounds"] = limits
            case Enumeration() as values:
                said["Type"] = values.base
                said["Enum"] = [[json.loads(value.value), value.doc] for value in values.values]
                hidden["open"] = values.open
            case ListOf() as items:
                said["Type"] = "array"
                hidden["bounds"] = (items.min_items, items.max_items, items.unique)
                expand = lambda: iter(((ITEMS, self.schema(items.of, "", found.at, found.above)),))  # noqa: E731
            case MapOf() as values:
                said["Type"] = "object"
                hidden["values"] = self.shape(values.of)
            case Record() as record:
                said["Type"] = "object"
                hidden["values"] = self.shape(record.extra)
                hidden["bounds"] = (record.min_properties, record.max_properties, record.required_extra)
                expand = lambda: self.fields(record.fields, found.above)  # noqa: E731
            case OneOf() as union:
                if one := self.kind(ModelRef(union.key)):
                    said["Type"] = one
            case _:
                pass
        opaque = found.cut or isinstance(found.resolved, OneOf)
        return Part(at, said, hidden, identity, opaque, _nothing if found.cut else expand, found.at)

    def fields(self, fields: tuple[Field, ...], above: frozenset[str]) -> Iterator[tuple[str, Part]]:
        for one in fields:
            inner = self.schema(one.type, one.doc, one.at, above, required=one.required)
            hidden = {
                **inner.hidden,
                "access": (one.read_only, one.write_only),
                "default": one.default,
                "deprecated": one.deprecated,
            }
            inner.hidden, inner.at = hidden, one.at
            yield member(one.wire_name), inner

    def follow(self, type_: Type, above: frozenset[str], at: Location) -> _Followed:
        """What a type stands for."""
        hidden: dict[str, Any] = {}
        inside, doc, cut = set(above), "", False
        resolved: Type | Model = type_
        while True:
            if isinstance(resolved, Nullable):
                hidden["null"], resolved = True, resolved.of
            elif isinstance(resolved, ModelRef):
                resolved = self.api.by_key[resolved.key]
                doc, at = doc or resolved.doc, resolved.at
                cut = cut or resolved.key in inside
                inside.add(resolved.key)
            elif isinstance(resolved, Alias) and not cut:
                resolved = resolved.of
            elif isinstance(resolved, OneOf) and not cut:
                hidden["alternatives"] = self.shape(ModelRef(resolved.key))
                if resolved.open is None:
                    return _Followed(resolved, hidden, frozenset(inside), doc, at, cut)
                resolved = resolved.open
            elif isinstance(resolved, Alias | OneOf):
                resolved = self.api.resolve(ModelRef(resolved.key))
                return _Followed(resolved, hidden, frozenset(inside), doc, at, cut)
            else:
                return _Followed(resolved, hidden, frozenset(inside), doc, at, cut)

    def kind(self, type_: Type) -> str:
        """The `Type` of a type; empty where it has none, or several."""
        resolved: Type | Model = self.api.resolve(type_)
        while isinstance(resolved, Nullable):
            resolved = self.api.resolve(resolved.of)
        match resolved:
            case Scalar():
                return resolved.kind
            case Enumeration():
                return resolved.base
            case ListOf():
                return "array"
            case Record() | MapOf():
                return "object"
            case OneOf():
                if resolved.key not in self.kinds:
                    self.kinds[resolved.key] = ""  # what leads back to itself has none
                    kinds = {self.kind(one.type) for one in resolved.variants}
                    self.kinds[resolved.key] = kinds.pop() if len(kinds) == 1 else ""
                return self.kinds[resolved.key]
            case _:
                return ""

    def shape(self, type_: Type) -> tuple[Type, tuple[str, ...]]:
        """What tells a type from another, descriptions aside."""
        return type_, tuple(self.shapes[key] for key in refs_in(type_))


def _attributes(doc: str, *, required: bool | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if doc:
        made["Description"] = doc
    if required is not None:
        made["Required"] = required
    return made


def _texts(model: Model) -> str:
    """The descriptions inside a model."""
    inner: list[str] = []
    if isinstance(model, Record):
        inner = [one.doc for one in model.fields]
    elif isinstance(model, Enumeration):
        inner = [value.doc for value in model.values]
    return to_json([model.doc, *inner])
