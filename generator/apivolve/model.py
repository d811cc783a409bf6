"""The snapshot of one api-version: plain data, one dialect, no I/O and no Python spelling.

Everything is frozen, hashable, in source order. `at` is where a node came from and takes no part in equality.
JSON values inside nodes (`default`, enum values) are canonical JSON texts, so that nodes stay hashable and
`1`, `true` and `"1"` stay apart; `json.loads` gives the value back.

A `Type` is written in place. A `Model` has a key in its `Api` and is pointed at by `ModelRef`, which is how
recursion is said. Whatever the spec wrote inline and needs a declaration in code (an object, an enumeration, a union)
is a model too: its `path` is what a name for it can be made of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from .errors import Problem
from .finding import Change
from .jsonvalue import Json
from .source import Location, Source

Kind: TypeAlias = Literal["string", "integer", "number", "boolean"]
Place: TypeAlias = Literal["path", "query", "header", "cookie"]
PLACES: dict[str, Place] = {"path": "path", "query": "query", "header": "header", "cookie": "cookie"}
Stage: TypeAlias = Literal["stable", "preview"]


# --- types -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds a schema puts on a scalar (JSON Schema validation section 6). Exclusive bounds are numbers here."""

    minimum: float | int | None = None
    maximum: float | int | None = None
    exclusive_minimum: float | int | None = None
    exclusive_maximum: float | int | None = None
    multiple_of: float | int | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None


UNLIMITED = Limits()


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, integer, number or boolean. `format` is as written (`date-time`, `int32`, `binary`, …)."""

    kind: Kind
    format: str | None = None
    limits: Limits = UNLIMITED


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value: the schema `true` or `{}`."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No value at all: the schema `false`. As `Record.extra` it closes the object; in `Nullable` it leaves null."""


@dataclass(frozen=True, slots=True)
class Nullable:
    """The type, or null."""

    of: Type


@dataclass(frozen=True, slots=True)
class ListOf:
    """An array of items of one type."""

    of: Type
    min_items: int | None = None
    max_items: int | None = None
    unique: bool = False


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object with any member names and values of one type."""

    of: Type


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A model of the same `Api`, by key."""

    key: str


Type: TypeAlias = "Scalar | Anything | Nothing | Nullable | ListOf | MapOf | ModelRef"


# --- models ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """A declared member of an object. `default` is the spec's, applied by the server, not by the client."""

    wire_name: str
    type: Type
    required: bool
    at: Location
    read_only: bool = False
    write_only: bool = False
    deprecated: bool = False
    default: Json | None = None
    doc: str = ""
    client_name: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """An object with declared fields, `allOf` already merged. `extra` types the undeclared members.

    `required_extra` are names that are required but not declared.
    """

    key: str
    path: tuple[str, ...]
    fields: tuple[Field, ...]
    at: Location
    extra: Type = Anything()
    required_extra: tuple[str, ...] = ()
    min_properties: int | None = None
    max_properties: int | None = None
    doc: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class EnumValue:
    """One value of an enumeration, with the name and text that `x-ms-enum` gives it."""

    value: Json
    at: Location
    name: str | None = None
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A closed list of scalars. `open` says that the service announces to extend it (`modelAsString`)."""

    key: str
    path: tuple[str, ...]
    base: Kind
    values: tuple[EnumValue, ...]
    at: Location
    open: bool = False
    doc: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Variant:
    """One alternative of a union. `tags` are the discriminator values that choose it (none: found by shape)."""

    type: Type
    at: Location
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """A union. `tag` is the discriminator's wire name. `exclusive` is `oneOf` (exactly one), else `anyOf`.

    `open`, where set, is the type of a value whose tag no variant knows: the base of an inheritance-style
    discriminator, which may be sent or received itself.
    """

    key: str
    path: tuple[str, ...]
    variants: tuple[Variant, ...]
    at: Location
    tag: str | None = None
    exclusive: bool = True
    open: Type | None = None
    doc: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Alias:
    """A named type that is no object, enumeration or union: a named string, array or map."""

    key: str
    path: tuple[str, ...]
    of: Type
    at: Location
    doc: str = ""
    deprecated: bool = False


Model: TypeAlias = "Record | Enumeration | OneOf | Alias"


# --- operations ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter outside the body, with its effective (defaulted) style (OpenAPI 3.x, Parameter Object).

    `media_type` is set where the value is serialised by media type (`content`) instead of by style.
    """

    wire_name: str
    place: Place
    type: Type
    required: bool
    at: Location
    style: str = "simple"
    explode: bool = False
    allow_reserved: bool = False
    media_type: str | None = None
    default: Json | None = None
    deprecated: bool = False
    doc: str = ""
    client_name: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A body in one media type. `media_type` is lower case without blanks, and may be a range (`image/*`)."""

    media_type: str
    type: Type
    at: Location


@dataclass(frozen=True, slots=True)
class Body:
    """A request body: one or more alternative contents, in the spec's order."""

    contents: tuple[Content, ...]
    required: bool
    at: Location
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """A response header. Names compare without case (RFC 9110 section 5.1)."""

    wire_name: str
    type: Type
    required: bool
    at: Location
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """A response for a status: `"200"`, a range `"4XX"`, or `"default"`."""

    status: str
    contents: tuple[Content, ...]
    at: Location
    headers: tuple[Header, ...] = ()
    doc: str = ""

    @property
    def is_error(self) -> bool:
        """True for 4xx, 5xx and `default`: what a caller gets as an exception."""
        return self.status[0] in "45d"


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """A way to authenticate (Security Scheme Object).

    `kind` is `apiKey` (with `place` and `wire_name`), `http` (with `scheme`: `bearer`, `basic`, …), `oauth2`,
    `openIdConnect` or `mutualTLS`. `token_urls` are the OAuth 2 token endpoints, by flow.
    """

    name: str
    kind: str
    at: Location
    place: Place | None = None
    wire_name: str | None = None
    scheme: str | None = None
    token_urls: tuple[tuple[str, str], ...] = ()
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One alternative of a security requirement: all of these schemes together. Empty: anonymous."""

    schemes: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path. `id` is the operationId, or made from method and path when there is none."""

    id: str
    method: str
    path: str
    at: Location
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: tuple[Response, ...] = ()
    security: tuple[Requirement, ...] = ()
    tags: tuple[str, ...] = ()
    deprecated: bool = False
    summary: str = ""
    doc: str = ""
    named: bool = True

    @property
    def label(self) -> str:
        """How people name it: `POST /deployments/{deploymentId}/chat/completions`."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class ServerVariable:
    """A variable of a server's URL template."""

    name: str
    at: Location
    default: str | None = None
    values: tuple[str, ...] = ()
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the service is: a URL template without a trailing slash."""

    url: str
    at: Location
    variables: tuple[ServerVariable, ...] = ()
    doc: str = ""


# --- versions --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Api:
    """One api-version of a service, complete."""

    service: str
    version: str
    stage: Stage
    operations: tuple[Operation, ...]
    models: tuple[Model, ...]
    schemes: tuple[SecurityScheme, ...] = ()
    servers: tuple[Server, ...] = ()
    title: str = ""
    doc: str = ""
    sources: tuple[Source, ...] = field(default=(), compare=False, repr=False)
    problems: tuple[Problem, ...] = field(default=(), compare=False, repr=False)

    @cached_property
    def by_key(self) -> dict[str, Model]:
        """The models by key."""
        return {model.key: model for model in self.models}

    def resolve(self, type_: Type) -> Type | Model:
        """A type with its `ModelRef`s and aliases followed to what they stand for. A cycle of aliases is Anything."""
        seen: set[str] = set()
        while isinstance(type_, ModelRef):
            if type_.key in seen:
                return Anything()
            seen.add(type_.key)
            model = self.by_key[type_.key]
            if not isinstance(model, Alias):
                return model
            type_ = model.of
        return type_


@dataclass(frozen=True, slots=True)
class Revision:
    """A published api-version that changed in place: the same version, before and after."""

    before: Api
    after: Api


@dataclass(frozen=True, slots=True)
class Service:
    """All api-versions of one HTTP API, oldest first, with what their change logs declare."""

    name: str
    versions: tuple[Api, ...]
    changes: tuple[Change, ...] = ()
    revisions: tuple[Revision, ...] = ()
