"""Which versions there are: their order, and the layouts they are found in. A case is a folder: `tree.txt` lists the files
of a project, `found.txt` what is found in it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from apivolve.errors import LoadError
from apivolve.load import Entry, load_api, load_services, load_table, tagged
from apivolve.load.versions import services_in, stage_of, version_in, version_key, versions_in, versions_of
from conftest import cases
from test_cli import apivolve

# --- names -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "versions",
    [
        "2023-03-15-preview 2023-05-15 2024-02-01 2024-02-15-preview",
        "2024-06-01-preview 2024-06-01",
        "2020-07-20-preview2 2021-02-22-preview1 2021-03-07 2021-03-31-preview1",
        "1.0 2022-11-01-preview 2023-10-01",
        "v1alpha1 v1alpha2 v1alpha10 v1beta1 v1beta2 v1 v2 v40 v100",
        "7.2-preview 7.2 7.6-preview.1 7.6-preview.2 7.6 7.10",
        "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.9.0 1.10.0",
        "v0.0.0-alpha.46 v0.4.0-alpha.1 v0.6.0-alpha.1.pre.1 v0.7.0-alpha.0 v0.7.0",
        "1.0a1 1.0b1 1.0rc1 1.0 1.0.1",
        "2019-08-01.10.0 2024-02-01.19.0 2024-07-01.20.0 2024-07-02",
        "20230101 2023-02-01 2023.03.01 20240101",
        "2.18 2.19 3.0 3.2-head latest",
        "2018-07-27 2018-07-27b 2018-08-23",
        "2023-07-12-018905ddf 2023-07-12-e994b93c8 2024-09-12-cc91e0997 2025-xx-xx-036f40b37",
        "drs-1.0.0 drs-1.1.0-rc1 drs-1.1.0",
        "1.0.0-rc.1 1.0 1.0.1",
        "2023-01-01-privatepreview 2023-01-01",
    ],
)
def test_versions_are_ordered_by_what_they_mean(versions: str) -> None:
    expected = versions.split()

    assert sorted([*expected[1::2], *expected[::2]], key=version_key) == expected
    assert sorted([*expected[::2][::-1], *expected[1::2]], key=version_key) == expected


NAMES = st.one_of(
    st.from_regex(
        r"\Av?[0-9]{1,4}([.-][0-9]{1,2}){0,3}((-|\.)?(alpha|beta|preview|rc|x|[0-9a-f]{9}))?(\.?[0-9]{1,2})?\Z"
    ),
    st.text(st.characters(codec="utf-8"), max_size=12),
)


@given(st.lists(NAMES, unique=True).flatmap(lambda names: st.tuples(st.just(names), st.permutations(names))))
def test_the_order_is_total(lists: tuple[list[str], list[str]]) -> None:
    names, shuffled = lists

    assert sorted(names, key=version_key) == sorted(shuffled, key=version_key)
    assert len({version_key(name) for name in names}) == len(names)


@given(
    st.from_regex(r"\A(v?[0-9]{1,3}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]\.[0-9])\Z"),
    st.sampled_from(["-preview", "-preview.3", "-alpha", "-beta.1", "-rc1", "-PREVIEW"]),
)
def test_a_preview_comes_before_its_release(release: str, suffix: str) -> None:
    assert version_key(release + suffix) < version_key(release)
    assert (stage_of(release + suffix), stage_of(release)) == ("preview", "stable")


@pytest.mark.parametrize(
    ("version", "stage"),
    [
        ("v1beta1", "preview"),
        ("1.0.0-rc1", "preview"),
        ("2024-01-01-alpha", "preview"),
        ("2021-04-30-Preview", "preview"),
        ("1.0b2", "preview"),
        ("next", "preview"),
        ("betamax-1.0", "stable"),
        ("2018-07-27b", "stable"),
        ("v1.5.1-660c2a2", "stable"),
        ("source-2.0", "stable"),
    ],
)
def test_the_stage_is_in_the_name(version: str, stage: str) -> None:
    assert stage_of(version) == stage


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("spec_2024-01-15", "2024-01-15"),
        ("openapi-1.2", "1.2"),
        ("public.v2", "v2"),
        ("v1beta1", "v1beta1"),
        ("2024-06-01-preview", "2024-06-01-preview"),
        ("release/7.6-preview.2", "7.6-preview.2"),
        ("2025-xx-xx-036f40b37", "2025-xx-xx-036f40b37"),
        ("spec3", None),
        ("oauth2", None),
        ("openapi", None),
    ],
)
def test_the_version_in_a_name(name: str, version: str | None) -> None:
    assert version_in(name) == version


def test_what_all_names_end_in_is_no_part_of_the_version() -> None:
    assert versions_in(["v1.openapi", "v2.openapi"]) == ["v1", "v2"]
    assert versions_in(["api-v1-preview", "api-v2-preview"]) == ["v1-preview", "v2-preview"]
    assert versions_in(["v1", "common"]) is None
    assert versions_in(["a-v1", "b-v1"]) is None


# --- layouts ---------------------------------------------------------------------------------------------


def lay_out(listed: str, folder: Path) -> None:
    """Make the files of a list: `.part.yaml` is no root document, `types.json` has no operations."""
    for name in listed.split():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith((".md", ".part.yaml", "package.json", "log.json")) or (
            "/examples/" in name and name.endswith(".json")
        ):
            text = "{}"
        elif name.endswith("types.json"):
            text = '{"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": {}}'
        elif name.endswith(".json"):
            text = '{"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {}}}'
        else:
            text = "openapi: 3.1.0\ninfo: {title: t, version: own}\npaths: {/a: {}}\n"
        file.write_text(text)


def found(folder: Path) -> Iterator[str]:
    for name, inner in services_in(folder):
        yield name
        for item in versions_of(inner):
            stage = f" {item.stage}" if item.stage else ""
            yield f"    {item.version}{stage}"
            yield from (f"        {file.as_posix()}" for file in item.files)


@pytest.mark.parametrize("case", cases("versions"))
def test_layouts(
    case: Path, golden: Callable[[Path, str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    lay_out((case / "tree.txt").read_text(), Path())
    try:
        lines = list(found(Path()))
    except LoadError as error:
        lines = [problem.render() for problem in error.problems]

    golden(case / "found.txt", "\n".join(lines) + "\n")


def test_the_folder_says_the_stage(tmp_path: Path) -> None:
    lay_out("svc/preview/2019-07-01/a.json svc/stable/2018-01-01/a.json", tmp_path)
    (service,) = load_services(tmp_path / "svc")

    assert [(api.version, api.stage) for api in service.versions] == [
        ("2018-01-01", "stable"),
        ("2019-07-01", "preview"),
    ]
    assert load_api(tmp_path / "svc/preview/2019-07-01/a.json").stage == "preview"
    assert load_api(tmp_path / "svc/preview/2019-07-01").version == "2019-07-01"


def test_links_to_a_folder_above_have_an_end(tmp_path: Path) -> None:
    lay_out("v1/a/openapi.yaml", tmp_path)
    for name in ("one", "two", "three"):
        (tmp_path / "v1" / name).symlink_to(tmp_path)
    (service,) = load_services(tmp_path)

    assert [api.version for api in service.versions] == ["v1"]


# --- git -------------------------------------------------------------------------------------------------

SPEC = """\
openapi: 3.1.0
info: {title: T, version: own}
paths:
  /a:
    get:
      responses:
        "200":
          description: x
          content: {application/json: {schema: {$ref: "../shared/thing.yaml#/Thing"}}}
"""


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two tagged states of a specification in two files, and none of them in the working tree."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    folder = tmp_path / "repository"
    (folder / "api").mkdir(parents=True)
    (folder / "shared").mkdir()
    git(folder, "init", "-q")
    for tag, kind in (("v1.0", "string"), ("v1.1-rc.1", "integer")):
        (folder / "api/openapi.yaml").write_text(SPEC)
        (folder / "shared/thing.yaml").write_text(
            f"Thing: {{type: object, properties: {{a: {{type: {kind}}}}}}}\n"
        )
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", tag)
        git(folder, "tag", tag)
    git(folder, "rm", "-rq", ".")
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_version_in_git_is_read_whole(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api = load_api("repository@v1.0:api/openapi.yaml")
    monkeypatch.chdir(repository)
    inside = load_api("v1.0:api/openapi.yaml")
    (service,) = load_services("v1.0:api")

    assert [source.path for source in api.sources] == [
        "repository@v1.0:api/openapi.yaml",
        "repository@v1.0:shared/thing.yaml",
    ]
    assert str(inside.models[0].at) == "v1.0:shared/thing.yaml:1:1"
    assert inside.models == service.versions[0].models
    assert not list(repository.glob("*.yaml"))


def test_a_path_from_this_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "api").mkdir(exist_ok=True)
    monkeypatch.chdir(repository / "api")

    assert load_api("v1.0:./openapi.yaml").models


def test_each_tag_is_a_version(repository: Path) -> None:
    entries = tagged("v*", "api/openapi.yaml", Path("repository"))
    again = tagged("v*", "repository@api/openapi.yaml", Path())
    service = load_table("things", entries)

    assert entries == again
    assert [entry.version for entry in entries] == ["v1.0", "v1.1-rc.1"]
    assert [(api.service, api.version, api.stage) for api in service.versions] == [
        ("things", "v1.0", "stable"),
        ("things", "v1.1-rc.1", "preview"),
    ]
    assert service.versions[0].models != service.versions[1].models


def test_tags_of_the_configuration(repository: Path) -> None:
    (repository / "below").mkdir()
    (repository / "apivolve.toml").write_text(
        "[services.things]\ntags = 'v*'\npath = 'api/openapi.yaml'\n[services.old.versions]\n1 = 'v1.0:./api'\n"
    )
    for folder in (repository, repository / "below"):
        run = apivolve("inspect", cwd=folder)
        lines = [line.split()[:2] for line in run.stdout.splitlines()]

        assert run.stderr == ""
        assert ["v1.0", "stable"] in lines
        assert ["v1.1-rc.1", "preview"] in lines
        assert ["1", "stable"] in lines


def test_without_a_tag_that_matches(repository: Path) -> None:
    with pytest.raises(LoadError) as caught:
        tagged("w*", "api", Path("repository"))

    assert [problem.rule for problem in caught.value.problems] == ["git-no-tag"]


def test_a_table_names_versions_and_stages(repository: Path) -> None:
    table = [
        Entry("2", "repository@v1.1-rc.1:api/openapi.yaml", "stable"),
        Entry("1", "repository@v1.0:api"),
    ]

    assert [(api.version, api.stage) for api in load_table("t", table).versions] == [
        ("2", "stable"),
        ("1", "stable"),
    ]


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("repository@v9:api/openapi.yaml", "git-unknown-ref"),
        ("repository@v1.0:api/openapi.yml", "git-no-path"),
        ("repository@--output=x:api/openapi.yaml", "git-bad-ref"),
        ("nowhere@v1.0:api/openapi.yaml", "git-no-repository"),
        ("repository@v1.0:shared/thing.yaml", "not-openapi"),
        ("repository@v1.0:shared", "no-spec"),
        ("https://example.com/openapi.yaml", "file-not-found"),
    ],
)
def test_what_is_not_in_git_is_told(repository: Path, path: str, rule: str) -> None:
    with pytest.raises(LoadError) as caught:
        load_api(path)

    assert [problem.rule for problem in caught.value.problems] == [rule]
    assert "apivolve-" not in caught.value.problems[0].render()


def test_references_stay_in_the_tag(repository: Path) -> None:
    (repository / "api").mkdir()
    (repository / "api/openapi.yaml").write_text(SPEC.replace("../shared", "../../outside"))
    (repository.parent / "outside").mkdir()
    (repository.parent / "outside/thing.yaml").write_text("Thing: {type: object}\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "x")
    with pytest.raises(LoadError) as caught:
        load_api("repository@HEAD:api/openapi.yaml")

    assert [problem.rule for problem in caught.value.problems] == ["ref-outside"]


def test_links_of_a_tree_are_not_followed(repository: Path) -> None:
    (repository / "secret.yaml").write_text(SPEC)
    (repository / "link.yaml").symlink_to(repository / "secret.yaml")
    git(repository, "add", "link.yaml")
    git(repository, "commit", "-qm", "x")
    with pytest.raises(LoadError) as caught:
        load_api("repository@HEAD:link.yaml")

    assert [problem.rule for problem in caught.value.problems] == ["git-no-path"]


def test_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LoadError) as caught:
        load_api("repository@v1.0:api/openapi.yaml")

    assert [problem.rule for problem in caught.value.problems] == ["git-missing"]
