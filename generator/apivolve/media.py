"""Media types and ranges: which of them covers which (RFC 9110 sections 8.3.1 and 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""What a header or an authentication scheme may be called (RFC 9110 section 5.6.2)."""
_NOT_A_KIND = ("charset", "q", "boundary")
"""Parameters that say how to decode or what to prefer, and make no other media type."""
_BINARY = re.compile(
    r"(?:image|audio|video|font)/.*"
    r"|application/(?:octet-stream|pdf|wasm|cbor|msword|(?:x-)?(?:gzip|protobuf|msgpack|bzip2?|tar|xz)|zstd|zip"
    r"|x-(?:zip-compressed|7z-compressed|rar-compressed)|java-archive|pkcs\d+"
    r"|vnd\.(?:ms-(?:excel|powerpoint|word)|rar|google\.protobuf|apache\.(?:avro|parquet|arrow)|msgpack|sqlite3"
    r"|openxmlformats-officedocument|oasis\.opendocument)\b.*)"
    r"|.*\+(?:ber|der|zip|gzip|cbor)"  # RFC 6839 section 3, RFC 8460 section 6, RFC 8949 section 9.5
)
_USUAL = {
    "*": "application/octet-stream",
    "application": "application/octet-stream",
    "audio": "audio/mpeg",
    "font": "font/woff2",
    "image": "image/png",
    "text": "text/plain",
    "video": "video/mp4",
}
BODILESS = frozenset(("101", "204", "205", "304"))
"""Statuses whose responses have no body (RFC 9110 section 15)."""


def covers(offered: str, given: str) -> bool:
    """True when a media type or range takes another: `application/*` takes `application/json`, which takes `…;v=1`.

    So does `application/*+json`, which is no range of RFC 9110, but written for all that is JSON by its suffix (RFC 6839 section 3.1).
    """
    (kind, mine), (other, theirs) = _read(offered), _read(given)
    main, _, sub = kind.partition("/")
    other_main, _, other_sub = other.partition("/")
    fits = sub in ("*", other_sub)
    if sub.startswith("*+"):
        fits = other_sub.endswith(sub[1:]) or other_sub == sub[2:]
    return main in ("*", other_main) and fits and mine <= theirs


def best(offered: Iterable[str], given: str) -> str | None:
    """The most specific of those that cover a media type; None where none does."""
    fitting = [one for one in offered if covers(one, given)]
    return max(fitting, key=_rank, default=None)


def is_json(media_type: str) -> bool:
    """True for JSON and what is built on it (RFC 6839 section 3.1); for a range that takes JSON too."""
    kind, _ = _read(media_type)
    return kind.endswith(("/json", "+json")) or covers(kind, "application/json")


def is_range(media_type: str) -> bool:
    """True for what stands for many media types, and is none that a body could have (RFC 9110 section 12.5.1)."""
    return _read(media_type)[0].endswith("/*")


def example_of(media_range: str) -> str:
    """A media type that a range stands for."""
    main = media_range.partition("/")[0]
    return _USUAL.get(main, f"{main}/x-example")


def concrete(media_type: str, known: Collection[str] = ()) -> str:
    """A media type that a body of a range has: JSON where that may be, and none of those that something else is said of."""
    kind = media_type.partition(";")[0]
    if kind in ("*/*", "application/*"):
        return "application/x-example" if "application/json" in known else "application/json"
    return example_of(kind) if is_range(kind) else media_type.replace("*", "x-example")


def is_binary(media_type: str) -> bool:
    """True for what is known to be no text, so that no string of Unicode has it as it is."""
    return _BINARY.fullmatch(_read(media_type)[0]) is not None


def is_form(media_type: str) -> bool:
    """True for forms, whose fields a schema describes as the members of an object."""
    kind, _ = _read(media_type)
    return kind in ("application/x-www-form-urlencoded", "multipart/form-data")


def _rank(media_type: str) -> tuple[int, int, int]:
    kind, parameters = _read(media_type)
    return (-kind.count("*"), len(parameters), len(kind))


def _read(media_type: str) -> tuple[str, frozenset[str]]:
    kind, *parameters = (part.strip() for part in media_type.lower().split(";"))
    kept = (part for part in parameters if part.partition("=")[0].strip() not in _NOT_A_KIND)
    return ("*/*" if kind == "*" else kind), frozenset(kept)
