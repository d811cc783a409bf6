"""The limits of a type in words: what a docstring says of a value beside its Python type."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ...model import Api, Enumeration, Limits, ListOf, MapOf, Scalar, Type
from .spelling import own_type

_MOST_VALUES = 8
_LONGEST_PATTERN = 60
_PLAIN_FORMATS = ("int32", "int64", "float", "double", "string", "password", "enum", "unknown")
"""Formats that say nothing to a caller."""


def bounds(api: Api, type_: Type, *, values: bool = False) -> str:
    """The limits of a type as sentences, empty where it has none. With `values`, those of an enumeration are listed."""
    return " ".join(_sentences(api, type_, values, frozenset()))


def _sentences(api: Api, type_: Type, values: bool, above: frozenset[ListOf | MapOf]) -> Iterator[str]:
    resolved = api.present(type_)
    match resolved:
        case ListOf() | MapOf() if resolved in above:
            return  # it is made of itself: all is said
        case Scalar():
            yield from _scalar(resolved)
        case ListOf():
            many = _range(resolved.min_items, resolved.max_items, "item")
            if many:
                yield many
            if resolved.unique:
                yield "All different."
            each = " ".join(_sentences(api, resolved.of, values, above | {resolved}))
            if each:
                yield f"Each: {each[0].lower()}{each[1:]}"
        case Enumeration() if values and 0 < len(resolved.values) <= _MOST_VALUES:
            shown = ", ".join(f"`{value.value}`" for value in resolved.values)
            yield f"One of {shown}{', or one that is new' if resolved.open else ''}."
        case MapOf():
            each = " ".join(_sentences(api, resolved.of, values, above | {resolved}))
            if each:
                yield f"Each value: {each[0].lower()}{each[1:]}"
        case _:
            return


def _scalar(type_: Scalar) -> Iterator[str]:
    limits = type_.limits
    if type_.kind == "string":
        if type_.format and type_.format not in _PLAIN_FORMATS and own_type(type_) is None:
            yield f"Format: {type_.format}."
        length = _range(limits.min_length, limits.max_length, "character")
        if length:
            yield length
        if limits.pattern is not None and len(limits.pattern) <= _LONGEST_PATTERN:
            yield f"Matches `{limits.pattern}`."
        return
    yield from _number(limits)


def _number(limits: Limits) -> Iterator[str]:
    least, most = limits.minimum, limits.maximum
    if least is not None and most is not None:
        yield f"{_text(least)} to {_text(most)}."
    elif least is not None:
        yield f"At least {_text(least)}."
    elif most is not None:
        yield f"At most {_text(most)}."
    if limits.exclusive_minimum is not None:
        yield f"More than {_text(limits.exclusive_minimum)}."
    if limits.exclusive_maximum is not None:
        yield f"Less than {_text(limits.exclusive_maximum)}."
    if limits.multiple_of is not None:
        yield f"A multiple of {_text(limits.multiple_of)}."


def _text(number: float) -> str:
    return json.dumps(int(number) if isinstance(number, float) and number.is_integer() else number)


def _range(least: int | None, most: int | None, unit: str) -> str:
    if least and most is not None:
        return f"{least} {_plural(unit, least)}." if least == most else f"{least} to {most} {unit}s."
    if least and least > 1:
        return f"At least {least} {_plural(unit, least)}."
    if least:
        return "Not empty."
    return f"At most {most} {_plural(unit, most)}." if most is not None else ""


def _plural(unit: str, count: int) -> str:
    return unit if count == 1 else f"{unit}s"
