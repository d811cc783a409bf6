"""Documents drawn at random, edits that keep their meaning, and edits that allow more or less."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from apivolve.load.timeline import load_source
from apivolve.model import Api
from apivolve.source import Source

Schema = dict[str, Any]
Document = dict[str, Any]


def load(document: Document) -> Api:
    text = json.dumps(document, indent=1)
    return load_source(Source("api.json", text, "json", document), Path("api.json"), service="shop")


def scalars() -> st.SearchStrategy[Schema]:
    texts = st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={
            "minLength": st.integers(1, 3),
            "maxLength": st.integers(4, 9),
            "format": st.sampled_from(["date", "uuid", "email"]),
        },
    ).filter(lambda schema: "format" not in schema or len(schema) == 2)
    numbers = st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={"minimum": st.integers(-5, 0), "maximum": st.integers(1, 9)},
    )
    listed = st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=2, max_size=3, unique=True)
    values = listed.map(lambda names: {"type": "string", "enum": names})
    return st.one_of(texts, numbers, values, st.just({"type": "boolean"}))


def schemas(depth: int = 2) -> st.SearchStrategy[Schema]:
    """Schemas without references; objects have at least two members, whose names are the same everywhere."""
    if depth == 0:
        return scalars()
    inner = schemas(depth - 1)
    arrays = st.fixed_dictionaries(
        {"type": st.just("array"), "items": inner},
        optional={"minItems": st.integers(1, 2), "maxItems": st.integers(3, 4)},
    )
    maps = st.fixed_dictionaries({"type": st.just("object"), "additionalProperties": inner})
    return st.one_of(scalars(), arrays, maps, objects(inner))


def objects(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    def build(members: dict[str, Schema], required: list[str]) -> Schema:
        asked = [name for name in required if name in members]
        own = {name: deepcopy(member) for name, member in members.items()}  # drawn ones may be one
        return {"type": "object", "properties": own, **({"required": asked} if asked else {})}

    names = st.sampled_from(["a", "b", "c", "d"])
    return st.builds(
        build,
        st.dictionaries(names, inner, min_size=2, max_size=3),
        st.lists(names, unique=True, max_size=3),
    )


def document(schema: Schema, *, sent: bool = True, received: bool = True, version: str = "3.1.0") -> Document:
    """A version with one operation over one schema."""
    content = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    operation: dict[str, Any] = {"operationId": "put", "responses": {"200": {"description": "done"}}}
    if sent:
        operation["requestBody"] = {"required": True, **deepcopy(content)}
    if received:
        operation["responses"]["200"].update(deepcopy(content))
    return {
        "openapi": version,
        "info": {"title": "Shop", "version": "1"},
        "paths": {"/things": {"put": operation}},
        "components": {"schemas": {"Thing": deepcopy(schema)}},
    }


def places(schema: Any) -> Iterator[Schema]:
    """All schemas inside a schema, itself first."""
    yield schema
    for member in schema.get("properties", {}).values():
        yield from places(member)
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            yield from places(schema[word])


# --- edits that keep the meaning ---------------------------------------------------------------------------


def extract(made: Document, index: int) -> None:
    """An inline schema becomes a component."""
    thing = made["components"]["schemas"]["Thing"]
    found = list(places(thing))[1:]
    if found:
        place = found[index % len(found)]
        name = f"Extracted{len(made['components']['schemas'])}"
        made["components"]["schemas"][name] = dict(place)
        place.clear()
        place["$ref"] = f"#/components/schemas/{name}"


def inline(made: Document, index: int) -> None:
    """The component is written where it is used."""
    thing = made["components"]["schemas"].pop("Thing")
    operation = made["paths"]["/things"]["put"]
    for owner in (operation.get("requestBody"), operation["responses"]["200"]):
        if owner and "content" in owner:
            owner["content"]["application/json"]["schema"] = deepcopy(thing)


def rename(made: Document, index: int) -> None:
    """The component has another name."""
    made["components"]["schemas"]["Renamed"] = made["components"]["schemas"].pop("Thing")
    operation = made["paths"]["/things"]["put"]
    for owner in (operation.get("requestBody"), operation["responses"]["200"]):
        if owner and "content" in owner:
            owner["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/Renamed"}


def reorder(made: Document, index: int) -> None:
    """Members, required names and listed values stand in another order."""
    for place in places(made["components"]["schemas"]["Thing"]):
        for word in ("enum", "required"):
            if word in place:
                place[word] = place[word][::-1]
        if "properties" in place:
            place["properties"] = dict(reversed(place["properties"].items()))


def split(made: Document, index: int) -> None:
    """An object is put together from two by `allOf`."""
    found = [place for place in places(made["components"]["schemas"]["Thing"]) if "properties" in place]
    if not found:
        return
    place = found[index % len(found)]
    whole = dict(place)
    names = list(whole["properties"])
    parts: list[Schema] = [
        {"type": "object", "properties": {name: whole["properties"][name]}} for name in (names[0],)
    ]
    parts.append({"type": "object", "properties": {name: whole["properties"][name] for name in names[1:]}})
    if "required" in whole:
        parts[1]["required"] = whole["required"]
    place.clear()
    place["allOf"] = parts


def alias(made: Document, index: int) -> None:
    """A schema is what a list of one alternative says."""
    found = list(places(made["components"]["schemas"]["Thing"]))
    place = found[index % len(found)]
    whole = dict(place)
    place.clear()
    place["allOf"] = [whole]


KEEPING: dict[str, Callable[[Document, int], None]] = {
    one.__name__: one for one in (extract, inline, rename, reorder, split, alias)
}


# --- edits that allow more -----------------------------------------------------------------------------


def widenings(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """All ways to allow more by one edit, each with the whole schema after it."""
    count = len(list(places(schema)))
    for index in range(count):
        for name, edit in WIDER.items():
            after = deepcopy(schema)
            place = list(places(after))[index]
            if edit(place):
                yield f"{name} at {index}", after


def _dropped(*words: str) -> Callable[[Schema], bool]:
    def edit(place: Schema) -> bool:
        gone = [word for word in words if place.pop(word, None) is not None]
        return bool(gone)

    return edit


def _more_values(place: Schema) -> bool:
    if "enum" in place:
        place["enum"] = [*place["enum"], "new"]
    return "enum" in place


def _null(place: Schema) -> bool:
    place["type"] = [place["type"], "null"]
    if "enum" in place:
        place["enum"] = [*place["enum"], None]
    return True


def _less_required(place: Schema) -> bool:
    if not place.get("required"):
        return False
    place["required"] = place["required"][1:]
    return True


def _number(place: Schema) -> bool:
    if place.get("type") != "integer":
        return False
    place["type"] = "number"
    return True


def _moved(word: str, by: int) -> Callable[[Schema], bool]:
    def edit(place: Schema) -> bool:
        if word in place:
            place[word] += by
        return word in place

    return edit


WIDER: dict[str, Callable[[Schema], bool]] = {
    "format dropped": _dropped("format"),
    "length dropped": _dropped("minLength", "maxLength"),
    "bounds dropped": _dropped("minimum", "maximum"),
    "items dropped": _dropped("minItems", "maxItems"),
    "maximum raised": _moved("maximum", 3),
    "maxLength raised": _moved("maxLength", 3),
    "minimum lowered": _moved("minimum", -3),
    "value added": _more_values,
    "null allowed": _null,
    "required dropped": _less_required,
    "integer to number": _number,
}
