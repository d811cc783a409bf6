"""Schema objects → what they say: the keywords of a schema, and of all it includes, met in one `Shape`.

One table says what each keyword of each dialect means. A keyword that is in no table is named in a warning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ...jsonvalue import is_array, is_object, to_json
from ...source import Location
from ..node import Node

TYPES = ("string", "integer", "number", "boolean", "object", "array", "null", "file")
"""The types of JSON Schema, and Swagger 2.0's `file`."""

Parts: TypeAlias = tuple[Node, ...]
"""A schema written in pieces, all of which hold: what several members of `allOf` say of one property."""


@dataclass
class Shape:
    """All that a schema says, `allOf` merged in. `alternatives` are its `oneOf` or `anyOf`."""

    at: Location
    # kept because shapes are known by the identity of its value, which must not be used again while they live
    node: Node | None = None
    types: tuple[str, ...] = ()
    nullable: bool = False
    format: str | None = None
    values: list[Node] | None = None
    limits: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Parts] = field(default_factory=dict)
    patterns: dict[str, Parts] = field(default_factory=dict)
    names: Node | None = None
    required: dict[str, None] = field(default_factory=dict)
    extra: Parts = ()
    items: Parts = ()
    prefix: list[Node] = field(default_factory=list)
    bounds: dict[str, int] = field(default_factory=dict)
    unique: bool = False
    alternatives: list[Node] = field(default_factory=list)
    exclusive: bool = True
    discriminator: Node | None = None
    constants: dict[str, tuple[str, Location]] = field(default_factory=dict)
    conditions: list[Node] = field(default_factory=list)
    enum_info: Node | None = None
    value_names: Node | None = None
    value_docs: Node | None = None
    extensible: bool = False
    encoding: str | None = None
    media_type: str | None = None
    null_votes: list[bool] = field(default_factory=list)

    @property
    def kind(self) -> str | None:
        """The one type, inferred from the keywords where it is not written. None: any, or several."""
        if len(self.types) == 1:
            return self.types[0]
        if self.types:
            return None
        if self.properties or self.extra or self.required or self.patterns or self.names is not None:
            return "object"
        if self.items or self.prefix:
            return "array"
        return "string" if self.encoding or self.media_type or self.format in ("byte", "binary") else None

    @property
    def closed(self) -> bool:
        """True when undeclared members are refused."""
        return any(part.value is False for part in self.extra)


@dataclass(slots=True)
class Merging:
    """One schema on its way into a shape. `own` is true for the schema itself, false for what it includes."""

    shape: Shape
    part: Node
    own: bool
    follow: Callable[[Node], Node | None]

    def warn(self, rule: str, message: str, name: str, help: str | None = None) -> None:
        """A warning at one of the schema's keywords."""
        self.part.problems.warn(rule, message, self.part.at.child(name), help)

    def conflict(self, name: str, message: str) -> None:
        """Two schemas that both hold, and of which no value can be."""
        self.warn("all-of-conflict", f"{message}: no value is both, the last is taken", name)


Keyword: TypeAlias = Callable[[Merging, str, Any], None]


def merge(shape: Shape, part: Node, follow: Callable[[Node], Node | None], *, own: bool) -> None:
    """Take all keywords of a schema into a shape."""
    merging = Merging(shape, part, own, follow)
    typed = False
    for name, value in part.value.items():
        if name in ANNOTATIONS:
            continue
        keyword = KEYWORDS.get(name)
        if keyword is not None:
            keyword(merging, name, value)
            typed = typed or name == "type"
        elif not name.startswith("x-"):
            part.problems.warn(
                "not-modelled", f"`{name}` is not understood and has no effect", part.at.child(name)
            )
    if typed:
        written = part.value["type"]
        shape.null_votes.append(
            null_flag(part) or written == "null" or (is_array(written) and "null" in written)
        )
    if own and null_flag(part):
        shape.nullable = True


def null_flag(node: Node) -> bool:
    """True when a schema says by itself that null is allowed."""
    return node.value.get("nullable") is True or node.value.get("x-nullable") is True


def says_nothing(node: Node) -> bool:
    """True when a schema only comments on another one."""
    return (
        node.is_object
        and all(name in ANNOTATIONS or name.startswith("x-") for name in node.value if name != "$ref")
        and "$ref" not in node.value
    )


# --- the keywords ----------------------------------------------------------------------------------------


def _type(merging: Merging, name: str, value: Any) -> None:
    names = (
        [item.value for item in merging.part.list(name) if item.expect(str)] if is_array(value) else [value]
    )
    if not is_array(value) and not merging.part.child(name).expect(str):
        return
    known: list[str] = []
    for one in names:
        if one not in TYPES:
            merging.part.problems.add(
                "unknown-type", f"{one!r} is no type", merging.part.at.child(name),
                "string, integer, number, boolean, array or object",
            )  # fmt: skip
        elif one not in known and (one != "null" or len(names) == 1):
            known.append(one)
    if not known:
        return
    before = merging.shape.types
    met = [one for one in before if one in known or (one == "integer" and "number" in known)]
    if "integer" in known and "number" in before and "integer" not in met:
        met.append("integer")
    if before and not met:
        merging.conflict(name, f"`allOf` asks for {' or '.join(before)} and for {' or '.join(known)}")
    merging.shape.types = tuple(met or known)


def _format(merging: Merging, name: str, value: Any) -> None:
    if merging.part.child(name).expect(str):
        merging.shape.format = value


def _values(merging: Merging, name: str, value: Any) -> None:
    part, shape = merging.part, merging.shape
    values = [part.child(name)] if name == "const" else part.list(name)
    if any(item.value is None for item in values):
        shape.nullable = True
        values = [item for item in values if item.value is not None]
    distinct = {to_json(item.value): item for item in values}
    if shape.values is not None:
        allowed = {to_json(item.value) for item in shape.values}
        met = {text: item for text, item in distinct.items() if text in allowed}
        if distinct and not met:
            merging.conflict(name, "`allOf` allows other values in each part")
        distinct = met or distinct
    shape.values = list(distinct.values())


def _extensible(merging: Merging, name: str, value: Any) -> None:
    if is_array(value):
        if "enum" not in merging.part.value:
            _values(merging, name, value)
        merging.shape.extensible = True
    elif value:
        merging.shape.extensible = True


def _at_least(key: str) -> Keyword:
    def keyword(merging: Merging, name: str, value: Any) -> None:
        if (number := merging.part.number(name)) is not None:
            limits = merging.shape.limits
            exclusive = key == "minimum" and merging.part.value.get("exclusiveMinimum") is True
            word = "exclusive_minimum" if exclusive else key
            limits[word] = max(number, limits.get(word, number))

    return keyword


def _at_most(key: str) -> Keyword:
    def keyword(merging: Merging, name: str, value: Any) -> None:
        if (number := merging.part.number(name)) is not None:
            limits = merging.shape.limits
            exclusive = key == "maximum" and merging.part.value.get("exclusiveMaximum") is True
            word = "exclusive_maximum" if exclusive else key
            limits[word] = min(number, limits.get(word, number))

    return keyword


def _exclusive(merging: Merging, name: str, value: Any) -> None:
    if isinstance(value, bool):
        return  # JSON Schema draft 4: a flag on the other bound, which reads it
    (_at_least("exclusive_minimum") if name == "exclusiveMinimum" else _at_most("exclusive_maximum"))(
        merging, name, value
    )


def _multiple(merging: Merging, name: str, value: Any) -> None:
    if (number := merging.part.number(name)) is not None:
        if number > 0:
            merging.shape.limits["multiple_of"] = number
        else:
            merging.warn("wrong-bound", f"`{name}` must be greater than 0, and is left out", name)


def _length(merging: Merging, name: str, value: Any) -> None:
    if (count := merging.part.count(name)) is not None:
        key, limits = ("min_length", max) if name == "minLength" else ("max_length", min)
        merging.shape.limits[key] = limits(count, merging.shape.limits.get(key, count))


def _pattern(merging: Merging, name: str, value: Any) -> None:
    if merging.part.child(name).expect(str):
        merging.shape.limits["pattern"] = value


def _bound(merging: Merging, name: str, value: Any) -> None:
    if (count := merging.part.count(name)) is not None:
        tighter = max if name.startswith("min") else min
        merging.shape.bounds[name] = tighter(count, merging.shape.bounds.get(name, count))


def _unique(merging: Merging, name: str, value: Any) -> None:
    merging.shape.unique = bool(merging.part.flag(name)) or merging.shape.unique


def _properties(merging: Merging, name: str, value: Any) -> None:
    properties = merging.shape.properties
    written = merging.part.child(name)
    if is_object(value) and isinstance(
        value.get("$ref"), str
    ):  # no dialect has this, and every bundler follows it
        written = merging.follow(written) or Node({}, written.at, written.problems)
    for wire_name, prop in written.members():
        before = properties.get(wire_name)
        properties[wire_name] = (*before, prop) if before is not None else (prop,)


def _patterns(merging: Merging, name: str, value: Any) -> None:
    for pattern, schema in merging.part.child(name).members():
        merging.shape.patterns[pattern] = (*merging.shape.patterns.get(pattern, ()), schema)


def _names(merging: Merging, name: str, value: Any) -> None:
    if value is not True:
        merging.shape.names = merging.part.child(name)


def _required(merging: Merging, name: str, value: Any) -> None:
    if isinstance(value, bool):
        merging.warn(
            "required-as-flag", "`required` of a schema is a list of names; this has no effect", name,
            "name the property in the `required` of its object",
        )  # fmt: skip
        return
    for item in merging.part.list(name):
        if item.expect(str):
            merging.shape.required[item.value] = None


def _extra(merging: Merging, name: str, value: Any) -> None:
    if value is True:
        if not merging.shape.types:
            merging.shape.types = ("object",)
    else:
        merging.shape.extra = (*merging.shape.extra, merging.part.child(name))


def _items(merging: Merging, name: str, value: Any) -> None:
    items = merging.part.child(name)
    if items.is_array:  # a tuple, until JSON Schema 2019-09
        merging.shape.prefix = list(items.items())
    elif value is not True:
        merging.shape.items = (*merging.shape.items, items)


def _further_items(merging: Merging, name: str, value: Any) -> None:
    if is_array(merging.part.value.get("items")) and value is not True:
        merging.shape.items = (*merging.shape.items, merging.part.child(name))


def _prefix(merging: Merging, name: str, value: Any) -> None:
    merging.shape.prefix = merging.part.list(name)


def _alternatives(merging: Merging, name: str, value: Any) -> None:
    shape, part = merging.shape, merging.part
    parts = part.list(name)
    if not parts:
        return
    if not merging.own and "discriminator" in part.value:
        return  # a base that lists its own children: the child includes its fields, not its siblings
    only_conditions = all(
        is_object(one.value) and set(one.value) <= {"required", "not", "title", "description"}
        for one in parts
    )
    if shape.alternatives or only_conditions:
        shape.conditions.append(part.child(name))
    else:
        shape.alternatives = parts
        shape.exclusive = name == "oneOf"


def _condition(merging: Merging, name: str, value: Any) -> None:
    merging.shape.conditions.append(merging.part.child(name))


def _discriminator(merging: Merging, name: str, value: Any) -> None:
    properties = merging.part.value.get("properties")
    tag = value.get("propertyName") if is_object(value) else value
    declared = properties.get(tag) if is_object(properties) and isinstance(tag, str) else None
    kind = declared.get("type", "string") if is_object(declared) else "string"
    if "string" not in (kind if is_array(kind) else [kind]):
        message = f"the discriminator {tag!r} has no effect: the member is of the type {kind}, and a tag is a string"
        merging.warn("not-modelled", message, name)
        return
    merging.shape.discriminator = merging.part.child(name)


def _enum_info(merging: Merging, name: str, value: Any) -> None:
    if (info := merging.part.object(name)) is not None:
        merging.shape.enum_info = info
        merging.shape.extensible = merging.shape.extensible or bool(info.flag("modelAsString"))


def _value_names(merging: Merging, name: str, value: Any) -> None:
    merging.shape.value_names = merging.part.child(name)


def _value_docs(merging: Merging, name: str, value: Any) -> None:
    merging.shape.value_docs = merging.part.child(name)


def _encoding(merging: Merging, name: str, value: Any) -> None:
    merging.shape.encoding = merging.part.text_or_none(name)


def _media_type(merging: Merging, name: str, value: Any) -> None:
    merging.shape.media_type = merging.part.text_or_none(name)


ANNOTATIONS = frozenset(
    (
        "$ref", "$dynamicRef", "allOf", "description", "title", "example", "examples", "externalDocs", "deprecated",
        "readOnly", "writeOnly", "default", "nullable", "xml", "$comment", "$schema", "$id", "id", "$anchor",
        "$dynamicAnchor", "$recursiveAnchor", "$vocabulary", "$defs", "definitions", "x-nullable",
    )
)  # fmt: skip
"""Keywords that say nothing of the value itself, and those that are followed elsewhere."""

KEYWORDS: dict[str, Keyword] = {
    "type": _type,
    "format": _format,
    "enum": _values,
    "const": _values,
    "x-extensible-enum": _extensible,
    "minimum": _at_least("minimum"),
    "maximum": _at_most("maximum"),
    "exclusiveMinimum": _exclusive,
    "exclusiveMaximum": _exclusive,
    "multipleOf": _multiple,
    "minLength": _length,
    "maxLength": _length,
    "pattern": _pattern,
    "minItems": _bound,
    "maxItems": _bound,
    "minProperties": _bound,
    "maxProperties": _bound,
    "uniqueItems": _unique,
    "properties": _properties,
    "patternProperties": _patterns,
    "propertyNames": _names,
    "required": _required,
    "additionalProperties": _extra,
    "unevaluatedProperties": _extra,
    "items": _items,
    "additionalItems": _further_items,
    "unevaluatedItems": _further_items,
    "prefixItems": _prefix,
    "oneOf": _alternatives,
    "anyOf": _alternatives,
    "not": _condition,
    "if": _condition,
    "then": _condition,
    "else": _condition,
    "contains": _condition,
    "minContains": _condition,
    "maxContains": _condition,
    "dependentRequired": _condition,
    "dependentSchemas": _condition,
    "dependencies": _condition,
    "discriminator": _discriminator,
    "x-ms-enum": _enum_info,
    "x-enum-varnames": _value_names,
    "x-enumNames": _value_names,
    "x-enum-descriptions": _value_docs,
    "x-enumDescriptions": _value_docs,
    "contentEncoding": _encoding,
    "contentMediaType": _media_type,
    "contentSchema": _condition,
}
"""What each keyword means, in all dialects: JSON Schema 4 to 2020-12, OpenAPI, and the extensions in wide use."""
