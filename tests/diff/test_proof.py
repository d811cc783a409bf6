"""The independent check of requests and responses: what a document as it is written allows, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from apivolve.diff.calls import part_of, written
from apivolve.diff.proof import Address, Credential, Request, Response, Target, attest, best, covers
from apivolve.diff.proof.requests import (
    address_refusals,
    declared,
    find,
    part_of as raw_part_of,
    read,
    request_refusals,
    response_refusals,
)
from apivolve.load.timeline import load_source
from apivolve.model import Api
from apivolve.raw import Description, description_of
from apivolve.source import Source

SHOP = """
openapi: 3.0.3
info: {title: Shop, version: '1'}
servers:
- {url: 'https://{region}.shop.example/api', variables: {region: {default: eu, enum: [eu, us]}}}
paths:
  /things/{id}:
    parameters:
    - {name: id, in: path, required: true, schema: {type: integer}}
    put:
      security: [{key: []}, {oauth: [read]}, {cookie: [], key: []}]
      parameters:
      - {name: limit, in: query, required: true, schema: {type: integer, maximum: 9}}
      - {name: tags, in: query, schema: {type: array, items: {type: string}}}
      - {name: X-Trace, in: header, schema: {type: string, minLength: 3}}
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Thing'}}
          text/*: {}
      responses:
        '200':
          description: done
          headers: {ETag: {required: true, schema: {type: string}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
        4XX: {description: wrong}
        default: {description: failed}
  /things/new:
    get: {responses: {'204': {description: nothing}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: api-key}
    cookie: {type: apiKey, in: cookie, name: sid}
    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://id.example', scopes: {read: ''}}}}
  schemas:
    Thing:
      type: object
      required: [name, made]
      properties: {name: {type: string, nullable: true}, made: {type: string, readOnly: true}, pass: {type: string, writeOnly: true}}
"""


def load(text: str) -> Api:
    source = Source("shop.yaml", text, "yaml", yaml.safe_load(text))
    return load_source(source, Path("shop.yaml"), service="shop")


DESCRIPTION = description_of(load(SHOP))
KEY = Credential("apiKey", "key", "header", "api-key")
TOKEN = Credential("oauth2", "oauth", issuers=("https://id.example",), scopes=("read", "write"))
PLACE = Target(("PUT", "/things/1"), ("PUT", "/things/1"))
GOOD = Request(
    "request", "", "before", PLACE, (("limit", "3"),), (), (KEY,), "application/json", {"name": None}
)
REQUESTS: dict[str, tuple[dict[str, Any], str | None]] = {
    "as described": ({}, None),
    "another method": ({"target": Target(("POST", "/things/1"), ("POST", "/things/1"))}, "operation"),
    "another path": ({"target": Target(("PUT", "/things/1/2"), ("PUT", "/things/1/2"))}, "operation"),
    "a path of another type": ({"target": Target(("PUT", "/things/a"), ("PUT", "/things/a"))}, "path id"),
    "no limit": ({"query": ()}, "query limit"),
    "a limit beyond": ({"query": (("limit", "10"),)}, "query limit"),
    "a limit that is no number": ({"query": (("limit", "ten"),)}, "query limit"),
    "several tags": ({"query": (("limit", "1"), ("tags", "a"), ("tags", "b"))}, None),
    "what nobody declared": ({"query": (("limit", "1"), ("other", "b"))}, None),
    "a short header": ({"headers": (("x-trace", "ab"),)}, "header x-trace"),
    "no credentials": ({"credentials": ()}, "credentials"),
    "a token with more scopes": ({"credentials": (TOKEN,)}, None),
    "a token with other scopes": ({"credentials": (replace(TOKEN, scopes=("write",)),)}, "credentials"),
    "a token of another issuer": ({"credentials": (replace(TOKEN, issuers=("https://x",)),)}, "credentials"),
    "a key elsewhere": ({"credentials": (replace(KEY, place="query"),)}, "credentials"),
    "half of two": ({"credentials": (Credential("apiKey", "cookie", "cookie", "sid"),)}, "credentials"),
    "no body": ({"content_type": None, "body": Request("", "", "before", PLACE).body}, "body"),
    "a body without a name": ({"body": {}}, "body"),
    "a body with a charset": ({"content_type": "application/json; charset=utf-8"}, None),
    "another body of a range": ({"content_type": "text/csv", "body": "a"}, None),
    "another body": ({"content_type": "image/png", "body": "a"}, "content-type"),
    "another answer wanted": ({"headers": (("Accept", "image/png"),)}, "accept"),
    "any answer wanted": ({"headers": (("Accept", "*/*"),)}, None),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_requests(name: str) -> None:
    changes, part = REQUESTS[name]
    request = replace(GOOD, **changes)
    found = find(DESCRIPTION, request.target, "before", ())
    assert [one.part for one in request_refusals(DESCRIPTION, request, found)] == ([part] if part else [])


ANSWER = Response(
    "status", "", "before", PLACE, "200", (("etag", "a"),), "application/json", {"name": "a", "made": "now"}
)
RESPONSES: dict[str, tuple[dict[str, Any], str | None]] = {
    "as described": ({}, None),
    "another success": ({"status": "201"}, "status"),
    "an error of a range": ({"status": "404", "headers": (), "content_type": None}, None),
    "an error by default": ({"status": "500", "headers": (), "content_type": None}, None),
    "no header": ({"headers": ()}, "header etag"),
    "another body": ({"content_type": "text/plain"}, "content-type"),
    "no body": ({"content_type": None}, "content-type"),
    "a member missing": ({"body": {"name": "a"}}, "body"),
}


@pytest.mark.parametrize("name", RESPONSES)
def test_responses(name: str) -> None:
    changes, part = RESPONSES[name]
    found = find(DESCRIPTION, PLACE, "before", ())
    refusals = response_refusals(DESCRIPTION, replace(ANSWER, **changes), found)
    assert [one.part for one in refusals] == ([part] if part else [])


def test_a_concrete_path_comes_before_a_template() -> None:
    [found] = DESCRIPTION.operations("GET", "/things/new")
    assert found.words == "/things/new"
    assert DESCRIPTION.operations("PUT", "/things/new")[0].captured == (("id", "new"),)


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("https://us.shop.example/api", True),
        ("https://asia.shop.example/api", False),
        ("https://us.shop.example", False),
    ],
)
def test_addresses(url: str, known: bool) -> None:
    assert (address_refusals(DESCRIPTION, url) == []) is known


def test_a_witness_is_verified_only_for_the_part_that_it_is_about() -> None:
    before, after = load(SHOP), load(SHOP.replace("maximum: 9", "maximum: 2"))
    about_limit = attest(replace(GOOD, about="query limit"), before, after)
    assert about_limit.verified
    assert "greater than the maximum" in about_limit.reason
    assert not attest(replace(GOOD, about="body"), before, after).verified
    assert not attest(replace(GOOD, about="query limit", query=()), before, after).verified
    assert not attest(replace(GOOD, about="query limit"), before, before).verified
    gone = attest(
        Address("https://us.shop.example/api", "before"), before, load(SHOP.replace("eu, us", "eu"))
    )
    assert gone.verified


@pytest.mark.parametrize(
    ("offered", "given", "fits"),
    [
        ("application/json", "application/json; charset=utf-8", True),
        ("application/json;v=1", "application/json", False),
        ("application/json", "application/json;v=1", True),
        ("*/*", "image/png", True),
        ("image/*", "image/png", True),
        ("image/png", "image/*", False),
        ("application/json", "text/json", False),
    ],
)
def test_media_types(offered: str, given: str, fits: bool) -> None:
    assert covers(offered, given) is fits


def test_the_most_specific_media_type_is_the_best() -> None:
    offered = ["*/*", "application/*", "application/json", "application/json;v=1"]
    assert best(offered, "application/json;v=1") == "application/json;v=1"
    assert best(offered, "application/json") == "application/json"
    assert best(offered, "application/xml") == "application/*"
    assert best(["text/plain"], "application/xml") is None


STYLES = {
    "query": ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
    "path": ["simple", "label", "matrix"],
    "header": ["simple"],
    "cookie": ["form"],
}
VALUES: dict[str, Any] = {
    "array": (["a", "b"], {"type": "array", "items": {"type": "string"}}),
    "object": (
        {"k": "a", "l": "b"},
        {"type": "object", "properties": {"k": {"type": "string"}, "l": {"type": "string"}}},
    ),
    "integer": (7, {"type": "integer"}),
    "boolean": (True, {"type": "boolean"}),
    "string": ("abc", {"type": "string"}),
}


@settings(max_examples=120)
@given(st.data())
def test_what_is_written_is_read_as_it_was(data: st.DataObject) -> None:
    """The writer knows the model and the reader the raw document; they were made apart, and must agree."""
    place = data.draw(st.sampled_from(sorted(STYLES)))
    style = data.draw(st.sampled_from(STYLES[place]))
    kind = data.draw(st.sampled_from(sorted(VALUES)))
    explode = data.draw(st.booleans())
    if (style == "deepObject") != (kind == "object" and style == "deepObject"):
        return
    if style in ("spaceDelimited", "pipeDelimited") and (kind != "array" or explode):
        return
    if (style == "deepObject" and not explode) or (
        place == "cookie" and explode and kind in ("array", "object")
    ):
        return  # undefined (OpenAPI 3.x, Style Values)
    value, schema = VALUES[kind]
    made = {
        "openapi": "3.0.3",
        "info": {"title": "Shop", "version": "1"},
        "paths": {
            "/x/{p}" if place == "path" else "/x": {
                "get": {
                    "parameters": [
                        {
                            "name": "p",
                            "in": place,
                            "required": True,
                            "style": style,
                            "explode": explode,
                            "schema": schema,
                        }
                    ],
                    "responses": {"200": {"description": "x"}},
                }
            }
        },
    }
    api = load_source(Source("x.json", "", "json", made), Path("x.json"), service="shop")
    [parameter] = api.operations[0].parameters
    pairs = tuple(written(parameter, value))
    path = f"/x/{pairs[0][1]}" if place == "path" else "/x"
    cookie = (("Cookie", "; ".join(f"{name}={text}" for name, text in pairs)),)
    headers = {"header": pairs, "cookie": cookie}.get(place, ())
    target = Target(("GET", path), ("GET", path))
    request = Request("", "", "before", target, pairs if place == "query" else (), headers)
    description: Description = description_of(api)
    [found] = find(description, target, "before", ())
    [raw] = declared(description, found)
    assert raw_part_of(description, raw) == part_of(parameter)
    assert value in (read(description, request, found, raw) or [])
