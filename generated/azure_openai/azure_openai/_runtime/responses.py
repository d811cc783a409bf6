"""From a response to the promised value or the error it stands for."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

import msgspec

from .codec import decode_json
from .errors import ApiError, DecodeError, Told, api_error_class

if TYPE_CHECKING:
    from .call import Call, Contents
    from .http import httpx

_STATUSES = frozenset(int(status) for status in HTTPStatus)
# Codecs of Python that are no charsets; some take quadratic time.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})
# Of a text that somebody else wrote so many characters are shown, and so many looked at for secrets.
_QUOTED, _LOOKED_AT = 300, 100_000
_SHORTEST_SECRET = 4
_REQUEST_ID_HEADERS = ("x-request-id", "x-ms-request-id", "apim-request-id", "request-id")


def is_success(call: Call[Any], status: int) -> bool:
    """Whether a status gives a value: 2xx, or a 3xx that the description promises."""
    if str(status) in call.raises:
        return False
    declared = str(status) in call.returns or f"{status // 100}XX" in call.returns
    return 200 <= status <= 299 or (300 <= status <= 399 and declared)


def decode_response(call: Call[Any], response: httpx.Response, *, strict: bool) -> Any:
    """Decode a successful response.

    The status is looked up exactly, then as a range, then as "default" (OpenAPI 3.1 "Responses
    Object"), and the content by its type. A success that is not described is decoded like the
    described ones, unless ``strict`` and some is described. Raises `DecodeError`.
    """
    content = content_for(call.returns, response.status_code)
    if content is None:
        if strict and call.returns:
            raise DecodeError("this status is not described")
        if not response.content and {} in call.returns.values():
            return None
        content = any_success(call.returns)
    if call.method == "HEAD" or not content:
        return None
    return _decode(content, response, strict=strict)


def error_body(call: Call[Any], response: httpx.Response) -> Any:
    """Decode the body of an error: the described type, else plain JSON, else text, None if empty."""
    if not response.content:
        return None
    content = content_for(call.raises, response.status_code)
    try:
        return _decode(content or {"application/json": Any}, response, strict=False)
    except DecodeError:
        pass
    try:
        return decode_json(response.content, Any)
    except DecodeError:
        return text_of(response)


def api_error(
    call: Call[Any],
    response: httpx.Response,
    *,
    attempts: int,
    secrets: list[str],
    note: str = "",
) -> ApiError:
    """Make the error for a response; what the server says is quoted without any secret."""
    said = quoted(note or message_of(response), secrets)
    text = redacted(outcome_text(call, response, attempts), secrets)
    return api_error_class(response.status_code)(
        f"{text}: {said}" if said else text,
        status_code=response.status_code,
        operation=call.name,
        attempts=attempts,
        request_id=request_id_of(response),
        headers=dict(response.headers),
        body=error_body(call, response),
        response=response,
    )


def outcome_text(call: Call[Any], response: httpx.Response, attempts: int) -> str:
    """Tell operation, status, request id and attempts."""
    status = response.status_code
    phrase = HTTPStatus(status).phrase if status in _STATUSES else ""
    request_id = request_id_of(response)
    details = [f"request id {request_id}"] if request_id else []
    details.append(attempts_text(attempts))
    return f"{call.name}: {status} {phrase}".rstrip() + f" ({', '.join(details)})"


def told(call: Call[Any], response: httpx.Response | None, attempts: int) -> Told:
    """Give what every error tells: operation and attempts, and status and request id of a response."""
    return {
        "operation": call.name,
        "attempts": attempts,
        "status_code": None if response is None else response.status_code,
        "request_id": None if response is None else request_id_of(response),
    }


def attempts_text(attempts: int) -> str:
    """Write a number of attempts."""
    return f"{attempts} attempt" + ("s" if attempts != 1 else "")


def request_id_of(response: httpx.Response) -> str | None:
    """Tell how the server names the request, None when it does not."""
    found = (response.headers.get(name) for name in _REQUEST_ID_HEADERS)
    return next((value for value in found if value), None)


def redacted(text: str, secrets: list[str]) -> str:
    """Replace every secret in a text, and make it one line without control characters."""
    for secret in sorted(secrets, key=len, reverse=True):
        # Shorter ones would blot out half of the words, and are no secrets.
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    text = " ".join(text.split())
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def quoted(text: str, secrets: list[str]) -> str:
    """Make what somebody else wrote fit for a message: `redacted`, and no longer than 300 characters."""
    # Cut last: of a secret at the cut no part may be left.
    return redacted(text[:_LOOKED_AT], secrets)[:_QUOTED]


def message_of(response: httpx.Response) -> str:
    """Find the server's own message in a response; "" when there is none."""
    try:
        return message_in(decode_json(response.content, Any))
    except DecodeError:
        return ""


def message_in(body: Any) -> str:
    """Find the server's own message at the usual places of a JSON error (RFC 9457 and others)."""
    for _ in range(3):
        if not isinstance(body, dict):
            break
        members = cast("dict[str, Any]", body)
        for name in ("message", "detail", "error_description", "title"):
            said = members.get(name)
            if isinstance(said, str):
                return said
        body = members.get("error")
    return body if isinstance(body, str) else ""


def content_for(contents: Contents, status: int) -> Mapping[str, Any] | None:
    """Look up what a status gives: exactly, then as a range, then as "default"."""
    for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
        if key in contents:
            return contents[key]
    return None


def any_success(contents: Contents) -> Mapping[str, Any]:
    """Put together what all described successes give, by content type."""
    merged: dict[str, Any] = {}
    for status, content in contents.items():
        if status.startswith("2"):
            for media_type, kind in content.items():
                merged.setdefault(media_type, kind)
    return merged


def _decode(content: Mapping[str, Any], response: httpx.Response, *, strict: bool) -> Any:
    given = essence(response.headers.get("content-type", ""))
    chosen = _choose(content, given)
    if chosen is not None:
        return _decode_as(chosen[0] if "*" not in chosen[0] else given, chosen[1], response, strict)
    # A missing or wrong content type: what there is only one way to read is read that way.
    if len(content) == 1:
        [(media_type, kind)] = content.items()
        if kind is bytes or _is_json(essence(media_type)):
            try:
                return _decode_as(essence(media_type), kind, response, strict)
            except DecodeError as exc:
                if exc.path:
                    raise
    raise DecodeError(f"unexpected content type {given!r}, expected {' or '.join(content)}")


def _decode_as(media_type: str, kind: Any, response: httpx.Response, strict: bool) -> Any:
    data = response.content
    if _is_json(media_type):
        if not data:
            raise DecodeError("the body is empty where JSON is due")
        if kind is bytes and not data.startswith(b'"'):
            return data  # a file that happens to be JSON, and no base64 in a JSON string
        try:
            return decode_json(data, kind, strict=strict or kind is bytes, whole=True)
        except DecodeError as exc:
            # JSON is UTF-8, whatever a charset says (RFC 8259 §8.1, §11); what is not may be what it says.
            charset = _charset(response)
            if kind is bytes and not strict:
                return data
            if exc.path or charset == "utf-8":
                raise
            data = data.decode(charset, errors="replace").encode(errors="replace")
            return decode_json(data, kind, strict=strict, whole=True)
    if kind is bytes:
        return data
    if kind is str or kind is Any:
        return text_of(response)
    try:
        return msgspec.convert(text_of(response), kind, strict=False)
    except (msgspec.ValidationError, TypeError):
        return decode_json(data, kind, strict=strict)


def _choose(content: Mapping[str, Any], given: str) -> tuple[str, Any] | None:
    by_essence = {essence(name): (essence(name), kind) for name, kind in content.items()}
    if given in by_essence:
        return by_essence[given]
    if _is_json(given):
        for name, (_, kind) in by_essence.items():
            if _is_json(name):
                return name, kind
    return by_essence.get(f"{given.partition('/')[0]}/*") or by_essence.get("*/*")


def essence(content_type: str) -> str:
    """Give a media type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def _is_json(media_type: str) -> bool:
    # RFC 6839 §3.1 for the suffix.
    return media_type in ("application/json", "text/json") or media_type.endswith("+json")


def text_of(response: httpx.Response) -> str:
    """Give the body of a response as text, by its charset."""
    return response.content.decode(_charset(response), errors="replace")


def _charset(response: httpx.Response) -> str:
    """Tell the charset of a response: UTF-8 where none is told, or none that a text can be in."""
    try:
        name = codecs.lookup(response.charset_encoding or "utf-8").name
        "".encode(name)
    except (LookupError, ValueError):
        return "utf-8"
    return "utf-8" if name.replace("_", "-") in _NO_CHARSETS else name
