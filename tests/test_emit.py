"""Models → packages. A case is a folder: `spec.yaml`, and the client and the models it becomes; what is emitted must run."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from apivolve.emit import emit, package_name, write_tree
from apivolve.emit.names.identifiers import Scope, module, pascal, snake, words
from apivolve.emit.types.spelling import joined
from apivolve.load import load_api
from apivolve.model import Service
from conftest import ROOT, cases


def emitted(case: Path) -> dict[str, str]:
    api = load_api(case / "spec.yaml", service=case.name)
    return emit(Service(case.name, (api,)), tool="test")


@pytest.mark.parametrize("case", cases("emit"))
def test_emit(case: Path, golden: Callable[[Path, str], None]) -> None:
    files = emitted(case)
    for path, text in files.items():
        package, _, below = path.partition("/")
        version, _, name = below.partition("/")
        if package == package_name(case.name) and version.startswith("v") and name != "__init__.py":
            golden(case / "expected" / name, text)


@pytest.mark.parametrize("case", cases("emit"))
def test_what_is_emitted_passes_its_own_tests(case: Path, tmp_path: Path) -> None:
    write_tree(tmp_path / "sdk", emitted(case))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=tmp_path / "sdk",
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout


VERIFIED = ("decimals", "features", "webhooks")
"""The cases with the most kinds of modules: to ask of all takes as long again as their strict types do, and `make sweep` does."""


@pytest.mark.slow
@pytest.mark.parametrize("case", cases("emit"))
def test_what_is_emitted_is_strictly_typed(case: Path, tmp_path: Path) -> None:
    write_tree(tmp_path / "sdk", emitted(case))
    mypy = [sys.executable, "-m", "mypy", "--strict", "."]
    pyright = [sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable]
    for command in (mypy, pyright):
        run = subprocess.run(command, cwd=tmp_path / "sdk", capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout
    if case.name in VERIFIED or os.environ.get("APIVOLVE_ALL"):
        assert_known_without_inference(tmp_path / "sdk", package_name(case.name))


def assert_known_without_inference(sdk: Path, package: str) -> None:
    """Assert that every public type of a package is written down, for type checkers that infer otherwise or not at all."""
    run = subprocess.run(
        [sys.executable, "-m", "basedpyright", "--verifytypes", package, "--ignoreexternal", "--outputjson"],
        cwd=sdk,
        # the python on the path says where packages are
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(sdk),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(run.stdout)["typeCompleteness"]
    found = [one["name"] for one in report["symbols"] if not one["isTypeKnown"] or one["isTypeAmbiguous"]]
    # what a module of calls imports is no part of it
    found += [one["name"] for one in report["symbols"] if one["name"].endswith(".resources.Call")]

    assert report["exportedSymbolCounts"]["withKnownType"] > 50
    assert found == []
    assert report["completenessScore"] == 1


def test_very_many_alternatives_are_few_levels_to_who_reads_them() -> None:
    def levels(node: ast.AST) -> int:
        return 1 + max(map(levels, ast.iter_child_nodes(node)), default=0)

    names = [f"A{number}" for number in range(900)]
    tree = ast.parse(joined([*names, "Literal[1]"]), mode="eval")

    assert {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} == {*names, "Literal"}
    assert levels(tree) < 200


def test_emitting_twice_gives_the_same_bytes_in_the_same_order() -> None:
    folder = ROOT / "tests" / "cases" / "emit" / "features"

    assert list(emitted(folder).items()) == list(emitted(folder).items())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HTTPServer", ["http", "server"]),
        ("finishReason", ["finish", "reason"]),
        ("GetV2Thing", ["get", "v2", "thing"]),
        ("sha256Hash", ["sha256", "hash"]),
        ("enableIPv6Address", ["enable", "ipv6", "address"]),
        ("APIv2Server", ["apiv2", "server"]),
        ("userIDs", ["user", "ids"]),
        ("URLsOfIDsort", ["urls", "of", "i", "dsort"]),
        ("OAuth2Token", ["oauth2", "token"]),
        ("OAuthority", ["o", "authority"]),
        ("ifNoneETag", ["if", "none", "etag"]),
        ("AzureOpenAIClient", ["azure", "openai", "client"]),
        ("x-ms-error-code", ["x", "ms", "error", "code"]),
        ("+1", ["plus", "1"]),
        ("-1", ["minus", "1"]),
        ("$", []),
        ("Zürich", ["zurich"]),
        ("日", ["u65", "e5"]),
    ],
)
def test_words_of_a_name(text: str, expected: list[str]) -> None:
    assert words(text) == tuple(expected)


def test_a_class_keeps_the_capitals_of_a_word_that_has_its_own() -> None:
    assert (
        pascal(["OAuth2Token", "forIPv4", "git_hub", "HTTPServer", "x2"], "N")
        == "OAuth2TokenForIPv4GitHubHttpServerX2"
    )


def test_names_are_given_once_and_clashes_are_numbered() -> None:
    scope = Scope({"class"})

    assert [scope.give(name) for name in ("class", "class_", "a", "A", "a", "Thing", "Thing")] == [
        "class_",
        "class_2",
        "a",
        "A2",
        "a_2",
        "Thing",
        "Thing2",
    ]


def test_names_of_all_sorts_of_text_are_identifiers() -> None:
    for text in ("", "1", "$$", "a-b", "日本", "x" * 500, "\x00", "..", "con"):
        assert snake(text, "field").isidentifier()
        assert pascal((text,), "Model").isidentifier()
        assert module(text).isidentifier()
