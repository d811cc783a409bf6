"""Files beside the document, declared changes, and input that is nothing of the kind."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings, strategies as st
from logs import REVISION, SCALAR, A, R, api_of, read

from apivolve.diff.declared import check_declared
from apivolve.errors import LoadError
from apivolve.load import apply_changes, load_api, load_services
from apivolve.load.log.derive import derive
from apivolve.outline import outline
from conftest import ROOT


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


@settings(max_examples=300)
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


@settings(max_examples=300)
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
