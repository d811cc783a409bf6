"""Files on disk → `Source`s, and `$ref`s between them.

YAML is read by the core schema of YAML 1.2: `on`, `no` and `2024-01-15` are strings, member names are always strings.
A duplicate member name is an error in both syntaxes. References stay inside the folder of the root document.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import unquote, urlsplit

import yaml

from ..errors import LoadError, Problem
from ..jsonvalue import is_array, is_object
from ..source import Location, Position, Source, split_pointer

MAX_BYTES = 64 * 1024 * 1024
"""The largest file that is read, in bytes."""
SUFFIXES = (".json", ".yaml", ".yml")
"""What a spec's file name may end in."""


def read_source(path: Path, shown: str | None = None) -> Source:
    """Read and parse one file. Raises LoadError with the place of the first fault."""
    source = Source(shown if shown is not None else path.as_posix(), "", "text")
    try:
        if not path.is_file():
            what = (
                "is a folder" if path.is_dir() else "does not exist" if not path.exists() else "is not a file"
            )
            fail(
                "file-not-found",
                f"{source.path} {what}",
                help="name an OpenAPI document, or a folder of versions",
            )
        if path.stat().st_size > MAX_BYTES:
            fail("file-too-large", f"{source.path} is larger than {MAX_BYTES // 2**20} MiB")
        data = path.read_bytes()
    except OSError as error:
        fail("file-not-readable", f"{source.path}: {error.strerror or error}")
    try:
        source.text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        at = Location(source, exact=Position(line, column))
        fail("not-utf8", f"byte {data[error.start]:#04x} is not UTF-8", at, "save the file as UTF-8")
    source.text = source.text.replace("\r\n", "\n")
    looks_json = source.text.lstrip()[:1] in ("{", "[")
    source.syntax = (
        "json" if path.suffix == ".json" or (path.suffix not in SUFFIXES and looks_json) else "yaml"
    )
    source.content = _parse_json(source) if source.syntax == "json" else _parse_yaml(source)
    return source


def fail(rule: str, message: str, at: Location | None = None, help: str | None = None) -> NoReturn:
    """Raise a LoadError of one problem."""
    raise LoadError(Problem(rule, message, at, help))


def _parse_json(source: Source) -> Any:
    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            names = [name for name, _ in pairs]
            raise _DuplicateNameError(next(name for name in names if names.count(name) > 1))
        return made

    def refuse(name: str) -> NoReturn:
        # RFC 8259 section 6 has no such numbers; Python's parser would take them
        before = (
            source.text[: match.start()]
            if (match := re.search(rf'(?<![\w"]){name}(?![\w"])', source.text))
            else ""
        )
        place = Position(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
        fail("invalid-json", f"not JSON: {name} is no number", Location(source, exact=place))

    try:
        return json.loads(source.text, object_pairs_hook=members, parse_constant=refuse)
    except json.JSONDecodeError as error:
        at = Location(source, exact=Position(error.lineno, error.colno))
        fail("invalid-json", f"not JSON: {error.msg}", at)
    except _DuplicateNameError:
        # the fast parser does not say where, the slower YAML composer does, and JSON is YAML
        _refuse_duplicates(source, source.yaml_root)
        fail("duplicate-name", "a member name occurs twice in one object", Location(source))
    except RecursionError:
        fail("too-deep", "nested too deep to be an API description", Location(source))


class _DuplicateNameError(ValueError):
    """A member name occurs twice in one object."""


if TYPE_CHECKING:
    _FastLoader = yaml.SafeLoader
else:
    _FastLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C twin, where PyYAML was built with it


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """The tags of the core schema by the first character of a plain value, as PyYAML looks them up."""
    made: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for tag, pattern, firsts in (
        ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
        ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
        ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
        ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", list("-+.0123456789")),
        ("merge", r"^<<$", ["<"]),
    ):
        for first in firsts:
            made.setdefault(first, []).append((f"tag:yaml.org,2002:{tag}", re.compile(pattern)))
    return made


class _Loader(_FastLoader):
    """YAML by the core schema of YAML 1.2, plus merge keys. A member name that occurs twice raises LoadError."""

    yaml_implicit_resolvers = _resolvers()

    def __init__(self, source: Source) -> None:
        super().__init__(source.text)
        self.source = source

    def get_single_node(self) -> yaml.Node | None:
        """The node tree of the document."""
        root = super().get_single_node()
        _refuse_duplicates(self.source, root)
        return root


def _int(_loader: Any, node: yaml.ScalarNode) -> int:
    return int(node.value)


def _float(_loader: Any, node: yaml.ScalarNode) -> float:
    return float(node.value)


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    loader.flatten_mapping(node)
    made: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(
                None, None, "a member name must be a plain value", key.start_mark
            )
        made[key.value] = loader.construct_object(value, deep=True)
    return made


_Loader.add_constructor("tag:yaml.org,2002:int", _int)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def _parse_yaml(source: Source) -> Any:
    try:
        loader = _Loader(source)
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
        fail("invalid-yaml", f"not YAML: {error.problem or error.context}", Location(source, exact=place))
    except yaml.reader.ReaderError as error:
        before = source.text[: error.position]
        place = Position(before.count("\n") + 1, error.position - (before.rfind("\n") + 1) + 1)
        fail(
            "invalid-yaml",
            f"not YAML: the character U+{ord(str(error.character)):04X} is not allowed",
            Location(source, exact=place),
        )
    except (yaml.YAMLError, ValueError) as error:
        fail("invalid-yaml", f"not YAML: {error}", Location(source))
    except RecursionError:
        fail("too-deep", "nested too deep to be an API description", Location(source))


def _refuse_duplicates(source: Source, root: yaml.Node | None) -> None:
    """Raise LoadError for a mapping that names one member twice, with both places."""
    stack = [root] if root is not None else []
    seen_nodes: set[int] = set()
    while stack:
        node = stack.pop()
        if id(node) in seen_nodes:
            continue
        seen_nodes.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            stack.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            places: dict[str, Position] = {}
            for key, value in node.value:
                stack.append(value)
                if not isinstance(key, yaml.ScalarNode) or key.tag.endswith(":merge"):
                    continue
                place = Position(key.start_mark.line + 1, key.start_mark.column + 1)
                if key.value in places:
                    first = places[key.value]
                    fail(
                        "duplicate-name",
                        f"{key.value!r} is written twice in one object, first at line {first.line}, column {first.column}",
                        Location(source, exact=place),
                        "remove or rename one of the two",
                    )
                places[key.value] = place


_PROJECT_MARKS = (".git", "apivolve.toml", "pyproject.toml")


def root_of(path: Path) -> Path:
    """The folder that references may not leave: the project a file is in, else the folder we run in, else its own."""
    real = path.resolve()
    own = real if real.is_dir() else real.parent
    for folder in (own, *own.parents):
        # Azure's specifications live below a folder of this name, and refer to each other across it
        if folder.name == "specification" or any((folder / mark).exists() for mark in _PROJECT_MARKS):
            return folder
    return Path.cwd() if own.is_relative_to(Path.cwd()) else own


@dataclass
class Documents:
    """The files of one version, read once each, and the references between them.

    `base` is the folder of the version as the user named it, from which paths are shown; `root` is the folder that
    references may not leave. With a `label` (`TAG:`) paths are shown from the base on, with that in front.
    """

    base: Path
    root: Path
    by_path: dict[Path, Source] = field(default_factory=dict)
    label: str = ""

    def open(self, path: Path, at: Location | None = None) -> Source:
        """The file at a path inside the root. Raises LoadError when it is outside, missing or broken."""
        real = path.resolve()
        known = self.by_path.get(real)
        if known is not None:
            return known
        inner = os.path.relpath(real, self.base.resolve())
        shown = self.label + Path(inner if self.label else os.path.normpath(self.base / inner)).as_posix()
        if at is not None and not real.is_relative_to(self.root.resolve()):
            fail(
                "ref-outside",
                f"{shown} is outside of the project",
                at,
                "name a folder that holds both with --root",
            )
        if at is not None and not real.is_file():
            fail("ref-not-found", f"there is no file {shown}", at)
        source = read_source(real, shown)
        self.by_path[real] = source
        return source

    def resolve(self, ref: str, at: Location) -> Location:
        """The place that a reference written at a place points to. Raises LoadError when there is none."""
        address, _, fragment = ref.partition("#")
        source = at.source
        if address:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                fail(
                    "ref-to-network",
                    f"{ref} is on the network",
                    at,
                    "download it and refer to the local file",
                )
            here = next(path for path, known in self.by_path.items() if known is at.source)
            source = self.open(here.parent / unquote(parts.path), at)
        pointer = unquote(fragment)
        if pointer and not pointer.startswith("/"):
            pointer = _anchored(source, pointer)
        try:
            source.get(pointer)
        except KeyError:
            fail("ref-not-found", f"{ref} points to nothing", at, _nearest(source, pointer))
        return Location(source, pointer)


def _anchored(source: Source, name: str) -> str:
    """The pointer of the schema with an `$anchor`, by a walk of the document; the name itself when there is none."""
    stack: list[tuple[Any, Location]] = [(source.content, Location(source))]
    while stack:
        value, at = stack.pop()
        if is_object(value):
            if value.get("$anchor") == name or value.get("$dynamicAnchor") == name:
                return at.pointer
            stack.extend((inner, at.child(key)) for key, inner in value.items())
        elif is_array(value):
            stack.extend((inner, at.child(index)) for index, inner in enumerate(value))
    return f"/{name}"


def _nearest(source: Source, pointer: str) -> str | None:
    """A hint: the names that do exist where a pointer leaves the document."""
    tokens = split_pointer(pointer)
    value = source.content
    for index, token in enumerate(tokens):
        if not is_object(value) or token not in value:
            if is_object(value) and value:
                names = ", ".join(sorted(value, key=lambda name: _distance(name, token))[:3])
                where = "/".join(tokens[:index]) or "the document"
                return f"{where} has {names}"
            return None
        value = value[token]
    return None


def _distance(name: str, wanted: str) -> tuple[float, str]:
    import difflib

    return (1 - difflib.SequenceMatcher(None, name.lower(), wanted.lower()).ratio(), name)
