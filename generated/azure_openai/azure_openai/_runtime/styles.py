"""How parameter values are written: the style table of OpenAPI 3.1 "Style Values".

The rest of the table is RFC 6570. Values come as plain JSON values (see `codec.to_wire`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast
from urllib.parse import quote

from .call import Cookie, Header, Parameter, Path, Query, Style
from .codec import encode_json, to_wire
from .errors import RequestError
from .models import UNSET

Encode = Callable[[str], str]

# What stays as it is in the query with allowReserved: RFC 3986 "reserved" without the characters
# that would end the value or be read as something else: # & + [ ].
_RESERVED_IN_QUERY = "%:/?@!$'()*,;="
_RESERVED_IN_PATH = "%:/@!$&'()*+,;="

# RFC 6265 §4.1.1: the name of a cookie is an RFC 9110 token.
COOKIE_NAME = "!#$%&'*+^`|"

_DELIMITERS: dict[Style, str] = {
    "spaceDelimited": "%20",
    "pipeDelimited": "%7C",
    "tabDelimited": "%09",
}


def percent_encode(text: str, safe: str = "") -> str:
    """Percent-encode everything but RFC 3986 "unreserved" and ``safe``, as UTF-8.

    Raises `RequestError` for lone surrogates, which have no UTF-8.
    """
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError:
        raise RequestError("a value holds a lone surrogate, which cannot be sent") from None


def is_absent(value: object) -> bool:
    """Whether a parameter is not sent."""
    return value is None or value is UNSET


def path_text(parameter: Path) -> str:
    """Write the text that replaces ``{name}``, percent-encoded."""
    safe = _RESERVED_IN_PATH if parameter.allow_reserved else ""
    return "".join(_pieces(parameter, lambda text: percent_encode(text, safe)))


def query_pieces(parameter: Query) -> list[str]:
    """Write the ``name=value`` pieces to be joined by ``&``, percent-encoded."""
    safe = _RESERVED_IN_QUERY if parameter.allow_reserved else ""
    return _pieces(parameter, lambda text: percent_encode(text, safe))


def header_text(parameter: Header) -> str:
    """Write a header value; not percent-encoded, as OpenAPI wants it."""
    return "".join(_pieces(parameter, str))


def cookie_pieces(parameter: Cookie) -> list[str]:
    """Write the ``name=value`` pieces to be joined by ``; ``."""
    if parameter.style == "cookie":
        return _pieces(parameter, _refuse_separators)
    return _pieces(parameter, percent_encode)


def scalar_text(value: Any) -> str:
    """Write one plain value: strings as they are, everything else as JSON."""
    return value if isinstance(value, str) else encode_json(value).decode()


def in_brackets(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Write a plain JSON value as deepObject: names and texts that are not yet encoded.

    Lists and deeper levels are not in OpenAPI. With numbers, lists can hold objects too.
    """
    match value:
        case None:
            return
        case dict():
            for key, each in cast("dict[str, Any]", value).items():
                yield from in_brackets(f"{name}[{key}]", each)
        case list() | tuple():
            for number, each in enumerate(cast("list[Any]", value)):
                yield from in_brackets(f"{name}[{number}]", each)
        case _:
            yield name, scalar_text(value)


def _refuse_separators(text: str) -> str:
    # RFC 6265 §4.1.1 cookie-octet.
    if any(character in ' ",;\\' for character in text):
        raise RequestError("a cookie value holds a character that ends it")
    return text


def _pieces(parameter: Parameter, encode: Encode) -> list[str]:
    name, style = parameter.wire_name, parameter.style
    if parameter.media_type is not None:
        value: Any = encode_json(parameter.value).decode()
        style = "simple" if isinstance(parameter, Path | Header) else "form"
    else:
        value = to_wire(parameter.value)
    explode = parameter.explode
    if explode is None:
        explode = style in ("form", "cookie")
    if style == "deepObject":
        return [f"{percent_encode(inner)}={encode(text)}" for inner, text in in_brackets(name, value)]
    match value:
        case list() | tuple():
            given = cast("list[object]", value)
            items = [scalar_text(each) for each in given if each is not None]
            return _array(name, [encode(item) for item in items], style, explode)
        case dict():
            members = cast("dict[str, Any]", value)
            pairs = [(k, scalar_text(v)) for k, v in members.items() if v is not None]
            return _object(name, [(encode(k), encode(v)) for k, v in pairs], style, explode)
        case _:
            return _scalar(name, encode(scalar_text(value)), style)


def _scalar(name: str, text: str, style: Style) -> list[str]:
    match style:
        case "simple":
            return [text]
        case "label":
            return [f".{text}"]
        case "matrix":
            return [f";{percent_encode(name)}={text}" if text else f";{percent_encode(name)}"]
        case _:
            return [f"{percent_encode(name)}={text}"]


def _array(name: str, items: list[str], style: Style, explode: bool) -> list[str]:
    # RFC 6570 §2.3: a list without members is undefined, and undefined variables are left out.
    if not items:
        return []
    match style:
        case "simple":
            return [",".join(items)]
        case "label":
            return ["".join(f".{item}" for item in items)] if explode else ["." + ",".join(items)]
        case "matrix":
            encoded = percent_encode(name)
            if explode:
                return [_matrix(encoded, item) for item in items]
            return [_matrix(encoded, ",".join(items))]
        case _:
            encoded = percent_encode(name)
            if explode:
                return [f"{encoded}={item}" for item in items]
            return [f"{encoded}={_DELIMITERS.get(style, ',').join(items)}"]


def _object(name: str, pairs: list[tuple[str, str]], style: Style, explode: bool) -> list[str]:
    if not pairs:
        return []
    joined = [f"{key}={value}" for key, value in pairs]
    flat = [text for pair in pairs for text in pair]
    match style:
        case "simple":
            return [",".join(joined if explode else flat)]
        case "label":
            return ["." + (".".join(joined) if explode else ",".join(flat))]
        case "matrix":
            if explode:
                return [_matrix(key, value) for key, value in pairs]
            return [_matrix(percent_encode(name), ",".join(flat))]
        case _:
            if explode:
                return joined
            return [f"{percent_encode(name)}={_DELIMITERS.get(style, ',').join(flat)}"]


def _matrix(name: str, value: str) -> str:
    return f";{name}={value}" if value else f";{name}"
