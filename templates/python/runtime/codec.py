"""JSON to Python and back.

Reading: the fast decoder first; only when it refuses, `lenient`. Numbers: integers of any size up
to 4300 digits are kept exactly; floats are IEEE doubles (RFC 8259 §6); NaN, Infinity and numbers
out of range are refused; a decimal keeps all its digits. Of duplicate names the last wins (RFC 8259 §4). A date-time keeps
microseconds. JSON is UTF-8 with or without a byte order mark (RFC 8259 §8.1).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import GenericAlias
from typing import Any, cast

import msgspec

from .errors import DecodeError, RequestError
from .lenient import Converter, json_path
from .models import UNSET, Model, declared_class
from .shapes import Scalar, shape_of
from .substitutes import has_substitutes, restore

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def decode_json(data: bytes, type_: Any, *, strict: bool = False, whole: bool = False) -> Any:
    """Decode a JSON document into a type.

    Values of another type than declared are kept as plain JSON, and required fields that are
    missing are `UNSET`; with ``strict`` both raise `DecodeError` with the JSON path. With ``whole`` so
    does a document that is of another kind altogether: null or a list where an object is due.
    Unknown fields and new values of open enumerations are always kept: adding them breaks no
    promise. What is not JSON, or nested too deeply for Python's recursion limit, raises
    `DecodeError`.
    """
    if data.startswith(_BYTE_ORDER_MARK):
        data = data[len(_BYTE_ORDER_MARK) :]
    try:
        result, converter = _decode(data, type_, strict, strict or whole)
        if converter.lacks_digits:
            if len(_with_decimals) < _MOST_FITTING:
                _with_decimals.add(type_)
            result, converter = _decode(data, type_, strict, strict or whole, digits=True)
    except RecursionError:
        raise DecodeError("the JSON document is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise DecodeError(f"not a JSON document: {exc}") from None
    problems = converter.problems
    if not strict:
        problems = [one for one in problems if whole and not one.path and _is_container(type_)]
    if problems:
        path = json_path(problems[0].path)
        raise DecodeError(f"{path}: {problems[0].text}", path=path)
    return result


def _decode(
    data: bytes, type_: Any, strict: bool, checked: bool, *, digits: bool = False
) -> tuple[Any, Converter]:
    """Decode a document, the fast way if there is no problem that counts: where they are ``checked``, if there is none.

    With ``digits`` those of each number are remembered for decimals; so they are where the type was seen to need it.
    """
    digits = digits or type_ in _with_decimals
    fitting = _fitting.get(type_, type_)
    converter = Converter(strict=strict)
    try:
        result = _parsed(data, fitting, converter, digits)
        if not (checked and converter.problems):
            return result, converter
    except msgspec.ValidationError:
        pass
    converter = Converter(strict=strict)
    plain = _parsed(data, Any, converter, digits)
    result = converter.convert(plain, type_, refused=fitting is type_)
    if not converter.problems:
        _remember(type_, result)
    return result, converter


def _parsed(data: bytes, type_: Any, converter: Converter, digits: bool) -> Any:
    if not digits:  # a decoder of one's own is made in ten times the time
        return msgspec.json.decode(data, type=type_, dec_hook=converter.hook)
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
        type_, dec_hook=converter.hook, float_hook=converter.number
    )
    return decoder.decode(data)


def _remember(type_: Any, result: Any) -> None:
    """Note the class with undeclared fields that a document needed: the next one is tried with it first.

    It takes just the documents with the same undeclared fields, and gives what it would give them anyway.
    """
    is_list = isinstance(result, list)
    items = cast("list[object]", result if is_list else [result])
    made = type(items[0]) if items else None
    if made is None or not issubclass(made, Model) or any(type(item) is not made for item in items):
        return
    if not made.__extra_names__:
        _fitting.pop(type_, None)
    elif len(_fitting) < _MOST_FITTING:
        declared = declared_class(made)
        if type_ in (declared, GenericAlias(list, (declared,))):
            _fitting[type_] = GenericAlias(list, (made,)) if is_list else made


def _is_container(type_: Any) -> bool:
    return not isinstance(shape_of(type_), Scalar)


def encode_json(value: Any) -> bytes:
    """Encode a value as JSON; a Decimal becomes a number, and a string where a model says so.

    Raises `RequestError` for what JSON cannot hold: NaN and infinities, lone surrogates, nesting
    beyond Python's recursion limit, and objects of unknown types.
    """
    try:
        data = _encoder.encode(_plain(value) if has_substitutes() else value)
    except RecursionError:
        raise RequestError("the value is nested too deeply to be sent as JSON") from None
    except (TypeError, ValueError, OverflowError) as exc:
        raise RequestError(f"the value cannot be sent as JSON: {exc}") from None
    if _may_have_nan(value, data) and _has_nan(_plain(value)):
        raise RequestError("the value cannot be sent as JSON: NaN and infinities are not numbers")
    return data


def to_wire(value: Any, type_: Any = Any) -> Any:
    """Turn a value into plain JSON values, as they would be sent, and Decimals for exact numbers.

    ``type_`` is what a value is declared as: a dictionary in place of a model does not say which decimals
    are due in a string. What is `UNSET` stays so. Raises like `encode_json`.
    """
    if value is UNSET:
        return value
    try:
        return _plain(value, type_)
    except RecursionError:
        raise RequestError("the value is nested too deeply to be sent") from None
    except (TypeError, ValueError, OverflowError) as exc:
        raise RequestError(f"the value cannot be sent: {exc}") from None


def _plain(value: Any, type_: Any = Any) -> Any:
    plain = msgspec.to_builtins(
        value, builtin_types=(Decimal,), str_keys=True, enc_hook=_encode_other
    )
    return restore(value, plain, type_) if has_substitutes() else plain


def _encode_other(value: Any) -> Any:
    match value:
        case str():
            return str.__str__(value)
        case Mapping():
            members = cast("Mapping[object, object]", value)
            return dict(members)
        case Sequence():
            return list(cast("Sequence[object]", value))
        case _:
            raise TypeError(f"objects of type {type(value).__name__} are not supported")


def _may_have_nan(value: Any, data: bytes) -> bool:
    """Whether a value may hold NaN or an infinity; nearly never.

    The encoder writes one as null, and of a Decimal its name. Where there is one of these, MessagePack
    tells more: it writes each float as 0xCB and its IEEE 754 bits, in a tenth of a look at each value.
    """
    if not (b"null" in data or b"NaN" in data or b"Infinity" in data):
        return False
    try:
        packed = _packer.encode(value)
    except (TypeError, ValueError, OverflowError):
        return True  # it has no integers of more than 64 bits
    return b"\xcb" in packed and _NOT_FINITE.search(packed) is not None


def _has_nan(value: Any) -> bool:
    match value:
        case float():
            return not math.isfinite(value)
        case Decimal():
            return not value.is_finite()
        case dict():
            return any(map(_has_nan, cast("dict[str, Any]", value).values()))
        case list() | tuple():
            return any(map(_has_nan, cast("list[Any]", value)))
        case _:
            return False


_fitting: dict[Any, Any] = {}
_with_decimals: set[Any] = set()
_MOST_FITTING = 256

_encoder = msgspec.json.Encoder(enc_hook=_encode_other, decimal_format="number")
_packer = msgspec.msgpack.Encoder(enc_hook=_encode_other, decimal_format="number")
_NOT_FINITE = re.compile(rb"\xcb[\x7f\xff][\xf0-\xff]")
