"""Changes → the JSON change log of azureapichanges.com, as `load` reads it; `docs/change-log.md` has the grammar.

Two abbreviations make its looks. A named part of which one `$` member changed is written `{name: …}`, without that member's
name; and a list of such, or of whole parts, right below `$properties` or `$parameters` becomes one object.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..finding import Change
from ..jsonvalue import is_array, is_object
from ..outline import ATTRIBUTES, HEADERS, ITEMS, SCHEMA, name_of_member

_MARK = re.compile(r"^@(?:added|removed)_[0-9a-f]{32}$")
_ORDER = ("#name", *ATTRIBUTES, HEADERS, SCHEMA, "$items", "$properties")


def render_change_log(changes: Iterable[Change]) -> str:
    """The change log as text: one object for one operation, a list for several or none. Ends with a newline.

    The same changes give the same bytes: a mark is made of what it marks.
    """
    logs = change_logs(changes)
    return json.dumps(logs[0] if len(logs) == 1 else logs, indent=2, ensure_ascii=False) + "\n"


def change_logs(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The change logs of some changes, one of each operation."""
    operations: dict[str, _Node] = {}
    for change in changes:
        node = operations.setdefault(change.operation, _Node())
        for token in change.subject:
            node = node.below.setdefault(token, _Node())
        if change.attribute in ("added", "removed"):
            node.mark = change
        else:
            node.attributes[change.attribute] = change
    return [{"#id": id_, **_operation(node)} for id_, node in operations.items()]


@dataclass
class _Node:
    """What changed at a path: attributes, parts below it, or, with a mark, the whole."""

    attributes: dict[str, Change] = field(default_factory=dict)
    below: dict[str, _Node] = field(default_factory=dict)
    mark: Change | None = None


def _operation(node: _Node) -> dict[str, Any]:
    made = _attributes(node)
    if "parameters" in node.below:
        made["$parameters"] = _merged([_element(*one) for one in node.below["parameters"].below.items()])
    if "responses" in node.below:
        made["$responses"] = dict(_response(*one) for one in node.below["responses"].below.items())
    return made


def _response(status: str, node: _Node) -> tuple[str, Any]:
    if node.mark is not None:
        return _mark(node.mark), {status: _whole(node.mark)}
    schema = _Node(node.attributes, {token: one for token, one in node.below.items() if token != HEADERS})
    if HEADERS not in node.below:
        return status, _diff(schema)
    headers = [_element(*one) for one in node.below[HEADERS].below.items()]
    diff = _diff(schema)
    return status, {HEADERS: headers, SCHEMA: diff} if diff else headers


def _diff(node: _Node) -> dict[str, Any]:
    """What changed in a part, by member; a list of properties is not merged yet."""
    made = _attributes(node)
    properties = [_element(token, one) for token, one in node.below.items() if token not in (ITEMS, SCHEMA)]
    if properties:
        made["$properties"] = _merged(properties)
    if ITEMS in node.below:
        made["$items"] = _diff(node.below[ITEMS])
    if SCHEMA in node.below:
        made[SCHEMA] = _diff(node.below[SCHEMA])
    return made


def _element(token: str, node: _Node) -> dict[str, Any]:
    """One of a list of named parts."""
    name = name_of_member(token)
    if node.mark is not None:
        return {_mark(node.mark): {"#name": name, **_whole(node.mark)}}
    made = _diff(node)
    (key,) = made if len(made) == 1 else ("",)
    if key.startswith("$") and name != "#name" and not _MARK.match(name):
        inner = [_element(*one) for one in node.below.items()] if key == "$properties" else made[key]
        return {name: inner}
    return {"#name": name, **made}


def _merged(elements: list[dict[str, Any]]) -> Any:
    """A list of single members as one object; any other list as it is."""
    if all(len(element) == 1 for element in elements):
        return {name: value for element in elements for name, value in element.items()}
    return elements


def _attributes(node: _Node) -> dict[str, Any]:
    return {
        name: {"new": _value(node.attributes[name].after), "old": _value(node.attributes[name].before)}
        for name in ATTRIBUTES
        if name in node.attributes
    }


def _value(text: str | None) -> Any:
    return json.loads(text) if text is not None else None


def _mark(change: Change) -> str:
    """A mark that looks like a random one (RFC 9562 section 5.4) and is the same in every run."""
    key = json.dumps([change.operation, change.subject, change.attribute, change.before, change.after])
    digest = hashlib.sha256(key.encode()).hexdigest()
    return (
        f"@{change.attribute}_{digest[:12]}4{digest[13:16]}{'89ab'[int(digest[16], 16) % 4]}{digest[17:32]}"
    )


def _whole(change: Change) -> Any:
    """The part that came or went, its members in the order of the format."""
    return _ordered(_value(change.after if change.attribute == "added" else change.before))


def _ordered(value: Any) -> Any:
    if is_array(value):
        return [_ordered(item) for item in value]
    if not is_object(value):
        return value
    return {
        name: value[name] if name in ATTRIBUTES else _ordered(value[name]) for name in _ORDER if name in value
    }
