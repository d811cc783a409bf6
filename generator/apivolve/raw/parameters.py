"""A parameter or header as it is written, read back from the text of a request: which values may the text mean?

Built on the raw Parameter Object alone (Swagger 2.0 `collectionFormat`, OpenAPI 3.x Style Values).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ..jsonvalue import is_array, is_object
from ..source import Location
from .description import Described, Description

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple", "querystring": "form"}
_COLLECTIONS = {"csv": ",", "ssv": " ", "tsv": "\t", "pipes": "|", "multi": None}
_DELIMITERS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|", "matrix": ","}
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_DEEPEST = 12


def declared(description: Description, one: Described) -> list[Location]:
    """The parameters of an operation: those of its path, and its own in their place."""
    found: dict[tuple[str, str], Location] = {}
    for owner in (one.item, one.at):
        for parameter in description.items(owner, "parameters"):
            name, place = description.text(parameter, "name"), description.text(parameter, "in")
            found[place, name.lower() if place == "header" else name] = parameter
    return list(found.values())


def schema_of(description: Description, at: Location) -> Location:
    """The schema of a parameter or header: inside it, inside its media type, or itself (Swagger 2.0)."""
    raw = at.raw
    if is_object(raw) and "schema" in raw:
        return at.child("schema")
    for _, media in description.members(at, "content"):
        return media.child("schema") if "schema" in media.raw else media
    return at


def meanings(description: Description, at: Location, texts: list[tuple[str, str]], place: str) -> list[Any]:
    """The values that the texts of a parameter may mean by its type; none where they cannot be read at all.

    `texts` are pairs of a name and a text: several for a repeated query parameter, or the members of an object that is
    spread over the query.
    """
    raw: dict[str, Any] = at.raw
    schema = schema_of(description, at)
    if "content" in raw:
        try:
            return [json.loads(texts[0][1])]
        except ValueError:
            return [texts[0][1]]
    kinds = set(_kinds(description, schema))
    if _style(raw, place) == "deepObject" and any(key != raw.get("name") for key, _ in texts):
        paths = [(_BRACKETS.findall(key.removeprefix(str(raw.get("name")))), text) for key, text in texts]
        return [_in_brackets(description, [schema], paths)]
    found: list[Any] = []
    items = _split(raw, [text for _, text in texts], place) if "array" in kinds or not kinds else None
    if items is not None:
        inner = description.member(description.follow(schema), "items")
        found.append([_scalar(description, inner, item) for item in items])
    if "object" in kinds or not kinds:
        found += _object(description, raw, schema, texts, place)
    if len(texts) == 1 and (kinds - {"array", "object"} or not kinds):
        text = texts[0][1]
        style = _style(raw, place)
        if style in ("label", "matrix"):
            text = text.removeprefix(".").removeprefix(f";{raw.get('name')}=")
        found += texts_as(kinds or {"string", "number", "integer", "boolean"}, text)
    return found


def _style(raw: dict[str, Any], place: str) -> str:
    style = raw.get("style")
    return style if isinstance(style, str) else _STYLES.get(place, "simple")


def kinds_of(description: Description, at: Location) -> set[str]:
    """The JSON types that a parameter may have."""
    return set(_kinds(description, schema_of(description, at)))


def kinds_at(description: Description, schema: Location | None) -> set[str]:
    """The JSON types that a schema names, in itself and in what it is put together from."""
    return set(_kinds(description, schema))


def exploded(raw: dict[str, Any], place: str) -> bool:
    """The effective `explode` of a raw parameter; Swagger 2.0 says it as the collection format `multi`."""
    if "schema" not in raw and "type" in raw:
        return raw.get("collectionFormat") == "multi"
    explode = raw.get("explode")
    return explode if isinstance(explode, bool) else _style(raw, place) in ("form", "cookie")


def _split(raw: dict[str, Any], texts: list[str], place: str) -> list[str] | None:
    """The items of an array; None where the texts are no array of this style."""
    swagger = "schema" not in raw and "type" in raw
    if exploded(raw, place) and place in ("query", "cookie"):
        return texts
    if len(texts) != 1:
        return None
    text = texts[0]
    if swagger:
        delimiter = _COLLECTIONS.get(str(raw.get("collectionFormat", "csv")))
    else:
        style = _style(raw, place)
        if style == "label":
            return text.removeprefix(".").split("." if exploded(raw, place) else ",")
        if style == "matrix" and exploded(raw, place):
            return [part.partition("=")[2] for part in text.removeprefix(";").split(";")]
        if style == "matrix":
            text = text.removeprefix(f";{raw.get('name')}=")
        delimiter = _DELIMITERS.get(style, ",")
    return text.split(delimiter) if delimiter else [text]


def _object(
    description: Description, raw: dict[str, Any], schema: Location, texts: list[tuple[str, str]], place: str
) -> Iterator[Any]:
    style, explode = _style(raw, place), exploded(raw, place)
    name = str(raw.get("name", ""))
    read: list[dict[str, str]] = []
    if explode and place in ("query", "cookie"):
        read.append(dict(texts))
    elif len(texts) == 1:
        text = texts[0][1].removeprefix("." if style == "label" else "")
        if style == "matrix":
            text = text.removeprefix(";" if explode else f";{name}=")
        joints = {"label": ".", "matrix": ";"} if explode else {}
        joint = joints.get(style) or _DELIMITERS.get(style, ",")
        parts = text.split(joint)
        if explode and all("=" in part for part in parts):
            read.append(dict(part.split("=", 1) for part in parts))
        elif not explode and len(parts) % 2 == 0:
            read.append(dict(zip(parts[::2], parts[1::2], strict=True)))
        if place == "header":
            read += _by_names(parts, joint, lambda key: any(_properties(description, schema, key)), explode)
    for members in read:
        yield {
            key: _read(
                {
                    kind
                    for known in _properties(description, schema, key)
                    for kind in _kinds(description, known)
                },
                text,
            )
            for key, text in members.items()
        }


def _by_names(
    parts: list[str], joint: str, is_known: Callable[[str], bool], explode: bool
) -> Iterator[dict[str, str]]:
    """The members of an object in a header, where nothing is escaped: each goes on until the name of another stands there."""
    members: dict[str, list[str]] = {}
    texts: list[str] | None = None
    for part in parts:
        key, equals, text = part.partition("=") if explode else (part, "", "")
        # a name right after a name is its value
        if key not in members and is_known(key) and bool(equals) == explode and (explode or texts != []):
            texts = members[key] = [text] if explode else []
        elif texts is None:
            return
        else:
            texts.append(part)
    if members and all(members.values()):
        yield {key: joint.join(texts) for key, texts in members.items()}


def _in_brackets(
    description: Description, schemas: list[Location], texts: list[tuple[list[str], str]], depth: int = 0
) -> Any:
    """What texts mean by the paths in brackets that they came by: numbers, or nothing, are places in a list."""
    kinds = {kind for schema in schemas for kind in _kinds(description, schema)}
    items = [description.member(description.follow(schema), "items") for schema in schemas]
    inner = [item for item in items if item is not None]
    if depth > _DEEPEST or not all(path for path, _ in texts):
        if "array" in kinds:
            return [_scalar(description, next(iter(inner), None), text) for _, text in texts]
        return _read(kinds, texts[-1][1])
    is_list = "array" in kinds and all(not path[0] or path[0].isdecimal() for path, _ in texts)
    parts: dict[tuple[str, int], list[tuple[list[str], str]]] = {}
    for at, (path, text) in enumerate(texts):
        # each text of `[]` is an item of its own
        parts.setdefault((path[0], at if is_list and not path[0] else 0), []).append((path[1:], text))
    if is_list:
        return [_in_brackets(description, inner, part, depth + 1) for part in parts.values()]
    found: dict[str, Any] = {}
    for (key, _), part in parts.items():
        known = [member for schema in schemas for member in _properties(description, schema, key)]
        found[key] = _in_brackets(description, known, part, depth + 1)
    return found


def _properties(
    description: Description, schema: Location | None, name: str, depth: int = 0
) -> Iterator[Location]:
    """The schemas of a member of an object, in its own and in what that is put together from."""
    at = description.follow(schema) if schema is not None else None
    if at is None or depth > _DEEPEST:
        return
    own = description.member(description.member(at, "properties"), name)
    if own is not None:
        yield own
    for word in ("allOf", "anyOf", "oneOf"):
        for part in description.items(at, word):
            yield from _properties(description, part, name, depth + 1)


def _scalar(description: Description, schema: Location | None, text: str) -> Any:
    return _read(set(_kinds(description, schema)) if schema is not None else set[str](), text)


def _read(kinds: set[str], text: str) -> Any:
    return texts_as(kinds - {"array", "object"} or {"string"}, text)[0]


def texts_as(kinds: set[str], text: str) -> list[Any]:
    """What a text may be of some kinds, the narrowest reading first."""
    found: list[Any] = []
    if kinds & {"integer", "number"}:
        try:
            number = json.loads(text)
        except ValueError:
            number = None
        if isinstance(number, int | float) and not isinstance(number, bool):
            found.append(number)
    if "boolean" in kinds and text in ("true", "false"):
        found.append(text == "true")
    if "null" in kinds and text in ("", "null"):
        found.append(None)
    if "string" in kinds or not found:
        found.append(text)
    return found


def _kinds(description: Description, at: Location | None, depth: int = 0) -> Iterator[str]:
    """The JSON types that a schema names, in itself and in what it is put together from."""
    at = description.follow(at) if at is not None else None
    raw = at.raw if at is not None else None
    if at is None or not is_object(raw) or depth > _DEEPEST:
        return
    written = raw.get("type")
    for kind in written if is_array(written) else [written]:
        if isinstance(kind, str):
            yield "string" if kind == "file" else kind
    if raw.get("nullable") is True:
        yield "null"
    for value in (*(raw.get("enum") or ()), *((raw["const"],) if "const" in raw else ())):
        if written is None:
            yield "string" if isinstance(value, str) else "boolean" if isinstance(value, bool) else "number"
    if "properties" in raw and written is None:
        yield "object"
    for word in ("allOf", "anyOf", "oneOf"):
        for index in range(len(raw[word]) if is_array(raw.get(word)) else 0):
            yield from _kinds(description, at.child(word, index), depth + 1)
