"""Every place of a description that can be edited has a rule, or is left out for a written reason.

`FIELDS` is the object model of OpenAPI 3.1: all fields of all objects. Each has an edit of tests/cases/completeness/base.yaml, and the
rule that must see it both ways; or a reason for which nothing is said, and then nothing may be.
"""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from apivolve.diff import compare
from apivolve.load.timeline import load_source
from apivolve.model import Api
from apivolve.source import Source
from conftest import CASES

BASE = yaml.safe_load((CASES / "completeness" / "base.yaml").read_text(encoding="utf-8"))
GONE = object()


class Edit(NamedTuple):
    """A place (a JSON pointer with blanks for slashes), its new value, and the rule that sees it; none: the reason."""

    place: str
    value: Any
    rule: str = ""
    reason: str = ""


PUT = "paths /things/{id} put"
TAGS = f"{PUT} parameters 1"
BODY = f"{PUT} requestBody"
OK = f"{PUT} responses 200"
THING = "components schemas Thing"
NAME = f"{THING} properties name"
SCHEMES = "components securitySchemes"
FLOW = f"{SCHEMES} oauth flows authorizationCode"
SHOWN = "it shows values, and binds nobody"
READING = "it says where to read more"
PEOPLE = "it is about the people behind the API, not about its use"
KEPT = "it is a place for things that are told where they are used"
ADDRESS = "it names a schema; what stands there is compared where it is used"

FIELDS: dict[str, dict[str, Edit]] = {
    "OpenAPI Object": {
        "openapi": Edit("openapi", "3.1.1", reason="the same document in another dialect is the same API"),
        "jsonSchemaDialect": Edit("jsonSchemaDialect", GONE, reason="it is the default, or the document is read as if it were"),
        "info": Edit("info title", "Store", "api-documentation-changed"),
        "servers": Edit("servers", [], "server-removed"),
        "paths": Edit("paths /new", {"get": {"responses": {"204": {"description": "x"}}}}, "operation-added"),
        "webhooks": Edit("webhooks changed", GONE, "operation-removed"),
        "components": Edit("components schemas Unused", {"type": "string"}, "model-added"),
        "security": Edit("security", [{"web": []}], "security-alternative-removed"),
        "tags": Edit("tags", [], "tag-documentation-changed"),
        "externalDocs": Edit("externalDocs", GONE, reason=READING),
    },
    "Info Object": {
        "title": Edit("info title", "Store", "api-documentation-changed"),
        "summary": Edit("info summary", "new", reason="its description says more, and is compared"),
        "description": Edit("info description", "new", "api-documentation-changed"),
        "termsOfService": Edit("info termsOfService", GONE, reason=PEOPLE),
        "contact": Edit("info contact", GONE, reason=PEOPLE),
        "license": Edit("info license", GONE, reason=PEOPLE),
        "version": Edit("info version", "2", reason="it is what the comparison is between"),
    },
    "Server Object": {
        "url": Edit("servers 0 url", "https://{region}.shop.example/v2", "server-removed"),
        "description": Edit("servers 0 description", "new", "server-changed"),
        "variables": Edit("servers 0 variables region enum", ["eu"], "server-changed"),
    },
    "Server Variable Object": {
        "enum": Edit("servers 0 variables region enum", ["eu"], "server-changed"),
        "default": Edit("servers 0 variables region default", "us", "server-changed"),
        "description": Edit("servers 0 variables region description", "new", "server-changed"),
    },
    "Components Object": {
        name: Edit(f"components {name} Unused", {}, reason=KEPT)
        for name in ("responses", "parameters", "examples", "requestBodies", "headers", "links", "callbacks", "pathItems")
    }
    | {
        "schemas": Edit("components schemas Unused", {"type": "string"}, "model-added"),
        "securitySchemes": Edit(f"{SCHEMES} new", {"type": "http", "scheme": "basic"}, "security-scheme-added"),
    },
    "Path Item Object": {
        "$ref": Edit("paths /more", {"$ref": "#/paths/~1things~1{id}"}, "operation-added"),
        "summary": Edit("paths /things/{id} summary", "new", reason="operations have summaries of their own"),
        "description": Edit("paths /things/{id} description", "new", reason="operations have descriptions of their own"),
        "get": Edit("paths /things/{id} get", GONE, "operation-removed"),
        "put": Edit(PUT, GONE, "operation-removed"),
        "servers": Edit("paths /things/{id} servers", [{"url": "https://x.example"}], "server-added"),
        "parameters": Edit("paths /things/{id} parameters", [], "parameter-removed"),
    }
    | {
        method: Edit(f"paths /things/{{id}} {method}", {"responses": {"204": {"description": "x"}}}, "operation-added")
        for method in ("post", "delete", "options", "head", "patch", "trace")
    },
    "Operation Object": {
        "tags": Edit(f"{PUT} tags", [], "operation-tags-changed"),
        "summary": Edit(f"{PUT} summary", "new", "operation-documentation-changed"),
        "description": Edit(f"{PUT} description", "new", "operation-documentation-changed"),
        "externalDocs": Edit(f"{PUT} externalDocs", GONE, reason=READING),
        "operationId": Edit(f"{PUT} operationId", "new", "operation-id-changed"),
        "parameters": Edit(f"{PUT} parameters 1", GONE, "parameter-removed"),
        "requestBody": Edit(BODY, GONE, "request-body-removed"),
        "responses": Edit(f"{PUT} responses 404", {"description": "none"}, "response-added"),
        "callbacks": Edit(f"{PUT} callbacks", GONE, "operation-removed"),
        "deprecated": Edit(f"{PUT} deprecated", True, "operation-deprecated"),
        "security": Edit(f"{PUT} security", [], "security-alternative-added"),
        "servers": Edit(f"{PUT} servers", [{"url": "https://x.example"}], "server-removed"),
        "x-sunset": Edit(f"{PUT} x-sunset", "2029-01-01", "operation-lifecycle-changed"),
    },
    "Parameter Object": {
        "name": Edit(f"{TAGS} name", "labels", "parameter-removed"),
        "in": Edit(f"{TAGS} in", "cookie", "parameter-removed"),
        "description": Edit(f"{TAGS} description", "new", "operation-documentation-changed"),
        "required": Edit(f"{TAGS} required", True, "parameter-became-required"),
        "deprecated": Edit(f"{TAGS} deprecated", True, "parameter-deprecation-changed"),
        "allowEmptyValue": Edit(f"{TAGS} allowEmptyValue", True, "parameter-encoding-changed"),
        "style": Edit(f"{TAGS} style", "pipeDelimited", "parameter-encoding-changed"),
        "explode": Edit(f"{TAGS} explode", False, "parameter-encoding-changed"),
        "allowReserved": Edit(f"{TAGS} allowReserved", True, "parameter-encoding-changed"),
        "schema": Edit(f"{TAGS} schema items type", "integer", "type-changed"),
        "example": Edit(f"{TAGS} example", GONE, reason=SHOWN),
        "examples": Edit(f"{TAGS} examples", GONE, reason=SHOWN),
        "content": Edit(
            f"{PUT} parameters 2 content", {"text/plain": {"schema": {"type": "string"}}}, "parameter-encoding-changed"
        ),
    },
    "Request Body Object": {
        "description": Edit(f"{BODY} description", "new", "operation-documentation-changed"),
        "content": Edit(f"{BODY} content application/json", GONE, "media-type-removed"),
        "required": Edit(f"{BODY} required", False, "request-body-became-optional"),
    },
    "Media Type Object": {
        "schema": Edit(f"{BODY} content application/json schema", {"type": "string"}, "type-changed"),
        "example": Edit(f"{BODY} content application/json example", GONE, reason=SHOWN),
        "examples": Edit(f"{BODY} content application/json examples", GONE, reason=SHOWN),
        "encoding": Edit(f"{BODY} content multipart/form-data encoding", GONE, "encoding-changed"),
    },
    "Encoding Object": {
        name: Edit(f"{BODY} content multipart/form-data encoding part {name}", value, "encoding-changed")
        for name, value in {
            "contentType": "text/csv",
            "headers": {"X-Other": {"schema": {"type": "string"}}},
            "style": "pipeDelimited",
            "explode": True,
            "allowReserved": True,
        }.items()
    },
    "Responses Object": {
        "default": Edit(f"{PUT} responses default", GONE, "response-removed"),
        "{status}": Edit(f"{PUT} responses 201", {"description": "made"}, "response-added"),
    },
    "Response Object": {
        "description": Edit(f"{OK} description", "new", "operation-documentation-changed"),
        "headers": Edit(f"{OK} headers", GONE, "header-removed"),
        "content": Edit(f"{OK} content", GONE, "media-type-removed"),
        "links": Edit(f"{OK} links", GONE, "response-links-changed"),
    },
    "Header Object": {
        "description": Edit(f"{OK} headers ETag description", "new", "operation-documentation-changed"),
        "required": Edit(f"{OK} headers ETag required", False, "header-became-optional"),
        "deprecated": Edit(f"{OK} headers ETag deprecated", True, "header-deprecation-changed"),
        "style": Edit(f"{OK} headers ETag style", "simple", reason="a header has one style only"),
        "explode": Edit(f"{OK} headers ETag explode", True, "header-encoding-changed"),
        "schema": Edit(f"{OK} headers ETag schema type", "integer", "type-changed"),
        "example": Edit(f"{OK} headers ETag example", GONE, reason=SHOWN),
        "examples": Edit(f"{OK} headers ETag examples", {"one": {"value": "a"}}, reason=SHOWN),
        "content": Edit(
            f"{OK} headers ETag",
            {"description": "The tag", "required": True, "content": {"application/json": {"schema": {"type": "string"}}}},
            "header-encoding-changed",
        ),
    },
    "Link Object": {
        "operationId": Edit(f"{OK} links again operationId", "replace", "response-links-changed"),
        "operationRef": Edit(f"{OK} links again", {"operationRef": "#/paths/x"}, "response-links-changed"),
        "parameters": Edit(f"{OK} links again parameters", GONE, "response-links-changed"),
        "requestBody": Edit(f"{OK} links again requestBody", 2, "response-links-changed"),
        "description": Edit(f"{OK} links again description", "new", "response-links-changed"),
        "server": Edit(f"{OK} links again server", GONE, reason="what a link leads to says where it is"),
    },
    "Callback Object": {
        "{expression}": Edit(
            f"{PUT} callbacks done {{$request.body#/url}} post requestBody required", False, "request-body-became-optional"
        ),
    },
    "Example Object": {
        name: Edit(f"{TAGS} examples one {name}", "new", reason=SHOWN)
        for name in ("summary", "description", "value", "externalValue")
    },
    "Tag Object": {
        "name": Edit("tags 0 name", "new", "tag-documentation-changed"),
        "description": Edit("tags 0 description", "new", "tag-documentation-changed"),
        "externalDocs": Edit("tags 0 externalDocs", GONE, reason=READING),
    },
    "Reference Object": {
        "$ref": Edit(f"{BODY} content application/json schema $ref", "#/components/schemas/Circle", "field-removed"),
        "summary": Edit(f"{PUT} responses 409 summary", "new", reason="only what is referred to is read"),
        "description": Edit(
            f"{PUT} responses 409 description", "new", reason="only what is referred to is read"
        ),
    },
    "Discriminator Object": {
        "propertyName": Edit("components schemas Shape discriminator propertyName", "type", "union-discriminator-changed"),
        "mapping": Edit("components schemas Shape discriminator mapping round", "#/components/schemas/Circle", "union-tags-changed"),
    },
    "XML Object": {
        name: Edit(f"{NAME} xml {name}", value, "xml-changed")
        for name, value in {"name": "n", "namespace": "https://x.example", "prefix": "p", "attribute": True, "wrapped": True}.items()
    },
    "Security Scheme Object": {
        "type": Edit(f"{SCHEMES} key", {"type": "http", "scheme": "basic"}, "security-scheme-changed"),
        "description": Edit(f"{SCHEMES} key description", "new", "security-scheme-changed"),
        "name": Edit(f"{SCHEMES} key name", "x-key", "security-scheme-changed"),
        "in": Edit(f"{SCHEMES} key in", "query", "security-scheme-changed"),
        "scheme": Edit(f"{SCHEMES} web scheme", "digest", "security-scheme-changed"),
        "bearerFormat": Edit(f"{SCHEMES} web bearerFormat", "opaque", reason="it is a hint on a token that callers do not read"),
        "flows": Edit(f"{SCHEMES} oauth flows", {"clientCredentials": {"tokenUrl": "https://x", "scopes": {}}}, "security-scheme-changed"),
        "openIdConnectUrl": Edit(f"{SCHEMES} oidc openIdConnectUrl", "https://x.example", "security-scheme-changed"),
        "deprecated": Edit(f"{SCHEMES} key deprecated", True, "security-scheme-changed"),
    },
    "OAuth Flow Object": {
        "authorizationUrl": Edit(f"{FLOW} authorizationUrl", "https://x.example", "security-scheme-changed"),
        "tokenUrl": Edit(f"{FLOW} tokenUrl", "https://x.example", "security-scheme-changed"),
        "refreshUrl": Edit(f"{FLOW} refreshUrl", "https://x.example", reason="the answer of the token URL says how to refresh"),
        "scopes": Edit(f"{FLOW} scopes", {"write": "Writes"}, "security-scheme-changed"),
    },
    "Security Requirement Object": {
        "{name}": Edit(f"{PUT} security", [{"web": []}], "security-alternative-removed"),
    },
    "Schema Object": {
        "type": Edit(f"{NAME} type", "integer", "type-changed"),
        "enum": Edit(f"{THING} properties color enum", ["red"], "enum-value-removed"),
        "const": Edit(f"{THING} properties kind const", "other", "enum-value-removed"),
        "format": Edit(f"{THING} properties day format", "uuid", "format-changed"),
        "minLength": Edit(f"{NAME} minLength", 2, "limits-tightened"),
        "maxLength": Edit(f"{NAME} maxLength", 8, "limits-tightened"),
        "pattern": Edit(f"{NAME} pattern", "^[a-c]+$", "limits-tightened"),
        "minimum": Edit(f"{THING} properties count minimum", 2, "limits-tightened"),
        "maximum": Edit(f"{THING} properties count maximum", 8, "limits-tightened"),
        "exclusiveMinimum": Edit(f"{THING} properties share exclusiveMinimum", 0.5, "limits-tightened"),
        "exclusiveMaximum": Edit(f"{THING} properties share exclusiveMaximum", 0.5, "limits-tightened"),
        "multipleOf": Edit(f"{THING} properties count multipleOf", 2, "limits-tightened"),
        "items": Edit(f"{THING} properties list items type", "integer", "type-changed"),
        "prefixItems": Edit("components schemas Tuple prefixItems 0 type", "integer", "limits-changed"),
        "minItems": Edit(f"{THING} properties list minItems", 2, "limits-tightened"),
        "maxItems": Edit(f"{THING} properties list maxItems", 4, "limits-tightened"),
        "uniqueItems": Edit(f"{THING} properties list uniqueItems", False, "limits-loosened"),
        "contains": Edit("components schemas Numbers contains minimum", 6, "conditions-changed"),
        "minContains": Edit("components schemas Numbers minContains", 2, "conditions-changed"),
        "maxContains": Edit("components schemas Numbers maxContains", 2, "conditions-changed"),
        "properties": Edit(f"{THING} properties new", {"type": "string"}, "field-added"),
        "required": Edit(f"{THING} required", ["name", "day"], "field-became-required"),
        "additionalProperties": Edit(f"{THING} additionalProperties", False, "extra-members-refused"),
        "patternProperties": Edit(f"{THING} patternProperties ^p-", {"type": "integer"}, "conditions-changed"),
        "propertyNames": Edit(f"{THING} propertyNames pattern", "^[a-zA-Z]+$", "conditions-changed"),
        "minProperties": Edit(f"{THING} minProperties", 2, "object-size-changed"),
        "maxProperties": Edit(f"{THING} maxProperties", 80, "object-size-changed"),
        "dependentRequired": Edit(f"{THING} dependentRequired", {"a": ["b", "c"]}, "conditions-changed"),
        "dependentSchemas": Edit(f"{THING} dependentSchemas", {"a": {"required": ["d"]}}, "conditions-changed"),
        "unevaluatedProperties": Edit("components schemas Circle unevaluatedProperties", False, "extra-members-refused"),
        "unevaluatedItems": Edit("components schemas Tuple unevaluatedItems", False, reason="beside items nothing is unevaluated"),
        "allOf": Edit(f"{THING} properties all allOf 1", GONE, "field-removed"),
        "anyOf": Edit(f"{THING} properties any anyOf 1", {"type": "boolean"}, "union-variant-added"),
        "oneOf": Edit("components schemas Shape oneOf 1", GONE, "union-variant-removed"),
        "not": Edit(f"{THING} not", {"required": ["ever"]}, "conditions-changed"),
        "if": Edit(f"{THING} if", {"required": ["z"]}, "conditions-changed"),
        "then": Edit(f"{THING} then", {"required": ["z"]}, "conditions-changed"),
        "else": Edit(f"{THING} else", {"required": ["z"]}, "conditions-changed"),
        "$ref": Edit(f"{THING} properties one $ref", "#/components/schemas/Circle", "type-changed"),
        "$defs": Edit(f"{THING} $defs", {"x": {"type": "string"}}, reason=KEPT),
        "$id": Edit(f"{THING} $id", "https://shop.example/thing", reason=ADDRESS),
        "$anchor": Edit(f"{THING} $anchor", "thing", reason=ADDRESS),
        "$comment": Edit(f"{THING} $comment", "new", reason="it is for those who keep the document"),
        "title": Edit(f"{THING} title", "new", reason="a schema is known by its name"),
        "description": Edit(f"{THING} description", "new", "model-documentation-changed"),
        "default": Edit(f"{NAME} default", "b", "field-default-changed"),
        "deprecated": Edit(f"{NAME} deprecated", True, "field-deprecation-changed"),
        "readOnly": Edit(f"{NAME} readOnly", True, "field-became-read-only"),
        "writeOnly": Edit(f"{NAME} writeOnly", True, "field-became-write-only"),
        "example": Edit(f"{NAME} example", "b", reason=SHOWN),
        "examples": Edit(f"{NAME} examples", ["b"], reason=SHOWN),
        "contentEncoding": Edit(f"{THING} properties raw contentEncoding", "base32", "format-changed"),
        "contentMediaType": Edit(f"{THING} properties raw contentMediaType", "image/gif", "format-changed"),
        "contentSchema": Edit(
            f"{THING} properties json contentSchema", {"type": "integer"}, reason="what is inside a string is not validated"
        ),
        "discriminator": Edit("components schemas Shape discriminator", GONE, "union-discriminator-changed"),
        "xml": Edit(f"{THING} xml name", "new", "xml-changed"),
        "externalDocs": Edit(f"{THING} externalDocs", GONE, reason=READING),
    },
}  # fmt: skip
ALL = [
    pytest.param(edit, id=f"{owner} {name}")
    for owner, fields in FIELDS.items()
    for name, edit in fields.items()
]


def edited(edit: Edit) -> Any:
    document = deepcopy(BASE)
    *path, last = edit.place.split(" ")
    owner = document
    for token in path:
        owner = owner[int(token)] if isinstance(owner, list) else owner.setdefault(token, {})
    key: Any = int(last) if isinstance(owner, list) else last
    if edit.value is GONE:
        del owner[key]
    else:
        owner[key] = edit.value
    return document


def load(document: Any) -> Api:
    return load_source(
        Source("api.yaml", json.dumps(document), "yaml", document), Path("api.yaml"), service="shop"
    )


@pytest.mark.parametrize("edit", ALL)
def test_an_edit_is_told_or_left_out_for_a_reason(edit: Edit) -> None:
    before, after = load(deepcopy(BASE)), load(edited(edit))
    there, back = (
        {one.rule for one in compare(*pair).findings} for pair in ((before, after), (after, before))
    )
    if edit.rule:
        assert edit.rule in there
        assert back
    else:
        assert edit.reason
        assert there | back == set()


def test_the_base_says_nothing_of_itself() -> None:
    assert compare(load(deepcopy(BASE)), load(deepcopy(BASE))).findings == ()
