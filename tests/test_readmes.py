"""The READMEs of generated packages run as they are written, against what the specification says the service answers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from apivolve.emit import emit, package_name, write_tree
from apivolve.emit.calls.readme import environment_names
from apivolve.emit.names.identifiers import SafeName
from apivolve.emit.names.table import Names
from apivolve.emit.package import write_versions
from apivolve.load import load_api, load_services
from apivolve.model import Service
from conftest import CASES, ROOT, cases

BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
FOLDERS = [*cases("readme"), *cases("emit"), pytest.param(ROOT / "specs" / "azure-openai", id="seed")]


def service_in(folder: Path) -> Service:
    specs = sorted(folder.glob("spec.*"))
    if specs:
        return Service(folder.name, (load_api(specs[0], service=folder.name),))
    (service,) = load_services(folder)
    return service


def routes(sdk: Path, service: Service) -> list[dict[str, Any]]:
    """What the calls of the newest stable version are told by, and what they are answered, by the emitted tests' data."""
    data: dict[str, Any] = {}
    for file in sorted((sdk / "tests" / "data").glob("*.json")):
        data |= json.loads(file.read_text())["exchanges"]
    stable = [one for one in write_versions(service, Names()) if one.api.stage == "stable"]
    found: list[dict[str, Any]] = []
    for dotted, method in stable[-1].calls.methods.items():
        exchange = data.get(dotted.replace(".", "_"))
        if exchange is not None:
            path = re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(method.path.partition("?")[0]))
            stream = method.stream
            found.append(
                {
                    "call": dotted,
                    "method": method.http_method,
                    "path": f".*{path}",
                    "answer": exchange["response"],
                    "then": exchange.get("then", []),
                    "stream": stream and {"media_type": stream.media_type, "last_event": stream.last_event},
                }
            )
    # a path without a variable is meant before one that has some
    return sorted(found, key=lambda one: (one["path"].count("[^/]+"), -len(one["path"])))


def run(sdk: Path, service: Service, code: str, folder: Path) -> list[str]:
    """Run some code with a package, and give the calls that it made."""
    told = folder / "routes.json"
    told.write_text(json.dumps(routes(sdk, service)))
    (folder / "readme.py").write_text(code)
    run = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "readme_service.py"), str(sdk), str(told), "readme.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, f"{code}\n{run.stderr}"
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_readme_runs_as_written(folder: Path, tmp_path: Path) -> None:
    service = service_in(folder)
    sdk = tmp_path / "sdk"
    write_tree(sdk, emit(service, tool="test"))
    text = (sdk / "README.md").read_text(encoding="utf-8")
    called = run(sdk, service, "\n".join(BLOCK.findall(text)), tmp_path)

    # each group of calls has an example, unless there is no call in it that could be shown
    groups = re.findall(r"^### (client[\w.]*)\n\n(?:```python\n(.*?)```)?", text, re.DOTALL | re.MULTILINE)
    assert all(f"{group}." in code for group, code in groups)
    shown = {name.partition("client.")[2] for _, code in groups for name in re.findall(r"client[\w.]*", code)}
    assert shown <= set(called)
    assert bool(groups) == bool(service.versions[-1].operations)


def test_a_call_that_fails_would_be_seen(tmp_path: Path) -> None:
    service = service_in(CASES / "readme" / "museum")
    write_tree(tmp_path / "sdk", emit(service, tool="test"))

    with pytest.raises(AssertionError, match="no_such_call"):
        run(tmp_path / "sdk", service, "from museum import connect\nconnect().no_such_call()", tmp_path)


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

    assert run(sdk, service, "\n".join(code), tmp_path) == ["get_chat_completions"] * 2
