"""What is met by the walk: refactorings say nothing, each edit is seen, and direction decides."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from worlds import AT, FULL, TEXT, WHOLE, api, member, record

from apivolve.diff import compare
from apivolve.finding import Direction
from apivolve.model import (
    Alias,
    Anything,
    Api,
    Content,
    EnumValue,
    Limits,
    ListOf,
    MapOf,
    Model,
    ModelRef,
    Nothing,
    OneOf,
    Record,
    Scalar,
    Server,
    Type,
    Variant,
)


def test_a_renamed_model_is_nothing_on_the_wire() -> None:
    before = api({"Thing": record(member("part", ModelRef("Part"))), "Part": record(member("a", TEXT))})
    after = api({"Thing": record(member("part", ModelRef("Piece"))), "Piece": record(member("a", TEXT))})
    assert compare(before, after).findings == ()


def test_an_extracted_alias_is_nothing_on_the_wire() -> None:

    before = api({"Thing": record(member("a", TEXT))})
    after = api({"Thing": record(member("a", ModelRef("Name"))), "Name": Alias("", (), TEXT, AT)})
    assert compare(before, after).findings == ()


def test_order_is_nothing_on_the_wire() -> None:
    before = api({"Thing": record(member("a", TEXT), member("b", WHOLE))})
    after = api({"Thing": record(member("b", WHOLE), member("a", TEXT))})
    assert compare(before, after).findings == ()


def test_a_recursive_model_ends_and_is_told_once() -> None:
    before = api({"Thing": record(member("next", ModelRef("Thing")), member("a", TEXT))})
    after = api({"Thing": record(member("next", ModelRef("Thing")), member("a", WHOLE))})
    found = compare(before, after).findings
    assert [(f.rule, f.subject, f.direction) for f in found] == [("type-changed", "Thing.a", "both")]


def test_a_shared_model_is_one_finding_with_all_operations() -> None:
    def shared(type_: Type) -> Api:
        one = api({"Thing": record(member("a", type_))})
        twin = replace(one.operations[0], id="twin", path="/twins")
        return replace(one, operations=(*one.operations, twin))

    [found] = compare(shared(TEXT), shared(WHOLE)).findings
    assert found.operations == ("PUT /things", "PUT /twins")


def test_a_shared_alias_is_one_finding_under_its_own_name() -> None:
    def shared(type_: Type) -> Api:
        thing = record(member("a", ModelRef("Name")), member("b", ListOf(ModelRef("Name"))))
        return api({"Thing": thing, "Name": Alias("", (), type_, AT)})

    [found] = compare(shared(TEXT), shared(WHOLE)).findings
    assert (found.rule, found.subject) == ("type-changed", "Name")


def test_a_named_model_of_another_form_is_one_finding() -> None:
    def shared(model: Model) -> Api:
        return api(
            {"Thing": record(member("a", ModelRef("Part")), member("b", ModelRef("Part"))), "Part": model}
        )

    union = OneOf("", (), (Variant(TEXT, AT), Variant(WHOLE, AT)), AT)
    [found] = compare(shared(record(member("a", TEXT))), shared(union)).findings
    assert (found.rule, found.subject) == ("type-changed", "Part")


@pytest.mark.parametrize(
    ("sent", "received", "direction", "severity"),
    [
        ("Thing", None, "request", "error"),
        (None, "Thing", "response", "info"),
        ("Thing", "Thing", "request", "error"),
    ],
)
def test_direction_decides(
    sent: str | None, received: str | None, direction: Direction, severity: str
) -> None:
    before = api({"Thing": record(member("a", TEXT))}, sent, received)
    after = api({"Thing": record(member("a", TEXT, True))}, sent, received)
    [found] = compare(before, after).findings
    assert (found.rule, found.direction, found.severity) == ("field-became-required", direction, severity)


def test_read_only_members_are_not_sent() -> None:
    def world(required: bool, inner: Type) -> Api:
        part = record(member("a", inner))
        return api(
            {"Thing": record(member("part", ModelRef("Part"), required, read_only=True)), "Part": part}
        )

    found = compare(world(False, TEXT), world(True, WHOLE)).findings
    assert [(f.rule, f.severity, f.direction) for f in found] == [
        ("type-changed", "error", "response"),
        ("field-became-required", "info", "response"),
    ]


def field_of(name: str, **change: Any) -> Callable[[Api], Api]:
    def edit(one: Api) -> Api:
        thing = one.models[0]
        assert isinstance(thing, Record)
        fields = tuple(replace(f, **change) if f.wire_name == name else f for f in thing.fields)
        return replace(one, models=(replace(thing, fields=fields), *one.models[1:]))

    return edit


def model_of(index: int, **change: Any) -> Callable[[Api], Api]:
    def edit(one: Api) -> Api:
        models = list(one.models)
        models[index] = replace(models[index], **change)
        return replace(one, models=tuple(models))

    return edit


def operation_of(**change: Any) -> Callable[[Api], Api]:
    return lambda one: replace(one, operations=(replace(one.operations[0], **change),))


def parameter_of(**change: Any) -> Callable[[Api], Api]:
    operation = FULL.operations[0]
    return operation_of(parameters=(operation.parameters[0], replace(operation.parameters[1], **change)))


def response_of(**change: Any) -> Callable[[Api], Api]:
    operation = FULL.operations[0]
    return operation_of(responses=(replace(operation.responses[0], **change), *operation.responses[1:]))


def scheme_of(**change: Any) -> Callable[[Api], Api]:
    return lambda one: replace(one, schemes=(replace(one.schemes[0], **change),))


BODY = FULL.operations[0].body
HEADER = FULL.operations[0].responses[0].headers[0]
assert BODY is not None
EDITS: dict[str, Callable[[Api], Api]] = {
    "title": lambda one: replace(one, title="Store"),
    "api doc": lambda one: replace(one, doc="new"),
    "server": lambda one: replace(one, servers=(Server("https://store.example", AT),)),
    "server doc": lambda one: replace(one, servers=(Server("https://shop.example", AT, doc="new"),)),
    "scheme kind": scheme_of(kind="http", scheme="bearer"),
    "scheme place": scheme_of(place="query"),
    "scheme name": scheme_of(wire_name="x-key"),
    "scheme doc": scheme_of(doc="new"),
    "operation id": operation_of(id="replace"),
    "method": operation_of(method="POST"),
    "path": operation_of(path="/items/{id}"),
    "security": operation_of(security=()),
    "tags": operation_of(tags=()),
    "deprecated": operation_of(deprecated=True),
    "summary": operation_of(summary="new"),
    "operation doc": operation_of(doc="new"),
    "no body": operation_of(body=None),
    "body optional": operation_of(body=replace(BODY, required=False)),
    "body doc": operation_of(body=replace(BODY, doc="new")),
    "body media type": operation_of(
        body=replace(BODY, contents=(Content("text/json", ModelRef("Thing"), AT),))
    ),
    "body type": operation_of(body=replace(BODY, contents=(Content("application/json", TEXT, AT),))),
    "no responses": operation_of(responses=()),
    "status": response_of(status="201"),
    "response doc": response_of(doc="new"),
    "response media type": response_of(contents=(Content("text/json", ModelRef("Thing"), AT),)),
    "response type": response_of(contents=(Content("application/json", TEXT, AT),)),
    "no header": response_of(headers=()),
    "header type": response_of(headers=(replace(HEADER, type=WHOLE),)),
    "header optional": response_of(headers=(replace(HEADER, required=False),)),
    "header doc": response_of(headers=(replace(HEADER, doc="new"),)),
    "no parameters": operation_of(parameters=()),
    "parameter name": parameter_of(wire_name="labels"),
    "parameter place": parameter_of(place="header"),
    "parameter type": parameter_of(type=TEXT),
    "parameter required": parameter_of(required=True),
    "parameter style": parameter_of(style="pipeDelimited"),
    "parameter explode": parameter_of(explode=False),
    "parameter reserved": parameter_of(allow_reserved=True),
    "parameter media type": parameter_of(media_type="application/json"),
    "parameter default": parameter_of(default='["a"]'),
    "parameter deprecated": parameter_of(deprecated=True),
    "parameter doc": parameter_of(doc="new"),
    "field name": field_of("name", wire_name="title"),
    "field type": field_of("name", type=WHOLE),
    "field optional": field_of("name", required=False),
    "field read-only": field_of("name", read_only=True),
    "field write-only": field_of("name", write_only=True),
    "field deprecated": field_of("name", deprecated=True),
    "field default": field_of("name", default='"x"'),
    "field doc": field_of("name", doc="new"),
    "format": field_of("count", type=Scalar("integer", None, Limits(minimum=0))),
    "hint of a format": field_of("count", type=Scalar("integer", "int64", Limits(minimum=0))),
    "limits": field_of("count", type=Scalar("integer", "int32", Limits(minimum=1))),
    "list item": field_of("list", type=ListOf(WHOLE, min_items=1)),
    "list bounds": field_of("list", type=ListOf(TEXT, min_items=2)),
    "list unique": field_of("list", type=ListOf(TEXT, min_items=1, unique=True)),
    "map value": field_of("map", type=MapOf(WHOLE)),
    "not null": field_of("maybe", type=TEXT),
    "anything": field_of("maybe", type=Anything()),
    "nothing": field_of("maybe", type=Nothing()),
    "record closed": model_of(0, extra=Nothing()),
    "record open": model_of(0, extra=Anything()),
    "record extra type": model_of(0, extra=TEXT),
    "record required": model_of(0, required_extra=("other",)),
    "record size": model_of(0, min_properties=2),
    "record doc": model_of(0, doc="new"),
    "record deprecated": model_of(0, deprecated=True),
    "enum value": model_of(1, values=(EnumValue('"red"', AT),)),
    "enum doc": model_of(1, values=(EnumValue('"red"', AT, doc="new"), EnumValue('"blue"', AT))),
    "enum open": model_of(1, open=True),
    "enum deprecated": model_of(1, deprecated=True),
    "union variant": model_of(2, variants=(Variant(TEXT, AT),)),
    "union matching": model_of(2, exclusive=False),
    "union tag": model_of(2, tag="kind"),
    "union fallback": model_of(2, open=Scalar("boolean")),
    "union doc": model_of(2, doc="new"),
}


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_is_seen_both_ways(name: str) -> None:
    after = EDITS[name](FULL)
    assert compare(FULL, after).findings, name
    assert compare(after, FULL).findings, name


@pytest.mark.parametrize("pair", list(itertools.combinations(EDITS, 2))[::7], ids=" and ".join)
def test_two_edits_never_confuse_the_walk(pair: tuple[str, str]) -> None:
    before, after = (EDITS[name](FULL) for name in pair)
    assert compare(before, after).findings
    assert compare(before, before).findings == ()
