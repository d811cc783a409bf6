"""What runs in CI: the pre-commit hooks, the GitHub Action and the GitLab template, run as they run there."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from conftest import ROOT
from test_against import BROKEN, git
from test_life import project, write

__all__ = ["project"]


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def shell(script: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script as the runners do, with `apivolve` on the path."""
    folder = cwd / ".git" / "bin"
    folder.mkdir(exist_ok=True)
    program = folder / "apivolve"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m apivolve "$@"\n')
    program.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT / "generator"), "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


# --- pre-commit ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hook", read(".pre-commit-hooks.yaml"), ids=lambda hook: hook["id"])
def test_a_hook_runs(hook: dict[str, Any], project: Path) -> None:
    assert hook["language"] == "python"
    assert not hook["pass_filenames"]
    assert re.search(hook["files"], "specs/openapi.yaml")
    assert shell(hook["entry"], project).returncode == 0

    (project / "specs" / "openapi.yaml").write_text(BROKEN)
    run = shell(hook["entry"], project)
    generates = hook["id"] == "apivolve-generate"
    assert run.returncode == (0 if generates else 1), run.stderr
    # pre-commit fails a hook that changed files
    assert ("generated/" in git(project, "status", "--short")) is generates


# --- GitHub -------------------------------------------------------------------------------------------------


def steps() -> dict[str, dict[str, Any]]:
    return {step["id"]: step for step in read("action.yml")["runs"]["steps"] if "id" in step}


def run_action(
    project: Path, tmp: Path, **inputs: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    tmp.mkdir()
    output, summary = tmp / "output", tmp / "summary.md"
    environment = {"ARGUMENTS": "", "AGAINST": "", **inputs}
    assert set(environment) == set(steps()["check"]["env"])
    run = shell(
        steps()["check"]["run"],
        project,
        RUNNER_TEMP=str(tmp),
        GITHUB_OUTPUT=str(output),
        GITHUB_STEP_SUMMARY=str(summary),
        **environment,
    )
    told = dict(line.split("=", 1) for line in output.read_text().splitlines())
    return run, {**told, "summary": summary.read_text() if summary.is_file() else ""}


def test_the_action_annotates_and_reports(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    tmp = tmp_path_factory.mktemp("runner")
    clean, _ = run_action(project, tmp / "clean")
    write(project, BROKEN)
    broken, told = run_action(project, tmp / "broken")

    assert clean.returncode == 0, clean.stderr
    assert broken.returncode == 1
    assert broken.stdout.startswith("::error file=specs/openapi.yaml,line=15")
    assert told["summary"].startswith("<!-- apivolve -->\n## 2 breaking changes")
    assert len(json.loads(Path(told["sarif"]).read_text())["runs"][0]["results"]) == 2
    assert Path(told["html"]).read_text().startswith("<!doctype html>")
    assert Path(told["markdown"]).read_text() == told["summary"]


def test_inputs_of_the_action_are_arguments_and_no_script(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tmp = tmp_path_factory.mktemp("runner")
    write(project, BROKEN)
    against, _ = run_action(project, tmp / "against", AGAINST="HEAD")
    evil, _ = run_action(
        project, tmp / "evil", AGAINST="$(touch owned); touch owned", ARGUMENTS="`touch owned`"
    )

    assert against.returncode == 1
    assert evil.returncode == 2
    assert not (project / "owned").exists()
    for step in steps().values():
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"


def test_the_action_comments_once(project: Path, tmp_path: Path) -> None:
    said = tmp_path / "said"
    program = project / ".git" / "bin" / "gh"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\necho "$@" > {shlex.quote(str(said))}\n')
    program.chmod(0o755)
    report = tmp_path / "report.md"
    report.write_text("x")
    run = shell(steps()["comment"]["run"], project, PULL_REQUEST="https://example.com/1", REPORT=str(report))

    assert run.returncode == 0
    assert (
        said.read_text()
        == f"pr comment https://example.com/1 --body-file {report} --edit-last --create-if-none\n"
    )
    assert shell(steps()["comment"]["run"], project, PULL_REQUEST="x", REPORT="").returncode == 0


def test_the_action_hands_on_what_it_says() -> None:
    action = read("action.yml")
    told = set(re.findall(r'echo "(\w+)=', steps()["check"]["run"]))
    used = re.findall(r"steps\.check\.outputs\.(\w+)", (ROOT / "action.yml").read_text(encoding="utf-8"))
    named = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text(encoding="utf-8")))

    assert set(used) <= told
    assert named == set(action["inputs"])
    assert steps()["install"]["run"] == 'python -m pip install --quiet "$GITHUB_ACTION_PATH"'


# --- GitLab -------------------------------------------------------------------------------------------------


def test_the_gitlab_job_reports(project: Path) -> None:
    job = read("ci/gitlab.yml")["apivolve"]
    script = "\n".join(job["script"])
    base = git(project, "rev-parse", "main")
    environment = {"APIVOLVE_SERVICES": "", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    clean = shell(script, project, **environment)
    write(project, BROKEN)
    broken = shell(script, project, **environment)
    reports = job["artifacts"]["reports"]

    assert clean.returncode == 0, clean.stderr
    assert broken.returncode == 1
    assert [one["check_name"] for one in json.loads((project / reports["codequality"]).read_text())] == [
        "field-became-optional",
        "attribute-became-optional",
    ]
    assert ElementTree.fromstring((project / reports["junit"]).read_text()).get("failures") == "2"
    assert all((project / path).is_file() for path in job["artifacts"]["paths"])
    assert shell(script, project, APIVOLVE_SERVICES="").returncode == 1
