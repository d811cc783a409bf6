"""Putting in what the encoder cannot write.

msgspec writes field names unescaped, so a field whose name holds a quote, a backslash or a control
character goes by a substitute name until here. Hardly a server sends such names, but nothing may
be lost if one does. And to msgspec all decimals are numbers, those too that are due in a string.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, cast

from .models import Model, declared_class, substituted
from .shapes import Choice, ListOf, MapOf, Optional, ReadType, Record, Scalar, Shape, Tagged, fit, shape_of


def has_substitutes() -> bool:
    """Whether any value may hold what the encoder cannot write; nearly never."""
    return bool(substituted)


def restore(value: Any, plain: Any, type_: Any = Any) -> Any:
    """Give ``plain``, the plain JSON values and Decimals made of ``value``, as they are due on the wire.

    ``type_`` is what the value is declared as: a model knows its own class, a dictionary in its place does not.
    """
    if isinstance(plain, Decimal):
        kind = _written(type_)
        # what is no number is kept, to be refused
        return str(plain) if kind is not None and kind.is_text and plain.is_finite() else plain
    if not isinstance(plain, dict | list | tuple):
        return plain
    if isinstance(plain, list | tuple):
        items = cast("list[object]", plain)
        shape = _meant(plain, type_)
        item = shape.item if isinstance(shape, ListOf) else Any
        return [restore(each, made, item) for each, made in zip(value, items, strict=True)]
    members = cast("dict[str, object]", plain)
    if isinstance(value, Model):
        cls = type(value)
        true_names = {**cls.__true_names__, **dict(cls.__extra_names__)}
        type_of = _types_of_members(shape_of(declared_class(cls)))
        found: dict[str, Any] = {}
        for attribute, wire in zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True):
            if wire in members:
                name = true_names.get(attribute, wire)
                found[name] = restore(getattr(value, attribute), members[wire], type_of(name))
        return found
    if not isinstance(value, Mapping):
        return members
    # A mapping keeps its order, whatever its keys were turned into.
    values = cast("Mapping[object, object]", value).values()
    type_of = _types_of_members(_meant(plain, type_))
    pairs = zip(members.items(), values, strict=True)
    return {name: restore(each, made, type_of(name)) for (name, made), each in pairs}


def _types_of_members(shape: Shape) -> Callable[[str], Any]:
    match shape:
        case Record(_, fields):
            return lambda name: fields[name].type if name in fields else Any
        case MapOf(value):
            return lambda _: value
        case _:
            return lambda _: Any


def _meant(plain: Any, type_: Any) -> Shape:
    """Tell which of the types that an object or array may have it is of."""
    match shape := shape_of(type_):
        case Optional(inner):
            return _meant(plain, inner)
        case Tagged(tag, by_value, fallback):
            told = cast("dict[str, Any]", plain).get(tag) if isinstance(plain, dict) else None
            known = isinstance(told, str | int) and told in by_value
            return _meant(plain, by_value[told] if known else fallback)
        case Choice(variants):
            return _meant(plain, max(variants, key=lambda variant: fit(plain, variant)))
        case _:
            return shape


def _written(type_: Any) -> ReadType | None:
    """Tell what says how a Decimal of a type is written; of a union that has several, the first."""
    match shape_of(type_):
        case Scalar(kind) if isinstance(kind, ReadType):
            return kind
        case Optional(inner):
            return _written(inner)
        case Choice(variants):
            return next(filter(None, map(_written, variants)), None)
        case _:
            return None
