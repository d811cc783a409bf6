"""Documents made wrong at random: nodes that go, come, move and change their kind, and bytes that are no document any more."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

import attacks

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, 10**30, -(10**400), float("nan"), float("inf"), "", "x", "null", "2024-01-01", [], {}, [[]], [None], {"": {}},
    {"$ref": "#"}, {"$ref": ""}, {"$ref": 1}, {"$ref": "#/components/schemas/Nothing"}, {"$ref": "other.yaml"}, {"type": "object"}, {"type": []},
    {"type": ["string", "null", "object"]}, {"enum": []}, {"enum": [None, 1, "a", {}]}, {"const": {}}, {"allOf": []}, {"oneOf": [{}]}, {"not": {}},
    {"items": False}, {"additionalProperties": {"$ref": "#"}}, {"required": "id"}, {"properties": []}, {"pattern": "(("}, {"minimum": "1"}, {"default": {"a": [1]}},
)  # fmt: skip
WORDS = (
    "$ref", "type", "allOf", "oneOf", "anyOf", "properties", "items", "enum", "const", "required", "default", "schema", "content", "parameters", "responses",
    "requestBody", "get", "post", "paths", "components", "schemas", "security", "servers", "discriminator", "mapping", "additionalProperties", "format",
    "nullable", "readOnly", "in", "name", "style", "explode", "example", "$defs", "definitions", "$id", "$anchor", "$dynamicRef", "if", "prefixItems",
    "x-ms-pageable", "x-ms-long-running-operation", "x-ms-paths", "callbacks", "webhooks", "links", "headers", "encoding", "tags", "operationId",
)  # fmt: skip
Way = tuple[str | int, ...]


def ways(value: Any, way: Way = ()) -> list[Way]:
    """The way to every node."""
    found: list[Way] = []
    todo: list[tuple[Any, Way]] = [(value, way)]
    while todo:
        node, here = todo.pop()
        found.append(here)
        members = (
            node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        )
        todo += [(item, (*here, key)) for key, item in members]
    return found


def at(value: Any, way: Way) -> Any:
    for token in way:
        value = value[token]
    return value


def mutated(document: Any, chance: random.Random) -> Any:
    """A copy with one to four faults."""
    made = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 2, 4))):
        places = [way for way in ways(made) if way]
        if places:
            chance.choice(_EDITS)(made, chance.choice(places), places, chance)
    return made


def _delete(made: Any, way: Way, _: list[Way], chance: random.Random) -> None:
    del at(made, way[:-1])[way[-1]]


def _retype(made: Any, way: Way, _: list[Way], chance: random.Random) -> None:
    at(made, way[:-1])[way[-1]] = copy.deepcopy(chance.choice(ODD))


def _attack(made: Any, way: Way, _: list[Way], chance: random.Random) -> None:
    at(made, way[:-1])[way[-1]] = chance.choice(list(attacks.ATTACKS.values()))


def _swap(made: Any, way: Way, places: list[Way], chance: random.Random) -> None:
    other = chance.choice(places)
    if way[: len(other)] == other or other[: len(way)] == way:
        return
    one, two = at(made, way), at(made, other)
    at(made, way[:-1])[way[-1]], at(made, other[:-1])[other[-1]] = two, one


def _graft(made: Any, way: Way, places: list[Way], chance: random.Random) -> None:
    at(made, way[:-1])[way[-1]] = copy.deepcopy(at(made, chance.choice(places)))


def _deepen(made: Any, way: Way, _: list[Way], chance: random.Random) -> None:
    owner, last = at(made, way[:-1]), way[-1]
    inner = owner[last]
    word = chance.choice((None, *WORDS))
    for _ in range(chance.choice((1, 1, 2, 30, 300))):
        inner = [inner] if word is None else {word: inner}
    owner[last] = inner


def _refer(made: Any, way: Way, places: list[Way], chance: random.Random) -> None:
    """A reference to any node: also to one around it."""
    target = chance.choice([*places, way[:-1], way[: len(way) // 2]])
    pointer = "".join(
        "/" + str(token).replace("~", "~0").replace("/", "~1").replace("%", "%25") for token in target
    )
    at(made, way[:-1])[way[-1]] = {"$ref": f"#{pointer}"}


def _rename(made: Any, way: Way, _: list[Way], chance: random.Random) -> None:
    owner, last = at(made, way[:-1]), way[-1]
    if isinstance(owner, dict):
        name = chance.choice(
            (*WORDS, *attacks.ATTACKS.values(), *map(str, owner), str(last).upper(), f"{last} ")
        )
        members = [(name if key == last else key, item) for key, item in owner.items()]
        owner.clear()
        owner.update(members)


def _duplicate(made: Any, way: Way, _: list[Way], chance: random.Random) -> None:
    owner, last = at(made, way[:-1]), way[-1]
    for number in range(chance.choice((1, 3, 50))):
        if isinstance(owner, dict):
            owner[f"{last}{chance.choice(('_', '-', ' ', ''))}{number or ''}"] = copy.deepcopy(owner[last])
        else:
            owner.append(copy.deepcopy(owner[last]))


_EDITS: tuple[Callable[[Any, Way, list[Way], random.Random], None], ...] = (
    _delete, _retype, _retype, _attack, _swap, _graft, _deepen, _refer, _rename, _duplicate,
)  # fmt: skip


def garbled(text: bytes, chance: random.Random) -> bytes:
    """Bytes with one to three faults."""
    made = bytearray(text)
    for _ in range(chance.choice((1, 1, 2, 3))):
        where = chance.randrange(len(made) + 1)
        match chance.randrange(7):
            case 0:
                del made[where:]
            case 1:
                del made[where : where + chance.choice((1, 10, 1000))]
            case 2:
                made[where:where] = chance.randbytes(chance.choice((1, 4, 40)))
            case 3:
                made[where:where] = chance.choice(_PIECES)
            case 4:
                lines = made.split(b"\n")
                line = chance.randrange(len(lines))
                lines[line:line] = lines[line : line + chance.choice((1, 3))]
                made = bytearray(b"\n".join(lines))
            case 5 if where < len(made):
                made[where] ^= 1 << chance.randrange(8)
            case _:
                made = bytearray(made[where:])
    return bytes(made)


_PIECES = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80", b"\t", b"\r", b"\xe2\x80\xa8", b"&a ", b"*a ", b"<<: *a\n", b"!!python/none ", b"!!binary x",
    b"{", b"}", b"[", b"]", b": ", b"- ", b"? ", b"|\n", b">-\n", b"---\n", b"...\n", b"%YAML 9.9\n---\n", b"#", b"'", b'"', b"\\u0000", b"\\ud800", b"1e999",
    b"&a [*a]", b"&a {b: *a}", b".nan", b"0x", b"1_000", b"12:30:45", b"=", b"@", b"`",
)  # fmt: skip


def text_of(document: Any) -> bytes:
    """A document as JSON; what JSON has no text for is written as Python does."""
    return json.dumps(document, default=str).encode("utf-8", "surrogatepass")
