"""How many blank lines stand before each statement.

black decides that by the statement itself, by the one before it and by the blocks which that stands in; of a comment and a
decorator, by what they stand on too. So black is asked about just these, as a small source of its own, and what it was
asked once it need not be asked again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .asking import black_blanks
from .statements import BLOCK, HEADER_END, Statement

_KIND = re.compile(
    rf"(?P<comment>\#)|(?P<string>r?(?:\"\"\"|'''|\"(?:[^\"\\]|\\.)*\"$))|(?P<block>{BLOCK.pattern})"
    r"|(?P<import>(?:import|from) )|(?P<decorator>@)"
)
_PLAIN, _STRING, _COMMENT, _DECORATOR = "x = 0", '"""d"""', "# c", "@d"
_BLOCK, _CLAUSE = "if x:", "elif x:"
_GOES_ON = ("elif", "else", "except", "finally")
"""What begins a clause of the block that stands before it."""


def blanks_before(statements: Sequence[Statement]) -> list[int]:
    """How many blank lines stand before each statement."""
    found: list[int] = []
    above = _Above()
    unit: list[tuple[str, int]] = []
    for statement in statements:
        indent = statement.indent
        kind = _kind(statement.text[indent:])
        unit.append((" " * indent + kind, min(statement.blank, 2)))
        if kind not in (_COMMENT, _DECORATOR):
            found += _asked(above.lines, unit)
            above.add(kind, indent)
            unit = []
    return found + _asked(above.lines, unit) if unit else found


def _asked(above: tuple[str, ...], unit: Sequence[tuple[str, int]]) -> list[int]:
    """The blank lines before a statement, and before the comments and decorators on it."""
    last = unit[-1][0]
    body = ((last[: -len(last.lstrip())] + "    pass", 0),) if last.endswith(":") else ()
    told = black_blanks((*((line, 0) for line in above), *unit, *body))
    return told[len(above) : len(above) + len(unit)]


class _Above:
    """What black must see above a statement: the blocks that the one before it stands in, and that one itself."""

    def __init__(self) -> None:
        self.lines: tuple[str, ...] = ()
        self._blocks: list[tuple[int, tuple[str, ...]]] = []
        self._opened = True  # the file, or a block

    def add(self, kind: str, indent: int) -> None:
        """The statement before is now this one."""
        pad = " " * indent
        begins = self._opened
        while self._blocks and self._blocks[-1][0] >= indent:
            self._blocks.pop()
            begins = False
        self._opened = kind.endswith(":")
        own = [pad + kind]
        if kind == _CLAUSE:
            own = [pad + _BLOCK, f"{pad}    pass", *own]
        elif kind == _STRING and not begins:  # no docstring
            own = [pad + _PLAIN, *own]
        lines = (*(line for _, block in self._blocks for line in block), *own)
        if self._opened:
            self._blocks.append((indent, tuple(own)))
        self.lines = lines


def _kind(text: str) -> str:
    """A short statement that black separates from others as it does this one."""
    found = _KIND.match(text)
    if found is None:
        return _PLAIN
    if found["comment"]:
        return _PLAIN if "\n" in text else _COMMENT
    if found["string"]:
        return _STRING
    if word := found["block"]:
        if word in ("def", "async def"):
            return f"{word} f(): ..." if text.endswith(": ...") else f"{word} f():"
        if not HEADER_END.search(text):
            return _PLAIN
        return "class C:" if word == "class" else _CLAUSE if word in _GOES_ON else _BLOCK
    return "import x" if found["import"] else _DECORATOR
