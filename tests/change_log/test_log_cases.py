"""Logs and pages as folders, and the seed."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from logs import REVISION, api_of

from apivolve.delta import delta
from apivolve.errors import ApivolveError, LoadError
from apivolve.load import apply_changes, load_api
from apivolve.load.log.page import read_page
from apivolve.outline import outline, whole
from apivolve.report import change_log_problems, render_change_log, render_document
from conftest import ROOT, cases


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
