"""`apivolve import-oasdiff`: the severities and the ignored changes of a project that comes from oasdiff."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from apivolve.config import read_waivers
from apivolve.diff import RULES
from apivolve.gate import oasdiff
from test_cli import apivolve

BEFORE = {
    "openapi": "3.0.3",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        "/things/{id}": {
            "get": {
                "operationId": "getThing",
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["size"],
                                    "properties": {"size": {"type": "integer"}, "color": {"type": "string"}},
                                }
                            }
                        },
                    },
                    "202": {"description": "later"},
                },
            },
            "delete": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {"204": {"description": "gone"}},
            },
        }
    },
}


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """Two versions: a status, a member and an operation went, and a member became optional."""
    after = yaml.safe_load(yaml.safe_dump(BEFORE))
    (tmp_path / "before.yaml").write_text(yaml.safe_dump(BEFORE))
    item = after["paths"]["/things/{id}"]
    del item["delete"], item["get"]["responses"]["202"]
    schema = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    schema["required"] = []
    del schema["properties"]["color"]
    (tmp_path / "after.yaml").write_text(yaml.safe_dump(after))
    return tmp_path


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ("api-removed-without-deprecation", ("operation-removed", "operation-moved")),
        ("api-path-removed-before-sunset", ("operation-removed", "operation-moved")),
        ("api path removed before the sunset date '2030-01-01'", ("operation-removed", "operation-moved")),
        ("api-deprecated-sunset-missing", ("operation-lifecycle-changed",)),
        ("endpoint-deprecated", ("operation-deprecated",)),
        ("response-success-status-removed", ("response-removed",)),
        ("removed the success response with the status '200'", ("response-removed",)),
        ("removed the schema 'network-policies' from components", ("model-removed",)),
        ("api-security-removed", ("security-alternative-removed",)),
        ("api-security-component-removed", ("security-scheme-removed",)),
        ("new-required-request-parameter", ("parameter-added",)),
        ("added the new required 'query' request parameter 'page'", ("parameter-added",)),
        ("deleted the 'query' request parameter 'page'", ("parameter-removed",)),
        ("request-parameter-enum-value-removed", ("enum-value-removed",)),
        ("response-property-enum-value-added", ("enum-value-added",)),
        ("request-property-became-enum", ("type-narrowed", "type-changed")),
        ("response-property-became-nullable", ("null-allowed",)),
        ("request-property-became-not-nullable", ("null-refused",)),
        ("response-property-became-optional", ("field-became-optional",)),
        ("request-parameter-became-required", ("parameter-became-required",)),
        ("request-body-became-required", ("request-body-became-required",)),
        ("response-header-became-optional", ("header-became-optional",)),
        ("response-required-property-removed", ("field-removed",)),
        ("response-media-type-removed", ("media-type-removed",)),
        ("response-mediatype-enum-value-removed", ("enum-value-removed",)),
        ("request-parameter-max-length-decreased", ("limits-tightened", "object-size-changed")),
        ("for the 'query' request parameter 'q', the maxLength was decreased from '9' to '5'",
         ("limits-tightened", "object-size-changed")),
        ("response-property-min-length-decreased", ("limits-loosened", "object-size-changed")),
        ("request-property-pattern-added", ("limits-tightened",)),
        ("request-parameter-default-value-changed", ("parameter-default-changed",)),
        ("response-property-type-changed", ("type-changed", "type-narrowed", "type-widened", "format-changed")),
        ("response-body-one-of-added", ("union-variant-added",)),
        ("something-of-its-own", ()),
    ],
)  # fmt: skip
def test_checks_and_messages_are_told_by_their_words(said: str, rules: tuple[str, ...]) -> None:
    assert oasdiff.rules_of(said) == rules


def test_the_rules_are_there() -> None:
    assert {rule for _, rules in oasdiff._RULES for rule in rules} <= {rule.id for rule in RULES}


def test_severities_become_a_table(specs: Path) -> None:
    (specs / "levels.txt").write_text(
        "# ours\nresponse-property-enum-value-added  err\nrequest-property-enum-value-added none\n"
        "api-tag-removed info\nof-its-own warn\n"
    )

    result = apivolve("import-oasdiff", "--severity-levels", "levels.txt", cwd=specs)

    assert result.returncode == 0
    assert result.stdout == (
        "[gate.rules]\n"
        'enum-value-added = "error"  # response-property-enum-value-added, request-property-enum-value-added\n'
        'operation-tags-changed = "info"  # api-tag-removed\n'
    )
    assert "levels.txt:5:1: warning[unknown-check]: no rule stands for of-its-own" in result.stderr


def test_a_severity_that_is_none_is_told_with_its_place(specs: Path) -> None:
    (specs / "levels.txt").write_text("api-tag-removed loud\n")

    result = apivolve("import-oasdiff", "--severity-levels", "levels.txt", cwd=specs)

    assert (result.returncode, result.stdout) == (2, "")
    assert "levels.txt:1:1: error[no-level]" in result.stderr


def test_what_is_ignored_is_waived_and_nothing_else(specs: Path) -> None:
    (specs / "ignore.md").write_text(
        "# Breaks we know of\n\nThat is what we talked about.\n"
        "- 12.01.2023 In GET /things/{id} we removed the success response with the status '202'\n"
        "- delete /things/{id} api removed without deprecation\n"
        "- GET /things/{id} the response property 'weight' became optional for the status '200'\n"
    )
    command = ["import-oasdiff", "--err-ignore", "ignore.md", "--between", "before.yaml", "after.yaml"]

    refused = apivolve(*command, cwd=specs)
    result = apivolve(*command, "--until", "2999-01-01", "--owner", "ann", cwd=specs)

    assert (refused.returncode, result.returncode) == (2, 0)
    waivers = read_waivers(specs / "apivolve-waivers.toml")
    assert [(one.rule, one.subject, one.owner) for one in waivers] == [
        ("response-removed", "GET /things/{id} response 202", "ann"),
        ("operation-removed", "DELETE /things/{id}", "ann"),
    ]
    assert waivers[0].reason.startswith("- 12.01.2023 In GET")
    assert "ignore.md:6:1: warning[nothing-ignored]" in result.stderr
    again = apivolve(*command, "--until", "2999-01-01", cwd=specs)
    assert "0 waivers added" in again.stderr
    assert read_waivers(specs / "apivolve-waivers.toml") == waivers
