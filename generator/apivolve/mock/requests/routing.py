"""Method and path → the operations that may be meant.

Of several templates that a path meets, one whose segments are written out comes before one that has variables there,
from the left (OpenAPI 3.x, Path Templating).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from ...model import Api, Operation, Server
from .request import NotReadable, pairs, plain

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_NEAREST = 3
_LONGEST = 300
_EMPTY_ALLOWED = ("matrix", "label")
"""Styles that write an empty value as nothing."""


@dataclass(frozen=True)
class Route:
    """One operation, ready to be compared with requests."""

    operation: Operation
    names: tuple[str, ...]
    pattern: re.Pattern[str]
    rank: tuple[tuple[int, ...], int]
    fixed: frozenset[tuple[str, str]]
    known: frozenset[str]
    """The query parameters that the operation has."""
    queried: tuple[tuple[str, str], ...]
    """Variables in the query of a path, each with the name that it comes by: `/picture?key={API_KEY}`."""


@dataclass(frozen=True)
class Match:
    """A route that a request took, and the texts of its variables, encoded delimiters kept apart."""

    route: Route
    captured: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Found:
    """What is at a path: the operations of the method, those that fit best, and the methods that there are."""

    matches: tuple[Match, ...]
    allowed: tuple[str, ...]


class Router:
    """The operations of one version."""

    def __init__(self, api: Api) -> None:
        self.routes = [_route(operation) for operation in api.operations]
        servers = dict.fromkeys(api.servers)
        servers |= {server: None for operation in api.operations for server in operation.servers}
        self.prefixes = _prefixes(servers, is_open=False)
        self.guesses = _prefixes(servers, is_open=True)

    def find(self, method: str, path: str, query: tuple[tuple[str, str], ...]) -> Found:
        """The operations at a path; nothing where there are none, whatever the method.

        A path may begin as the servers' do, their variables as they are described; with any other value of a variable only
        where it is nothing else. A slash at its end makes no difference where nothing is described for it.
        """
        pairs_ = {(plain(name), plain(value)) for name, value in query}
        allowed: tuple[str, ...] = ()
        for inner in self._candidates(path):
            found = [match for route in self.routes if (match := _match(route, inner, pairs_)) is not None]
            mine = [match for match in found if match.route.operation.method == method]
            if mine:
                least = min(match.route.rank for match in mine)
                return Found(tuple(match for match in mine if match.route.rank == least), ())
            allowed = allowed or tuple(dict.fromkeys(match.route.operation.method for match in found))
        return Found((), allowed)

    def prefix_of(self, path: str) -> int:
        """How much of a path is that of a server as it is described."""
        return max(
            (match.end() for one in self.prefixes if (match := one.match(path)) is not None), default=0
        )

    def _candidates(self, path: str) -> Iterator[str]:
        """What a path may be without its server."""
        found: dict[str, None] = {}
        for prefixes in (self.prefixes, self.guesses):
            for prefix in prefixes:
                match = prefix.match(path)
                if match is not None:
                    found.setdefault(path[match.end() :] or "/")
            found.setdefault(path)
            for inner in list(found):
                found.setdefault(inner.rstrip("/") if inner.endswith("/") else inner + "/")
        yield from found

    def nearest(self, path: str) -> list[str]:
        """The paths of the version that are most like one, whatever their variables hold."""
        wanted: str = plain(path)[:_LONGEST]
        segments = wanted.split("/")
        known: dict[str, str] = {}
        for route in self.routes:
            template = route.operation.path
            given = [*segments, *[""] * template.count("/")]
            filled = [
                own if own and "{" in one else one
                for one, own in zip(template.split("/"), given, strict=False)
            ]
            known.setdefault("/".join(filled), template)
        return [known[one] for one in difflib.get_close_matches(wanted, known, _NEAREST)]


def _route(operation: Operation) -> Route:
    path, _, fixed = operation.path.partition("#")[0].partition("?")
    parts = _VARIABLE.split(path)
    styles = {one.wire_name: one.style for one in operation.parameters if one.place == "path"}
    pattern = "".join(
        _variable(parts, index, styles) if index % 2 else _literal(part) for index, part in enumerate(parts)
    )
    rank = tuple(
        0 if "{" not in segment else 2 if _VARIABLE.fullmatch(segment) else 1 for segment in path.split("/")
    )
    try:
        given = frozenset((plain(name), plain(value)) for name, value in pairs(fixed))
    except NotReadable:
        given = frozenset[tuple[str, str]]()
    queried = {(name, value[1:-1]) for name, value in given if _VARIABLE.fullmatch(value)}
    given -= {(name, f"{{{variable}}}") for name, variable in queried}
    known = frozenset(one.wire_name for one in operation.parameters if one.place == "query")
    names = tuple(parts[1::2])
    order = rank, -len(given) - len(queried)
    whole = re.compile(pattern, re.DOTALL)
    return Route(operation, names, whole, order, given, known, tuple(sorted(queried)))


def _variable(parts: list[str], index: int, styles: dict[str, str]) -> str:
    """A pattern for a variable. One that another follows at once takes as little as it can: `{id}{.format}`."""
    least = "?" if parts[index + 1] == "" and index + 2 < len(parts) else ""
    return f"([^/]{'*' if styles.get(parts[index]) in _EMPTY_ALLOWED else '+'}{least})"


def _literal(text: str) -> str:
    """A pattern for text of a path, whichever way its delimiters were encoded."""
    return "".join(
        f"[{mark}{chr(0xDC00 + ord(mark))}]" if mark in ",;=" else re.escape(mark) for mark in unquote(text)
    )


def _match(route: Route, path: str, query: set[tuple[str, str]]) -> Match | None:
    found = route.pattern.fullmatch(path)
    if found is None:
        return None
    # a parameter has its own value, also where the path has its name
    given = {name for name, _ in query} & route.known
    if not all(pair in query or pair[0] in given for pair in route.fixed):
        return None
    texts = dict(sorted(query)) if route.queried else {}  # whatever the order of a set is
    if not all(name in texts for name, _ in route.queried):
        return None
    captured = [*zip(route.names, found.groups(), strict=True)]
    return Match(route, (*captured, *((variable, texts[name]) for name, variable in route.queried)))


def _prefixes(servers: Iterable[Server], *, is_open: bool) -> list[re.Pattern[str]]:
    """What the addresses of servers begin with, the longest first."""
    found = {prefix for server in servers if (prefix := _prefix(server, is_open=is_open)) is not None}
    return sorted(found, key=lambda prefix: (-len(prefix.pattern), prefix.pattern))


def _prefix(server: Server, *, is_open: bool) -> re.Pattern[str] | None:
    """The path that a server's address begins with; None where it has none.

    Variables are at a value that is described. With `is_open`, those whose values nobody lists are at any.
    """
    values = {variable.name: variable for variable in server.variables}
    # variables may hold what divides an address, so they are told apart before it is divided
    marked = _VARIABLE.sub(lambda match: f"\x00{match[1]}\x00", server.url)
    rest = marked.partition("://")[2] if "://" in marked else marked
    path = rest[rest.index("/") :] if "/" in rest else ""
    path = path.partition("?")[0].rstrip("/")
    if not path:
        return None
    pattern = ""
    for index, part in enumerate(path.split("\x00")):
        if index % 2 == 0:
            pattern += _literal(part)
            continue
        variable = values.get(part)
        listed = variable.values if variable is not None else ()
        default = (variable.default or "").strip("/") if variable is not None else ""
        told = listed or ((default,) if default else ())
        if not (told or is_open):
            return None
        pattern += f"(?:{'|'.join(map(_literal, told))})" if told and (listed or not is_open) else "[^/]+"
    return re.compile(pattern + "(?=/|$)")
