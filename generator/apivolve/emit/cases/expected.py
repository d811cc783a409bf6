"""What a call must put on the wire, worked out from the specification alone.

The emitted tests compare it with what the client really sends, so nothing here may use the client's templates or
runtime: a fault there must show.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ...jsonvalue import is_array, is_object
from ...model import Anything, Api, Content, Operation, Parameter, Requirement
from ..calls.exchange import as_sent

SECRET = "not-a-secret"  # noqa: S105 - what the emitted tests authenticate with
_DELIMITERS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}


@dataclass
class ExpectedRequest:
    """A request as it must arrive: decoded query pairs, lower-case header names."""

    method: str
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The request as the data file holds it."""
        return {
            "method": self.method,
            "path": self.path,
            "query": sorted([name, value] for name, value in self.query),
            "headers": self.headers,
            "cookies": self.cookies,
        }


def expected_request(api: Api, operation: Operation, values: dict[int, Any]) -> ExpectedRequest:
    """The request for parameter values, by the parameter's position in the operation."""
    # a fragment tells two entries of `paths` apart and is never sent (RFC 9110 section 7.1)
    path, _, fixed = operation.path.partition("#")[0].partition("?")
    request = ExpectedRequest(operation.method, path)
    for pair in fixed.split("&") if fixed else ():
        name, _, value = pair.partition("=")
        request.query.append((name, value))
    for index, parameter in enumerate(operation.parameters):
        if index in values:
            _place(request, parameter, values[index])
    _authenticate(api, operation, request)
    return request


def _place(request: ExpectedRequest, parameter: Parameter, value: Any) -> None:
    parameter = as_sent(parameter)
    name = parameter.wire_name
    if parameter.media_type is not None:
        text = json.dumps(value, separators=(",", ":"))
        pairs = [(name, text)]
    else:
        pairs = _pairs(parameter, value)
        text = _in_path(parameter, value) if parameter.place == "path" else pairs[0][1] if pairs else ""
    match parameter.place:
        case "path":
            safe = ":/?#[]@!$&'()*+,;=" if parameter.allow_reserved else ""
            shown = (
                text
                if parameter.style in ("label", "matrix")
                else quote(text, safe=safe + (",=" if not isinstance(value, str) else ""))
            )
            request.path = request.path.replace(f"{{{name}}}", shown)
        case "query" | "querystring":
            # a parameter that the path's own query also fixes is sent once
            request.query = [*(pair for pair in request.query if pair[0] != name), *pairs]
        case "header":
            request.headers[name.lower()] = text
        case "cookie":
            request.cookies.update(pairs)


def _pairs(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    """The name and value pairs of a value (OpenAPI 3.x, Style Values)."""
    if value in ([], {}):
        return []  # nothing to write: no style gives an empty list or object a form
    name = parameter.wire_name
    mark = _DELIMITERS.get(parameter.style, ",")
    if is_object(value):
        if parameter.style == "deepObject":
            return [(f"{name}[{key}]", plain(item)) for key, item in value.items()]
        if parameter.style == "form" and parameter.explode:
            return [(key, plain(item)) for key, item in value.items()]
        joined = [
            f"{key}={plain(item)}" if parameter.explode else f"{key}{mark}{plain(item)}"
            for key, item in value.items()
        ]
        return [(name, mark.join(joined))]
    if is_array(value):
        if parameter.explode and parameter.style == "form":
            return [(name, plain(item)) for item in value]
        return [(name, mark.join(plain(item) for item in value))]
    return [(name, plain(value))]


def formed(content: Content, value: Any) -> Any:
    """A form as it must arrive: each value, or list of values, by its name (Encoding Object)."""
    styled = {one.wire_name: one for one in content.encoding if one.style or one.explode is not None}
    if not is_object(value):
        return value
    found: dict[str, Any] = {}
    for name, item in value.items():
        told = styled.get(name)
        if told is None:
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


def _indexed(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The members of an object, and the items of a list by number, as deep as they go."""
    if is_object(value):
        for key, item in value.items():
            yield from _indexed(f"{name}[{key}]", item)
    elif is_array(value):
        for number, item in enumerate(value):
            yield from _indexed(f"{name}[{number}]", item)
    else:
        yield name, value


def _in_path(parameter: Parameter, value: Any) -> str:
    name, items = parameter.wire_name, value if is_array(value) else [value]
    if is_object(value):
        items = [
            f"{key}={plain(item)}" if parameter.explode else f"{key},{plain(item)}"
            for key, item in value.items()
        ]
    texts = [plain(item) for item in items]
    if parameter.style == "label":
        return "." + ("." if parameter.explode else ",").join(quote(text, safe="=,") for text in texts)
    if parameter.style == "matrix":
        if parameter.explode and is_array(value):
            return "".join(f";{name}={quote(text, safe='')}" for text in texts)
        return f";{name}=" + ",".join(quote(text, safe="=,") for text in texts)
    return ",".join(texts)


def plain(value: Any) -> str:
    """A scalar as text: JSON's spelling of booleans, the shortest of numbers; JSON for the rest."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, separators=(",", ":"))


def usable(api: Api, operation: Operation) -> Requirement | None:
    """The security alternative that a client with a credential for every scheme uses: the first it can satisfy."""
    known = {
        scheme.name for scheme in api.schemes if scheme.kind in ("apiKey", "http", "oauth2", "openIdConnect")
    }
    for requirement in operation.security:
        if all(name in known for name, _ in requirement.schemes):
            return requirement
    return None


def _authenticate(api: Api, operation: Operation, request: ExpectedRequest) -> None:
    schemes = {scheme.name: scheme for scheme in api.schemes}
    requirement = usable(api, operation)
    for name, _ in requirement.schemes if requirement is not None else ():
        scheme = schemes[name]
        if scheme.kind == "apiKey" and scheme.wire_name is not None:
            if scheme.place == "header":
                request.headers[scheme.wire_name.lower()] = SECRET
            elif scheme.place == "query":
                request.query.append((scheme.wire_name, SECRET))
            elif scheme.place == "cookie":
                request.cookies[scheme.wire_name] = SECRET
        elif scheme.kind == "http" and scheme.scheme == "basic":
            request.headers["authorization"] = "Basic " + base64.b64encode(f"user:{SECRET}".encode()).decode()
        else:
            request.headers["authorization"] = f"Bearer {SECRET}"
