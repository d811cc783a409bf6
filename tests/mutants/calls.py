"""Faults of what is sent: method, path, parameters, body, credentials, address, and how arguments reach them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .mutant import File, Mutant, constant

_PLACES = {"Query": "Header", "Header": "Query", "Cookie": "Query", "Path": "Query"}
_BODIES = ("JsonBody", "FormBody", "MultipartBody", "RawBody")


def faults_of_calls(file: File, node: ast.AST) -> Iterator[Mutant]:
    """The faults that can be put into a node."""
    if isinstance(node, ast.ClassDef) and "_models" not in file.path.parts:
        for method in node.body:
            if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and not method.decorator_list:
                yield from _signature(file, method)
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        address = constant(node.value)
        # without one, and with variables that have no default, a client must be told the address
        if node.targets[0].id == "_SERVER" and address and address.startswith("http") and "{" not in address:
            yield file.fault("server", node.value, '"https://another.test"')
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield from _called(file, node, node.func.id)


def _called(file: File, node: ast.Call, name: str) -> Iterator[Mutant]:
    words = {word.arg: word.value for word in node.keywords if word.arg}
    if name == "Call":
        yield from _request(file, words)
    elif name in _PLACES and node.args and constant(node.args[0]) is not None and node not in file.nowhere:
        yield from _parameter(file, node, name)
    elif name in _BODIES:
        yield from _body(file, node, name, words)
    elif name.endswith("Scheme") and node.args and constant(node.args[0]) not in file.schemes:
        pass  # what no operation asks for, or no header can be called, is never sent
    elif name == "ApiKeyScheme":
        yield file.fault("auth header", node.args[2], repr(f"{constant(node.args[2])}x"))
        place = {"header": "query"}.get(str(constant(node.args[1])), "header")
        yield file.fault("auth header", node.args[1], repr(place))
    elif name in ("BearerScheme", "BasicScheme"):
        key = f"ApiKeyScheme({file.source(node.args[0])}, 'header', 'x-key')"
        yield (
            file.fault("auth header", node, key)
            if file.has("ApiKeyScheme")
            else file.fault("auth header", node.args[0], "'another'")
        )


def _request(file: File, words: dict[str, ast.expr]) -> Iterator[Mutant]:
    method, path = constant(words["method"]), str(constant(words["path"]))
    yield file.fault("method", words["method"], repr("PUT" if method != "PUT" else "POST"))
    yield file.fault("path", words["path"], repr(path + "x"))
    yield file.fault("path", words["path"], repr(path.replace("/", "/x", 1)))
    auth = words.get("auth")
    if isinstance(auth, ast.Tuple) and any(isinstance(one, ast.Tuple) and one.elts for one in auth.elts):
        yield file.fault("auth lost", auth, "()")
        first, last = file.source(auth.elts[0]), auth.elts[-1]
        # an alternative with a scheme that cannot be sent is one that nobody takes
        if file.source(last) != first and file.is_sent(last):
            yield file.fault("auth lost", last, first)
    # an address that a client is told is that of all calls
    if "server" in words and not file.is_told:
        yield file.fault("server", words["server"], '"https://another.test"')
    if isinstance(sent := words.get("parameters"), ast.Tuple):
        for one in sent.elts:
            if one not in file.nowhere:
                yield file.fault("parameter lost", one, "*()")


def _parameter(file: File, node: ast.Call, name: str) -> Iterator[Mutant]:
    if file.has(_PLACES[name]):
        yield file.fault("parameter place", node.func, _PLACES[name])
    yield file.fault("parameter name", node.args[0], repr(f"{constant(node.args[0])}x"))
    yield from _style(file, {word.arg: word.value for word in node.keywords if word.arg})
    for word in node.keywords:
        if word.arg == "media_type":
            yield file.fault("style", word, "explode=True")


def _style(file: File, words: dict[str, ast.expr]) -> Iterator[Mutant]:
    if "explode" in words:
        yield file.fault("style", words["explode"], str(not ast.literal_eval(words["explode"])))
    if "allow_reserved" in words:
        yield file.fault("style", words["allow_reserved"], "False")
    if "style" in words:
        # exploded, what stands between items is `&`, whatever it else is
        is_alike = constant(words["style"]) == "form" or "explode" in words
        yield file.fault("style", words["style"], repr("deepObject" if is_alike else "form"))


def _part(file: File, words: dict[str, ast.expr], *, has_head: bool) -> Iterator[Mutant]:
    """How a member of a form is written. Only parts have a head that tells their media type."""
    # the characters of a form are all encoded: that some need not be says only that it is written in a style
    is_styled = "style" in words or "explode" in words
    yield from _style(
        file, {name: word for name, word in words.items() if name != "allow_reserved" or not is_styled}
    )
    if "media_type" in words and (has_head or "json" in str(constant(words["media_type"]))):
        yield file.fault("content type", words["media_type"], '"application/x-other"')
    if "base64" in words:
        yield file.fault("body encoding", words["base64"], "False")


def _body(file: File, node: ast.Call, name: str, words: dict[str, ast.expr]) -> Iterator[Mutant]:
    if name == "JsonBody":
        other = next((one for one in ("FormBody", "MultipartBody") if file.has(one)), None)
        if other is not None and not words:
            yield file.fault("body encoding", node.func, other)
        else:
            yield file.fault("body encoding", node, "None")
    elif name in ("FormBody", "MultipartBody"):
        for part in words["encoding"].elts if isinstance(words.get("encoding"), ast.Tuple) else ():
            if isinstance(part, ast.Call):
                told = {word.arg: word.value for word in part.keywords if word.arg}
                yield from _part(file, told, has_head=name == "MultipartBody")
        yield (
            file.fault("body encoding", node.func, "JsonBody")
            if file.has("JsonBody")
            else file.fault("body encoding", node, "None")
        )
    else:
        yield file.fault("body encoding", node, "None")
    if "media_type" in words:
        yield file.fault("content type", words["media_type"], '"application/x-other"')


def _signature(file: File, method: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Mutant]:
    """What a method asks for, and what it hands on."""
    for argument, default in zip(method.args.kwonlyargs, method.args.kw_defaults, strict=True):
        if default is not None:
            yield file.between("signature", file.span(argument)[1], file.span(default)[1], "")
    for inner in ast.walk(method):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id.startswith("_"):
            for word in inner.keywords:
                if word.arg is not None and isinstance(word.value, ast.Name):
                    yield file.fault("argument", word.value, "None")
            names = [one for one in inner.args if isinstance(one, ast.Name)]
            if len(names) > 1 and (inner.func.id, names[0].id) not in file.unsent:
                yield file.fault("argument", names[0], names[1].id)
