"""The emitted tests see a fault that was put into what was generated, one of each kind that they once did not see.

`tests/sweep_mutants.py` puts many into all that a corpus has.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from apivolve.emit import emit, package_name, write_tree
from apivolve.load import load_api
from apivolve.model import Service
from conftest import CASES


class Fault(NamedTuple):
    """A text of a module, and what stands there instead."""

    before: str
    after: str
    module: str = "client"


FAULTS = {
    "error-union": Fault(
        '"default": {"application/json": models.MakeThingResponseDefault}',
        '"default": {"application/json": list[bool]}',
    ),
    "error-text": Fault('"400": {"text/plain": str}', '"418": {"text/plain": str}'),
    "job-done-at-once": Fault(
        '"201": {"application/json": models.Thing}', '"201": {"application/json": list[bool]}'
    ),
    "longer-than-a-test": Fault(
        '{"application/json": list[models.Deep]}', '{"application/json": list[bool]}'
    ),
    "type-of-a-part": Fault('"application/vnd.meta+json"', '"application/json"'),
    "list-in-a-form": Fault('style="form", explode=False', 'style="form", explode=True'),
    "reserved-characters": Fault(", allow_reserved=True", ""),
    "another-tag": Fault('("painted", models.Changed)', '("painted", models.Gone)', "webhooks"),
    "list-in-brackets": Fault('Query("expand", expand, style="deepObject")', 'Query("expand", expand)'),
    "job-led-elsewhere": Fault(
        '"303": {"application/json": models.Thing}', '"418": {"application/json": models.Thing}'
    ),
    "default-of-a-pattern": Fault('Query("fields", fields)', "*()"),
    "version-of-an-operation": Fault('"2020-01-01"', '"2024-01-01"'),
    "no-body": Fault('returns={"204": {}}', 'returns={"204": {"application/json": dict[str, bool]}}'),
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    api = load_api(CASES / "emit" / "answers" / "spec.yaml", service="answers")
    target = tmp_path_factory.mktemp("caught") / package_name("answers")
    write_tree(target, emit(Service("answers", (api,)), tool="test"))
    return target


def _run(target: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--tb=no", "-p", "no:cacheprovider", str(target)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_without_a_fault_they_pass(package: Path) -> None:
    run = _run(package)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_caught(package: Path, tmp_path: Path, name: str) -> None:
    fault = FAULTS[name]
    target = Path(shutil.copytree(package, tmp_path / package.name))
    (path,) = target.glob(f"answers/v*/{fault.module}.py")
    text = path.read_text(encoding="utf-8")
    assert text.count(fault.before) == 1, "there is another text now: put the fault in anew"
    path.write_text(text.replace(fault.before, fault.after), encoding="utf-8")
    run = _run(target)
    assert run.returncode == 1, run.stdout
