"""Schemas as a specification writes them, rewritten by the changes of a log; and schemas made of a log's whole parts.

A part of the outline is not one place in the document: a property may stand in a branch of `allOf`, its type behind a
reference, its null beside it. What changes is led to where it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...delta import ChangeTree
from ...jsonvalue import is_array, is_object
from ...outline import ITEMS, name_of_member
from .components import NO_CHANGE, Above, Components


class SchemaEditor:
    """Rewrites schemas of one document.

    `beside` are pointers of components: where one of them is referred to, a changed description is written beside the
    reference, so that the component need not be split for it.
    """

    def __init__(self, components: Components, *, wrap: bool, beside: frozenset[str]) -> None:
        self.components = components
        self.wrap = wrap
        self.beside = beside

    def schema(self, raw: Any, tree: ChangeTree, above: Above) -> Any:
        """A schema with the changes of its part and those below. Nothing of what is given is changed."""
        if not tree:
            return self.components.follow(raw, above, self.schema)
        if not is_object(raw):
            raw = {}
        if isinstance(ref := raw.get("$ref"), str):
            return {**raw, "$ref": self.components.copy(ref, tree, above, self.schema)}
        plan = _Plan(tree)
        branches = dict(self._branches(raw))
        for attribute in tree.attributes:
            if attribute == "Description":
                owner = () if "description" in raw else self._description_owner(raw, branches)
            else:
                owner = self._owner(raw, branches, _WORDS.get(attribute, ()))
            plan.give(owner, attribute=attribute)
        for token, inner in tree.below.items():
            for owner in self._owners_below(raw, branches, token, inner):
                plan.give(owner, token=token)
        made = {
            name: value if name in _WRITTEN else self.components.follow(value, above, self.schema)
            for name, value in raw.items()
        }
        for (word, index), part in plan.parts.items():
            made[word] = [*made[word]]
            # a base is the same object, and not inside of it
            same = word == "allOf" and ("properties" in raw or len(branches) > 1)
            made[word][index] = self._branch(branches[word, index], part, above, same=same)
        return self._own(raw, made, plan.own, above)

    def _branch(self, raw: Any, tree: ChangeTree, above: Above, *, same: bool) -> Any:
        if same and is_object(raw) and isinstance(ref := raw.get("$ref"), str):
            return {**raw, "$ref": self.components.copy(ref, tree, above, self.schema, inside=False)}
        return self.schema(raw, tree, above)

    def _property(self, raw: Any, tree: ChangeTree, above: Above) -> Any:
        """The schema of a property, which may have a description of its own beside a reference."""
        if not is_object(raw) or not isinstance(ref := raw.get("$ref"), str):
            return self.schema(raw, tree, above)
        made = dict(raw)
        if "Description" in tree.attributes and ("description" in raw or ref[1:] in self.beside):
            text = tree.after("Description")
            rest = {name: change for name, change in tree.attributes.items() if name != "Description"}
            tree = ChangeTree(rest, tree.below)
            if text and self.wrap and set(raw) == {"$ref"}:
                made = {"allOf": [{"$ref": self.components.copy(ref, tree, above, self.schema)}]}
                return {**made, "description": text}
            made["description"] = text
            if not text:
                del made["description"]
        made["$ref"] = self.components.copy(ref, tree, above, self.schema)
        return made

    # --- whose a change is ------------------------------------------------------------------------------

    def _branches(self, raw: dict[str, Any]) -> Iterator[tuple[tuple[str, int], Any]]:
        """The parts of the same value: those of `allOf`, and of `oneOf` and `anyOf` the only one that is not null."""
        for index, part in enumerate(_list(raw, "allOf")):
            yield ("allOf", index), part
        for word in ("oneOf", "anyOf"):
            parts = _list(raw, word)
            real = [index for index, part in enumerate(parts) if not _is_null(part)]
            if len(real) == 1:
                yield (word, real[0]), parts[real[0]]

    def _holds(
        self, raw: Any, test: Callable[[dict[str, Any]], bool], seen: frozenset[str] = frozenset()
    ) -> bool:
        """True when a schema, or a part of it, passes a test."""
        if is_object(raw) and isinstance(ref := raw.get("$ref"), str):
            if ref in seen:
                return False
            seen, raw = seen | {ref}, self.components.target(ref)
            return self._holds(raw, test, seen)
        if not is_object(raw):
            return False
        return test(raw) or any(self._holds(part, test, seen) for _, part in self._branches(raw))

    def _owner(
        self, raw: dict[str, Any], branches: dict[_Branch, Any], words: tuple[str, ...]
    ) -> _Branch | tuple[()]:
        """Where an attribute is written: here, or in the branch that has it, or that has the type."""
        for word in words:
            if word in raw:
                return ()
            for branch, part in branches.items():
                if self._holds(part, _has(word)):
                    return branch
        return next(iter(branches)) if len(branches) == 1 and "properties" not in raw else ()

    @staticmethod
    def _description_owner(raw: dict[str, Any], branches: dict[_Branch, Any]) -> _Branch | tuple[()]:
        """A description is the schema's own, or that of the one component it stands for."""
        refs = [branch for branch, part in branches.items() if is_object(part) and "$ref" in part]
        return refs[0] if len(refs) == len(branches) == 1 and "properties" not in raw else ()

    def _owners_below(
        self, raw: dict[str, Any], branches: dict[_Branch, Any], token: str, tree: ChangeTree
    ) -> list[_Branch | tuple[()]]:
        """Everywhere that a property or the items are written."""
        if token == ITEMS:
            return [self._owner(raw, branches, ("items",))]
        name = name_of_member(token)
        gone = (tree.mark is not None and tree.mark.attribute == "removed") or (
            "Required" in tree.attributes and not tree.after("Required")
        )

        def has(one: dict[str, Any]) -> bool:
            return name in _dict(one, "properties") or (gone and name in _list(one, "required"))

        found: list[_Branch | tuple[()]] = [()] if has(raw) else []
        found += [branch for branch, part in branches.items() if self._holds(part, has)]
        if found or "properties" in raw or not branches:
            return found or [()]
        inline = [branch for branch, part in branches.items() if is_object(part) and "properties" in part]
        if inline:
            return [inline[-1]]
        # an object that only stands for another one
        return [next(iter(branches))] if len(branches) == 1 and next(iter(branches))[0] != "allOf" else [()]

    # --- what is written here ---------------------------------------------------------------------------

    def _own(
        self, raw: dict[str, Any], made: dict[str, Any], tree: ChangeTree, above: Above
    ) -> dict[str, Any]:
        properties = {
            name: value
            if (name in tree.below or f"\\{name}" in tree.below)
            else self.components.follow(value, above, self.schema)
            for name, value in _dict(raw, "properties").items()
        }
        required = [*_list(raw, "required")]
        for token, inner in tree.below.items():
            if token == ITEMS:
                made["items"] = self.schema(raw.get("items", {}), inner, above)
                continue
            name = name_of_member(token)
            if inner.mark is not None and inner.mark.attribute == "removed":
                properties.pop(name, None)
            elif inner.mark is not None:
                properties[name] = build(inner.whole)
            elif name in properties:
                properties[name] = self._property(properties[name], _without_required(inner), above)
            if (want := _required(inner)) is not None:
                required = [one for one in required if one != name] + ([name] if want else [])
        # an order that was there stays
        required.sort(
            key=lambda name: _list(raw, "required").index(name) if name in _list(raw, "required") else 1 << 30
        )
        if properties or "properties" in raw:
            made["properties"] = properties
        if is_array(raw.get("required")) or required:
            made["required"] = required
            if not required:
                del made["required"]
        if "items" in raw and ITEMS not in tree.below:
            made["items"] = self.components.follow(raw["items"], above, self.schema)
        write_attributes(made, tree)
        return made


_Branch = tuple[str, int]
_WRITTEN = ("properties", "required", "items")
_WORDS: dict[str, tuple[str, ...]] = {
    "Type": ("type",),
    "Format": ("format", "type"),
    "Enum": ("enum", "const", "type"),
}


def _has(word: str) -> Callable[[dict[str, Any]], bool]:
    return lambda one: word in one


class _Plan:
    """Which part of a tree of changes goes to which branch of a schema, and what is its own."""

    def __init__(self, tree: ChangeTree) -> None:
        self.tree = tree
        self.own = ChangeTree()
        self.parts: dict[_Branch, ChangeTree] = {}

    def give(self, owner: _Branch | tuple[()], *, attribute: str = "", token: str = "") -> None:
        part = self.parts.setdefault(owner, ChangeTree()) if owner else self.own
        if attribute:
            part.attributes[attribute] = self.tree.attributes[attribute]
        else:
            part.below[token] = self.tree.below[token]


def write_attributes(made: dict[str, Any], tree: ChangeTree) -> None:
    """Write description, type, format and values into a schema or a parameter that is one."""
    for attribute in tree.attributes:
        value = tree.after(attribute)
        if attribute == "Description":
            _set(made, "description", value)
        elif attribute == "Format":
            _set(made, "format", value)
        elif attribute == "Type":
            _write_type(made, value)
        elif attribute == "Enum":
            _write_values(made, value)


def build(whole: dict[str, Any]) -> dict[str, Any]:
    """The schema of a part that a log writes as a whole."""
    made: dict[str, Any] = {}
    _set(made, "type", whole.get("Type", ""))
    _set(made, "format", whole.get("Format", ""))
    _set(made, "description", whole.get("Description", ""))
    _write_values(made, whole.get("Enum") or [])
    if "$items" in whole:
        made["items"] = build(whole["$items"])
    elif whole.get("Type") == "array":
        made["items"] = {}
    properties: list[dict[str, Any]] = whole.get("$properties") or []
    if properties:
        made["properties"] = {one["#name"]: build(one) for one in properties}
    if required := [one["#name"] for one in properties if one.get("Required")]:
        made["required"] = required
    return made


def _write_type(made: dict[str, Any], value: str) -> None:
    before = made.get("type")
    if is_array(before) and value:
        made["type"] = [value, *(one for one in before if one == "null")]
    else:
        _set(made, "type", value)
    if value != "object":
        for word in ("properties", "additionalProperties"):
            made.pop(word, None)
        if is_array(made.get("required")):  # of a parameter it is a flag
            del made["required"]
    if value == "array":
        made.setdefault("items", {})
    else:
        made.pop("items", None)


def _write_values(made: dict[str, Any], pairs: list[Any]) -> None:
    before = _list(made, "enum")
    made.pop("const", None)
    if not pairs:
        made.pop("enum", None)
        made.pop("x-ms-enum", None)
        return
    made["enum"] = [pair[0] for pair in pairs] + [None] * (None in before)
    info = _dict(made, "x-ms-enum")
    known = {str(one.get("value")): one for one in _list(info, "values") if is_object(one)}
    values = [
        {
            **{name: inner for name, inner in known.get(str(value), {}).items() if name != "description"},
            "value": value,
        }
        | ({"description": text} if text else {})
        for value, text in pairs
    ]
    if "values" in info or any(text for _, text in pairs):
        made["x-ms-enum"] = {**info, "values": values}


def _set(made: dict[str, Any], name: str, value: Any) -> None:
    if value:
        made[name] = value
    else:
        made.pop(name, None)


def _required(tree: ChangeTree) -> bool | None:
    """Whether a property is required after its change; None when nothing is said."""
    if tree.mark is not None:
        return tree.mark.attribute == "added" and bool(tree.whole.get("Required"))
    return bool(tree.after("Required")) if "Required" in tree.attributes else None


def _without_required(tree: ChangeTree) -> ChangeTree:
    rest = {name: change for name, change in tree.attributes.items() if name != "Required"}
    return ChangeTree(rest, tree.below) if rest or tree.below else NO_CHANGE


def _is_null(raw: Any) -> bool:
    return is_object(raw) and (raw.get("type") == "null" or raw.get("enum") == [None])


def _dict(raw: Any, name: str) -> dict[str, Any]:
    value = raw.get(name) if is_object(raw) else None
    return value if is_object(value) else {}


def _list(raw: Any, name: str) -> list[Any]:
    value = raw.get(name) if is_object(raw) else None
    return value if is_array(value) else []
