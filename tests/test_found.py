"""Documents that broke something once, found by `sweep_fuzz.py`: each is generated and compared, or refused with its place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import CASES, ROOT

FOUND = CASES / "found"
CODE = "import sweep_fuzz, sys, pathlib; before, after = map(pathlib.Path, sys.argv[1:]); sweep_fuzz.sweep_hostile.prepare(); "
CODE += "print(sweep_fuzz.faults_of(before.read_bytes(), after.read_bytes(), after.suffix))"


@pytest.mark.parametrize("number", sorted(path.stem for path in FOUND.glob("*.json") if "-" not in path.stem))
def test_what_was_found_is_found_no_more(number: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", CODE, str(FOUND / f"{number}-before.json"), str(FOUND / f"{number}.json")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "generator"), str(ROOT / "tests")])},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.stdout.strip(), run.returncode) == ("[]", 0), run.stderr
