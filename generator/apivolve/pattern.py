"""A string for a regular expression, as far as the expression is a simple one.

Specs write patterns in the dialect of ECMA 262. The part that occurs in practice is read here: literals, escapes,
classes, groups, alternatives, quantifiers and the outer anchors. Whatever this cannot read raises `ValueError`; what
it makes is checked against the pattern by the caller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from .automata import NotRegularError, takes

_CLASSES = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_READABLE = "aA0-_. /:@abcdefghijklmnopqrstuvwxyzBCDEFGHIJKLMNOPQRSTUVWXYZ123456789"
_QUANTIFIER = re.compile(r"[*+?]|\{(\d+)(,(\d*))?\}")
_PARTS = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|.", re.DOTALL)
_MOST = 10_000
_MOST_GROUPS = 100
_LONGEST = 10_000
_LONGEST_TEXT = 100_000
_MOST_TRIED = 1_000_000
"""Ways to read a text that backtracking may have to try: a tenth of a second."""
_UNBOUNDED = 1_000


def string_for(pattern: str, length: int = 0) -> str:
    """A short string that a pattern was written for, of at least some length where the pattern can grow.

    Raises ValueError when the pattern is not one of the simple ones.
    """
    if _too_big(pattern):
        raise ValueError(f"pattern {pattern[:40]!r} is too big")
    reader = _Reader(pattern)
    tree = reader.alternatives()
    if reader.at < len(pattern):
        raise ValueError(f"unbalanced pattern {pattern!r}")
    shortest = tree.spell(0)
    return tree.spell(length - len(shortest)) if length > len(shortest) else shortest


def matches(pattern: str, text: str) -> bool:
    """True when a text holds the pattern, or the pattern is none that can be read (JSON Schema: not anchored)."""
    compiled = _compiled(pattern)
    if compiled is None:
        return True
    if _is_quick(pattern, text):
        return compiled.search(text) is not None
    try:  # Python's engine would try too many ways to read the text
        return takes(pattern, text)
    except NotRegularError:
        return True


def is_quick(pattern: str, text: str) -> bool:
    """True where Python's engine can read the pattern, and has few ways to read the text by it."""
    return _compiled(pattern) is not None and _is_quick(pattern, text)


def _is_quick(pattern: str, text: str) -> bool:
    return bool(len(text) ** _freedom(pattern) < _MOST_TRIED)


def _too_big(pattern: str) -> bool:
    return pattern.count("(") > _MOST_GROUPS or len(pattern) > _LONGEST


@lru_cache(maxsize=1024)
def _freedom(pattern: str) -> int:
    """The degree of the time that backtracking takes: one for each repetition, and beyond all where they are nested."""
    repetitions, open_ = 1, [0]
    parts = _PARTS.findall(pattern)
    for index, part in enumerate(parts):
        if part == "(":
            open_.append(0)
        elif part == ")" and len(open_) > 1:
            inside = open_.pop()
            following = parts[index + 1][:1] if index + 1 < len(parts) else ""
            if inside and following in ("*", "+", "{"):
                return _UNBOUNDED
            open_[-1] += inside
        elif part == "|" and len(open_) > 1:
            open_[-1] += 1
        elif part[0] in "*+?{" and part != "{":
            open_[-1] += 1
            repetitions += 1
    return repetitions


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern in Python's dialect, where `$` would also stand before a last line feed, and `\\d` for any script."""
    if _too_big(pattern):
        return None
    parts = _PARTS.findall(pattern)
    try:
        return re.compile("".join(r"\Z" if part == "$" else part for part in parts), re.ASCII)
    except (re.error, OverflowError):
        return None


@dataclass
class _Part:
    """A piece of a pattern: a literal text, or parts in sequence, repeated between two counts."""

    text: str = ""
    parts: list[_Part] = field(default_factory=list["_Part"])
    least: int = 1
    most: int = 1

    def spell(self, more: int) -> str:
        """The piece as text, longer by `more` characters where it can be."""
        once = self.text + "".join(part.spell(0) for part in self.parts)
        if len(once) * self.least > _LONGEST_TEXT:
            raise ValueError("the pattern wants too long a text")
        if more <= 0 or (self.most == self.least and self.least != 1):
            return once * self.least
        if self.most > self.least:
            grown = once or self.text + "".join(part.spell(1) for part in self.parts)
            count = min(self.most, self.least + -(-more // max(1, len(grown))))
            return grown * count
        spelled = [part.spell(0) for part in self.parts]
        for index, part in enumerate(self.parts):
            longer = part.spell(more)
            if len(longer) > len(spelled[index]):
                more -= len(longer) - len(spelled[index])
                spelled[index] = longer
            if more <= 0:
                break
        return self.text + "".join(spelled)


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def peek(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def take(self, text: str) -> bool:
        if self.peek(text):
            self.at += len(text)
            return True
        return False

    def next(self) -> str:
        if self.at >= len(self.pattern):
            raise ValueError(f"pattern {self.pattern!r} ends early")
        self.at += 1
        return self.pattern[self.at - 1]

    def alternatives(self) -> _Part:
        """The first alternative; the others are read and left."""
        first = self.sequence()
        while self.take("|"):
            self.sequence()
        return first

    def sequence(self) -> _Part:
        parts: list[_Part] = []
        while self.at < len(self.pattern) and not self.peek("|") and not self.peek(")"):
            if self.take("^") or self.take("$"):
                continue
            part = self.atom()
            if match := _QUANTIFIER.match(self.pattern, self.at):
                self.at = match.end()
                self.take("?")
                part = _Part(parts=[part])
                part.least, part.most = _counts(match)
            parts.append(part)
        return _Part(parts=parts)

    def atom(self) -> _Part:
        letter = self.next()
        if letter == "(":
            if self.peek("?") and not self.take("?:"):
                raise ValueError(f"pattern {self.pattern!r} looks around")
            inner = self.alternatives()
            if not self.take(")"):
                raise ValueError(f"pattern {self.pattern!r} has an open group")
            return inner
        if letter == "[":
            return _Part(self.one_of())
        if letter == ".":
            return _Part("a")
        if letter == "\\":
            return _Part(self.escape())
        return _Part(letter)

    def escape(self) -> str:
        letter = self.next()
        if letter in "xu":
            digits = self.pattern[self.at : self.at + (2 if letter == "x" else 4)]
            self.at += len(digits)
            return chr(int(digits, 16))
        if letter in "bBpPk" or letter.isdecimal():
            raise ValueError(f"pattern {self.pattern!r} is not a simple one")
        return _CLASSES.get(letter) or _CONTROLS.get(letter, letter)

    def one_of(self) -> str:
        """A readable member of a character class."""
        start = self.at - 1
        self.take("^")
        self.take("]")
        while not self.peek("]"):
            if self.next() == "\\":
                self.next()
        self.at += 1
        try:
            members = re.compile(self.pattern[start : self.at].replace("[[", "[\\["))
        except re.error as error:  # ECMA 262 knows classes that Python does not, such as \\p{L}
            raise ValueError(f"unsupported class: {error}") from error
        for letter in _READABLE:
            if members.fullmatch(letter):
                return letter
        for code in range(0x20, 0x3000):
            if members.fullmatch(chr(code)):
                return chr(code)
        raise ValueError(f"pattern {self.pattern!r} has a class without a readable member")


def _counts(quantifier: re.Match[str]) -> tuple[int, int]:
    text = quantifier[0]
    if text in "*+?":
        return (1 if text == "+" else 0), (1 if text == "?" else _MOST)
    least = int(quantifier[1])
    if quantifier[2] is None:
        return least, least
    return least, int(quantifier[3]) if quantifier[3] else _MOST
