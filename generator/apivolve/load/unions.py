"""Alternatives → unions: `oneOf`, `anyOf`, and families of schemas that share a discriminator."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..model import Enumeration, Model, ModelRef, Nullable, OneOf, Scalar, Type, Variant
from .node import Node
from .shapes import Shape, name_of

if TYPE_CHECKING:
    from .schemas import SchemaReader


def union(reader: SchemaReader, key: str, path: tuple[str, ...], node: Node, shape: Shape) -> Model:
    """The model of a schema with `oneOf` or `anyOf`; what stands beside them is part of each variant."""
    tag = reader.shapes.tag_of(shape)
    tags = reader.shapes.mapping(shape)
    variants: list[Variant] = []
    for index, part in enumerate(shape.alternatives):
        type_ = _variant_type(reader, part, shape, (*path, _variant_name(part, index)))
        names: tuple[str, ...] = ()
        if tag is not None and part.is_object and (target := reader.shapes.reference(part)) is not None:
            names = tags.get((target.at.file, target.at.pointer), ()) or reader.shapes.tag_values(target, tag)
        variants.append(Variant(type_.of if isinstance(type_, Nullable) else type_, part.at, names))
    open_ = _merged_enumeration(reader, key, path, variants, node)
    if open_ is not None:
        return open_
    doc, deprecated = doc_of(node), bool(node.flag("deprecated"))
    return OneOf(key, path, tuple(variants), node.at, tag, shape.exclusive, None, doc, deprecated)


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
    if not (shape.properties or shape.required) or not part.is_object:
        return reader.type_of(part, path)
    own = reader.shapes.of(part)
    if own.alternatives or own.values is not None or own.kind not in ("object", None):
        return reader.type_of(part, path)
    merged = replace(
        own,
        types=("object",),
        properties={**shape.properties, **own.properties},
        required={**shape.required, **own.required},
        extra=own.extra if own.extra is not None else shape.extra,
    )
    key = reader.free(".".join(path))
    reader.models[key] = reader.record(key, path, part, merged)
    return ModelRef(key)


def family(
    reader: SchemaReader, key: str, path: tuple[str, ...], node: Node, shape: Shape, children: list[Node]
) -> Model:
    """An inheritance-style discriminator: the base stands for any of its descendants, or itself."""
    tag = reader.shapes.tag_of(shape)
    tags = reader.shapes.mapping(shape)
    base_key = reader.free(f"{key}.base")
    variants: list[Variant] = []
    for child in children:
        place = (child.at.file, child.at.pointer)
        child_key = reader.key(child.at, name_of(child.at))
        child_shape = reader.shapes.of(child)
        if child_shape.discriminator is not None and reader.shapes.descendants(child):
            child_key = f"{child_key}.base"  # made when that family is built
        variants.append(
            Variant(ModelRef(child_key), child.at, tags.get(place) or _own_tags(reader, child, tag))
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
    )


def _own_tags(reader: SchemaReader, child: Node, tag: str | None) -> tuple[str, ...]:
    own = reader.shapes.of(child)
    if tag is not None and tag in own.constants:
        return (own.constants[tag][0],)
    return (name_of(child.at),)


def doc_of(node: Node) -> str:
    """The description of a schema, or its title."""
    if not node.is_object:
        return ""
    text = node.value.get("description") or node.value.get("title")
    return text.strip() if isinstance(text, str) else ""


def _variant_name(node: Node, index: int) -> str:
    """What an alternative is called when it needs a name: its title, its type, or its number."""
    if node.is_object:
        title = node.value.get("title")
        if isinstance(title, str) and title:
            return title
    return f"variant {index + 1}"
