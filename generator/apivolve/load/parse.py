"""Text → JSON values: JSON, and YAML as people write it.

YAML is read by the core schema of YAML 1.2: `on`, `no` and `2024-01-15` are strings, member names are always strings,
merge keys are followed. A duplicate member name is an error in both syntaxes.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import math
import os
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
import yaml

from ..errors import LoadError, Problem
from ..jsonvalue import is_array, is_object
from ..source import Location, Position, Source

MAX_BYTES = 64 * 1024 * 1024
"""The largest file that is read, in bytes."""
MAX_DEPTH = 100
"""How deep objects and arrays may be inside each other. Published descriptions reach 22."""
MAX_DIGITS = 1000
"""The longest whole number that is read."""
MAX_GROWTH = 20
"""How many times the values that are written the aliases of a YAML file may stand for."""
_FREE_VALUES = 100_000
"""What aliases may stand for in any file."""
_STACK = 5000
"""So deep a text can be composed by the C library that YAML is read with, which recurs."""
_AT_ONCE: int = getattr(os, "O_NONBLOCK", 0)
SUFFIXES = (".json", ".yaml", ".yml")
PAGES = (".txt", ".md")
"""The files that an operation page may be in."""
"""What a spec's file name may end in."""


def read_source(path: Path, shown: str | None = None) -> Source:
    """Read and parse one file. Raises LoadError with the place of the first fault."""
    shown = shown if shown is not None else path.as_posix()
    try:
        if not path.is_file():
            what = (
                "is a folder" if path.is_dir() else "does not exist" if not path.exists() else "is not a file"
            )
            fail(
                "file-not-found", f"{shown} {what}", help="name an OpenAPI document, or a folder of versions"
            )
        # a pipe that took the file's place meanwhile does not block, and a device has an end
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _AT_ONCE)) as file:
            data = (file.read(MAX_BYTES + 1) if S_ISREG(os.fstat(file.fileno()).st_mode) else None) or b""
        if len(data) > MAX_BYTES:
            fail("file-too-large", f"{shown} is larger than {MAX_BYTES // 2**20} MiB")
    except OSError as error:
        fail("file-not-readable", f"{shown}: {error.strerror or error}")
    return parse_source(data, shown)


def parse_source(data: bytes, shown: str) -> Source:
    """The parsed content of a file that is called `shown`. Raises LoadError with the place of the first fault."""
    written = data.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")
    source = Source(shown, written, "text")
    suffix = Path(shown).suffix
    looks_json = suffix not in SUFFIXES and written.lstrip()[:1] in (b"{", b"[")
    source.syntax = "json" if suffix == ".json" or looks_json else "yaml"
    if source.syntax == "json" and (content := _read_fast(written)) is not None:
        _refuse_depth(source, content)
        source.content = content
        return source
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        source.data = b""
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        at = Location(source, exact=Position(line, column))
        fail("not-utf8", f"byte {data[error.start]:#04x} is not UTF-8", at, "save the file as UTF-8")
    source.content = _parse_json(source) if source.syntax == "json" else _parse_yaml(source)
    return source


def fail(rule: str, message: str, at: Location | None = None, help: str | None = None) -> NoReturn:
    """Raise a LoadError of one problem."""
    raise LoadError(Problem(rule, message, at, help))


def _offset(source: Source, offset: int) -> Location:
    """The place at an offset of the text."""
    line = source.text.count("\n", 0, offset) + 1
    return Location(source, exact=Position(line, offset - (source.text.rfind("\n", 0, offset) + 1) + 1))


# --- JSON ------------------------------------------------------------------------------------------------


class _DuplicateNameError(ValueError):
    """A member name occurs twice in one object."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        raise _DuplicateNameError(next(name for at, name in enumerate(names) if name in names[:at]))
    return made


def _read_fast(text: bytes) -> Any:
    """The values of a JSON text, and None where that is no sure thing: then it is read with more care."""
    if b"\\u003" in text or _DIGITS in text.translate(_TO_DIGITS):
        return None
    try:
        content = msgspec.json.decode(text)
        again = msgspec.json.encode(content)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
        return None
    # of several members with one name it keeps one, and each member has a colon of its own
    return content if text.count(b":") == again.count(b":") else None


_DIGITS = b"0" * (MAX_DIGITS + 1)
_TO_DIGITS = bytes.maketrans(b"0123456789", b"0" * 10)


def _parse_json(source: Source) -> Any:
    def refuse(written: str, why: str) -> NoReturn:
        match = re.search(rf'(?<![\w".]){re.escape(written)}(?![\w".])', source.text)
        fail(
            "invalid-json", f"not JSON: {written[:40]} {why}", _offset(source, match.start() if match else 0)
        )

    def constant(written: str) -> NoReturn:
        # RFC 8259 section 6 has no such numbers; Python's parser would take them
        refuse(written, "is no number")

    def number(written: str) -> float:
        made = float(written)
        if math.isinf(made):
            refuse(written, "is too large for a number")
        return made

    def whole(written: str) -> int:
        if len(written) > MAX_DIGITS:
            refuse(written, "has too many digits for a number")
        return int(written)

    try:
        made = json.loads(
            source.text,
            object_pairs_hook=_members,
            parse_constant=constant,
            parse_float=number,
            parse_int=whole,
        )
        _refuse_depth(source, made)
        if (half := _half_a_pair(source.text)) is not None:
            # RFC 8259 section 8.2 leaves open what that means, and no text can be made of it
            fail("invalid-json", "half of a surrogate pair is no character", _offset(source, half))
        return made
    except json.JSONDecodeError as error:
        at = Location(source, exact=Position(error.lineno, error.colno))
        fail("invalid-json", f"not JSON: {error.msg}", at)
    except _DuplicateNameError as error:
        # the fast parser does not say where, the slower YAML composer does, and JSON is YAML as far as it is well-formed
        with contextlib.suppress(yaml.YAMLError):
            _refuse_events_depth(source)
            if source.yaml_root is not None:
                _Builder(source).build(source.yaml_root)
        fail("duplicate-name", f"{error.args[0]!r} is written twice in one object", Location(source))
    except RecursionError:
        fail("too-deep", _TOO_DEEP, Location(source))


_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels, which no API description is"


def _refuse_depth(source: Source, content: Any) -> None:
    """Refuse values too deep inside each other: readers of a document recur along them."""
    level: list[Any] = [content] if is_object(content) or is_array(content) else []
    for _ in range(MAX_DEPTH):
        inside: Iterator[Any] = chain.from_iterable(
            value.values() if is_object(value) else value for value in level
        )
        level = [value for value in inside if type(value) is dict or type(value) is list]
        if not level:
            return
    stack: list[tuple[Any, Location, int]] = [(content, Location(source), 0)]
    while stack:
        value, at, depth = stack.pop()
        if depth == MAX_DEPTH:
            fail("too-deep", _TOO_DEEP, at)
        members = value.items() if is_object(value) else enumerate(value) if is_array(value) else ()
        stack.extend((inner, at.below(token), depth + 1) for token, inner in members)


_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)


def _half_a_pair(text: str) -> int | None:
    """The offset of the first escape of half a surrogate pair without its other half."""
    if "\\ud" not in text.lower():
        return None
    high: re.Match[str] | None = None
    for match in _ESCAPE.finditer(text):
        code = int(match[1], 16) if match[1] else 0
        low = 0xDC00 <= code <= 0xDFFF
        if high is not None and not (low and match.start() == high.end()):
            return high.start()
        if low and high is None:
            return match.start()
        high = match if 0xD800 <= code <= 0xDBFF else None
    return high.start() if high is not None else None


# --- YAML ------------------------------------------------------------------------------------------------

if TYPE_CHECKING:
    _FastLoader = yaml.SafeLoader
else:
    _FastLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C twin, where PyYAML was built with it

_TAG = "tag:yaml.org,2002:"


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """The tags of the core schema by the first character of a plain value, as PyYAML looks them up."""
    made: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for tag, pattern, firsts in (
        ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
        ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
        ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789")),
        ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", list("-+.0123456789")),
        ("merge", r"^<<$", ["<"]),
    ):
        for first in firsts:
            made.setdefault(first, []).append((_TAG + tag, re.compile(pattern)))
    return made


class _Loader(_FastLoader):
    """The composer, with the implicit types of the core schema of YAML 1.2, plus merge keys."""

    yaml_implicit_resolvers = _resolvers()


def _parse_yaml(source: Source) -> Any:
    try:
        if source.text.count("[") + source.text.count("{") > _STACK or _MARGIN.search(source.text):
            _refuse_events_depth(source)
        root: yaml.Node | None = yaml.compose(source.text, Loader=_Loader)
        return _Builder(source).build(root) if root is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
        fail("invalid-yaml", f"not YAML: {error.problem or error.context}", Location(source, exact=place))
    except yaml.reader.ReaderError as error:
        # libyaml gives the number of a character and counts bytes, PyYAML's own reader gives and counts characters
        if isinstance(error.character, int):
            code, start = error.character, source.text.encode()[: error.position].decode("utf-8", "ignore")
        else:
            code, start = ord(str(error.character)[:1] or "\0"), source.text[: error.position]
        fail("invalid-yaml", f"not YAML: U+{code:04X}: {error.reason}", _offset(source, len(start)))
    except (yaml.YAMLError, ValueError) as error:
        fail("invalid-yaml", f"not YAML: {error}", Location(source))


_MARGIN = re.compile(rf"^[ \-?:]{{{_STACK}}}", re.MULTILINE)
"""What a line begins with when what is on it can be that deep in blocks."""


def _refuse_events_depth(source: Source) -> None:
    """Refuse a text that the composer would recur along beyond the end of its stack."""
    depth = 0
    for event in yaml.parse(source.text, Loader=_FastLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                line, column = (mark.line + 1, mark.column + 1) if (mark := event.start_mark) else (1, 1)
                fail("too-deep", _TOO_DEEP, Location(source, exact=Position(line, column)))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Builder:
    """Node trees → values. An alias is the very value it names; what all aliases stand for is bounded."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.done: dict[int, Any] = {}

    def build(self, root: yaml.Node) -> Any:
        """The value of a document."""
        self._refuse_bombs(root)
        return self._value(root)

    def _refuse_bombs(self, root: yaml.Node) -> None:
        """Refuse what is nested too deep, what contains itself, and what is small only as it is written."""
        sizes: dict[int, int] = {}
        heights: dict[int, int] = {}
        open_: set[int] = set()
        written = 0
        stack: list[tuple[yaml.Node, bool]] = [(root, False)]
        while stack:
            node, ready = stack.pop()
            identity = id(node)
            children = _containers(node)
            if ready:
                sizes[identity] = 1 + len(node.value) + sum(sizes[id(child)] for child in children)
                heights[identity] = 1 + max((heights[id(child)] for child in children), default=0)
                written += 1 + len(node.value)
                open_.discard(identity)
            elif identity in open_:
                fail("invalid-yaml", "an anchor that contains its own alias", self._at(node))
            elif identity not in sizes:
                open_.add(identity)
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(children))
        if heights[id(root)] > MAX_DEPTH:
            node = root
            for _ in range(MAX_DEPTH):
                node = max(_containers(node), key=lambda child: heights[id(child)])
            fail("too-deep", _TOO_DEEP, self._at(node))
        if sizes[id(root)] > max(_FREE_VALUES, MAX_GROWTH * written):
            fail(
                "too-large",
                f"its aliases stand for {sizes[id(root)]} values, and {written} are written",
                self._at(root),
                "write out what is meant, or refer to it with `$ref`",
            )

    def _value(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return node.value if node.tag == "tag:yaml.org,2002:str" else self._scalar(node)
        identity = id(node)
        if identity in self.done:
            return self.done[identity]
        if isinstance(node, yaml.MappingNode):
            made: Any = self._mapping(node)
        elif isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            made = [self._value(item) for item in node.value]
        else:
            self._unknown_tag(node)
        self.done[identity] = made
        return made

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        if node.tag != _TAG + "map":
            self._unknown_tag(node)
        made: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                fail("invalid-yaml", "not YAML: a member name must be a plain value", self._at(key))
            if key.tag == "tag:yaml.org,2002:merge":
                merged = {**self._merged(value), **merged}
                continue
            name = key.value
            if name in made:
                self._refuse_duplicate(node, key)
            made[name] = self._value(value)
        return {**merged, **made} if merged else made

    def _merged(self, node: yaml.Node) -> dict[str, Any]:
        """The members that a merge key brings in; of several mappings, the first wins."""
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        made: dict[str, Any] = {}
        for one in reversed(nodes):
            if not isinstance(one, yaml.MappingNode):
                fail("invalid-yaml", "not YAML: `<<` needs a mapping", self._at(node))
            made.update(self._value(one))
        return made

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        match node.tag.removeprefix(_TAG):
            case "null":
                return None
            case "bool":
                return node.value in ("true", "True", "TRUE")
            case "int":
                if len(node.value) > MAX_DIGITS:
                    fail("invalid-yaml", "not YAML: a number of that many digits is not read", self._at(node))
                return int(node.value, 0) if node.value[:2] in ("0o", "0x") else int(node.value)
            case "float":
                made = float(node.value)
                if math.isinf(made) or math.isnan(made):
                    fail(
                        "invalid-yaml",
                        f"not YAML: {node.value[:40]} is too large for a number",
                        self._at(node),
                    )
                return made
            case "merge":
                return node.value
            case _:
                return self._unknown_tag(node)

    def _unknown_tag(self, node: yaml.Node) -> NoReturn:
        fail("invalid-yaml", f"the tag {node.tag!r} has no meaning in an API description", self._at(node))

    def _refuse_duplicate(self, node: yaml.MappingNode, again: yaml.ScalarNode) -> NoReturn:
        first = next(key for key, _ in node.value if key.value == again.value)
        mark = first.start_mark
        fail(
            "duplicate-name",
            f"{again.value!r} is written twice in one object, first at line {mark.line + 1}, column {mark.column + 1}",
            self._at(again),
            "remove or rename one of the two",
        )

    def _at(self, node: yaml.Node) -> Location:
        mark = node.start_mark
        return Location(self.source, exact=Position(mark.line + 1, mark.column + 1))


def _containers(node: yaml.Node) -> list[yaml.Node]:
    """The mappings and sequences right inside a node."""
    if isinstance(node, yaml.MappingNode):
        return [value for _, value in node.value if not isinstance(value, yaml.ScalarNode)]
    if isinstance(node, yaml.SequenceNode):
        return [item for item in node.value if not isinstance(item, yaml.ScalarNode)]
    return []
