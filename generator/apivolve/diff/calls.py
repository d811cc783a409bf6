"""An operation of both versions as something to call: whole requests and responses to show as proof.

They are made from the model; whether they are what they claim to be is for `proof` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ..finding import Side
from ..jsonvalue import is_array, is_object, to_json
from ..model import (
    Api,
    Body,
    Content,
    Nullable,
    Operation,
    Parameter,
    Requirement,
    Response as ModelResponse,
    SecurityScheme,
)
from ..sample import NoSample, sample
from .proof import ABSENT, BODILESS, Credential, Request, Response, Target, is_json
from .relation import Frame

_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}
_FORMS = ("form", "spaceDelimited", "pipeDelimited", "tabDelimited", "cookie")
_ERRORS = ("500", "503", "400", "418")


@dataclass(frozen=True, slots=True)
class Call:
    """One operation on both sides. `swapped`: the service asks and the caller answers (webhooks, callbacks)."""

    frame: Frame
    before: Operation
    after: Operation
    container: tuple[str, ...] = ()
    swapped: bool = False

    def on(self, side: Side) -> tuple[Api, Operation]:
        """The version and its operation, on one side."""
        return (self.frame.before, self.before) if side == "before" else (self.frame.after, self.after)

    def request(
        self,
        accepted: Side,
        kind: str,
        about: str,
        *,
        values: Mapping[str, Any] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
        security: Requirement | None = None,
        content: Content | None = None,
    ) -> Request | None:
        """The smallest request that one side takes; without the part it is about, unless that is given.

        `values` are of parameters, by their part (`query NAME`); `security` and `content` choose an alternative. None
        where no request can be made.
        """
        api, operation = self.on(accepted)
        other = self.on("after" if accepted == "before" else "before")[1]
        given = dict(values or {})
        wanted = {part_of(item) for item in (*operation.parameters, *other.parameters) if item.required}
        try:
            for item in operation.parameters:
                part = part_of(item)
                if part in wanted and part not in given and part != about:
                    given[part] = example(api, item)
            return Request(
                kind,
                about,
                accepted,
                self._target(given),
                tuple(pair for item in operation.parameters for pair in _placed(item, given, "query")),
                (*headers, *_headers(operation, given)),
                tuple(self._credentials(accepted, security)),
                *self._body(api, operation.body, other.body, about, content),
            )
        except NoSample:
            return None

    def _target(self, given: dict[str, Any]) -> Target:
        """Method and path of both sides; a variable has the same value on both, by its position."""
        filled: list[tuple[str, str]] = []
        texts: list[str] = []
        for side in ("before", "after"):
            api, operation = self.on(side)
            declared = {item.wire_name: item for item in operation.parameters if item.place == "path"}
            names = _TEMPLATE.findall(operation.path)
            mine: list[str] = []
            for index, name in enumerate(names):
                item = declared.get(name)
                if index < len(texts):
                    mine.append(texts[index])
                    continue
                value = given.get(f"path {name}", "string")
                if item is not None and f"path {name}" not in given:
                    value = example(api, item)
                mine.append("".join(text for _, text in written(item, value)) if item else str(value))
            texts = texts or mine
            path = operation.path if self.container else _filled(operation.path, mine)
            filled.append((operation.method, path))
        return Target(filled[0], filled[1], self.container)

    def _credentials(self, accepted: Side, security: Requirement | None) -> Iterator[Credential]:
        api, operation = self.on(accepted)
        _, other = self.on("after" if accepted == "before" else "before")
        if security is None:
            alternatives = operation.security
            theirs = [dict(one.schemes).keys() for one in other.security]
            security = next((one for one in alternatives if dict(one.schemes).keys() in theirs), None)
            security = security or (alternatives[0] if alternatives else Requirement(()))
        for name, scopes in security.schemes:
            for scheme in api.schemes:
                if scheme.name == name:
                    yield credential(scheme, scopes)

    def _body(
        self, api: Api, body: Body | None, other: Body | None, about: str, content: Content | None
    ) -> tuple[str | None, Any]:
        needed = body is not None and (body.required or (other is not None and other.required))
        if content is None and needed and body is not None and about != "body":
            content = next((one for one in body.contents if is_json(one.media_type)), None)
            content = content or next(iter(body.contents), None)
        if content is None:
            return None, ABSENT
        kind = content.media_type.replace("*/*", "application/json").replace("/*", "/example")
        return kind, sample(api, content.type, direction="request")

    def response(
        self, accepted: Side, kind: str, about: str, response: ModelResponse, *, bodiless: bool = False
    ) -> Response | None:
        """The smallest response that one side gives; without the part it is about. None where none can be made."""
        api, operation = self.on(accepted)
        status = concrete(response.status, operation)
        content = None
        if status not in BODILESS and not bodiless:
            content = next((one for one in response.contents if is_json(one.media_type)), None)
            content = content or next(iter(response.contents), None)
        try:
            headers = tuple(
                (item.wire_name, ",".join(map(plain, value)) if is_array(value) else plain(value))
                for item in response.headers
                if item.required and f"header {item.wire_name.lower()}" != about
                for value in (sample(api, item.type),)
            )
            body = sample(api, content.type, direction="response") if content is not None else ABSENT
        except NoSample:
            return None
        media = content.media_type.replace("*/*", "application/json") if content is not None else None
        return Response(kind, about, accepted, self._target({}), status, headers, media, body)


def _filled(template: str, texts: list[str]) -> str:
    """A path template with a text for each of its variables (RFC 3986 section 3.3)."""
    fixed = _TEMPLATE.split(template)[::2]
    values = [quote(text, safe=",;=.:@!$&'()*+") for text in texts]
    return "".join(part for pair in zip(fixed, [*values, ""], strict=True) for part in pair)


def concrete(status: str, operation: Operation) -> str:
    """A status for a range or for `default` that nothing else of the operation describes."""
    known = {one.status for one in operation.responses}
    if status == "default":
        free = (one for one in (*_ERRORS, "200") if one not in known and f"{one[0]}XX" not in known)
        return next(free, "599")
    if status.endswith("XX"):
        return next(str(code) for code in range(int(status[0]) * 100, 600) if str(code) not in known)
    return status


def part_of(parameter: Parameter) -> str:
    """The part of a request that a parameter is, as refusals name it."""
    name = parameter.wire_name.lower() if parameter.place == "header" else parameter.wire_name
    return f"{parameter.place} {name}"


def credential(scheme: SecurityScheme, scopes: tuple[str, ...] = ()) -> Credential:
    """What a caller shows for a scheme."""
    issuers: list[str] = [url for _, url in scheme.token_urls]
    if scheme.url is not None:
        issuers.append(scheme.url)
    return Credential(
        scheme.kind,
        scheme.name,
        scheme.place or "",
        scheme.wire_name or "",
        scheme.scheme or "",
        tuple(issuers),
        scopes,
    )


def shown(scheme: SecurityScheme) -> tuple[str, ...]:
    """What callers show for a scheme: a token is shown the same way, whoever issued it."""
    if scheme.kind in ("oauth2", "openIdConnect"):
        return ("http", "", "", "bearer")
    name = (scheme.wire_name or "").lower() if scheme.place == "header" else scheme.wire_name or ""
    return scheme.kind, scheme.place or "", name, scheme.scheme or ""


def example(api: Api, parameter: Parameter) -> Any:
    """A value of a parameter; of an array not the empty one, which cannot be written. Raises NoSample."""
    type_ = api.resolve(parameter.type)
    while isinstance(type_, Nullable):
        type_ = api.resolve(type_.of)
    value = sample(api, type_)
    return value if value not in ([], {}, "") else sample(api, type_, full=True)


# --- writing ---------------------------------------------------------------------------------------------


def _placed(parameter: Parameter, given: dict[str, Any], place: str) -> list[tuple[str, str]]:
    part = part_of(parameter)
    return written(parameter, given[part]) if parameter.place == place and part in given else []


def _headers(operation: Operation, given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for item in operation.parameters:
        yield from _placed(item, given, "header")
    cookies = [pair for item in operation.parameters for pair in _placed(item, given, "cookie")]
    if cookies:
        yield "Cookie", "; ".join(f"{name}={text}" for name, text in cookies)


def written(parameter: Parameter, value: Any) -> list[tuple[str, str]]:
    """A value as pairs of name and text, before percent-encoding (OpenAPI 3.x, Style Values)."""
    name, style = parameter.wire_name, parameter.style
    if parameter.media_type is not None:
        return [(name, to_json(value))]
    if style == "deepObject":
        return list(_in_brackets(name, value))
    spread = parameter.explode and style in _FORMS and parameter.place in ("query", "cookie")
    comma = "." if style == "label" and parameter.explode else _DELIMITERS.get(style, ",")
    semicolons = style == "matrix" and parameter.explode
    if is_array(value):
        items = [plain(item) for item in value]
        if spread:
            return [(name, item) for item in items]
        if semicolons:
            return [(name, "".join(f";{name}={item}" for item in items))]
        return [(name, _prefixed(parameter, comma.join(items)))]
    if is_object(value):
        members = [(key, plain(member)) for key, member in value.items()]
        if spread:
            return members
        if semicolons:
            return [(name, "".join(f";{key}={text}" for key, text in members))]
        joint = "=" if parameter.explode else comma
        return [(name, _prefixed(parameter, comma.join(f"{key}{joint}{text}" for key, text in members)))]
    return [(name, _prefixed(parameter, plain(value)))]


def _in_brackets(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A value as deepObject: a pair for each that is plain, as deep as it goes."""
    if is_object(value) or is_array(value):
        for key, inner in value.items() if is_object(value) else enumerate(value):
            yield from _in_brackets(f"{name}[{key}]", inner)
    else:
        yield name, plain(value)


def _prefixed(parameter: Parameter, text: str) -> str:
    return {"label": ".", "matrix": f";{parameter.wire_name}="}.get(parameter.style, "") + text


def plain(value: Any) -> str:
    """A scalar as the text of a parameter."""
    return value if isinstance(value, str) else to_json(value)
