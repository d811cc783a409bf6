"""How much is tested: `--tests none`, `smoke` or `full`, told on the command line or in the configuration."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from test_cli import apivolve

SPEC = """\
openapi: 3.1.0
info: {title: Small, version: "1.0"}
servers: [{url: "https://api.example.com"}]
security: [{key: []}, {bearer: []}]
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: depth, in: query, schema: {type: integer}}
      responses:
        "200":
          description: The thing.
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
        "404": {description: No such thing.}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: x-key}, bearer: {type: http, scheme: bearer}}
  schemas:
    Thing:
      type: object
      required: [name]
      properties: {name: {type: string}, color: {$ref: "#/components/schemas/Color"}}
    Color: {type: string, enum: [red, blue]}
"""
SMOKE = {
    "test_get_thing[v1_0 200]",
    "test_get_thing[v1_0 200 elsewhere]",
    "test_get_thing_async[v1_0 200]",
}
FULL = {
    "test_get_thing[v1_0 200]",
    "test_get_thing[v1_0 200 again]",
    "test_get_thing[v1_0 404]",
    "test_get_thing_async[v1_0 200]",
    "test_get_thing_async[v1_0 404]",
    "test_get_thing_minimal[v1_0 200_0]",
    "test_get_thing_minimal[v1_0 200_1]",
    "test_get_thing_minimal[v1_0 200_2]",
    "test_get_thing_minimal[v1_0 200 elsewhere]",
    "test_get_thing_minimal_async[v1_0 200]",
    "test_model[Thing]",
    "test_values[Color]",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(SPEC)
    return tmp_path / "out" / "small"


def generated(package: Path, *told: str) -> None:
    run = apivolve("generate", *told, "-o", "out", cwd=package.parents[1])
    assert run.returncode == 0, run.stderr


def passed(package: Path) -> set[str]:
    """The emitted tests that pass, by name; none may do anything else."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "."],
        cwd=package,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    return {line.partition("::")[2] for line in run.stdout.splitlines() if line.startswith("PASSED ")}


@pytest.mark.parametrize(
    ("told", "expected"), [(["--tests", "smoke"], SMOKE), (["--tests", "full"], FULL), ([], FULL)]
)
def test_a_package_has_the_tests_that_were_asked_for(
    package: Path, told: list[str], expected: set[str]
) -> None:
    generated(package, "small.yaml", *told)

    assert passed(package) == expected


def test_a_package_without_tests_has_no_word_of_them(package: Path) -> None:
    generated(package, "small.yaml", "--tests", "full")
    generated(package, "small.yaml", "--tests", "none")

    assert not (package / "tests").exists()
    assert "tests" not in (package / "pyproject.toml").read_text()
    assert "pytest" not in (package / "README.md").read_text()


def test_the_command_line_is_asked_before_the_configuration(package: Path) -> None:
    project = package.parents[1]
    (project / "apivolve.toml").write_text('[services.small]\npath = "small.yaml"\ntests = "smoke"\n')
    generated(package)
    configured = passed(package)
    generated(package, "--tests", "none")

    assert configured == SMOKE
    assert not (package / "tests").exists()


def test_other_tests_than_these_there_are_not(package: Path) -> None:
    run = apivolve("generate", "small.yaml", "--tests", "some", cwd=package.parents[1])

    assert run.returncode == 2
    assert "'some' is not one of 'none', 'smoke', 'full'" in run.stderr


def test_a_form_with_xml_in_it_is_told_and_not_tested(tmp_path: Path) -> None:
    body = """\
      requestBody:
        content:
          application/json: {schema: {$ref: "#/components/schemas/Thing"}}
          multipart/form-data:
            schema: {type: object, required: [thing], properties: {thing: {$ref: "#/components/schemas/Thing"}}}
            encoding: {thing: {contentType: application/xml}}
"""
    spec = SPEC.replace("    get:\n", "    put:\n").replace("      responses:\n", f"{body}      responses:\n")
    (tmp_path / "spec.yaml").write_text(spec)
    assert apivolve("generate", "spec.yaml", "-o", "out", "-q", cwd=tmp_path).returncode == 0
    (package,) = (tmp_path / "out").iterdir()
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(package)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout
    assert "thing is to be application/xml" in (package / "tests" / "data" / "v1_0.json").read_text()
