"""Hostile structure: each document is generated and its package imported, or it is refused with its place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests" / "hostile"))
import structures

ALL = dict(structures.cases())
CASES = [
    name
    for name in ALL
    if os.environ.get("APIVOLVE_ALL")
    or f"{name.removesuffix('-200')}-1000" not in ALL
    or name.endswith("-1000")
]
"""All, or of those that come in two sizes the larger."""
ALARM = 120
"""Seconds after which a run is called endless: a hundred times what the slowest takes here."""
USE = """
import importlib, pathlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
package = importlib.import_module(next(pathlib.Path(sys.argv[1]).glob("*/py.typed")).parent.name)
for one in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    module = importlib.import_module(one.name)
    for name in dir(module):
        getattr(module, name)
"""


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator"), "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=ALARM,
    )


@pytest.mark.parametrize("name", CASES)
def test_structure_costs_no_more_than_its_text(name: str, tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text(ALL[name])
    made = run("-m", "apivolve", "generate", "spec.json", "-o", "out", "-q", cwd=tmp_path)

    assert "internal error" not in made.stderr
    assert "Traceback" not in made.stderr
    assert made.returncode in (0, 2)
    if made.returncode:
        assert "spec.json:" in made.stderr
        assert not (tmp_path / "out").exists()
        return
    (package,) = (tmp_path / "out").iterdir()
    used = run("-c", USE, str(package), cwd=tmp_path)
    assert (used.returncode, used.stderr) == (0, "")
