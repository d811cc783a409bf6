"""The gate: one folder per rule, the relation under the rules, and the code scope over surfaces made by hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apivolve.accept import accepts
from apivolve.diff import RULES, compare
from apivolve.diff.relation import Escape, Unknown, escape
from apivolve.finding import Direction, Finding, Verdict
from apivolve.load import load_api
from apivolve.model import (
    Anything,
    Api,
    Body,
    Content,
    Enumeration,
    EnumValue,
    Field,
    Header,
    Limits,
    ListOf,
    MapOf,
    ModelRef,
    Nothing,
    Nullable,
    OneOf,
    Operation,
    Parameter,
    Record,
    Requirement,
    Response,
    Scalar,
    SecurityScheme,
    Server,
    Type,
    Variant,
)
from apivolve.reach import refs_in
from apivolve.sample import NoSample, sample
from apivolve.source import Location, Source
from apivolve.surface import (
    Surface,
    SurfaceAlias,
    SurfaceAttribute,
    SurfaceClass,
    SurfaceMethod,
    SurfaceParameter,
)
from conftest import CASES, cases

AT = Location(Source("api.json", "{}", "json", {}))


def lines(verdict: Verdict) -> str:
    found = [
        f"{finding.severity} {finding.scope} {finding.rule} {finding.direction or '-'} {finding.subject} | {finding.message}"
        + (f" | {witness(finding)}" if finding.witness else "")
        for finding in verdict.findings
    ]
    return "".join(f"{line}\n" for line in sorted(found))


def witness(finding: Finding) -> str:
    shown = finding.witness
    if shown is None:
        return ""
    text = " ".join(shown.text.split())
    return f"{'verified' if shown.verified else 'shown'} {shown.kind} accepted {shown.accepted}: {text}: {shown.reason}"


# --- cases -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", cases("diff"))
def test_case(folder: Path, golden: Callable[[Path, str], None]) -> None:
    before, after = load_api(folder / "before.yaml"), load_api(folder / "after.yaml")
    verdict = compare(before, after)
    golden(folder / "findings.txt", lines(verdict))
    assert folder.name in {finding.rule for finding in verdict.findings}
    assert compare(before, before).findings == ()
    assert compare(after, after).findings == ()
    backwards = compare(after, before).findings
    assert backwards, "what changed one way changed the other way too"


def test_every_rule_has_a_case_and_every_case_a_rule() -> None:
    folders = {folder.name for folder in (CASES / "diff").iterdir() if folder.is_dir()}
    assert {rule.id for rule in RULES if rule.scope == "wire"} == folders


def test_rules_are_explained_and_named_once() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.summary.endswith((".", ":")), rule.id
        assert rule.id == rule.check.__name__.replace("_", "-")


def test_every_break_of_the_cases_is_proven() -> None:
    for folder in (CASES / "diff").iterdir():
        before, after = load_api(folder / "before.yaml"), load_api(folder / "after.yaml")
        for finding in compare(before, after).findings:
            if finding.severity == "error" and finding.scope == "wire":
                assert finding.witness is not None, (folder.name, finding.rule)
                assert finding.witness.verified, (folder.name, finding.rule, finding.witness)


# --- refactorings say nothing ----------------------------------------------------------------------------


def api(models: dict[str, Any], sent: str | None = "Thing", received: str | None = "Thing") -> Api:
    """A version with one operation over some models."""
    body = Body((Content("application/json", ModelRef(sent), AT),), required=True, at=AT) if sent else None
    contents = (Content("application/json", ModelRef(received), AT),) if received else ()
    operation = Operation("put", "PUT", "/things", AT, body=body, responses=(Response("200", contents, AT),))
    return Api(
        "shop", "1", "stable", (operation,), tuple(replace(m, key=k, path=(k,)) for k, m in models.items())
    )


def record(*fields: Field, **more: Any) -> Record:
    return Record("", (), fields, AT, **more)


def member(name: str, type_: Type, required: bool = False, **more: Any) -> Field:
    return Field(name, type_, required, AT, **more)


TEXT, WHOLE = Scalar("string"), Scalar("integer")


def test_a_renamed_model_is_nothing_on_the_wire() -> None:
    before = api({"Thing": record(member("part", ModelRef("Part"))), "Part": record(member("a", TEXT))})
    after = api({"Thing": record(member("part", ModelRef("Piece"))), "Piece": record(member("a", TEXT))})
    assert compare(before, after).findings == ()


def test_an_extracted_alias_is_nothing_on_the_wire() -> None:
    from apivolve.model import Alias

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


# --- every attribute of the model is seen ----------------------------------------------------------------

FULL = Api(
    "shop",
    "1",
    "stable",
    (
        Operation(
            "put",
            "PUT",
            "/things/{id}",
            AT,
            parameters=(
                Parameter("id", "path", TEXT, required=True, at=AT),
                Parameter("tags", "query", ListOf(TEXT), required=False, at=AT, style="form", explode=True),
            ),
            body=Body((Content("application/json", ModelRef("Thing"), AT),), required=True, at=AT),
            responses=(
                Response(
                    "200",
                    (Content("application/json", ModelRef("Thing"), AT),),
                    AT,
                    headers=(Header("ETag", TEXT, required=True, at=AT),),
                ),
                Response("default", (), AT),
            ),
            security=(Requirement((("key", ()),)),),
            tags=("things",),
        ),
    ),
    (
        Record(
            "Thing",
            ("Thing",),
            (
                member("name", TEXT, True),
                member("count", Scalar("integer", "int32", Limits(minimum=0))),
                member("list", ListOf(TEXT, min_items=1)),
                member("map", MapOf(TEXT)),
                member("maybe", Nullable(TEXT)),
                member("color", ModelRef("Color")),
                member("shape", ModelRef("Shape")),
            ),
            AT,
            extra=WHOLE,
        ),
        Enumeration("Color", ("Color",), "string", (EnumValue('"red"', AT), EnumValue('"blue"', AT)), AT),
        OneOf("Shape", ("Shape",), (Variant(TEXT, AT), Variant(WHOLE, AT)), AT),
    ),
    schemes=(SecurityScheme("key", "apiKey", AT, place="header", wire_name="api-key"),),
    servers=(Server("https://shop.example", AT),),
    title="Shop",
)


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


# --- relate and sample -----------------------------------------------------------------------------------


def types() -> st.SearchStrategy[Type]:
    small = st.integers(-3, 3)
    number_limits = st.builds(
        Limits,
        minimum=st.none() | small,
        maximum=st.none() | small.map(lambda n: n + 4),
        multiple_of=st.sampled_from([None, None, 2, 3]),
    )
    string_limits = st.builds(
        Limits,
        min_length=st.none() | st.integers(0, 3),
        max_length=st.none() | st.integers(3, 9),
        pattern=st.sampled_from([None, None, "^[a-z]*$", "^[0-9]+$"]),
    )
    scalars: st.SearchStrategy[Type] = st.one_of(
        st.builds(Scalar, st.just("string"), st.none(), string_limits),
        st.builds(Scalar, st.sampled_from(["integer", "number"]), st.none(), number_limits),
        st.just(Scalar("boolean")),
        st.sampled_from(
            [Anything(), ModelRef("Tree"), ModelRef("Color"), ModelRef("Shape"), ModelRef("Point")]
        ),
    )
    return st.recursive(
        scalars,
        lambda inner: st.one_of(
            st.builds(Nullable, inner),
            st.builds(
                ListOf, inner, st.none() | st.integers(0, 2), st.none() | st.integers(2, 4), st.booleans()
            ),
            st.builds(MapOf, inner),
        ),
        max_leaves=4,
    )


def worlds() -> st.SearchStrategy[Api]:
    """A version with a recursive record, an enumeration, a union and a record with drawn members."""

    def build(types_: list[Type], flags: list[bool], values: list[str]) -> Api:
        types_[1:3] = [type_ if "Shape" not in refs_in(type_) else Anything() for type_ in types_[1:3]]
        models = {
            "Tree": record(member("kids", ListOf(ModelRef("Tree"))), member("value", types_[0], flags[0])),
            "Color": Enumeration("", (), "string", tuple(EnumValue(f'"{v}"', AT) for v in values), AT),
            "Shape": OneOf("", (), (Variant(types_[1], AT), Variant(types_[2], AT)), AT, exclusive=flags[1]),
            "Point": record(
                member("x", types_[3], flags[2]),
                member("y", types_[4], flags[3]),
                extra=Nothing() if flags[4] else Anything(),
            ),
        }
        return api(models, None, None)

    return st.builds(
        build,
        st.lists(types(), min_size=5, max_size=5),
        st.lists(st.booleans(), min_size=5, max_size=5),
        st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True),
    )


@settings(max_examples=300, deadline=None)
@given(worlds(), types(), st.booleans())
def test_a_sample_is_an_instance(world: Api, type_: Type, full: bool) -> None:
    try:
        value = sample(world, type_, full=full)
    except NoSample:
        return
    if not _overlaps(world):
        assert accepts(world, type_, value)


def _overlaps(world: Api) -> bool:
    """A `oneOf` may have no value at all that fits exactly one variant."""
    return any(isinstance(model, OneOf) and model.exclusive for model in world.models)


@settings(max_examples=300, deadline=None)
@given(worlds(), worlds(), types(), types())
def test_an_escape_is_in_one_and_not_in_the_other(one: Api, other: Api, inner: Type, outer: Type) -> None:
    found = escape(one, inner, other, outer)
    if isinstance(found, Escape):
        assert accepts(one, inner, found.value)
        assert not accepts(other, outer, found.value)


@settings(max_examples=200, deadline=None)
@given(worlds(), types())
def test_a_type_is_included_in_itself(world: Api, type_: Type) -> None:
    assert not isinstance(escape(world, type_, world, type_), Escape)


@settings(max_examples=300, deadline=None)
@given(worlds(), worlds(), types(), types())
def test_what_is_included_has_its_samples_accepted(one: Api, other: Api, inner: Type, outer: Type) -> None:
    if escape(one, inner, other, outer) is not None:
        return
    for full in (False, True):
        try:
            value = sample(one, inner, full=full)
        except NoSample:
            continue
        if accepts(one, inner, value):
            assert accepts(other, outer, value)


@settings(max_examples=150, deadline=None)
@given(worlds(), worlds())
def test_compare_of_any_two_worlds(one: Api, other: Api) -> None:
    def reached(world: Api) -> Api:
        contents = tuple(Content(f"a/{m.key.lower()}", ModelRef(m.key), AT) for m in world.models)
        operation = Operation("put", "PUT", "/", AT, responses=(Response("200", contents, AT),))
        return replace(world, operations=(operation,))

    before, after = reached(one), reached(other)
    assert compare(before, before).findings == ()
    there, back = compare(before, after), compare(after, before)
    assert bool(there.findings) == bool(back.findings)
    assert len({f.fingerprint for f in there.findings}) == len(there.findings)


TABLE: list[tuple[Type, Type, Any]] = [
    (WHOLE, Scalar("number"), None),
    (Scalar("number"), WHOLE, 0.5),
    (Nullable(TEXT), TEXT, Escape(None)),
    (TEXT, Nullable(TEXT), None),
    (
        Scalar("integer", limits=Limits(exclusive_maximum=11)),
        Scalar("integer", limits=Limits(maximum=10)),
        None,
    ),
    (
        Scalar("number", limits=Limits(exclusive_maximum=11)),
        Scalar("number", limits=Limits(maximum=10)),
        "some",
    ),
    (Scalar("integer", limits=Limits(multiple_of=6)), Scalar("integer", limits=Limits(multiple_of=3)), None),
    (
        Scalar("integer", limits=Limits(multiple_of=3)),
        Scalar("integer", limits=Limits(multiple_of=6)),
        "some",
    ),
    (Scalar("string", limits=Limits(pattern="^a$")), Scalar("string", limits=Limits(pattern="^b$")), "a"),
    (
        Scalar("string", limits=Limits(pattern="^a$")),
        Scalar("string", limits=Limits(pattern="^[a-b]$")),
        None,
    ),
    (Scalar("string", "uuid"), TEXT, None),
    (TEXT, Scalar("string", "uuid"), Escape("string", by_format=True)),
    (Scalar("integer", "int32"), Scalar("integer", "int64"), None),
    (Scalar("integer", "int64"), Scalar("integer", "int32"), Escape(2**31, by_format=True)),
    (TEXT, Scalar("string", "moon-phase"), Unknown),
    (ListOf(WHOLE), ListOf(TEXT), "some"),
    (ListOf(TEXT, max_items=0), ListOf(WHOLE), None),
    (ListOf(TEXT), ListOf(TEXT, unique=True), ["string", "string"]),
    (MapOf(WHOLE), MapOf(Scalar("number")), None),
    (MapOf(TEXT), MapOf(WHOLE), {"key": "string"}),
    (Anything(), TEXT, "some"),
    (TEXT, Anything(), None),
]


@pytest.mark.parametrize(("inner", "outer", "expected"), TABLE, ids=lambda value: str(value)[:60])
def test_escape(inner: Type, outer: Type, expected: Any) -> None:
    empty = Api("", "", "stable", (), ())
    found = escape(empty, inner, empty, outer)
    if expected is None or isinstance(expected, Escape):
        assert found == expected
    elif expected is Unknown:
        assert isinstance(found, Unknown)
    else:
        assert isinstance(found, Escape)
        assert expected in ("some", found.value)


# --- code ------------------------------------------------------------------------------------------------

CALL = "POST /chat"


def attribute(name: str, *reads: str, required: bool = True) -> SurfaceAttribute:
    return SurfaceAttribute(name, reads, reads, required, AT)


def klass(name: str, *attributes: SurfaceAttribute, direction: Direction | None = "response") -> SurfaceClass:
    return SurfaceClass(name, attributes, direction, (CALL,), repr(attributes), AT)


def method(name: str, *parameters: SurfaceParameter, returns: tuple[str, ...] = ("None",)) -> SurfaceMethod:
    return SurfaceMethod(name, parameters, returns, CALL, AT)


def argument(name: str, *takes: str, required: bool = True, keyword: bool = False) -> SurfaceParameter:
    return SurfaceParameter(name, takes, required, keyword, AT)


def surface(*parts: SurfaceMethod | SurfaceClass | SurfaceAlias, package: str = "shop.v1") -> Surface:
    return Surface(
        package,
        tuple(part for part in parts if isinstance(part, SurfaceMethod)),
        tuple(part for part in parts if isinstance(part, SurfaceClass)),
        tuple(part for part in parts if isinstance(part, SurfaceAlias)),
    )


def alias(name: str, *means: str, direction: Direction = "response") -> SurfaceAlias:
    return SurfaceAlias(name, means, direction, (CALL,), repr(means), AT)


def code(before: Surface, after: Surface) -> list[tuple[str, str, str]]:
    empty = Api("shop", "1", "stable", (), ())
    return [(f.severity, f.rule, f.subject) for f in compare(empty, empty, (before, after)).findings]


def test_usage_became_optional_with_the_line_that_stops_type_checking() -> None:
    usage = klass("CompletionsUsage", attribute("total", "int"))
    before = surface(usage, klass("ChatCompletions", attribute("usage", "CompletionsUsage")))
    after = surface(
        usage, klass("ChatCompletions", attribute("usage", "CompletionsUsage", "None", required=False))
    )
    empty = Api("shop", "1", "stable", (), ())
    [found] = compare(empty, empty, (before, after)).findings
    assert (found.severity, found.scope, found.rule) == ("error", "code", "attribute-became-optional")
    assert found.witness is not None
    assert (found.witness.kind, found.witness.accepted, found.witness.refused) == ("code", "before", "after")
    assert found.witness.text == (
        "from shop.v1.models import ChatCompletions, CompletionsUsage\n\n\n"
        "def read(value: ChatCompletions) -> CompletionsUsage:\n    return value.usage"
    )


def both(before: Any, after: Any) -> tuple[Surface, Surface]:
    return surface(*before), surface(*after)


CODE: dict[str, tuple[tuple[Surface, Surface], list[tuple[str, str, str]]]] = {
    "method-added": (both([], [method("a.b")]), [("info", "method-added", "a.b()")]),
    "method-removed": (both([method("a.b")], []), [("error", "method-removed", "a.b()")]),
    "method-renamed": (both([method("a.b")], [method("a.c")]), [("error", "method-renamed", "a.b()")]),
    "method-return-widened": (
        both([method("a", returns=("X",))], [method("a", returns=("X", "None"))]),
        [("error", "method-return-widened", "a()")],
    ),
    "method-return-narrowed": (
        both([method("a", returns=("X", "None"))], [method("a", returns=("X",))]),
        [("info", "method-return-narrowed", "a()")],
    ),
    "method-arguments-reordered": (
        both(
            [method("a", argument("x", "str"), argument("y", "str"))],
            [method("a", argument("y", "str"), argument("x", "str"))],
        ),
        [("error", "method-arguments-reordered", "a()")],
    ),
    "argument-added": (
        both(
            [method("a")],
            [method("a", argument("x", "str"), argument("y", "str", required=False, keyword=True))],
        ),
        [("error", "argument-added", "a(x)"), ("info", "argument-added", "a(y)")],
    ),
    "argument-removed": (
        both([method("a", argument("x", "str"))], [method("a")]),
        [("error", "argument-removed", "a(x)")],
    ),
    "argument-became-required": (
        both(
            [method("a", argument("x", "str", "None", required=False))], [method("a", argument("x", "str"))]
        ),
        [("error", "argument-became-required", "a(x)")],
    ),
    "argument-became-optional": (
        both(
            [method("a", argument("x", "str"))], [method("a", argument("x", "str", "None", required=False))]
        ),
        [("info", "argument-became-optional", "a(x)")],
    ),
    "argument-became-keyword": (
        both([method("a", argument("x", "str"))], [method("a", argument("x", "str", keyword=True))]),
        [("error", "argument-became-keyword", "a(x)")],
    ),
    "argument-became-positional": (
        both([method("a", argument("x", "str", keyword=True))], [method("a", argument("x", "str"))]),
        [("info", "argument-became-positional", "a(x)")],
    ),
    "argument-type-narrowed": (
        both([method("a", argument("x", "float"))], [method("a", argument("x", "int"))]),
        [("error", "argument-type-narrowed", "a(x)")],
    ),
    "argument-type-widened": (
        both([method("a", argument("x", "int"))], [method("a", argument("x", "float"))]),
        [("info", "argument-type-widened", "a(x)")],
    ),
    "class-added": (both([], [klass("X")]), [("info", "class-added", "X")]),
    "class-removed": (both([klass("X")], []), [("error", "class-removed", "X")]),
    "a class that became an alias": (
        both([klass("X")], [alias("X", "str")]),
        [("error", "class-removed", "X")],
    ),
    "an alias that became a class": (
        both([alias("X", "str")], [klass("X")]),
        [("error", "alias-removed", "X")],
    ),
    "an alias under another name": (
        both(
            [klass("X", attribute("a", "A")), alias("A", "Literal['a']"), klass("U", attribute("a", "A"))],
            [klass("X", attribute("a", "B")), alias("B", "Literal['a']"), alias("A", "Literal['a']")],
        ),
        [("error", "class-removed", "U"), ("info", "alias-added", "B")],
    ),
    "a class that went with its attribute": (
        both([klass("X", attribute("y", "Y")), klass("Y")], [klass("X")]),
        [("error", "attribute-removed", "X.y")],
    ),
    "attribute-added": (
        both([klass("X", direction="request")], [klass("X", attribute("a", "str"), direction="request")]),
        [("error", "attribute-added", "X.a")],
    ),
    "attribute-added to what is only read": (
        both([klass("X")], [klass("X", attribute("a", "str"))]),
        [("info", "attribute-added", "X.a")],
    ),
    "attribute-removed": (
        both([klass("X", attribute("a", "str"))], [klass("X")]),
        [("error", "attribute-removed", "X.a")],
    ),
    "attribute-became-required": (
        both(
            [klass("X", attribute("a", "str", "None", required=False), direction="both")],
            [klass("X", attribute("a", "str"), direction="both")],
        ),
        [("error", "attribute-became-required", "X.a")],
    ),
    "attribute-became-optional": (
        both(
            [klass("X", attribute("a", "str"))], [klass("X", attribute("a", "str", "None", required=False))]
        ),
        [("error", "attribute-became-optional", "X.a")],
    ),
    "attribute-type-narrowed": (
        both(
            [klass("X", attribute("a", "str", "int"), direction="request")],
            [klass("X", attribute("a", "str"), direction="request")],
        ),
        [("error", "attribute-type-narrowed", "X.a")],
    ),
    "attribute-type-widened": (
        both([klass("X", attribute("a", "int"))], [klass("X", attribute("a", "float"))]),
        [("error", "attribute-type-widened", "X.a")],
    ),
    "attribute-type-changed": (
        both([klass("X", attribute("a", "list[int]"))], [klass("X", attribute("a", "list[str]"))]),
        [("error", "attribute-type-changed", "X.a")],
    ),
    "alias-added": (both([], [alias("A", "str")]), [("info", "alias-added", "A")]),
    "alias-removed": (both([alias("A", "str")], []), [("error", "alias-removed", "A")]),
    "alias-narrowed": (
        both([alias("A", "Literal['a']", "Literal['b']")], [alias("A", "Literal['a']")]),
        [("info", "alias-narrowed", "A")],
    ),
    "alias-widened": (
        both([alias("A", "Literal['a']")], [alias("A", "Literal['a']", "Literal['b']")]),
        [("error", "alias-widened", "A")],
    ),
    "alias-changed": (
        both([alias("A", "Literal['a']")], [alias("A", "Literal['b']")]),
        [("error", "alias-changed", "A")],
    ),
}


@pytest.mark.parametrize("name", CODE)
def test_code_rules(name: str) -> None:
    (before, after), expected = CODE[name]
    assert code(before, after) == expected
    assert code(before, before) == []


def test_every_code_rule_is_tested() -> None:
    assert {rule.id for rule in RULES if rule.scope == "code"} <= set(CODE)


@pytest.mark.parametrize("name", CODE)
def test_code_witnesses_are_python(name: str) -> None:
    (before, after), _ = CODE[name]
    empty = Api("shop", "1", "stable", (), ())
    for finding in compare(empty, empty, (before, after)).findings:
        if finding.severity == "error":
            assert finding.witness is not None
            compile(finding.witness.text, "witness", "exec")


def test_a_code_witness_imports_what_it_names() -> None:
    before = surface(
        klass("X", attribute("a", "datetime.datetime", "Literal['Y']", "UnknownStr", "Y", "None")), klass("Y")
    )
    after = surface(klass("X", attribute("a", "int")), klass("Y"))
    empty = Api("shop", "1", "stable", (), ())
    [found] = compare(empty, empty, (before, after)).findings
    assert found.witness is not None
    assert found.witness.text.split("\n\n\n")[0].split("\n") == [
        "import datetime",
        "from typing import Literal",
        "from shop._runtime import UnknownStr",
        "from shop.v1.models import X, Y",
    ]


def order(verdict: Verdict) -> Iterator[tuple[str, str]]:
    return ((finding.severity, finding.scope) for finding in verdict.findings)


def test_findings_come_worst_first_wire_before_code() -> None:
    before = api({"Thing": record(member("a", TEXT, True), member("b", TEXT))})
    after = api({"Thing": record(member("a", TEXT), member("b", TEXT, doc="new"))})
    verdict = compare(before, after, both([method("x"), method("y")], [method("y"), method("z")]))
    assert list(order(verdict)) == [("error", "wire"), ("error", "code"), ("info", "wire")]
