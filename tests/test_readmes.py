"""The READMEs of generated packages run as they are written, against what the specification says the service answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from apivolve.emit import emit, package_name, write_tree
from apivolve.emit.calls.readme import environment_names
from apivolve.emit.names.identifiers import SafeName
from apivolve.emit.names.table import Names
from apivolve.emit.versions.sharing import write_versions
from apivolve.model import Service
from conftest import CASES, ROOT, cases
from readme_service import service_at

BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
FOLDERS = [*cases("readme"), *cases("emit"), pytest.param(ROOT / "specs" / "azure-openai", id="seed")]


def spec_in(folder: Path) -> Path:
    return next(iter(sorted(folder.glob("spec.*"))), folder)


def service_in(folder: Path) -> Service:
    return service_at(spec_in(folder), folder.name)


def run(sdk: Path, source: Path, code: str, folder: Path) -> list[str]:
    """Run some code with a package against its mock server, and give what it asked for."""
    (folder / "readme.py").write_text(code, encoding="utf-8")
    run = subprocess.run(
        [
            sys.executable,
            str(ROOT / "tests" / "readme_service.py"),
            str(sdk),
            str(spec_in(source)),
            source.name,
            "readme.py",
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "generator")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, f"{code}\n{run.stderr}"
    asked: list[str] = json.loads(run.stdout.splitlines()[-1])
    return asked


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_readme_runs_as_written(folder: Path, tmp_path: Path) -> None:
    service = service_in(folder)
    write_tree(tmp_path / "sdk", emit(service, tool="test"))
    text = (tmp_path / "sdk" / "README.md").read_text(encoding="utf-8")
    asked = run(tmp_path / "sdk", folder, "\n".join(BLOCK.findall(text)), tmp_path)

    # each group of calls has an example
    groups = re.findall(r"^### (client[\w.]*)\n\n(?:```python\n(.*?)```)?", text, re.DOTALL | re.MULTILINE)
    assert all(f"{group}." in code for group, code in groups)
    assert bool(groups) == bool(service.versions[-1].operations)
    assert len(asked) >= len(groups)


def test_a_call_that_fails_would_be_seen(tmp_path: Path) -> None:
    folder = CASES / "readme" / "museum"
    write_tree(tmp_path / "sdk", emit(service_in(folder), tool="test"))
    begin = "from museum import BasicAuth, connect\nclient = connect(credential=BasicAuth('a', 'b'))\n"

    for call, said in (
        ("no_such_call()", "no_such_call"),
        ("tickets.buy_museum_tickets({})", r"Error: tickets\.buy_museum_tickets: 4"),
    ):
        with pytest.raises(AssertionError, match=said):
            run(tmp_path / "sdk", folder, f"{begin}client.{call}", tmp_path)


def test_the_variables_of_the_readme_are_those_that_are_read(tmp_path: Path) -> None:
    for folder in (CASES / "load" / "security", CASES / "readme" / "quality-on-demand"):
        service = service_in(folder)
        package = package_name(service.name)
        write_tree(tmp_path / package, emit(service, tool="test"))
        module = write_versions(service, Names())[-1].module
        code = (
            f"from {package}._runtime import environment_variables as read\nfrom {package}.{module} import Client\n"
            f"names = read({package.upper()!r}, Client._schemes)\n"
            "import json; print(json.dumps([one for each in names.values() for one in each]))"
        )
        ran = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path / package,
            capture_output=True,
            text=True,
            check=True,
        )

        assert json.loads(ran.stdout) == [*environment_names(SafeName(package), service.versions[-1].schemes)]


def test_our_own_readme_runs_as_written(tmp_path: Path) -> None:
    service = service_in(ROOT / "specs" / "azure-openai")
    sdk = tmp_path / "sdk"
    write_tree(sdk, emit(service, tool="test"))
    code: list[str] = []
    for block in BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8")):
        first, _, _ = block.partition("\n")
        if first.startswith("# "):
            (sdk / first.removeprefix("# ")).write_text(block, encoding="utf-8")
            write_tree(sdk, emit(service, tool="test", folder=sdk))
        else:
            code.append(block)
    code.append("print(connect(endpoint='https://example.com', credential='k').ask('?'))")

    asked = run(sdk, ROOT / "specs" / "azure-openai", "\n".join(code), tmp_path)
    assert asked == ["POST /openai/deployments/gpt-4o/chat/completions"] * 2


def test_the_readme_begins_with_the_first_call_of_the_specification(tmp_path: Path) -> None:
    operations = {"/things": ("things_all", ["Things"]), "/ping": ("ping", [])}
    paths = {
        path: {"get": {"operationId": id_, "tags": tags, "responses": {"204": {"description": "Done."}}}}
        for path, (id_, tags) in operations.items()
    }
    spec = {"openapi": "3.1.0", "info": {"title": "Things", "version": "1"}, "paths": paths}
    (tmp_path / "things.json").write_text(json.dumps(spec), encoding="utf-8")
    readme = emit(service_at(tmp_path / "things.json", "things"), tool="test")["README.md"]

    assert "client.things.all()" in BLOCK.findall(readme)[0]
