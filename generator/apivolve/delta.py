"""What changed from one version to another, in the words of a change log; and what has no words there.

A `Change` is an attribute of a part that has another value, or a part that came or went as a whole. Where the `Type` of a
part changed, the format says the type and is silent about what came or went below it; that is a `Lost`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from .finding import Change
from .jsonvalue import Json, is_array, to_json
from .model import Api
from .outline import ATTRIBUTES, HEADERS, Part, outline, whole
from .source import Location

MOST = 50_000
"""How many parts of one operation are compared or written: far more than a person reads, and a bound for tangled specs."""

BELOW = "what is below its type"
"""What is lost where a type changed."""

_NOTHING: dict[str, Any] = {"Description": "", "Enum": [], "Format": "", "Type": "", "Required": None}


@dataclass(frozen=True, slots=True)
class Lost:
    """A difference that a change log cannot hold. `what` says which, in words; `at` is its place."""

    operation: str
    subject: tuple[str, ...]
    what: str
    at: Location


@dataclass(frozen=True, slots=True)
class Delta:
    """All changes of the operations that both versions have, what of them is lost, and the ids that came and went."""

    changes: tuple[Change, ...]
    lost: tuple[Lost, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def delta(before: Api, after: Api) -> Delta:
    """The changes from one version to another, operation by operation, in the order of the later version."""
    left, right = outline(before), outline(after)
    comparison = _Comparison(after.version)
    ids = dict.fromkeys(operation.id for operation in after.operations)
    for id_ in ids:
        if id_ in left:
            comparison.operation(id_, left[id_], right[id_])
    return Delta(
        tuple(comparison.changes),
        tuple(comparison.lost),
        tuple(id_ for id_ in ids if id_ not in left),
        tuple(dict.fromkeys(one.id for one in before.operations if one.id not in right)),
    )


def said(part: Part, attribute: str) -> Any:
    """An attribute as a log writes it, with the value for nothing where the part has none."""
    return part.said.get(attribute, _NOTHING[attribute])


def undone(change: Change) -> Change:
    """The change that takes a change back."""
    attribute = {"added": "removed", "removed": "added"}.get(change.attribute, change.attribute)
    return replace(change, attribute=attribute, before=change.after, after=change.before)


def plain(attribute: str, value: Json | None) -> Any:
    """A value in a form that two crawls of one state have in common: line ends, blanks and absence do not count."""
    found = json.loads(value) if value is not None else None
    if found is None or found == "":
        return _NOTHING.get(attribute)
    if isinstance(found, str):
        return " ".join(found.split())
    if attribute == "Enum" and is_array(found):
        pairs = [pair if is_array(pair) and pair else [pair, ""] for pair in found]
        return [[pair[0], " ".join(str(pair[1]).split()) if len(pair) > 1 else ""] for pair in pairs]
    return found


@dataclass
class ChangeTree:
    """The changes of an operation by path: attributes of a part, the parts below it, or, with a mark, the whole part."""

    attributes: dict[str, Change] = field(default_factory=dict[str, Change])
    below: dict[str, ChangeTree] = field(default_factory=dict[str, "ChangeTree"])
    mark: Change | None = None

    def __bool__(self) -> bool:
        return bool(self.attributes or self.below or self.mark)

    def after(self, attribute: str) -> Any:
        """The new value of an attribute that changed."""
        text = self.attributes[attribute].after
        return json.loads(text) if text is not None else _NOTHING[attribute]

    @property
    def whole(self) -> Any:
        """The part that came or went, as a log writes it."""
        return json.loads((self.mark and (self.mark.after or self.mark.before)) or "{}")

    @cached_property
    def key(self) -> str:
        """Equal for trees that ask for the same. Asked for when the tree is complete."""
        attributes = {name: change.after for name, change in self.attributes.items()}
        below = {token: inner.key for token, inner in self.below.items()}
        mark = [self.mark.attribute, self.mark.after] if self.mark else None
        return hashlib.sha256(to_json([attributes, below, mark]).encode()).hexdigest()


def change_trees(changes: Iterable[Change]) -> dict[str, ChangeTree]:
    """Changes by operation and path."""
    trees: dict[str, ChangeTree] = {}
    for change in changes:
        tree = trees.setdefault(change.operation, ChangeTree())
        for token in change.subject:
            tree = tree.below.setdefault(token, ChangeTree())
        if change.attribute in ("added", "removed"):
            tree.mark = change
        else:
            tree.attributes[change.attribute] = change
    return trees


class _TooManyError(Exception):
    """An operation has more parts than anybody reads."""


@dataclass
class _Comparison:
    version: str
    changes: list[Change] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    left: int = MOST

    def operation(self, id_: str, before: Part, after: Part) -> None:
        """Compare two operations; one that is too large leaves no half of a log."""
        start = len(self.changes), len(self.lost)
        self.left = MOST
        try:
            for change in self.parts(id_, (), before, after):
                self.changes.append(change)
        except (_TooManyError, RecursionError):
            del self.changes[start[0] :], self.lost[start[1] :]
            self.lost.append(Lost(id_, (), f"it differs in more than {MOST} places", after.at))

    def parts(self, id_: str, subject: tuple[str, ...], before: Part, after: Part) -> Iterator[Change]:
        """The changes of a part and of all below it."""
        self.count()
        for attribute in ATTRIBUTES:
            left, right = said(before, attribute), said(after, attribute)
            if left != right:
                yield Change(self.version, id_, subject, attribute, to_json(left), to_json(right), after.at)
        if after.identity is not None and before.identity == after.identity:
            self.hidden(id_, subject, before, after)
            return
        silent: set[str] = set()
        if said(before, "Type") != said(after, "Type") or before.opaque != after.opaque:
            silent = ({*before.parts} ^ {*after.parts}) - {HEADERS}
        if silent:
            self.lost.append(Lost(id_, subject, BELOW, after.at))
        else:
            self.hidden(id_, subject, before, after)
        for token, part in after.parts.items():
            inner = (*subject, token)
            if token in before.parts:
                yield from self.parts(id_, inner, before.parts[token], part)
            elif token == HEADERS:
                for name, header in part.parts.items():
                    yield self.came(id_, (*inner, name), header)
            elif token not in silent:
                yield self.came(id_, inner, part)
        for token, part in before.parts.items():
            if token == HEADERS and token not in after.parts:
                for name, header in part.parts.items():
                    yield self.went(id_, (*subject, token, name), header)
            elif token not in after.parts and token not in silent:
                yield self.went(id_, (*subject, token), part)

    def hidden(self, id_: str, subject: tuple[str, ...], before: Part, after: Part) -> None:
        """Note what differs and has no words."""
        for name in {**before.hidden, **after.hidden}:
            if before.hidden.get(name) != after.hidden.get(name):
                self.lost.append(Lost(id_, subject, name, after.at))

    def came(self, id_: str, subject: tuple[str, ...], part: Part) -> Change:
        return Change(self.version, id_, subject, "added", None, self.text(part), part.at)

    def went(self, id_: str, subject: tuple[str, ...], part: Part) -> Change:
        return Change(self.version, id_, subject, "removed", self.text(part), None, part.at)

    def text(self, part: Part) -> Json:
        self.size(part)
        return to_json(whole(part))

    def size(self, part: Part) -> None:
        self.count()
        for inner in part.parts.values():
            self.size(inner)

    def count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooManyError
