"""The floors of the building: a module imports only lower floors or its own folder."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "generator" / "apivolve"
FLOORS = {
    "source": 0, "errors": 0, "version": 0, "jsonvalue": 0,
    "cache": 0, "detach": 0, "lazily": 0, "processes": 0,
    "finding": 1, "layout": 1, "model": 1, "outline": 1, "delta": 1, "surface": 1, "reach": 1, "fingerprint": 1, "accept": 1, "pattern": 1, "automata": 1, "sample": 1, "overrides": 1, "conditions": 1, "keywords": 1, "policy": 1, "continuing": 1, "media": 1, "raw": 1, "packing": 1,
    "config": 2, "load": 2, "diff": 2, "gate": 2, "emit": 2, "report": 2, "mock": 2, "fleet": 2,
    "cli": 3, "__init__": 3, "__main__": 4,
}  # fmt: skip
FILES = sorted(SOURCE.rglob("*.py"))
LONGEST = 450
"""Lines of a file: one concept, and what one reader holds."""


def imported(path: Path) -> set[str]:
    """The first segment, below `apivolve`, of everything a module imports from the package."""
    found: set[str] = set()
    package = path.relative_to(SOURCE).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level]
            target = (*base, *(node.module.split(".") if node.module else ()))
            found.update([target[0]] if target else [alias.name for alias in node.names])
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names = (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
            )
            assert not any(name.split(".")[0] in ("generator", "apivolve") for name in names), (
                f"{path}: import relatively"
            )
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_stay_on_their_floor(path: Path) -> None:
    own = path.relative_to(SOURCE).with_suffix("").parts[0]

    for name in imported(path):
        assert name in FLOORS, f"{path} imports {name}, which has no floor"
        same_folder = name == own
        level = FLOORS[name] <= 1 if FLOORS[own] <= 1 else FLOORS[name] < FLOORS[own]
        assert same_folder or level, f"{own} (floor {FLOORS[own]}) imports {name} (floor {FLOORS[name]})"


def test_every_module_has_a_floor() -> None:
    assert {path.relative_to(SOURCE).with_suffix("").parts[0] for path in FILES} == set(FLOORS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_is_one_concept(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_no_module_is_named_after_nothing() -> None:
    vague = {"utils", "helpers", "common", "base", "manager", "misc"}

    assert not {path.stem for path in FILES} & vague


@pytest.mark.parametrize("package", ["diff", "emit", "load", "report"])
def test_what_a_package_exports_is_what_type_checkers_see(package: str) -> None:
    tree = ast.parse((SOURCE / package / "__init__.py").read_text(encoding="utf-8"))
    names = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
    }
    (mapping,) = (node for node in ast.walk(tree) if isinstance(node, ast.Dict))
    module = importlib.import_module(f"apivolve.{package}")

    assert {name for found in ast.literal_eval(mapping).values() for name in found} == names
    for name in sorted(names):
        assert not (SOURCE / package / f"{name}.py").exists()
        assert getattr(module, name).__class__ is not type(module)
    with pytest.raises(AttributeError, match="nothing"):
        getattr(module, "nothing")  # noqa: B009 - it is asked for by name
