"""What a project wants otherwise: names, how lists go on, templates of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

SPEC = (ROOT / "tests" / "cases" / "emit" / "going-on" / "spec.yaml").read_text()
NUMBERED = """\
  /numbered:
    get:
      operationId: list_numbered
      parameters:
      - {name: page, in: query, schema: {type: integer}}
      - {name: after, in: query, schema: {type: string}}
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {type: object, properties: {data: {$ref: "#/components/schemas/Rows"}}}}}
components:
  schemas:
    Rows: {type: object, properties: {rows: {type: array, items: {$ref: "#/components/schemas/Chunk"}}, last: {type: string}}}
"""
CONFIG = """\
{top}
[services.demo]
path = "spec.yaml"
methods = {{ create_chat = "{method}" }}
models = {{ Chunk = "Piece" }}
[services.demo.pages]
{linked} = false
list_numbered = {{ items = "{items}", {how} }}
"""
GOOD = {
    "top": "",
    "method": "chat.complete",
    "linked": "list_linked",
    "items": "data.rows",
    "how": 'page = "page"',
}


def generate(folder: Path, *arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
    (folder / "spec.yaml").write_text(SPEC.replace("components:\n  schemas:\n", NUMBERED))
    (folder / "apivolve.toml").write_text(CONFIG.format(**GOOD | changed))
    return subprocess.run(
        [sys.executable, "-m", "apivolve", "generate", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "generator")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ('page = "page"', "PageNumber["),
        ('offset = "page", total = "data.last"', "Offset["),
        ('cursor = "data.last", parameter = "after"', "Cursor["),
        ('next_link = "data.last"', "NextLink["),
    ],
)
def test_names_and_pages_are_those_of_the_configuration(tmp_path: Path, how: str, code: str) -> None:
    result = generate(tmp_path, how=how)

    assert result.returncode == 0, result.stderr
    package = tmp_path / "generated" / "demo"
    listed = (package / "api.md").read_text()
    assert "client.chat.complete(body: Req, " in listed
    assert "list_linked() -> list[Piece]" in listed
    assert "-> Pager[Piece]" in listed
    assert code in (package / "demo" / "v1_0_0" / "client.py").read_text()
    assert '"config": ' in (package / "apivolve.lock").read_text()
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(package)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"linked": "list_link"}, "did you mean list_linked?"),
        ({"items": "data.row"}, "error[no-list]"),
        ({"how": 'page = "pag"'}, "error[no-parameter]"),
        ({"how": 'cursor = "data.last"'}, "error[cursor-without-parameter]"),
        ({"how": 'size = "page"'}, "error[how-pages-go-on]"),
        ({"method": "Not a name"}, "error[bad-name]"),
        ({"top": 'templates = "nowhere"'}, "there is no folder of templates nowhere"),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, changed: dict[str, str], message: str) -> None:
    result = generate(tmp_path, **changed)

    assert result.returncode == 2
    assert message in result.stderr
    assert not (tmp_path / "generated").exists()


def test_templates_of_the_project_stand_for_ours(tmp_path: Path) -> None:
    (tmp_path / "own" / "runtime").mkdir(parents=True)
    (tmp_path / "own" / "README.md.jinja").write_text("# Our {{ package.package }}\n")
    (tmp_path / "own" / "runtime" / "retry.py").write_text("# nothing is tried again\n")

    result = generate(tmp_path, top='templates = "own"')

    assert result.returncode == 0, result.stderr
    package = tmp_path / "generated" / "demo"
    assert (package / "README.md").read_text() == "# Our demo\n"
    assert (package / "demo" / "_runtime" / "retry.py").read_text() == "# nothing is tried again\n"


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("README.md.jinja", "{{ nothing }}", "template-fails"),
        ("README.md.jinja", "{{ nothing", "not-jinja"),
        ("README.jinja", "", "no-such-template"),
    ],
)
def test_a_template_that_fails_is_told(tmp_path: Path, name: str, text: str, rule: str) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / name).write_text(text)

    result = generate(tmp_path, "--templates", "own")

    assert result.returncode == 2
    assert f"error[{rule}]" in result.stderr
    assert not (tmp_path / "generated").exists()
