"""Discriminators as they are written: which value chooses which schema (OpenAPI, Discriminator Object)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..jsonvalue import is_array, is_object
from ..source import Location, escape_pointer
from .description import Description


@dataclass(frozen=True)
class Choice:
    """The member that chooses, and the schemas that each of its values may choose: references, or schemas in place."""

    tag: str
    by_tag: dict[str, list[Any]]


def choices(description: Description, schema: Any) -> Choice | None:
    """What a schema with a discriminator chooses between; None for one that has none, or whose choice is not decided."""
    written = schema.get("discriminator")
    tag = written.get("propertyName") if is_object(written) else written
    if not isinstance(tag, str):
        return None
    key = id(schema)
    known: dict[int, tuple[Any, Choice | None]] = description.chosen
    if key not in known:
        known[key] = schema, _choices(description, schema, tag)
    return known[key][1]


def _choices(description: Description, schema: Any, tag: str) -> Choice | None:
    written = schema["discriminator"]
    mapping = written.get("mapping") if is_object(written) else None
    mapping = mapping if is_object(mapping) else {}
    by_tag: dict[str, list[Any]] = {}
    for word in ("oneOf", "anyOf"):
        for part in schema[word] if is_array(schema.get(word)) else ():
            reference = part.get("$ref") if is_object(part) else None
            if reference is None:
                return None
            for name in _names(description, mapping, reference, description.anywhere(reference), tag):
                by_tag.setdefault(name, []).append(part)
    if "oneOf" in schema or "anyOf" in schema:
        return Choice(tag, by_tag) if by_tag else None
    own = description.named.get(id(schema))
    if own is None:
        return None
    for name, place in (own, *_descendants(description, id(schema), set())):
        reference = f"#{place.pointer.rpartition('/')[0]}/{escape_pointer(name)}"
        is_base = place is own[1]  # whose listed values are those of its heirs
        for value in _names(description, mapping, reference, place.raw, "" if is_base else tag):
            by_tag.setdefault(value, []).append({} if is_base else place)
    return Choice(tag, by_tag) if len(by_tag) > 1 else None


def _names(
    description: Description, mapping: dict[str, Any], reference: str, target: Any, tag: str
) -> list[str]:
    """The values that choose a schema: those mapped to it, else those it says itself, else its name."""
    short = reference.rpartition("/")[2]
    mapped = [value for value, to in mapping.items() if to in (reference, short)]
    if mapped:
        return mapped
    own = target.get("x-ms-discriminator-value") if is_object(target) else None
    constants = [own] if isinstance(own, str) else list(_constants(description, target, tag, 0))
    return constants or [short.replace("~1", "/").replace("~0", "~")]


def _constants(description: Description, schema: Any, name: str, depth: int) -> Iterator[str]:
    """The values that a schema allows for a member, as far as it lists them."""
    if not is_object(schema) or depth > 9:
        return
    if isinstance(schema.get("$ref"), str):
        yield from _constants(description, description.anywhere(schema["$ref"]), name, depth + 1)
    properties = schema.get("properties")
    member = properties.get(name) if is_object(properties) else None
    for _ in range(9):
        if not (is_object(member) and isinstance(member.get("$ref"), str)):
            break
        member = description.anywhere(member["$ref"])
    found: list[Any] = []
    if is_object(member):
        listed = member.get("enum")
        found = [member["const"]] if "const" in member else listed if is_array(listed) else []
    yield from (value for value in found if isinstance(value, str))
    if not found:
        for part in schema["allOf"] if is_array(schema.get("allOf")) else ():
            if not (is_object(part) and "$ref" in part):
                yield from _constants(description, part, name, depth + 1)


def _descendants(description: Description, key: int, seen: set[int]) -> Iterator[tuple[str, Location]]:
    """The schemas that are put together from a schema by `allOf`, and those put together from them."""
    for child, name, place in description.heirs.get(key, ()):
        if child not in seen:
            seen.add(child)
            yield name, place
            yield from _descendants(description, child, seen)
