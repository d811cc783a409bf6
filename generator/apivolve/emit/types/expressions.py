"""JSON values → the Python source that builds them with a version's models."""

from __future__ import annotations

import itertools
import json
from typing import Any

from ...accept import accepts
from ...jsonvalue import is_array, is_object
from ...model import Alias, Enumeration, ListOf, MapOf, ModelRef, Nullable, OneOf, Record, Scalar, Type
from ..literals import literal
from .spelling import Spelling, own_type, value_of

_BUILDERS = {
    "datetime.datetime": "datetime.datetime.fromisoformat({})",
    "datetime.date": "datetime.date.fromisoformat({})",
    "uuid.UUID": "uuid.UUID({})",
}
DECODED = "decode_json("
"""What the source of a value holds that no constructor can say."""


def expression(spelling: Spelling, type_: Type, value: Any, above: frozenset[str] = frozenset()) -> str:
    """The source of a value of a type, as it is sent. What no constructor can say is decoded from JSON.

    `above` are the named types that the same value was already asked for: unions may lead back to each other.
    """
    match type_:
        case Nullable():
            return "None" if value is None else expression(spelling, type_.of, value, above)
        case ListOf():
            if is_array(value):
                types = itertools.chain(type_.prefix, itertools.repeat(type_.of))
                items = (expression(spelling, one, item) for one, item in zip(types, value, strict=False))
                return f"[{', '.join(items)}]"
        case MapOf():
            if is_object(value):
                members = (
                    f"{literal(name)}: {expression(spelling, value_of(type_), item)}"
                    for name, item in value.items()
                )
                return f"{{{', '.join(members)}}}"
        case Scalar():
            return _scalar(type_, value)
        case ModelRef():
            return _model(spelling, type_, value, above | {type_.key})
        case _:
            pass
    return literal(value)


def _scalar(type_: Scalar, value: Any) -> str:
    python = own_type(type_)
    if python == "FileInput":
        shown = literal(str(value))
        return f"b{shown}" if shown.isascii() else f"{shown}.encode()"
    if python in _BUILDERS:
        return _BUILDERS[python].format(literal(value))
    if python == "decimal.Decimal":
        return f"decimal.Decimal({literal(value if isinstance(value, int) else str(value))})"
    if python is not None:
        return _decoded(python, value)
    return literal(value)


def _decoded(annotation: str, value: Any) -> str:
    return f"{DECODED}{literal(json.dumps(value))}.encode(), {annotation})"


def _model(spelling: Spelling, ref: ModelRef, value: Any, above: frozenset[str]) -> str:
    model = spelling.api.by_key[ref.key]
    match model:
        case Record():
            names = spelling.fields(model)
            types = {item.wire_name: item.type for item in model.fields}
            given = {
                item.wire_name
                for item in model.fields
                if item.required and spelling.constant(item.type) is not None
            }
            if not is_object(value) or set(value) - set(types):
                return _decoded(f"{spelling.prefix}{spelling.names[ref.key]}", value)
            arguments = (
                f"{names[wire_name]}={expression(spelling, types[wire_name], item)}"
                for wire_name, item in value.items()
                if wire_name not in given  # the class gives these itself
            )
            return f"{spelling.prefix}{spelling.names[ref.key]}({', '.join(arguments)})"
        case OneOf():
            tag = value.get(model.tag) if is_object(value) and model.tag is not None else None
            for variant in model.variants:
                if isinstance(variant.type, ModelRef) and variant.type.key in above:
                    continue
                if (
                    tag in variant.tags
                    if tag is not None and variant.tags
                    else accepts(spelling.api, variant.type, value, "request")
                ):
                    return expression(spelling, variant.type, value, above)
            return (
                expression(spelling, model.open, value, above) if model.open is not None else literal(value)
            )
        case Alias():
            return expression(spelling, model.of, value, above)
        case Enumeration():
            return literal(value)
