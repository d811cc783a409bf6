"""Change logs in the JSON form of azureapichanges.com → `Change`s.

The grammar, with `Members` a list or an object; `docs/change-log.md` has it with examples:

    Log      = {"#id", Description?: Chg, $parameters?: Members, $responses?: {status: Response | Mark: {status: Whole}}}
    Response = NodeDiff | {$headers?: Members, $schema?: NodeDiff} | Members of the headers alone
    NodeDiff = {Description|Enum|Format|Required|Type?: Chg, $properties?: Members, $items?: NodeDiff, $schema?: NodeDiff}
    Chg      = {"new", "old"}
    Members  = [ {"#name", …NodeDiff} | {Entry} ] | {Entry, …}
    Entry    = Mark: Whole | name: [Members of an object] | name: NodeDiff of an array's items, or of a body's schema
    Whole    = {"#name", Description|Enum|Format|Required|Type?: value, $properties?: [Whole], $items?: Whole, $schema?: Whole}
    Mark     = "@added_" or "@removed_" and 32 hex digits

Anything else is an error with its place, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...errors import LoadError
from ...finding import Change
from ...jsonvalue import is_array, is_object, to_json
from ...outline import ATTRIBUTES, HEADERS, ITEMS, SCHEMA, member
from ...source import Location
from ..node import Node, Problems

_MARK = re.compile(r"^@(added|removed)_[0-9a-f]{32}$")
_STATUS = re.compile(r"^(?:[1-5](?:[0-9]{2}|XX)|default)$")
_KINDS: dict[str, type[Any]] = {
    "Description": str,
    "Enum": list,
    "Format": str,
    "Required": bool,
    "Type": str,
}


def is_change_log(content: object) -> bool:
    """True for the content of a change log file: one log, or a list of them."""
    if is_array(content):
        return all(is_change_log(item) for item in content)
    return is_object(content) and "#id" in content


def read_change_log(at: Location, version: str) -> tuple[Change, ...]:
    """The changes of the log, or list of logs, at a place. Raises LoadError for all that is not in the grammar."""
    problems = Problems()
    root = Node(at.raw, at, problems)
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
        """All changes of a log, in its order."""
        if not log.expect(dict):
            return
        self.operation = log.text("#id")
        if not self.operation:
            log.problems.add("log-without-id", "a change log needs `#id`, the operationId", log.at)
        for name, node in log.members():
            if name == "Description":
                yield self._scalar((), name, node)
            elif name == "$parameters":
                yield from self._members(node, ("parameters",), below=SCHEMA)
            elif name == "$responses":
                yield from self._responses(node)
            elif name != "#id":
                self._unknown(node, name)

    def _responses(self, node: Node) -> Iterator[Change]:
        for name, value in node.members():
            if mark := _MARK.match(name):
                for status, whole in value.members():
                    if _STATUS.match(status):
                        yield self._came_or_went(("responses", status), mark[1], whole)
                    else:
                        self._unknown(whole, status)
            elif not _STATUS.match(name):
                self._unknown(value, name)
            elif value.is_object and (HEADERS in value or SCHEMA in value):
                for part, inner in value.members():
                    if part == HEADERS:
                        yield from self._members(inner, ("responses", name, HEADERS))
                    elif part == SCHEMA:
                        yield from self._node(inner, ("responses", name))
                    else:
                        self._unknown(inner, part)
            elif value.is_array or (value.is_object and value.value and all(map(_MARK.match, value.value))):
                yield from self._members(value, ("responses", name, HEADERS))
            else:
                yield from self._node(value, ("responses", name))

    def _members(self, node: Node, path: tuple[str, ...], *, below: str = ITEMS) -> Iterator[Change]:
        """Named parts. `below` is what an object under a bare name is about: an array's items, or a body's schema."""
        if not node.is_array:
            yield from self._entries(node, path, below)
            return
        for element in node.items():
            if not element.expect(dict):
                continue
            if "#name" in element:
                yield from self._node(element, (*path, member(element.text("#name"))), named=True)
            elif len(element.value) == 1:
                yield from self._entries(element, path, below)
            else:
                element.problems.add(
                    "log-without-name", "an element with several members needs `#name`", element.at
                )

    def _entries(self, node: Node, path: tuple[str, ...], below: str) -> Iterator[Change]:
        for name, value in node.members():
            if mark := _MARK.match(name):
                if value.expect(dict) and not value.text("#name"):
                    value.problems.add("log-without-name", "what came or went needs `#name`", value.at)
                elif value.is_object:
                    yield self._came_or_went((*path, member(value.text("#name"))), mark[1], value)
            elif value.is_array:
                yield from self._members(value, (*path, member(name)))
            else:
                yield from self._node(value, (*path, member(name), below))

    def _node(self, node: Node, path: tuple[str, ...], *, named: bool = False) -> Iterator[Change]:
        for name, value in node.members():
            if name in ATTRIBUTES:
                yield self._scalar(path, name, value)
            elif name == "$properties":
                yield from self._members(value, path)
            elif name == "$items":
                yield from self._node(value, (*path, ITEMS))
            elif name == SCHEMA and len(path) == 2 and path[0] == "parameters":
                yield from self._node(value, (*path, SCHEMA))
            elif not (named and name == "#name"):
                self._unknown(value, name)

    def _scalar(self, path: tuple[str, ...], attribute: str, node: Node) -> Change:
        if not node.expect(dict) or set(node.value) != {"new", "old"}:
            node.problems.add("log-without-pair", f"{attribute} needs exactly `new` and `old`", node.at)
            return Change(self.version, self.operation, path, attribute, None, None, node.at)
        for _, value in node.members():
            if value.value is not None:
                self._value(value, attribute)
        before, after = to_json(node.value["old"]), to_json(node.value["new"])
        return Change(self.version, self.operation, path, attribute, before, after, node.at)

    @staticmethod
    def _value(node: Node, attribute: str) -> None:
        """Report a value that the attribute cannot have."""
        if not node.expect(_KINDS[attribute]) or attribute != "Enum":
            return
        for pair in node.items():
            if not is_array(pair.value) or len(pair.value) != 2 or not isinstance(pair.value[1], str):
                message = 'a value of an enumeration is a pair: the value, and its description or ""'
                node.problems.add("wrong-type", message, pair.at)

    def _came_or_went(self, path: tuple[str, ...], mark: str, node: Node) -> Change:
        if path[0] == "responses" and path[2:] == () and (node.is_array or HEADERS in node):
            for header in node.list(HEADERS) if node.is_object else node.items():
                self._whole(header, named=True)
            if node.is_object and (schema := node.object(SCHEMA)) is not None:
                self._whole(schema)
        else:
            self._whole(node, named=path[0] != "responses" or len(path) > 2)
        value = node.value
        text = to_json(
            {name: value[name] for name in value if name != "#name"} if is_object(value) else value
        )
        before, after = (None, text) if mark == "added" else (text, None)
        return Change(self.version, self.operation, path, mark, before, after, node.at)

    def _whole(self, node: Node, *, named: bool = False) -> None:
        """Report what has no meaning in a part that is written as a whole."""
        for name, value in node.members():
            if name in ATTRIBUTES:
                self._value(value, name)
            elif name == "$properties":
                for inner in value.items():
                    self._whole(inner, named=True)
            elif name in ("$items", SCHEMA):
                self._whole(value)
            elif not (named and name == "#name"):
                self._unknown(value, name)
        if named and node.is_object and not node.text("#name"):
            node.problems.add("log-without-name", "a member needs `#name`", node.at)

    def _unknown(self, node: Node, name: str) -> None:
        node.problems.add(
            "log-unknown-key",
            f"{name!r} has no meaning here",
            node.at,
            "the grammar is in docs/change-log.md",
        )
