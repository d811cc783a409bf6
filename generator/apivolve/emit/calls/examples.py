"""Operations → the source of a call that works: what docstrings and the README of a package show."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

from ...accept import accepts
from ...jsonvalue import is_array, is_object
from ...layout import layout_at
from ...media import example_of, is_json, is_range
from ...model import (
    Alias,
    Anything,
    Content,
    Enumeration,
    Field,
    ListOf,
    ModelRef,
    OneOf,
    Operation,
    Parameter,
    Record,
    Scalar,
    Type,
)
from ...sample import NoSample, sample
from ..literals import literal
from ..names.identifiers import words
from ..types.expressions import DECODED, expression
from ..types.spelling import Spelling, modules_in
from ..views import ArgumentView, Kind
from .exchange import is_raw, sendable
from .methods import Calls

_LONGEST = 400
"""Characters of JSON: a longer value that the specification shows would hide the call."""


def call_source(calls: Calls, dotted: str, more: str = "", *, as_dictionary: bool = False) -> str | None:
    """`client.things.get("thing-id")`: a method called with what it requires, and `more`; None where that is not plain source.

    Values are those the specification shows, where it shows any that it allows. With `as_dictionary` the body is a dictionary
    instead of a model; None where it is no model, or has members that are no JSON in Python.
    """
    operation = calls.operations[dotted]
    given: list[str] = []
    try:
        for known, argument in calls.arguments(operation):
            if argument.required:
                plain = as_dictionary and known is None
                source = (_dictionary if plain else _source)(calls.spelling, operation, known, argument)
                given.append(f"{argument.name}={source}" if argument.keyword else source)
    except NoSample:
        return None
    given += _media_type(calls, operation)
    if more:
        given.append(more)
    return f"client.{dotted}({', '.join(given)})"


def snippet(call: str, kind: Kind, *, is_async: bool, indent: int = 0) -> str:
    """A call as a statement that uses what it gives, laid out to stand at an indentation."""
    wait, prefix = ("await ", "async ") if is_async else ("", "")
    match kind:
        case "send":
            text = f"{wait}{call}"
        case "stream":
            text = f"{prefix}with {wait}{call} as items:\n    {prefix}for item in items:\n        print(item)"
        case "pages":
            text = f"{prefix}for item in {call}:\n    print(item)"
        case "begin":
            text = f"poller = {wait}{call}\n{wait}poller.result()"
    return layout_at(text, indent)


def _dictionary(
    spelling: Spelling, operation: Operation, known: Parameter | None, argument: ArgumentView
) -> str:
    content = next(iter(sendable(spelling.api, operation)), None)
    source = _source(spelling, operation, known, argument)
    if content is None or not is_json(content.media_type) or not source.startswith(spelling.prefix):
        raise NoSample("no model is sent")
    for value in _bodies(spelling, content):
        if expression(spelling, content.type, value) == source and not modules_in([source]) and value:
            return literal(value)
    raise NoSample("the model has members that are no JSON")


def _media_type(calls: Calls, operation: Operation) -> Iterator[str]:
    """The argument that says the media type of a body, where the specification gives a range."""
    choice, content = calls.choice(operation), next(iter(sendable(calls.api, operation)), None)
    if operation.body is None or not operation.body.required or choice is None or content is None:
        return
    if is_raw(calls.api, content) and is_range(content.media_type):
        yield f"{choice.name}={literal(example_of(content.media_type))}"


def _source(spelling: Spelling, operation: Operation, known: Parameter | None, argument: ArgumentView) -> str:
    if known is not None:
        name = "-".join(words(argument.name))
        values = (*_shown(spelling, known), *_made(spelling, known.type, name))
        return _first_plain(spelling, known.type, filter(known.has_room_for, values))
    content = next(iter(sendable(spelling.api, operation)), None)
    if content is None:
        raise NoSample("there is no body")
    if not is_raw(spelling.api, content):
        return _first_plain(spelling, content.type, _bodies(spelling, content))
    return '"..."' if spelling.content_type(content.media_type, content.type) == ("str",) else 'b"..."'


def _bodies(spelling: Spelling, content: Content) -> Iterator[Any]:
    """Values for a body, best first."""
    yield from _shown(spelling, content)
    yield from _made(spelling, content.type)


def _first_plain(spelling: Spelling, type_: Type, values: Iterable[Any]) -> str:
    """The source of the first of some values that a type allows and a constructor says."""
    for value in values:
        if accepts(spelling.api, type_, value, "request"):
            source = expression(spelling, type_, value)
            if DECODED not in source:
                return source
    raise NoSample("no constructor says it")


def _shown(spelling: Spelling, node: Parameter | Content | Field) -> Iterator[Any]:
    """The values that the specification shows for a thing, or for what it is; those that are short."""
    shown = [*node.examples]
    type_, seen = node.type, set[str]()
    while isinstance(type_, ModelRef) and type_.key not in seen:
        seen.add(type_.key)
        model = spelling.api.by_key[type_.key]
        shown += () if isinstance(model, Enumeration) else model.examples
        type_ = model.of if isinstance(model, Alias) else type_
    for one in shown:
        value = one.value
        if value is not None and len(json.dumps(value)) <= _LONGEST:
            yield value


def _made(spelling: Spelling, type_: Type, name: str = "") -> Iterator[Any]:
    """Values that the specification does not show, best first; a plain string is called like the argument `name`."""
    plain = spelling.api.present(type_)
    if name and plain in (Scalar("string"), Anything()):
        yield name
    made = sample(spelling.api, type_, direction="request")
    yield _telling(spelling, type_, made)
    yield made
    if isinstance(plain, Enumeration):
        yield from (json.loads(value.value) for value in plain.values)


def _telling(
    spelling: Spelling, type_: Type, value: Any, above: frozenset[str | ListOf] = frozenset()
) -> Any:
    """A value as one would send it: members as the specification shows them, and an item in each list that must be there.

    `above` is what the value is inside of: a list, a record or a union inside another of its kind stays as it is.
    """
    resolved = spelling.api.present(type_)
    match resolved:
        case ListOf() if is_array(value) and resolved not in above:
            types = itertools.chain(resolved.prefix, itertools.repeat(resolved.of))
            items = value or _items(spelling, resolved)
            told = [
                _telling(spelling, one, item, above | {resolved})
                for one, item in zip(types, items, strict=False)
            ]
            return told if accepts(spelling.api, resolved, told, "request") else value
        case OneOf() if is_object(value) and resolved.key not in above:
            for variant in resolved.variants:
                if accepts(spelling.api, variant.type, value, "request"):
                    tag = {resolved.tag: value[resolved.tag]} if resolved.tag in value else {}
                    chosen = {**_telling(spelling, variant.type, value, above | {resolved.key}), **tag}
                    return chosen if accepts(spelling.api, resolved, chosen, "request") else value
        case Record() if is_object(value) and resolved.key not in above:
            return {**value, **dict(_members(spelling, resolved, value, above | {resolved.key}))}
        case _:
            pass
    return value


def _members(
    spelling: Spelling, record: Record, value: dict[str, Any], above: frozenset[str | ListOf]
) -> Iterator[tuple[str, Any]]:
    for field in record.fields:
        if field.wire_name in value:
            made = _telling(spelling, field.type, value[field.wire_name], above)
            good = (
                one for one in _shown(spelling, field) if accepts(spelling.api, field.type, one, "request")
            )
            yield field.wire_name, next(good, made)


def _items(spelling: Spelling, type_: ListOf) -> list[Any]:
    """As few items as show what a list is made of; none, where they are long."""
    try:
        items = [sample(spelling.api, one, direction="request") for one in type_.prefix or (type_.of,)]
    except NoSample:
        return []
    return items if len(json.dumps(items)) <= _LONGEST else []
