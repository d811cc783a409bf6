"""The snapshot of one api-version: plain data, one dialect, no I/O and no Python spelling.

Everything is frozen, hashable, in source order. `at` is where a node came from and takes no part in equality.
JSON values inside nodes (`default`, enum values) are canonical JSON texts, so that nodes stay hashable and
`1`, `true` and `"1"` stay apart; `json.loads` gives the value back.

A `Type` is written in place. A `Model` has a key in its `Api` and is pointed at by `ModelRef`, which is how
recursion is said. Whatever the spec wrote inline and needs a declaration in code (an object, an enumeration, a union)
is a model too: its `path` is what a name for it can be made of.
"""

from __future__ import annotations

from .operations import (
    PLACES,
    Body,
    Callback,
    Content,
    Encoding,
    Exchange,
    Header,
    Link,
    LongRunning,
    Operation,
    Paging,
    Parameter,
    Place,
    Requirement,
    Response,
    SecurityScheme,
    Server,
    ServerVariable,
    Tag,
)
from .types import (
    UNLIMITED,
    Alias,
    Anything,
    Condition,
    Enumeration,
    EnumValue,
    Example,
    Field,
    Kind,
    Limits,
    ListOf,
    MapOf,
    Model,
    ModelRef,
    Nothing,
    Nullable,
    OneOf,
    Record,
    Scalar,
    Type,
    Variant,
    Xml,
)
from .versions import Api, Revision, Service, Stage

__all__ = [
    "Alias",
    "Anything",
    "Api",
    "Body",
    "Callback",
    "Condition",
    "Content",
    "Encoding",
    "EnumValue",
    "Enumeration",
    "Example",
    "Exchange",
    "Field",
    "Header",
    "Kind",
    "Limits",
    "Link",
    "ListOf",
    "LongRunning",
    "MapOf",
    "Model",
    "ModelRef",
    "Nothing",
    "Nullable",
    "OneOf",
    "Operation",
    "PLACES",
    "Paging",
    "Parameter",
    "Place",
    "Record",
    "Requirement",
    "Response",
    "Revision",
    "Scalar",
    "SecurityScheme",
    "Server",
    "ServerVariable",
    "Service",
    "Stage",
    "Tag",
    "Type",
    "UNLIMITED",
    "Variant",
    "Xml",
]
