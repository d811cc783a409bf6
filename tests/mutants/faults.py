"""The places of a generated package where a fault can be put, found in its syntax tree.

A fault is what a template or a hand could get wrong: code that still runs, is typed as well as before, and talks to
another service than the specification describes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

KINDS = (
    "method",
    "path",
    "parameter place",
    "parameter name",
    "parameter lost",
    "style",
    "body encoding",
    "content type",
    "field name",
    "field type",
    "field lost",
    "requiredness",
    "enum value",
    "status dispatch",
    "error dispatch",
    "answer type",
    "auth header",
    "auth lost",
    "server",
)
_PLACES = {"Query": "Header", "Header": "Query", "Cookie": "Query", "Path": "Query"}
_TYPES = {"str": "int", "int": "str", "float": "str", "bool": "str", "bytes": "str"}


@dataclass(frozen=True)
class Mutant:
    """One fault: what stands at a place of a file, and what is put there instead."""

    kind: str
    path: Path
    start: int
    end: int
    instead: str
    what: str

    def text(self, whole: str) -> str:
        """The file with the fault."""
        data = whole.encode()
        return (data[: self.start] + self.instead.encode() + data[self.end :]).decode()

    def __str__(self) -> str:
        return f"{self.kind}: {self.path} {self.what} -> {self.instead}"


class _File:
    """A file of the package and where its nodes stand, in bytes."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.data = path, text.encode()
        self.starts = [0]
        for line in text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line.encode()))

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[
            node.end_lineno - 1
        ] + node.end_col_offset

    def source(self, node: ast.expr | ast.stmt) -> str:
        start, end = self.span(node)
        return self.data[start:end].decode()

    def fault(self, kind: str, node: ast.expr | ast.stmt | ast.keyword, instead: str) -> Mutant:
        start, end = self.span(node)
        line = self.data.count(b"\n", 0, start) + 1
        return Mutant(
            kind, self.path, start, end, instead, f"line {line}: {self.data[start:end].decode()[:100]}"
        )


def mutants_of(package: Path) -> list[Mutant]:
    """Every fault that can be put into the clients and the models of a package."""
    found: list[Mutant] = []
    for path in sorted(package.glob("v*/**/*.py")):
        text = path.read_text(encoding="utf-8")
        file = _File(path.relative_to(package), text)
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found += _called(file, node)
            elif isinstance(node, ast.ClassDef) and "_models" in file.path.parts:
                found += _fields(file, node)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                found += _constants(file, node)
    return found


def _called(file: _File, node: ast.Call) -> Iterator[Mutant]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name == "Call":
        yield from _requests(file, {word.arg: word.value for word in node.keywords if word.arg})
    elif name in _PLACES and node.args and isinstance(node.args[0], ast.Constant):
        yield from _parameters(file, node, name)
    elif name == "as_stream" and isinstance(node.args[-1], ast.Dict):
        yield from _answers(file, node.args[-1], "status dispatch", "answer type")
    elif name == "JsonBody":
        yield (
            file.fault("body encoding", node.func, "FormBody" if _has(file, b"FormBody") else "MultipartBody")
            if (_has(file, b"FormBody") or _has(file, b"MultipartBody"))
            else file.fault("body encoding", node, "RawBody(b'{}', media_type='application/json')")
        )
    elif name in ("FormBody", "MultipartBody") and _has(file, b"JsonBody"):
        yield file.fault("body encoding", node.func, "JsonBody")
    elif name == "ApiKeyScheme":
        yield file.fault("auth header", node.args[2], repr(str(ast.literal_eval(node.args[2])) + "x"))
        place = ast.literal_eval(node.args[1])
        yield file.fault("auth header", node.args[1], repr({"header": "query"}.get(str(place), "header")))
    elif name in ("BearerScheme", "BasicScheme"):
        yield (
            file.fault("auth header", node, f"ApiKeyScheme({file.source(node.args[0])}, 'header', 'x-key')")
            if _has(file, b"ApiKeyScheme")
            else file.fault("auth header", node.args[0], "'another'")
        )
    if name in ("RawBody", "JsonBody", "FormBody", "MultipartBody"):
        for word in node.keywords:
            if word.arg == "media_type" and isinstance(word.value, ast.Constant):
                yield file.fault("content type", word.value, '"application/x-other"')


def _has(file: _File, name: bytes) -> bool:
    """True when a file imports a name, so that putting it in does not fail for want of it."""
    return (
        b"    " + name + b"," in file.data
        or b" " + name + b"\n" in file.data
        or b" " + name + b"," in file.data
    )


def _requests(file: _File, words: dict[str, ast.expr]) -> Iterator[Mutant]:
    method, path = ast.literal_eval(words["method"]), ast.literal_eval(words["path"])
    yield file.fault("method", words["method"], repr("PUT" if method != "PUT" else "POST"))
    yield file.fault("path", words["path"], repr(path + "x"))
    yield file.fault("path", words["path"], repr(path.replace("/", "/x", 1)))
    if isinstance(words.get("auth"), ast.Tuple) and words["auth"].elts:  # type: ignore[attr-defined]
        yield file.fault("auth lost", words["auth"], "()")
    if "server" in words:
        yield file.fault("server", words["server"], '"https://another.test"')
    if isinstance(returns := words.get("returns"), ast.Dict):
        yield from _answers(file, returns, "status dispatch", "answer type")
    if isinstance(raises := words.get("raises"), ast.Dict):
        yield from _answers(file, raises, "error dispatch", "error dispatch")
    if isinstance(sent := words.get("parameters"), ast.Tuple):
        for one in sent.elts:
            yield file.fault("parameter lost", one, "*()")


def _answers(file: _File, node: ast.Dict, of_status: str, of_type: str) -> Iterator[Mutant]:
    for status, contents in zip(node.keys, node.values, strict=True):
        assert isinstance(status, ast.Constant)
        told = str(status.value)
        yield file.fault(of_status, status, repr("418" if told != "418" else "417"))
        if isinstance(contents, ast.Dict):
            for media_type, type_ in zip(contents.keys, contents.values, strict=True):
                assert isinstance(media_type, ast.Constant)
                yield file.fault("content type", media_type, '"application/x-other"')
                if file.source(type_) not in ("Any", "object"):
                    yield file.fault(of_type, type_, "int" if file.source(type_) != "int" else "str")


def _parameters(file: _File, node: ast.Call, name: str) -> Iterator[Mutant]:
    if _has(file, _PLACES[name].encode()):
        yield file.fault("parameter place", node.func, _PLACES[name])
    wire_name = node.args[0]
    yield file.fault("parameter name", wire_name, repr(str(ast.literal_eval(wire_name)) + "x"))
    for word in node.keywords:
        if word.arg == "explode":
            yield file.fault("style", word.value, str(not ast.literal_eval(word.value)))
        elif word.arg == "style":
            style = ast.literal_eval(word.value)
            yield file.fault("style", word.value, repr("form" if style != "form" else "deepObject"))
        elif word.arg == "media_type":
            yield file.fault("style", word, "explode=True")


def _fields(file: _File, node: ast.ClassDef) -> Iterator[Mutant]:
    for one in node.body:
        if not isinstance(one, ast.AnnAssign) or not isinstance(one.target, ast.Name):
            continue
        if file.source(one.annotation).startswith("ClassVar"):
            continue
        words = {word.arg: word for word in one.value.keywords} if isinstance(one.value, ast.Call) else {}
        if "name" in words:
            wire_name = str(ast.literal_eval(words["name"].value))
            yield file.fault("field name", words["name"].value, repr(wire_name + "x"))
        else:
            yield file.fault("field name", one.target, one.target.id + "_x")
        yield file.fault("field lost", one, "pass")
        annotation = file.source(one.annotation)
        for inner in ast.walk(one.annotation):
            if isinstance(inner, ast.Name) and inner.id in _TYPES:
                yield file.fault("field type", inner, _TYPES[inner.id])
            elif (
                isinstance(inner, ast.Name)
                and inner.id[0].isupper()
                and inner.id not in ("Any", "Literal", "Unset")
            ):
                yield file.fault("field type", inner, "int")
        if one.value is None:
            after = annotation if "None" in annotation else f"{annotation} | None"
            yield file.fault("requiredness", one, f"{one.target.id}: {after} = None")
        elif isinstance(one.value, ast.Constant) or file.source(one.value) == "UNSET":
            yield file.fault("requiredness", one, f"{one.target.id}: {annotation}")
        if annotation.startswith("Literal["):
            yield from _literals(file, one.annotation)


def _constants(file: _File, node: ast.Assign | ast.AnnAssign) -> Iterator[Mutant]:
    """What stands at the top of a module: aliases of enumerations, and the server."""
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    if not isinstance(target, ast.Name) or node.value is None or target.col_offset != 0:
        return
    if isinstance(node, ast.AnnAssign) and file.source(node.annotation) == "TypeAlias":
        text = node.value
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and "Literal[" in text.value:
            values = ast.parse(text.value, mode="eval")
            for inner in ast.walk(values):
                if isinstance(inner, ast.Subscript) and ast.unparse(inner.value) == "Literal":
                    first = inner.slice.elts[0] if isinstance(inner.slice, ast.Tuple) else inner.slice
                    told = ast.literal_eval(first)
                    other = told + "x" if isinstance(told, str) else 987654
                    before = text.value[first.col_offset : first.end_col_offset]
                    # the whole string is written anew: inside it, quotes may have been escaped
                    yield file.fault(
                        "enum value",
                        text,
                        repr(text.value.replace(before, repr(other).replace("'", '"'), 1)),
                    )
        elif not isinstance(text, ast.Constant):
            yield from _literals(file, text)
    elif target.id == "_SERVER":
        yield file.fault("server", node.value, '"https://another.test"')


def _literals(file: _File, node: ast.expr) -> Iterator[Mutant]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Subscript) and file.source(inner.value) == "Literal":
            for value in inner.slice.elts if isinstance(inner.slice, ast.Tuple) else [inner.slice]:
                told = ast.literal_eval(value)
                yield file.fault("enum value", value, repr(told + "x" if isinstance(told, str) else 987654))
