"""OpenAPI Overlay documents (Overlay Specification 1.0 and 1.1), applied to an OpenAPI document."""

from __future__ import annotations

import copy
import re
from typing import Any

import jsonpath_rfc9535 as jsonpath

from ...errors import LoadError
from ...jsonvalue import is_array, is_object
from ...source import Location, Source
from ..node import Node, Problems

_OVERLAY = frozenset(["overlay", "info", "extends", "actions"])
_ACTION = frozenset(["target", "description", "update", "remove", "copy"])


def is_overlay(content: object) -> bool:
    """True for the content of an overlay document."""
    return is_object(content) and "overlay" in content


def apply_overlay(content: Any, source: Source, problems: Problems) -> Any:
    """A document with the actions of an overlay applied in order; what is given is not changed.

    A target that selects nothing is a warning in `problems`. Raises LoadError, with everything that is wrong, for an
    overlay outside of the specification or one that does not fit the document.
    """
    root = Node(source.content, Location(source), problems)
    version = root.text("overlay")
    if not re.match(r"1\.[01]\.\d+$", version):
        problems.add(
            "unsupported-overlay",
            f"overlay {version!r} is not read",
            root.at.child("overlay"),
            "1.0.x and 1.1.x are",
        )
    info = root.object("info")
    if info is None or not info.text("title") or not info.text("version"):
        problems.add("missing-member", "an overlay needs `info` with `title` and `version`", root.at)
    _refuse_unknown(root, _OVERLAY)
    actions = root.list("actions")
    if not actions:
        problems.add("missing-member", "an overlay needs at least one action", root.at)
    made = copy.deepcopy(content)
    for action in actions:
        if action.expect(dict):
            made = _Action(action, version, problems).apply(made)
    if errors := problems.of("error"):
        raise LoadError(errors)
    return made


def _refuse_unknown(node: Node, known: frozenset[str]) -> None:
    for name, member in node.members():
        if name not in known and not name.startswith("x-"):
            problems = node.problems
            problems.add(
                "overlay-unknown-key",
                f"{name!r} has no meaning here",
                member.at,
                f"known: {', '.join(sorted(known))}",
            )


class _Action:
    """One action of an overlay (Overlay 1.1, Action Object)."""

    def __init__(self, node: Node, version: str, problems: Problems) -> None:
        self.node = node
        self.problems = problems
        _refuse_unknown(node, _ACTION if not version.startswith("1.0.") else _ACTION - {"copy"})

    def apply(self, document: Any) -> Any:
        """The document after the action."""
        targets = self._select("target", document)
        if targets is None:
            return document
        if not targets:
            self.problems.warn(
                "overlay-target-not-found",
                f"{self.node.text('target')} selects nothing",
                self.node.at.child("target"),
            )
            return document
        if self.node.flag("remove"):
            return self._remove(document, targets)
        found, value = self._value(document)
        if not found:
            return document
        kinds = {_kind(target.value) for target in targets}
        if len(kinds) > 1:
            self._refuse("target", "the selected values are not all objects, or all arrays, or all plain")
            return document
        for target in targets:
            document = self._put(document, target, value)
        return document

    def _select(self, name: str, document: Any) -> list[jsonpath.JSONPathNode] | None:
        text = self.node.text(name)
        if not text:
            if name not in self.node:
                self.problems.add("missing-member", f"an action needs `{name}`", self.node.at)
            return None
        try:
            return list(jsonpath.compile(text).find(document))
        except jsonpath.JSONPathError as error:
            self._refuse(name, f"not a JSONPath of RFC 9535: {str(error).splitlines()[0]}")
            return None

    def _value(self, document: Any) -> tuple[bool, Any]:
        """What is merged into the targets, and whether there is such a thing."""
        if "copy" in self.node and "update" in self.node:
            self._refuse("copy", "an action has either `update` or `copy`")
        elif "copy" in self.node:
            sources = self._select("copy", document)
            if sources is not None and len(sources) == 1:
                return True, copy.deepcopy(sources[0].value)
            if sources is not None:
                self._refuse("copy", f"`copy` must select one value, and selects {len(sources)}")
        elif "update" in self.node:
            return True, copy.deepcopy(self.node.value["update"])
        return False, None

    def _put(self, document: Any, target: jsonpath.JSONPathNode, value: Any) -> Any:
        value = copy.deepcopy(value)
        if is_array(target.value):
            target.value.extend(value if is_array(value) else [value])
            return document
        if is_object(target.value):
            if not is_object(value):
                self._refuse(
                    "update" if "update" in self.node else "copy",
                    "an object can only be merged with an object",
                )
            else:
                self._merge(target.value, value)
            return document
        if _kind(value) != "plain":
            self._refuse(
                "update" if "update" in self.node else "copy",
                "a plain value can only be replaced by a plain value",
            )
            return document
        return _replaced(document, target.location, value)

    def _merge(self, into: dict[str, Any], value: dict[str, Any]) -> None:
        for name, inner in value.items():
            there = into.get(name)
            if name not in into:
                into[name] = inner
            elif is_object(there) and is_object(inner):
                self._merge(there, inner)
            elif is_array(there) and is_array(inner):
                there.extend(inner)
            elif _kind(there) == _kind(inner) == "plain":
                into[name] = inner
            else:
                self._refuse(
                    "update" if "update" in self.node else "copy",
                    f"{name!r} is {_NAMES[_kind(there)]} in the document and {_NAMES[_kind(inner)]} here",
                )

    def _remove(self, document: Any, targets: list[jsonpath.JSONPathNode]) -> Any:
        # from the end, so that the indexes of the others stay
        for target in sorted(
            targets, key=lambda one: [(isinstance(key, int), key) for key in one.location], reverse=True
        ):
            if not target.location:
                self._refuse("target", "the document itself cannot be removed")
                continue
            holder: Any = document
            for key in target.location[:-1]:
                holder = holder[key]
            del holder[target.location[-1]]
        return document

    def _refuse(self, name: str, message: str) -> None:
        self.problems.add("overlay-does-not-fit", message, self.node.at.child(name))


_NAMES = {"object": "an object", "array": "an array", "plain": "a plain value"}


def _kind(value: Any) -> str:
    return "object" if is_object(value) else "array" if is_array(value) else "plain"


def _replaced(document: Any, location: tuple[int | str, ...], value: Any) -> Any:
    if not location:
        return value
    holder = document
    for key in location[:-1]:
        holder = holder[key]
    holder[location[-1]] = value
    return document
