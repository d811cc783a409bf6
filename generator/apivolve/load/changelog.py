"""Change logs in the Azure JSON form → `Change`s.

The grammar, with `Members` a list or an object:

    Log      = {"#id", Description?: Chg, $parameters?: Members, $responses?: {code: NodeDiff | Mark: {code: Node}}}
    NodeDiff = {Description|Enum|Format|Type|Required?: Chg, $properties?: Members, $items?: NodeDiff}
    Chg      = {"new", "old"}
    Members  = [ {"#name", …NodeDiff} | {Entry} ] | {Entry, …}
    Entry    = Mark: Node | name: [Members of an object] | name: NodeDiff of an array's items, or of a body's schema
    Mark     = "@added_" or "@removed_" and 32 hex digits

Anything else is an error with its place, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..errors import LoadError
from ..finding import Change
from ..jsonvalue import is_array, is_object, to_json
from ..source import Location
from .node import Node, Problems
from .parse import fail, read_source

_MARK = re.compile(r"^@(added|removed)_[0-9a-f]{32}$")
_ATTRIBUTES = ("Description", "Enum", "Format", "Type", "Required")
_STATUS = re.compile(r"^([0-9]{3}|default)$")


def _is_change_log(content: object) -> bool:
    """True for the content of a change log file: one log, or a list of them."""
    first = content[0] if is_array(content) and content else content
    return is_object(first) and "#id" in first


def load_change_log(path: Path, version: str, shown: str | None = None) -> tuple[Change, ...]:
    """The changes that a log file declares for an api-version. Raises LoadError for all that is not in the grammar."""
    source = read_source(path, shown)
    if not _is_change_log(source.content):
        fail("no-change-log", f"{source.path} is no change log: it has no `#id`", Location(source))
    problems = Problems()
    root = Node(source.content, Location(source), problems)
    logs = list(root.items()) if root.is_array else [root]
    changes = tuple(change for log in logs for change in _Reader(version).read(log))
    if errors := problems.of("error"):
        raise LoadError(errors)
    return changes


class _Reader:
    """Reads one log: the changes of one operation."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.operation = ""

    def read(self, log: Node) -> Iterator[Change]:
        if not log.expect(dict):
            return
        self.operation = log.text("#id")
        if not self.operation:
            log.problems.add("log-without-id", "a change log needs `#id`, the operationId", log.at)
        for name, node in log.members():
            if name == "Description":
                yield self._scalar((), name, node)
            elif name == "$parameters":
                yield from self._members(node, ("parameters",), parameters=True)
            elif name == "$responses":
                yield from self._responses(node)
            elif name != "#id":
                self._unknown(node, name)

    def _responses(self, node: Node) -> Iterator[Change]:
        for name, value in node.members():
            mark = _MARK.match(name)
            if mark:
                for code, whole in value.members():
                    yield self._whole(("responses", code), mark[1], whole)
            elif not _STATUS.match(name):
                self._unknown(value, name)
            elif value.is_object and ("$headers" in value or "$schema" in value):
                for part, inner in value.members():
                    if part == "$headers":
                        yield from self._members(inner, ("responses", name, "headers"))
                    elif part == "$schema":
                        yield from self._node(inner, ("responses", name))
                    else:
                        self._unknown(inner, part)
            elif value.is_array:
                yield from self._members(value, ("responses", name))
            else:
                yield from self._node(value, ("responses", name))

    def _members(self, node: Node, path: tuple[str, ...], *, parameters: bool = False) -> Iterator[Change]:
        if node.is_array:
            for element in node.items():
                if not element.expect(dict):
                    continue
                if "#name" in element:
                    yield from self._node(element, (*path, element.text("#name")))
                elif len(element.value) == 1:
                    yield from self._entries(element, path, parameters=parameters)
                else:
                    element.problems.add(
                        "log-without-name", "an element with several members needs `#name`", element.at
                    )
        else:
            yield from self._entries(node, path, parameters=parameters)

    def _entries(self, node: Node, path: tuple[str, ...], *, parameters: bool) -> Iterator[Change]:
        for name, value in node.members():
            mark = _MARK.match(name)
            if mark:
                yield self._whole((*path, value.text("#name")), mark[1], value)
            elif value.is_array:
                yield from self._members(value, (*path, name))
            else:
                yield from self._node(value, (*path, name) if parameters else (*path, name, "[]"))

    def _node(self, node: Node, path: tuple[str, ...]) -> Iterator[Change]:
        for name, value in node.members():
            if name in _ATTRIBUTES:
                yield self._scalar(path, name, value)
            elif name == "$properties":
                yield from self._members(value, path)
            elif name == "$items":
                yield from self._node(value, (*path, "[]"))
            elif name != "#name":
                self._unknown(value, name)

    def _scalar(self, path: tuple[str, ...], attribute: str, node: Node) -> Change:
        if not node.expect(dict) or set(node.value) != {"new", "old"}:
            node.problems.add("log-without-pair", f"{attribute} needs exactly `new` and `old`", node.at)
            return Change(self.version, self.operation, path, attribute, None, None, node.at)
        before, after = to_json(node.value["old"]), to_json(node.value["new"])
        return Change(self.version, self.operation, path, attribute, before, after, node.at)

    def _whole(self, path: tuple[str, ...], mark: str, node: Node) -> Change:
        text = to_json(node.value)
        before, after = (None, text) if mark == "added" else (text, None)
        return Change(self.version, self.operation, path, mark, before, after, node.at)

    def _unknown(self, node: Node, name: str) -> None:
        node.problems.add(
            "log-unknown-key",
            f"{name!r} has no meaning here",
            node.at,
            "the grammar is in docs/change-log.md",
        )
