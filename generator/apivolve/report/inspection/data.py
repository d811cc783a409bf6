"""What was understood, as JSON; and the JSON Schema of that, both made from the dataclasses of the model.

A node of the model is an object with its members; those at their default are left out. Where several kinds of node may stand,
`is` says which. Places are file and JSON pointer, those of warnings also line and column. So a construct that is added to the
model is in the JSON, and in its schema, without a line here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, cast, get_args, get_origin, get_type_hints

from ... import model
from ...errors import Problem
from ...jsonvalue import shown_json
from ...model import Service
from ...source import Location, Source

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_RENAMED = {"problems": "warnings", "sources": "files"}
_Schema: TypeAlias = dict[str, Any]


class _JsonText(str):
    """What `Json` is read as in the types of members: a text that stands for a JSON value."""


def inspection_json(services: Sequence[Service]) -> str:
    """All services with their versions, whole. Ends with a newline; the same services give the same bytes."""
    return shown_json({"services": [_data(one, Service) for one in services]}, 1) + "\n"


def inspection_schema() -> _Schema:
    """The JSON Schema of what `inspection_json` gives."""
    definitions: dict[str, _Schema] = {}
    services = {"type": "array", "items": _schema(Service, definitions)}
    return {
        "$schema": _DRAFT,
        "title": "apivolve inspection",
        "description": "What was understood of specifications. A member that is absent has its default.",
        "type": "object",
        "properties": {"services": services},
        "required": ["services"],
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }


# --- data ------------------------------------------------------------------------------------------------


def _data(value: Any, hint: Any) -> Any:
    """A node of the model as JSON data; the hint is the type that its place has."""
    match value:
        case Location():
            return {"file": value.file, "pointer": value.pointer}
        case Problem():
            return _problem(value)
        case Source():
            return value.path
        case tuple():
            items = cast("tuple[object, ...]", value)
            hints = [one for one in get_args(hint) if one is not Ellipsis] or [Any]
            return [_data(item, hints[min(index, len(hints) - 1)]) for index, item in enumerate(items)]
        case _ if is_dataclass(value):
            return _node(value, named=len(_kinds(hint)) > 1)
        case str() if _is_json(hint):
            return json.loads(value)
        case _:
            return value


def _node(node: object, *, named: bool) -> dict[str, Any]:
    made: dict[str, Any] = {"is": type(node).__name__} if named else {}
    for member, hint in _members(type(node)):
        value = getattr(node, member.name)
        if value != member.default or member.default is MISSING:
            made[_RENAMED.get(member.name, member.name)] = _data(value, hint)
    return made


def _problem(problem: Problem) -> dict[str, Any]:
    made: dict[str, Any] = {"rule": problem.rule, "message": problem.message}
    if problem.at is not None:
        line, column = problem.at.position
        made["at"] = {"file": problem.at.file, "pointer": problem.at.pointer, "line": line, "column": column}
    if problem.help:
        made["help"] = problem.help
    return made


# --- schema ----------------------------------------------------------------------------------------------


def _schema(hint: Any, definitions: dict[str, _Schema]) -> _Schema:
    """The schema of a type as `_data` writes it; those of dataclasses go into the definitions."""
    kinds = _kinds(hint)
    if kinds:
        for kind in kinds:
            _define(kind, definitions)
        made = [
            {"$ref": f"#/$defs/{kind.__name__}"}
            if len(kinds) == 1
            else {
                "allOf": [{"$ref": f"#/$defs/{kind.__name__}"}],
                "properties": {"is": {"const": kind.__name__}},
                "required": ["is"],
            }
            for kind in kinds
        ]
        return made[0] if len(made) == 1 else {"oneOf": made}
    if _is_json(hint):
        return {}
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        if inner[1:] == (Ellipsis,):
            return {"type": "array", "items": _schema(inner[0], definitions)}
        return {"type": "array", "prefixItems": [_schema(one, definitions) for one in inner], "items": False}
    if get_origin(hint) in (Union, UnionType):
        options = [_schema(one, definitions) for one in get_args(hint) if one is not NoneType]
        return options[0] if len(options) == 1 else {"anyOf": options}
    names = {str: "string", bool: "boolean", int: "integer", float: "number", Source: "string"}
    return {"type": names[hint]}


def _define(kind: type[Any], definitions: dict[str, _Schema]) -> None:
    if kind.__name__ in definitions:
        return
    made: _Schema = {"type": "object", "description": (kind.__doc__ or "").strip().split("\n")[0]}
    definitions[kind.__name__] = made
    place = {"file": {"type": "string"}, "pointer": {"type": "string"}}
    number = {"type": "integer", "minimum": 1}
    if kind is Location:
        made |= {"properties": {**place, "line": number, "column": number}, "required": ["file", "pointer"]}
    elif kind is Problem:
        at = _schema(Location, definitions)
        text = {"type": "string"}
        made |= {"properties": {"rule": text, "message": text, "at": at, "help": text}}
        made["required"] = ["rule", "message"]
    else:
        members = _members(kind)
        made["properties"] = {"is": {"const": kind.__name__}} | {
            _RENAMED.get(member.name, member.name): _schema(hint, definitions) for member, hint in members
        }
        made["required"] = [member.name for member, _ in members if member.default is MISSING]
    made["additionalProperties"] = False


# --- the dataclasses -------------------------------------------------------------------------------------

_KNOWN: dict[type[Any], tuple[tuple[Field[Any], Any], ...]] = {}
"""Their members, looked up once."""


def _members(kind: type[Any]) -> tuple[tuple[Field[Any], Any], ...]:
    """The members of a dataclass with their types."""
    if kind in _KNOWN:
        return _KNOWN[kind]
    unions = {name: Union[_classes(text)] for name, text in vars(model).items() if _is_union(name, text)}  # noqa: UP007
    hints = get_type_hints(kind, localns={**unions, "Json": _JsonText})
    _KNOWN[kind] = tuple((member, hints[member.name]) for member in fields(kind))
    return _KNOWN[kind]


def _is_union(name: str, text: object) -> bool:
    """True for an alias that the model writes as a text, because its classes follow: `Type`, `Model`."""
    return isinstance(text, str) and name[:1].isupper() and " | " in text


def _classes(text: str) -> tuple[type[Any], ...]:
    known: Mapping[str, Any] = vars(model)
    return tuple(known[name.strip()] for name in text.split("|"))


def _kinds(hint: Any) -> tuple[type[Any], ...]:
    """The dataclasses, or the location, that may stand at a place."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return tuple(
        one
        for one in options
        if isinstance(one, type) and one is not Source and (is_dataclass(one) or one is Location)
    )


def _is_json(hint: Any) -> bool:
    """True for a JSON value that the model keeps as its text."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return _JsonText in options
