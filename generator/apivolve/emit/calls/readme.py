"""A version → what the README of its package shows: code that runs as it is written, one example for each group of calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ...model import Api, SecurityScheme
from ..literals import literal
from ..names.identifiers import SafeName
from ..types.spelling import modules_in
from ..views import GroupView, Kind, MethodView, ReadmeView, VariableView
from .clients import variables_of
from .examples import call_source, snippet
from .methods import Calls
from .places import Group

_ENDINGS = {"apiKey": ("API_KEY",), "basic": ("USERNAME", "PASSWORD"), "token": ("TOKEN",)}


def readme_view(calls: Calls, package: SafeName) -> ReadmeView:
    """The examples of a package, in the words of one of its versions."""
    values = {one: _value(one, calls.api) for one in variables_of(calls.api)}
    address = calls.api.servers[0].url if calls.api.servers else ""
    for one, value in values.items():
        address = address.replace(f"{{{one.wire_name}}}", value)
    settings = [f"{one.name}={literal(value)}" for one, value in values.items()]
    if not re.match(r"https?://", address):
        settings = ['base_url="https://example.com"']
    credential = _credential(calls)
    if credential:
        settings.append(f"credential={credential}")
    groups = tuple(_groups(calls))
    call = _first(calls, lambda one: one.kind == "send")
    code = "\n".join([*(group.code for group in groups), *filter(None, [call])])
    return ReadmeView(
        settings_code=tuple(settings),
        imports=("BasicAuth",) if "BasicAuth" in credential else (),
        environment=environment_names(package, calls.api.schemes),
        call=call,
        raw=re.sub(r"^(client[\w.]*)\(", r"raw_response(\1)(", call),
        dictionary=_with_dictionary(calls),
        stream=_asked_stream(calls),
        pages=_of_kind(calls, "pages"),
        begin=_of_kind(calls, "begin"),
        groups=groups,
        modules=modules_in([code]),
        uses_models="models." in code,
    )


def environment_names(package: SafeName, schemes: tuple[SecurityScheme, ...]) -> tuple[str, ...]:
    """The environment variables that a credential is read from (`_runtime/environment.py`)."""
    kinds = [_kind(scheme) for scheme in schemes]
    found: list[str] = []
    for scheme, kind in zip(schemes, kinds, strict=True):
        if not kind:
            continue
        start = package.upper()
        if kinds.count(kind) > 1:
            parts = re.findall(r"OAuth[0-9]*|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", scheme.name)
            start = "_".join([start, *parts]).upper()
        endings = _ENDINGS[kind]
        if kind == "token" and dict(scheme.token_urls).get("clientCredentials"):
            endings = (*endings, "CLIENT_ID", "CLIENT_SECRET")
        found += [f"{start}_{ending}" for ending in endings]
    return tuple(found)


def _kind(scheme: SecurityScheme) -> str:
    if scheme.kind == "apiKey":
        return "apiKey" if scheme.place and scheme.wire_name else ""
    if scheme.kind == "http" and scheme.scheme == "basic":
        return "basic"
    return "token" if scheme.kind in ("http", "oauth2", "openIdConnect") else ""


def _credential(calls: Calls) -> str:
    """The credential of the first call that needs one, as source."""
    schemes = {scheme.name: scheme for scheme in calls.api.schemes if _kind(scheme)}
    for operation in calls.api.operations:
        for requirement in operation.security:
            names = [name for name, _ in requirement.schemes]
            if not names or not all(name in schemes for name in names):
                continue
            shown = {
                name: 'BasicAuth("user", "password")' if _kind(schemes[name]) == "basic" else '"your-key"'
                for name in names
            }
            if len(shown) == 1:
                return shown[names[0]]
            return f"{{{', '.join(f'{literal(name)}: {one}' for name, one in shown.items())}}}"
    return ""


def _value(variable: VariableView, api: Api) -> str:
    """What a variable of the server's address may be."""
    if variable.default:
        return variable.default
    whole = api.servers[0].url.startswith(f"{{{variable.wire_name}}}")
    return "https://example.com" if whole else "example"


def _first(calls: Calls, wanted: Callable[[MethodView], bool]) -> str:
    """The call of a method of a kind that is not deprecated, the first in the specification; empty where there is none."""
    order = {operation.id: index for index, operation in enumerate(calls.api.operations)}
    for dotted, method in sorted(calls.methods.items(), key=lambda pair: order[calls.operations[pair[0]].id]):
        if wanted(method) and dotted not in calls.renamed and not calls.operations[dotted].deprecated:
            source = call_source(calls, dotted)
            if source is not None:
                return source
    return ""


def _of_kind(calls: Calls, kind: Kind) -> str:
    call = _first(calls, lambda one: one.kind == kind)
    return snippet(call, kind, is_async=False) if call else ""


def _with_dictionary(calls: Calls) -> str:
    """The first call whose body is a model, with a dictionary instead."""
    for dotted, method in calls.methods.items():
        body = calls.operations[dotted].body
        if body is not None and body.required and method.kind == "send" and dotted not in calls.renamed:
            source = call_source(calls, dotted, as_dictionary=True)
            if source is not None:
                return source
    return ""


def _asked_stream(calls: Calls) -> str:
    """A stream that is asked for, else one that always is."""
    for dotted, method in calls.methods.items():
        if method.stream is not None and dotted not in calls.renamed:
            source = call_source(calls, dotted, f"{method.stream.argument}=True")
            if source is not None:
                return snippet(source, "stream", is_async=False)
    return _of_kind(calls, "stream")


def _groups(calls: Calls) -> Iterator[GroupView]:
    for group in calls.root.walk():
        names = [name for _, _, name in group.methods if f"{group.dotted}{name}" not in calls.renamed]
        code = next(filter(None, (_example(calls, group, name) for name in names)), "")
        if names:
            yield GroupView(f"client.{group.dotted}".removesuffix("."), tuple(names), code)


def _example(calls: Calls, group: Group, name: SafeName) -> str:
    dotted = f"{group.dotted}{name}"
    source = call_source(calls, dotted)
    kind = calls.methods[dotted].kind
    if source is None or calls.operations[dotted].deprecated:
        return ""
    gives = kind == "send" and calls.methods[dotted].annotation != "None"
    return snippet(f"answer = {source}" if gives else source, kind, is_async=False)
