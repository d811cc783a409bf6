"""Witnesses: what a rule shows as proof, and an independent check of it against the schemas as they were written.

A payload is validated with `jsonschema` against both raw documents, in the dialect of each: Swagger 2.0 and OpenAPI
3.0 read JSON Schema draft 4 with `nullable`/`x-nullable`, OpenAPI 3.1 reads draft 2020-12. Only what both sides
confirm is called verified.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

import jsonschema
import jsonschema.exceptions
import jsonschema.validators
import referencing
import referencing.exceptions

from ..finding import Side, Witness
from ..jsonvalue import is_array, is_object
from ..model import Api
from ..pattern import matches
from ..source import Location, Source
from .formats import FORMATS

_ROOT = "file:///"  # a scheme that relative references resolve in; nothing is read from it
_READABLE = 160
_ITEMS = 8
# these libraries are typed in part only
_validators: Any = jsonschema.validators
_exceptions: Any = jsonschema.exceptions
_Resource: Any = referencing.Resource
_Registry: Any = referencing.Registry
_NoSuchResource: Any = referencing.exceptions.NoSuchResource


@dataclass(frozen=True, slots=True)
class Payload:
    """A JSON value and the schemas that judge it.

    `about` is the member that makes the difference. `by_format`: the refusal rests on `format`, so formats count.
    """

    value: Any
    accepted: Side
    before: Location
    after: Location
    about: str = ""
    by_format: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A proof that no validator reads: a request line, headers, a Python snippet."""

    kind: str
    text: str
    reason: str
    accepted: Side = "before"


Proof: TypeAlias = "Payload | Shown"


def attest(proof: Proof, before: Api, after: Api) -> Witness:
    """A proof as a witness, verified where an independent validator can judge it."""
    accepted = proof.accepted
    refused: Side = "after" if accepted == "before" else "before"
    if isinstance(proof, Shown):
        return Witness(proof.kind, proof.text, accepted, refused, reason=proof.reason)
    text = json.dumps(_abridged(proof.value), indent=2, ensure_ascii=False)
    answers = {
        "before": judge(before, proof.before, proof.value, proof.about, proof.by_format),
        "after": judge(after, proof.after, proof.value, proof.about, proof.by_format),
    }
    taken, reason = answers[accepted], answers[refused]
    if taken is None or reason is None:
        return Witness("payload", text, accepted, refused, reason="the schema as written could not be read")
    if reason == "":
        reason = "what tells them apart is not in the schema as written (a discriminator)"
    elif taken:
        reason = f"{reason}; but {accepted}, the schema as written refuses it too: {taken}"
    return Witness(
        "payload", text, accepted, refused, verified=answers[refused] != "" and not taken, reason=reason
    )


def _abridged(value: Any) -> Any:
    """A value to show: what is too long to read is cut, and says how long it was."""
    if isinstance(value, str) and len(value) > _READABLE:
        return f"{value[:20]}… ({len(value)} characters)"
    if is_array(value):
        cut = [_abridged(item) for item in value[: _ITEMS if len(value) > _ITEMS else None]]
        return [*cut, f"… ({len(value)} items)"] if len(value) > _ITEMS else cut
    if is_object(value):
        return {name: _abridged(member) for name, member in value.items()}
    return value


def _short(message: str) -> str:
    """A validator's message; it repeats the value, which is shown already."""
    return message if len(message) <= _READABLE else f"{message[:60]} … {message[-60:]}"


def judge(api: Api, at: Location, value: Any, about: str = "", formats: bool = False) -> str | None:
    """Why the raw schema at a place refuses a value; empty when it accepts, None when it cannot be evaluated.

    With `formats`, the formats that are known are asserted.
    """
    place = _schema_at(at)
    if place is None:
        return None
    validator = _dialect(place.source)
    schema = {"$ref": f"{_address(place.source)}#{quote(place.pointer, safe='/~')}"}
    checker = FORMATS if formats else None
    try:
        errors = list(
            validator(
                schema, registry=_registry(api.sources, place.source), format_checker=checker
            ).iter_errors(value)
        )
    except (referencing.exceptions.Unresolvable, RecursionError, TypeError, ValueError, AttributeError):
        return None  # a schema that is itself broken proves nothing
    if not errors:
        return ""
    told = [
        error for error in errors if about and (about in error.absolute_path or repr(about) in error.message)
    ]
    best = _exceptions.best_match(told or errors)
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in best.absolute_path)
    return f"{where.lstrip('.')}: {_short(best.message)}" if where else _short(best.message)


def _schema_at(at: Location) -> Location | None:
    """The schema of a place: the place itself, or the schema inside a media type, header or parameter."""
    try:
        raw = at.raw
    except KeyError:
        return None
    if not is_object(raw):
        return None
    if is_object(raw.get("schema")):
        return at.child("schema")
    return None if "responses" in raw or "content" in raw else at


def _address(source: Source) -> str:
    return _ROOT + quote(posixpath.normpath(source.path).lstrip("/"))


@lru_cache(maxsize=8)
def _registry(sources: tuple[Source, ...], own: Source) -> Any:
    """All files of a version, by address; nothing is ever fetched."""
    known = {_address(source): source for source in (*sources, own)}

    def retrieve(uri: str) -> Any:
        source = known.get(uri) or known.get(_ROOT + quote(unquote(uri.removeprefix(_ROOT))))
        if source is None:
            raise _NoSuchResource(ref=uri)
        # opaque: a property called `id` or `$id` in some object is no identifier of a schema
        return _Resource(contents=source.content, specification=referencing.Specification.OPAQUE)

    return _Registry(retrieve=retrieve)


def _legacy(source: Source) -> bool:
    content = source.content
    version = str(content.get("openapi", "")) if is_object(content) else ""
    return not version.startswith("3.") or version.startswith("3.0")


def _dialect(source: Source) -> Any:
    return _OPENAPI_30 if _legacy(source) else _OPENAPI_31


Keyword: TypeAlias = Callable[[Any, Any, Any, Any], Iterator[Any] | None]


def _nullable(keyword: Keyword) -> Keyword:
    """A keyword that a null passes when the schema around it is `nullable`."""

    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if instance is None and (schema.get("nullable") is True or schema.get("x-nullable") is True):
            return
        yield from keyword(validator, value, instance, schema) or ()

    return check


def _pattern(validator: Any, value: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if validator.is_type(instance, "string") and not matches(value, instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {value!r}")


def _type(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if value != "file":
        yield from jsonschema.Draft4Validator.VALIDATORS["type"](validator, value, instance, schema) or ()


def _required(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if is_array(value):  # a parameter's `required` is a flag
        yield from jsonschema.Draft4Validator.VALIDATORS["required"](validator, value, instance, schema) or ()


_OPENAPI_30 = _validators.extend(
    jsonschema.Draft4Validator,
    {
        name: _nullable(keyword)
        for name, keyword in {
            **jsonschema.Draft4Validator.VALIDATORS,
            "pattern": _pattern,
            "type": _type,
            "required": _required,
        }.items()
    },
)
# OpenAPI 3.1 has no `nullable`, but documents that were moved up from 3.0 keep it and mean it, and `load` believes them
_OPENAPI_31 = _validators.extend(
    jsonschema.Draft202012Validator,
    {
        name: _nullable(keyword)
        for name, keyword in {**jsonschema.Draft202012Validator.VALIDATORS, "pattern": _pattern}.items()
    },
)
