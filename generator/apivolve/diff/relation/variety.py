"""Different instances of one type: the smallest, the fullest, and some that differ in one member.

Where a difference between two types cannot be worked out, it is looked for among these.
"""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterator
from typing import Any

from ...accept import member_types
from ...jsonvalue import is_array, is_object
from ...model import Anything, Api, Enumeration, Model, Nothing, Nullable, OneOf, Record, Scalar, Type
from ...pattern import string_for
from ...sample import NoSample, sample

_MOST = 80
"""How many are tried: a union of big objects has thousands, and asking a type takes its time."""
_DEEPEST = 4
_MOST_VALUES = 8
_MOST_MEMBERS = 40
_NONE: Any = object()
_KINDS: tuple[Any, ...] = ("string", 1, True, {}, None)


def varied(api: Api, type_: Type | Model, other: Model | None = None, depth: int = 0) -> Iterator[Any]:
    """Candidates for instances of a type; whether each is one is for the caller to ask.

    `other` is what they are to be compared with: members that only its rules speak of are tried too.
    """
    if isinstance(type_, OneOf):
        if depth < _DEEPEST:
            yield from itertools.islice(_variants(api, type_, depth), _MOST)
        return
    samples: list[tuple[Any, bool]] = []
    for full in (False, True):
        with contextlib.suppress(NoSample):
            samples.append((sample(api, type_, full=full), full))
    yield from (value for value, _ in samples)
    for value, full in samples:
        if isinstance(type_, Record) and is_object(value):
            if isinstance(other, Record) and not full:
                yield from _undeclared(api, type_, value, other)
            yield from itertools.islice(_members(api, type_, value, full), _MOST)


def _variants(api: Api, union: OneOf, depth: int) -> Iterator[Any]:
    """The values of each variant in turn, so that none comes short."""
    ways = [(variant, varied(api, api.resolve(variant.type), None, depth + 1)) for variant in union.variants]
    for values in itertools.zip_longest(*(way for _, way in ways), fillvalue=_NONE):
        for (variant, _), value in zip(ways, values, strict=True):
            if value is not _NONE:
                tagged = union.tag is not None and variant.tags and is_object(value)
                yield {**value, union.tag: variant.tags[0]} if tagged else value


def _members(api: Api, record: Record, value: dict[str, Any], full: bool) -> Iterator[dict[str, Any]]:
    """The object with one member more, less or otherwise."""
    for item in record.fields[:_MOST_MEMBERS]:
        name = item.wire_name
        if full and name in value and not item.required:
            yield {key: member for key, member in value.items() if key != name}
        for other in _values(api, item.type):
            if name not in value or value[name] != other:
                yield {**value, name: other}
    for pattern, type_ in record.patterns:
        with contextlib.suppress(NoSample, ValueError, OverflowError):
            yield {**value, string_for(pattern): sample(api, type_)}
    for name in ("key", "", "a", "0"):
        types = member_types(record.patterns, name) or (record.extra,)
        if not isinstance(types[0], Nothing):
            with contextlib.suppress(NoSample):
                yield {**value, name: sample(api, types[0])}


def _undeclared(api: Api, record: Record, value: dict[str, Any], other: Record) -> Iterator[dict[str, Any]]:
    """The object with members that the rules of another one name."""
    names = {name: None for one in other.conditions for name in _named(json.loads(one.schema))}
    for pattern, _ in other.patterns:
        with contextlib.suppress(ValueError, OverflowError):
            names[string_for(pattern)] = None
    declared = {item.wire_name for item in record.fields}
    for name in names:
        if name in declared:
            continue
        types = member_types(record.patterns, name) or (record.extra,)
        if isinstance(types[0], Anything):
            yield from ({**value, name: member} for member in _KINDS)
            continue
        with contextlib.suppress(NoSample):
            yield {**value, name: sample(api, types[0])}


def _named(schema: Any) -> Iterator[str]:
    """The members that a schema requires or describes, at its own level."""
    if is_array(schema):
        for part in schema:
            yield from (part,) if isinstance(part, str) else _named(part)
    elif is_object(schema):
        properties = schema.get("properties")
        yield from properties if is_object(properties) else ()
        for word, part in schema.items():
            if word in ("required", "not", "anyOf", "oneOf", "allOf", "if", "then", "else"):
                yield from _named(part)
            elif is_array(part) and word not in ("enum", "type", "examples"):
                yield word  # `dependentRequired`
                yield from _named(part)


def _values(api: Api, type_: Type) -> Iterator[Any]:
    plain = api.resolve(type_)
    match plain:
        case Enumeration():
            yield from (json.loads(item.value) for item in plain.values[:_MOST_VALUES])
        case Scalar(kind="boolean"):
            yield from (True, False)
        case Nullable():
            yield None
            yield from _values(api, plain.of)
        case _:
            with contextlib.suppress(NoSample):
                yield sample(api, plain)
