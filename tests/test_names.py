"""Names that last: what is regenerated keeps its names, and what was renamed keeps its old ones beside the new."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from apivolve.emit import emit, package_name, write_tree
from apivolve.emit.names.identifiers import module
from apivolve.load import load_services

Spec = dict[str, Any]


def thing(*names: str) -> Spec:
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}}


def spec(schemas: dict[str, Spec], operations: dict[str, tuple[str, str]]) -> Spec:
    """A specification with schemas, and with operations by id: path and the schema it answers with."""
    paths = {
        path: {
            "get": {
                "operationId": id_,
                "responses": {
                    "200": {
                        "description": "It.",
                        "content": {
                            "application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}
                        },
                    }
                },
            }
        }
        for id_, (path, schema) in operations.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Named", "version": "2024-01-01"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def generate(folder: Path, versions: dict[str, Spec]) -> dict[str, str]:
    """Write the specifications, generate into `folder/named`, and give the files."""
    specs = folder / "specs" / "named"
    specs.mkdir(parents=True, exist_ok=True)
    for path in specs.iterdir():
        path.unlink()
    for version, content in versions.items():
        (specs / f"{version}.json").write_text(json.dumps(content))
    (service,) = load_services(specs)
    files = emit(service, tool="t", folder=folder / "named")
    write_tree(folder / "named", files)
    return files


def methods(files: dict[str, str]) -> list[str]:
    """The dotted names of all methods, from the package's index."""
    for node in ast.parse(files["named/_index.py"]).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "METHODS" and node.value:
            return sorted(ast.literal_eval(node.value))
    raise AssertionError


PET = thing("name", "tag")
BEFORE = spec({"Pet": PET, "Error": thing("code")}, {"getPet": ("/pet", "Pet"), "getError": ("/e", "Error")})


def test_generating_again_changes_nothing(tmp_path: Path) -> None:
    first = generate(tmp_path, {"2024-01-01": BEFORE})

    assert generate(tmp_path, {"2024-01-01": BEFORE}) == first
    assert "renamed" not in first["apivolve.lock"]


def test_a_collision_is_resolved_the_same_way_for_ever(tmp_path: Path) -> None:
    schemas = {"foo-bar": thing("a"), "other": thing("z")}
    operations = {"getOne": ("/one", "foo-bar")}
    generate(tmp_path, {"2024-01-01": spec(schemas, operations)})
    schemas = {"foo_bar": thing("b"), **schemas}
    operations = {"get_one": ("/two", "foo_bar"), **operations}

    files = generate(tmp_path, {"2024-01-01": spec(schemas, operations)})

    names = json.loads(files["apivolve.lock"])["names"]
    assert names["models"]["foo-bar"] == {"v2024_01_01": "FooBar"}
    assert names["models"]["foo_bar"] == {"v2024_01_01": "FooBar2"}
    assert names["methods"]["getOne"] == {"v2024_01_01": "get_one"}
    assert names["methods"]["get_one"] == {"v2024_01_01": "get_one_2"}


def test_fields_that_want_one_name_keep_theirs_whatever_their_order(tmp_path: Path) -> None:
    generate(tmp_path, {"2024-01-01": spec({"Pet": thing("foo-bar", "foo_bar")}, {})})

    files = generate(tmp_path, {"2024-01-01": spec({"Pet": thing("foo_bar", "foo-bar")}, {})})

    assert json.loads(files["apivolve.lock"])["names"]["fields"] == {
        "Pet": {"foo_bar": "foo_bar", "foo-bar": "foo_bar_2"}
    }


def test_an_operation_that_moved_to_another_tag_keeps_its_name(tmp_path: Path) -> None:
    tagged = json.loads(json.dumps(BEFORE))
    tagged["paths"]["/pet"]["get"]["tags"] = ["pets"]
    generate(tmp_path, {"2024-01-01": BEFORE})

    assert methods(generate(tmp_path, {"2024-01-01": tagged})) == ["get_error", "get_pet"]


@pytest.mark.parametrize(
    ("tag", "id_", "name"),
    [
        ("Container", "ContainerList", "container.list"),
        ("Containers", "containerInspect", "containers.inspect"),
        ("Data Events", "dataEventSummaries", "data_events.summaries"),
        ("Admin", "admin_reset_all", "admin.reset_all"),
        ("Admin", "Admin", "admin.admin"),
        ("Admin", "administer", "admin.administer"),
        ("scan", "scanArtifact", "scan.scan_artifact"),
        ("pets", "getPet", "pets.get_pet"),
    ],
)
def test_what_an_id_says_once_more_of_its_tag_is_left_out(
    tmp_path: Path, tag: str, id_: str, name: str
) -> None:
    tagged = spec({"Pet": PET}, {id_: ("/pet", "Pet")})
    tagged["paths"]["/pet"]["get"]["tags"] = [tag]

    assert methods(generate(tmp_path, {"2024-01-01": tagged})) == [name]


def test_what_is_called_like_a_builtin_or_a_module_keeps_the_underscore_that_a_lock_holds(
    tmp_path: Path,
) -> None:
    pets = spec({"Pet": PET}, {"models.list": ("/pets", "Pet")})
    lock = tmp_path / "named" / "apivolve.lock"

    assert methods(generate(tmp_path, {"2024-01-01": pets})) == ["models.list"]

    lock.write_text(lock.read_text().replace('"models.list"}', '"models_.list_"}'))
    more = spec({"Pet": PET}, {"models.list": ("/pets", "Pet"), "models.set": ("/pet", "Pet")})

    assert methods(generate(tmp_path, {"2024-01-01": more})) == ["models_.list_", "models_.set"]


def test_operations_that_share_an_id_keep_their_names(tmp_path: Path) -> None:
    shared = spec({"Pet": PET}, {"get": ("/cats", "Pet")})
    get = shared["paths"]["/cats"]["get"]
    shared["paths"] = {path: {"get": {**get, "tags": [path]}} for path in ("/cats", "/dogs")}
    files = generate(tmp_path, {"1": shared})

    assert methods(files) == ["cats.get", "dogs.get"]
    assert generate(tmp_path, {"1": shared}) == files


def by_path(*calls: str) -> Spec:
    """A specification of calls, each with the id that says method and path once more: `POST /charges/{charge}`."""
    made = spec({"Pet": PET}, {"getPet": ("/pet", "Pet")})
    answer = made["paths"].pop("/pet")["get"]
    for call in calls:
        method, path = call.split()
        asked = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"\{(.*?)\}", path)
        ]
        id_ = method.capitalize() + "".join(word.capitalize() for word in re.findall(r"\w+", path))
        made["paths"].setdefault(path, {})[method.lower()] = {
            **answer,
            "operationId": id_,
            "parameters": asked,
        }
    return made


FEW = ("POST /charges", "POST /charges/{charge}/capture", "GET /balance")
"""Calls that are found by their paths, each otherwise where those in `MORE` are beside it."""
MORE = (
    "GET /balance/{day}",
    "GET /charges/{charge}/capture",
    "DELETE /charges/{charge}/capture",
    "GET /charges",
)


@pytest.mark.parametrize("versions", [("2024-01-01",), ("2024-01-01", "2024-06-01")])
def test_what_comes_later_renames_no_method_that_is_found_by_its_path(
    tmp_path: Path, versions: tuple[str, ...]
) -> None:
    first, last = versions[0], versions[-1]
    before = methods(generate(tmp_path, {first: by_path(*FEW)}))
    # what an older version calls a method holds for the later ones, also where no lock has it
    folder = tmp_path if first == last else tmp_path / "anew"

    files = generate(folder, {first: by_path(*FEW), last: by_path(*FEW, *MORE)})

    assert before == ["balance.retrieve", "charges.capture", "charges.create"]
    assert methods(files) == [
        "balance.retrieve",
        "balance.retrieve_2",
        "charges.capture",
        "charges.capture_2.delete",
        "charges.capture_2.retrieve",
        "charges.create",
        "charges.list",
    ]
    names = json.loads(files["apivolve.lock"])["names"]["methods"]
    assert names["PostChargesChargeCapture"] == {module(first): "charges.capture"}
    assert names["GetBalance"] == {module(first): "balance.retrieve"}


def test_operations_are_found_by_their_paths_where_their_ids_say_no_more(tmp_path: Path) -> None:
    listed = spec({"Pet": PET}, {"getPets": ("/pets", "Pet"), "getStatus": ("/status", "Pet")})
    told = by_path("GET /pets", "POST /pets", "GET /pets/{pet}")
    listed["paths"]["/pets"]["post"] = {**told["paths"]["/pets"]["post"], "operationId": "addPet"}

    assert methods(generate(tmp_path / "listed", {"1": listed})) == ["add_pet", "get_pets", "get_status"]
    assert methods(generate(tmp_path / "told", {"1": told})) == ["pets.create", "pets.list", "pets.retrieve"]

    del listed["paths"]["/pets"]["post"]  # what may be a name of its own or its path once more stays a name
    assert methods(generate(tmp_path / "plain", {"1": listed})) == ["get_pets", "get_status"]


@pytest.fixture
def renamed(tmp_path: Path) -> dict[str, str]:
    """A package after its schema Pet and its operation getPet were renamed in the specification."""
    generate(tmp_path, {"2024-01-01": BEFORE})
    after = spec(
        {"Animal": PET, "Error": thing("code")},
        {"fetchAnimal": ("/pet", "Animal"), "getError": ("/e", "Error")},
    )
    generate(tmp_path, {"2024-01-01": after})
    files = generate(tmp_path, {"2024-01-01": after})  # an alias outlives the run that made it
    assert json.loads(files["apivolve.lock"])["names"]["renamed_models"] == {"v2024_01_01": {"Pet": "Animal"}}
    return files


def test_a_renamed_schema_and_operation_keep_their_old_names_as_deprecated_aliases(
    renamed: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path / "named"))
    version = importlib.import_module("named.v2024_01_01")
    client = version.Client(base_url="https://example.com")

    with pytest.warns(DeprecationWarning, match="Pet was renamed to Animal"):
        assert version.models.Pet is version.models.Animal
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert hasattr(client, "get_pet")
        assert hasattr(client, "fetch_animal")
    assert client.get_pet.__deprecated__ == "renamed to fetch_animal"
    assert methods(renamed) == ["fetch_animal", "get_error", "get_pet"]


@pytest.mark.slow
def test_type_checkers_see_the_aliases_and_that_a_method_is_deprecated(
    renamed: dict[str, str], tmp_path: Path
) -> None:
    assert renamed
    (tmp_path / "named" / "use.py").write_text(
        "from named.v2024_01_01 import Client\n"
        "from named.v2024_01_01.models import Animal, Pet\n\n\n"
        "def old(client: Client) -> Pet:\n    animal: Animal = client.get_pet()\n    return animal\n"
    )
    strict = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "."],
        cwd=tmp_path / "named",
        capture_output=True,
        text=True,
        check=False,
    )
    told = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--enable-error-code=deprecated",
            "use.py",
        ],
        cwd=tmp_path / "named",
        capture_output=True,
        text=True,
        check=False,
    )

    assert strict.returncode == 0, strict.stdout
    assert "is deprecated: renamed to fetch_animal" in told.stdout


@pytest.mark.parametrize("service", ["tests", "surface", "calendar", "Json", "httpx2", "types", "imp"])
def test_a_package_takes_the_place_of_no_other(service: str) -> None:
    name = package_name(service)

    assert name == f"{service.lower()}_client"
    assert package_name(f"my {service}") == f"my_{service.lower()}"


def test_a_webhook_keeps_its_name_beside_another_that_asks_for_it(tmp_path: Path) -> None:
    def hooked(*names: str) -> Spec:
        body = {"content": {"application/json": {"schema": {"type": "object"}}}}
        hook = {"post": {"requestBody": body, "responses": {"200": {"description": "It."}}}}
        return {**spec({}, {}), "webhooks": dict.fromkeys(names, hook)}

    generate(tmp_path, {"2024-01-01": hooked("thing.made")})
    files = generate(tmp_path, {"2024-01-01": hooked("thing-made", "thing.made")})

    code = next(text for path, text in files.items() if path.endswith("v2024_01_01/webhooks.py"))
    told = {
        one.name: ast.get_docstring(one) for one in ast.parse(code).body if isinstance(one, ast.FunctionDef)
    }
    assert "POST thing.made" in (told["parse_thing_made"] or "")
    assert "POST thing-made" in (told["parse_thing_made_2"] or "")
