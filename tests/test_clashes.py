"""Names that clash: each place of a specification with all names of a class gives a package that has them all, and says them on the wire."""

from __future__ import annotations

import itertools
import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from apivolve.emit import LOCK, emit, package_name, write_tree
from apivolve.emit.files import render
from apivolve.load import load_services
from conftest import ROOT

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "hostile")]
import clashes  # noqa: E402  (where it is, is said just above)

import sweep_hostile  # noqa: E402

_EACH = 1 if os.environ.get("APIVOLVE_ALL") else 7
"""Of the pairs of place and class, every so many is taken: no divisor of either number, so each place and class is seen."""


def some(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return list(pairs)[::_EACH]


DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _not_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """It changes no meaning, and takes most of the time."""
    monkeypatch.setattr(render, "layout", lambda text: text)


def generate(spec: dict[str, Any], folder: Path, into: str = "made") -> dict[str, str]:
    (folder / "spec.json").write_text(json.dumps(spec))
    (service,) = load_services(folder / "spec.json", root=folder)
    files = emit(service, tool="t", folder=folder / into)
    write_tree(folder / into, files)
    return files


def turned(value: Any) -> Any:
    """A document with every object's members, and every list of named things, the other way round."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        return [
            turned(item)
            for item in (
                reversed(value) if all(isinstance(one, dict) and "name" in one for one in value) else value
            )
        ]
    return value


def named(files: dict[str, str]) -> Any:
    table = json.loads(files[LOCK])["names"]
    return {kind: table.get(kind) for kind in ("models", "fields", "parameters", "methods")}


@pytest.mark.parametrize(("place", "kind"), some(itertools.product(clashes.PLACES, clashes.CLASSES)))
def test_every_name_is_there_and_is_said_on_the_wire(place: str, kind: str, tmp_path: Path) -> None:
    names = clashes.names(kind)
    spec = clashes.PLACES[place](names)
    files = generate(spec, tmp_path)

    assert len(names) >= 30
    assert sweep_hostile.use(spec, tmp_path / "made") == []
    assert len({path.lower() for path in files}) == len(files)
    assert not [path for path in files if any(DEVICE.fullmatch(part) for part in path.split("/"))]


@pytest.mark.parametrize(
    ("place", "kind"),
    some(
        itertools.product(["schema", "property", "operation-id", "tag", "query-parameter"], clashes.CLASSES)
    ),
)
def test_names_do_not_hang_on_the_order_and_stay_when_others_come(
    place: str, kind: str, tmp_path: Path
) -> None:
    names = clashes.names(kind)
    whole = generate(clashes.PLACES[place](names), tmp_path)
    if place != "schema":  # there, the order is in the references too
        assert named(generate(turned(clashes.PLACES[place](names)), tmp_path, "turned")) == named(whole)
    first = named(generate(clashes.PLACES[place](names[::2]), tmp_path, "grown"))
    grown = named(generate(clashes.PLACES[place](names), tmp_path, "grown"))
    for what, table in first.items():
        for owner, kept in (table or {}).items():
            assert kept.items() <= grown[what][owner].items(), what


@pytest.mark.parametrize("kind", clashes.CLASSES)
def test_a_package_can_be_imported_whatever_its_service_is_called(kind: str) -> None:
    for name in clashes.names(kind):
        made = package_name(name)
        assert made.isidentifier()
        assert made.isascii()
        assert not DEVICE.fullmatch(made)
        compile(f"import {made}", "", "exec")
