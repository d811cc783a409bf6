"""What a call must put on the wire, worked out from the specification alone.

The emitted tests compare it with what the client really sends, so nothing here may use the client's templates or
runtime, nor what decides how they are filled in (`calls`): a fault there must show.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, unquote

from ...jsonvalue import is_array, is_object
from ...media import TOKEN, is_form, is_json, is_range
from ...model import (
    Anything,
    Api,
    Body,
    Content,
    ListOf,
    Operation,
    Parameter,
    Requirement,
    Scalar,
    SecurityScheme,
    Server,
)
from ...sample import NoSample

SECRET = "not-a-secret"  # noqa: S105 - what the emitted tests authenticate with
# RFC 9110 section 8.3.1
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+(;[^\x00-\x1f\x7f]*)?", re.ASCII)
# RFC 9110 section 5.6.2
_ADDRESS = re.compile(r"https?://(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d+)?(?:/|\Z)", re.ASCII)
# OpenAPI 3.x, `allowReserved`, without the characters that end a value or mean another one in a form (RFC 3986 section 2.2)
_RESERVED = ":/?@!$'()*,;="
_JSON_TOO = ("text/json", "*/*", "application/*", "application/*+json")
_DELIMITERS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}


@dataclass
class ExpectedRequest:
    """A request as it must arrive, credentials aside: decoded query pairs, lower-case header names."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    reserved: list[str] = field(default_factory=list)
    """Pieces of the query as they are written: of those alone it is said which characters are not percent-encoded."""

    def as_json(self) -> dict[str, Any]:
        """The request as the data file holds it."""
        return {
            "method": self.method,
            "path": self.path,
            "query": sorted([name, value] for name, value in self.query),
            "headers": self.headers,
            "cookies": self.cookies,
            **({"reserved": self.reserved} if self.reserved else {}),
        }


def expected_request(api: Api, operation: Operation, values: dict[int, Any]) -> ExpectedRequest:
    """The request for parameter values, by the parameter's position in the operation."""
    # a fragment tells two entries of `paths` apart and is never sent (RFC 9110 section 7.1)
    path, fixed = _parts(operation.path)
    _refuse_unsendable(api, operation, path)
    request = ExpectedRequest(operation.method, _written(path))
    for pair in fixed.split("&") if fixed else ():
        name, _, value = pair.partition("=")
        request.query.append((name, value))
    for index, parameter in enumerate(operation.parameters):
        if index in values:
            _place(request, parameter, values[index])
    return request


def _refuse_unsendable(api: Api, operation: Operation, path: str) -> None:
    """Raises NoSample for names that HTTP has no place for: a client refuses the call, and says why."""
    names = [one.wire_name for one in operation.parameters if one.place == "header"]
    for name in names:
        if not TOKEN.fullmatch(name):
            raise NoSample(f"{name!r} is no name of a header")
    unsent = {one.name for one in api.schemes if one.kind in ("apiKey", "http") and not _can_be_sent(one)}
    if operation.security and all(any(n in unsent for n, _ in one.schemes) for one in operation.security):
        raise NoSample("no credential that it takes can be sent in a header")
    spoken = [*(operation.body.contents[:1] if operation.body is not None else ())]
    spoken += [content for response in operation.responses for content in response.contents]
    for content in spoken:
        if not _MEDIA_TYPE.fullmatch(content.media_type):
            raise NoSample(f"{content.media_type!r} is no media type")
    if any(unquote(segment) in (".", "..") for segment in path.split("/")):
        raise NoSample("a segment of the path is '.' or '..'")


def _parts(path: str) -> tuple[str, str]:
    """Path and query of an entry of `paths`; a `?` or a `#` inside the braces of a name is part of the name."""
    pieces = re.split(r"(\{[^{}]+\}|[?#])", path)
    end = pieces.index("#") if "#" in pieces else len(pieces)
    start = pieces.index("?", 0, end) if "?" in pieces[:end] else end
    return "".join(pieces[:start]), "".join(pieces[start + 1 : end])


def _written(path: str) -> str:
    """A path as it is sent, its variables aside: what no path may hold is percent-encoded (RFC 3986 section 3.3)."""
    parts = re.split(r"(\{[^{}]+\})", path)
    return "".join(
        part if at % 2 else quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", part), safe="/:@!$&'()*+,;=%")
        for at, part in enumerate(parts)
    )


def _place(request: ExpectedRequest, parameter: Parameter, value: Any) -> None:
    name = parameter.wire_name
    if parameter.place == "querystring" and is_object(value):
        # OpenAPI 3.2, Parameter Locations: the whole query is a form, and its members are the pairs
        pairs, text = [(key, plain(item)) for key, item in value.items()], ""
    elif parameter.media_type is not None:
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        pairs = [(name, text)]
    else:
        pairs = _pairs(parameter, value)
        text = pairs[0][1] if pairs else ""
    match parameter.place:
        case "path":
            shown = quote(text, safe="") if parameter.media_type is not None else _in_path(parameter, value)
            request.path = request.path.replace(f"{{{name}}}", shown)
            # some write the query into the path, variables and all
            request.query = [
                (key, held.replace(f"{{{name}}}", unquote(shown))) for key, held in request.query
            ]
        case "query" | "querystring":
            # a parameter that the path's own query also fixes is sent once
            request.query = [*(pair for pair in request.query if pair[0] != name), *pairs]
            # whether `%` begins what is encoded already, a value does not say
            if parameter.allow_reserved and isinstance(value, str) and "%" not in value:
                request.reserved.append(f"{quote(name, safe='')}={quote(value, safe=_RESERVED)}")
        case "header":
            request.headers[name.lower()] = text
        case "cookie" if parameter.style == "cookie":
            request.cookies.update(pairs)
        case "cookie":
            # a form is percent-encoded (RFC 6570), in a cookie as elsewhere; what stands between its items is not
            named = replace(parameter, wire_name=quote(name, safe=""))
            request.cookies.update(_pairs(named, _coded(text if parameter.media_type is not None else value)))


def _coded(value: Any, safe: str = "") -> Any:
    """A value with each of its texts percent-encoded."""
    if is_object(value):
        return {quote(key, safe=safe): quote(plain(item), safe=safe) for key, item in value.items()}
    if is_array(value):
        return [quote(plain(item), safe=safe) for item in value]
    return quote(plain(value), safe=safe)


def _pairs(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    """The name and value pairs of a value (OpenAPI 3.x, Style Values)."""
    if value in ([], {}):
        return []  # nothing to write: no style gives an empty list or object a form
    name = parameter.wire_name
    mark = _DELIMITERS.get(parameter.style, ",")
    if parameter.style == "deepObject":
        return list(_indexed(name, value))
    spread = parameter.explode and parameter.place in ("query", "cookie")
    if is_object(value):
        if spread:
            return [(key, plain(item)) for key, item in value.items()]
        joined = [
            f"{key}={plain(item)}" if parameter.explode else f"{key}{mark}{plain(item)}"
            for key, item in value.items()
        ]
        return [(name, mark.join(joined))]
    if is_array(value):
        if spread:
            return [(name, plain(item)) for item in value]
        return [(name, mark.join(plain(item) for item in value))]
    return [(name, plain(value))]


def _in_path(parameter: Parameter, value: Any) -> str:
    """A value as a segment of a path: encoded, and then joined (RFC 6570 section 3.2.1)."""
    name = quote(parameter.wire_name, safe="")
    # of the reserved characters, those that a path may hold (RFC 3986 section 3.3; OpenAPI 3.2, `allowReserved`)
    coded = _coded(value, ":/@!$&'()*+,;=" if parameter.allow_reserved else "")
    items = coded if is_array(coded) else [coded]
    if is_object(coded):
        items = [f"{key}={item}" if parameter.explode else f"{key},{item}" for key, item in coded.items()]
    if parameter.style == "label":
        return "." + ("." if parameter.explode else ",").join(items)
    if parameter.style != "matrix":
        return ",".join(items)
    if not parameter.explode:
        return f";{name}=" + ",".join(items)
    return "".join(f";{item}" if is_object(coded) else f";{name}={item}" for item in items)


def plain(value: Any) -> str:
    """A scalar as text: JSON's spelling of booleans, the shortest of numbers; JSON for the rest."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def alternatives(api: Api, operation: Operation) -> list[dict[str, Any]]:
    """What each security alternative puts on the wire, for a caller who has just its credentials.

    One entry each: `schemes` that the caller has a credential for, and `headers`, `query`, `cookies`. The first is for a
    caller who has all of them. Of alternatives that a caller can meet, the first that proves something is used (OpenAPI 3.x,
    Security Requirement Object: one of them needs to be satisfied).
    """
    known = [scheme.name for scheme in api.schemes if _can_be_sent(scheme)]
    held = [known]
    for requirement in operation.security:
        names = [name for name, _ in requirement.schemes]
        if names not in held and all(name in known for name in names):
            held.append(names)
    return [
        {"schemes": names, **_proof(api, met)}
        for names in held
        if (met := _met(operation, names)) is not None or not operation.security
    ]


_PROVING = ("apiKey", "http", "oauth2", "openIdConnect")


def _can_be_sent(scheme: SecurityScheme) -> bool:
    """True for a scheme with a place on the wire: not a client certificate, nor what no header can be called or say."""
    if scheme.kind == "apiKey":
        return scheme.place is not None and (
            scheme.place != "header" or TOKEN.fullmatch(scheme.wire_name or "") is not None
        )
    if scheme.kind == "http" and scheme.scheme:
        return TOKEN.fullmatch(scheme.scheme) is not None
    return scheme.kind in _PROVING


def _met(operation: Operation, held: list[str]) -> Requirement | None:
    """The alternative that a caller with these credentials meets."""
    met = [one for one in operation.security if all(name in held for name, _ in one.schemes)]
    return next((one for one in met if one.schemes), met[0] if met else None)


def _proof(api: Api, requirement: Requirement | None) -> dict[str, Any]:
    headers: dict[str, str] = {}
    query: list[list[str]] = []
    cookies: dict[str, str] = {}
    schemes = {scheme.name: scheme for scheme in api.schemes}
    for name, _ in requirement.schemes if requirement is not None else ():
        scheme = schemes[name]
        if scheme.kind == "apiKey" and scheme.wire_name is not None:
            if scheme.place == "header":
                headers[scheme.wire_name.lower()] = SECRET
            elif scheme.place == "query":
                query.append([scheme.wire_name, SECRET])
            elif scheme.place == "cookie":
                # the name of a cookie is a token (RFC 6265 section 4.1.1)
                cookies[quote(scheme.wire_name, safe="!#$%&'*+^`|")] = SECRET
        elif scheme.kind == "http" and scheme.scheme == "basic":
            # RFC 7617 section 2
            headers["authorization"] = "Basic " + base64.b64encode(f"user:{SECRET}".encode()).decode()
        else:
            # RFC 9110 section 11.4, RFC 6750 section 2.1
            word = scheme.scheme if scheme.kind == "http" and scheme.scheme else "bearer"
            headers["authorization"] = f"{word.capitalize()} {SECRET}"
    return {"headers": headers, "query": query, "cookies": cookies}


def server_address(servers: tuple[Server, ...]) -> str | None:
    """The address of the first server, its variables at their defaults; None where it is not known from here.

    A relative one is relative to where the document was found (OpenAPI 3.x, Server Object).
    """
    if not servers:
        return None
    url = servers[0].url
    for variable in servers[0].variables:
        if not variable.default:
            return None
        url = url.replace(f"{{{variable.name}}}", variable.default)
    whole = _ADDRESS.match(url) is not None and "{" not in url and url.count("://") == 1
    return url.rstrip("/") if whole else None


def written_as(api: Api, body: Body) -> Content:
    """The content that a body is written in when nobody chooses: the first that is JSON, a form, or no object.

    A range that takes `application/json` is written as that; so is another spelling of it, where it is described too.
    """
    for content in body.contents:
        what = api.resolve(content.type)
        is_text = isinstance(what, Scalar) and what.kind == "string" and is_range(content.media_type)
        if content.media_type in _JSON_TOO and not is_text:
            plain = next((one for one in body.contents if one.media_type == "application/json"), content)
            return replace(plain, media_type="application/json") if "*" in plain.media_type else plain
        fields = is_form(content.media_type) and not isinstance(what, ListOf)
        if is_json(content.media_type) or fields or isinstance(what, Scalar | Anything):
            return content
    return body.contents[0]


def formed(content: Content, value: Any) -> Any:
    """A form as it must arrive: each value, or list of values, by its name (Encoding Object)."""
    styled = {one.wire_name: one for one in content.encoding if one.style or one.explode is not None}
    if not is_object(value):
        return value
    found: dict[str, Any] = {}
    for name, item in value.items():
        told = styled.get(name)
        if told is None:
            if item != []:  # of a list each item is written, of an empty one nothing
                found[name] = item
        elif told.style == "deepObject":
            found |= dict(_indexed(name, item))
        else:
            style = told.style or "form"
            explode = told.explode if told.explode is not None else style == "form"
            written = Parameter(name, "query", Anything(), False, told.at, style, explode)
            for inner, text in _pairs(written, item):
                found.setdefault(inner, []).append(text)
    return found


def part_types(content: Content, form: Any) -> dict[str, list[str]]:
    """The media types of which the parts of a form have one (Encoding Object, `contentType`); ranges tell none."""
    told = {one.wire_name: one for one in content.encoding}
    found: dict[str, list[str]] = {}
    for name, item in form.items() if is_object(form) else ():
        one = told.get(name)
        if one is not None and (one.style or one.explode is not None or one.allow_reserved):
            continue
        types = (
            [part.partition(";")[0].strip().lower() for part in (one.content_type or "").split(",")]
            if one
            else []
        )
        inner = item[0] if is_array(item) and item else item
        if not any(types):
            types = ["application/json"] if is_object(inner) else []
        if types and not any("*" in part for part in types):
            found[name] = types
    return found


def _indexed(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A value as deepObject: the members of an object, and the items of a list by number, as deep as they go."""
    if is_object(value):
        for key, item in value.items():
            yield from _indexed(f"{name}[{key}]", item)
    elif is_array(value):
        for number, item in enumerate(value):
            yield from _indexed(f"{name}[{number}]", item)
    elif value is not None:
        yield name, plain(value)
