"""What of an operation a caller gives, and what comes back."""

from __future__ import annotations

import json
from dataclasses import replace

from ...continuing import is_sequence
from ...media import BODILESS, is_json, is_range
from ...model import (
    Anything,
    Api,
    Content,
    Enumeration,
    ListOf,
    MapOf,
    OneOf,
    Operation,
    Parameter,
    Record,
    Response,
    Scalar,
)
from ..names.identifiers import words
from ..views import Kind

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_JSON = ("application/json", "text/json", "*/*", "application/*", "application/*+json")
"""What is all the same JSON to a client."""
_IGNORED_HEADERS = ("accept", "content-type", "authorization")


def is_api_version(api: Api, parameter: Parameter) -> bool:
    """True for the parameter that carries the api-version: the client knows it, the caller does not give it.

    A header with a name of its own does (`Notion-Version`, `revision`), where its default or only value is this version.
    """
    named = words(parameter.wire_name)
    if parameter.place in ("query", "header") and "".join(named).removeprefix("x") == "apiversion":
        return True
    if parameter.place != "header" or named[-1:] not in (("version",), ("revision",)):
        return False
    type_ = api.resolve(parameter.type)
    only = type_.values[0].value if isinstance(type_, Enumeration) and len(type_.values) == 1 else None
    return json.dumps(api.version) in (parameter.default, only)


def fixed_version(api: Api, parameter: Parameter) -> str | None:
    """The only value that an operation takes for its api-version, where that is another than the version's own.

    An operation may be described in a document of an older version, and says so.
    """
    type_ = api.resolve(parameter.type)
    values = type_.values if isinstance(type_, Enumeration) else ()
    only = json.loads(values[0].value) if len(values) == 1 else None
    return only if isinstance(only, str) and only != api.version else None


def as_sent(parameter: Parameter) -> Parameter:
    """A parameter as the client sends it: a whole query string (OpenAPI 3.2) is a form, its members one by one."""
    if parameter.place != "querystring":
        return parameter
    return replace(parameter, place="query", style="form", explode=True, media_type=None)


def is_argument(api: Api, parameter: Parameter) -> bool:
    """True for a parameter that the caller gives (OpenAPI 3.x ignores three headers, Parameter Object)."""
    ignored = parameter.place == "header" and parameter.wire_name.lower() in _IGNORED_HEADERS
    return not ignored and not is_api_version(api, parameter)


def received_contents(operation: Operation, response: Response) -> tuple[Content, ...]:
    """The bodies a response may have: none for HEAD and some statuses (RFC 9110 sections 9.3.2 and 6.4.1), whatever the
    document says.

    Of what can be had as JSON no other spelling is asked for: nobody wants an object as XML or YAML bytes instead.
    """
    if operation.method == "HEAD" or response.status in BODILESS:
        return ()
    plain = [content.type for content in response.contents if is_json(content.media_type)]
    return tuple(
        content
        for content in response.contents
        if is_json(content.media_type)
        or is_sequence(content)
        or content.type not in plain
        or isinstance(content.type, Scalar | Anything)
    )


def sendable(api: Api, operation: Operation) -> tuple[Content, ...]:
    """The contents of the request body that a client can write, in the document's order; JSON in one spelling only.

    That is `application/json` where the document has it, or a range of it. Objects are written as JSON or as a form: where
    the document offers those too, nothing else is offered.
    """
    contents = operation.body.contents if operation.body is not None else ()
    found: dict[str, Content] = {}
    plain = next((one for one in contents if one.media_type == _JSON[0]), None)
    for content in contents:
        as_json = content.media_type in _JSON and not is_raw(api, content)
        name = _JSON[0] if as_json else content.media_type
        is_object = isinstance(api.resolve(content.type), Record | OneOf | ListOf | MapOf)
        if is_json(name) or name in FORMS or not is_object:
            found.setdefault(name, _in_one_spelling(plain or content) if as_json else content)
    return tuple(found.values()) or contents[:1]


def _in_one_spelling(content: Content) -> Content:
    return replace(content, media_type=_JSON[0]) if "*" in content.media_type else content


def is_raw(api: Api, content: Content) -> bool:
    """True for a body that is sent as it is: it is neither JSON nor a form, or a file whatever else it is.

    So is a string of any media type (`*/*`): it need not be JSON, and nobody would put it in quotes. A form that is described
    as one text is that text.
    """
    resolved = api.resolve(content.type)
    match resolved:
        case Scalar("string", "binary"):
            return True
        case Scalar("string") if is_range(content.media_type):
            return True
        case Scalar() if content.media_type in FORMS:
            return True
        case _:
            pass
    return not is_json(content.media_type) and content.media_type not in FORMS


def successes(operation: Operation, kind: Kind = "send") -> tuple[Response, ...]:
    """The responses that a call returns: 2xx and 3xx, or `default` where an operation declares nothing else.

    A redirection has no items: of a call that gives them one by one, it is none of these.
    """
    statuses = "2" if kind in ("stream", "pages") else "23"
    good = tuple(response for response in operation.responses if response.status[0] in statuses)
    return good or tuple(response for response in operation.responses if response.status == "default")


def failures(operation: Operation, kind: Kind = "send") -> tuple[Response, ...]:
    """The responses that a call raises."""
    statuses = "345d" if kind in ("stream", "pages") else "45d"
    return tuple(response for response in operation.responses if response.status[0] in statuses)
