"""The command line as a user runs it: exit codes, messages with a place, and an output folder that is never half written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from apivolve.cli import commands
from conftest import ROOT

SPEC = """\
openapi: 3.1.0
info: {title: Small, version: "1.0"}
servers: [{url: "https://api.example.com"}]
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200":
          description: The thing.
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
components:
  schemas:
    Thing: {type: object, required: [name], properties: {name: {type: string}}}
"""


def apivolve(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    return subprocess.run(
        [sys.executable, "-m", "apivolve", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SPEC)
    return path


def test_generate_check_and_generate_again(spec: Path, tmp_path: Path) -> None:
    first = apivolve("generate", "small.yaml", "-o", "out", cwd=tmp_path)
    again = apivolve("generate", "small.yaml", "-o", "out", cwd=tmp_path)
    check = apivolve("generate", "small.yaml", "-o", "out", "--check", cwd=tmp_path)

    assert (first.returncode, first.stdout) == (0, "")
    assert "1 api-version" in first.stderr
    assert again.stderr == "out/small: nothing changed since the last run\n"
    assert (check.returncode, check.stderr) == (0, "out/small is up to date\n")


def test_check_names_what_is_not_up_to_date(spec: Path, tmp_path: Path) -> None:
    apivolve("generate", "small.yaml", "-o", "out", cwd=tmp_path)
    spec.write_text(SPEC.replace("getThing", "readThing"))

    check = apivolve("generate", "small.yaml", "-o", "out", "--check", cwd=tmp_path)

    assert check.returncode == 1
    assert "stale: out/small/small/v1_0/client.py\n" in check.stderr
    assert "+    def read_thing(" in check.stderr


def test_stale_files_go_and_files_of_others_stay(spec: Path, tmp_path: Path) -> None:
    apivolve("generate", "small.yaml", "-o", "out", cwd=tmp_path)
    mine = tmp_path / "out" / "small" / "notes.txt"
    mine.write_text("mine")
    spec.write_text(SPEC.replace('version: "1.0"', 'version: "2.0"'))

    run = apivolve("generate", "small.yaml", "-o", "out", cwd=tmp_path)

    assert run.returncode == 0
    assert mine.read_text() == "mine"
    assert not (tmp_path / "out/small/small/v1_0").exists()
    assert (tmp_path / "out/small/small/v2_0/client.py").is_file()


def test_an_edited_file_is_not_overwritten(spec: Path, tmp_path: Path) -> None:
    apivolve("generate", "small.yaml", "-o", "out", cwd=tmp_path)
    client = tmp_path / "out/small/small/v1_0/client.py"
    client.write_text("# edited\n")

    refused = apivolve("generate", "small.yaml", "-o", "out", cwd=tmp_path)
    forced = apivolve("generate", "small.yaml", "-o", "out", "--force", cwd=tmp_path)

    assert refused.returncode == 2
    assert "small/v1_0/client.py" in refused.stderr
    assert forced.returncode == 0
    assert client.read_text() != "# edited\n"


@pytest.mark.parametrize(
    ("name", "text", "place", "rule"),
    [
        ("missing.yaml", None, "", "file-not-found"),
        ("broken.yaml", "openapi: 3.1.0\ninfo: [\n", "broken.yaml:3:1", "invalid-yaml"),
        ("tab.yaml", "openapi: 3.1.0\ninfo:\n\ttitle: x\n", "tab.yaml:3:1", "invalid-yaml"),
        ("broken.json", '{"openapi": "3.1.0",\n "info" {}}', "broken.json:2:9", "invalid-json"),
        (
            "twice.yaml",
            "openapi: 3.1.0\ninfo: {title: a, version: b}\npaths: {}\npaths: {}\n",
            "twice.yaml:4:1",
            "duplicate-name",
        ),
        (
            "twice.json",
            '{"openapi": "3.1.0",\n "paths": {},\n "paths": {}}',
            "twice.json:3:2",
            "duplicate-name",
        ),
        ("nan.json", '{"openapi": "3.1.0",\n "x": NaN}', "nan.json:2:7", "invalid-json"),
        (
            "half.json",
            '{"openapi": "3.1.0",\n "x": "\\\\ud83d \\ud83d\\ude00 \\ud83d."}',
            "half.json:2:29",
            "invalid-json",
        ),
        ("other.json", '{"hello": "world"}', "other.json:1:1", "not-openapi"),
        ("list.yaml", "- 1\n- 2\n", "list.yaml:1:1", "not-openapi"),
        ("empty.yaml", "", "empty.yaml:1:1", "not-openapi"),
        ("old.json", '{"swagger": "1.2"}', "old.json:1:2", "unsupported-dialect"),
        ("latin.yaml", b"openapi: 3.1.0\ninfo: {title: caf\xe9}\n", "latin.yaml:2:18", "not-utf8"),
        ("ref.yaml", SPEC.replace("schemas/Thing", "schemas/Thong"), "ref.yaml:12:", "ref-not-found"),
        (
            "nul.yaml",
            SPEC.replace("#/components/schemas/Thing", "a\\0b.yaml"),
            "nul.yaml:12:",
            "ref-not-found",
        ),
        (
            "long.yaml",
            SPEC.replace("#/components/schemas/Thing", "x" * 5000 + ".yaml"),
            "long.yaml:12:",
            "ref-not-found",
        ),
        (
            "type.yaml",
            SPEC.replace("name: {type: string}", "name: {type: strong}"),
            "type.yaml:15:",
            "unknown-type",
        ),
    ],
)
def test_a_bad_spec_is_one_clear_message_and_changes_nothing(
    spec: Path, tmp_path: Path, name: str, text: str | bytes | None, place: str, rule: str
) -> None:
    assert apivolve("generate", "small.yaml", "-o", "out", cwd=tmp_path).returncode == 0
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    if text is not None:
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    run = apivolve("generate", name, "-o", "out", cwd=tmp_path)

    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.startswith(place)
    assert f"error[{rule}]" in run.stderr
    assert run.stderr.count("error[") == 1
    assert "Traceback" not in run.stderr
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == before


def test_all_faults_of_a_file_are_told(tmp_path: Path) -> None:
    text = SPEC.replace("name: {type: string}", "name: {type: strong}").replace('"200"', '"2000"')
    (tmp_path / "bad.yaml").write_text(text)

    run = apivolve("generate", "bad.yaml", "-o", "out", cwd=tmp_path)

    assert run.returncode == 2
    assert "error[unknown-type]" in run.stderr
    assert "error[unknown-status]" in run.stderr


def test_an_error_shows_the_line_with_a_caret(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"swagger": "1.2"}')

    run = apivolve("generate", "bad.json", cwd=tmp_path)

    assert '  1 | {"swagger": "1.2"}\n    |  ^\n' in run.stderr


def test_diff_exit_codes_and_json(spec: Path, tmp_path: Path) -> None:
    (tmp_path / "after.yaml").write_text(SPEC.replace("required: [name], ", ""))

    breaking = apivolve("diff", "small.yaml", "after.yaml", "--format", "json", cwd=tmp_path)
    tolerated = apivolve("diff", "small.yaml", "after.yaml", "--fail-on", "none", cwd=tmp_path)
    same = apivolve("diff", "small.yaml", "small.yaml", "--fail-on", "info", cwd=tmp_path)
    missing = apivolve("diff", "small.yaml", "nowhere.yaml", cwd=tmp_path)
    report = json.loads(breaking.stdout)

    assert (breaking.returncode, tolerated.returncode, same.returncode, missing.returncode) == (1, 0, 0, 2)
    assert report["summary"]["breaking"] is True
    assert {finding["rule"] for finding in report["comparisons"][0]["findings"]} == {
        "field-became-optional",
        "attribute-became-optional",
    }


def test_an_internal_fault_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from apivolve import cli

    def broken(**_: object) -> None:
        raise RuntimeError("it went wrong")

    monkeypatch.setattr(commands.get_command(None, "schema"), "callback", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(SystemExit) as stop:
        cli.main(["schema", "report"])
    shown = capsys.readouterr().err

    assert stop.value.code == 2
    assert shown.startswith("apivolve: internal error: RuntimeError: it went wrong\n")
    (report,) = tmp_path.glob("apivolve-*.txt")
    assert str(report) in shown
    assert "it went wrong" in report.read_text()


def test_version() -> None:
    run = apivolve("--version", cwd=ROOT)

    assert run.returncode == 0
    assert run.stdout.startswith("apivolve, version ")
