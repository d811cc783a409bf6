"""Header names and values that cannot break a request apart."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import TypeVar, get_origin

import msgspec

from .errors import DecodeError, RequestError

T = TypeVar("T")

# RFC 9110 §5.6.2 token.
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# RFC 9110 §8.3.1, and the ranges of §12.5.1.
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+ *(;[^\x00-\x1f\x7f]*)?", re.ASCII)


def is_media_type(text: str) -> bool:
    """Whether a text can stand in an Accept header."""
    return _MEDIA_TYPE.fullmatch(text) is not None


def header_value(headers: Mapping[str, str], name: str, kind: type[T]) -> T | None:
    """Read a header of a response as a type; None when it is not there.

    ``kind`` is `int`, `float`, `bool`, `str`, a date or UUID type, or a list of one of these, whose items are
    separated by commas (RFC 9110 §5.6.1). An HTTP date is read as `datetime.datetime` too. Raises `DecodeError`
    for a value that is none of that type.
    """
    given = {key.lower(): value for key, value in headers.items()}.get(name.lower())
    if given is None:
        return None
    value: object = given.strip()
    if get_origin(kind) is list:
        value = [item.strip() for item in given.split(",") if item.strip()]
    elif kind is datetime.datetime and given[:1].isalpha():
        with suppress(ValueError):  # told below, as anything else that is no date
            value = parsedate_to_datetime(given)
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as exc:
        raise DecodeError(f"the header {name!r} is not as described: {exc}") from None


class Headers:
    """The headers of one request by lower-case name; the last one set wins."""

    def __init__(self, *sources: Mapping[str, str]) -> None:
        self._values: dict[str, str] = {}
        for source in sources:
            for name, value in source.items():
                self.set(name, value)

    def set(self, name: str, value: str, *, what: str = "") -> None:
        """Set a header. Raises `RequestError` naming it (or ``what``), never quoting the value."""
        what = what or f"the header {name!r}"
        if not _TOKEN.fullmatch(name):
            raise RequestError(f"{name!r} is not a header name")
        if not isinstance(
            value, str
        ):  # pyright: ignore[reportUnnecessaryIsInstance]  # a caller's mapping
            raise RequestError(f"{what} must be a string")
        # RFC 9110 §5.5: white space around a value is not part of it.
        value = value.strip(" \t")
        if _CONTROL.search(value):
            raise RequestError(f"{what} holds a line break or another control character")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise RequestError(f"{what} holds a lone surrogate, which cannot be sent") from None
        self._values[name.lower()] = value

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._values

    def get(self, name: str) -> str | None:
        """Give a value by name in any case."""
        return self._values.get(name.lower())

    def encoded(self) -> list[tuple[bytes, bytes]]:
        """Give the pairs to send; what is not ASCII as UTF-8 (RFC 9110 §5.5 obs-text)."""
        return [(name.encode(), value.encode()) for name, value in self._values.items()]
