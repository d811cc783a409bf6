"""Is a value an instance of a schema as it is written? Asked of `jsonschema`, in the dialect of the document.

Swagger 2.0 and OpenAPI 3.0 read JSON Schema draft 4 with `nullable`/`x-nullable`, OpenAPI 3.1 and later read draft
2020-12. Beyond that stands what OpenAPI adds and JSON Schema does not know: discriminators, and members that only
requests or only responses have. A schema of `properties`, `required`, `additionalProperties` or `items` without a `type` is
read as the object or array that its author meant.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import jsonschema
import jsonschema.exceptions
import jsonschema.validators

from ..conditions import NOT_EVALUATED
from ..jsonvalue import is_array, is_object
from ..keywords import BOUNDED, BOUNDED_NEWER, Keyword
from ..source import Location, Source, escape_pointer
from .description import Description
from .discriminators import Choice, choices
from .formats import FORMATS

_READABLE = 160
_MOST_FOLLOWED = 20_000
_DEEPEST = 120
"""Keywords inside keywords; each takes some five of the thousand frames that Python has."""
# this library is typed in part only
_validators: Any = jsonschema.validators
_exceptions: Any = jsonschema.exceptions
_Error: Any = jsonschema.ValidationError

Taken: TypeAlias = set[tuple[int, bytes, frozenset[int]]]
"""Schemas and the digests of values that they take, with the discriminators that were not asked again meanwhile."""


@dataclass
class _Judging:
    """What keywords need to know beside the schema: the document it is in, the direction, what is known so far."""

    description: Description
    source: Source
    direction: str | None
    taken: Taken
    open: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    followed: int = 0
    depth: int = 0


_NOW: ContextVar[_Judging] = ContextVar("judging")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a value, and where in it: a JSON pointer (RFC 6901)."""

    pointer: str
    message: str


class Judge:
    """Asks the schemas of a description about values; what a referenced schema has taken once, it is not asked again.

    With `formats`, the formats that are known are asserted. `direction` is that of the message: in a "request", members
    that are read-only need not be there; in a "response", those that are write-only.
    """

    def __init__(self, description: Description, *, formats: bool = False) -> None:
        self._description = description
        self._formats = formats
        self._taken: dict[str | None, Taken] = {}

    def refusal(
        self, at: Location, value: Any, direction: str | None = None, *, about: str = ""
    ) -> str | None:
        """Why the raw schema at a place refuses a value; empty when it accepts, None when it cannot be evaluated.

        `about` is the member to speak of first.
        """
        errors = self._errors(at, value, direction)
        if not errors:
            return None if errors is None else ""
        told = [
            error
            for error in errors
            if about and (about in error.absolute_path or repr(about) in error.message)
        ]
        best = _exceptions.best_match(told or errors)
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in best.absolute_path)
        return f"{where.lstrip('.')}: {_short(best.message)}" if where else _short(best.message)

    def faults(self, at: Location, value: Any, direction: str | None = None) -> tuple[Fault, ...]:
        """Everything that the raw schema at a place has against a value; one that cannot be evaluated has nothing."""
        found: dict[Fault, None] = {}
        for error in self._errors(at, value, direction) or ():
            best = _exceptions.best_match([error])
            pointer = "".join(f"/{escape_pointer(str(part))}" for part in best.absolute_path)
            found[Fault(pointer, _short(best.message))] = None
        return tuple(found)

    def _errors(self, at: Location, value: Any, direction: str | None) -> list[Any] | None:
        """What `jsonschema` has against a value; None where the schema cannot be evaluated."""
        validator = (_LEGACY if _legacy(at.source) else _MODERN)[self._formats]
        taken = self._taken.setdefault(direction, set())
        token = _NOW.set(_Judging(self._description, at.source, direction, taken))
        try:
            return _followed(validator, at, value)
        except NOT_EVALUATED:
            return None  # a schema that is itself broken proves nothing
        finally:
            _NOW.reset(token)


def _short(message: str) -> str:
    """A validator's message; it repeats the value, which is shown already."""
    return message if len(message) <= _READABLE else f"{message[:60]} … {message[-60:]}"


def _legacy(source: Source) -> bool:
    content = source.content
    version = str(content.get("openapi", "")) if is_object(content) else ""
    return not version.startswith("3.") or version.startswith("3.0")


# --- keywords --------------------------------------------------------------------------------------------


def _nullable(keyword: Keyword) -> Keyword:
    """A keyword that a null passes when the schema around it is `nullable`; inside so many others, it is not asked."""

    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if instance is None and (schema.get("nullable") is True or schema.get("x-nullable") is True):
            return
        judging = _NOW.get()
        judging.depth += 1
        if judging.depth > _DEEPEST:
            raise ValueError("the schemas are too deep to evaluate")
        try:
            yield from keyword(validator, value, instance, schema) or ()
        finally:
            judging.depth -= 1

    return check


def _reference(validator: Any, value: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    """`$ref`, in the documents of the version; nothing is ever fetched. A `$id` in some object identifies nothing."""
    judging = _NOW.get()
    place = judging.description.target(Location(judging.source), value)
    if place is None:
        raise ValueError(f"{value} leads nowhere")
    yield from _followed(validator, place, instance)


def _followed(validator: Any, place: Location, instance: Any) -> list[Any]:
    """What the schema of a place has against a value."""
    judging = _NOW.get()
    # schemas that share others have more ways through them than can be followed
    judging.followed += 1
    if judging.followed > _MOST_FOLLOWED:
        raise ValueError("the schemas are too large to evaluate")
    try:
        schema = place.raw
    except KeyError:
        raise ValueError(f"there is nothing at {place.pointer}") from None
    # these are many, and some are long; one value may be written in two ways, which costs asking twice
    digest = hashlib.blake2b(marshal.dumps(instance, 2), digest_size=16).digest()
    asked = id(schema), digest, frozenset(one for one, of in judging.open if of == id(instance))
    if asked in judging.taken:
        return []
    outer, judging.source = judging.source, place.source
    try:
        errors = list(validator.descend(instance, schema))
    finally:
        judging.source = outer
    if not errors:
        judging.taken.add(asked)
    return errors


def _type(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if value != "file":
        yield from jsonschema.Draft4Validator.VALIDATORS["type"](validator, value, instance, schema) or ()


def _required(_validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if not is_array(value) or not is_object(instance):  # a parameter's `required` is a flag
        return
    judging = _NOW.get()
    hidden = {"request": "readOnly", "response": "writeOnly"}.get(judging.direction or "", "")
    for name in value:
        if name not in instance and not (hidden and _flagged(judging.description, schema, name, hidden)):
            yield _Error(f"{name!r} is a required property")


def _flagged(description: Description, schema: Any, name: str, flag: str) -> bool:
    """True when a member is marked, at its place or in what that refers to."""
    properties = schema.get("properties")
    written = properties.get(name) if is_object(properties) else None
    for _ in range(9):
        if not is_object(written):
            return False
        if written.get(flag) is True:
            return True
        reference = written.get("$ref")
        parts = written.get("allOf")
        if reference is None and is_array(parts) and len(parts) == 1 and is_object(parts[0]):
            reference = parts[0].get("$ref")
        if not isinstance(reference, str):
            return False
        written = description.anywhere(reference)
    return False


def _properties(validator: Any, value: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    """`properties`. Most members have nothing but a type, which needs no validator of its own."""
    if not validator.is_type(instance, "object"):
        return
    for name, schema in value.items():
        if name in instance:
            if is_object(schema) and _takes(validator, schema, instance[name]):
                continue
            yield from validator.descend(instance[name], schema, path=name, schema_path=name)


def _takes(validator: Any, schema: dict[str, Any], instance: Any) -> bool:
    """True where a schema that says nothing but a type takes a value."""
    type_ = schema.get("type")
    if not isinstance(type_, str) or type_ == "file" or any(map(_SAYING.__contains__, schema)):
        return False
    return bool(validator.is_type(instance, type_))


def _shaped(keyword: Keyword, kind: str) -> Keyword:
    """A keyword which says that the value is an object or array when nothing else does."""

    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        says_kind = not isinstance(value, bool)  # a parameter's `required` is a flag
        if (
            says_kind
            and "type" not in schema
            and not validator.is_type(instance, kind)
            and "$ref" not in schema
        ):
            yield _Error(f"{instance!r} is not of type {kind!r}")
        yield from keyword(validator, value, instance, schema) or ()

    return check


def _once(keyword: Keyword) -> Keyword:
    """`items`, where one value that stands in an array thousands of times, as in samples, is looked at once."""

    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if is_array(instance) and is_object(value) and "prefixItems" not in schema:
            instance = list({id(item): item for item in instance}.values())
        yield from keyword(validator, value, instance, schema) or ()

    return check


def _alternatives(keyword: Keyword) -> Keyword:
    """`oneOf` or `anyOf`, where a discriminator chooses instead."""

    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        choice = choices(_NOW.get().description, schema)
        if choice is None or not is_object(instance) or not isinstance(instance.get(choice.tag), str):
            yield from keyword(validator, value, instance, schema) or ()
            return
        yield from _chosen(validator, choice, instance)

    return check


def _discriminator(validator: Any, _value: Any, instance: Any, schema: Any) -> Iterator[Any]:
    """The base of a family: the value of the discriminator says of which descendant this is an instance."""
    if "oneOf" in schema or "anyOf" in schema or not is_object(instance):
        return
    judging = _NOW.get()
    choice = choices(judging.description, schema)
    mark = id(schema), id(instance)
    if choice is None or mark in judging.open or not isinstance(instance.get(choice.tag), str):
        return
    judging.open.add(mark)
    try:
        yield from _chosen(validator, choice, instance)
    finally:
        judging.open.discard(mark)


def _chosen(validator: Any, choice: Choice, instance: Any) -> Iterator[Any]:
    tag = instance[choice.tag]
    targets = choice.by_tag.get(tag)
    if targets is None:
        yield _Error(f"{choice.tag} {tag!r} is none of {', '.join(map(repr, choice.by_tag))}")
        return
    found: list[Any] = []
    for target in targets:
        if isinstance(target, Location):
            errors = _followed(validator, target, instance)
        else:
            errors = list(validator.descend(instance, target))
        if not errors:
            return
        found = found or errors
    yield from found


_SAYING = frozenset({*jsonschema.Draft4Validator.VALIDATORS, *jsonschema.Draft202012Validator.VALIDATORS}) - {
    "type"
}


def _keywords(base: Any, **more: Keyword) -> tuple[Any, Any]:
    """A dialect, and the same with its formats asserted."""
    known: dict[str, Any] = {
        **base.VALIDATORS,
        "properties": _properties,
        "required": _required,
        "discriminator": _discriminator,
        "$ref": _reference,
        **more,
    }
    known["items"] = _once(known["items"])
    for name in ("properties", "required", "additionalProperties"):
        known[name] = _shaped(known[name], "object")
    known["items"] = _shaped(known["items"], "array")
    for name in ("oneOf", "anyOf"):
        known[name] = _alternatives(known[name])
    if "$dynamicRef" in known:
        known["$dynamicRef"] = _reference
    judge = _validators.extend(base, {name: _nullable(keyword) for name, keyword in known.items()})
    return judge({}), judge({}, format_checker=FORMATS)


_LEGACY = _keywords(jsonschema.Draft4Validator, **BOUNDED, type=_type)
# OpenAPI 3.1 has no `nullable`, but documents that were moved up from 3.0 keep it and mean it, and `load` believes them
_MODERN = _keywords(jsonschema.Draft202012Validator, **BOUNDED_NEWER)
