"""What a generated method says about one call; data only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypedDict, TypeVar, cast

import msgspec

from .errors import RequestError

if TYPE_CHECKING:
    from .hooks import Hook
    from .timeouts import Timeout

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
    for no limit; a `Timeout` sets each of them, and a limit for the whole call. ``max_retries``: how
    often a failed attempt is repeated. ``extra_headers``: win over the client's own. ``extra_query``:
    added, or instead of the parameter of that name; a list repeats the name. ``extra_body``: merged
    into a JSON object or form body. ``idempotency_key``: sent as Idempotency-Key, so that a POST or
    PATCH can be repeated without harm; True for a fresh key per call. ``hooks``: code around
    each attempt, see `Hook`. ``max_response_bytes``: a longer response is refused instead of read into
    memory, 256 MiB by default; streamed responses have no limit.
    """

    timeout: float | Timeout | None
    max_retries: int
    extra_headers: Mapping[str, str]
    extra_query: Mapping[str, object]
    extra_body: Mapping[str, Any]
    idempotency_key: str | bool
    hooks: Sequence[Hook]
    max_response_bytes: int


class Path(msgspec.Struct, frozen=True):
    """A value for ``{wire_name}`` in the path (OpenAPI 3.1 "Parameter Object").

    Strings, numbers, booleans, dates, UUIDs, Decimals, lists, mappings and models are accepted.
    ``explode`` is by default True for the style form, else False. With
    ``media_type`` the value is sent as JSON text and the style does not matter. ``allow_reserved``
    leaves the characters that RFC 3986 reserves unencoded.
    """

    wire_name: str
    value: object
    style: Style = "simple"
    explode: bool | None = None
    allow_reserved: bool = False
    media_type: str | None = None


class Query(msgspec.Struct, frozen=True):
    """A query parameter, not sent when its value is None or UNSET; see `Path`."""

    wire_name: str
    value: object
    style: Style = "form"
    explode: bool | None = None
    allow_reserved: bool = False
    media_type: str | None = None


class Header(msgspec.Struct, frozen=True):
    """A header, not sent when its value is None or UNSET; see `Path`."""

    wire_name: str
    value: object
    style: Style = "simple"
    explode: bool | None = None
    allow_reserved: bool = False
    media_type: str | None = None


class Cookie(msgspec.Struct, frozen=True):
    """A cookie, not sent when its value is None or UNSET; see `Path`."""

    wire_name: str
    value: object
    style: Style = "form"
    explode: bool | None = None
    allow_reserved: bool = False
    media_type: str | None = None


Parameter: TypeAlias = Path | Query | Header | Cookie


class JsonBody(msgspec.Struct, frozen=True):
    """A JSON body; nothing is sent when ``value`` is UNSET, or None where that is not sent as ``null``."""

    value: object
    media_type: str = "application/json"
    null: bool = False


class PartEncoding(msgspec.Struct, frozen=True):
    """How one member of a form is written (OpenAPI 3.1 "Encoding Object").

    ``media_type`` is that of its parts; where it is a range or several, the one that suits a file's name. With
    ``style``, ``explode`` or ``allow_reserved`` the member is written like a `Query` instead. Bytes are a file,
    or with ``base64`` text (OpenAPI 3.0 "Data Types", format byte). ``type`` is that of each value, see `to_wire`.
    """

    wire_name: str
    media_type: str = ""
    style: Style | None = None
    explode: bool | None = None
    allow_reserved: bool = False
    base64: bool = False
    type: Any = Any

    @property
    def is_styled(self) -> bool:
        """Whether the member is written like a query parameter."""
        return self.style is not None or self.explode is not None or self.allow_reserved


class FormBody(msgspec.Struct, frozen=True):
    """A body of type application/x-www-form-urlencoded, from a model or a mapping.

    Where ``encoding`` does not say otherwise, lists repeat their name, and objects are sent as JSON text.
    """

    value: object
    encoding: tuple[PartEncoding, ...] = ()


class MultipartBody(msgspec.Struct, frozen=True):
    """A body of type multipart/form-data, from a model or a mapping.

    Where ``encoding`` does not say otherwise, files become file parts, lists repeat their name, objects become
    JSON parts and other values text (OpenAPI 3.1 "Encoding Object").
    """

    value: object
    encoding: tuple[PartEncoding, ...] = ()


class RawBody(msgspec.Struct, frozen=True):
    """A body sent as it is.

    Text is sent as UTF-8. Where ``media_type`` is a range ("image/*"), which no body can have, that of the
    `File` is sent, or what its name suggests, else text/plain for text and application/octet-stream for bytes.
    An open file is sent from its beginning. An iterable of chunks can be sent
    only once, so such a call is never retried; an asynchronous one needs an asynchronous client.
    """

    content: object
    media_type: str = "application/octet-stream"


Body: TypeAlias = JsonBody | FormBody | MultipartBody | RawBody


def chosen(media_type: str, bodies: Mapping[str, Body]) -> Body:
    """Give the body in the media type that the caller chose, itself or by the closest range that covers it.

    Raises `RequestError` for one that is not taken.
    """
    main = media_type.partition("/")[0].strip().lower()
    for name in (media_type, f"{main}/*", "*/*"):
        if name in bodies:
            return bodies[name]
    raise RequestError(f"{media_type!r} is not taken, only {', '.join(bodies)}")


#: Status ("200", "2XX", "default") -> media type -> Python type; {} for a response without content.
Contents: TypeAlias = Mapping[str, Mapping[str, Any]]


class Call(msgspec.Struct, Generic[T_co], frozen=True):
    """One call of an operation that gives a ``T_co``.

    ``path`` is the template, possibly with a query. ``auth`` lists the alternatives in the order of the
    description, each a tuple of the scheme names that must be satisfied together; ``()`` is anonymous.
    Of a call that is made as a stream, ``returns`` has the type of one item for each media type, and
    ``last_event`` is the data that ends the stream ("[DONE]") where the API says so: a stream that
    ends without it is broken. ``server`` is the address of the operation's own server, where it has one.
    """

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    returns: Contents = msgspec.field(default_factory=dict[str, Mapping[str, Any]])
    raises: Contents = msgspec.field(default_factory=dict[str, Mapping[str, Any]])
    auth: tuple[tuple[str, ...], ...] = ()
    last_event: str | None = None
    server: str = ""


def as_stream(
    call: Call[Any], returns: Contents, member: str = "", last_event: str | None = None
) -> Call[Any]:
    """Ask for the stream that an operation can give instead of its whole answer.

    ``returns`` has the type of one item; ``member`` of the JSON body, where there is one, is set to true.
    """
    body = call.body
    if member and isinstance(body, JsonBody):
        # Here, because models are not loaded before a call needs them.
        from .codec import to_wire

        plain = to_wire(body.value)
        if isinstance(plain, dict):
            asked = {**cast("dict[str, Any]", plain), member: True}
            body = JsonBody(asked, body.media_type)
    return msgspec.structs.replace(call, returns=returns, body=body, last_event=last_event)


def refuse_unknown(function: str, given: Mapping[str, object], known: Set[str]) -> None:
    """Raise TypeError for an argument that is not ``known``."""
    if unknown := given.keys() - known:
        raise TypeError(f"{function}() got an unexpected keyword argument {min(unknown)!r}")


def checked_options(function: str, given: CallOptions | None) -> CallOptions:
    """Give the options that a function was called with; raises TypeError for what is none of them."""
    refuse_unknown(function, given or {}, CallOptions.__optional_keys__)
    return given or {}


def merged_options(defaults: CallOptions, given: CallOptions) -> CallOptions:
    """Lay the options of one call over those of its client; headers, query and body name by name."""
    if not defaults:
        return given
    merged: CallOptions = {**defaults, **given}
    headers = {name.lower(): value for name, value in defaults.get("extra_headers", {}).items()}
    headers |= {name.lower(): value for name, value in given.get("extra_headers", {}).items()}
    if headers:
        merged["extra_headers"] = headers
    if "extra_query" in defaults and "extra_query" in given:
        merged["extra_query"] = {**defaults["extra_query"], **given["extra_query"]}
    if "extra_body" in defaults and "extra_body" in given:
        merged["extra_body"] = {**defaults["extra_body"], **given["extra_body"]}
    if "hooks" in defaults and "hooks" in given:
        merged["hooks"] = (*defaults["hooks"], *given["hooks"])
    return merged
