"""Schema objects → types and models.

In: schema `Node`s of any dialect. Out: `Type`s, and the `Model`s they point to, in document order.

Two steps: a schema with its `allOf` is first merged into one `Shape` (all it says, in one place), then the shape is
read as a type. What needs a declaration in code becomes a model; models are built from a work list, never by recursion
through references, so that cycles cost nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import LoadError
from ..model import (
    Alias,
    Anything,
    Enumeration,
    EnumValue,
    Field,
    Json,
    Kind,
    Limits,
    ListOf,
    MapOf,
    Model,
    ModelRef,
    Nothing,
    Nullable,
    OneOf,
    Record,
    Scalar,
    Type,
    Variant,
)
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
    [
        "type",
        "format",
        "enum",
        "const",
        "allOf",
        "oneOf",
        "anyOf",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "discriminator",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
    ]
)
_KINDS: dict[str, Kind] = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}


def to_json(value: Any) -> Json:
    """A JSON value as canonical text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


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
class SchemaReader:
    """Reads the schemas of one version. Call `type_of` for what operations use, then `finish` for the models."""

    documents: Documents
    problems: Problems
    models: dict[str, Model] = field(default_factory=dict)
    _keys: dict[tuple[str, str], str] = field(default_factory=dict)
    _waiting: list[tuple[str, tuple[str, ...], Node]] = field(default_factory=list)
    _order: dict[str, None] = field(default_factory=dict)
    _shapes: dict[tuple[str, str], Shape] = field(default_factory=dict)
    _children: dict[tuple[str, str], list[tuple[str, Node]]] = field(default_factory=dict)

    # --- components -------------------------------------------------------------------------------------

    def declare(self, components: Node) -> None:
        """Announce the named schemas of a document, in order, before anything is read."""
        for name, node in components.members():
            self._key(node.at, name)
            if isinstance(node.value, dict):
                for part in node.value.get("allOf") or ():
                    ref = part.get("$ref") if isinstance(part, dict) else None
                    if isinstance(ref, str) and (base := self._follow(ref, node.at)) is not None:
                        self._children.setdefault((base.at.file, base.at.pointer), []).append((name, node))

    def finish(self) -> tuple[Model, ...]:
        """Build every announced model and return all, in document order."""
        while self._waiting:
            key, path, node = self._waiting.pop(0)
            if key not in self.models:
                self.models[key] = self._build(key, path, node)
        return tuple(self.models[key] for key in self._order if key in self.models)

    def _key(self, at: Location, name: str) -> str:
        place = (at.file, at.pointer)
        if place not in self._keys:
            key = self._keys[place] = self._free(name)
            self._waiting.append((key, (name,), Node(at.raw, at, self.problems)))
        return self._keys[place]

    def _free(self, wanted: str) -> str:
        key, number = wanted, 2
        while key in self._order:
            key, number = f"{wanted}~{number}", number + 1
        self._order[key] = None
        return key

    def _follow(self, ref: str, at: Location) -> Node | None:
        """The schema a reference points to; reports it and returns None when it points to nothing."""
        try:
            target = self.documents.resolve(ref, at.child("$ref"))
        except LoadError as error:
            for problem in error.problems:
                self.problems.add(problem.rule, problem.message, problem.at or at, problem.help)
            return None
        return Node(target.raw, target, self.problems)

    # --- types ------------------------------------------------------------------------------------------

    def type_of(self, node: Node, path: tuple[str, ...]) -> Type:
        """The type of a schema in place. `path` names what it belongs to, for a model it may need."""
        if node.value is True:
            return Anything()
        if node.value is False:
            return Nothing()
        if not node.expect(dict):
            return Anything()
        target = self._reference(node)
        if target is not None:
            return self._pointer(target, nullable=_null_flag(node))
        shape = self.shape(node)
        simple = self._simple(shape, path)
        if simple is not None:
            return Nullable(simple) if shape.nullable and not isinstance(simple, Nullable) else simple
        key = self._free(".".join(path))
        self._keys[(node.at.file, node.at.pointer)] = key
        self.models[key] = self._declare(key, path, node, shape)
        return Nullable(ModelRef(key)) if shape.nullable else ModelRef(key)

    def _pointer(self, target: Node, *, nullable: bool) -> Type:
        """A named schema as a type. That a schema may be null is said where it is used, so that its name is the thing."""
        ref = ModelRef(self._key(target.at, _name_of(target.at)))
        return Nullable(ref) if nullable or self._may_be_null(target) else ref

    def _may_be_null(self, target: Node) -> bool:
        seen: set[tuple[str, str]] = set()
        while isinstance(target.value, dict) and (target.at.file, target.at.pointer) not in seen:
            seen.add((target.at.file, target.at.pointer))
            if _null_flag(target):
                return True
            further = self._reference(target)
            if further is None:
                return self.shape(target).nullable
            target = further
        return False

    def _reference(self, node: Node) -> Node | None:
        """The target when a schema is nothing but a reference, plain or as the only member of `allOf`."""
        value = node.value
        if "$ref" in value:
            rest = [key for key in value if key not in _ANNOTATIONS and not key.startswith("x-")]
            if rest:
                return None
            return self._follow(node.text("$ref"), node.at)
        parts = value.get("allOf")
        if (
            isinstance(parts, list)
            and len(parts) == 1
            and isinstance(parts[0], dict)
            and set(parts[0]) == {"$ref"}
        ):
            rest = [
                key
                for key in value
                if key not in _ANNOTATIONS and key not in ("allOf", "type") and not key.startswith("x-")
            ]
            target = self._follow(parts[0]["$ref"], node.at.child("allOf", 0)) if not rest else None
            if target is not None and not self._is_child(node, target):
                return target
        return None

    def _is_child(self, node: Node, base: Node) -> bool:
        """True when a named schema is one of the children of a discriminated base, and not another name for it."""
        children = self._children.get((base.at.file, base.at.pointer), ())
        return "discriminator" in base and any(child.at.pointer == node.at.pointer for _, child in children)

    def _simple(self, shape: Shape, path: tuple[str, ...]) -> Type | None:
        """The type of a shape that needs no declaration; None for records, enumerations and unions."""
        if len(shape.alternatives) == 1 and not shape.properties and shape.values is None:
            return self.type_of(shape.alternatives[0], path)
        if shape.values is not None or shape.alternatives or len(shape.types) > 1:
            return None
        kind = shape.kind
        if kind in _KINDS:
            return Scalar(_KINDS[kind], shape.format, Limits(**shape.limits))
        if kind == "file":
            return Scalar("string", "binary")
        if kind == "null":
            return Nullable(Nothing())
        if kind == "array":
            items = self.type_of(shape.items, (*path, "item")) if shape.items is not None else Anything()
            return ListOf(items, shape.bounds.get("minItems"), shape.bounds.get("maxItems"), shape.unique)
        if kind == "object":
            bounded = any(shape.bounds.get(name) is not None for name in ("minProperties", "maxProperties"))
            if shape.properties or shape.required or shape.constants or bounded:
                return None
            if shape.extra is not None and shape.extra.value is False:
                return None
            return MapOf(
                self.type_of(shape.extra, (*path, "value")) if shape.extra is not None else Anything()
            )
        return Anything()

    def form_of(
        self,
        properties: dict[str, Any],
        places: dict[str, Location],
        required: list[str],
        path: tuple[str, ...],
        at: Location,
    ) -> Type:
        """The record of a form whose fields are written apart (Swagger 2.0 `formData`)."""
        key = self._free(".".join(path))
        shape = Shape(at, types=("object",), required=dict.fromkeys(required))
        shape.properties = {
            name: Node(value, places[name], self.problems) for name, value in properties.items()
        }
        self.models[key] = self._record(key, path, Node({}, at, self.problems), shape)
        return ModelRef(key)

    # --- models -----------------------------------------------------------------------------------------

    def _build(self, key: str, path: tuple[str, ...], node: Node) -> Model:
        """The model of a named schema."""
        doc, deprecated = _doc(node), bool(isinstance(node.value, dict) and node.flag("deprecated"))
        if not isinstance(node.value, dict):
            return Alias(key, path, self.type_of(node, path), node.at, doc, deprecated)
        target = self._reference(node)
        if target is not None:
            return Alias(key, path, self._pointer(target, nullable=False), node.at, doc, deprecated)
        shape = self.shape(node)
        simple = self._simple(shape, path)
        if simple is None:
            return self._declare(key, path, node, shape)
        return Alias(key, path, simple, node.at, doc, deprecated)

    def _declare(self, key: str, path: tuple[str, ...], node: Node, shape: Shape) -> Model:
        doc, deprecated = _doc(node), bool(node.flag("deprecated"))
        if shape.values is not None:
            return self._enumeration(key, path, node, shape)
        if shape.alternatives:
            return self._union(key, path, node, shape)
        if len(shape.types) > 1:
            variants = []
            for kind in shape.types:
                part = replace(shape, types=(kind,))
                type_ = self._simple(part, (*path, kind))
                if type_ is None:
                    inner = self._free(".".join((*path, kind)))
                    self.models[inner] = self._record(inner, (*path, kind), node, part)
                    type_ = ModelRef(inner)
                variants.append(Variant(type_, node.at))
            return OneOf(key, path, tuple(variants), node.at, exclusive=False, doc=doc, deprecated=deprecated)
        children = self._descendants(node) if shape.discriminator is not None else []
        if children:
            return self._family(key, path, node, shape, children)
        return self._record(key, path, node, shape)

    def _record(self, key: str, path: tuple[str, ...], node: Node, shape: Shape) -> Record:
        fields = tuple(self._field(name, prop, shape, path) for name, prop in shape.properties.items())
        undeclared = tuple(name for name in shape.required if name not in shape.properties)
        extra: Type = Anything()
        if shape.extra is not None:
            extra = self.type_of(shape.extra, (*path, "value"))
        return Record(
            key, path, fields, node.at, extra, undeclared,
            shape.bounds.get("minProperties"), shape.bounds.get("maxProperties"),
            _doc(node), bool(node.flag("deprecated")),
        )  # fmt: skip

    def _field(self, name: str, node: Node, shape: Shape, path: tuple[str, ...]) -> Field:
        if name in shape.constants:
            value, at = shape.constants[name]
            key = self._free(".".join((*path, name)))
            self.models[key] = Enumeration(
                key, (*path, name), "string", (EnumValue(to_json(value), at),), node.at
            )
            type_: Type = ModelRef(key)
        else:
            type_ = self.type_of(node, (*path, name))
        known = node if isinstance(node.value, dict) else Node({}, node.at, self.problems)
        default = known.get("default")
        return Field(
            wire_name=name,
            type=type_,
            required=name in shape.required,
            at=node.at,
            read_only=bool(known.flag("readOnly")),
            write_only=bool(known.flag("writeOnly")),
            deprecated=bool(known.flag("deprecated")),
            default=to_json(default.value) if default is not None else None,
            doc=_doc(known),
            client_name=known.text_or_none("x-ms-client-name"),
        )

    def _enumeration(self, key: str, path: tuple[str, ...], node: Node, shape: Shape) -> Model:
        info: dict[str, Node] = {}
        if shape.enum_info is not None:
            for entry in shape.enum_info.list("values"):
                if "value" in entry:
                    info[to_json(entry.child("value").value)] = entry
            # Azure names inline enumerations here; a component keeps its own name
            if len(path) > 1 and (named := shape.enum_info.text("name")):
                path = (named,)
        values = []
        for item in shape.values or ():
            text = to_json(item.value)
            known = info.get(text)
            values.append(
                EnumValue(
                    text,
                    item.at,
                    known.text_or_none("name") if known else None,
                    known.text("description") if known else "",
                )
            )
        kinds = {_kind_of(item.value) for item in shape.values or ()}
        if None in kinds or not kinds:
            if kinds:
                self.problems.warn(
                    "enum-of-objects",
                    "an enumeration of objects, arrays or mixed values is read as any value",
                    node.at,
                )
            return Alias(key, path, Anything() if kinds else Nothing(), node.at, _doc(node))
        base: Kind = (
            kinds.pop() or "string"
            if len(kinds) == 1
            else ("number" if kinds <= {"integer", "number"} else "string")
        )
        return Enumeration(
            key,
            path,
            base,
            tuple(values),
            node.at,
            shape.extensible,
            _doc(node),
            bool(node.flag("deprecated")),
        )

    # --- unions -----------------------------------------------------------------------------------------

    def _union(self, key: str, path: tuple[str, ...], node: Node, shape: Shape) -> Model:
        tag = self._tag_of(shape)
        tags = self._mapping(shape)
        variants: list[Variant] = []
        for index, part in enumerate(shape.alternatives):
            type_ = self._variant_type(part, shape, (*path, _variant_name(part, index)))
            names: tuple[str, ...] = ()
            if (
                tag is not None
                and isinstance(part.value, dict)
                and (target := self._reference(part)) is not None
            ):
                names = tags.get((target.at.file, target.at.pointer), ()) or self._tag_values(target, tag)
            variants.append(Variant(type_.of if isinstance(type_, Nullable) else type_, part.at, names))
        open_ = self._merged_enumeration(key, path, variants, node)
        if open_ is not None:
            return open_
        doc, deprecated = _doc(node), bool(node.flag("deprecated"))
        return OneOf(key, path, tuple(variants), node.at, tag, shape.exclusive, None, doc, deprecated)

    def _merged_enumeration(
        self, key: str, path: tuple[str, ...], variants: list[Variant], node: Node
    ) -> Enumeration | None:
        """`anyOf: [string, enum]`, the usual way to say "these, and more to come": one open enumeration."""
        if len(variants) != 2:
            return None
        plain = [v for v in variants if isinstance(v.type, Scalar) and v.type == Scalar("string")]
        named = [
            m
            for v in variants
            if isinstance(v.type, ModelRef) and isinstance(m := self.models.get(v.type.key), Enumeration)
        ]
        if len(plain) != 1 or len(named) != 1 or named[0].base != "string" or len(named[0].path) == 1:
            return None
        del self.models[named[0].key], self._order[named[0].key]
        return replace(named[0], key=key, path=path, at=node.at, open=True, doc=_doc(node) or named[0].doc)

    def _variant_type(self, part: Node, shape: Shape, path: tuple[str, ...]) -> Type:
        """The type of one alternative, with what stands beside `oneOf` merged into it."""
        if not (shape.properties or shape.required) or not isinstance(part.value, dict):
            return self.type_of(part, path)
        own = self.shape(part)
        if own.alternatives or own.values is not None or own.kind not in ("object", None):
            return self.type_of(part, path)
        merged = replace(
            own,
            types=("object",),
            properties={**shape.properties, **own.properties},
            required={**shape.required, **own.required},
            extra=own.extra if own.extra is not None else shape.extra,
        )
        key = self._free(".".join(path))
        self.models[key] = self._record(key, path, part, merged)
        return ModelRef(key)

    def _mapping(self, shape: Shape) -> dict[tuple[str, str], tuple[str, ...]]:
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
            target = self._follow(ref, node.at)
            if target is not None:
                place = (target.at.file, target.at.pointer)
                found[place] = (*found.get(place, ()), value)
        return found

    def _tag_values(self, target: Node, tag: str) -> tuple[str, ...]:
        """The discriminator values of a schema without a mapping: what its tag property allows, else its name."""
        if isinstance(target.value, dict):
            explicit = target.get("x-ms-discriminator-value")
            if explicit is not None and explicit.expect(str):
                return (explicit.value,)
            shape = self.shape(target)
            prop = shape.properties.get(tag)
            if prop is not None and isinstance(prop.value, dict):
                inner = self.shape(prop)
                if (
                    inner.values
                    and len(inner.values) <= 8
                    and all(isinstance(item.value, str) for item in inner.values)
                ):
                    return tuple(item.value for item in inner.values)
        return (_name_of(target.at),)

    def _descendants(self, node: Node) -> list[tuple[str, Node]]:
        """The schemas that extend one through `allOf`, transitively, nearest first."""
        found: list[tuple[str, Node]] = []
        seen = {(node.at.file, node.at.pointer)}
        queue = [node]
        for base in queue:  # grows while it is walked
            for name, child in self._children.get((base.at.file, base.at.pointer), ()):
                place = (child.at.file, child.at.pointer)
                if place not in seen:
                    seen.add(place)
                    found.append((name, child))
                    queue.append(child)
        return found

    def _family(
        self, key: str, path: tuple[str, ...], node: Node, shape: Shape, children: list[tuple[str, Node]]
    ) -> Model:
        """An inheritance-style discriminator: the base stands for any of its descendants, or itself."""
        tag = self._tag_of(shape)
        tags = self._mapping(shape)
        base_key = self._free(f"{key}.base")
        variants = []
        for _name, child in children:
            place = (child.at.file, child.at.pointer)
            child_key = self._key(child.at, _name_of(child.at))
            child_shape = self.shape(child)
            if child_shape.discriminator is not None and self._descendants(child):
                child_key = f"{child_key}.base"  # made when that family is built
            variants.append(
                Variant(
                    ModelRef(child_key), child.at, tags.get(place) or self._tag_values_of_child(child, tag)
                )
            )
        self.models[base_key] = self._record(base_key, (*path, "base"), node, replace(shape, constants={}))
        return OneOf(
            key,
            path,
            tuple(variants),
            node.at,
            tag,
            True,
            ModelRef(base_key),
            _doc(node),
            bool(node.flag("deprecated")),
        )

    def _tag_values_of_child(self, child: Node, tag: str | None) -> tuple[str, ...]:
        own = self.shape(child)
        if tag is not None and tag in own.constants:
            return (own.constants[tag][0],)
        return (_name_of(child.at),)

    @staticmethod
    def _tag_of(shape: Shape) -> str | None:
        if shape.discriminator is None:
            return None
        if isinstance(shape.discriminator.value, str):
            return shape.discriminator.value
        return shape.discriminator.text("propertyName") or None

    # --- merging ----------------------------------------------------------------------------------------

    def shape(self, node: Node) -> Shape:
        """A schema and all it includes by `allOf` and by `$ref` with siblings, merged."""
        place = (node.at.file, node.at.pointer)
        if place in self._shapes:
            return self._shapes[place]
        shape = Shape(node.at)
        for part, own in self._parts(node):
            self._merge(shape, part, own=own)
        self._shapes[place] = shape
        self._take_out_null(shape)
        return shape

    def _take_out_null(self, shape: Shape) -> None:
        """Null as an alternative, in whichever way it is written, is the same as `nullable`."""
        kept = []
        for part in shape.alternatives:
            value = part.value
            if isinstance(value, dict):
                types = value.get("type")
                if (
                    types == "null"
                    or value.get("enum") == [None]
                    or ("const" in value and value["const"] is None)
                ):
                    shape.nullable = True
                    continue
                if (
                    _null_flag(part)
                    or (isinstance(types, list) and "null" in types)
                    or (
                        "$ref" in value
                        and (target := self._reference(part)) is not None
                        and self._may_be_null(target)
                    )
                ):
                    shape.nullable = True
            kept.append(part)
        if shape.alternatives and not kept:
            shape.types = ("null",)
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
            if place in done or not isinstance(part.value, dict):
                continue
            done.add(place)
            stack.append((part, True))
            inner: list[Node] = []
            if "$ref" in part and (target := self._follow(part.text("$ref"), part.at)) is not None:
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
            if isinstance(items.value, list):
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
                if isinstance(written.value, list)
                else [written.value]
            )
            if isinstance(written.value, list) or written.expect(str):
                if "null" in names and len(names) > 1:
                    shape.nullable = True
                known = tuple(
                    dict.fromkeys(
                        n
                        for n in names
                        if n in (*_KINDS, "object", "array", "null", "file")
                        and (n != "null" or len(names) == 1)
                    )
                )
                for name in names:
                    if name not in (*_KINDS, "object", "array", "null", "file"):
                        self.problems.add(
                            "unknown-type",
                            f"{name!r} is no type",
                            written.at,
                            "string, integer, number, boolean, array or object",
                        )
                shape.types = known or shape.types
        if own and _null_flag(node):
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
            if all(isinstance(part.value, dict) and set(part.value) <= {"required", "not"} for part in parts):
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
        tag = self._tag_of(shape)
        name = _name_of(node.at)
        if tag is None or not self._is_component(node.at):
            return
        explicit = node.text_or_none("x-ms-discriminator-value")
        mapped = self._mapping(shape).get((node.at.file, node.at.pointer))
        shape.constants[tag] = (explicit or (mapped[0] if mapped else name), node.at)

    @staticmethod
    def _is_component(at: Location) -> bool:
        return len(split_pointer(at.pointer)) in (2, 3) and "/allOf/" not in at.pointer

    def _warn_unmodelled(self, node: Node) -> None:
        for name in node.value:
            if name not in _MODELLED and not name.startswith("x-"):
                self.problems.warn(
                    "not-modelled", f"`{name}` is not understood and has no effect", node.at.child(name)
                )


def _says_nothing(node: Node) -> bool:
    """True when a property written again only comments on the one before."""
    return isinstance(node.value, dict) and not (set(node.value) - _ANNOTATIONS) and "$ref" not in node.value


def _null_flag(node: Node) -> bool:
    return node.value.get("nullable") is True or node.value.get("x-nullable") is True


def _doc(node: Node) -> str:
    if not isinstance(node.value, dict):
        return ""
    text = node.value.get("description") or node.value.get("title")
    return text.strip() if isinstance(text, str) else ""


def _name_of(at: Location) -> str:
    tokens = split_pointer(at.pointer)
    return tokens[-1] if tokens else at.file.rpartition("/")[2].partition(".")[0]


def _variant_name(node: Node, index: int) -> str:
    """What an alternative is called when it needs a name: its title, its type, or its number."""
    if isinstance(node.value, dict):
        title = node.value.get("title")
        if isinstance(title, str) and title:
            return title
    return f"variant {index + 1}"


def _kind_of(value: Any) -> Kind | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float) else None
