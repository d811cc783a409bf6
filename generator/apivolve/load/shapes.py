"""Schema objects → what they say: one `Shape` for a schema and all it includes.

A schema, its `allOf` and its references with siblings are merged here, and nowhere else. What the shape becomes in the
model is the business of `schemas.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..errors import LoadError
from ..jsonvalue import is_array, is_object, to_json
from ..source import Location, split_pointer
from .document import Documents
from .node import Node, Problems

_ANNOTATIONS = frozenset(
    [
        "$ref",
        "description",
        "title",
        "example",
        "examples",
        "externalDocs",
        "deprecated",
        "readOnly",
        "writeOnly",
        "default",
        "nullable",
        "xml",
        "$comment",
        "$schema",
        "$id",
        "$anchor",
        "$defs",
        "definitions",
    ]
)
_MODELLED = _ANNOTATIONS | frozenset(
    "type format enum const allOf oneOf anyOf properties required additionalProperties items discriminator minimum "  # noqa: SIM905
    "maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern minItems maxItems uniqueItems "
    "minProperties maxProperties".split()
)
TYPES = ("string", "integer", "number", "boolean", "object", "array", "null", "file")
"""The types of JSON Schema, and Swagger 2.0's `file`."""


@dataclass
class Shape:
    """All that a schema says, `allOf` merged in. `alternatives` are its `oneOf` or `anyOf`."""

    at: Location
    types: tuple[str, ...] = ()
    nullable: bool = False
    format: str | None = None
    values: list[Node] | None = None
    limits: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, Node] = field(default_factory=dict)
    required: dict[str, None] = field(default_factory=dict)
    extra: Node | None = None
    items: Node | None = None
    bounds: dict[str, int | None] = field(default_factory=dict)
    unique: bool = False
    alternatives: list[Node] = field(default_factory=list)
    exclusive: bool = True
    discriminator: Node | None = None
    constants: dict[str, tuple[str, Location]] = field(default_factory=dict)
    enum_info: Node | None = None
    extensible: bool = False

    @property
    def kind(self) -> str | None:
        """The one type, inferred from the keywords where it is not written. None: any, or several."""
        if len(self.types) == 1:
            return self.types[0]
        if self.types:
            return None
        if self.properties or self.extra is not None or self.required:
            return "object"
        return "array" if self.items is not None else None


@dataclass
class Shapes:
    """The schemas of one version: what each says, and which extend which."""

    documents: Documents
    problems: Problems
    _known: dict[tuple[str, str], Shape] = field(default_factory=dict)
    _children: dict[tuple[str, str], list[Node]] = field(default_factory=dict)

    def declare(self, node: Node) -> None:
        """Take note of a named schema that extends others through `allOf`."""
        parts = node.value.get("allOf") if node.is_object else None
        for part in parts if is_array(parts) else ():
            ref = part.get("$ref") if is_object(part) else None
            if isinstance(ref, str) and (base := self.follow(ref, node.at)) is not None:
                self._children.setdefault((base.at.file, base.at.pointer), []).append(node)

    def follow(self, ref: str, at: Location) -> Node | None:
        """The schema a reference points to; reports it and returns None when it points to nothing."""
        try:
            target = self.documents.resolve(ref, at.child("$ref"))
        except LoadError as error:
            for problem in error.problems:
                self.problems.add(problem.rule, problem.message, problem.at or at, problem.help)
            return None
        return Node(target.raw, target, self.problems)

    def reference(self, node: Node) -> Node | None:
        """The target when a schema is nothing but a reference, plain or as the only member of `allOf`."""
        value = node.value
        if "$ref" in value:
            rest = [key for key in value if key not in _ANNOTATIONS and not key.startswith("x-")]
            if rest:
                return None
            return self.follow(node.text("$ref"), node.at)
        parts = value.get("allOf")
        if is_array(parts) and len(parts) == 1 and is_object(parts[0]) and set(parts[0]) == {"$ref"}:
            rest = [
                key
                for key in value
                if key not in _ANNOTATIONS and key not in ("allOf", "type") and not key.startswith("x-")
            ]
            part = node.child("allOf").child(0)
            target = self.follow(part.text("$ref"), part.at) if not rest else None
            if target is not None and not self._is_child(node, target):
                return target
        return None

    def _is_child(self, node: Node, base: Node) -> bool:
        """True when a named schema is one of the children of a discriminated base, and not another name for it."""
        children = self._children.get((base.at.file, base.at.pointer), ())
        return "discriminator" in base and any(child.at.pointer == node.at.pointer for child in children)

    def may_be_null(self, target: Node) -> bool:
        """True when a named schema, or what it is another name for, allows null."""
        seen: set[tuple[str, str]] = set()
        while target.is_object and (target.at.file, target.at.pointer) not in seen:
            seen.add((target.at.file, target.at.pointer))
            if null_flag(target):
                return True
            further = self.reference(target)
            if further is None:
                return self.of(target).nullable
            target = further
        return False

    def descendants(self, node: Node) -> list[Node]:
        """The schemas that extend one through `allOf`, transitively, nearest first."""
        found: list[Node] = []
        seen = {(node.at.file, node.at.pointer)}
        queue = [node]
        for base in queue:  # grows while it is walked
            for child in self._children.get((base.at.file, base.at.pointer), ()):
                place = (child.at.file, child.at.pointer)
                if place not in seen:
                    seen.add(place)
                    found.append(child)
                    queue.append(child)
        return found

    def of(self, node: Node) -> Shape:
        """A schema and all it includes by `allOf` and by `$ref` with siblings, merged."""
        place = (node.at.file, node.at.pointer)
        if place in self._known:
            return self._known[place]
        shape = Shape(node.at)
        for part, own in self._parts(node):
            self._merge(shape, part, own=own)
        self._known[place] = shape
        self._take_out_null(shape)
        return shape

    def _take_out_null(self, shape: Shape) -> None:
        """Null as an alternative, in whichever way it is written, is the same as `nullable`."""
        kept: list[Node] = []
        for part in shape.alternatives:
            value = part.value
            if is_object(value):
                types = value.get("type")
                if (
                    types == "null"
                    or value.get("enum") == [None]
                    or ("const" in value and value["const"] is None)
                ):
                    shape.nullable = True
                    continue
                if (
                    null_flag(part)
                    or (is_array(types) and "null" in types)
                    or (
                        "$ref" in value
                        and (target := self.reference(part)) is not None
                        and self.may_be_null(target)
                    )
                ):
                    shape.nullable = True
            kept.append(part)
        if (shape.alternatives and not kept) or (shape.values == [] and shape.nullable):
            shape.types, shape.values = ("null",), None
        shape.alternatives = kept

    def _parts(self, node: Node) -> Iterator[tuple[Node, bool]]:
        """The schemas merged into one, bases first; `own` is true for the schema itself. Cycles are cut."""
        done: set[tuple[str, str]] = set()
        stack: list[tuple[Node, bool]] = [(node, False)]
        while stack:
            part, ready = stack.pop()
            place = (part.at.file, part.at.pointer)
            if ready:
                yield part, part is node
                continue
            if place in done or not part.is_object:
                continue
            done.add(place)
            stack.append((part, True))
            inner: list[Node] = []
            if "$ref" in part and (target := self.follow(part.text("$ref"), part.at)) is not None:
                inner.append(target)
            if "allOf" in part:
                inner.extend(part.list("allOf"))
            stack.extend((child, False) for child in reversed(inner))

    def _merge(self, shape: Shape, node: Node, *, own: bool) -> None:
        value = node.value
        self._warn_unmodelled(node)
        self._merge_type(shape, node, own=own)
        shape.format = node.text_or_none("format") or shape.format
        if "enum" in value or "const" in value:
            self._merge_values(shape, node)
        self._merge_limits(shape, node)
        for name, prop in members.members() if (members := node.object("properties")) is not None else ():
            before = shape.properties.get(name)
            if before is None or not _says_nothing(prop):
                shape.properties[name] = prop
        for item in node.list("required") if not isinstance(value.get("required"), bool) else ():
            if item.expect(str):
                shape.required[item.value] = None
        if "additionalProperties" in value:
            shape.extra = node.child("additionalProperties")
            if shape.extra.value is True:
                shape.extra = None
                shape.types = shape.types or ("object",)
        if "items" in value:
            items = node.child("items")
            if items.is_array:
                self.problems.warn(
                    "not-modelled", "a tuple (`items` as a list) is read as an array of any values", items.at
                )
            else:
                shape.items = items
        for name in ("minItems", "maxItems", "minProperties", "maxProperties"):
            if name in value:
                shape.bounds[name] = node.count(name)
        shape.unique = shape.unique or bool(node.flag("uniqueItems"))
        if "discriminator" in value:
            shape.discriminator = node.child("discriminator")
        if "x-ms-enum" in value and (info := node.object("x-ms-enum")) is not None:
            shape.enum_info = info
            shape.extensible = shape.extensible or bool(info.flag("modelAsString"))
        if node.value.get("x-extensible-enum"):
            shape.extensible = True
        self._merge_alternatives(shape, node, own=own)
        self._merge_tag(shape, node)

    def _merge_type(self, shape: Shape, node: Node, *, own: bool) -> None:
        written = node.get("type")
        if written is not None:
            names = (
                [item.value for item in written.items() if item.expect(str)]
                if written.is_array
                else [written.value]
            )
            if written.is_array or written.expect(str):
                if "null" in names and len(names) > 1:
                    shape.nullable = True
                known = tuple(
                    dict.fromkeys(n for n in names if n in TYPES and (n != "null" or len(names) == 1))
                )
                for name in names:
                    if name not in TYPES:
                        self.problems.add(
                            "unknown-type",
                            f"{name!r} is no type",
                            written.at,
                            "string, integer, number, boolean, array or object",
                        )
                shape.types = known or shape.types
        if own and null_flag(node):
            shape.nullable = True

    def _merge_values(self, shape: Shape, node: Node) -> None:
        values = [node.child("const")] if "const" in node.value else node.list("enum")
        if any(item.value is None for item in values):
            shape.nullable = True
            values = [item for item in values if item.value is not None]
        distinct = list({to_json(item.value): item for item in values}.values())
        if shape.values is not None:
            allowed = {to_json(item.value) for item in shape.values}
            distinct = [item for item in distinct if to_json(item.value) in allowed] or distinct
        shape.values = distinct

    def _merge_limits(self, shape: Shape, node: Node) -> None:
        names = {"minimum": "minimum", "maximum": "maximum", "multipleOf": "multiple_of"}
        for wire, name in names.items():
            if wire in node:
                shape.limits[name] = node.number(wire)
        for wire, name in {"minLength": "min_length", "maxLength": "max_length"}.items():
            if wire in node:
                shape.limits[name] = node.count(wire)
        if "pattern" in node:
            shape.limits["pattern"] = node.text("pattern")
        for side in ("minimum", "maximum"):
            wire = f"exclusive{side.capitalize()}"
            if wire not in node:
                continue
            if isinstance(node.value[wire], bool):  # Draft 4: a flag on the other bound
                if node.value[wire] and side in shape.limits:
                    shape.limits[f"exclusive_{side}"] = shape.limits.pop(side)
            else:
                shape.limits[f"exclusive_{side}"] = node.number(wire)

    def _merge_alternatives(self, shape: Shape, node: Node, *, own: bool) -> None:
        for word in ("oneOf", "anyOf"):
            parts = node.list(word) if word in node else []
            if not parts:
                continue
            if not own and "discriminator" in node.value:
                continue  # a base that lists its own children: the child includes its fields, not its siblings
            if all(part.is_object and set(part.value) <= {"required", "not"} for part in parts):
                self.problems.warn(
                    "not-modelled", f"`{word}` over `required` is not checked", node.at.child(word)
                )
            elif shape.alternatives:
                self.problems.warn(
                    "not-modelled",
                    f"a second union (`{word}`) in one schema is left out",
                    node.at.child(word),
                )
            else:
                shape.alternatives = parts
                shape.exclusive = word == "oneOf"

    def _merge_tag(self, shape: Shape, node: Node) -> None:
        """A child of a discriminated base has one value for the tag: its own."""
        if (
            shape.discriminator is None
            or node.at.pointer == shape.discriminator.at.pointer.rpartition("/")[0]
        ):
            return
        tag = self.tag_of(shape)
        name = name_of(node.at)
        if tag is None or not self._is_component(node.at):
            return
        explicit = node.text_or_none("x-ms-discriminator-value")
        mapped = self.mapping(shape).get((node.at.file, node.at.pointer))
        shape.constants[tag] = (explicit or (mapped[0] if mapped else name), node.at)

    @staticmethod
    def _is_component(at: Location) -> bool:
        return len(split_pointer(at.pointer)) in (2, 3) and "/allOf/" not in at.pointer

    def mapping(self, shape: Shape) -> dict[tuple[str, str], tuple[str, ...]]:
        """The discriminator values of each schema that the explicit mapping names, by place."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        mapping = (
            shape.discriminator.object("mapping")
            if shape.discriminator is not None and "mapping" in shape.discriminator
            else None
        )
        for value, node in mapping.members() if mapping is not None else ():
            if not node.expect(str):
                continue
            ref = (
                node.value
                if "/" in node.value or "#" in node.value or "." in node.value
                else f"#/components/schemas/{node.value}"
            )
            target = self.follow(ref, node.at)
            if target is not None:
                place = (target.at.file, target.at.pointer)
                found[place] = (*found.get(place, ()), value)
        return found

    @staticmethod
    def tag_of(shape: Shape) -> str | None:
        """The wire name of the discriminator: a string in Swagger 2.0, `propertyName` since OpenAPI 3.0."""
        if shape.discriminator is None:
            return None
        if isinstance(shape.discriminator.value, str):
            return shape.discriminator.value
        return shape.discriminator.text("propertyName") or None

    def tag_values(self, target: Node, tag: str) -> tuple[str, ...]:
        """The discriminator values of a schema without a mapping: what its tag property allows, else its name."""
        if target.is_object:
            explicit = target.get("x-ms-discriminator-value")
            if explicit is not None and explicit.expect(str):
                return (explicit.value,)
            shape = self.of(target)
            prop = shape.properties.get(tag)
            if prop is not None and prop.is_object:
                inner = self.of(prop)
                if (
                    inner.values
                    and len(inner.values) <= 8
                    and all(isinstance(item.value, str) for item in inner.values)
                ):
                    return tuple(item.value for item in inner.values)
        return (name_of(target.at),)

    def _warn_unmodelled(self, node: Node) -> None:
        for name in node.value:
            if name not in _MODELLED and not name.startswith("x-"):
                self.problems.warn(
                    "not-modelled", f"`{name}` is not understood and has no effect", node.at.child(name)
                )


def _says_nothing(node: Node) -> bool:
    """True when a property written again only comments on the one before."""
    return node.is_object and not (set(node.value) - _ANNOTATIONS) and "$ref" not in node.value


def null_flag(node: Node) -> bool:
    """True when a schema says by itself that null is allowed."""
    return node.value.get("nullable") is True or node.value.get("x-nullable") is True


def name_of(at: Location) -> str:
    """The name of a schema by its place: its key, or the stem of its file."""
    tokens = split_pointer(at.pointer)
    return tokens[-1] if tokens else at.file.rpartition("/")[2].partition(".")[0]
