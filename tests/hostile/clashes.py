"""Names that clash, by class, and a specification with all of a class at one place."""

from __future__ import annotations

import builtins
import keyword
import re
import typing
from collections.abc import Callable, Mapping
from typing import Any

Spec = dict[str, Any]


def _spellings(*words: str) -> list[str]:
    """Names that fold to one: by case, by marks between the words, by marks around them."""
    made: list[str] = []
    for word in words:
        parts = word.split()
        for mark in ("_", "-", " ", ".", "", "__", "/", ":"):
            made += [mark.join(parts), mark.join(part.title() for part in parts), mark.join(parts).upper()]
        made += [f"_{parts[0]}", f"{parts[0]}_", parts[0] + "".join(part.title() for part in parts[1:])]
    return made


CLASSES: Mapping[str, list[str]] = {
    "keywords": [*keyword.kwlist],
    "soft-keywords": [case(word) for word in ("match", "case", "type", "_", "print", "exec", "async", "await") for case in (str, str.upper, str.title, "{}_".format, "_{}".format)],
    "builtins": [name for name in dir(builtins) if name.islower() and not name.startswith("_")],
    "dunders": [*dir(object), *dir(type), "__init__", "__all__", "__slots__", "__main__", "__struct_fields__", "__private", "_x", "__"],
    "self-and-kin": [
        "self", "cls", "Self", "SELF", "options", "body", "Body", "timeout", "max_retries", "extra_headers", "extra_query", "extra_body", "extra_fields",
        "call", "paging", "content_type", "params", "as_stream", "stream", "unset", "UNSET", "request", "response", "close", "aclose", "with_options", "client", "async", "credential",
        "base_url", "http_client", "hooks", "strict", "_api_version", "api_version", "version",
    ],
    "runtime-names": [
        "Model", "UnknownStr", "UnknownModel", "Unset", "UNSET", "FileInput", "File", "Client", "AsyncClient", "Call", "Path", "Query", "Header", "Cookie",
        "JsonBody", "FormBody", "MultipartBody", "RawBody", "CallOptions", "Caller", "AsyncCaller", "ApiError", "Settings", "SettingsClient", "Stream", "Pager",
        "Poller", "AsyncStream", "ApiKeyScheme", "BearerScheme", "LongRunning", "union", "unset", "connect", "supports", "latest", "API_VERSION", "ApiVersion",
    ],
    "typing-names": [*sorted(name for name in typing.__all__ if name[0].isalpha())],
    "module-names": [
        "models", "client", "resources", "latest", "tests", "surface", "index", "_index", "_runtime", "_models", "_resources", "settings", "datetime", "uuid",
        "decimal", "msgspec", "httpx2", "typing", "functools", "cached_property", "overload", "deprecated", "enum", "json", "asyncio", "pytest", "exchange",
        "shared", "other", "v2024_01_15", "hostile", "conftest", "__init__", "py.typed",
    ],
    "test-names": [
        "exchanges", "models", "credential", "data", "case", "client", "async client", "get", "get async", "getAsync", "get error", "get_error", "model round trip",
        "any", "exchange", "load", "sharing", "version", "pytest", "json", "asyncio", "name", "make", "make async", "make error", "make_async_error", "test",
        "test_get", "thing", "thing async", "thing error", "Model", "test",
    ],
    "async-twins": [f"{start}{name}" for name in ("Things", "client", "Client", "group", "x", "resource", "y", "Resource") for start in ("", "Async", "async_", "AsyncAsync")],
    "digits-first": [*map(str, range(12)), *(f"{number}x" for number in range(8)), *(f"{number}-{number}" for number in range(6)), "1", "01", "1.0", "-1", "+1", "n1", "N1", "½", "²", "①", "٣"],
    "symbols": [*"!@#$%^&*()+-=[]|;:',.<>?~`", "--", "$$", "@@", "<>", "!=", "==", "...", "$.", "#!"],
    "long": [*("x" * length for length in range(90, 112)), *("x" * 2000 + end for end in "abcdefgh"), "very_long_" * 500, "VeryLong" * 500, "w " * 300],
    "non-ascii": [*"名前日本語中文字", "ключ", "Ключ", "κλειδί", "Κλειδί", "schlüssel", "Schlussel", "clé", "cle", "emoji\U0001f600", "\U0001f600", "\U0001f468\u200d\U0001f469", "naïve", "naive", "ß", "ss", "\u0131", "i", "İ", "\u017f", "s", "Å", "\u212b", "A\u030a"],
    "confusable": ["a", "\u0430", "\uff41", "\u1d43", "A", "\u0410", "\u0391", "e", "\u0435", "o", "\u043e", "\u03bf", "0", "O", "l", "1", "I", "p", "\u0440", "c", "\u0441", "x", "\u0445", "y", "\u0443", "H", "\u041d", "\u0397", "a\u200b", "a\ufeff", "a\u00ad"],
    "folding": _spellings("foo bar", "a b"),
    "numbered": ["foo", "Foo", "FOO", *(f"foo{number}" for number in range(2, 12)), *(f"foo_{number}" for number in range(2, 12)), *(f"Foo{number}" for number in range(2, 8)), "foo_", "Foo_"],
    "singular": ["item", "items", "Item", "Items", "things", "thing", "data", "datum", "status", "statuses", "child", "children", "list", "lists", "list item", "listItem", "class", "classes", "box", "boxes", "leaf", "leaves", "person", "people", "index", "indices", "index_item", "x item", "xs", "x", "itemsItem", "item_items"],
    "nfkc": ["fi", "\ufb01", "ff", "\ufb00", "1", "\u00b9", "\uff11", "a", "\u00aa", "\uff41", "\U0001d41a", "\u24d0", "K", "\u212a", "\u2126", "\u03a9", "IV", "\u2163", "ij", "\u0133", "\u01c4", "DŽ", "tm", "\u2122", "No", "\u2116", "c/o", "\u2105", "kg", "\u338f", "km"],
    "devices": [case(name) for name in ("con", "prn", "aux", "nul", "com1", "com9", "lpt1", "lpt9") for case in (str, str.upper, str.title, "{}.txt".format)],
}  # fmt: skip


def _spec(**members: Any) -> Spec:
    return {"openapi": "3.1.0", "info": {"title": "Hostile", "version": "2024-01-15"}, "paths": {}, **members}


def _answering(schema: Any, **members: Any) -> Spec:
    content = {"application/json": {"schema": schema}}
    return {"responses": {"200": {"description": "ok", "content": content}}, **members}


THING = {"type": "object", "properties": {"id": {"type": "string"}}}


def _schemas(names: list[str]) -> Spec:
    """Each refers to the one before, so that every name is used too."""
    schemas: dict[str, Any] = {}
    for at, name in enumerate(names):
        before = names[at - 1].replace("~", "~0").replace("/", "~1").replace("%", "%25")
        link = {"before": {"$ref": f"#/components/schemas/{before}"}} if at else {}
        schemas[name] = {"type": "object", "properties": {f"own{at}": {"type": "string"}, **link}}
    last = names[-1].replace("~", "~0").replace("/", "~1").replace("%", "%25")
    call = _answering({"$ref": f"#/components/schemas/{last}"}, operationId="get")
    return _spec(components={"schemas": schemas}, paths={"/x": {"get": call}})


def _properties(names: list[str]) -> Spec:
    members = {name: {"type": "string"} for name in names}
    # what the service sets has a default that the class body makes by a function
    members |= {
        "zz set": {"type": "string", "readOnly": True},
        "zz when": {"type": "string", "format": "date-time"},
    }
    schema = {"type": "object", "properties": members, "required": ["zz set"]}
    call = _answering({"$ref": "#/components/schemas/Thing"}, operationId="get")
    return _spec(components={"schemas": {"Thing": schema}}, paths={"/x": {"get": call}})


def _inner_objects(names: list[str]) -> Spec:
    """Members that are objects and lists of objects: their classes are named after them."""
    members = {
        name: {"type": "object", "properties": {f"m{at}": {"type": "string"}}}
        if at % 2
        else {"type": "array", "items": {"type": "object", "properties": {f"m{at}": {"type": "string"}}}}
        for at, name in enumerate(names)
    }
    schema = {"type": "object", "properties": members}
    return _spec(
        components={"schemas": {"Thing": schema, "ThingItem": THING}},
        paths={"/x": {"get": _answering({"$ref": "#/components/schemas/Thing"}, operationId="get")}},
    )


def _operation_ids(names: list[str]) -> Spec:
    body = {"requestBody": {"content": {"application/json": {"schema": THING}}}}
    return _spec(
        paths={
            f"/p{at}": {"post": _answering(THING, operationId=name, **body)} for at, name in enumerate(names)
        }
    )


def _tags(names: list[str]) -> Spec:
    return _spec(
        paths={
            f"/p{at}": {"get": _answering(THING, operationId=f"get{at}", tags=[name])}
            for at, name in enumerate(names)
        }
    )


def _dotted_ids(names: list[str]) -> Spec:
    return _spec(
        paths={
            f"/p{at}": {"get": _answering(THING, operationId=f"{name}.{name}")}
            for at, name in enumerate(names)
            if name
        }
    )


def _parameters(place: str, names: list[str]) -> Spec:
    given = [{"name": name, "in": place, "schema": {"type": "string"}} for name in names]
    call = _answering(
        THING,
        operationId="get",
        parameters=given,
        requestBody={"content": {"application/json": {"schema": THING}}},
    )
    return _spec(paths={"/x": {"post": call}})


def _path_parameters(names: list[str]) -> Spec:
    names = [name for name in names if not set(name) & set("{}")]
    given = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    path = "/x" + "".join(f"/{{{name}}}" for name in names)
    return _spec(paths={path: {"get": _answering(THING, operationId="get", parameters=given)}})


def _headers(names: list[str]) -> Spec:
    """A header is no other for its case; what is no token is no header."""
    tokens = {name.lower(): name for name in names if re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name)}
    return _parameters(
        "header",
        [name for key, name in tokens.items() if key not in ("accept", "authorization", "host", "cookie")],
    )


def _enumeration(names: list[str]) -> Spec:
    schema = {"type": "object", "properties": {"kind": {"$ref": "#/components/schemas/Kind"}}}
    call = _answering({"$ref": "#/components/schemas/Thing"}, operationId="get")
    return _spec(
        components={"schemas": {"Thing": schema, "Kind": {"type": "string", "enum": names}}},
        paths={"/x": {"get": call}},
    )


def _security(names: list[str]) -> Spec:
    schemes = {
        name: {"type": "apiKey", "in": "header", "name": f"X-Key-{at}"} for at, name in enumerate(names)
    }
    return _spec(
        components={"securitySchemes": schemes},
        paths={
            f"/p{at}": {"get": _answering(THING, operationId=f"get{at}", security=[{name: []}])}
            for at, name in enumerate(names)
        },
    )


def _server(names: list[str]) -> Spec:
    names = [name for name in names if not set(name) & set("{}")]
    url = "https://example.com" + "".join(f"/{{{name}}}" for name in names)
    variables = {name: {"default": f"v{at}"} for at, name in enumerate(names)}
    return _spec(
        servers=[{"url": url, "variables": variables}],
        paths={"/x": {"get": _answering(THING, operationId="get")}},
    )


def _form(names: list[str]) -> Spec:
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    body = {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}
    return _spec(paths={"/x": {"post": _answering(THING, operationId="send", requestBody=body)}})


def _mapping(names: list[str]) -> Spec:
    names = [name for name in names if name]
    schemas: dict[str, Any] = {
        f"V{at}": {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"type": "string"}, f"own{at}": {"type": "string"}},
        }
        for at, _ in enumerate(names)
    }
    mapping = {name: f"#/components/schemas/V{at}" for at, name in enumerate(names)}
    one_of = [{"$ref": to} for to in mapping.values()]
    schemas["Any Of"] = {"oneOf": one_of, "discriminator": {"propertyName": "kind", "mapping": mapping}}
    return _spec(
        components={"schemas": schemas},
        paths={"/x": {"get": _answering({"$ref": "#/components/schemas/Any Of"}, operationId="get")}},
    )


def _hooks(kind: str, names: list[str]) -> Spec:
    called = {
        "post": {
            "requestBody": {"content": {"application/json": {"schema": THING}}},
            "responses": {"200": {"description": "ok"}},
        }
    }
    if kind == "webhooks":
        return _spec(
            webhooks=dict.fromkeys(names, called), paths={"/x": {"get": _answering(THING, operationId="get")}}
        )
    callbacks = {name: {"{$request.body#/url}": called} for name in names}
    return _spec(paths={"/x": {"post": _answering(THING, operationId="make", callbacks=callbacks)}})


def _paths(names: list[str]) -> Spec:
    """No operation has an id: methods are named after the path."""
    plain = {"/" + re.sub(r"[{}#?/\\]", "", name): name for name in names}
    calls = {
        path: {"get": _answering(THING)}
        for path in plain
        if set(path.split("/")[1:]).isdisjoint({".", "..", ""})
    }
    return _spec(paths=calls)


PLACES: Mapping[str, Callable[[list[str]], Spec]] = {
    "schema": _schemas,
    "property": _properties,
    "inner-object": _inner_objects,
    "operation-id": _operation_ids,
    "dotted-id": _dotted_ids,
    "tag": _tags,
    "path": _paths,
    "path-parameter": _path_parameters,
    "query-parameter": lambda names: _parameters("query", names),
    "cookie-parameter": lambda names: _parameters("cookie", names),
    "header": _headers,
    "enum-member": _enumeration,
    "form-field": _form,
    "security-scheme": _security,
    "server-variable": _server,
    "discriminator-mapping": _mapping,
    "webhook": lambda names: _hooks("webhooks", names),
    "callback": lambda names: _hooks("callbacks", names),
}


def names(kind: str) -> list[str]:
    """The names of a class, each once."""
    return list(dict.fromkeys(CLASSES[kind]))
