"""Operations and models → the emitted tests of a version: code that calls, and JSON data that says what must happen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ...accept import accepts
from ...jsonvalue import is_array, is_object
from ...model import (
    Anything,
    Api,
    Content,
    Model,
    Nullable,
    Operation,
    Parameter,
    Record,
    Response,
    Scalar,
    Type,
)
from ...sample import NoSample, sample
from ..calls.exchange import is_api_version, is_sequence, received_contents, sendable, successes
from ..calls.methods import Calls
from ..literals import json_text, literal
from ..names.identifiers import SafeName, Scope
from ..types.expressions import expression
from ..types.spelling import Spelling, is_json, modules_in, names_in
from ..versions.sharing import Home, Written
from ..views import CaseView, TestsView
from .expected import SECRET, expected_request, formed
from .following import follow

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_TEXT = "some text"
VERSION = "{api-version}"
"""Stands in the data for the version under test: a method is tested in every version that has it."""


def tests_view(one: Written, models: Mapping[str, Home], methods: Mapping[str, SafeName]) -> TestsView:
    """The tests of what a version introduces; `models` and `methods` tell which version introduced what.

    What cannot be sampled is listed in the data under `not_sampled`, with the reason.
    """
    calls = one.calls
    spelling = calls.spelling
    scope = Scope()
    constants = Scope()
    cases: list[CaseView] = []
    exchanges: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for dotted, operation in calls.operations.items():
        if methods[dotted] != one.module or dotted in calls.renamed:
            continue
        name = scope.give(dotted.replace(".", "_"))
        try:
            case, data = _case(spelling, calls, operation, dotted, name, constants)
        except NoSample as error:
            missing[operation.label] = str(error)
            continue
        cases.append(case)
        exchanges[name] = data
    own = [
        model
        for model in spelling.api.models
        if model.key in models and models[model.key].module == one.module
    ]
    payloads = _round_trips(spelling, own, missing)
    sources = [source for case in cases for source in (*case.arguments_code, case.body_code)]
    credential = credential_code(spelling.api)
    runtime = ["decode_json", "encode_json"] if payloads else [*names_in(sources, ("decode_json",))]
    if cases:
        runtime = ["Credential", *names_in([credential], ("BasicAuth",)), *runtime]
    return TestsView(
        cases=tuple(cases),
        modules=modules_in(sources),
        credential_code=credential,
        runtime_names=tuple(runtime),
        has_models=bool(payloads),
        names_models=bool(payloads) or any("models." in source for source in sources),
        uses_any=any(case.annotation for case in cases),
        data=json_text({"exchanges": exchanges, "models": payloads, "not_sampled": missing}),
    )


def credential_code(api: Api) -> str:
    """A credential for every scheme, as source."""
    parts: list[str] = []
    for scheme in api.schemes:
        if scheme.kind == "http" and scheme.scheme == "basic":
            parts.append(f'{literal(scheme.name)}: BasicAuth("user", {literal(SECRET)})')
        elif scheme.kind in ("apiKey", "http", "oauth2", "openIdConnect"):
            parts.append(f"{literal(scheme.name)}: {literal(SECRET)}")
    return f"{{{', '.join(parts)}}}"


def _case(
    spelling: Spelling, calls: Calls, operation: Operation, dotted: str, name: str, constants: Scope
) -> tuple[CaseView, dict[str, Any]]:
    values: dict[int, Any] = {}
    given: list[str] = []
    body_code, constant = "", ""
    positions = {id(parameter): index for index, parameter in enumerate(operation.parameters)}
    request: dict[str, Any] = {}
    for known, argument in calls.arguments(operation):
        if known is not None:
            value = _argument_value(spelling.api, known)
            values[positions[id(known)]] = value
            given.append(f"{argument.name}={expression(spelling, known.type, value)}")
        elif operation.body is not None:
            content = sendable(spelling.api, operation)[0]
            body_code, request = _body(spelling, content)
            constant = constants.give(name.upper())
            given.append(f"{argument.name}={constant}")
    for index, parameter in enumerate(operation.parameters):
        if is_api_version(parameter):
            values[index] = VERSION
    data: dict[str, Any] = {"request": expected_request(spelling.api, operation, values).as_json() | request}
    good = successes(operation)
    bad = [response for response in operation.responses if response.is_error]
    data["response"] = _answer(spelling, operation, good[0], 200) if good else {"status": 200}
    kind = calls.kind(operation)
    data |= follow(spelling, operation, kind, data["response"])
    if bad:
        data["error"] = _answer(spelling, operation, bad[0], 500)
    return CaseView(
        Scope().give(name),
        dotted,
        tuple(given),
        body_code,
        constant,
        # what is empty inside has no type of its own
        ": Any" if body_code[:1] in ("{", "[") and re.search(r"\{\}|\[\]", body_code) else "",
        bool(bad),
        kind in ("send", "begin") and calls.returned(operation) == ("None",),
        kind,
    ), data


def _argument_value(api: Api, parameter: Parameter) -> Any:
    """A value for a parameter. Plain strings carry the parameter's name, so that two mixed up do not go unseen."""
    resolved = api.resolve(parameter.type)
    while isinstance(resolved, Nullable):
        resolved = api.resolve(resolved.of)
    if resolved in (Scalar("string"), Anything()):
        return parameter.wire_name
    if parameter.media_type is not None:
        return sample(api, resolved, full=True, direction="request")
    # no style says how an object inside an object or a list is written (OpenAPI 3.x, Style Values)
    for value in (sample(api, resolved, full=full, direction="request") for full in (True, False)):
        if _is_flat(value):
            return value
    named = {parameter.wire_name: parameter.wire_name}
    return named if accepts(api, resolved, named) else sample(api, resolved, direction="request")


def _is_flat(value: Any) -> bool:
    inner = value.values() if is_object(value) else value if is_array(value) else ()
    return value not in ({}, []) and not any(is_object(item) or is_array(item) for item in inner)


def _body(spelling: Spelling, content: Content) -> tuple[str, dict[str, Any]]:
    """The source of the request body, and what must arrive."""
    if is_json(content.media_type):
        value = sample(spelling.api, content.type, full=True, direction="request")
        return expression(spelling, content.type, value), {"json": value}
    if content.media_type in _FORMS:
        value = sample(spelling.api, content.type, full=True, direction="request")
        return expression(spelling, content.type, value), {
            "form": formed(content, value),
            "media_type": content.media_type,
        }
    if spelling.content_type(content.media_type, content.type) == ("str",):
        return repr(_TEXT), {"text": _TEXT, "media_type": content.media_type}
    return f"{_TEXT!r}.encode()", {"text": _TEXT, "media_type": content.media_type}


def _answer(spelling: Spelling, operation: Operation, response: Response, otherwise: int) -> dict[str, Any]:
    """A response of the service, for the status a caller may expect; `otherwise` stands for `default`."""
    status = otherwise if response.status == "default" else int(response.status.replace("XX", "00"))
    contents = received_contents(operation, response)
    if not contents:
        return {"status": status}
    content = next((one for one in contents if not is_sequence(one)), contents[0])
    media_type = (
        "application/json"
        if content.media_type in ("*/*", "application/*")
        else content.media_type.replace("*", "plain")
    )
    if is_json(content.media_type):
        return {
            "status": status,
            "media_type": media_type,
            "json": sample(spelling.api, content.type, full=True, direction="response"),
        }
    kind = "text" if spelling.content_type(content.media_type, content.type) == ("str",) else "binary"
    return {"status": status, "media_type": media_type, kind: _TEXT}


def _round_trips(spelling: Spelling, models: Iterable[Model], missing: dict[str, str]) -> dict[str, Any]:
    """A full payload of some model classes, by class name, and which of its members the class does not declare."""
    found: dict[str, Any] = {}
    for model in models:
        if isinstance(model, Record) and not any(_is_file(spelling, item.type) for item in model.fields):
            try:
                payload = sample(spelling.api, model, full=True)
                declared = {item.wire_name for item in model.fields}
                undeclared = sorted(name for name in payload if name not in declared)
                found[spelling.names[model.key]] = {"payload": payload, "undeclared": undeclared}
            except NoSample as error:
                missing[spelling.names[model.key]] = str(error)
    return found


def _is_file(spelling: Spelling, type_: Type) -> bool:
    return "FileInput" in spelling.text(type_)
