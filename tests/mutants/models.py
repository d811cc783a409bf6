"""Faults of models: the names, types and requiredness of fields, the values of enumerations, the variants of unions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .mutant import File, Mutant, constant

_TYPES = {
    "str": "int",
    "int": "str",
    "float": "str",
    "bool": "str",
    "bytes": "str",
    "DecimalText": "str",
    "DecimalNumber": "float",
}
_OPEN = ("Literal", "Unset", "UnknownStr", "UnknownInt", "UnknownModel", "FileInput")


def faults_of_classes(file: File, node: ast.ClassDef) -> Iterator[Mutant]:
    """The faults that can be put into a class of models."""
    for one in node.body:
        if not isinstance(one, ast.AnnAssign) or not isinstance(one.target, ast.Name):
            continue
        if file.source(one.annotation).startswith("ClassVar"):
            continue
        words = (
            {word.arg: word.value for word in one.value.keywords if word.arg}
            if isinstance(one.value, ast.Call)
            else {}
        )
        yield from _name(file, one, words)
        yield file.fault("field lost", one, "pass")
        yield from _type(file, one.annotation)
        yield from _requiredness(file, one, words)


def _name(file: File, one: ast.AnnAssign, words: dict[str, ast.expr]) -> Iterator[Mutant]:
    assert isinstance(one.target, ast.Name)
    if "name" in words:
        yield file.fault("field name", words["name"], repr(f"{constant(words['name'])}x"))
    else:
        yield file.fault("field name", one.target, f"{one.target.id}_x")


def _type(file: File, annotation: ast.expr) -> Iterator[Mutant]:
    # the names in a JSON object are text whatever the type of the keys is called, and are kept as text
    keys = [
        node.slice.elts[0]
        for node in ast.walk(annotation)
        if isinstance(node, ast.Subscript)
        and file.source(node.value) == "dict"
        and isinstance(node.slice, ast.Tuple)
    ]
    for inner in ast.walk(annotation):
        if inner in keys:
            continue
        if (
            isinstance(inner, ast.Attribute)
            and isinstance(inner.value, ast.Name)
            and inner.value.id in ("datetime", "uuid")
        ):
            yield file.fault("field type", inner, "str")
        elif isinstance(inner, ast.Name) and inner.id in _TYPES:
            yield file.fault("field type", inner, _TYPES[inner.id])
        elif isinstance(inner, ast.Name) and inner.id[0].isupper() and inner.id not in _OPEN:
            yield file.fault("field type", inner, "dict[str, bool]")
        elif isinstance(inner, ast.Subscript) and file.source(inner.value) == "Literal":
            for value in _members(inner.slice):
                told = ast.literal_eval(value)
                yield file.fault("enum value", value, repr(f"{told}x" if isinstance(told, str) else 987654))


def _requiredness(file: File, one: ast.AnnAssign, words: dict[str, ast.expr]) -> Iterator[Mutant]:
    assert isinstance(one.target, ast.Name)
    annotation = file.source(one.annotation)
    if one.value is None:
        after = annotation if "None" in annotation else f"{annotation} | None"
        yield file.fault("requiredness", one, f"{one.target.id}: {after} = None")
    elif isinstance(one.value, ast.Constant) or file.source(one.value) == "UNSET":
        yield file.fault("requiredness", one, f"{one.target.id}: {annotation}")
    elif "name" in words and "default" in words:
        name = file.source(words["name"])
        yield file.fault("requiredness", one.value, f"msgspec.field(name={name})")
    elif set(words) == {"name"}:
        yield file.fault(
            "requiredness", one.value, f"msgspec.field(name={file.source(words['name'])}, default=None)"
        )


def faults_of_named_types(file: File, tree: ast.Module) -> Iterator[Mutant]:
    """The faults of what stands below the classes: what named types are to type checkers, and to the decoder."""
    for node in tree.body:
        if (
            isinstance(node, ast.If)
            and file.source(node.test) == "TYPE_CHECKING"
            and "_models" in file.path.parts
        ):
            for one in node.body:
                if isinstance(one, ast.AnnAssign) and isinstance(one.value, ast.Constant):
                    yield from _values(file, one.value)
            for one in node.orelse:
                # the type of an argument alone is never read from an answer: at run time nobody asks what it is
                if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) in file.decoded:
                    yield from _decoded(file, one.value)


def _values(file: File, written: ast.Constant) -> Iterator[Mutant]:
    """Each declared value of an enumeration. The whole string is written anew: inside it, quotes may be escaped."""
    text = str(written.value)
    for part in ast.walk(ast.parse(text, mode="eval")):
        if isinstance(part, ast.Subscript) and ast.unparse(part.value) == "Literal":
            for value in _members(part.slice):
                told = ast.literal_eval(value)
                other = repr(f"{told}x" if isinstance(told, str) else 987654)
                data = text.encode()
                changed = data[: value.col_offset] + other.encode() + data[value.end_col_offset or 0 :]
                yield file.fault("enum value", written, repr(changed.decode()))


def _decoded(file: File, value: ast.expr) -> Iterator[Mutant]:
    if isinstance(value, ast.Call) and file.source(value.func) == "union":
        yield from faults_of_union(file, value, "union")
    else:
        yield from _type(file, value)


def faults_of_union(file: File, union: ast.Call, kind: str) -> Iterator[Mutant]:
    """The faults of a `union(…)`: its tag, and which class is meant by which."""
    words = {word.arg: word.value for word in union.keywords if word.arg}
    if "tag" in words:
        yield file.fault(kind, words["tag"], repr(f"{constant(words['tag'])}x"))
    variants = words.get("variants")
    if "tag" in words and isinstance(variants, ast.Lambda) and isinstance(variants.body, ast.Tuple):
        for pair in variants.body.elts:
            if isinstance(pair, ast.Tuple) and constant(pair.elts[0]):
                yield file.fault(kind, pair.elts[0], repr(f"{constant(pair.elts[0])}x"))
                yield file.fault(kind, pair.elts[1], "dict[str, bool]")


def _members(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]
