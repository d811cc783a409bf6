"""Schemas whose structure is hostile: they lead back to themselves, share each other over and over, go on without end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Schemas = dict[str, Any]


def to(name: str) -> Schemas:
    return {"$ref": f"#/components/schemas/{name}"}


def document(schemas: Schemas, first: str) -> str:
    content = {"application/json": {"schema": to(first)}}
    operation = {
        "operationId": "call",
        "requestBody": {"content": content},
        "responses": {"200": {"description": "ok", "content": content}},
    }
    info = {"title": "T", "version": "1"}
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": info,
            "paths": {"/a": {"post": operation}},
            "components": {"schemas": schemas},
        }
    )


CYCLES: dict[str, Schemas] = {
    "itself": {"A": to("A")},
    "each-other": {"A": to("B"), "B": to("A")},
    "all-of-itself": {"A": {"allOf": [to("A"), {"properties": {"x": {"type": "string"}}}]}},
    "all-of-of-three": {"A": {"allOf": [to("B")]}, "B": {"allOf": [to("C")]}, "C": {"allOf": [to("A")]}},
    "one-of-itself": {"A": {"oneOf": [to("A"), {"type": "string"}]}},
    "one-of-any-of": {
        "A": {"oneOf": [to("B"), {"type": "string"}]},
        "B": {"anyOf": [to("A"), {"type": "integer"}]},
    },
    "items": {"A": {"type": "array", "items": to("A")}},
    "map": {"A": {"type": "object", "additionalProperties": to("A")}},
    "required-member": {"A": {"type": "object", "required": ["a"], "properties": {"a": to("A")}}},
    "not": {"A": {"not": to("A")}},
    "if": {"A": {"if": to("A"), "then": to("A"), "else": to("A")}},
    "property-names": {"A": {"type": "object", "propertyNames": to("A")}},
    "discriminator": {
        "A": {"oneOf": [to("B"), to("C")], "discriminator": {"propertyName": "k"}},
        "B": {"allOf": [to("A")]},
        "C": {"allOf": [to("A")]},
    },
}
LEAF: Schemas = {"type": "object", "properties": {"q": {"type": "string"}}}
LINKS: dict[str, Any] = {
    "ref": lambda after, _: to(after),
    "all-of": lambda after, number: {"allOf": [to(after), {"properties": {f"p{number}": {"type": "string"}}}]},
    "all-of-alone": lambda after, _: {"allOf": [to(after)]},
    "member": lambda after, _: {"type": "object", "properties": {"x": to(after)}},
    "required-member": lambda after, _: {"type": "object", "required": ["x"], "properties": {"x": to(after)}},
    "array": lambda after, _: {"type": "array", "items": to(after)},
    "one-of": lambda after, _: {"oneOf": [to(after), {"type": "string"}]},
    "two-members": lambda after, _: {"type": "object", "properties": {"l": to(after), "r": to(after)}},
    "two-required": lambda after, _: {
        "type": "object", "required": ["l", "r"], "properties": {"l": to(after), "r": to(after)},
    },
    "all-of-twice": lambda after, _: {"allOf": [to(after), to(after)]},
    "one-of-twice": lambda after, _: {"oneOf": [to(after), {"type": "object", "properties": {"x": to(after)}}]},
    "tuple": lambda after, _: {"type": "array", "prefixItems": [to(after), to(after)]},
}  # fmt: skip
LENGTHS = (20, 200, 1000)
NESTED = {
    "items": ('{"type":"array","items":', "}"),
    "member": ('{"type":"object","properties":{"x":', "}}"),
    "all-of": ('{"allOf":[', "]}"),
    "one-of": ('{"oneOf":[', ',{"type":"string"}]}'),
    "example": ('{"example":[', "]}"),
}


_SLOW, _LONG = "^(a+)+$", "a" * 40 + "!"
"""A pattern and a text that keep a backtracking engine busy for hours."""
PATTERNS: dict[str, Schemas] = {
    "names": {"patternProperties": {_SLOW: {"type": "string"}}, "example": {_LONG: "x"}},
    "other-names": {
        "patternProperties": {_SLOW: {"type": "string"}},
        "additionalProperties": False,
        "example": {_LONG: "x"},
    },
    "unevaluated-names": {
        "allOf": [{"patternProperties": {_SLOW: {"type": "string"}}}],
        "unevaluatedProperties": False,
        "example": {_LONG: "x"},
    },
    "names-that-may-not-be": {
        "properties": {"a": {"type": "string"}},
        "not": {"patternProperties": {_SLOW: {"type": "integer"}}},
        "example": {_LONG: "x"},
    },
    "names-of-no-pattern": {
        "patternProperties": {"[": {"type": "string"}},
        "additionalProperties": False,
        "example": {"a": "x"},
    },
    "text-that-may-not-be": {
        "properties": {"a": {"type": "string"}},
        "not": {"properties": {"a": {"pattern": _SLOW}}},
        "example": {"a": _LONG},
    },
}


def cases() -> Iterator[tuple[str, str]]:
    """Name and text of each document."""
    for name, schemas in CYCLES.items():
        yield f"cycle-{name}", document(schemas, "A")
    for name, link in LINKS.items():
        for length in LENGTHS:
            schemas = {f"A{number}": link(f"A{number + 1}", number) for number in range(length)}
            yield f"chain-{name}-{length}", document({**schemas, f"A{length}": LEAF}, "A0")
    for name, schema in PATTERNS.items():
        yield f"pattern-{name}", document({"A": {"type": "object", **schema}}, "A")
    for name, (opening, closing) in NESTED.items():
        for depth in (50, 2000, 100_000):
            inner = document({"A": "HERE"}, "A").replace('"HERE"', opening * depth + "{}" + closing * depth)
            yield f"nested-{name}-{depth}", inner
