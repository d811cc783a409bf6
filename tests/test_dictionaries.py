"""Request objects as dictionaries: they are sent as models are, type checkers know their members, and versions share them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from apivolve.emit import emit, write_tree
from apivolve.load import load_api
from apivolve.model import Service
from conftest import CASES

SPEC = CASES / "emit" / "dictionaries" / "spec.yaml"
SENT = """
import json
import httpx2
from dictionaries.v1 import Client, models, params

seen = []
client = Client(http_client=httpx2.Client(transport=httpx2.MockTransport(
    lambda request: seen.append((request.url.query.decode(), request.content.decode())) or httpx2.Response(200, json={}))))
circle = {"type": "circle", "radius": 1.5}
client.things.create({"kind": "thing", "shape": circle, "list": ["a"], "class": "c", "x-odd": 1})
client.things.create(models.Thing(shape=models.Circle(type="circle", radius=1.5), list_=["a"], class_="c", x_odd=1))
client.things.find(by={"name": "n"})
client.things.find(by=models.Filter(name="n"))
print(json.dumps(seen))
"""
GOOD = """
from collections.abc import Sequence
from dictionaries import connect
from dictionaries.v1 import models, params

client = connect()
filled: params.Filter = {"name": "n"}
thing: params.Thing = {
    "kind": "thing", "shape": {"type": "circle", "radius": 1.0}, "list": [], "class": "c", "x-odd": 1, "models": None,
    "by_name": {"a": filled, "b": models.Filter(name="m")}, "free": {"anything": 1}, "color": "red",
    "parts": [models.Thing(shape=models.Circle(type="circle", radius=1.0), list_=[], class_="c")],
}
client.things.create(thing)
client.things.create({"kind": "thing", "shape": models.Square(type="square", side=1), "list": ["x"], "class": "c", "parts": [thing]})
many: Sequence[params.Thing] = [thing]
client.things.replace(body=many)
client.things.replace(body=[thing, models.Thing(shape=models.Circle(type="circle", radius=1.0), list_=[], class_="c")])
client.things.find(by={"name": "n"})
"""
BAD = """
from dictionaries import connect

client = connect()
client.things.find(by={"nam": "n"})
client.things.find(by={})
client.things.find(by={"name": 1})
client.things.create({"kind": "thing", "shape": {"type": "circle"}, "list": [], "class": "c"})
client.things.create({"kind": "other", "shape": {"type": "circle", "radius": 1.0}, "list": [], "class": "c"})
"""


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdk")
    write_tree(folder, emit(Service("dictionaries", (load_api(SPEC, service="dictionaries"),)), tool="test"))
    return folder


def run(sdk: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=sdk,
        env={**os.environ, "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_dictionary_is_sent_as_the_model_is(sdk: Path) -> None:
    ran = run(sdk, "-c", SENT)
    assert ran.returncode == 0, ran.stderr
    (one, other, found, again) = json.loads(ran.stdout)

    assert json.loads(one[1]) == json.loads(other[1])
    assert found == again == ["by%5Bname%5D=n", ""]


def test_the_dictionaries_can_be_named_when_the_program_runs(sdk: Path) -> None:
    code = (
        "import typing as t\nfrom dictionaries.v1 import params\n"
        "assert t.is_typeddict(params.Thing) and params.Thing.__required_keys__ >= {'kind', 'class'}\n"
        "assert {'Shape', 'Circle', 'Parts'} <= set(dir(params)) and not {'Answer', 'Color'} & set(dir(params))"
    )
    ran = run(sdk, "-c", code)

    assert ran.returncode == 0, ran.stderr


@pytest.mark.slow
def test_type_checkers_know_the_members(sdk: Path) -> None:
    (sdk / "good.py").write_text(GOOD)
    (sdk / "bad.py").write_text(BAD)
    wrong = {number for number, line in enumerate(BAD.split("\n"), 1) if line.startswith("client.")}
    for command in (
        ["-m", "mypy", "--strict"],
        ["-m", "basedpyright", "--pythonpath", sys.executable],
    ):
        good, bad = run(sdk, *command, "good.py"), run(sdk, *command, "bad.py")
        assert good.returncode == 0, good.stdout
        assert {int(line) for line in re.findall(r"bad\.py:(\d+)\S* (?:- )?error", bad.stdout)} == wrong


def test_versions_share_them(tmp_path: Path) -> None:
    later = tmp_path / "v2.yaml"
    text = SPEC.read_text(encoding="utf-8").replace("version: v1}", "version: v2}")
    later.write_text(
        text.replace("Filter: {type: object, required: [name]", "Filter: {type: object, required: []")
    )
    versions = load_api(SPEC, service="dictionaries"), load_api(later, service="dictionaries")
    write_tree(tmp_path / "sdk", emit(Service("dictionaries", versions), tool="test"))
    code = (
        "from dictionaries.v1 import params as one\nfrom dictionaries.v2 import params as two\n"
        "assert one.Circle is two.Circle and one.Filter is not two.Filter and one.Thing is not two.Thing"
    )
    ran = run(tmp_path / "sdk", "-c", code)

    assert ran.returncode == 0, ran.stderr
    assert "Circle" not in (tmp_path / "sdk" / "dictionaries" / "v2" / "_params" / "things.py").read_text()
