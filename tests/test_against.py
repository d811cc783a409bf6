"""What is compared: files, folders, commits, what was there before, and addresses."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from apivolve.gate import paired
from apivolve.load import load_service
from apivolve.model import Api, Service
from apivolve.source import Source
from test_cli import SPEC, apivolve

BROKEN = SPEC.replace("required: [name], ", "")


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    run = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return run.stdout.strip()


def commit(folder: Path, message: str) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A branch off main, where the specification broke after main had gone on."""
    git(tmp_path, "init", "-q")
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "openapi.yaml").write_text(SPEC)
    commit(tmp_path, "one")
    git(tmp_path, "checkout", "-qb", "topic")
    git(tmp_path, "checkout", "-q", "main")
    (tmp_path / "api" / "openapi.yaml").write_text(SPEC.replace("/things/{id}", "/stuff/{id}"))
    commit(tmp_path, "main goes on")
    git(tmp_path, "checkout", "-q", "topic")
    (tmp_path / "api" / "openapi.yaml").write_text(BROKEN)
    return tmp_path


def rules(*arguments: str, cwd: Path) -> set[str]:
    run = apivolve("diff", *arguments, "-f", "json", cwd=cwd)
    assert run.returncode in (0, 1), run.stderr
    return {finding["rule"] for one in json.loads(run.stdout)["comparisons"] for finding in one["findings"]}


OPTIONAL = {"field-became-optional", "attribute-became-optional"}


def test_a_file_is_compared_with_where_the_branch_began(repository: Path) -> None:
    assert rules("api/openapi.yaml", cwd=repository) == OPTIONAL
    assert rules("api/openapi.yaml", "--against", cwd=repository) == OPTIONAL
    assert rules("openapi.yaml", cwd=repository / "api") == OPTIONAL
    assert {"operation-removed", "operation-moved"} & rules(
        "api/openapi.yaml", "--against", "main", cwd=repository
    )


def test_a_file_of_another_repository(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert rules((repository / "api/openapi.yaml").as_posix(), "--against", "HEAD", cwd=elsewhere) == OPTIONAL


@pytest.mark.parametrize(
    "config",
    [
        'path = "api/openapi.yaml"',
        'path = "api"',
        'path = "api/*.yaml"',
        'versions = { "1" = "api/openapi.yaml" }',
        'versions = { "1" = { path = "api/openapi.yaml", stage = "preview" } }',
    ],
)
def test_what_is_configured_is_compared_with_what_it_was(repository: Path, config: str) -> None:
    (repository / "apivolve.toml").write_text(f"[services.shop]\n{config}\n")

    assert rules("--against", cwd=repository) == OPTIONAL
    assert rules("shop", "--against", "HEAD", cwd=repository / "api") == OPTIONAL


def test_places_before_name_the_commit(repository: Path) -> None:
    base = git(repository, "merge-base", "HEAD", "main")[:12]
    run = apivolve("breaking", "api/openapi.yaml", "-f", "json", cwd=repository)
    (comparison,) = json.loads(run.stdout)["comparisons"]

    assert comparison["findings"][0]["before"]["file"] == f"{base}:api/openapi.yaml"
    assert comparison["findings"][0]["after"]["file"] == "api/openapi.yaml"


def test_what_did_not_change_or_is_new_is_no_break(repository: Path) -> None:
    (repository / "api" / "openapi.yaml").write_text(SPEC)
    (repository / "new.yaml").write_text(SPEC)

    for name in ("api/openapi.yaml", "new.yaml"):
        run = apivolve("breaking", name, cwd=repository)
        assert (run.returncode, run.stdout) == (0, "nothing to compare\n")


def test_a_version_that_is_gone_breaks(repository: Path) -> None:
    folder = repository / "specs"
    folder.mkdir()
    for name in ("2023-01-01", "2024-01-01", "2024-06-01-preview"):
        (folder / f"{name}.yaml").write_text(SPEC)
    commit(repository, "versions")
    (folder / "2023-01-01.yaml").unlink()
    run = apivolve("breaking", "specs", "--against", "HEAD", cwd=repository)
    (folder / "2023-01-01.yaml").write_text(SPEC)
    (folder / "2024-06-01-preview.yaml").unlink()
    preview = apivolve("breaking", "specs", "--against", "HEAD", cwd=repository)

    assert run.returncode == 1
    assert "error[version-removed]: specs: api-version 2023-01-01 is gone" in run.stdout
    assert preview.returncode == 0
    assert "warning[version-removed]" in preview.stdout


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (["api/openapi.yaml", "--against", "nowhere"], "git-unknown-ref"),
        (["api/openapi.yaml", "--against=--output=x"], "No such option"),
        (["api/openapi.yaml", "api/openapi.yaml", "--against", "main"], "with --against, name one side"),
        (["--all", "api"], "--all is every service"),
        (["nowhere.yaml"], "file-not-found"),
        (["https://localhost:1/openapi.yaml", "api/openapi.yaml"], "network-not-allowed"),
        (["http://localhost:1/x.yaml", "api/openapi.yaml", "--allow-network"], "is on a private network"),
    ],
)
def test_what_cannot_be_compared_is_told(repository: Path, arguments: list[str], rule: str) -> None:
    run = apivolve("breaking", *arguments, cwd=repository)

    assert (run.returncode, run.stdout) == (2, "")
    assert rule in run.stderr


def test_a_clone_without_history_says_what_to_fetch(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clone = tmp_path_factory.mktemp("clone")
    commit(repository, "topic")
    git(repository, "checkout", "-q", "main")
    git(clone, "clone", "-q", "--depth=1", "--branch=topic", f"file://{repository}", ".")
    run = apivolve("breaking", "api/openapi.yaml", cwd=clone)

    assert run.returncode == 2
    assert "error[git-no-main-branch]" in run.stderr
    assert "git fetch origin main" in run.stderr


def test_outside_of_a_repository(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SPEC)
    run = apivolve("breaking", "a.yaml", cwd=tmp_path)

    assert run.returncode == 2
    assert "error[git-failed]" in run.stderr


# --- pairing ------------------------------------------------------------------------------------------------


def version(name: str, file: str, text: str) -> Api:
    return Api("s", name, "stable", (), (), sources=(Source(file, text, "text"),))


def pairs(before: list[Api], after: list[Api]) -> tuple[list[tuple[str, str]], list[str]]:
    found = paired(Service("s", tuple(before)), Service("s", tuple(after)))
    return [(old.version, new.version) for old, new in found.pairs], [one.message for one in found.problems]


def test_versions_are_paired_by_name_file_or_being_alone() -> None:
    one, two = version("1", "base:api/one.yaml", "a"), version("2", "base:api/two.yaml", "a")

    assert pairs([one, two], [version("1", "x.yaml", "b"), version("2", "y.yaml", "a")]) == ([("1", "1")], [])
    assert pairs([one, two], [version("3", "one.yaml", "b"), version("2", "y.yaml", "a")]) == (
        [("1", "3")],
        [],
    )
    assert pairs([one], [version("3", "z.yaml", "b")]) == ([("1", "3")], [])
    assert pairs([one, two], [version("2", "y.yaml", "a")]) == ([], ["s: api-version 1 is gone"])
    assert pairs([replace(one, stage="preview")], [])[1] == ["s: api-version 1 is gone"]


def test_a_pattern_in_git_is_a_version_each(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("2023-01-01", "2024-01-01"):
        (repository / "api" / name).mkdir()
        (repository / "api" / name / "shop.yaml").write_text(SPEC)
    commit(repository, "versions")
    monkeypatch.chdir(repository / "api")

    for pattern in ("HEAD:api/*/shop.yaml", "HEAD:./*/shop.yaml"):
        assert [one.version for one in load_service("s", pattern).versions] == ["2023-01-01", "2024-01-01"]


def test_two_equal_files_are_read_once_and_differ_in_nothing(repository: Path) -> None:
    (repository / "same.yaml").write_text(BROKEN)
    (repository / "broken.yaml").write_text("openapi: [")
    (repository / "broken_too.yaml").write_text("openapi: [")
    same = apivolve("diff", "api/openapi.yaml", "same.yaml", "-f", "json", cwd=repository)
    broken = apivolve("diff", "broken.yaml", "broken_too.yaml", cwd=repository)

    (one,) = json.loads(same.stdout)["comparisons"]
    assert (one["before"], one["after"], one["findings"]) == ("api/openapi.yaml", "same.yaml", [])
    assert broken.returncode == 2  # what cannot be read is never "no changes"
