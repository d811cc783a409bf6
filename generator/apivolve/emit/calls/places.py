"""Operations → where each is found: the resource that it is called on, and the name of the method."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from ...model import Operation
from ..names.identifiers import METHODS_TAKEN, SafeName, Scope, snake, words

_VERBS = frozenset(
    [
        "list",
        "get",
        "create",
        "update",
        "delete",
        "modify",
        "cancel",
        "submit",
        "put",
        "post",
        "patch",
        "set",
        "add",
        "remove",
        "retrieve",
        "query",
        "search",
        "count",
        "check",
        "start",
        "stop",
        "begin",
        "end",
        "fetch",
        "find",
        "read",
        "write",
        "send",
        "upload",
        "download",
        "replace",
        "edit",
        "make",
        "run",
        "execute",
        "generate",
        "enable",
        "disable",
        "import",
        "export",
        "move",
        "copy",
        "rename",
        "reset",
        "revoke",
        "verify",
        "validate",
        "scan",
        "test",
        "is",
        "has",
        "do",
    ]
)

_ON_MANY = {
    "GET": "list",
    "POST": "create",
    "PUT": "replace_all",
    "PATCH": "update_all",
    "DELETE": "delete_all",
}
_ON_ONE = {"GET": "retrieve", "POST": "update", "PUT": "replace", "PATCH": "update", "DELETE": "delete"}
_PARAMETER = "{}"
_DEEPEST = 4
"""How deep resources by path are nested; what is below is one name."""
_SEGMENT = re.compile(r"\{[^{}]*\}|[^/:{}]+")
_VERSION = re.compile(r"v?[0-9]+([.-][0-9]+)*((alpha|beta)[0-9]*)?|apis?|rest", re.IGNORECASE)
"""A segment that tells nothing of what is called, before the first parameter."""
_LONGEST = 30
"""The longest path that ids are held against, in segments: what could be read in many ways takes no time."""


@dataclass
class Group:
    """The methods and sub-groups of one resource, while they are collected. `first` is its first operation's position."""

    path: tuple[str, ...]
    name: SafeName = field(default_factory=lambda: SafeName("client"))
    class_name: SafeName = field(default_factory=lambda: SafeName("Client"))
    dotted: str = ""
    first: int = 0
    scope: Scope = field(default_factory=lambda: Scope(METHODS_TAKEN))
    methods: list[tuple[int, Operation, SafeName]] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    by_word: dict[str, Group] = field(default_factory=dict)

    @property
    def part(self) -> SafeName:
        """The module that its class is defined in."""
        return SafeName(self.dotted.partition(".")[0] or "client")

    @property
    def inner(self) -> list[Group]:
        """The groups below, in the order of the specification."""
        return sorted(self.groups.values(), key=lambda group: group.first)

    def walk(self) -> Iterator[Group]:
        """The group and all below."""
        yield self
        for group in self.groups.values():
            yield from group.walk()

    def at(self, asked: Sequence[str], named: Sequence[str] | None, index: int) -> Group:
        """The group below with the path that an operation asks for, or that the lock names it by; made when it is new."""
        group = self
        for depth, word in enumerate(asked if named is None or len(named) == len(asked) else named):
            name = named[depth] if named is not None else None
            found = group.groups.get(name) if name is not None else group.by_word.get(word)
            if found is None:
                given = group.scope.give(name or word)
                found = Group((*group.path, word), given, dotted=f"{group.dotted}{given}.", first=index)
                group.groups[given] = found
            group.by_word.setdefault(word, found)
            found.first = min(found.first, index)
            group = found
        return group


class Places:
    """Where the operations of a version are found: by their ids, else by their tags, else by their paths.

    By their paths are those that neither ids nor tags put anywhere, where most of these have no id, or one that says
    their method and path once more (`PostCustomersCustomer`). Else ids are the better names, on the client itself.
    `getPets` of `GET /pets` is not counted: it may be either.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        left = [operation for operation in operations if not _told(operation)[0]]
        repeats = [_beyond_call(one) is not None for one in left]
        telling = [
            one for one, operation in zip(repeats, left, strict=True) if not (one and _is_plain(operation))
        ]
        self._by_path = 2 * sum(telling) > len(telling)
        self._ways = sorted(_way(operation) for operation in operations)

    def of(self, operation: Operation) -> tuple[tuple[str, ...], str]:
        """The resource path and the method name an operation asks for.

        What an id says once more of the tag is left out: `ContainerList` of the tag `Container` is `container.list`. What goes on after its response begins with `begin`.
        """
        path, name = _told(operation)
        if not path and self._by_path:
            path, name = self._at_path(operation)
        begins = operation.long_running is not None and not name.startswith("begin")
        return path, f"begin_{name}" if begins else name

    def _at_path(self, operation: Operation) -> tuple[tuple[str, ...], str]:
        """The literal segments of the path, and what its id says beyond them, else the customary verb."""
        way, method = _way(operation), operation.method
        steps = way.split("/")[:-1]
        literals = [step for step in steps if step != _PARAMETER]
        own = _beyond_call(operation)
        name = snake(operation.id if own is None else own, "")
        if not literals:
            return (), name or snake(operation.id, "call")
        last, many = literals[-1], _is_plural(literals[-1])
        ends = steps[-1] != _PARAMETER
        acts = words(last)[0] in _VERBS or (method in ("POST", "PUT") and not many)
        if ends and acts and self._below(way) == 1:
            # /charges/{charge}/capture: what is done, and no resource
            return _nested(literals[:-1]), name or last
        if not name:
            collects = ends and (many or self._below(f"{way}{_PARAMETER}/") > 0)
            name = (_ON_MANY if collects else _ON_ONE).get(method) or snake(method, "call")
        return _nested(literals), name

    def _below(self, way: str) -> int:
        """How many operations are at a path or below it; 2 for all that are more."""
        at = bisect_left(self._ways, way)
        return sum(one.startswith(way) for one in self._ways[at : at + 2])


def _segments(operation: Operation) -> list[str]:
    """The segments of a path that have words, and its parameters, in braces; `/{id}:cancel` and `/{id}/cancel` are the same."""
    return [one for one in _SEGMENT.findall(operation.path.removesuffix(".json")) if words(one)]


def _way(operation: Operation) -> str:
    """A path as it is compared: its segments in snake case, without `/api/v1`, each with a slash after it."""
    segments = _segments(operation)
    first = list(takewhile(lambda one: not one.startswith("{"), segments))
    told = [one for one in first if not _VERSION.fullmatch(one)] + segments[len(first) :]
    return "".join(f"{_PARAMETER if one.startswith('{') else snake(one, '')}/" for one in told)


def _nested(literals: Sequence[str]) -> tuple[str, ...]:
    if len(literals) <= _DEEPEST:
        return tuple(literals)
    return (*literals[: _DEEPEST - 1], snake("_".join(literals[_DEEPEST - 1 :]), "group"))


def _is_plural(name: str) -> bool:
    return name.endswith("s") and not name.endswith(("ss", "us", "is"))


def _is_plain(operation: Operation) -> bool:
    """True for an id of a verb and a noun."""
    return operation.named and operation.method in ("GET", "DELETE") and len(words(operation.id)) == 2


def _beyond_call(operation: Operation) -> str | None:
    """What an id says beyond its method and path, after which FastAPI writes both; None where it does not say them."""
    if not operation.named:
        return ""
    if (own := _of_function(operation)) is not None:
        return own
    said, method = "".join(words(operation.id)), operation.method.lower()
    rests = (said.removeprefix(method), said.removesuffix(method))
    return "" if any(rest != said and _spells(rest, operation) for rest in rests) else None


def _of_function(operation: Operation) -> str | None:
    """The name of the function, of an id that FastAPI wrote: the path and method follow it; None for any other id."""
    after = re.sub(r"\W", "_", f"{operation.path}_{operation.method.lower()}")
    return operation.id.removesuffix(after) if operation.id.endswith(after) else None


def _spells(said: str, operation: Operation) -> bool:
    """True for a text that has the words of a path one after another, with or without its parameters and versions."""
    ends, segments = {0}, _segments(operation)
    if len(segments) > _LONGEST:
        return False
    for segment in segments:
        known = words(segment)
        ways = ["".join(known)]
        if segment.startswith("{"):
            ways = ["", *(f"{by}{way}" for by in ("", "by", "and") for way in (*ways, known[-1]))]
        elif _VERSION.fullmatch(segment):
            ways.append("")
        ends = {end + len(way) for end in ends for way in ways if said.startswith(way, end)}
    return bool(said) and len(said) in ends


def _beyond(tag: str, id_: str) -> str:
    """What an id says beyond a tag that it begins with, in one number or the other; all of it, where the tag is what is done."""
    known, told = words(tag), words(id_)
    count = len(known)
    begins = [word.removesuffix("s") for word in told[:count]] == [word.removesuffix("s") for word in known]
    if not begins or len(told) == count or known[0] in _VERBS:
        return id_
    return "_".join(told[count:])


def _told(operation: Operation) -> tuple[tuple[str, ...], str]:
    """Where an operation is by its id, or else by its first tag; nowhere, when neither says it."""
    id_ = _of_function(operation) or operation.id
    parts = [part for part in re.split(r"[./]", id_) if words(part)] if operation.named else [id_]
    if len(parts) > 1:
        return tuple(snake(part, "group") for part in parts[:-1]), snake(parts[-1], "call")
    head, mark, tail = id_.partition("_")
    named = bool(mark and "_" not in tail and words(head) and words(tail))
    if named and words(head)[0] not in _VERBS and words(tail)[0] in _VERBS:
        return (snake(head, "group"),), snake(tail, "call")
    if operation.tags and words(operation.tags[0]):
        told = _beyond(operation.tags[0], id_) if operation.named else id_
        return (snake(operation.tags[0], "group"),), snake(told, "call")
    return (), snake(id_, "call")
