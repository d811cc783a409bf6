"""Specifications → models. A case is a folder: `spec.yaml` (or versions), and `model.txt` or `error.txt`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from apivolve.errors import LoadError
from apivolve.load import load_api, load_services
from apivolve.load.parse import parse_source
from apivolve.model import (
    UNLIMITED,
    Anything,
    Api,
    Limits,
    ListOf,
    MapOf,
    ModelRef,
    Nothing,
    Nullable,
    Operation,
    Scalar,
)
from conftest import ROOT, cases

AZURE = ROOT / "specs" / "azure-openai"


def shown(value: object) -> str:
    """A node of the model as short text: what is not default, and no places."""
    match value:
        case Scalar():
            return "".join(
                [
                    value.kind,
                    f":{value.format}" if value.format else "",
                    shown(value.limits) if value.limits != UNLIMITED else "",
                    f" {value.content_encoding or ''} {value.content_media_type or ''}".rstrip(),
                ]
            )
        case Limits():
            return str(
                {
                    item.name: getattr(value, item.name)
                    for item in fields(value)
                    if getattr(value, item.name) is not None
                }
            )
        case Nullable():
            return f"{shown(value.of)}?"
        case ListOf():
            return f"[{', '.join((*map(shown, value.prefix), ''))}{shown(value.of)}]"
        case MapOf():
            names = f" {shown(value.names)}" if value.names is not None else ""
            patterns = "".join(f"{pattern}: {shown(part)}, " for pattern, part in value.patterns)
            return f"{{{patterns}*{names}: {shown(value.of)}}}"
        case ModelRef():
            return f"@{value.key}"
        case Anything() | Nothing():
            return type(value).__name__.lower()
        case tuple():
            return f"({', '.join(shown(item) for item in value)})"
        case _ if is_dataclass(value):
            parts = []
            for item in fields(value):
                content = getattr(value, item.name)
                if (
                    item.name not in ("at", "key")
                    and content != item.default
                    and not (content == () and item.name != "path")
                ):
                    parts.append(f"{item.name}={shown(content)}")
            return f"{type(value).__name__}({', '.join(parts)})"
        case _:
            return repr(value)


def dump_operation(operation: Operation) -> Iterator[str]:
    yield f"{operation.id}: {operation.label}" + (f" tags={operation.tags}" if operation.tags else "")
    parts = [operation.body, operation.paging, operation.long_running]
    for item in (
        *operation.servers,
        *operation.parameters,
        *(part for part in parts if part is not None),
        *operation.responses,
        *operation.exchanges,
    ):
        yield f"    {shown(item)}"
    if operation.security:
        yield f"    {shown(operation.security)}"
    for callback in operation.callbacks:
        yield f"    callback {callback.name} {callback.url}"
        yield from (f"        {line}" for line in dump_operation(callback.operation))


def dump(api: Api) -> Iterator[str]:
    yield f"{api.service!r} {api.version} {api.stage}"
    for part in (*api.servers, *api.schemes, *api.tags):
        yield shown(part)
    for operation in api.operations:
        yield from dump_operation(operation)
    for webhook in api.webhooks:
        yield from (f"webhook {line}" for line in dump_operation(webhook))
    for model in api.models:
        yield f"{model.key} = {type(model).__name__} {'.'.join(model.path)}"
        for item in fields(model):
            content = getattr(model, item.name)
            if item.name in ("key", "path", "at") or content == item.default:
                continue
            if item.name in ("fields", "variants", "values"):
                yield from (f"    {shown(part)}" for part in content)
            else:
                yield f"    {item.name}: {shown(content)}"
    for problem in api.problems:
        yield problem.headline()


@pytest.mark.parametrize("case", cases("load"))
def test_load(case: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    try:
        api = load_api("spec.yaml") if Path("spec.yaml").is_file() else load_services(".")[0].versions[0]
    except LoadError as error:
        golden(case / "error.txt", "\n".join(problem.render() for problem in error.problems) + "\n")
    else:
        golden(case / "model.txt", "\n".join(dump(api)) + "\n")


def test_the_seed_arrives_as_a_declared_change() -> None:
    (service,) = load_services(AZURE)
    change = next(change for change in service.changes if change.operation == "GetChatCompletions")

    assert (change.version, change.subject, change.attribute) == (
        "2023-05-15",
        ("responses", "200", "usage"),
        "Required",
    )
    assert (json.loads(change.before or ""), json.loads(change.after or "")) == (True, False)
    assert str(change.at).endswith("changes/2023-05-15/GetChatCompletions.json:8:11")


def test_every_version_of_the_seed_service_loads_in_order() -> None:
    (service,) = load_services(AZURE)

    assert [api.version for api in service.versions] == sorted(
        path.name for path in AZURE.iterdir() if path.name != "changes"
    )
    assert [revision.after.version for revision in service.revisions] == ["2023-05-15"]
    for api in service.versions:
        assert {operation.label.split("/")[-1] for operation in api.operations} >= {
            "completions",
            "embeddings",
        }


def test_a_log_outside_of_the_grammar_is_refused_with_its_places(tmp_path: Path) -> None:
    from apivolve.load import load_change_log

    log = {
        "#id": "X",
        "$responses": {"200": {"Requird": {"new": 1, "old": 2}}, "20": {}},
        "$parameters": {"p": {"Required": {"new": 1}}},
    }
    path = tmp_path / "log.json"
    path.write_text(json.dumps(log, indent=1))
    with pytest.raises(LoadError) as caught:
        load_change_log(path, "1", "log.json")

    assert [problem.headline() for problem in caught.value.problems] == [
        "log.json:5:4: error[log-unknown-key]: 'Requird' has no meaning here",
        "log.json:10:3: error[log-unknown-key]: '20' has no meaning here",
        "log.json:14:4: error[log-without-pair]: Required needs exactly `new` and `old`",
    ]


def test_a_log_is_read_in_all_its_forms(tmp_path: Path) -> None:
    from apivolve.load import load_change_log

    mark = "@added_" + "0" * 32
    log = {
        "#id": "X",
        "Description": {"new": "b", "old": "a"},
        "$parameters": {
            "account": {
                "$properties": {"properties": [{"#name": "rules", "Type": {"new": "array", "old": "object"}}]}
            }
        },
        "$responses": {
            "200": {
                "$properties": {
                    "value": {"$properties": {mark: {"#name": "kid", "Required": False, "Type": "string"}}}
                }
            },
            mark.replace("added", "removed"): {"204": {}},
        },
    }
    path = tmp_path / "log.json"
    path.write_text(json.dumps(log))
    changes = load_change_log(path, "1")

    assert [(change.subject, change.attribute) for change in changes] == [
        ((), "Description"),
        (("parameters", "account", "$schema", "properties", "rules"), "Type"),
        (("responses", "200", "value", "[]", "kid"), "added"),
        (("responses", "204"), "removed"),
    ]


@pytest.mark.parametrize(
    "text", ["3", '"s"', "null", "[]", '{"a": [1, {"b": ":"}]}', '{"\\u003a": 1}', "\ufeff[1]"]
)
def test_json_is_read_whatever_its_root_is(text: str) -> None:
    assert parse_source(text.encode(), "x.json").content == json.loads(text.removeprefix("\ufeff"))
