"""Types and constructs in a line for people: `string<uuid>`, `[Choice]`, `{*: integer}`, `Role | null`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import cast

from ...errors import printable
from ...model import (
    UNLIMITED,
    Alias,
    Anything,
    Api,
    Enumeration,
    Limits,
    ListOf,
    MapOf,
    Model,
    ModelRef,
    Nothing,
    Nullable,
    OneOf,
    Record,
    Requirement,
    Scalar,
    Type,
)
from ...source import Location

_VALUES = 6
_LIMITS = {
    "minimum": "≥ {}",
    "maximum": "≤ {}",
    "exclusive_minimum": "> {}",
    "exclusive_maximum": "< {}",
    "multiple_of": "multiple of {}",
    "min_length": "length ≥ {}",
    "max_length": "length ≤ {}",
    "pattern": "matches {}",
}


def model_name(model: Model) -> str:
    """What a model is called: the spec's name, or the path to where it is written in place."""
    return ".".join(model.path)


def is_schema(model: Model) -> bool:
    """True for a model that a document has among its named schemas."""
    above = model.at.pointer.rpartition("/")[0]
    return above in ("/components/schemas", "/definitions")


def notation(api: Api, type_: Type) -> str:
    """A type, with models by name."""
    match type_:
        case Scalar():
            return f"{type_.kind}<{type_.format}>" if type_.format else type_.kind
        case Anything():
            return "any"
        case Nothing():
            return "nothing"
        case Nullable(of=Nothing()):
            return "null"
        case Nullable():
            return f"{notation(api, type_.of)} | null"
        case ListOf():
            first = "".join(f"{notation(api, part)}, " for part in type_.prefix)
            return f"[{first}{'…' if first else ''}{notation(api, type_.of)}]"
        case MapOf():
            patterns = "".join(f"/{pattern}/: {notation(api, part)}, " for pattern, part in type_.patterns)
            return f"{{{patterns}*: {notation(api, type_.of)}}}"
        case ModelRef():
            return model_name(api.by_key[type_.key])


def limits(type_: object) -> str:
    """The bounds of a type, if it has some: ` (≥ 1, ≤ 10)`."""
    while isinstance(type_, Nullable):
        type_ = type_.of
    parts: list[str] = []
    if isinstance(type_, Scalar) and type_.limits != UNLIMITED:
        parts += _bounds(type_.limits)
    if isinstance(type_, ListOf):
        parts += [f"items ≥ {type_.min_items}"] if type_.min_items else []
        parts += [f"items ≤ {type_.max_items}"] if type_.max_items is not None else []
        parts += ["unique"] if type_.unique else []
    return f" ({', '.join(parts)})" if parts else ""


def _bounds(bounds: Limits) -> list[str]:
    found = {name: getattr(bounds, name, None) for name in _LIMITS}
    return [_LIMITS[name].format(value) for name, value in found.items() if value is not None]


def summary(api: Api, model: Model) -> str:
    """A model in a line: its kind, and as much of it as fits."""
    match model:
        case Record():
            required = sum(field.required for field in model.fields)
            return f"object, {counted(len(model.fields), 'field')}, {required} required"
        case Enumeration():
            values = [value.value for value in model.values]
            rest = f", … {len(values) - _VALUES} more" if len(values) > _VALUES else ""
            return f"{model.base} of {', '.join(values[:_VALUES])}{rest}{', open' if model.open else ''}"
        case OneOf():
            names = [notation(api, variant.type) for variant in model.variants]
            return f"{'one' if model.exclusive else 'any'} of {', '.join(names)}" + (
                f", by {model.tag}" if model.tag else ""
            )
        case Alias():
            return f"{notation(api, model.of)}{limits(model.of)}"


def requirements(found: Iterable[Requirement]) -> str:
    """The alternatives of a security requirement."""
    alternatives = [
        " and ".join(f"{name} ({', '.join(scopes)})" if scopes else name for name, scopes in one.schemes)
        or "no credentials"
        for one in found
    ]
    return ", or ".join(alternatives) or "no credentials"


def note(api: Api, value: object) -> str:
    """Any node of the model by its parts, places and defaults left out."""
    if isinstance(value, tuple):
        items = cast("tuple[object, ...]", value)
        return ", ".join(note(api, item) for item in items)
    if not is_dataclass(value) or isinstance(value, type):
        return str(value)
    if isinstance(value, Scalar | Anything | Nothing | Nullable | ListOf | MapOf | ModelRef):
        return notation(api, value)
    parts = [
        f"{member.name.replace('_', ' ')} {note(api, content)}"
        for member in fields(value)
        if not isinstance(content := getattr(value, member.name), Location) and content != member.default
    ]
    return f"{type(value).__name__}({'; '.join(parts)})"


def counted(number: int, what: str) -> str:
    """`1 field`, `2 fields`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def flat(text: str) -> str:
    """Text of the input as one safe line."""
    return printable(" ".join(text.split()))
