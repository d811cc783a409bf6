"""A sample of hostile texts at places of a specification; `make sweep` takes more of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(ROOT / "generator"), str(ROOT / "tests")])
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


def test_hostile_texts_stay_texts() -> None:
    run = python(str(ROOT / "tests" / "sweep_hostile.py"), "100")

    assert (run.returncode, run.stdout, run.stderr) == (0, "100 cases, 0 wrong\n", "")


@pytest.mark.parametrize(
    ("does", "seen"),
    [
        ("os.system('true')", "os.system"),
        ("subprocess.run(['true'])", "subprocess.Popen"),
        ("socket.create_connection(('127.0.0.1', 9), 0.1)", "socket.connect"),
        ("open({outside!r}, 'w').close()", "writes "),
    ],
)
def test_the_watch_sees_what_must_not_happen(does: str, seen: str, tmp_path: Path) -> None:
    code = f"""
import contextlib, os, socket, subprocess, sweep_hostile
sweep_hostile.prepare()
def run(spec, scratch):
    with contextlib.suppress(OSError):
        {does.format(outside=str(tmp_path / "outside"))}
    return ""
sweep_hostile._run = run
print(sweep_hostile.faults(sweep_hostile.pairs(1)[0]))
"""
    run = python("-c", code)

    assert seen in run.stdout, run.stderr
