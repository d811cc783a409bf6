"""Types and values in the words of a message."""

from __future__ import annotations

from ..model import (
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
    Requirement,
    Scalar,
    Type,
)

_SHOWN = 4
_LONGEST = 60


def spell_type(api: Api, type_: Type | Model) -> str:
    """A type in a few words: `string (uuid)`, `array of Choice`, `null or integer`."""
    match type_:
        case Anything():
            return "anything"
        case Nothing():
            return "nothing"
        case Scalar():
            return f"{type_.kind} ({type_.format})" if type_.format else type_.kind
        case Nullable(of=Nothing()):
            return "null"
        case Nullable():
            return f"{spell_type(api, type_.of)} or null"
        case ListOf():
            first = ", ".join(spell_type(api, part) for part in type_.prefix)
            return f"array of {first + ', then ' if first else ''}{spell_type(api, type_.of)}"
        case MapOf():
            return f"map of {spell_type(api, type_.of)}"
        case ModelRef():
            return spell_type(api, api.by_key[type_.key])
        case Enumeration():
            values = [shorten(value.value) for value in type_.values]
            rest = f", … {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
            return f"{type_.base} of {', '.join(values[:_SHOWN])}{rest}"
        case OneOf():
            return f"union {'.'.join(type_.path)}"
        case _:
            return ".".join(type_.path)


def spell_limits(limits: Limits) -> dict[str, str]:
    """The limits that are set, by the name that the schema gives them."""
    named = {
        "minimum": limits.minimum,
        "maximum": limits.maximum,
        "exclusiveMinimum": limits.exclusive_minimum,
        "exclusiveMaximum": limits.exclusive_maximum,
        "multipleOf": limits.multiple_of,
        "minLength": limits.min_length,
        "maxLength": limits.max_length,
        "pattern": limits.pattern,
    }
    return {name: str(value) for name, value in named.items() if value is not None}


def spell_change(before: dict[str, str], after: dict[str, str]) -> str:
    """What differs between two sets of named values: `maxLength 10 → 20, pattern added: ^a`."""
    parts: list[str] = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old is None and new is not None:
            parts.append(f"{name} {shorten(new)} added")
        elif new is None and old is not None:
            parts.append(f"{name} {shorten(old)} removed")
        elif old is not None and new is not None and old != new:
            parts.append(f"{name} {shorten(old)} → {shorten(new)}")
    return ", ".join(parts)


def spell_requirement(requirement: Requirement) -> str:
    """A security alternative: `api-key`, `oauth2 (read, write) and api-key`, `no credentials`."""
    schemes = [f"{name} ({', '.join(scopes)})" if scopes else name for name, scopes in requirement.schemes]
    return " and ".join(schemes) or "no credentials"


def shorten(text: str) -> str:
    """A text that fits into a line."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
