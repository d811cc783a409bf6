"""What a generated method says about one call; data only."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeAlias, TypedDict, TypeVar

from .files import FileInput

Style: TypeAlias = Literal[
    "simple",
    "label",
    "matrix",
    "form",
    "spaceDelimited",
    "pipeDelimited",
    "tabDelimited",
    "deepObject",
    "cookie",
]

T_co = TypeVar("T_co", covariant=True)


class CallOptions(TypedDict, total=False):
    """What every method takes besides the operation's own arguments.

    ``timeout``: seconds for connecting, for each read and for the whole response of one attempt, None
    for no limit. ``max_retries``: how often a failed attempt is repeated. ``extra_headers``: win over
    the client's own. ``extra_query``: added, or instead of the parameter of that name; a list
    repeats the name. ``extra_body``: merged into a JSON object or form body.
    """

    timeout: float | None
    max_retries: int
    extra_headers: Mapping[str, str]
    extra_query: Mapping[str, object]
    extra_body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Path:
    """A value for ``{wire_name}`` in the path (OpenAPI 3.1 "Parameter Object").

    Strings, numbers, booleans, dates, UUIDs, Decimals, lists, mappings and models are accepted.
    ``explode`` is by default True for the styles form and deepObject, else False. With
    ``media_type`` the value is sent as JSON text and the style does not matter. ``allow_reserved``
    leaves the characters that RFC 3986 reserves unencoded.
    """

    wire_name: str
    value: object
    style: Style = "simple"
    explode: bool | None = None
    allow_reserved: bool = False
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A query parameter, not sent when its value is None or UNSET; see `Path`."""

    wire_name: str
    value: object
    style: Style = "form"
    explode: bool | None = None
    allow_reserved: bool = False
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """A header, not sent when its value is None or UNSET; see `Path`."""

    wire_name: str
    value: object
    style: Style = "simple"
    explode: bool | None = None
    allow_reserved: bool = False
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie, not sent when its value is None or UNSET; see `Path`."""

    wire_name: str
    value: object
    style: Style = "form"
    explode: bool | None = None
    allow_reserved: bool = False
    media_type: str | None = None


Parameter: TypeAlias = Path | Query | Header | Cookie


@dataclass(frozen=True, slots=True)
class JsonBody:
    """A JSON body; nothing is sent when ``value`` is None or UNSET."""

    value: object
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class FormBody:
    """A body of type application/x-www-form-urlencoded, from a model or a mapping.

    Lists repeat their name; objects are sent as JSON text.
    """

    value: object


@dataclass(frozen=True, slots=True)
class MultipartBody:
    """A body of type multipart/form-data, from a model or a mapping.

    Files become file parts, lists repeat their name, objects become JSON parts and other values
    text (OpenAPI 3.1 "Encoding Object").
    """

    value: object


@dataclass(frozen=True, slots=True)
class RawBody:
    """A body sent as it is.

    Text is sent as UTF-8. An open file is sent from its beginning. An iterable of chunks can be sent
    only once, so such a call is never retried; an asynchronous one needs an asynchronous client.
    """

    content: FileInput | str | Iterable[bytes] | AsyncIterable[bytes] | None
    media_type: str = "application/octet-stream"


Body: TypeAlias = JsonBody | FormBody | MultipartBody | RawBody

#: Status ("200", "2XX", "default") -> media type -> Python type; {} for a response without content.
Contents: TypeAlias = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Call(Generic[T_co]):
    """One call of an operation that gives a ``T_co``.

    ``path`` is the template, possibly with a query. ``auth`` lists the alternatives in the order of the
    description, each a tuple of the scheme names that must be satisfied together; ``()`` is anonymous.
    """

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    returns: Contents = field(default_factory=dict[str, Mapping[str, Any]])
    raises: Contents = field(default_factory=dict[str, Mapping[str, Any]])
    auth: tuple[tuple[str, ...], ...] = ()
