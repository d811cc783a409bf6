"""The emitted tests of one version, run with the client of the next, fail where the `code` scope of the gate says that it breaks."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from apivolve.diff import compare
from apivolve.emit import emit, surfaces, write_tree
from apivolve.emit.names.identifiers import module
from apivolve.finding import Finding
from apivolve.load import load_services
from apivolve.model import Api, Service
from apivolve.surface import Surface
from conftest import ROOT

STEPS = [
    ("2022-12-01", "2023-03-15-preview"),  # all is named anew
    ("2023-05-15", "2023-06-01-preview"),  # members became required
    ("2024-02-01", "2024-02-15-preview"),
    ("2024-03-01-preview", "2024-04-01-preview"),
    ("2024-05-01-preview", "2024-06-01"),  # most of it is gone
]
SEEN_WHEN_RUN = (
    "alias-removed",
    "argument-became-required",
    "argument-removed",
    "attribute-became-required",
    "attribute-removed",
    "class-removed",
    "method-removed",
    "method-renamed",
)
"""The rules that are about more than what a type checker says: code that did what it should does not any more."""


@cache
def versions() -> dict[str, Api]:
    with contextlib.chdir(ROOT):
        (service,) = load_services("specs/azure-openai")
    return {api.version: api for api in service.versions}


@pytest.mark.parametrize(("old", "new"), STEPS, ids=[" to ".join(step) for step in STEPS])
def test_what_the_gate_calls_broken_is_what_fails(old: str, new: str, tmp_path: Path) -> None:
    before, after = versions()[old], versions()[new]
    known = surfaces((before, after))
    found = [one for one in compare(before, after, known).findings if one.scope == "code"]

    failed = failures(before, after, tmp_path)

    hit = {subject for finding in found for subject in subjects(finding)}
    # of what is gone with the one thing that held it, the gate says nothing: one edit, one finding
    gone = names(known[0]) - names(known[1])
    told = hit | reaching(known[0], hit) | (gone & reached(known[0], hit))
    assert failed <= told, "a test fails that the gate says nothing about"
    for finding in found:
        if finding.rule in SEEN_WHEN_RUN and finding.severity != "info":
            assert failed & set(subjects(finding)), f"no test sees {finding.rule} of {finding.subject}"


def test_a_version_passes_its_own_tests_in_this_way_too(tmp_path: Path) -> None:
    one = versions()["2023-05-15"]

    assert failures(one, one, tmp_path) == set()


def failures(before: Api, after: Api, folder: Path) -> set[str]:
    """The methods and models of a version whose tests fail with the client of another."""
    tested = emit(Service("azure-openai", (before,)), tool="test")
    pair = (before, after) if before != after else (before,)
    files = emit(Service("azure-openai", pair), tool="test")
    own, other = module(before.version), module(after.version)
    for path, text in tested.items():
        if path.startswith("tests/") and not path.endswith("servers.json"):
            files[path] = re.sub(rf"\b{own}\b", other, text) if path.endswith(f"test_{own}.py") else text
    name = f"tests/test_{own}.py"
    files = {path: text for path, text in files.items() if path == name or not path.startswith("tests/test_")}
    files[name] = files[name].replace(f'load("{other}")', f'load("{own}")')
    write_tree(folder / "sdk", files)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", str(folder / "sdk")],
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert " passed" in ran.stdout, ran.stdout[-2000:]
    assert "\nERROR" not in ran.stdout, ran.stdout[-2000:]
    data = json.loads(tested[f"tests/data/{own}.json"])
    ids = re.findall(r"^FAILED \S+?::test_(\w+)(?:\[([^\]]*)\])?", ran.stdout, re.MULTILINE)
    return {subject(data, name, case) for name, case in ids}


def subject(data: Mapping[str, Any], name: str, case: str) -> str:
    """What a test is about: a model by its class, a method by its dotted name."""
    if name in ("model", "values"):
        return case
    calls = sorted((call for call in data["exchanges"] if name.startswith(call)), key=len)
    dotted: str = data["exchanges"][calls[-1]]["call"]
    return dotted


def subjects(finding: Finding) -> Iterator[str]:
    """The method or the class that a finding of the code scope is about."""
    yield finding.subject.partition("(")[0] if "(" in finding.subject else finding.subject.partition(".")[0]


def names(surface: Surface) -> set[str]:
    """The classes and named types of a version."""
    return {one.name for one in (*surface.classes, *surface.aliases)}


def links(surface: Surface) -> dict[str, set[str]]:
    """The classes and named types that each class, named type and method names."""
    texts = {one.name: [part for at in one.attributes for part in at.reads] for one in surface.classes}
    texts |= {one.name: list(one.means) for one in surface.aliases}
    texts |= {
        one.name: [*one.returns, *(part for at in one.parameters for part in at.takes)]
        for one in surface.methods
    }
    types = names(surface)
    return {name: set(re.findall(r"\w+", " ".join(parts))) & types for name, parts in texts.items()}


def reached(surface: Surface, roots: set[str]) -> set[str]:
    """All that some classes and methods name, at any depth."""
    known, found = links(surface), set[str]()
    waiting = [*roots]
    while waiting:
        name = waiting.pop()
        new = known.get(name, set()) - found
        found |= new
        waiting += new
    return found


def reaching(surface: Surface, targets: set[str]) -> set[str]:
    """All that hold some classes, at any depth."""
    return {name for name in links(surface) if reached(surface, {name}) & targets}
