"""Shapes → types and models.

In: schema `Node`s of any dialect. Out: `Type`s, and the `Model`s they point to, in document order. What needs a declaration
in code becomes a model; named models are built from a work list, never by recursion through references, so that cycles
cost nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..jsonvalue import to_json
from ..model import (
    Alias,
    Anything,
    Enumeration,
    EnumValue,
    Field,
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
from ..source import Location
from .document import Documents
from .node import Node, Problems
from .shapes import Shape, Shapes, name_of, null_flag
from .unions import doc_of, family, union

_KINDS: dict[str, Kind] = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}


class SchemaReader:
    """Reads the schemas of one version. Call `type_of` for what operations use, then `finish` for the models."""

    def __init__(self, documents: Documents, problems: Problems) -> None:
        self.documents = documents
        self.problems = problems
        self.shapes = Shapes(documents, problems)
        self.models: dict[str, Model] = {}
        self.order: dict[str, None] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self._waiting: list[tuple[str, tuple[str, ...], Node]] = []

    def declare(self, components: Node) -> None:
        """Announce the named schemas of a document, in order, before anything is read."""
        for name, node in components.members():
            self.key(node.at, name)
            self.shapes.declare(node)

    def finish(self) -> tuple[Model, ...]:
        """Build every announced model and return all, in document order."""
        while self._waiting:
            key, path, node = self._waiting.pop(0)
            if key not in self.models:
                self.models[key] = self._build(key, path, node)
        return tuple(self.models[key] for key in self.order if key in self.models)

    def key(self, at: Location, name: str) -> str:
        """The model key of a named schema, which is built later."""
        place = (at.file, at.pointer)
        if place not in self._keys:
            key = self._keys[place] = self.free(name)
            self._waiting.append((key, (name,), Node(at.raw, at, self.problems)))
        return self._keys[place]

    def free(self, wanted: str) -> str:
        """A key like the wanted one that no model has, reserved in document order."""
        key, number = wanted, 2
        while key in self.order:
            key, number = f"{wanted}~{number}", number + 1
        self.order[key] = None
        return key

    def type_of(self, node: Node, path: tuple[str, ...]) -> Type:
        """The type of a schema in place. `path` names what it belongs to, for a model it may need."""
        if node.value is True:
            return Anything()
        if node.value is False:
            return Nothing()
        if not node.expect(dict):
            return Anything()
        target = self.shapes.reference(node)
        if target is not None:
            return self._pointer(target, nullable=null_flag(node))
        shape = self.shapes.of(node)
        simple = self._simple(shape, path)
        if simple is not None:
            return Nullable(simple) if shape.nullable and not isinstance(simple, Nullable) else simple
        key = self.free(".".join(path))
        self._keys[(node.at.file, node.at.pointer)] = key
        self.models[key] = self._declare(key, path, node, shape)
        return Nullable(ModelRef(key)) if shape.nullable else ModelRef(key)

    def _pointer(self, target: Node, *, nullable: bool) -> Type:
        """A named schema as a type. That a schema may be null is said where it is used, so that its name is the thing."""
        ref = ModelRef(self.key(target.at, name_of(target.at)))
        return Nullable(ref) if nullable or self.shapes.may_be_null(target) else ref

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
        key = self.free(".".join(path))
        shape = Shape(at, types=("object",), required=dict.fromkeys(required))
        shape.properties = {
            name: Node(value, places[name], self.problems) for name, value in properties.items()
        }
        self.models[key] = self.record(key, path, Node({}, at, self.problems), shape)
        return ModelRef(key)

    def _build(self, key: str, path: tuple[str, ...], node: Node) -> Model:
        """The model of a named schema."""
        doc, deprecated = doc_of(node), bool(node.is_object and node.flag("deprecated"))
        if not node.is_object:
            return Alias(key, path, self.type_of(node, path), node.at, doc, deprecated)
        target = self.shapes.reference(node)
        if target is not None:
            return Alias(key, path, self._pointer(target, nullable=False), node.at, doc, deprecated)
        shape = self.shapes.of(node)
        simple = self._simple(shape, path)
        if simple is None:
            return self._declare(key, path, node, shape)
        return Alias(key, path, simple, node.at, doc, deprecated)

    def _declare(self, key: str, path: tuple[str, ...], node: Node, shape: Shape) -> Model:
        doc, deprecated = doc_of(node), bool(node.flag("deprecated"))
        if shape.values is not None:
            return self._enumeration(key, path, node, shape)
        if shape.alternatives:
            return union(self, key, path, node, shape)
        if len(shape.types) > 1:
            variants: list[Variant] = []
            for kind in shape.types:
                part = replace(shape, types=(kind,))
                type_ = self._simple(part, (*path, kind))
                if type_ is None:
                    inner = self.free(".".join((*path, kind)))
                    self.models[inner] = self.record(inner, (*path, kind), node, part)
                    type_ = ModelRef(inner)
                variants.append(Variant(type_, node.at))
            return OneOf(key, path, tuple(variants), node.at, exclusive=False, doc=doc, deprecated=deprecated)
        children = self.shapes.descendants(node) if shape.discriminator is not None else []
        if children:
            return family(self, key, path, node, shape, children)
        return self.record(key, path, node, shape)

    def record(self, key: str, path: tuple[str, ...], node: Node, shape: Shape) -> Record:
        """The object that a shape describes."""
        fields = tuple(self._field(name, prop, shape, path) for name, prop in shape.properties.items())
        undeclared = tuple(name for name in shape.required if name not in shape.properties)
        extra: Type = Anything()
        if shape.extra is not None:
            extra = self.type_of(shape.extra, (*path, "value"))
        return Record(
            key, path, fields, node.at, extra, undeclared,
            shape.bounds.get("minProperties"), shape.bounds.get("maxProperties"),
            doc_of(node), bool(node.flag("deprecated")),
        )  # fmt: skip

    def _field(self, name: str, node: Node, shape: Shape, path: tuple[str, ...]) -> Field:
        if name in shape.constants:
            value, at = shape.constants[name]
            key = self.free(".".join((*path, name)))
            self.models[key] = Enumeration(
                key, (*path, name), "string", (EnumValue(to_json(value), at),), node.at
            )
            type_: Type = ModelRef(key)
        else:
            type_ = self.type_of(node, (*path, name))
        known = node if node.is_object else Node({}, node.at, self.problems)
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
            doc=doc_of(known),
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
        values: list[EnumValue] = []
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
        kinds: set[Kind | None] = {_kind_of(item.value) for item in shape.values or ()}
        if None in kinds or not kinds:
            if kinds:
                self.problems.warn(
                    "enum-of-objects",
                    "an enumeration of objects, arrays or mixed values is read as any value",
                    node.at,
                )
            return Alias(key, path, Anything() if kinds else Nothing(), node.at, doc_of(node))
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
            doc_of(node),
            bool(node.flag("deprecated")),
        )


def _kind_of(value: Any) -> Kind | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float) else None
