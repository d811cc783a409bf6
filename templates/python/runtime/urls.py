"""Where a call goes: server, path and query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from .call import Call, Path, Query
from .errors import RequestError
from .styles import is_absent, path_text, percent_encode, query_pieces

_LONGEST_NAME, _LONGEST_LABEL = 254, 63
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
# What a path or a query may hold as it is (RFC 3986 §3.3, §3.4); an escape stays an escape.
_WRITTEN = "/:@!$&'()*+,;=?%"
# Path and query, each with its names; a fragment is never sent.
_PARTS = re.compile(r"((?:\{[^{}]+\}|[^?#])*+)(?:\?((?:\{[^{}]+\}|[^#])*+))?")
_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def server_url(template: str, variables: Mapping[str, str | None], base_url: str | None) -> str:
    """Give the address of the server, without a slash at the end.

    ``base_url`` wins when given. Else each ``{name}`` of the template (OpenAPI 3.1 "Server Variable
    Object") is replaced; when the template starts with ``https://{name}`` and the value brings a
    scheme of its own, that one is used. Raises `RequestError` naming a variable without a value.
    """
    if base_url is not None:
        return base_url.rstrip("/")

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        value = variables.get(name)
        # An empty part of a path is one, an empty host is not.
        in_host = "/" not in template[: match.start()].partition("://")[2]
        if value is None or (in_host and not value):
            raise RequestError(
                f"the server address {template!r} needs a value for {name!r}: "
                f"pass {name}= or base_url="
            )
        return value.rstrip("/")

    url = _PLACEHOLDER.sub(replace, template)
    doubled = re.match(r"https?://(?=https?://)", url, re.IGNORECASE)
    if doubled:
        url = url[doubled.end() :]
    return url.rstrip("/")


def checked_base_url(url: str) -> str:
    """Check a server address; raises `RequestError` unless it is http or https with a host."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port  # raises ValueError for what is no port
    except ValueError:
        host = None
    else:
        if parts.scheme.lower() not in ("http", "https"):
            host = None
    if (
        not host
        or not is_host(host)
        or any(character.isspace() or ord(character) < 32 for character in url)
    ):
        raise RequestError("base_url must be an address such as https://example.com/path")
    return url


def is_host(name: str) -> bool:
    """Whether a name can be looked up: RFC 1035 §2.3.4, for names beyond ASCII as they are written."""
    labels = name.removesuffix(".").split(".")
    return len(name) <= _LONGEST_NAME and all(0 < len(label) <= _LONGEST_LABEL for label in labels)


def build_url(
    base_url: str,
    call: Call[object],
    extra_query: Mapping[str, object],
) -> str:
    """Join server, path and query.

    Raises `RequestError` for a path parameter without a
    value and for one that would change which path is meant: ``.``, ``..`` or nothing at all.
    """
    server = urlsplit(base_url)
    path, path_query = _parts(call.path)
    values = {p.wire_name: p for p in call.parameters if isinstance(p, Path)}
    path = _path(path, values)
    query: dict[str, list[str]] = {}
    _add(query, server.query.split("&"))
    _add(query, [_fill(piece, values) for piece in path_query.split("&")])
    # All at once: the members of two exploded objects may have one name, and both are sent.
    declared = [p for p in call.parameters if isinstance(p, Query) and not is_absent(p.value)]
    _add(query, [piece for parameter in declared for piece in query_pieces(parameter)])
    for name, value in extra_query.items():
        query.pop(name, None)
        if not is_absent(value):
            _add(query, query_pieces(Query(name, value)))
    url = f"{server.scheme}://{server.netloc}{server.path.rstrip('/')}/{path}"
    return _joined(url, query)


def with_query(url: str, values: Mapping[str, str]) -> str:
    """Set query parameters of an address."""
    if not values:
        return url
    start, _, given = url.partition("#")[0].partition("?")
    query: dict[str, list[str]] = {}
    _add(query, given.split("&"))
    for name, value in values.items():
        _add(query, query_pieces(Query(name, value)))
    return _joined(start, query)


def shown_url(url: str) -> str:
    """Write an address for logs and errors: without user, query and fragment, which may be secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _joined(url: str, query: dict[str, list[str]]) -> str:
    joined = "&".join(piece for pieces in query.values() for piece in pieces)
    return f"{url}?{joined}" if joined else url


def _add(query: dict[str, list[str]], pieces: list[str]) -> None:
    """Add pieces; a name given by an earlier source is replaced, not sent twice."""
    fresh: dict[str, list[str]] = {}
    for piece in pieces:
        if piece:
            fresh.setdefault(unquote(piece.partition("=")[0]), []).append(piece)
    query.update(fresh)


def _path(template: str, values: Mapping[str, Path]) -> str:
    text = _fill(template.removeprefix("/"), values)
    # Percent-encoding does not help here: servers and proxies decode before they resolve dots.
    for segment in text.split("/"):
        if unquote(segment) in (".", ".."):
            raise RequestError(f"a segment of the path {template!r} must not be '.' or '..'")
    return text


def _parts(template: str) -> tuple[str, str]:
    found = _PARTS.match(template)
    return (found[1], found[2] or "") if found is not None else (template, "")


def _fill(template: str, values: Mapping[str, Path]) -> str:
    # Written text and names take turns.
    pieces = _PLACEHOLDER.split(template)
    pieces[::2] = [
        percent_encode(_NO_ESCAPE.sub("%25", text), _WRITTEN) for text in pieces[::2]
    ]
    for place in range(1, len(pieces), 2):
        name = pieces[place]
        parameter = values.get(name)
        if parameter is None or is_absent(parameter.value):
            raise RequestError(f"the path parameter {name!r} needs a value")
        pieces[place] = path_text(parameter)
        if not pieces[place]:
            raise RequestError(f"the path parameter {name!r} must not be empty")
    return "".join(pieces)
