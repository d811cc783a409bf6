"""Samples: what is remembered of a model is what is made of it anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from apivolve.load import load_services
from apivolve.model import Api
from apivolve.sample import NoSample, sample

TO: dict[str, dict[str, str]] = {name: {"$ref": f"#/components/schemas/{name}"} for name in "ABCDE"}
SCHEMAS: dict[str, Any] = {
    # A leads back to itself through B, which others begin with; D is deeper than optional members go
    "A": {"properties": {"b": TO["B"], "text": {"type": "string"}}},
    "B": {"required": ["kind"], "properties": {"kind": {"const": "b"}, "a": TO["A"], "c": TO["C"]}},
    "C": {"properties": {"a": TO["A"], "d": {"type": "array", "items": TO["D"], "minItems": 1}}},
    "D": {"properties": {"e": TO["E"], "c": TO["C"], "deep": {"properties": {"d": TO["D"], "e": TO["E"]}}}},
    "E": {"oneOf": [TO["B"], {"type": "object", "required": ["d"], "properties": {"d": TO["D"]}}]},
}


@pytest.fixture
def api(tmp_path: Path) -> Api:
    content = {"application/json": {"schema": {"type": "array", "prefixItems": list(TO.values())}}}
    operation = {"operationId": "all", "responses": {"200": {"description": "All.", "content": content}}}
    schemas = {
        name: {"type": "object", **schema} if name != "E" else schema for name, schema in SCHEMAS.items()
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Samples", "version": "1"},
        "paths": {"/all": {"get": operation}},
        "components": {"schemas": schemas},
    }
    (tmp_path / "spec.json").write_text(json.dumps(document))
    (service,) = load_services(tmp_path / "spec.json", root=tmp_path)
    return service.versions[0]


def made(api: Api, key: str, full: bool) -> str:
    try:
        return json.dumps(sample(api, api.by_key[key], full=full))
    except NoSample as reason:
        return str(reason)


def test_what_is_remembered_is_what_is_made_anew(api: Api) -> None:
    wanted = [(key, full) for full in (True, False) for key in sorted(api.by_key)]
    alone: list[str] = []
    for key, full in wanted:
        api.samples.clear()
        alone.append(made(api, key, full))
    api.samples.clear()

    assert [made(api, key, full) for key, full in wanted] == alone
    assert [made(api, key, full) for key, full in reversed(wanted)] == alone[::-1]
    assert api.samples
