"""Alternatives → unions: `oneOf`, `anyOf`, and families of schemas that share a discriminator."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from ...jsonvalue import is_array, is_object, to_json
from ...model import Enumeration, EnumValue, Kind, Model, ModelRef, Nullable, OneOf, Scalar, Type, Variant
from ..node import Node
from .annotations import doc_of, examples_of
from .places import named_after
from .shape import ANNOTATIONS, Shape
from .shapes import name_of, tag_of

if TYPE_CHECKING:
    from .reader import SchemaReader


_CONSTANT = ANNOTATIONS | {"const", "enum", "type"}


def union(reader: SchemaReader, key: str, path: tuple[str, ...], node: Node, shape: Shape) -> Model:
    """The model of a schema with `oneOf` or `anyOf`; what stands beside them is part of each variant."""
    constants = _constants(key, path, node, shape)
    if constants is not None:
        return constants
    tag = tag_of(shape)
    tags = reader.shapes.mapping(shape)
    variants: list[Variant] = []
    called: list[str] = []
    for index, part in enumerate(shape.alternatives):
        type_ = _variant_type(reader, part, shape, (*path, _variant_name(part, index)))
        names: tuple[str, ...] = ()
        name = ""
        target = reader.shapes.reference(part) if part.is_object else None
        if tag is not None and target is not None:
            names = tags.get(id(target.value), ()) or reader.shapes.tag_values(target, tag)
            name = name_of(target.at)
        elif tag is not None:
            names = reader.shapes.allowed_tags(part, tag)
        type_ = type_.of if isinstance(type_, Nullable) else type_
        if type_ == ModelRef(key):
            reader.problems.warn("union-of-itself", "a union that is its own alternative: left out", part.at)
            continue
        variants.append(Variant(type_, part.at, names))
        called.append(name)
    variants = _decided(variants, called)
    open_ = _merged_enumeration(reader, key, path, variants, node)
    if open_ is not None:
        return open_
    fallback = reader.shapes.fallback(shape)
    return OneOf(
        key, path, tuple(variants), node.at, tag, shape.exclusive,
        ModelRef(reader.key(fallback, named_after(fallback.at))) if fallback is not None else None,
        doc_of(node), bool(node.flag("deprecated")), reader.conditions(shape), examples_of(node),
    )  # fmt: skip


def _decided(variants: list[Variant], called: list[str]) -> list[Variant]:
    """A tag that several variants allow is that of the one which is called so (OpenAPI, Discriminator Object, implicit names)."""
    counts = Counter(tag for variant in variants for tag in variant.tags)
    taken = {name for name, variant in zip(called, variants, strict=True) if name in variant.tags}
    return [
        replace(
            variant,
            tags=tuple(tag for tag in variant.tags if counts[tag] == 1 or tag not in taken or tag == name),
        )
        for name, variant in zip(called, variants, strict=True)
    ]


def _constants(key: str, path: tuple[str, ...], node: Node, shape: Shape) -> Enumeration | None:
    """`oneOf: [{const, title, description}, …]`, the way of JSON Schema to document the values of an enumeration."""
    values: list[EnumValue] = []
    for part in shape.alternatives:
        if not is_object(part.value) or not part.value.keys() <= _CONSTANT:
            return None
        written = part.value.get("enum")
        value = (
            part.value["const"]
            if "const" in part.value
            else written[0]
            if is_array(written) and len(written) == 1
            else None
        )
        if not isinstance(value, str | int) or isinstance(value, bool):
            return None
        title = part.value.get("title")
        doc = part.value.get("description")
        values.append(
            EnumValue(
                to_json(value),
                part.at,
                title if isinstance(title, str) else None,
                doc.strip() if isinstance(doc, str) else "",
            )
        )
    kinds: set[Kind] = {"string" if value.value.startswith('"') else "integer" for value in values}
    if len(kinds) != 1 or len(values) < 2 or shape.properties:
        return None
    distinct = tuple({value.value: value for value in values}.values())
    return Enumeration(
        key,
        path,
        kinds.pop(),
        distinct,
        node.at,
        shape.extensible,
        doc_of(node),
        bool(node.flag("deprecated")),
    )


def _merged_enumeration(
    reader: SchemaReader, key: str, path: tuple[str, ...], variants: list[Variant], node: Node
) -> Enumeration | None:
    """`anyOf: [string, enum]`, the usual way to say "these, and more to come": one open enumeration."""
    if len(variants) != 2:
        return None
    plain = [v for v in variants if isinstance(v.type, Scalar) and v.type == Scalar("string")]
    named = [
        m
        for v in variants
        if isinstance(v.type, ModelRef) and isinstance(m := reader.models.get(v.type.key), Enumeration)
    ]
    if len(plain) != 1 or len(named) != 1 or named[0].base != "string" or len(named[0].path) == 1:
        return None
    del reader.models[named[0].key], reader.order[named[0].key]
    return replace(named[0], key=key, path=path, at=node.at, open=True, doc=doc_of(node) or named[0].doc)


def _variant_type(reader: SchemaReader, part: Node, shape: Shape, path: tuple[str, ...]) -> Type:
    """The type of one alternative, with what stands beside `oneOf` merged into it."""
    if not (shape.properties or shape.required or shape.patterns) or not part.is_object:
        return reader.type_of(part, path)
    own = reader.shapes.of(part)
    if own.alternatives or own.values is not None or own.kind not in ("object", None):
        return reader.type_of(part, path)
    merged = replace(
        own,
        types=("object",),
        properties={
            name: (*shape.properties.get(name, ()), *own.properties.get(name, ()))
            for name in {**shape.properties, **own.properties}
        },
        patterns={**shape.patterns, **own.patterns},
        required={**shape.required, **own.required},
        extra=own.extra or shape.extra,
    )
    key = reader.free(".".join(path))
    reader.models[key] = reader.record(key, path, part, merged)
    return ModelRef(key)


def family(
    reader: SchemaReader, key: str, path: tuple[str, ...], node: Node, shape: Shape, children: list[Node]
) -> Model:
    """An inheritance-style discriminator: the base stands for any of its descendants, or itself."""
    tag = tag_of(shape)
    tags = reader.shapes.mapping(shape)
    base_key = reader.free(f"{key}.base")
    variants: list[Variant] = []
    for child in children:
        child_key = reader.key(child, named_after(child.at))
        child_shape = reader.shapes.of(child)
        if child_shape.discriminator is not None and reader.shapes.descendants(child):
            child_key = f"{child_key}.base"  # made when that family is built
        variants.append(
            Variant(ModelRef(child_key), child.at, tags.get(id(child.value)) or _own_tags(reader, child, tag))
        )
    reader.models[base_key] = reader.record(base_key, (*path, "base"), node, replace(shape, constants={}))
    return OneOf(
        key,
        path,
        tuple(variants),
        node.at,
        tag,
        True,
        ModelRef(base_key),
        doc_of(node),
        bool(node.flag("deprecated")),
        examples=examples_of(node),
    )


def _own_tags(reader: SchemaReader, child: Node, tag: str | None) -> tuple[str, ...]:
    own = reader.shapes.of(child)
    if tag is not None and tag in own.constants:
        return (own.constants[tag][0],)
    return (name_of(child.at),)


def _variant_name(node: Node, index: int) -> str:
    """What an alternative is called when it needs a name: its title, its type, or its number."""
    if node.is_object:
        title = node.value.get("title")
        if isinstance(title, str) and title:
            return title
    return f"variant {index + 1}"
