"""Several versions in one package: what is the same is the same object, and what a version lacks it has not got.

A case is a folder of api-versions, generated into a temporary folder.
"""

from __future__ import annotations

import datetime
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import get_type_hints

import pytest

from apivolve.emit import compare_tree, emit, package_name, write_tree
from apivolve.errors import UsageError
from apivolve.load import load_services
from apivolve.model import Service
from conftest import CASES, ROOT, cases

SERVICES = cases("sharing")


def load(name: str) -> Service:
    (service,) = load_services(CASES / "sharing" / name)
    return service


def run(*command: str, cwd: Path, seed: str = "0") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator"), "PYTHONHASHSEED": seed}
    return subprocess.run(
        [sys.executable, *command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package of each case."""
    folder = tmp_path_factory.mktemp("packages")
    for case in (CASES / "sharing").iterdir():
        write_tree(folder / case.name, emit(load(case.name), tool="t"))
    return folder


@pytest.fixture
def pets(packages: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(packages / "pets"))
    return importlib.import_module("pets")


def test_what_reads_a_webhook_is_shared_while_its_payload_is_the_same(
    packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(packages / "orders"))
    orders = importlib.import_module("orders")
    old, new = orders.v2024_01_01.webhooks, orders.v2024_06_01.webhooks

    assert old.parse_order_created is new.parse_order_created
    assert old.parse_order_paid is not new.parse_order_paid
    assert old.parse is not new.parse
    assert orders.latest.webhooks is new
    event = new.parse('{"type": "order.paid", "by": "me"}', strict=True)
    assert type(event) is new.models.Paid
    assert type(old.parse('{"type": "order.created", "id": "1"}')) is new.models.Created


def test_models_are_shared_recursive_ones_included(pets: ModuleType) -> None:
    old, preview, new = pets.v2023_01_01.models, pets.v2023_06_01_preview.models, pets.v2024_01_01.models

    for name in ("Pet", "Owner", "Problem"):
        assert getattr(old, name) is getattr(preview, name) is getattr(new, name)
    assert old.Visit is preview.Visit is not new.Visit
    assert old.Tag is preview.Tag
    assert not hasattr(new, "Tag")
    assert "Tag" not in dir(new)


def test_a_group_is_shared_or_derived_or_has_its_methods_one_by_one(pets: ModuleType) -> None:
    old, preview, new = pets.v2023_01_01, pets.v2023_06_01_preview, pets.v2024_01_01

    assert preview.resources.VisitsResource is old.resources.VisitsResource
    assert issubclass(preview.resources.PetsResource, old.resources.PetsResource)
    assert new.resources.PetsResource is preview.resources.PetsResource
    assert new.resources.PetsResource.get is old.resources.PetsResource.get
    assert new.resources.VisitsResource.list is not old.resources.VisitsResource.list
    assert issubclass(preview.Client, old.Client)
    assert not issubclass(new.Client, old.Client)
    assert not hasattr(old.resources.PetsResource, "delete")
    assert not hasattr(new.Client, "tags")


def test_a_client_speaks_its_own_version_with_the_methods_of_another(pets: ModuleType) -> None:
    httpx2 = importlib.import_module("httpx2")
    asked: list[str] = []

    def answer(request: object) -> object:
        asked.append(str(getattr(request, "url", "")))
        return httpx2.Response(200, json=[])

    for version in pets.ApiVersion:
        http_client = httpx2.Client(transport=httpx2.MockTransport(answer))
        pets.connect(api_version=version, credential="k", region="us", http_client=http_client).pets.list()

    assert asked == [f"https://us.example.com/pets?api-version={version}" for version in pets.ApiVersion]


def test_a_version_loads_what_it_needs_when_it_needs_it(packages: Path) -> None:
    program = (
        "import sys\n"
        "from pets import connect\n"
        "def loaded(): return sorted(name for name in sys.modules if name.startswith('pets.v'))\n"
        "client = connect(credential='k')\n"
        "print(*loaded())\n"
        "from pets.latest import models\n"
        "models.Visit\n"
        "print(*loaded())\n"
    )
    shown = run("-c", program, cwd=packages / "pets").stdout.splitlines()

    before, after = (set(line.split()) for line in shown)
    assert not any("_models" in name or "2023" in name for name in before)
    assert after - before == {"pets.v2024_01_01._models", "pets.v2024_01_01._models.visits"}


def test_what_a_member_of_a_class_hides_is_known_at_run_time_too(
    packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(packages / "hidden"))
    hidden = importlib.import_module("hidden")
    for version in (hidden.v1, hidden.v2, hidden.v3):
        many = list[version.models.Model_]
        for prefix in ("", "Async"):
            client = getattr(version, f"{prefix}Client")
            models = getattr(version.resources, f"{prefix}ModelsResource")
            assert get_type_hints(client.list)["return"] == many
            assert get_type_hints(client.models.func)["return"] is models
            assert get_type_hints(models.list)["return"] == many
            assert get_type_hints(models.dict)["return"] == dict[str, many]
            assert get_type_hints(models.datetime)["return"] == list[datetime.datetime]
    assert get_type_hints(hidden.v2.resources.ModelsResource.tags)["tags"] == list[str] | None
    assert get_type_hints(hidden.v3.resources.ModelsResource.find)["return"] == many


@pytest.mark.parametrize("case", SERVICES)
def test_the_emitted_tests_pass(case: Path, packages: Path) -> None:
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", ".", cwd=packages / case.name)

    assert done.returncode == 0, done.stdout


GENERIC = """
from collections.abc import Iterable
from typing import assert_type

from pets import AnyClient, ApiVersion, connect, v2023_01_01, v2023_06_01_preview, v2024_01_01
from pets.v2023_01_01.models import Pet as OldPet
from pets.v2024_01_01.models import Pet


def names(pets: Iterable[OldPet]) -> list[str]:
    return [pet.id for pet in pets]


def of_every_version(client: AnyClient) -> list[str]:
    return names(client.pets.list())


def of_the_first(client: v2023_01_01.Client) -> list[str]:
    return [tag.text or "" for tag in client.tags.list()]


old = connect(api_version="2023-01-01", region="us", credential="k")
preview = connect(api_version=ApiVersion.V2023_06_01_PREVIEW)
new = connect()
assert_type(old, v2023_01_01.Client)
assert_type(preview, v2023_06_01_preview.Client)
assert_type(new, v2024_01_01.Client)
assert_type(new.pets.get("1"), OldPet)
of_every_version(connect(api_version=ApiVersion("2024-01-01")))
of_the_first(preview)  # it has all that the first has
pet: Pet = old.pets.create(new.pets.get("1"))
"""

WRONG = """
from pets import connect, v2024_01_01

new = connect()
new.tags  # E: not in this version
connect(api_version="2023-01-01").pets.delete("1")  # E: not yet in this version
connect(api_version="2022-01-01")  # E: no such version
connect(regio="us")  # E: no such setting
connect(region=1)  # E: of another type
v2024_01_01.models.Tag  # E: not in this version
new.visits.list("1")[0].cost = 1.5  # E: a text in this version
"""


@pytest.mark.slow
@pytest.mark.parametrize("case", SERVICES)
def test_everything_is_strictly_typed(case: Path, packages: Path, tmp_path: Path) -> None:
    shutil.copytree(packages / case.name, tmp_path / "sdk")
    (tmp_path / "sdk" / "use.py").write_text(GENERIC if case.name == "pets" else "")
    mypy = ("-m", "mypy", "--strict", ".")
    pyright = ("-m", "basedpyright", "--pythonpath", sys.executable, "-p", ".")
    config = tmp_path / "sdk" / "pyproject.toml"
    config.write_text(config.read_text().replace('"tests"]', '"tests", "use.py"]'))
    for command in (mypy, pyright):
        done = run(*command, cwd=tmp_path / "sdk")
        assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_what_a_version_lacks_is_a_type_error(packages: Path, tmp_path: Path) -> None:
    shutil.copytree(packages / "pets", tmp_path / "sdk")
    (tmp_path / "sdk" / "wrong.py").write_text(WRONG)
    (tmp_path / "sdk" / "pyrightconfig.json").write_text(
        '{"typeCheckingMode": "strict", "include": ["wrong.py"]}'
    )
    wanted = {number for number, line in enumerate(WRONG.splitlines(), 1) if "# E:" in line}
    mypy = ("-m", "mypy", "--strict", "wrong.py")
    pyright = ("-m", "basedpyright", "--pythonpath", sys.executable, "-p", ".")
    for command in (mypy, pyright):
        shown = run(*command, cwd=tmp_path / "sdk").stdout
        lines = {
            int(line.partition("wrong.py:")[2].partition(":")[0])
            for line in shown.splitlines()
            if "wrong.py:" in line and "error" in line
        }
        assert lines == wanted, shown


def test_dropping_the_oldest_version_moves_definitions_and_breaks_no_import(tmp_path: Path) -> None:
    service = load("pets")
    target = tmp_path / "pets"
    write_tree(target, emit(service, tool="t", folder=target))
    fewer = Service(service.name, service.versions[1:])
    changes = write_tree(target, emit(fewer, tool="t", folder=target))

    assert {path for path in changes.extra if "2023_01_01" not in path} == {"surface/2023-01-01.txt"}
    assert not (target / "pets" / "v2023_01_01").exists()
    program = (
        "from pets.v2024_01_01.models import Owner, Pet, Problem, Visit\n"
        "from pets.v2023_06_01_preview.models import Pet as Other, Tag\n"
        "from pets.v2024_01_01.resources import PetsResource, VisitsResource\n"
        "assert Pet is Other and Pet.__module__ == 'pets.v2023_06_01_preview._models.pets'\n"
    )
    assert run("-c", program, cwd=target).stderr == ""
    assert run("-m", "pytest", "-q", "-p", "no:cacheprovider", ".", cwd=target).returncode == 0


def test_the_bytes_do_not_depend_on_hash_seeds_or_the_order_of_files(tmp_path: Path) -> None:
    outputs: list[dict[str, bytes]] = []
    for seed, order in (("1", sorted), ("2", lambda names: sorted(names, reverse=True))):
        place = tmp_path / seed
        for source in order(CASES.joinpath("sharing").rglob("*.yaml")):
            copied = place / "specs" / source.relative_to(CASES / "sharing")
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copied)
        assert run("-m", "apivolve", "generate", "-q", cwd=place, seed=seed).returncode == 0
        files = (path for path in sorted((place / "generated").rglob("*")) if path.is_file())
        outputs.append({path.relative_to(place).as_posix(): path.read_bytes() for path in files})

    assert outputs[0] == outputs[1]


def test_a_small_change_rewrites_what_it_touches(tmp_path: Path) -> None:
    specs, target = tmp_path / "pets", tmp_path / "out" / "pets"
    shutil.copytree(CASES / "sharing" / "pets", specs)
    (service,) = load_services(specs)
    write_tree(target, emit(service, tool="t", folder=target))
    times = {path: path.stat().st_mtime_ns for path in target.rglob("*") if path.is_file()}
    path = specs / "2024-01-01.yaml"
    path.write_text(path.read_text().replace("note:", "remark:"))

    (edited,) = load_services(specs)
    write_tree(target, emit(edited, tool="t", folder=target))

    written = {
        path.relative_to(target).as_posix() for path, time in times.items() if path.stat().st_mtime_ns != time
    }
    assert written == {
        "apivolve.lock",
        "pets/v2024_01_01/_models/visits.py",
        "surface/2024-01-01.txt",
        "tests/data/v2024_01_01.json",
    }


def test_only_refuses_when_another_version_changed_too(tmp_path: Path) -> None:
    specs, target = tmp_path / "pets", tmp_path / "out" / "pets"
    shutil.copytree(CASES / "sharing" / "pets", specs)
    (service,) = load_services(specs)
    write_tree(target, emit(service, tool="t", folder=target))
    path = specs / "2024-01-01.yaml"
    path.write_text(path.read_text().replace("note:", "remark:"))
    (edited,) = load_services(specs)

    files = emit(edited, tool="t", folder=target, only=["2024-01-01"])

    assert "pets/v2024_01_01/_models/visits.py" in compare_tree(target, files).stale
    with pytest.raises(UsageError, match="pets 2024-01-01 was changed"):
        emit(edited, tool="t", folder=target, only=["2023-01-01"])
    with pytest.raises(UsageError, match="no api-version '2020': it has 2023-01-01"):
        emit(edited, tool="t", folder=target, only=["2020"])


def test_diff_prints_and_locked_refuses_and_neither_writes(tmp_path: Path) -> None:
    shutil.copytree(CASES / "sharing" / "pets", tmp_path / "specs" / "pets")
    generate = ("-m", "apivolve", "generate")
    assert run(*generate, "-q", cwd=tmp_path).returncode == 0
    assert run(*generate, "-q", "--locked", cwd=tmp_path).returncode == 0
    path = tmp_path / "specs" / "pets" / "2024-01-01.yaml"
    path.write_text(path.read_text().replace("note:", "remark:"))

    shown = run(*generate, "--diff", cwd=tmp_path)
    refused = run(*generate, "--locked", cwd=tmp_path)

    assert shown.returncode == 0
    assert "-    note: str | None = None\n" in shown.stdout
    assert "+    remark: str | None = None\n" in shown.stdout
    assert refused.returncode == 1
    assert "stale: generated/pets/apivolve.lock\n" in refused.stderr
    model = tmp_path / "generated" / package_name("pets") / "pets/v2024_01_01/_models/visits.py"
    assert "note" in model.read_text()
