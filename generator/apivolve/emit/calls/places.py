"""Operations → where each is found: the resource that it is called on, and the name of the method."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

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


def place_of(operation: Operation) -> tuple[tuple[str, ...], str]:
    """The resource path and the method name an operation asks for: by its id, else by its first tag.

    What an id says once more of the tag is left out: `ContainerList` of the tag `Container` is `container.list_`. What goes on after its response begins with `begin`.
    """
    path, name = _asked(operation)
    begins = operation.long_running is not None and not name.startswith("begin")
    return path, f"begin_{name}" if begins else name


def _beyond(tag: str, id_: str) -> str:
    """What an id says beyond a tag that it begins with, in one number or the other; all of it, where the tag is what is done."""
    known, told = words(tag), words(id_)
    count = len(known)
    begins = [word.removesuffix("s") for word in told[:count]] == [word.removesuffix("s") for word in known]
    if not begins or len(told) == count or known[0] in _VERBS:
        return id_
    return "_".join(told[count:])


def _asked(operation: Operation) -> tuple[tuple[str, ...], str]:
    parts = (
        [part for part in re.split(r"[./]", operation.id) if words(part)]
        if operation.named
        else [operation.id]
    )
    if len(parts) > 1:
        return tuple(snake(part, "group") for part in parts[:-1]), snake(parts[-1], "call")
    head, mark, tail = operation.id.partition("_")
    named = bool(mark and "_" not in tail and words(head) and words(tail))
    if named and words(head)[0] not in _VERBS and words(tail)[0] in _VERBS:
        return (snake(head, "group"),), snake(tail, "call")
    if operation.tags and words(operation.tags[0]):
        told = _beyond(operation.tags[0], operation.id) if operation.named else operation.id
        return (snake(operation.tags[0], "group"),), snake(told, "call")
    return (), snake(operation.id, "call")
