"""Texts of formats that have a Python type, as that type writes them: what an example says in another way is sent in this one."""

from __future__ import annotations

import base64
import datetime
import uuid
from collections.abc import Callable
from typing import Any

import msgspec

from ...jsonvalue import is_array, is_object
from ...model import Api, ListOf, MapOf, Model, Record, Scalar, Type
from ..types.spelling import own_type


def as_written(api: Api, type_: Type, value: Any) -> Any:
    """A value with fractions of seconds to the microsecond, and identifiers in small letters. Raises ValueError for what is none."""
    return _written(api, type_, value, _WRITTEN)


def files_as_text(api: Api, type_: Type, value: Any) -> Any:
    """JSON with the octets of files as base64, as JSON has no others (OpenAPI 3.0 "Data Types", format byte)."""
    return _written(api, type_, value, {"FileInput": _octets})


def octets_as_written(api: Api, type_: Type | Model, value: Any) -> Any:
    """A value with the bits that a base64 text has too many of at 0 (RFC 4648 section 3.5), as whoever writes it has them."""
    return _written(api, type_, value, {"bytes": _base64})


def _written(api: Api, type_: Type | Model, value: Any, ways: dict[str, Callable[[str], str]]) -> Any:
    match api.present(type_):
        case Scalar() as scalar if isinstance(value, str):
            way = ways.get(own_type(scalar) or "")
            return way(value) if way is not None else value
        case ListOf(prefix=()) as listed if is_array(value):
            return [_written(api, listed.of, item, ways) for item in value]
        case MapOf(patterns=()) as mapped if is_object(value):
            return {name: _written(api, mapped.of, item, ways) for name, item in value.items()}
        case Record() as record if is_object(value):
            types = {item.wire_name: item.type for item in record.fields}
            return {
                name: _written(api, types[name], item, ways) if name in types else item
                for name, item in value.items()
            }
        case _:
            return value


def _moment(text: str) -> str:
    return datetime.datetime.fromisoformat(text).isoformat().replace("+00:00", "Z")


def _identifier(text: str) -> str:
    return str(uuid.UUID(text))


def _duration(text: str) -> str:
    try:
        return str(msgspec.to_builtins(msgspec.convert(text, datetime.timedelta)))
    except msgspec.ValidationError:
        return text  # months and years are of no fixed length, and stay a text


def _base64(text: str) -> str:
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode()
    except ValueError:
        return text


def _octets(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


_WRITTEN: dict[str, Callable[[str], str]] = {
    "datetime.datetime": _moment,
    "datetime.timedelta": _duration,
    "uuid.UUID": _identifier,
}
