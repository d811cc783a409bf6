"""Versions made by hand, and findings as lines of text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from apivolve.finding import Finding, Verdict
from apivolve.model import (
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
from apivolve.source import Location, Source

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
