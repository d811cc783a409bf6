"""Operations → the source of a call that works: what docstrings and the README of a package show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ...accept import accepts
from ...jsonvalue import is_array, is_object
from ...layout import layout_at
from ...media import is_json
from ...model import (
    Alias,
    Anything,
    Content,
    Enumeration,
    Field,
    ListOf,
    ModelRef,
    Nullable,
    Operation,
    Parameter,
    Record,
    Scalar,
    Type,
)
from ...sample import NoSample, sample
from ..literals import literal
from ..names.identifiers import words
from ..types.expressions import expression
from ..types.spelling import Spelling, modules_in
from ..views import ArgumentView, Kind
from .exchange import FORMS, sendable
from .methods import Calls

_LONGEST = 400
"""Characters of JSON: a longer value that the specification shows would hide the call."""
_DECODED = "decode_json("
"""What only JSON says, and no constructor."""


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


def _source(spelling: Spelling, operation: Operation, known: Parameter | None, argument: ArgumentView) -> str:
    if known is not None:
        name = "-".join(words(argument.name))
        return _first_plain(
            spelling, known.type, (*_shown(spelling, known), _made(spelling, known.type, name))
        )
    content = next(iter(sendable(spelling.api, operation)), None)
    if content is None:
        raise NoSample("there is no body")
    if is_json(content.media_type) or content.media_type in FORMS:
        return _first_plain(spelling, content.type, _bodies(spelling, content))
    return '"..."' if spelling.content_type(content.media_type, content.type) == ("str",) else 'b"..."'


def _bodies(spelling: Spelling, content: Content) -> Iterator[Any]:
    """Values for a body, best first."""
    yield from _shown(spelling, content)
    made = sample(spelling.api, content.type, direction="request")
    yield _with_examples(spelling, content.type, made)
    yield made


def _first_plain(spelling: Spelling, type_: Type, values: Iterable[Any]) -> str:
    """The source of the first of some values that a type allows and a constructor says."""
    for value in values:
        if accepts(spelling.api, type_, value):
            source = expression(spelling, type_, value)
            if _DECODED not in source:
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


def _with_examples(spelling: Spelling, type_: Type, value: Any) -> Any:
    """A value with the examples of its members, where there are any, in the place of what was made up."""
    resolved = spelling.api.resolve(type_)
    while isinstance(resolved, Nullable):
        resolved = spelling.api.resolve(resolved.of)
    if is_array(value) and isinstance(resolved, ListOf):
        return [_with_examples(spelling, resolved.of, item) for item in value]
    if not is_object(value) or not isinstance(resolved, Record):
        return value
    told = dict(value)
    for field in resolved.fields:
        if field.wire_name in told:
            made = _with_examples(spelling, field.type, told[field.wire_name])
            good = (one for one in _shown(spelling, field) if accepts(spelling.api, field.type, one))
            told[field.wire_name] = next(good, made)
    return told


def _made(spelling: Spelling, type_: Type, name: str) -> Any:
    resolved = spelling.api.resolve(type_)
    while isinstance(resolved, Nullable):
        resolved = spelling.api.resolve(resolved.of)
    # a plain string is called like its argument, so that one sees which is which
    if resolved in (Scalar("string"), Anything()):
        return name
    return sample(spelling.api, type_, direction="request")
