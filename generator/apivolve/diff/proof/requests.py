"""Is a request, a response, an address allowed by a description as it is written? Decided from the raw documents alone.

Every function gives the refusals, each with the part that it is about: `operation`, `query NAME`, `header NAME` (lower
case), `path NAME`, `cookie NAME`, `credentials`, `accept`, `content-type`, `body`, `status`, `server`.

The reading is that of HTTP services: what is not declared (a further query parameter or header) is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ...finding import Side
from ...jsonvalue import is_array, is_object
from ...media import BODILESS, best, covers, is_form, is_json
from ...raw.description import Described, Description, contents_of, server_pattern
from ...raw.parameters import declared, exploded, kinds_of, meanings, schema_of
from ...raw.schemas import Judge
from ...source import Location
from .kinds import ABSENT, Credential, Request, Response, Target


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why something is not allowed, and the part that it is about."""

    part: str
    reason: str


def find(description: Description, target: Target, side: Side, others: tuple[str, ...]) -> list[Described]:
    """The operations that a target is, on one side; also where a part of the path moved into the server's address.

    `others` are the server paths of the other side.
    """
    method, path = target.on(side)
    found = description.operations(method, path, target.container)
    if found or target.container:
        return found
    bases = set(description.bases)
    for other in others:
        for base in bases:
            whole = other + path
            if other not in bases and (whole == base or whole.startswith(f"{base}/")):
                found += description.operations(method, whole[len(base) :])
    return found


def request_refusals(description: Description, request: Request, found: list[Described]) -> list[Refusal]:
    """Why none of some operations takes a request; empty when one does."""
    answers = [list(_request(description, request, one)) for one in found]
    if not answers:
        return [Refusal("operation", "there is no such operation")]
    return min(answers, key=len)


def response_refusals(description: Description, response: Response, found: list[Described]) -> list[Refusal]:
    """Why none of some operations answers like that; empty when one may."""
    answers = [list(_response(description, response, one)) for one in found]
    if not answers:
        return [Refusal("operation", "there is no such operation")]
    return min(answers, key=len)


def address_refusals(description: Description, url: str) -> list[Refusal]:
    """Why no server of a description has a URL; empty when one has."""
    for root in description.roots:
        for server in description.items(root, "servers"):
            if server_pattern(description, server).fullmatch(url):
                return []
        host, base = description.text(root, "host"), description.text(root, "basePath").rstrip("/")
        given = urlsplit(url)
        if host and (given.netloc, given.path.rstrip("/")) == (host, base):
            return []
        template = description.text(description.member(root, "x-ms-parameterized-host"), "hostTemplate")
        if template and re.fullmatch(_open(template + base), re.sub(r"^https?://", "", url)):
            return []
    return [Refusal("server", "no server has this address")]


def _open(template: str) -> str:
    plain = re.sub(r"^https?://", "", template)
    return "[^/]*".join(re.escape(part) for part in re.split(r"\{[^{}]*\}", plain))


# --- requests --------------------------------------------------------------------------------------------


def _request(description: Description, request: Request, one: Described) -> Iterator[Refusal]:
    parameters = declared(description, one)
    for parameter in parameters:
        yield from _parameter(description, request, one, parameter)
    yield from _credentials(description, request, one)
    yield from _accept(description, request, one)
    yield from _body(description, request, one, parameters)


def part_of(description: Description, parameter: Location) -> str:
    """The part of a request that a parameter is."""
    name, place = description.text(parameter, "name"), description.text(parameter, "in")
    return f"{place} {name.lower() if place == 'header' else name}"


def read(description: Description, request: Request, one: Described, parameter: Location) -> list[Any] | None:
    """The values that a parameter may mean in a request; None where it is not given."""
    name, place = description.text(parameter, "name"), description.text(parameter, "in")
    texts: list[tuple[str, str]]
    match place:
        case "query":
            texts = [pair for pair in request.query if pair[0] == name]
            texts = texts or [pair for pair in request.query if pair[0].startswith(f"{name}[")]
            if not texts:
                names = dict(description.members(schema_of(description, parameter), "properties"))
                texts = [pair for pair in request.query if pair[0] in names]
                spread = "object" in kinds_of(description, parameter) and exploded(parameter.raw, place)
                if not (texts or names) and spread and parameter.raw.get("style") != "deepObject":
                    texts = _rest(
                        description, request, one
                    )  # an object of any members is spread over the query
        case "header":
            texts = [pair for pair in request.headers if pair[0].lower() == name.lower()]
        case "cookie":
            cookies = [text for key, text in request.headers if key.lower() == "cookie"]
            pairs = [pair.strip().split("=", 1) for text in cookies for pair in text.split(";")]
            texts = [(pair[0], pair[1]) for pair in pairs if len(pair) == 2 and pair[0] == name]
        case "path":
            texts = [pair for pair in one.captured if pair[0] == name]
        case _:
            return None
    return meanings(description, parameter, texts, place) if texts else None


def _rest(description: Description, request: Request, one: Described) -> list[tuple[str, str]]:
    """What stands in the query and no parameter names."""
    named = {description.text(item, "name") for item in declared(description, one)}
    return [pair for pair in request.query if pair[0].partition("[")[0] not in named]


def _parameter(
    description: Description, request: Request, one: Described, parameter: Location
) -> Iterator[Refusal]:
    place = description.text(parameter, "in")
    if place not in ("query", "header", "cookie", "path"):
        return
    part = part_of(description, parameter)
    if part in ("header accept", "header content-type", "header authorization"):
        return  # OpenAPI 3.x, Parameter Object: such definitions shall be ignored
    values = read(description, request, one, parameter)
    if values is None:
        if parameter.raw.get("required") is True and place != "path":
            yield Refusal(part, f"{place} parameter {description.text(parameter, 'name')!r} is missing")
        return
    schema = schema_of(description, parameter)
    reasons = [Judge(description).refusal(schema, value) for value in values]
    if values and all(reasons):
        yield Refusal(part, f"{part}: {next(reason for reason in reasons if reason)}")
    elif not values:
        yield Refusal(part, f"{part} cannot be read")


def _credentials(description: Description, request: Request, one: Described) -> Iterator[Refusal]:
    owner = one.at if "security" in one.at.raw else one.root
    alternatives = [one.raw for one in description.items(owner, "security")]
    if not alternatives:
        return
    schemes = dict(description.members(one.root, "securityDefinitions"))
    schemes |= dict(description.members(description.member(one.root, "components"), "securitySchemes"))
    for alternative in alternatives:
        wanted = [(schemes.get(name), scopes) for name, scopes in alternative.items()]
        if all(
            scheme is not None
            and any(_shows(description, held, scheme, scopes) for held in request.credentials)
            for scheme, scopes in wanted
        ):
            return
    known = [alternative for alternative in alternatives if all(name in schemes for name in alternative)]
    if known:
        yield Refusal("credentials", "no security alternative takes these credentials")


def _shows(description: Description, held: Credential, scheme: Location, scopes: Any) -> bool:
    """True when a credential is one of a scheme, with all scopes that are needed."""
    raw: dict[str, Any] = scheme.raw
    kind = raw.get("type")
    name = str(raw.get("scheme", "")).lower()
    if kind == "basic":
        kind, name = "http", "basic"
    if is_array(scopes) and not {str(scope) for scope in scopes} <= set(held.scopes) and kind in _SCOPED:
        return False
    if kind == "http":
        # a token is a token, whoever issued it
        return held.scheme == name or (name == "bearer" and held.kind in _SCOPED)
    if kind != held.kind:
        return False
    if kind == "apiKey":
        key = str(raw.get("name"))
        same = key.lower() == held.wire_name.lower() if raw.get("in") == "header" else key == held.wire_name
        return same and raw.get("in") == held.place
    if kind in _SCOPED:
        issuers = set(_issuers(raw)) | {
            url for _, flow in description.members(scheme, "flows") for url in _issuers(flow.raw)
        }
        return bool(issuers & set(held.issuers)) or not (issuers or held.issuers)
    return True


_SCOPED = ("oauth2", "openIdConnect")
_URLS = ("tokenUrl", "authorizationUrl", "openIdConnectUrl", "deviceAuthorizationUrl", "oauth2MetadataUrl")


def _issuers(raw: Any) -> Iterator[str]:
    for word in _URLS if is_object(raw) else ():
        if isinstance(raw.get(word), str):
            yield raw[word]


def _accept(description: Description, request: Request, one: Described) -> Iterator[Refusal]:
    """A caller who takes only some media type must be offered it by a success that has a body."""
    wanted = [text for name, text in request.headers if name.lower() == "accept"]
    if not wanted:
        return
    offered = [
        media
        for status, response in description.members(one.at, "responses")
        if status[0] == "2" and status not in BODILESS
        for media in contents_of(description, one, response, "produces")
    ]
    if offered and not any(
        covers(text, media) or covers(media, text) for text in wanted for media in offered
    ):
        yield Refusal("accept", f"only {', '.join(dict.fromkeys(offered))} is offered")


def _body(
    description: Description, request: Request, one: Described, parameters: list[Location]
) -> Iterator[Refusal]:
    body = description.member(one.at, "requestBody") or next(
        (item for item in parameters if description.text(item, "in") == "body"), None
    )
    if body is None:
        return  # of a form in Swagger 2.0, the fields are not judged one by one
    if request.body is ABSENT and request.content_type is None:
        if body.raw.get("required") is True:
            yield Refusal("body", "the request body is missing")
        return
    yield from _content(
        description,
        contents_of(description, one, body, "consumes"),
        request.content_type,
        request.body,
        "request",
    )


def _content(
    description: Description,
    media: dict[str, Location],
    given: str | None,
    value: Any,
    direction: str,
) -> Iterator[Refusal]:
    name = best(media, given) if given is not None else None
    if name is None:
        if media:
            yield Refusal("content-type", f"only {', '.join(media)} is described")
        return
    owner = media[name]
    if value is ABSENT or not (is_json(name) or is_form(name)) or "schema" not in owner.raw:
        return
    if reason := Judge(description).refusal(owner.child("schema"), value, direction):
        yield Refusal("body", reason)


# --- responses -------------------------------------------------------------------------------------------


def _response(description: Description, response: Response, one: Described) -> Iterator[Refusal]:
    described = {
        status.upper(): at for status, at in description.members(one.at, "responses") if is_object(at.raw)
    }
    found = _by_status(described, response.status)
    if found is None:
        yield Refusal("status", f"{response.status} is none of {', '.join(described).lower() or 'none'}")
        return
    for name, header in description.members(found, "headers"):
        texts = [(name, text) for key, text in response.headers if key.lower() == name.lower()]
        part = f"header {name.lower()}"
        if not texts:
            if header.raw.get("required") is True:
                yield Refusal(part, f"header {name} is missing")
            continue
        values = meanings(description, header, texts, "header")
        reasons = [Judge(description).refusal(schema_of(description, header), value) for value in values]
        if reasons and all(reasons):
            yield Refusal(part, f"{name}: {next(reason for reason in reasons if reason)}")
    media = contents_of(description, one, found, "produces")
    if response.status in BODILESS:
        return
    if response.content_type is not None or media:
        yield from _content(description, media, response.content_type, response.body, "response")
        if response.content_type is not None and not media:
            yield Refusal("content-type", "no body is described")


def _by_status(described: dict[str, Location], status: str) -> Location | None:
    """The exact status comes before its range, and that before `default`.

    `default` stands for errors where a success is described by itself: so it is written and read.
    """
    exact = described.get(status) or described.get(f"{status[0]}XX")
    if exact is not None:
        return exact
    successes = any(known[0] == "2" for known in described)
    return None if status[0] in "23" and successes else described.get("DEFAULT")
