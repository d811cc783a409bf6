"""A request as it came: its parts taken apart, and nothing understood of them.

A delimiter that came percent-encoded is part of a value and never divides it, so it is kept apart (as a lone surrogate,
which no text that came in UTF-8 has) until the value was divided; `plain` puts it back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from ...jsonvalue import is_array, is_object

_DELIMITERS = ",;=/"
_APART = {ord(mark): 0xDC00 + ord(mark) for mark in _DELIMITERS}
_BACK = {apart: chr(mark) for mark, apart in _APART.items()}
_ENCODED = re.compile("%(2C|3B|3D|2F)", re.IGNORECASE)


class NotReadable(ValueError):  # noqa: N818 - it says what the request is
    """A part of the request is no text."""


@dataclass(frozen=True)
class Request:
    """What came: the target as it was sent, header names in lower case, the body without its transfer coding.

    `origin` is the address that the caller reached us at: `http://127.0.0.1:8080`.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    origin: str

    @cached_property
    def path(self) -> str:
        """The path, decoded. Raises NotReadable."""
        path = self.target.partition("?")[0].partition("#")[0]
        if not path.startswith("/"):  # the absolute form (RFC 9112 section 3.2.2)
            path = "/" + path.partition("://")[2].partition("/")[2]
        return decoded(path)

    @cached_property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The pairs of the query, decoded, in their order. Raises NotReadable."""
        return pairs(self.target.partition("#")[0].partition("?")[2])

    @cached_property
    def cookies(self) -> tuple[tuple[str, str], ...]:
        """The pairs of all cookies, decoded. Raises NotReadable."""
        found = [pair.strip().partition("=") for text in self.all("cookie") for pair in text.split(";")]
        return tuple((name, decoded(value.strip('"'))) for name, sign, value in found if sign)

    def all(self, name: str) -> list[str]:
        """The values of a header, one for each time it came."""
        return [value for key, value in self.headers if key == name]

    def header(self, name: str) -> str | None:
        """The value of a header, of several the list of them (RFC 9110 section 5.2); None where it did not come."""
        found = self.all(name)
        return ", ".join(found) if found else None


def decoded(text: str) -> str:
    """Percent-encoded text as what it stands for. Raises NotReadable for what is no UTF-8."""
    parts = _ENCODED.split(text)
    try:
        return "".join(
            chr(_APART[int(part, 16)]) if index % 2 else unquote(part, errors="strict")
            for index, part in enumerate(parts)
        )
    except UnicodeDecodeError:
        raise NotReadable("what is percent-encoded is no UTF-8") from None


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """The pairs of a query or of a form, decoded. Raises NotReadable."""
    found = [pair.partition("=") for pair in text.replace("+", " ").split("&") if pair]
    return tuple((decoded(name), decoded(value)) for name, _, value in found)


def plain(value: Any) -> Any:
    """A value, or text, with the delimiters that came encoded back in their places."""
    if isinstance(value, str):
        return value.translate(_BACK)
    if is_array(value):
        return [plain(item) for item in value]
    if is_object(value):
        return {plain(name): plain(member) for name, member in value.items()}
    return value
