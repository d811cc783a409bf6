"""What the documents show is what happens."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from apivolve.cli import commands
from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n\$ (.*?)\n(.*?)```", README, re.DOTALL)
BROKEN = '{"openapi": "3.1.0",\n "info" {}}'


def everything(command: click.Command) -> list[click.Command]:
    if not isinstance(command, click.Group):
        return [command]
    context = click.Context(command)
    inner = [command.get_command(context, name) for name in command.list_commands(context)]
    return [command, *(one for child in inner if child is not None for one in everything(child))]


@pytest.mark.parametrize(("line", "shown"), CONSOLE, ids=[line for line, _ in CONSOLE])
def test_the_readme_shows_real_output(line: str, shown: str, tmp_path: Path) -> None:
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    (tmp_path / "broken.json").write_text(BROKEN)
    if "check" in line:
        (tmp_path / "generated").symlink_to(ROOT / "generated")
    program, *arguments = shlex.split(line)
    assert program == "apivolve"
    run = subprocess.run(
        [sys.executable, "-m", "apivolve", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "generator")},
        capture_output=True,
        text=True,
        check=False,
    )

    rest = run.stdout + run.stderr
    for part in filter(None, shown.split("…\n")):
        assert part in rest
        rest = rest.partition(part)[2]


def test_the_readme_opens_with_the_two_commands() -> None:
    assert README.startswith("# apivolve\n\n```\nmake demo ")
    assert "\nmake test " in README.partition("```\n\n")[0]


@pytest.mark.parametrize("command", everything(commands), ids=lambda command: str(command.name))
def test_every_command_and_option_has_help_and_is_in_the_readme(command: click.Command) -> None:
    assert command.help
    if command is not commands:
        assert f"apivolve {command.name}" in README
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not isinstance(parameter.type, click.types.BoolParamType):
            assert parameter.help, f"{command.name} {parameter.name}"


def test_the_grammar_of_change_logs_is_where_the_message_says() -> None:
    assert (ROOT / "docs" / "change-log.md").is_file()


def test_nothing_speaks_of_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if name.startswith(("generated/", "specs/")) or not path.is_file():
            continue
        assert (
            not re.search(r"/(?:root|home)/\w|/work/", path.read_text(encoding="utf-8", errors="replace"))
            or name == "tests/test_docs.py"
        )
