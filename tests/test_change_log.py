"""Change logs: written, read, applied both ways, and what is said of what they cannot hold."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apivolve.delta import BELOW, Delta, change_trees, delta, undone
from apivolve.diff.declared import check_declared
from apivolve.errors import ApivolveError, LoadError
from apivolve.finding import Change
from apivolve.load import apply_changes, load_api, load_services
from apivolve.load.log.derive import derive
from apivolve.load.log.entries import read_change_log
from apivolve.load.log.page import read_page
from apivolve.load.timeline import load_source
from apivolve.model import Api
from apivolve.outline import outline, whole
from apivolve.report import change_log_problems, render_change_log, render_document
from apivolve.report.change_log import change_logs
from apivolve.source import Location, Source
from conftest import ROOT, cases

REVISION = ROOT / "specs" / "azure-openai" / "changes" / "2023-05-15"
MARK = re.compile(r"@(added|removed)_[0-9a-f]{32}")
UUID4 = re.compile(r"@(?:added|removed)_[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}")


def api_of(document: dict[str, Any]) -> Api:
    return load_source(Source("spec.json", "", "json", document), Path("spec.json"), service="service")


def read(log: Any) -> tuple[Change, ...]:
    return read_change_log(Location(Source("log.json", json.dumps(log, indent=1), "json", log)), "1")


def told(change: Change) -> tuple[Any, ...]:
    return change.operation, change.subject, change.attribute, change.before, change.after


# --- the form ----------------------------------------------------------------------------------------------


A, R = "@added_" + "0" * 32, "@removed_" + "0" * 32
SCALAR = {"new": "a", "old": "b"}
FLAG = {"new": True, "old": False}
LOGS: dict[str, Any] = {
    "an attribute of a property": {"$responses": {"200": {"$properties": [{"#name": "usage", "Required": FLAG}]}}},
    "the operation's description": {"Description": SCALAR},
    "a parameter": {"$parameters": [{"#name": "uri", "Description": SCALAR, "Required": FLAG}]},
    "a body by its name": {
        "$parameters": {"account": {"$properties": {"properties": [{"#name": "rules", "Type": SCALAR}]}}}
    },
    "a body and its schema": {"$parameters": [{"#name": "body", "Required": FLAG, "$schema": {"Description": SCALAR}}]},
    "objects in objects": {
        "$responses": {"200": {"$properties": {"a": [{"b": [{"c": [{"#name": "d", "Format": SCALAR}]}]}]}}}
    },
    "the items of an array": {
        "$responses": {"200": {"$properties": {"value": {"Description": SCALAR, "$properties": {"p": [{R: {"#name": "x"}}]}}}}}
    },
    "an array and its items": {
        "$responses": {"200": {"$properties": [{"#name": "v", "Required": FLAG, "$items": {"$properties": {A: {"#name": "w"}}}}]}}
    },
    "names and marks in one object": {
        "$responses": {"200": {"$properties": {"p": [{"#name": "q", "Type": SCALAR}], A: {"#name": "t", "Type": "object"}}}}
    },
    "a mixed list": {
        "$responses": {"200": {"$properties": [{"acls": [{"rules": {"Type": SCALAR}}, {A: {"#name": "x"}}]}, {"#name": "y", "Type": SCALAR}]}}
    },
    "a response that came": {"$responses": {A: {"default": {"Type": "object", "$properties": [{"#name": "e", "Type": "string"}]}}}},
    "a response that went": {"$responses": {R: {"204": {}}}},
    "headers alone": {"$responses": {"202": [{A: {"#name": "retry-after", "Type": "integer"}}]}},
    "headers and schema": {"$responses": {"202": {"$headers": [{"#name": "h", "Type": SCALAR}], "$schema": {"Type": SCALAR}}}},
    "a response with headers that went": {"$responses": {R: {"202": {"$headers": [{"#name": "h"}], "$schema": {"Type": "string"}}}}},
    "values with texts": {"$parameters": [{"#name": "k", "Enum": {"new": [["a", ""], ["b", "B"]], "old": []}}]},
    "a parameter that came": {"$parameters": {A: {"#name": "k", "Required": False, "Type": "string"}}},
    "names like our own words": {"$responses": {"200": {"$properties": [{"#name": "[]", "Type": SCALAR}, {"#name": "$headers", "Type": SCALAR}]}}},
}  # fmt: skip


@pytest.mark.parametrize("log", LOGS.values(), ids=LOGS)
def test_a_log_that_is_read_is_written_as_it_was(log: dict[str, Any]) -> None:
    log = {"#id": "X", **log}

    (written,) = change_logs(read(log))

    assert re.sub(MARK, r"@\1", json.dumps(written)) == re.sub(MARK, r"@\1", json.dumps(log))
    assert all(UUID4.fullmatch(mark[0]) for mark in MARK.finditer(json.dumps(written)))


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ({"$parameters": {"p": {"Requird": FLAG}}}, "/$parameters/p/Requird 'Requird' has no meaning here"),
        ({"$responses": {"2000": {}}}, "/$responses/2000 '2000' has no meaning here"),
        (
            {"$parameters": [{"a": {}, "b": {}}]},
            "/$parameters/0 an element with several members needs `#name`",
        ),
        ({"$parameters": {A: {"Type": "string"}}}, f"/$parameters/{A} what came or went needs `#name`"),
        (
            {"$parameters": {A: {"#name": "a", "In": "query"}}},
            f"/$parameters/{A}/In 'In' has no meaning here",
        ),
        ({"Description": {"new": 1, "old": "x"}}, "/Description/new expected a string, found a number"),
        (
            {"$parameters": {"p": {"Enum": {"new": [["a"]], "old": []}}}},
            '/$parameters/p/Enum/new/0 a value of an enumeration is a pair: the value, and its description or ""',
        ),
        ({"$headers": []}, "/$headers '$headers' has no meaning here"),
    ],
)
def test_what_is_not_in_the_grammar_is_named_with_its_path(part: dict[str, Any], problem: str) -> None:
    with pytest.raises(LoadError) as caught:
        read({"#id": "X", **part})

    assert [f"{one.at.pointer} {one.message}" for one in caught.value.problems if one.at] == [problem]


def test_the_seed_is_written_as_it_is_published() -> None:
    changed = delta(load_api(REVISION / "before.json"), load_api(REVISION / "after.json"))
    logs = {log["#id"]: log for log in change_logs(changed.changes)}

    published = json.loads((REVISION / "GetChatCompletions.json").read_text())
    assert logs["GetChatCompletions"]["$responses"] == published["$responses"]
    assert logs["GetCompletions"] == json.loads((REVISION / "GetCompletions.json").read_text())


# --- write, then apply -------------------------------------------------------------------------------------


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


SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


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


# --- cases -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases("apply"))
def test_apply(case: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A specification, changes in the order of their names, and what comes out; `backward` in the name takes them back."""
    monkeypatch.chdir(case)
    changes = sorted(path for path in Path().iterdir() if path.name.startswith(("log", "overlay", "page")))
    try:
        made = apply_changes(Path("spec.yaml"), changes, backward="backward" in case.name)
    except ApivolveError as error:
        golden(case / "error.txt", "\n".join(problem.render() for problem in error.problems) + "\n")
    else:
        golden(case / "expected.yaml", render_document(made.content, yaml=True))
        golden(case / "problems.txt", "".join(f"{problem.headline()}\n" for problem in made.problems))


@pytest.mark.parametrize("case", cases("page"))
def test_page(case: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """A page, clean and scrambled: one document, and what was left open."""
    monkeypatch.chdir(case)
    for name in ("clean.txt", "scrambled.txt"):
        if not Path(name).is_file():
            continue
        try:
            page = read_page(Path(name))
        except LoadError as error:
            golden(case / "error.txt", "\n".join(problem.render() for problem in error.problems) + "\n")
            continue
        assert page is not None
        golden(case / "expected.yaml", render_document(page.source.content, yaml=True))
        golden(case / f"problems-{name}", "".join(f"{problem.headline()}\n" for problem in page.problems))
        golden(case / "log.json", render_change_log(page.changes))


def test_the_seed_page_alone_gives_both_states() -> None:
    page = ROOT / "tests" / "cases" / "page" / "seed" / "scrambled.txt"

    before = apply_changes(page, [page], backward=True).content
    after = load_api(page)

    operation = before["paths"]["/deployments/{deploymentId}/chat/completions"]["post"]
    assert operation["responses"]["200"]["schema"]["required"] == ["usage"]
    assert outline(after)["GetChatCompletions"].find(("responses", "200", "usage")).said["Required"] is False
    assert (after.version, after.stage) == ("2023-05-15", "stable")


def test_the_seed_page_fits_the_published_specification() -> None:
    page = ROOT / "tests" / "cases" / "page" / "seed" / "scrambled.txt"

    made = apply_changes(REVISION / "after.json", [page], backward=True)

    found = made.content["definitions"]["ChatCompletions"]["required"]
    assert found == ["id", "created", "choices", "usage"]
    assert made.problems == ()


def test_yaml_of_a_document_reads_back_as_it_was() -> None:
    document = {
        "a": "yes",
        "b": "1",
        "c": [True, None, 1.5],
        "d": "x\ny",
        "e": {"2024-01-01": "no", "f": "2024-01-01"},
    }

    assert yaml.safe_load(render_document(document, yaml=True)) == document
    assert json.loads(render_document(document)) == document


def test_what_a_log_cannot_hold_is_told() -> None:
    before = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {
        "/a": {"get": {"operationId": "a", "parameters": [{"name": "n", "in": "query", "schema": {"type": "integer"}}], "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "object", "additionalProperties": {"type": "string"}}}}}}}},
        "/b": {"get": {"operationId": "b", "responses": {}}},
    }}  # fmt: skip
    after = deepcopy(before)
    operation = after["paths"]["/a"]["get"]
    operation["parameters"][0]["in"] = "header"
    operation["parameters"][0]["schema"]["maximum"] = 5
    operation["responses"]["200"]["content"]["application/json"]["schema"]["additionalProperties"]["type"] = (
        "integer"
    )
    operation["deprecated"] = True
    after["paths"]["/c"] = {"get": {"operationId": "c", "responses": {}}}
    del after["paths"]["/b"]

    changed = delta(api_of(before), api_of(after))

    assert changed.changes == ()
    assert [
        problem.message.removesuffix(", which a change log cannot say")
        for problem in change_log_problems(changed)
    ] == [
        "a: the operation differs in deprecated",
        "a: parameters.n differs in place",
        "a: parameters.n differs in serialisation",
        "a: parameters.n differs in bounds",
        "a: responses.200 differs in values",
        "c is new: a change log is about operations that stayed",
        "b is removed: a change log is about operations that stayed",
    ]


def test_a_whole_part_is_cut_where_a_model_is_inside_itself() -> None:
    node = {
        "type": "object",
        "properties": {"next": {"$ref": "#/definitions/Node"}, "id": {"type": "string"}},
    }
    document = {
        "swagger": "2.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/Node"}}}}}},
        "definitions": {"Node": node},
    }  # fmt: skip

    assert whole(outline(api_of(document))["a"].parts["responses"].parts["200"]) == {
        "Type": "object",
        "$properties": [
            {"#name": "next", "Required": False, "Type": "object"},
            {"#name": "id", "Required": False, "Type": "string"},
        ],
    }


# --- what surrounds it -------------------------------------------------------------------------------------


def test_other_files_are_taken_into_the_document(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(
        "swagger: '2.0'\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    $ref: paths.yaml#/a\n"
        "definitions:\n  Thing: {type: string}\n"
    )
    (tmp_path / "paths.yaml").write_text(
        "a:\n  get:\n    operationId: a\n    parameters:\n      - $ref: more.yaml#/parameters/p\n"
        "    x-ms-examples: {one: {$ref: ./nowhere.json}}\n"
        "    responses:\n      '200': {description: '', schema: {$ref: 'more.yaml#/definitions/Thing'}}\n"
    )
    (tmp_path / "more.yaml").write_text(
        "parameters:\n  p: {name: p, in: query, type: string}\n"
        "definitions:\n  Thing: {type: object, discriminator: {mapping: {a: '#/definitions/Thing', b: Thing}}, properties: {next: {$ref: '#/definitions/Thing'}, id: {type: string}}}\n"
    )
    (tmp_path / "log.json").write_text(
        '{"#id": "a", "$responses": {"200": {"$properties": [{"#name": "id", "Required": {"new": true, "old": false}}]}}}'
    )

    made = apply_changes(tmp_path / "spec.yaml", [tmp_path / "log.json"], root=tmp_path).content

    operation = made["paths"]["/a"]["get"]
    assert operation["parameters"] == [{"$ref": "#/parameters/p"}]
    assert operation["responses"]["200"]["schema"] == {"$ref": "#/definitions/Thing2"}
    assert made["definitions"] == {
        "Thing": {"type": "string"},
        "Thing2": {
            "type": "object",
            "discriminator": {"mapping": {"a": "#/definitions/Thing2", "b": "Thing"}},
            "properties": {"next": {"$ref": "#/definitions/Thing2"}, "id": {"type": "string"}},
            "required": ["id"],
        },
    }
    assert outline(api_of(made))["a"].find(("responses", "200", "id")).said["Required"] is True


SIDE = """openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    get:
      operationId: a
      description: %s
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema: {type: object, required: [%s], properties: {id: {type: string}, n: {type: string}%s}}
"""


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([], ["undeclared-breaking-change error", "undeclared-change warning", "undeclared-change warning"]),
        (
            [{"200": {"$properties": [{"#name": "id", "Required": {"new": False, "old": True}}]}}],
            ["undeclared-change warning", "undeclared-change warning"],
        ),
        (
            [{"200": {"$properties": [{"#name": "id", "Required": {"new": True, "old": False}}]}}],
            [
                "declared-not-true error",
                "declared-not-true error",
                "undeclared-change warning",
                "undeclared-change warning",
            ],
        ),
        (
            [{"200": {"$properties": {R: {"#name": "id"}}}}, {"404": {"Type": SCALAR}}],
            [
                "declared-not-true error",
                "declared-unknown-subject error",
                "declared-unknown-subject error",
                "undeclared-breaking-change error",
                "undeclared-change warning",
                "undeclared-change warning",
            ],
        ),
    ],
)
def test_what_is_declared_is_what_changed(log: list[Any], expected: list[str], tmp_path: Path) -> None:
    changes = tmp_path / "service" / "changes" / "1"
    changes.mkdir(parents=True)
    (changes / "before.yaml").write_text(SIDE % ("One.", "id", ""))
    after = SIDE % ("Two.", "", ", more: {type: string}")
    (changes / "after.yaml").write_text(after)
    (tmp_path / "service" / "1").mkdir()
    (tmp_path / "service" / "1" / "spec.yaml").write_text(after)
    (changes / "log.json").write_text(json.dumps([{"#id": "a", "$responses": one} for one in log]))

    (service,) = load_services(tmp_path / "service", root=tmp_path)

    assert sorted(f"{problem.rule} {problem.level}" for problem in check_declared(service)) == expected


def test_pages_are_found_where_specifications_and_logs_are(tmp_path: Path) -> None:
    page = (ROOT / "tests" / "cases" / "page" / "seed" / "scrambled.txt").read_text()
    folder = tmp_path / "service"
    (folder / "2023-05-15").mkdir(parents=True)
    (folder / "2023-05-15" / "GetChatCompletions.txt").write_text(page)
    (folder / "changes" / "2023-05-15").mkdir(parents=True)
    (folder / "changes" / "2023-05-15" / "GetChatCompletions.md").write_text(page)

    (service,) = load_services(folder)

    assert [(api.version, [one.id for one in api.operations]) for api in service.versions] == [
        ("2023-05-15", ["GetChatCompletions"])
    ]
    assert [change.subject for change in service.changes] == [("responses", "200", "usage")]
    assert check_declared(service) == ()
    assert [
        api.version
        for one in load_services(folder / "2023-05-15" / "GetChatCompletions.txt")
        for api in one.versions
    ] == ["2023-05-15"]


def test_nothing_is_written_when_it_fails(tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text('{"#id": "nobody", "Description": {"new": "a", "old": "b"}}')
    kept = tmp_path / "out.json"
    kept.write_text("mine")

    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "apivolve",
            "apply",
            str(REVISION / "after.json"),
            str(tmp_path / "log.json"),
            "-o",
            str(kept),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT / "generator")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 2
    assert "error[log-unknown-operation]: there is no operation 'nobody'" in run.stderr
    assert (kept.read_text(), sorted(path.name for path in tmp_path.iterdir())) == (
        "mine",
        ["log.json", "out.json"],
    )


PIECES = st.sampled_from(
    ["{", "}", "[", "]", ",", " ", "\n", "a:", "b:", "string", "enum", "⚶ Changes", "⚼ Request", "⚐ Response (200)", "GET:",
     "/a", "/{b}", "X (new)", "S (stable:1)", '{"#id": "X"}', "Description", "Reference Link"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=30), st.text(max_size=20))
def test_any_text_is_a_page_or_is_refused(pieces: list[str], noise: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.txt"
        path.write_bytes(("⚼ Request GET: /x " + " ".join(pieces) + noise).encode("utf-8", "replace"))
        try:
            load_api(path)
        except LoadError as error:
            _ = [problem.render() for problem in error.problems]  # every one has a place that can be shown


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["", "a"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["#id", "#name", "$parameters", "$responses", "$properties", "$items", "$schema", "$headers", "Type",
                         "Enum", "Required", "new", "old", "200", "x", A, R]),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_any_json_is_a_log_or_is_refused(value: Any) -> None:
    try:
        changes = read([{"#id": "a", "$responses": value}, {"#id": "b", "$parameters": value}])
    except LoadError as error:
        _ = [problem.render() for problem in error.problems]
        return
    document = yaml.safe_load(SIDE % ("One.", "id", ""))
    with contextlib.suppress(LoadError):
        derive(document, api_of(document), changes, api_of)
