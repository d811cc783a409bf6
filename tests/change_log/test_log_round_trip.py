"""What is written and applied gives the version back."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
from logs import REVISION, api_of, read, told

from apivolve.delta import BELOW, Delta, change_trees, delta, undone
from apivolve.load import load_api
from apivolve.load.log.derive import derive
from apivolve.model import Api
from apivolve.report import render_change_log

NAMES = st.sampled_from(["a", "b", "c", "@odata.etag", "$filter", "[]", "$headers", "\\x", "x/y~z", "#name"])
TEXTS = st.sampled_from(["", "One.", "Two.", "Line\nline."])
SCALARS = st.fixed_dictionaries(
    {"type": st.sampled_from(["string", "integer", "number", "boolean"])},
    optional={"description": TEXTS.filter(bool), "format": st.sampled_from(["int32", "date-time"])},
)


@st.composite
def enumerations(draw: st.DrawFn) -> dict[str, Any]:
    values = draw(st.lists(st.sampled_from("pqrs"), min_size=1, max_size=3, unique=True))
    made: dict[str, Any] = {"type": "string", "enum": values}
    if draw(st.booleans()):
        made["x-ms-enum"] = {
            "name": "E",
            "values": [{"value": value, "description": value * 2} for value in values],
        }
    return made


def objects(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    @st.composite
    def made(draw: st.DrawFn) -> dict[str, Any]:
        properties = draw(st.dictionaries(NAMES, inner, min_size=1, max_size=3))
        required = [name for name in properties if draw(st.booleans())]
        text = draw(TEXTS)
        return {
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
            **({"description": text} if text else {}),
        }

    return made()


def schemas(refs: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    leaves = st.one_of(
        SCALARS, enumerations(), *([st.sampled_from(refs).map(lambda ref: {"$ref": ref})] if refs else [])
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(objects(inner), inner.map(lambda items: {"type": "array", "items": items})),
        max_leaves=6,
    )


@st.composite
def edited(
    draw: st.DrawFn, schema: dict[str, Any], fresh: st.SearchStrategy[dict[str, Any]]
) -> dict[str, Any]:
    """The schema after some changes that a log can hold: never of the kind of a schema."""
    if "$ref" in schema or not draw(st.booleans()):
        return schema
    made = deepcopy(schema)
    text = draw(TEXTS)
    made.pop("description", None)
    if text:
        made["description"] = text
    if "enum" in made:
        return {**draw(enumerations()), **({"description": text} if text else {})}
    if made["type"] == "array":
        made["items"] = draw(edited(made["items"], fresh))
    elif made["type"] == "object":
        properties = {
            name: draw(edited(inner, fresh))
            for name, inner in made["properties"].items()
            if draw(st.integers(0, 3))
        }
        for name, inner in draw(st.dictionaries(NAMES, fresh, max_size=2)).items():
            properties.setdefault(name, inner)
        # an object without properties is a map, whose description the model does not keep everywhere
        properties = properties or made["properties"]
        required = [name for name in properties if draw(st.booleans())]
        made = {"type": "object", "properties": properties, **({"required": required} if required else {})}
        made.update({"description": text} if text else {})
    else:
        made = draw(SCALARS)
    return made


@st.composite
def versions(draw: st.DrawFn, recursive: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two versions of one API: two operations over two shared components, in one of the dialects."""
    swagger = draw(st.booleans())
    where = "#/definitions/" if swagger else "#/components/schemas/"
    leaf = schemas([where + "Low", where + "High"] if recursive else [])
    low = draw(objects(leaf))
    high_of = schemas([where + "Low", *([where + "High"] if recursive else [])])
    high = draw(objects(high_of))
    anything = schemas([where + "Low", where + "High"])
    flat = st.one_of(SCALARS, enumerations())
    before: dict[str, Any] = {"paths": {}, "components": {"Low": low, "High": high}}
    after = deepcopy(before)
    after["components"] = {"Low": draw(edited(low, leaf)), "High": draw(edited(high, high_of))}
    for path in ("/one", "/two"):
        body = draw(st.none() | anything)
        first, second = (
            {"path": path, "description": draw(TEXTS), "required": draw(st.booleans())} for _ in "ab"
        )
        first["body"], second["body"] = body, body and draw(edited(body, anything))
        if draw(st.integers(0, 5)) == 0:
            second["body"] = None if body else draw(anything)
        for name, values in (("parameters", flat), ("headers", flat), ("responses", st.none() | anything)):
            keys = (
                st.sampled_from(["200", "404", "default"])
                if name == "responses"
                else st.sampled_from(["q", "r", "x-s"])
            )
            first[name] = draw(st.dictionaries(keys, values, max_size=3))
            second[name] = {
                key: value and draw(edited(value, anything if name == "responses" else flat))
                for key, value in first[name].items()
                if draw(st.integers(0, 3))
            }
            for key, value in draw(st.dictionaries(keys, values, max_size=1)).items():
                second[name].setdefault(key, value)
        before["paths"][path], after["paths"][path] = first, second
    return written(before, swagger=swagger), written(after, swagger=swagger)


def written(api: dict[str, Any], *, swagger: bool) -> dict[str, Any]:
    """The document of an API, in a dialect."""
    paths: dict[str, Any] = {}
    for path, one in api["paths"].items():
        parameters = [
            {
                "name": name,
                "in": "query",
                "required": one["required"],
                **(schema if swagger else {"schema": schema}),
            }
            for name, schema in one["parameters"].items()
        ]
        operation: dict[str, Any] = {
            "operationId": path[1:],
            "description": one["description"],
            "parameters": parameters,
        }
        body = one["body"]
        if body and swagger:
            parameters.append({"name": "body", "in": "body", "required": one["required"], "schema": body})
        elif body:
            operation["requestBody"] = {
                "required": one["required"],
                "content": {"application/json": {"schema": body}},
            }
        operation["responses"] = {
            status: {
                "description": "x",
                **(
                    {}
                    if not schema
                    else {"schema": schema}
                    if swagger
                    else {"content": {"application/json": {"schema": schema}}}
                ),
                **(
                    {"headers": {n: s if swagger else {"schema": s} for n, s in one["headers"].items()}}
                    if one["headers"] and status == "200"
                    else {}
                ),
            }
            for status, schema in one["responses"].items()
        }
        paths[path] = {"post": operation}
    head = {"swagger": "2.0"} if swagger else {"openapi": "3.0.3"}
    components = (
        {"definitions": api["components"]} if swagger else {"components": {"schemas": api["components"]}}
    )
    return {**head, "info": {"title": "t", "version": "1"}, "paths": paths, **components}


def derived(document: dict[str, Any], changed: Delta, *, backward: bool) -> tuple[Api, set[str]]:
    log = json.loads(render_change_log(changed.changes))
    made, problems = derive(document, api_of(document), read(log), api_of, backward=backward)
    return api_of(made), {problem.rule for problem in problems}


SLOW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@SLOW
@given(versions())
def test_what_is_written_and_applied_gives_the_version_back(
    pair: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    before, after = map(api_of, pair)
    changed = delta(before, after)
    silent = any(one.what == BELOW for one in changed.lost)

    for document, goal, backward in ((pair[0], after, False), (pair[1], before, True)):
        made, rules = derived(document, changed, backward=backward)
        if not silent:
            assert delta(made, goal).changes == ()
            assert not rules & {"not-rebuilt", "changed-too", "log-differs"}


@SLOW
@given(versions(recursive=True))
def test_what_cannot_be_rebuilt_is_said(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    before, after = map(api_of, pair)
    changed = delta(before, after)

    for document, goal, backward in ((pair[0], after, False), (pair[1], before, True)):
        made, rules = derived(document, changed, backward=backward)
        if delta(made, goal).changes:
            assert changed.lost or rules & {"not-rebuilt", "changed-too"}


@SLOW
@given(versions(recursive=True))
def test_a_log_says_all_changes_and_is_read_back(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    changed = delta(*map(api_of, pair))
    text = render_change_log(changed.changes)

    back = read(json.loads(text))

    assert sorted(map(told, back), key=str) == sorted(map(told, changed.changes), key=str)
    assert render_change_log(back) == text
    assert delta(api_of(pair[0]), api_of(pair[0])).changes == ()


def test_what_a_change_undoes_is_undone_twice() -> None:
    changed = delta(load_api(REVISION / "before.json"), load_api(REVISION / "after.json"))

    assert [told(undone(undone(change))) for change in changed.changes] == [
        told(change) for change in changed.changes
    ]
    assert set(change_trees(changed.changes)) == {"GetChatCompletions", "GetCompletions"}
