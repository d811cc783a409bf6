"""Documents → security schemes and servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...media import TOKEN
from ...model import PLACES, Requirement, SecurityScheme, Server, ServerVariable
from ..node import Node

if TYPE_CHECKING:
    from .reader import OperationReader


def requirements(node: Node) -> tuple[Requirement, ...] | None:
    """The security alternatives written at a place; None when it says nothing."""
    if "security" not in node:
        return None
    found: list[Requirement] = []
    for alternative in node.list("security"):
        schemes = [
            (name, tuple(scope.value for scope in scopes.items() if scope.expect(str)))
            for name, scopes in alternative.members()
        ]
        found.append(Requirement(tuple(schemes), alternative.at))
    return tuple(found)


def security_schemes(reader: OperationReader) -> Iterator[SecurityScheme]:
    """The declared ways to authenticate."""
    owner = reader.root if reader.swagger else reader.root.object("components")
    schemes = (
        owner.object("securityDefinitions" if reader.swagger else "securitySchemes")
        if owner is not None
        else None
    )
    for name, raw in schemes.members() if schemes is not None else ():
        node = reader.follow(raw, level="warning")  # one that an operation needs is missed there
        if node is None or not node.expect(dict):
            continue
        kind, scheme = node.text("type"), node.text_or_none("scheme")
        if kind == "basic":
            kind, scheme = "http", "basic"
        if kind not in ("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"):
            reader.problems.add("unknown-security", f"{kind!r} is no kind of security scheme", node.at)
            continue
        if kind == "http" and scheme and not TOKEN.fullmatch(scheme):
            reader.problems.warn(
                "unknown-security", f"{scheme!r} is no authentication scheme: it is never sent", node.at.child("scheme"),
                "such as bearer or basic (RFC 9110 section 11.1)",
            )  # fmt: skip
        place = PLACES.get(node.text("in")) if kind == "apiKey" else None
        yield SecurityScheme(
            name=name,
            kind=kind,
            at=node.at,
            place=place,
            wire_name=node.text_or_none("name"),
            scheme=scheme.lower() if scheme else None,
            token_urls=tuple(_token_urls(node)),
            doc=node.doc("description"),
            scopes=tuple(_scopes(node)),
            url=next((url for name in _URLS for url in _texts(node, name)), None),
            deprecated=bool(node.flag("deprecated")),
        )


_URLS = ("openIdConnectUrl", "authorizationUrl", "deviceAuthorizationUrl", "oauth2MetadataUrl")


def _texts(node: Node, name: str) -> Iterator[str]:
    """A text of a scheme, or of its flows."""
    if text := node.text(name):
        yield text
    flows = node.object("flows")
    for _, flow in flows.members() if flows is not None else ():
        if flow.expect(dict) and (text := flow.text(name)):
            yield text


def _scopes(node: Node) -> Iterator[tuple[str, str]]:
    """The scopes of all flows, each once."""
    flows = node.object("flows")
    owners = [node, *(flow for _, flow in (flows.members() if flows is not None else ()) if flow.is_object)]
    seen: set[str] = set()
    for owner in owners:
        scopes = owner.object("scopes")
        for name in scopes.value if scopes is not None else ():
            if name not in seen and scopes is not None and not name.startswith("x-"):
                seen.add(name)
                yield name, scopes.text(name)


def _token_urls(node: Node) -> Iterator[tuple[str, str]]:
    if "tokenUrl" in node:
        yield node.text("flow"), node.text("tokenUrl")
    flows = node.object("flows")
    for name, flow in flows.members() if flows is not None else ():
        if flow.expect(dict) and "tokenUrl" in flow:
            yield name, flow.text("tokenUrl")


def servers(reader: OperationReader) -> Iterator[Server]:
    """Where the service is."""
    if not reader.swagger:
        yield from servers_of(reader.root.list("servers"))
        return
    host = reader.root.object("x-ms-parameterized-host")
    base = reader.root.text("basePath").rstrip("/")
    schemes = [item.value for item in reader.root.list("schemes") if item.expect(str)]
    scheme = "https" if "https" in schemes or not schemes else schemes[0]
    if host is not None:
        template = host.text("hostTemplate")
        prefix = "" if host.flag("useSchemePrefix") is False or "://" in template else f"{scheme}://"
        declared: list[ServerVariable] = []
        for raw in host.list("parameters"):
            parameter = reader.follow(raw)
            if parameter is not None and parameter.expect(dict):
                declared.append(_variable(parameter.text("name"), parameter))
        yield _server(f"{prefix}{template}{base}", tuple(declared), host)
    elif "host" in reader.root:
        yield _server(f"{scheme}://{reader.root.text('host')}{base}", (), reader.root)
    elif base:
        yield _server(base, (), reader.root)


def servers_of(written: list[Node]) -> Iterator[Server]:
    """Server Objects, of a document, a path or an operation."""
    for node in written:
        if node.expect(dict):
            variables = node.object("variables")
            members = variables.members() if variables is not None else ()
            found = tuple(_variable(name, variable) for name, variable in members if variable.expect(dict))
            yield _server(node.text("url"), found, node)


def _server(url: str, declared: tuple[ServerVariable, ...], node: Node) -> Server:
    names = {variable.name for variable in declared}
    missing = [name for name in re.findall(r"\{([^{}]+)\}", url) if name not in names]
    variables = (*declared, *(ServerVariable(name, node.at) for name in dict.fromkeys(missing)))
    return Server(url.rstrip("/"), node.at, variables, node.doc("description"))


def _variable(name: str, node: Node) -> ServerVariable:
    default = node.text_or_none("default")
    values = tuple(str(item.value) for item in node.list("enum"))
    return ServerVariable(name, node.at, default, values, node.doc("description"))
