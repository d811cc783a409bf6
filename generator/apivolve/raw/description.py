"""A version as it was written: its documents, references followed, nothing understood that is not there.

The checks of witnesses stand on this and not on the model, so that a fault of the reader or of a rule shows.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

from ..jsonvalue import is_array, is_object
from ..model import Api
from ..source import Location, Source

_MOST_REFERENCES = 50
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_TEMPLATE = re.compile(r"\{([^{}]*)\}")
Container: TypeAlias = tuple[str, ...]
"""Where an operation is described: nothing for `paths`, `("webhooks",)`, or the method, path and name of a callback."""


@lru_cache(maxsize=4)
def description(sources: tuple[Source, ...]) -> Description:
    """The description that some documents make together."""
    return Description(sources)


def description_of(api: Api) -> Description:
    """The documents of a version."""
    return description(api.sources)


@dataclass(frozen=True)
class Described:
    """An operation as it is written: its path item, itself, the values of its path, and the document's root."""

    item: Location
    at: Location
    captured: tuple[tuple[str, str], ...]
    root: Location
    words: str
    """The path without the names of its variables."""


class Description:
    """The documents of one version."""

    def __init__(self, sources: tuple[Source, ...]) -> None:
        self.sources = sources
        self.chosen: dict[int, Any] = {}  # what discriminators.py found out
        self._known = {posixpath.normpath(source.path): source for source in sources}
        self.roots = [
            Location(source)
            for source in sources
            if is_object(source.content) and ("swagger" in source.content or "openapi" in source.content)
        ]

    def follow(self, at: Location) -> Location | None:
        """The place, or what its `$ref` leads to; None where that is nothing."""
        for _ in range(_MOST_REFERENCES):
            try:
                raw = at.raw
            except KeyError:
                return None
            if not is_object(raw) or not isinstance(raw.get("$ref"), str):
                return at
            target = self.target(at, raw["$ref"])
            if target is None:
                return None
            at = target
        return None

    def target(self, at: Location, reference: str) -> Location | None:
        """The place that a reference written at a place names."""
        address, _, fragment = reference.partition("#")
        source: Source | None = at.source
        if address:
            near = posixpath.join(posixpath.dirname(at.source.path), unquote(address))
            source = self._known.get(posixpath.normpath(near))
        return Location(source, unquote(fragment)) if source is not None else None

    def members(self, at: Location | None, name: str) -> Iterator[tuple[str, Location]]:
        """The members of an object inside a place, references followed."""
        owner = self.member(at, name)
        raw = owner.raw if owner is not None else None
        for key in raw if owner is not None and is_object(raw) else ():
            found = self.follow(owner.child(key)) if owner is not None else None
            if found is not None and not key.startswith("x-"):
                yield key, found

    def items(self, at: Location | None, name: str) -> Iterator[Location]:
        """The items of an array inside a place, references followed."""
        owner = self.member(at, name)
        raw = owner.raw if owner is not None else None
        for index in range(len(raw)) if owner is not None and is_array(raw) else ():
            found = self.follow(owner.child(index)) if owner is not None else None
            if found is not None:
                yield found

    def member(self, at: Location | None, name: str) -> Location | None:
        """A member of a place, reference followed; None where there is none."""
        if at is None:
            return None
        raw = at.raw
        return self.follow(at.child(name)) if is_object(raw) and name in raw else None

    def text(self, at: Location | None, name: str) -> str:
        """A member that is a string; empty where there is none."""
        raw = at.raw if at is not None else None
        value = raw.get(name) if is_object(raw) else None
        return value if isinstance(value, str) else ""

    # --- schemas -----------------------------------------------------------------------------------------

    @cached_property
    def named(self) -> dict[int, tuple[str, Location]]:
        """The named schemas of all documents, by the identity of what is written there."""
        found: dict[int, tuple[str, Location]] = {}
        for source in self.sources:
            root = Location(source)
            if not is_object(source.content):
                continue
            for owner in (self.member(root, "definitions"), *self._components(root)):
                for name in owner.raw if owner is not None and is_object(owner.raw) else ():
                    place = owner.child(name) if owner is not None else root
                    found[id(place.raw)] = name, place
        return found

    def _components(self, root: Location) -> Iterator[Location]:
        schemas = self.member(self.member(root, "components"), "schemas")
        if schemas is not None:
            yield schemas

    @cached_property
    def heirs(self) -> dict[int, list[tuple[int, str, Location]]]:
        """The named schemas that are put together from a schema by `allOf`, by the identity of that."""
        found: dict[int, list[tuple[int, str, Location]]] = {}
        for key, (name, place) in self.named.items():
            raw = place.raw
            parts = raw.get("allOf") if is_object(raw) else None
            for index in range(len(parts)) if is_array(parts) else ():
                base = self.follow(place.child("allOf", index))
                if base is not None:
                    found.setdefault(id(base.raw), []).append((key, name, place))
        return found

    def anywhere(self, reference: str) -> Any:
        """What a reference names in whichever document has it; None where none does."""
        address, _, fragment = reference.partition("#")
        name = posixpath.basename(unquote(address))
        for path, source in self._known.items():
            if not name or posixpath.basename(path) == name:
                try:
                    return source.get(unquote(fragment))
                except KeyError:
                    continue
        return None

    # --- operations --------------------------------------------------------------------------------------

    def operations(self, method: str, path: str, container: Container = ()) -> list[Described]:
        """The operations that a method and a path without its server meet; a concrete path comes before a template."""
        found: list[tuple[tuple[int, int], Described]] = []
        if container[:1] == ("callbacks",):
            candidates = list(self._callbacks(container))
        else:
            candidates = self._webhooks if container else self._paths
        for template, item, root in candidates:
            captured = template.captured(path) if not container else () if template.text == path else None
            at = self._method(item, method) if captured is not None else None
            if captured is not None and at is not None:
                rank = len(captured), -len(template.fixed)
                found.append((rank, Described(item, at, captured, root, template.words)))
        least = min((rank for rank, _ in found), default=(0, 0))
        return [one for rank, one in found if rank == least]

    def paths_with(self, method: str) -> set[str]:
        """The paths that have a method, without the names of their variables."""
        return {template.words for template, item, _ in self._paths if self._method(item, method) is not None}

    def at_place(self, at: Location) -> list[Described]:
        """The operation that is written at a place, once for each path that leads to it; its path has no values."""
        return self._by_place.get((at.file, at.pointer), [])

    @cached_property
    def _by_place(self) -> dict[tuple[str, str], list[Described]]:
        found: dict[tuple[str, str], list[Described]] = {}
        for template, item, root in self._paths:
            own = (self.member(item, name) for name in METHODS)
            more = (at for _, at in self.members(item, "additionalOperations"))
            for at in filter(None, (*own, *more)):
                found.setdefault((at.file, at.pointer), []).append(
                    Described(item, at, (), root, template.words)
                )
        return found

    def _method(self, item: Location, method: str) -> Location | None:
        direct = self.member(item, method.lower())
        if direct is None:
            direct = self.member(self.member(item, "additionalOperations"), method)
        return direct

    @cached_property
    def _paths(self) -> list[tuple[_Template, Location, Location]]:
        return list(self._items("paths", "x-ms-paths"))

    @cached_property
    def _webhooks(self) -> list[tuple[_Template, Location, Location]]:
        return list(self._items("webhooks", "x-webhooks"))

    def _items(self, *groups: str) -> Iterator[tuple[_Template, Location, Location]]:
        """Path items by their template, with the root of their document."""
        for root in self.roots:
            for group in groups:
                yield from self._layers(self.member(root, group), root)

    def _callbacks(self, container: Container) -> Iterator[tuple[_Template, Location, Location]]:
        _, method, path, name = container
        for owner in self.operations(method, path):
            yield from self._layers(self.member(self.member(owner.at, "callbacks"), name), owner.root)

    def _layers(
        self, items: Location | None, root: Location
    ) -> Iterator[tuple[_Template, Location, Location]]:
        """The path items of a place. One that refers to another comes with it: both describe the path."""
        raw = items.raw if items is not None else None
        for text in raw if items is not None and is_object(raw) else ():
            at = items.child(text) if items is not None else root
            followed = self.follow(at)
            template = _Template(text)
            if is_object(at.raw):
                yield template, at, root
            if followed is not None and followed is not at and is_object(followed.raw):
                yield template, followed, root

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """What stands before the paths: the paths of the servers, their variables at their defaults."""
        found: dict[str, None] = {}
        for root in self.roots:
            if base := self.text(root, "basePath"):
                found[base.rstrip("/")] = None
            for server in self.items(root, "servers"):
                found[urlsplit(self.filled(server)).path.rstrip("/")] = None
        return tuple(found) or ("",)

    def filled(self, server: Location) -> str:
        """A server's URL, its variables at their defaults."""
        defaults = {
            name: self.text(variable, "default") for name, variable in self.members(server, "variables")
        }
        return _TEMPLATE.sub(lambda match: defaults.get(match[1], ""), self.text(server, "url"))


class _Template:
    """A path template, ready to be compared with paths."""

    def __init__(self, text: str) -> None:
        plain, _, fixed = text.partition("?")
        self.text = text
        self.words = _TEMPLATE.sub("{}", text)
        self.names = _TEMPLATE.findall(plain)
        self.fixed = set(fixed.split("&")) if fixed else set[str]()
        self.pattern = re.compile("([^/]+)".join(re.escape(part) for part in _TEMPLATE.split(plain)[::2]))

    def captured(self, path: str) -> tuple[tuple[str, str], ...] | None:
        """The values of the variables in a path; None where the path is another one."""
        given, _, query = path.partition("?")
        match = self.pattern.fullmatch(given)
        if match is None or not self.fixed <= set(query.split("&")):
            return None
        return tuple(zip(self.names, map(unquote, match.groups()), strict=True))


def server_pattern(description: Description, server: Location) -> re.Pattern[str]:
    """What a server's URLs look like, its variables at the values they may have."""
    allowed: dict[str, Any] = {}
    for name, variable in description.members(server, "variables"):
        values = variable.raw.get("enum") if is_object(variable.raw) else None
        allowed[name] = [str(value) for value in values] if is_array(values) and values else None
    parts = _TEMPLATE.split(description.text(server, "url").rstrip("/"))
    pattern = ""
    for index, part in enumerate(parts):
        values = allowed.get(part) if index % 2 else None
        if index % 2 == 0:
            pattern += re.escape(part)
        else:
            pattern += f"(?:{'|'.join(map(re.escape, values))})" if values else "[^?#]*"
    return re.compile(pattern)


def schema_at(at: Location) -> Location | None:
    """The schema of a place: the place itself, or the schema inside a media type, header or parameter."""
    try:
        raw = at.raw
    except KeyError:
        return None
    if not is_object(raw):
        return None
    if is_object(raw.get("schema")):
        return at.child("schema")
    return None if "responses" in raw or "content" in raw else at


def contents_of(description: Description, one: Described, owner: Location, word: str) -> dict[str, Location]:
    """The media types of a body, each with the place that holds its schema."""
    content = description.member(owner, "content")
    if content is not None and is_object(content.raw):
        return {name: description.follow(content.child(name)) or content for name in content.raw}
    if "schema" not in owner.raw:
        return {}
    for place in (one.at, one.root):
        names = place.raw.get(word)
        if is_array(names):
            return {str(name): owner for name in names}
    return {"application/json": owner}
