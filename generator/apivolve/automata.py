"""Regular expressions as automata: is there a string that one pattern takes and another does not?

Read is what is regular in the patterns of JSON Schema (ECMA 262): literals, escapes, classes, groups, alternatives,
quantifiers, anchors. Look-around, back-references and word boundaries raise `NotRegularError`. A pattern is not anchored by
itself. Of the libraries that decide this, none takes anchors inside an expression or counted repetitions of a hundred.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

_MOST_STATES = 20_000
_MOST_COPIES = 2_000
_MOST_GROUPS = 100
"""How many groups a pattern may have, and so how deep they may be in each other."""
_LONGEST = 10_000
_MOST_WORK = 1_000_000
"""Steps of a search: a second or so."""
_DIGITS = ((48, 57),)
_WORD = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE = ((9, 13), (32, 32), (160, 160), (5760, 5760), (8192, 8202), (8232, 8233), (8239, 8239), (8287, 8287))
_LAST = 0x10FFFF
_CONTROLS = {"n": 10, "t": 9, "r": 13, "f": 12, "v": 11, "0": 0}
_CLASSES = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
_QUANTIFIER = re.compile(r"([*+?]|\{(\d+)(,(\d*))?\})\??")
_READABLE = "aA0-_. /:@b1cdefghijklmnopqrstuvwxyzBCDEFGHIJKLMNOPQRSTUVWXYZ23456789"
Ranges: TypeAlias = tuple[tuple[int, int], ...]
_Pair: TypeAlias = tuple[frozenset[int], frozenset[int], int]


class NotRegularError(ValueError):
    """A pattern is not regular, is not well formed, or is too big."""


@dataclass
class _Automaton:
    """States by number; an edge is taken for a character, or for free; `^` and `$` are free at one place only."""

    steps: list[list[tuple[Ranges, int]]] = field(default_factory=list[list[tuple[Ranges, int]]])
    free: list[list[tuple[str, int]]] = field(default_factory=list[list[tuple[str, int]]])
    start: int = 0
    end: int = 0

    def add(self) -> int:
        if len(self.steps) > _MOST_STATES:
            raise NotRegularError("the pattern is too big")
        self.steps.append([])
        self.free.append([])
        return len(self.steps) - 1

    def closed(self, states: Iterable[int], place: str) -> frozenset[int]:
        """The states that are reached for free at the start (`^`), at the end (`$`), at both, or in between."""
        found, stack = set(states), list(states)
        while stack:
            for kind, state in self.free[stack.pop()]:
                if state not in found and (not kind or kind in place):
                    found.add(state)
                    stack.append(state)
        return frozenset(found)

    def after(self, states: frozenset[int], character: int) -> frozenset[int]:
        targets = {
            target
            for state in states
            for ranges, target in self.steps[state]
            if any(low <= character <= high for low, high in ranges)
        }
        return self.closed(targets, "")

    def ends(self, states: frozenset[int], at_start: bool) -> bool:
        return self.end in self.closed(states, "^$" if at_start else "$")


def string_between(
    inner: str | None, outer: str, shortest: int = 0, longest: int | None = None
) -> str | None:
    """A short string within the lengths that the inner pattern takes and the outer does not; None where there is none.

    Raises NotRegularError where it cannot be decided.
    """
    mine, theirs = _automaton(inner or ""), _automaton(outer)
    found = _search(mine, theirs, None, None)
    if found is None or (len(found) >= shortest and (longest is None or len(found) <= longest)):
        return found
    return _search(mine, theirs, shortest, longest)


def takes(pattern: str, text: str) -> bool:
    """True when a text holds the pattern, in time linear in the text. Raises NotRegularError where it cannot be decided."""
    automaton = _automaton(pattern)
    if len(automaton.steps) * len(text) > _MOST_WORK:
        raise NotRegularError("the text is too long for the pattern")
    states = automaton.closed([automaton.start], "^" if text else "^$")
    for letter in text:
        states = automaton.after(states, ord(letter))
    return automaton.ends(states, not text)


def _search(mine: _Automaton, theirs: _Automaton, shortest: int | None, longest: int | None) -> str | None:
    """Breadth first over both automata at once; with lengths, the characters are counted as far as they matter."""
    counted = shortest is not None
    least = shortest or 0
    top = max(least, (longest or 0) + 1)
    letters = _letters((mine, theirs))
    work = 0
    first: _Pair = (mine.closed([mine.start], "^"), theirs.closed([theirs.start], "^"), 0)
    seen: set[_Pair] = {first}
    queue: list[tuple[_Pair, str]] = [(first, "")]
    for (one, other, length), text in queue:  # grows while it is walked
        fits = not counted or (length >= least and (longest is None or length <= longest))
        if fits and mine.ends(one, not text) and not theirs.ends(other, not text):
            return text
        if counted and longest is not None and length >= longest:
            continue
        work += (len(one) + len(other)) * len(letters)
        if work > _MOST_WORK:
            raise NotRegularError("the patterns are too big to compare")
        for letter in letters:
            following = mine.after(one, letter)
            if not following:
                continue
            state = following, theirs.after(other, letter), min(length + 1, top) if counted else 0
            if state not in seen:
                seen.add(state)
                if len(seen) > _MOST_STATES:
                    raise NotRegularError("the patterns are too big to compare")
                queue.append((state, text + chr(letter)))
    return None


def _letters(automata: Iterable[_Automaton]) -> list[int]:
    """One character for each part of the alphabet that the edges tell apart; readable ones where there are any."""
    edges = {ranges for automaton in automata for steps in automaton.steps for ranges, _ in steps}
    cuts = sorted({0, *(cut for ranges in edges for low, high in ranges for cut in (low, high + 1))})
    readable = [ord(letter) for letter in _READABLE]
    found: dict[frozenset[Ranges], int] = {}
    for character in (*readable, *(cut for cut in cuts if cut <= _LAST and not 0xD800 <= cut <= 0xDFFF)):
        key = frozenset(ranges for ranges in edges if any(low <= character <= high for low, high in ranges))
        found.setdefault(key, character)
    return list(found.values())


@lru_cache(maxsize=256)
def _automaton(pattern: str) -> _Automaton:
    return _Builder(pattern).automaton


class _Builder:
    """Reads a pattern from left to right and adds what it reads to one automaton (Thompson's construction)."""

    def __init__(self, pattern: str) -> None:
        if pattern.count("(") > _MOST_GROUPS or len(pattern) > _LONGEST:
            raise NotRegularError("the pattern is too big")
        self.pattern = pattern
        self.at = 0
        self.automaton = made = _Automaton()
        start, end = self.alternatives()
        if self.at < len(pattern):
            raise NotRegularError(f"unbalanced pattern {pattern!r}")
        any_: Ranges = ((0, _LAST),)
        made.start, made.end = made.add(), made.add()
        made.steps[made.start].append((any_, made.start))
        made.free[made.start].append(("", start))
        made.free[end].append(("", made.end))
        made.steps[made.end].append((any_, made.end))

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self, text: str) -> bool:
        if self.pattern.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def next(self) -> str:
        letter = self.peek()
        if not letter:
            raise NotRegularError(f"pattern {self.pattern!r} ends early")
        self.at += 1
        return letter

    def join(self, start: int, end: int, kind: str = "") -> None:
        self.automaton.free[start].append((kind, end))

    def alternatives(self) -> tuple[int, int]:
        start, end = self.automaton.add(), self.automaton.add()
        while True:
            first, last = self.sequence()
            self.join(start, first)
            self.join(last, end)
            if not self.take("|"):
                return start, end

    def sequence(self) -> tuple[int, int]:
        start = last = self.automaton.add()
        while self.peek() not in ("", "|", ")"):
            begin = self.at
            first, end = self.piece()
            if match := _QUANTIFIER.match(self.pattern, self.at):
                first, end = self.repeated(begin, self.at, first, end, match)
                self.at = match.end()
            self.join(last, first)
            last = end
        return start, last

    def repeated(self, begin: int, stop: int, first: int, end: int, match: re.Match[str]) -> tuple[int, int]:
        """A piece between two counts: it is read again for each copy."""
        least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(match[1], (0, 0))
        if match[2] is not None:
            least = int(match[2])
            most = least if match[3] is None else int(match[4]) if match[4] else None
        if max(least, most or 0) > _MOST_COPIES:
            raise NotRegularError("the pattern is too big")
        start = last = self.automaton.add()
        done = self.automaton.add()
        copies = max(least, 1) if most is None else most
        for number in range(copies):
            if number:
                first, end = self.again(begin, stop)
            if number >= least:
                self.join(last, done)
            self.join(last, first)
            last = end
        if most is None:
            self.join(last, first)
        self.join(last, done)
        return start, done

    def again(self, begin: int, stop: int) -> tuple[int, int]:
        """The piece between two places of the pattern, once more."""
        here, self.at = self.at, begin
        first, end = self.piece()
        if self.at != stop:
            raise NotRegularError(f"pattern {self.pattern!r} cannot be read twice")
        self.at = here
        return first, end

    def piece(self) -> tuple[int, int]:
        letter = self.next()
        if letter == "(":
            if self.take("?"):
                if self.take("<") or self.take("P<"):
                    if self.peek() in ("=", "!"):
                        raise NotRegularError("look-around")
                    while self.next() != ">":
                        pass
                elif not self.take(":"):
                    raise NotRegularError("look-around, or a group of an unknown kind")
            inner = self.alternatives()
            if not self.take(")"):
                raise NotRegularError(f"unbalanced pattern {self.pattern!r}")
            return inner
        start, end = self.automaton.add(), self.automaton.add()
        match letter:
            case "^" | "$":
                self.join(start, end, letter)
                return start, end
            case "*" | "+" | "?":
                raise NotRegularError(f"nothing to repeat in {self.pattern!r}")
            case ".":
                ranges = _without(((10, 10), (13, 13), (0x2028, 0x2029)))
            case "[":
                ranges = self.bracket()
            case "\\":
                ranges = self.escape()
            case _:
                ranges = ((ord(letter), ord(letter)),)
        self.automaton.steps[start].append((ranges, end))
        return start, end

    def bracket(self) -> Ranges:
        negated = self.take("^")
        found: list[tuple[int, int]] = []
        while not self.take("]"):
            low = self.escape() if self.take("\\") else ((ord(letter := self.next()), ord(letter)),)
            if self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] != "]" and _single(low):
                self.at += 1
                high = self.escape() if self.take("\\") else ((ord(letter := self.next()), ord(letter)),)
                if not _single(high) or high[0][0] < low[0][0]:
                    raise NotRegularError(f"a bad range in {self.pattern!r}")
                low = ((low[0][0], high[0][0]),)
            found.extend(low)
        return _without(tuple(found)) if negated else tuple(sorted(found))

    def escape(self) -> Ranges:
        letter = self.next()
        if letter.lower() in _CLASSES:
            ranges = _CLASSES[letter.lower()]
            return _without(ranges) if letter.isupper() else ranges
        if letter in _CONTROLS:
            code = _CONTROLS[letter]
        elif letter in "xu":
            digits = re.compile(r"[0-9a-fA-F]{2}" if letter == "x" else r"[0-9a-fA-F]{4}|\{[0-9a-fA-F]+\}")
            match = digits.match(self.pattern, self.at)
            if match is None:
                raise NotRegularError(f"a bad escape in {self.pattern!r}")
            self.at = match.end()
            code = int(match[0].strip("{}"), 16)
        elif letter.isalnum():
            raise NotRegularError(f"the escape \\{letter}")
        else:
            code = ord(letter)
        return ((code, code),)


def _single(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def _without(ranges: Ranges) -> Ranges:
    """All characters but some."""
    found: list[tuple[int, int]] = []
    start = 0
    for low, high in sorted(ranges):
        if low > start:
            found.append((start, low - 1))
        start = max(start, high + 1)
    if start <= _LAST:
        found.append((start, _LAST))
    return tuple(found)
