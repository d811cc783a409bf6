"""Faults that can be put into a generated package, one at a time.

A fault is what a template or a hand could get wrong: code that still runs, is typed as well as before, and talks to
another service than the specification describes. What changes nothing that a service or a caller could see is none, and
is not made; why it changes nothing stands where it is left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from .answers import faults_of_answers
from .calls import faults_of_calls
from .models import faults_of_classes, faults_of_named_types
from .mutant import File, Mutant

__all__ = ["KINDS", "Mutant", "mutants_of"]

KINDS = (
    "method",
    "path",
    "parameter place",
    "parameter name",
    "parameter lost",
    "style",
    "argument",
    "signature",
    "body encoding",
    "content type",
    "field name",
    "field type",
    "field lost",
    "requiredness",
    "enum value",
    "union",
    "status dispatch",
    "error dispatch",
    "answer type",
    "stream",
    "pages",
    "long-running",
    "auth header",
    "auth lost",
    "server",
)


def mutants_of(package: Path) -> list[Mutant]:
    """Every fault that can be put into the clients and the models of a package."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(package.glob("v*/**/*.py"))}
    trees = {path: ast.parse(text) for path, text in texts.items()}
    schemes = frozenset(name for tree in trees.values() for name in _asked_for(tree))
    found: list[Mutant] = []
    for path, text in texts.items():
        found += _in_file(File(path.relative_to(package), text, schemes), trees[path])
    return found


def _asked_for(tree: ast.Module) -> Iterator[str]:
    """The security schemes that some operation names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "auth":
            yield from (str(one.value) for one in ast.walk(node.value) if isinstance(one, ast.Constant))


def _in_file(file: File, tree: ast.Module) -> Iterator[Mutant]:
    for node in ast.walk(tree):
        yield from faults_of_calls(file, node)
        yield from faults_of_answers(file, node)
        if isinstance(node, ast.ClassDef) and "_models" in file.path.parts:
            yield from faults_of_classes(file, node)
    yield from faults_of_named_types(file, tree)
