"""Templates: every hole takes text of a specification only through a filter that makes it harmless."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path

import pytest

from apivolve.emit import emit
from apivolve.emit.literals import comment, docstring, literal, markdown
from apivolve.load import load_api
from apivolve.model import Api, Operation, Service
from conftest import ROOT

PYTHON = ROOT / "templates" / "python"
HOSTILE = [
    '"""', "'''", '"', "'", "\\", 'ends with "', "ends with \\", "\r__import__('os')", "\n__import__('os')", "\u2028x", "\x85x", "\x0cx",
    "{{ 1 }}", "{% raw %}", "{__import__('os')}", "# comment", "\u202ereversed", "\x00", "\x1b[31m", "*/", "%s", "\ud800",
]  # fmt: skip


def tree_of(source: str) -> str:
    """A module without its constants and their places: what may not change with the text in it."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text
    assert isinstance(ast.literal_eval(docstring(text)), str)
    assert len(comment(text).splitlines()) <= 1
    assert len(markdown(text).splitlines()) <= 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_anywhere_changes_nothing_but_constants(text: str) -> None:
    api = load_api(ROOT / "tests" / "cases" / "emit" / "features" / "spec.yaml")
    if "\ud800" in text:
        text = text.encode("utf-8", "replace").decode()
    tame, hostile = (emit(Service("features", (dirty(api, word),)), tool="t") for word in ("tame", text))

    assert tame.keys() == hostile.keys()
    for path, source in hostile.items():
        if path.endswith(".py") and "/_runtime/" not in path:
            assert tree_of(source) == tree_of(tame[path]), path


def dirty(api: Api, text: str) -> Api:
    """A version with a text put into everything that is shown and not a name."""

    def clean(operation: Operation) -> Operation:
        return dataclasses.replace(
            operation,
            doc=text,
            summary=text,
            parameters=tuple(dataclasses.replace(one, doc=text) for one in operation.parameters),
            responses=tuple(dataclasses.replace(one, doc=text) for one in operation.responses),
        )

    models = tuple(dataclasses.replace(model, doc=text) for model in api.models)
    servers = tuple(
        dataclasses.replace(
            one,
            doc=text,
            url=f"https://example.com/{text}",
            variables=tuple(dataclasses.replace(v, doc=text, default=text) for v in one.variables),
        )
        for one in api.servers
    )
    return dataclasses.replace(
        api,
        title=text,
        doc=text,
        operations=tuple(map(clean, api.operations)),
        models=models,
        servers=servers,
    )


# Identifiers (SafeName) and source code in the views; everything else is text and needs a filter.
SAFE = frozenset(
    [
        "name",
        "names",
        "annotation",
        "default_code",
        "runtime_code",
        "module",
        "builder",
        "class_name",
        "body_code",
        "body_constant",
        "arguments_code",
        "package",
        "distribution",
        "dotted",
        "stage",
        "code",
        "prefix",
        "inner",
        "home",
        "data",
        "auth_code",
        "credential_code",
        "class",
        "runtime_names",
        "typing_names",
        "base_code",
        "base_name",
        "each",
        "example",
        "home_code",
        "line",
        "member",
        "module_code",
        "names_code",
        "part",
        "operations",
        "settings",
        "settings_class",
        "what",
        "runtime_types",
        "exchange_names",
        "environment",
        "how_code",
        "how_name",
        "kind",
        "argument",
        "item",
        # put together of the above inside a template
        "head",
        "old",
        "options",
        "await",
        "stream",
        "more",
        "call",
    ]
)
FILTERED = re.compile(r"\|\s*(literal|docstring|comment|json|markdown|length)\b")
MACRO = re.compile(r"^(signature|answers|call|method|members|namespace|gives|built)\(")


@pytest.mark.parametrize("path", sorted(PYTHON.glob("*.jinja")), ids=lambda path: path.name)
def test_a_hole_is_an_identifier_source_code_or_filtered(path: Path) -> None:
    for hole in re.findall(r"\{\{-?(.*?)-?\}\}", path.read_text(), re.DOTALL):
        # what only decides whether something is printed is not printed
        inner = re.sub(r"\s+if\s+[^)]*$", "", hole.strip())
        if FILTERED.search(inner) or MACRO.match(inner):
            continue
        words = re.sub(r'"[^"]*"|\b(if|else|not|or|and|loop\.\w+|async|replace|join|indent)\b', " ", inner)
        last = {part.rpartition(".")[2] for part in re.findall(r"[A-Za-z_][\w.]*(?:\[\w\])?", words)}
        assert last <= SAFE | CONDITIONS, f"{path.name}: {{{{ {inner} }}}}"


# what only decides whether something is printed
CONDITIONS = frozenset(["keyword", "keywords", "arguments"])
