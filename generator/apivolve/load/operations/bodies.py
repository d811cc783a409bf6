"""Request bodies and responses: contents by media type, headers, encodings, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ...jsonvalue import to_json
from ...media import is_json
from ...model import Body, Content, Encoding, Example, Header, Link, ListOf, Response, Type
from ..node import Node
from ..schemas.places import response_name
from .examples import media_examples
from .naming import is_media_type, media_type, shared_path
from .parameters import COLLECTION, without_parameter_words

if TYPE_CHECKING:
    from .reader import OperationReader

_STATUS = re.compile(r"^(?:[1-5][0-9][0-9]|[1-5][xX][xX]|default)$")
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_MEDIA_WORDS = frozenset(("schema", "itemSchema", "example", "examples", "encoding", "$ref"))
_RESPONSE_WORDS = frozenset(
    ("description", "summary", "headers", "content", "links", "schema", "examples", "$ref")
)


# --- request bodies --------------------------------------------------------------------------------------


def read_body(reader: OperationReader, node: Node, operation: str) -> Body | None:
    """The request body of an operation since OpenAPI 3.0; None, with a warning, for one without content."""
    raw = node.get("requestBody")
    body = reader.follow(raw) if raw is not None else None
    if body is None or not body.expect(dict):
        return None
    named = "$ref" in node.child("requestBody")
    place = id(body.at.source), body.at.pointer
    if place in reader.bodies:
        return reader.bodies[place]
    path = shared_path(body, "request") if named else (operation, "request")
    contents = tuple(_contents(reader, body, path))
    if not contents:
        reader.problems.warn(
            "undescribed-body",
            "the request body has no content, so calls are made without one",
            body.at,
            "`content` should say in which media types it is sent, and its schema",
        )
        return None
    made = Body(contents, bool(body.flag("required")), body.at, body.doc("description"))
    reader.bodies[place] = made
    return made


def swagger_body(
    reader: OperationReader, parameters: dict[tuple[str, str], Node], node: Node, operation: str
) -> Body | None:
    """The request body of an operation in Swagger 2.0: its `body` parameter, or its `formData` parameters together."""
    consumes = _media_types(reader, node, "consumes")
    fields = [p for (place, _), p in parameters.items() if place == "formData"]
    if fields:
        return _form(reader, fields, consumes, node, operation)
    for (place, _), parameter in parameters.items():
        if place == "body":
            schema = parameter.get("schema") or Node(True, parameter.at, reader.problems)
            type_ = reader.schemas.type_of(schema, (operation, "request"))
            contents = tuple(Content(name, type_, parameter.at) for name in consumes or ["application/json"])
            doc = parameter.doc("description")
            return Body(contents, bool(parameter.flag("required")), parameter.at, doc)
    return None


def _form(
    reader: OperationReader, fields: list[Node], consumes: list[str], node: Node, operation: str
) -> Body:
    """`formData` parameters are the fields of one object."""
    has_file = any(field.value.get("type") == "file" for field in fields)
    kinds = [name for name in consumes if name in _FORMS]
    kinds = ["multipart/form-data"] if has_file or not kinds else kinds[:1]
    required = [field.text("name") for field in fields if field.value.get("required") is True]
    type_ = reader.schemas.form_of(
        {field.text("name"): without_parameter_words(field) for field in fields},
        required,
        (operation, "request"),
        node.at,
    )
    encoding = tuple(
        Encoding(field.text("name"), field.at, None, style or "form", explode)
        for field in fields
        if "collectionFormat" in field
        for style, explode in (COLLECTION.get(field.text("collectionFormat"), (None, False)),)
    )
    at = node.at.child("parameters")
    return Body((Content(kinds[0], type_, at, encoding=encoding),), bool(required), at)


def _media_types(reader: OperationReader, node: Node, name: str) -> list[str]:
    owner = node if name in node else reader.root
    return [media_type(item.value) for item in owner.list(name) if item.expect(str)]


# --- contents --------------------------------------------------------------------------------------------


def _contents(reader: OperationReader, owner: Node, path: tuple[str, ...]) -> Iterator[Content]:
    content = reader.map(owner, "content")
    shared: list[tuple[object, Type]] = []
    for name, raw in content.members() if content is not None else ():
        media = reader.follow(raw)
        if media is None or not media.expect(dict):
            continue
        _warn_unknown(media, _MEDIA_WORDS)
        schema, item = media.get("schema"), media.get("itemSchema")
        item_type = reader.schemas.type_of(item, (*path, "item")) if item is not None else None
        # one schema written for several media types is one type
        type_ = next((known for value, known in shared if schema is not None and value == schema.value), None)
        if schema is None:
            type_ = ListOf(item_type) if item_type is not None else reader.schemas.type_of(_true(media), path)
        elif type_ is None:
            type_ = reader.schemas.type_of(schema, (*path, *((name,) if shared else ())))
            shared.append((schema.value, type_))
        spelled = media_type(name)
        if not is_media_type(spelled):
            reader.problems.warn(
                "not-a-media-type",
                f"{name!r} is no media type: it is never sent or received",
                media.at,
                "such as application/json (RFC 9110 section 8.3.1)",
            )
        yield Content(
            spelled,
            type_,
            media.at,
            item_type,
            tuple(_encodings(reader, media, path)) if "encoding" in media else (),
            media_examples(media),
        )


def _true(node: Node) -> Node:
    return Node(True, node.at, node.problems)


def _encodings(reader: OperationReader, media: Node, path: tuple[str, ...]) -> Iterator[Encoding]:
    encodings = media.object("encoding")
    for name, node in encodings.members() if encodings is not None else ():
        if node.expect(dict):
            yield Encoding(
                name,
                node.at,
                _part_type(node),
                node.text_or_none("style"),
                node.flag("explode"),
                bool(node.flag("allowReserved")),
                tuple(_headers(reader, node, (*path, name))),
            )


def _part_type(node: Node) -> str | None:
    """The media type of a part, or several with commas between (OpenAPI 3.x, Encoding Object)."""
    written = node.text_or_none("contentType")
    if not written:
        return None
    spelled = media_type(written)
    if not all(is_media_type(media_type(one)) for one in spelled.split(",")):
        at = node.at.child("contentType")
        node.problems.warn(
            "not-a-media-type", f"{written!r} is no media type: the part is sent without one", at,
            "such as image/png, or several with commas between",
        )  # fmt: skip
        return None
    return spelled


def _warn_unknown(node: Node, known: frozenset[str]) -> None:
    for name in node.value:
        if name not in known and not name.startswith("x-"):
            node.problems.warn(
                "not-modelled", f"`{name}` is not understood and has no effect", node.at.child(name)
            )


# --- responses -------------------------------------------------------------------------------------------


def read_responses(reader: OperationReader, node: Node, operation: str) -> Iterator[Response]:
    """The responses of an operation, in document order."""
    responses = reader.map(node, "responses")
    if responses is None:
        return
    for status, raw in responses.members():
        if status.startswith("x-"):
            continue
        if not _STATUS.match(status):
            reader.problems.add(
                "unknown-status", f"{status!r} is no status code", raw.at, "200, 2XX or default"
            )
            continue
        response = reader.follow(raw)
        if response is None or not response.expect(dict):
            continue
        _warn_unknown(response, _RESPONSE_WORDS)
        produces = tuple(_media_types(reader, node, "produces")) if reader.swagger else ()
        key = (id(response.at.source), response.at.pointer, produces)
        if key not in reader.responses:  # else declared for many operations, and read once
            path = (
                shared_path(response, "response")
                if "$ref" in raw
                else response_name(operation, status, responses.value)
            )
            reader.responses[key] = _response(reader, response, status, raw, path, produces)
        status = status.upper() if status != "default" else status
        yield replace(reader.responses[key], status=status, at=raw.at)


def _response(
    reader: OperationReader,
    response: Node,
    status: str,
    raw: Node,
    path: tuple[str, ...],
    produces: tuple[str, ...],
) -> Response:
    return Response(
        status=status,
        contents=tuple(
            _swagger_contents(reader, response, produces, path)
            if reader.swagger
            else _contents(reader, response, path)
        ),
        at=raw.at,
        headers=tuple(_headers(reader, response, path)),
        doc=(response.doc("description") or response.doc("summary")),
        links=tuple(_links(reader, response)) if "links" in response else (),
    )


def _swagger_contents(
    reader: OperationReader, response: Node, produces: tuple[str, ...], path: tuple[str, ...]
) -> Iterator[Content]:
    schema = response.get("schema")
    if schema is None:
        return
    type_ = reader.schemas.type_of(schema, path)
    produces = produces or ("application/json",)
    if schema.is_object and schema.value.get("type") == "file":
        # `produces` is of all answers, and the errors are JSON
        produces = tuple(name for name in produces if not is_json(name)) or ("application/octet-stream",)
    shown = response.object("examples")
    for name in produces:
        at = shown.at.child(name) if shown is not None and name in shown else None
        yield Content(name, type_, schema.at, examples=(Example("example", at),) if at is not None else ())


def _headers(reader: OperationReader, owner: Node, path: tuple[str, ...]) -> Iterator[Header]:
    headers = reader.map(owner, "headers")
    for name, raw in headers.members() if headers is not None else ():
        header = reader.follow(raw)
        if header is None or not header.expect(dict):
            continue
        media = None
        if reader.swagger:
            schema = without_parameter_words(header)
        else:
            schema = header.get("schema") or Node({}, header.at, reader.problems)
            content = header.object("content")
            for media_name, node in list(content.members())[:1] if content is not None else ():
                media, schema = media_type(media_name), node.get("schema") or _true(node)
        yield Header(
            name,
            reader.schemas.type_of(schema, (*path, name)),
            bool(header.flag("required")),
            header.at,
            header.doc("description"),
            bool(header.flag("explode")),
            media,
            bool(header.flag("deprecated")),
        )


def _links(reader: OperationReader, response: Node) -> Iterator[Link]:
    links = response.object("links")
    for name, raw in links.members() if links is not None else ():
        link = reader.follow(raw)
        if link is None or not link.expect(dict):
            continue
        parameters = link.object("parameters")
        yield Link(
            name,
            link.at,
            link.text("operationId") or link.text("operationRef"),
            tuple((key, to_json(value)) for key, value in parameters.value.items())
            if parameters is not None
            else (),
            to_json(link.value["requestBody"]) if "requestBody" in link else None,
            link.doc("description"),
        )
