"""Operations: what is sent where, what comes back, and how a caller proves who they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..jsonvalue import Json
from ..source import Location
from .types import Example, Type

Place: TypeAlias = Literal["path", "query", "header", "cookie", "querystring"]
PLACES: dict[str, Place] = {
    "path": "path",
    "query": "query",
    "header": "header",
    "cookie": "cookie",
    "querystring": "querystring",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter outside the body, with its effective (defaulted) style (OpenAPI 3.x, Parameter Object).

    `media_type` is set where the value is serialised by media type (`content`) instead of by style. `on_client` says
    that it is set once for all calls (`x-ms-parameter-location`). A `querystring` parameter is the whole query.
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
    allow_empty: bool = False
    on_client: bool = False
    examples: tuple[Example, ...] = ()

    def has_room_for(self, value: object) -> bool:
        """False for a segment of a path that is empty or nothing but dots: the path would be another (RFC 3986 section 5.2.4)."""
        return self.place != "path" or value not in ("", ".", "..")


@dataclass(frozen=True, slots=True)
class Header:
    """A response header, or that of a part. Names compare without case (RFC 9110 section 5.1)."""

    wire_name: str
    type: Type
    required: bool
    at: Location
    doc: str = ""
    explode: bool = False
    media_type: str | None = None
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one member of a form is written (Encoding Object); None where the spec leaves it to the type."""

    wire_name: str
    at: Location
    content_type: str | None = None
    style: str | None = None
    explode: bool | None = None
    allow_reserved: bool = False
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A body in one media type. `media_type` is lower case without blanks, and may be a range (`image/*`).

    `item_type`, where set, is the type of each item of a sequence: an event, a line (`itemSchema`).
    """

    media_type: str
    type: Type
    at: Location
    item_type: Type | None = None
    encoding: tuple[Encoding, ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """A request body: one or more alternative contents, in the spec's order."""

    contents: tuple[Content, ...]
    required: bool
    at: Location
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """What a response tells about a further call (Link Object). Values are runtime expressions or constants."""

    name: str
    at: Location
    operation: str
    parameters: tuple[tuple[str, Json], ...] = ()
    body: Json | None = None
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """A response for a status: `"200"`, a range `"4XX"`, or `"default"`."""

    status: str
    contents: tuple[Content, ...]
    at: Location
    headers: tuple[Header, ...] = ()
    doc: str = ""
    links: tuple[Link, ...] = ()

    @property
    def is_error(self) -> bool:
        """True for 4xx, 5xx and `default`: what a caller gets as an exception."""
        return self.status[0] in "45d"


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """A way to authenticate (Security Scheme Object).

    `kind` is `apiKey` (with `place` and `wire_name`), `http` (with `scheme`: `bearer`, `basic`, …), `oauth2`,
    `openIdConnect` or `mutualTLS`. `token_urls` are the OAuth 2 token endpoints, by flow; `scopes` what can be asked
    for, with its text; `url` where a person is sent (OAuth 2) or where the configuration is (OpenID Connect).
    """

    name: str
    kind: str
    at: Location
    place: Place | None = None
    wire_name: str | None = None
    scheme: str | None = None
    token_urls: tuple[tuple[str, str], ...] = ()
    doc: str = ""
    scopes: tuple[tuple[str, str], ...] = ()
    url: str | None = None
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    """One alternative of a security requirement: all of these schemes together. Empty: anonymous."""

    schemes: tuple[tuple[str, tuple[str, ...]], ...]
    at: Location | None = field(default=None, compare=False)


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


@dataclass(frozen=True, slots=True)
class Paging:
    """A response that is one page of a list (`x-ms-pageable`): the members that hold the items and the next page's link.

    `operation` is the id of the operation that gets the next page, where it is not the link itself.
    """

    at: Location
    items: str = "value"
    next_link: str | None = None
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class LongRunning:
    """An operation that goes on after its response (`x-ms-long-running-operation`); where its result is found."""

    at: Location
    final_state_via: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A whole call that the spec shows (`x-ms-examples`). At its place: `parameters` by name, `responses` by status."""

    name: str
    at: Location


@dataclass(frozen=True, slots=True)
class Callback:
    """A request that the service makes to the caller: a runtime expression for its URL, and what is asked."""

    name: str
    url: str
    operation: Operation
    at: Location


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path. `id` is the operationId, or made from method and path when there is none.

    `servers`, where given, are its own. In `callbacks` and `Api.webhooks` the service asks and the caller answers.
    """

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
    servers: tuple[Server, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    paging: Paging | None = None
    long_running: LongRunning | None = None
    exchanges: tuple[Exchange, ...] = ()

    @property
    def label(self) -> str:
        """How people name it: `POST /deployments/{deploymentId}/chat/completions`."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Tag:
    """A group of operations, with its text."""

    name: str
    at: Location
    doc: str = ""
