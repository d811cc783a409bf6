"""Forms → values: the fields of a form as the object that its schema describes.

Fields are texts, and a schema says what each may mean: numbers, lists of repeated fields, JSON of nested objects (OpenAPI
3.x, Encoding Object), members in brackets (`items[0][price]=1`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from typing import Any

from ...jsonvalue import is_array, is_object
from ...raw import Description
from ...raw.parameters import kinds_at, texts_as
from ...source import Location

_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_MOST_FIELDS = 10_000
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it came: its text, or the bytes of a file."""

    name: str
    text: str
    is_file: bool = False
    is_json: bool = False


class NoForm(ValueError):  # noqa: N818 - it says what the body is
    """The body is no form."""


def multipart(content_type: str, body: bytes) -> list[Field]:
    """The parts of a `multipart/form-data` body (RFC 7578). Raises NoForm."""
    if "\r" in content_type or "\n" in content_type:
        raise NoForm("its content type is broken")
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    # the parser of the standard library takes anything, and tells what it put up with
    message = message_from_bytes(head + body, policy=policy.HTTP)
    boundary = message.get_boundary()
    if boundary is not None and body.strip() == f"--{boundary}--".encode("latin-1", "replace"):
        return []  # RFC 2046 wants one part; what has no fields has none (fetch, "multipart/form-data encoding algorithm")
    if not message.is_multipart() or boundary is None:
        raise NoForm("it has no parts at its boundary")
    found: list[Field] = []
    for part in _parts(message):
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            raise NoForm("a part has no name")
        octets = part.get_payload(decode=True)
        octets = octets if isinstance(octets, bytes) else b""
        kind = part.get_content_type() if "content-type" in part else "text/plain"
        is_file = part.get_filename() is not None
        found.append(
            Field(name, octets.decode("utf-8", "replace"), is_file, kind.endswith(("/json", "+json")))
        )
    return found


def _parts(message: Message) -> Iterator[Message]:
    payload: Any = message.get_payload()
    for index, part in enumerate(payload if is_array(payload) else ()):
        if index == _MOST_FIELDS:
            raise NoForm(f"it has more than {_MOST_FIELDS} parts")
        if isinstance(part, Message):
            yield part


def form_value(description: Description, schema: Location, fields: Sequence[Field]) -> dict[str, Any]:
    """The object that the fields of a form are, by the types that their schema gives them. Raises NoForm."""
    if len(fields) > _MOST_FIELDS:
        raise NoForm(f"it has more than {_MOST_FIELDS} fields")
    nested: dict[str, Any] = {}
    for field in fields:
        plain, *inner = (field.name,)
        place = member_at(description, schema, plain)
        if place is None and field.name.endswith("]"):
            plain = field.name.partition("[")[0]
            inner = _BRACKETS.findall(field.name[len(plain) :])[:_DEEPEST]
        _put(nested, [plain, *inner], field)
    value = _meant(description, schema, nested, 0)
    made: dict[str, Any] = value if is_object(value) else {}
    at = description.follow(schema)
    required = at.raw.get("required") if at is not None and is_object(at.raw) else None
    for name in required if is_array(required) else ():
        member = member_at(description, schema, name) if isinstance(name, str) and name not in made else None
        if member is not None and "array" in kinds_at(description, member):
            made[name] = []  # no form has a field for an empty list
    return made


def _put(owner: dict[str, Any], path: list[str], field: Field) -> None:
    """Put a field at its path: leaves are lists of fields, as names may come again."""
    for name in path[:-1]:
        inner = owner.setdefault(name, {})
        if not is_object(inner):
            raise NoForm(f"the field {field.name!r} is a value and an object at once")
        owner = inner
    leaf = owner.setdefault(path[-1], [])
    if not is_array(leaf):
        raise NoForm(f"the field {field.name!r} is a value and an object at once")
    leaf.append(field)


def _meant(description: Description, schema: Location | None, value: Any, depth: int) -> Any:
    """What nested fields are by a schema."""
    kinds = kinds_at(description, schema)
    if is_object(value):
        if depth > _DEEPEST:
            raise NoForm("its fields are nested too deeply")
        if "array" in kinds and all(name.isdecimal() or not name for name in value):
            items = item_at(description, schema)
            flat = [item for part in value.values() for item in (part if is_array(part) else [part])]
            return [
                _meant(description, items, [item] if isinstance(item, Field) else item, depth + 1)
                for item in flat
            ]
        return {
            name: _meant(description, member_at(description, schema, name), inner, depth + 1)
            for name, inner in value.items()
        }
    return _leaf(description, schema, kinds, value)


def _leaf(description: Description, schema: Location | None, kinds: set[str], fields: list[Field]) -> Any:
    """What the fields of one name are."""
    if "array" in kinds and not (len(fields) == 1 and _looks_like_json(fields[0], "[")):
        items = item_at(description, schema)
        return [_one(kinds_at(description, items), field) for field in fields]
    return _one(kinds, fields[-1])


def _one(kinds: set[str], field: Field) -> Any:
    if field.is_file and not field.is_json:
        return field.text
    nested = kinds & {"object", "array"}
    if field.is_json or (nested and _looks_like_json(field, "{[")) or not kinds:
        try:
            value = json.loads(field.text)
        except (ValueError, RecursionError):
            value = field.text
        if nested or field.is_json:
            return value
    return texts_as(kinds - {"array", "object"} or {"string"}, field.text)[0]


def _looks_like_json(field: Field, openers: str) -> bool:
    return field.text.lstrip()[:1] in tuple(openers)


# --- schemas ---------------------------------------------------------------------------------------------


def member_at(
    description: Description, schema: Location | None, name: str, depth: int = 0
) -> Location | None:
    """The schema of a member, in a schema or in what it is put together from."""
    at = description.follow(schema) if schema is not None else None
    if at is None or not is_object(at.raw) or depth > _DEEPEST:
        return None
    own = description.member(description.member(at, "properties"), name)
    if own is not None:
        return own
    for word in ("allOf", "anyOf", "oneOf"):
        for part in description.items(at, word):
            found = member_at(description, part, name, depth + 1)
            if found is not None:
                return found
    extra = description.member(at, "additionalProperties")
    return extra if extra is not None and is_object(extra.raw) else None


def item_at(description: Description, schema: Location | None, depth: int = 0) -> Location | None:
    """The schema of the items of an array, in a schema or in what it is put together from."""
    at = description.follow(schema) if schema is not None else None
    if at is None or not is_object(at.raw) or depth > _DEEPEST:
        return None
    own = description.member(at, "items")
    if own is not None:
        return own
    for word in ("allOf", "anyOf", "oneOf"):
        for part in description.items(at, word):
            found = item_at(description, part, depth + 1)
            if found is not None:
                return found
    return None
