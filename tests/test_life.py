"""The life of a gate, in a repository: a break fails, a waiver lets it through, ends, and is not needed any more."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from test_against import BROKEN, commit, git
from test_cli import SPEC, apivolve

DAY = "--today=2030-01-15"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one service, generated and committed, and a branch."""
    git(tmp_path, "init", "-q")
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "openapi.yaml").write_text(SPEC)
    assert apivolve("init", cwd=tmp_path).returncode == 0
    assert apivolve("generate", "-q", cwd=tmp_path).returncode == 0
    commit(tmp_path, "init and generate")
    git(tmp_path, "checkout", "-qb", "topic")
    return tmp_path


def check(project: Path, *arguments: str, day: str = DAY) -> subprocess.CompletedProcess[str]:
    return apivolve("check", day, *arguments, cwd=project)


def write(project: Path, spec: str) -> None:
    (project / "specs" / "openapi.yaml").write_text(spec)
    assert apivolve("generate", "-q", cwd=project).returncode == 0


def waive_all(project: Path, until: str = "2030-01-31") -> None:
    report = json.loads(check(project, "-f", "json").stdout)
    found = [one["fingerprint"] for one in report["comparisons"][0]["findings"] if one["severity"] == "error"]
    told = ["--reason=nobody read it", f"--until={until}", "--owner=ann", DAY]
    run = apivolve("waive", *found, *told, cwd=project)
    assert run.returncode == 0, run.stderr


def test_the_whole_life(project: Path) -> None:
    clean = check(project)
    assert (clean.returncode, clean.stdout) == (0, "")
    assert "is up to date" in clean.stderr

    (project / "specs" / "openapi.yaml").write_text(BROKEN)
    stale = check(project)
    assert stale.returncode == 1
    assert "error[stale-output]" in stale.stdout
    assert "error[field-became-optional]" in stale.stdout

    write(project, BROKEN)
    broken = check(project, "-f", "github")
    errors = [line for line in broken.stdout.splitlines() if line.startswith("::error ")]
    assert broken.returncode == 1
    assert [re.findall(r"title=([a-z-]+)", line)[0] for line in errors] == [
        "field-became-optional",
        "attribute-became-optional",
    ]
    assert all("file=specs/openapi.yaml,line=15," in line for line in errors)

    waive_all(project)
    waived = check(project)
    assert (waived.returncode, waived.stdout.count("waived by ann until 2030-01-31: nobody read it")) == (
        0,
        2,
    )

    expired = check(project, day="--today=2030-02-01")
    assert expired.returncode == 1
    assert expired.stdout.count("apivolve-waivers.toml:3:1: error[waiver-expired]") == 1
    assert expired.stdout.count("error[waiver-expired]") == 2
    assert "error[field-became-optional]" in expired.stdout
    assert check(project, day="--today=2030-01-31").returncode == 0

    write(project, SPEC)
    unused = check(project)
    assert unused.returncode == 1
    assert unused.stdout.count("error[waiver-unused]") == 2
    assert "the waiver of field-became-optional for Thing.name is not needed" in unused.stdout


def test_a_waiver_that_has_landed_is_told_until_it_ends(project: Path) -> None:
    write(project, BROKEN)
    waive_all(project)
    commit(project, "a break")
    git(project, "checkout", "-q", "main")
    git(project, "merge", "-q", "topic")

    landed, later = check(project), check(project, day="--today=2030-02-01")
    assert (landed.returncode, landed.stdout.count("warning[waiver-landed]")) == (0, 2)
    assert (later.returncode, later.stdout.count("error[waiver-expired]")) == (1, 2)


def test_a_waiver_lets_nothing_else_through(project: Path) -> None:
    write(project, BROKEN)
    waive_all(project)
    path = project / "apivolve-waivers.toml"
    text = path.read_text()
    path.write_text(text.replace('subject = "Thing.name"', 'subject = "Thing.size"', 1))
    run = check(project)

    assert run.returncode == 1
    assert (
        "error[waiver-mismatch]: the waiver of field-became-optional for Thing.size has the fingerprint"
        in run.stdout
    )
    path.write_text(text)
    write(project, BROKEN.replace("type: object, properties: {name", "type: object, properties: {size"))
    assert "error[field-removed]" in check(project).stdout or check(project).returncode == 1


def test_waive_refuses_what_makes_no_sense(project: Path) -> None:
    write(project, BROKEN)
    waive_all(project)
    known = re.findall(r'fingerprint = "(\w+)"', (project / "apivolve-waivers.toml").read_text())[0]
    before = (project / "apivolve-waivers.toml").read_text()
    for arguments, rule in (
        (["000000000000", "--until=2030-01-31"], "unknown-fingerprint"),
        ([known, "--until=2030-01-01"], "waiver-expired"),
        ([known, "--until=2030-01-31"], "waived-already"),
        ([known, "--until=soon"], "does not match"),
    ):
        run = apivolve("waive", *arguments, "--reason=x", DAY, cwd=project)
        assert (run.returncode, rule in run.stderr) == (2, True), run.stderr
    assert (project / "apivolve-waivers.toml").read_text() == before


def test_waive_between_two_files(project: Path) -> None:
    (project / "old.yaml").write_text(SPEC)
    (project / "new.yaml").write_text(BROKEN)
    between = ("old.yaml", "new.yaml")
    report = json.loads(apivolve("breaking", *between, "-f", "json", cwd=project).stdout)
    found = [one["fingerprint"] for one in report["comparisons"][0]["findings"] if one["severity"] == "error"]
    run = apivolve(
        "waive", *found, "--between", *between, "--until=2030-01-31", "--reason=x", DAY, cwd=project
    )

    assert run.returncode == 0, run.stderr
    assert apivolve("breaking", *between, DAY, cwd=project).returncode == 0
    assert apivolve("breaking", *between, "--today=2031-01-01", cwd=project).returncode == 1


def test_a_repository_without_a_commit_has_no_base(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SPEC)
    git(tmp_path, "init", "-q")
    apivolve("generate", "a.yaml", "-q", cwd=tmp_path)
    run = apivolve("check", "a.yaml", cwd=tmp_path)

    assert run.returncode == 0
    assert "nothing to compare with" in run.stderr
    assert apivolve("check", "a.yaml", "--against", "main", cwd=tmp_path).returncode == 2


def test_the_base_of_the_configuration(project: Path) -> None:
    git(project, "tag", "v1")
    write(project, BROKEN)
    commit(project, "a break")
    git(project, "checkout", "-q", "main")
    git(project, "merge", "-q", "topic")
    with (project / "apivolve.toml").open("a") as file:
        file.write('\n[gate]\nbase = "v1"\n')

    assert check(project).returncode == 1
    assert check(project, "--against", "HEAD").returncode == 0
    assert apivolve("breaking", "specs/openapi.yaml", cwd=project).returncode == 1
    waive_all(project)
    assert check(project).returncode == 0


def test_a_second_check_reads_nothing(project: Path) -> None:
    memory = "nothing changed since the last check"
    first, second = check(project), check(project)
    assert (first.returncode, memory in first.stderr) == (0, False)
    assert (second.returncode, memory in second.stderr) == (0, True)
    assert git(project, "status", "--short") == ""
    assert json.loads(check(project, "-f", "json").stdout)["comparisons"] == []
    assert memory not in check(project, day="--today=2030-01-16").stderr


def test_another_commit_with_the_same_specifications_reads_nothing(project: Path) -> None:
    memory = "nothing changed since the last check"
    assert check(project).returncode == 0
    (project / "program.py").write_text("pass\n")
    commit(project, "code of the project's own")
    git(project, "branch", "-f", "main", "HEAD")
    assert memory in check(project).stderr

    old = (project / "specs" / "openapi.yaml").read_text()
    (project / "specs" / "openapi.yaml").write_text(old + "# a comment\n")
    commit(project, "the base is another one")
    git(project, "branch", "-f", "main", "HEAD")
    (project / "specs" / "openapi.yaml").write_text(old)
    assert memory not in check(project).stderr


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("specs/openapi.yaml", SPEC + "# a comment\n"),
        ("generated/specs/README.md", "mine"),
        ("apivolve.toml", "[gate]\nfail_on = 'info'\n[services.specs]\npath = 'specs'\n"),
        ("apivolve-waivers.toml", "# none\n"),
    ],
)
def test_whatever_changes_is_looked_at(project: Path, file: str, text: str) -> None:
    check(project)
    package = next((project / "generated").iterdir()).name
    (project / file.replace("generated/specs", f"generated/{package}")).write_text(text)

    assert "nothing changed since the last check" not in check(project).stderr


def test_a_check_that_was_not_clean_is_not_remembered(project: Path) -> None:
    write(project, BROKEN)
    assert [check(project).returncode, check(project).returncode] == [1, 1]
    assert "nothing changed since the last check" not in check(project).stderr


def test_a_project_may_want_the_gate_alone(project: Path) -> None:
    git(project, "rm", "-rq", "generated")
    run = check(project)
    assert (run.returncode, "error[stale-output]" in run.stdout) == (1, True)

    (project / "apivolve.toml").write_text("[services.specs]\npath = 'specs'\n")
    commit(project, "the gate alone")
    assert (check(project).returncode, check(project).stdout) == (0, "")
    (project / "specs" / "openapi.yaml").write_text(BROKEN)
    broken = check(project)
    assert (broken.returncode, "error[field-became-optional]" in broken.stdout) == (1, True)
    assert "stale-output" not in broken.stdout
    assert not (project / "generated").exists()


def test_stale_output_fails_whatever_breaks_may_weigh(project: Path) -> None:
    with (project / "apivolve.toml").open("a") as file:
        file.write('\n[gate]\nfail_on = "none"\n')
    (project / "specs" / "openapi.yaml").write_text(BROKEN)
    stale = check(project)
    assert apivolve("generate", "-q", cwd=project).returncode == 0

    assert (stale.returncode, check(project).returncode) == (1, 0)


def test_a_second_run_of_generate_reads_nothing(project: Path) -> None:
    memory = "nothing changed since the last run"
    (project / "specs" / "openapi.yaml").write_text(SPEC + "# a comment\n")
    first, second = (apivolve("generate", cwd=project) for _ in range(2))
    assert [memory in run.stderr for run in (first, second)] == [False, True]

    (package,) = (project / "generated").iterdir()
    (package / "README.md").unlink()
    assert memory not in apivolve("generate", cwd=project).stderr
    assert (package / "README.md").is_file()
    (project / "specs" / "openapi.yaml").write_text(BROKEN)
    assert memory not in apivolve("generate", cwd=project).stderr
    assert apivolve("generate", "--check", cwd=project).stderr.count("is up to date") == 1
