"""Types and models: what a schema says, in one dialect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ..jsonvalue import Json
from ..source import Location

Kind: TypeAlias = Literal["string", "integer", "number", "boolean"]

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
    """A string, integer, number or boolean. `format` is as written (`date-time`, `int32`, `binary`, …).

    `content_encoding` and `content_media_type` say what a string holds (JSON Schema validation section 8).
    """

    kind: Kind
    format: str | None = None
    limits: Limits = UNLIMITED
    content_encoding: str | None = None
    content_media_type: str | None = None


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
    """An array of items of one type. `prefix`, where given, are the types of its first items; `of` is that of the rest."""

    of: Type
    min_items: int | None = None
    max_items: int | None = None
    unique: bool = False
    prefix: tuple[Type, ...] = ()


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object with any member names and values of one type.

    `patterns` are other types for the names that match a regular expression; `names` is what every name must be.
    """

    of: Type
    patterns: tuple[tuple[str, Type], ...] = ()
    names: Type | None = None


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A model of the same `Api`, by key."""

    key: str


Type: TypeAlias = "Scalar | Anything | Nothing | Nullable | ListOf | MapOf | ModelRef"


# --- models ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Example:
    """A value that the spec shows: in place, or at a `url`.

    Examples are most of a big document, so their values are read where they stand when somebody asks; they take no
    part in equality.
    """

    name: str
    at: Location
    url: str | None = None
    doc: str = ""

    @property
    def value(self) -> Any:
        """The JSON value that is shown; None for one that is elsewhere."""
        return None if self.url is not None else self.at.raw


@dataclass(frozen=True, slots=True)
class Xml:
    """How a value is written in XML (XML Object). `wrapped` is for arrays."""

    name: str | None = None
    namespace: str | None = None
    prefix: str | None = None
    attribute: bool = False
    wrapped: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A validation keyword that gives no type of its own: `not`, `if`, a second union, `dependentRequired`, …

    `schema` is what is written under `keyword`, `types` the types it names, in document order. It takes part in
    comparisons and in nothing that is generated.
    """

    keyword: str
    schema: Json
    types: tuple[Type, ...]
    at: Location


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
    examples: tuple[Example, ...] = ()
    xml: Xml | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """An object with declared fields, `allOf` already merged. `extra` types the undeclared members.

    `required_extra` are names that are required but not declared. `patterns` are types of undeclared members whose
    names match a regular expression, `names` is what every name must be.
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
    patterns: tuple[tuple[str, Type], ...] = ()
    names: Type | None = None
    conditions: tuple[Condition, ...] = ()
    examples: tuple[Example, ...] = ()
    xml: Xml | None = None


@dataclass(frozen=True, slots=True)
class EnumValue:
    """One value of an enumeration, with the name and text that `x-ms-enum` and its likes give it."""

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

    No variant is the union itself. `open`, where set, is the type of a value whose tag no variant knows: the base of an inheritance-style
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
    conditions: tuple[Condition, ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Alias:
    """A named type that is no object, enumeration or union: a named string, array or map."""

    key: str
    path: tuple[str, ...]
    of: Type
    at: Location
    doc: str = ""
    deprecated: bool = False
    conditions: tuple[Condition, ...] = ()
    examples: tuple[Example, ...] = ()


Model: TypeAlias = "Record | Enumeration | OneOf | Alias"
