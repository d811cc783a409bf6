"""What is sent: one request of a call, made anew for each attempt."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, ClassVar

import msgspec

from .auth import apply_secret, spellings
from .bodies import Payload
from .call import Call, CallOptions, Cookie, Header
from .headers import Headers, is_media_type
from .inflate import ACCEPTED
from .origins import same_origin
from .retry import IDEMPOTENCY_HEADERS, is_idempotent
from .steps import Settings, Step
from .styles import COOKIE_NAME, cookie_pieces, header_text, is_absent, percent_encode
from .timeouts import Limits
from .urls import build_url, with_query
from .veil import Veiled

# What a caller sets by hand that must not be shown.
_SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key"}
)


class Target(Veiled, msgspec.Struct):
    """Where one request goes and with what; ``secrets`` are the texts that must not be shown.

    ``remembered`` tells that a token was used which was had for an earlier request.
    """

    __shown__: ClassVar[tuple[str, ...]] = ("bare",)

    url: str
    headers: Headers
    bare: bool = False
    secrets: list[str] = msgspec.field(default_factory=list[str])
    remembered: bool = False


def prepare(
    call: Call[Any],
    options: CallOptions,
    settings: Settings,
    payload: Payload,
    link: str | None,
    limits: Limits,
) -> Generator[Step, Any, Target]:
    """Make the request of a call, or of a link that a server gave in its place.

    A link to another origin is asked for with nothing that may be secret: no credential, no cookie, no header of
    the caller. Raises `RequestError` for what cannot be sent.
    """
    server = settings.server_of(call)
    own = {
        "accept": _accept(call),
        "accept-encoding": ACCEPTED,
        "user-agent": settings.user_agent,
    }
    if link is not None and not same_origin(server, link):
        return Target(link, Headers(own), bare=True)
    headers = Headers(own)
    if payload.media_type is not None:
        headers.set("content-type", payload.media_type)
    if payload.length is not None:
        headers.set("content-length", str(payload.length))
    target = Target("", headers)
    extra_headers = options.get("extra_headers") or {}
    for source in (settings.default_headers, extra_headers):
        for name, value in source.items():
            headers.set(name, value)
            if name.lower() in _SECRET_HEADERS:
                target.secrets += [value, value.rpartition(" ")[2]]
    pieces = _parameters(call, extra_headers, headers)
    query: dict[str, str] = {}
    cookies: dict[str, str] = {}
    yield from _authenticate(call, settings, target, limits, query, cookies)
    pieces += [
        f"{percent_encode(name, COOKIE_NAME)}={percent_encode(value)}"
        for name, value in cookies.items()
    ]
    if pieces:
        given = headers.get("cookie")
        headers.set("cookie", "; ".join([given, *pieces] if given else pieces))
    url = link or build_url(server, call, options.get("extra_query") or {})
    target.url = with_query(url, query)
    return target


def with_idempotency_key(call: Call[Any], options: CallOptions) -> CallOptions:
    """Settle the idempotency key of a call, so that all its attempts carry the same one.

    A key is made up when True is asked for, and when the description declares such a header and the
    caller gave none.
    """
    given = options.get("idempotency_key")
    name = IDEMPOTENCY_HEADERS[0]
    if given is None and not is_idempotent(call.method):
        for parameter in call.parameters:
            if isinstance(parameter, Header) and parameter.wire_name.lower() in IDEMPOTENCY_HEADERS:
                name, given = parameter.wire_name.lower(), is_absent(parameter.value)
    extra = options.get("extra_headers") or {}
    if not given or any(header.lower() == name for header in extra):
        return options
    if given is True:
        import uuid

        given = str(uuid.uuid4())
    return {**options, "extra_headers": {**extra, name: given}}


def is_repeatable(method: str, headers: Headers) -> bool:
    """Whether a request does no harm when the server gets it twice."""
    return is_idempotent(method) or any(name in headers for name in IDEMPOTENCY_HEADERS)


def _parameters(call: Call[Any], extra: Mapping[str, str], headers: Headers) -> list[str]:
    """Set the headers of the operation, and give its cookies."""
    overridden = {name.lower() for name in extra}
    pieces: list[str] = []
    for parameter in call.parameters:
        if isinstance(parameter, Header) and not is_absent(parameter.value):
            if parameter.wire_name.lower() not in overridden:
                headers.set(parameter.wire_name, header_text(parameter))
        elif isinstance(parameter, Cookie) and not is_absent(parameter.value):
            pieces += cookie_pieces(parameter)
    return pieces


def _authenticate(
    call: Call[Any],
    settings: Settings,
    target: Target,
    limits: Limits,
    query: dict[str, str],
    cookies: dict[str, str],
) -> Generator[Step, Any, None]:
    for scheme, credential in settings.authenticator.choose(call.auth, target.headers):
        secret, fresh = yield from settings.authenticator.secret(
            scheme, credential, settings, limits
        )
        target.remembered |= not fresh
        target.secrets += spellings(credential, secret)
        apply_secret(scheme, secret, target.headers, query, cookies)


def _accept(call: Call[Any]) -> str:
    wanted = {media_type: None for content in call.returns.values() for media_type in content}
    wanted |= {media_type: None for content in call.raises.values() for media_type in content}
    return ", ".join(filter(is_media_type, wanted)) or "*/*"
