"""The user's own code beside generated code: taken up, typed, never touched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from apivolve.emit import compare_tree, emit, write_tree
from apivolve.errors import UsageError
from apivolve.load import load_api
from apivolve.model import Service
from conftest import CASES, ROOT

SPEC = CASES / "readme" / "museum" / "spec.yaml"
OF_A_VERSION = '''"""Ours."""

from __future__ import annotations

from functools import cached_property

from . import client, models, resources

__all__ = ["Client", "Events", "first_day"]


class Events(resources.EventsResource):
    def names(self) -> list[str]:
        return [str(one.name) for one in self.list_special_events()]


class Client(client.Client):
    @cached_property
    def events(self) -> Events:
        return Events(self)

    def hours(self) -> list[models.MuseumDailyHours]:
        return self.operations.get_museum_hours()


def first_day(client: Client) -> models.MuseumDailyHours:
    return client.hours()[0]
'''
OF_THE_PACKAGE = '__all__ = ("HOME",)\n\nHOME: str = "Musée"\n'
USE = """
from museum import HOME, BasicAuth, connect
from museum.latest import first_day
from museum.v1_2_1 import AsyncClient, Client, Events

client = connect(credential=BasicAuth("user", "password"))
same: Client = client
events: Events = client.events
home: str = HOME
assert type(client) is Client and type(events) is Events
assert AsyncClient.__module__ == "museum.v1_2_1.client"
assert first_day.__module__ == Client.__module__ == "museum.v1_2_1._patch"
"""


def service() -> Service:
    return Service("museum", (load_api(SPEC, service="museum"),))


def written(folder: Path) -> None:
    write_tree(folder, emit(service(), tool="test", folder=folder))


@pytest.fixture
def sdk(tmp_path: Path) -> Path:
    """A package with code of the user's, generated again since that was written."""
    written(tmp_path / "sdk")
    (tmp_path / "sdk" / "museum" / "_patch.py").write_text(OF_THE_PACKAGE, encoding="utf-8")
    (tmp_path / "sdk" / "museum" / "v1_2_1" / "_patch.py").write_text(OF_A_VERSION, encoding="utf-8")
    written(tmp_path / "sdk")
    return tmp_path / "sdk"


def run(sdk: Path, *command: str) -> str:
    ran = subprocess.run(
        [sys.executable, *command],
        cwd=sdk,
        env={**os.environ, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_own_code_stands_for_ours_and_is_added(sdk: Path) -> None:
    run(sdk, "-c", USE)


def test_own_code_is_left_as_it_is_and_belongs_to_nobody_else(sdk: Path) -> None:
    owned = json.loads((sdk / "apivolve.lock").read_text())["files"]

    assert (sdk / "museum" / "_patch.py").read_text(encoding="utf-8") == OF_THE_PACKAGE
    assert (sdk / "museum" / "v1_2_1" / "_patch.py").read_text(encoding="utf-8") == OF_A_VERSION
    assert not any(path.endswith("_patch.py") for path in owned)
    assert compare_tree(sdk, emit(service(), tool="test", folder=sdk)).clean


def test_what_is_no_longer_there_is_no_longer_named(sdk: Path) -> None:
    (sdk / "museum" / "_patch.py").unlink()
    (sdk / "museum" / "v1_2_1" / "_patch.py").unlink()
    written(sdk)

    assert not any("_patch" in path.read_text() for path in sdk.glob("museum/**/__init__.py"))
    run(sdk, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests")


@pytest.mark.slow
def test_own_code_is_typed(sdk: Path) -> None:
    (sdk / "use.py").write_text(USE)
    run(sdk, "-m", "mypy", "--strict", ".")
    run(sdk, "-m", "basedpyright", "--pythonpath", sys.executable)


def test_a_run_after_nothing_but_own_code_changed_takes_it_up(tmp_path: Path) -> None:
    command = ["-m", "apivolve", "generate", str(SPEC), "-o", str(tmp_path)]
    path = os.pathsep.join([str(ROOT / "generator")])
    for _ in range(2):
        subprocess.run([sys.executable, *command], env={**os.environ, "PYTHONPATH": path}, check=True)
    (package,) = (one for one in tmp_path.iterdir() if one.is_dir())
    (module,) = package.glob("*/v1_2_1")
    (module / "_patch.py").write_text("__all__ = ['extra']\nextra = 1\n")
    subprocess.run([sys.executable, *command], env={**os.environ, "PYTHONPATH": path}, check=True)

    assert "from ._patch import extra" in (module / "__init__.py").read_text()


@pytest.mark.parametrize(
    ("where", "text", "said"),
    [
        ("v1_2_1", "x = 1", "_patch.py: it does not say what the package has from it"),
        ("v1_2_1", "__all__ = [name for name in ()]", "_patch.py: it does not say what"),
        ("v1_2_1", '__all__ = ["not a name"]', "_patch.py: it does not say what"),
        ("v1_2_1", "x = 1\nclass", "_patch.py:2: this is no Python"),
        ("v1_2_1", '__all__ = ["models"]', "_patch.py: models is the package's own"),
        ("", '__all__ = ["connect"]', "_patch.py: connect is the package's own"),
    ],
)
def test_own_code_that_cannot_be_taken_up_is_refused(
    tmp_path: Path, where: str, text: str, said: str
) -> None:
    written(tmp_path)
    (tmp_path / "museum" / where / "_patch.py").write_text(text)

    with pytest.raises(UsageError) as caught:
        written(tmp_path)
    assert said in str(caught.value)
