"""The shapes on an operation page, as clean text and as the scrambled text that some extractions make of it.

Without the commas, which carry nothing, one grammar reads both:

    object = "{" member* "}"     member = name ":" value  |  name ":" "}" value
    array  = "[" value "]"  |  "[" "]" value

In the second form of a member the object that it is in ends after its value; in that of an array its item comes after the
bracket. That is how it looks when a page prints the closer of a container before its last child.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeAlias

_TOKEN = re.compile(r"[{}\[\]]|[^\s{}\[\],]+")
_DEEPEST = 200


@dataclass
class Leaf:
    """A value that has a type and nothing below: `string`, `enum`, `object`, …"""

    type: str
    at: int


@dataclass
class Members:
    """An object: its members by name, and where each name stands in the text."""

    at: int
    members: dict[str, Shape] = field(default_factory=dict[str, "Shape"])
    places: dict[str, int] = field(default_factory=dict[str, int])


@dataclass
class Items:
    """An array. `of` is None where the page does not say of what."""

    at: int
    of: Shape | None


Shape: TypeAlias = "Leaf | Members | Items"


class ShapeError(Exception):
    """A text that is no shape. `at` is the offset where it stops to be one."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def read_shape(text: str, start: int, end: int) -> Shape:
    """The shape that is all of a text between two offsets. Raises ShapeError."""
    reader = _Reader([(match[0], match.start()) for match in _TOKEN.finditer(text, start, end)], end)
    shape = reader.value(0)
    if reader.peek():
        raise ShapeError(f"{reader.peek()!r} is left over after the shape", reader.place)
    return shape


class _Reader:
    def __init__(self, tokens: list[tuple[str, int]], end: int) -> None:
        self.tokens = tokens
        self.index = 0
        self.end = end

    def peek(self) -> str:
        """The next token, empty at the end."""
        return self.tokens[self.index][0] if self.index < len(self.tokens) else ""

    @property
    def place(self) -> int:
        return self.tokens[self.index][1] if self.index < len(self.tokens) else self.end

    def take(self, wanted: str = "") -> str:
        """The next token, which must be the wanted one where one is."""
        token = self.peek()
        if wanted and token != wanted:
            raise ShapeError(f"expected {wanted!r}, found {token or 'the end'!r}", self.place)
        self.index += 1
        return token

    def value(self, depth: int) -> Shape:
        """An object, an array or a leaf."""
        at = self.place
        if depth > _DEEPEST:
            raise ShapeError("nested too deep to be a shape", at)
        if self.peek() == "{":
            return self.members(depth)
        if self.peek() == "[":
            return self.items(depth)
        if self.peek() in ("", "}", "]"):
            raise ShapeError(f"expected a value, found {self.peek() or 'the end'!r}", at)
        return Leaf(self.take(), at)

    def items(self, depth: int) -> Items:
        """An array, in one of its two forms. One that is followed by nothing says nothing of its items."""
        at = self.place
        self.take("[")
        if self.peek() != "]":
            of = self.value(depth + 1)
            self.take("]")
            return Items(at, of)
        self.take("]")
        is_value = self.peek() in ("{", "[") or (self.peek() not in ("", "}", "]") and ":" not in self.peek())
        return Items(at, self.value(depth + 1) if is_value else None)

    def members(self, depth: int) -> Members:
        made = Members(self.place)
        self.take("{")
        while self.peek() != "}":
            at = self.place
            name, leaf = self.name()
            made.places.setdefault(name, at)
            if leaf is not None:
                made.members.setdefault(name, leaf)
            elif self.peek() == "}":
                self.take()
                made.members.setdefault(name, self.value(depth + 1))
                return made
            else:
                made.members.setdefault(name, self.value(depth + 1))
        self.take()
        return made

    def name(self) -> tuple[str, Leaf | None]:
        """A name up to the last colon of its token, and its value where that follows without a blank."""
        words: list[str] = []
        while True:
            at, word = self.place, self.take()
            if word in ("", "{", "}", "[", "]"):
                raise ShapeError(f"expected a name and a colon, found {word or 'the end'!r}", at)
            head, colon, tail = word.rpartition(":")
            if colon:
                words.append(head)
                return " ".join(words), Leaf(tail, at + len(head) + 1) if tail else None
            words.append(word)
