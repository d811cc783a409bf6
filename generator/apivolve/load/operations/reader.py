"""Documents → operations: what stands at each path and method, in webhooks and in callbacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ...errors import Level, LoadError, Problem
from ...model import (
    Body,
    Callback,
    Exchange,
    LongRunning,
    Operation,
    Paging,
    Parameter,
    Requirement,
    Response,
    Scalar,
    Server,
    Tag,
)
from ...source import Location
from ..dialect import METHODS, Dialect
from ..node import Node, Problems
from ..schemas import SchemaReader
from ..schemas.places import call_name
from .bodies import read_body, read_responses, swagger_body
from .naming import shared_path
from .parameters import read_parameter
from .security import requirements, servers_of

_PATH_WORDS = ("parameters", "summary", "description", "$ref", "servers", "additionalOperations")
_OPERATION_WORDS = frozenset(
    (
        "tags", "summary", "description", "externalDocs", "operationId", "parameters", "requestBody", "responses",
        "callbacks", "deprecated", "security", "servers", "consumes", "produces", "schemes",
    )
)  # fmt: skip


@dataclass
class OperationReader:
    """Reads one root document of a version."""

    root: Node
    schemas: SchemaReader
    problems: Problems
    dialect: Dialect
    _ids: dict[str, Node] = field(default_factory=dict)
    _parameters: dict[tuple[int, str], Parameter | None] = field(default_factory=dict)
    responses: dict[tuple[int, str, tuple[str, ...]], Response] = field(default_factory=dict)
    bodies: dict[tuple[int, str], Body] = field(default_factory=dict)
    _unread: list[tuple[Location, Problem]] = field(default_factory=list)

    def components(self) -> Node | None:
        """The named schemas of the document."""
        if self.swagger:
            return self.map(self.root, "definitions")
        components = self.map(self.root, "components")
        return self.map(components, "schemas") if components is not None else None

    @property
    def swagger(self) -> bool:
        """True for Swagger 2.0."""
        return self.dialect == Dialect.SWAGGER_2_0

    # --- operations -------------------------------------------------------------------------------------

    def operations(self) -> Iterator[Operation]:
        """The operations, in document order."""
        for group in ("paths", "x-ms-paths"):
            paths = self.map(self.root, group)
            for path, item in paths.members() if paths is not None else ():
                if path.startswith("x-"):
                    continue
                if not path.startswith("/"):
                    self.problems.add(
                        "path-without-slash", f"the path {path!r} does not start with /", item.at
                    )
                    continue
                yield from self.path_item(path, item)

    def webhooks(self) -> Iterator[Operation]:
        """What the service asks of its callers, in document order; the path of a webhook is its name."""
        for group in ("webhooks", "x-webhooks"):
            hooks = self.map(self.root, group)
            for name, item in hooks.members() if hooks is not None else ():
                if item.is_object or not name.startswith("x-"):  # else a word about all of them
                    yield from self.path_item(name, item, within=(name,))

    def tags(self) -> Iterator[Tag]:
        """The declared groups of operations."""
        for node in self.root.list("tags"):
            if node.expect(dict) and (name := node.text("name")):
                yield Tag(name, node.at, (node.doc("description") or node.doc("summary")))

    def path_item(self, path: str, item: Node, within: tuple[str, ...] = ()) -> Iterator[Operation]:
        """The operations at a path. `within` are the names around it, for one that has no path of its own."""
        layers = [item] if item.expect(dict) else []
        if layers and "$ref" in item:
            target = self.follow(item)
            if target is None or not target.expect(dict):
                return
            layers.append(target)  # what stands beside the reference comes first
        shared = [parameter for layer in reversed(layers) for parameter in layer.list("parameters")]
        owner = next((layer for layer in layers if "servers" in layer), None)
        servers = owner.list("servers") if owner is not None else []
        done: set[str] = set()
        for layer in layers:
            for method, raw in self._methods(layer):
                # no dialect has references here, and every bundler follows them
                node = self.follow(raw) if method not in done else None
                if node is not None and node.expect(dict):
                    done.add(method)
                    yield self._operation(method, path, node, shared, servers, within)

    def _methods(self, item: Node) -> Iterator[tuple[str, Node]]:
        for name, node in item.members():
            if name in METHODS:
                yield name.upper(), node
            elif name == "additionalOperations":
                yield from node.members()
            elif name not in _PATH_WORDS and not name.startswith("x-"):
                self.problems.warn(
                    "not-modelled", f"`{name}` is no HTTP method of this dialect and is left out", node.at
                )

    def _operation(
        self,
        method: str,
        path: str,
        node: Node,
        shared: list[Node],
        path_servers: list[Node],
        within: tuple[str, ...],
    ) -> Operation:
        written = node.text("operationId")
        id_ = written or (" ".join((method.lower(), *within)) if within else call_name(method, path))
        if written:
            self._note_id(written, node)
        for name in node.value:
            if name not in _OPERATION_WORDS and not name.startswith("x-"):
                self.problems.warn(
                    "not-modelled", f"`{name}` is not understood and has no effect", node.at.child(name)
                )
        parameters: dict[tuple[str, str], Node] = {}
        named: set[tuple[str, str]] = set()
        for raw in (*shared, *node.list("parameters")):
            parameter = self.follow(raw)
            if parameter is None or not parameter.expect(dict):
                continue
            name, place = parameter.text("name"), parameter.text("in")
            key = (place, name.lower() if place == "header" else name)
            parameters[key] = parameter
            (named.add if "$ref" in raw else named.discard)(key)
        elsewhere = ("body", "formData") if self.swagger else ()
        read = [
            made
            for key, parameter in parameters.items()
            if key[0] not in elsewhere
            and (made := self._parameter(parameter, None if key in named else id_)) is not None
        ]
        own_security = requirements(node)
        return Operation(
            id=id_,
            method=method,
            path=path,
            at=node.at,
            parameters=tuple(read if within else self._with_path_names(path, read, node)),
            body=swagger_body(self, parameters, node, id_) if self.swagger else read_body(self, node, id_),
            responses=tuple(read_responses(self, node, id_)),
            security=self._defaults if own_security is None else own_security,
            tags=tuple(tag.value for tag in node.list("tags") if tag.expect(str)),
            deprecated=bool(node.flag("deprecated")),
            summary=node.doc("summary"),
            doc=node.doc("description"),
            named=bool(written),
            servers=self._servers(node.list("servers") if "servers" in node else path_servers),
            callbacks=tuple(self._callbacks(node, id_)) if "callbacks" in node else (),
            paging=_paging(node),
            long_running=_long_running(node),
            exchanges=tuple(self._exchanges(node)) if "x-ms-examples" in node else (),
        )

    def _parameter(self, node: Node, operation: str | None) -> Parameter | None:
        """A parameter of an operation, or one that is declared for many (`operation` is None) and read once."""
        place = id(node.at.source), node.at.pointer
        if place in self._parameters:
            return self._parameters[place]
        own = shared_path(node, "parameter")
        path = own if operation is None else (operation, node.text("name"))
        made = read_parameter(self, node, path)
        if path == own:  # one of a path item is named after each operation
            self._parameters[place] = made
        return made

    @cached_property
    def _defaults(self) -> tuple[Requirement, ...]:
        return requirements(self.root) or ()

    def _note_id(self, written: str, node: Node) -> None:
        if written in self._ids:
            first = self._ids[written].at
            self.problems.warn(
                "duplicate-operation-id",
                f"operationId {written!r} is also used at {first}",
                node.at.child("operationId"),
            )
        self._ids.setdefault(written, node)

    def _servers(self, written: list[Node]) -> tuple[Server, ...]:
        found = tuple(servers_of(written))
        for server in found[:1]:
            unknown = [one.name for one in server.variables if one.default is None]
            if unknown:
                self.problems.warn(
                    "server-not-used",
                    f"clients send this to the server of the document: {unknown[0]!r} of this one has no default",
                    server.at,
                )
        return found

    def _callbacks(self, node: Node, operation: str) -> Iterator[Callback]:
        callbacks = node.object("callbacks")
        for name, raw in callbacks.members() if callbacks is not None else ():
            callback = self.follow(raw)
            if callback is None or not callback.expect(dict):
                continue
            for url, item in callback.members():
                if not url.startswith("x-") and url != "$ref":
                    for inner in self.path_item(url, item, within=(operation, name)):
                        yield Callback(name, url, inner, item.at)

    def _exchanges(self, node: Node) -> Iterator[Exchange]:
        """Azure's examples, mostly in files of their own. One that is not there is no fault of the specification."""
        examples = node.object("x-ms-examples")
        for name, raw in examples.members() if examples is not None else ():
            example = self._example_file(raw)
            if example is not None and example.is_object:
                yield Exchange(name, example.at)

    def _example_file(self, raw: Node) -> Node | None:
        if "$ref" not in raw:
            return raw
        try:
            target = self.schemas.documents.resolve(raw.text("$ref"), raw.at.child("$ref"))
        except LoadError as error:
            self._unread.append((raw.at.child("$ref"), error.problems[0]))
            return None
        return Node(target.raw, target, self.problems)

    def report_unread(self) -> None:
        """Say once which example files could not be read: there are hundreds, and mostly none is shipped."""
        if self._unread:
            at, problem = self._unread[0]
            more = f" (and {len(self._unread) - 1} more)" if len(self._unread) > 1 else ""
            self.problems.warn(
                "example-not-read", f"this example cannot be read: {problem.message}{more}", at, problem.help
            )

    def _with_path_names(self, path: str, parameters: list[Parameter], node: Node) -> Iterator[Parameter]:
        """The parameters, plus the names of the path template that nobody declared, as strings."""
        yield from parameters
        declared = {p.wire_name for p in parameters if p.place == "path"}
        # a fragment tells two entries of `paths` apart and is never sent (RFC 9110 section 7.1)
        names = [name for name in re.findall(r"\{([^{}]+)\}|#.*", path, re.DOTALL) if name]
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

    def map(self, owner: Node, name: str) -> Node | None:
        """A member that maps names to things; where it is one reference for all, what that points to."""
        node = owner.object(name)
        return self.follow(node) if node is not None and isinstance(node.value.get("$ref"), str) else node

    def follow(self, node: Node, *, level: Level = "error") -> Node | None:
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
                    at = problem.at or node.at
                    self.problems.add(problem.rule, problem.message, at, problem.help, level)
                return None
            node = Node(target.raw, target, self.problems)
        return node


def _paging(node: Node) -> Paging | None:
    raw = node.get("x-ms-pageable")
    if raw is None or not raw.expect(dict):
        return None
    return Paging(
        raw.at,
        raw.text("itemName") or "value",
        raw.text("nextLinkName") or None,  # null where all items are in one page
        raw.text_or_none("operationName"),
    )


def _long_running(node: Node) -> LongRunning | None:
    if node.flag("x-ms-long-running-operation") is not True:
        return None
    options = node.object("x-ms-long-running-operation-options")
    at = node.at.child("x-ms-long-running-operation")
    return LongRunning(at, options.text_or_none("final-state-via") if options is not None else None)
