"""Documents → operations, parameters, bodies, responses, security and servers.

The dialects differ in *where* things are written, not in what they mean. `Dialect` is that difference; the reading is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..errors import LoadError
from ..jsonvalue import to_json
from ..model import (
    PLACES,
    Body,
    Content,
    Header,
    Operation,
    Parameter,
    Requirement,
    Response,
    Scalar,
    Type,
)
from .node import Node, Problems
from .schemas import SchemaReader

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_DEFAULT_STYLE = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
# Swagger 2.0, Parameter Object: collectionFormat → style, explode
_COLLECTION = {
    "csv": (None, False),
    "ssv": ("spaceDelimited", False),
    "tsv": ("tabDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}
_STATUS = re.compile(r"^(?:[1-5][0-9][0-9]|[1-5][xX][xX]|default)$")


@dataclass
class OperationReader:
    """Reads one root document of a version. `swagger` is true for Swagger 2.0."""

    root: Node
    schemas: SchemaReader
    problems: Problems
    swagger: bool
    _ids: dict[str, Node] = field(default_factory=dict)

    def components(self) -> Node | None:
        """The named schemas of the document."""
        if self.swagger:
            return self.root.object("definitions")
        components = self.root.object("components")
        return components.object("schemas") if components is not None else None

    # --- operations -------------------------------------------------------------------------------------

    def operations(self) -> Iterator[Operation]:
        """The operations, in document order."""
        defaults = self.requirements(self.root) or ()
        for group in ("paths", "x-ms-paths"):
            paths = self.root.object(group)
            for path, item in paths.members() if paths is not None else ():
                if path.startswith("x-"):
                    continue
                if not path.startswith("/"):
                    self.problems.add(
                        "path-without-slash", f"the path {path!r} does not start with /", item.at
                    )
                    continue
                yield from self._path(path, self.follow(item), defaults)

    def _path(self, path: str, item: Node | None, defaults: tuple[Requirement, ...]) -> Iterator[Operation]:
        if item is None or not item.expect(dict):
            return
        shared = item.list("parameters")
        for name, node in item.members():
            if name in METHODS and node.expect(dict):
                yield self._operation(name.upper(), path, node, shared, defaults)
            elif name == "servers":
                self.problems.warn(
                    "not-modelled",
                    "`servers` of a path is left out: the document's servers are used",
                    node.at,
                )
            elif name not in ("parameters", "summary", "description", "$ref") and not name.startswith("x-"):
                self.problems.warn(
                    "not-modelled", f"`{name}` is no HTTP method of this dialect and is left out", node.at
                )

    def _operation(
        self, method: str, path: str, node: Node, shared: list[Node], defaults: tuple[Requirement, ...]
    ) -> Operation:
        written = node.text("operationId")
        id_ = written or " ".join((method.lower(), *re.findall(r"[^/{}?&=]+", path)))
        if written:
            if written in self._ids:
                first = self._ids[written].at
                self.problems.warn(
                    "duplicate-operation-id",
                    f"operationId {written!r} is also used at {first}",
                    node.at.child("operationId"),
                )
            self._ids.setdefault(written, node)
        for name in ("callbacks", "servers"):
            if name in node:
                self.problems.warn(
                    "not-modelled", f"`{name}` of an operation is left out", node.at.child(name)
                )
        parameters: dict[tuple[str, str], Node] = {}
        for raw in (*shared, *node.list("parameters")):
            parameter = self.follow(raw)
            if parameter is None or not parameter.expect(dict):
                continue
            name, place = parameter.text("name"), parameter.text("in")
            key = (place, name.lower() if place == "header" else name)
            parameters[key] = parameter
        elsewhere = ("body", "formData") if self.swagger else ()
        plain = [p for (place, _), p in parameters.items() if place not in elsewhere]
        read = [p for p in (self._parameter(node_, id_) for node_ in plain) if p is not None]
        security = self.requirements(node)
        return Operation(
            id=id_,
            method=method,
            path=path,
            at=node.at,
            parameters=tuple(self._with_path_names(path, read, node)),
            body=self._swagger_body(parameters, node, id_) if self.swagger else self._body(node, id_),
            responses=tuple(self._responses(node, id_)),
            security=defaults if security is None else security,
            tags=tuple(tag.value for tag in node.list("tags") if tag.expect(str)),
            deprecated=bool(node.flag("deprecated")),
            summary=node.text("summary").strip(),
            doc=node.text("description").strip(),
            named=bool(written),
        )

    def _with_path_names(self, path: str, parameters: list[Parameter], node: Node) -> Iterator[Parameter]:
        """The parameters, plus the names of the path template that nobody declared, as strings."""
        yield from parameters
        declared = {p.wire_name for p in parameters if p.place == "path"}
        names = re.findall(r"\{([^{}]+)\}", path)
        for name in dict.fromkeys(names):
            if name not in declared:
                self.problems.warn(
                    "undeclared-path-parameter",
                    f"{{{name}}} of the path is not declared: read as a string",
                    node.at,
                )
                yield Parameter(name, "path", Scalar("string"), required=True, at=node.at)
        for parameter in parameters:
            if parameter.place == "path" and parameter.wire_name not in names:
                self.problems.warn(
                    "path-parameter-not-in-path",
                    f"the path has no {{{parameter.wire_name}}}: it is never sent",
                    parameter.at,
                )

    def follow(self, node: Node) -> Node | None:
        """The node, or what its `$ref` points to. Reports a reference to nothing, and a circle."""
        seen: set[tuple[str, str]] = set()
        while "$ref" in node:
            place = (node.at.file, node.at.pointer)
            if place in seen:
                self.problems.add("ref-circle", "this reference leads back to itself", node.at.child("$ref"))
                return None
            seen.add(place)
            try:
                target = self.schemas.documents.resolve(node.text("$ref"), node.at.child("$ref"))
            except LoadError as error:
                for problem in error.problems:
                    self.problems.add(problem.rule, problem.message, problem.at or node.at, problem.help)
                return None
            node = Node(target.raw, target, self.problems)
        return node

    def requirements(self, node: Node) -> tuple[Requirement, ...] | None:
        """The security alternatives written at a place; None when it says nothing."""
        if "security" not in node:
            return None
        found: list[Requirement] = []
        for alternative in node.list("security"):
            schemes = [
                (name, tuple(scope.value for scope in scopes.items() if scope.expect(str)))
                for name, scopes in alternative.members()
            ]
            found.append(Requirement(tuple(schemes)))
        return tuple(found)

    # --- parameters -------------------------------------------------------------------------------------

    def _parameter(self, node: Node, operation: str) -> Parameter | None:
        name, place = node.text("name"), PLACES.get(node.text("in"))
        if not name or place is None:
            for member in ("name", "in"):
                if not node.text(member):
                    self.problems.add("missing-member", f"a parameter needs `{member}`", node.at)
            if node.text("in") and place is None:
                self.problems.add(
                    "unknown-place", f"{node.text('in')!r} is no place of a parameter", node.at.child("in")
                )
            return None
        media_type = None
        if self.swagger:
            schema = node
            style, explode = _COLLECTION.get(node.text("collectionFormat", "csv"), (None, False))
            if node.text("type") != "array":
                style, explode = None, place in ("query", "cookie")  # collectionFormat is for arrays only
        else:
            schema = node.object("schema") or Node({}, node.at, self.problems)
            content = node.object("content")
            if content is not None:
                for name_, media in list(content.members())[:1]:
                    media_type = _media_type(name_)
                    schema = media.get("schema") or Node({}, media.at, self.problems)
            style, explode = node.text_or_none("style"), None
        style = style or _DEFAULT_STYLE[place]
        written = node.flag("explode") if not self.swagger else explode
        default = schema.get("default")
        type_ = self.schemas.type_of(
            _without_parameter_words(schema) if self.swagger else schema, (operation, name)
        )
        return Parameter(
            wire_name=name,
            place=place,
            type=type_,
            required=place == "path" or bool(node.flag("required")),
            at=node.at,
            style=style,
            explode=written if written is not None else style == "form",
            allow_reserved=bool(node.flag("allowReserved")) or bool(node.flag("x-ms-skip-url-encoding")),
            media_type=media_type,
            default=to_json(default.value) if default is not None else None,
            deprecated=bool(node.flag("deprecated")),
            doc=node.text("description").strip()
            or (schema.text("description").strip() if schema.is_object else ""),
            client_name=node.text_or_none("x-ms-client-name"),
        )

    # --- bodies -----------------------------------------------------------------------------------------

    def _body(self, node: Node, operation: str) -> Body | None:
        raw = node.get("requestBody")
        body = self.follow(raw) if raw is not None else None
        if body is None or not body.expect(dict):
            return None
        contents = tuple(self._contents(body, (operation, "request")))
        return Body(contents, bool(body.flag("required")), body.at, body.text("description").strip())

    def _contents(self, owner: Node, path: tuple[str, ...]) -> Iterator[Content]:
        content = owner.object("content")
        shared: dict[str, Type] = {}
        for media_type, media in content.members() if content is not None else ():
            if not media.expect(dict):
                continue
            schema = media.get("schema")
            # one schema written for several media types is one type
            text = to_json(schema.value) if schema is not None else "true"
            if text not in shared:
                suffix = (media_type,) if shared else ()
                shared[text] = self.schemas.type_of(
                    schema or Node(True, media.at, self.problems), (*path, *suffix)
                )
            yield Content(_media_type(media_type), shared[text], media.at)

    def _swagger_body(
        self, parameters: dict[tuple[str, str], Node], node: Node, operation: str
    ) -> Body | None:
        consumes = self._media_types(node, "consumes")
        form = [p for (place, _), p in parameters.items() if place == "formData"]
        if form:
            return self._form(form, consumes, node, operation)
        for (place, _), parameter in parameters.items():
            if place == "body":
                schema = parameter.get("schema") or Node(True, parameter.at, self.problems)
                type_ = self.schemas.type_of(schema, (operation, "request"))
                contents = tuple(
                    Content(name, type_, parameter.at) for name in consumes or ["application/json"]
                )
                return Body(
                    contents,
                    bool(parameter.flag("required")),
                    parameter.at,
                    parameter.text("description").strip(),
                )
        return None

    def _form(self, parameters: list[Node], consumes: list[str], node: Node, operation: str) -> Body:
        """`formData` parameters are the fields of one object."""
        has_file = any(parameter.value.get("type") == "file" for parameter in parameters)
        kinds = [
            name for name in consumes if name in ("multipart/form-data", "application/x-www-form-urlencoded")
        ]
        kinds = ["multipart/form-data"] if has_file or not kinds else kinds[:1]
        properties = {
            parameter.text("name"): _without_parameter_words(parameter).value for parameter in parameters
        }
        places = {parameter.text("name"): parameter.at for parameter in parameters}
        required = [
            parameter.text("name") for parameter in parameters if parameter.value.get("required") is True
        ]
        type_ = self.schemas.form_of(properties, places, required, (operation, "request"), node.at)
        return Body(
            (Content(kinds[0], type_, node.at.child("parameters")),),
            bool(required),
            node.at.child("parameters"),
        )

    def _media_types(self, node: Node, name: str) -> list[str]:
        owner = node if name in node else self.root
        return [_media_type(item.value) for item in owner.list(name) if item.expect(str)]

    # --- responses --------------------------------------------------------------------------------------

    def _responses(self, node: Node, operation: str) -> Iterator[Response]:
        responses = node.object("responses")
        successes = 0
        for status, raw in responses.members() if responses is not None else ():
            if status.startswith("x-"):
                continue
            if not _STATUS.match(status):
                self.problems.add(
                    "unknown-status", f"{status!r} is no status code", raw.at, "200, 2XX or default"
                )
                continue
            response = self.follow(raw)
            if response is None or not response.expect(dict):
                continue
            status = status.upper() if status != "default" else status
            first = status[0] == "2" and successes == 0
            successes += status[0] == "2"
            path = (operation, "response") if first else (operation, "response", status)
            yield Response(
                status=status,
                contents=tuple(
                    self._swagger_contents(response, node, path)
                    if self.swagger
                    else self._contents(response, path)
                ),
                at=raw.at,
                headers=tuple(self._headers(response, path)),
                doc=response.text("description").strip(),
            )

    def _swagger_contents(self, response: Node, node: Node, path: tuple[str, ...]) -> Iterator[Content]:
        schema = response.get("schema")
        if schema is None:
            return
        type_ = self.schemas.type_of(schema, path)
        produces = self._media_types(node, "produces") or ["application/json"]
        if schema.is_object and schema.value.get("type") == "file" and produces == ["application/json"]:
            produces = ["application/octet-stream"]
        for media_type in produces:
            yield Content(media_type, type_, schema.at)

    def _headers(self, response: Node, path: tuple[str, ...]) -> Iterator[Header]:
        headers = response.object("headers")
        for name, raw in headers.members() if headers is not None else ():
            header = self.follow(raw)
            if header is None or not header.expect(dict):
                continue
            schema = header if self.swagger else header.get("schema") or Node({}, header.at, self.problems)
            type_ = self.schemas.type_of(
                _without_parameter_words(schema) if self.swagger else schema, (*path, name)
            )
            yield Header(
                name, type_, bool(header.flag("required")), header.at, header.text("description").strip()
            )


def _media_type(text: str) -> str:
    """A media type without blanks, lower case."""
    return re.sub(r"\s+", "", text).lower()


def _without_parameter_words(node: Node) -> Node:
    """The schema part of a Swagger 2.0 parameter, header or form field, which mixes both in one object."""
    words = ("name", "in", "required", "collectionFormat", "allowEmptyValue", "examples")
    return Node({key: value for key, value in node.value.items() if key not in words}, node.at, node.problems)
