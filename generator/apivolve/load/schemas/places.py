"""What a type is named after when something refers to the place where it is written.

A component has a name. Bundlers also let one operation refer to what another has in place,
`#/paths/~1things/get/responses/200/content/application~1json/schema/items`: that is named as it is where it stands.
"""

from __future__ import annotations

import re
from typing import Any

from ...jsonvalue import is_array, is_object
from ...source import Location, split_pointer
from ..dialect import METHODS

_WORDS: re.Pattern[str] = re.compile(r"[^/{}?&=]+")
_NAMES = ("schemas", "definitions", "$defs", "properties", "patternProperties", "dependentSchemas")
"""Maps whose keys are names."""
_ITEMS = ("items", "additionalItems", "unevaluatedItems", "contains", "itemSchema")
_SAME = ("schema", "not", "if", "then", "else")
"""What says more of the thing that it is said of, and has no name for that."""
_KINDS = {
    "responses": "response",
    "requestBodies": "request",
    "parameters": "parameter",
    "headers": "header",
}


def call_name(method: str, path: str, written: str = "") -> str:
    """What an operation is called: its `operationId`, else its method and the words of its path."""
    return written or " ".join((method.lower(), *_WORDS.findall(path)))


def declared_name(name: str, kind: str) -> tuple[str, str]:
    """What the types of a declared parameter, body or response are named after: its own name, not an operation's."""
    short = name[: -len(kind)].rstrip("_- .") if name.lower().endswith(kind) else name
    return short or name, kind


def response_name(operation: str, status: str, responses: Any) -> tuple[str, ...]:
    """What the types of a response are named after; the first success needs no status to be told apart."""
    successes = (one for one in responses if one.startswith("2")) if is_object(responses) else iter(())
    if status == next(successes, None):
        return operation, "response"
    return operation, "response", status if status == "default" else status.upper()


def named_after(at: Location) -> tuple[str, ...]:
    """What a type is named after that is written at a place: the name it has there, else what it belongs to."""
    tokens, below = split_pointer(at.pointer), tuple[str, ...]()
    while tokens:
        last, owner = tokens[-1], tokens[-2] if len(tokens) > 1 else ""
        if owner in _NAMES:
            return (last, *below)
        call = in_call(at, tokens)
        if call is not None:
            return (*call, *below)
        if last in _SAME or owner in ("allOf", "content"):
            pass
        elif last in _ITEMS or owner == "prefixItems":
            below = ("item", *below)
        elif last in ("additionalProperties", "unevaluatedProperties"):
            below = ("value", *below)
        elif owner in ("oneOf", "anyOf") and last.isdigit():
            below = (f"variant {int(last) + 1}", *below)
        elif owner in _KINDS:
            return (*declared_name(last, _KINDS[owner]), *below)
        else:
            return (last, *below)
        tokens = tokens[: -2 if owner in ("allOf", "oneOf", "anyOf", "content", "prefixItems") else -1]
    return (at.file.rpartition("/")[2].partition(".")[0], *below)


def in_call(at: Location, tokens: list[str]) -> tuple[str, ...] | None:
    """What a body, a response or a parameter is named after that stands in an operation; None for any other place."""
    if len(tokens) < 4 or tokens[0] != "paths" or (tokens[2] not in METHODS and tokens[2] != "parameters"):
        return None
    _, path, method, *rest = tokens
    item = Location(at.source).child("paths", path).raw
    if method == "parameters":
        return _parameter_name(item.get("parameters"), rest, call_name("", path).strip())
    owner = item.get(method)
    if not is_object(owner):
        return None
    written = owner.get("operationId")
    operation = call_name(method, path, written if isinstance(written, str) else "")
    match rest:
        case ["requestBody"]:
            return operation, "request"
        case ["responses", status]:
            return response_name(operation, status, owner.get("responses"))
        case ["parameters", index]:
            return _parameter_name(owner.get("parameters"), [index], operation)
        case _:
            return None


def _parameter_name(parameters: Any, rest: list[str], owner: str) -> tuple[str, ...] | None:
    if not is_array(parameters) or len(rest) != 1 or not rest[0].isdigit() or int(rest[0]) >= len(parameters):
        return None
    written = parameters[int(rest[0])]
    name = written.get("name") if is_object(written) else None
    return (owner, name) if isinstance(name, str) and name else None
