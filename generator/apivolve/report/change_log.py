"""Changes → the JSON change log of azureapichanges.com, as `load` reads it; `docs/change-log.md` has the grammar.

Two abbreviations make its looks. A named part of which one `$` member changed is written `{name: …}`, without that member's
name; and a list of such, or of whole parts, right below `$properties` or `$parameters` becomes one object.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from ..delta import ChangeTree, Delta, change_trees
from ..errors import Problem
from ..finding import Change
from ..jsonvalue import is_array, is_object, shown_json
from ..outline import ATTRIBUTES, HEADERS, ITEMS, SCHEMA, name_of_member

_MARK = re.compile(r"^@(?:added|removed)_[0-9a-f]{32}$")
_ORDER = ("#name", *ATTRIBUTES, HEADERS, SCHEMA, "$items", "$properties")


def render_change_log(changes: Iterable[Change]) -> str:
    """The change log as text: one object for one operation, a list for several or none. Ends with a newline.

    The same changes give the same bytes: a mark is made of what it marks.
    """
    logs = change_logs(changes)
    return shown_json(logs[0] if len(logs) == 1 else logs, 2) + "\n"


def change_logs(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """The change logs of some changes, one of each operation."""
    return [{"#id": id_, **_operation(tree)} for id_, tree in change_trees(changes).items()]


def change_log_problems(changed: Delta) -> tuple[Problem, ...]:
    """What a log of these changes does not hold, as warnings."""
    problems = [
        Problem(
            "not-in-change-log",
            f"{lost.operation}: {'.'.join(lost.subject) or 'the operation'} differs in {lost.what}, "
            "which a change log cannot say",
            lost.at,
            level="warning",
        )
        for lost in changed.lost
    ]
    for word, ids in (("new", changed.added), ("removed", changed.removed)):
        problems += [
            Problem(
                f"{word}-operation",
                f"{id_} is {word}: a change log is about operations that stayed",
                level="warning",
            )
            for id_ in ids
        ]
    return tuple(problems)


def _operation(tree: ChangeTree) -> dict[str, Any]:
    made = _attributes(tree)
    if "parameters" in tree.below:
        made["$parameters"] = _merged([_element(*one) for one in tree.below["parameters"].below.items()])
    if "responses" in tree.below:
        made["$responses"] = dict(_response(*one) for one in tree.below["responses"].below.items())
    return made


def _response(status: str, tree: ChangeTree) -> tuple[str, Any]:
    if tree.mark is not None:
        return _mark(tree.mark), {status: _ordered(tree.whole)}
    schema = ChangeTree(
        tree.attributes, {token: one for token, one in tree.below.items() if token != HEADERS}
    )
    if HEADERS not in tree.below:
        return status, _diff(schema)
    headers = [_element(*one) for one in tree.below[HEADERS].below.items()]
    diff = _diff(schema)
    return status, {HEADERS: headers, SCHEMA: diff} if diff else headers


def _diff(tree: ChangeTree) -> dict[str, Any]:
    """What changed in a part, by member; a list of properties is not merged yet."""
    made = _attributes(tree)
    properties = [_element(token, one) for token, one in tree.below.items() if token not in (ITEMS, SCHEMA)]
    if properties:
        made["$properties"] = _merged(properties)
    if ITEMS in tree.below:
        made["$items"] = _diff(tree.below[ITEMS])
    if SCHEMA in tree.below:
        made[SCHEMA] = _diff(tree.below[SCHEMA])
    return made


def _element(token: str, tree: ChangeTree) -> dict[str, Any]:
    """One of a list of named parts."""
    name = name_of_member(token)
    if tree.mark is not None:
        return {_mark(tree.mark): {"#name": name, **_ordered(tree.whole)}}
    made = _diff(tree)
    (key,) = made if len(made) == 1 else ("",)
    if key.startswith("$") and name != "#name" and not _MARK.match(name):
        inner = [_element(*one) for one in tree.below.items()] if key == "$properties" else made[key]
        return {name: inner}
    return {"#name": name, **made}


def _merged(elements: list[dict[str, Any]]) -> Any:
    """A list of single members as one object; any other list as it is."""
    if all(len(element) == 1 for element in elements):
        return {name: value for element in elements for name, value in element.items()}
    return elements


def _attributes(tree: ChangeTree) -> dict[str, Any]:
    return {
        name: {"new": _value(tree.attributes[name].after), "old": _value(tree.attributes[name].before)}
        for name in ATTRIBUTES
        if name in tree.attributes
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


def _ordered(value: Any) -> Any:
    """A whole part with its members in the order of the format."""
    if is_array(value):
        return [_ordered(item) for item in value]
    if not is_object(value):
        return value
    return {
        name: value[name] if name in ATTRIBUTES else _ordered(value[name]) for name in _ORDER if name in value
    }
