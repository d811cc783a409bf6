"""Where things stand: the text of an input file, and places in it.

In: the bytes of a file, already decoded and parsed by `load`.
Out: `Location`s that know their file and JSON pointer, and find line and column when somebody asks.

A document of 13 MB has a million places and shows perhaps ten of them to a person, so positions are not
recorded while parsing: a JSON text is scanned up to the place, a YAML text is composed once into its node tree.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import InitVar, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import yaml

from .jsonvalue import is_array, is_object

PROJECT_MARKS = (".git", "apivolve.toml", "pyproject.toml")
"""What the folder of a project has."""

Syntax: TypeAlias = Literal["json", "yaml", "text"]

_JSON_BLANK = re.compile(r"[ \t\n\r]*")
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_JSON_ATOM = re.compile(r"[^\s,:\[\]{}\"]+")


class Position(NamedTuple):
    """A place in a text: line and column, both counted from 1."""

    line: int
    column: int


def project_of(path: Path) -> Path | None:
    """The nearest folder at or above a place that is that of a project; None outside of any."""
    return next(
        (
            folder
            for folder in (path, *path.parents)
            if any((folder / mark).exists() for mark in PROJECT_MARKS)
        ),
        None,
    )


def escape_pointer(token: str) -> str:
    """A member name as one reference token of a JSON pointer (RFC 6901 section 3)."""
    return token.replace("~", "~0").replace("/", "~1")


def split_pointer(pointer: str) -> list[str]:
    """The reference tokens of a JSON pointer, unescaped (RFC 6901 section 4)."""
    if not pointer:
        return []
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]


@dataclass(eq=False)
class Source:
    """One input file: its display path (POSIX, as the user named it), its text and its parsed content.

    `data` is the text in UTF-8, with LF at the ends of lines: as a `str` it would take four times as much where one
    character of it is an emoji, and mostly nobody looks at it again.
    """

    path: str
    written: InitVar[str | bytes]
    syntax: Syntax
    content: Any = field(repr=False, default=None)
    data: bytes = field(repr=False, init=False)

    def __post_init__(self, written: str | bytes) -> None:
        self.data = written.encode("utf-8", "surrogatepass") if isinstance(written, str) else written

    @cached_property
    def text(self) -> str:
        """The text, made when first asked for."""
        return self.data.decode("utf-8", "surrogatepass")

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, without their ends."""
        return self.text.splitlines()

    @cached_property
    def yaml_root(self) -> yaml.Node | None:
        """The node tree of a YAML text (or of JSON read as YAML), made when first asked for."""
        # SafeLoader's C twin builds nodes with marks; only the tree is made here, no values.
        root: yaml.Node | None = yaml.compose(self.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return root

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    @cached_property
    def _json_containers(self) -> dict[int, dict[str, tuple[int, int]]]:
        # a report asks for thousands of places, most of them below the same few containers
        return {}

    def position(self, pointer: str) -> Position:
        """Line and column of the value at a pointer; of the nearest parent when it is not there."""
        tokens = split_pointer(pointer)
        try:
            if self.syntax == "json":
                return self._at(self._json_offset(tokens))
            if self.syntax == "yaml":
                return _yaml_position(self.yaml_root, tokens)
        except (ValueError, IndexError, yaml.YAMLError):
            pass  # a text that does not parse has no places inside; its own error carries one
        return Position(1, 1)

    def _at(self, offset: int) -> Position:
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def _json_offset(self, tokens: list[str]) -> int:
        """The offset of the member name or item at the end of a path, in a text known to be well formed."""
        at = _blank(self.text, 1 if self.text.startswith("\ufeff") else 0)
        shown = at
        for token in tokens:
            if at not in self._json_containers:
                children = _json_children(self.text, at)
                self._json_containers[at] = {name: (shown, value) for name, shown, value in children}
            found = self._json_containers[at].get(token)
            if found is None:
                return shown
            shown, at = found
        return shown

    def get(self, pointer: str) -> Any:
        """The parsed value at a pointer. Raises KeyError when there is none."""
        value = self.content
        for token in split_pointer(pointer):
            if is_object(value):
                value = value[token]
            elif is_array(value) and token.isdecimal() and int(token) < len(value):
                value = value[int(token)]
            else:
                raise KeyError(pointer)
        return value


_new_location = object.__new__


class Location:
    """A place in a source, named by JSON pointer. All locations are equal: a model does not differ by its place.

    `exact`, where set, is a position known from elsewhere (a parser's own error). A reader makes one for every value
    of a document, and nearly none is ever shown, so the pointer is put together when somebody asks.
    """

    __slots__ = ("_parent", "_pointer", "_token", "exact", "source")

    def __init__(self, source: Source, pointer: str = "", exact: Position | None = None) -> None:
        self.source = source
        self.exact = exact
        self._pointer: str | None = pointer
        self._parent: Location | None = None
        self._token: str | int = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Location)

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return f"<{self.source.path}#{self.pointer}>"

    def __str__(self) -> str:
        line, column = self.position
        return f"{self.file}:{line}:{column}"

    @property
    def pointer(self) -> str:
        """The JSON pointer from the root of the document (RFC 6901)."""
        if self._pointer is None:
            tokens: list[str | int] = []
            place = self
            while place._pointer is None and place._parent is not None:
                tokens.append(place._token)
                place = place._parent
            self._pointer = "/".join(
                (place._pointer or "", *(escape_pointer(str(token)) for token in reversed(tokens)))
            )
        return self._pointer

    @property
    def file(self) -> str:
        """The display path of the file."""
        return self.source.path

    @property
    def position(self) -> Position:
        """Line and column, from 1."""
        return self.exact or self.source.position(self.pointer)

    @property
    def raw(self) -> Any:
        """The parsed value at this place."""
        return self.source.get(self.pointer)

    def child(self, *tokens: str | int) -> Location:
        """The place at the end of a path of members and items below this one."""
        place = self
        for token in tokens:
            place = place.below(token)
        return place

    def below(self, token: str | int) -> Location:
        """The place of one member or item."""
        place = _new_location(Location)
        place.source = self.source
        place.exact = place._pointer = None
        place._parent = self
        place._token = token
        return place


def _json_children(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """The children of the container at an offset: name or index, where it is shown, where its value starts."""
    opener = text[at]
    if opener not in "{[":
        return
    at = _blank(text, at + 1)
    index = 0
    while text[at] not in "}]":
        shown = at
        if opener == "{":
            end = _json_skip(text, at)
            name = json.loads(text[at:end], strict=False)
            at = _blank(text, _blank(text, end) + 1)
        else:
            name = str(index)
            index += 1
        yield name, shown, at
        at = _blank(text, _json_skip(text, at))
        if text[at] == ",":
            at = _blank(text, at + 1)


_JSON_STEP = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def _json_skip(text: str, at: int) -> int:
    """The offset just after the value that starts at an offset."""
    if text[at] not in "{[":
        match = (_JSON_STRING if text[at] == '"' else _JSON_ATOM).match(text, at)
        if match is None:
            raise ValueError(f"no JSON value at offset {at}")
        return match.end()
    depth = 0
    for step in _JSON_STEP.finditer(text, at):
        first = step[0][0]
        if first in "{[":
            depth += 1
        elif first in "}]":
            depth -= 1
            if depth == 0:
                return step.end()
    raise ValueError(f"the JSON value at offset {at} has no end")


def _blank(text: str, at: int) -> int:
    match = _JSON_BLANK.match(text, at)
    return match.end() if match else at


def _yaml_position(node: yaml.Node | None, tokens: list[str]) -> Position:
    if node is None:
        return Position(1, 1)
    mark = node.start_mark
    for token in tokens:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value == token:
                    mark, node = key.start_mark, value
                    break
            else:
                break
        elif isinstance(node, yaml.SequenceNode) and token.isdecimal() and int(token) < len(node.value):
            item: yaml.Node = node.value[int(token)]
            mark, node = item.start_mark, item
        else:
            break
    return Position(mark.line + 1, mark.column + 1)
