"""What docstrings say of since when a thing is, over small services made of three or four versions."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

from apivolve.emit import emit
from apivolve.load import load_services

THING = {"type": "object", "properties": {"id": {"type": "string"}, "size": {"type": "integer"}}}


def spec(version: str, thing: object, *, deprecated: bool = False, extra: bool = False) -> str:
    get = {
        "operationId": "getThing",
        "deprecated": deprecated,
        "responses": {
            "200": {
                "description": "It.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
            }
        },
    }
    paths = {"/thing": {"get": get}}
    if extra:
        paths["/extra"] = {"get": {**get, "operationId": "getExtra"}}
    return yaml.safe_dump(
        {
            "openapi": "3.1.0",
            "info": {"title": "Things", "version": version},
            "paths": paths,
            "components": {"schemas": {"Thing": thing}},
        }
    )


@pytest.fixture
def docs(tmp_path: Path) -> dict[str, str]:
    """Every docstring of a service of four versions, by module and name."""
    changed = {"type": "object", "properties": {"id": {"type": "string"}, "size": {"type": "string"}}}
    smaller = {"type": "object", "properties": {"id": {"type": "string", "deprecated": True}}}
    for version, text in {
        "2024-01-01": spec("1", THING),
        "2024-02-01-preview": spec("2", THING, extra=True),
        "2024-03-01": spec("3", changed, deprecated=True),
        "2024-04-01": spec("4", smaller, deprecated=True),
    }.items():
        (tmp_path / f"{version}.yaml").write_text(text)
    (service,) = load_services(tmp_path)
    found: dict[str, str] = {}
    for path, text in emit(service, tool="t").items():
        if not path.endswith(".py") or "/v2024" not in path:
            continue
        module = path.split("/")[1]
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef):
                for name, doc in zip(node.body, node.body[1:], strict=False):
                    if (
                        isinstance(name, ast.AnnAssign)
                        and isinstance(doc, ast.Expr)
                        and isinstance(doc.value, ast.Constant)
                    ):
                        found[f"{module}.{node.name}.{ast.unparse(name.target)}"] = str(doc.value.value)
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found[f"{module}.{node.name}"] = ast.get_docstring(node) or ""
    return found


def test_nothing_is_said_of_what_was_always_there(docs: dict[str, str]) -> None:
    assert "in 2024" not in docs["v2024_01_01.Thing"] + docs["v2024_01_01.get_thing"]


def test_a_method_and_an_attribute_that_changed_say_so_in_the_version_that_changed_them(
    docs: dict[str, str],
) -> None:
    assert "Changed in 2024-03-01." in docs["v2024_03_01.Thing"]
    assert docs["v2024_03_01.Thing.size"] == "Changed in 2024-03-01. Removed in 2024-04-01."


def test_deprecation_says_since_when(docs: dict[str, str]) -> None:
    assert "Deprecated in 2024-03-01." in docs["v2024_03_01.get_thing"]
    assert docs["v2024_04_01.Thing.id"] == "Deprecated in 2024-04-01."


def test_what_only_previews_had_is_not_removed_by_a_stable_version(docs: dict[str, str]) -> None:
    assert docs["v2024_02_01_preview.get_extra"].endswith("Added in 2024-02-01-preview.")
