"""One call from its arguments to its result, without input and output.

`exchange` is a generator: it yields the `Step` to do and is sent its outcome, so that the
synchronous and the asynchronous transport share every decision.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast
from urllib.parse import urljoin, urlsplit

from .auth import Authenticator, apply_secret, spellings
from .bodies import Payload, payload_of
from .call import Call, CallOptions, Cookie, Header
from .errors import DecodeError, RequestError, RequestTimeout, SdkError
from .headers import Headers
from .responses import (
    api_error,
    attempts_text,
    decode_response,
    is_success,
    outcome_text,
    redacted,
)
from .retry import backoff, retry_delay
from .styles import cookie_pieces, header_text, is_absent, percent_encode
from .urls import build_url, shown_url, with_query

if TYPE_CHECKING:
    from .http import httpx

T = TypeVar("T")

_logger = logging.getLogger(__name__.partition(".")[0])
_REDIRECTS = 5
_FAILED: dict[type[SdkError], str] = {
    RequestError: "the request cannot be sent",
    RequestTimeout: "no response in time",
    DecodeError: "the response cannot be read",
}
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a client knows before any call."""

    base_url: str
    authenticator: Authenticator = field(repr=False)
    timeout: float | None
    max_retries: int
    default_headers: Mapping[str, str] = field(repr=False)
    user_agent: str
    strict: bool


@dataclass(frozen=True, slots=True)
class Fetch:
    """Send a request; the outcome is a whole response or a `Failure`."""

    method: str
    url: str = field(repr=False)
    headers: list[tuple[bytes, bytes]] = field(repr=False)
    payload: Payload = field(repr=False)
    timeout: float | None


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait; no outcome."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Acquire:
    """Ask a credential for its secret; the outcome is its answer or a `Failure`."""

    find: Callable[[], Any]


Step: TypeAlias = Fetch | Pause | Acquire


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that raised. ``error`` is what the call raises if it is not repeated."""

    error: type[SdkError]
    cause: BaseException
    retriable: bool = False


@dataclass(slots=True)
class _Target:
    """Where the next attempt goes; redirects change it."""

    method: str
    url: str
    headers: Headers
    payload: Payload
    secrets: list[str]


def exchange(call: Call[T], options: CallOptions, settings: Settings) -> Generator[Step, Any, T]:
    """Make a call; raises the errors of `errors`, naming the operation and the attempts."""
    attempts = 0
    payload = Payload()
    try:
        payload = payload_of(call.body, options.get("extra_body"))
        retries = options.get("max_retries", settings.max_retries)
        redirects = 0
        redirected: str | None = None
        while True:
            target = yield from _target(call, options, settings, payload, redirected)
            attempts += redirected is None
            payload.rewind()
            outcome = yield Fetch(
                target.method,
                target.url,
                target.headers.encoded(),
                payload,
                options.get("timeout", settings.timeout),
            )
            may_repeat = attempts <= retries and payload.replayable
            if isinstance(outcome, Failure):
                _logger.debug(
                    "%s %s: %s", call.method, shown_url(target.url), outcome.error.__name__
                )
                if may_repeat and outcome.retriable:
                    yield Pause(backoff(attempts))
                    redirects, redirected = 0, None
                    continue
                raise _failed(outcome, call, attempts, target.secrets) from outcome.cause
            response = cast("httpx.Response", outcome)
            status = response.status_code
            _logger.debug("%s %s: %d", call.method, shown_url(target.url), status)
            if is_success(call, status):
                try:
                    return cast("T", decode_response(call, response, strict=settings.strict))
                except DecodeError as exc:
                    text = f"{outcome_text(call, response, attempts)}: {exc}"
                    raise DecodeError(
                        redacted(text, target.secrets),
                        path=exc.path,
                        operation=call.name,
                        attempts=attempts,
                        response=response,
                    ) from None
            if status in (301, 302, 303, 307, 308):
                redirected, note = _redirection(target, response, redirects)
                if redirected is not None:
                    redirects += 1
                    continue
                raise api_error(
                    call, response, attempts=attempts, secrets=target.secrets, note=note
                )
            if status == 401:
                settings.authenticator.forget_tokens()
            delay = retry_delay(status, response.headers, attempts) if may_repeat else None
            if delay is None:
                raise api_error(call, response, attempts=attempts, secrets=target.secrets)
            yield Pause(delay)
            redirects, redirected = 0, None
    except SdkError as exc:
        if not exc.operation:
            exc.operation, exc.attempts = call.name, attempts
            exc.args = (f"{call.name}: {exc.args[0]}",)
        raise
    finally:
        payload.close()


def _target(
    call: Call[Any],
    options: CallOptions,
    settings: Settings,
    payload: Payload,
    redirected: str | None,
) -> Generator[Step, Any, _Target]:
    extra_headers = options.get("extra_headers") or {}
    headers = Headers({"accept": _accept(call), "user-agent": settings.user_agent})
    if payload.media_type is not None:
        headers.set("content-type", payload.media_type)
    if payload.length is not None:
        headers.set("content-length", str(payload.length))
    cookies: dict[str, str] = {}
    pieces: list[str] = []
    for source in (settings.default_headers, extra_headers):
        for name, value in source.items():
            headers.set(name, value)
    for parameter in call.parameters:
        if isinstance(parameter, Header) and not is_absent(parameter.value):
            if parameter.wire_name.lower() not in {name.lower() for name in extra_headers}:
                headers.set(parameter.wire_name, header_text(parameter))
        elif isinstance(parameter, Cookie) and not is_absent(parameter.value):
            pieces += cookie_pieces(parameter)
    secrets: list[str] = []
    query: dict[str, str] = {}
    for scheme, credential in settings.authenticator.choose(call.auth, headers):
        secret = settings.authenticator.acquire(scheme, credential)
        if not isinstance(secret, str):
            answer = yield Acquire(secret)
            if isinstance(answer, Failure):
                raise RequestError(
                    f"the credential for {scheme.name!r} raised {type(answer.cause).__name__}"
                ) from answer.cause
            secret = settings.authenticator.accept(scheme, answer)
        secrets += spellings(credential, secret)
        apply_secret(scheme, secret, headers, query, cookies)
    pieces += [f"{name}={percent_encode(value)}" for name, value in cookies.items()]
    if pieces:
        given = headers.get("cookie")
        headers.set("cookie", "; ".join([given, *pieces] if given else pieces))
    url = redirected or build_url(settings.base_url, call, options.get("extra_query") or {})
    return _Target(call.method, with_query(url, query), headers, payload, secrets)


def _accept(call: Call[Any]) -> str:
    wanted = {media_type: None for content in call.returns.values() for media_type in content}
    wanted |= {media_type: None for content in call.raises.values() for media_type in content}
    return ", ".join(wanted) or "*/*"


def _redirection(
    target: _Target, response: httpx.Response, redirects: int
) -> tuple[str | None, str]:
    """Tell where a redirect leads, or why it is not followed.

    Followed within one host only, so that neither credentials nor bodies go elsewhere; with a body
    only where RFC 9110 §15.4 keeps method and body (307, 308).
    """
    status, location = response.status_code, response.headers.get("location", "")
    if not location:
        return None, "a redirect without a location"
    if status in (301, 302, 303) and target.method not in ("GET", "HEAD"):
        return None, f"a redirect that would change {target.method} is not followed"
    if not target.payload.replayable:
        return None, "a redirect is not followed, as the body cannot be sent again"
    try:
        url = urljoin(target.url, location)
        same = _same_host(target.url, url)
    except ValueError:
        return None, "a redirect to what is no address"
    if "\\" in location or not location.isprintable():
        # Read differently by different parsers.
        return None, "a redirect to what is no address"
    if not same:
        return None, f"a redirect to another host is not followed: {shown_url(url)}"
    if redirects >= _REDIRECTS:
        return None, f"more than {_REDIRECTS} redirects"
    return url, ""


def _same_host(before: str, after: str) -> bool:
    old, new = urlsplit(before), urlsplit(after)
    ports = [part.port or _DEFAULT_PORTS.get(part.scheme) for part in (old, new)]
    if old.hostname != new.hostname or (old.username, old.password) != (new.username, new.password):
        return False
    upgraded = (old.scheme, new.scheme) == ("http", "https") and ports == [80, 443]
    return upgraded or (old.scheme == new.scheme and ports[0] == ports[1])


def _failed(failure: Failure, call: Call[Any], attempts: int, secrets: list[str]) -> SdkError:
    text = _FAILED.get(failure.error, "no response")
    reason = redacted(str(failure.cause), secrets) or type(failure.cause).__name__
    return failure.error(
        f"{call.name}: {text} ({attempts_text(attempts)}): {reason}",
        operation=call.name,
        attempts=attempts,
    )
