"""What an annotation means to the decoder, and how well a JSON value fits it at first sight."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple, Union, cast, get_args, get_origin

import msgspec

from .models import UnknownModel
from .unions import UnionType, union


class ReadType(type):
    """The type of the classes that stand for a scalar which is read here, as the decoder takes too much for it.

    ``read`` gives what a plain JSON value means, a Decimal in place of each float, and None for what is none of it.
    """

    expected: str
    is_text: bool
    read: Callable[[object], Any]

    def __instancecheck__(cls, instance: object) -> bool:
        # The decoder asks this about what its hook gave back; the hook has seen to it.
        return True


class Field(NamedTuple):
    """A declared field of a model."""

    attribute: str
    wire_name: str
    type: Any
    required: bool
    constants: tuple[Any, ...]


class Record(NamedTuple):
    """A model class and what it declares, by wire name."""

    cls: type[Any]
    fields: dict[str, Field]
    required: frozenset[str]
    given: frozenset[str]
    """Those that the class gives where they are absent, as they have one value; what is sent has them."""
    taken: dict[str, frozenset[type]]
    """The types of plain values that each field takes as they are: ``str`` and ``None`` for ``str | None``."""


class ListOf(NamedTuple):
    """A JSON array."""

    item: Any


class MapOf(NamedTuple):
    """A JSON object with any names."""

    value: Any


class Choice(NamedTuple):
    """One of several types, written ``A | B`` or made by `union` without a tag."""

    variants: tuple[Any, ...]
    nullable: bool


class Optional(NamedTuple):
    """One type, or null."""

    type: Any


class Tagged(NamedTuple):
    """One of several types, told apart by a field."""

    tag: str
    by_value: dict[Any, Any]
    fallback: Any


class Scalar(NamedTuple):
    """Anything the decoder handles alone; ``anything`` when it accepts every value."""

    type: Any
    anything: bool


_PLAIN: frozenset[type] = frozenset({str, int, float, bool, types.NoneType})

Shape = Record | ListOf | MapOf | Choice | Tagged | Optional | Scalar


@lru_cache(maxsize=4096)
def shape_of(annotation: Any) -> Shape:
    """Tell what an annotation means; remembered, as programs have few of them."""
    if isinstance(annotation, UnionType):
        if annotation.tag is None:
            return Choice(_alternatives(annotation), nullable=False)
        fallback = annotation.find_fallback() if annotation.find_fallback else UnknownModel
        return Tagged(annotation.tag, _by_value(annotation.find_variants()), fallback)
    origin = get_origin(annotation)
    arguments = get_args(annotation)
    if origin is Annotated and _is_container(arguments[0]):
        return shape_of(arguments[0])
    if origin is list or annotation is list:
        return ListOf(arguments[0] if arguments else Any)
    if origin is dict or annotation is dict:
        return MapOf(arguments[1] if arguments else Any)
    if origin is Union or origin is types.UnionType:
        variants = tuple(a for a in arguments if a not in (types.NoneType, msgspec.UnsetType))
        nullable = types.NoneType in arguments
        if len(variants) == 1:
            return Optional(variants[0]) if nullable else shape_of(variants[0])
        return Choice(variants, nullable)
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return _record(annotation)
    return Scalar(annotation, anything=annotation is Any or annotation is object)


def _alternatives(union: UnionType) -> tuple[Any, ...]:
    """List the types of a union and of the unions inside it, each once: many may share the same."""
    found: dict[Any, None] = {}
    open_: list[Any] = [union]
    for one in open_:  # grows while it is walked
        for variant in one.find_variants():
            bare = get_args(variant)[0] if get_origin(variant) is Annotated else variant
            if not isinstance(bare, UnionType) or bare.tag is not None:
                found[variant] = None
            elif bare not in open_:
                open_.append(bare)
    return tuple(found)


def _is_container(annotation: Any) -> bool:
    return isinstance(annotation, UnionType) or get_origin(annotation) in (list, dict)


def _record(cls: type[msgspec.Struct]) -> Record:
    true_names: Mapping[str, str] = getattr(cls, "__true_names__", {})
    fields: dict[str, Field] = {}
    for field in msgspec.structs.fields(cls):
        wire_name = true_names.get(field.name, field.encode_name)
        fields[wire_name] = Field(
            attribute=field.name,
            wire_name=wire_name,
            type=field.type,
            required=field.required,
            constants=get_args(field.type) if get_origin(field.type) is Literal else (),
        )
    taken = {name: _taken(field.type) for name, field in fields.items()}
    required = frozenset(name for name, field in fields.items() if field.required)
    given = frozenset(name for name, field in fields.items() if field.constants) - required
    return Record(cls, fields, required, given, taken)


def _taken(annotation: Any) -> frozenset[type]:
    parts = (
        get_args(annotation)
        if get_origin(annotation) in (Union, types.UnionType)
        else (types.NoneType if annotation is None else annotation,)
    )
    return frozenset(kind for kind in _PLAIN if kind in parts)


def _by_value(variants: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """Give the type that each value of a tag chooses: of several, the one that fits best."""
    found: dict[Any, list[Any]] = {}
    for value, variant in variants:
        found.setdefault(value, []).append(variant)
    return {
        value: several[0] if len(several) == 1 else union("Several", variants=several.copy)
        for value, several in found.items()
    }


def fit(value: Any, annotation: Any) -> int:
    """Grade how well a JSON array or object fits, looking one level deep.

    -1 when it cannot be meant, 1000 when nothing speaks against it, else the declared fields it
    has less those it lacks or has wrong.
    """
    shape = shape_of(annotation)
    match shape:
        case Record():
            return _fit_record(cast("dict[str, Any]", value), shape) if type(value) is dict else -1
        case ListOf(item):
            if type(value) is not list:
                return -1
            items = cast("list[object]", value)
            if not all(_kind_fits(each, item) for each in items):
                return 0
            return min((fit(each, item) for each in items[:1] if _is_nested(each)), default=1000)
        case MapOf(item):
            if type(value) is not dict:
                return -1
            values = cast("dict[str, Any]", value).values()
            return 999 if all(_kind_fits(each, item) for each in values) else 0
        case Optional(variant):
            return fit(value, variant)
        case Choice(variants):
            return max((fit(value, variant) for variant in variants), default=-1)
        case Tagged(name, by_value):
            if type(value) is not dict:
                return -1
            tag = cast("dict[str, Any]", value).get(name)
            return 1000 if isinstance(tag, str) and tag in by_value else 0
        case Scalar(_, anything):
            return 1 if anything else -1


def _fit_record(value: dict[str, Any], shape: Record) -> int:
    present = lacking = wrong = 0
    for field in shape.fields.values():
        if field.wire_name not in value:
            lacking += field.required or field.wire_name in shape.given
            continue
        given = value[field.wire_name]
        if field.constants and given not in field.constants:
            return -1
        if _kind_fits(given, field.type):
            present += 1
        else:
            wrong += 1
    if not lacking and not wrong and present == len(value):
        return 1000
    # An object that shares no field with the model is not meant to be one.
    return present - lacking - wrong if present else -1


def _is_nested(value: Any) -> bool:
    return type(value) is dict or type(value) is list


def _kind_fits(value: Any, annotation: Any) -> bool:
    shape = shape_of(annotation)
    match shape:
        case Record() | MapOf() | Tagged():
            return type(value) is dict
        case ListOf():
            return type(value) is list
        case Optional(variant):
            return value is None or _kind_fits(value, variant)
        case Choice(variants, nullable):
            if value is None:
                return nullable
            return any(_kind_fits(value, variant) for variant in variants)
        case Scalar(_, anything):
            return anything or (not _is_nested(value) and accepts(value, shape.type))


def accepts(value: Any, annotation: Any) -> bool:
    """Whether the decoder takes a scalar value for a type."""
    if isinstance(annotation, ReadType):
        return isinstance(value, Decimal | float) or annotation.read(value) is not None
    try:
        msgspec.convert(value, annotation)
    except msgspec.ValidationError:
        return False
    return True
