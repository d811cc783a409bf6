"""What of an operation a caller gives, and what comes back."""

from __future__ import annotations

from dataclasses import replace

from ...model import Content, Operation, Parameter, Response
from ..names.identifiers import words

_IGNORED_HEADERS = ("accept", "content-type", "authorization")


def is_api_version(parameter: Parameter) -> bool:
    """True for the parameter that carries the api-version: the client knows it, the caller does not give it."""
    return (
        parameter.place in ("query", "header")
        and "".join(words(parameter.wire_name)).removeprefix("x") == "apiversion"
    )


def as_sent(parameter: Parameter) -> Parameter:
    """A parameter as the client sends it: a whole query string (OpenAPI 3.2) is a form, its members one by one."""
    if parameter.place != "querystring":
        return parameter
    return replace(parameter, place="query", style="form", explode=True, media_type=None)


def is_argument(parameter: Parameter) -> bool:
    """True for a parameter that the caller gives (OpenAPI 3.x ignores three headers, Parameter Object)."""
    ignored = parameter.place == "header" and parameter.wire_name.lower() in _IGNORED_HEADERS
    return not ignored and not is_api_version(parameter)


def received_contents(operation: Operation, response: Response) -> tuple[Content, ...]:
    """The bodies a response may have: none for HEAD (RFC 9110 section 9.3.2), whatever the document says."""
    return () if operation.method == "HEAD" else response.contents


def successes(operation: Operation) -> tuple[Response, ...]:
    """The responses that a call returns: 2xx and 3xx, or `default` where an operation declares nothing else."""
    good = tuple(response for response in operation.responses if response.status[0] in "23")
    return good or tuple(response for response in operation.responses if response.status == "default")
