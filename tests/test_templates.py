"""Templates: every hole takes text of a specification only through a filter that makes it harmless."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from apivolve.emit import emit, views
from apivolve.emit.cases import apart
from apivolve.emit.files import render
from apivolve.emit.literals import comment, docstring, literal, markdown
from apivolve.emit.names.table import Names
from apivolve.emit.package import package_view
from apivolve.emit.versions.sharing import write_versions
from apivolve.emit.views import PackageView, StreamView
from apivolve.load import load_api
from apivolve.model import Api, Operation, Service
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests" / "hostile"))
from attacks import ATTACKS

PYTHON = ROOT / "templates" / "python"
HOSTILE = [
    '"""', "'''", '"', "'", "\\", 'ends with "', "ends with \\", "\r__import__('os')", "\n__import__('os')", "\u2028x", "\x85x", "\x0cx",
    "{{ 1 }}", "{% raw %}", "{__import__('os')}", "# comment", "\u202ereversed", "\x00", "\x1b[31m", "*/", "%s", "\ud800",
]  # fmt: skip


def tree_of(source: str) -> str:
    """A module without its constants and their places: what may not change with the text in it."""
    tree = ast.parse(source.encode())  # a comment may say in what encoding a file is (PEP 263)
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


# --- every text that a view holds ---------------------------------------------------------------------------

SOURCE = frozenset(
    ["annotation", "item", "dotted", "modules", "runtime_names", "runtime_types", "typing_names", "body_constant", "data", "stage", "kind", "part", "distribution", "example", "examples", "member", "readme", "servers"]
)  # fmt: skip
"""Fields of views that hold identifiers or Python source, beside those called `*_code`."""


@cache
def view(case: str = "features") -> tuple[PackageView, tuple[views.TestsView, ...]]:
    folder = ROOT / "tests" / "cases" / "emit" / case
    service = Service(case, (load_api(folder / "spec.yaml"),))
    written = write_versions(service, Names())
    return package_view(service, written, {}, has_tests=True), apart.tests_of(written, "full", lambda _: None)


def soiled(value: Any, text: str) -> Any:
    """A view with a text in place of each that comes from a specification."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: soiled(getattr(value, field.name), text)
            for field in dataclasses.fields(value)
            if not (
                field.name.endswith("_code") or (field.name in SOURCE and not isinstance(value, StreamView))
            )
            or (isinstance(value, StreamView) and field.name != "item")
        }
        return dataclasses.replace(value, **changed)
    if isinstance(value, tuple):
        # what a media type decodes to is source
        return tuple(
            (soiled(one[0], text), one[1]) if _is_content(value, one) else soiled(one, text) for one in value
        )
    return text if type(value) is str and value else value


def _is_content(owner: tuple[Any, ...], one: Any) -> bool:
    return isinstance(one, tuple) and len(one) == 2 and type(one[0]) is str and "/" in one[0]


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, str]]:
    """All files of a package whose texts are a text, without the runtime."""
    monkeypatch.setattr(render, "layout", lambda text: text)
    target = render.Target.read(PYTHON)
    target = dataclasses.replace(target, copies=())

    def files(text: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for case in ("features", "webhooks"):
            package, tests = (soiled(one, text) for one in view(case))
            made = render.render(
                package, lambda tests=tests: tests, target, lambda *_: None, lambda _: None, 1
            )
            found |= {f"{case}/{path}": one.text for path, one in made.items()}
        return found

    return files


@pytest.mark.parametrize("name", [name for name, text in ATTACKS.items() if text.strip()])
def test_a_hole_of_a_template_takes_any_text(name: str, printed: Callable[[str], dict[str, str]]) -> None:
    tame, hostile = printed("tame"), printed(ATTACKS[name])

    assert tame.keys() == hostile.keys()
    for path, text in hostile.items():
        assert shape_of(path, text) == shape_of(path, tame[path]), path


def shape_of(path: str, text: str) -> Any:
    """What a reader of the file takes for more than text."""
    match path.rpartition(".")[2]:
        case "py":
            return tree_of(text)
        case "toml":
            return sorted(_keys(tomllib.loads(text)))
        case "md":
            return [
                [
                    one.type,
                    one.tag,
                    [
                        inner.type
                        for inner in one.children or ()
                        if inner.type not in ("text", "text_special")
                    ],
                ]
                for one in MarkdownIt("gfm-like", {"linkify": False}).parse(text)
            ]
        case "json":
            return type(json.loads(text))
        case _:
            return None


def _keys(value: Any, path: str = "") -> Iterator[str]:
    yield path
    for key, item in value.items() if isinstance(value, dict) else ():
        yield from _keys(item, f"{path}.{key}")


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
        # code that the README shows, and the addresses that are JSON already
        "begin",
        "type_code",
        "union_code",
        "dictionary",
        "imports",
        "methods",
        "pages",
        "raw",
        "servers",
        # identifiers: functions of tests, classes of collections.abc, what a `_patch.py` of the project lists
        "abc_names",
        "body_function",
        "check_names",
        "version_names",
        "patched",
        # put together of the above inside a template
        "minimal_code",
        "running",
        "suffix",
        "head",
        "old",
        "options",
        "await",
        "stream",
        "more",
        "call",
        "whole",
        # the same, as the body of a class or the head of a module names it
        "within",
        "names_of",
        "siblings",
    ]
)
FILTERED = re.compile(r"\|\s*(literal|docstring|comment|json|markdown|toml|length)\b")
MACRO = re.compile(r"^(async|sync|signature|answers|call|method|members|namespace|gives|built|typed)\(")


@pytest.mark.parametrize("path", sorted(PYTHON.glob("*.jinja")), ids=lambda path: path.name)
def test_a_hole_is_an_identifier_source_code_or_filtered(path: Path) -> None:
    for hole in re.findall(r"\{\{-?(.*?)-?\}\}", path.read_text(), re.DOTALL):
        # what only decides whether something is printed is not printed
        inner = re.sub(r"\s+if\s+[^)]*$", "", hole.strip())
        if FILTERED.search(inner) or MACRO.match(inner):
            continue
        words = re.sub(
            r'"[^"]*"|\b(if|else|not|or|and|loop\.\w+|async|replace|join|indent|list)\b', " ", inner
        )
        last = {part.rpartition(".")[2] for part in re.findall(r"[A-Za-z_][\w.]*(?:\[\w\])?", words)}
        assert last <= SAFE | CONDITIONS, f"{path.name}: {{{{ {inner} }}}}"


# what only decides whether something is printed
CONDITIONS = frozenset(["keyword", "keywords", "arguments", "uses_models"])
