"""The committed packages: fresh, the same on every run, shared between versions, and true to the code scope of the gate."""

from __future__ import annotations

import ast
import contextlib
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from apivolve.diff import compare
from apivolve.emit import compare_tree, emit, package_name, surface, surfaces, write_tree
from apivolve.errors import OutputError
from apivolve.load import load_services
from apivolve.model import Service
from apivolve.version import VERSION
from conftest import ROOT

GENERATED = ROOT / "generated"


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    # paths are shown as they are named, so the run must start where the user's does
    with contextlib.chdir(ROOT):
        (service,) = load_services("specs/azure-openai")
        yield service


@pytest.fixture(scope="module")
def package(service: Service) -> ModuleType:
    sys.path.insert(0, str(GENERATED / "azure_openai"))
    try:
        return importlib.import_module("azure_openai")
    finally:
        sys.path.pop(0)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_committed_packages_are_up_to_date_under_any_hash_seed(seed: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "apivolve", "generate", "--check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "generator", "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr


def test_check_holds() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "apivolve", "check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "generator"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert "3 declared changes hold" in run.stderr


def test_a_class_that_did_not_change_is_the_same_object(package: ModuleType, service: Service) -> None:
    known = dict(zip((api.version for api in service.versions), surfaces(service.versions), strict=True))
    compared = 0
    for before, after in pairwise(service.versions):
        old = {item.name: item.fingerprint for item in known[before.version].classes}
        new = {item.name: item.fingerprint for item in known[after.version].classes}
        for name in old.keys() & new.keys():
            left = getattr(importlib.import_module(f"{known[before.version].package}.models"), name)
            right = getattr(importlib.import_module(f"{known[after.version].package}.models"), name)
            assert (left is right) == (old[name] == new[name]), name
            compared += 1

    assert compared > 500


def test_the_seed_operation_has_its_method_in_each_version_that_names_it(
    package: ModuleType, service: Service
) -> None:
    for api in service.versions:
        module = importlib.import_module(surface(api).package)
        named = any(operation.id == "GetChatCompletions" for operation in api.operations)
        assert hasattr(module.Client, "get_chat_completions") == named


def test_connect_gives_the_client_of_a_version_and_names_the_versions_it_has(package: ModuleType) -> None:
    client = package.connect(api_version="2023-05-15", endpoint="https://example.com", credential="key")
    newest = package.connect(endpoint="https://example.com", credential="key")

    assert type(client).__module__ == "azure_openai.v2023_05_15.client"
    assert type(newest).__module__ == "azure_openai.v2024_06_01.client"
    assert package.latest.Client is type(newest)
    assert type(
        package.Client(api_version=package.ApiVersion.V2023_05_15, endpoint="https://x", credential="k")
    ) is type(client)
    for refused in (package.connect, package.connect_async, package.ApiVersion, package.supports):
        with pytest.raises(ValueError, match=r"unknown api-version '2020-01-01': .*2023-05-15.*2024-06-01"):
            refused("2020-01-01") if refused is package.ApiVersion else refused(
                *(["get_completions"] if refused is package.supports else []), api_version="2020-01-01"
            )


def test_supports_tells_what_the_client_of_a_version_has(package: ModuleType, service: Service) -> None:
    known = {
        api.version: {method.name for method in public.methods}
        for api, public in zip(service.versions, surfaces(service.versions), strict=True)
    }
    for version, methods in known.items():
        for name in set().union(*known.values()):
            assert package.supports(name, api_version=version) == (name in methods)

    assert package.supports("get_completions")
    assert not package.supports("get_complitions")


SEED_BEFORE = "specs/azure-openai/changes/2023-05-15/before.json"
SEED_AFTER = "specs/azure-openai/changes/2023-05-15/after.json"


def test_the_seed_change_is_reported_in_both_scopes_with_proof(service: Service) -> None:
    (revision,) = service.revisions
    verdict = compare(revision.before, revision.after, (surface(revision.before), surface(revision.after)))
    found = {
        (finding.scope, finding.rule): finding
        for finding in verdict.findings
        if finding.subject.endswith("ChatCompletions.usage")
    }

    wire = found["wire", "field-became-optional"]
    assert (wire.severity, wire.direction) == ("error", "response")
    assert str(wire.before) == f"{SEED_BEFORE}:317:9"
    assert str(wire.after) == f"{SEED_AFTER}:317:9"
    assert wire.operations == ("POST /deployments/{deploymentId}/chat/completions",)
    assert wire.witness is not None
    assert wire.witness.verified
    assert (wire.witness.accepted, wire.witness.refused) == ("after", "before")
    assert "usage" not in wire.witness.text
    code = found["code", "attribute-became-optional"]
    assert code.severity == "error"
    assert code.witness is not None
    assert "return value.usage" in code.witness.text
    assert not any("Embeddings" in finding.subject for finding in verdict.findings)


def type_errors(folder: Path, snippets: dict[str, str]) -> dict[str, str]:
    """What mypy --strict says of each snippet, by name, with the package in a folder on its path."""
    written = folder / "snippets"
    written.mkdir(exist_ok=True)
    for name, text in snippets.items():
        (written / f"{name}.py").write_text(text)
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--no-error-summary",
            str(written),
        ],
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    errors: dict[str, str] = {}
    for line in run.stdout.splitlines():
        if ": error:" in line:
            errors[Path(line.partition(":")[0]).stem] = line
    assert run.returncode == (1 if errors else 0), run.stdout + run.stderr
    return errors


@pytest.mark.slow
def test_every_code_witness_of_the_seed_type_checks_before_and_not_after(
    service: Service, tmp_path: Path
) -> None:
    (revision,) = service.revisions
    verdict = compare(revision.before, revision.after, (surface(revision.before), surface(revision.after)))
    breaks = [
        finding for finding in verdict.findings if finding.scope == "code" and finding.severity == "error"
    ]
    snippets = {
        f"witness_{finding.fingerprint}": finding.witness.text
        for finding in breaks
        if finding.witness is not None
    }
    assert len(snippets) == len(breaks) == 2

    said = {}
    for side, api in (("before", revision.before), ("after", revision.after)):
        folder = tmp_path / side
        write_tree(folder / "package", emit(Service("azure-openai", (api,)), tool=VERSION))
        (folder / "package" / "azure_openai").rename(folder / "azure_openai")
        said[side] = type_errors(folder, snippets)

    assert said["before"] == {}
    assert set(said["after"]) == set(snippets)
    assert all(
        '"CompletionsUsage | None", expected "CompletionsUsage"' in line for line in said["after"].values()
    )


def test_a_version_added_leaves_the_files_of_the_others(service: Service) -> None:
    fewer = emit(Service(service.name, service.versions[:3]), tool=VERSION)
    more = emit(Service(service.name, service.versions[:4]), tool=VERSION)
    whole_package = {
        "azure_openai/__init__.py",
        "azure_openai/_index.py",
        "azure_openai/latest/__init__.py",
        "README.md",
        "api.md",
        "apivolve.lock",
        "tests/data/servers.json",
    }

    for path in fewer.keys() - whole_package:
        if fewer[path] != more[path]:  # the one thing that an older version learns from a newer one
            assert "Removed in 2023-06-01-preview." in more[path]
            assert code_of(fewer[path]) == code_of(more[path]), path


def code_of(text: str) -> str:
    """A module without its docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.Module | ast.If | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [
                one
                for one in node.body
                if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
            ]
    return ast.dump(tree).replace("Pass()", "")


def test_a_failed_write_leaves_the_old_tree(tmp_path: Path) -> None:
    target = tmp_path / "out" / "sdk"
    write_tree(target, {"a.txt": "old"})
    with pytest.raises(OutputError):
        write_tree(target, {"a.txt": "new", "a.txt/b": "a file cannot be a folder too"})

    assert {path.name: path.read_text() for path in target.iterdir()} == {"a.txt": "old"}
    assert [path.name for path in target.parent.iterdir()] == ["sdk"]


def test_a_run_killed_between_the_renames_is_repaired(tmp_path: Path) -> None:
    target = tmp_path / "sdk"
    write_tree(target, {"a.txt": "old"})
    target.rename(tmp_path / ".sdk.old")
    (tmp_path / ".sdk.new-1").mkdir()

    write_tree(target, {"a.txt": "old"})

    assert (target / "a.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["sdk"]


def test_the_surface_is_what_the_package_has(package: ModuleType, service: Service) -> None:
    for known in surfaces(service.versions):
        module = importlib.import_module(known.package)
        client = module.Client(base_url="https://example.com", credential="key")
        for method in known.methods:
            value: object = client
            for part in method.name.split("."):
                value = getattr(value, part)
            assert callable(value)
        for item in known.classes:
            declared = getattr(module.models, item.name).__struct_fields__
            assert tuple(attribute.name for attribute in item.attributes) == declared


def test_the_package_is_named_after_the_service(service: Service) -> None:
    files = emit(Service(service.name, service.versions[:1]), tool=VERSION)

    assert package_name(service.name) == "azure_openai"
    assert compare_tree(GENERATED / "nowhere", files).missing == tuple(sorted(files))


def test_every_public_type_is_known() -> None:
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "basedpyright",
            "--verifytypes",
            "azure_openai",
            "--ignoreexternal",
            "--outputjson",
        ],
        cwd=ROOT / "tests",
        # the python on the path says where packages are
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(GENERATED / "azure_openai"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(run.stdout)["typeCompleteness"]

    assert report["exportedSymbolCounts"]["withKnownType"] > 1000
    assert report["completenessScore"] == 1
