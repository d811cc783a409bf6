"""A document and all that it refers to in other files → one document that stands alone.

What is derived is one file, and may be written anywhere: references to other files would lead nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...errors import LoadError
from ...jsonvalue import is_array, is_object
from ...source import Location, Source, escape_pointer, split_pointer
from ..document import Documents

_SWAGGER = {"schemas": "definitions", "parameters": "parameters", "responses": "responses"}


def bundle(source: Source, documents: Documents) -> dict[str, Any]:
    """The content of a document with what it takes from other files among its own components.

    Schemas, parameters, responses and the like become components; path items, examples and what else may not be one is put
    in place of its reference. An example that is not there keeps its reference; any other one raises LoadError.
    """
    if not _leaves(source.content):
        return dict(source.content)
    bundler = _Bundler(source, documents, dict(source.content))
    made = bundler.walk(source.content, Location(source), ())
    for pointer, content in bundler.parts.items():
        holder = made
        *parents, last = split_pointer(pointer)
        for token in parents:
            holder = holder.setdefault(token, {})
        holder[last] = content
    return {name: made[name] for name in made}


def _leaves(value: Any) -> bool:
    """True when there is a reference to another file somewhere in a value."""
    stack = [value]
    while stack:
        one = stack.pop()
        if is_object(one):
            ref = one.get("$ref")
            if isinstance(ref, str) and not ref.startswith("#"):
                return True
            mapping = one.get("mapping") if "propertyName" in one else None
            if is_object(mapping) and any(
                isinstance(ref, str) and "/" in ref and ref[0] != "#" for ref in mapping.values()
            ):
                return True
            stack.extend(one.values())
        elif is_array(one):
            stack.extend(one)
    return False


@dataclass
class _Bundler:
    root: Source
    documents: Documents
    content: dict[str, Any]
    parts: dict[str, Any] = field(default_factory=dict[str, Any])
    known: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def walk(self, value: Any, at: Location, path: tuple[str, ...]) -> Any:
        """A value with its references led to this document. `path` is where it stands in it."""
        if is_array(value):
            return [self.walk(item, at.child(index), (*path, str(index))) for index, item in enumerate(value)]
        if not is_object(value):
            return value
        if path[-2:] == ("discriminator", "mapping"):
            return {name: self.mapped(ref, at.child(name)) for name, ref in value.items()}
        ref = value.get("$ref")
        if not isinstance(ref, str) or (at.source is self.root and ref.startswith("#")):
            return {name: self.walk(inner, at.child(name), (*path, name)) for name, inner in value.items()}
        try:
            target = self.documents.resolve(ref, at.child("$ref"))
        except LoadError:
            if "x-ms-examples" in path or "examples" in path:
                return value
            raise
        if target.source is self.root:
            return {**value, "$ref": f"#{target.pointer}"}
        kind = _kind(path)
        if kind is None:
            return self.walk(target.raw, target, path)
        return {**value, "$ref": f"#{self.part(target, kind)}"}

    def mapped(self, ref: Any, at: Location) -> Any:
        """A schema that a discriminator's mapping names: by a reference, or by a name, which stays."""
        if not isinstance(ref, str) or not any(mark in ref for mark in "#/."):
            return ref
        try:
            target = self.documents.resolve(ref, at)
        except LoadError:
            return ref
        return f"#{target.pointer if target.source is self.root else self.part(target, 'schemas')}"

    def part(self, target: Location, kind: str) -> str:
        """The pointer of the component that stands for a place of another file."""
        place = (target.file, target.pointer)
        if place not in self.known:
            tokens = split_pointer(target.pointer)
            name = tokens[-1] if tokens else target.file.rpartition("/")[2].partition(".")[0]
            if "swagger" in self.content:
                container = f"/{_SWAGGER.get(kind, 'definitions')}"
            else:
                container = f"/components/{kind}"
            pointer = self.known[place] = self.free(container, name)
            self.parts[pointer] = None
            self.parts[pointer] = self.walk(target.raw, target, (kind, name))
        return self.known[place]

    def free(self, container: str, name: str) -> str:
        """A pointer that nothing in the document has."""
        number, wanted = 2, f"{container}/{escape_pointer(name)}"
        pointer = wanted
        while pointer in self.parts or _there(self.content, pointer):
            pointer, number = f"{wanted}{number}", number + 1
        return pointer


def _there(content: Any, pointer: str) -> bool:
    for token in split_pointer(pointer):
        if not is_object(content) or token not in content:
            return False
        content = content[token]
    return True


_SCHEMA_AT = frozenset(
    ["schema", "items", "additionalProperties", "not", "contains", "itemSchema", "propertyNames"]
)
_SCHEMA_IN = frozenset(
    ["allOf", "oneOf", "anyOf", "prefixItems", "definitions", "schemas", "patternProperties", "$defs"]
)
_COMPONENTS = ("parameters", "responses", "headers", "links", "callbacks", "securitySchemes", "requestBodies")


def _kind(path: tuple[str, ...]) -> str | None:
    """What kind of component a reference at a path is to; None where a component may not stand."""
    last, above = path[-1], path[-2] if len(path) > 1 else ""
    if above == "properties" or last in _SCHEMA_AT or above in _SCHEMA_IN:
        return "schemas"
    if last == "requestBody":
        return "requestBodies"
    return above if above in _COMPONENTS else None
