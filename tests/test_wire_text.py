"""Small things of a specification that must arrive on the wire as they are written, or be told."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from sdk_runtime.call import Call, Path as PathParameter
from sdk_runtime.urls import build_url, server_url

from apivolve.emit import emit
from apivolve.errors import printable
from apivolve.load import load_services
from apivolve.load.operations.naming import is_media_type, media_type
from apivolve.model import Service


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("Application/JSON", "application/json"),
        (" text/plain ; Charset = UTF-8 ", "text/plain;charset=UTF-8"),
        ('application/ld+json; profile="https://A.example/B; c"', 'application/ld+json;profile="https://A.example/B; c"'),
        ("multipart/form-data; boundary=AaB", "multipart/form-data;boundary=AaB"),
    ],
)  # fmt: skip
def test_a_media_type_has_one_spelling(written: str, spelled: str) -> None:
    assert media_type(written) == spelled
    assert is_media_type(spelled)


@pytest.mark.parametrize(
    "text", ["", "json", "text/", "a/b;x=y\x00z", "a b/c", "a/" + "b" * 2000, "\u00e9/b"]
)
def test_what_is_no_media_type(text: str) -> None:
    assert not is_media_type(media_type(text))


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("//a", "https://h/b//a"),
        ("/a b/\u00e9", "https://h/b/a%20b/%C3%A9"),
        ("/%41/100%", "https://h/b/%41/100%25"),
        ("/{}/x", "https://h/b/%7B%7D/x"),
        ("/a:b@c;d=e,f", "https://h/b/a:b@c;d=e,f"),
        ("/{?}/{#}#gone", "https://h/b/1/2"),
        ("/a?x=a b", "https://h/b/a?x=a%20b"),
    ],
)
def test_the_fixed_parts_of_a_path(path: str, sent: str) -> None:
    given = (PathParameter("?", "1"), PathParameter("#", "2"))
    assert build_url("https://h/b", Call("call", "GET", path, parameters=given), {}) == sent


def service(folder: Path, operation: dict[str, Any], **members: Any) -> Service:
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/a": {"get": {"operationId": "call", **operation}}},
    }
    (folder / "spec.json").write_text(json.dumps({**spec, **members}))
    (made,) = load_services(folder / "spec.json", root=folder)
    return made


def client_of(files: dict[str, str]) -> str:
    return next(text for path, text in files.items() if path.endswith("/client.py"))


def test_a_body_of_default_alone_is_given(tmp_path: Path) -> None:
    answer = {"description": "d", "content": {"text/plain": {"schema": {"type": "string"}}}}
    files = emit(service(tmp_path, {"responses": {"default": answer}}), tool="t")

    assert 'returns={"default": {"text/plain": str}}' in client_of(files)


def test_what_http_has_no_place_for_is_told(tmp_path: Path) -> None:
    parameters = [
        {"name": "x y", "in": "header", "schema": {"type": "string"}},
        {
            "name": "q",
            "in": "query",
            "style": "odd",
            "schema": {"type": "array", "items": {"type": "string"}},
        },
    ]
    body = {"content": {"js on": {"schema": {}}}}
    made = service(
        tmp_path, {"parameters": parameters, "requestBody": body, "responses": {"200": {"description": "d"}}}
    )

    assert {problem.rule for problem in made.versions[0].problems} >= {
        "not-a-header-name",
        "unknown-style",
        "not-a-media-type",
    }
    assert made.versions[0].operations[0].parameters[1].style == "form"


@pytest.mark.parametrize("title", ["\U0001f600", "a\x7f\x00b", "x\r\ny", '"\\', "w" * 5000])
def test_the_project_file_takes_any_title(tmp_path: Path, title: str) -> None:
    made = service(tmp_path, {"responses": {}}, info={"title": title, "version": "1\n2"})
    files = emit(made, tool="t")

    assert (
        "\n"
        not in tomllib.loads(
            files["spec/pyproject.toml" if "spec/pyproject.toml" in files else "pyproject.toml"]
        )["project"]["description"]
    )
    assert '/1-2"\n' in client_of(files)


@pytest.mark.parametrize(
    "order", ["##vso[task.setvariable variable=x]y", "a ##[add-mask]b", "##VSO[task.complete]"]
)
def test_no_text_gives_an_order_to_a_ci_system(order: str) -> None:
    assert "##[" not in printable(order)
    assert "##vso[" not in printable(order).lower()


def test_a_part_of_the_address_may_be_empty_where_it_is_no_host() -> None:
    assert server_url("https://h/{base}/v1", {"base": ""}, None) == "https://h//v1"
