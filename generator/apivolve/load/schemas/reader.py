"""Shapes → types and models.

In: schema `Node`s of any dialect. Out: `Type`s, and the `Model`s they point to, in document order. What needs a declaration
in code becomes a model; named models are built from a work list, never by recursion through references, so that cycles
cost nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from ...jsonvalue import is_array, is_object, to_json
from ...media import is_binary
from ...model import (
    Alias,
    Anything,
    Condition,
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
from ...source import Location
from ..document import Documents
from ..node import Node, Problems
from .annotations import doc_of, enum_values, examples_of, xml_of
from .depth import cut_circles, refuse_long_ways
from .places import named_after
from .shape import ANNOTATIONS, Parts, Shape, null_flag, says_nothing
from .shapes import Shapes, distinct, name_of
from .unions import family, union

_KINDS: dict[str, Kind] = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean"}
_PLAIN = (ANNOTATIONS | {"type", "format"}) - {"$ref", "$dynamicRef", "allOf"}
_ANYTHING = Anything()
_FIELD_WORDS = frozenset(
    ("readOnly", "writeOnly", "deprecated", "default", "x-ms-client-name", "example", "examples", "xml")
)


class SchemaReader:
    """Reads the schemas of one version. Call `type_of` for what operations use, then `finish` for the models."""

    def __init__(self, documents: Documents, problems: Problems) -> None:
        self.documents = documents
        self.problems = problems
        self.shapes = Shapes(documents, problems)
        self.models: dict[str, Model] = {}
        self.order: dict[str, None] = {}
        self._numbers: dict[str, int] = {}
        self._keys: dict[tuple[int, str], str] = {}
        self._announced: set[tuple[int, str]] = set()
        # the schemas in place that are being read, by what they are made of; with their keys once they have one
        self._open: dict[tuple[int, ...], str | None] = {}
        self._scalars: dict[tuple[str, str | None], Scalar] = {}
        self._waiting: deque[tuple[str, tuple[str, ...], Node]] = deque()

    def declare(self, components: Node) -> None:
        """Announce the named schemas of a document, in order, before anything is read."""
        for name, node in components.members():
            self.key(node, (name,))
            self.shapes.declare(node)

    def finish(self) -> tuple[Model, ...]:
        """Build every announced model and return all, in document order."""
        while self._waiting:
            key, path, node = self._waiting.popleft()
            if key not in self.models:
                self.models[key] = self._build(key, path, node)
        cut_circles(self.models, self.problems)
        refuse_long_ways(self.models)
        return tuple(self.models[key] for key in self.order if key in self.models)

    def key(self, node: Node, path: tuple[str, ...]) -> str:
        """The model key of a schema that is referred to, which is built later; `path` is what it is named after."""
        place = (id(node.at.source), node.at.pointer)
        if place not in self._keys:
            key = self._keys[place] = self.free(".".join(path))
            self._waiting.append((key, path, node))
            self._announced.add(place)
        return self._keys[place]

    def free(self, wanted: str) -> str:
        """A key like the wanted one that no model has, reserved in document order."""
        key = wanted
        while key in self.order:
            number = self._numbers[wanted] = self._numbers.get(wanted, 1) + 1
            key = f"{wanted}~{number}"
        self.order[key] = None
        return key

    # --- types ------------------------------------------------------------------------------------------

    def type_of(self, node: Node, path: tuple[str, ...]) -> Type:
        """The type of a schema in place. `path` names what it belongs to, for a model it may need."""
        value = node.value
        if is_object(value):
            if value.keys() <= _PLAIN:  # by far the commonest schema: a kind and a text
                kind = value.get("type")
                if kind is None and "format" not in value:
                    return Nullable(_ANYTHING) if null_flag(node) else _ANYTHING
                if isinstance(kind, str) and kind in _KINDS:
                    scalar = self._scalar(kind, node.text_or_none("format"))
                    return Nullable(scalar) if null_flag(node) else scalar
            target = self.shapes.reference(node)
            if target is not None:
                return self._pointer(target, nullable=null_flag(node))
            if (id(node.at.source), node.at.pointer) in self._announced:
                return self._pointer(node, nullable=null_flag(node))
            return self._type(self.shapes.of(node), node, path, (node,))
        if value is False:
            return Nothing()
        if value is not True:
            node.expect(dict)
        return _ANYTHING

    def type_of_all(self, parts: Parts, path: tuple[str, ...]) -> Type:
        """The type of a schema that is written in pieces."""
        telling = distinct([part for part in parts if not says_nothing(part) and part.value is not True])
        if len(telling) > 1:
            telling = self._narrowest(telling)
        if not telling:
            return self.type_of(parts[-1], path)
        if len(telling) == 1:
            return self.type_of(telling[0], path)
        if any(not is_object(part.value) for part in telling):
            return (
                Nothing() if any(part.value is False for part in telling) else self.type_of(telling[-1], path)
            )
        return self._type(self.shapes.of_all(telling), telling[-1], path, telling)

    def _narrowest(self, parts: Parts) -> Parts:
        """The parts without those that another part says already: a base beside what extends it, a repeated type."""
        targets = [self.shapes.reference(part) if part.is_object else None for part in parts]
        kept: list[Node] = []
        for part, target in zip(parts, targets, strict=True):
            others = [other for other in targets if other is not None and other is not target]
            if target is not None and any(
                other.value is not target.value and self.shapes.extends(other, target) for other in others
            ):
                continue
            if (
                target is None
                and is_object(part.value)
                and part.value.keys() <= _PLAIN
                and any(self.shapes.of(other).kind == part.value.get("type") for other in others)
            ):
                continue
            kept.append(part)
        return tuple(kept)

    def _type(self, shape: Shape, node: Node, path: tuple[str, ...], parts: Parts) -> Type:
        """The type of a shape in place, that is made of some parts. What is inside of itself is what it is inside of."""
        written = tuple(id(part.value) for part in parts)
        if written in self._open:
            key = self._open[written]
            if key is None:
                self.problems.warn(
                    "nested-in-itself",
                    "a list whose items are such lists again is not typed further",
                    node.at,
                    "give it a name, and refer to that",
                )
                return _ANYTHING
            return Nullable(ModelRef(key)) if shape.nullable else ModelRef(key)
        self._open[written] = None
        try:
            simple = self._simple(shape, path)
            if simple is not None:
                if shape.conditions:
                    self._leave_out(shape)
                return Nullable(simple) if shape.nullable and not isinstance(simple, Nullable) else simple
            key = self._open[written] = self.free(".".join(path))
            self._keys[(id(node.at.source), node.at.pointer)] = key
            self.models[key] = self._declare(key, path, node, shape)
        finally:
            del self._open[written]
        return Nullable(ModelRef(key)) if shape.nullable else ModelRef(key)

    def _pointer(self, target: Node, *, nullable: bool) -> Type:
        """A named schema as a type. That a schema may be null is said where it is used, so that its name is the thing."""
        ref = ModelRef(self.key(target, named_after(target.at)))
        return Nullable(ref) if nullable or self.shapes.may_be_null(target) else ref

    def _scalar(self, kind: str, written: str | None) -> Scalar:
        known = self._scalars.get((kind, written))
        if known is None:
            known = self._scalars[kind, written] = Scalar(_KINDS[kind], written)
        return known

    def _simple(self, shape: Shape, path: tuple[str, ...]) -> Type | None:
        """The type of a shape that needs no declaration; None for records, enumerations and unions."""
        chosen = shape.discriminator is not None  # by a tag, which a lone alternative has too
        if len(shape.alternatives) == 1 and not (shape.properties or chosen) and shape.values is None:
            return self.type_of(shape.alternatives[0], path)
        if shape.values is not None or shape.alternatives or len(shape.types) > 1:
            return None
        kind = shape.kind
        if kind in _KINDS:
            return self._full_scalar(kind, shape)
        if kind == "file":
            return Scalar("string", "binary")
        if kind == "null":
            return Nullable(Nothing())
        if kind == "array":
            return ListOf(
                self.type_of_all(shape.items, (*path, "item")) if shape.items else _ANYTHING,
                shape.bounds.get("minItems"),
                shape.bounds.get("maxItems"),
                shape.unique,
                tuple(self.type_of(item, (*path, f"item {n}")) for n, item in enumerate(shape.prefix, 1)),
            )
        if kind == "object":
            bounded = any(name in shape.bounds for name in ("minProperties", "maxProperties"))
            if shape.properties or shape.required or shape.constants or bounded or shape.conditions:
                return None
            if shape.closed and not shape.patterns:
                return None
            extra = self.type_of_all(shape.extra, (*path, "value")) if shape.extra else _ANYTHING
            return MapOf(extra, self._patterns(shape, path), self._names(shape, path))
        return _ANYTHING

    def _full_scalar(self, kind: str, shape: Shape) -> Scalar:
        # OpenAPI 3.0 says `format: byte` and `format: binary` for what JSON Schema says by content
        written, encoding, media_type = shape.format, shape.encoding, shape.media_type
        if kind == "string" and written is None:
            if encoding == "base64":
                written, encoding = "byte", None
            elif encoding == "binary" or (encoding is None and is_binary(media_type or "")):
                written, encoding, media_type = "binary", None, None
        if not shape.limits and encoding is None and media_type is None:
            return self._scalar(kind, written)
        return Scalar(_KINDS[kind], written, Limits(**shape.limits), encoding, media_type)

    def _patterns(self, shape: Shape, path: tuple[str, ...]) -> tuple[tuple[str, Type], ...]:
        return tuple(
            (pattern, self.type_of_all(parts, (*path, "value"))) for pattern, parts in shape.patterns.items()
        )

    def _names(self, shape: Shape, path: tuple[str, ...]) -> Type | None:
        if shape.names is None:
            return None
        found = self.type_of(shape.names, (*path, "name"))
        if isinstance(found, Anything) and shape.names.is_object:  # a name is a string without being told
            return self._full_scalar("string", self.shapes.of(shape.names))
        return found

    # --- models -----------------------------------------------------------------------------------------

    def form_of(
        self, parts: dict[str, Node], required: list[str], path: tuple[str, ...], at: Location
    ) -> Type:
        """The record of a form whose fields are written apart (Swagger 2.0 `formData`)."""
        key = self.free(".".join(path))
        shape = Shape(at, types=("object",), required=dict.fromkeys(required))
        shape.properties = {name: (part,) for name, part in parts.items()}
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
        return Alias(key, path, simple, node.at, doc, deprecated, self.conditions(shape), examples_of(node))

    def _declare(self, key: str, path: tuple[str, ...], node: Node, shape: Shape) -> Model:
        if shape.values is not None:
            return self._enumeration(key, path, node, shape)
        if shape.alternatives:
            return union(self, key, path, node, shape)
        if len(shape.types) > 1:
            variants: list[Variant] = []
            for kind in shape.types:
                part = replace(shape, types=(kind,), conditions=[])
                type_ = self._simple(part, (*path, kind))
                if type_ is None:
                    inner = self.free(".".join((*path, kind)))
                    self.models[inner] = self.record(inner, (*path, kind), node, part)
                    type_ = ModelRef(inner)
                variants.append(Variant(type_, node.at))
            return OneOf(
                key, path, tuple(variants), node.at, exclusive=False, doc=doc_of(node),
                deprecated=bool(node.flag("deprecated")), conditions=self.conditions(shape), examples=examples_of(node),
            )  # fmt: skip
        children = self.shapes.descendants(node) if shape.discriminator is not None else []
        if children:
            return family(self, key, path, node, shape, children)
        return self.record(key, path, node, shape)

    def record(self, key: str, path: tuple[str, ...], node: Node, shape: Shape) -> Record:
        """The object that a shape describes."""
        fields = tuple(self._field(name, parts, shape, path) for name, parts in shape.properties.items())
        undeclared = tuple(name for name in shape.required if name not in shape.properties)
        extra = self.type_of_all(shape.extra, (*path, "value")) if shape.extra else _ANYTHING
        return Record(
            key, path, fields, node.at, extra, undeclared,
            shape.bounds.get("minProperties"), shape.bounds.get("maxProperties"),
            doc_of(node), bool(node.flag("deprecated")),
            self._patterns(shape, path), self._names(shape, path), self.conditions(shape), examples_of(node), xml_of(node),
        )  # fmt: skip

    def _field(self, name: str, parts: Parts, shape: Shape, path: tuple[str, ...]) -> Field:
        node = parts[-1]
        if name in shape.constants:
            value, at = shape.constants[name]
            key = self.free(".".join((*path, name)))
            self.models[key] = Enumeration(
                key, (*path, name), "string", (EnumValue(to_json(value), at),), node.at
            )
            type_: Type = ModelRef(key)
        else:
            type_ = (
                self.type_of(node, (*path, name))
                if len(parts) == 1
                else self.type_of_all(parts, (*path, name))
            )
        field = Field(name, type_, name in shape.required, node.at, doc=_doc(parts))
        said = {
            word: part for part in parts if is_object(part.value) for word in part.value.keys() & _FIELD_WORDS
        }  # which part says a thing last
        return self._annotated(field, said) if said else field

    def _annotated(self, field: Field, said: dict[str, Node]) -> Field:
        """A field with what its schema says of its use. `said` has the schema that says each thing."""
        default = said.get("default")
        shown = said.get("examples") or said.get("example")
        named = said.get("x-ms-client-name")
        xml = said.get("xml")
        return replace(
            field,
            read_only="readOnly" in said and bool(said["readOnly"].flag("readOnly")),
            write_only="writeOnly" in said and bool(said["writeOnly"].flag("writeOnly")),
            deprecated="deprecated" in said and bool(said["deprecated"].flag("deprecated")),
            default=to_json(default.value["default"]) if default is not None else None,
            client_name=named.text_or_none("x-ms-client-name") if named is not None else None,
            examples=examples_of(shown) if shown is not None else (),
            xml=xml_of(xml) if xml is not None else None,
        )

    def conditions(self, shape: Shape) -> tuple[Condition, ...]:
        """The keywords of a shape that give no type of their own, with the named schemas they point to."""
        return tuple(
            Condition(name_of(node.at), to_json(node.value), tuple(self._refs(node)), node.at)
            for node in shape.conditions
        )

    def _refs(self, node: Node) -> Iterator[Type]:
        stack = [node]
        while stack:
            part = stack.pop()
            if is_object(part.value):
                if (
                    isinstance(part.value.get("$ref"), str)
                    and (target := self.shapes.follow(part)) is not None
                ):
                    yield ModelRef(self.key(target, named_after(target.at)))
                stack.extend(inner for _, inner in part.members())
            elif is_array(part.value):
                stack.extend(part.items())

    def _leave_out(self, shape: Shape) -> None:
        for condition in shape.conditions:
            self.problems.warn(
                "not-modelled",
                f"`{name_of(condition.at)}` of a value without a name is not compared",
                condition.at,
                "give the schema a name",
            )

    def _enumeration(self, key: str, path: tuple[str, ...], node: Node, shape: Shape) -> Model:
        # Azure names inline enumerations here; a component keeps its own name
        if len(path) > 1 and shape.enum_info is not None and (named := shape.enum_info.text("name")):
            path = (named,)
        values = tuple(enum_values(shape))
        kinds: set[Kind | None] = {_kind_of(item.value) for item in shape.values or ()}
        if not kinds:
            return Alias(key, path, Nothing(), node.at, doc_of(node))
        base: Kind = "number" if kinds <= {"integer", "number"} else "string"
        for kind in kinds if len(kinds) == 1 else ():
            base = kind or base
        return Enumeration(
            key,
            path,
            base,
            values,
            node.at,
            shape.extensible,
            doc_of(node),
            bool(node.flag("deprecated")),
        )


def _doc(parts: Parts) -> str:
    """The text of a schema written in pieces: the last that says something."""
    return next((text for part in reversed(parts) if (text := doc_of(part))), "")


def _kind_of(value: object) -> Kind | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float) else None
