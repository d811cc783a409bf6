"""Faults that can be put into a generated package, one at a time.

A fault is what a template or a hand could get wrong: code that still runs, is typed as well as before, and talks to
another service than the specification describes. What changes nothing that a service or a caller could see is none, and
is not made; why it changes nothing stands, as the condition that it is told by, where it is left out. A service or a
caller of any kind is meant there, and not the emitted tests: what only these do not see is a survivor.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from .answers import faults_of_answers
from .calls import faults_of_calls
from .models import faults_of_classes, faults_of_named_types
from .mutant import File, Mutant, constant
from .webhooks import faults_of_webhooks

__all__ = ["KINDS", "Mutant", "mutants_of"]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
KINDS = {
    "method": "another HTTP method",
    "path": "another path",
    "parameter place": "a header in the query, and the like",
    "parameter name": "another name on the wire",
    "parameter lost": "an argument that is not sent",
    "style": "another style, exploded the other way, JSON as text",
    "argument": "an argument that is not handed on, or two changed for one another",
    "signature": "an argument that must be given though it need not",
    "body encoding": "a form instead of JSON and the other way round, or no body",
    "content type": "another media type of a body, sent or received",
    "field name": "another name of a member",
    "field type": "another type of a member",
    "field lost": "a member that is not declared",
    "requiredness": "a member that must be there though it need not, and the other way round",
    "enum value": "another value of an enumeration",
    "union": "another tag, or another class for it",
    "status dispatch": "a success that is told for another status",
    "error dispatch": "an error that is told for another status, or as another type",
    "answer type": "another type of a successful answer",
    "stream": "another end of a stream, or member that asks for it",
    "pages": "another place for items or for the next page",
    "long-running": "another type of what a job results in",
    "webhook": "another type of what a service sends by itself, or another tag",
    "auth header": "a credential by another name or at another place",
    "auth lost": "no credential, or that of another alternative",
    "server": "another address",
}
"""What goes wrong, by kind."""


def mutants_of(package: Path) -> list[Mutant]:
    """Every fault that can be put into the clients and the models of a package."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(package.glob("v*/**/*.py"))}
    trees = {path: ast.parse(text) for path, text in texts.items()}
    unnamed = {name for tree in trees.values() for name in _unnamed(tree)}
    decoded = frozenset(name for path, tree in trees.items() for name in _decoded(path, tree))
    by_version: dict[str, list[Path]] = {}
    for path in texts:
        by_version.setdefault(path.relative_to(package).parts[0], []).append(path)
    found: list[Mutant] = []
    for own in by_version.values():
        # a version may have calls as an earlier one has them, and then names it
        used = [paths for name, paths in by_version.items() if any(name in texts[path] for path in own)]
        calls = {path: trees[path] for paths in (own, *used) for path in paths}
        schemes = frozenset(name for tree in calls.values() for name in _asked_for(tree)) - unnamed
        is_told = any(_must_be_told(trees[path]) for path in own)
        for path in own:
            file = File(
                path.relative_to(package), texts[path], trees[path], schemes, decoded, is_told=is_told
            )
            found += _in_file(file, trees[path])
    return found


def _must_be_told(tree: ast.Module) -> bool:
    """True for a client whose server has no host: it is told an address, which then is that of all calls."""
    return any(
        isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) == "_SERVER"
        and (constant(node.value) or "/").startswith("/")
        for node in tree.body
    )


def _asked_for(tree: ast.Module) -> Iterator[str]:
    """The security schemes that some operation names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "auth":
            yield from (str(one.value) for one in ast.walk(node.value) if isinstance(one, ast.Constant))


def _unnamed(tree: ast.Module) -> Iterator[str]:
    """The security schemes whose header no header can be called (RFC 9110 section 5.6.2)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "ApiKeyScheme":
            name, place, wire_name = (ast.literal_eval(one) for one in node.args)
            if place == "header" and not _TOKEN.fullmatch(wire_name):
                yield name


def _decoded(path: Path, tree: ast.Module) -> Iterator[str]:
    """The names of types that classes and other named types hold, or that calls say of what they give."""
    is_model = "_models" in path.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            held: list[ast.AST] = [*node.body]
        elif is_model and isinstance(node, ast.ClassDef):
            held = [*node.body]
        elif is_model and isinstance(node, ast.If):
            held = [one.value for one in node.orelse if isinstance(one, ast.Assign)]
        else:
            continue
        for inner in (one for part in held for one in ast.walk(part)):
            if isinstance(inner, ast.Attribute):
                yield inner.attr
            elif is_model and isinstance(inner, ast.Name):
                yield inner.id


def _in_file(file: File, tree: ast.Module) -> Iterator[Mutant]:
    for node in ast.walk(tree):
        yield from faults_of_calls(file, node)
        yield from faults_of_answers(file, node)
        if file.path.name == "webhooks.py":
            yield from faults_of_webhooks(file, node)
        if isinstance(node, ast.ClassDef) and "_models" in file.path.parts:
            yield from faults_of_classes(file, node)
    yield from faults_of_named_types(file, tree)
