"""What the emitted tests know of models: payloads, what is required, and what each attribute is in Python."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ...jsonvalue import is_object
from ...model import Anything, Enumeration, Field, ListOf, MapOf, Model, OneOf, Record, Type
from ...sample import NoSample
from ..types.spelling import Spelling
from .data import Data
from .payloads import Payloads
from .python_types import python_type


def round_trips(
    spelling: Spelling, models: Iterable[Model], payloads: Payloads, data: Data, missing: dict[str, str]
) -> dict[str, Any]:
    """What is tested of some models, by class name; those that have no payload are `missing`, with the reason."""
    found: dict[str, Any] = {}
    for model in models:
        name = str(spelling.names[model.key])
        try:
            if isinstance(model, Record):
                found[name] = _record(spelling, model, name, payloads, data)
            elif isinstance(model, OneOf):
                variants = list(of_variants(spelling, model, name, payloads, data))
                found[name] = {
                    "payloads": [payload for payload, _ in variants],
                    "types": [word for _, word in variants],
                }
        except NoSample as error:
            missing[name] = str(error)
    return {name: told for name, told in found.items() if told.get("payloads")}


def values_of(spelling: Spelling, models: Iterable[Model]) -> dict[str, Any]:
    """The declared values of named enumerations, by their names: what a type checker knows of them."""
    return {
        str(spelling.names[model.key]): [json.loads(value.value) for value in model.values]
        for model in models
        if isinstance(model, Enumeration) and model.base != "number" and not spelling.is_inline(model)
    }


def _record(spelling: Spelling, record: Record, name: str, payloads: Payloads, data: Data) -> dict[str, Any]:
    full = _whole(record, payloads)
    told: dict[str, Any] = {"payloads": [data.payload(full, name)]}
    try:
        least = payloads.of(record, record.at)
    except NoSample:
        least = None
    else:
        told["minimal"] = data.payload(least, f"{name} minimal")
    shown = [
        data.payload(value, f"{name} example")
        for value in payloads.shown(record.examples, record, record.at, None)
        if is_object(value)  # where the schema takes null too, the class does not
    ]
    told["payloads"] += shown
    names = spelling.fields(record)
    told["required"] = [
        item.wire_name
        for item in record.fields
        if _must_be_there(spelling, item) and item.wire_name in (least or ())
    ]
    # absent or not, these are no fault: the class gives them, or they are for one direction alone
    told["unmissed"] = [
        item.wire_name for item in record.fields if item.required and not _must_be_there(spelling, item)
    ]
    told["attributes"] = {
        names[item.wire_name]: [item.wire_name, _word(spelling, item.type)] for item in record.fields
    }
    return told


def _word(spelling: Spelling, type_: Type) -> str:
    """What a value is in Python, and `any` for what may be anything."""
    match spelling.api.resolve(type_):
        case Anything():
            return "any"
        case ListOf(of=of, prefix=()) if spelling.api.resolve(of) == Anything():
            return "list[any]"
        case MapOf(of=of, patterns=()) if spelling.api.resolve(of) == Anything():
            return "dict[any]"
        case _:
            return python_type(spelling.api, spelling.names, type_)


def _whole(record: Record, payloads: Payloads) -> Any:
    """A payload with all members, those too that lead back to the object itself: these end after one more round."""
    full = payloads.of(record, record.at, full=True)
    more: dict[str, Any] = {}
    for item in record.fields:
        if is_object(full) and full.get(item.wire_name) in (None, [], {}):
            with contextlib.suppress(NoSample):
                more[item.wire_name] = payloads.of(item.type, item.at, full=True)
    longer = {**full, **more} if more else full
    return full if more and payloads.refusal(record.at, longer, None) else longer


def _must_be_there(spelling: Spelling, item: Field) -> bool:
    """True for a member whose absence a strict reader refuses.

    One that only the service sets is absent from what a caller makes, one that only the caller sends from what is received,
    and one that has a single value is given by the class: none of these is missed.
    """
    one_sided = item.read_only or item.write_only
    return item.required and not one_sided and spelling.constant(item.type) is None


def of_variants(
    spelling: Spelling, union: OneOf, name: str, payloads: Payloads, data: Data
) -> Iterator[tuple[Any, str]]:
    """A payload for each variant of a union that has one, under each tag that chooses it, and what it is in Python."""
    listed = Counter(tag for variant in union.variants for tag in variant.tags)
    for variant in union.variants:
        try:
            value = payloads.of(variant.type, variant.at)
        except NoSample:
            continue
        word = python_type(spelling.api, spelling.names, variant.type)
        tagged = [
            ({**value, union.tag: tag}, listed[tag] == 1)
            for tag in variant.tags
            if union.tag is not None and is_object(value)
        ]
        for one, is_alone in tagged or [(value, False)]:
            # what no tag decides may be of several variants, and by its schema then of none
            decided = is_alone and word.startswith("models.")
            yield data.payload(one, f"{name} variant"), word if decided else ""
