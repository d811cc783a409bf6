"""The wheel: it has every template, and run elsewhere it writes the very same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # built from this tree with the pinned hatchling that is installed: no network
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_has_every_template(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {
            name.removeprefix("apivolve/templates/")
            for name in archive.namelist()
            if name.startswith("apivolve/templates/")
        }
    here = {
        path.relative_to(ROOT / "templates").as_posix()
        for path in (ROOT / "templates").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert packed == here


def test_the_installed_wheel_writes_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        "PYTHONPATH": str(tmp_path / "site")
    }
    where = subprocess.run(
        [sys.executable, "-c", "import apivolve; print(apivolve.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.strip() == str(tmp_path / "site" / "apivolve" / "__init__.py")

    subprocess.run(
        [sys.executable, "-m", "apivolve", "generate", "-q", "-o", "out"],
        cwd=tmp_path,
        env=environment,
        check=True,
    )
    made = {
        path.relative_to(tmp_path / "out"): path.read_bytes()
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }
    committed = subprocess.run(
        ["git", "ls-files", "generated"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert made == {Path(path).relative_to("generated"): (ROOT / path).read_bytes() for path in committed}
