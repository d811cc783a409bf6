"""The configuration: what it may say, where its faults are, and that it has an effect."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, strategies as st

from apivolve.config import config_schema, config_text, find_config
from apivolve.config.places import place_of
from apivolve.errors import LoadError, UsageError
from apivolve.load import load_service
from apivolve.source import Source
from test_cli import SPEC, apivolve


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "specs").mkdir()
    for version in ("2023-01-01", "2024-01-01"):
        (tmp_path / "specs" / f"{version}.yaml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def faults(text: str) -> list[str]:
    Path("apivolve.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        find_config()
    return [
        problem.headline() + (f" ({problem.help})" if problem.help else "")
        for problem in caught.value.problems
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("outptu = 'x'", "1:1: error[unknown-key]: 'outptu' has no meaning here (did you mean output?)"),
        (
            "[services.a]\npath = 'x'\n\n# then\nrename = {}",
            "5:1: error[unknown-key]: 'rename' has no meaning here (known here: path, tags, versions, methods, models, pages, tests)",
        ),
        (
            "[services]\na.pth = 'x'",
            "2:3: error[unknown-key]: 'pth' has no meaning here (did you mean path?)",
        ),
        ("output = [\n1,\n2]", "1:1: error[wrong-type]: output must be a text, not an array"),
        ("[services.a]\npath = ''", "2:1: error[empty]: path is empty"),
        ("[services.'1']\npath = 'x'", "1:11: error[bad-name]: '1' is no name of a service"),
        (
            "[services.a]\npath = 'x'\ntags = true",
            "3:1: error[wrong-type]: tags must be a text, not a boolean",
        ),
        (
            "[services.a.versions]\n1 = {path = 'x', stage = 'stabel'}",
            "2:18: error[unknown-value]: stage must be stable or preview, not 'stabel' (did you mean stable?)",
        ),
        ("[services.a.versions]\n1 = {stage = 'stable'}", "2:1: error[missing-key]: 1 needs `path`"),
        ("a = [", "1:6: error[invalid-toml]: not TOML: Invalid value"),
        ("output = 'x'\noutput = 'y'", "2:13: error[invalid-toml]: not TOML: Cannot overwrite a value"),
    ],
)
def test_a_fault_is_told_with_its_place(project: Path, text: str, told: str) -> None:
    assert faults(text) == [f"apivolve.toml:{told}"]


def test_all_faults_are_told_in_their_order(project: Path) -> None:
    text = "x = 1\n[services.a]\npath = 'p'\nversions = {1 = 'q'}\n[services.b]\ntags = 'v*'\n"

    assert [line.partition(" (")[0] for line in faults(text)] == [
        "apivolve.toml:1:1: error[unknown-key]: 'x' has no meaning here",
        "apivolve.toml:2:11: error[path-or-versions]: a has both `path` and `versions`",
        "apivolve.toml:5:11: error[path-or-versions]: b needs `path`, or a table `versions`",
        "apivolve.toml:5:11: error[tags-without-path]: b has `tags`, which need `path`: that in the tag",
    ]


def test_the_place_in_pyproject(project: Path) -> None:
    Path("pyproject.toml").write_text("[project]\noutput = 1\n[tool.apivolve]\nouput = 'x'\n")
    with pytest.raises(UsageError) as caught:
        find_config()

    assert str(caught.value.problems[0].at) == "pyproject.toml:4:1"


NAMES = st.text(st.sampled_from("ab-1\u00e9 ."), min_size=1, max_size=4)


@given(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=4, unique_by=lambda pair: pair[0]))
def test_every_member_is_found_where_it_is_written(pairs: list[tuple[str, str]]) -> None:
    lines: list[str] = []
    for table, name in pairs:
        lines += ["# a comment", f'[services."{table}"]', f'"{name}" = """', "text", '"""']
    source = Source("x.toml", "\n".join(lines), "text")

    for index, (table, name) in enumerate(pairs):
        assert place_of(source, ["services", table]).position == (5 * index + 2, 11)
        assert place_of(source, ["services", table, name]).position == (5 * index + 3, 1)


def test_the_nearest_configuration_counts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "pyproject.toml").write_text("[tool.apivolve]\noutput = 'from-pyproject'\n")
    (project / "a" / "b").mkdir(parents=True)
    (project / "a" / "pyproject.toml").write_text("[project]\n")
    monkeypatch.chdir(project / "a" / "b")
    above = find_config()
    (project / "a" / "apivolve.toml").write_text("output = 'near'\n")
    near = find_config()

    assert above is not None
    assert above.output == Path("../../from-pyproject")
    assert near is not None
    assert near.output == Path("../near")


def test_a_configuration_above_the_repository_is_another_projects(project: Path) -> None:
    (project / "apivolve.toml").write_text("output = 'x'\n")
    inner = project / "inner"
    (inner / ".git").mkdir(parents=True)

    assert find_config(inner) is None


def test_commands_use_the_configuration(project: Path) -> None:
    (project / "apivolve.toml").write_text("output = 'sdk'\n[services.my-things]\npath = 'specs'\n")
    below = project / "below"
    below.mkdir()
    generated = apivolve("generate", "-q", cwd=below)
    checked = apivolve("check", "my-things", cwd=project)
    shown = apivolve("inspect", "--format", "text", cwd=below)

    assert (generated.returncode, generated.stderr) == (0, "")
    assert (project / "sdk/my_things/my_things/v2023_01_01/client.py").is_file()
    assert (checked.returncode, checked.stdout) == (0, "")
    assert checked.stderr.startswith("sdk/my_things is up to date\n")
    assert shown.stdout.startswith("my-things: Small\n")


def test_a_table_orders_and_names_the_versions(project: Path) -> None:
    (project / "apivolve.toml").write_text(
        "[services.s.versions]\nnew = 'specs/2024-01-01.yaml'\nold = {path = 'specs/2023-01-01.yaml', stage = 'preview'}\n"
    )
    run = apivolve("inspect", cwd=project)

    assert [line.split()[:2] for line in run.stdout.splitlines()[2:4]] == [
        ["new", "stable"],
        ["old", "preview"],
    ]


def test_a_pattern_is_a_version_each(project: Path) -> None:
    service = load_service("s", "specs/*.yaml")

    assert [(api.service, api.version) for api in service.versions] == [
        ("s", "2023-01-01"),
        ("s", "2024-01-01"),
    ]
    for pattern, rule in (("specs/*.json", "no-spec"), ("spec[s]/../*/*.yaml", "")):
        if rule:
            with pytest.raises(LoadError) as caught:
                load_service("s", pattern)
            assert caught.value.problems[0].rule == rule
        else:
            assert len(load_service("s", pattern).versions) == 2


def test_init_writes_what_is_found(project: Path) -> None:
    written = apivolve("init", cwd=project)
    again = apivolve("init", cwd=project)
    text = (project / "apivolve.toml").read_text()
    shown = apivolve("inspect", cwd=project)

    assert (written.returncode, written.stderr) == (0, "apivolve.toml: 1 service\n")
    assert (again.returncode, "error[config-exists]" in again.stderr) == (2, True)
    assert apivolve("init", "--force", cwd=project).returncode == 0
    assert '# 2 api-versions, 2023-01-01 to 2024-01-01\npath = "specs"\n' in text
    jsonschema.validate(tomllib.loads(text), config_schema())
    assert shown.stdout.startswith(f"{project.name}: Small\n")


@given(st.text(min_size=1), st.text(min_size=1), st.lists(st.text(), max_size=3))
def test_what_init_writes_is_read(name: str, path: str, versions: list[str]) -> None:
    content = tomllib.loads(config_text([(name, path, versions)]))

    assert content["services"] == {name: {"path": path}}


def test_init_without_a_specification(tmp_path: Path) -> None:
    run = apivolve("init", cwd=tmp_path)

    assert run.returncode == 2
    assert "error[no-spec]" in run.stderr
    assert not (tmp_path / "apivolve.toml").exists()
