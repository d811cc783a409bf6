"""The tests of a large package are made by another process: the same as here, and here where that one dies."""

from __future__ import annotations

import os
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

import pytest

from apivolve.emit import emit
from apivolve.emit.cases import apart
from apivolve.load import load_api
from apivolve.model import Service

ROOT = Path(__file__).parents[1]
REFUSED = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /things:
    get:
      operationId: list
      responses:
        "200":
          description: all
          content: {application/json: {schema: {type: object, properties: {size: {type: integer}}}, example: {size: big}}}
"""


@pytest.fixture
def service(tmp_path: Path) -> Service:
    (tmp_path / "shop.yaml").write_text(REFUSED)
    shipped = load_api(ROOT / "specs" / "azure-openai" / "2024-06-01", service="all")
    return Service("all", (load_api(tmp_path / "shop.yaml", service="all"), shipped))


def made(service: Service, jobs: int) -> tuple[dict[str, str], list[str]]:
    told: list[str] = []
    files = emit(service, tool="test", jobs=jobs, warn=lambda problem: told.append(problem.render()))
    return files, told


def test_another_process_makes_the_same(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    here = made(service, 1)
    started: list[int] = []
    real = apart.helpers
    monkeypatch.setattr(apart, "_LARGE", 0)
    monkeypatch.setattr(apart, "helpers", lambda count: started.append(count) or real(count))

    assert made(service, 3) == here
    assert started == [1]
    assert here[1], "the example that is refused is told, with its place"


def test_where_it_dies_they_are_made_here(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    here = made(service, 1)

    def dying(count: int) -> Executor:
        return ProcessPoolExecutor(count, initializer=os._exit, initargs=(1,))

    monkeypatch.setattr(apart, "_LARGE", 0)
    monkeypatch.setattr(apart, "helpers", dying)

    assert made(service, 3) == here


def test_a_small_package_is_made_here(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "helpers", lambda _count: pytest.fail("there is no need of a process"))

    made(service, 3)


def test_they_are_made_once_for_all_templates(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    real = apart.tests_of
    monkeypatch.setattr(apart, "tests_of", lambda *given: asked.append(1) or real(*given))

    files, _ = made(service, 1)

    assert asked == [1]
    assert {"tests/test_v1.py", "tests/data/v1.json"} <= files.keys()
