"""What `apivolve inspect` shows: text for people, and JSON that its schema describes and that holds all of the model."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import jsonschema
import pytest

from apivolve.load import load_api, load_services
from apivolve.model import Api, Service
from apivolve.report.inspection import inspection_json, inspection_schema, inspection_text
from conftest import CASES, ROOT
from test_cli import SPEC, apivolve

AZURE = ROOT / "specs" / "azure-openai"


def loadable() -> list[Path]:
    return [
        file for file in sorted((CASES / "load").glob("*/spec.yaml")) if (file.parent / "model.txt").is_file()
    ]


@pytest.mark.parametrize("path", loadable(), ids=lambda path: path.parent.name)
def test_the_schema_describes_the_json(path: Path) -> None:
    api = load_api(path)
    shown = json.loads(inspection_json([Service(api.service, (api,))]))
    schema = inspection_schema()

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(shown, schema)
    (version,) = shown["services"][0]["versions"]
    assert len(version["operations"]) == len(api.operations)
    assert len(version["models"]) == len(api.models)
    assert len(version.get("warnings", ())) == len(api.problems)


def test_every_member_of_every_node_is_described() -> None:
    described = inspection_schema()["$defs"]

    for name in ("Api", "Operation", "Parameter", "Record", "Field", "OneOf", "SecurityScheme", "Limits"):
        import apivolve.model

        members = {member.name for member in dataclasses.fields(getattr(apivolve.model, name))}
        renamed = {"problems": "warnings", "sources": "files"}
        assert set(described[name]["properties"]) == {renamed.get(one, one) for one in members} | {"is"}


def test_defaults_are_values_and_places_are_pointers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(SPEC.replace("name: {type: string}", "name: {type: string, default: null}"))
    api = load_api("small.yaml")
    (record,) = json.loads(inspection_json([Service("s", (api,))]))["services"][0]["versions"][0]["models"]

    assert record["is"] == "Record"
    assert record["at"] == {"file": "small.yaml", "pointer": "/components/schemas/Thing"}
    assert record["fields"][0]["default"] is None
    assert record["fields"][0]["type"] == {"is": "Scalar", "kind": "string"}


def test_the_overview_counts() -> None:
    (service,) = load_services(AZURE)
    text = inspection_text([service])

    assert text.startswith("azure-openai: Azure OpenAI API\n  version ")
    for api in service.versions:
        line = next(line for line in text.splitlines() if line.startswith(f"  {api.version} "))
        assert line.split()[1:3] == [api.stage, str(len(api.operations))]
        assert str(len(api.models)) in line.split()
    assert "     13  operation-described-twice, first at " in text


def test_one_thing_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(SPEC)
    api = load_api("small.yaml")

    assert inspection_text([Service("s", (api,))], names=["getThing", "Thing"]) == (
        "GET /things/{id}  getThing\n"
        "  version    1.0, small.yaml:6:5\n"
        "  security   no credentials\n"
        "  parameters\n"
        "    * id  path  string\n"
        "  responses\n"
        "    200  application/json  Thing\n"
        "\n"
        "Thing: object, 1 field, 1 required\n"
        "  version  1.0, small.yaml:15:5\n"
        "  * name  string\n"
        "    …     other members: any\n"
    )


def test_hostile_text_is_one_safe_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SPEC.replace("Small", '"a\\u001b[31m\\nb"'))
    text = inspection_text([Service("s", (load_api(tmp_path / "a.yaml"),))], show=["operations"])

    assert "\x1b" not in text
    assert text.splitlines()[0] == "s: a\\u001b[31m b"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-n", "getThng"], "there is no operation or model 'getThng'\n  = help: near is getThing"),
        (["--api-version", "2.0"], "there is no api-version '2.0'\n  = help: near is 1.0"),
    ],
)
def test_what_is_nowhere_is_told_with_what_is_near(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "small.yaml").write_text(SPEC)
    run = apivolve("inspect", "small.yaml", *arguments, cwd=tmp_path)

    assert (run.returncode, run.stdout) == (2, "")
    assert message in run.stderr


def test_a_construct_without_a_layout_is_shown_by_its_parts(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SPEC)
    api: Api = load_api(tmp_path / "small.yaml")
    # the first model is a record, which its type does not say
    record = dataclasses.replace(api.models[0], min_properties=2)  # type: ignore[call-arg]
    text = inspection_text([Service("s", (dataclasses.replace(api, models=(record,)),))], names=["Thing"])

    assert "  min properties  2\n" in text


def test_json_and_lists_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SPEC)
    shown = apivolve("inspect", "small.yaml", "--format", "json", cwd=tmp_path)
    listed = apivolve("inspect", "small.yaml", "--show", "all", cwd=tmp_path)
    schema = apivolve("schema", "inspect", cwd=tmp_path)

    jsonschema.validate(json.loads(shown.stdout), json.loads(schema.stdout))
    assert "Small 1.0: 1 operation\n  GET  /things/{id}  getThing\n" in listed.stdout
    assert "Small 1.0: 1 model\n  Thing  object, 1 field, 1 required\n" in listed.stdout
